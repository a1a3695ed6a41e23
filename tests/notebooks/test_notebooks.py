"""Every notebook is clean, every figure has its notebook, and wrong outputs are noticed."""

import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from analysis.laws.catalog import laws
from analysis.paths import home
from analysis.runs import datasets
from analysis.studies.notebooks import find, read_card
from analysis.studies.running import WIDGET_VIEW, normalise
from tests.notebooks.hygiene import figure_names, problems

NOTEBOOKS = find()
NAMES = [path.relative_to(home() / "notebooks").as_posix() for path in NOTEBOOKS]
SANITIZE = Path(__file__).with_name("sanitize.cfg")

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)


@every_notebook
def test_notebook_is_clean(path):
    assert problems(path) == []


@every_notebook
def test_notebook_names_datasets_and_laws_that_exist(path):
    card = read_card(path)
    assert set(card.datasets) <= set(datasets()["name"])
    assert set(card.laws) <= set(laws()["key"])


def test_there_is_a_place_to_start():
    assert "start-here.ipynb" in NAMES


def test_figures_are_exactly_those_that_notebooks_save():
    expected = {
        f"{name}.{ending}"
        for path in NOTEBOOKS
        for name in figure_names(path)
        for ending in ("svg", "png")
    }
    folder = home() / "figures"
    drawn = [path for path in folder.rglob("*") if path.suffix in (".svg", ".png")]
    found = {path.relative_to(folder).as_posix() for path in drawn}
    assert found == expected


CARD = {
    "title": "Toy",
    "question": "Does it work?",
    "paper": "",
    "arxiv": "",
    "chapter": "toy",
    "datasets": [],
    "laws": [],
    "minutes": 1,
}
PICTURE = [new_output("display_data", {"image/png": "AAAA", "text/plain": "<Figure>"})]


def clean():
    """Return a notebook that nothing is wrong with."""
    cells = [
        new_markdown_cell("# Toy"),
        new_code_cell("figures = Saver('toy', 'good')\nfigures.save(ax, 'plain')", outputs=PICTURE),
        new_code_cell("explorer = ToyExplorer()\nexplorer"),
        new_code_cell("assert explorer.set(size=1)['loss'] > 0"),
    ]
    notebook = new_notebook(cells=cells)
    notebook.metadata["workbench"] = dict(CARD)
    normalise(notebook)
    return notebook


def written(folder, notebook):
    path = folder / "notebooks" / "toy" / "good.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return path


def test_a_clean_notebook_passes(tmp_path):
    path = written(tmp_path, clean())
    assert problems(path) == []
    assert figure_names(path) == ["toy/good-plain"]


def stripped(notebook):
    for cell in notebook.cells[1:]:
        cell.execution_count = None


def out_of_order(notebook):
    notebook.cells[1].execution_count = 7


def ended_in_error(notebook):
    notebook.cells[2].outputs = [new_output("error", ename="E", evalue="e", traceback=[])]


def with_path(notebook):
    place = "/".join(["", "home", "someone", "x.csv"])
    notebook.cells[2].outputs = [new_output("stream", text=f"saved to {place}")]


def path_in_html(notebook):
    html = {"text/html": "<b>/usr/lib/python3/site-packages/x.py</b>", "text/plain": "x"}
    notebook.cells[2].outputs = [new_output("execute_result", html, execution_count=2)]


def with_state(notebook):
    notebook.metadata["widgets"] = {"state": {}}


def with_view(notebook):
    view = {WIDGET_VIEW: {"model_id": "a"}, "text/plain": "Toy()"}
    notebook.cells[2].outputs = [new_output("display_data", view)]


def with_times(notebook):
    notebook.cells[1].metadata["execution"] = {"iopub.status.busy": "2024"}


def too_long(notebook):
    notebook.cells[1].source += "\n1" * 25


def without_card(notebook):
    del notebook.metadata["workbench"]


def other_chapter(notebook):
    notebook.metadata["workbench"]["chapter"] = "economics"


def not_driven(notebook):
    notebook.cells[3].source = "explorer.set(size=1)"


def no_figure_first(notebook):
    notebook.cells[1].source = "1"
    notebook.cells[1].outputs = []


def not_shown(notebook):
    notebook.cells[1].source += "\nfigures.save(ax, 'other')"


def empty_cell(notebook):
    notebook.cells[3].source += "\n"
    notebook.cells.append(new_code_cell(" ", execution_count=4))


def left_out(notebook):
    notebook.cells[2].metadata["tags"] = ["nbval-skip"]


def computed_name(notebook):
    notebook.cells[1].source = "figures = Saver('toy', 'good')\nfigures.save(ax, name)"


def other_study(notebook):
    notebook.cells[1].source = "figures = Saver('toy', 'bad')\nfigures.save(ax, 'plain')"


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (stripped, "not run from top to bottom"),
        (out_of_order, "not run from top to bottom"),
        (ended_in_error, "code cell 2: ended in an error"),
        (with_path, "code cell 2: names a place on one machine"),
        (path_in_html, "code cell 2: names a place on one machine"),
        (with_state, "state of widgets"),
        (with_view, "state of widgets"),
        (with_times, "metadata of one run"),
        (too_long, "more than 25 lines"),
        (without_card, "metadata has the key 'workbench'"),
        (other_chapter, "chapter is 'economics'"),
        (not_driven, "no cell after it drives it"),
        (no_figure_first, "without a static figure"),
        (not_shown, "code cell 1: saves a figure that it does not show"),
        (empty_cell, "is empty"),
        (left_out, "left out of the comparison"),
        (computed_name, "not written out"),
        (other_study, "saves its figures as toy/bad"),
    ],
)
def test_everything_that_can_be_wrong_is_found(tmp_path, damage, said):
    notebook = clean()
    damage(notebook)
    found = problems(written(tmp_path, notebook))
    assert len(found) == 1, found
    assert said in found[0]


def result(text, kind="text/plain"):
    data = {"text/plain": text} if kind == "text/plain" else {kind: text, "text/plain": "Shown()"}
    return [new_output("execute_result", data, execution_count=1)]


SHOWN = (
    "class Shown:\n    def __init__(self, kind, text): self.made = {kind: text}\n"
    "    def __repr__(self): return 'Shown()'\n"
    "    def _repr_mimebundle_(self, **_): return {**self.made, 'text/plain': repr(self)}"
)
WIDGET = "import ipywidgets\nwidget = ipywidgets.interactive(lambda x: 1 / x, x=(0, 2))\nwidget"
# Source, committed output, and whether nbval must accept it.
COMPARED = {
    "setup": (SHOWN, [], True),
    "right text": ("1.5 + 2", result("3.5"), True),
    "wrong text": ("1.5 + 2", result("3.6"), False),
    "right print": ("print('a')", [new_output("stream", text="a\n")], True),
    "wrong print": ("print('a')", [new_output("stream", text="b\n")], False),
    "right html": ("Shown('text/html', '<b>1</b>')", result("<b>1</b>", "text/html"), True),
    "wrong html": ("Shown('text/html', '<b>1</b>')", result("<b>2</b>", "text/html"), False),
    "wrong latex": ("Shown('text/latex', 'x')", result("y", "text/latex"), False),
    "wrong svg": ("Shown('image/svg+xml', '<s/>')", result("<t/>", "image/svg+xml"), False),
    "output gone": ("x = 1", result("1"), False),
    "output new": ("1", [], False),
    "address": ("object()", result("<object at 0x7f0000000000>"), True),
    "error in a callback": (f"{WIDGET}.children[0].value = 0", [], False),
}


def test_nbval_notices_every_wrong_output(tmp_path):
    cells = [
        new_code_cell(source, outputs=outputs, execution_count=number)
        for number, (source, outputs, _) in enumerate(COMPARED.values(), start=1)
    ]
    nbformat.write(new_notebook(cells=cells), tmp_path / "toy.ipynb")
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    report = tmp_path / "report.xml"
    flags = ["--nbval", "--nbval-current-env", f"--nbval-sanitize-with={SANITIZE}"]
    command = [sys.executable, "-m", "pytest", "-q", *flags, f"--junitxml={report}", "toy.ipynb"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    cases = list(ElementTree.parse(report).iter("testcase"))
    accepted = [case.find("failure") is None and case.find("error") is None for case in cases]
    expected = {name: good for name, (_, _, good) in COMPARED.items()}
    assert dict(zip(COMPARED, accepted, strict=True)) == expected, done.stdout

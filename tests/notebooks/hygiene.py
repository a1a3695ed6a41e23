"""What a committed notebook must be like, as a list of what is wrong with it."""

import copy
import re

import nbformat

from analysis.errors import DataError
from analysis.studies.notebooks import read_card
from analysis.studies.running import WIDGET_VIEW, normalise

LONGEST_CELL = 25
# Folders that exist on one machine: homes, temporary files, drives, installed packages.
MACHINE = re.compile(
    r"(?<![\w.])/(?:home|Users|root|tmp|var|mnt|opt|work|workspace)/\w"
    r"|\b[A-Z]:\\|site-packages"
)
EXPLORER = re.compile(r"\b\w+Explorer\(")
SAVER = re.compile(r"""\bSaver\(\s*["']([^"']+)["'],\s*["']([^"']+)["']\s*\)""")
SAVED = re.compile(r"""\bfigures\.save\(\s*[^"']*?,\s*["']([^"']+)["']\s*\)""")
ANY_SAVED = re.compile(r"\bfigures\.save\(")


def problems(path):
    """Return what is wrong with a notebook, one sentence each."""
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    found = [*_card_problems(path), *_run_problems(notebook, code)]
    for number, cell in enumerate(code, start=1):
        found += [f"code cell {number}: {problem}" for problem in _cell_problems(cell)]
    found += [
        f"cell {number} of all has more than {LONGEST_CELL} lines"
        for number, cell in enumerate(notebook.cells, start=1)
        if len(cell.source.splitlines()) > LONGEST_CELL
    ]
    return [*found, *_explorer_problems(code), *_figure_problems(path, code)]


def figure_names(path):
    """Return the figures, without ending, that a notebook saves."""
    notebook = nbformat.read(path, as_version=4)
    source = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    saver = SAVER.search(source)
    return [f"{saver[1]}/{saver[2]}-{what}" for what in SAVED.findall(source)] if saver else []


def _card_problems(path):
    try:
        card = read_card(path)
    except DataError as problem:
        return [str(problem)]
    folder = "" if path.parent.name == "notebooks" else path.parent.name
    if card.chapter != folder:
        return [f"says that its chapter is {card.chapter!r}, but is in {folder!r}"]
    return []


def _run_problems(notebook, code):
    found = []
    counts = [cell.execution_count for cell in code]
    if counts != list(range(1, len(code) + 1)):
        found.append(f"was not run from top to bottom in a clean kernel: counts {counts}")
    if "widgets" in notebook.metadata or any(
        WIDGET_VIEW in output.get("data", {}) for cell in code for output in cell.outputs
    ):
        found.append("holds the state of widgets")
    clean = copy.deepcopy(notebook)
    normalise(clean)
    if not found and clean != notebook:
        found.append("holds metadata of one run; run `workbench figures` on it")
    return found


def _cell_problems(cell):
    found = []
    if not cell.source.strip():
        found.append("is empty")
    shown = sum("image/png" in output.get("data", {}) for output in cell.outputs)
    if shown < len(ANY_SAVED.findall(cell.source)):
        found.append("saves a figure that it does not show")
    if any(output.output_type == "error" for output in cell.outputs):
        found.append("ended in an error")
    if set(cell.metadata.get("tags", [])) & {"nbval-skip", "raises-exception"}:
        found.append("is left out of the comparison")
    if "NBVAL_" in cell.source:
        found.append("switches the comparison by a comment; use a tag")
    for text in [cell.source, *_texts(cell.outputs)]:
        if place := MACHINE.search(text):
            around = text[max(0, place.start() - 10) : place.end() + 20]
            found.append(f"names a place on one machine: {around!r}")
    return found


def _texts(outputs):
    for output in outputs:
        if output.output_type == "stream":
            yield output.text
        for kind, content in output.get("data", {}).items():
            if kind.startswith("text/"):
                yield content if isinstance(content, str) else "".join(content)


def _explorer_problems(code):
    found = []
    for number, cell in enumerate(code, start=1):
        if not EXPLORER.search(cell.source):
            continue
        driving = code[number].source if number < len(code) else ""
        if ".set(" not in driving or "assert" not in driving:
            found.append(f"code cell {number} shows an explorer, and no cell after it drives it")
        earlier = [
            kind for one in code[:number] for out in one.outputs for kind in out.get("data", {})
        ]
        if "image/png" not in earlier:
            found.append(f"code cell {number} shows an explorer without a static figure before it")
    return found


def _figure_problems(path, code):
    source = "\n".join(cell.source for cell in code)
    if len(ANY_SAVED.findall(source)) != len(SAVED.findall(source)):
        return ["saves a figure under a name that is not written out"]
    named = SAVER.search(source)
    if (
        named
        and path.parent.name != "notebooks"
        and named.groups() != (path.parent.name, path.stem)
    ):
        return [f"saves its figures as {'/'.join(named.groups())}-…"]
    return []

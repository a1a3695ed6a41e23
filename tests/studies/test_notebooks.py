"""Finding notebooks, reading what they say of themselves, and the map of all studies."""

import json

import pytest

from analysis.errors import DataError
from analysis.paths import home
from analysis.studies.notebooks import Card, find, read_card, study_map

CARD = {
    "title": "Chinchilla & friends",
    "question": "How big should a model be?",
    "paper": "Hoffmann et al. 2022",
    "arxiv": "2203.15556",
    "chapter": "pretraining",
    "datasets": ["chinchilla"],
    "laws": ["chinchilla"],
    "minutes": 15,
}


def write(path, card):
    path.parent.mkdir(parents=True, exist_ok=True)
    metadata = {"workbench": card} if card is not None else {}
    path.write_text(json.dumps({"cells": [], "metadata": metadata, "nbformat": 4}))
    return path


@pytest.fixture
def folder(tmp_path):
    write(tmp_path / "start-here.ipynb", {**CARD, "chapter": "", "paper": "", "arxiv": ""})
    write(tmp_path / "pretraining" / "chinchilla.ipynb", CARD)
    write(tmp_path / "capability" / "density.ipynb", {**CARD, "chapter": "capability", "arxiv": ""})
    write(tmp_path / ".ipynb_checkpoints" / "start-here-checkpoint.ipynb", None)
    return tmp_path


def test_find_goes_chapter_by_chapter_and_leaves_out_checkpoints(folder):
    names = [path.relative_to(folder).as_posix() for path in find(folder)]
    assert names == ["start-here.ipynb", "capability/density.ipynb", "pretraining/chinchilla.ipynb"]


def test_card(folder):
    card = read_card(folder / "pretraining" / "chinchilla.ipynb")
    assert card == Card(**{**CARD, "datasets": ("chinchilla",), "laws": ("chinchilla",)})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"minutes": 0}, "'minutes' cannot be 0"),
        ({"minutes": "15"}, "'minutes' cannot be '15'"),
        ({"datasets": "chinchilla"}, "'datasets' cannot be 'chinchilla'"),
        ({"laws": [1]}, r"'laws' cannot be \[1\]"),
        ({"title": ""}, "'title' cannot be ''"),
        ({"question": None}, "'question' cannot be None"),
        ({"author": "x"}, "takes title, question.*author"),
    ],
)
def test_bad_metadata_is_refused_by_name(tmp_path, changes, message):
    path = write(tmp_path / "a.ipynb", {**CARD, **changes})
    with pytest.raises(DataError, match=rf"^a\.ipynb: .*{message}"):
        read_card(path)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"metadata": {}}', "not json"])
def test_what_is_no_notebook_is_refused(tmp_path, text):
    (tmp_path / "a.ipynb").write_text(text)
    with pytest.raises(DataError, match=r"a\.ipynb: is not a notebook"):
        read_card(tmp_path / "a.ipynb")


def test_a_missing_entry_is_refused(tmp_path):
    path = write(tmp_path / "a.ipynb", {k: v for k, v in CARD.items() if k != "laws"})
    with pytest.raises(DataError, match="takes title"):
        read_card(path)


def test_map_as_table(folder):
    frame = study_map(folder).frame()
    assert frame["notebook"].to_list() == [
        "capability/density.ipynb",
        "pretraining/chinchilla.ipynb",
    ]
    assert frame["datasets"].to_list() == [["chinchilla"], ["chinchilla"]]
    assert frame["minutes"].to_list() == [15.0, 15.0]
    assert study_map(folder / "nowhere").frame().columns == frame.columns


def test_map_as_html_links_notebooks_and_papers(folder):
    page = study_map(folder)._repr_html_()
    assert '<a href="pretraining/chinchilla.ipynb">Chinchilla &amp; friends</a>' in page
    assert page.count("https://arxiv.org/abs/2203.15556") == 1
    assert page.index("Capability") < page.index("Pretraining")
    assert "start-here" not in page


def test_map_of_a_chapter_has_paths_that_hold_inside_its_folder(folder):
    found = study_map(folder, chapter="pretraining")
    assert found.frame()["notebook"].to_list() == ["chinchilla.ipynb"]
    assert '<a href="chinchilla.ipynb">' in found._repr_html_()


def test_map_as_text(folder):
    assert "How big should a model be?" in repr(study_map(folder))
    assert repr(study_map(folder / "nowhere")) == "no studies"


def test_the_readme_lists_every_study():
    readme = (home() / "README.md").read_text(encoding="utf-8")
    for path in find():
        if read_card(path).chapter:
            assert f"{path.relative_to(home()).as_posix()}" in readme

"""Every link of the pages and notebooks that stays inside the project leads somewhere."""

import json
import re
from urllib.parse import unquote

import pytest

from analysis.paths import home
from analysis.studies.notebooks import find

PAGES = [home() / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")] + find()
LINK = re.compile(r"\]\(([^)\s]+)\)|\b(?:href|src)=\"([^\"]+)\"")


def texts(path):
    """Yield the prose of a page; of a notebook, the cells of text and the tables shown."""
    if path.suffix != ".ipynb":
        yield path.read_text(encoding="utf-8")
        return
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "markdown":
            yield "".join(cell["source"])
        for output in cell.get("outputs", []):
            yield "".join(output.get("data", {}).get("text/html", ""))


def inner_links(path):
    links = {one or other for text in texts(path) for one, other in LINK.findall(text)}
    return {link for link in links if not re.match(r"[a-z]+:|#", link)}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(home()).as_posix())
def test_links_lead_somewhere(path):
    gone = [
        link
        for link in sorted(inner_links(path))
        if not (path.parent / unquote(link.partition("#")[0])).exists()
    ]
    assert gone == []


def test_links_are_found():
    assert "CONTRIBUTING.md" in inner_links(home() / "README.md")
    start = home() / "notebooks" / "start-here.ipynb"
    assert "pretraining/chinchilla.ipynb" in inner_links(start)

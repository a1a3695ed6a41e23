"""The studies as notebooks: finding them, reading what they say of themselves, mapping them all.

A study states what it is in its notebook's metadata, under the key ``workbench``; the map, the
command line and the tests read it from there.
"""

from __future__ import annotations

import html
import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.errors import DataError
from analysis.paths import home

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Card:
    """What a notebook says about itself.

    Parameters
    ----------
    title : str
        Title of the study.
    question : str
        The question it answers, in one sentence.
    paper : str
        The paper it rebuilds; empty where there is none.
    arxiv : str
        The arXiv id of the paper; empty where there is none.
    chapter : str
        The folder of the notebook; empty for a notebook that belongs to no chapter.
    datasets, laws : tuple of str
        The keys of the tables it reads and of the laws it fits.
    minutes : float
        How long a reader needs.
    """

    title: str
    question: str
    paper: str
    arxiv: str
    chapter: str
    datasets: tuple[str, ...]
    laws: tuple[str, ...]
    minutes: float


def folder() -> Path:
    """Return the folder of the notebooks.

    Returns
    -------
    pathlib.Path
        ``notebooks`` beside the data.
    """
    return home() / "notebooks"


def find(where: Path | None = None) -> list[Path]:
    """Find every notebook, chapter by chapter.

    Parameters
    ----------
    where : pathlib.Path, optional
        The folder to look in; the workbench's own notebooks if left out.

    Returns
    -------
    list of pathlib.Path
        The notebooks, those that belong to no chapter first.
    """
    base = folder() if where is None else where
    found = [
        path
        for path in base.rglob("*.ipynb")
        if not any(part.startswith(".") for part in path.relative_to(base).parts)
    ]
    return sorted(found, key=lambda path: (len(path.relative_to(base).parts), path))


def read_card(path: Path) -> Card:
    """Read what a notebook says about itself.

    Parameters
    ----------
    path : pathlib.Path
        The notebook.

    Returns
    -------
    Card
        Its metadata under ``workbench``.

    Raises
    ------
    DataError
        If the file is no notebook, or an entry is missing, unknown or of the wrong kind.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        entries = content["metadata"]["workbench"]
    except (ValueError, KeyError, TypeError) as problem:
        wanted = "a notebook whose metadata has the key 'workbench'"
        raise DataError(f"is not {wanted} ({problem!r})", file=path.name) from None
    return _card(entries, path.name)


def _card(entries: Any, file: str) -> Card:
    kinds = {field.name: field.type for field in fields(Card)}
    accepted = f"metadata key 'workbench' takes {', '.join(kinds)}"
    if not isinstance(entries, dict) or set(entries) != set(kinds):
        found = sorted(entries) if isinstance(entries, dict) else entries
        raise DataError(f"{accepted}; found {found}", file=file)
    values: dict[str, Any] = {}
    for name, value in entries.items():
        if str(kinds[name]).startswith("tuple"):
            good = isinstance(value, list) and all(isinstance(item, str) for item in value)
            values[name] = tuple(value) if good else None
        elif name == "minutes":
            good = isinstance(value, int | float) and value > 0
            values[name] = value
        else:
            good = isinstance(value, str) and (bool(value) or name in ("paper", "arxiv", "chapter"))
            values[name] = value
        if not good:
            raise DataError(f"'workbench' entry {name!r} cannot be {value!r}", file=file)
    return Card(**values)


@dataclass(frozen=True)
class StudyMap:
    """All studies; a notebook shows it as a table with links.

    Parameters
    ----------
    studies : tuple of (str, Card)
        Path below the notebooks folder and metadata of each study, chapter by chapter.
    """

    studies: tuple[tuple[str, Card], ...]

    def frame(self) -> pl.DataFrame:
        """Return the map as a table, one row a study.

        Returns
        -------
        polars.DataFrame
            Columns ``notebook``, ``chapter``, ``title``, ``question``, ``paper``, ``arxiv``,
            ``datasets``, ``laws``, ``minutes``.
        """
        import polars as pl

        text = ("notebook", "chapter", "title", "question", "paper", "arxiv")
        schema: dict[str, Any] = dict.fromkeys(text, pl.String())
        schema |= dict.fromkeys(("datasets", "laws"), pl.List(pl.String()))
        schema |= {"minutes": pl.Float64()}
        rows = [{"notebook": path, **asdict(card)} for path, card in self.studies]
        return pl.DataFrame(rows, schema=schema)

    def __repr__(self) -> str:
        lines = [f"{card.title} [{path}]\n    {card.question}" for path, card in self.studies]
        return "\n".join(lines) or "no studies"

    def _repr_html_(self) -> str:
        parts = ["<table><thead><tr><th>Study</th><th>Question</th><th>Paper</th>"]
        parts.append("<th>Runs</th><th>Minutes</th></tr></thead><tbody>")
        left = 'style="text-align: left"'
        chapter = None
        for path, card in self.studies:
            if card.chapter != chapter:
                chapter = card.chapter
                heading = html.escape(chapter.replace("-", " ").capitalize())
                parts.append(f'<tr><th colspan="5" {left}>{heading}</th></tr>')
            cells = [
                f'<a href="{html.escape(path)}">{html.escape(card.title)}</a>',
                html.escape(card.question),
                _paper_link(card),
                html.escape(", ".join(card.datasets)),
                f"{card.minutes:g}",
            ]
            parts.append("<tr>" + "".join(f"<td {left}>{cell}</td>" for cell in cells) + "</tr>")
        return "".join([*parts, "</tbody></table>"])


def _paper_link(card: Card) -> str:
    name = html.escape(card.paper)
    if not card.arxiv:
        return name
    return f'<a href="https://arxiv.org/abs/{html.escape(card.arxiv)}">{name or card.arxiv}</a>'


def study_map(where: Path | None = None, *, chapter: str | None = None) -> StudyMap:
    """Make the map of all studies from what their notebooks say about themselves.

    Parameters
    ----------
    where : pathlib.Path, optional
        The folder to look in; the workbench's own notebooks if left out.
    chapter : str, optional
        Only the studies of this chapter, with paths that hold inside its folder.

    Returns
    -------
    StudyMap
        Every notebook that belongs to a chapter.

    Raises
    ------
    DataError
        If a notebook's metadata is missing or wrong.
    """
    base = folder() if where is None else where
    found = [(path, read_card(path)) for path in find(base)]
    kept = [
        (path, card) for path, card in found if card.chapter and chapter in (None, card.chapter)
    ]
    start = base / chapter if chapter else base
    return StudyMap(tuple((path.relative_to(start).as_posix(), card) for path, card in kept))

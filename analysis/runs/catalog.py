"""The collected run tables: what there is, where it came from, and reading it with every check."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl

from analysis.errors import DataError
from analysis.paths import home
from analysis.runs.checksums import first_change, sha256
from analysis.runs.schema import Column, checked, described
from analysis.runs.tables import as_text, read_file, read_table

_FIELDS = (
    *("title", "paper", "arxiv", "origin", "commit", "licence", "retrieved"),
    *("file", "rows", "sha256", "quirks", "columns"),
)


@dataclass(frozen=True)
class Entry:
    """What the catalogue says about one table.

    Attributes
    ----------
    name, title, paper, arxiv, origin, commit, licence, retrieved : str
        What it is, whose it is and where it came from.
    file : str
        The table, below the folder ``data``.
    rows : int
        How many runs it has.
    sha256 : str
        Checksum of the file.
    quirks : tuple of str
        What an analyst must know before fitting it.
    columns : dict of str to Column
        What each column holds.
    """

    name: str
    title: str
    paper: str
    arxiv: str
    origin: str
    commit: str
    licence: str
    retrieved: str
    file: str
    rows: int
    sha256: str
    quirks: tuple[str, ...]
    columns: dict[str, Column]

    @property
    def shown(self) -> str:
        """The file as errors name it."""
        return f"data/{self.file}"


def catalog() -> dict[str, Entry]:
    """Return every entry of ``data/catalog.toml`` by name.

    Returns
    -------
    dict of str to Entry
        In the order of the file.

    Raises
    ------
    DataError
        If the catalogue cannot be read, or an entry lacks a field or has an unknown one.
    """
    path = home() / "data" / "catalog.toml"
    return _parsed(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _parsed(path: Path, _changed: int) -> dict[str, Entry]:
    file = "data/catalog.toml"
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"this is not readable TOML: {error}", file=file) from None
    return {name: _entry(name, fields, file) for name, fields in tables.items()}


def _entry(name: str, fields: dict[str, Any], file: str) -> Entry:
    for field in _FIELDS:
        if field not in fields:
            raise DataError(f"[{name}] has no {field}", file=file)
    for field in fields:
        if field not in _FIELDS:
            raise DataError(f"[{name}] has an unknown field {field}", file=file)
    try:
        columns = {c: described(c, given) for c, given in fields["columns"].items()}
    except ValueError as error:
        raise DataError(f"[{name}]: {error}", file=file) from None
    return Entry(name, **fields | {"quirks": tuple(fields["quirks"]), "columns": columns})


def entry(name: str) -> Entry:
    """Return what the catalogue says about one table.

    Parameters
    ----------
    name : str
        Its name, one of those that `datasets` lists.

    Returns
    -------
    Entry
        The entry.

    Raises
    ------
    ValueError
        If there is no such table; the message suggests the nearest names.
    """
    entries = catalog()
    if name not in entries:
        near = get_close_matches(str(name), entries, cutoff=0.4) or list(entries)
        raise ValueError(f"name is {name!r}; accepted are {', '.join(near)} (see datasets())")
    return entries[name]


def load(name: str) -> pl.DataFrame:
    """Return a collected table of runs, after checking every cell of it.

    Parameters
    ----------
    name : str
        One of the names that `datasets` lists.

    Returns
    -------
    polars.DataFrame
        One row a run. `describe` tells what its columns hold.

    Raises
    ------
    ValueError
        If there is no such table.
    DataError
        If the file is not as it was collected: the message names the file, and the column and
        the first row that differ.

    Examples
    --------
    >>> runs = load("chinchilla")
    >>> runs.columns
    ['params', 'tokens', 'flops', 'loss', 'used', 'reason']
    >>> runs.height, runs["used"].sum()
    (245, 240)
    """
    return _load(entry(name))


def _load(known: Entry) -> pl.DataFrame:
    content = read_file(home() / "data" / known.file, known.shown)
    found = read_table(content, known.shown)
    runs = checked(found, known.columns, file=known.shown, closed=True)
    if runs.height != known.rows:
        first_missing = min(runs.height, known.rows) + 1
        raise DataError(
            f"found {runs.height} rows; accepted are {known.rows}",
            file=known.shown,
            row=first_missing,
        )
    if sha256(content) != known.sha256:
        raise _changed(known, content, found)
    return runs


def _changed(known: Entry, content: bytes, found: pl.DataFrame) -> DataError:
    """Return the error for a table whose cells are all plausible but not those collected."""
    text = found if known.file.endswith(".csv") else as_text(found)
    try:
        collected = checksum_file(known.name).read_text(encoding="ascii")
        column, row = first_change(text, collected)
    except (OSError, UnicodeDecodeError):
        column, row = None, None
    what = "the bytes of the file (line ends or quotes) are"
    if column is not None and row is not None:
        what = f"found {text[column][row - 1]!r}, which is"
    return DataError(
        f"{what} not what was collected: the checksum is {sha256(content)}, the catalogue says "
        f"{known.sha256}; restore the file, or re-make it with "
        f"python -m analysis.runs.collect {known.name}",
        file=known.shown,
        column=column,
        row=row,
    )


def checksum_file(name: str) -> Path:
    """Return where the check values of a table's columns and rows are kept.

    Parameters
    ----------
    name : str
        The table.

    Returns
    -------
    pathlib.Path
        The file.
    """
    return home() / "data" / "checksums" / f"{name}.txt"


def datasets() -> pl.DataFrame:
    """Return the collected tables of runs, one a row.

    Returns
    -------
    polars.DataFrame
        Columns name, title, rows, licence, arxiv, file.

    Examples
    --------
    >>> "chinchilla" in datasets()["name"]
    True
    """
    fields = ("name", "title", "rows", "licence", "arxiv", "file")
    return pl.DataFrame([{f: getattr(e, f) for f in fields} for e in catalog().values()])


def provenance(name: str) -> str:
    """Return in one line where a table came from.

    Parameters
    ----------
    name : str
        One of the names that `datasets` lists.

    Returns
    -------
    str
        Rows, paper, origin, licence and day.

    Examples
    --------
    >>> print(provenance("chinchilla").partition(".")[0])
    chinchilla, 245 rows
    """
    e = entry(name)
    has_id = any(letter.isdigit() for letter in e.arxiv)
    paper = f"{e.paper}, arXiv {e.arxiv}" if has_id else e.paper
    return (
        f"{e.name}, {e.rows} rows. {paper}. From {e.origin} at "
        f"{e.commit[:12]}, {e.retrieved}. Licence: {e.licence}."
    )


def describe(name: str) -> pl.DataFrame:
    """Return what the columns of a table hold, one a row.

    Parameters
    ----------
    name : str
        One of the names that `datasets` lists.

    Returns
    -------
    polars.DataFrame
        Columns column, unit, meaning, accepts.

    Examples
    --------
    >>> describe("chinchilla").row(3)[:2]
    ('loss', 'nats per token')
    """
    rows = [(c, d.unit, d.meaning, d.accepts) for c, d in entry(name).columns.items()]
    return pl.DataFrame(rows, schema=["column", "unit", "meaning", "accepts"], orient="row")


def quirks(name: str) -> tuple[str, ...]:
    """Return what an analyst must know before fitting a table.

    Parameters
    ----------
    name : str
        One of the names that `datasets` lists.

    Returns
    -------
    tuple of str
        One remark each.
    """
    return entry(name).quirks

"""Making the tables in ``data/runs`` from the sources they were taken from.

``python -m analysis.runs.collect [NAME ...]`` re-makes the named tables, or all of them.
The sources are measured numbers with a README a folder; they are not part of the workbench and
are needed only to re-make a table.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import polars as pl

from analysis.errors import DataError
from analysis.paths import home
from analysis.runs.catalog import catalog, checksum_file, entry
from analysis.runs.checksums import fingerprint, sha256
from analysis.runs.schema import checked
from analysis.runs.tables import as_text, to_csv, to_parquet, write_whole

_THEMES = (
    *("pretraining", "overtraining", "repetition", "vocabulary", "streams"),
    *("hyperparameters", "schedules", "experts", "models", "capability", "pythia"),
    "routing",
    *("releases", "attempts", "boards"),
    "prices",
    *("ladder", "dclm"),
)


@dataclass(frozen=True)
class Maker:
    """How one table is made.

    Attributes
    ----------
    name : str
        The table's name in the catalogue.
    folder : str
        The folder it is made from, below the sources.
    make : callable
        Takes that folder and returns the table.
    """

    name: str
    folder: str
    make: Callable[[Path], pl.DataFrame]


_MAKERS: dict[str, Maker] = {}


def collected(
    name: str, folder: str
) -> Callable[[Callable[[Path], pl.DataFrame]], Callable[[Path], pl.DataFrame]]:
    """Register the decorated function as the one that makes a table.

    Parameters
    ----------
    name : str
        The table's name in the catalogue.
    folder : str
        The folder it reads, below the sources.

    Returns
    -------
    callable
        The decorator; it hands the function back unchanged.
    """

    def register(make: Callable[[Path], pl.DataFrame]) -> Callable[[Path], pl.DataFrame]:
        _MAKERS[name] = Maker(name, folder, make)
        return make

    return register


def makers() -> dict[str, Maker]:
    """Return how each table is made, by name.

    Returns
    -------
    dict of str to Maker
        One for every table in the catalogue.

    Examples
    --------
    >>> makers()["chinchilla"].folder
    'chinchilla-extracted'
    """
    for theme in _THEMES:
        import_module(f"{__name__}.{theme}")
    # Sorted: which theme was imported first must not show.
    return dict(sorted(_MAKERS.items()))


def sources_folder() -> Path | None:
    """Return the folder with the sources, if this machine has it.

    It is the folder that the environment variable ``WORKBENCH_SOURCES`` names, or
    ``shared/sources`` beside the checkout.

    Returns
    -------
    pathlib.Path or None
        The folder, or None if there is none.
    """
    named = os.environ.get("WORKBENCH_SOURCES")
    folder = Path(named).expanduser() if named else home().parent / "shared" / "sources"
    return folder if folder.is_dir() else None


def made(name: str, sources: Path) -> tuple[pl.DataFrame, bytes]:
    """Make a table from its source, without writing it.

    Parameters
    ----------
    name : str
        A table of the catalogue.
    sources : pathlib.Path
        The folder with the sources.

    Returns
    -------
    tuple of polars.DataFrame and bytes
        The checked table, and the file that holds it.

    Raises
    ------
    ValueError
        If nothing makes such a table.
    DataError
        If the source, or the table made from it, is not as the catalogue describes it.
    """
    if name not in makers():
        raise ValueError(
            f"name is {name!r}; accepted are {', '.join(makers())}; the module of a new maker must "
            "be named in _THEMES of analysis/runs/collect/__init__.py"
        )
    if name not in catalog():
        raise DataError(
            f"[{name}] is not there; describe the table first", file="data/catalog.toml"
        )
    maker, known = makers()[name], entry(name)
    if not (sources / maker.folder).is_dir():
        raise DataError("there is no such folder of sources", file=maker.folder)
    runs = checked(maker.make(sources / maker.folder), known.columns, file=known.shown, closed=True)
    content = to_parquet(runs) if known.file.endswith(".parquet") else to_csv(as_text(runs))
    return runs, content


def remake(name: str, sources: Path) -> str:
    """Make a table, write it, and note its size and checksums in the catalogue.

    Parameters
    ----------
    name : str
        A table of the catalogue.
    sources : pathlib.Path
        The folder with the sources.

    Returns
    -------
    str
        What was written, and which rows are left out and why.
    """
    runs, content = made(name, sources)
    known = entry(name)
    write_whole(home() / "data" / known.file, content)
    write_whole(checksum_file(name), fingerprint(as_text(runs)).encode("ascii"))
    path = home() / "data" / "catalog.toml"
    noted = _noted(path.read_text(encoding="utf-8"), name, runs.height, sha256(content))
    write_whole(path, noted.encode())
    return f"{known.shown}: {report(runs)}"


def report(runs: pl.DataFrame) -> str:
    """Return how many rows a table has, and which are left out and why.

    Parameters
    ----------
    runs : polars.DataFrame
        A table with the columns used and reason.

    Returns
    -------
    str
        One line, and one more for each reason.

    Examples
    --------
    >>> print(report(pl.DataFrame({"used": [True, False], "reason": ["", "diverged"]})))
    2 rows, 1 used
      left out 1: diverged
    """
    left_out = runs.filter(~pl.col("used"))["reason"].value_counts().sort("reason")
    lines = [f"{runs.height} rows, {runs['used'].sum()} used"]
    lines += [f"  left out {count}: {reason}" for reason, count in left_out.iter_rows()]
    return "\n".join(lines)


def _noted(text: str, name: str, rows: int, digest: str) -> str:
    """Return the catalogue's text with new rows and sha256 for one table."""
    start = text.index(f"[{name}]\n")
    end = text.find("\n[", start)
    head = text[start:] if end < 0 else text[start:end]
    new = re.sub(r"(?m)^rows = .*$", f"rows = {rows}", head)
    new = re.sub(r"(?m)^sha256 = .*$", f'sha256 = "{digest}"', new)
    return text.replace(head, new)


def main(names: list[str]) -> int:
    """Re-make the named tables, or all, and print what was done.

    Parameters
    ----------
    names : list of str
        Tables of the catalogue; none means all.

    Returns
    -------
    int
        The exit code.
    """
    sources = sources_folder()
    if sources is None:
        print("the sources are not on this machine; set WORKBENCH_SOURCES to their folder")
        return 2
    try:
        for name in names or list(catalog()):
            print(remake(name, sources))
    except ValueError as error:
        print(error)
        return 1
    return 0

"""Reading a table of the user's own runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

import polars as pl

from analysis.errors import DataError
from analysis.runs.schema import CANONICAL, checked
from analysis.runs.tables import read_file, read_table

# What trackers and papers often call a column; only ever suggested, never assumed.
_OFTEN_CALLED = {
    "n": "params",
    "parameters": "params",
    "model size": "params",
    "d": "tokens",
    "data": "tokens",
    "train_tokens": "tokens",
    "c": "flops",
    "compute": "flops",
    "training flop": "flops",
    "lr": "learning_rate",
    "val_loss": "loss",
    "train_loss": "loss",
}


def read_runs(
    path: str | Path,
    columns: Mapping[str, str] | None = None,
    *,
    require: Sequence[str] = (),
) -> pl.DataFrame:
    """Read a table of your own runs, with the same checks as the collected ones.

    Parameters
    ----------
    path : str or pathlib.Path
        A CSV or parquet file, one run a row. Columns with a name that the workbench knows
        (``params``, ``tokens``, ``flops``, ``loss``, ``used``, ...) are checked; others are
        handed on as they are.
    columns : mapping of str to str, optional
        Other names in the file: ``{"n_params": "params"}`` reads column ``n_params`` as ``params``.
    require : sequence of str, optional
        Columns that must be there, under the workbench's names.

    Returns
    -------
    polars.DataFrame
        The runs.

    Raises
    ------
    ValueError
        If two columns would get one name.
    DataError
        Naming the file, the column and the first bad row; for a missing column, the columns
        that are there and which of them may be meant.

    Examples
    --------
    >>> from analysis.paths import home
    >>> read_runs(home() / "data" / "runs" / "chinchilla.csv", require=["loss"]).height
    245
    """
    table = read_table(read_file(path), str(path))
    frame = renamed(table, columns or {}, file=str(path))
    known = {name: CANONICAL[name] for name in frame.columns if name in CANONICAL}
    missing = [name for name in require if name not in frame.columns]
    if missing or not known:
        raise _missing(frame.columns, missing, str(path))
    return guessed(checked(frame, known, file=str(path)))


def renamed(frame: pl.DataFrame, columns: Mapping[str, str], *, file: str) -> pl.DataFrame:
    """Return the table with other column names, or say which name is not there.

    Parameters
    ----------
    frame : polars.DataFrame
        The table.
    columns : mapping of str to str
        Names in the table, and the workbench's names for them.
    file : str
        The name of the file, for the error.

    Returns
    -------
    polars.DataFrame
        The same cells.
    """
    for theirs in columns:
        if theirs not in frame.columns:
            near = get_close_matches(theirs, frame.columns, n=1)
            hint = f"; perhaps {near[0]!r} is meant" if near else ""
            raise DataError(
                f"there is no such column; the file has {', '.join(frame.columns)}{hint}",
                file=file,
                column=theirs,
            )
    names = [columns.get(name, name) for name in frame.columns]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(
            f"columns is {dict(columns)}; accepted is one column for each name, but two would be "
            f"called {twice[0]!r}"
        )
    return frame.rename(dict(columns))


def guessed(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the table with columns of numbers in text turned into numbers.

    Parameters
    ----------
    frame : polars.DataFrame
        A table in which columns the workbench does not know are still text.

    Returns
    -------
    polars.DataFrame
        A column becomes numeric if all its cells are numbers or empty.
    """
    for series in frame.select(pl.selectors.string().exclude(*CANONICAL)):
        full = series.str.strip_chars().replace("", None)
        numbers = full.cast(pl.Float64, strict=False)
        if full.count() and numbers.count() == full.count():
            frame = frame.with_columns(numbers)
    return frame


def _missing(found: Sequence[str], missing: Sequence[str], file: str) -> DataError:
    hints = {name: _OFTEN_CALLED[name.lower()] for name in found if name.lower() in _OFTEN_CALLED}
    hint = f"; perhaps columns={hints} is meant" if hints else ""
    if len(found) == 1 and any(mark in found[0] for mark in ";\t|"):
        hint = "; perhaps its cells are separated by something else than commas"
    wanted = f"accepted is a file with {missing[0]!r}" if missing else "no name is a known one"
    return DataError(
        f"{wanted}; the file has {', '.join(found)}; name others with "
        f"columns={{'their name': '{missing[0] if missing else 'loss'}'}}{hint}",
        file=file,
        column=missing[0] if missing else None,
    )

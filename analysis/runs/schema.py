"""The columns a run table may have: what each is called, its unit, and what is accepted in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import polars as pl

from analysis.errors import DataError

if TYPE_CHECKING:
    import dataframely as dy

_DTYPES: dict[str, type[pl.DataType]] = {
    "number": pl.Float64,
    "whole": pl.Int64,
    "text": pl.String,
    "yes/no": pl.Boolean,
    "date": pl.Date,
}
_FIELDS = {
    "number": "Float64",
    "whole": "Int64",
    "text": "String",
    "yes/no": "Bool",
    "date": "Date",
}
_WORDS = {
    "number": "a number",
    "whole": "a whole number",
    "text": "text",
    "yes/no": "true or false",
    "date": "a date such as 2024-05-31",
}
_ROW = "row in the file"


@dataclass(frozen=True)
class Column:
    """What one column holds.

    Attributes
    ----------
    kind : str
        ``number``, ``whole``, ``text``, ``yes/no`` or ``date``.
    unit : str
        The unit of its values; ``1`` for a plain number.
    meaning : str
        What is measured.
    above, least, most : float, optional
        Accepted are values above, from, or up to this number.
    optional : bool, default False
        Whether a number or date may be missing, also in a row that is used.

    Examples
    --------
    >>> Column("number", "nats per token", "loss", above=0).accepts
    'a finite number above 0'
    >>> Column("number", "US dollars", "cost", above=0, optional=True).accepts
    'a finite number above 0 or nothing'
    """

    kind: str
    unit: str
    meaning: str
    above: float | None = None
    least: float | None = None
    most: float | None = None
    optional: bool = False

    def __post_init__(self) -> None:
        if self.kind not in _DTYPES:
            raise ValueError(f"kind is {self.kind!r}; accepted are {', '.join(_DTYPES)}")

    @property
    def dtype(self) -> type[pl.DataType]:
        """The polars type of the column."""
        return _DTYPES[self.kind]

    @property
    def accepts(self) -> str:
        """What is accepted in the column, in words."""
        limits = [
            f"{word} {limit:g}"
            for word, limit in (("above", self.above), ("from", self.least), ("up to", self.most))
            if limit is not None
        ]
        finite = _WORDS[self.kind].replace("a number", "a finite number")
        return " ".join([finite, *limits, *(["or nothing"] if self.optional else [])])


def _positive(unit: str, meaning: str) -> Column:
    return Column("number", unit, meaning, above=0)


CANONICAL: dict[str, Column] = {
    "params": _positive("parameters", "all trained parameters, embeddings included"),
    "params_non_embedding": _positive("parameters", "parameters without the input embedding"),
    "params_non_vocabulary": _positive(
        "parameters", "parameters without the input embedding and without the output head"
    ),
    "tokens": _positive("tokens", "training tokens seen, repetitions included"),
    "unique_tokens": _positive("tokens", "different training tokens"),
    "flops": _positive("FLOP", "compute of the whole training run"),
    "loss": _positive("nats per token", "cross-entropy at the end of the run"),
    "batch_tokens": _positive("tokens", "tokens in one optimiser step"),
    "learning_rate": _positive("1", "peak learning rate"),
    "steps": _positive("steps", "optimiser steps taken"),
    "bits": _positive("bits", "bits that store one weight"),
    "usd": Column("number", "US dollars", "price paid", least=0),
    "accuracy": Column("number", "1", "share of right answers", least=0, most=1),
    "used": Column("yes/no", "yes or no", "whether the study fits this row"),
    "reason": Column("text", "text", "why the row is left out; empty when it is used"),
    "run": Column("text", "text", "name of the run"),
    "family": Column("text", "text", "model family"),
    "model": Column("text", "text", "name of the model"),
    "released": Column("date", "date", "day of first public release"),
    "params_active": _positive("parameters", "parameters that one token passes through"),
    "params_vocabulary": _positive("parameters", "parameters of the vocabulary"),
    "tokens_per_param": _positive("tokens per parameter", "training tokens for each parameter"),
    "streams": _positive("streams", "parallel streams of one model"),
    "experts": _positive("experts", "experts in each routed layer; 1 for a dense model"),
    "corpus": Column("text", "text", "training corpus"),
}


def described(name: str, given: Mapping[str, Any]) -> Column:
    """Return a column as a catalogue entry describes it.

    Parameters
    ----------
    name : str
        The column's name. Of a canonical column everything is known; an entry may say more
        precisely what it means.
    given : mapping
        Any of the attributes of `Column`.

    Returns
    -------
    Column
        The description.

    Raises
    ------
    ValueError
        If an attribute is unknown, or kind, unit or meaning of an own column is not given.
    """
    try:
        known = CANONICAL.get(name)
        return replace(known, **given) if known else Column(**given)
    except TypeError as error:
        raise ValueError(f"column {name!r} is described by {dict(given)}: {error}") from None


def checked(
    frame: pl.DataFrame, columns: Mapping[str, Column], *, file: str, closed: bool = False
) -> pl.DataFrame:
    """Return the table with typed columns, or say which cell is the first that is refused.

    A number may be missing only in a row that is not used, or in a column that is optional.

    Parameters
    ----------
    frame : polars.DataFrame
        The table; columns of text are parsed.
    columns : mapping of str to Column
        What is accepted in each column. All of them must be there.
    file : str
        The name of the file, for the error.
    closed : bool, default False
        Refuse further columns, and rows whose `used` and `reason` do not fit together.

    Returns
    -------
    polars.DataFrame
        The same rows. With `closed`, columns stand in the described order.

    Raises
    ------
    DataError
        Naming the file, the column and the first bad row.
    """
    _check_names(frame.columns, columns, file, closed)
    frame = _typed(frame, columns, file)
    schema = _schema(tuple(columns.items()), closed)
    numbered = frame.select(*columns).with_row_index(_ROW).with_columns(pl.col(_ROW).cast(pl.Int64))
    _, failure = schema.filter(numbered)
    if len(failure):
        row = int(failure.invalid()[_ROW].min())  # type: ignore[arg-type]
        _, failure = schema.filter(numbered[row : row + 1])
        refused = {rule.partition("|")[0] for rule in failure.counts()}
        name = next(name for name in columns if name in refused)
        found = frame[name][row]
        accepts = columns[name].accepts
        if name == "reason":
            accepts = "why the row is left out where used is false, and nothing where it is true"
        elif found is None and "used" in columns:
            accepts += " in every row that is used"
        raise DataError(
            f"found {_shown(found)}; accepted is {accepts}", file=file, column=name, row=row + 1
        )
    return frame.select(*columns) if closed else frame


def _check_names(
    found: Sequence[str], columns: Mapping[str, Column], file: str, closed: bool
) -> None:
    for name in columns:
        if name not in found:
            raise DataError(
                f"the column is missing; the file has {', '.join(found)}", file=file, column=name
            )
    for name in found:
        if closed and name not in columns:
            raise DataError(
                f"the column is not in the catalogue, which lists {', '.join(columns)}",
                file=file,
                column=name,
            )


def _typed(frame: pl.DataFrame, columns: Mapping[str, Column], file: str) -> pl.DataFrame:
    """Parse every column; of all cells that cannot be parsed the first row is reported."""
    parsed = {name: _parse(frame[name], column) for name, column in columns.items()}
    first: tuple[int, str] | None = None
    for name, values in parsed.items():
        lost = (values.is_null() & frame[name].is_not_null()).arg_true()
        if frame[name].dtype == pl.String and columns[name].kind != "text":
            lost = lost.filter(frame[name].gather(lost).str.strip_chars() != "")
        if len(lost) and (first is None or lost[0] < first[0]):
            first = (int(lost[0]), name)
    if first is not None:
        row, name = first
        raise DataError(
            f"found {_shown(frame[name][row])}; accepted is {columns[name].accepts}",
            file=file,
            column=name,
            row=row + 1,
        )
    return frame.with_columns(**parsed)


def _parse(values: pl.Series, column: Column) -> pl.Series:
    if values.dtype != pl.String or column.kind == "text":
        return values.cast(column.dtype, strict=False)
    values = values.str.strip_chars()
    if column.kind == "yes/no":
        lower = values.str.to_lowercase()
        return lower.replace_strict(
            {"true": True, "false": False}, default=None, return_dtype=pl.Boolean
        )
    if column.kind == "date":
        return values.str.to_date("%Y-%m-%d", strict=False)
    return values.cast(column.dtype, strict=False)


@lru_cache(maxsize=64)
def _schema(columns: tuple[tuple[str, Column], ...], closed: bool) -> type[dy.Schema]:
    import dataframely as dy

    excusable = "used" in dict(columns)
    fields: dict[str, Any] = {_ROW: dy.Int64()}
    for name, column in columns:
        rules: dict[str, Any] = {}
        numeric = column.kind in ("number", "whole", "date")
        if excusable and numeric and not column.optional:
            rules["missing"] = lambda cell: cell.is_not_null() | ~pl.col("used")
        if closed and name == "reason" and excusable:
            rules["fits used"] = lambda cell: (cell == "") == pl.col("used")
        nullable = "missing" in rules or (numeric and column.optional)
        options: dict[str, Any] = {"nullable": nullable, "check": rules or None}
        if column.kind in ("number", "whole"):
            options |= {"min_exclusive": column.above, "min": column.least, "max": column.most}
        fields[name] = getattr(dy, _FIELDS[column.kind])(**options)
    return type("Runs", (dy.Schema,), fields)


def _shown(cell: object) -> str:
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return "an empty cell"
    return repr(cell)

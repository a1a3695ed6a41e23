"""Published values as a table, and the comparison of what a notebook found with them.

A verdict is computed, never written by hand. The notebook only explains: each value that differs,
or that cannot be tested, needs a reason, and one without it is refused.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import polars as pl

from analysis.errors import DataError
from analysis.records import Record, read_study, studies
from analysis.studies import display

Found = float | tuple[float, float, float] | None
_LARGEST_TOLERANCE = 0.05


def published(study: str | None = None) -> pl.DataFrame:
    """Return the published values of one study, or of all.

    Parameters
    ----------
    study : str, optional
        The key of a study, such as ``besiroglu2024``.

    Returns
    -------
    polars.DataFrame
        One value a row: study, key, quantity, value, low, high, se, unit, where, verified, via,
        mark, note. The mark says ``recalled`` of a value that was not read, and ``second-hand``
        of one that was read in what others wrote about the paper.

    Raises
    ------
    ValueError
        If there is no such study.

    Examples
    --------
    >>> table = published("besiroglu2024")
    >>> table.filter(table["key"] == "alpha")["value"].item()
    0.3478
    """
    columns: dict[str, type[pl.DataType]] = {
        **dict.fromkeys(("study", "key", "quantity"), pl.String),
        **dict.fromkeys(("value", "low", "high", "se"), pl.Float64),
        **dict.fromkeys(("unit", "where"), pl.String),
        "verified": pl.Boolean,
        **dict.fromkeys(("via", "mark", "note"), pl.String),
    }
    keys = studies() if study is None else [study]
    records = [record for key in keys for record in read_study(key).values.values()]
    return pl.DataFrame(
        [{name: getattr(record, name) for name in columns} for record in records], schema=columns
    )


@dataclass(frozen=True)
class Row:
    """One published value beside what was found.

    Attributes
    ----------
    study, key, quantity, unit, where, mark : str
        The record.
    published, published_low, published_high : float or None
        Its value, and its interval or range.
    reproduced, reproduced_low, reproduced_high : float or None
        What was found, and its interval.
    verdict : str
        ``reproduced``, ``differs`` or ``not testable``.
    because : str
        The rule by which it is reproduced, or the reason why it is not.
    published_text, reproduced_text : str
        Both as they are shown.
    """

    study: str
    key: str
    quantity: str
    unit: str
    published: float | None
    published_low: float | None
    published_high: float | None
    reproduced: float | None
    reproduced_low: float | None
    reproduced_high: float | None
    verdict: str
    because: str
    mark: str
    where: str
    published_text: str
    reproduced_text: str


@dataclass(frozen=True)
class Comparison:
    """Published values beside reproduced ones; a notebook shows it as a table.

    Attributes
    ----------
    rows : tuple of Row
        One a value. Two comparisons joined by ``+`` make one table.
    left_out : tuple of str
        Published values that are not compared, as study and key.
    """

    rows: tuple[Row, ...]
    left_out: tuple[str, ...] = ()

    @property
    def frame(self) -> pl.DataFrame:
        """The table as a polars frame, one row a value."""
        shown = ("published_text", "reproduced_text")
        names = [f.name for f in fields(Row) if f.name not in shown]
        numbers = {n: pl.Float64 for n in names if n.startswith(("published", "reproduced"))}
        rows = [{name: getattr(row, name) for name in names} for row in self.rows]
        return pl.DataFrame(rows, schema={n: numbers.get(n, pl.String) for n in names})

    @property
    def verdicts(self) -> dict[str, str]:
        """The verdict on each value, by ``study.key``."""
        return {f"{row.study}.{row.key}": row.verdict for row in self.rows}

    def __add__(self, other: Comparison) -> Comparison:
        rows = self.rows + other.rows
        compared = {f"{row.study}.{row.key}" for row in rows}
        left_out = dict.fromkeys(self.left_out + other.left_out)
        return Comparison(rows, tuple(key for key in left_out if key not in compared))

    def __str__(self) -> str:
        return display.as_text(self)

    # What a notebook keeps beside the table: rounded numbers, as in the table itself.
    __repr__ = __str__

    def _repr_html_(self) -> str:
        return display.as_html(self)

    def to_json(self) -> str:
        """Return the table as JSON, numbers rounded to six significant digits.

        Returns
        -------
        str
            An object with the rows and the values left out; it ends in a line end.
        """

        def rounded(value: object) -> object:
            return float(f"{value:.6g}") if isinstance(value, float) else value

        rows = [{name: rounded(v) for name, v in asdict(row).items()} for row in self.rows]
        whole = {"rows": rows, "left_out": list(self.left_out)}
        return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"

    def save(self, path: str | Path) -> Path:
        """Write the table as JSON, for a page that gathers the verdicts of a chapter.

        Parameters
        ----------
        path : str or pathlib.Path
            The file, ending in .json. Its folder is made if need be.

        Returns
        -------
        pathlib.Path
            The file.

        Raises
        ------
        ValueError
            If the ending is another.
        """
        path = Path(path)
        if path.suffix != ".json":
            raise ValueError(f"path is {str(path)!r}; accepted is a name that ends in .json")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.to_json(), encoding="utf-8", newline="\n")
        return path

    @classmethod
    def read(cls, path: str | Path) -> Comparison:
        """Read a table that `save` or a `Saver` wrote.

        Parameters
        ----------
        path : str or pathlib.Path
            The file.

        Returns
        -------
        Comparison
            The table, its numbers with six significant digits.

        Raises
        ------
        DataError
            If the file holds no such table.
        """
        path = Path(path)
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            return cls(tuple(Row(**row) for row in found["rows"]), tuple(found["left_out"]))
        except (OSError, ValueError, KeyError, TypeError) as problem:
            raise DataError(f"not a table of verdicts: {problem}", file=path.name) from None


def compare(
    study: str,
    reproduced: Mapping[str, Found],
    *,
    verdicts: Mapping[str, str] | None = None,
    tolerance: Mapping[str, float] | None = None,
) -> Comparison:
    """Compare what was found with what a study published.

    A value counts as reproduced if it agrees with the published one to the printed digits, or
    within a stated tolerance, or if its interval contains the published value, or, where a range
    was published, if it lies in that range. Anything else differs.

    Parameters
    ----------
    study : str
        The key of the study.
    reproduced : mapping
        By the key of the published value: a number, or (value, low, high), or None if it cannot
        be tested here.
    verdicts : mapping of str to str, optional
        Why a value differs, or why it cannot be tested. Needed for each such value, and refused
        for a value that is reproduced.
    tolerance : mapping of str to float, optional
        For single values, an accepted relative difference, at most 0.05. The table shows it.

    Returns
    -------
    Comparison
        One row for each key of `reproduced`, in that order.

    Raises
    ------
    ValueError
        If `reproduced` is no mapping, a key is unknown, a number is not finite, an interval does
        not hold its value, or a reason is missing or superfluous.

    Examples
    --------
    >>> table = compare("besiroglu2024", {"alpha": (0.3473, 0.317, 0.373), "chi2": None},
    ...                 verdicts={"chi2": "needs the authors' likelihood"})
    >>> table.verdicts
    {'besiroglu2024.alpha': 'reproduced', 'besiroglu2024.chi2': 'not testable'}
    """
    if not isinstance(reproduced, Mapping):
        raise ValueError(f"reproduced is a mapping by key, found {type(reproduced).__name__}")
    known = read_study(study).values
    reasons, tolerances = dict(verdicts or {}), dict(tolerance or {})
    _check_keys("reproduced", reproduced, known)
    _check_keys("verdicts", reasons, reproduced)
    _check_keys("tolerance", tolerances, reproduced)
    for key, allowed in tolerances.items():
        if not 0 < allowed <= _LARGEST_TOLERANCE:
            raise ValueError(
                f"tolerance[{key!r}] is {allowed}; accepted is above 0, up to {_LARGEST_TOLERANCE}"
            )
    rows = tuple(
        _row(known[key], _interval(key, found), reasons.get(key), tolerances.get(key))
        for key, found in reproduced.items()
    )
    return Comparison(rows, tuple(f"{study}.{key}" for key in known if key not in reproduced))


def _check_keys(argument: str, given: Mapping[str, object], known: Mapping[str, object]) -> None:
    for key in given:
        if key not in known:
            raise ValueError(f"{argument} has the key {key!r}; accepted are {', '.join(known)}")


def _interval(key: str, found: Found) -> tuple[float, float | None, float | None] | None:
    """Return value, low and high as floats, or None if there is nothing to compare."""
    if found is None:
        return None
    numbers = [float(n) for n in found] if isinstance(found, Sequence) else [float(found)]
    accepted = "a finite number, (value, low, high) with low <= value <= high, or None"
    if not all(map(math.isfinite, numbers)) or len(numbers) not in (1, 3):
        raise ValueError(f"reproduced[{key!r}] is {found}; accepted is {accepted}")
    if len(numbers) == 1:
        return numbers[0], None, None
    value, low, high = numbers
    if not low <= value <= high:
        raise ValueError(f"reproduced[{key!r}] is {found}; accepted is {accepted}")
    return value, low, high


def _row(
    record: Record,
    found: tuple[float, float | None, float | None] | None,
    reason: str | None,
    tolerance: float | None,
) -> Row:
    value, low, high = found or (None, None, None)
    rule = None if value is None else _agreement(record, value, low, high, tolerance)
    if rule is not None:
        verdict, because = "reproduced", rule
        if reason is not None:
            raise ValueError(
                f"verdicts explains {record.key!r}, which is reproduced ({rule}): leave it out"
            )
    else:
        verdict = "not testable" if value is None else "differs"
        if not reason or not reason.strip():
            raise ValueError(
                f"{record.key!r} {'differs' if found else 'is not testable'}"
                + (f": published {record.printed or 'range'}, found {value:.6g}" if found else "")
                + f"; say why with verdicts={{{record.key!r}: 'because ...'}}"
            )
        because = reason.strip()
    return Row(
        **{n: getattr(record, n) for n in ("study", "key", "quantity", "unit", "mark", "where")},
        published=record.value,
        published_low=record.low,
        published_high=record.high,
        reproduced=value,
        reproduced_low=low,
        reproduced_high=high,
        verdict=verdict,
        because=because,
        published_text=display.published_text(record),
        reproduced_text=display.reproduced_text(record, value, low, high),
    )


def _agreement(
    record: Record,
    value: float,
    low: float | None,
    high: float | None,
    tolerance: float | None,
) -> str | None:
    """Return the rule by which the value counts as reproduced, or None."""
    if record.value is None:
        inside = record.low is not None and record.high is not None
        inside = inside and record.low <= value <= record.high  # type: ignore[operator]
        return "lies in the published range" if inside else None
    difference = abs(value - record.value)
    # A hair more than half a unit, since decimal fractions are not exact in binary.
    if difference <= record.half_unit * (1 + 1e-9):
        return "agrees to the printed digits"
    if tolerance is not None and difference <= tolerance * abs(record.value):
        return f"within {100 * tolerance:g}%"
    if low is not None and high is not None and low <= record.value <= high:
        return "published value lies in the interval"
    return None

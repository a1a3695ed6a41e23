"""Tidy tables of attempts: checked row by row, then laid out as problems × strategies.

One row is one attempt of a strategy, that is of a model with an inference technique, at one
problem. Everything in this room is computed from the layout, so that a table is checked once.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from analysis.economics.alignment import check_alignment
from analysis.errors import DataError

Array = np.ndarray[Any, np.dtype[np.float64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]
Positions = np.ndarray[Any, np.dtype[np.intp]]

_ROW = "row in the table"
_NEEDED = ("problem", "model", "attempt", "passed", "usd")
_FILLED: dict[str, pl.Expr] = {
    "task": pl.lit(""),
    "technique": pl.lit("single answer"),
    "family": pl.col("model"),
    "released": pl.lit(None, pl.Date),
}


@dataclass(frozen=True)
class Attempts:
    """Checked attempts at the problems of one task.

    Attributes
    ----------
    task : str
        The task; empty if the table names none.
    problems : tuple of str
        The problems, in the order of the table.
    strategies : polars.DataFrame
        One row a strategy: name (the model's, and the technique's where a model has several),
        model, technique, family, released.
    passed : numpy.ndarray of shape (problems, strategies, most attempts)
        1 for a right answer, 0 for a wrong one, 0 where there was no such attempt.
    usd : numpy.ndarray of shape (problems, strategies, most attempts)
        What each attempt cost.
    count : numpy.ndarray of shape (problems, strategies)
        How many attempts there were; 0 where a strategy did not try a problem.
    """

    task: str
    problems: tuple[str, ...]
    strategies: pl.DataFrame
    passed: Array
    usd: Array
    count: Positions

    def __repr__(self) -> str:
        task = f" at {self.task}" if self.task else ""
        return (
            f"<Attempts{task}: {int(self.count.sum()):,} of {len(self.names)} strategies at "
            f"{len(self.problems):,} problems>"
        )

    @property
    def passes(self) -> Array:
        """Right answers by problem and strategy."""
        return np.asarray(self.passed.sum(axis=2))

    @property
    def spend(self) -> Array:
        """US dollars by problem and strategy, all attempts together."""
        return np.asarray(self.usd.sum(axis=2))

    @property
    def most(self) -> int:
        """The largest number of attempts of one strategy at one problem."""
        return int(self.count.max())

    @property
    def sure(self) -> bool:
        """Whether a strategy is known to solve every problem sooner or later, as a guesser is.

        Its success rate is then given, not estimated from attempts.
        """
        given = ((self.passed > 0) & (self.passed < 1)).any(axis=2)
        return bool(given.all(axis=0).any())

    @property
    def names(self) -> list[str]:
        """The names of the strategies."""
        return self.strategies["name"].to_list()

    def keep(self, strategies: Mask) -> Attempts:
        """Return the attempts of some strategies at all problems.

        Parameters
        ----------
        strategies : numpy.ndarray of shape (strategies,)
            Which are kept.

        Returns
        -------
        Attempts
            The same problems, tried by fewer.
        """
        return replace(
            self,
            strategies=self.strategies.filter(pl.Series(strategies)),
            passed=self.passed[:, strategies],
            usd=self.usd[:, strategies],
            count=self.count[:, strategies],
        )

    def among(self, **columns: Collection[str]) -> Mask:
        """Return which strategies have one of the given values in a column.

        Parameters
        ----------
        **columns
            For example ``family=["GPT"]``.

        Returns
        -------
        numpy.ndarray of shape (strategies,)
            True for those.

        Raises
        ------
        ValueError
            If no strategy has one of the values.
        """
        found = np.ones(self.strategies.height, dtype=bool)
        for column, values in columns.items():
            for value in values:
                if value not in self.strategies[column]:
                    there = ", ".join(sorted(set(self.strategies[column])))
                    raise ValueError(f"{column} is {value!r}; accepted are {there}")
            found &= self.strategies[column].is_in(list(values)).to_numpy()
        return found


def attempts(records: pl.DataFrame | Attempts, *, free: Sequence[str] = ()) -> Attempts:
    """Check a tidy table of attempts at one task and lay it out.

    Parameters
    ----------
    records : polars.DataFrame
        One attempt a row: problem, model, attempt, passed (0 or 1) and usd. Optional: technique,
        family, released, task; ``used``, of which only true rows are read. With
        ``input_tokens``, models are checked to have met the same problems under the same names.
    free : sequence of str, optional
        Models that cost nothing. Zero dollars of any other model mean that nobody wrote the cost
        down, and are refused.

    Returns
    -------
    Attempts
        The layout. What is laid out already is handed back.

    Raises
    ------
    DataError
        Naming the column and the first bad row: a cost that is negative, missing or zero, an
        outcome other than 0 and 1, the same attempt twice, a problem that no strategy tried, a
        model with two days of release, a model whose problems are numbered otherwise.
    ValueError
        If there are several tasks: a mean over their problems means nothing.

    Examples
    --------
    >>> table = pl.DataFrame({"problem": ["1", "1"], "model": "a", "attempt": [1, 2],
    ...                       "passed": [0, 1], "usd": [0.01, 0.03]})
    >>> attempts(table).passes.tolist(), round(attempts(table).spend.item(), 4)
    ([[1.0]], 0.04)
    """
    if isinstance(records, Attempts):
        return records
    frame = checked(records, free=free)
    tasks = frame["task"].unique(maintain_order=True).to_list()
    if len(tasks) > 1:
        raise ValueError(
            f"records hold the tasks {', '.join(map(repr, tasks))}; accepted is one, since a mean "
            "over the problems of several means nothing"
        )
    return _laid_out(frame)


def checked(records: pl.DataFrame, *, free: Sequence[str] = ()) -> pl.DataFrame:
    """Return the used rows of a table of attempts with all columns typed and filled in.

    Parameters
    ----------
    records : polars.DataFrame
        As `attempts` takes them, but of any number of tasks.
    free : sequence of str, optional
        Models that cost nothing.

    Returns
    -------
    polars.DataFrame
        Columns task, problem, model, technique, family, released, attempt, passed, usd.

    Raises
    ------
    DataError
        As `attempts` does.
    """
    for name in _NEEDED:
        if name not in records.columns:
            said = f"the column is missing; the table has {', '.join(records.columns)}"
            raise DataError(said, column=name)
    frame = records.with_row_index(_ROW, offset=1).with_columns(
        **{n: what for n, what in _FILLED.items() if n not in records.columns}
    )
    text = ("task", "problem", "model", "technique", "family")
    frame = frame.with_columns(pl.col(text).cast(pl.String))
    used = frame.filter("used") if "used" in frame.columns else frame
    if not used.height:
        raise DataError("no row is used")
    for name in ("task", "problem", "model", "technique"):
        _refuse(used, name, pl.col(name).is_null(), "accepted is a name")
    number = pl.col("passed").cast(pl.Float64, strict=False)
    wrong = ~number.is_in([0.0, 1.0]) | number.is_null()
    _refuse(used, "passed", wrong, "accepted is 1 for a right answer and 0 for a wrong one")
    cost = pl.col("usd").cast(pl.Float64, strict=False)
    bad = cost.is_null() | ~cost.is_finite() | (cost < 0)
    _refuse(used, "usd", bad, "accepted is a cost from 0, or used = false where none is known")
    _refuse(
        used,
        "usd",
        (cost == 0) & ~pl.col("model").is_in(list(free)),
        "zero dollars mean that the cost was not written down: give the row used = false, or name "
        "a model that costs nothing in free=",
    )
    key = ["task", "problem", "model", "technique", "attempt"]
    again = ~pl.struct(key).is_first_distinct()
    _refuse(used, "attempt", again, "the same attempt stands in an earlier row")
    days = pl.col("released").n_unique().over("model") > 1
    _refuse(used, "released", days, "the model has two days of release")
    _check_tried(frame, used)
    if "input_tokens" in used.columns:
        check_alignment(used)
    return used.with_columns(passed=number, usd=cost).select(*_FILLED, *_NEEDED)


def _refuse(frame: pl.DataFrame, column: str, bad: pl.Expr, accepted: str) -> None:
    first = frame.filter(bad).head(1)
    if first.height:
        found = first[column].item()
        raise DataError(f"found {found!r}; {accepted}", column=column, row=first[_ROW].item())


def _check_tried(frame: pl.DataFrame, used: pl.DataFrame) -> None:
    key = ["task", "problem"]
    untried = frame.join(used.select(key).unique(), on=key, how="anti")
    if untried.height:
        row = untried.row(0, named=True)
        raise DataError(
            f"found {row['problem']!r}, which no strategy tried in any row that is used; leave "
            "the problem out, or its share would count as unsolved",
            column="problem",
            row=row[_ROW],
        )


def _laid_out(frame: pl.DataFrame) -> Attempts:
    problems = frame["problem"].unique(maintain_order=True)
    key = ["model", "technique"]
    strategies = frame.unique(key).sort(key).select(*key, "family", "released")
    numbered = strategies.select(key).with_row_index("strategy")
    place = frame.join(numbered, on=key, how="left", maintain_order="left").select(
        pl.col("problem").replace_strict(problems, range(len(problems)), return_dtype=pl.Int64),
        "strategy",
        pl.int_range(pl.len()).over("problem", "strategy").alias("slot"),
        "passed",
        "usd",
    )
    several = pl.col("technique").n_unique().over("model") > 1
    name = pl.when(several).then(pl.format("{} + {}", "model", "technique")).otherwise("model")
    strategies = strategies.select(name.alias("name"), pl.all())
    shape = (len(problems), strategies.height, int(place["slot"].max()) + 1)  # type: ignore[arg-type]
    at = tuple(place[name].to_numpy() for name in ("problem", "strategy", "slot"))
    passed, usd = np.zeros(shape), np.zeros(shape)
    passed[at], usd[at] = place["passed"].to_numpy(), place["usd"].to_numpy()
    count = np.zeros(shape[:2], dtype=np.intp)
    np.add.at(count, at[:2], 1)
    return Attempts(frame["task"][0], tuple(problems), strategies, passed, usd, count)

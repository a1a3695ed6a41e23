"""The frontier as models come: added in the order of their release, problem by problem."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import polars as pl

from analysis.economics.attempts import Attempts, attempts
from analysis.economics.cost_of_pass import ratios
from analysis.economics.frontier import RESAMPLES, capped
from analysis.economics.resampling import Interval, by_parts, interval, over_problems
from analysis.errors import DataError

Array = np.ndarray[Any, np.dtype[np.float64]]


def frontier_over_time(
    records: pl.DataFrame | Attempts,
    human: float | None = None,
    *,
    check: float = 0.0,
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> pl.DataFrame:
    """Add models in the order of their release and follow the frontier.

    Parameters
    ----------
    records : polars.DataFrame or Attempts
        Attempts at one task; every model has a day of release.
    human : float, optional
        What a human expert costs a problem; without it, the models of the first day must solve
        every problem.
    check : float, optional
        What it costs to tell whether one answer is right.
    level, resamples, seed : optional
        Of the intervals, which are those of `frontier` over problems.

    Returns
    -------
    polars.DataFrame
        One row a day: ``released``, ``joined`` (models), ``frontier`` with ``low`` and ``high``,
        ``of_human`` (share of the human price), ``gain`` in US dollars and ``relative_gain``, the
        fall since the row before, or since the human price for the first.

    Raises
    ------
    DataError
        If a model has no day of release.
    ValueError
        If a problem is unsolved and there is no human price.

    References
    ----------
    Erol et al. 2025, arXiv 2504.13359.

    Examples
    --------
    >>> from datetime import date
    >>> table = pl.DataFrame({"problem": ["1", "1"], "model": ["a", "b"], "attempt": 1,
    ...                       "passed": 1, "usd": [0.4, 0.1],
    ...                       "released": [date(2025, 3, 1), date(2025, 1, 1)]})
    >>> frontier_over_time(table, human=0.2).select("joined", "frontier", "gain").rows()
    [('b', 0.1, 0.1), ('a', 0.1, 0.0)]
    """
    laid = attempts(records)
    days, values = track_by_problem(laid, human, check=check)
    means = values.mean(axis=0)
    joined = [_joined(laid, day) for day in days]
    before = np.concatenate([[np.nan if human is None else human], means[:-1]])
    columns: dict[str, Any] = {"released": days, "joined": joined, "frontier": means}
    if resamples:
        known = None if laid.sure else human
        spans = [_span(column, known, level, resamples, seed) for column in values.T]
        columns |= {"low": [s.low for s in spans], "high": [s.high for s in spans]}
    if human is not None:
        columns["of_human"] = means / human
    return pl.DataFrame(columns | {"gain": before - means, "relative_gain": 1 - means / before})


def track_by_problem(
    records: Attempts, human: float | None, *, check: float = 0.0
) -> tuple[list[datetime.date], Array]:
    """Return the frontier of every problem after each day of release.

    Parameters
    ----------
    records : Attempts
        Attempts at one task.
    human : float or None
        What a human expert costs a problem.
    check : float, optional
        What it costs to tell whether one answer is right.

    Returns
    -------
    tuple of list and numpy.ndarray of shape (problems, days)
        The days, and the frontier after the models of each.

    Raises
    ------
    DataError
        If a model has no day of release.
    ValueError
        If a problem is unsolved and there is no human price.
    """
    released = records.strategies["released"]
    if released.null_count():
        names = records.strategies.filter(pl.col("released").is_null())["model"].unique().sort()
        raise DataError(f"no day of release of {', '.join(names)}", column="released")
    days = released.unique().sort().to_list()
    ratio = ratios(records, check=check)
    best = np.stack([ratio[:, (released <= day).to_numpy()].min(axis=1) for day in days], axis=1)
    return days, capped(best, human, records.problems)


def _joined(records: Attempts, day: datetime.date) -> str:
    return ", ".join(records.strategies.filter(pl.col("released") == day)["name"])


def _span(values: Array, human: float | None, level: float, resamples: int, seed: int) -> Interval:
    """Return where the mean lies, as `frontier` does; without a human price, by BCa."""
    if human is None:
        draws = over_problems(values[:, None], resamples, seed)[:, 0]
        return interval(draws, values, level=level, method="bca", over="problems")
    held = values >= human
    rest = np.where(held, 0.0, values)
    draws = over_problems(rest[:, None], resamples, seed)[:, 0]
    return by_parts(draws, values, held, human, level=level)

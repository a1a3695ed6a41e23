"""What a fixed score costs over time: the records, how fast they fall, and how sure that is.

The cheapest way to reach a score can only become cheaper as ways are added. A trend of such
records therefore falls even where nothing changed but the number of tries: every trend comes with
the fall that the same runs show in shuffled order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from analysis.economics.halving import (
    check_draws,
    halved,
    halving_interval,
    halving_months,
    middle_months,
    why_untold,
)
from analysis.economics.slopes import ends_slope, line_slope, mean_level, steps_slope
from analysis.errors import DataError

Array = np.ndarray[Any, np.dtype[np.float64]]

FORMS: Mapping[str, str] = {
    "steps": "line through the lowest cost so far, each day counting the same",
    "records": "line through the records, each counting the same",
    "ends": "from the first record to the last",
    "all": "line through all runs that reach the score, records or not",
}
"""How a rate is read off: the forms that `cost_trend` takes."""


@dataclass(frozen=True)
class CostTrend:
    """How fast the cost of a score fell.

    Attributes
    ----------
    threshold : float
        The score to reach.
    form : str
        How the rate is read off, a key of `FORMS`.
    first : bool
        Whether the first record counts.
    runs : int
        Runs with a cost that reach the score.
    unpriced : int
        Runs that reach it and have no cost; any of them may have been a record.
    records : int
        Times that the lowest cost fell to a new value, the first included.
    halving_months, low, high : float
        Months in which the cost halves, and its interval; infinite where it does not fall.
    level : float
        The level of the interval.
    chance : float
        Share of shuffled orders of the same runs in which the lowest cost so far, averaged over
        the days, stays at least as high. Small where low costs had to be waited for; whatever
        the form.
    chance_months : float
        Halving time that the shuffled orders show in the middle: what choosing minima makes of
        costs without any trend.
    reason : str
        Why the halving time is not identified; empty if it is.
    """

    threshold: float
    form: str
    first: bool
    runs: int
    unpriced: int
    records: int
    halving_months: float
    low: float
    high: float
    level: float
    chance: float
    chance_months: float
    reason: str

    def __repr__(self) -> str:
        ends = (self.low, self.high)
        how = halved(self.halving_months, ends, self.level, self.reason)
        return (
            f"<CostTrend at a score of {self.threshold:g}: {how}; {self.records} records "
            f"of {self.runs} runs>"
        )

    @property
    def status(self) -> str:
        """``identified``, or ``not identified`` with a reason."""
        return "not identified" if self.reason else "identified"


def cost_records(
    frame: pl.DataFrame, *, threshold: float, cost: str, score: str, day: str
) -> pl.DataFrame:
    """Return the runs that were the cheapest so far to reach a score.

    Parameters
    ----------
    frame : polars.DataFrame
        One row a run; a missing cost is no cost.
    threshold : float
        The score to reach.
    cost, score, day : str
        The columns with the cost, the score and the date.

    Returns
    -------
    polars.DataFrame
        The records in order of time, with `factor`, the cost of the record before over this one.
        Of several runs of one day only the cheapest can be a record; a tie is none.

    Examples
    --------
    >>> from datetime import date
    >>> runs = pl.DataFrame({"day": [date(2025, 1, 1), date(2025, 2, 1), date(2025, 3, 1)],
    ...                      "usd": [8.0, 9.0, 2.0], "score": [0.6, 0.9, 0.7]})
    >>> cost_records(runs, threshold=0.6, cost="usd", score="score", day="day")["factor"].to_list()
    [None, 4.0]
    """
    reached = frame.filter(pl.col(score) >= threshold, pl.col(cost).is_not_null())
    reached = reached.sort(day, cost, maintain_order=True)
    before = pl.col(cost).cum_min().shift(1)
    return reached.with_columns(factor=before / pl.col(cost)).filter(
        pl.col("factor").is_null() | (pl.col("factor") > 1)
    )


def cost_trend(
    frame: pl.DataFrame,
    *,
    threshold: float,
    cost: str,
    score: str,
    day: str,
    cases: str | None = None,
    form: str = "steps",
    first: bool = True,
    until: date | None = None,
    level: float = 0.9,
    resamples: int = 2000,
    seed: int = 0,
) -> CostTrend:
    """Return how fast the cost of reaching a score fell.

    The interval resamples runs, and, where the number of cases is given, draws each score anew,
    so that runs near the threshold reach it in some resamples only. Least-squares bars would
    take the records for independent measurements; they are minima of one another.

    Parameters
    ----------
    frame : polars.DataFrame
        One row a run; a missing cost is no cost.
    threshold : float
        The score to reach.
    cost, score, day : str
        The columns with the cost, the score and the date.
    cases : str, optional
        The column with the number of cases behind the score, a share.
    form : str, default "steps"
        How the rate is read off; a key of `FORMS`.
    first : bool, default True
        Whether the first record counts. Without it, time starts at the second.
    until : datetime.date, optional
        The last day on which a record could have been seen; by default that of the last run.
    level : float, default 0.9
        The level of the interval.
    resamples : int, default 2000
        How many boards are drawn, and how many orders shuffled.
    seed : int, default 0
        Of the draws.

    Returns
    -------
    CostTrend
        The halving time; `reason` says why if it is not identified.

    Raises
    ------
    ValueError
        If `form` is not known, or `level` or `resamples` is out of range.
    DataError
        If a cost is zero or below.

    Examples
    --------
    >>> from datetime import date
    >>> runs = pl.DataFrame({"day": [date(2025, m, 1) for m in range(1, 11)], "score": [0.9] * 10,
    ...                      "usd": [2.0**-m for m in range(10)]})
    >>> found = cost_trend(runs, threshold=0.5, cost="usd", score="score", day="day")
    >>> round(found.halving_months, 1), found.status
    (1.0, 'identified')
    """
    check_draws(form, FORMS, level, resamples)
    board = _Board.of(frame, cost, score, day, cases, until)
    reached = board.scores >= threshold
    own = board.slopes(np.where(reached, board.costs, np.inf)[None], form, first)[0]
    rng = np.random.default_rng(seed)
    drawn = board.slopes(board.resampled(threshold, resamples, rng), form, first)
    orders = board.shuffled(reached, resamples, rng)
    shuffled = board.slopes(orders, form, first)
    records = cost_records(frame, threshold=threshold, cost=cost, score=score, day=day)
    unpriced = frame.filter(pl.col(score) >= threshold, pl.col(cost).is_null()).height
    low, high = halving_interval(drawn, level)
    count = records.height
    points = (int(reached.sum()), "runs") if form == "all" else (count - (not first), "records")
    return CostTrend(
        threshold,
        form,
        first,
        int(reached.sum()),
        unpriced,
        count,
        halving_months(own),
        low,
        high,
        level,
        board.chance(reached, orders),
        middle_months(shuffled),
        _reason(*points, own, drawn, high),
    )


def _reason(points: int, what: str, own: float, drawn: Array, high: float) -> str:
    """Why a rate read off so many points is not identified; empty if it is."""
    if not np.isfinite(own) or points < 3:
        return f"only {max(points, 0)} {what}, and a line needs three"
    return why_untold(drawn, high)


@dataclass(frozen=True)
class _Board:
    """Runs with a cost in order of time: days, log2 costs, scores and cases."""

    days: Array
    costs: Array
    scores: Array
    cases: np.ndarray[Any, np.dtype[np.int64]] | None
    until: float

    @classmethod
    def of(
        cls,
        frame: pl.DataFrame,
        cost: str,
        score: str,
        day: str,
        cases: str | None,
        until: date | None,
    ) -> _Board:
        bad = frame.with_row_index().filter(pl.col(cost) <= 0)
        if bad.height:
            raise DataError(
                f"found {bad[cost][0]}; accepted is a cost above 0, or nothing where none was "
                "measured",
                column=cost,
                row=int(bad["index"][0]) + 1,
            )
        runs = frame.filter(pl.col(cost).is_not_null(), pl.col(score).is_not_null()).sort(day)
        last = until or frame[day].max()
        days = runs[day].cast(pl.Date).to_physical().to_numpy().astype(float)
        return cls(
            days,
            np.log2(runs[cost].cast(pl.Float64).to_numpy()),
            runs[score].cast(pl.Float64).to_numpy(),
            None if cases is None else runs[cases].cast(pl.Int64).to_numpy(),
            float(pl.Series([last], dtype=pl.Date).to_physical()[0]),
        )

    def resampled(self, threshold: float, resamples: int, rng: np.random.Generator) -> Array:
        """Costs of drawn boards, (resamples, runs); infinite where a run is not in one."""
        n, shape = len(self.days), (resamples, len(self.days))
        picked = rng.integers(0, n, size=shape) if n else np.zeros(shape, dtype=int)
        present = np.zeros(shape, dtype=bool)
        present[np.arange(resamples)[:, None], picked] = True
        scores = np.broadcast_to(self.scores, shape)
        if self.cases is not None:
            shares = np.clip(self.scores, 0, 1)
            scores = rng.binomial(self.cases, shares, size=shape) / self.cases
        return np.where(present & (scores >= threshold), self.costs, np.inf)

    def shuffled(self, reached: Any, resamples: int, rng: np.random.Generator) -> Array:
        """Costs of the runs that reach the score, dealt anew to the days of those runs."""
        dealt = np.full((resamples, len(self.days)), np.inf)
        own = np.tile(self.costs[reached], (resamples, 1))
        dealt[:, reached] = rng.permuted(own, axis=1)
        return dealt

    def chance(self, reached: Any, orders: Array) -> float:
        """Share of orders whose lowest cost so far stays as high; the order seen counts as one."""
        if not reached.any():
            return float("nan")
        own = np.where(reached, self.costs, np.inf)[None]
        seen, dealt = (mean_level(*self.steps(costs)) for costs in (own, orders))
        return float((1 + (dealt >= seen[0] - 1e-12).sum()) / (1 + len(orders)))

    def steps(self, costs: Array) -> tuple[Array, Array, Array]:
        """Start and end of the days with runs, and the lowest cost so far on each."""
        starts, at = np.unique(self.days, return_index=True)
        # One cost a day: of runs of one day only the cheapest can be a record.
        lowest = np.minimum.accumulate(np.minimum.reduceat(costs, at, axis=1), axis=1)
        return starts, np.append(starts[1:], self.until), lowest

    def slopes(self, costs: Array, form: str, first: bool) -> Array:
        """Slope of each board, in doublings per day."""
        if not costs.shape[1]:
            return np.full(len(costs), np.nan)
        if form == "all":
            return line_slope(self.days, np.where(np.isfinite(costs), costs, np.nan))
        starts, ends, lowest = self.steps(costs)
        known = np.isfinite(lowest)
        if not first:
            opening = np.take_along_axis(lowest, known.argmax(axis=1)[:, None], axis=1)
            known &= lowest < opening
        lowest = np.where(known, lowest, np.nan)
        if form == "steps":
            return steps_slope(starts, ends, lowest)
        fresh = known & ~np.roll(known & (np.roll(lowest, -1, axis=1) == lowest), 1, axis=1)
        records = np.where(fresh, lowest, np.nan)
        return line_slope(starts, records) if form == "records" else ends_slope(starts, records)

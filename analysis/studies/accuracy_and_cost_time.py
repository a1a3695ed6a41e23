"""How fast a fixed score became cheaper on the coding boards, and how far that can be known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import numpy as np
import polars as pl

from analysis.economics import CostTrend, cost_records, cost_trend
from analysis.economics.falling import FORMS
from analysis.economics.halving import MONTH
from analysis.progress import track
from analysis.studies.accuracy_and_cost import CODING, coding

THRESHOLDS = {"polyglot": (0.4, 0.5, 0.6, 0.7, 0.8), "edit": (0.4, 0.5, 0.6, 0.65, 0.7)}
"""The scores whose cost is followed on each board."""

LEVEL = 0.9


def records(board: str, threshold: float, day: str = "day") -> pl.DataFrame:
    """Return the runs that were the cheapest so far to reach a score.

    Parameters
    ----------
    board : str
        A board of `THRESHOLDS`.
    threshold : float
        The share of exercises to solve.
    day : str, default "day"
        The clock: ``day`` of the run, or ``released`` of the model where it is known.

    Returns
    -------
    polars.DataFrame
        Columns model, the clock, usd_per_case, accuracy and factor.
    """
    runs = coding(board).filter(pl.col(day).is_not_null())
    found = cost_records(runs, threshold=threshold, cost="usd_per_case", score="accuracy", day=day)
    return found.select("model", day, "usd_per_case", "accuracy", "factor")


def trend(
    board: str,
    threshold: float,
    *,
    form: str = "steps",
    first: bool = True,
    day: str = "day",
    resamples: int = 2000,
) -> CostTrend:
    """Return how fast the cost of a score fell on a coding board.

    Parameters
    ----------
    board : str
        A board of `THRESHOLDS`.
    threshold : float
        The share of exercises to solve.
    form : str, default "steps"
        How the rate is read off.
    first : bool, default True
        Whether the first record counts.
    day : str, default "day"
        The clock: ``day`` of the run, or ``released`` of the model where it is known.
    resamples : int, default 2000
        How many boards are drawn.

    Returns
    -------
    analysis.economics.CostTrend
        The halving time, and whether it is identified.
    """
    runs = coding(board).filter(pl.col(day).is_not_null())
    return cost_trend(
        runs,
        threshold=threshold,
        cost="usd_per_case",
        score="accuracy",
        day=day,
        cases="cases",
        form=form,
        first=first,
        level=LEVEL,
        resamples=resamples,
    )


def trends(
    board: str, *, forms: Sequence[str] = ("steps",), day: str = "day", resamples: int = 2000
) -> pl.DataFrame:
    """Return the halving times of every threshold, with and without the first record.

    Parameters
    ----------
    board : str
        A board of `THRESHOLDS`.
    forms : sequence of str, default ("steps",)
        How the rate is read off.
    day : str, default "day"
        The clock.
    resamples : int, default 2000
        How many boards are drawn.

    Returns
    -------
    polars.DataFrame
        One row a threshold, form, and with or without the first record: the fields of
        `CostTrend`, `status`, `fall`, the cost of the first record over that of the last, and
        `first_fall`, how much of it is the step from the first to the second.
    """
    rows = []
    for threshold in THRESHOLDS[board]:
        factors = records(board, threshold, day)["factor"].drop_nulls()
        for form in forms:
            for first in (True,) if form == "all" else (True, False):
                found = trend(
                    board, threshold, form=form, first=first, day=day, resamples=resamples
                )
                rows.append(
                    {
                        "board": board,
                        **asdict(found),
                        "status": found.status,
                        "fall": float(factors.product()) if len(factors) else 1.0,
                        "first_fall": factors[0] if len(factors) else 1.0,
                    }
                )
    return pl.DataFrame(rows)


def by_form(board: str, threshold: float) -> pl.DataFrame:
    """Return the halving time of one threshold by every form, clock and choice of first record.

    Parameters
    ----------
    board : str
        A board of `THRESHOLDS`.
    threshold : float
        The share of exercises to solve.

    Returns
    -------
    polars.DataFrame
        Columns clock, form, first, runs, records, halving_months, low, high and status.
    """
    rows = []
    for clock, day in (("run", "day"), ("release", "released")):
        for form in FORMS:
            for first in (True,) if form == "all" else (True, False):
                found = trend(board, threshold, form=form, first=first, day=day)
                fields = {n: getattr(found, n) for n in ("runs", "records", "halving_months")}
                rows.append(
                    {"clock": clock, "form": form, "first": first}
                    | fields
                    | {"low": found.low, "high": found.high, "status": found.status}
                )
    return pl.DataFrame(rows)


WAYS: dict[str, tuple[str, bool]] = {
    "records": ("steps", True),
    "records, without the first": ("steps", False),
    "all runs": ("all", True),
}
"""What the simulation compares: form, and whether the first record counts."""


def coverage(
    board: str,
    threshold: float,
    halvings: Sequence[float] = (3.0, 6.0, float("inf")),
    *,
    boards: int = 100,
    resamples: int = 200,
    seed: int = 0,
) -> pl.DataFrame:
    """Return how often the interval holds the truth, on boards with a known halving time.

    Each simulated board has the days of the real runs that reach the score. Their costs fall at
    the known rate, with the scatter of the real ones around their own line.

    Parameters
    ----------
    board : str
        A board of `THRESHOLDS`.
    threshold : float
        The share of exercises to solve.
    halvings : sequence of float
        True halving times in months; infinite is no fall.
    boards : int, default 100
        Simulated boards for each.
    resamples : int, default 200
        Resamples of each board.
    seed : int, default 0
        Of the simulation.

    Returns
    -------
    polars.DataFrame
        One row a halving time and way of `WAYS`: boards with an estimate, the share of their
        intervals that hold the truth, the nominal level, the median estimate, and the share of
        boards whose `chance` is below 0.05.
    """
    rng = np.random.default_rng(seed)
    rows = []
    for halving in track(halvings, label="coverage"):
        drawn = _simulated(coding(board), threshold, halving, boards, rng)
        for way, (form, first) in WAYS.items():
            found = [_trend_of(one, threshold, form, first, resamples) for one in drawn]
            known = [one for one in found if not np.isnan(one.halving_months)]
            held = [one.low <= halving <= one.high for one in known]
            rows.append(
                {
                    "true_months": halving,
                    "way": way,
                    "estimates": len(known),
                    "coverage": float(np.mean(held)),
                    "nominal": LEVEL,
                    "median_months": float(np.median([one.halving_months for one in known])),
                    "chance_below_5": float(np.mean([one.chance < 0.05 for one in known])),
                }
            )
    return pl.DataFrame(rows)


def _simulated(
    runs: pl.DataFrame, threshold: float, halving: float, boards: int, rng: np.random.Generator
) -> list[pl.DataFrame]:
    """Boards whose costs fall at a known rate, on the days of the runs that reach the score."""
    reached = runs.filter(pl.col("accuracy") >= threshold, pl.col("usd_per_case").is_not_null())
    days = reached["day"].to_physical().to_numpy().astype(float)
    logs = np.log2(reached["usd_per_case"].to_numpy())
    scatter = logs - np.polyval(np.polyfit(days, logs, 1), days)
    fall = (days - days.min()) / (halving * MONTH)
    return [
        reached.with_columns(usd_per_case=2 ** (rng.choice(scatter, len(days)) - fall))
        for _ in range(boards)
    ]


def _trend_of(
    runs: pl.DataFrame,
    threshold: float,
    form: str,
    first: bool,
    resamples: int,
    *,
    cost: str = "usd_per_case",
    cases: str | None = None,
) -> CostTrend:
    return cost_trend(
        runs,
        threshold=threshold,
        cost=cost,
        score="accuracy",
        day="day",
        cases=cases,
        form=form,
        first=first,
        level=LEVEL,
        resamples=resamples,
    )


def trend_until(runs: pl.DataFrame, threshold: float, cost: str, resamples: int = 2000) -> str:
    """Return the halving time of all runs that reach a score, with its interval, as text.

    Parameters
    ----------
    runs : polars.DataFrame
        Runs of one coding board.
    threshold : float
        The share of exercises to solve.
    cost : str
        The column with the cost.
    resamples : int, default 2000
        How many boards are drawn; with fewer, a high end far out moves by a factor.

    Returns
    -------
    str
        Such as ``2.9, 1.5 to 34``, or that it is not identified.
    """
    if runs.is_empty():
        return "no runs"
    found = _trend_of(runs, threshold, "all", True, resamples, cost=cost, cases="cases")
    if found.reason:
        return f"not identified: {found.reason}"
    return f"{found.halving_months:.1f}, {found.low:.1f} to {found.high:.0f}"


def levels(board: str) -> pl.DataFrame:
    """Return the lowest cost so far of each threshold, as the steps of a line.

    Parameters
    ----------
    board : str
        A board of `THRESHOLDS`.

    Returns
    -------
    polars.DataFrame
        Columns threshold, model, day, usd_per_case; the last row of each threshold repeats the
        last record on the day of the board's last run.
    """
    end = coding(board)["day"].max()
    parts = []
    for threshold in THRESHOLDS[board]:
        steps = records(board, threshold).drop("accuracy", "factor")
        last = steps[-1:].with_columns(day=pl.lit(end), model=pl.lit(""))
        parts.append(pl.concat([steps, last]).with_columns(threshold=pl.lit(threshold)))
    return pl.concat(parts).select("threshold", "model", "day", "usd_per_case")


def names() -> dict[str, str]:
    """Return the boards that are followed over time, by key.

    Returns
    -------
    dict of str to str
        Key and title.
    """
    return {board: CODING[board] for board in THRESHOLDS}

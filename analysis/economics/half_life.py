"""How fast a frontier falls, by three forms of decay, each with its interval.

The form decides the number: a e^(-bt) + c halves the part above the floor c, a e^(-bt) all of it,
and a line through the logarithms weighs a fall from 1 to 0.5 like one from 100 to 50.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from analysis.economics.attempts import Attempts, attempts
from analysis.economics.frontier import RESAMPLES
from analysis.economics.halving import MONTH
from analysis.economics.over_time import track_by_problem
from analysis.economics.resampling import over_problems
from analysis.fitting.uncertainty import percentile

Array = np.ndarray[Any, np.dtype[np.float64]]

FORMS = ("floor free", "floor zero", "log-linear")
_PARAMETERS = {"floor free": 3, "floor zero": 2, "log-linear": 2}
#: Half-lives that are searched, in lengths of the span of days.
_SPANS = np.geomspace(0.02, 50, 501)
#: A half-life above so many spans, or below that share of one, is not told apart from none.
_LONGEST, _SHORTEST = 10.0, 0.05
_SURE = 0.975


def half_life(
    records: pl.DataFrame | Attempts,
    human: float | None = None,
    *,
    check: float = 0.0,
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> pl.DataFrame:
    """Fit the fall of the frontier over days of release by three forms.

    Parameters
    ----------
    records : polars.DataFrame or Attempts
        Attempts at one task; every model has a day of release.
    human : float, optional
        What a human expert costs a problem.
    check : float, optional
        What it costs to tell whether one answer is right.
    level, resamples, seed : optional
        Of the intervals, over resampled problems. What hangs on the choice of models shows in
        the fits that leave out one day each.

    Returns
    -------
    polars.DataFrame
        One row a form: ``form``, ``points`` (days), ``months`` (half-life) with ``low`` and
        ``high``; ``least`` and ``most``, the ends of its range with one day left out in turn;
        ``floor`` in US dollars, ``misses``, the root mean square of the residuals in US dollars,
        ``identified`` and ``why``. Without identification months and ends are empty.

    References
    ----------
    Erol et al. 2025, arXiv 2504.13359, for the form with a free floor.

    Examples
    --------
    >>> from datetime import date
    >>> days = [date(2024, m, 1) for m in (1, 4, 7, 10)]
    >>> table = pl.DataFrame({"problem": "1", "model": list("abcd"), "attempt": 1, "passed": 1,
    ...                       "usd": [8.0, 4.0, 2.0, 1.0], "released": days})
    >>> found = half_life(table, resamples=0)
    >>> [round(m, 1) for m in found.filter(form="log-linear")["months"]]
    [3.0]
    """
    days, values = track_by_problem(attempts(records), human, check=check)
    months = np.array([(day - days[0]).days / MONTH for day in days])
    point = values.mean(axis=0, keepdims=True)
    draws = over_problems(values, resamples, seed) if resamples else None
    rows = [_fitted(form, months, point, draws, level) for form in FORMS]
    numbers = dict.fromkeys(
        ("months", "low", "high", "least", "most", "floor", "misses"), pl.Float64
    )
    return pl.DataFrame(rows, schema_overrides=numbers)


def decay(form: str, months: Array, values: Array) -> tuple[Array, Array, Array]:
    """Fit one form to several tracks at once.

    Parameters
    ----------
    form : {"floor free", "floor zero", "log-linear"}
        The form.
    months : numpy.ndarray of shape (days,)
        When.
    values : numpy.ndarray of shape (tracks, days)
        The frontiers, above 0 for the last form.

    Returns
    -------
    tuple of numpy.ndarray of shape (tracks,)
        Half-life in months (infinite where a track does not fall), floor, and root mean square of
        the residuals.

    Raises
    ------
    ValueError
        If there is no such form.

    Examples
    --------
    >>> months = np.arange(6.0)
    >>> track = 3 * 0.5 ** (months / 2) + 1
    >>> [round(float(x[0]), 1) for x in decay("floor free", months, track[None, :])[:2]]
    [2.0, 1.0]
    """
    if form not in FORMS:
        raise ValueError(f"form is {form!r}; accepted are {', '.join(map(repr, FORMS))}")
    if form == "log-linear":
        return _log_linear(months, values)
    span = float(np.ptp(months)) or 1.0
    best = np.full(len(values), np.inf)
    half, floor = np.full(len(values), np.inf), np.zeros(len(values))
    for candidate in span * _SPANS:
        # For a given half-life, amplitude and floor are linear, and both are at least 0.
        shape = 0.5 ** (months / candidate)
        amplitude, under = _linear(shape, values, free=form == "floor free")
        missed = ((values - amplitude[:, None] * shape - under[:, None]) ** 2).mean(axis=1)
        better = missed < best * (1 - 1e-9)
        best = np.where(better, missed, best)
        half, floor = np.where(better, candidate, half), np.where(better, under, floor)
    flat = np.ptp(values, axis=1) <= 1e-12 * values.max(axis=1)
    return np.where(flat, np.inf, half), floor, np.sqrt(best)


def _linear(shape: Array, values: Array, *, free: bool) -> tuple[Array, Array]:
    """Return amplitude and floor by least squares, neither below 0."""
    through = np.maximum(values @ shape / (shape @ shape), 0.0)
    none = np.zeros(len(values))
    if not free:
        return through, none
    centred = shape - shape.mean()
    square = float(centred @ centred)
    if square < 1e-15:
        return none, values.mean(axis=1)
    amplitude = values @ centred / square
    floor = values.mean(axis=1) - amplitude * shape.mean()
    rising, below = amplitude < 0, floor < 0
    amplitude = np.where(below, through, np.where(rising, 0.0, amplitude))
    return amplitude, np.where(below, 0.0, np.where(rising, values.mean(axis=1), floor))


def _log_linear(months: Array, values: Array) -> tuple[Array, Array, Array]:
    centred = months - months.mean()
    logs = np.log(values)
    slope = logs @ centred / max(float(centred @ centred), 1e-300)
    line = logs.mean(axis=1, keepdims=True) + slope[:, None] * centred
    with np.errstate(divide="ignore"):
        half = np.where(slope < 0, np.log(2) / np.where(slope < 0, -slope, 1), np.inf)
    missed = np.sqrt(((values - np.exp(line)) ** 2).mean(axis=1))
    return half, np.zeros(len(values)), missed


def _fitted(
    form: str, months: Array, point: Array, draws: Array | None, level: float
) -> dict[str, Any]:
    empty = ("months", "low", "high", "least", "most", "floor", "misses")
    row: dict[str, Any] = {"form": form, "points": len(months), **dict.fromkeys(empty)}
    row |= {"identified": False, "why": ""}
    fewest = _PARAMETERS[form] + 2
    if len(months) < fewest:
        return row | {"why": f"{len(months)} days for {fewest - 2} parameters"}
    half, floor, missed = (float(x[0]) for x in decay(form, months, point))
    row["misses"] = missed
    if said := _runs_off(np.array([half]), months):
        return row | {"why": said}
    left_out = [np.delete(np.arange(len(months)), i) for i in range(len(months))]
    without = np.array([decay(form, months[k], point[:, k])[0][0] for k in left_out])
    if _runs_off(without, months):
        return row | {"why": "hangs on a single day: without it, it runs off the span"}
    ends: Sequence[float | None] = (None, None)
    if draws is not None:
        drawn = decay(form, months, draws)[0]
        lost = np.mean([bool(_runs_off(drawn[i : i + 1], months)) for i in range(len(drawn))])
        if lost > 1 - _SURE:
            return row | {"why": f"runs off the span of days in {lost:.0%} of the resamples"}
        ends = percentile(drawn, level)
    row |= {"months": half, "low": ends[0], "high": ends[1], "floor": floor, "identified": True}
    return row | {"least": float(without.min()), "most": float(without.max())}


def _runs_off(half: Array, months: Array) -> str:
    """Say how the first half-life that the days cannot tell runs off their span."""
    span = float(np.ptp(months))
    if (half <= _SHORTEST * span).any():
        return "a step: all of the fall lies between two days"
    return f"hardly falls within {span:.1f} months" if (half >= _LONGEST * span).any() else ""

"""Calibration with the gaps of real tables: models at chance or beyond the reference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from analysis.capability.growth import interval_of
from analysis.capability.simulation import TRUTHS, scatter, summary
from analysis.capability.trend import Trend
from analysis.progress import track

Array = np.ndarray[Any, np.dtype[np.float64]]

#: How far below the edge a model at chance is put; a quantile does not ask how far.
_BELOW = 12.0
#: Estimators that are compared: kind, quantile, and whether models at chance count as below.
_WAYS: dict[str, tuple[str, float, bool]] = {
    "record holders": ("records", 1.0, False),
    "quantile 0.9": ("quantile", 0.9, False),
    "quantile 0.9, chance kept below": ("quantile", 0.9, True),
}


@dataclass(frozen=True, eq=False)
class Window:
    """All models that were measured, and between which densities each would have one.

    Parameters
    ----------
    everyone : Trend
        Dates and families of all models; their heights are not read.
    low, high : numpy.ndarray of shape (models,)
        Heights, in doublings from density 1, between which a model has a density: one of few
        parameters is at chance even where it is dense, a large one soon beyond the reference.
    """

    everyone: Trend
    low: Array
    high: Array


def calibrate_selected(
    trend: Trend,
    window: Window,
    *,
    truths: Sequence[float] = TRUTHS,
    simulations: int = 100,
    resamples: int = 60,
    level: float = 0.9,
    seed: int = 0,
) -> pl.DataFrame:
    """Measure bias and coverage where models drop out at chance and beyond the reference.

    Parameters
    ----------
    trend : Trend
        The densities that are known: their scatter, and their level in the middle of the time.
    window : Window
        All models, and when each would have a density.
    truths : sequence of float, optional
        Doubling times in months.
    simulations : int, optional
        Simulated sets.
    resamples : int, optional
        Resamples of families in each.
    level : float, optional
        Nominal coverage.
    seed : int, optional
        Seed of all draws.

    Returns
    -------
    polars.DataFrame
        As `calibrate` returns, with the quantile line also where models at chance are kept, as
        below the edge.
    """
    everyone, (effects, deviations) = window.everyone, scatter(trend)
    line = np.polynomial.Polynomial.fit(trend.times, trend.heights, 1)
    middle = float(np.mean(trend.times))
    random = np.random.RandomState(seed)
    out = {name: np.empty((simulations, len(truths), 3)) for name in _WAYS}
    for k in track(range(simulations), label="simulations"):
        families = random.choice(effects, int(everyone.families.max()) + 1)
        off = families[everyone.families] + random.choice(deviations, len(everyone.times))
        weights = np.vstack([np.ones((1, len(off))), everyone.samples(resamples, seed + k + 1)])
        for j, months in enumerate(truths):
            heights = off + line(middle) + 12 / months * (everyone.times - middle)
            for name, (estimator, quantile, kept) in _WAYS.items():
                low = -_BELOW if kept else np.nan
                seen = np.where(heights < window.high, heights, np.nan)
                seen = np.where(heights > window.low, seen, low)
                rates, _ = everyone.lines(weights, estimator, quantile, heights=seen)
                out[name][k, j] = rates[0], *interval_of(rates[1:], level)
    return summary(out, truths)

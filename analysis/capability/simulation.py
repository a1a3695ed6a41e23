"""How far an estimate of growth can be trusted: known growth put on the real dates and families."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from analysis.capability.growth import interval_of
from analysis.capability.trend import Trend
from analysis.progress import track

Array = np.ndarray[Any, np.dtype[np.float64]]

#: Doubling times in months that an estimator is asked to find again; infinite is no growth.
TRUTHS = (3.5, 6.0, 12.0, math.inf)
#: The estimators that are compared, with the quantile of each.
CANDIDATES: Mapping[str, tuple[str, float]] = {
    "record holders": ("records", 1.0),
    "quantile 0.9": ("quantile", 0.9),
    "quantile 0.95": ("quantile", 0.95),
}


def scatter(trend: Trend) -> tuple[Array, Array]:
    """Split what a straight line leaves of the densities into families and models.

    Parameters
    ----------
    trend : Trend
        Densities by release date.

    Returns
    -------
    tuple of numpy.ndarray
        One effect a family, and one deviation for each model of a family of several, both in
        doublings and centred; deviations are scaled up for the mean that was taken off.
    """
    line = np.polynomial.Polynomial.fit(trend.times, trend.heights, 1)
    off = trend.heights - line(trend.times)
    count = np.bincount(trend.families)
    effects = np.bincount(trend.families, off) / count
    size = count[trend.families]
    scale = np.sqrt(size / np.maximum(size - 1, 1))
    deviations = (off - effects[trend.families]) * scale
    # Means of few models carry some of the scatter of single ones; it is taken off.
    inner = float(np.mean(deviations[size > 1] ** 2)) if (size > 1).any() else 0.0
    effects = effects - effects.mean()
    outer = float(np.mean(effects**2))
    kept = max(0.0, outer - inner * float(np.mean(1 / count)))
    effects = effects * math.sqrt(kept / outer) if outer > 0 else effects
    return effects, deviations[size > 1] if (size > 1).any() else np.zeros(1)


def simulated(trend: Trend, count: int, seed: int) -> Array:
    """Draw densities that do not grow, with the scatter of the real ones.

    Parameters
    ----------
    trend : Trend
        The real densities; their dates and families are kept.
    count : int
        How many sets.
    seed : int
        Seed of the draws.

    Returns
    -------
    numpy.ndarray of shape (count, models)
        Densities in doublings. Growth is added by ``+ rate * trend.times``.
    """
    effects, deviations = scatter(trend)
    random = np.random.RandomState(seed)
    families = random.choice(effects, (count, int(trend.families.max()) + 1))
    models = random.choice(deviations, (count, len(trend.names)))
    return np.asarray(families[:, trend.families] + models)


def calibrate(
    trend: Trend,
    *,
    truths: Sequence[float] = TRUTHS,
    candidates: Mapping[str, tuple[str, float]] = CANDIDATES,
    simulations: int = 200,
    resamples: int = 100,
    level: float = 0.9,
    seed: int = 0,
) -> pl.DataFrame:
    """Measure bias and coverage of each estimator where the growth is known.

    Parameters
    ----------
    trend : Trend
        Real densities; dates, families and scatter are theirs.
    truths : sequence of float, optional
        Doubling times in months; infinite is no growth.
    candidates : mapping of str to (str, float), optional
        Estimator and quantile by name.
    simulations : int, optional
        Simulated sets of densities.
    resamples : int, optional
        Resamples of families in each, the edge drawn anew.
    level : float, optional
        Nominal coverage.
    seed : int, optional
        Seed of all draws.

    Returns
    -------
    polars.DataFrame
        One row an estimator and truth: estimator, months, rate (true doublings a year), mean,
        bias and spread of the estimates, coverage of the intervals, width (their mean), and
        ``none``, the share of intervals that contain a rate of 0, and simulations. A set whose
        records all fall on one day has no estimate: its interval holds nothing, and it is left
        out of the mean.
    """
    base = simulated(trend, simulations, seed)
    rates = np.array([12 / months for months in truths])
    estimates = {name: np.empty((simulations, len(rates), 3)) for name in candidates}
    for k in track(range(simulations), label="simulations"):
        weights = np.vstack([np.ones((1, base.shape[1])), trend.samples(resamples, seed + k + 1)])
        for name, (estimator, quantile) in candidates.items():
            estimates[name][k] = _one(trend, base[k], weights, rates, (estimator, quantile), level)
    return summary(estimates, truths)


def _one(
    trend: Trend, base: Array, weights: Array, rates: Array, how: tuple[str, float], level: float
) -> Array:
    """Return estimate, low and high end for each true rate, of one simulated set."""
    out = np.empty((len(rates), 3))
    if how[0] == "quantile":
        # Growth added to every model is added to the slope of a quantile, exactly.
        found, _ = trend.lines(weights, *how, heights=base)
        return np.array([[found[0], *interval_of(found[1:], level)]]) + rates[:, None]
    for j, rate in enumerate(rates):
        found, _ = trend.lines(weights, *how, heights=base + rate * trend.times)
        out[j] = found[0], *interval_of(found[1:], level)
    return out


def summary(estimates: Mapping[str, Array], truths: Sequence[float]) -> pl.DataFrame:
    """Sum simulated estimates up.

    Parameters
    ----------
    estimates : mapping of str to numpy.ndarray of shape (simulations, truths, 3)
        Estimate, low and high end of each simulated set, by estimator.
    truths : sequence of float
        True doubling times in months.

    Returns
    -------
    polars.DataFrame
        As `calibrate` returns.
    """
    rows = []
    for name, found in estimates.items():
        for j, months in enumerate(truths):
            (value, low, high), rate = found[:, j].T, 12 / months
            rows.append(
                {
                    "estimator": name,
                    "months": float(months),
                    "rate": float(rate),
                    "mean": float(np.nanmean(value)),
                    "bias": float(np.nanmean(value) - rate),
                    "spread": float(np.nanstd(value)),
                    "coverage": float(((low <= rate) & (rate <= high)).mean()),
                    "width": float(np.nanmean(high - low)),
                    "none": float(((low <= 0) & (high >= 0)).mean()),
                    "simulations": len(found),
                }
            )
    return pl.DataFrame(rows)


def better_calibrated(table: pl.DataFrame, level: float = 0.9) -> str:
    """Name the estimator whose intervals keep their promise best.

    Parameters
    ----------
    table : polars.DataFrame
        What `calibrate` returns.
    level : float, optional
        Nominal coverage.

    Returns
    -------
    str
        Of the estimators whose coverage is nominal for every truth, as far as so many
        simulations can tell, the one with the narrowest intervals; if there is none, the one
        whose worst coverage is nearest.
    """
    # Two standard errors of a share.
    noise = 2 * (level * (1 - level) / pl.col("simulations").first()).sqrt()
    ranked = (
        table.group_by("estimator", maintain_order=True)
        .agg(
            pl.col("width").mean(),
            miss=((pl.col("coverage") - level).abs().max() - noise).clip(lower_bound=0.0),
        )
        .sort("miss", "width", maintain_order=True)
    )
    return str(ranked["estimator"][0])


def permuted(
    trend: Trend, estimator: str = "quantile", quantile: float = 0.9, *, count: int = 400,
    seed: int = 0,
) -> Array:  # fmt: skip
    """Estimate growth with the families dealt anew to the release dates.

    The mean density of each family goes to another family's dates, so that nothing is left of
    any trend between families; what sizes of one family differ by stays where it is.

    Parameters
    ----------
    trend : Trend
        Densities by release date.
    estimator : {"quantile", "records"}, optional
        How the edge is drawn.
    quantile : float, optional
        The quantile of the first.
    count : int, optional
        How often.
    seed : int, optional
        Seed of the permutations.

    Returns
    -------
    numpy.ndarray of shape (count,)
        Rates in doublings a year.
    """
    random = np.random.RandomState(seed)
    number = np.bincount(trend.families)
    means = np.bincount(trend.families, trend.heights) / number
    dealt = np.array([random.permutation(means) for _ in range(count)])
    inner = trend.heights - means[trend.families]
    whole = np.ones((count, len(trend.names)))
    rates, _ = trend.lines(whole, estimator, quantile, dealt[:, trend.families] + inner)
    return rates

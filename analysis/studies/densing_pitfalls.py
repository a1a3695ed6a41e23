"""What usual shortcuts would have made of the densing study."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import polars as pl

from analysis.capability.envelope import records
from analysis.capability.growth import doubling_time
from analysis.capability.selection import Window
from analysis.capability.simulation import simulated
from analysis.capability.trend import Trend
from analysis.studies.densing import RESAMPLES, Estimate, changed, estimate, selected

Array = np.ndarray[Any, np.dtype[np.float64]]

#: Half-width of a 90% interval in standard errors.
_NORMAL = 1.6449
_NO_MARGIN = 1e-9


def least_squares_bars(one: Estimate) -> tuple[float, float]:
    """Return the interval that least squares quotes for the line through the records.

    It takes the records for independent points, though each was picked for lying above all
    before it.

    Parameters
    ----------
    one : Estimate
        An estimate.

    Returns
    -------
    tuple of float
        Low and high end of a 90% interval, in doublings a year.
    """
    import statsmodels.api as sm

    trend = one.published.trend
    held = records(trend.times, trend.heights, np.isfinite(trend.heights))
    line = sm.OLS(trend.heights[held], sm.add_constant(trend.times[held])).fit()
    slope, error = float(line.params[1]), float(line.bse[1])
    return slope - _NORMAL * error, slope + _NORMAL * error


def shortcuts(one: Estimate) -> pl.DataFrame:
    """Set usual shortcuts beside what the study does.

    Parameters
    ----------
    one : Estimate
        The headline estimate.

    Returns
    -------
    polars.DataFrame
        One row each: estimator, how the interval is made, models, rate, low and high in
        doublings a year, and the width of the interval.
    """
    alone = one.table.with_columns(family=pl.col("model"))
    draws = one.reference.draws(selected(one.setting), count=RESAMPLES)
    by_model = doubling_time(alone, resamples=RESAMPLES, draws=draws)
    fixed = doubling_time(one.table, resamples=RESAMPLES)
    ways: list[tuple[str, str, float, tuple[float, float]]] = [
        ("quantile 0.9", "families and reference resampled", one.headline.rate,
         one.headline.interval),
        ("quantile 0.9", "families resampled, reference taken as exact", fixed.rate,
         fixed.interval),
        ("quantile 0.9", "models resampled one by one", by_model.rate, by_model.interval),
        ("record line", "families and reference resampled", one.published.rate,
         one.published.interval),
        ("record line", "bars of least squares", one.published.rate, least_squares_bars(one)),
    ]  # fmt: skip
    rows: list[dict[str, Any]] = [
        {"estimator": name, "interval": how, "rate": rate, "low": low, "high": high,
         "width": high - low}
        for name, how, rate, (low, high) in ways
    ]  # fmt: skip
    return pl.DataFrame(rows)


def window(one: Estimate) -> Window:
    """Return between which densities each model would have one, were it as dense.

    Parameters
    ----------
    one : Estimate
        An estimate with the reference at 1e12 tokens.

    Returns
    -------
    Window
        All models of the estimate.
    """
    table = one.table.sort("released", "model")
    least, most = np.log2(one.reference.believed())
    size = np.log2(table["params"].to_numpy())
    return Window(Trend.of(table.with_columns(density=pl.lit(1.0))), least - size, most - size)


def records_by_chance(score: str = "MMLU", since: date = date(2019, 1, 1)) -> pl.DataFrame:
    """Count the records that models at chance would hold, were their scores taken as scores.

    Parameters
    ----------
    score : str, optional
        A key of `analysis.studies.densing.SCORES`.
    since : datetime.date, optional
        First release.

    Returns
    -------
    polars.DataFrame
        Two rows, with the margin above chance and without: models, record holders, those of
        them within the margin of chance, and the rate by the record line.
    """
    kept = estimate(changed(score=score, since=since))
    limit = kept.reference.floor + kept.reference.margin
    rows = []
    for name, one in (
        ("0.03 above chance", kept),
        ("any above chance", estimate(changed(score=score, since=since, margin=_NO_MARGIN))),
    ):
        held = one.table.filter(pl.col("model").is_in(one.published.record_holders))
        rows.append(
            {
                "counts from": name,
                "models": one.published.models,
                "record holders": held.height,
                "of them at chance": held.filter(pl.col("score") <= limit).height,
                "records_rate": one.published.rate,
                "rate": one.headline.rate,
            }
        )
    return pl.DataFrame(rows)


def record_r2(trend: Trend, heights: Array | None = None) -> Array:
    """Return R2 of the line through the record holders.

    Parameters
    ----------
    trend : Trend
        Densities by release date.
    heights : numpy.ndarray of shape (sets, models), optional
        Other densities, in doublings, on the same dates.

    Returns
    -------
    numpy.ndarray of shape (sets,)
        R2; not a number where there are fewer than three records.
    """
    y = np.atleast_2d(trend.heights if heights is None else heights)
    out = np.full(len(y), np.nan)
    for k, one in enumerate(y):
        held = records(trend.times, one, np.isfinite(one))
        # A score that stays and a single day have no correlation.
        if held.sum() > 2 and np.ptp(trend.times[held]) > 0 and np.ptp(one[held]) > 0:
            out[k] = np.corrcoef(trend.times[held], one[held])[0, 1] ** 2
    return out


def r2_without_growth(trend: Trend, count: int = 400, seed: int = 0) -> Array:
    """Return R2 of record lines where density does not grow.

    Parameters
    ----------
    trend : Trend
        Densities whose dates, families and scatter are kept.
    count : int, optional
        Simulated sets.
    seed : int, optional
        Seed of the draws.

    Returns
    -------
    numpy.ndarray of shape (sets,)
        R2 of the sets with at least three records.
    """
    found = record_r2(trend, simulated(trend, count, seed))
    return np.asarray(found[np.isfinite(found)])

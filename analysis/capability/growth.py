"""How fast the best density grows with release dates, with an interval that respects families."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from analysis.capability.envelope import records
from analysis.capability.trend import DAY_ZERO, DAYS, ESTIMATORS, Trend, years
from analysis.fitting.uncertainty import percentile

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, eq=False)
class Growth:
    """How fast density grows at its upper edge.

    Attributes
    ----------
    rate : float
        Doublings a year; 0 is no growth.
    intercept : float
        Doublings from density 1 on `DAY_ZERO`.
    estimator : str
        ``records`` or ``quantile``.
    quantile : float
        The quantile; 1 for records.
    level : float
        Nominal coverage of the interval.
    trend : Trend
        What it was estimated from.
    rates, intercepts : numpy.ndarray of shape (resamples,)
        The same of each resample of families.
    """

    rate: float
    intercept: float
    estimator: str
    quantile: float
    level: float
    trend: Trend = field(repr=False)
    rates: Array = field(repr=False)
    intercepts: Array = field(repr=False)

    def __repr__(self) -> str:
        (low, high), how = self.interval, self.estimator
        drawn = "record holders" if how == "records" else f"quantile {self.quantile:g}"
        return (
            f"<Growth: {self.rate:.3g} doublings a year ({low:.3g} to {high:.3g}, "
            f"{self.level:.0%}), one in {self.months:.3g} months; {drawn}, {self.models} models "
            f"of {self.families} families>"
        )

    @property
    def interval(self) -> tuple[float, float]:
        """Low and high end of the rate, in doublings a year."""
        return interval_of(self.rates, self.level)

    @property
    def months(self) -> float:
        """Doubling time in months; infinite if density does not grow."""
        return _months(self.rate)

    @property
    def months_interval(self) -> tuple[float, float]:
        """Low and high end of the doubling time; infinite where the rate may be 0 or less."""
        low, high = self.interval
        return _months(high), _months(low)

    @property
    def models(self) -> int:
        """How many models it was estimated from."""
        return len(self.trend.names)

    @property
    def families(self) -> int:
        """How many families they are of."""
        return int(self.trend.families.max()) + 1

    @property
    def record_holders(self) -> list[str]:
        """The models that were the densest when they appeared, by date."""
        held = records(self.trend.times, self.trend.heights, np.isfinite(self.trend.heights))
        return [name for name, record in zip(self.trend.names, held, strict=True) if record]

    def edge(self, days: Any) -> Array:
        """Return the density of the edge on given days.

        Parameters
        ----------
        days : date or sequence of date
            The days.

        Returns
        -------
        numpy.ndarray
            Densities.
        """
        return np.asarray(2.0 ** (self.intercept + self.rate * years(days)))

    def edge_interval(self, days: Any) -> tuple[Array, Array]:
        """Return low and high end of the edge on given days.

        Parameters
        ----------
        days : date or sequence of date
            The days.

        Returns
        -------
        tuple of numpy.ndarray
            Densities.
        """
        at = np.atleast_1d(years(days))
        drawn = self.intercepts[:, None] + self.rates[:, None] * at
        tails = [(1 - self.level) / 2, (1 + self.level) / 2]
        low, high = 2.0 ** np.nanquantile(drawn, tails, axis=0)
        return low, high

    def day(self, density: float) -> date | None:
        """Return the day on which a density was that of the edge.

        Parameters
        ----------
        density : float
            A density.

        Returns
        -------
        datetime.date or None
            The day; None if density does not grow, or the day is over a century away.
        """
        return _day(density, self.rate, self.intercept)

    def day_interval(self, density: float) -> tuple[date | None, date | None]:
        """Return the first and last day on which a density may have been that of the edge.

        Parameters
        ----------
        density : float
            A density.

        Returns
        -------
        tuple of datetime.date or None
            The days; None where a resample that does not grow has no such day.
        """
        growing = self.rates > 0
        crossed = np.full(self.rates.shape, np.nan)
        np.divide(math.log2(density) - self.intercepts, self.rates, out=crossed, where=growing)
        if not np.isfinite(crossed).any():
            return None, None
        tails = np.nanquantile(crossed, [(1 - self.level) / 2, (1 + self.level) / 2])
        certain = growing.mean() > (1 + self.level) / 2
        first, last = (DAY_ZERO + timedelta(days=float(t) * DAYS) if abs(t) < 100 else None
                       for t in tails)  # fmt: skip
        return first, last if certain else None


def doubling_time(
    models: pl.DataFrame,
    *,
    estimator: str = "quantile",
    quantile: float = 0.9,
    resamples: int = 400,
    level: float = 0.9,
    seed: int = 0,
    draws: Array | None = None,
) -> Growth:
    """Estimate how fast the best density grows with release dates.

    Families are resampled whole, and the edge is drawn anew in each resample: sizes of one
    family share data, recipe and day, and a record of one model is a fact about all others.

    Parameters
    ----------
    models : polars.DataFrame
        Columns model, family, released (a day) and density.
    estimator : {"quantile", "records"}, optional
        Quantile regression on all models, or the published least squares through the successive
        record holders.
    quantile : float, optional
        The quantile of the first.
    resamples : int, optional
        Resamples of families.
    level : float, optional
        Nominal coverage of the interval, that of percentiles.
    seed : int, optional
        Seed of the resamples.
    draws : numpy.ndarray of shape (resamples, rows), optional
        Densities of each row of `models` under resamples of the reference, such as
        `DensityReference.draws` returns, to carry its uncertainty along.

    Returns
    -------
    Growth
        The rate and its interval.

    Raises
    ------
    ValueError
        If the estimator is unknown or a number is out of range.
    DataError
        If the table does not hold such models; see `Trend.of`.

    References
    ----------
    Xiao et al. 2024, arXiv 2412.04315, Sec. 3.3; Koenker and Bassett 1978.

    Examples
    --------
    >>> days = [date(2023, 1, 1), date(2023, 7, 2), date(2024, 1, 1), date(2024, 1, 1)]
    >>> table = pl.DataFrame({"model": ["a", "b", "c", "d"], "family": ["A", "B", "C", "C"],
    ...                       "released": days, "density": [1.0, 2.0, 4.0, 0.5]})
    >>> round(doubling_time(table, estimator="records").months, 1)
    6.0
    """
    if estimator not in ESTIMATORS:
        raise ValueError(f"estimator is {estimator!r}; accepted are {', '.join(ESTIMATORS)}")
    if not 0 < level < 1 or not 0 < quantile < 1:
        raise ValueError(f"level={level} and quantile={quantile}; accepted is between 0 and 1")
    trend = Trend.of(models)
    weights = trend.samples(resamples, seed)
    whole = np.ones((1, len(trend.names)))
    rate, intercept = (v[0] for v in trend.lines(whole, estimator, quantile))
    heights = None if draws is None else _aligned(models, trend, draws, resamples)
    rates, intercepts = trend.lines(weights, estimator, quantile, heights)
    usable = np.isfinite(rates)
    return Growth(
        float(rate),
        float(intercept),
        estimator,
        1.0 if estimator == "records" else quantile,
        level,
        trend,
        rates[usable],
        intercepts[usable],
    )


def _aligned(models: pl.DataFrame, trend: Trend, draws: Array, resamples: int) -> Array:
    """Return the draws, in doublings, in the order of the trend."""
    if draws.shape != (resamples, models.height):
        raise ValueError(
            f"draws has the shape {draws.shape}; accepted is one row a resample and one column a "
            f"model, {(resamples, models.height)}"
        )
    place = {name: row for row, name in enumerate(models["model"])}
    with np.errstate(divide="ignore", invalid="ignore"):
        heights = np.log2(draws[:, [place[name] for name in trend.names]])
    return np.where(np.isfinite(heights), heights, np.nan)


def interval_of(values: Array, level: float) -> tuple[float, float]:
    """Return the central interval of estimates, some of which may have failed.

    Parameters
    ----------
    values : numpy.ndarray of shape (resamples,)
        Estimates; one that is not a number is left out.
    level : float
        Share inside.

    Returns
    -------
    tuple of float
        Low and high end; not numbers if nothing is left.

    Examples
    --------
    >>> interval_of(np.array([0.0, 1, 2, 3, 4, np.nan]), 0.5)
    (1.0, 3.0)
    """
    finite = values[np.isfinite(values)]
    if not len(finite):
        return math.nan, math.nan
    return percentile(finite, level)


def _months(rate: float) -> float:
    return 12 / rate if rate > 0 else math.inf


def _day(density: float, rate: float, intercept: float) -> date | None:
    if density <= 0:
        raise ValueError(f"density is {density}; accepted is a number above 0")
    crossed = (math.log2(density) - intercept) / rate if rate > 0 else math.inf
    return DAY_ZERO + timedelta(days=crossed * DAYS) if abs(crossed) < 100 else None

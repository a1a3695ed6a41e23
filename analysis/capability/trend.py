"""Densities by release date, resampled by family, and the edge of each sample."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from analysis.capability.envelope import quantile_lines, record_lines
from analysis.errors import DataError

Array = np.ndarray[Any, np.dtype[np.float64]]

#: Day 0 of every trend: the first release of Llama, from which the densing law counts days.
DAY_ZERO = date(2023, 2, 24)
#: How the edge is drawn: through the record holders, as published, or at a quantile of all models.
ESTIMATORS = ("records", "quantile")
#: Days of a year.
DAYS = 365.25
_COLUMNS = ("model", "family", "released", "density")


@dataclass(frozen=True, eq=False)
class Trend:
    """Densities by release date, as the estimators read them.

    Parameters
    ----------
    names : tuple of str
        The models, by release date.
    families : numpy.ndarray of shape (models,)
        Position of each model's family.
    times : numpy.ndarray of shape (models,)
        Years after `DAY_ZERO`, ascending.
    heights : numpy.ndarray of shape (models,) or (samples, models)
        Density, in doublings from 1.
    left_out : int
        Models of the table without a density or a date.
    """

    names: tuple[str, ...]
    families: np.ndarray[Any, np.dtype[np.intp]]
    times: Array
    heights: Array
    left_out: int = 0

    def __repr__(self) -> str:
        families = int(self.families.max()) + 1
        left = f", {self.left_out} left out" if self.left_out else ""
        return f"<Trend: {len(self.names)} models of {families} families{left}>"

    @classmethod
    def of(cls, models: pl.DataFrame) -> Trend:
        """Read a table of densities.

        Parameters
        ----------
        models : polars.DataFrame
            Columns model, family, released and density. A density that is null or not a number
            leaves its model out.

        Returns
        -------
        Trend
            The densities.

        Raises
        ------
        DataError
            If a column is missing, a date is no date, a family is not named, a density is not
            above 0, a model is listed twice, or fewer than three models on two days are left.
        """
        for column in _COLUMNS:
            if column not in models.columns:
                raise DataError(
                    f"missing; the table has {', '.join(models.columns)}", column=column
                )
        if models["released"].dtype != pl.Date:
            raise DataError(f"holds {models['released'].dtype}, not dates", column="released")
        density = pl.col("density").cast(pl.Float64).fill_null(math.nan)
        known = models.with_row_index("row", offset=1).filter(
            density.is_not_nan(), pl.col("released").is_not_null()
        )
        for column, wrong in {
            "density": (pl.col("density") <= 0) | pl.col("density").is_infinite(),
            "family": pl.col("family").is_null(),
        }.items():
            bad = known.filter(wrong)
            if bad.height:
                found = f"found {bad[column][0]}; accepted is a finite number above 0, or nothing"
                problem = found if column == "density" else "the family is missing"
                raise DataError(problem, column=column, row=bad["row"][0])
        twice = known.filter(pl.col("model").is_duplicated())
        if twice.height:
            raise DataError(f"{twice['model'][1]!r} is listed twice", column="model",
                            row=twice["row"][1])  # fmt: skip
        if known.height < 3 or known["released"].n_unique() < 2:
            raise DataError(
                f"{known.height} models with a density on {known['released'].n_unique()} days; "
                "a trend needs three models on two days",
                column="density",
            )
        known = known.sort("released", "model")
        days = (known["released"] - DAY_ZERO).dt.total_days().to_numpy()
        return cls(
            tuple(known["model"]),
            known["family"].rank("dense").to_numpy().astype(np.intp) - 1,
            days / DAYS,
            np.log2(known["density"].to_numpy()),
            models.height - known.height,
        )

    def samples(self, count: int, seed: int) -> Array:
        """Draw whole families with replacement.

        Parameters
        ----------
        count : int
            How many samples.
        seed : int
            Seed of the draws.

        Returns
        -------
        numpy.ndarray of shape (count, models)
            How often each model is in each sample.
        """
        total = int(self.families.max()) + 1
        drawn = np.random.RandomState(seed).multinomial(total, np.full(total, 1 / total), count)
        return drawn[:, self.families].astype(float)

    def lines(
        self, weights: Array, estimator: str, quantile: float, heights: Array | None = None
    ) -> tuple[Array, Array]:
        """Draw the edge of each sample.

        Parameters
        ----------
        weights : numpy.ndarray of shape (samples, models)
            How often each model is in each sample.
        estimator : {"quantile", "records"}
            How the edge is drawn.
        quantile : float
            The quantile of the first.
        heights : numpy.ndarray of shape (samples, models), optional
            Other heights than the trend's own.

        Returns
        -------
        tuple of numpy.ndarray of shape (samples,)
            Doublings a year, and doublings from 1 on `DAY_ZERO`.
        """
        y = self.heights if heights is None else heights
        if estimator == "records":
            return record_lines(self.times, y, weights)
        return quantile_lines(self.times, y, weights, quantile)


def years(days: Any) -> Array:
    """Return years after `DAY_ZERO`.

    Parameters
    ----------
    days : date or sequence of date
        The days.

    Returns
    -------
    numpy.ndarray
        Years.

    Examples
    --------
    >>> float(years(date(2024, 2, 24)).round(3))
    0.999
    """
    whole = np.asarray(days, dtype="datetime64[D]") - np.datetime64(DAY_ZERO)
    return np.asarray(whole.astype(float) / DAYS)

"""Learning-rate schedules: two laws of the whole loss curve, fitted on three and tried on six."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import polars as pl

from analysis.fitting.comparison import Comparison, compare
from analysis.fitting.fit import Fit, fit
from analysis.laws.catalog import law
from analysis.laws.law import Law
from analysis.runs import load
from analysis.runs.annealing import with_areas, with_drops
from analysis.studies.chinchilla import objective_at

Array = np.ndarray[Any, np.dtype[np.float64]]

SIZES = ("25M", "100M", "400M")
#: Neighbouring points say nearly the same: fits read every eighth, forecasts every fourth.
FITTED, FORECAST = 8, 4
BLOCKS = 40
#: Steps of a stretch of a curve that is resampled as one.
STRETCH = 3_000
RESAMPLES = 60
LEVEL = 0.95
#: Length of the longest curve that the laws are fitted on.
LONGEST_FITTED = 24_000

SOURCES = ("annealing", "multi-power", "multi-power, published")


def curves(size: str, every: int = FITTED) -> pl.DataFrame:
    """Return points of the loss curves of a size, with what both laws read.

    Parameters
    ----------
    size : {"25M", "100M", "400M"}
        The model.
    every : int, optional
        Keep each so-manieth point of every curve.

    Returns
    -------
    polars.DataFrame
        The points with areas and drops, ``stretch`` (which part of which curve) and ``length``
        (steps of the whole curve).
    """
    points = load("schedule-curves").filter(pl.col("model") == size)
    part = (pl.col("steps") // STRETCH).cast(pl.Int64)
    points = points.with_columns(
        # Not pl.format: beside a window, on a table in two chunks, polars 1.35 panics in it.
        stretch=pl.concat_str("schedule", part, separator=" "),
        length=(pl.col("steps").max().over("schedule") / 1_000).round() * 1_000,
    )
    thinned = points.filter(pl.int_range(pl.len()).over("schedule") % every == 0)
    return with_areas(with_drops(thinned, blocks=BLOCKS))


@dataclass(frozen=True, eq=False)
class Sources:
    """Three predictions of the curves of one size.

    Parameters
    ----------
    annealing, multi_power : Fit
        The fits of both laws to the same points.
    published : Law
        The multi-power law with its published coefficients.
    """

    annealing: Fit
    multi_power: Fit
    published: Law

    def predict(self, points: pl.DataFrame) -> dict[str, Array]:
        """Predict the loss at points.

        Parameters
        ----------
        points : polars.DataFrame
            With areas and drops.

        Returns
        -------
        dict of str to numpy.ndarray
            Loss by source.
        """
        fitted = (self.annealing, self.multi_power)
        losses = [one.predict(points)["loss"].to_numpy() for one in fitted]
        return dict(zip(SOURCES, [*losses, self.published.predict(points)], strict=True))


def published_name(size: str) -> str:
    """Return the name of a size's published coefficients of the multi-power law.

    Parameters
    ----------
    size : str
        The model.

    Returns
    -------
    str
        Such as ``multi_power2025-100m``.
    """
    return f"multi_power2025-{size.lower()}"


@cache
def fitted(key: str, size: str, resamples: int = RESAMPLES) -> Fit:
    """Fit a law to the three curves that the paper fits.

    Parameters
    ----------
    key : {"annealing", "multi-power"}
        The law.
    size : str
        The model.
    resamples : int, optional
        Bootstrap of stretches of 3,000 steps.

    Returns
    -------
    Fit
        The fit; each is made once.
    """
    points = curves(size).filter("fits")
    return fit(law(key), points, resamples=resamples, cluster="stretch", seed=42)


def sources(size: str) -> Sources:
    """Return all three predictions of the curves of a size.

    Parameters
    ----------
    size : str
        The model.

    Returns
    -------
    Sources
        Both fits, and the published coefficients beside them.
    """
    published = law("multi-power").with_published(published_name(size))
    return Sources(fitted("annealing", size), fitted("multi-power", size), published)


def endings() -> pl.DataFrame:
    """Return the last observed losses of the four schedules of 24,000 steps.

    Returns
    -------
    polars.DataFrame
        One row a size: a column a schedule, and by how much the two decays end below the cosine,
        in percent of the loss.
    """
    names = ("constant_24000", "cosine_24000", "wsd_20000_24000", "wsdld_20000_24000")
    points = load("schedule-curves").filter(pl.col("schedule").is_in(names)).sort("steps")
    ends = points.group_by("model", "schedule").agg(pl.col("loss").last())
    table = ends.pivot(on="schedule", index="model", values="loss")
    order = pl.col("model").replace_strict({s: i for i, s in enumerate(SIZES)})
    below = {
        f"{name}_below": 100 * (1 - pl.col(column) / pl.col("cosine_24000"))
        for name, column in (("wsd", names[2]), ("wsdld", names[3]))
    }
    return table.sort(order).select("model", *names).with_columns(**below)


def forecasts(sizes: Sequence[str] = SIZES) -> pl.DataFrame:
    """Score each source on each curve.

    Parameters
    ----------
    sizes : sequence of str, optional
        The models.

    Returns
    -------
    polars.DataFrame
        One row a size, source and curve: ``fits``, ``length``, and of the errors in percent of
        the loss ``rms``, ``bias`` (predicted minus observed) and ``end`` (at the last point).
    """
    tables = []
    for size in sizes:
        points = curves(size, FORECAST)
        for source, losses in sources(size).predict(points).items():
            error = 100 * np.log(losses / points["loss"].to_numpy())
            tables.append(
                points.select("schedule", "fits", "length", "steps", error=error)
                .sort("steps")
                .group_by("schedule", "fits", "length", maintain_order=True)
                .agg(
                    rms=(pl.col("error") ** 2).mean().sqrt(),
                    bias=pl.col("error").mean(),
                    end=pl.col("error").last(),
                    points=pl.len(),
                )
                .sort("length", "schedule")
                .select(pl.lit(size).alias("model"), pl.lit(source).alias("source"), pl.all())
            )
    return pl.concat(tables)


def scores(table: pl.DataFrame) -> pl.DataFrame:
    """Set the objective of each source beside its errors on curves it has not seen.

    Parameters
    ----------
    table : polars.DataFrame
        As `forecasts` makes it.

    Returns
    -------
    polars.DataFrame
        One row a size and source: ``objective`` on the fitted points, and the root mean squared
        error in percent on the fitted curves, on the held-out ones no longer than those, on the
        held-out ones of 72,000 steps, and on all held-out ones, each point counted once.
    """

    def error(which: pl.Expr) -> pl.Expr:
        squares = (pl.col("rms") ** 2 * pl.col("points")).filter(which).sum()
        return (squares / pl.col("points").filter(which).sum()).sqrt()

    held, long = ~pl.col("fits"), pl.col("length") > LONGEST_FITTED
    grouped = table.group_by("model", "source", maintain_order=True).agg(
        fitted=error(pl.col("fits")),
        as_long=error(held & ~long),
        longer=error(held & long),
        held_out=error(held),
    )
    objectives = [_objectives(str(size)) for size in grouped["model"].unique(maintain_order=True)]
    return grouped.with_columns(
        objective=pl.Series([one[source] for one in objectives for source in SOURCES])
    )


def _objectives(size: str) -> dict[str, float]:
    one = sources(size)
    published = objective_at(one.multi_power, one.published.fixed)
    return dict(
        zip(SOURCES, [one.annealing.objective, one.multi_power.objective, published], strict=True)
    )


def shape_held(size: str) -> Fit:
    """Fit the multi-power law with C, beta and gamma as published.

    Parameters
    ----------
    size : str
        The model.

    Returns
    -------
    Fit
        Of L0, A, alpha and B.
    """
    values = law("multi-power").coefficients(published_name(size))
    held = law("multi-power").fix(**{name: values[name] for name in ("C", "beta", "gamma")})
    return fit(held, curves(size).filter("fits"))


def held_shapes() -> pl.DataFrame:
    """Tell how far the published coefficients lie from the optimum, and in which of them.

    Returns
    -------
    polars.DataFrame
        One row a size: the objective of the published set and of its best L0, A, alpha and B, in
        multiples of the optimum, and that best B over the published one.
    """
    rows = []
    for size in SIZES:
        one, held = sources(size), shape_held(size)
        optimum = one.multi_power.objective
        rows.append(
            {
                "model": size,
                "published": objective_at(one.multi_power, one.published.fixed) / optimum,
                "shape_held": held.objective / optimum,
                "B_over_published": held.parameters["B"] / one.published.fixed["B"],
            }
        )
    return pl.DataFrame(rows)


def longer_curves(size: str = "100M", every: int = 24) -> Comparison:
    """Fit the laws to the seven shorter curves and let them forecast those of 72,000 steps.

    Parameters
    ----------
    size : str, optional
        The model.
    every : int, optional
        Keep each so-manieth point of every curve.

    Returns
    -------
    Comparison
        Both laws, and the published coefficients as they are.
    """
    multi = law("multi-power")
    laws = (law("annealing"), multi, multi.with_published(published_name(size)))
    return compare(
        dict(zip(SOURCES, laws, strict=True)),
        curves(size, every),
        hold_out="length",
        cuts=[LONGEST_FITTED],
    )


def reproduced(size: str) -> dict[str, tuple[float, float, float]]:
    """Return the refitted coefficients of the multi-power law with their intervals.

    Parameters
    ----------
    size : str
        The model.

    Returns
    -------
    dict of str to (value, low, high)
        By record of the study ``multi_power2025``.
    """
    result = sources(size).multi_power
    return {
        f"{name}_{size.lower()}": (result.parameters[name], *result.interval(name, LEVEL))
        for name in ("L0", "A", "alpha", "B", "C", "beta", "gamma")
    }

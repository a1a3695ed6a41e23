"""The valley in which the two constants of repeated data cannot be told apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from analysis.fitting.fit import Fit
from analysis.laws.catalog import law
from analysis.studies.repetition import STUDY, worth

Array = np.ndarray[Any, np.dtype[np.float64]]


def objectives(result: Fit, r_n: Array, r_d: Array) -> Array:
    """Evaluate the objective of a two-constant fit at many pairs.

    Parameters
    ----------
    result : Fit
        The fit.
    r_n, r_d : numpy.ndarray of shape (pairs,)
        R_N and R_D of each pair.

    Returns
    -------
    numpy.ndarray of shape (pairs,)
        The objective, summed over runs.
    """
    columns = {"R_N": np.log(r_n), "R_D": np.log(r_d)}
    points = np.stack([columns[name] for name in result.labels], axis=1)
    terms: Array = result.criterion.terms(result.problem.residuals(points))
    return np.asarray(terms @ result.weights)


def surface(result: Fit, places: int = 81) -> tuple[Array, Array, Array]:
    """Return the objective over a grid of pairs, as percent above the optimum.

    Parameters
    ----------
    result : Fit
        The two-constant fit.
    places : int, optional
        Places along each side.

    Returns
    -------
    r_n, r_d : numpy.ndarray of shape (places,)
        The sides.
    above : numpy.ndarray of shape (places, places)
        Percent above the optimum; rows follow r_d.
    """
    r_n, r_d = np.geomspace(0.2, 40, places), np.geomspace(3, 1000, places)
    pairs = np.meshgrid(r_n, r_d)
    found = objectives(result, pairs[0].ravel(), pairs[1].ravel()).reshape(places, places)
    return r_n, r_d, 100 * (found / result.objective - 1)


def minima(result: Fit) -> pl.DataFrame:
    """Return every separate minimum that lies near the best one.

    Parameters
    ----------
    result : Fit
        The two-constant fit.

    Returns
    -------
    polars.DataFrame
        One row a minimum, the best first: R_N, R_D, objective, percent_above, and
        ``published``, how far in percent the published pair is from it.
    """
    points = np.exp(result.minima)
    r_n, r_d = (points[:, result.labels.index(name)] for name in ("R_N", "R_D"))
    found = objectives(result, r_n, r_d)
    pair = law("repetition").coefficients(STUDY)
    away = np.maximum(abs(r_n / pair["R_N"] - 1), abs(r_d / pair["R_D"] - 1))
    return pl.DataFrame(
        {
            "R_N": r_n,
            "R_D": r_d,
            "objective": found,
            "percent_above": np.round(100 * (found / result.objective - 1), 6),
            "published_away_percent": 100 * away,
        }
    )


def valley(result: Fit, r_d: Sequence[float] | Array) -> pl.DataFrame:
    """Follow the valley: at each R_D the best R_N, and what the law says there.

    Parameters
    ----------
    result : Fit
        The two-constant fit.
    r_d : sequence of float
        Values of R_D.

    Returns
    -------
    polars.DataFrame
        R_D, R_N, percent_above, and what a planner would read off: the worth of a token at
        four and at sixteen epochs.
    """
    sizes = np.geomspace(0.1, 100, 1201)
    rows = []
    for value in np.asarray(r_d, dtype=float):
        found = objectives(result, sizes, np.full_like(sizes, value))
        at = int(found.argmin())
        four, sixteen = worth(value, np.array([4.0, 16.0]))
        rows.append(
            {
                "R_D": float(value),
                "R_N": float(sizes[at]),
                "percent_above": 100 * (float(found[at]) / result.objective - 1),
                "worth_4": float(four),
                "worth_16": float(sixteen),
            }
        )
    return pl.DataFrame(rows)

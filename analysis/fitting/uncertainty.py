"""Intervals of parameters and of predictions, from resamples or from the curvature."""

from __future__ import annotations

from typing import Any, cast

import numpy as np

from analysis.fitting.bootstrap import residual_scatter
from analysis.fitting.outcome import Outcome
from analysis.laws.design import Design

Array = np.ndarray[Any, np.dtype[np.float64]]

#: Draws of the scatter of a single run where a fit has no resamples.
_SCATTER_DRAWS = 2000


def percentile(draws: Array, level: float) -> tuple[float, float]:
    """Return the central interval that holds a share of the draws.

    Parameters
    ----------
    draws : numpy.ndarray of shape (resamples,)
        Values.
    level : float
        Share inside, between 0 and 1.

    Returns
    -------
    tuple of float
        Low and high end.

    Examples
    --------
    >>> percentile(np.arange(101.0), 0.5)
    (25.0, 75.0)
    """
    check_level(level)
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def bca(draws: Array, estimate: float, left_out: Array, level: float) -> tuple[float, float]:
    """Return the bias-corrected and accelerated interval.

    Parameters
    ----------
    draws : numpy.ndarray of shape (resamples,)
        Values.
    estimate : float
        Value on the full data.
    left_out : numpy.ndarray of shape (clusters,)
        Values with each cluster (or row) left out in turn.
    level : float
        Nominal coverage.

    Returns
    -------
    tuple of float
        Low and high end, which are draws at shifted shares.

    References
    ----------
    B. Efron, "Better bootstrap confidence intervals", J. Am. Stat. Assoc. 82, 1987.

    Examples
    --------
    >>> flat = np.arange(101.0)
    >>> [round(end, 9) for end in bca(flat, 50.0, flat, 0.9)]
    [5.0, 95.0]
    """
    from scipy.stats import norm

    check_level(level)
    below = (np.sum(draws < estimate) + 0.5 * np.sum(draws == estimate)) / len(draws)
    edge = 0.5 / len(draws)
    bias = norm.ppf(np.clip(below, edge, 1 - edge))
    acceleration = _acceleration(left_out)
    ends = bias + norm.ppf([(1 - level) / 2, (1 + level) / 2])
    shares = norm.cdf(bias + ends / (1 - acceleration * ends))
    low, high = np.quantile(draws, shares)
    return float(low), float(high)


def _acceleration(left_out: Array) -> float:
    """Return a sixth of the skewness of what single clusters do to the estimate."""
    largest = float(np.abs(left_out).max())
    # The unit cancels: without it no square can overflow.
    unit = left_out / largest if largest > 0 else left_out
    pull = unit.mean() - unit
    spread = float((pull**2).sum()) ** 1.5
    return float((pull**3).sum()) / (6 * spread) if spread > 0 else 0.0


def by_curvature(result: Outcome, slot: int, level: float) -> tuple[float, float]:
    """Return the interval that follows from the robust covariance.

    It is symmetric in the solver's coordinate, so that of an amplitude is symmetric in its
    logarithm and stays positive.

    Parameters
    ----------
    result : Outcome
        The fit.
    slot : int
        Position of the parameter.
    level : float
        Nominal coverage.

    Returns
    -------
    tuple of float
        Low and high end; not a number for a parameter on its bound or not told apart from others.
    """
    from scipy.stats import t as student

    check_level(level)
    design, local = result.problem.design, result.local
    error = float(np.sqrt(local.covariance()[slot, slot]))
    reach = float(student.ppf((1 + level) / 2, local.freedom)) * error
    points = np.stack([result.coordinates, result.coordinates])
    points[:, slot] += [-reach, reach]
    low, high = design.natural(np.clip(points, design.lower, design.upper))[:, slot]
    return float(low), float(high)


def check_level(level: float) -> None:
    """Refuse a level outside (0, 1).

    Parameters
    ----------
    level : float
        Nominal coverage.

    Raises
    ------
    ValueError
        If it is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise ValueError(f"level lies between 0 and 1, found {level!r}")


def predicted_interval(
    result: Outcome, design: Design, kind: str, level: float
) -> tuple[Array, Array]:
    """Return an interval of the law's value, or of a single new run, on each row.

    Parameters
    ----------
    result : Outcome
        The fit. Its resamples are used if there are any, else its covariance.
    design : Design
        The law on the new rows.
    kind : {"confidence", "prediction"}
        Interval of the law's value, or of a single run around it.
    level : float
        Nominal coverage.

    Returns
    -------
    tuple of numpy.ndarray of shape (rows,)
        Low and high ends.

    Raises
    ------
    ValueError
        If the kind is unknown.
    """
    check_level(level)
    if kind not in ("confidence", "prediction"):
        raise ValueError(f"interval is 'confidence' or 'prediction', found {kind!r}")
    shares = [(1 - level) / 2, (1 + level) / 2]
    if len(result.draw_coordinates):
        values = design.values(result.coordinates_on(design, result.draw_coordinates))
        if kind == "prediction":
            # One draw a resample for all rows: a row's ends do not depend on its neighbours.
            noise = _scatter(result, np.random.RandomState(result.seed), len(values))
            # The scatter of runs lives on the scale of the residuals.
            values = values * np.exp(noise) if result.problem.log else values + noise
        low, high = np.quantile(values, shares, axis=0)
    else:
        centre, error = _linear_prediction(result, design)
        low, high = _around(result, error, kind, shares)
        low, high = centre + low, centre + high
        if result.problem.log:
            low, high = np.exp(low), np.exp(high)
    return cast(Array, low), cast(Array, high)


def _linear_prediction(result: Outcome, design: Design) -> tuple[Array, Array]:
    """Return value and standard error of the law on the scale of the residuals."""
    values, jacobian = design.evaluate(result.coordinates_on(design, result.coordinates[None, :]))
    value, slope = values[0], jacobian[0]
    if result.problem.log:
        value, slope = np.log(value), slope / value
    slots = [result.labels.index(label) for label in design.labels]
    return value, np.sqrt(result.local.variance_of(slope, slots))


def _around(result: Outcome, error: Array, kind: str, shares: list[float]) -> tuple[Array, Array]:
    from scipy.stats import t as student

    if kind == "confidence":
        reach = student.ppf(shares[1], result.local.freedom) * error
        return -reach, reach
    # The scatter of runs has its own shape: add it to the error by draws, not by formula.
    random = np.random.RandomState(result.seed)
    noise = _scatter(result, random, _SCATTER_DRAWS)
    drawn = student.ppf(random.random_sample((_SCATTER_DRAWS, 1)), result.local.freedom)
    low, high = np.quantile(noise + drawn * error, shares, axis=0)
    return low, high


def _scatter(result: Outcome, random: np.random.RandomState, draws: int) -> Array:
    """Draw what a single run adds to the law's value, of shape (draws, 1)."""
    scatter = residual_scatter(result.problem, result.coordinates)
    share = result.weights / result.weights.sum()
    return cast(Array, random.choice(scatter, size=(draws, 1), p=share))

"""Linear memories: taught once, again and again, or to the end, and rounded afterwards."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from analysis.capability.memoriser import Array, Task, random_task


def hebbian(task: Task) -> Array:
    """Return the weights after one Hebbian exposure: each fact adds itself once.

    Parameters
    ----------
    task : Task
        The facts.

    Returns
    -------
    numpy.ndarray of shape (width, units)
        Weights, not yet scaled to log-odds; see `calibrated`.
    """
    return task.keys.T @ task.labels


def trained(task: Task, *, ridge: float = 1e-6, steps: int = 60) -> Array:
    """Train a linear memory to the end: logistic regression of every bit, by Newton's method.

    Parameters
    ----------
    task : Task
        The facts.
    ridge : float, optional
        A penalty that keeps weights finite where every label can be met.
    steps : int, optional
        Newton steps at most.

    Returns
    -------
    numpy.ndarray of shape (width, units)
        The weights, in log-odds.
    """
    weights = np.zeros((task.keys.shape[1], task.labels.shape[1]))
    objective = _penalised(weights, task, ridge)
    for _ in range(steps):
        miss = _sigmoid(-(task.keys @ weights) * task.labels)
        slope = ridge * weights - task.keys.T @ (task.labels * miss)
        units = zip(slope.T, miss.T, strict=True)
        step = np.stack([_newton(task.keys, s, m, ridge) for s, m in units], axis=1)
        fall = (slope * step).sum(axis=0)
        size = np.ones_like(objective)
        for _ in range(30):
            new = _penalised(weights - size * step, task, ridge)
            short = (new > objective - 1e-4 * size * fall) & (fall > 1e-12)
            if not short.any():
                break
            size[short] /= 2
        weights = weights - size * step
        gain, objective = objective - new, new
        if gain.max() < 1e-9 * (1 + objective.max()):
            break
    return weights


def _newton(keys: Array, slope: Array, miss: Array, ridge: float) -> Array:
    curvature = (keys.T * (miss * (1 - miss))) @ keys
    curvature[np.diag_indices_from(curvature)] += ridge
    return np.asarray(np.linalg.solve(curvature, slope), dtype=float)


def _penalised(weights: Array, task: Task, ridge: float) -> Array:
    losses = np.logaddexp(0.0, -(task.keys @ weights) * task.labels).sum(axis=0)
    return np.asarray(losses + ridge / 2 * (weights**2).sum(axis=0))


def _sigmoid(x: Array) -> Array:
    return np.asarray(0.5 * (1 + np.tanh(x / 2)))


def taught(
    task: Task,
    exposures: Sequence[int],
    *,
    junk: int = 0,
    pool: int = 0,
    rate: float = 1.0,
    seed: int = 0,
) -> Iterator[Array]:
    """Teach a linear memory by gradient descent, and show it now and then.

    A step sees as many facts as the task has. Junk takes places in it, so that each exposure of
    the task takes as many steps more.

    Parameters
    ----------
    task : Task
        The facts.
    exposures : sequence of int
        After how many exposures of each fact to yield the weights; rising.
    junk : int, optional
        Facts of no interest seen with each fact of the task, at every exposure.
    pool : int, optional
        How many facts of no interest there are; 0 draws new ones in every step.
    rate : float, optional
        Length of a step, as a share of one over the largest curvature.
    seed : int, optional
        Seed of the junk and of the order of facts.

    Yields
    ------
    numpy.ndarray of shape (width, units)
        The weights after so many exposures.

    Raises
    ------
    ValueError
        If `exposures` does not rise from 1 or more, or `junk` or `pool` is negative.
    """
    marks = list(exposures)
    if not marks or marks[0] < 1 or marks != sorted(set(marks)):
        raise ValueError(f"exposures={marks!r}; accepted are rising whole numbers from 1 on")
    if junk < 0 or pool < 0:
        raise ValueError(f"junk={junk!r}, pool={pool!r}; accepted are whole numbers from 0 on")
    (people, width), units = task.keys.shape, task.labels.shape[1]
    # A stream of its own: with that of the task, junk would have the keys of its people.
    draw = np.random.default_rng((seed, 1))
    lasting = random_task(pool, width, units, draw) if junk and pool else None
    useful = people / (1 + junk)
    step = rate * 4 / _curvature(useful, junk * useful, pool, width)
    weights = np.zeros((width, units))
    for time in range(1, marks[-1] + 1):
        for part in np.array_split(draw.permutation(people), 1 + junk):
            slope = _descent(weights, task.keys[part], task.labels[part])
            if junk:
                other = lasting or random_task(len(part) * junk, width, units, draw)
                some = draw.integers(0, pool, len(part) * junk) if pool else slice(None)
                slope += _descent(weights, other.keys[some], other.labels[some])
            weights += step * slope
        if time in marks:
            yield weights.copy()


def _curvature(useful: float, junk: float, pool: int, width: int) -> float:
    """Return the largest eigenvalue that random keys of length 1 have in a step, about."""
    if not pool:
        return (1 + math.sqrt((useful + junk) / width)) ** 2
    repeats = junk / pool
    return (1 + math.sqrt(useful / width)) ** 2 + repeats * (1 + math.sqrt(pool / width)) ** 2


def _descent(weights: Array, keys: Array, labels: Array) -> Array:
    return np.asarray(keys.T @ (labels * _sigmoid(-(keys @ weights) * labels)))


def calibrated(weights: Array, task: Task) -> Array:
    """Scale weights so that their outputs are log-odds: one number is fitted, no fact learnt.

    Parameters
    ----------
    weights : numpy.ndarray of shape (width, units)
        The weights.
    task : Task
        The facts.

    Returns
    -------
    numpy.ndarray of shape (width, units)
        The weights times the factor that makes the loss least.
    """
    margins = (task.keys @ weights) * task.labels
    low, high = -12.0, 12.0  # logarithms of the factor
    for _ in range(45):
        middle = (low + high) / 2
        rising = np.sum(margins * _sigmoid(-math.exp(middle) * margins)) < 0
        low, high = (low, middle) if rising else (middle, high)
    return math.exp((low + high) / 2) * weights


def rounded(weights: Array, bits: int) -> Array:
    """Round weights to so many bits each, after training, unit by unit.

    Parameters
    ----------
    weights : numpy.ndarray of shape (width, units)
        The weights.
    bits : int
        Bits a weight; 1 keeps signs only, more an even grid on both sides of zero.

    Returns
    -------
    numpy.ndarray of shape (width, units)
        At most 2^bits different weights a unit.

    Raises
    ------
    ValueError
        If `bits` is below 1.

    Examples
    --------
    >>> rounded(np.array([[-0.9], [0.1], [0.5], [1.0]]), 3).ravel().round(3).tolist()
    [-1.0, 0.0, 0.667, 1.0]
    """
    if bits < 1:
        raise ValueError(f"bits={bits!r}; accepted is a whole number of at least 1")
    if bits == 1:
        return np.asarray(np.where(weights < 0, -1.0, 1.0) * np.abs(weights).mean(axis=0))
    most = 2 ** (bits - 1) - 1
    grid = np.abs(weights).max(axis=0) / most
    return np.asarray(np.round(weights / np.where(grid > 0, grid, 1)) * grid)

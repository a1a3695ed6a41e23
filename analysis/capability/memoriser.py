"""Memories whose capacity is known exactly, to try an estimate of knowledge on.

A `Table` writes facts into cells of so many bits until it is full. A linear memory gives each bit
of a value one weight for each number of the key: by Cover's count it can learn two random bits a
weight and hardly one more, by a single Hebbian exposure at most 0.72.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]

#: Bits a weight that one Hebbian exposure stores at most: half a nat.
HEBBIAN_LIMIT = 1 / (2 * math.log(2))
_NATS = math.log(2)


@dataclass(frozen=True)
class Task:
    """Random facts for a memory: a key for each person, and a value as bits.

    Parameters
    ----------
    keys : numpy.ndarray of shape (people, width)
        Random directions, of length 1.
    labels : numpy.ndarray of shape (people, units)
        The bits of the value as -1 and 1.
    """

    keys: Array
    labels: Array

    @property
    def load(self) -> float:
        """Bits to be learnt for each weight, people / width."""
        people, width = self.keys.shape
        return float(people / width)

    @property
    def weights(self) -> int:
        """Weights of a linear memory for the task, width x units."""
        return int(self.keys.shape[1] * self.labels.shape[1])


def random_task(people: int, width: int, units: int, seed: int | np.random.Generator) -> Task:
    """Draw facts that nothing but memory can tell.

    Parameters
    ----------
    people, width, units : int
        How many people, numbers in a key, and bits in a value.
    seed : int or numpy.random.Generator
        Seed of the draw.

    Returns
    -------
    Task
        Keys and labels, both random.

    Raises
    ------
    ValueError
        If one of the three sizes is below 1.
    """
    for name, size in {"people": people, "width": width, "units": units}.items():
        if size < 1:
            raise ValueError(f"{name}={size!r}; accepted is a whole number of at least 1")
    draw = np.random.default_rng(seed)
    # Not signs: at small widths those lie in planes together, and fewer labels can be met.
    keys = draw.normal(size=(people, width))
    labels = np.asarray(draw.integers(0, 2, (people, units)) * 2 - 1, dtype=float)
    lengths = np.sqrt((keys**2).sum(axis=1, keepdims=True))
    return Task(keys / lengths, labels)


def value_loss(outputs: Array, labels: Array) -> float:
    """Return the loss of a memory on whole values, as a language model is scored.

    Parameters
    ----------
    outputs : numpy.ndarray of shape (people, units)
        Log-odds that each bit is 1.
    labels : numpy.ndarray of shape (people, units)
        The bits as -1 and 1.

    Returns
    -------
    float
        Mean over people of the loss summed over bits, in nats; `units` x log 2 for a guess.

    Examples
    --------
    >>> round(value_loss(np.zeros((5, 8)), np.ones((5, 8))) / math.log(2), 9)
    8.0
    """
    return float(np.logaddexp(0.0, -outputs * labels).sum(axis=1).mean())


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


def hebbian_bits(load: float) -> float:
    """Return the bits a weight that one Hebbian exposure stores, for a wide memory.

    Each output is its label plus Gaussian noise of variance `load`, so that what it tells is the
    capacity of that channel.

    Parameters
    ----------
    load : float
        Bits to be learnt for each weight.

    Returns
    -------
    float
        Bits a weight: `load` times the mutual information of label and output.

    Raises
    ------
    ValueError
        If the load is not above 0.

    Examples
    --------
    >>> round(hebbian_bits(1e-3), 6), round(hebbian_bits(1e4) / HEBBIAN_LIMIT, 3)
    (0.001, 1.0)
    """
    if not load > 0:
        raise ValueError(f"load={load!r}; accepted is a number above 0")
    nodes, shares = np.polynomial.hermite_e.hermegauss(101)
    log_odds = 2 * (1 + math.sqrt(load) * nodes) / load
    lost = np.sum(shares * np.logaddexp(0.0, -log_odds)) / np.sum(shares)
    return float(load * (1 - lost / _NATS))


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


def separable_share(people: int, width: int) -> float:
    """Return how likely a linear unit can meet all of `people` random labels: Cover's count.

    Parameters
    ----------
    people : int
        Labels to meet.
    width : int
        Weights of the unit, with keys in general position.

    Returns
    -------
    float
        A probability; one half at two labels a weight.

    Raises
    ------
    ValueError
        If a number is below 1.

    References
    ----------
    Cover 1965, IEEE Transactions on Electronic Computers EC-14, 326-334.

    Examples
    --------
    >>> separable_share(20, 20), separable_share(40, 20)
    (1.0, 0.5)
    """
    if people < 1 or width < 1:
        raise ValueError(f"people={people!r}, width={width!r}; accepted are numbers from 1 on")
    met = sum(math.comb(people - 1, k) for k in range(min(width, people)))
    return float(met / 2 ** (people - 1))


class Table:
    """A memory of cells that are filled with the bits of facts, one after another.

    Parameters
    ----------
    cells : int
        How many parameters it has.
    cell_bits : int
        Bits of each, up to 16.

    Attributes
    ----------
    content : numpy.ndarray of shape (cells,)
        What each cell holds, as a whole number.

    Raises
    ------
    ValueError
        If there are no cells, or they have less than 1 or more than 16 bits.
    """

    def __init__(self, cells: int, cell_bits: int) -> None:
        if cells < 1 or not 1 <= cell_bits <= 16:
            raise ValueError(
                f"cells={cells!r} of cell_bits={cell_bits!r}; accepted are cells from 1 on, of "
                "1 to 16 bits"
            )
        self.cell_bits = cell_bits
        self.content = np.zeros(cells, dtype=np.uint16)
        self._written = 0

    @property
    def room(self) -> int:
        """The bits that it can hold."""
        return len(self.content) * self.cell_bits

    def write(self, labels: Array) -> None:
        """Write the bits of values until the table is full; the rest is lost.

        Parameters
        ----------
        labels : numpy.ndarray of shape (people, units)
            The bits as -1 and 1.
        """
        bits = np.zeros(self.room, dtype=np.uint16)
        self._written = min(labels.size, self.room)
        bits[: self._written] = labels.ravel()[: self._written] > 0
        places = 2 ** np.arange(self.cell_bits, dtype=np.uint16)
        self.content = (bits.reshape(-1, self.cell_bits) * places).sum(axis=1, dtype=np.uint16)

    def outputs(self, people: int, units: int) -> Array:
        """Read the bits of values as log-odds: certain where they were written, else even.

        Parameters
        ----------
        people, units : int
            Shape of the values that were written.

        Returns
        -------
        numpy.ndarray of shape (people, units)
            Log-odds that each bit is 1: zero, or plus or minus infinity.
        """
        bits = (self.content[:, None] >> np.arange(self.cell_bits, dtype=np.uint16)) & 1
        out = np.zeros(people * units)
        out[: self._written] = np.where(bits.ravel()[: self._written] == 1, np.inf, -np.inf)
        return out.reshape(people, units)

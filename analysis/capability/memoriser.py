"""Facts to memorise, memories of known content, and what linear memories are known to hold.

A `Table` writes facts into cells of so many bits until it is full. A linear memory, of
`analysis.capability.linear_memory`, gives each bit of a value one weight for each number of the
key: by Cover's count it can learn two random bits a weight and hardly one more, by a single Hebbian
exposure at most 0.72.
"""

from __future__ import annotations

import math
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

"""Resamples of problems and of attempts, as array work: no table is grouped twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from analysis.economics.attempts import Attempts, Mask
from analysis.fitting.uncertainty import bca, percentile
from analysis.progress import track

Array = np.ndarray[Any, np.dtype[np.float64]]
Over = Literal["problems", "attempts", "both"]
Method = Literal["parts", "bca", "percentile"]
OVER = ("problems", "attempts", "both")
METHODS = ("parts", "bca", "percentile")
Complex = np.ndarray[Any, np.dtype[np.complex128]]
#: A table of sums of attempts holds at most this many.
_LONGEST_TABLE = 512
#: About this many draws are made at a time.
_SHARE = 2_000_000
ONE_ATTEMPT = "one attempt a strategy and problem: resampling attempts changes nothing"


@dataclass(frozen=True)
class Interval:
    """Where a mean lies.

    Attributes
    ----------
    low, high : float
        The ends.
    level : float
        The nominal coverage.
    over : str
        What was resampled: ``problems``, ``attempts`` or ``both``.
    method : str
        ``parts``, ``bca`` or ``percentile``.
    resamples : int
        How many draws.
    note : str
        What a reader must know of it; often empty.
    """

    low: float
    high: float
    level: float
    over: str
    method: str
    resamples: int
    note: str = ""

    def __repr__(self) -> str:
        note = f"; {self.note}" if self.note else ""
        return f"<Interval: {self.span}, over {self.over}, {self.method}{note}>"

    @property
    def span(self) -> str:
        """The ends and the level as text."""
        return f"{self.low:.3g} to {self.high:.3g}, {self.level:.0%}"


def over_problems(values: Array, resamples: int, seed: int) -> Array:
    """Draw problems with replacement and average.

    Parameters
    ----------
    values : numpy.ndarray of shape (problems, quantities)
        One row a problem; the quantities stay paired.
    resamples : int
        How many draws.
    seed : int
        Of the random numbers.

    Returns
    -------
    numpy.ndarray of shape (resamples, quantities)
        The means.

    Examples
    --------
    >>> over_problems(np.array([[1.0, 2.0]] * 5), 3, seed=0).tolist()
    [[1.0, 2.0], [1.0, 2.0], [1.0, 2.0]]
    """
    rng = np.random.default_rng(seed)
    problems = len(values)
    out = np.empty((resamples, values.shape[1]))
    for start, stop in _shares(resamples, problems, "problems"):
        drawn = rng.integers(problems, size=(stop - start, problems))
        flat = drawn + problems * np.arange(stop - start)[:, None]
        weights = np.bincount(flat.ravel(), minlength=problems * (stop - start))
        out[start:stop] = weights.reshape(-1, problems) @ values / problems
    return out


def over_attempts(
    records: Attempts,
    human: float | None,
    resamples: int,
    seed: int,
    *,
    problems: bool = True,
    check: float = 0.0,
) -> Array:
    """Draw attempts of each strategy at each problem anew, and the frontier of each draw.

    Parameters
    ----------
    records : Attempts
        Attempts at one task.
    human : float or None
        What the human expert costs a problem.
    resamples : int
        How many draws.
    seed : int
        Of the random numbers.
    problems : bool, optional
        Draw problems first. A problem that is drawn twice has its attempts drawn twice.
    check : float, optional
        What it costs to tell whether one answer is right.

    Returns
    -------
    numpy.ndarray of shape (resamples,)
        Means over problems; infinite where a draw leaves a problem unsolved and there is no human.

    Examples
    --------
    >>> import polars as pl
    >>> from analysis.economics.attempts import attempts
    >>> table = pl.DataFrame({"problem": ["1", "1"], "model": "a", "attempt": [1, 2],
    ...                       "passed": [0, 1], "usd": [0.01, 0.03]})
    >>> sorted(set(over_attempts(attempts(table), 1.0, 50, seed=0).round(4).tolist()))
    [0.03, 0.04, 1.0]
    """
    rng = np.random.default_rng(seed)
    size = len(records.problems)
    drawn = np.tile(np.arange(size), (resamples, 1))
    if problems:
        drawn = rng.integers(size, size=(resamples, size))
    # All draws of one problem are made together: its attempts fit the processor's cache.
    order = np.argsort(drawn, axis=None, kind="stable")
    resample, ends = order // size, np.searchsorted(drawn.ravel()[order], np.arange(size + 1))
    # Outcome and cost of an attempt travel together, as one complex number.
    both = records.passed + 1j * (records.usd + check)
    out = np.zeros(resamples)
    for problem in track(range(size), label="resampling attempts"):
        own = resample[ends[problem] : ends[problem + 1]]
        best = np.full(len(own), np.inf if human is None else human)
        for count in np.unique(records.count[problem]):
            if count:
                of = records.count[problem] == count
                total = _sums(both[problem, of, :count], len(own), rng)
                ratio = np.full(total.shape, np.inf)
                np.divide(total.imag, total.real, out=ratio, where=total.real > 0)
                best = np.minimum(best, ratio.min(axis=0))
        out += np.bincount(own, best, minlength=resamples)
    return out / size


def _sums(own: Complex, draws: int, rng: np.random.Generator) -> Complex:
    """Draw as many attempts of each strategy as it made and add them, (strategies, draws)."""
    strategies, left = own.shape
    total = np.zeros((strategies, draws), dtype=np.complex128)
    while left:
        # Looking up the sum of several attempts is one draw in place of several.
        table, left = own, left - 1
        while left and table.shape[1] * own.shape[1] <= _LONGEST_TABLE:
            table = (table[:, :, None] + own[:, None, :]).reshape(strategies, -1)
            left -= 1
        picks = rng.integers(table.shape[1], size=total.shape, dtype=np.uint16)
        for row, sums, pick in zip(total, table, picks, strict=True):
            row += sums.take(pick, mode="clip")
    return total


def interval(
    draws: Array, values: Array, *, level: float, method: Method, over: str, note: str = ""
) -> Interval:
    """Return the interval of a mean over problems from its draws.

    Parameters
    ----------
    draws : numpy.ndarray of shape (resamples,)
        Means of the draws.
    values : numpy.ndarray of shape (problems,)
        What the mean is over.
    level : float
        Nominal coverage.
    method : {"bca", "percentile"}
        ``bca`` corrects for bias and for skew, which a few dear problems bring.
    over : str
        What was resampled.
    note : str, optional
        What a reader must know.

    Returns
    -------
    Interval
        The ends.

    Raises
    ------
    ValueError
        If there is no such method, or draws are infinite.
    """
    if method not in ("bca", "percentile"):
        raise ValueError(f"method is {method!r}; accepted are 'bca', 'percentile'")
    if not np.isfinite(draws).all():
        share = float(np.mean(~np.isfinite(draws)))
        raise ValueError(
            f"in {share:.0%} of the resamples a problem is solved by nobody and the mean is "
            "infinite; give human=, the price of a human expert"
        )
    if np.ptp(draws) == 0:
        ends = (float(draws[0]), float(draws[0]))
    elif method == "bca" and len(values) > 2:
        left_out = (values.sum() - values) / (len(values) - 1)
        ends = bca(draws, float(values.mean()), left_out, level)
    else:
        ends = percentile(draws, level)
    return Interval(*ends, level, over, method, len(draws), note)


def by_parts(
    draws: Array, values: Array, held: Mask, human: float, *, level: float, note: str = ""
) -> Interval:
    """Return the interval of a frontier from that of the human share and that of the rest.

    A handful of problems, or none, that are left to a dear human decide the mean, and no bootstrap
    can tell of those that were not seen. Their share has an exact binomial interval, which is
    above nothing even where none was seen; the rest is resampled, and both are joined as those of
    a sum are.

    Parameters
    ----------
    draws : numpy.ndarray of shape (resamples,)
        Means of the part that is not the human's, over resampled problems.
    values : numpy.ndarray of shape (problems,)
        The frontier of each problem.
    held : numpy.ndarray of shape (problems,)
        Whether the human holds it.
    human : float
        What the human costs a problem.
    level : float
        Nominal coverage.
    note : str, optional
        What a reader must know.

    Returns
    -------
    Interval
        The ends.

    References
    ----------
    G. Y. Zou, A. Donner, "Construction of confidence limits about effect measures: a general
    approach", Stat. Med. 27, 2008.

    Examples
    --------
    >>> none = np.zeros(60, dtype=bool)
    >>> found = by_parts(np.full(9, 0.03), np.full(60, 0.03), none, 20.0, level=0.95)
    >>> round(found.low, 2), round(found.high, 2)
    (0.03, 1.22)
    """
    from scipy.stats import beta

    count, total = int(held.sum()), len(held)
    tail = (1 - level) / 2
    fewest = float(beta.ppf(tail, count, total - count + 1)) if count else 0.0
    most = float(beta.ppf(1 - tail, count + 1, total - count)) if count < total else 1.0
    share, rest = count / total, float(np.where(held, 0.0, values).mean())
    low, high = percentile(draws, level)
    mean = float(values.mean())
    down = np.hypot(human * (share - fewest), max(rest - low, 0.0))
    up = np.hypot(human * (most - share), max(high - rest, 0.0))
    low, high = max(mean - float(down), 0.0), min(mean + float(up), human)
    return Interval(low, max(high, mean), level, "problems", "parts", len(draws), note)


def _shares(resamples: int, cells: int, label: str) -> list[tuple[int, int]] | Any:
    step = max(1, _SHARE // max(cells, 1))
    starts = range(0, resamples, step)
    return track([(i, min(i + step, resamples)) for i in starts], label=f"resampling {label}")

"""What a set of strategies is worth: the frontier with it and without it, problem by problem.

A new model's gain, the essentialness of a family and the added value of a technique are one
number: the share by which a frontier falls when some strategies join others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from analysis.economics.attempts import Attempts, Mask, attempts
from analysis.economics.cost_of_pass import ratios
from analysis.economics.frontier import RESAMPLES, capped
from analysis.economics.resampling import over_problems
from analysis.fitting.uncertainty import percentile

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Effect:
    """How far a frontier falls when strategies join.

    Attributes
    ----------
    joined : str
        Who joined.
    before, after : float
        The frontier without and with them, US dollars per right answer.
    share : float
        The fall as a share of the frontier before, from 0 to 1.
    low, high : float
        The ends of the share over resampled problems.
    """

    joined: str
    before: float
    after: float
    share: float
    low: float
    high: float

    def __repr__(self) -> str:
        return (
            f"<Effect of {self.joined}: frontier from {self.before:.3g} to {self.after:.3g} USD, "
            f"a fall of {self.share:.1%} ({self.low:.1%} to {self.high:.1%})>"
        )

    @property
    def usd(self) -> float:
        """The fall in US dollars."""
        return self.before - self.after


def gain(
    records: pl.DataFrame | Attempts,
    model: str,
    human: float | None = None,
    *,
    check: float = 0.0,
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Effect:
    """Compute how far the frontier falls when a model joins all the others.

    Parameters
    ----------
    records : polars.DataFrame or Attempts
        Attempts at one task.
    model : str
        The model that joins.
    human : float, optional
        What a human expert costs a problem.
    check : float, optional
        What it costs to tell whether one answer is right.
    level, resamples, seed : optional
        Of the interval.

    Returns
    -------
    Effect
        Before, after, and the share between them.

    Raises
    ------
    ValueError
        If there is no such model, or a problem is unsolved and there is no human price.

    References
    ----------
    Erol et al. 2025, arXiv 2504.13359.

    Examples
    --------
    >>> table = pl.DataFrame({"problem": ["1", "1"], "model": ["a", "b"], "attempt": 1,
    ...                       "passed": 1, "usd": [0.4, 0.1]})
    >>> round(gain(table, "b").share, 9)
    0.75
    """
    laid = attempts(records)
    return _effect(laid, ~laid.among(model=[model]), model, human, check, level, resamples, seed)


def without(
    records: pl.DataFrame | Attempts,
    families: str | Sequence[str],
    human: float | None = None,
    *,
    check: float = 0.0,
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Effect:
    """Compute the counterfactual frontier without families, and how essential they are.

    Parameters
    ----------
    records : polars.DataFrame or Attempts
        Attempts at one task.
    families : str or sequence of str
        Families to take away, together.
    human : float, optional
        What a human expert costs a problem; without it, the others must solve every problem.
    check : float, optional
        What it costs to tell whether one answer is right.
    level, resamples, seed : optional
        Of the interval.

    Returns
    -------
    Effect
        ``before`` is the frontier without the families, ``share`` their essentialness.

    Raises
    ------
    ValueError
        If there is no such family, or a problem is unsolved and there is no human price.

    References
    ----------
    Erol et al. 2025, arXiv 2504.13359.

    Examples
    --------
    >>> table = pl.DataFrame({"problem": ["1", "1"], "model": ["a", "b"], "family": ["x", "y"],
    ...                       "attempt": 1, "passed": [1, 0], "usd": [0.4, 0.1]})
    >>> found = without(table, "x", human=2.0)
    >>> found.before, found.after, found.share
    (2.0, 0.4, 0.8)
    """
    laid = attempts(records)
    names = [families] if isinstance(families, str) else list(families)
    kept = ~laid.among(family=names)
    return _effect(laid, kept, ", ".join(names), human, check, level, resamples, seed)


def added_value(
    records: pl.DataFrame | Attempts,
    technique: str,
    human: float | None = None,
    *,
    base: str,
    check: float = 0.0,
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Effect:
    """Compute how far the frontier of one technique falls when another joins it.

    Parameters
    ----------
    records : polars.DataFrame or Attempts
        Attempts at one task, some with each technique.
    technique : str
        The technique that joins. It is added, not put in place of the other, so that its value
        cannot be negative.
    human : float, optional
        What a human expert costs a problem.
    base : str
        The technique it joins.
    check : float, optional
        What it costs to tell whether one answer is right.
    level, resamples, seed : optional
        Of the interval.

    Returns
    -------
    Effect
        Before, after, and the share between them.

    Raises
    ------
    ValueError
        If there is no such technique, or a problem is unsolved and there is no human price.

    References
    ----------
    Erol et al. 2025, arXiv 2504.13359.

    Examples
    --------
    >>> table = pl.DataFrame({"problem": ["1", "1"], "model": "a", "technique": ["plain", "vote"],
    ...                       "attempt": 1, "passed": 1, "usd": [0.1, 0.3]})
    >>> added_value(table, "vote", base="plain").share
    0.0
    """
    laid = attempts(records)
    if technique == base:
        raise ValueError(f"technique is {technique!r}, the same as base; accepted are two")
    laid = laid.keep(laid.among(technique=[base, technique]))
    kept = laid.among(technique=[base])
    laid.among(technique=[technique])
    return _effect(laid, kept, technique, human, check, level, resamples, seed)


def _effect(
    records: Attempts,
    kept: Mask,
    joined: str,
    human: float | None,
    check: float,
    level: float,
    resamples: int,
    seed: int,
) -> Effect:
    ratio = ratios(records, check=check)
    sets = [ratio[:, kept].min(axis=1, initial=np.inf), ratio.min(axis=1, initial=np.inf)]
    values = capped(np.stack(sets, axis=1), human, records.problems)
    means = values.mean(axis=0)
    low = high = _share(means[None, :])[0]
    if resamples:
        low, high = percentile(_share(over_problems(values, resamples, seed)), level)
    before, after = map(float, means)
    return Effect(joined, before, after, float(_share(means[None, :])[0]), float(low), float(high))


def _share(means: Array) -> Array:
    before, after = means.T
    # Nothing can fall below a frontier of nothing.
    share: Array = np.divide(before - after, before, out=np.zeros_like(before), where=before > 0)
    return share

"""Simulated re-runs: the frontier that other numbers of attempts would have shown."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.economics.attempts import Positions
from analysis.economics.frontier import capped
from analysis.economics.outcomes import Outcomes
from analysis.fitting.uncertainty import percentile
from analysis.progress import track

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Reruns:
    """Simulated re-runs, before any human.

    Attributes
    ----------
    best : numpy.ndarray of shape (draws, problems)
        Cost-of-pass of the cheapest strategy; infinite where none passed.
    holder : numpy.ndarray of shape (draws, problems)
        Which strategy that is, as its place; meaningless where none passed.
    """

    best: Array
    holder: Positions


def rerun(
    fitted: Outcomes,
    number: float,
    human: float | None,
    *,
    draws: int = 200,
    seed: int = 0,
    level: float = 0.95,
    check: float = 0.0,
) -> dict[str, float]:
    """Simulate the frontier that the same strategies would show with other numbers of attempts.

    Parameters
    ----------
    fitted : Outcomes
        The model of outcomes.
    number : float
        Attempts of each strategy at each problem; infinite for known success rates.
    human : float or None
        What a human expert costs a problem.
    draws : int, optional
        Simulated re-runs.
    seed : int, optional
        Of the draws.
    level : float, optional
        Share of the re-runs between the ends.
    check : float, optional
        What it costs to tell whether one answer is right.

    Returns
    -------
    dict of str to float
        ``attempts``; ``frontier``, the mean of the re-runs, ``low`` and ``high``, the ends over
        re-runs of these very problems; ``unsolved``, the mean share of problems without a pass;
        ``human_share`` of the frontier.

    Raises
    ------
    ValueError
        If the number is below 1, or a problem is unsolved and there is no human price.

    Examples
    --------
    >>> import polars as pl
    >>> from analysis.economics.outcomes import outcomes
    >>> rows = [{"problem": p, "model": "a", "attempt": i, "passed": int(i == 0), "usd": 0.1}
    ...         for p in range(10) for i in range(4)]
    >>> fitted = outcomes(pl.DataFrame(rows))
    >>> few, many = rerun(fitted, 1, 10.0), rerun(fitted, 32, 10.0)
    >>> few["unsolved"] > 0.6, many["unsolved"] < 0.05, many["frontier"] < few["frontier"]
    (True, True, True)
    """
    runs = reruns(fitted, number, draws=draws, seed=seed, check=check)
    values = capped(runs.best, human, fitted.records.problems)
    means = values.mean(axis=1)
    low, high = percentile(means, level)
    frontier = float(means.mean())
    part = 0.0 if human is None else human * float((values < runs.best).mean())
    return {
        "attempts": float(number),
        "frontier": frontier,
        "low": low,
        "high": high,
        "unsolved": float(np.isinf(runs.best).mean()),
        "human_share": part / frontier if frontier > 0 else 0.0,
    }


def reruns(
    fitted: Outcomes, number: float, *, draws: int = 200, seed: int = 0, check: float = 0.0
) -> Reruns:
    """Simulate what the same strategies would have done at the same problems.

    Parameters
    ----------
    fitted : Outcomes
        The model of outcomes.
    number : float
        Attempts of each strategy at each problem; infinite for known success rates. The rates
        that are drawn do not depend on it.
    draws : int, optional
        Simulated re-runs.
    seed : int, optional
        Of the draws.
    check : float, optional
        What it costs to tell whether one answer is right.

    Returns
    -------
    Reruns
        The cheapest strategy of every problem in every re-run.

    Raises
    ------
    ValueError
        If the number is below 1.
    """
    if not number >= 1:
        raise ValueError(f"number is {number!r}; accepted is a number of attempts from 1")
    known, chance = (np.random.default_rng([seed, i]) for i in (0, 1))
    laid = fitted.records
    cost = laid.spend / np.maximum(laid.count, 1) + check
    best = np.full((draws, len(laid.problems)), np.inf)
    holder = np.zeros(best.shape, dtype=np.intp)
    for i in track(range(draws if cost.shape[1] else 0), label="re-runs"):
        rate = fitted.rates(known)
        if math.isfinite(number):
            rate = chance.binomial(int(number), rate) / int(number)
        with np.errstate(over="ignore"):  # a rate of almost nothing
            ratio = np.divide(cost, rate, out=np.full(rate.shape, np.inf), where=rate > 0)
        best[i], holder[i] = ratio.min(axis=1), ratio.argmin(axis=1)
    return Reruns(best, holder)

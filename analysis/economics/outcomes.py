"""A model of outcomes: what the same strategies would have scored with other numbers of attempts.

Success rates have a mean that adds up, on the logistic scale, from the ability of the strategy and
the ease of the problem, and scatter about it as a beta distribution; the passes in a handful of
attempts are then beta-binomial. A re-run is drawn given what was seen, so that a problem that was
hard for all stays hard for all.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from analysis.economics.attempts import Attempts, Mask, Positions, attempts
from analysis.economics.frontier import capped
from analysis.fitting.uncertainty import percentile
from analysis.progress import track

Array = np.ndarray[Any, np.dtype[np.float64]]

_CONCENTRATIONS = np.geomspace(0.05, 50, 31)
#: Half the 95% point of chi-square with one degree of freedom.
_DROP = 1.9207
#: Spread of abilities before anything is seen; it keeps one that always passes finite.
_ABILITY_SPREAD = 4.0
_ROUNDS = 40


@dataclass(frozen=True)
class Outcomes:
    """A fitted model of outcomes.

    Attributes
    ----------
    records : Attempts
        What it was fitted to.
    ability : numpy.ndarray of shape (strategies,)
        On the logistic scale.
    ease, ease_error : numpy.ndarray of shape (problems,)
        On the logistic scale, with the standard deviation of what is not known of it.
    spread : float
        Standard deviation of the ease of problems.
    concentration : float
        a + b of the beta distribution: near 0 a strategy always or never solves a problem, large
        means that chance alone decides each attempt.
    low, high : float
        Its 95% interval by profile likelihood; not a number where it was assumed.
    identified : bool
        False where the concentration was assumed.
    """

    records: Attempts
    ability: Array
    ease: Array
    ease_error: Array
    spread: float
    concentration: float
    low: float
    high: float
    identified: bool

    def rates(self, rng: np.random.Generator) -> Array:
        """Draw success rates given what was seen.

        Parameters
        ----------
        rng : numpy.random.Generator
            Random numbers.

        Returns
        -------
        numpy.ndarray of shape (problems, strategies)
            Rates; 0 where a strategy did not try a problem.
        """
        ease = self.ease + self.ease_error * rng.standard_normal(len(self.ease))
        prior = self.concentration * _logistic(ease[:, None] + self.ability)
        passes, count = self.records.passes, self.records.count
        tiny = 1e-12
        rates = rng.beta(prior + passes + tiny, self.concentration - prior + count - passes + tiny)
        return np.where(count > 0, rates, 0.0)

    def keep(self, strategies: Mask) -> Outcomes:
        """Return the model of some strategies; what all outcomes said of the problems stays.

        Parameters
        ----------
        strategies : numpy.ndarray of shape (strategies,)
            Which are kept.

        Returns
        -------
        Outcomes
            The model of those.
        """
        records, ability = self.records.keep(strategies), self.ability[strategies]
        return replace(self, records=records, ability=ability)


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


def outcomes(records: pl.DataFrame | Attempts, *, concentration: float | None = None) -> Outcomes:
    """Fit the model of outcomes.

    Ease is shrunk by a normal distribution whose spread is fitted along, abilities hardly; the
    concentration is that of the largest beta-binomial likelihood.

    Parameters
    ----------
    records : polars.DataFrame or Attempts
        Attempts at one task.
    concentration : float, optional
        Assume this one. It must be given where there is one attempt a strategy and problem, which
        says nothing about it.

    Returns
    -------
    Outcomes
        The model.

    Raises
    ------
    ValueError
        If no concentration is given and there is one attempt a strategy and problem, or the one
        given is not above 0.

    Examples
    --------
    >>> rows = [{"problem": p, "model": m, "attempt": i, "passed": int(p < 5), "usd": 0.1}
    ...         for p in range(10) for m in "ab" for i in range(4)]
    >>> fitted = outcomes(pl.DataFrame(rows))
    >>> bool(fitted.ease[0] > 1), bool(fitted.ease[-1] < -1), fitted.identified
    (True, True, True)
    """
    laid = attempts(records)
    if concentration is not None:
        if not (math.isfinite(concentration) and concentration > 0):
            raise ValueError(f"concentration is {concentration!r}; accepted is a number above 0")
        return Outcomes(
            laid, *_means(laid, concentration), concentration, math.nan, math.nan, False
        )
    if laid.most == 1:
        raise ValueError(
            "there is one attempt a strategy and problem, which says nothing about the "
            "concentration of the model of outcomes; give concentration="
        )
    fits = [_means(laid, c) for c in _CONCENTRATIONS]
    profile = np.array(
        [_likelihood(laid, c, f[0], f[1]) for c, f in zip(_CONCENTRATIONS, fits, strict=True)]
    )
    best = int(profile.argmax())
    inside = _CONCENTRATIONS[profile >= profile[best] - _DROP]
    return Outcomes(
        laid, *fits[best], float(_CONCENTRATIONS[best]), float(inside[0]), float(inside[-1]), True
    )


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


def _means(records: Attempts, concentration: float) -> tuple[Array, Array, Array, float]:
    """Return ability, ease, its error and its spread, by Newton steps in turns."""
    passes, count = records.passes, records.count
    # Attempts at one problem repeat each other: as information, so many are fewer.
    weight = 1 / (1 + np.maximum(count - 1, 0) / (1 + concentration))
    ability, ease, variance = np.zeros(count.shape[1]), np.zeros(count.shape[0]), 1.0
    error = np.ones_like(ease)
    for _ in range(_ROUNDS):
        mean = _logistic(ease[:, None] + ability)
        pull, bend = weight * (passes - count * mean), weight * count * mean * (1 - mean)
        curve = bend.sum(axis=0) + 1 / _ABILITY_SPREAD**2
        ability = ability + np.clip(
            (pull.sum(axis=0) - ability / _ABILITY_SPREAD**2) / curve, -1, 1
        )
        mean = _logistic(ease[:, None] + ability)
        pull, bend = weight * (passes - count * mean), weight * count * mean * (1 - mean)
        curve = bend.sum(axis=1) + 1 / variance
        ease = ease + np.clip((pull.sum(axis=1) - ease / variance) / curve, -1, 1)
        error = 1 / np.sqrt(curve)
        variance = float((ease**2 + error**2).mean())
    return ability, ease, error, math.sqrt(variance)


def _logistic(x: Array) -> Array:
    return np.asarray(0.5 * (1 + np.tanh(0.5 * x)))


def _likelihood(records: Attempts, concentration: float, ability: Array, ease: Array) -> float:
    """Return the beta-binomial log likelihood of all cells."""
    from scipy.special import betaln

    passes, count = records.passes, records.count
    first = concentration * np.clip(_logistic(ease[:, None] + ability), 1e-9, 1 - 1e-9)
    second = concentration - first
    cells = betaln(first + passes, second + count - passes) - betaln(first, second)
    return float(cells[count > 0].sum())

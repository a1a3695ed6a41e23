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

Array = np.ndarray[Any, np.dtype[np.float64]]

_CONCENTRATIONS = np.geomspace(0.1, 60, 15)
_EASES = np.linspace(-9, 9, 61)
#: Half the 95% point of chi-square with one degree of freedom.
_DROP = 1.9207
#: Spread of abilities before anything is seen; it keeps one that always passes finite.
_ABILITY_SPREAD = 4.0
_ROUNDS = 40
_STEP = 0.05
_CLOSE = 1e-3


@dataclass(frozen=True)
class Outcomes:
    """A fitted model of outcomes.

    Attributes
    ----------
    records : Attempts
        What it was fitted to.
    ability : numpy.ndarray of shape (strategies,)
        On the logistic scale.
    ease : numpy.ndarray of shape (problems, eases)
        How likely each ease of a grid from -9 to 9 is, on the logistic scale, given what was seen.
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
    spread: float
    concentration: float
    low: float
    high: float
    identified: bool

    def __repr__(self) -> str:
        ends = f"{self.low:.3g} to {self.high:.3g}, 95%" if self.identified else "assumed"
        return (
            f"<Outcomes of {self.records!r}: concentration {self.concentration:.3g} ({ends}), "
            f"spread of ease {self.spread:.3g}>"
        )

    @property
    def mean_ease(self) -> Array:
        """The expected ease of each problem, on the logistic scale."""
        return np.asarray(self.ease @ _EASES)

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
        upto = np.cumsum(self.ease, axis=1)
        upto /= upto[:, -1:]
        place = (rng.random((len(upto), 1)) > upto).sum(axis=1)
        width = _EASES[1] - _EASES[0]
        ease = _EASES[place] + width * (rng.random(len(upto)) - 0.5)
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


def outcomes(records: pl.DataFrame | Attempts, *, concentration: float | None = None) -> Outcomes:
    """Fit the model of outcomes.

    Ease is normal with a spread that is fitted along, and is integrated out; abilities and the
    concentration are those of the largest likelihood.

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
    >>> [round(float(e)) > 0 for e in fitted.mean_ease[[0, -1]]], fitted.identified
    ([True, False], True)
    """
    from scipy.interpolate import CubicSpline

    laid = attempts(records)
    if concentration is not None:
        if not (math.isfinite(concentration) and concentration > 0):
            raise ValueError(f"concentration is {concentration!r}; accepted is a number above 0")
        one = _fitted(laid, concentration)
        return Outcomes(laid, *one[:3], concentration, math.nan, math.nan, False)
    if laid.most == 1:
        raise ValueError(
            "there is one attempt a strategy and problem, which says nothing about the "
            "concentration of the model of outcomes; give concentration="
        )
    logs = np.log(_CONCENTRATIONS)
    start: tuple[Array, float] | None = None
    profile: list[float] = []
    for one in _CONCENTRATIONS:
        ability, _, spread, likelihood = _fitted(laid, one, start)
        start = (ability, spread)
        profile.append(likelihood)
    fine = np.linspace(logs[0], logs[-1], 2001)
    smooth = CubicSpline(logs, profile)(fine)
    best = int(smooth.argmax())
    inside = np.exp(fine[smooth >= smooth[best] - _DROP])
    value = float(np.exp(fine[best]))
    return Outcomes(
        laid, *_fitted(laid, value, start)[:3], value, float(inside[0]), float(inside[-1]), True
    )


def _fitted(
    records: Attempts, concentration: float, start: tuple[Array, float] | None = None
) -> tuple[Array, Array, float, float]:
    """Return ability, how likely each ease is, its spread, and the log likelihood."""
    kinds, kind = np.unique(
        np.stack([records.passes, records.count], axis=2).reshape(-1, 2),
        axis=0,
        return_inverse=True,
    )
    kind = kind.reshape(records.count.shape)  # which outcome each cell had
    # (strategies, kinds, problems)
    alike = (np.arange(len(kinds))[:, None] == kind.T[:, None, :]).astype(float)
    ability, spread = start or (np.zeros(kind.shape[1]), 1.5)
    for _ in range(_ROUNDS):
        ease, _ = _posterior(kind, kinds, ability, spread, concentration)
        spread = float(np.sqrt((ease @ _EASES**2).mean()))
        weight = alike @ ease  # (strategies, kinds, eases)
        left, here, right = (
            (weight * _cells(kinds, ability + move, concentration)).sum(axis=(1, 2))
            - 0.5 * ((ability + move) / _ABILITY_SPREAD) ** 2
            for move in (-_STEP, 0.0, _STEP)
        )
        bend = np.minimum(left - 2 * here + right, -1e-9)
        moved = np.clip(0.5 * _STEP * (left - right) / bend, -1, 1)
        ability = ability + moved
        if np.abs(moved).max() < _CLOSE:
            break
    ease, likelihood = _posterior(kind, kinds, ability, spread, concentration)
    return ability, ease, spread, likelihood


def _posterior(
    kind: Positions, kinds: Array, ability: Array, spread: float, concentration: float
) -> tuple[Array, float]:
    """Return how likely each ease is for every problem, and the log likelihood of all."""
    cells = _cells(kinds, ability, concentration)  # (strategies, kinds, eases)
    prior = -0.5 * (_EASES / spread) ** 2
    prior -= np.log(np.exp(prior).sum())
    logs = prior + sum(cells[s, kind[:, s]] for s in range(len(ability)))
    top = logs.max(axis=1, keepdims=True)
    ease = np.exp(logs - top)
    total = ease.sum(axis=1, keepdims=True)
    return ease / total, float((top + np.log(total)).sum())


def _cells(kinds: Array, ability: Array, concentration: float) -> Array:
    """Return the beta-binomial log likelihood of an outcome, (strategies, kinds, eases)."""
    from scipy.special import betaln

    mean = np.clip(_logistic(_EASES + ability[:, None]), 1e-9, 1 - 1e-9)[:, None, :]
    first, second = concentration * mean, concentration * (1 - mean)
    passes, count = kinds[:, 0, None], kinds[:, 1, None]
    found: Array = betaln(first + passes, second + count - passes) - betaln(first, second)
    return found


def _logistic(x: Array) -> Array:
    return np.asarray(0.5 * (1 + np.tanh(0.5 * x)))

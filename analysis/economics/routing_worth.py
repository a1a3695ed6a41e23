"""What a router must get right to pay for itself: routers of a given skill, and break-even.

A router of a given skill tells prompts that only the strong model answers right (they *need* it)
from all others. Its skill is the area under its ROC curve: 1/2 is a coin, 1 an oracle. Its own
cost is given as a share of the price gap, the strong model's mean cost less the weak one's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from analysis.economics.hulls import Array
from analysis.economics.routing import Curve, Pair

_STEPS = 60
_FARTHEST, _FINE = 9.0, 4001


def scores_of_skill(needs: Any, skill: float, *, seed: int = 0) -> Array:
    """Draw scores that tell two kinds of prompts apart with a given skill.

    Parameters
    ----------
    needs : array of shape (prompts,)
        Whether a prompt is of the kind that shall score high.
    skill : float
        Area under the ROC curve, from 0 to 1, both excluded.
    seed : int, optional
        Seed of the draw.

    Returns
    -------
    numpy.ndarray of shape (prompts,)
        Normal scores of unit variance, shifted for the prompts that need it.

    Raises
    ------
    ValueError
        If `skill` is out of range.

    Examples
    --------
    >>> scores_of_skill([True, False], 0.76, seed=1).round(2).tolist()
    [1.34, 0.82]
    """
    noise = np.random.default_rng(seed).standard_normal(np.asarray(needs).size)
    return noise + _shift(skill) * np.asarray(needs, dtype=float)


def curve_of_skill(
    only_strong: float,
    only_weak: float,
    skill: float,
    shares: Any,
    *,
    raised: float | None = None,
) -> tuple[Array, Array]:
    """Return the expected curve of a router of a given skill, without drawing anything.

    Parameters
    ----------
    only_strong, only_weak : float
        Share of prompts that only this model answers right.
    skill : float
        Area under the router's ROC curve.
    shares : array
        Shares of prompts sent to the strong model.
    raised : float, optional
        Share of prompts that the score singles out. A router singles out those that only the
        strong model answers right, which is what stands here if it is left out; the judge of a
        cascade singles out all wrong answers of the weak model, the hopeless ones among them.

    Returns
    -------
    tuple of numpy.ndarray
        The shares, and the share of the gap between the models that is recovered at each. It
        can exceed 1: who leaves prompts with the weak model that only it gets right beats the
        strong model alone.

    Raises
    ------
    ValueError
        If the strong model is not the better one, or the skill is out of range.

    Examples
    --------
    >>> _, recovered = curve_of_skill(0.2, 0.05, 0.5, [0.25, 0.5])
    >>> recovered.round(6).tolist()
    [0.25, 0.5]
    """
    from scipy.special import ndtr

    gap = _gap(only_strong, only_weak)
    asked = np.asarray(shares, dtype=float)
    shift = _shift(skill)
    # Thresholds at the asked shares, read off a fine grid of thresholds.
    grid = np.linspace(-_FARTHEST, _FARTHEST + max(shift, 0.0), _FINE)
    up = only_strong if raised is None else raised
    if not only_strong <= up <= 1 - only_weak:
        raise ValueError(
            f"raised is {up}; accepted is a share from {only_strong:g} to {1 - only_weak:g}"
        )
    sent = up * ndtr(shift - grid) + (1 - up) * ndtr(-grid)
    at = np.interp(-asked, -sent, grid)
    closed = (only_strong * ndtr(shift - at) - only_weak * ndtr(-at)) / gap
    closed = np.where(asked <= 0, 0.0, np.where(asked >= 1, 1.0, closed))
    return asked, closed


def recovered_of_skill(only_strong: float, only_weak: float, skill: float) -> float:
    """Return the average gap recovered (APGR) of a router of a given skill.

    It is linear in the skill: 1/2 + (skill - 1/2) p (1 - g) / g, with p the share of prompts that
    need the strong model and g the gap between the models. The smaller the gap, the larger the
    APGR of one and the same router, so the measure compares routers on one set of prompts only.

    Parameters
    ----------
    only_strong, only_weak : float
        Share of prompts that only this model answers right.
    skill : float
        Area under the router's ROC curve.

    Returns
    -------
    float
        The average gap recovered.

    Examples
    --------
    >>> round(recovered_of_skill(0.2, 0.05, 0.7), 4), recovered_of_skill(0.2, 0.05, 0.5)
    (0.7267, 0.5)
    """
    gap = _gap(only_strong, only_weak)
    _shift(skill)
    return 0.5 + (skill - 0.5) * only_strong * (1 - gap) / gap


def skill_of(needs: Any, score: Any) -> float:
    """Return the skill of a router: the area under its ROC curve.

    Parameters
    ----------
    needs : array of shape (prompts,)
        Whether only the strong model answers a prompt right.
    score : array of shape (prompts,)
        The router's scores.

    Returns
    -------
    float
        How often a prompt that needs the strong model scores higher than one that does not,
        equal scores counting half.

    Raises
    ------
    ValueError
        If all prompts are of one kind.

    Examples
    --------
    >>> skill_of([True, True, False, False], [3, 1, 1, 0])
    0.875
    """
    from scipy.stats import rankdata

    wanted = np.asarray(needs, dtype=bool)
    count = int(wanted.sum())
    if not 0 < count < wanted.size:
        raise ValueError(f"needs holds {count} of {wanted.size} prompts; accepted are both kinds")
    ranks = rankdata(np.asarray(score, dtype=float))
    above = ranks[wanted].sum() - count * (count + 1) / 2
    return float(above / (count * (wanted.size - count)))


def calls_saved(
    only_strong: float,
    only_weak: float,
    skill: float,
    recovered: float,
    *,
    raised: float | None = None,
    premium: float = 1.0,
) -> float:
    """Return the share of strong calls that a router saves at equal quality.

    Compared with sending prompts at random, which recovers as much of the gap as it makes calls.

    Parameters
    ----------
    only_strong, only_weak : float
        Share of prompts that only this model answers right.
    skill : float
        Area under the router's ROC curve.
    recovered : float
        Share of the gap to recover.
    raised : float, optional
        As in `curve_of_skill`.
    premium : float, optional
        What one more strong call costs, in price gaps: 1 for a router. A cascade has paid the
        weak model already, and saves the price of a strong answer only: strong price / gap.

    Returns
    -------
    float
        The share of all prompts that need not go to the strong model; negative for a router
        worse than random.

    Examples
    --------
    >>> calls_saved(0.2, 0.05, 0.5, 0.5)
    0.0
    >>> 0.3 < calls_saved(0.2, 0.05, 0.8, 0.5) < 0.4
    True
    """
    grid = np.linspace(0, 1, 2001)
    shares, closed = curve_of_skill(only_strong, only_weak, skill, grid, raised=raised)
    there = np.flatnonzero(closed >= recovered - 1e-12)
    k = int(there[0]) if there.size else shares.size - 1
    if k == 0:
        return recovered
    step = closed[k] - closed[k - 1]
    part = (recovered - closed[k - 1]) / step if step > 0 else 0.0
    return float(recovered - premium * (shares[k - 1] + part * (shares[k] - shares[k - 1])))


def break_even_skill(
    only_strong: float,
    only_weak: float,
    router_cost: float,
    *,
    recovered: float = 0.5,
    raised: float | None = None,
    premium: float = 1.0,
) -> float:
    """Return the least skill at which a router saves what it costs.

    Parameters
    ----------
    only_strong, only_weak : float
        Share of prompts that only this model answers right.
    router_cost : float
        What scoring one prompt costs, as a share of the price gap between the models.
    recovered : float, optional
        Share of the gap to recover.
    raised, premium : float, optional
        As in `calls_saved`; for a cascade.

    Returns
    -------
    float
        Area under the ROC curve; NaN if not even an oracle saves so much.

    Raises
    ------
    ValueError
        If the cost is negative or `recovered` is not between 0 and 1.

    Examples
    --------
    >>> round(break_even_skill(0.2, 0.05, 0.0), 6)
    0.5
    >>> 0.55 < break_even_skill(0.2, 0.05, 0.1) < 0.65
    True
    """
    if not (np.isfinite(router_cost) and router_cost >= 0):
        raise ValueError(f"router_cost is {router_cost}; accepted is a share from 0")
    if not 0 < recovered < 1:
        raise ValueError(f"recovered is {recovered}; accepted is a share between 0 and 1")

    def excess(skill: float) -> float:
        saved = calls_saved(
            only_strong, only_weak, skill, recovered, raised=raised, premium=premium
        )
        return saved - router_cost

    return _bisected(excess)


def break_even_accuracy(
    only_strong: float,
    only_weak: float,
    router_cost: float,
    *,
    raised: float | None = None,
    premium: float = 1.0,
) -> float:
    """Return the balanced accuracy at which a router that answers yes or no pays for itself.

    It sends a share ``a`` of the prompts that need the strong model there, and a share ``1 - a``
    of the others. At equal quality it must save more calls than it costs, which is linear in
    ``a``.

    Parameters
    ----------
    only_strong, only_weak : float
        Share of prompts that only this model answers right.
    router_cost : float
        What scoring one prompt costs, as a share of the price gap between the models.
    raised, premium : float, optional
        As in `calls_saved`; for a cascade.

    Returns
    -------
    float
        The accuracy; above 1 if not even an oracle pays for itself.

    Raises
    ------
    ValueError
        If the strong model is not the better one, or the cost is negative.

    Examples
    --------
    >>> round(break_even_accuracy(0.2, 0.05, 0.0), 9)
    0.5
    >>> round(break_even_accuracy(0.2, 0.05, 0.1), 4)
    0.5441
    """
    if not (np.isfinite(router_cost) and router_cost >= 0):
        raise ValueError(f"router_cost is {router_cost}; accepted is a share from 0")
    gap = _gap(only_strong, only_weak)
    up = only_strong if raised is None else raised
    slope = (only_strong + only_weak) / gap + premium * (1 - 2 * up)
    return (router_cost + only_weak / gap + premium * (1 - up)) / slope


def advantage(curve: Curve, pair: Pair, worth: float) -> float:
    """Return what routing earns a prompt, over the better of both models alone.

    Parameters
    ----------
    curve : Curve
        The curve of the router, its cost included.
    pair : Pair
        The pair the curve was made from.
    worth : float
        What one more unit of quality is worth, such as a right answer, in the unit of costs.

    Returns
    -------
    float
        Worth of the answers less their cost, at the best threshold, less the same of the better
        single model. Negative if the router does not pay for itself.

    Examples
    --------
    >>> from analysis.economics.routing import Pair, needs, route
    >>> both = Pair([0, 1, 0, 1], [1, 1, 0, 1])
    >>> round(advantage(route(both, needs(both), router_usd=0.1), both, worth=4.0), 6)
    0.65
    """
    best = float(np.max(worth * curve.quality - curve.usd))
    weak = worth * curve.weak - float(pair.weak_usd.mean())
    strong = worth * curve.strong - float(pair.strong_usd.mean())
    return best - max(weak, strong)


def _shift(skill: float) -> float:
    from scipy.special import ndtri

    if not 0 < skill < 1:
        raise ValueError(f"skill is {skill}; accepted is an area between 0 and 1, both excluded")
    return float(np.sqrt(2) * ndtri(skill))


def _gap(only_strong: float, only_weak: float) -> float:
    inside = 0 <= only_weak < only_strong and only_strong + only_weak <= 1
    if not inside:
        raise ValueError(
            f"only_strong is {only_strong} and only_weak {only_weak}; accepted are shares that "
            "add up to 1 at most, the strong model being right more often"
        )
    return only_strong - only_weak


def _bisected(excess: Callable[[float], float]) -> float:
    low, high = 0.5, 1 - 1e-9
    if excess(low) >= 0:
        return low
    if excess(high) < 0:
        return float("nan")
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if excess(middle) >= 0 else (middle, high)
    return high

"""What a router must get right to pay for itself.

The cost of a router is given as a share of the price gap: the strong model's mean cost less the
weak one's. Skill is the area under the ROC curve, as in `analysis.economics.routing_skill`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from analysis.economics.routing import Curve, Pair
from analysis.economics.routing_skill import curve_of_skill, gap_between

_STEPS = 60


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
    _check_cost(router_cost)
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
    _check_cost(router_cost)
    gap = gap_between(only_strong, only_weak)
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


def _check_cost(router_cost: float) -> None:
    if not (np.isfinite(router_cost) and router_cost >= 0):
        raise ValueError(f"router_cost is {router_cost}; accepted is a share from 0")


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

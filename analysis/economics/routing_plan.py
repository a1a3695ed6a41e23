"""What a router or a cascade of a given skill would give and cost, before it is built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analysis.economics.hulls import Array, area
from analysis.economics.routing_skill import curve_of_skill
from analysis.economics.routing_worth import break_even_accuracy, break_even_skill

_POINTS = 201


@dataclass(frozen=True)
class Plan:
    """The expected curve of a router and what it says at one threshold.

    Attributes
    ----------
    usd, quality : numpy.ndarray of shape (points,)
        The curve: cost of a prompt, in strong answers, and accuracy.
    line : tuple of numpy.ndarray
        Cost and accuracy of each model alone: the ends of mixing at random.
    numbers : dict of str to (float or str)
        ``accuracy`` and ``cost`` at the threshold, ``random_cost`` of the same accuracy by
        mixing at random, or of the strong model for all where the router beats that, ``saving``
        against it, ``recovered`` (APGR), ``gain``, by how many points of a hundred the curve
        lies above mixing at random of the same cost, on average and without a hull, ``area`` and
        ``area_code`` below the hull in both normalisations, ``break_even`` (a skill, or ``no
        skill``) and ``break_even_accuracy`` at half the gap recovered, ``pays``, and the
        accuracies ``weak`` and ``strong``.
    """

    usd: Array
    quality: Array
    line: tuple[Array, Array]
    numbers: dict[str, float | str]

    def __repr__(self) -> str:
        found = self.numbers
        return (
            f"<Plan: accuracy {found['accuracy']:.3f} at a cost of {found['cost']:.3g} strong "
            f"answers; pays at half the gap: {found['pays']}>"
        )


def plan(
    shares: Mapping[str, float],
    skill: float,
    *,
    price_ratio: float,
    router_cost: float = 0.0,
    calls: float = 0.3,
    cascade: bool = False,
) -> Plan:
    """Plan a router, or a cascade, from who is right how often.

    Parameters
    ----------
    shares : mapping of str to float
        Shares of prompts answered right by ``both``, ``only strong``, ``only weak``, ``neither``.
    skill : float
        Area under the ROC curve of the router's scores; for a cascade, of the judge's.
    price_ratio : float
        Cost of a strong answer, divided by that of a weak one; above 1.
    router_cost : float, optional
        Cost of scoring one prompt, in strong answers.
    calls : float, optional
        Share of prompts that the threshold sends to the strong model.
    cascade : bool, optional
        The weak model answers first, and the judge sees its answer.

    Returns
    -------
    Plan
        The curve and its numbers.

    Raises
    ------
    ValueError
        If a number is out of its range.

    Examples
    --------
    >>> who = {"both": 0.6, "only strong": 0.2, "only weak": 0.05, "neither": 0.15}
    >>> found = plan(who, 0.8, price_ratio=20, router_cost=0.01).numbers
    >>> round(found["accuracy"], 3), round(found["cost"], 3), found["pays"]
    (0.77, 0.345, 'yes')
    """
    if not (np.isfinite(price_ratio) and price_ratio > 1):
        raise ValueError(f"price_ratio is {price_ratio}; accepted is a number above 1")
    if not (np.isfinite(router_cost) and router_cost >= 0):
        raise ValueError(f"router_cost is {router_cost}; accepted is a cost from 0")
    if not 0 <= calls <= 1:
        raise ValueError(f"calls is {calls}; accepted is a share from 0 to 1")
    up, down = shares["only strong"], shares["only weak"]
    weak, gap, cheap = shares["both"] + down, up - down, 1 / price_ratio
    # A prompt of a cascade that goes on has paid the weak model too.
    step = 1.0 if cascade else 1 - cheap
    raised = up + shares["neither"] if cascade else up
    premium = step / (1 - cheap)
    x, closed = curve_of_skill(up, down, skill, np.linspace(0, 1, _POINTS), raised=raised)
    usd, quality = router_cost + cheap + step * x, weak + gap * closed
    line = np.array([cheap, 1.0]), np.array([weak, weak + gap])
    own = router_cost / (1 - cheap)
    least = break_even_skill(up, down, own, raised=raised, premium=premium)
    here, spent = float(np.interp(calls, x, quality)), router_cost + cheap + step * calls
    # No mix is worse than the weak model or better than the strong one.
    alike = cheap + float(np.clip((here - weak) / gap, 0, 1)) * (1 - cheap)
    numbers: dict[str, float | str] = {
        "accuracy": here,
        "cost": spent,
        "random_cost": alike,
        "saving": 1 - spent / alike,
        "recovered": float(np.trapezoid(closed, x)),
        "gain": 100 * (area(usd, quality - np.interp(usd, *line), hulled=False)),
        "area": area(usd, quality, up_to=float(usd[-1])),
        "area_code": area(usd, quality, span="most", up_to=float(usd[-1])),
        "break_even": least if np.isfinite(least) else "no skill",
        "break_even_accuracy": break_even_accuracy(up, down, own, raised=raised, premium=premium),
        "pays": "yes" if skill >= least else "no",
        "weak": weak,
        "strong": weak + gap,
    }
    return Plan(usd, quality, line, numbers)

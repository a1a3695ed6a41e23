"""The skill of a router, and the curve that goes with it.

A router of a given skill tells prompts that only the strong model answers right (they *need* it)
from all others. Its skill is the area under its ROC curve: 1/2 is a coin, 1 an oracle.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from analysis.economics.hulls import Array

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

    gap = gap_between(only_strong, only_weak)
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
    gap = gap_between(only_strong, only_weak)
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


def _shift(skill: float) -> float:
    from scipy.special import ndtri

    if not 0 < skill < 1:
        raise ValueError(f"skill is {skill}; accepted is an area between 0 and 1, both excluded")
    return float(np.sqrt(2) * ndtri(skill))


def gap_between(only_strong: float, only_weak: float) -> float:
    """Return the gap between two models, or refuse shares that are none.

    Parameters
    ----------
    only_strong, only_weak : float
        Share of prompts that only this model answers right.

    Returns
    -------
    float
        Accuracy of the strong model less that of the weak one.

    Raises
    ------
    ValueError
        If the strong model is not right more often, or the shares exceed all prompts.
    """
    inside = 0 <= only_weak < only_strong and only_strong + only_weak <= 1
    if not inside:
        raise ValueError(
            f"only_strong is {only_strong} and only_weak {only_weak}; accepted are shares that "
            "add up to 1 at most, the strong model being right more often"
        )
    return only_strong - only_weak

"""Routing between a weak and a strong model: what a score of the prompts buys.

A router sees a prompt, gives it a score, and sends the prompts with the highest scores to the
strong model. Moving the threshold gives a curve of quality against cost. The line between its
ends is what sending prompts at random gives.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.economics.hulls import Array, first_reached


@dataclass(frozen=True)
class Pair:
    """What two models made of the same prompts.

    Parameters
    ----------
    weak, strong : array of shape (prompts,)
        Quality of each answer: 0 or 1, or a score.
    weak_usd, strong_usd : float or array of shape (prompts,), optional
        Cost of each answer; left out, a strong call costs one and a weak one nothing.

    Raises
    ------
    ValueError
        If lengths differ, a number is not finite, a cost is negative, or the weak model costs
        as much as the strong one.

    Examples
    --------
    >>> Pair([0, 1, 0, 1], [1, 1, 0, 0]).shares
    {'both': 0.25, 'only strong': 0.25, 'only weak': 0.25, 'neither': 0.25}
    """

    weak: Any
    strong: Any
    weak_usd: Any = 0.0
    strong_usd: Any = 1.0

    def __post_init__(self) -> None:
        weak = np.asarray(self.weak, dtype=float)
        if weak.ndim != 1 or not weak.size:
            raise ValueError(f"weak has shape {weak.shape}; accepted is one number a prompt")
        object.__setattr__(self, "weak", weak)
        for name in ("strong", "weak_usd", "strong_usd"):
            given = np.asarray(getattr(self, name), dtype=float)
            if given.shape not in ((), weak.shape) or (name == "strong" and not given.shape):
                raise ValueError(
                    f"{name} has shape {given.shape}; accepted is {weak.shape}, as of weak"
                )
            object.__setattr__(self, name, np.broadcast_to(given, weak.shape))
        for name in ("weak", "strong", "weak_usd", "strong_usd"):
            if not np.isfinite(getattr(self, name)).all():
                raise ValueError(f"{name} holds a number that is not finite; accepted are finite")
        if min(self.weak_usd.min(), self.strong_usd.min()) < 0:
            raise ValueError("weak_usd or strong_usd is negative; accepted are costs from 0")
        if self.price_gap <= 0:
            raise ValueError(
                f"strong_usd is {self.strong_usd.mean():g} in the mean and weak_usd "
                f"{self.weak_usd.mean():g}; accepted is a strong model that costs more"
            )

    def __repr__(self) -> str:
        return (
            f"<Pair: {self.weak.size:,} prompts; quality {self.weak.mean():.3f} and "
            f"{self.strong.mean():.3f} at a cost of {self.weak_usd.mean():.3g} and "
            f"{self.strong_usd.mean():.3g}>"
        )

    @property
    def gap(self) -> float:
        """How much better the strong model is in the mean."""
        return float(self.strong.mean() - self.weak.mean())

    @property
    def price_gap(self) -> float:
        """How much more a strong answer costs in the mean."""
        return float(self.strong_usd.mean() - self.weak_usd.mean())

    @property
    def shares(self) -> dict[str, float]:
        """Shares of prompts by who is right, where answers are right or wrong."""
        weak, strong = self.weak > 0.5, self.strong > 0.5
        cells = {
            "both": weak & strong,
            "only strong": ~weak & strong,
            "only weak": weak & ~strong,
            "neither": ~weak & ~strong,
        }
        return {name: float(cell.mean()) for name, cell in cells.items()}


@dataclass(frozen=True)
class Curve:
    """Quality and cost as ever more prompts go to the strong model.

    Attributes
    ----------
    share : numpy.ndarray of shape (points,)
        Share of prompts that the strong model answers, from 0 to 1. Prompts with equal scores
        move together; between two points they go in part, at random.
    quality, usd : numpy.ndarray of shape (points,)
        Mean quality and mean cost of a prompt, the router's own cost included.
    weak, strong : float
        Mean quality of each model alone.
    """

    share: Array
    quality: Array
    usd: Array
    weak: float
    strong: float

    def __repr__(self) -> str:
        found = f"APGR {self.recovered:.3f}" if self.strong > self.weak else "no gap to recover"
        return f"<Curve: {len(self.share):,} points; {found}>"

    @property
    def recovered(self) -> float:
        """Average performance gap recovered (APGR): 1/2 for random, more for a useful router.

        The share of the gap between the models that is closed, averaged over all shares of
        strong calls. No hull is taken: a router worse than random has less than 1/2.
        """
        return float(np.trapezoid(self.closed, self.share))

    @property
    def recovered_usd(self) -> float:
        """The same averaged over what is spent: prompts differ in cost, so calls are not dollars.

        A router that sends the dearest prompts to the strong model makes few calls, but not for
        little money.
        """
        spent = (self.usd - self.usd[0]) / (self.usd[-1] - self.usd[0])
        return float(np.trapezoid(self.closed, spent))

    @property
    def closed(self) -> Array:
        """The share of the gap between the models that is closed at each point."""
        gap = self.strong - self.weak
        if gap <= 0:
            raise ValueError(
                f"strong is {self.strong:g} and weak {self.weak:g}; accepted is a strong model "
                "that is better, else there is no gap to recover"
            )
        return (self.quality - self.weak) / gap

    def calls_for(self, recovered: float) -> float:
        """Return the call-performance threshold (CPT): strong calls that recover so much.

        Parameters
        ----------
        recovered : float
            Share of the gap between the models, such as 0.5 or 0.8.

        Returns
        -------
        float
            The least share of strong calls; NaN if the curve never gets there.

        Examples
        --------
        >>> route(Pair([0, 0, 0, 0], [1, 1, 0, 0]), [4, 3, 2, 1]).calls_for(0.5)
        0.25
        """
        target = self.weak + recovered * (self.strong - self.weak)
        return first_reached(self.share, self.quality, target)

    def usd_for(self, quality: float) -> float:
        """Return what a quality costs.

        Parameters
        ----------
        quality : float
            Mean quality of the answers.

        Returns
        -------
        float
            The least cost along the curve; NaN if it never gets there.
        """
        return first_reached(self.usd, self.quality, quality)


def route(pair: Pair, score: Any, *, router_usd: float = 0.0) -> Curve:
    """Return the curve of a router that sends the highest scores to the strong model.

    Parameters
    ----------
    pair : Pair
        What both models made of the prompts.
    score : array of shape (prompts,)
        How much a prompt needs the strong model, in the router's opinion.
    router_usd : float, optional
        What scoring one prompt costs.

    Returns
    -------
    Curve
        One point for each different score, and the weak model alone.

    Raises
    ------
    ValueError
        If there is not one finite score a prompt, or the router's cost is negative.

    References
    ----------
    Ong et al. 2024, arXiv 2406.18665.

    Examples
    --------
    >>> both = Pair([0, 1, 0, 1], [1, 1, 0, 1])
    >>> curve = route(both, [0.9, 0.1, 0.5, 0.5])
    >>> curve.share.tolist(), curve.quality.tolist()
    ([0.0, 0.25, 0.75, 1.0], [0.5, 0.75, 0.75, 0.75])
    """
    _checked_cost("router_usd", router_usd)
    order, ends = ranked(score, pair.weak.size)
    better, dearer = pair.strong - pair.weak, pair.strong_usd - pair.weak_usd
    return Curve(
        np.append(0.0, ends + 1) / pair.weak.size,
        pair.weak.mean() + _means(better[order], ends),
        pair.weak_usd.mean() + router_usd + _means(dearer[order], ends),
        float(pair.weak.mean()),
        float(pair.strong.mean()),
    )


def cascade(pair: Pair, doubt: Any, *, judge_usd: float = 0.0) -> Curve:
    """Return the curve of a cascade: the weak model answers all, the doubtful are asked again.

    Parameters
    ----------
    pair : Pair
        What both models made of the prompts.
    doubt : array of shape (prompts,)
        How likely the weak answer is wrong, in the judge's opinion; the highest go on.
    judge_usd : float, optional
        What judging one answer costs.

    Returns
    -------
    Curve
        As of a router, but a prompt that goes on pays for both models.

    Raises
    ------
    ValueError
        As `route`.

    References
    ----------
    Chen, Zaharia, Zou 2023, arXiv 2305.05176.

    Examples
    --------
    >>> both = Pair([0, 1], [1, 1], weak_usd=0.25, strong_usd=1.0)
    >>> cascade(both, [0.9, 0.1]).usd.tolist()
    [0.25, 0.75, 1.25]
    """
    _checked_cost("judge_usd", judge_usd)
    order, ends = ranked(doubt, pair.weak.size)
    better = pair.strong - pair.weak
    return Curve(
        np.append(0.0, ends + 1) / pair.weak.size,
        pair.weak.mean() + _means(better[order], ends),
        pair.weak_usd.mean() + judge_usd + _means(pair.strong_usd[order], ends),
        float(pair.weak.mean()),
        float(pair.strong.mean()),
    )


def needs(pair: Pair) -> Array:
    """Return the scores of an oracle, which knows by how much the strong answer is better.

    Parameters
    ----------
    pair : Pair
        What both models made of the prompts.

    Returns
    -------
    numpy.ndarray of shape (prompts,)
        Ranks by strong less weak quality; of equal prompts the one whose strong answer costs
        least more stands higher.
    """
    better = pair.strong - pair.weak
    dearer = pair.strong_usd - pair.weak_usd
    rank = np.empty(better.size)
    rank[np.lexsort((dearer, -better))] = np.arange(better.size, 0, -1)
    return rank


def ranked(score: Any, prompts: int) -> tuple[Any, Any]:
    """Return prompts by falling score, and the last place of each group of equal scores.

    Parameters
    ----------
    score : array of shape (prompts,)
        The scores.
    prompts : int
        How many there must be.

    Returns
    -------
    tuple of numpy.ndarray of int
        The order, and the places in it.

    Raises
    ------
    ValueError
        If there is not one finite score a prompt.
    """
    given = np.asarray(score, dtype=float)
    if given.shape != (prompts,) or not np.isfinite(given).all():
        raise ValueError(
            f"the scores have shape {given.shape}; accepted is one finite number a prompt, "
            f"({prompts},)"
        )
    order = np.argsort(-given, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(given[order]) != 0, True))
    return order, ends


def _means(values: Array, ends: Any) -> Array:
    """Return running sums at the ends, as means over all, from 0."""
    return np.append(0.0, np.cumsum(values)[ends]) / values.size


def _checked_cost(name: str, usd: float) -> None:
    if not (np.isfinite(usd) and usd >= 0):
        raise ValueError(f"{name} is {usd}; accepted is a cost from 0")

"""How sure the measures of a router are: prompts drawn anew, both models' answers together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from analysis.economics.hulls import Array
from analysis.economics.routing import Pair, ranked, route
from analysis.progress import track

Interval = tuple[float, float, float]
#: About so many weights are held at a time.
_SHARE = 2_000_000


def measures(
    pair: Pair,
    scores: Mapping[str, Any],
    *,
    resamples: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> dict[str, dict[str, Interval]]:
    """Return APGR and the call thresholds of several routers, with percentile intervals.

    Every resample draws prompts and takes both answers and all scores of a prompt along, so that
    routers are compared on the same prompts. The scores stay what they are: how they were
    learned is not repeated.

    Parameters
    ----------
    pair : Pair
        What both models made of the prompts.
    scores : mapping of str to array of shape (prompts,)
        The scores of each router.
    resamples : int, optional
        How often prompts are drawn.
    level : float, optional
        Level of the intervals.
    seed : int, optional
        Seed of the draws.

    Returns
    -------
    dict of str to dict
        For each router ``recovered`` (APGR) and ``recovered_usd``, the same averaged over dollars
        spent in place of calls made; ``gain`` and ``gain_usd``, both less 1/2, what the router
        adds to mixing at random, without a hull; ``calls_50`` and ``calls_80`` (CPT); each as
        value, low, high.
        A resample in which the strong model is not the better one has no gap to recover: it
        counts as far below and as far above, so that a bound may be infinite.

    Raises
    ------
    ValueError
        If `resamples` or `level` is out of range, or the scores are not one a prompt.

    Examples
    --------
    >>> both = Pair([0, 0, 1, 1] * 50, [1, 1, 1, 0] * 50)
    >>> found = measures(both, {"oracle": [2, 2, 1, 0] * 50}, resamples=200)["oracle"]
    >>> found["gain"][0] > 0 and found["gain"][1] > 0
    True
    """
    if resamples < 1 or not 0 < level < 1:
        raise ValueError(
            f"resamples is {resamples} and level {level}; accepted are at least 1, and a level "
            "between 0 and 1"
        )
    better, dearer = pair.strong - pair.weak, pair.strong_usd - pair.weak_usd
    prompts = better.size
    rows = max(1, _SHARE // prompts)
    orders = {name: ranked(score, prompts) for name, score in scores.items()}
    draws: dict[str, list[Array]] = {name: [] for name in scores}
    rng = np.random.default_rng(seed)
    for start in track(range(0, resamples, rows), label="resamples"):
        size = min(rows, resamples - start)
        weights = rng.multinomial(prompts, np.full(prompts, 1 / prompts), size=size)
        for name, (order, ends) in orders.items():
            drawn = weights[:, order]
            share = np.cumsum(drawn, axis=1)[:, ends] / prompts
            gained = np.cumsum(drawn * better[order], axis=1)[:, ends] / prompts
            spent = np.cumsum(drawn * dearer[order], axis=1)[:, ends] / prompts
            draws[name].append(_of_curves(share, gained, spent))
    tail = round((1 - level) / 2, 12)
    out: dict[str, dict[str, Interval]] = {}
    for name, score in scores.items():
        drawn = np.concatenate(draws[name])
        bounds = [
            np.quantile(np.where(np.isnan(drawn), end, drawn), at, axis=0, method="inverted_cdf")
            for at, end in ((tail, -np.inf), (1 - tail, np.inf))
        ]
        curve = route(pair, score)
        found = (
            curve.recovered,
            curve.recovered_usd,
            curve.calls_for(0.5),
            curve.calls_for(0.8),
        )
        three: dict[str, Interval] = {
            key: (value, float(low), float(high))
            for key, value, low, high in zip(
                ("recovered", "recovered_usd", "calls_50", "calls_80"), found, *bounds, strict=True
            )
        }
        for key, of in (("gain", "recovered"), ("gain_usd", "recovered_usd")):
            value, low, high = three[of]
            three[key] = (value - 0.5, low - 0.5, high - 0.5)
        out[name] = three
    return out


def _of_curves(share: Array, gained: Array, spent: Array) -> Array:
    """Return both APGR, CPT(50%) and CPT(80%) of each row of curves, which start at no call."""
    none = np.zeros((share.shape[0], 1))
    gap = np.where(gained[:, -1:] > 0, gained[:, -1:], np.nan)
    x, y = np.hstack([none, share]), np.hstack([none, gained / gap])
    middle = (y[:, 1:] + y[:, :-1]) / 2
    apgr = (middle * np.diff(x, axis=1)).sum(axis=1)
    usd = (middle * np.diff(np.hstack([none, spent / spent[:, -1:]]), axis=1)).sum(axis=1)
    calls = [np.where(np.isnan(apgr), np.nan, _first(x, y, target)) for target in (0.5, 0.8)]
    return np.column_stack([apgr, usd, *calls])


def _first(x: Array, y: Array, target: float) -> Array:
    """Return for each row where it first reaches the target."""
    k = np.argmax(y >= target - 1e-12, axis=1)
    row = np.arange(k.size)
    before = np.maximum(k - 1, 0)
    step = y[row, k] - y[row, before]
    part = np.where(step > 0, (target - y[row, before]) / np.where(step > 0, step, 1), 0.0)
    # Every curve that has a gap ends with all of it recovered, so it gets there.
    found: Array = x[row, before] + np.clip(part, 0, 1) * (x[row, k] - x[row, before])
    return found

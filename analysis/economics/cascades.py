"""Many models: cascades of several stages, oracles, and routers that predict each model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from analysis.economics.hulls import Array, together


def chain(
    quality: Any, usd: Any, confidence: Any, thresholds: Sequence[float], *, judge_usd: float = 0.0
) -> dict[str, Any]:
    """Ask models in turn until one answer is trusted, and return what that gives and costs.

    Parameters
    ----------
    quality, usd : array of shape (prompts, models)
        Quality and cost of every answer; models stand in the order in which they are asked.
    confidence : array of shape (prompts, models - 1)
        The judge's trust in each answer but the last.
    thresholds : sequence of float
        One for each model but the last: an answer with at least this trust is taken.
    judge_usd : float, optional
        What judging one answer costs.

    Returns
    -------
    dict
        ``quality`` and ``usd``, means a prompt, and ``answered``, the share of prompts that each
        model has the last word on.

    Raises
    ------
    ValueError
        If shapes do not fit together or a cost is negative.

    References
    ----------
    Chen, Zaharia, Zou 2023, arXiv 2305.05176.

    Examples
    --------
    >>> found = chain([[0, 1], [1, 1]], [[1, 10], [1, 10]], [[0.2], [0.9]], [0.5])
    >>> found["quality"], found["usd"], found["answered"].tolist()
    (1.0, 6.0, [0.5, 0.5])
    """
    score, cost = grids(quality, usd)
    trust = np.asarray(confidence, dtype=float)
    stages = score.shape[1] - 1
    if trust.shape != (score.shape[0], stages) or len(thresholds) != stages:
        raise ValueError(
            f"confidence has shape {trust.shape} and there are {len(thresholds)} thresholds; "
            f"accepted are {(score.shape[0], stages)} and {stages}"
        )
    if judge_usd < 0:
        raise ValueError(f"judge_usd is {judge_usd}; accepted is a cost from 0")
    taken = np.hstack([trust >= np.asarray(thresholds), np.ones((score.shape[0], 1), bool)])
    last = taken.argmax(axis=1)
    spent = np.cumsum(cost, axis=1) + judge_usd * np.minimum(np.arange(1, stages + 2), stages)
    rows = np.arange(last.size)
    return {
        "quality": float(score[rows, last].mean()),
        "usd": float(spent[rows, last].mean()),
        "answered": np.bincount(last, minlength=stages + 1) / last.size,
    }


def oracle(quality: Any, usd: Any) -> tuple[float, float]:
    """Return mean quality and cost when every prompt goes to its best model, ties to the cheapest.

    Parameters
    ----------
    quality, usd : array of shape (prompts, models)
        Quality and cost of every answer.

    Returns
    -------
    tuple of float
        Mean quality and mean cost: the most that routing can reach.

    References
    ----------
    Hu et al. 2024, arXiv 2403.12031.

    Examples
    --------
    >>> oracle([[1, 1], [0, 1], [0, 0]], [[1, 10], [1, 10], [1, 10]])
    (0.6666666666666666, 4.0)
    """
    score, cost = grids(quality, usd)
    best = score == score.max(axis=1, keepdims=True)
    pick = np.where(best, cost, np.inf).argmin(axis=1)
    rows = np.arange(pick.size)
    return float(score[rows, pick].mean()), float(cost[rows, pick].mean())


def predicted(
    quality: Any, usd: Any, expected_quality: Any, expected_usd: Any, worths: Any
) -> tuple[Array, Array]:
    """Route every prompt to the model with the best expected worth less cost.

    Parameters
    ----------
    quality, usd : array of shape (prompts, models)
        Quality and cost of every answer.
    expected_quality, expected_usd : array of shape (prompts, models)
        What the router expects of them.
    worths : array
        What one unit of quality is worth, in the unit of costs; one point of the curve each.

    Returns
    -------
    tuple of numpy.ndarray
        Mean cost and mean quality at each worth.

    References
    ----------
    Varangot-Reille et al. 2025, arXiv 2502.00409; Hu et al. 2024, arXiv 2403.12031.

    Examples
    --------
    >>> cost, score = predicted([[1, 1]], [[1, 3]], [[0.2, 0.8]], [[1, 3]], [1, 10])
    >>> cost.tolist(), score.tolist()
    ([1.0, 3.0], [1.0, 1.0])
    """
    score, cost = grids(quality, usd)
    hoped, price = grids(expected_quality, expected_usd)
    if hoped.shape != score.shape:
        raise ValueError(
            f"expected_quality has shape {hoped.shape}; accepted is {score.shape}, as of quality"
        )
    rows = np.arange(score.shape[0])
    picks = [(float(w) * hoped - price).argmax(axis=1) for w in np.atleast_1d(worths)]
    return (
        np.array([cost[rows, pick].mean() for pick in picks]),
        np.array([score[rows, pick].mean() for pick in picks]),
    )


def grids(quality: Any, usd: Any) -> tuple[Array, Array]:
    """Return quality and cost of every answer as arrays, or refuse them.

    Parameters
    ----------
    quality, usd : array of shape (prompts, models)
        Quality and cost of every answer.

    Returns
    -------
    tuple of numpy.ndarray
        Both as floats.

    Raises
    ------
    ValueError
        If they are no such grids, a number is not finite, or a cost is negative.
    """
    score, cost = together("two grids of prompts by models", 2, quality=quality, usd=usd)
    if cost.min() < 0:
        raise ValueError(f"usd holds {cost.min()}; accepted are costs from 0")
    return score, cost

"""Seven models on three tasks at once: what knowing the task is worth to a router."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from analysis.economics.cascades import oracle
from analysis.economics.hulls import Array, area, hull
from analysis.fitting.uncertainty import percentile
from analysis.studies.routing_many import answers

#: Tasks that the same seven models were asked.
TASKS = ("AIME", "GPQA Diamond", "LiveMathBench")
#: What a right answer may be worth, in US dollars.
WORTHS = np.geomspace(1e-3, 100, 120)


@dataclass(frozen=True)
class Zoo:
    """Answers of several tasks together.

    Attributes
    ----------
    models : tuple of str
        The models.
    task : numpy.ndarray of shape (problems,)
        Number of each problem's task.
    quality, usd : numpy.ndarray of shape (problems, models)
        1 or 0, and US dollars.
    """

    models: tuple[str, ...]
    task: np.ndarray
    quality: Array
    usd: Array


def zoo() -> Zoo:
    """Return the answers to the problems of three tasks.

    Returns
    -------
    Zoo
        378 problems, seven models.
    """
    grids = [answers(task) for task in TASKS]
    models = grids[0].models
    order = [[one.models.index(name) for name in models] for one in grids]
    return Zoo(
        models,
        np.repeat(np.arange(len(grids)), [len(one.quality) for one in grids]),
        np.vstack([one.quality[:, at] for one, at in zip(grids, order, strict=True)]),
        np.vstack([one.usd[:, at] for one, at in zip(grids, order, strict=True)]),
    )


def expected(one: Zoo, *, by_task: bool, folds: int = 2, seed: int = 0) -> tuple[Array, Array]:
    """Return what each model can be expected to reach and cost, from other problems.

    Parameters
    ----------
    one : Zoo
        The answers.
    by_task : bool
        Whether the router knows the task of a problem.
    folds : int, optional
        Parts of the problems; each is judged by the others.
    seed : int, optional
        Seed of the parts.

    Returns
    -------
    tuple of numpy.ndarray
        Expected quality and cost, problems by models.
    """
    fold = np.random.default_rng(seed).integers(0, folds, one.task.size)
    kind = one.task if by_task else np.zeros_like(one.task)
    quality, usd = np.empty_like(one.quality), np.empty_like(one.usd)
    for part in range(folds):
        for name in np.unique(kind):
            own = (fold == part) & (kind == name)
            seen = (fold != part) & (kind == name)
            quality[own] = one.quality[seen].mean(axis=0)
            usd[own] = one.usd[seen].mean(axis=0)
    return quality, usd


def routed(
    *, resamples: int = 200, partitions: int = 30, seed: int = 0
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Route among the models with and without knowing the task.

    Which half of the problems is learned from moves the gain by a point, so that results are
    means over many partitions.

    Parameters
    ----------
    resamples : int, optional
        How often problems are drawn anew, with the answers of all models.
    partitions : int, optional
        How often the problems are parted in two halves that are learned from in turn.
    seed : int, optional
        Seed of the draws.

    Returns
    -------
    tuple of polars.DataFrame
        The curves (``router``, usd, quality), and one row a router: ``area``, mean accuracy over
        the costs between the cheapest and the dearest model on the hull, without the router's
        own hull, and ``gain`` over single models mixed, in points of a hundred, with ``low`` and
        ``high``; a last row has by how much the gain is larger for who knows the task. The
        oracle is a single point of the curves.
    """
    one = zoo()
    count = one.task.size
    draws = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), resamples)
    weights = np.vstack([np.ones(count), draws]) / count
    curves, lines, gains = [], [], []
    for name, by_task in (("knows nothing", False), ("knows the task", True)):
        usd, quality = _routed(one, by_task, partitions)
        curve = {"usd": usd.mean(axis=0), "quality": quality.mean(axis=0)}
        curves.append(pl.DataFrame(curve).with_columns(router=pl.lit(name)))
        found = np.array(
            [
                _against(c, s, w @ one.usd, w @ one.quality)
                for c, s, w in zip(weights @ usd, weights @ quality, weights, strict=True)
            ]
        )
        gains.append(found[:, 1])
        lines.append({"router": name, "area": found[0, 0]} | _line(found[:, 1]))
    lines.append({"router": "difference", "area": None} | _line(gains[1] - gains[0]))
    top, spent = oracle(one.quality, one.usd)
    point = pl.DataFrame({"usd": [spent], "quality": [top], "router": ["oracle"]})
    return pl.concat([*curves, point]), pl.DataFrame(lines)


def _routed(one: Zoo, by_task: bool, partitions: int) -> tuple[Array, Array]:
    """Return mean cost and quality over partitions, problems by worths."""
    rows = np.arange(one.task.size)[:, None]
    usd, quality = np.zeros((2, one.task.size, WORTHS.size))
    for seed in range(partitions):
        hoped, price = expected(one, by_task=by_task, seed=seed)
        picks = (WORTHS[:, None, None] * hoped - price).argmax(axis=2).T
        usd += one.usd[rows, picks] / partitions
        quality += one.quality[rows, picks] / partitions
    return usd, quality


def _line(gains: Array) -> dict[str, float]:
    low, high = percentile(gains[1:], 0.95)
    return {"gain": float(gains[0]), "low": low, "high": high}


def _against(
    usd: Array, quality: Array, model_usd: Array, model_quality: Array
) -> tuple[float, float]:
    """Return the area of a router over the costs of the single models' hull, and its lead."""
    x, y = hull(model_usd, model_quality)
    order = np.argsort(usd, kind="stable")
    costs = np.linspace(x[0], x[-1], 400)
    # Between two points a share of the problems goes by either threshold.
    mine = area(costs, np.interp(costs, usd[order], quality[order]), hulled=False)
    return mine, 100 * (mine - area(x, y, hulled=False))

"""How often intervals of a frontier hold the truth: simulated records with eight attempts.

There are two truths. One is the frontier that eight attempts a strategy and problem show on
average; it counts a problem that none of them solved as unsolvable. The other is the frontier of
somebody who knows every success rate. The definition estimates the first.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl

from analysis.economics.attempts import Attempts
from analysis.economics.frontier import by_problem
from analysis.economics.outcomes import outcomes
from analysis.economics.reruns import reruns
from analysis.economics.resampling import by_parts, over_attempts, over_problems
from analysis.fitting.uncertainty import bca, percentile
from analysis.progress import track

Array = np.ndarray[Any, np.dtype[np.float64]]
#: Estimator, kind of interval, value, low and high end.
Found = tuple[str, str, float, float, float]

HUMAN = 5.0
ATTEMPTS = 8
PROBLEMS = 120
#: Mean ease of the problems, on the logistic scale: a few are left to the human, or many.
TASKS = {"easy": 0.5, "hard": -3.0}
_ABILITY = np.array([-1.6, -0.8, 0.0, 0.6, 1.2, 2.0])
_PRICE = np.array([0.002, 0.005, 0.01, 0.03, 0.08, 0.25])
_CONCENTRATION = 4.0
_LEVEL = 0.95
_FEWER = 200


def simulated(
    ease: float, problems: int, seed: int, attempts: int = ATTEMPTS
) -> tuple[Attempts, Array]:
    """Draw attempts of six strategies, the dearer the better, at problems of all sorts.

    Parameters
    ----------
    ease : float
        Mean ease of the problems, on the logistic scale.
    problems : int
        How many problems.
    seed : int
        Of the draws.
    attempts : int, optional
        How many of each strategy at each problem.

    Returns
    -------
    tuple of Attempts and numpy.ndarray of shape (problems,)
        The records, and the frontier of each problem if all success rates were known.
    """
    rng = np.random.default_rng(seed)
    each = rng.normal(ease, 2.0, problems)
    mean = 1 / (1 + np.exp(-(each[:, None] + _ABILITY)))
    rate = rng.beta(_CONCENTRATION * mean, _CONCENTRATION * (1 - mean))
    cost = _PRICE * np.exp(rng.normal(0, 0.5, (problems, 1)) - 0.15 * each[:, None])
    shape = (*rate.shape, attempts)
    passed = (rng.random(shape) < rate[:, :, None]).astype(float)
    scatter = rng.lognormal(-0.125, 0.5, shape)
    with np.errstate(divide="ignore", over="ignore"):
        known = np.minimum((cost / rate).min(axis=1), HUMAN)
    names = [f"strategy {i + 1}" for i in range(len(_PRICE))]
    table = pl.DataFrame({"name": names, "model": names, "technique": "single answer"})
    table = table.with_columns(family=pl.col("model"), released=pl.lit(None, pl.Date))
    count = np.full(rate.shape, attempts)
    numbers = tuple(str(i + 1) for i in range(problems))
    return Attempts("simulated", numbers, table, passed, cost[:, :, None] * scatter, count), known


def truths(ease: float, problems: int = 100_000, seed: int = 0) -> dict[str, float]:
    """Return the two truths that intervals are held against.

    Parameters
    ----------
    ease : float
        Mean ease of the problems, on the logistic scale.
    problems : int, optional
        Simulated problems behind each.
    seed : int, optional
        Of the draws.

    Returns
    -------
    dict of str to float
        ``eight attempts`` and ``known rates``, US dollars per right answer; ``left``, the share
        of problems that eight attempts leave to the human.
    """
    records, known = simulated(ease, problems, seed)
    seen = by_problem(records, HUMAN)
    return {
        "eight attempts": float(seen["usd"].to_numpy().mean()),
        "known rates": float(known.mean()),
        "left": float((seen["holder"].to_numpy() == "human").mean()),
    }


def coverage(
    studies: int = 200,
    redrawn_studies: int = 40,
    fitted_studies: int = 10,
    resamples: int = 400,
    seed: int = 1,
) -> pl.DataFrame:
    """Measure how often each interval holds each truth.

    Parameters
    ----------
    studies : int, optional
        Simulated tables of records for each task.
    redrawn_studies, fitted_studies : int, optional
        How many of them also draw attempts anew, and also fit the model of outcomes.
    resamples : int, optional
        Draws behind each interval.
    seed : int, optional
        Of the first table.

    Returns
    -------
    polars.DataFrame
        One row a task, estimator and kind of interval: ``task``, ``left`` (true share of problems
        left to the human), ``estimator``, ``interval``, ``studies``; the mean estimate over each
        truth as ``eight_ratio`` and ``known_ratio``, and the share of studies in which the
        interval held it, as ``eight_held`` and ``known_held``.
    """
    rows = []
    for task, ease in TASKS.items():
        truth = truths(ease)
        seen: dict[tuple[str, str], list[tuple[float, bool, bool]]] = {}
        for i in track(range(studies), label=f"coverage, {task}"):
            records, _ = simulated(ease, PROBLEMS, seed + i)
            found = _quick(records, resamples, seed + i)
            for name, kind, value, low, high in [
                *found,
                *(_redrawn(records, seed + i) if i < redrawn_studies else ()),
                *(_fitted(records, seed + i) if i < fitted_studies else ()),
            ]:
                inside = [low <= truth[t] <= high for t in ("eight attempts", "known rates")]
                seen.setdefault((name, kind), []).append((value, *inside))
        for (name, kind), results in seen.items():
            value, eight, known = np.mean(results, axis=0)
            row = {"task": task, "left": truth["left"], "estimator": name, "interval": kind}
            row |= {"studies": len(results), "eight_ratio": value / truth["eight attempts"]}
            row |= {"eight_held": eight, "known_ratio": value / truth["known rates"]}
            rows.append(row | {"known_held": known})
    return pl.DataFrame(rows)


def _quick(records: Attempts, resamples: int, seed: int) -> Iterator[Found]:
    table = by_problem(records, HUMAN)
    values, held = table["usd"].to_numpy(), (table["holder"] == "human").to_numpy()
    both = np.stack([values, np.where(held, 0.0, values)], axis=1)
    draws = over_problems(both, resamples, seed)
    mean = float(values.mean())
    parts = by_parts(draws[:, 1], values, held, HUMAN, level=_LEVEL)
    yield "raw", "problems, by parts", mean, parts.low, parts.high
    left_out = (values.sum() - values) / (len(values) - 1)
    yield "raw", "problems, BCa", mean, *bca(draws[:, 0], mean, left_out, _LEVEL)
    yield "raw", "problems, percentile", mean, *percentile(draws[:, 0], _LEVEL)


def _redrawn(records: Attempts, seed: int) -> Iterator[Found]:
    draws = over_attempts(records, HUMAN, _FEWER, seed)
    mean = float(by_problem(records, HUMAN)["usd"].to_numpy().mean())
    yield "raw", "problems and attempts, percentile", mean, *percentile(draws, _LEVEL)
    shrunk = by_problem(records, HUMAN, rule="jeffreys")["usd"].to_numpy()
    drawn = over_problems(shrunk[:, None], _FEWER, seed)[:, 0]
    yield "Jeffreys", "problems, percentile", float(shrunk.mean()), *percentile(drawn, _LEVEL)


def _fitted(records: Attempts, seed: int) -> Iterator[Found]:
    best = reruns(outcomes(records), np.inf, draws=100, seed=seed).best
    runs = np.minimum(best, HUMAN)
    weights = np.random.default_rng(seed).dirichlet(np.ones(runs.shape[1]), size=len(runs))
    whole = (weights * runs).sum(axis=1)
    yield "beta-binomial", "problems and rates", float(runs.mean()), *percentile(whole, _LEVEL)

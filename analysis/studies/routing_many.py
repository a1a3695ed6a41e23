"""Routing among many models, with the cost of every answer: what an oracle's lead is made of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import polars as pl

from analysis.economics.cascades import oracle
from analysis.economics.hulls import Array, hull
from analysis.economics.routing import Pair, cascade
from analysis.economics.routing_skill import scores_of_skill
from analysis.fitting.uncertainty import percentile
from analysis.runs import load
from analysis.studies import routing as old

#: Tasks of the table attempts-pricing-reversal with a cost for every answer.
TASKS = ("AIME", "GPQA Diamond", "LiveMathBench", "SimpleQA")
#: A cheap and a dear model of each task.
PAIRS = {
    "GPQA Diamond": ("gpt-5-mini", "gemini-3.1-pro-preview"),
    "LiveMathBench": ("gpt-5-mini", "gemini-3.1-pro-preview"),
    "SimpleQA": ("gemini-3-flash-preview", "gemini-3.1-pro-preview"),
}
_OLD = "Mixtral 8x7B, GPT-4 Turbo"
_ENOUGH = 0.9


@dataclass(frozen=True)
class Answers:
    """One answer of each model to each problem.

    Attributes
    ----------
    task : str
        The task.
    models : tuple of str
        The models, the cheapest in the mean first.
    quality, usd : numpy.ndarray of shape (problems, models)
        1 or 0, and US dollars.
    """

    task: str
    models: tuple[str, ...]
    quality: Array
    usd: Array


@lru_cache(maxsize=8)
def answers(task: str) -> Answers:
    """Return the answers to the problems of a task that all of its models were asked.

    Models that answered few of the problems are left out first.

    Parameters
    ----------
    task : str
        One of `TASKS`.

    Returns
    -------
    Answers
        The grid.

    Raises
    ------
    ValueError
        If there is no such task.
    """
    if task not in TASKS:
        raise ValueError(f"task is {task!r}; accepted are {', '.join(TASKS)}")
    rows = load("attempts-pricing-reversal").filter(pl.col("used"), pl.col("task") == task)
    sizes = rows.group_by("model").len()
    keep = sizes.filter(pl.col("len") >= _ENOUGH * sizes["len"].max())["model"]  # type: ignore[operator]
    rows = rows.filter(pl.col("model").is_in(keep.to_list()))
    order = rows.group_by("model").agg(pl.col("usd").mean()).sort("usd")["model"].to_list()
    grids = [
        rows.pivot(on="model", index="problem", values=name).drop_nulls().sort("problem")
        for name in ("passed", "usd")
    ]
    quality, usd = (grid.select(order).to_numpy().astype(float) for grid in grids)
    return Answers(task, tuple(order), quality, usd)


def pair_of(task: str, weak: str, strong: str) -> Pair:
    """Return two of the models of a task as a pair.

    Parameters
    ----------
    task : str
        One of `TASKS`.
    weak, strong : str
        Names of models.

    Returns
    -------
    Pair
        Their outcomes on the same problems.

    Raises
    ------
    ValueError
        If one of the models is none of the task's.
    """
    grid = answers(task)
    for name in (weak, strong):
        if name not in grid.models:
            raise ValueError(f"model {name!r} is not there; accepted are {', '.join(grid.models)}")
    w, s = grid.models.index(weak), grid.models.index(strong)
    return Pair(grid.quality[:, w], grid.quality[:, s], grid.usd[:, w], grid.usd[:, s])


def pairs() -> dict[str, Pair]:
    """Return the pairs of the study by name, a cheap model before a dear one.

    Returns
    -------
    dict of str to Pair
        Two with estimated costs (see `analysis.studies.routing.prompts`), three with measured
        ones.
    """
    found = {
        f"{name}: {_OLD}": old.pair_of(old.prompts(key)) for key, name in old.BENCHMARKS.items()
    }
    for task, (weak, strong) in PAIRS.items():
        found[f"{task}: {weak}, {strong}"] = pair_of(task, weak, strong)
    return found


def overview() -> pl.DataFrame:
    """Set the best single model of each task beside a random one and beside the oracle.

    Returns
    -------
    polars.DataFrame
        One row a task: problems, models, ``random`` and ``random_usd``, ``best``, its
        ``accuracy`` and ``usd``, ``oracle`` and ``oracle_usd``, and ``mixed``, the accuracy that
        mixing single models reaches at the oracle's cost.
    """
    lines = []
    for task in TASKS:
        grid = answers(task)
        mean, cost = grid.quality.mean(axis=0), grid.usd.mean(axis=0)
        best = int(np.lexsort((cost, -mean))[0])
        top, spent = oracle(grid.quality, grid.usd)
        lines.append(
            {
                "task": task,
                "problems": len(grid.quality),
                "models": len(grid.models),
                "random": mean.mean(),
                "random_usd": cost.mean(),
                "best": grid.models[best],
                "accuracy": mean[best],
                "usd": cost[best],
                "oracle": top,
                "oracle_usd": spent,
                "mixed": float(np.interp(spent, *hull(cost, mean))),
            }
        )
    return pl.DataFrame(lines)


def cascades(
    task: str, skills: tuple[float, ...], *, draws: int = 20, seed: int = 0
) -> pl.DataFrame:
    """Ask the cheap model of a task first and the dear one when a judge doubts the answer.

    Parameters
    ----------
    task : str
        A key of `PAIRS`.
    skills : tuple of float
        How well the judge tells right from wrong answers: areas under the ROC curve. The judge
        costs nothing.
    draws : int, optional
        Judges that are drawn; the curve is their mean.
    seed : int, optional
        Seed of the first judge.

    Returns
    -------
    polars.DataFrame
        Columns skill, share (of problems asked again), usd and quality.
    """
    pair = pair_of(task, *PAIRS[task])
    shares = np.linspace(0, 1, 41)
    parts = []
    for skill in skills:
        curves = [
            cascade(pair, scores_of_skill(pair.weak < 0.5, skill, seed=seed + k))
            for k in range(draws)
        ]
        usd, quality = (
            np.mean([np.interp(shares, one.share, getattr(one, name)) for one in curves], axis=0)
            for name in ("usd", "quality")
        )
        parts.append(
            pl.DataFrame({"share": shares, "usd": usd, "quality": quality}).with_columns(
                skill=pl.lit(skill)
            )
        )
    return pl.concat(parts)


def cascade_gains(skills: tuple[float, ...]) -> pl.DataFrame:
    """Return by how much the cascades of two beat single models mixed at random, at equal cost.

    Parameters
    ----------
    skills : tuple of float
        Skills of the judge.

    Returns
    -------
    polars.DataFrame
        One row a task and skill: ``mean_gain``, in points of a hundred over all costs between the
        two models, ``best_gain`` and the cost ``at_usd`` where that is.
    """
    lines = []
    for task in PAIRS:
        grid = answers(task)
        corners = hull(grid.usd.mean(axis=0), grid.quality.mean(axis=0))
        for (skill,), own in cascades(task, skills).group_by("skill", maintain_order=True):
            usd = np.linspace(own["usd"][0], min(own["usd"][-1], corners[0][-1]), 200)
            gain = 100 * (np.interp(usd, own["usd"], own["quality"]) - np.interp(usd, *corners))
            best = int(np.argmax(gain))
            line = {"task": task, "skill": skill, "mean_gain": gain.mean()}
            lines.append(line | {"best_gain": gain[best], "at_usd": usd[best]})
    return pl.DataFrame(lines)


def luck(*, resamples: int = 2000, seed: int = 0) -> pl.DataFrame:
    """Take an oracle's picks from some attempts and score them on others.

    Four attempts of fourteen models at fifteen problems of AIME 2025 tell what part of an oracle's
    lead a router could ever have: whoever picks the model that happened to be right in one
    attempt picks luck along with skill. Problems are drawn anew for the intervals.

    Parameters
    ----------
    resamples : int, optional
        How often problems are drawn.
    seed : int, optional
        Seed of the draws.

    Returns
    -------
    polars.DataFrame
        One row a policy: ``policy``, ``accuracy``, ``usd`` a problem, ``mixed``, the accuracy
        that mixing single models reaches at that cost, and ``lead``, by how much the policy beats
        the best single model on the same problems, with ``low`` and ``high``. The models that
        stand for comparison are the best of all four attempts, in hindsight.
    """
    quality, usd = _attempts()
    problems, _, tries = quality.shape
    rows = np.arange(problems)
    single = int(np.lexsort((usd.mean(axis=0), -quality.mean(axis=(0, 2))))[0])
    seen, again, three, cost = ([], [], [], {"one": [], "three": []})  # type: ignore[var-annotated]
    for k in range(tries):
        others = [a for a in range(tries) if a != k]
        pick = _picked(quality[:, :, k], usd)
        seen.append(quality[rows, pick, k])
        again.append(quality[rows, pick][:, others].mean(axis=1))
        cost["one"].append(usd[rows, pick])
        learned = _picked(quality[:, :, others].mean(axis=2), usd)
        three.append(quality[rows, learned, k])
        cost["three"].append(usd[rows, learned])
    policies = {
        "best single model": (quality[:, single].mean(axis=1), usd[:, single]),
        "oracle of one attempt, scored on the same": (np.mean(seen, axis=0), _mean(cost["one"])),
        "oracle of one attempt, scored on the others": (np.mean(again, axis=0), _mean(cost["one"])),
        "oracle of three attempts, scored on the fourth": (
            np.mean(three, axis=0),
            _mean(cost["three"]),
        ),
    }
    rng = np.random.default_rng(seed)
    weights = rng.multinomial(problems, np.full(problems, 1 / problems), size=resamples) / problems
    lines = []
    alone = policies["best single model"][0]
    corners = hull(usd.mean(axis=0), quality.mean(axis=(0, 2)))
    for name, (right, spent) in policies.items():
        lead = right - alone
        low, high = percentile(weights @ lead, 0.95)
        line = {"policy": name, "accuracy": right.mean(), "usd": spent.mean()}
        line["mixed"] = float(np.interp(spent.mean(), *corners))
        lines.append(line | {"lead": lead.mean(), "low": low, "high": high})
    return pl.DataFrame(lines)


def _picked(quality: Array, usd: Array) -> Array:
    best = quality == quality.max(axis=1, keepdims=True)
    picks: Array = np.where(best, usd, np.inf).argmin(axis=1)
    return picks


def _mean(parts: list[Array]) -> Array:
    found: Array = np.mean(parts, axis=0)
    return found


def _attempts() -> tuple[Array, Array]:
    """Return outcomes (problems, models, attempts) and mean costs (problems, models)."""
    rows = load("attempts-matharena").filter("used").sort("task", "problem", "model", "attempt")
    keys = ["task", "problem", "model"]
    cells = rows.group_by(keys, maintain_order=True).agg("passed", pl.col("usd").mean())
    models = cells["model"].n_unique()
    tries = cells["passed"].list.len().unique().to_list()
    if len(tries) != 1 or cells.height % models:
        raise ValueError(f"attempts number {tries}; accepted is one number for all")
    quality = np.array(cells["passed"].to_list(), dtype=float)
    return (
        quality.reshape(-1, models, tries[0]),
        cells["usd"].to_numpy().reshape(-1, models),
    )

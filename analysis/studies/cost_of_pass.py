"""The cost-of-pass study: five tasks, their frontiers, and what the one number hides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from analysis.economics.attempts import Attempts, attempts
from analysis.economics.cost_of_pass import pooled, ratios, with_guesser
from analysis.economics.frontier import HUMAN, Frontier, frontier
from analysis.economics.half_life import half_life
from analysis.economics.sets import without
from analysis.records import value
from analysis.runs.catalog import load

ONE_ATTEMPT = "attempts-pricing-reversal"
FOUR_ATTEMPTS = "attempts-matharena"
GUESSER = "guesser"
RESAMPLES = 2000


@dataclass(frozen=True)
class Task:
    """One task with the price of its human expert.

    Attributes
    ----------
    name : str
        The task.
    records : Attempts
        Its attempts.
    human : float
        US dollars a problem.
    basis : str
        Where that price comes from.
    choices : int
        Answers to choose from; 0 where the answer is open.
    """

    name: str
    records: Attempts
    human: float
    basis: str
    choices: int = 0

    @property
    def with_guesser(self) -> Attempts:
        """The attempts and a free guesser, where there are choices."""
        if not self.choices:
            return self.records
        return with_guesser(self.records, self.choices, name=GUESSER)


def tasks() -> dict[str, Task]:
    """Load the tasks.

    Returns
    -------
    dict of str to Task
        By name: AIME, GPQA Diamond, LiveMathBench and SimpleQA with one attempt a model and
        problem, AIME 2025 I with four.

    Examples
    --------
    >>> {name: (len(t.records.problems), t.records.most) for name, t in tasks().items()}["AIME"]
    (60, 1)
    """
    table = load(ONE_ATTEMPT)
    known = "the paper's"
    prices = {
        "AIME": (_price("aime"), "the paper's for AIME 2024", 0),
        "GPQA Diamond": (_price("gpqa"), known, 4),
        "LiveMathBench": (_price("math500"), "taken here: the paper's for MATH-500", 0),
        "SimpleQA": (_price("gsm8k"), "taken here: the paper's for GSM8K", 0),
    }
    found = {
        name: Task(name, attempts(table.filter(pl.col("task") == name)), price, basis, choices)
        for name, (price, basis, choices) in prices.items()
    }
    four = attempts(load(FOUR_ATTEMPTS))
    found[four.task] = Task(four.task, four, _price("aime"), "the paper's for AIME 2024")
    return found


def _price(key: str) -> float:
    return value("cost_of_pass2025", f"human_{key}")


def frontiers(found: Mapping[str, Task], resamples: int = RESAMPLES) -> dict[str, Frontier]:
    """Compute the frontier of every task.

    Parameters
    ----------
    found : mapping of str to Task
        The tasks.
    resamples : int, optional
        Draws behind each interval.

    Returns
    -------
    dict of str to Frontier
        By task.
    """
    return {n: frontier(t.records, t.human, resamples=resamples) for n, t in found.items()}


def overview(found: Mapping[str, Task], resamples: int = RESAMPLES) -> pl.DataFrame:
    """Return one row a task: its frontier, what of it is human, and what is left without that.

    Parameters
    ----------
    found : mapping of str to Task
        The tasks.
    resamples : int, optional
        Draws behind each interval.

    Returns
    -------
    polars.DataFrame
        Columns task, ``strategies``, ``problems``, ``attempts`` (most a cell), ``human`` price,
        ``frontier`` with ``low`` and ``high``, ``human_problems``, ``human_share`` of the
        frontier, and ``models_usd``, what models take of the mean. A task with choices has a
        second row, with a free guesser.
    """
    rows = []
    for task in found.values():
        sets = {task.name: task.records}
        if task.choices:
            sets[f"{task.name} + {GUESSER}"] = task.with_guesser
        for name, records in sets.items():
            result = frontier(records, task.human, resamples=resamples)
            span = result.interval
            row = {"task": name, "strategies": len(records.names)}
            row |= {"problems": len(records.problems), "attempts": records.most}
            row |= {"human": task.human, "frontier": result.value}
            row |= {"low": span.low, "high": span.high} if span else {}
            row |= {"human_problems": round(result.human_held * len(records.problems))}
            row |= {"human_share": result.human_share}
            rows.append(row | {"models_usd": result.value - result.human_part})
    return pl.DataFrame(rows)


def three_quantities(task: Task) -> pl.DataFrame:
    """Compute three costs of a right answer that are often called one, by strategy.

    Parameters
    ----------
    task : Task
        A task.

    Returns
    -------
    polars.DataFrame
        One row a strategy, and first the frontier of all: ``pass_rate``, ``attempt`` (mean cost),
        ``pooled`` (all cost over all right answers), ``alone`` (the mean over problems of the
        cheaper of this strategy and the human), ``human_problems`` of that mean, and ``holds``,
        the number of problems at which it is on the frontier of all. A free guesser, where there
        are choices, has a row but is not part of the frontier.
    """
    records, price = task.with_guesser, task.human
    whole = frontier(task.records, price, resamples=0)
    holds = dict(whole.holders.select("holder", "problems").iter_rows())
    total = len(records.problems)
    rows = [
        {"strategy": "frontier of all", "alone": whole.value}
        | {"human_problems": round(whole.human_held * total)}
    ]
    pool = pooled(records)
    for i, row in enumerate(pool.iter_rows(named=True)):
        own = np.arange(pool.height) == i
        alone = frontier(records.keep(own), price, resamples=0)
        rows.append(
            {
                "strategy": row["name"],
                "pass_rate": row["pass_rate"],
                "attempt": row["usd"],
                "pooled": row["pooled"],
                "alone": alone.value,
                "human_problems": round(alone.human_held * total),
                "holds": holds.get(row["name"], 0) if row["name"] != GUESSER else None,
            }
        )
    names = ("pass_rate", "attempt", "pooled", "alone", "human_problems", "holds")
    table = pl.DataFrame(rows, infer_schema_length=None).select("strategy", *names)
    return pl.concat([table[:1], table[1:].sort("alone", "strategy")])


def order_agreement(found: Mapping[str, Task]) -> pl.DataFrame:
    """Compare the orders of models by pooled cost and by their own mean with the human.

    Parameters
    ----------
    found : mapping of str to Task
        The tasks.

    Returns
    -------
    polars.DataFrame
        Columns task, ``models``, and the rank correlation of the two orders; 1 is the same order,
        -1 the opposite.
    """
    rows = []
    for task in found.values():
        table = three_quantities(task)[1:].filter(pl.col("strategy") != GUESSER)
        rank = table.select(pl.corr("pooled", "alone", method="spearman")).item()
        rows.append({"task": task.name, "models": table.height, "rank_correlation": rank})
    return pl.DataFrame(rows)


def essentialness(found: Mapping[str, Task], resamples: int = RESAMPLES) -> pl.DataFrame:
    """Compute how essential every family is to every task, beyond the human's unsolved problems.

    Parameters
    ----------
    found : mapping of str to Task
        The tasks.
    resamples : int, optional
        Draws behind each interval, over problems.

    Returns
    -------
    polars.DataFrame
        Columns task, family, ``without`` (the counterfactual frontier), ``essentialness`` with
        ``low`` and ``high``, and ``newly_unsolved``, the problems that only this family solves.
    """
    rows = []
    for task in found.values():
        records = task.records
        solved = np.isfinite(ratios(records))
        for family in sorted(set(records.strategies["family"])):
            own = records.among(family=[family])
            effect = without(records, family, task.human, resamples=resamples)
            only = solved[:, own].any(axis=1) & ~solved[:, ~own].any(axis=1)
            row = {"task": task.name, "family": family, "without": effect.before}
            row |= {"essentialness": effect.share, "low": effect.low, "high": effect.high}
            rows.append(row | {"newly_unsolved": int(only.sum())})
    return pl.DataFrame(rows)


def half_life_spans(table: pl.DataFrame) -> pl.DataFrame:
    """Join the half-lives of a task: all forms, resampled problems, days left out.

    Parameters
    ----------
    table : polars.DataFrame
        What `half_lives` returns.

    Returns
    -------
    polars.DataFrame
        Columns task, ``forms`` that give a half-life, ``least`` and ``most`` months over all of
        these, their ratio ``factor``, and ``off``, by how much the best form misses the points, as
        a share of the last frontier.
    """
    numbers = pl.concat_list("low", "high", "least", "most", "months").list
    return (
        table.group_by("task", maintain_order=True)
        .agg(
            forms=pl.col("identified").sum(),
            least=numbers.min().min(),
            most=numbers.max().max(),
            off=pl.col("off").min(),
        )
        .with_columns(factor=pl.col("most") / pl.col("least"))
    )


def half_lives(found: Mapping[str, Task], resamples: int = RESAMPLES) -> pl.DataFrame:
    """Fit the fall of every frontier over days of release by three forms.

    Parameters
    ----------
    found : mapping of str to Task
        The tasks.
    resamples : int, optional
        Draws behind each interval.

    Returns
    -------
    polars.DataFrame
        The rows of `half_life` by task, and ``off``: the root mean square of the residuals as a
        share of the last frontier.
    """
    parts = []
    for task in found.values():
        last = frontier(task.records, task.human, resamples=0).value
        table = half_life(task.records, task.human, resamples=resamples)
        parts.append(
            table.select(pl.lit(task.name).alias("task"), pl.all(), off=pl.col("misses") / last)
        )
    return pl.concat(parts)


def price_of_checking(task: Task, checks: Sequence[float]) -> pl.DataFrame:
    """Follow who holds the frontier as telling right from wrong gets dearer.

    Parameters
    ----------
    task : Task
        A task with choices.
    checks : sequence of float
        What it costs to check one answer, US dollars.

    Returns
    -------
    polars.DataFrame
        ``check``, ``frontier``, ``guesser_alone`` (its cost of a right answer), the shares of
        problems held by the ``guesser``, by ``models`` and by the ``human``.
    """
    records = task.with_guesser
    rows = []
    for check in checks:
        table = frontier(records, task.human, check=check, resamples=0)
        share = dict(table.holders.select("holder", "share").iter_rows())
        guesser, human = share.get(GUESSER, 0.0), share.get(HUMAN, 0.0)
        row = {"check": check, "frontier": table.value, "guesser_alone": task.choices * check}
        row |= {"guesser": guesser, "models": 1 - guesser - human, "human": human}
        rows.append(row)
    return pl.DataFrame(rows)

"""Other numbers of attempts: the cost-of-pass study's models of outcomes and their re-runs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from analysis.economics.cost_of_pass import ratios
from analysis.economics.frontier import frontier
from analysis.economics.outcomes import Outcomes, outcomes
from analysis.economics.reruns import rerun, reruns
from analysis.fitting.uncertainty import percentile
from analysis.studies.cost_of_pass import Task

#: Numbers of attempts that re-runs are simulated for.
BOUGHT = (1, 2, 4, 8, 16, 32, 64)


def models_of_outcomes(found: Mapping[str, Task]) -> dict[str, Outcomes]:
    """Fit the model of outcomes to every task.

    Where there is one attempt a cell, the concentration is taken from the task with four.

    Parameters
    ----------
    found : mapping of str to Task
        The tasks.

    Returns
    -------
    dict of str to Outcomes
        By task.
    """
    fitted = {n: outcomes(t.records) for n, t in found.items() if t.records.most > 1}
    if not fitted:
        raise ValueError("found has no task with several attempts; accepted is one at least")
    shared = next(iter(fitted.values())).concentration
    return {
        n: fitted[n] if n in fitted else outcomes(t.records, concentration=shared)
        for n, t in found.items()
    }


def attempts_bought(
    task: Task, model: Outcomes, numbers: Sequence[float] = (*BOUGHT, math.inf), draws: int = 200
) -> pl.DataFrame:
    """Simulate the frontier that other numbers of attempts would show.

    Parameters
    ----------
    task : Task
        A task.
    model : Outcomes
        Its model of outcomes.
    numbers : sequence of float, optional
        Attempts a strategy and problem; infinite for known success rates.
    draws : int, optional
        Simulated re-runs for each.

    Returns
    -------
    polars.DataFrame
        The numbers of `rerun`, one row each.
    """
    return pl.DataFrame([rerun(model, n, task.human, draws=draws) for n in numbers])


def all_attempts_bought(
    found: Mapping[str, Task], fitted: Mapping[str, Outcomes]
) -> dict[str, pl.DataFrame]:
    """Simulate other numbers of attempts at every task, large tasks with fewer re-runs.

    Parameters
    ----------
    found : mapping of str to Task
        The tasks.
    fitted : mapping of str to Outcomes
        Their models of outcomes.

    Returns
    -------
    dict of str to polars.DataFrame
        By task what `attempts_bought` returns.
    """
    draws = {n: int(np.clip(300_000 // t.records.count.size, 15, 300)) for n, t in found.items()}
    return {n: attempts_bought(t, fitted[n], draws=draws[n]) for n, t in found.items()}


def outcomes_check(found: Mapping[str, Task], fitted: Mapping[str, Outcomes]) -> pl.DataFrame:
    """Hold the models of outcomes against what was seen, at the number of attempts that was seen.

    Parameters
    ----------
    found : mapping of str to Task
        The tasks.
    fitted : mapping of str to Outcomes
        Their models of outcomes.

    Returns
    -------
    polars.DataFrame
        Columns task, ``attempts``, ``unsolved`` as seen, the 95% range of re-runs ``unsolved_low``
        and ``unsolved_high``, and whether it holds what was seen.
    """
    rows = []
    for name, task in found.items():
        most = task.records.most
        lost = np.isinf(reruns(fitted[name], most, draws=100).best).mean(axis=1)
        low, high = percentile(lost, 0.95)
        seen = float(np.isinf(ratios(task.records)).all(axis=1).mean())
        row = {"task": name, "attempts": most, "unsolved": seen}
        row |= {"unsolved_low": low, "unsolved_high": high}
        rows.append(row | {"holds": bool(low <= seen <= high)})
    return pl.DataFrame(rows)


def concentrations(task: Task, values: Sequence[float], number: float = 4) -> pl.DataFrame:
    """Vary the concentration that is assumed where there is one attempt a cell.

    Parameters
    ----------
    task : Task
        A task.
    values : sequence of float
        Concentrations.
    number : float, optional
        Attempts of the simulated re-runs.

    Returns
    -------
    polars.DataFrame
        ``concentration`` and the numbers of `rerun`.
    """
    rows = [
        {"concentration": c}
        | rerun(outcomes(task.records, concentration=c), number, task.human, draws=100)
        for c in values
    ]
    return pl.DataFrame(rows)


def rules(found: Mapping[str, Task], fitted: Mapping[str, Outcomes]) -> pl.DataFrame:
    """Compare the definition with two rules that shrink the success rates.

    Parameters
    ----------
    found : mapping of str to Task
        The tasks.
    fitted : mapping of str to Outcomes
        Their models of outcomes.

    Returns
    -------
    polars.DataFrame
        Columns task, ``raw``, ``jeffreys``, and ``known_rates``: the beta-binomial model's frontier
        if all success rates were known, with ``low`` and ``high``.
    """
    rows = []
    for name, task in found.items():
        known = rerun(fitted[name], math.inf, task.human, draws=100)
        row: dict[str, Any] = {"task": name}
        row["raw"] = frontier(task.records, task.human, resamples=0).value
        row["jeffreys"] = frontier(task.records, task.human, rule="jeffreys", resamples=0).value
        row |= {"known_rates": known["frontier"], "low": known["low"], "high": known["high"]}
        rows.append(row)
    return pl.DataFrame(rows)

"""What the frontier would be with other models, attempts, days and prices, for the explorer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from analysis.economics.attempts import Attempts, Mask
from analysis.economics.cost_of_pass import ratios
from analysis.economics.frontier import HUMAN
from analysis.economics.outcomes import Outcomes, outcomes
from analysis.economics.reruns import reruns
from analysis.economics.resampling import by_parts, over_problems
from analysis.fitting.uncertainty import percentile
from analysis.studies.cost_of_pass import Task

Array = np.ndarray[Any, np.dtype[np.float64]]
Positions = np.ndarray[Any, np.dtype[np.intp]]

#: Which families are whose.
MAKERS = {
    "OpenAI": ("GPT-5", "gpt", "o1", "o3"),
    "Anthropic": ("Claude 4", "claude"),
    "Google": ("Gemini 3", "gemini"),
}
#: Concentration where one attempt says nothing about it: that of the task with four.
CONCENTRATION = 3.8
_CELLS = 60_000
_RESAMPLES = 400


@dataclass(frozen=True)
class Setting:
    """What is asked for, but for the price of the human.

    Attributes
    ----------
    task : str
        The task.
    attempts : float
        Attempts that are simulated; 0 for the records as they are, infinite for known rates.
    days_left_out : int
        How many of the newest days of release are left out.
    without : tuple of str
        Makers whose models are taken away.
    """

    task: str
    attempts: float
    days_left_out: int
    without: tuple[str, ...]


@dataclass(frozen=True)
class BestOf:
    """The cheapest model of each problem, in each re-run.

    Attributes
    ----------
    names : tuple of str
        Models in the set.
    until : str
        The newest day of release among those of the days asked for.
    best, holder : numpy.ndarray of shape (draws, problems)
        Cost-of-pass, infinite where no model passed, and which model it is.
    with_all : numpy.ndarray of shape (draws, problems)
        Cost-of-pass of the best with no maker taken away.
    """

    names: tuple[str, ...]
    until: str
    best: Array
    holder: Positions
    with_all: Array


@dataclass(frozen=True)
class Choice:
    """The frontier at one price of the human.

    Attributes
    ----------
    frontier, low, high : float
        The mean and its 95% interval: over problems for records, over re-runs of the same
        problems for simulated ones.
    models_usd : float
        What models take of the frontier; the rest is the human's price.
    essentialness : float
        Share of the frontier that the makers taken away would save.
    shares : dict of str to float
        Share of problems by holder, the largest first.
    """

    frontier: float
    low: float
    high: float
    models_usd: float
    essentialness: float
    shares: dict[str, float]


def model_of(task: Task) -> Outcomes:
    """Return the model of outcomes that re-runs of a task are simulated with.

    Parameters
    ----------
    task : Task
        The task.

    Returns
    -------
    Outcomes
        The model, at the one concentration of all tasks.
    """
    return outcomes(task.records, concentration=CONCENTRATION)


def best_of(task: Task, setting: Setting, model: Outcomes | None = None) -> BestOf:
    """Find the cheapest model of each problem in a setting.

    Parameters
    ----------
    task : Task
        The task.
    setting : Setting
        What is asked for.
    model : Outcomes, optional
        What `model_of` returns, if it is at hand.

    Returns
    -------
    BestOf
        For any price of the human.

    Examples
    --------
    >>> from analysis.studies.cost_of_pass import tasks
    >>> found = best_of(tasks()["AIME"], Setting("AIME", 0, 0, ("OpenAI", "Google")))
    >>> found.names, found.best.shape
    (('claude-haiku-4.5', 'claude-opus-4.6-thinking', 'kimi-k2.5'), (1, 60))
    """
    records = task.records
    days = records.strategies["released"].unique().sort()
    last = days[max(len(days) - 1 - setting.days_left_out, 0)]
    early = (records.strategies["released"] <= last).to_numpy()
    families = [f for maker in setting.without for f in MAKERS[maker]]
    kept = early & ~records.strategies["family"].is_in(families).to_numpy()
    if setting.attempts and model is None:
        model = model_of(task)
    best, holder = _cheapest(records, kept, setting.attempts, model)
    with_all = (
        best if (kept == early).all() else _cheapest(records, early, setting.attempts, model)[0]
    )
    names = records.strategies.filter(pl.Series(kept))["name"]
    return BestOf(tuple(names), str(last), best, holder, with_all)


def choose(found: BestOf, human: float) -> Choice:
    """Compute the frontier at a price of the human.

    Parameters
    ----------
    found : BestOf
        The cheapest model of each problem.
    human : float
        What a human expert costs a problem.

    Returns
    -------
    Choice
        The frontier and who holds it.
    """
    held = found.best > human
    values = np.minimum(found.best, human)
    mean = float(values.mean())
    if len(values) == 1:
        rest = np.where(held[0], 0.0, values[0])
        draws = over_problems(rest[:, None], _RESAMPLES, seed=0)[:, 0]
        span = by_parts(draws, values[0], held[0], human, level=0.95)
        low, high = span.low, span.high
    else:
        low, high = percentile(values.mean(axis=1), 0.95)
    counts = np.bincount(found.holder[~held], minlength=len(found.names)) / held.size
    shares = dict(zip(found.names, counts.tolist(), strict=False)) | {HUMAN: float(held.mean())}
    ordered = sorted(((n, s) for n, s in shares.items() if s > 0), key=lambda x: (-x[1], x[0]))
    whole = float(np.minimum(found.with_all, human).mean())
    models = float(np.where(held, 0.0, values).mean())
    return Choice(mean, low, high, models, 1 - whole / mean, dict(ordered))


def _cheapest(
    records: Attempts, kept: Mask, number: float, model: Outcomes | None
) -> tuple[Array, Positions]:
    some = records.keep(kept)
    if not kept.any():
        nothing = np.full((1, len(records.problems)), math.inf)
        return nothing, np.zeros(nothing.shape, dtype=np.intp)
    if model is None or number == 0:
        ratio = ratios(some)
        return ratio.min(axis=1)[None, :], ratio.argmin(axis=1)[None, :]
    draws = int(np.clip(_CELLS // records.count.size, 4, 100))
    found = reruns(model.keep(kept), number, draws=draws, seed=0)
    return found.best, found.holder

"""The task ladder: small runs and their checkpoints in, the score of a large run out."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from analysis.capability.chain import Chain
from analysis.fitting.fit import Fit, fit
from analysis.fitting.objectives import objective_from
from analysis.laws.catalog import law
from analysis.laws.law import Law

Array = np.ndarray[Any, np.dtype[np.float64]]

#: First steps by name: the law, and the column of a checkpoint that holds its loss.
FIRST = {
    "task loss": ("task-loss", "task_loss"),
    "task loss, compute alone": ("task-loss-compute", "task_loss"),
    "C4 loss": ("task-loss", "loss"),
}
WEIGHTS = ("checkpoints", "runs")
#: Where the authors start their search, apart from the score of a guess.
_START = {"L0": 0.9, "k": 3.0, "b": 1.0}


@dataclass(frozen=True)
class LadderChoices:
    """What an analyst decides before a ladder forecasts; by default what its authors decided.

    Parameters
    ----------
    first : str, optional
        Which loss, and from what; a key of `FIRST`.
    smooth : int, optional
        Checkpoints in a trailing mean of loss and score; 1 leaves them as measured.
    skip : float, optional
        Share of each run's checkpoints left out at its start in the second step; 1 keeps the
        last one alone.
    anchor : bool, optional
        Add a point that nobody measured: loss 0, score 1.
    bounded : bool, optional
        Keep the sigmoid between 0 and 1, as the authors do; else both ends are free.
    weights : {"checkpoints", "runs"}, optional
        What counts alike in the second step: longer runs have more checkpoints.
    objective : str, optional
        What the first step minimises of log loss, as `analysis.fit` takes it.

    Raises
    ------
    ValueError
        If one of them is out of range.

    Examples
    --------
    >>> LadderChoices(smooth=1).anchor
    True
    """

    first: str = "task loss"
    smooth: int = 5
    skip: float = 0.1
    anchor: bool = True
    bounded: bool = True
    weights: str = "checkpoints"
    objective: str = "huber:1e-3"

    def __post_init__(self) -> None:
        if self.first not in FIRST:
            raise ValueError(f"first is {self.first!r}; accepted are {', '.join(FIRST)}")
        if self.weights not in WEIGHTS:
            raise ValueError(f"weights is {self.weights!r}; accepted are {', '.join(WEIGHTS)}")
        if not (isinstance(self.smooth, int) and self.smooth >= 1):
            raise ValueError(f"smooth is {self.smooth!r}; accepted are whole numbers from 1")
        if not 0 <= self.skip <= 1:
            raise ValueError(f"skip is {self.skip!r}; accepted is 0 to 1")
        objective_from(self.objective, 1e-3)


def trailing_mean(values: Array, window: int) -> Array:
    """Average each value with those before it, as many as there are at the start.

    Parameters
    ----------
    values : array of shape (n,)
        Values in order.
    window : int
        Values in a mean.

    Returns
    -------
    numpy.ndarray of shape (n,)
        Means.

    Examples
    --------
    >>> trailing_mean([1.0, 3.0, 5.0], 2).tolist()
    [1.0, 2.0, 4.0]
    """
    given = np.asarray(values, dtype=float)
    total = np.concatenate([[0.0], np.cumsum(given)])
    last = np.arange(1, len(given) + 1)
    first = np.maximum(0, last - window)
    means: Array = (total[last] - total[first]) / (last - first)
    return means


def endings(checkpoints: pl.DataFrame, smooth: int = 5) -> pl.DataFrame:
    """Average what each run shows at its end.

    Parameters
    ----------
    checkpoints : polars.DataFrame
        One task: run, step, tokens, loss, task_loss, accuracy.
    smooth : int, optional
        Last checkpoints to average.

    Returns
    -------
    polars.DataFrame
        One row a run: run, tokens at the end, and the means of loss, task_loss and accuracy.
    """
    return (
        checkpoints.sort("run", "step")
        .group_by("run", maintain_order=True)
        .agg(
            pl.col("tokens").last(),
            *(pl.col(name).tail(smooth).mean() for name in ("loss", "task_loss", "accuracy")),
        )
    )


def fit_ladder(
    runs: pl.DataFrame,
    checkpoints: pl.DataFrame,
    choices: LadderChoices | None = None,
    *,
    first: Fit | None = None,
    resamples: int = 0,
    seed: int = 0,
) -> Chain:
    """Fit the two steps of a task ladder to one task.

    Parameters
    ----------
    runs : polars.DataFrame
        The small runs, one row each: run, params, flops.
    checkpoints : polars.DataFrame
        Their checkpoints on one task: run, step, tokens, loss, task_loss, accuracy, chance. Other
        runs are left aside.
    choices : LadderChoices, optional
        How; as the authors by default.
    first : Fit, optional
        A first step that was fitted before, to go with another second one.
    resamples, seed : int, optional
        Bootstrap over runs, the same ones in both steps; a run takes its checkpoints along.

    Returns
    -------
    Chain
        Predicts the score of a run from params and tokens, or flops.

    Raises
    ------
    ValueError
        If there are checkpoints of several tasks.
    DataError
        If a run has no checkpoint, or a column is missing.

    References
    ----------
    Bhagia et al. 2024, arXiv 2412.04403.
    """
    choices = choices or LadderChoices()
    if "task" in checkpoints.columns and checkpoints["task"].n_unique() != 1:
        raise ValueError(f"checkpoints hold {checkpoints['task'].n_unique()} tasks; accepted is 1")
    key, column = FIRST[choices.first]
    own = checkpoints.join(runs.select("run"), on="run", how="semi").sort("run", "step")
    ends = runs.select("run", "params", "flops").join(endings(own, choices.smooth), on="run")
    ends = ends.sort("run").with_columns(task_loss=column)
    drawn: dict[str, Any] = {"cluster": "run", "resamples": resamples, "seed": seed}
    first = first or fit(law(key), ends, objective=choices.objective, **drawn)
    curve = _curve(own.with_columns(task_loss=column), choices)
    chance = float(own["chance"][0])
    start = {"a": chance - 1, **_START}
    second = fit(_sigmoid(choices.bounded), curve, weights="weight", start=start, **drawn)
    return Chain(first, second)


def _sigmoid(bounded: bool) -> Law:
    one = law("task-accuracy")
    return one if bounded else replace(one, bounds={"a": (-math.inf, 0), "b": (0, math.inf)})


def _curve(own: pl.DataFrame, choices: LadderChoices) -> pl.DataFrame:
    """Return the points of the second step, with their weights."""
    parts = []
    count = own["run"].n_unique()
    for (run,), rows in own.group_by("run", maintain_order=True):
        kept = min(math.ceil(choices.skip * rows.height), rows.height - 1)
        smooth = {
            name: trailing_mean(rows[name].to_numpy()[kept:], choices.smooth)
            for name in ("task_loss", "accuracy")
        }
        weight = 1.0 if choices.weights == "checkpoints" else 1 / (rows.height - kept)
        parts.append(pl.DataFrame(smooth).with_columns(run=pl.lit(run), weight=pl.lit(weight)))
    if choices.anchor:
        # A share of the point goes with each run, so that every resample holds it once.
        point = {"task_loss": 0.0, "accuracy": 1.0, "weight": 1 / count}
        anchors = own.select(pl.col("run").unique(maintain_order=True)).with_columns(
            **{name: pl.lit(value) for name, value in point.items()}
        )
        parts.append(anchors.select(parts[0].columns))
    return pl.concat(parts)

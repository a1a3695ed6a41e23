"""The study of learning rate and batch size: where the best lie and how surely it is known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from analysis.fitting.fit import Fit, fit
from analysis.laws.catalog import law
from analysis.laws.law import Law
from analysis.progress import track
from analysis.runs import load

Array = np.ndarray[Any, np.dtype[np.float64]]

SEED = 42
RESAMPLES = 1000
#: The authors take runs within this much of the best loss of their cell, in per cent.
SELECTED = 0.25
#: The coefficients as the paper prints them, by law.
PRINTED = {"step-learning-rate": "step_law2025", "step-batch": "step_law2025-batch"}


def grid(kind: str = "dense") -> pl.DataFrame:
    """Return the runs of a grid, each with its cell and how far above the best of it its loss is.

    Parameters
    ----------
    kind : {"dense", "experts"}, optional
        Dense models or mixtures of experts.

    Returns
    -------
    polars.DataFrame
        The runs with ``cell`` (models of one shape trained on as many tokens, by name),
        ``excess`` (percent above the lowest loss of the cell), and ``params_read``, the
        parameters a law is to read: for mixtures those that one token passes through.

    Raises
    ------
    ValueError
        If there is no such grid.
    """
    if kind not in ("dense", "experts"):
        raise ValueError(f"kind is {kind!r}; accepted are dense, experts")
    dense = kind == "dense"
    runs = load("step-law" if dense else "step-law-experts")
    shape = "params_non_vocabulary" if dense else "params_active"
    size = (pl.col(shape) / 1e6).round().cast(pl.Int64)
    name = pl.format("{}M, {}B tokens", size, (pl.col("tokens") / 1e9).round(1))
    return runs.with_columns(cell=name, params_read=pl.col(shape)).with_columns(
        excess=100 * (pl.col("loss") / pl.col("loss").min().over("cell") - 1)
    )


def select(runs: pl.DataFrame, percent: float) -> pl.DataFrame:
    """Use the runs near the best of their cell, and no others.

    Parameters
    ----------
    runs : polars.DataFrame
        Runs of `grid`.
    percent : float
        How far above the lowest loss of the cell a run may lie.

    Returns
    -------
    polars.DataFrame
        The runs with ``used`` set anew.
    """
    return runs.with_columns(used=pl.col("excess") <= percent)


def refit(runs: pl.DataFrame, key: str, resamples: int = RESAMPLES) -> Fit:
    """Fit a law to the used runs, resampling whole cells.

    Runs of one cell share their model and tokens: they are not independent evidence on how the
    optimum moves with either.

    Parameters
    ----------
    runs : polars.DataFrame
        Runs of `grid`.
    key : str
        Key of a law of the best learning rate or batch.
    resamples : int, optional
        Bootstrap of the cells.

    Returns
    -------
    Fit
        The fit; N is read from ``params_read``.
    """
    return fit(reading(key), runs, resamples=resamples, seed=SEED, cluster="cell")


def reading(key: str) -> Law:
    """Return a law that reads its parameters from ``params_read``.

    Parameters
    ----------
    key : str
        Key of a law.

    Returns
    -------
    Law
        The law; unchanged if it reads no parameters.
    """
    found = law(key)
    return found.reading(N="params_read") if "N" in found.inputs else found


def selection_path(
    runs: pl.DataFrame, percents: Sequence[float], resamples: int = 300, level: float = 0.95
) -> pl.DataFrame:
    """Fit both laws at each width of the selection.

    Parameters
    ----------
    runs : polars.DataFrame
        Runs of `grid`.
    percents : sequence of float
        Widths: how far above the best of its cell a run may lie.
    resamples : int, optional
        Bootstrap of the cells.
    level : float, optional
        Level of the intervals.

    Returns
    -------
    polars.DataFrame
        One row a width: percent, runs, and the exponents ``rate_params``, ``rate_tokens`` and
        ``batch_tokens`` with their ends.
    """
    rows = []
    for percent in track(list(percents), label="width"):
        chosen = select(runs, percent)
        rate = refit(chosen, "step-learning-rate", resamples)
        batch = refit(chosen, "step-batch", resamples)
        row: dict[str, Any] = {"percent": percent, "runs": rate.rows}
        for name, found, letter in (
            ("rate_params", rate, "a"),
            ("rate_tokens", rate, "b"),
            ("batch_tokens", batch, "b"),
        ):
            row[name] = found.parameters[letter]
            row[f"{name}_low"], row[f"{name}_high"] = found.interval(letter, level)
        rows.append(row)
    return pl.DataFrame(rows)


def without_each_cell(runs: pl.DataFrame) -> pl.DataFrame:
    """Fit both laws leaving out one cell at a time.

    Parameters
    ----------
    runs : polars.DataFrame
        Runs of `grid`.

    Returns
    -------
    polars.DataFrame
        One row a cell left out: cell, rate_params, rate_tokens and batch_tokens.
    """
    rows = []
    for cell in runs["cell"].unique(maintain_order=True).sort():
        rest = runs.filter(pl.col("cell") != cell)
        rate = refit(rest, "step-learning-rate", 0).parameters
        batch = refit(rest, "step-batch", 0).parameters
        rows.append(
            {"cell": cell, "rate_params": rate["a"], "rate_tokens": rate["b"]}
            | {"batch_tokens": batch["b"]}
        )
    return pl.DataFrame(rows)


def rivals(predicts: str) -> dict[str, Law]:
    """Return the laws that are compared on larger budgets than they were fitted to.

    Parameters
    ----------
    predicts : {"learning_rate", "batch_tokens"}
        What they predict.

    Returns
    -------
    dict of str to Law
        By name; the last has the printed coefficients.
    """
    step, other = {
        "learning_rate": ("step-learning-rate", "learning-rate"),
        "batch_tokens": ("step-batch", "batch"),
    }[predicts]
    return {
        "step law": reading(step),
        "parameters alone": reading(f"{other}-of-params"),
        "compute alone": reading(f"{other}-of-compute"),
        "step law as printed": reading(step).with_published(PRINTED[step]),
    }


def best_at_each_batch(runs: pl.DataFrame, percent: float = 1.0) -> pl.DataFrame:
    """Return the best run at every batch of every cell.

    Parameters
    ----------
    runs : polars.DataFrame
        Runs of `grid`.
    percent : float, optional
        Batches whose best run lies further above the best of the cell are not used.

    Returns
    -------
    polars.DataFrame
        One run a cell and batch.
    """
    best = runs.sort("loss").group_by("cell", "batch_tokens", maintain_order=True).first()
    return select(best.select(runs.columns), percent).sort("params_read", "tokens", "batch_tokens")

"""What laws of learning rate and batch size advise, and what following them costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from analysis.fitting.fit import Fit
from analysis.laws.catalog import law
from analysis.laws.law import Law
from analysis.studies.hyperparameters import PRINTED, reading, refit

Array = np.ndarray[Any, np.dtype[np.float64]]


def nearest(runs: pl.DataFrame, rate: Array, batch: Array) -> pl.DataFrame:
    """Find the run of each cell that lies nearest to what a law advises.

    Parameters
    ----------
    runs : polars.DataFrame
        Runs of `grid`.
    rate, batch : numpy.ndarray of shape (runs,)
        The advised learning rate, and the advised batch in tokens.

    Returns
    -------
    polars.DataFrame
        One row a cell: cell, params_read, tokens, the run's learning_rate and batch_tokens, and
        its excess in per cent. Distance is that of the logarithms, both counted alike.
    """
    away = np.log(runs["learning_rate"].to_numpy() / rate) ** 2
    away += np.log(runs["batch_tokens"].to_numpy() / batch) ** 2
    ordered = runs.with_columns(away=away).sort("params_read", "tokens", "away")
    names = ["cell", "params_read", "tokens", "learning_rate", "batch_tokens", "excess"]
    return ordered.group_by("cell", maintain_order=True).first().select(names)


def advised(runs: pl.DataFrame, rate: Law | Fit, batch: Law | Fit) -> pl.DataFrame:
    """Find the run of each cell that lies nearest to two laws.

    Parameters
    ----------
    runs : polars.DataFrame
        Runs of `grid`.
    rate, batch : Law or Fit
        Laws with values, or fits.

    Returns
    -------
    polars.DataFrame
        As from `nearest`.
    """
    return nearest(runs, values(rate, runs), values(batch, runs))


def values(source: Law | Fit, runs: pl.DataFrame | dict[str, Any]) -> Array:
    """Return what a law or a fit predicts, as plain numbers.

    Parameters
    ----------
    source : Law or Fit
        A law with values, or a fit.
    runs : polars.DataFrame or dict of str to array
        The columns that it reads.

    Returns
    -------
    numpy.ndarray of shape (runs,)
        The predictions.
    """
    if isinstance(source, Fit):
        return source.predict(runs)[source.law.predicts].to_numpy()
    return source.predict(runs)


def total_params(runs: pl.DataFrame) -> float:
    """Return the parameters of a typical model of a grid, every expert counted.

    Parameters
    ----------
    runs : polars.DataFrame
        Runs of `grid`.

    Returns
    -------
    float
        The median of the parameters without the vocabulary.
    """
    return float(np.median(runs["params_non_vocabulary"].to_numpy()))


def cost_of_advice(dense: pl.DataFrame, experts: pl.DataFrame) -> pl.DataFrame:
    """Say what following each law costs on each grid.

    Parameters
    ----------
    dense, experts : polars.DataFrame
        Runs of `grid`.

    Returns
    -------
    polars.DataFrame
        One row a law and grid: law, fitted_to, N, grid, and the excess of the run nearest to its
        advice over cells: mean, median and largest, in per cent.
    """
    keys = list(PRINTED)
    plain = [law(k).with_published(n) for k, n in PRINTED.items()]
    active = [reading(k).with_published(n) for k, n in PRINTED.items()]
    own = {"dense": dense, "experts": experts}
    fits = {name: [refit(runs, k, 0) for k in keys] for name, runs in own.items()}
    cases: list[tuple[str, str, str, str, Sequence[Law | Fit]]] = [
        ("published", "all runs of the paper", "all", "dense", plain),
        ("refitted", "dense", "all", "dense", fits["dense"]),
        ("published", "all runs of the paper", "active", "experts", active),
        ("published", "all runs of the paper", "all", "experts", plain),
        ("refitted", "experts", "active", "experts", fits["experts"]),
    ]
    rows = []
    for name, fitted_to, counted, where, laws in cases:
        excess = advised(own[where], *laws)["excess"].to_numpy()
        rows.append(
            {"law": name, "fitted_to": fitted_to, "N": counted, "grid": where}
            | {"mean": float(excess.mean()), "median": float(np.median(excess))}
            | {"largest": float(excess.max())}
        )
    return pl.DataFrame(rows)


def lines(rate: Fit, batch: Fit, sizes: Sequence[float]) -> dict[float, dict[str, pl.DataFrame]]:
    """Evaluate the refitted and the published laws along tokens.

    Parameters
    ----------
    rate, batch : Fit
        The refitted laws.
    sizes : sequence of float
        Parameters.

    Returns
    -------
    dict of float to dict
        By size, and by ``refitted`` or ``published``: tokens, learning_rate and batch_tokens, the
        refitted ones with the ends of 90% intervals.
    """
    tokens = np.geomspace(3e9, 1.5e11, 40)
    out = {}
    for size in sizes:
        at = pl.DataFrame({"params_read": np.full(40, size), "tokens": tokens})
        fitted = [one.predict(at, "confidence") for one in (rate, batch)]
        printed = [reading(k).with_published(n) for k, n in PRINTED.items()]
        theirs = {one.predicts: one.predict(at) for one in printed}
        out[size] = {
            "refitted": pl.concat([at, *fitted], how="horizontal"),
            "published": at.with_columns(**theirs),
        }
    return out


def settings(runs: pl.DataFrame, rate: Law | Fit, batch: Law | Fit) -> pl.DataFrame:
    """Return what two laws advise for each cell.

    Parameters
    ----------
    runs : polars.DataFrame
        Runs of `grid`.
    rate, batch : Law or Fit
        Laws with values, or fits.

    Returns
    -------
    polars.DataFrame
        One row a cell: cell, params_read, tokens, learning_rate and batch_tokens.
    """
    cells = runs.unique("cell", keep="first", maintain_order=True).sort("params_read", "tokens")
    advice = {"learning_rate": values(rate, cells), "batch_tokens": values(batch, cells)}
    return cells.select("cell", "params_read", "tokens").with_columns(**advice)

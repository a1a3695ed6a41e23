"""Whether small models foretell large ones: at equal loss, equal compute, equal tokens."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from analysis.fitting.fit import fit
from analysis.fitting.uncertainty import percentile
from analysis.laws.catalog import law
from analysis.studies.training_dynamics import LAST_STEP, polynomial, size_draws

Array = np.ndarray[Any, np.dtype[np.float64]]

AGAINST: dict[str, str] = {
    "loss": "equal loss on LAMBADA",
    "flops": "equal compute",
    "tokens": "equal tokens",
}
"""What two checkpoints may have in common, by column."""


def position(rows: pl.DataFrame, against: str) -> Array:
    """Return where checkpoints stand on an axis on which a score is nearly smooth.

    Parameters
    ----------
    rows : polars.DataFrame
        What `curves` returns, or a part of it.
    against : str
        A key of `AGAINST`.

    Returns
    -------
    numpy.ndarray of shape (rows,)
        The loss, or the logarithm of compute or tokens.

    Raises
    ------
    ValueError
        If `against` is none of these.
    """
    if against not in AGAINST:
        raise ValueError(f"against is {against!r}; accepted are {', '.join(AGAINST)}")
    values = rows[against].to_numpy()
    return values if against == "loss" else np.log(values)


def foretold(rows: pl.DataFrame, target: float, against: str) -> pl.DataFrame:
    """Foretell the scores of one size from those of all others, where these have been.

    Parameters
    ----------
    rows : polars.DataFrame
        The curves of one benchmark.
    target : float
        Parameters of the size that is left out.
    against : str
        A key of `AGAINST`.

    Returns
    -------
    polars.DataFrame
        The rows of that size, with ``foretold`` and ``inside``: whether other sizes have stood
        on both sides of the checkpoint, so that nothing is extrapolated.
    """
    own = rows["params"].to_numpy() == target
    x, y = position(rows, against), rows["score"].to_numpy()
    said = polynomial(x[~own], y[~own], x[own])
    inside = (x[own] >= x[~own].min()) & (x[own] <= x[~own].max())
    return rows.filter(own).with_columns(foretold=pl.Series(said), inside=pl.Series(inside))


def miss(said: pl.DataFrame) -> float:
    """Return the root mean square miss where nothing is extrapolated.

    Parameters
    ----------
    said : polars.DataFrame
        What `foretold` returns.

    Returns
    -------
    float
        In points of percent; NaN where no checkpoint is inside.
    """
    inside = said.filter("inside")
    off = (inside["foretold"] - inside["score"]).to_numpy()
    return float(100 * np.sqrt(np.mean(off**2))) if len(off) else math.nan


def left_out_sizes(table: pl.DataFrame) -> pl.DataFrame:
    """Foretell every size from the others, in three ways.

    Parameters
    ----------
    table : polars.DataFrame
        What `curves` returns.

    Returns
    -------
    polars.DataFrame
        One row a benchmark: ``noise``, the mean standard error of a score, and for each key of
        `AGAINST` the root mean square miss over checkpoints that need no extrapolation; in
        points of percent.
    """
    found = []
    for (name,), rows in table.group_by("benchmark", maintain_order=True):
        line: dict[str, Any] = {
            "benchmark": name,
            "noise": float(100 * rows["score_error"].to_numpy().mean()),
        }
        for against in AGAINST:
            parts = [foretold(rows, size, against) for size in rows["params"].unique().sort()]
            line[against] = miss(pl.concat(parts))
        found.append(line)
    return pl.DataFrame(found)


def size_effect(
    table: pl.DataFrame, against: str = "loss", resamples: int = 300, seed: int = 0
) -> pl.DataFrame:
    """Return what a model ten times larger scores more, all else on the axis being equal.

    The score is taken to be a cubic on the axis plus a multiple of the logarithm of the size.
    Whole sizes are resampled, since the checkpoints of one run are not independent.

    Parameters
    ----------
    table : polars.DataFrame
        What `curves` returns.
    against : str, optional
        A key of `AGAINST`.
    resamples : int, optional
        How often.
    seed : int, optional
        Of the draws.

    Returns
    -------
    polars.DataFrame
        One row a benchmark: ``effect``, ``effect_low`` and ``effect_high`` at 90%, in points of
        percent.
    """
    found = []
    for (name,), rows in table.group_by("benchmark", maintain_order=True):
        draws = [
            one_effect(rows[kept], against)
            for kept in size_draws(rows["params"].to_numpy(), resamples, seed)
        ]
        low, high = percentile(np.array(draws), 0.9)
        found.append((name, one_effect(rows, against), low, high))
    names = ["benchmark", "effect", "effect_low", "effect_high"]
    return pl.DataFrame(found, schema=names, orient="row")


def one_effect(rows: pl.DataFrame, against: str) -> float:
    """Return what a model ten times larger scores more on one benchmark; see `size_effect`.

    Parameters
    ----------
    rows : polars.DataFrame
        The curves of one benchmark.
    against : str
        A key of `AGAINST`.

    Returns
    -------
    float
        Points of percent.
    """
    x, size = position(rows, against), np.log10(rows["params"].to_numpy())
    x = (x - x.mean()) / x.std()
    terms = np.stack([size, *(x**power for power in range(4))], axis=1)
    return float(100 * np.linalg.lstsq(terms, rows["score"].to_numpy(), rcond=None)[0][0])


def largest_from_smaller(
    table: pl.DataFrame, names: Sequence[str], first_steps: Sequence[int] = (1000, 13_000)
) -> pl.DataFrame:
    """Foretell the last score of the largest model from models up to some size.

    Two ways know the large model's own loss and put it into a sigmoid that is fitted to the
    checkpoints of smaller ones; the third draws a line in the logarithm of size through the last
    scores of the three largest models allowed, and knows nothing of the large one.

    Parameters
    ----------
    table : polars.DataFrame
        What `curves` returns.
    names : sequence of str
        Benchmarks.
    first_steps : sequence of int, optional
        The first checkpoint that a sigmoid is fitted to; one way for each.

    Returns
    -------
    polars.DataFrame
        ``benchmark``, ``size`` and ``params`` of the largest model used, ``way``, ``foretold``,
        ``off`` in points of percent, and ``status`` of the fit.
    """
    sizes = table["params"].unique().sort().to_list()
    found: list[dict[str, Any]] = []
    for name in names:
        rows = table.filter(benchmark=name).rename({"loss": "task_loss", "score": "accuracy"})
        last = rows.filter(params=sizes[-1], step=LAST_STEP)
        seen = last["accuracy"].item()
        for most in sizes[2:-1]:
            smaller = rows.filter(pl.col("params") <= most)
            about = {"benchmark": name, "params": most, "size": smaller["size"][-1]}
            for step in first_steps:
                fitted = fit(law("task-accuracy"), smaller.filter(pl.col("step") >= step))
                said = float(fitted.law.predict(last, fitted.parameters)[0])
                way = f"sigmoid in loss, from step {step:,}"
                found.append(about | {"way": way, "foretold": said, "status": fitted.status})
            said = _line_in_size(smaller.filter(step=LAST_STEP), sizes[-1])
            found.append(about | {"way": "line in log size", "foretold": said, "status": "exact"})
            for one in found[-len(first_steps) - 1 :]:
                one["off"] = 100 * (one["foretold"] - seen)
    return pl.DataFrame(found)


def _line_in_size(ends: pl.DataFrame, target: float) -> float:
    near = ends.sort("params").tail(3)
    x, y = np.log(near["params"].to_numpy()), near["accuracy"].to_numpy()
    return float(polynomial(x, y, np.array([np.log(target)]), degree=1)[0])

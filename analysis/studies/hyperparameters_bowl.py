"""The loss around the best learning rate and batch: one bowl for all cells of a grid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from analysis.fitting.uncertainty import percentile

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, eq=False)
class Bowl:
    """How fast the loss rises around the best setting, alike in all cells.

    Parameters
    ----------
    curvature : numpy.ndarray of shape (3,)
        Second derivatives of 100 ln(loss): in ln(rate), in ln(batch), and mixed.
    draws : numpy.ndarray of shape (resamples, 3)
        The same in each resample of the cells.
    cells : polars.DataFrame
        One row a cell: cell, params_read, tokens, the bottom's learning_rate and batch_tokens,
        and its floor (loss).
    scatter : float
        Standard deviation of what is left of 100 ln(loss), in per cent of the loss.
    rows : int
        Runs fitted.
    """

    curvature: Array
    draws: Array
    cells: pl.DataFrame
    scatter: float
    rows: int

    def excess(
        self, rate_factor: Any, batch_factor: Any, level: float = 0.9
    ) -> tuple[Array, Array, Array]:
        """Return the loss above the bottom, off by a factor in each setting.

        Parameters
        ----------
        rate_factor, batch_factor : float or array
            The setting over the best one.
        level : float, optional
            Level of the interval, from resampled cells.

        Returns
        -------
        value : numpy.ndarray
            Percent of the loss.
        low, high : numpy.ndarray
            Its ends.
        """
        u, v = np.broadcast_arrays(np.log(rate_factor), np.log(batch_factor))
        terms = np.stack([u * u / 2, v * v / 2, u * v])
        value = np.tensordot(self.curvature, terms, 1)
        ends = [(1 - level) / 2, (1 + level) / 2]
        low, high = np.quantile(np.tensordot(self.draws, terms, 1), ends, axis=0)
        to_percent = 100 * np.expm1(np.stack([value, low, high]) / 100)
        return to_percent[0], to_percent[1], to_percent[2]

    def plateau(self, percent: float = 0.25) -> dict[str, tuple[float, float, float]]:
        """Return by which factor a setting may be missed at a given cost.

        Parameters
        ----------
        percent : float, optional
            The cost in per cent of the loss.

        Returns
        -------
        dict of str to (float, float, float)
            The factor and the ends of its 90% interval: rate alone, batch alone, both moved the
            same way, and both moved in opposite ways.
        """
        out = {}
        for name, (u, v) in DIRECTIONS.items():
            way = np.array([u * u / 2, v * v / 2, u * v])
            cost = 100 * np.log1p(percent / 100)
            factors = np.exp(np.sqrt(cost / (self.draws @ way)))
            low, high = percentile(factors, 0.9)
            point = float(np.exp(np.sqrt(cost / (self.curvature @ way))))
            out[name] = (point, low, high)
        return out


#: Ways to miss the best setting: the power of the factor in the rate, and in the batch.
DIRECTIONS = {
    "rate alone": (1.0, 0.0),
    "batch alone": (0.0, 1.0),
    "both the same way": (1.0, 1.0),
    "in opposite ways": (1.0, -1.0),
}


def fit_bowl(
    runs: pl.DataFrame, percent: float = 1.0, resamples: int = 1000, seed: int = 42
) -> Bowl:
    """Fit one bowl to the runs near the best of their cell.

    The logarithm of the loss is a quadratic function of ln(rate) and ln(batch): each cell has a
    bottom and a floor of its own, the curvature is shared.

    Parameters
    ----------
    runs : polars.DataFrame
        Runs of `analysis.studies.hyperparameters.grid`.
    percent : float, optional
        How far above the best of its cell a run may lie.
    resamples, seed : int, optional
        Bootstrap of the cells.

    Returns
    -------
    Bowl
        The bowl.

    Raises
    ------
    ValueError
        If a cell has fewer than four runs within the percentage.
    """
    near = runs.filter(pl.col("excess") <= percent).sort("params_read", "tokens")
    groups = near.partition_by("cell", maintain_order=True)
    if min(group.height for group in groups) < 4:
        raise ValueError(f"percent is {percent}; a cell has fewer than four runs so near its best")
    parts = [_partial(group) for group in groups]
    # With a cell's own terms taken out, cells add up in the normal equations.
    left = np.stack([q.T @ q for q, _ in parts])
    right = np.stack([q.T @ z for q, z in parts])
    curvature = np.linalg.solve(left.sum(0), right.sum(0))
    drawn = np.random.default_rng(seed).integers(len(parts), size=(resamples, len(parts)))
    draws = np.linalg.solve(left[drawn].sum(1), right[drawn].sum(1)[..., None])[..., 0]
    squares = sum(float(((z - q @ curvature) ** 2).sum()) for q, z in parts)
    free = near.height - 3 * len(parts) - 3
    return Bowl(
        curvature=curvature,
        draws=draws,
        cells=pl.DataFrame([_bottom(group, curvature) for group in groups]),
        scatter=float(np.sqrt(squares / free)),
        rows=near.height,
    )


def _terms(cell: pl.DataFrame) -> tuple[Array, Array, Array, Array]:
    """Return a cell's own terms, the shared ones, 100 ln(loss), and the middle of the cell."""
    settings = np.log(cell.select("learning_rate", "batch_tokens").to_numpy())
    middle = settings.mean(axis=0)
    u, v = (settings - middle).T
    own = np.column_stack([np.ones_like(u), u, v])
    shared = np.column_stack([u * u / 2, v * v / 2, u * v])
    return own, shared, 100 * np.log(cell["loss"].to_numpy()), middle


def _partial(cell: pl.DataFrame) -> tuple[Array, Array]:
    own, shared, z, _ = _terms(cell)
    both = np.column_stack([shared, z])
    rest = both - own @ np.linalg.lstsq(own, both, rcond=None)[0]
    return rest[:, :3], rest[:, 3]


def _bottom(cell: pl.DataFrame, curvature: Array) -> dict[str, Any]:
    own, shared, z, middle = _terms(cell)
    level, *slope = np.linalg.lstsq(own, z - shared @ curvature, rcond=None)[0]
    a, b, mixed = curvature
    step = -np.linalg.solve(np.array([[a, mixed], [mixed, b]]), slope)
    floor = level + 0.5 * float(np.dot(slope, step))
    rate, batch = np.exp(middle + step)
    first = cell.row(0, named=True)
    return {name: first[name] for name in ("cell", "params_read", "tokens")} | {
        "learning_rate": float(rate),
        "batch_tokens": float(batch),
        "floor": float(np.exp(floor / 100)),
    }

"""Observational scaling: what several benchmarks of many models have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from analysis.errors import DataError

Array = np.ndarray[Any, np.dtype[np.float64]]

_ROUNDS, _SETTLED = 2000, 1e-9


@dataclass(frozen=True)
class Components:
    """Principal components of scores, from tables with gaps.

    Parameters
    ----------
    benchmarks : tuple of str
        The columns.
    means, scales : numpy.ndarray of shape (benchmarks,)
        Mean and standard deviation of the scores that are there; gaps are filled on this scale.
    middle : numpy.ndarray of shape (benchmarks,)
        Mean of the filled scores on that scale.
    filling : numpy.ndarray of shape (rank, benchmarks)
        Axes through it that fill gaps.
    centre : numpy.ndarray of shape (benchmarks,)
        Mean of the filled scores.
    axes : numpy.ndarray of shape (components, benchmarks)
        Axes of the filled scores, each of length 1 and with a positive sum.
    shares : numpy.ndarray of shape (components,)
        Share of the variance of the filled scores along each axis.
    filled : int
        Gaps that were filled.
    """

    benchmarks: tuple[str, ...]
    means: Array
    scales: Array
    middle: Array
    filling: Array
    centre: Array
    axes: Array
    shares: Array
    filled: int

    def __repr__(self) -> str:
        shares = ", ".join(f"{share:.3f}" for share in self.shares)
        return (
            f"<Components: {len(self.shares)} of {len(self.benchmarks)} benchmarks, shares of "
            f"variance {shares}; {self.filled} gaps filled>"
        )

    def complete(self, scores: pl.DataFrame) -> Array:
        """Fill the gaps of a table by the axes that were found.

        Parameters
        ----------
        scores : polars.DataFrame
            One row a model, a column for each benchmark; a gap is null.

        Returns
        -------
        numpy.ndarray of shape (models, benchmarks)
            Scores, the filled ones clipped to 0 and 1.

        Raises
        ------
        DataError
            If a column is missing or a model has no score at all.
        """
        given = _matrix(scores, self.benchmarks)
        scaled = (given - self.means) / self.scales
        gaps = np.isnan(scaled)
        for row in np.flatnonzero(gaps.any(axis=1)):
            seen = ~gaps[row]
            axes = self.filling
            # The place along the axes that the known scores ask for, by least squares.
            known = (scaled[row] - self.middle)[seen]
            place = np.linalg.lstsq(axes[:, seen].T, known, rcond=None)[0]
            scaled[row, gaps[row]] = (self.middle + place @ axes)[gaps[row]]
        filled = np.clip(scaled * self.scales + self.means, 0, 1)
        return np.where(gaps, filled, given)

    def place(self, scores: pl.DataFrame) -> pl.DataFrame:
        """Return where models stand along the components.

        Parameters
        ----------
        scores : polars.DataFrame
            One row a model, a column for each benchmark; a gap is null.

        Returns
        -------
        polars.DataFrame
            The other columns of the table, ``pc1``, ``pc2``, … and ``gaps``, how many scores
            of the model were filled.
        """
        places = (self.complete(scores) - self.centre) @ self.axes.T
        gaps = np.isnan(_matrix(scores, self.benchmarks)).sum(axis=1)
        return scores.drop(self.benchmarks).with_columns(
            **{f"pc{k + 1}": places[:, k] for k in range(places.shape[1])}, gaps=gaps
        )


def components(
    scores: pl.DataFrame, benchmarks: Sequence[str], count: int = 3, *, rank: int = 1
) -> Components:
    """Find the principal components of a table of scores with gaps.

    Gaps are filled by the best description of the scaled scores with `rank` components, found by
    turns with the filling itself; then the components of the filled scores, not scaled, are taken.

    Parameters
    ----------
    scores : polars.DataFrame
        One row a model, a column for each benchmark; a gap is null.
    benchmarks : sequence of str
        The columns to use.
    count : int, optional
        Components to return.
    rank : int, optional
        Components that fill the gaps.

    Returns
    -------
    Components
        The components, which place other models too.

    Raises
    ------
    ValueError
        If count or rank is not from 1 up to the number of benchmarks.
    DataError
        If a column is missing, a score is the same in all models, or a model has no score at all.

    References
    ----------
    Ruan, Maddison, Hashimoto 2024, arXiv 2405.10938.

    Examples
    --------
    >>> table = pl.DataFrame({"a": [0.1, 0.2, 0.3, 0.4], "b": [0.2, 0.4, None, 0.8]})
    >>> found = components(table, ["a", "b"], 1)
    >>> found.filled, found.complete(table)[2, 1].round(3).item()
    (1, 0.6)
    >>> found.shares.round(3).tolist()
    [1.0]
    """
    names = tuple(benchmarks)
    for name, number in (("count", count), ("rank", rank)):
        if not 1 <= number <= len(names):
            raise ValueError(f"{name} is {number!r}; accepted are 1 to {len(names)}")
    given = _matrix(scores, names)
    means, scales = np.nanmean(given, axis=0), np.nanstd(given, axis=0)
    for name, scale in zip(names, scales, strict=True):
        if not scale > 0:
            raise DataError("the same score in every model: it tells none apart", column=name)
    scaled, gaps = (given - means) / scales, np.isnan(given)
    work = np.where(gaps, 0.0, scaled)
    for _ in range(_ROUNDS):
        middle = work.mean(axis=0)
        left, size, axes = np.linalg.svd(work - middle, full_matrices=False)
        fitted = middle + (left[:, :rank] * size[:rank]) @ axes[:rank]
        moved = float(np.abs((fitted - work)[gaps]).max(initial=0.0))
        work = np.where(gaps, fitted, work)
        if moved < _SETTLED:
            break
    middle = work.mean(axis=0)
    filling = np.linalg.svd(work - middle, full_matrices=False)[2][:rank]
    whole = np.where(gaps, np.clip(work * scales + means, 0, 1), given)
    centre = whole.mean(axis=0)
    _, size, axes = np.linalg.svd(whole - centre, full_matrices=False)
    # An axis points either way: more is better.
    axes = axes * np.where(axes.sum(axis=1) < 0, -1.0, 1.0)[:, None]
    shares = size**2 / (size**2).sum()
    return Components(
        names, means, scales, middle, filling, centre, axes[:count], shares[:count], int(gaps.sum())
    )


def _matrix(scores: pl.DataFrame, names: Sequence[str]) -> Array:
    for name in names:
        if name not in scores.columns:
            raise DataError(f"missing; the table has {', '.join(scores.columns)}", column=name)
    wide = scores.select(pl.col(name).cast(pl.Float64).fill_null(np.nan) for name in names)
    matrix: Array = wide.to_numpy()
    empty = np.isnan(matrix).all(axis=1)
    if empty.any():
        raise DataError("a model without any score", row=int(np.flatnonzero(empty)[0]) + 1)
    return matrix

"""Which benchmarks move together along training."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from analysis.studies.training_dynamics import polynomial, size_draws

Array = np.ndarray[Any, np.dtype[np.float64]]


def side_by_side(table: pl.DataFrame, column: str = "score") -> pl.DataFrame:
    """Return one row a size and checkpoint, one column a benchmark.

    Parameters
    ----------
    table : polars.DataFrame
        What `curves` returns.
    column : str, optional
        What is put side by side.

    Returns
    -------
    polars.DataFrame
        Columns params, step, and the benchmarks.
    """
    return table.pivot("benchmark", index=["params", "step"], values=column)


def at_equal_loss(table: pl.DataFrame) -> pl.DataFrame:
    """Return what is left of each score when a cubic in the loss is taken off.

    Parameters
    ----------
    table : polars.DataFrame
        What `curves` returns.

    Returns
    -------
    polars.DataFrame
        The same rows with the column ``left``.
    """
    parts = []
    for _, rows in table.group_by("benchmark", maintain_order=True):
        x, y = rows["loss"].to_numpy(), rows["score"].to_numpy()
        parts.append(rows.with_columns(left=pl.Series(y - polynomial(x, y, x))))
    return pl.concat(parts)


def correlations(wide: pl.DataFrame) -> pl.DataFrame:
    """Correlate the ranks of benchmarks over sizes and checkpoints.

    Parameters
    ----------
    wide : polars.DataFrame
        What `side_by_side` returns.

    Returns
    -------
    polars.DataFrame
        Column benchmark, and one column a benchmark.
    """
    from scipy.stats import rankdata

    names = wide.columns[2:]
    ranks = rankdata(wide.select(names).to_numpy(), axis=0)
    found = np.corrcoef(ranks.T)
    return pl.DataFrame({"benchmark": names, **dict(zip(names, found, strict=True))})


def between_runs(wide: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    """Correlate the ranks of benchmarks of one run with those of another of the same size.

    What two benchmarks share for a reason, they share across runs; the noise of a checkpoint and
    of its loss they share within a run alone.

    Parameters
    ----------
    wide, other : polars.DataFrame
        What `side_by_side` returns, for the rows and for the columns.

    Returns
    -------
    polars.DataFrame
        Column benchmark, and one column a benchmark of the other run.
    """
    from scipy.stats import rankdata

    names = wide.columns[2:]
    pairs = wide.join(other, on=["params", "step"], suffix="_other")
    columns = [*names, *(f"{name}_other" for name in names)]
    found = np.corrcoef(rankdata(pairs.select(columns).to_numpy(), axis=0).T)
    found = found[: len(names), len(names) :]
    return pl.DataFrame({"benchmark": names, **dict(zip(names, found.T, strict=True))})


def clusters(found: pl.DataFrame, least: float = 0.7) -> dict[str, list[str]]:
    """Group benchmarks whose ranks are correlated, by average linkage.

    Parameters
    ----------
    found : polars.DataFrame
        What `correlations` returns.
    least : float, optional
        Groups are joined while their mean correlation is at least this.

    Returns
    -------
    dict of str to list of str
        The members of each group by its first one.

    Examples
    --------
    >>> from analysis.studies.training_dynamics import curves
    >>> groups = clusters(correlations(side_by_side(curves())))
    >>> [len(members) for members in groups.values()]
    [7, 1, 1]
    """
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    names = found["benchmark"].to_list()
    apart = 1 - found.select(names).to_numpy()
    tree = linkage(squareform(apart, checks=False), method="average")
    labels = fcluster(tree, 1 - least, criterion="distance")
    groups: dict[int, list[str]] = {}
    for name, label in zip(names, labels, strict=True):
        groups.setdefault(int(label), []).append(name)
    return {members[0]: members for members in groups.values()}


def shares(values: Array) -> Array:
    """Return the share of variance of each principal component of standardised columns.

    Parameters
    ----------
    values : numpy.ndarray of shape (rows, columns)
        The table.

    Returns
    -------
    numpy.ndarray of shape (columns,)
        Shares, largest first.

    Examples
    --------
    >>> shares(np.array([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]])).round(6).tolist()
    [1.0, 0.0]
    """
    scaled = (values - values.mean(axis=0)) / values.std(axis=0)
    spread = np.linalg.svd(scaled, compute_uv=False) ** 2
    return np.asarray(spread / spread.sum())


def components(wide: pl.DataFrame, resamples: int = 500, seed: int = 0) -> pl.DataFrame:
    """Return how much of all movement each principal component carries.

    Checkpoints of one run are not independent, so whole sizes are resampled.

    Parameters
    ----------
    wide : polars.DataFrame
        What `side_by_side` returns.
    resamples : int, optional
        How often.
    seed : int, optional
        Of the draws.

    Returns
    -------
    polars.DataFrame
        ``component`` from 1, ``share``, ``share_low`` and ``share_high`` at 90%.
    """
    values = wide.select(wide.columns[2:]).to_numpy()
    draws = [
        shares(values[rows]) for rows in size_draws(wide["params"].to_numpy(), resamples, seed)
    ]
    low, high = np.quantile(draws, (0.05, 0.95), axis=0)
    found = shares(values)
    return pl.DataFrame(
        {
            "component": np.arange(1, len(found) + 1),
            "share": found,
            "share_low": low,
            "share_high": high,
        }
    )

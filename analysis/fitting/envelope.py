"""The lower envelope of training curves and its power law (approach 1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from analysis.errors import DataError, FitError
from analysis.fitting.bootstrap import clusters, resample_counts
from analysis.fitting.budgets import FLOPS_PER_PARAM_TOKEN
from analysis.fitting.exponents import TwoExponents
from analysis.fitting.powerlaw import PowerLaw, power_law
from analysis.fitting.tables import positive_column, rows_in_use

Array = np.ndarray[Any, np.dtype[np.float64]]
Positions = np.ndarray[Any, np.dtype[np.intp]]


@dataclass(frozen=True, eq=False)
class Envelope(TwoExponents):
    """The curve that is lowest at each amount of compute, and the power laws of the winners.

    Parameters
    ----------
    frame : polars.DataFrame
        One row a value of compute that some curve reaches: ``flops``, ``loss``, ``params`` and
        ``tokens`` of the winner, and ``used`` by the power laws. Where the smallest or the largest
        of all sizes wins it may win only for want of a rival, so these rows are not used.
    params, tokens : PowerLaw
        Winning size and tokens as power laws of ``flops``. Values of compute won by one curve
        are one cluster of their covariance: a thousand values hold no more than their winners.
    draws : numpy.ndarray of shape (resamples, 2)
        Exponents of params and tokens on resamples of the curves.
    winners : int
        How many curves win somewhere.
    """

    frame: pl.DataFrame
    params: PowerLaw
    tokens: PowerLaw
    draws: Array
    winners: int

    def __repr__(self) -> str:
        return f"<Envelope: params ~ flops**{self.params.exponent:.4f}, {self.winners} winners>"


def envelope(
    runs: pl.DataFrame | Mapping[str, Any],
    *,
    at: int | Sequence[float] = 1500,
    curve: str | None = None,
    params: str = "params",
    resamples: int = 0,
    seed: int = 0,
) -> Envelope:
    """Find which training curve is lowest at each amount of compute.

    Parameters
    ----------
    runs : polars.DataFrame or dict of str to array
        One row a point of a training curve, with columns ``flops``, ``loss`` and the model size.
        Rows whose ``used`` is false are left out.
    at : int or sequence of float, optional
        How many values of compute to look at, evenly spaced in their logarithm; or the values, such
        as the budgets of an IsoFLOP sweep.
    curve : str, optional
        Column that tells the curves apart; by default the rows of one size are a curve.
    params : str, optional
        Column of model sizes, by what is counted.
    resamples : int, optional
        Bootstrap resamples of the curves.
    seed : int, optional
        Seed of the resamples.

    Returns
    -------
    Envelope
        Winners and their power laws.

    Raises
    ------
    ValueError
        If an argument is out of its range.
    DataError
        If a column is missing, or holds a value that is not above zero.
    FitError
        If fewer than two sizes win between the smallest and the largest.

    References
    ----------
    Hoffmann et al. 2022, arXiv 2203.15556, Sec. 3.1, looks at 1500 values.

    Examples
    --------
    >>> flops, params = (a.ravel() for a in np.meshgrid(np.geomspace(1e17, 1e22, 60),
    ...                                                 np.geomspace(1e7, 1e10, 31)))
    >>> loss = 1.8 + 400 / params**0.35 + 2000 / (flops / (6 * params)) ** 0.35
    >>> found = envelope({"flops": flops, "params": params, "loss": loss})
    >>> round(found.params.exponent, 2)
    0.5
    """
    if resamples < 0:
        raise ValueError(f"resamples is 0 or more, found {resamples!r}")
    frame, _ = rows_in_use(runs)
    where, losses, sizes = _curves(frame, at, curve or params, params)
    found, winner = _table(where, losses, sizes)
    used = found["used"].to_numpy()
    if len(np.unique(sizes[winner[used]])) < 2:
        raise FitError("fewer than two sizes win between the smallest and the largest")
    laws = {
        name: power_law(
            found["flops"].to_numpy()[used], found[name].to_numpy()[used], clusters=winner[used]
        )
        for name in ("params", "tokens")
    }
    draws = np.empty((resamples, 2))
    for first, counts in enumerate(resample_counts(len(sizes), resamples, seed, 1)):
        drawn = counts[0] > 0
        draws[first] = _exponents(where, losses[drawn], sizes[drawn])
    return Envelope(found, laws["params"], laws["tokens"], draws, len(np.unique(winner)))


def _curves(
    frame: pl.DataFrame, at: int | Sequence[float], curve: str, params: str
) -> tuple[Array, Array, Array]:
    """Return values of compute, ln loss of each curve there, and the size of each curve."""
    flops, loss = np.log(positive_column(frame, "flops")), np.log(positive_column(frame, "loss"))
    size = positive_column(frame, params)
    if isinstance(at, int):
        if at < 2:
            raise ValueError(f"at is 2 or more values of compute, found {at!r}")
        where = np.linspace(flops.min(), flops.max(), at)
    else:
        where = np.log(positive_column(pl.DataFrame({"flops": list(at)}), "flops"))
    group = clusters(frame, curve)
    losses, sizes = [], []
    for k in range(int(group.max()) + 1):
        rows = np.flatnonzero(group == k)
        if np.ptp(size[rows]) > 0:
            raise DataError("names a curve of more than one model size", column=curve)
        rows = rows[np.argsort(flops[rows], kind="stable")]
        # Given values may differ from a curve's ends by rounding only.
        near = np.clip(where, flops[rows[0]], flops[rows[-1]])
        values = np.interp(near, flops[rows], loss[rows])
        losses.append(np.where(np.abs(near - where) < 1e-6, values, np.nan))
        sizes.append(size[rows[0]])
    return where, np.array(losses), np.array(sizes)


def _table(where: Array, losses: Array, sizes: Array) -> tuple[pl.DataFrame, Positions]:
    reached = np.isfinite(losses).any(axis=0)
    filled = np.where(np.isfinite(losses), losses, np.inf)[:, reached]
    winner = filled.argmin(axis=0)
    params, flops = sizes[winner], np.exp(where[reached])
    table = {
        "flops": flops,
        "loss": np.exp(filled.min(axis=0)),
        "params": params,
        "tokens": flops / (FLOPS_PER_PARAM_TOKEN * params),
        "used": (params > sizes.min()) & (params < sizes.max()),
    }
    return pl.DataFrame(table), winner


def _exponents(where: Array, losses: Array, sizes: Array) -> tuple[float, float]:
    found, _ = _table(where, losses, sizes)
    used = found.filter(pl.col("used"))
    if used["params"].n_unique() < 2:
        return np.nan, np.nan
    slope = np.polyfit(np.log(used["flops"].to_numpy()), np.log(used["params"].to_numpy()), 1)[0]
    # Tokens follow from the budget, so both exponents add up to one.
    return float(slope), float(1 - slope)

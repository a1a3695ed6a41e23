"""What follows from the coefficients that MiniCPM prints: the best ratio, and the best batch."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import numpy as np
import polars as pl

from analysis import records
from analysis.fitting.fit import Fit, fit
from analysis.laws.catalog import law
from analysis.studies.hyperparameters import grid, select

Array = np.ndarray[Any, np.dtype[np.float64]]

#: Budget at which the paper states its ratio, and the unit of its parameters and tokens.
BUDGET, BILLION = 1e21, 1e9


def printed() -> dict[str, float]:
    """Return the printed coefficients of the loss law, Ultratext corpus.

    Returns
    -------
    dict of str to float
        C_N, alpha, C_D, beta and L0; parameters and tokens in billions.
    """
    return law("minicpm-loss").coefficients("minicpm2024")


def ratio(flops: float | Array, values: Mapping[str, float]) -> tuple[float, float, Any]:
    """Return the best ratio under the loss law, in closed form.

    Parameters
    ----------
    flops : float or numpy.ndarray
        Training budget, 6 N D.
    values : dict of str to float
        C_N, alpha, C_D and beta.

    Returns
    -------
    tuple
        K squared and eta, of which parameters over tokens is K**2 (C/6)**eta, with parameters
        and tokens in billions; and tokens per parameter.

    References
    ----------
    Hu et al. 2024, arXiv 2404.06395, Sec. 4.5.
    """
    alpha, beta = values["alpha"], values["beta"]
    k = (alpha * values["C_N"] / (beta * values["C_D"])) ** (1 / (alpha + beta))
    eta = (beta - alpha) / (alpha + beta)
    return k**2, eta, 1 / (k**2 * (flops / 6 / BILLION**2) ** eta)


def rounding(flops: float | Array) -> tuple[Array, Array, Array]:
    """Return how far the printed digits leave the best ratio open.

    Parameters
    ----------
    flops : float or numpy.ndarray
        Training budgets.

    Returns
    -------
    tuple of numpy.ndarray
        K squared, eta, and tokens per parameter: lowest and highest over all coefficients that
        round to the printed ones, each of shape (2, ...).
    """
    values, half = printed(), {"C_N": 5e-5, "alpha": 5e-3, "C_D": 5e-4, "beta": 5e-3}
    corners = [
        ratio(flops, {n: values[n] + s * h for s, (n, h) in zip(signs, half.items(), strict=True)})
        for signs in product((-1, 1), repeat=len(half))
    ]
    found = [np.array([corner[i] for corner in corners]) for i in range(3)]
    k2, eta, tokens = (np.array([one.min(axis=0), one.max(axis=0)]) for one in found)
    return k2, eta, tokens


def mean_exponents() -> dict[str, float]:
    """Return the printed amplitudes with the mean exponents over corpora.

    Returns
    -------
    dict of str to float
        Coefficients of the loss law that no corpus has: they only show what the exponents do.
    """
    means = {name: records.value("minicpm2024", name) for name in ("alpha", "beta")}
    return {**printed(), **means}


def ratios(flops: Array) -> pl.DataFrame:
    """Return the best tokens per parameter against compute.

    Parameters
    ----------
    flops : numpy.ndarray
        Training budgets.

    Returns
    -------
    polars.DataFrame
        Columns flops, ``printed`` with ``printed_low`` and ``printed_high`` (rounding), and
        ``mean_exponents``.
    """
    low, high = rounding(flops)[2]
    return pl.DataFrame(
        {
            "flops": flops,
            "printed": ratio(flops, printed())[2],
            "printed_low": low,
            "printed_high": high,
            "mean_exponents": ratio(flops, mean_exponents())[2],
        }
    )


def batches(losses: Array) -> pl.DataFrame:
    """Return the best batch of the published law.

    Parameters
    ----------
    losses : numpy.ndarray
        Losses on C4, nats per token.

    Returns
    -------
    polars.DataFrame
        Columns loss and batch_tokens.
    """
    known = law("minicpm-batch").with_published("minicpm2024-batch")
    return pl.DataFrame({"loss": losses, "batch_tokens": known.predict({"loss": losses})})


def near_best() -> pl.DataFrame:
    """Return the runs of another study's grid that are within 0.25% of the best of their cell.

    Returns
    -------
    polars.DataFrame
        Runs of the data set ``step-law``, dense models.
    """
    return select(grid(), 0.25).filter("used")


def other_batches(resamples: int = 300) -> Fit:
    """Fit the batch law to the best runs of another study's grid.

    Parameters
    ----------
    resamples : int, optional
        Bootstrap of cells of one model and number of tokens.

    Returns
    -------
    Fit
        The fit.
    """
    law_ = law("minicpm-batch")
    return fit(law_, near_best(), resamples=resamples, cluster="cell", seed=42)


def reproduced() -> dict[str, Any]:
    """Compute what follows from the printed coefficients; nothing else can be tested.

    Returns
    -------
    dict of str to (value, low, high) or None
        By record of the study ``minicpm2024``, all of them; intervals are those of rounding.
    """
    out: dict[str, Any] = dict.fromkeys(records.read_study("minicpm2024").values)
    k2, eta, tokens = ratio(BUDGET, printed())
    for key, value, (low, high) in zip(
        ("K2", "eta", "ratio_ultratext"), (k2, eta, tokens), rounding(BUDGET), strict=True
    ):
        out[key] = (float(value), float(low), float(high))
    return out

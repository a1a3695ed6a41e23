"""What this study finds for every published value of the step law."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from analysis.fitting.fit import Fit
from analysis.fitting.uncertainty import percentile
from analysis.laws.catalog import law
from analysis.runs import load
from analysis.studies.hyperparameters import PRINTED
from analysis.studies.hyperparameters_advice import advised


def table_of_resamples() -> dict[str, tuple[float, float, float]]:
    """Summarise the authors' thousand resampled fits.

    Returns
    -------
    dict of str to (float, float, float)
        By published value: the mean (of factors the exponential of the mean intercept) and the
        ends of the 95% percentile interval.
    """
    table = load("step-law-bootstrap")
    columns = {
        "rate_factor": "rate_intercept",
        "rate_params": "rate_params_exponent",
        "rate_tokens": "rate_tokens_exponent",
        "batch_factor": "batch_intercept",
        "batch_tokens": "batch_tokens_exponent",
    }
    out = {}
    for key, column in columns.items():
        draws = table[column].to_numpy()
        found = np.array([draws.mean(), *percentile(draws, 0.95)])
        mean, low, high = np.exp(found) if key.endswith("factor") else found
        out[key] = (float(mean), float(low), float(high))
    return out


def reproduced(runs: pl.DataFrame, rate: Fit, batch: Fit) -> dict[str, Any]:
    """Return what this study finds for every value of the step law.

    Parameters
    ----------
    runs : polars.DataFrame
        The dense grid.
    rate, batch : Fit
        The laws refitted to it.

    Returns
    -------
    dict of str to float, tuple or None
        By the key of the published value, for `analysis.studies.compare`.
    """
    printed = [law(k).with_published(n) for k, n in PRINTED.items()]
    excess = advised(runs, *printed)["excess"]
    # The size that 1.07e9 stands for is the one of the grid.
    at = {"params_non_vocabulary": [runs["params_non_vocabulary"].max()], "tokens": [1e11]}
    found: dict[str, Any] = dict(table_of_resamples())
    for name, letter in {"factor": "c", "params": "a", "tokens": "b"}.items():
        found[f"refit_rate_{name}"] = (rate.parameters[letter], *rate.interval(letter))
    for name, letter in {"factor": "c", "tokens": "b"}.items():
        found[f"refit_batch_{name}"] = (batch.parameters[letter], *batch.interval(letter))
    found |= {
        "excess_1b": None,
        "excess_mean": float(np.mean(excess.to_numpy())),
        "excess_median": float(np.median(excess.to_numpy())),
        "excess_max": float(np.max(excess.to_numpy())),
        "rate_at_1b": float(printed[0].predict(at)[0]),
        "batch_at_1b": float(printed[1].predict(at)[0]),
    }
    return found | dict.fromkeys(("runs", "gpu_hours", "tokens"))

"""The study of repeated data: what 182 runs say about the worth of an epoch."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import polars as pl

from analysis import records
from analysis.fitting.comparison import Comparison, compare
from analysis.fitting.fit import Fit, fit
from analysis.fitting.uncertainty import percentile
from analysis.laws.catalog import law
from analysis.laws.law import Law
from analysis.runs import load
from analysis.studies.measures import r_squared
from analysis.studies.repetition_runs import comparable, past_turning

Array = np.ndarray[Any, np.dtype[np.float64]]

STUDY = "muennighoff2023"
BASE = "muennighoff2023-base"


def runs() -> pl.DataFrame:
    """Return the runs with their training compute.

    Returns
    -------
    polars.DataFrame
        The table ``data-constrained`` and ``flops``, 6 params tokens.
    """
    return load("data-constrained").with_columns(flops=6 * pl.col("params") * pl.col("tokens"))


def held(key: str) -> Law:
    """Return a law of repetition with the published base law held, as the paper fits it.

    Parameters
    ----------
    key : {"repetition", "repetition-tokens"}
        Key of the law.

    Returns
    -------
    Law
        The law, free in R_D and, where it has it, R_N.
    """
    return law(key).fix(**law("chinchilla").coefficients(BASE))


def scores(result: Fit, table: pl.DataFrame) -> pl.DataFrame:
    """Set the published pair, the optimum and their rivals beside each other.

    Parameters
    ----------
    result : Fit
        The two-constant fit with the base law held.
    table : polars.DataFrame
        The runs.

    Returns
    -------
    polars.DataFrame
        One row a set: R_N, R_D, the objective on the used runs, and R squared.
    """
    both, tokens = law("repetition"), law("repetition-tokens")
    plain = fit(held("repetition"), table, objective="least-squares", residual="plain")
    least = fit(held("repetition-tokens"), table)
    free, free_tokens = fit(both, table), fit(tokens, table)
    chosen = [
        ("base law, no decay", law("chinchilla").with_published(BASE), {}, 0),
        ("published", both.with_published(STUDY), both.coefficients(STUDY), 0),
        ("optimum", result.law, result.parameters, 2),
        ("least squares of the loss", plain.law, plain.parameters, 2),
        ("decay of tokens only", least.law, least.parameters, 1),
        ("everything free", free.law, free.parameters, 7),
        ("everything free, tokens only", free_tokens.law, free_tokens.parameters, 6),
    ]
    used = table.filter("used")
    observed = used["loss"].to_numpy()
    rows = []
    for name, one, values, free_count in chosen:
        parameters = {n: values[n] for n in one.parameters} if one.parameters else {}
        predicted = one.predict(used, parameters)
        terms = result.criterion.terms(np.log(predicted) - np.log(observed))
        rows.append(
            {
                "set": name,
                "fitted": free_count,
                "R_N": values.get("R_N"),
                "R_D": values.get("R_D"),
                "objective": float(terms.sum()),
                "r_squared": r_squared(observed, predicted),
            }
        )
    return pl.DataFrame(rows)


def worth(r_d: Any, epochs: Array) -> Array:
    """Return what a token is worth on average, after some epochs, against a fresh one.

    Parameters
    ----------
    r_d : float or numpy.ndarray
        The constant R_D; broadcast against `epochs`.
    epochs : numpy.ndarray
        Epochs, one or more.

    Returns
    -------
    numpy.ndarray
        Effective tokens over tokens seen.

    Examples
    --------
    >>> worth(15.387756, np.array([1.0, 4.0, 16.0])).round(2)
    array([1.  , 0.93, 0.66])
    """
    r_d = np.asarray(r_d, dtype=float)
    return np.asarray((1 - r_d * np.expm1(-(epochs - 1) / r_d)) / epochs)


def worth_bands(result: Fit, epochs: Array, level: float = 0.9) -> pl.DataFrame:
    """Return the worth of tokens by epochs, with the band of the resamples.

    Parameters
    ----------
    result : Fit
        A fit with resamples.
    epochs : numpy.ndarray of shape (places,)
        Epochs.
    level : float, optional
        Level of the band.

    Returns
    -------
    polars.DataFrame
        Columns epochs, worth (of all tokens, on average), worth_low, worth_high.
    """
    draws = result.draws[:, [result.labels.index("R_D")]]
    ends = [percentile(column, level) for column in worth(draws, epochs).T]
    return pl.DataFrame(
        {
            "epochs": epochs,
            "worth": worth(result.parameters["R_D"], epochs),
            "worth_low": [low for low, _ in ends],
            "worth_high": [high for _, high in ends],
        }
    )


def scored(table: pl.DataFrame, hold_out: str, cuts: Sequence[float] | None = None) -> Comparison:
    """Score laws of repetition on runs beyond those they were fitted to.

    Parameters
    ----------
    table : polars.DataFrame
        The runs.
    hold_out : {"epochs", "flops"}
        Whose large values are held out.
    cuts : sequence of float, optional
        Largest values trained on.

    Returns
    -------
    Comparison
        The scores. ``published`` was fitted to the held-out runs too.
    """
    laws = {
        "base law, no decay": law("chinchilla").with_published(BASE),
        "published pair": law("repetition").with_published(STUDY),
        "base held, both decay": held("repetition"),
        "base held, tokens decay": held("repetition-tokens"),
        "free, both decay": law("repetition"),
        "free, tokens decay": law("repetition-tokens"),
    }
    return compare(laws, table, hold_out=hold_out, cuts=cuts)


@cache
def explore_fit(key: str, most: float, resamples: int, seed: int = 42) -> Fit:
    """Fit a law of repetition, base held, to the runs up to some number of epochs.

    Parameters
    ----------
    key : str
        Key of the law.
    most : float
        Most epochs of a run that is fitted.
    resamples, seed : int
        Bootstrap of the fit.

    Returns
    -------
    Fit
        The fit; kept, so that moving a budget does not fit again.
    """
    chosen = runs().with_columns(used=pl.col("used") & (pl.col("epochs") <= most))
    return fit(held(key), chosen, resamples=resamples, seed=seed)


def one_epoch(table: pl.DataFrame) -> pl.DataFrame:
    """Set the base law beside the runs that repeat nothing.

    Parameters
    ----------
    table : polars.DataFrame
        The runs.

    Returns
    -------
    polars.DataFrame
        Columns params, tokens, loss, base_law, off_percent (predicted against measured), by tokens.
    """
    once = table.filter(pl.col("used") & (pl.col("epochs") == 1))
    predicted = law("chinchilla").with_published(BASE).predict(once)
    return (
        once.select("params", "tokens", "loss")
        .with_columns(base_law=pl.Series(predicted))
        .with_columns(off_percent=100 * (pl.col("base_law") / pl.col("loss") - 1))
        .sort("tokens", "params")
    )


def predicted_ladder(ladder: pl.DataFrame) -> pl.DataFrame:
    """Return what the published pair predicts for some runs.

    Parameters
    ----------
    ladder : polars.DataFrame
        Columns params, tokens, unique_tokens, epochs.

    Returns
    -------
    polars.DataFrame
        The same with the predicted loss.
    """
    return ladder.with_columns(loss=law("repetition").with_published(STUDY).predict(ladder))


def choices(table: pl.DataFrame, resamples: int = 200, seed: int = 42) -> pl.DataFrame:
    """Fit both constants, base law held, to several choices of the runs.

    Parameters
    ----------
    table : polars.DataFrame
        The runs.
    resamples, seed : int, optional
        Bootstrap of each fit.

    Returns
    -------
    polars.DataFrame
        One row a choice: runs, R_N and R_D with their 95% intervals, and the status.
    """
    used = pl.col("used")
    turned = past_turning(table)
    picks = {
        "trimmed list of the authors": used,
        "of it, up to 100 epochs": used & (pl.col("epochs") <= 100),
        "of it, up to 40 epochs": used & (pl.col("epochs") <= 40),
        "of it, before the loss turns": used & ~turned,
        "all comparable runs": pl.col("run").is_in(comparable(table)["run"].implode()),
    }
    rows = []
    for name, pick in picks.items():
        result = fit(
            held("repetition"), table.with_columns(used=pick), resamples=resamples, seed=seed
        )
        row: dict[str, Any] = {"choice": name, "runs": result.rows}
        for one in ("R_N", "R_D"):
            row[one] = result.parameters[one]
            row[f"{one}_low"], row[f"{one}_high"] = result.interval(one, 0.95)
        rows.append(row | {"status": result.status})
    return pl.DataFrame(rows)


def token_crisis() -> pl.DataFrame:
    """Return what the token-crisis paper found to mend the harm of repeating.

    Returns
    -------
    polars.DataFrame
        One row a remedy: accuracy of masked tokens in percent as published, and ``recovered``,
        the share of the drop from fresh to repeated tokens that it wins back.

    References
    ----------
    Xue et al. 2023, arXiv 2305.13230, Tables 1 and 4.
    """
    names = {
        "fresh tokens": "once_acc",
        "repeated": "limited_none",
        "repeated, dropout": "limited_dropout",
        "repeated, DropPath": "limited_droppath",
        "repeated, label smoothing": "limited_smoothing",
    }
    values = [records.value("token_crisis2023", key) for key in names.values()]
    fresh, none = values[:2]
    shares = [(value - none) / (fresh - none) for value in values]
    return pl.DataFrame({"training": list(names), "accuracy": values, "recovered": shares})

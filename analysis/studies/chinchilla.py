"""The Chinchilla study: what the digitised runs say, and what was published about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from analysis import records
from analysis.fitting.fit import Fit, fit
from analysis.fitting.objectives import Huber
from analysis.fitting.uncertainty import percentile
from analysis.laws.catalog import law
from analysis.laws.law import Law
from analysis.planning import optimum
from analysis.progress import track
from analysis.runs import load

Array = np.ndarray[Any, np.dtype[np.float64]]

#: FLOPs of one petaflop/s-day, the unit of compute in Kaplan et al.
PF_DAY = 8.64e19


def objective_at(result: Fit, parameters: Mapping[str, float]) -> float:
    """Evaluate a fit's objective at other parameter values.

    Parameters
    ----------
    result : Fit
        A fit, for its runs and its objective.
    parameters : dict of str to float
        Value by parameter.

    Returns
    -------
    float
        The objective, summed over runs.
    """
    residuals = residuals_at(result, parameters)
    return float(result.weights @ result.criterion.terms(residuals))


def residuals_at(result: Fit, parameters: Mapping[str, float]) -> Array:
    """Return the residuals of a fit's runs at other parameter values.

    Parameters
    ----------
    result : Fit
        A fit, for its runs.
    parameters : dict of str to float
        Value by parameter.

    Returns
    -------
    numpy.ndarray of shape (runs,)
        Predicted minus observed, of the logarithms where the fit takes them.
    """
    coordinates = result.problem.design.coordinates(parameters)
    residuals: Array = result.problem.residuals(coordinates[None, :])[0]
    return residuals


def coefficient_sets(result: Fit) -> pl.DataFrame:
    """Set the published coefficients beside the optimum of the same objective.

    Parameters
    ----------
    result : Fit
        A fit of a law with published coefficients.

    Returns
    -------
    polars.DataFrame
        One row a set, the optimum first: its values, its objective, by how many percent it lies
        above the optimum, and the mark of its source.
    """
    sets = records.coefficient_sets(result.law.key)
    rows: list[dict[str, Any]] = [{"set": "optimum of this fit", **result.parameters, "mark": ""}]
    rows += [{"set": name, **dict(s.values), "mark": s.mark} for name, s in sets.items()]
    for row in rows:
        row["objective"] = objective_at(result, {n: row[n] for n in result.labels})
        row["percent_above"] = 100 * (row["objective"] / result.objective - 1)
    names = ["set", *result.labels, "objective", "percent_above", "mark"]
    return pl.DataFrame(rows).select(names)


def delta_path(law_: Law, runs: pl.DataFrame, deltas: Sequence[float] | Array) -> pl.DataFrame:
    """Fit at each Huber delta, from least squares down to least absolute deviation.

    Parameters
    ----------
    law_ : Law
        The law.
    runs : polars.DataFrame
        The runs.
    deltas : sequence of float
        Huber deltas, in the unit of the residual.

    Returns
    -------
    polars.DataFrame
        One row a delta with the fitted parameters.
    """
    rows = []
    for delta in track(list(deltas), label="delta"):
        result = fit(law_, runs, objective=Huber(float(delta)))
        inside = float((np.abs(result.residuals) <= delta).mean())
        rows.append({"delta": float(delta), **result.parameters, "share_inside": inside})
    return pl.DataFrame(rows)


def outlier_path(
    law_: Law,
    runs: pl.DataFrame,
    left_out: Sequence[int] = range(11),
    *,
    resamples: int = 400,
    seed: int = 42,
    level: float = 0.95,
) -> pl.DataFrame:
    """Fit again and again, each time leaving out more of the runs with the highest loss.

    Parameters
    ----------
    law_ : Law
        The law.
    runs : polars.DataFrame
        The runs; all of them, whatever their ``used`` says.
    left_out : sequence of int, optional
        How many runs to leave out.
    resamples, seed : int, optional
        Bootstrap of each fit.
    level : float, optional
        Level of the intervals.

    Returns
    -------
    polars.DataFrame
        One row a count: ``left_out``, the parameters, and their ends ``..._low``, ``..._high``.
    """
    ordered = runs.drop("used", strict=False).sort("loss", descending=True)
    rows = []
    for count in track(list(left_out), label="runs left out"):
        result = fit(law_, ordered.slice(count), resamples=resamples, seed=seed)
        row: dict[str, Any] = {"left_out": count, **result.parameters}
        for name in result.labels:
            row[f"{name}_low"], row[f"{name}_high"] = result.interval(name, level)
        rows.append(row)
    return pl.DataFrame(rows)


def allocation_exponent(result: Fit, level: float = 0.8) -> tuple[float, float, float]:
    """Return how fast the best number of parameters grows with compute, with its interval.

    Parameters
    ----------
    result : Fit
        A fit of the Chinchilla law with resamples.
    level : float, optional
        Level of the interval.

    Returns
    -------
    tuple of float
        The ratio beta / (alpha + beta) and the ends of its interval.

    References
    ----------
    Hoffmann et al. 2022, arXiv 2203.15556, Sec. 3.3.
    """
    draws = allocation_draws(result)
    low, high = percentile(draws, level)
    return (
        result.parameters["beta"] / (result.parameters["alpha"] + result.parameters["beta"]),
        low,
        high,
    )


def allocation_draws(result: Fit) -> Array:
    """Return the exponent of best parameters in compute in every resample.

    Parameters
    ----------
    result : Fit
        A fit of the Chinchilla law with resamples.

    Returns
    -------
    numpy.ndarray of shape (resamples,)
        Draws of beta / (alpha + beta).
    """
    alpha, beta = (result.draws[:, result.labels.index(n)] for n in ("alpha", "beta"))
    return np.asarray(beta / (alpha + beta))


def kaplan_params(flops: Array) -> Array:
    """Return Kaplan's best number of non-embedding parameters at the fixed batch.

    Parameters
    ----------
    flops : numpy.ndarray
        Training budgets in FLOPs.

    Returns
    -------
    numpy.ndarray
        Parameters, embeddings left out.

    References
    ----------
    Kaplan et al. 2020, arXiv 2001.08361, Fig. 14.
    """
    factor = records.value("kaplan2020", "N_opt_coefficient_fixed_batch")
    exponent = records.value("kaplan2020", "N_opt_exponent_fixed_batch")
    return np.asarray(factor * (np.asarray(flops) / PF_DAY) ** exponent)


def plans(result: Fit, flops: Array, level: float = 0.9) -> dict[str, pl.DataFrame]:
    """Split each budget as the fit and each published set of coefficients would.

    Parameters
    ----------
    result : Fit
        The fit, with resamples for its bands.
    flops : numpy.ndarray of shape (budgets,)
        Training budgets in FLOPs.
    level : float, optional
        Level of the bands.

    Returns
    -------
    dict of str to polars.DataFrame
        One plan a source; see `analysis.planning.optimum`. Kaplan's holds no loss: its fit is of
        other runs and another tokenizer.
    """
    params = kaplan_params(flops)
    tokens = flops / (6 * params)
    out = {"fit": optimum(result, flops, level=level)}
    for name in ("besiroglu2024", "hoffmann2022", "hoffmann2022-printed"):
        out[name] = optimum(result.law.with_published(name), flops)
    out["kaplan2020"] = pl.DataFrame(
        {"flops": flops, "params": params, "tokens": tokens, "tokens_per_param": tokens / params}
    )
    return out


#: Models of the figures: one or two a family, spread over size and date.
SHOWN_MODELS = {
    "facebook/opt-175b": "OPT-175B",
    "bigscience/bloom": "BLOOM",
    "EleutherAI/pythia-12b-deduped": "Pythia 12B",
    "huggyllama/llama-7b": "LLaMA 7B",
    "meta-llama/Llama-2-70b-hf": "Llama 2 70B",
    "meta-llama/Meta-Llama-3-8B": "Llama 3 8B",
    "meta-llama/Meta-Llama-3-70B": "Llama 3 70B",
    "meta-llama/Meta-Llama-3.1-405B": "Llama 3.1 405B",
    "allenai/OLMo-7B-hf": "OLMo 7B",
}


def known_models() -> pl.DataFrame:
    """Return models whose sizes and training tokens are known from a source.

    Returns
    -------
    polars.DataFrame
        Columns name, params, tokens, tokens_per_param, flops (6 params tokens): Gopher and
        Chinchilla from their paper, the others from the table ``open-models``, verified cells only.
    """
    published = [
        {
            "name": name,
            **{c: records.value("chinchilla2022", f"{key}_{c}") for c in ("params", "tokens")},
        }
        for name, key in (("Gopher", "gopher"), ("Chinchilla", "chinchilla"))
    ]
    models = load("open-models").filter(
        pl.col("model").is_in(list(SHOWN_MODELS)) & pl.col("verified")
    )
    named = models.select(
        pl.col("model").replace_strict(SHOWN_MODELS, return_dtype=pl.String).alias("name"),
        pl.col("params").cast(pl.Float64),
        pl.col("tokens").cast(pl.Float64),
    )
    table = pl.concat([pl.DataFrame(published), named], how="vertical_relaxed")
    return table.with_columns(
        tokens_per_param=pl.col("tokens") / pl.col("params"),
        flops=6 * pl.col("params") * pl.col("tokens"),
    ).sort("flops")


def refit(runs: pl.DataFrame, delta: float, fewest: float, resamples: int, seed: int = 42) -> Fit:
    """Fit the Chinchilla law to a choice of the runs.

    Parameters
    ----------
    runs : polars.DataFrame
        The digitised runs.
    delta : float
        Huber delta on the logarithm of the loss.
    fewest : float
        Tokens per parameter below which a run is left out.
    resamples, seed : int
        Bootstrap of the fit.

    Returns
    -------
    Fit
        The fit.
    """
    chosen = runs.with_columns(used=pl.col("tokens") / pl.col("params") >= fewest)
    return fit(law("chinchilla"), chosen, objective=Huber(delta), resamples=resamples, seed=seed)

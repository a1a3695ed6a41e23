"""Tables of the densing study: what moves the growth rate, and what a record line looks like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from analysis.capability.growth import Growth, doubling_time
from analysis.errors import DataError, FitError
from analysis.progress import track
from analysis.studies.densing import (
    COHORTS,
    EARLY,
    LLAMA,
    RESAMPLES,
    Estimate,
    changed,
    estimate,
    reference,
    selected,
)
from analysis.studies.densing_scores import HARNESS, SCORES, floor, scored

Array = np.ndarray[Any, np.dtype[np.float64]]

#: The doubling times that the paper and its journal version print, in months.
PUBLISHED_MONTHS = (3.0, 3.5)
#: One thing changed at a time, against MMLU by Llama 1 and 2.
MOVES: Mapping[tuple[str, str], dict[str, Any]] = {
    ("headline", "MMLU by Llama 1 and 2"): {},
    **{("score", name): {"score": name} for name in SCORES if name not in ("MMLU", "MATH")},
    ("score", "MATH, by Qwen1.5"): {"score": "MATH", "cohort": "Qwen1.5"},
    ("reference", "Qwen1.5"): {"cohort": "Qwen1.5"},
    ("reference", EARLY): {"cohort": EARLY},
    ("reference", "Pythia"): {"cohort": "Pythia"},
    ("reference", "Pythia, on HellaSwag"): {"cohort": "Pythia", "score": "HellaSwag"},
    ("loss law", "as printed by Hoffmann et al."): {"loss": "hoffmann2022-printed"},
    ("models", "all kinds"): {"kinds": "all"},
    ("models", "confirmed facts only"): {"verified_only": True},
    ("models", "training tokens stated"): {"tokens_stated": True},
    ("models", "all dates, from 2019"): {"since": date(2019, 1, 1)},
    ("models", "released by 2023"): {"until": date(2023, 12, 31)},
    ("parameters", "active ones"): {"params": "params_active"},
    ("near chance", "0.01 above is enough"): {"margin": 0.01},
    ("near chance", "0.06 above is needed"): {"margin": 0.06},
    ("near chance", "kept, as below the edge"): {"chance_below": True},
    ("near the top", "ceiling 0.95"): {"ceiling": 0.95},
    ("near the top", "up to 3 times the reference"): {"reach": 3.0},
    ("near the top", "up to 100 times the reference"): {"reach": 100.0},
    ("estimator", "quantile 0.95"): {"quantile": 0.95},
    ("resampling", "by maker"): {"by_maker": True},
}


def row_of(growth: Growth, prefix: str = "") -> dict[str, Any]:
    """Return rate and doubling time of an estimate, with their intervals.

    Parameters
    ----------
    growth : Growth
        The estimate.
    prefix : str, optional
        What stands before each name.

    Returns
    -------
    dict of str to float
        The keys rate, low and high in doublings a year; months, months_low and months_high.
    """
    (low, high), (short, long) = growth.interval, growth.months_interval
    values = {"rate": growth.rate, "low": low, "high": high, "months": growth.months}
    values |= {"months_low": short, "months_high": long}
    return {f"{prefix}{name}": value for name, value in values.items()}


def sources() -> pl.DataFrame:
    """Return where each score comes from, and how many models have it.

    Returns
    -------
    polars.DataFrame
        One row a score: harness, score by chance, models of all dates and kinds, and those of
        which no fact is recalled.
    """
    rows = [
        {
            "score": name,
            "harness": ", ".join(sorted({HARNESS[part] for part in parts})),
            "chance": floor(name),
            "models": scored(name)["score"].count(),
            "without recalled facts": scored(name, verified_only=True)["score"].count(),
        }
        for name, parts in SCORES.items()
    ]
    return pl.DataFrame(rows)


def left_out(one: Estimate) -> pl.DataFrame:
    """Count the models that have a density, and those that have none by reason.

    Parameters
    ----------
    one : Estimate
        An estimate.

    Returns
    -------
    polars.DataFrame
        Density and models.
    """
    reason = pl.col("density_reason")
    named = pl.when(reason == "").then(pl.lit("known")).otherwise(pl.lit("none: ") + reason)
    counts = one.table.group_by(density=named).agg(models=pl.len().cast(pl.Int64))
    return counts.sort("models", descending=True)


def estimators(one: Estimate) -> pl.DataFrame:
    """Set both estimators side by side.

    Parameters
    ----------
    one : Estimate
        An estimate.

    Returns
    -------
    polars.DataFrame
        Two rows: rate and doubling time with intervals.
    """
    named = {"quantile 0.9, all models": one.headline, "line through the records": one.published}
    return pl.DataFrame([{"estimator": name} | row_of(growth) for name, growth in named.items()])


def record_holders(one: Estimate) -> pl.DataFrame:
    """Return the models that were the densest when they came out.

    Parameters
    ----------
    one : Estimate
        An estimate.

    Returns
    -------
    polars.DataFrame
        Model, released, params, tokens, score, effective_params, and density with interval.
    """
    held = one.table.filter(pl.col("model").is_in(one.published.record_holders))
    return held.sort("released").select(
        *("model", "released", "params", "tokens", "score", "effective_params"),
        *("density", "density_low", "density_high", "verified"),
    )


def what_moves(resamples: int = RESAMPLES) -> pl.DataFrame:
    """Estimate growth with one thing changed at a time.

    Parameters
    ----------
    resamples : int, optional
        Resamples of families and reference.

    Returns
    -------
    polars.DataFrame
        One row a change: what, choice, models, families, the headline estimate with interval
        (rate, low, high, months ...), the published estimator's (records_rate ...), and why there
        is none.
    """
    rows = []
    for (what, choice), changes in track(list(MOVES.items()), label="settings"):
        row: dict[str, Any] = {"what": what, "choice": choice}
        try:
            one = estimate(changed(**changes), resamples=resamples)
        except (FitError, DataError) as problem:
            rows.append(row | {"problem": str(problem)})
            continue
        row |= {"models": one.headline.models, "families": one.headline.families, "problem": ""}
        rows.append(row | row_of(one.headline) | row_of(one.published, "records_"))
    return pl.DataFrame(rows, infer_schema_length=None)


def by_reference(
    scores: Sequence[str] = tuple(SCORES), cohorts: Sequence[str] = tuple(COHORTS)
) -> pl.DataFrame:
    """Estimate growth for each score and reference, beside the published doubling time.

    Parameters
    ----------
    scores, cohorts : sequence of str, optional
        Keys of `SCORES` and `COHORTS`.

    Returns
    -------
    polars.DataFrame
        One row a score and reference: models, rate and months with intervals, and ``against``,
        how the interval lies to the published 3.0 to 3.5 months.
    """
    rows = []
    for score in scores:
        for cohort in cohorts:
            row: dict[str, Any] = {"score": score, "reference": cohort}
            try:
                one = estimate(changed(score=score, cohort=cohort))
            except (FitError, DataError):
                rows.append(row | {"against": "not testable: too few models above chance"})
                continue
            row |= {"models": one.headline.models, **row_of(one.headline)}
            rows.append(row | {"against": against(one.headline)})
    return pl.DataFrame(rows, infer_schema_length=None)


def against(growth: Growth, published: tuple[float, float] = PUBLISHED_MONTHS) -> str:
    """Say how an interval lies to the published doubling times.

    Parameters
    ----------
    growth : Growth
        The estimate.
    published : tuple of float, optional
        Shortest and longest published doubling time, in months.

    Returns
    -------
    str
        ``agrees``, ``slower`` or ``faster``; ``or none`` where no growth is possible as well.
    """
    short, long = growth.months_interval
    verdict = "slower" if short > published[1] else "faster" if long < published[0] else "agrees"
    return f"{verdict}, or none" if growth.interval[0] <= 0 else verdict


def with_and_without_recalled(scores: Sequence[str]) -> pl.DataFrame:
    """Estimate growth from all models, and from those of which nothing is recalled.

    Parameters
    ----------
    scores : sequence of str
        Keys of `SCORES`.

    Returns
    -------
    polars.DataFrame
        Two rows a score.
    """
    rows = []
    for score in scores:
        for only, label in ((False, "all models"), (True, "without recalled cells")):
            one = estimate(changed(score=score, verified_only=only)).headline
            row = {"score": score, "cells": label, "models": one.models, "families": one.families}
            rows.append(row | row_of(one))
    return pl.DataFrame(rows)


def more_training(scores: Sequence[str], cohort: str = LLAMA) -> pl.DataFrame:
    """Ask how much of the growth is longer training, on models that have both densities.

    Parameters
    ----------
    scores : sequence of str
        Keys of `SCORES`.
    cohort : str, optional
        The reference.

    Returns
    -------
    polars.DataFrame
        Two rows a score: the reference at 1e12 tokens, and at each model's own tokens.
    """
    rows = []
    for score in scores:
        setting = changed(score=score, cohort=cohort)
        one, models = reference(setting), selected(setting)
        fixed = one.density(models)["density"].is_not_nan()
        both = models.filter(fixed & one.density(models, tokens="own")["density"].is_not_nan())
        for tokens, label in ((1e12, "1T tokens"), ("own", "as many as the model")):
            growth = doubling_time(
                one.density(both, tokens=tokens),
                resamples=RESAMPLES,
                draws=one.draws(both, tokens=tokens, count=RESAMPLES),
            )
            row = {"score": score, "tokens of the reference": label, "models": growth.models}
            rows.append(row | row_of(growth))
    return pl.DataFrame(rows)


def reference_models(one: Estimate) -> pl.DataFrame:
    """Return the densities of the reference models, each with its interval.

    Parameters
    ----------
    one : Estimate
        An estimate.

    Returns
    -------
    polars.DataFrame
        Model, params, tokens, score, the score of the curve, density with interval at the
        model's own tokens, and whether it holds 1.
    """
    found = one.reference.density(
        selected(changed(score=one.setting.score, kinds="all")).filter(COHORTS[one.setting.cohort]),
        tokens="own",
    )
    curve = one.reference.score(found["params"].to_numpy(), found["tokens"].to_numpy())
    return found.sort("released", "params").select(
        *("model", "params", "tokens", "score"),
        pl.Series("curve", curve),
        *("density", "density_low", "density_high"),
        holds_one=pl.lit(1.0).is_between("density_low", "density_high"),
    )

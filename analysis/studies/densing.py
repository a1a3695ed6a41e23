"""The densing study: scores of open models, a reference family, densities and their growth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Any

import polars as pl

from analysis.capability.density import MARGIN, REACH, REFERENCE_TOKENS, DensityReference
from analysis.capability.growth import Growth, doubling_time
from analysis.capability.trend import DAY_ZERO, Trend
from analysis.studies.densing_scores import floor, scored

RESAMPLES = 400
LEVEL = 0.9

LLAMA, EARLY = "Llama 1 and 2", "base models before August 2023"
_GENERAL = pl.col("domain") == "general"
#: Families whose density is 1 by definition.
COHORTS: Mapping[str, pl.Expr] = {
    LLAMA: pl.col("family").is_in(["Llama", "Llama-2"]),
    "Pythia": pl.col("family") == "Pythia",
    "Qwen1.5": (pl.col("family") == "Qwen1.5") & ~pl.col("mixture"),
    EARLY: (pl.col("released") < date(2023, 8, 1)) & (pl.col("kind") == "base") & _GENERAL,
}
#: Which models are looked at; those trained for code alone are in neither.
KINDS: Mapping[str, pl.Expr] = {
    "base": (pl.col("kind") == "base") & _GENERAL,
    "all": _GENERAL,
}


@dataclass(frozen=True)
class Setting:
    """One way of asking how fast density grows.

    Parameters
    ----------
    score : str
        A key of `densing_scores.SCORES`.
    cohort : str
        The reference, a key of `COHORTS`.
    tokens : float or "own"
        Training tokens of the reference model that a model is compared with.
    kinds : {"base", "all"}
        Base models, or also continued, distilled, pruned and tuned ones.
    params : {"params", "params_active"}
        What a mixture of experts is counted by.
    verified_only : bool
        Leave out every model with a recalled size, token count or date.
    tokens_stated : bool
        Leave out every model whose training tokens were never stated.
    since, until : datetime.date
        First and last release.
    margin, ceiling, reach : float
        As `DensityReference.fit` takes them.
    loss : str
        Published coefficients of the loss law.
    chance_below : bool
        Keep models at chance, as below the edge, in place of leaving them out.
    by_maker : bool
        Resample all models of a maker together, not those of one generation.
    quantile : float
        The quantile of the headline estimator.
    """

    score: str = "MMLU"
    cohort: str = LLAMA
    tokens: float | str = REFERENCE_TOKENS
    kinds: str = "base"
    params: str = "params"
    verified_only: bool = False
    tokens_stated: bool = False
    since: date = DAY_ZERO
    until: date = date(2025, 12, 31)
    margin: float = MARGIN
    ceiling: float = 1.0
    reach: float = REACH
    loss: str = "besiroglu2024"
    chance_below: bool = False
    by_maker: bool = False
    quantile: float = 0.9


@dataclass(frozen=True, eq=False)
class Estimate:
    """What one setting gives.

    Parameters
    ----------
    setting : Setting
        The setting.
    reference : DensityReference
        The reference.
    table : polars.DataFrame
        The models with their densities, and reasons where there is none.
    headline : Growth
        Quantile regression on all models.
    published : Growth
        The published estimator: least squares through the record holders.
    """

    setting: Setting
    reference: DensityReference
    table: pl.DataFrame = field(repr=False)
    headline: Growth
    published: Growth


def selected(setting: Setting) -> pl.DataFrame:
    """Return the models that a setting looks at.

    Parameters
    ----------
    setting : Setting
        The setting.

    Returns
    -------
    polars.DataFrame
        Facts and score of each.
    """
    models = scored(setting.score, verified_only=setting.verified_only).filter(
        KINDS[setting.kinds],
        pl.col("released").is_between(setting.since, setting.until),
        pl.col("score").is_not_null(),
    )
    if setting.tokens_stated:
        models = models.filter(pl.col("tokens").is_not_null())
    return models.with_columns(family="maker") if setting.by_maker else models


@lru_cache(maxsize=256)
def _reference(
    score: str, cohort: str, verified: bool, margin: float, ceiling: float, reach: float, loss: str
) -> DensityReference:
    runs = scored(score, verified_only=verified).filter(
        COHORTS[cohort], pl.col("score").is_not_null()
    )
    return DensityReference.fit(
        runs.select("params", "tokens", "score", "family"),
        floor=floor(score),
        ceiling=ceiling,
        margin=margin,
        reach=reach,
        loss=loss,
        resamples=RESAMPLES,
    )


def reference(setting: Setting) -> DensityReference:
    """Return the reference of a setting; the last ones are kept.

    Parameters
    ----------
    setting : Setting
        The setting.

    Returns
    -------
    DensityReference
        The reference.

    Raises
    ------
    FitError
        If the cohort is at chance on the benchmark, or its fit cannot be trusted.
    """
    s = setting
    return _reference(s.score, s.cohort, s.verified_only, s.margin, s.ceiling, s.reach, s.loss)


def estimate(setting: Setting, *, resamples: int = RESAMPLES, seed: int = 0) -> Estimate:
    """Estimate densities and their growth.

    Parameters
    ----------
    setting : Setting
        The setting.
    resamples : int, optional
        Resamples of families; each goes with one of the reference.
    seed : int, optional
        Seed of the resamples.

    Returns
    -------
    Estimate
        Reference, densities, and growth by both estimators.

    Raises
    ------
    FitError
        If there is no reference.
    DataError
        If too few models have a density.
    """
    one, models = reference(setting), selected(setting)
    how: dict[str, Any] = {"tokens": setting.tokens, "params": setting.params}
    table = one.density(models, **how, level=LEVEL)
    draws = one.draws(models, **how, count=resamples)
    read = table
    if setting.chance_below:
        # Any place far below the edge will do: a quantile does not ask how far.
        low = pl.col("density").filter(pl.col("density").is_not_nan()).min() / 1e3
        at_chance = pl.col("density_reason") == "at chance"
        read = table.with_columns(density=pl.when(at_chance).then(low).otherwise("density"))
        draws[:, (table["density_reason"] == "at chance").to_numpy()] = float(
            read["density"].min()  # type: ignore[arg-type]
        )
    common: dict[str, Any] = {"resamples": resamples, "level": LEVEL, "seed": seed, "draws": draws}
    return Estimate(
        setting,
        one,
        table,
        doubling_time(read, quantile=setting.quantile, **common),
        doubling_time(read, estimator="records", **common),
    )


def trend(setting: Setting) -> Trend:
    """Return densities by release date, as the estimators read them.

    Parameters
    ----------
    setting : Setting
        The setting.

    Returns
    -------
    Trend
        The densities.
    """
    how: dict[str, Any] = {"tokens": setting.tokens, "params": setting.params}
    return Trend.of(reference(setting).density(selected(setting), **how))


def changed(**changes: Any) -> Setting:
    """Return the default setting with some things changed.

    Parameters
    ----------
    **changes
        Fields of `Setting`.

    Returns
    -------
    Setting
        The setting.
    """
    return replace(Setting(), **changes)

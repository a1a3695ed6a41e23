"""Scores of open models beside their sizes, tokens and dates, each score from one harness."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import polars as pl

from analysis.capability.chance import chance
from analysis.runs.catalog import load

_FIRST, _SECOND, _QUOTED = "observational-scaling", "leaderboard-v2", "published"
#: The harness from which each benchmark is taken: one for all models, never two pooled.
HARNESS: Mapping[str, str] = {
    **dict.fromkeys(("mmlu", "gsm8k", "humaneval"), _FIRST),
    **dict.fromkeys(("arc_challenge", "hellaswag", "winogrande"), _FIRST),
    **dict.fromkeys(("mmlu_pro", "bbh", "math"), _SECOND),
    "mmlu_quoted": _QUOTED,
}
#: What a score is: a benchmark, or the mean of several.
SCORES: Mapping[str, tuple[str, ...]] = {
    "MMLU": ("mmlu",),
    "MMLU-Pro": ("mmlu_pro",),
    "BBH": ("bbh",),
    "MATH": ("math",),
    "GSM8K": ("gsm8k",),
    "HumanEval": ("humaneval",),
    "HellaSwag": ("hellaswag",),
    "ARC-C": ("arc_challenge",),
    "WinoGrande": ("winogrande",),
    "MMLU as quoted in reports": ("mmlu_quoted",),
    "mean of MMLU, BBH, HumanEval": ("mmlu", "bbh", "humaneval"),
    "mean of HellaSwag, ARC-C, WinoGrande": ("hellaswag", "arc_challenge", "winogrande"),
    "mean of MMLU, GSM8K, HellaSwag, ARC-C": ("mmlu", "gsm8k", "hellaswag", "arc_challenge"),
}


@lru_cache(maxsize=1)
def all_scores() -> pl.DataFrame:
    """Return sizes, tokens and dates of the open models beside their scores.

    Returns
    -------
    polars.DataFrame
        One row a model that has any score: the facts of ``open-models`` and a column a
        benchmark, null where the model was not measured on its harness.

    Raises
    ------
    DataError
        If a table fails its checks.
    """
    scores = load("open-model-scores").filter("used")
    wide = pl.concat(
        scores.filter(
            pl.col("harness") == harness, pl.col("benchmark") == benchmark.removesuffix("_quoted")
        )
        # Reports quote a model under several prompts; measured scores are one a model.
        .group_by("model", maintain_order=True)
        .agg(pl.col("score").median())
        .with_columns(benchmark=pl.lit(benchmark))
        for benchmark, harness in HARNESS.items()
    ).pivot(on="benchmark", index="model", values="score", aggregate_function=None)
    facts = ("model", "family", "params", "params_active", "tokens", "released", "kind")
    models = load("open-models").select(*facts, "mixture", "domain", "verified")
    joined = models.join(wide, on="model", how="inner", validate="1:1")
    maker = pl.col("model").str.split("/").list.first()
    # Llama-1 is kept under the name of who converted it.
    return joined.with_columns(maker=maker.replace({"huggyllama": "meta-llama"}))


def scored(score: str, *, verified_only: bool = False) -> pl.DataFrame:
    """Return the open models with a score on a benchmark or on the mean of several.

    A mean over benchmarks is only taken where all of them were measured: a model without one of
    them has no score, and ``missing`` names what it lacks.

    Parameters
    ----------
    score : str
        A key of `SCORES`.
    verified_only : bool, optional
        Leave out every model with a size, token count or date that is recalled, not confirmed,
        and all scores that are quotations.

    Returns
    -------
    polars.DataFrame
        Facts of each model, ``score`` (0 to 1) and ``missing``.

    Raises
    ------
    ValueError
        If the score is unknown.
    """
    if score not in SCORES:
        raise ValueError(f"score is {score!r}; accepted are {', '.join(SCORES)}")
    parts = SCORES[score]
    lacking = pl.concat_list(
        pl.when(pl.col(n).is_null()).then(pl.lit(n)).otherwise(pl.lit("")) for n in parts
    )
    table = all_scores().with_columns(
        # A plain mean over columns would pass over what is missing.
        score=pl.sum_horizontal(parts, ignore_nulls=False) / len(parts),
        missing=lacking.list.eval(pl.element().filter(pl.element() != "")).list.join(", "),
    )
    table = table.drop(list(HARNESS))
    quoted = any(HARNESS[part] == _QUOTED for part in parts)
    return table.filter(pl.col("verified") & (not quoted)) if verified_only else table


def floor(score: str) -> float:
    """Return the score by chance.

    Parameters
    ----------
    score : str
        A key of `SCORES`.

    Returns
    -------
    float
        The score, 0 to 1.
    """
    return chance([part.removesuffix("_quoted") for part in SCORES[score]])

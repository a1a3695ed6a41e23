"""Scores of the Pythia models along their training."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from analysis.runs.collect import collected
from analysis.runs.collect.rows import left_out

_MEASURES = {
    "accuracy": "acc",
    "accuracy of normalised lengths": "acc_norm",
    "perplexity": "ppl",
    "share of stereotypes": "pct_stereotype",
    "difference of log likelihoods": "likelihood_difference",
}
_FULL_BATCH = 2_097_152
# What a guess scores: one over the answers offered. LAMBADA asks for a word.
_TWO_ANSWERS = ("piqa", "winogrande", "wsc")
_FOUR_ANSWERS = ("arc_challenge", "arc_easy", "logiqa", "sciq")


@collected("pythia-evals", "pythia-evals")
def _pythia_evals(folder: Path) -> pl.DataFrame:
    """One row a model, checkpoint, task and measure."""
    wide = pl.read_parquet(folder / "pythia_v1_evals.parquet")
    batch = pl.read_csv(folder / "pythia_models.csv").select("model", "tokens_per_step")
    wide = wide.join(batch, on="model", how="left", maintain_order="left", validate="m:1")
    keys = ["model", "deduped", "N", "N_non_embedding", "tokens_per_step"]
    keys += ["step", "tokens", "shots", "task"]
    measured = [
        wide.select(
            *keys, measure=pl.lit(name), score=column, score_error=f"{column}_stderr"
        ).filter(pl.col("score").is_not_null())
        for name, column in _MEASURES.items()
    ]
    long = pl.concat(measured).sort("model", "shots", "step", "task", "measure")
    # A run that has seen nothing has no place on an axis of tokens.
    seen = pl.when(pl.col("step") > 0).then(pl.col("tokens").cast(pl.Float64))
    long = long.select(
        "model",
        "task",
        "measure",
        "score",
        "score_error",
        pl.col("shots").cast(pl.Int64),
        pl.col("step").cast(pl.Int64),
        deduplicated="deduped",
        params=pl.col("N").cast(pl.Float64),
        params_non_vocabulary=pl.col("N_non_embedding").cast(pl.Float64),
        batch_tokens=pl.col("tokens_per_step").cast(pl.Float64),
        tokens=seen,
    )
    return left_out(
        long,
        {
            "another batch size": pl.col("batch_tokens") != _FULL_BATCH,
            "not trained yet": pl.col("step") == 0,
            "no right answer: a preference between two sentences": pl.col("task").str.starts_with(
                "crows_pairs"
            ),
        },
    )


@collected("pythia-tasks", "pythia-evals")
def _pythia_tasks(folder: Path) -> pl.DataFrame:
    """One row a task: its group, and what a guess scores."""
    tasks = pl.read_parquet(folder / "pythia_v1_evals.parquet", columns=["task"]).unique()
    tasks = tasks.sort("task")
    name = pl.col("task")
    mmlu, pairs = name.str.starts_with("hendrycksTest-"), name.str.starts_with("crows_pairs")
    tasks = tasks.with_columns(
        group=pl.when(mmlu)
        .then(pl.lit("mmlu"))
        .when(pairs)
        .then(pl.lit("crows_pairs"))
        .otherwise(name),
        chance=pl.when(mmlu | name.is_in(_FOUR_ANSWERS))
        .then(pl.lit(0.25))
        .when(name.is_in(_TWO_ANSWERS))
        .then(pl.lit(0.5))
        .when(name == "lambada_openai")
        .then(pl.lit(0.0)),
    )
    return left_out(tasks, {"no right answer: a preference between two sentences": pairs})

"""Which of several models answers which prompt, and what that costs: routers and cascades."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from analysis.runs.collect import collected
from analysis.runs.collect.rows import all_used, left_out

_JUDGED = {
    "gpt-4-1106-preview": "GPT-4 Turbo",
    "mistralai/Mixtral-8x7B-Instruct-v0.1": "Mixtral 8x7B",
    "bench:unify": "router of Unify",
    "bench:martian": "router of Martian",
}
_UNREAD = "the strong model is right on 8 of 270, far below chance: presumably not read"
_TASKS = ("AGNEWS", "COQA", "HEADLINES", "OVERRULING", "SCIQ")
_OLDER = ("HEADLINES", "SCIQ")
#: Test accuracy that stands in the older files for models of 2023, whatever the model.
_PLACEHOLDER = 0.1
#: More than this for one query is the sum of the whole test set.
_ONE_QUERY = 0.1
_WHOLE_SET = "older file: the test cost was that of all queries and is divided by their number"
_COPIED = "older file: a copy of the HEADLINES row, the task is another"
_NOT_TESTED = "older file: 0.1 stands where a test accuracy should, costs are not per query"
_OTHER_EDITION = "older file: another edition of the cascade"


@collected("routellm", "routellm")
def _routellm(folder: Path) -> pl.DataFrame:
    """One row a prompt: whether the weak and the strong model answered it right."""
    pairs = pl.read_csv(folder / "routellm_pairs.csv", infer_schema_length=None)
    # An answer to a multiple-choice question is one letter; the source leaves its length out.
    measured = pl.col("strong_response_chars").is_not_null()
    lengths = pl.col("weak_response_chars", "strong_response_chars").fill_null(1)
    rows = pairs.with_columns(lengths, response_measured=measured)
    return left_out(rows, {_UNREAD: pl.col("subject") == "high_school_mathematics"})


@collected("routellm-judged", "routellm")
def _routellm_judged(folder: Path) -> pl.DataFrame:
    """Scores of two models and two bought routers, as a judge gave them."""
    scores = pl.read_csv(folder / "mt_bench_scores.csv")
    named = scores.select(
        model=pl.col("model").replace_strict(_JUDGED),
        question="question_id",
        turn="turn",
        score="score",
    )
    return left_out(
        named.sort("model", "question", "turn"), {"the judge gave no score": pl.col("score") < 0}
    ).with_columns(score=pl.when("used").then("score"))


def _summary(path: Path, task: str, edition: str) -> pl.DataFrame:
    numbers = ("Test_acc", "Test_cost", "Train_acc", "Train_cost", "Budget")
    return pl.read_csv(path, infer_schema_length=None).select(
        task=pl.lit(task),
        edition=pl.lit(edition),
        model="Method",
        provider="Provider",
        cascade=(pl.col("Method") == "FrugalGPT"),
        **{n.lower(): pl.col(n).cast(pl.Float64) for n in numbers},
        queries="Test_size",
        train_queries="Train_size",
    )


@collected("frugalgpt", "frugalgpt")
def _frugalgpt(folder: Path) -> pl.DataFrame:
    """Accuracy and cost of single models and of cascades at twenty budgets, per task."""
    newer = [
        _summary(next(folder.glob(f"summary_{task}_*_full_2024.csv")), task, "2024")
        for task in _TASKS
    ]
    older = [
        _summary(folder / f"{task.lower()}_e8_perf_seed_9_2024updatedmodel.csv", task, "older")
        for task in _OLDER
    ]
    rows = pl.concat([*newer, *older])
    old = pl.col("edition") == "older"
    untested = old & (pl.col("test_acc") == _PLACEHOLDER)
    whole = old & ~untested & (pl.col("test_cost") > _ONE_QUERY)
    cost = pl.when(whole).then(pl.col("test_cost") / pl.col("queries")).otherwise("test_cost")
    marked = left_out(
        rows,
        {
            _COPIED: untested & (pl.col("task") == "SCIQ"),
            _NOT_TESTED: untested,
            _WHOLE_SET: whole,
            _OTHER_EDITION: old,
        },
    )
    return marked.select(
        *("task", "edition", "model", "provider", "cascade"),
        budget=pl.when("cascade").then("budget").otherwise(0.0),
        accuracy=pl.when(~untested).then("test_acc"),
        usd=pl.when(~untested).then(cost),
        usd_as_stored="test_cost",
        queries="queries",
        train_accuracy="train_acc",
        train_usd=pl.when(~untested).then("train_cost"),
        train_queries="train_queries",
        used="used",
        reason="reason",
    )


@collected("llmrouterbench", "llmrouterbench")
def _llmrouterbench(folder: Path) -> pl.DataFrame:
    """Score and cost of 13 hosted models on ten whole test sets."""
    table = pl.read_csv(folder / "flagship_score_cost.csv")
    marked = left_out(table, {"no entry in the table": pl.col("score_pct").is_null()})
    return marked.select(
        "model",
        dataset="dataset",
        accuracy=pl.col("score_pct") / 100,
        usd="cost",
        used="used",
        reason="reason",
    )


@collected("llmrouterbench-small", "llmrouterbench")
def _llmrouterbench_small(folder: Path) -> pl.DataFrame:
    """Score of 20 models of 7 to 9 billion parameters on 15 test sets."""
    table = pl.read_csv(folder / "small_models_scores.csv")
    return all_used(table.select("model", "dataset", accuracy=pl.col("score_pct") / 100))

"""Benchmark scores of open models, from four tables, on the scale of the share of right answers."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl

from analysis.runs.collect import collected
from analysis.runs.collect.rows import left_out

_OBSERVATIONAL = {
    "MMLU": "mmlu",
    "ARC-C": "arc_challenge",
    "HellaSwag": "hellaswag",
    "Winograd": "winogrande",
    "TruthfulQA": "truthfulqa",
    "GSM8K": "gsm8k",
    "XWinograd": "xwinograd",
    "HumanEval": "humaneval",
}
_SECOND = {
    "leaderboard_ifeval": "ifeval",
    "leaderboard_bbh": "bbh",
    "leaderboard_math_hard": "math",
    "leaderboard_mmlu_pro": "mmlu_pro",
    "leaderboard_gpqa": "gpqa",
    "leaderboard_musr": "musr",
}
_FIRST_FAMILIES = {"arc": "arc_challenge"} | {
    name: name for name in ("hellaswag", "mmlu", "truthfulqa", "winogrande", "gsm8k")
}
_SECOND_FAMILIES = {"mmlu-pro": "mmlu_pro"} | {
    name: name for name in ("ifeval", "bbh", "math", "gpqa", "musr")
}
# The leaderboards' own settings. No source at hand prints them.
_SHOTS_RECALLED = {
    "mmlu": "5",
    "arc_challenge": "25",
    "hellaswag": "10",
    "winogrande": "5",
    "truthfulqa": "0",
    "gsm8k": "5",
    "ifeval": "0",
    "bbh": "3",
    "math": "4",
    "mmlu_pro": "5",
    "gpqa": "0",
    "musr": "0",
}
# From this row on the second leaderboard's file holds normalised scores.
_NORMALISED_FROM = 105
# (score - chance) / (1 - chance) can be undone where one chance holds for the whole benchmark.
# Neither mathematics nor instructions can be guessed: their normalised scores are raw ones.
_CHANCE = {"mmlu_pro": 0.1, "gpqa": 0.25, "math": 0.0, "ifeval": 0.0}
_MISKEYED = "Stanford CRFM Leaderboard"
_NOT_OURS = "no base model of open-models: tuned, closed or unknown"


@collected("open-model-scores", "open-base-models")
def _open_model_scores(folder: Path) -> pl.DataFrame:
    """One row a model, harness and benchmark; the sources' sizes, tokens and dates stay behind."""
    sources = folder.parent
    first = _first_leaderboard(sources)
    columns = ["name", "model", "harness", "benchmark", "score", "score_is", "shots"]
    columns += ["shots_source", "source", "verified", "note", "fault"]
    tables = [
        _observational(sources, first),
        first,
        _second_leaderboard(sources),
        _quoted(sources),
    ]
    scores = pl.concat([_complete(table).select(columns) for table in tables])
    scores = left_out(
        scores,
        {
            _NOT_OURS: pl.col("model") == "",
            "not measured": pl.col("score").is_null(),
            **{why: pl.col("fault") == why for why in scores["fault"].unique().sort() if why},
        },
    )
    return scores.drop("fault")


def _complete(table: pl.DataFrame) -> pl.DataFrame:
    """Return the table with its shots, and empty texts for what it does not say."""
    stated = pl.col("shots_stated") if "shots_stated" in table.columns else pl.lit("")
    recalled = pl.col("benchmark").replace_strict(_SHOTS_RECALLED, default="")
    if "shots_stated" in table.columns:
        recalled = pl.lit("")
    absent = [name for name in ("note", "fault") if name not in table.columns]
    return table.with_columns(
        *(pl.lit("").alias(name) for name in absent),
        shots=pl.when(stated != "").then(stated).otherwise(recalled),
        shots_source=pl.when(stated != "")
        .then(pl.lit("stated"))
        .when(recalled != "")
        .then(pl.lit("recalled"))
        .otherwise(pl.lit("not stated")),
        model=pl.col("model").fill_null(""),
    )


def _named(table: pl.DataFrame, sources: Path, called: str) -> pl.DataFrame:
    """Join the names of open-models by the table of exact names, never by likeness."""
    names = pl.read_csv(sources / "open-base-models" / "aliases.csv")
    names = names.filter(pl.col("table") == called).select("model", name="alias")
    return table.join(names, on="name", how="left", maintain_order="left", validate="m:1")


def _long(table: pl.DataFrame, benchmarks: dict[str, str]) -> pl.DataFrame:
    wide = table.rename(benchmarks)
    kept = [name for name in wide.columns if name not in benchmarks.values()]
    return wide.unpivot(
        list(benchmarks.values()), index=kept, variable_name="benchmark", value_name="score"
    )


def _observational(sources: Path, first: pl.DataFrame) -> pl.DataFrame:
    """Return the scores of base models under one harness; a few gaps are filled."""
    folder = sources / "observational-scaling"
    table = pl.read_csv(folder / "base_llm_benchmark_eval.csv").rename({"Model": "name"})
    table = _named(table.select("name", *_OBSERVATIONAL), sources, "observational-scaling")
    spare = first.select("model", "benchmark", spare="score").filter(pl.col("model") != "")
    long = _long(table, _OBSERVATIONAL).join(
        spare, on=["model", "benchmark"], how="left", maintain_order="left"
    )
    # Three models lack ARC-C. The leaderboard, whose harness this table uses, has two of them.
    filled = (
        (pl.col("benchmark") == "arc_challenge")
        & pl.col("score").is_null()
        & pl.col("spare").is_not_null()
    )
    mends = pl.when(filled).then(pl.lit("missing here; taken from leaderboard-families"))
    headed = pl.when(pl.col("benchmark") == "winogrande").then(
        pl.lit("the column is headed Winograd and holds WinoGrande")
    )
    return long.with_columns(
        note=pl.coalesce(mends, headed, pl.lit("")),
        score=pl.when(filled).then("spare").otherwise("score"),
        source=pl.when(filled)
        .then(pl.lit("leaderboard-families"))
        .otherwise(pl.lit("observational-scaling")),
        harness=pl.lit("observational-scaling"),
        score_is=pl.lit("raw"),
        verified=pl.lit(True),
    )


def _first_leaderboard(sources: Path) -> pl.DataFrame:
    table = pl.read_csv(sources / "leaderboard-families" / "df_full_v1.csv")
    table = _named(table.select(*_FIRST_FAMILIES, name="model"), sources, "leaderboard-families")
    return _long(table, _FIRST_FAMILIES).with_columns(
        harness=pl.lit("leaderboard-v1"),
        source=pl.lit("leaderboard-families"),
        score_is=pl.lit("raw"),
        verified=pl.lit(True),
    )


def _second_leaderboard(sources: Path) -> pl.DataFrame:
    """Return the second leaderboard from both tables that have it; one of two copies is used."""
    folder = sources / "observational-scaling"
    exact = pl.read_csv(folder / "base_llm_leaderboard_v2_eval.csv").rename({"Model": "name"})
    exact = _long(_named(exact, sources, "observational-scaling"), _SECOND).with_columns(
        note=pl.when(pl.col("benchmark") == "ifeval")
        .then(pl.lit("share of single instructions that are followed"))
        .otherwise(pl.lit("")),
        fault=pl.lit(""),
        source=pl.lit("observational-scaling"),
        score_is=pl.lit("raw"),
    )
    has_exact = exact.select("model", "benchmark", twice=pl.lit(True))
    rounded = _undone(_rounded(sources)).join(
        has_exact, on=["model", "benchmark"], how="left", maintain_order="left"
    )
    rounded = rounded.with_columns(
        fault=pl.when(pl.col("score_is") == "normalised")
        .then(pl.lit("normalised task by task, which cannot be undone"))
        .when(pl.col("benchmark") == "ifeval")
        .then(pl.lit("another count of followed instructions than in observational-scaling"))
        .when(pl.col("twice"))
        .then(pl.lit("observational-scaling has the same score with more digits"))
        .otherwise(pl.lit("")),
    )
    both = pl.concat([exact, rounded.select(exact.columns)])
    return both.with_columns(harness=pl.lit("leaderboard-v2"), verified=pl.lit(True))


def _rounded(sources: Path) -> pl.DataFrame:
    table = pl.read_csv(sources / "leaderboard-families" / "df_full_v2.csv").with_row_index("row")
    table = table.select("row", *_SECOND_FAMILIES, name="model")
    return _long(_named(table, sources, "leaderboard-families"), _SECOND_FAMILIES)


def _undone(scores: pl.DataFrame) -> pl.DataFrame:
    """Return raw scores where normalised ones can be turned back."""
    chance = pl.col("benchmark").replace_strict(_CHANCE, default=None, return_dtype=pl.Float64)
    printed = pl.col("row") >= _NORMALISED_FROM
    guessed = printed & (chance > 0)
    # What was below chance was set to zero: of these only an upper bound is known.
    lost = printed & (chance.is_null() | (guessed & (pl.col("score") == 0)))
    turned = guessed & ~lost
    return scores.with_columns(
        score=pl.when(turned).then(chance + (1 - chance) * pl.col("score")).otherwise("score"),
        score_is=pl.when(lost).then(pl.lit("normalised")).otherwise(pl.lit("raw")),
        note=pl.when(turned)
        .then(pl.format("printed normalised by chance {}; undone", chance))
        .otherwise(pl.lit("")),
        source=pl.lit("leaderboard-families"),
    )


def _quoted(sources: Path) -> pl.DataFrame:
    """Return scores quoted from papers and reports, with what is known to be wrong."""
    table = pl.read_csv(
        sources / "open-base-models" / "published_scores.csv", infer_schema_length=None
    )
    again = pl.struct("benchmark", "model", "score", "shots", "source").is_first_distinct().not_()
    # Three of Qwen's are known to be wrong; a fourth, of Nemotron-4, has the same look.
    bbh = table.filter(pl.col("model").is_not_null(), benchmark="bbh")
    bbh = bbh.select("model", "source", "score", benchmark=pl.lit("mmlu"), slip=pl.lit(True))
    table = table.join(
        bbh.unique(), on=bbh.columns[:-1], how="left", maintain_order="left", validate="m:1"
    )
    instruct = (pl.col("source") == _MISKEYED) & pl.col("name").str.starts_with("Llama 3 (")
    return table.with_columns(
        fault=pl.when("slip")
        .then(pl.lit("listed as MMLU, and equal to the same source's BBH"))
        .when(again & pl.col("model").is_not_null())
        .then(pl.lit("the same figure from the same source again"))
        .otherwise(pl.lit("")),
        note=pl.when(instruct)
        .then(pl.lit("keyed to the instruct version, and so to no base model"))
        .otherwise(pl.lit("")),
        shots_stated=pl.col("shots").cast(pl.String).fill_null(""),
        name=pl.coalesce("name", "model_version", pl.lit("")),
        source=pl.col("source").fill_null("not stated"),
        harness=pl.lit("published"),
        score_is=pl.lit("raw"),
        verified=pl.lit(False),
    )


_TASK = re.compile(
    r"(?P<task>.+?)_(?P<shots>\d+)_(?P<measure>exact_match|acc|bleu)"
    r"(?:,(?P<reading>[^,]+?))?(?:,(?P<scale>norm))?"
)


def _task_scores(folder: Path, file: str) -> pl.DataFrame:
    """Return one row a model and column of a table whose headings hold task, shots and measure."""
    table = pl.read_csv(folder / file).rename({"Model": "name"})
    table = _named(table, folder.parent, "observational-scaling")
    headings = [column for column in table.columns if column not in ("name", "model")]
    parts = [_TASK.fullmatch(heading) for heading in headings]
    about = pl.DataFrame(
        {"heading": headings}
        | {
            key: [part[key] or "" if part else "" for part in parts]
            for key in ("task", "shots", "measure", "reading", "scale")
        }
    )
    long = table.unpivot(
        headings, index=["name", "model"], variable_name="heading", value_name="score"
    ).join(about, on="heading", how="left", maintain_order="left", validate="m:1")
    chance_out = pl.when(pl.col("scale") == "norm").then(pl.lit("centred")).otherwise(pl.lit("raw"))
    scored = long.select(
        "model",
        "name",
        "task",
        "measure",
        "reading",
        pl.col("shots").cast(pl.Int64),
        score=pl.when(pl.col("measure") == "bleu").then(pl.col("score") / 100).otherwise("score"),
        score_is=chance_out,
    )
    return left_out(scored, {"not measured": pl.col("score").is_null()})


@collected("observational-emergent", "observational-scaling")
def _emergent(folder: Path) -> pl.DataFrame:
    """Tasks on which small models score as if they guessed."""
    return _task_scores(folder, "base_llm_emergent_capability_eval.csv")


@collected("observational-post-training", "observational-scaling")
def _post_training(folder: Path) -> pl.DataFrame:
    """Base models under ways of asking: examples, chains of thought, votes."""
    return _task_scores(folder, "base_llm_post_training_eval.csv")

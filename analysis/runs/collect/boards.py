"""Leaderboards that print accuracy beside cost and latency: coding, and calling functions."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from analysis.runs.collect import collected
from analysis.runs.collect.aider_names import RELEASED_AS
from analysis.runs.collect.releases import release_days
from analysis.runs.collect.rows import left_out

# Exercises of each Aider board. A run counts that tried nearly all of them.
_BOARD = {"edit": 133, "polyglot": 225, "refactor": 89, "qwen3": 225, "o1_polyglot": 225}
_NEARLY = 0.95


@collected("aider-leaderboards", "aider-leaderboards")
def _aider(folder: Path) -> pl.DataFrame:
    """One row a run of a coding board; a cost of zero is a cost that nobody measured."""
    runs = pl.read_csv(folder / "aider_tidy.csv", infer_schema_length=None)
    days = release_days(folder.parent, RELEASED_AS)
    runs = runs.join(days, on="model", how="left", maintain_order="left", suffix="_registry")
    own = pl.coalesce("released", "_released").str.to_date("%Y-%m-%d")
    source = pl.when(own.is_not_null()).then(pl.lit("the board")).otherwise("released_source")
    rate = pl.coalesce("pass_rate_2", "pass_rate_1") / 100
    printed = pl.coalesce("pass_num_2", (rate * pl.col("test_cases")).round())
    size = pl.col("board").replace_strict(_BOARD)
    runs = runs.select(
        *("board", "model", "edit_format"),
        run="dirname",
        day=pl.col("date").str.to_date("%Y-%m-%d"),
        released=pl.coalesce(own, "released_registry"),
        released_source=source.fill_null(""),
        # Exercises that were set; those that ended without an answer count as not solved.
        cases=pl.coalesce("total_tests", "test_cases"),
        cases_run="test_cases",
        solved=printed.cast(pl.Int64),
        accuracy_first=pl.col("pass_rate_1") / 100,
        usd=_measured("total_cost"),
        seconds_per_case=_measured("seconds_per_case"),
        input_tokens=_measured("prompt_tokens"),
        output_tokens=_measured("completion_tokens"),
    ).with_columns(accuracy=pl.col("solved") / pl.col("cases"))
    side = pl.col("board").is_in(["qwen3", "o1_polyglot"])
    copy = side & pl.col("run").is_in(runs.filter(~side)["run"].implode())
    return left_out(
        runs,
        {
            "a run of another board: it has more exercises than this one": pl.col("cases") > size,
            "only part of the board was run": pl.col("cases_run") < _NEARLY * size,
            "the same run stands on the polyglot board": copy,
        },
    )


@collected("bfcl", "bfcl")
def _bfcl(folder: Path) -> pl.DataFrame:
    """One row a model of one snapshot of the function-calling board."""
    files = ("bfcl_2024_early_snapshots.csv", "bfcl_overall_snapshots.csv")
    both = pl.concat(
        [pl.read_csv(folder / file, infer_schema_length=0) for file in files], how="diagonal"
    )
    per_1k, whole = "Cost ($ Per 1k Function Calls)", "Total Cost ($)"
    total = pl.col("snapshot_date") >= "2025-08"
    cost = _number(pl.when(total).then(pl.col(whole)).otherwise(pl.col(per_1k)))
    mean = _number(pl.col("Latency Mean (s)"))
    spread = _number(pl.col("Latency Standard Deviation (s)"))
    is_open = pl.col("License") != "Proprietary"
    # Rented time: the cost is a fixed multiple of the latency, whatever model answered.
    rented = (
        pl.when(total)
        .then(cost / mean < 2)
        .otherwise(spread.is_null() | pl.col("Model").str.starts_with("Functionary"))
    )
    unit = pl.when(total).then(pl.lit("the whole board")).otherwise(pl.lit("1,000 calls"))
    zero = pl.when(cost == 0).then(pl.lit("cost stored as 0, which means that none was known"))
    rows = both.select(
        snapshot=pl.col("snapshot_date").str.to_date("%Y-%m-%d"),
        commit="snapshot_commit",
        model="Model",
        mode=pl.col("Model").str.extract(r"\((FC|Prompt)[^)]*\)").fill_null(""),
        organisation="Organization",
        licence="License",
        open_weights=is_open,
        accuracy=_number(pl.col("Overall Acc")) / 100,
        usd=pl.when(cost > 0).then(cost),
        usd_for=unit,
        usd_imputed=((cost > 0) & is_open & rented).fill_null(False),
        latency_s=mean,
        latency_sd_s=spread,
        latency_p95_s=_number(pl.col("Latency 95th Percentile (s)")),
        note=zero.otherwise(pl.lit("")),
    )
    return left_out(rows, {"the snapshot has neither cost nor latency": _bare(rows)})


def _bare(rows: pl.DataFrame) -> pl.Expr:
    """Whether a row belongs to a snapshot in which no row has a cost."""
    priced = rows.filter(pl.col("usd").is_not_null())["snapshot"].unique()
    return ~pl.col("snapshot").is_in(priced.implode())


def _measured(column: str) -> pl.Expr:
    """A column in which 0 means that nothing was measured."""
    return pl.when(pl.col(column) > 0).then(pl.col(column))


def _number(cell: pl.Expr) -> pl.Expr:
    """The number in a cell of text; nothing where it holds none."""
    return cell.str.strip_chars().str.strip_suffix("%").cast(pl.Float64, strict=False)

"""Frontiers and records on boards without a licence to ship: where they are, they must agree."""

from __future__ import annotations

import polars as pl
import pytest

from analysis.economics import cost_records, cost_trend, pareto
from analysis.runs import collect

SOURCES = collect.sources_folder()


def source(folder, file):
    path = None if SOURCES is None else SOURCES / folder / file
    if path is None or not path.is_file():
        pytest.skip(f"{folder} is not shipped and not among the sources of this machine")
    return pl.read_csv(path, infer_schema_length=None)


def test_agents_on_the_fronts_of_eleven_benchmarks():
    runs = source("hal-agents", "runs.csv").with_columns(
        usd=pl.when(pl.col("total_cost") > 0).then("total_cost")
    )
    fronts = [
        pareto(board, cost="usd", score="accuracy")
        for _, board in runs.group_by("benchmark_name", maintain_order=True)
    ]
    assert len(fronts) == 11
    every = pl.concat(fronts)
    assert every["on_frontier"].count() == 282
    assert every["on_frontier"].sum() == 53


def arc():
    table = source("arc-agi", "arc_agi_evaluations.csv")
    table = table.filter(pl.col("dataset") == "v1_Semi_Private", pl.col("cost_per_task_usd") > 0)
    day = pl.col("model_release_date").str.to_date("%Y-%m-%d", strict=False)
    return table.with_columns(day=day).filter(pl.col("day").is_not_null())


def test_records_of_the_abstraction_corpus():
    runs = arc().filter(pl.col("model_type") != "Custom")
    records = cost_records(runs, threshold=0.5, cost="cost_per_task_usd", score="score", day="day")
    seen = records.select(pl.col("day").cast(pl.String), "cost_per_task_usd").rows()
    wanted = {"2024-12-20": 200, "2025-04-16": 0.288, "2025-08-07": 0.116, "2025-12-17": 0.061}
    for day, cost in wanted.items():
        assert dict(seen)[day] == pytest.approx(cost, rel=0.01)


def test_one_contest_entry_decides_the_halving_time_there():
    names = {"cost": "cost_per_task_usd", "score": "score", "day": "day"}
    models = arc().filter(pl.col("model_type") != "Custom")
    without = cost_trend(models, threshold=0.5, resamples=300, **names)
    with_it = cost_trend(arc(), threshold=0.5, resamples=300, **names)
    assert with_it.halving_months > 2 * without.halving_months
    # Records fall by chance alone; the first of 200 dollars carries most of what is seen.
    later = cost_trend(models, threshold=0.5, resamples=300, first=False, **names)
    assert later.halving_months > 1.5 * without.halving_months

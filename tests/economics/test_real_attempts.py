"""The same functions on real attempts: the tables of the workbench, and sources that are not."""

from __future__ import annotations

import polars as pl
import pytest

import analysis
from analysis.economics import alignment, attempts, frontier, with_guesser, without
from analysis.errors import DataError
from analysis.runs.collect import sources_folder

TASKS = ("AIME", "GPQA Diamond", "LiveMathBench", "SimpleQA")


@pytest.fixture(scope="module")
def table():
    return analysis.load("attempts-pricing-reversal")


def source(folder, file):
    """Return the path of a file of the sources, or skip and say what is missing."""
    sources = sources_folder()
    path = None if sources is None else sources / folder / file
    if path is None or not path.is_file():
        pytest.skip(f"there is no {folder}/{file} among the sources here")
    return path


@pytest.mark.parametrize("task", TASKS)
def test_every_model_met_the_same_problems(table, task):
    own = table.filter((pl.col("task") == task) & pl.col("used"))
    found = alignment(own)
    assert found["aligned"].all()
    assert found["correlation"].min() > 0.9


def test_numbers_as_stored_would_be_refused(table):
    for task, model in (("LiveMathBench", "gpt-5.2-high"), ("SimpleQA", "claude-opus")):
        own = table.filter((pl.col("task") == task) & pl.col("used"))
        stored = own.with_columns(problem=pl.col("number_stored"))
        with pytest.raises(DataError, match=f"prompts of '{model}"):
            attempts(stored)


def test_what_is_not_used_would_be_refused(table):
    own = table.filter(pl.col("task") == "SimpleQA").drop("used", "reason")
    with pytest.raises(DataError, match=r"column '(usd|passed)'"):
        attempts(own)


def test_frontiers_of_the_study(table):
    found = frontier(table.filter(pl.col("task") == "GPQA Diamond"), 58.0)
    assert found.value == pytest.approx(0.59666, abs=1e-5)
    assert found.human_part == pytest.approx(2 / 198 * 58)
    assert found.interval.low < 0.1
    assert found.interval.high > 1.5
    aime = frontier(table.filter(pl.col("task") == "AIME"))
    assert aime.value == pytest.approx(0.035798, abs=1e-6)
    four = frontier(analysis.load("attempts-matharena"), 20.0, over="both")
    assert four.value == pytest.approx(1.54755, abs=1e-5)
    assert four.interval.note == ""


def test_a_run_of_coding_agents_in_sources_that_are_not_shipped():
    path = source("swe-bench", "per_instance_bash_only.csv.gz")
    raw = pl.read_csv(path).select(
        problem="instance_id",
        model="folder",
        attempt=pl.lit(1),
        passed="resolved",
        usd="cost",
    )
    raw = raw.with_columns(pl.col("passed").cast(pl.Float64))
    free = (pl.col("usd") == 0) | pl.col("usd").is_null() | pl.col("passed").is_null()
    if raw.filter(free).height:
        with pytest.raises(DataError, match=r"column '(usd|passed)'"):
            attempts(raw)
    laid = attempts(raw.with_columns(used=~free))
    found = frontier(laid, 100.0)
    assert len(laid.problems) == 500
    assert found.unsolved * 100 <= found.value < 100
    assert found.interval.low < found.value < found.interval.high
    first = laid.names[0]
    assert 0 <= without(laid, first, 100.0).share <= 1


def test_agents_on_an_airline_in_sources_that_are_not_shipped():
    runs = pl.read_csv(source("hal-agents", "runs.csv"))
    tasks = pl.read_csv(source("hal-agents", "task_outcomes.csv.gz"))
    own = runs.filter(pl.col("benchmark_name") == "taubench_airline", pl.col("total_cost") > 0)
    table = tasks.join(own.select("run_id", "total_cost"), on="run_id").with_columns(
        usd=pl.col("total_cost") / pl.len().over("run_id")
    )
    laid = attempts(
        table.select(
            problem="task_id",
            model="run_id",
            attempt=pl.lit(1),
            passed=pl.col("success").cast(pl.Float64),
            usd="usd",
        )
    )
    found = frontier(laid, 10.0)
    assert found.unsolved * 10 <= found.value <= 10
    assert frontier(with_guesser(laid, 2), 10.0).value == 0


def test_scores_of_puzzles_in_sources_that_are_not_shipped():
    table = pl.read_csv(source("arc-agi", "arc_agi_evaluations.csv"))
    own = table.filter(pl.col("score") > 0, pl.col("cost_per_task_usd") > 0)
    pooled = own["cost_per_task_usd"] / own["score"]
    # Only totals are there, so only the pooled quantity can be had.
    with pytest.raises(DataError, match="the column is missing"):
        attempts(own)
    assert pooled.min() > 0

"""What the accuracy-and-cost study finds on the boards."""

from __future__ import annotations

import math
from datetime import date

import polars as pl
import pytest

from analysis.records import read_study
from analysis.studies import accuracy_and_cost as study
from analysis.studies import accuracy_and_cost_published as published
from analysis.studies import accuracy_and_cost_time as falling
from analysis.studies import accuracy_and_cost_verdicts as verdicts
from analysis.studies import compare


def test_costs_are_per_exercise_that_was_run():
    runs = study.coding("polyglot")
    o1 = runs.filter(model="o1-2024-12-17 (high)").row(0, named=True)
    assert o1["usd_per_case"] == pytest.approx(186.4958 / 224)
    assert o1["usd_per_solved"] == pytest.approx(186.4958 / 139)
    with pytest.raises(ValueError, match="board is 'qwen3'; accepted are polyglot, edit, refactor"):
        study.coding("qwen3")


def test_snapshots_are_never_joined():
    days = study.snapshots()
    assert len(days) == 10
    assert all(study.snapshot(day)["snapshot"].unique().to_list() == [day] for day in days)
    with pytest.raises(ValueError, match="day is 2024-03-21; accepted are 2024-04-28"):
        study.snapshot(date(2024, 3, 21))


def test_the_polyglot_frontier():
    front = study.coding_frontier("polyglot").filter("on_frontier")
    assert front["model"].to_list() == [
        "gpt-4o-mini-2024-07-18",
        "DeepSeek Chat V3 (prev)",
        "Grok 3 Mini Beta (high)",
        "DeepSeek-V3.2-Exp (Chat)",
        "DeepSeek-V3.2-Exp (Reasoner)",
        "gpt-5 (low)",
        "gpt-5 (medium)",
        "gpt-5 (high)",
    ]
    assert front["score"].is_sorted()
    time = study.coding_frontier("polyglot", "seconds_per_case").filter("on_frontier")
    assert not time["model"].str.contains("DeepSeek").any()


def test_steps_up_are_cost_over_exercises():
    steps = study.steps_up(study.coding_frontier("polyglot"))
    low, medium = (steps.filter(model=f"gpt-5 ({effort})") for effort in ("low", "medium"))
    added = medium["usd_per_case"][0] - low["usd_per_case"][0]
    assert medium["marginal"][0] == pytest.approx(added / (195 / 225 - 183 / 225))
    assert medium["average"][0] == pytest.approx(17.693 / 195)
    assert steps["marginal"][0] is None


def test_a_run_without_a_cost_is_weighed_against_the_cheapest_as_good():
    lost = study.without_cost("polyglot")
    assert lost.height == 18
    first = lost.row(0, named=True)
    assert first["model"] == "Gemini 2.5 Pro Preview 03-25"
    reasoner = study.coding("polyglot").filter(model="DeepSeek-V3.2-Exp (Reasoner)")
    assert first["frontier_below"] == pytest.approx(reasoner["usd_per_case"][0])
    assert study.without_cost("edit")["frontier_below"][0] is None


def test_imputed_costs_make_the_late_frontiers():
    table = study.imputed_makes(0.5)
    august, december = table[-2].row(0, named=True), table[-1].row(0, named=True)
    assert (august["frontier"], august["imputed"]) == (9, 9)
    assert (december["frontier"], december["imputed"]) == (7, 5)
    assert august["times"] == pytest.approx(9.74, abs=0.01)
    assert (table["times"] >= 1).all()
    day = study.snapshots()[-1]
    assert not study.tool_frontier(day, imputed=False).filter("on_frontier")["usd_imputed"].any()


def test_the_first_record_carries_the_fall_on_polyglot():
    table = falling.trends("polyglot", resamples=200)
    at_60 = table.filter(pl.col("threshold") == 0.6, pl.col("first")).row(0, named=True)
    assert at_60["fall"] == pytest.approx(213.9, abs=0.1)
    assert at_60["first_fall"] == pytest.approx(14.09, abs=0.01)
    assert at_60["chance"] < 0.05
    assert not table.filter(~pl.col("first"))["status"].is_in(["identified"]).any()
    at_40 = table.filter(pl.col("threshold") == 0.4, pl.col("first")).row(0, named=True)
    assert at_40["fall"] == at_40["first_fall"] == pytest.approx(556.0, abs=0.1)
    assert at_40["chance"] > 0.9


def test_levels_end_on_the_last_day_of_the_board():
    table = falling.levels("edit")
    last = table.group_by("threshold").agg(pl.col("day").max(), pl.col("model").last())
    assert last["day"].unique().to_list() == [study.coding("edit")["day"].max()]
    assert last["model"].unique().to_list() == [""]


def test_record_intervals_miss_and_all_runs_are_centred():
    table = falling.coverage("polyglot", 0.6, (6.0,), boards=40, resamples=100)
    held = dict(table.select("way", "coverage").iter_rows())
    middle = dict(table.select("way", "median_months").iter_rows())
    assert held["records"] < 0.65 < held["records, without the first"]
    assert middle["records"] < 4 < middle["all runs"]


def test_a_trend_as_text():
    runs = study.coding("polyglot")
    found = falling.trend("polyglot", 0.6, form="all")
    said = f"{found.halving_months:.1f}, {found.low:.1f} to {found.high:.0f}"
    assert falling.trend_until(runs, 0.6, "usd_per_case") == said
    assert falling.trend_until(runs[:0], 0.6, "usd_per_case") == "no runs"
    assert "only 0 runs" in falling.trend_until(runs, 0.95, "usd_per_case")


def test_every_published_value_has_a_verdict():
    comparison = compare(
        "aider2025",
        published.rates() | published.costs(),
        verdicts=verdicts.reasons(),
        tolerance=dict.fromkeys(published.costs(), verdicts.TOLERANCE),
    )
    assert not comparison.left_out
    assert set(comparison.verdicts) == {
        f"aider2025.{key}" for key in read_study("aider2025").values
    }
    found = list(comparison.verdicts.values())
    assert (found.count("reproduced"), found.count("differs")) == (19, 11)


def test_no_run_was_charged_more_than_its_list_price():
    table = published.repriced()
    assert table.height == 15
    assert table["ratio"].max() < 1.0001
    assert (table["ratio"] > 0.999).sum() == 5
    assert all(math.isfinite(value) for value in table["prompt_implied"])

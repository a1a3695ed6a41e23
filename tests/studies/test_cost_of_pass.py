"""The cost-of-pass study: its tasks, its tables, and what it takes from the paper."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest

from analysis.studies import compare
from analysis.studies import cost_of_pass as study
from analysis.studies import cost_of_pass_attempts as again
from analysis.studies import cost_of_pass_published as published
from analysis.studies import cost_of_pass_verdicts as verdicts
from analysis.studies.cost_of_pass_what_if import (
    CONCENTRATION,
    Setting,
    best_of,
    choose,
    model_of,
)


@pytest.fixture(scope="module")
def tasks():
    return study.tasks()


@pytest.fixture(scope="module")
def fitted(tasks):
    return again.models_of_outcomes(tasks)


def test_tasks_have_their_problems_and_prices(tasks):
    found = {n: (len(t.records.problems), len(t.records.names), t.human) for n, t in tasks.items()}
    assert found == {
        "AIME": (60, 7, 20.0),
        "GPQA Diamond": (198, 7, 58.0),
        "LiveMathBench": (121, 7, 12.0),
        "SimpleQA": (4326, 5, 3.5),
        "AIME 2025 I": (15, 14, 20.0),
    }


def test_overview_has_a_row_with_the_guesser_where_there_are_choices(tasks):
    table = study.overview(tasks, resamples=200)
    assert table.height == 6
    row = table.filter(pl.col("task") == "GPQA Diamond + guesser").row(0, named=True)
    assert row["frontier"] == 0
    row = table.filter(pl.col("task") == "GPQA Diamond").row(0, named=True)
    assert row["human_problems"] == 2
    assert row["human_share"] == pytest.approx(2 / 198 * 58 / row["frontier"])
    assert row["frontier"] == pytest.approx(row["models_usd"] + 2 / 198 * 58)


def test_three_quantities_are_three(tasks):
    table = study.three_quantities(tasks["GPQA Diamond"])
    row = table.filter(pl.col("strategy") == "gpt-5-mini").row(0, named=True)
    assert row["pooled"] == pytest.approx(1.09408 / 157)
    assert row["alone"] > 1000 * row["pooled"]
    assert table["alone"][0] < table["alone"][2:].min()
    assert table["holds"].sum() + 2 == 198
    assert set(table["strategy"][:2]) == {"frontier of all", "guesser"}


def test_orders_of_models_are_nearly_opposite_on_two_tasks(tasks):
    table = dict(study.order_agreement(tasks).select("task", "rank_correlation").iter_rows())
    assert table["GPQA Diamond"] < -0.9
    assert table["AIME"] < -0.8


def test_essentialness_counts_what_only_one_family_solves(tasks):
    table = study.essentialness({n: tasks[n] for n in ("GPQA Diamond",)}, resamples=50)
    row = table.filter(pl.col("family") == "Gemini 3").row(0, named=True)
    assert row["newly_unsolved"] == 4
    assert row["without"] == pytest.approx(1.775, abs=1e-3)


def test_models_of_outcomes_share_the_concentration_that_is_known(tasks, fitted):
    four = fitted["AIME 2025 I"]
    assert four.identified
    assert not fitted["AIME"].identified
    assert fitted["AIME"].concentration == four.concentration
    assert four.low < CONCENTRATION < four.high
    assert four.concentration == pytest.approx(CONCENTRATION, rel=0.02)
    table = again.outcomes_check({n: t for n, t in tasks.items() if n != "SimpleQA"}, fitted)
    assert table["holds"].all()


def test_attempts_bought_end_where_rates_are_known(tasks, fitted):
    name = "AIME 2025 I"
    table = again.attempts_bought(tasks[name], fitted[name], (1, 64, math.inf), draws=50)
    assert table["unsolved"].to_list() == sorted(table["unsolved"], reverse=True)
    assert table["unsolved"][-1] == 0


def test_concentrations_that_are_assumed_change_the_re_runs(tasks):
    table = again.concentrations(tasks["GPQA Diamond"], [0.2, 20.0])
    assert table["frontier"][0] > 2 * table["frontier"][1]


def test_half_lives_span_forms_and_days(tasks):
    table = study.half_lives({n: tasks[n] for n in ("AIME", "GPQA Diamond")}, resamples=50)
    spans = study.half_life_spans(table)
    assert spans["factor"].min() > 2
    assert spans["least"].to_list() == sorted(spans["least"])
    assert spans["forms"].to_list() == [2, 3]


def test_the_guesser_leaves_as_checking_gets_dearer(tasks):
    table = study.price_of_checking(tasks["GPQA Diamond"], [1e-4, 1e-2, 1.0, 1000.0])
    assert table["guesser"].to_list() == sorted(table["guesser"], reverse=True)
    assert table["guesser"][0] == 1
    assert table["human"][-1] == 1
    np.testing.assert_allclose(table["guesser"] + table["models"] + table["human"], 1)


def test_what_if_agrees_with_the_frontier(tasks):
    for name in ("GPQA Diamond", "AIME 2025 I"):
        task = tasks[name]
        found = choose(best_of(task, Setting(name, 0, 0, ())), task.human)
        whole = study.frontiers({name: task}, resamples=0)[name]
        assert found.frontier == pytest.approx(whole.value)
        assert found.shares == pytest.approx(
            dict(whole.holders.select("holder", "share").iter_rows())
        )
        assert found.frontier - found.models_usd == pytest.approx(whole.human_part)
        assert found.essentialness == 0


def test_what_if_takes_makers_and_days_away(tasks):
    task = tasks["AIME"]
    found = best_of(task, Setting("AIME", 0, 2, ("OpenAI",)))
    assert found.names == ("claude-haiku-4.5", "gemini-3-flash-preview", "kimi-k2.5")
    assert found.until == "2026-01-27"
    nobody = choose(best_of(task, Setting("AIME", 4, 0, ("OpenAI", "Anthropic", "Google"))), 5)
    assert 0.8 < nobody.shares["kimi-k2.5"] < 1
    model = model_of(task)
    same = best_of(task, Setting("AIME", 4, 2, ("OpenAI",)), model)
    again = best_of(task, Setting("AIME", 4, 2, ("OpenAI",)))
    np.testing.assert_array_equal(same.best, again.best)


@pytest.mark.parametrize(
    ("left", "problems", "human", "expected", "tolerance"),
    [(23, 30, 20, 15.3333, 0.005), (23, 128, 58, 10.4219, 0.01)],
)
def test_identity_of_the_reference(left, problems, human, expected, tolerance):
    assert published.human_part(left, problems, human) == pytest.approx(expected, abs=tolerance)


def test_cells_are_whole_numbers_of_problems_and_a_rest():
    table = published.taken_apart()
    assert table.height == 60
    assert table["read"].sum() == 9
    np.testing.assert_allclose(table["human_part"] + table["rest"], table["printed"])
    telling = table.filter("telling", pl.col("task").is_in(["AIME 2024", "GPQA Diamond"]))
    # Rounding alone may put a cell below its whole number, by less than a hundredth of a step.
    assert telling["rest_in_steps"].min() > -0.01
    assert (telling["rest_in_steps"] < 0.1).mean() > 0.7


def test_cells_at_other_prices_follow_where_the_number_is_known():
    table = published.at_india_prices()
    inside = table["low"] <= table["printed"]
    inside &= table["printed"] <= table["high"]
    assert dict(zip(table["task"], inside, strict=True)) == {
        "GSM8K": True,
        "MATH-500": True,
        "GPQA Diamond": True,
        "BBQ": False,
    }
    sharp = table.filter(pl.col("task") != "BBQ")
    whole = sharp["implied_left"].round()
    assert (sharp["from"] <= whole).all()
    assert (whole <= sharp["to"]).all()
    assert whole.to_list() == sharp["left"].to_list()


def test_every_verified_value_has_its_verdict():
    found = compare("cost_of_pass2025", published.reproduced(), verdicts=verdicts.ALL)
    kinds = list(found.verdicts.values())
    assert (kinds.count("reproduced"), kinds.count("differs")) == (36, 2)
    assert found.verdicts["cost_of_pass2025.released_o1"] == "differs"

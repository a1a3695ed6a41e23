"""The frontier: its definition, its bounds, and what a set of strategies is worth."""

from __future__ import annotations

import math
from datetime import date
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import economics
from analysis.economics import attempts, cost_of_pass, frontier, gain, without
from tests.economics.records import tables, tidy

HUMANS = st.floats(0.01, 100)


def test_cost_over_rate_is_a_ratio_of_means():
    table = tidy([[[0, 1]]], [[[0.01, 0.03]]])
    assert cost_of_pass(table)["cost_of_pass"].item() == pytest.approx(0.04, abs=1e-12)
    # A mean of ratios would be infinite, and the cost of right attempts alone 0.03.
    row = cost_of_pass(table).row(0, named=True)
    assert (row["attempts"], row["passes"], row["pass_rate"]) == (2, 1, 0.5)


def test_no_pass_is_infinite():
    table = tidy(np.zeros((1, 1, 8)), np.full((1, 1, 8), 0.01))
    assert cost_of_pass(table)["cost_of_pass"].item() == math.inf


def test_frontier_is_a_mean_of_minima_not_a_pooled_cost():
    passed = np.array([[[1], [1]], [[0], [1]]])
    usd = np.array([[[0.1], [0.4]], [[0.1], [0.4]]])
    table = tidy(passed, usd)
    found = frontier(table, resamples=0)
    assert found.value == pytest.approx((0.1 + 0.4) / 2)
    assert found.problems["holder"].to_list() == ["a", "b"]
    pooled = dict(economics.pooled(table).select("name", "pooled").iter_rows())
    assert pooled == pytest.approx({"a": 0.2, "b": 0.4})


def test_without_a_human_an_unsolved_problem_is_refused_by_name():
    table = tidy([[[1]], [[0]], [[0]]])
    said = r"solves 2 of 3 problems \('p1', 'p2'\).*give human="
    with pytest.raises(ValueError, match=said):
        frontier(table)
    with pytest.raises(ValueError, match="solves 2 of 3"):
        without(tidy([[[1], [0]], [[0], [1]], [[0], [1]]]), "b")
    assert frontier(table, 3.0, resamples=0).value == pytest.approx((0.1 + 6) / 3)


def test_without_a_human_a_resample_that_solves_nothing_is_refused():
    table = tidy([[[1, 0]]])
    with pytest.raises(ValueError, match="resamples a problem is solved by nobody"):
        frontier(table, over="both")


@pytest.mark.parametrize("human", [0.0, -1.0, math.inf, math.nan, True, "20"])
def test_a_human_price_is_above_nothing(human):
    with pytest.raises(ValueError, match="accepted is a price above 0"):
        frontier(tidy([[[1]]]), human)


@given(table=tables(), human=HUMANS)
def test_frontier_lies_between_unsolved_share_and_human(table, human):
    found = frontier(table, human, resamples=0)
    assert found.unsolved * human <= found.value * (1 + 1e-12)
    assert found.value <= human * (1 + 1e-12)
    assert found.human_part <= found.value * (1 + 1e-12)
    if found.unsolved == 1:
        assert found.value == pytest.approx(human)
        assert found.human_share == pytest.approx(1)


@given(table=tables(), human=HUMANS)
def test_frontier_never_rises_when_a_model_joins(table, human):
    laid = attempts(table)
    values = [
        frontier(laid.keep(np.arange(len(laid.names)) < n), human, resamples=0).value
        for n in range(1, len(laid.names) + 1)
    ]
    assert all(b <= a * (1 + 1e-12) for a, b in pairwise(values))


@given(table=tables(), human=HUMANS, factor=st.floats(0.01, 100))
def test_frontier_is_homogeneous_in_prices(table, human, factor):
    dearer = table.with_columns(pl.col("usd") * factor)
    one, other = (frontier(t, h) for t, h in ((table, human), (dearer, human * factor)))
    assert other.value == pytest.approx(factor * one.value)
    assert other.interval.high == pytest.approx(factor * one.interval.high)
    assert other.human_share == pytest.approx(one.human_share)


@given(table=tables(), human=HUMANS)
def test_gain_and_essentialness_are_shares(table, human):
    family = table.with_columns(family=pl.col("model").replace({"a": "x", "b": "y"}))
    for found in (gain(table, "a", human, resamples=40), without(family, "x", human, resamples=40)):
        assert 0 <= found.share <= 1
        assert 0 <= found.low <= found.high <= 1
        assert found.usd == pytest.approx(found.share * found.before)
        assert found.after == pytest.approx(frontier(table, human, resamples=0).value)


@given(table=tables(), human=HUMANS)
def test_ratio_over_the_whole_table_agrees_with_the_frame(table, human):
    frame = cost_of_pass(table).group_by("problem").agg(pl.col("cost_of_pass").min())
    mean = frame["cost_of_pass"].clip(upper_bound=human).mean()
    assert frontier(table, human, resamples=0).value == pytest.approx(mean)


def test_essentialness_of_families_taken_away_together():
    table = tidy([[[1], [1], [0]]], [[[0.1], [0.2], [0.1]]])
    assert without(table, "a", 1.0).share == pytest.approx(0.5)
    assert without(table, "b", 1.0).share == 0
    assert without(table, ["a", "b"], 1.0).share == pytest.approx(0.9)
    with pytest.raises(ValueError, match="family is 'x'; accepted are a, b, c"):
        without(table, "x", 1.0)


def test_a_technique_is_added_not_put_in_place():
    plain = tidy([[[1]], [[0]]], technique=pl.lit("plain"))
    vote = tidy([[[1]], [[1]]], [[[0.3]], [[0.3]]], technique=pl.lit("vote"))
    table = pl.concat([plain, vote])
    found = economics.added_value(table, "vote", 2.0, base="plain")
    assert (found.before, found.after) == pytest.approx((1.05, 0.2))
    assert economics.added_value(table, "plain", 2.0, base="vote").share == pytest.approx(1 / 3)
    with pytest.raises(ValueError, match="the same as base"):
        economics.added_value(table, "vote", 2.0, base="vote")


def test_models_join_in_the_order_of_release():
    passed = np.array([[[1], [1], [0]], [[0], [0], [1]]])
    days = {"a": date(2025, 3, 1), "b": date(2025, 1, 1), "c": date(2025, 3, 1)}
    table = tidy(passed, np.array([[[0.1], [0.4], [0.1]]] * 2)).with_columns(
        released=pl.col("model").replace_strict(days)
    )
    track = economics.frontier_over_time(table, 10.0)
    assert track["released"].to_list() == [date(2025, 1, 1), date(2025, 3, 1)]
    assert track["joined"].to_list() == ["b", "a, c"]
    assert track["frontier"].to_list() == pytest.approx([5.2, 0.1])
    assert track["relative_gain"].to_list() == pytest.approx([0.48, 1 - 0.1 / 5.2])
    assert track["of_human"].to_list() == pytest.approx([0.52, 0.01])
    nameless = table.with_columns(
        released=pl.when(pl.col("model") != "c").then("released"),
    )
    with pytest.raises(ValueError, match="no day of release of c"):
        economics.frontier_over_time(nameless, 10.0)


def test_the_last_day_has_the_interval_of_the_frontier():
    random = np.random.default_rng(4)
    table = tidy(random.random((30, 2, 1)) < 0.7).with_columns(
        released=pl.col("model").replace_strict({"a": date(2025, 1, 1), "b": date(2025, 2, 1)})
    )
    whole = frontier(table, 10.0, resamples=400)
    track = economics.frontier_over_time(table, 10.0, resamples=400)
    last = track.row(-1, named=True)
    assert whole.interval.method == "parts"
    assert (last["low"], last["high"]) == pytest.approx((whole.interval.low, whole.interval.high))
    # Open above where nothing is left to the human, as no resample of problems is.
    solved = tidy(np.ones((60, 1, 1))).with_columns(released=date(2025, 1, 1))
    assert economics.frontier_over_time(solved, 20.0)["high"].item() > 1
    assert economics.frontier_over_time(solved)["high"].item() == pytest.approx(0.1)


def test_human_share_moves_with_the_price():
    table = tidy([[[1]], [[0]]], [[[0.5]], [[0.5]]])
    found = economics.human_prices(table, [0.1, 1.0, 100.0])
    assert found["frontier"].to_list() == pytest.approx([0.1, 0.75, 50.25])
    assert found["human_held"].to_list() == [1.0, 0.5, 0.5]
    assert found["human_share"].to_list() == pytest.approx([1, 0.5 / 0.75, 50 / 50.25])


def test_a_free_guesser_makes_the_frontier_vanish():
    table = tidy(np.zeros((4, 1, 2)))
    guessed = economics.with_guesser(table, 4)
    assert frontier(guessed, 58.0).value == 0
    # Nothing can be left to the human, seen or not.
    assert frontier(guessed, 58.0).interval.high == 0
    assert frontier(guessed, 58.0, check=0.5).value == pytest.approx(2.0)
    assert economics.pooled(guessed)["pass_rate"].to_list() == [0, 0.25]
    assert gain(guessed, "guesser", 58.0).share == 1
    assert without(guessed, "a", 58.0).share == 0
    for bad, said in (({"choices": 1}, "choices is 1"), ({"choices": 4, "usd": -1}, "usd is -1")):
        with pytest.raises(ValueError, match=said):
            economics.with_guesser(table, **bad)
    with pytest.raises(ValueError, match="name is 'a', which is taken"):
        economics.with_guesser(table, 4, name="a")


def test_every_attempt_is_checked():
    table = tidy([[[1, 0, 0]]], [[[0.1, 0.2, 0.3]]])
    assert frontier(table, check=0.5, resamples=0).value == pytest.approx(0.6 + 3 * 0.5)
    draws = frontier(table, 9.0, check=0.5, over="attempts").interval
    assert draws.low >= (3 * 0.1 + 3 * 0.5) / 3 - 1e-9


def test_jeffreys_is_a_sensitivity_that_leaves_nothing_infinite():
    table = tidy(np.zeros((2, 1, 8)), np.full((2, 1, 8), 0.01))
    found = frontier(table, rule="jeffreys", resamples=0)
    assert found.value == pytest.approx(0.01 / (0.5 / 9))
    assert found.unsolved == 1
    with pytest.raises(ValueError, match="rule is 'x'; accepted are 'raw', 'jeffreys'"):
        frontier(table, 1.0, rule="x")


def test_ties_go_to_the_first_name_and_the_human_must_be_cheaper():
    table = tidy([[[1], [1]]], [[[0.5], [0.5]]])
    assert frontier(table, 0.5).problems["holder"].to_list() == ["a"]
    assert frontier(table, 0.4).problems["holder"].to_list() == ["human"]


def test_holders_add_up():
    table = tidy([[[1], [0]], [[0], [1]], [[0], [0]]], [[[0.1], [0.2]]] * 3)
    found = frontier(table, 5.0)
    assert found.holders["share"].sum() == pytest.approx(1)
    assert found.holders["usd"].sum() == pytest.approx(found.value)
    assert found.human_part == pytest.approx(5 / 3)

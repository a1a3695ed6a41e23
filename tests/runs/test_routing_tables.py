"""What must be true of the tables about routers and cascades, and that their repairs are needed."""

from __future__ import annotations

import polars as pl
from scipy.stats import binom

import analysis
from tests.sources import source


def test_outcomes_of_the_pair_have_the_known_counts():
    pairs = analysis.load("routellm")
    assert pairs.height == 15_361
    counts = pairs.group_by("weak_correct", "strong_correct").len()
    found = {(w, s): n for w, s, n in counts.iter_rows()}
    assert found == {(1, 1): 9_565, (0, 1): 2_880, (1, 0): 837, (0, 0): 2_079}
    by = dict(pairs.group_by("benchmark").len().iter_rows())
    assert by == {"mmlu": 14_042, "gsm8k": 1_319}
    assert not pairs.select("subject", "row").is_duplicated().any()


def test_answers_that_were_not_read_are_left_out():
    pairs = analysis.load("routellm").filter(pl.col("benchmark") == "mmlu")
    by = pairs.group_by("subject").agg(
        pl.len(), pl.col("used").all(), strong=pl.col("strong_correct").sum()
    )
    # One in four by chance: so few right answers in any other subject would be luck of one in 500.
    chance = [binom.cdf(right, count, 0.25) for right, count in by.select("strong", "len").rows()]
    below = by.filter(pl.Series(chance) < 0.002)
    assert below.select("subject", "len", "strong", "used").rows() == [
        ("high_school_mathematics", 270, 8, False)
    ]
    assert by["used"].sum() == 56
    assert min(chance) < 1e-15


def test_lengths_of_answers_are_measured_on_gsm8k_only():
    pairs = analysis.load("routellm")
    assert (pairs["response_measured"] == (pairs["benchmark"] == "gsm8k")).all()
    letters = pairs.filter(~pl.col("response_measured"))
    assert letters.select((pl.col("weak_response_chars", "strong_response_chars") == 1).all()).row(
        0
    ) == (True, True)
    assert pairs.filter("response_measured")["strong_response_chars"].min() > 50


def test_the_answer_without_a_score_is_left_out_and_that_is_needed():
    judged = analysis.load("routellm-judged")
    assert judged.group_by("model").len()["len"].to_list() == [160] * 4
    unify = judged.filter(pl.col("model") == "router of Unify")
    stored = pl.read_csv(source("routellm", "mt_bench_scores.csv"))
    stored = stored.filter(pl.col("model") == "bench:unify")["score"]
    # The authors print 8.757862; with the -1 that stands for no score it would be 8.697.
    assert round(unify.filter("used")["score"].mean(), 6) == 8.757862
    assert round(stored.mean(), 3) == 8.697
    assert stored.to_list().count(-1) == 1


def test_frugalgpt_has_ten_models_and_twenty_budgets_a_task():
    used = analysis.load("frugalgpt").filter("used")
    assert used["edition"].unique().to_list() == ["2024"]
    sizes = used.group_by("task", "cascade").len().sort("task", "cascade")
    assert sizes["len"].to_list() == [10, 20] * 5
    assert used["usd"].max() < 0.05
    assert (used["usd"] == used["usd_as_stored"]).all()


def test_costs_of_a_whole_test_set_are_made_costs_of_a_query():
    table = analysis.load("frugalgpt")
    mended = table.filter(pl.col("reason").str.contains("divided"))
    assert mended.height == 10
    # The cost of a query in the training half tells the unit: after the repair both agree.
    after = (mended["usd"] / mended["train_usd"]).to_list()
    before = (mended["usd_as_stored"] / mended["train_usd"]).to_list()
    assert all(0.95 < ratio < 1.05 for ratio in after)
    assert all(4_900 < ratio < 6_000 for ratio in before)
    cascade = table.filter(
        (pl.col("edition") == "older") & ~pl.col("cascade") & pl.col("usd").is_not_null()
    )
    assert cascade.height == 10


def test_placeholders_are_not_accuracies():
    table = analysis.load("frugalgpt")
    held = table.filter(pl.col("accuracy").is_null())
    assert held.height == 34
    assert not held["used"].any()
    stored = pl.read_csv(source("frugalgpt", "headlines_e8_perf_seed_9_2024updatedmodel.csv")).head(
        17
    )
    assert set(stored["Test_acc"]) == {0.1}
    assert stored["Train_acc"].min() > 0.69
    # The other file repeats these models for another task, to the last digit of accuracy.
    copied = held.filter(pl.col("task") == "SCIQ")["train_accuracy"].to_list()
    assert copied == held.filter(pl.col("task") == "HEADLINES")["train_accuracy"].to_list()


def test_a_model_without_an_entry_is_left_out():
    table = analysis.load("llmrouterbench")
    assert (table.height, table["used"].sum()) == (130, 129)
    assert table.filter(~pl.col("used")).select("model", "dataset").row(0) == (
        "GPT-5-Chat",
        "Tau2-Bench",
    )
    assert table.group_by("model").len()["len"].to_list() == [10] * 13
    # Dollars per million tokens could not differ a hundredfold between test sets of one model.
    spread = table.group_by("model").agg(pl.col("usd").max() / pl.col("usd").min())
    assert spread["usd"].min() > 20


def test_the_small_models_fill_their_grid():
    table = analysis.load("llmrouterbench-small")
    assert table["used"].all()
    assert (table["model"].n_unique(), table["dataset"].n_unique(), table.height) == (20, 15, 300)

"""The price-history study on its own tables: joins, headline, causes, and what runs cost."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

import analysis
from analysis import economics, studies
from analysis.records import read_study
from analysis.studies import price_history as study
from analysis.studies import price_history_calibration as calibration
from analysis.studies import price_history_names as tables
from analysis.studies import price_history_published as published
from analysis.studies import price_history_runs as runs


@pytest.fixture(scope="module")
def prices():
    return analysis.load("api-prices")


@pytest.fixture(scope="module")
def offered(prices):
    return economics.offers(prices, analysis.load("price-names"))


@pytest.fixture(scope="module")
def scores():
    return study.boards()


def test_boards_have_one_score_a_model_and_the_best_of_its_settings(scores):
    assert not scores["mmlu"]["model"].is_duplicated().any()
    assert scores["mmlu"].height == 55
    polyglot = scores["polyglot"]
    assert polyglot.filter(pl.col("model") == "gpt-5")["score"].item() == pytest.approx(0.88)
    assert polyglot["cases"].min() >= 223
    with_base = study.boards(of_base=True)["mmlu"]
    extra = set(with_base["model"]) - set(scores["mmlu"]["model"])
    assert "llama-3-70b-instruct" in extra
    assert len(extra) == 6


def test_what_is_not_matched_is_counted(offered):
    table = study.matching(offered)
    assert (table["listed"] + table["unmatched"] == table["printed"]).all()
    assert table["unmatched"].to_list() == [19, 16]
    mmlu = table.filter(pl.col("board") == "mmlu").row(0, named=True)
    assert mmlu["models"] - mmlu["priced"] == 1  # a free preview never had a price


def test_offers_follow_names_that_moved(offered):
    chat = offered.filter(pl.col("name") == "deepseek-chat").sort("dated")
    assert chat.select("dated", "model").rows() == [(date(2025, 1, 2), "deepseek-v3")]
    assert offered.filter(pl.col("model") == "gpt-4o-2024-05-13")["first_party"].any()
    closed = offered.filter(~pl.col("open_weights"))
    assert closed.height > 1000


def test_headline_falls_by_replacement_in_a_band_that_holds_the_choices(offered, scores):
    board, threshold = study.HEADLINE
    trend = economics.price_trend(
        offered, scores[board], threshold=threshold, until=study.BOARDS[board]
    )
    assert trend.status == "identified"
    assert 1.5 < trend.low <= trend.halving_months <= trend.high < 3
    assert trend.chance < 0.01
    assert trend.start / trend.end > 300
    ways = study.ways(offered, scores)
    typical = ways.filter(pl.col("choice") == "typical new model").row(0, named=True)
    assert 1.5 < typical["low"] < typical["halving_months"] < typical["high"] < 4
    assert typical["chance"] < 0.01
    inside = ways.filter(~pl.col("choice").str.starts_with("all tables"))
    assert inside["halving_months"].is_between(1.5, 2.5).all()
    late = ways.filter(pl.col("choice").str.starts_with("all tables"))
    assert late["halving_months"].item() > 2 * trend.halving_months


def test_errors_left_in_would_have_set_the_headline(prices, scores):
    """Prices as printed: slips of units are the cheapest offers."""
    printed = prices.with_columns(
        input="input_printed", output="output_printed", used=pl.col("input_printed") > 0
    )
    names = analysis.load("price-names")
    wrong = economics.cheapest(economics.offers(printed, names), scores["mmlu"], 0.75)
    right = economics.cheapest(economics.offers(prices, names), scores["mmlu"], 0.75)
    both = wrong.join(right, on="dated", suffix="_right")
    assert (both["usd_per_mtok"] <= both["usd_per_mtok_right"] * (1 + 1e-12)).all()
    assert (both["usd_per_mtok"] < 0.1 * both["usd_per_mtok_right"]).any()


def test_causes_add_up_and_are_mostly_new_models(offered, scores):
    table = study.causes(offered, scores)
    parts = table.select("new_model", "new_offer", "repriced", "left").sum_horizontal()
    assert (parts - table["halvings"]).abs().max() < 1e-9
    board, threshold = study.HEADLINE
    own = table.filter(pl.col("board") == board, pl.col("score") == threshold)
    assert (own["new_model"] / own["halvings"]).min() > 0.8
    assert (own["repriced"] == 0).all()


def test_fixed_names_hardly_change_and_errors_would_say_otherwise(prices):
    table = tables.fixed_names(prices)
    clean, _, printed = table.iter_rows(named=True)
    assert clean["changed_low"] < clean["changed"] < clean["changed_high"] < 0.05
    assert clean["never"] > 0.85
    assert 0.9 < clean["year_low"] < clean["year_high"] < 1
    assert printed["year"] < clean["year"] - 0.1


def test_discounts_of_mended_rows_are_not_counted(prices):
    table = tables.discounts(prices)
    last = table.filter(pl.col("dated") == pl.col("dated").max())
    medians = dict(last.select("kind", "median").rows())
    assert medians["batched output"] == medians["batched prompt"] == 0.5
    assert medians["cached prompt"] == pytest.approx(0.1)
    assert medians["prompt written to cache"] == 1.25


def test_costs_are_tokens_times_list_prices():
    table = analysis.load("attempts-pricing-reversal").filter("used").rename(runs._PRICES)
    by_hand = (
        table["input_tokens"] * table["input"] + table["output_tokens"] * table["output"]
    ) / 1e6
    assert (table["usd"] - by_hand).abs().max() < 1e-5
    less = runs.paid(thinking=False)["usd"] - runs.paid()["usd"]
    assert less.max() <= 1e-6


def test_reversals_are_explained_by_thinking():
    found = runs.reversals(60)
    table = runs.reversal_table(found)
    shares = dict(table.select("counted", "share").rows())
    assert shares["as paid"] == pytest.approx(20 / 73)
    assert shares["without thinking tokens"] == pytest.approx(7 / 73)
    taus = dict(table.select("counted", "tau").rows())
    assert taus["without thinking tokens"] > taus["as paid"] + 0.3
    # The reasons given for differences quote these.
    cut = found["as paid, with the model cut short"]
    assert f"{100 * cut.share:.1f}%" in published.PRICE_REVERSAL["reversed"]
    assert f"{cut.tau:.3f}" in published.PRICE_REVERSAL["tau_paid"]
    answers = found["without thinking, with the model cut short"]
    assert f"{answers.tau:.3f}" in published.PRICE_REVERSAL["tau_without"]


def test_old_logs_at_new_prices(offered):
    table = runs.repriced(offered)
    known = table.drop_nulls("maker_now")
    lately = known.filter(pl.col("log") == "pricing-reversal")
    assert lately.height == 7
    assert (lately["maker_now"] / lately["usd_then"] - 1).abs().max() < 1e-4
    assert (known["lowest_now"] <= known["maker_now"] * (1 + 1e-9)).all()
    unsaid = table.filter(pl.col("model").is_in(["gpt-4o", "claude-3.5-sonnet"]))
    assert unsaid["lowest_now"].null_count() == 2


def test_coverage_is_measured_and_the_typical_model_is_the_better_calibrated():
    table = calibration.coverage((2.0, float("inf")), markets=30, resamples=100)
    cheap, none, typical, still = table.iter_rows(named=True)
    assert [cheap["follows"], still["follows"]] == ["cheapest model", "typical new model"]
    assert cheap["estimate_months"] < 2
    assert abs(typical["estimate_months"] - 2) < 0.25
    assert 0.5 < cheap["coverage"] <= typical["coverage"] + 0.1
    assert typical["coverage"] > 0.65
    # With no trend the cheapest price falls all the same, and its interval says it does.
    assert none["estimate_months"] < 30
    assert none["coverage"] < 0.6
    assert still["coverage"] > 0.8


def test_every_verified_value_has_a_verdict():
    for key, values, reasons in (
        ("hobbhahn2022", published.hobbhahn(), published.HOBBHAHN),
        ("price_reversal2026", published.price_reversal(runs.reversals(40)), None),
    ):
        assert set(values) == set(read_study(key).values)
        if reasons is not None:
            table = studies.compare(key, values, verdicts=reasons)
            assert set(table.verdicts.values()) == {"not testable"}

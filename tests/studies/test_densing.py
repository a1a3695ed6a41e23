"""The densing study on public models: traps of the tables, and what the notebook says."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

import analysis
from analysis.errors import FitError
from analysis.records import read_study
from analysis.studies import compare
from analysis.studies import densing as study
from analysis.studies import densing_pitfalls as pitfalls
from analysis.studies import densing_published as published
from analysis.studies import densing_scores as scores
from analysis.studies import densing_tables as tables
from analysis.studies import densing_verdicts as verdicts


@pytest.fixture(scope="module")
def headline():
    return study.estimate(study.Setting())


@pytest.fixture(scope="module")
def moved():
    return tables.what_moves(resamples=100)


def test_every_verified_value_has_a_verdict(headline):
    table = compare("densing2024", published.densing(headline), verdicts=verdicts.DENSING)
    assert not table.left_out
    known = read_study("densing2024").values
    assert {f"densing2024.{key}" for key, one in known.items() if one.verified} <= set(
        table.verdicts
    )
    odd = {k.split(".")[1] for k, v in table.verdicts.items() if v == "differs"}
    assert odd == {"r2", "r2_highlights", "minicpm_share", "price_halving"}


def test_the_paper_contradicts_itself():
    table = published.inconsistencies()
    months = dict(zip(table["printed"], table["months"], strict=True))
    assert months["0.0073 per day"] == pytest.approx(3.12, abs=0.005)
    assert months["0.007 per day"] == pytest.approx(3.25, abs=0.005)
    assert months["3.3 months"] == pytest.approx(3.3)
    found = published.densing(study.estimate(study.Setting()))
    assert found["price_halving"] == pytest.approx(20 / np.log2(20 / 0.075))
    assert 1 / (0.0073 / np.log(2) + 1 / (2.1 * 365.25)) == pytest.approx(84.5, abs=0.1)


def test_reasons_of_the_verdicts_are_true(headline):
    r2 = pitfalls.r2_without_growth(headline.headline.trend, count=1000)
    assert np.median(r2) == pytest.approx(0.8, abs=0.05)
    assert np.mean(r2 > 0.912) == pytest.approx(0.3, abs=0.05)
    old = study.estimate(study.changed(since=date(2019, 1, 1))).table
    before = old.filter(pl.col("released") < date(2022, 11, 30))
    assert before.filter(pl.col("density_reason") == "").height == 2
    assert before.height > 30
    assert old["released"].max() < date(2024, 8, 1)


def test_the_headline_and_its_neighbour(headline):
    one, other = headline.headline, headline.published
    assert one.months == pytest.approx(4.52, abs=0.02)
    assert one.months_interval == pytest.approx((2.77, 7.51), abs=0.15)
    assert other.months == pytest.approx(3.20, abs=0.02)
    assert one.record_holders[-1] == "Qwen/Qwen2-7B"


def test_the_quantile_line_is_that_of_statsmodels(headline):
    import statsmodels.api as sm

    trend = headline.headline.trend
    found = sm.QuantReg(trend.heights, sm.add_constant(trend.times)).fit(0.9)
    assert headline.headline.rate == pytest.approx(float(found.params[1]), abs=1e-4)


def test_reference_models_hold_density_one(headline):
    table = tables.reference_models(headline)
    assert table.height == 7
    assert table["holds_one"].all()


def test_dates_are_those_of_release_not_of_submission():
    dates = dict(scores.all_scores().select("model", "released").iter_rows())
    assert dates["huggyllama/llama-7b"] == date(2023, 2, 24)
    assert (dates["bigscience/bloom"].year, dates["bigscience/bloom"].month) == (2022, 7)


def test_wrong_sizes_of_the_score_tables_do_not_reach_the_study():
    facts = {row["model"]: row for row in scores.all_scores().iter_rows(named=True)}
    assert facts["cerebras/btlm-3b-8k-base"]["tokens"] == pytest.approx(0.627e12)
    assert facts["openlm-research/open_llama_7b_v2"]["params"] == pytest.approx(6.74e9, rel=0.01)
    assert facts["stabilityai/stablelm-2-1_6b"]["params"] == pytest.approx(1.64e9, rel=0.02)
    # Dropping the dot, opt-1.3b would be opt-13b.
    assert facts["facebook/opt-1.3b"]["params"] == pytest.approx(1.32e9, rel=0.01)
    assert facts["facebook/opt-13b"]["params"] == pytest.approx(12.85e9, rel=0.02)


def test_each_score_comes_from_one_harness_and_each_model_once():
    table = scores.all_scores()
    assert table["model"].is_unique().all()
    raw = analysis.load("open-model-scores").filter(
        "used", pl.col("harness") == "observational-scaling", pl.col("benchmark") == "mmlu"
    )
    own = dict(raw.select("model", "score").iter_rows())
    for model, score in table.select("model", "mmlu").drop_nulls().iter_rows():
        assert score == own[model]


def test_a_mean_is_not_taken_over_what_happens_to_be_there():
    name = "mean of MMLU, BBH, HumanEval"
    table = scores.scored(name)
    parts = scores.all_scores().select("model", *scores.SCORES[name])
    joined = table.join(parts, on="model")
    lacking = joined.filter(pl.any_horizontal(pl.col(scores.SCORES[name]).is_null()))
    assert lacking.height > 20
    assert lacking["score"].null_count() == lacking.height
    assert (lacking["missing"] != "").all()
    assert "bbh" in lacking["missing"].str.join(",").item()
    whole = joined.filter(pl.col("score").is_not_null())
    mean = whole.select(pl.mean_horizontal(scores.SCORES[name])).to_series()
    np.testing.assert_allclose(whole["score"], mean)
    assert (whole["missing"] == "").all()


def test_recalled_facts_are_left_out_by_one_argument(headline):
    table = study.estimate(study.changed(verified_only=True)).table
    assert table["verified"].all()
    assert not headline.table["verified"].all()
    both = tables.with_and_without_recalled(["MMLU"])
    assert both["models"].to_list() == [52, 30]
    assert (both["low"] > 0).all()


def test_a_reference_at_chance_is_refused_and_the_table_says_so(moved):
    with pytest.raises(FitError, match="at chance"):
        study.estimate(study.changed(cohort="Pythia"))
    refused = moved.filter(pl.col("rate").is_null())
    assert refused["choice"].to_list() == ["MATH, by Qwen1.5", "Pythia"]
    assert refused["problem"].str.contains("at chance").all()


def test_what_the_notebook_says_of_what_moves(moved):
    rate = dict(zip(moved["choice"], moved["rate"], strict=True))
    months = dict(zip(moved["choice"], moved["months"], strict=True))
    for fast in ("MMLU by Llama 1 and 2", "MMLU-Pro", "BBH", "GSM8K", "HumanEval"):
        assert 2 < months[fast] < 5, fast
    for slow in ("HellaSwag", "ARC-C", "WinoGrande"):
        assert 8 < months[slow] < 10, slow
    headline = rate["MMLU by Llama 1 and 2"]
    for small in ("active ones", "all kinds", "by maker"):
        assert abs(rate[small] - headline) < 0.5, small
    assert rate["up to 3 times the reference"] < headline < rate["up to 100 times the reference"]
    assert rate["kept, as below the edge"] - headline > 0.9


def test_longer_training_is_a_good_part_of_it():
    table = tables.more_training(["MMLU", "HellaSwag"])
    rates = dict(zip(zip(table["score"], table["tokens of the reference"], strict=True),
                     table["rate"], strict=True))  # fmt: skip
    assert rates["HellaSwag", "as many as the model"] < 0.3 < rates["HellaSwag", "1T tokens"]
    assert rates["MMLU", "as many as the model"] < 0.8 * rates["MMLU", "1T tokens"]
    assert table.group_by("score").agg(pl.col("models").n_unique())["models"].to_list() == [1, 1]


def test_shortcuts_are_too_sure(headline):
    table = pitfalls.shortcuts(headline)
    width = dict(zip(zip(table["estimator"], table["interval"], strict=True), table["width"],
                     strict=True))  # fmt: skip
    resampled = width["record line", "families and reference resampled"]
    assert width["record line", "bars of least squares"] < 0.75 * resampled
    whole = width["quantile 0.9", "families and reference resampled"]
    assert width["quantile 0.9", "models resampled one by one"] < 0.95 * whole


def test_chance_scores_would_hold_records():
    table = pitfalls.records_by_chance()
    assert table["of them at chance"].to_list() == [0, 3]
    assert table["rate"][1] < 0.5 * table["rate"][0]


def test_verdicts_against_the_published_months(headline):
    slow = study.estimate(study.changed(score="HellaSwag"))
    none = study.estimate(study.changed(score="MMLU", cohort="Qwen1.5"))
    assert tables.against(headline.headline) == "agrees"
    assert tables.against(slow.headline) == "slower"
    assert tables.against(none.headline) == "agrees, or none"


def test_active_parameters_raise_the_density_of_mixtures_alone():
    total, active = (
        study.estimate(study.changed(params=name)).table.filter(pl.col("density").is_not_nan())
        for name in ("params", "params_active")
    )
    ratio = (active["density"] / total["density"]).round(6)
    assert (ratio.filter(total["mixture"]) > 2).all()
    assert (ratio.filter(~total["mixture"]) == 1).all()


def test_the_maker_of_both_llamas_is_one():
    makers = dict(scores.all_scores().select("model", "maker").iter_rows())
    assert makers["huggyllama/llama-7b"] == makers["meta-llama/Llama-2-7b-hf"]
    one = study.estimate(study.changed(by_maker=True))
    assert one.headline.families < study.estimate(study.Setting()).headline.families


def test_quoted_scores_are_one_a_model_and_none_of_them_is_confirmed():
    table = scores.scored("MMLU as quoted in reports")
    raw = analysis.load("open-model-scores").filter(
        "used", pl.col("harness") == "published", pl.col("benchmark") == "mmlu"
    )
    own = raw.filter(pl.col("model") == "mistralai/Mistral-7B-v0.1")["score"]
    assert len(own) > 2
    found = table.filter(pl.col("model") == "mistralai/Mistral-7B-v0.1")["score"].item()
    assert found == pytest.approx(own.median())
    # The figures of BBH that one report lists as MMLU do not reach us.
    qwen = table.filter(pl.col("model") == "Qwen/Qwen-14B")["score"].item()
    assert qwen == pytest.approx(0.663)
    assert scores.scored("MMLU as quoted in reports", verified_only=True).height == 0
    assert scores.floor("MMLU as quoted in reports") == 0.25


def test_an_unknown_score_is_refused():
    with pytest.raises(ValueError, match="score is 'PIQA'"):
        scores.scored("PIQA")

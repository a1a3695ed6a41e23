"""The study of repeated data against what was published, and against its own runs."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

import analysis
from analysis import records
from analysis.studies import compare
from analysis.studies import repetition as study
from analysis.studies import repetition_published as published
from analysis.studies import repetition_runs as seen
from analysis.studies import repetition_valley as valleys
from analysis.studies import repetition_verdicts as verdicts

PAIR = (5.309743, 15.387756)


@pytest.fixture(scope="module")
def runs():
    return study.runs()


@pytest.fixture(scope="module")
def result():
    return study.explore_fit("repetition", 1e6, 400)


@pytest.fixture(scope="module")
def table(runs, result):
    return compare(
        "muennighoff2023",
        published.muennighoff(result, runs),
        verdicts=verdicts.MUENNIGHOFF,
        tolerance=published.TOLERANCE,
    )


def test_every_published_value_has_a_verdict(table):
    assert not table.left_out
    assert [k for k, v in table.verdicts.items() if v == "differs"] == [
        "muennighoff2023.fewer_params"
    ]
    crisis = compare(
        "token_crisis2023", dict.fromkeys(verdicts.TOKEN_CRISIS), verdicts=verdicts.TOKEN_CRISIS
    )
    assert not crisis.left_out
    assert set(crisis.verdicts.values()) == {"not testable"}


@pytest.mark.parametrize(
    "key", ["r2_decay", "r2_plain", "best_epochs", "useful_epochs", "worth_4", "worth_16"]
)
def test_published_values_come_out_to_their_printed_digits(runs, result, key):
    record = records.read_study("muennighoff2023").values[key]
    found = published.muennighoff(result, runs)[key]
    assert found == pytest.approx(record.value, abs=record.half_unit * 1.0001)


def test_fewer_parameters_is_the_ratio_of_two_models():
    fewer = published.fewer_params()
    assert round(fewer["models"]) == 27
    assert fewer["law"] == pytest.approx(23.3, abs=0.1)


def test_the_optimum_is_another_pair(result):
    assert result.parameters["R_N"] == pytest.approx(1.706, abs=0.001)
    assert result.parameters["R_D"] == pytest.approx(95.37, abs=0.05)
    assert result.objective == pytest.approx(0.01580466, abs=1e-8)


def test_the_published_pair_is_a_local_minimum_of_the_same_objective(result):
    found = valleys.minima(result)
    assert found["published_away_percent"].min() < 0.2
    nearest = found.sort("published_away_percent").row(0, named=True)
    assert nearest["percent_above"] == pytest.approx(0.1346, abs=0.001)
    around = np.array(
        [[nearest["R_N"] * a, nearest["R_D"] * b] for a in (0.99, 1.01) for b in (1, 1.01)]
    )
    assert (valleys.objectives(result, *around.T) > nearest["objective"]).all()
    assert not (found["percent_above"] < 0).any()


def test_the_runs_do_not_identify_the_pair(result):
    low, high = result.interval("R_D", 0.95)
    assert low < PAIR[1] < high
    assert high / low > 1000
    low, high = result.interval("R_N", 0.95)
    assert low < PAIR[0] < high
    assert high / low > 20


def test_surface_and_valley_agree_with_the_objective(result):
    r_n, r_d, above = valleys.surface(result, places=11)
    at = valleys.objectives(result, r_n[[3]], r_d[[7]])[0]
    assert above[7, 3] == pytest.approx(100 * (at / result.objective - 1))
    path = valleys.valley(result, [PAIR[1], 95.0])
    assert path["R_N"][0] == pytest.approx(PAIR[0], rel=0.01)
    assert path["percent_above"][1] < path["percent_above"][0] < 0.2


def test_scores_show_what_holding_the_base_law_costs(result, runs):
    scores = {row["set"]: row for row in study.scores(result, runs).iter_rows(named=True)}
    assert scores["published"]["objective"] == pytest.approx(0.0158259, abs=1e-7)
    free = scores["everything free, tokens only"]
    assert free["objective"] == pytest.approx(0.006566, abs=1e-6)
    assert free["R_D"] == pytest.approx(25.17, abs=0.05)
    assert scores["everything free"]["objective"] == pytest.approx(free["objective"], rel=2e-3)
    assert scores["least squares of the loss"]["R_D"] == pytest.approx(136, abs=1)


def test_the_base_law_is_low_where_nothing_repeats(runs):
    once = study.one_epoch(runs)
    assert once.height == 29
    assert (once["off_percent"] < 0).sum() >= 28
    assert once["off_percent"].mean() == pytest.approx(-13.8, abs=0.1)


def test_larger_models_turn_sooner(runs):
    turns = seen.turning_points(runs).filter(pl.col("params") > 1e8)
    assert turns["best_epochs"].is_sorted(descending=True)
    assert turns["best_epochs"].to_list() == [59, 39, 27, 27, 15, 15]


def test_past_turning_marks_only_later_and_higher_runs(runs):
    marked = runs.with_columns(past=seen.past_turning(runs))
    assert (marked["past"] & marked["used"]).sum() == 33
    one = seen.comparable(marked).filter(
        (pl.col("params") == 1.0963e9) & (pl.col("unique_tokens") == 1e8)
    )
    assert one.filter("past")["epochs"].min() > 15
    assert not one.filter(pl.col("epochs") <= 15)["past"].any()


def test_four_epochs_cost_as_measured(runs):
    added, low, high = seen.four_epochs(runs)
    assert added == pytest.approx(100 * (2.351177 / 2.336741 - 1), abs=1e-6)
    assert low < 0.5 < high


def test_seeds_of_one_size_agree_ten_times_better(runs):
    scatter = seen.seed_scatter(runs)["percent"].to_list()
    assert scatter == pytest.approx([0.050, 0.530], abs=0.001)


def test_repeating_beats_code_on_web_text(runs):
    table = seen.code_or_repeat(runs, analysis.load("data-constrained-code"))
    half = table.filter(pl.col("web_share") == 0.5)
    by = dict(zip(half["filler"], half["loss"], strict=True))
    assert by["repeats"] < by["code"] - 0.05


def test_dropout_wins_back_under_half():
    crisis = study.token_crisis()
    won = dict(zip(crisis["training"], crisis["recovered"], strict=True))
    assert won["repeated, dropout"] == pytest.approx(1.3 / 2.9)


def test_decay_of_tokens_only_reaches_further_in_compute(runs):
    scores = study.scored(runs, "flops", [1.5e20]).ranking
    by = dict(zip(scores["law"], scores["rms"], strict=True))
    assert by["free, tokens decay"] < by["base held, both decay"]
    assert by["published pair"] < by["base law, no decay"]

"""The IsoFLOP study against what was published about its sweeps."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

import analysis
from analysis import records
from analysis.studies import compare
from analysis.studies import isoflop as study
from analysis.studies import isoflop_forecasts as forecasts
from analysis.studies import isoflop_published as published
from analysis.studies import isoflop_sweeps as sweeps
from analysis.studies import isoflop_verdicts as verdicts


@pytest.fixture(scope="module")
def steps():
    return study.corrections()


def test_released_minima_give_table_1_to_the_last_digit(steps):
    for row in steps.iter_rows(named=True):
        record = records.read_study("porian2024").values[row["key"]]
        assert row["released"] == pytest.approx(record.value, abs=record.half_unit * 1.05), row


def test_exponents_from_the_points_are_within_a_hundredth_of_table_1(steps):
    assert (steps["exponent"] - steps["published"]).abs().max() < 0.01
    falls = steps["change"].drop_nulls().to_numpy().reshape(2, 4)
    assert (falls < 0).all()
    # The head moves the exponent most, the decay least, on both corpora.
    assert (falls.argmin(axis=1) == 0).all()
    assert (falls.argmax(axis=1) == 2).all()


def test_every_verified_value_of_porian_has_a_verdict(steps):
    table = compare("porian2024", published.porian(steps))
    assert set(table.verdicts.values()) == {"reproduced"}
    known = records.read_study("porian2024").values
    assert not [key for key in table.left_out if known[key.split(".")[1]].verified]


def test_hoffmann_and_kaplan_have_verdicts(steps):
    hoffmann = compare("chinchilla2022", published.hoffmann(), verdicts=verdicts.HOFFMANN)
    kaplan = compare("kaplan2020", published.kaplan(steps), verdicts=verdicts.KAPLAN)
    tested = [k for k, v in (hoffmann + kaplan).verdicts.items() if v == "reproduced"]
    expected = ["chinchilla2022.a2", "chinchilla2022.b2", "kaplan2020.N_opt_exponent_fixed_batch"]
    assert tested == expected


def test_sweeps_are_the_fifteen_settings_and_four_readings_of_figures():
    assert len(sweeps.SWEEPS) == 19
    points = sum(sweeps.sweep_runs(n).height for n, s in sweeps.SWEEPS.items() if s.noise)
    assert points == analysis.load("resolving-discrepancies-points").height
    for name, sweep in sweeps.SWEEPS.items():
        runs = sweeps.sweep_runs(name)
        if sweep.noise:
            assert runs.select("summary", "setting").n_unique() == 1
            # One run gives points at many budgets, unless the decay is matched to each.
            assert sweep.shared == (runs["decay"][0] != "chinchilla")
            assert sweep.noise == (0.01 if runs["dataset"][0] == "owt2" else 0.002)


def test_llama_3_depends_on_the_doubtful_points():
    trusted, everything = study.analyse("llama3"), study.analyse("llama3-all")
    assert trusted.tokens.exponent == pytest.approx(0.500, abs=5e-4)
    assert everything.tokens.exponent == pytest.approx(0.537, abs=5e-4)
    assert everything.tokens.coefficient == pytest.approx(0.299, abs=5e-4)
    assert (trusted.params.points, everything.params.points) == (8, 10)


def test_approaches_hold_each_reading_once():
    table = study.approaches(["llama3", "rw-head"])
    assert table.group_by("sweep").len().sort("sweep")["len"].to_list() == [3, 4]
    found = dict(table.filter(sweep="rw-head").select("approach", "exponent").iter_rows())
    assert found["parabola, all sizes"] == pytest.approx(0.780, abs=5e-4)
    assert found["parabola, window"] == pytest.approx(found["interpolation"], abs=5e-3)
    assert (table["low"] < table["exponent"]).all()
    wide = study.side_by_side(table)
    assert wide["sweep"].to_list() == ["Llama 3, trusted points", "RefinedWeb: output head counted"]
    assert wide["envelope"][0] == "–"


def test_only_a_drifting_grid_moves_the_exponent():
    law = analysis.law("chinchilla").with_published("besiroglu2024")
    grids = {"steady": 0.25, "falls": (0.25, -0.25), "rises": (-0.25, 0.25)}
    table = study.bias_table(study.grid_biases(law, [1.0, 3.0], grids), [1.0, 3.0])
    error = dict(table.filter(width_decades=3.0).select("grid", "exponent_error").iter_rows())
    assert abs(error["steady"]) < 1e-9
    assert error["rises"] < -0.005 < 0.005 < error["falls"]
    assert table.filter(grid="steady", width_decades=3.0)["percent"][0] < -4


def test_largest_budget_is_foretold_from_smaller_ones_only(monkeypatch):
    table = forecasts.largest_budget("rw-tuned", resamples=20)
    ratio = dict(table.select("approach", "params_ratio").iter_rows())
    assert ratio["approach 2"] == pytest.approx(0.972, abs=1e-3)
    assert ratio["no floor"] > 2
    runs = sweeps.sweep_runs("rw-tuned")
    top = runs["flops"].max()
    worse = runs.with_columns(
        loss=pl.when(pl.col("flops") == top).then(pl.col("loss") * 1.1).otherwise(pl.col("loss"))
    )
    monkeypatch.setattr(forecasts, "sweep_runs", lambda name: worse)
    again = forecasts.largest_budget("rw-tuned", resamples=20)
    np.testing.assert_allclose(again["loss"][1:], table["loss"][1:], rtol=1e-12)
    assert again["loss"][0] == pytest.approx(1.1 * table["loss"][0], rel=1e-3)


def test_floor_of_the_tuned_sweep_lies_above_losses_that_were_reached():
    table = forecasts.floors("rw-tuned")
    assert (table["floor"] > table["lowest_held_out"]).all()
    table = forecasts.floors("chinchilla")
    assert (table["floor"] < table["lowest_held_out"]).all()


def test_bad_names_say_what_is_accepted():
    with pytest.raises(ValueError, match="no sweep 'gopher'; accepted: chinchilla, "):
        sweeps.sweep_runs("gopher")
    with pytest.raises(ValueError, match="noise is stated; 'llama3' has none"):
        study.analyse("llama3", by="noise")
    with pytest.raises(ValueError, match="takes training curves"):
        study.lower_envelope("rw-decay")
    with pytest.raises(ValueError, match="by is 'runs' or 'noise'"):
        study.analyse("llama3", by="seeds")

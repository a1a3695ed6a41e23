"""The schedules study: what the public curves say, and what MiniCPM's printed fit says."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from analysis import records
from analysis.runs.schedules import collected_schedule
from analysis.studies import compare, schedules_verdicts
from analysis.studies import schedules as study
from analysis.studies import schedules_minicpm as minicpm
from analysis.studies import schedules_what_if as what_if


def test_the_late_decay_ends_below_the_cosine_at_every_size():
    table = study.endings()
    assert table["model"].to_list() == list(study.SIZES)
    assert (table["wsd_below"] > table["wsdld_below"]).all()
    assert (table["wsdld_below"] > 0.3).all()
    middle = table.row(1, named=True)
    assert middle["wsd_20000_24000"] == 2.9514
    assert middle["wsd_below"] == pytest.approx(100 * (1 - 2.9514 / 2.9791))


def test_stretches_are_parts_of_one_curve():
    points = study.curves("100M")
    assert points.group_by("stretch").agg(pl.col("schedule").n_unique())["schedule"].max() == 1
    assert set(points["length"]) == {16_000, 24_000, 72_000}
    assert points["fits"].sum() == pytest.approx((171 + 171 + 109) / study.FITTED, abs=3)


def test_refit_has_the_better_objective_and_the_worse_forecast_of_long_curves():
    rows = study.scores(study.forecasts(["100M"])).rows_by_key("source", named=True, unique=True)
    annealing, refit, published = (rows[name] for name in study.SOURCES)
    assert refit["objective"] < annealing["objective"] < published["objective"]
    assert refit["longer"] == pytest.approx(0.375, abs=0.01)
    assert refit["as_long"] == pytest.approx(0.201, abs=0.01)
    assert published["objective"] / refit["objective"] == pytest.approx(21, abs=0.5)
    assert refit["longer"] > annealing["longer"] > published["longer"]
    assert refit["held_out"] > annealing["held_out"] > published["held_out"]
    squares = study.forecasts(["100M"]).filter(~pl.col("fits"), source="multi-power")
    mean = (squares["rms"] ** 2 * squares["points"]).sum() / squares["points"].sum()
    assert refit["held_out"] == pytest.approx(mean**0.5)


def test_coefficients_of_a_size_that_differ_are_those_with_a_reason():
    reasons = {k: v for k, v in schedules_verdicts.MULTI_POWER.items() if k.endswith("_100m")}
    table = compare("multi_power2025", study.reproduced("100M"), verdicts=reasons)
    assert list(table.verdicts.values()).count("differs") == 3


def test_amplitude_of_the_published_shape_is_higher_than_printed():
    held = study.shape_held("100M")
    printed = study.sources("100M").published.fixed["B"]
    assert held.parameters["B"] / printed == pytest.approx(1.08, abs=0.01)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("constant", "constant_24000"),
        ("cosine", "cosine_24000"),
        ("exponential", "wsd_20000_24000"),
        ("linear", "wsdld_20000_24000"),
    ],
)
def test_schedules_of_your_own_meet_the_collected_ones(kind, name):
    np.testing.assert_allclose(what_if.rates(kind, 24_000, 1 / 6), collected_schedule(name))


def test_predicted_curves_are_those_of_the_points():
    points = study.curves("100M", 4).filter(schedule="cosine_24000")
    result = study.fitted("annealing", "100M")
    own = what_if.predicted({"c": what_if.rates("cosine", 24_000)}, {"loss": result}, 300)
    at = np.interp(points["steps"].to_numpy(), own["steps"].to_numpy(), own["loss"].to_numpy())
    late = points["steps"].to_numpy() > 4_000
    np.testing.assert_allclose(at[late], result.predict(points)["loss"].to_numpy()[late], atol=1e-3)


def test_the_printed_ratio_is_the_optimum_of_the_printed_law():
    k2, eta, tokens = minicpm.ratio(1e21, minicpm.mean_exponents())
    values = minicpm.mean_exponents()
    params = np.geomspace(1e8, 1e11, 400_001)
    data = 1e21 / 6 / params
    loss = values["C_N"] * (params / 1e9) ** -values["alpha"]
    loss += values["C_D"] * (data / 1e9) ** -values["beta"]
    best = int(np.argmin(loss))
    assert data[best] / params[best] == pytest.approx(tokens, rel=1e-3)
    assert tokens == pytest.approx(135, abs=0.5)
    assert eta == pytest.approx(-0.06 / 0.52)
    assert 0 < k2 < 1


def test_every_minicpm_value_has_a_verdict():
    found = minicpm.reproduced()
    table = compare("minicpm2024", found, verdicts=schedules_verdicts.MINICPM)
    assert not table.left_out
    assert list(table.verdicts.values()).count("reproduced") == 3
    value, low, high = found["ratio_ultratext"]
    assert value == pytest.approx(91.2, abs=0.05)
    assert low < records.value("minicpm2024", "ratio_ultratext") < high


def test_batch_law_at_a_loss_of_three():
    batch = minicpm.batches(np.array([3.0]))["batch_tokens"].item()
    assert batch == pytest.approx(1.2110e9 / 3**6.2393)

"""Known growth on real dates: what the record line makes of it, and what quantiles do."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest

from analysis.capability import (
    Trend,
    Window,
    better_calibrated,
    calibrate,
    calibrate_selected,
    doubling_time,
    permuted,
)
from analysis.capability.simulation import CANDIDATES, scatter, simulated
from analysis.studies import densing as study
from analysis.studies import densing_pitfalls as pitfalls


@pytest.fixture(scope="module")
def trend():
    return study.trend(study.Setting())


@pytest.fixture(scope="module")
def calibrated(trend):
    return calibrate(trend, simulations=120, resamples=80)


def of(table, estimator, months):
    rows = table.filter(pl.col("estimator") == estimator, pl.col("months") == months)
    return rows.row(0, named=True)


def test_the_record_line_finds_growth_where_there_is_none(calibrated):
    none = of(calibrated, "record holders", math.inf)
    assert none["bias"] > 1.5  # doublings a year out of nothing
    assert none["none"] < 0.1
    fast = of(calibrated, "record holders", 3.5)
    assert 0.3 < fast["bias"] < 1.5
    assert fast["coverage"] < 0.8


@pytest.mark.parametrize("quantile", ["quantile 0.9", "quantile 0.95"])
@pytest.mark.parametrize("months", [3.5, 6.0, 12.0, math.inf])
def test_quantiles_are_nearly_unbiased_and_keep_their_promise(calibrated, quantile, months):
    row = of(calibrated, quantile, months)
    assert abs(row["bias"]) < 0.35
    assert 0.8 <= row["coverage"] <= 0.98


def test_with_no_growth_the_headline_interval_contains_none(calibrated):
    assert of(calibrated, "quantile 0.9", math.inf)["none"] >= 0.8
    # and it is no empty promise: growth of 3.5 months is told from none
    assert of(calibrated, "quantile 0.9", 3.5)["none"] < 0.1


def test_the_better_calibrated_estimator_is_the_headline(calibrated):
    assert better_calibrated(calibrated) == "quantile 0.9"
    worse = calibrated.with_columns(
        coverage=pl.when(pl.col("estimator") == "quantile 0.9").then(0.6).otherwise("coverage")
    )
    assert better_calibrated(worse) == "quantile 0.95"


def test_simulated_sets_have_the_scatter_of_the_real_ones(trend):
    line = np.polynomial.Polynomial.fit(trend.times, trend.heights, 1)
    off = trend.heights - line(trend.times)
    drawn = simulated(trend, 400, 0)
    assert drawn.std() == pytest.approx(off.std(), rel=0.2)
    effects, deviations = scatter(trend)
    assert abs(effects.mean()) < 1e-9
    assert deviations.std() > 0


def test_sizes_of_one_family_are_alike_in_simulated_sets(trend):
    drawn = simulated(trend, 300, 1)
    effects, _ = scatter(trend)
    size = np.bincount(trend.families)
    family = int(np.argmax(size))
    one, two = np.flatnonzero(trend.families == family)[:2]
    joint = np.cov(drawn[:, one], drawn[:, two])[0, 1]
    assert joint == pytest.approx(effects.var(), rel=0.5)


def test_added_growth_is_found_in_full_by_the_shortcut_for_quantiles(trend):
    base = simulated(trend, 1, 3)
    weights = trend.samples(5, 0)
    plain, _ = trend.lines(weights, "quantile", 0.9, heights=np.repeat(base, 5, axis=0))
    grown, _ = trend.lines(
        weights, "quantile", 0.9, heights=np.repeat(base + 2 * trend.times, 5, axis=0)
    )
    np.testing.assert_allclose(grown, plain + 2, atol=1e-6)


def test_dealt_anew_nothing_is_left_of_a_trend():
    random = np.random.RandomState(0)
    days = pl.Series("released", 19400 + 20 * np.arange(30), dtype=pl.Int32).cast(pl.Date)
    steep = pl.DataFrame(
        {
            "model": [str(k) for k in range(30)],
            "family": [str(k) for k in range(30)],
            "density": 2.0 ** (0.2 * np.arange(30) + 0.1 * random.standard_normal(30)),
        }
    ).with_columns(days)
    found = doubling_time(steep)
    rates = permuted(Trend.of(steep), count=200)
    assert abs(np.median(rates)) < 0.3 * found.rate
    assert (rates < found.rate).mean() > 0.98


def test_the_same_seed_gives_the_same_table(trend):
    kwargs = {"simulations": 5, "resamples": 10, "truths": (6.0,)}
    assert calibrate(trend, **kwargs).equals(calibrate(trend, **kwargs))
    assert list(CANDIDATES) == ["record holders", "quantile 0.9", "quantile 0.95"]


def test_models_that_drop_out_hide_some_of_fast_growth(trend):
    window = pitfalls.window(study.estimate(study.Setting()))
    table = calibrate_selected(trend, window, truths=(3.5, math.inf), simulations=60, resamples=40)
    fast, kept = (
        of(table, name, 3.5) for name in ("quantile 0.9", "quantile 0.9, chance kept below")
    )
    assert -0.6 < fast["bias"] < -0.1
    assert abs(kept["bias"]) < abs(fast["bias"])
    for name in ("quantile 0.9", "quantile 0.9, chance kept below"):
        assert of(table, name, 3.5)["coverage"] > 0.72
        assert of(table, name, math.inf)["none"] > 0.75
    assert of(table, "record holders", math.inf)["none"] < 0.1


def test_the_window_of_a_model_is_where_its_density_counts():
    one = study.estimate(study.Setting())
    window = pitfalls.window(one)
    place = {name: k for k, name in enumerate(window.everyone.names)}
    for row in one.table.iter_rows(named=True):
        low, high = window.low[place[row["model"]]], window.high[place[row["model"]]]
        assert low < high
        if not math.isnan(row["density"]):
            assert low <= math.log2(row["density"]) <= high + 1e-9
    wide = window.low == -math.inf
    everyone = Window(window.everyone, np.where(wide, 0, -99.0), np.full(len(wide), 99.0))
    table = calibrate_selected(
        study.trend(study.Setting()), everyone, truths=(6.0,), simulations=10, resamples=10
    )
    own = table.filter(pl.col("estimator").str.starts_with("quantile"))
    assert own["mean"].n_unique() == 1  # nobody drops out, so nothing is kept below

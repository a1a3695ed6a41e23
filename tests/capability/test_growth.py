"""Growth of the best density: whole families resampled, and refusals by column and row."""

from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from analysis.capability import Trend, doubling_time
from analysis.capability.trend import DAY_ZERO, years
from analysis.errors import DataError


def table(months=6.0, families=20, each=3, spread=1.0, seed=0):
    """Make families of models whose density doubles in so many months."""
    random = np.random.RandomState(seed)
    rows = []
    for family in range(families):
        day = DAY_ZERO + timedelta(days=int(random.randint(0, 540)))
        effect = spread * random.standard_normal()
        for model in range(each):
            height = float(years(day)) * 12 / months + effect + 0.1 * random.standard_normal()
            rows.append((f"{family}-{model}", f"F{family:02}", day, 2.0**height))
    return pl.DataFrame(rows, schema=["model", "family", "released", "density"], orient="row")


@pytest.mark.parametrize("estimator", ["records", "quantile"])
def test_an_exact_trend_is_found(estimator):
    found = doubling_time(table(months=4.0, spread=0, families=30), estimator=estimator)
    assert found.months == pytest.approx(4, rel=0.06)
    low, high = found.months_interval
    assert low < found.months < high
    assert (found.models, found.families) == (90, 30)


def test_no_growth_is_a_rate_of_zero_and_an_infinite_doubling_time():
    flat = table(months=math.inf)
    found = doubling_time(flat)
    low, high = found.interval
    assert low < 0 < high
    short, long = found.months_interval
    assert 0 < short < math.inf
    assert long == math.inf
    falling = doubling_time(flat.with_columns(density=1 / pl.col("density").rank()))
    assert falling.months > 0


def test_families_are_resampled_whole():
    models = table()
    trend = Trend.of(models)
    weights = trend.samples(50, seed=1)
    for family in range(20):
        own = weights[:, trend.families == family]
        assert (own == own[:, :1]).all()
    assert (weights.sum(axis=1) == 60).all()
    many = table(families=40, each=6)
    alone = doubling_time(many.with_columns(family="model"), quantile=0.5)
    whole = doubling_time(many, quantile=0.5)
    # Sizes of one family are no independent witnesses.
    assert np.std(whole.rates) > 1.3 * np.std(alone.rates)


def test_the_envelope_is_drawn_anew_in_each_resample():
    models = table(months=math.inf, seed=3)
    found = doubling_time(models, estimator="records")
    best = found.record_holders[-1]
    without = doubling_time(models.filter(pl.col("model") != best), estimator="records")
    assert without.rate != found.rate
    assert len(np.unique(found.rates.round(9))) > 20


def test_the_same_seed_gives_the_same_digits():
    first, second = (doubling_time(table(), seed=5) for _ in range(2))
    np.testing.assert_array_equal(first.rates, second.rates)
    assert doubling_time(table(), seed=6).interval != first.interval


def test_models_without_a_density_are_left_out_and_counted():
    models = table()
    gaps = models.with_columns(
        density=pl.when(pl.col("model") == "3-1").then(math.nan).otherwise("density")
    )
    trend = Trend.of(gaps)
    assert trend.left_out == 1
    assert "3-1" not in trend.names


def test_draws_of_the_reference_widen_the_interval():
    models = table()
    random = np.random.RandomState(2)
    stretch = np.exp(0.4 * random.standard_normal((400, 1)))
    draws = models["density"].to_numpy() ** stretch
    plain, wide = doubling_time(models), doubling_time(models, draws=draws)
    assert wide.rate == plain.rate
    assert np.ptp(wide.interval) > np.ptp(plain.interval)
    with pytest.raises(ValueError, match=r"draws has the shape \(400, 60\)"):
        doubling_time(models, draws=draws, resamples=10)


def test_draws_follow_their_models_whatever_their_order():
    models = table()
    draws = np.tile(models["density"].to_numpy(), (400, 1))
    mixed = models.sample(fraction=1, shuffle=True, seed=4)
    shuffled = np.tile(mixed["density"].to_numpy(), (400, 1))
    np.testing.assert_allclose(
        doubling_time(models, draws=draws).rates, doubling_time(mixed, draws=shuffled).rates
    )


def test_the_day_of_a_density_is_where_the_edge_reaches_it():
    found = doubling_time(table(months=3.0, families=60, spread=0.5))
    day = found.day(4.0)
    assert found.edge(day) == pytest.approx(4, rel=0.01)
    first, last = found.day_interval(4.0)
    assert first < day < last
    flat = doubling_time(table(months=math.inf))
    assert flat.day_interval(4.0)[1] is None
    low, high = found.edge_interval([day])
    assert low[0] < 4 < high[0]


BAD = {
    "column 'released': missing": lambda t: t.drop("released"),
    "column 'released': holds String": lambda t: t.with_columns(pl.col("released").cast(pl.String)),
    "column 'density', row 3: found -1": lambda t: t.with_columns(
        density=pl.when(pl.col("model") == "0-2").then(-1.0).otherwise("density")
    ),
    "column 'family', row 1": lambda t: t.with_columns(
        family=pl.when(pl.col("model") == "0-0").then(None).otherwise("family")
    ),
    "'0-0' is listed twice": lambda t: pl.concat([t, t[:1]]),
    "1 models with a density": lambda t: t[:1],
    "on 1 days": lambda t: t.with_columns(released=pl.lit(date(2024, 1, 1))),
}


@pytest.mark.parametrize("message", BAD)
def test_bad_tables_are_refused(message):
    with pytest.raises(DataError, match=message):
        doubling_time(BAD[message](table()))


@pytest.mark.parametrize("change", [{"estimator": "best"}, {"level": 1.0}, {"quantile": 0.0}])
def test_bad_arguments_are_refused(change):
    with pytest.raises(ValueError, match=next(iter(change))):
        doubling_time(table(), **change)


def test_a_growth_says_in_one_line_what_was_found():
    found = doubling_time(table(months=4.0, spread=0, families=30))
    low, high = found.interval
    assert repr(found) == (
        f"<Growth: {found.rate:.3g} doublings a year ({low:.3g} to {high:.3g}, 90%), one in "
        f"{found.months:.3g} months; quantile 0.9, 90 models of 30 families>"
    )
    assert "record holders" in repr(doubling_time(table(), estimator="records"))
    gone = table().with_columns(density=pl.when(pl.col("model") != "3-1").then("density"))
    assert repr(Trend.of(gone)) == "<Trend: 59 models of 20 families, 1 left out>"

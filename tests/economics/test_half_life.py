"""Half-lives: found where there is one, and "not identified" where there is none."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from analysis.economics.half_life import FORMS, decay, half_life
from analysis.economics.halving import MONTH

MONTHS = np.array([0.0, 1, 2, 3, 5, 8, 12])


def falling(costs, problems=6, scatter=0.0):
    """Return a table in which each new model costs so much at every problem."""
    random = np.random.default_rng(0)
    start = date(2024, 1, 1)
    rows = [
        {
            "problem": p,
            "model": f"m{i}",
            "attempt": 1,
            "passed": 1,
            "usd": float(cost * np.exp(scatter * random.normal())),
            "released": start + timedelta(days=round(month * MONTH)),
        }
        for i, (month, cost) in enumerate(zip(MONTHS, costs, strict=False))
        for p in range(problems)
    ]
    return pl.DataFrame(rows)


@pytest.mark.parametrize("half", [0.9, 2.6, 7.1])
@pytest.mark.parametrize("floor", [0.0, 0.5])
def test_exact_decay_is_found(half, floor):
    values = (4 * 0.5 ** (MONTHS / half) + floor)[None, :]
    found, under, missed = (float(x[0]) for x in decay("floor free", MONTHS, values))
    assert found == pytest.approx(half, rel=0.02)
    assert under == pytest.approx(floor, abs=0.05)
    assert missed < 0.01
    if not floor:
        for form in ("floor zero", "log-linear"):
            assert decay(form, MONTHS, values)[0][0] == pytest.approx(half, rel=0.02)


def test_the_form_decides_where_there_is_a_floor():
    values = (4 * 0.5 ** (MONTHS / 2) + 0.5)[None, :]
    halves = {form: float(decay(form, MONTHS, values)[0][0]) for form in FORMS}
    assert halves["floor free"] == pytest.approx(2.0, rel=0.02)
    assert halves["log-linear"] > 1.3 * halves["floor free"]


def test_a_floor_is_never_below_nothing():
    values = (12.5 - MONTHS)[None, :]
    half, floor, _ = decay("floor free", MONTHS, values)
    assert floor[0] == 0
    np.testing.assert_allclose(half, decay("floor zero", MONTHS, values)[0])


def test_many_tracks_are_fitted_as_one_by_one():
    random = np.random.default_rng(1)
    values = np.minimum.accumulate(random.uniform(0.1, 5, (8, len(MONTHS))), axis=1)
    for form in FORMS:
        together = decay(form, MONTHS, values)
        for i in range(8):
            one = decay(form, MONTHS, values[i : i + 1])
            for a, b in zip(together, one, strict=True):
                np.testing.assert_allclose(a[i], b[0], rtol=1e-9)


def test_half_life_of_records_with_its_intervals():
    table = falling(4 * 0.5 ** (MONTHS / 2.6), problems=40, scatter=0.3)
    found = half_life(table, resamples=200)
    assert found["identified"].all()
    row = found.filter(pl.col("form") == "log-linear").row(0, named=True)
    assert row["low"] < row["months"] < row["high"]
    assert row["least"] <= row["months"] <= row["most"]
    assert row["months"] == pytest.approx(2.6, rel=0.15)
    assert row["points"] == 7


def test_too_few_days_are_not_enough():
    found = half_life(falling([4, 2, 1]), resamples=0)
    assert not found["identified"].any()
    assert found["why"][0] == "3 days for 3 parameters"
    assert found["months"].null_count() == 3


def test_a_frontier_that_stays_has_no_half_life():
    found = half_life(falling([4.0] * 7), resamples=0)
    assert not found["identified"].any()
    assert all("hardly falls" in why for why in found["why"])


def test_a_single_step_is_not_a_decay():
    found = half_life(falling([4, 4, 4, 4, 4, 4, 0.01]), resamples=0)
    zero = found.filter(pl.col("form") == "floor zero").row(0, named=True)
    assert not zero["identified"]


def test_a_fall_that_hangs_on_one_day_says_so():
    found = half_life(falling([40, 1, 1, 1, 1, 1, 1]), resamples=0)
    said = found.filter(pl.col("form") == "floor free")["why"].item()
    assert "step" in said or "single day" in said


def test_an_unknown_form_is_named():
    with pytest.raises(ValueError, match="form is 'x'; accepted are 'floor free'"):
        decay("x", MONTHS, MONTHS[None, :])


def test_reference_rate_of_decay():
    assert np.log(2) / 0.2666 == pytest.approx(2.6, abs=0.005)
    values = np.exp(-0.2666 * MONTHS)[None, :]
    assert decay("log-linear", MONTHS, values)[0][0] == pytest.approx(2.6, abs=0.005)

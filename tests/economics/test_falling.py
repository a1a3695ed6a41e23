"""The falling cost of a fixed score: records, rates, and what chance makes of them."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from analysis.economics.falling import FORMS, cost_records, cost_trend
from analysis.economics.halving import MONTH
from analysis.errors import DataError

START = date(2024, 1, 1)


def runs(days, usd, score=None, cases=None):
    frame = pl.DataFrame(
        {
            "day": [START + timedelta(days=int(day)) for day in days],
            "usd": usd,
            "score": score or [0.9] * len(days),
        }
    )
    return frame if cases is None else frame.with_columns(cases=pl.lit(cases))


def trend(frame, **options):
    names = {"cost": "usd", "score": "score", "day": "day"}
    return cost_trend(frame, **({"threshold": 0.5, "resamples": 400} | names | options))


def halving(count, months, every=30):
    days = every * np.arange(count)
    return runs(days, (8.0 * 2.0 ** (-days / MONTH / months)).tolist())


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("first", [True, False])
def test_an_exact_halving_is_found(form, first):
    # Steps lag behind the line they are cut from by the same time everywhere.
    found = trend(halving(40, 3.0, every=5), form=form, first=first)
    assert found.halving_months == pytest.approx(3.0, rel=0.01)
    assert found.records == 40
    assert found.status == "identified"
    assert found.low <= found.halving_months <= found.high
    assert found.chance == pytest.approx(1 / 401)
    assert found.chance == trend(halving(40, 3.0, every=5)).chance


def test_records_are_minima_in_order_of_time():
    frame = runs([0, 0, 9, 20, 30, 40], [9.0, 8.0, 8.0, None, 10.0, 2.0])
    records = cost_records(frame, threshold=0.5, cost="usd", score="score", day="day")
    assert records["usd"].to_list() == [8.0, 2.0]
    assert records["factor"].to_list() == [None, 4.0]


def test_only_what_reaches_the_score_counts_and_the_unpriced_are_counted():
    frame = runs([0, 10, 20, 30], [8.0, 1.0, 4.0, None], [0.6, 0.4, 0.5, 0.7])
    records = cost_records(frame, threshold=0.5, cost="usd", score="score", day="day")
    assert records["usd"].to_list() == [8.0, 4.0]
    found = trend(frame)
    assert (found.runs, found.unpriced, found.records) == (2, 1, 2)
    assert found.status == "not identified"
    assert found.reason == "only 2 records, and a line needs three"


def test_without_the_first_record_an_outlier_there_does_not_matter():
    usual = halving(40, 6.0, every=5)
    spiked = usual.with_columns(usd=pl.when(pl.int_range(40) == 0).then(900.0).otherwise("usd"))
    assert trend(spiked, form="ends").halving_months < 2
    assert trend(spiked, form="ends", first=False).halving_months == pytest.approx(6, rel=0.01)
    assert trend(spiked, first=False).halving_months == pytest.approx(6, rel=0.02)


def test_a_first_day_with_two_runs_is_one_record():
    frame = runs([0, 0, 100, 200, 300], [64.0, 16.0, 8.0, 4.0, 2.0])
    found = trend(frame, form="ends", first=False)
    assert found.halving_months == pytest.approx(100 / MONTH)


def test_of_two_runs_of_one_day_the_cheaper_counts():
    frame = runs([0, 100, 200, 200], [8.0, 4.0, 16.0, 1.0])
    assert trend(frame, form="ends").halving_months == pytest.approx(200 / 3 / MONTH)


def test_a_long_wait_at_the_end_counts():
    frame = halving(20, 3.0, every=10)
    waited = trend(frame, until=START + timedelta(days=600))
    assert waited.halving_months > 1.5 * trend(frame).halving_months
    assert trend(frame, form="records", until=START + timedelta(days=600)) == trend(
        frame, form="records"
    )


def test_costs_without_a_trend_fall_by_chance_alone_and_the_numbers_say_so():
    rng = np.random.default_rng(5)
    found = [
        trend(runs(np.sort(rng.integers(0, 300, 25)), np.exp(rng.normal(0, 1.5, 25)).tolist()))
        for _ in range(60)
    ]
    # Minima fall although nothing changed, about as fast as in shuffled order.
    assert np.mean([one.halving_months < 24 for one in found]) > 0.8
    assert np.median([one.halving_months / one.chance_months for one in found]) < 2
    assert np.mean([one.chance < 0.1 for one in found]) == pytest.approx(0.1, abs=0.08)


def test_scores_near_the_threshold_widen_the_interval():
    days = 30 * np.arange(12)
    usd = (8.0 * 2.0 ** (-days / 90)).tolist()
    sure = trend(runs(days, usd, [0.9] * 12, cases=50), cases="cases")
    near = trend(runs(days, usd, [0.52] * 12, cases=50), cases="cases")
    assert near.halving_months == sure.halving_months
    assert near.high / near.low > sure.high / sure.low


def test_it_is_the_same_twice_and_free_of_units():
    frame = halving(15, 4.0)
    assert trend(frame) == trend(frame)
    cents = trend(frame.with_columns(pl.col("usd") * 100))
    assert cents.halving_months == pytest.approx(trend(frame).halving_months)


def test_bad_arguments_and_costs_are_refused():
    frame = halving(5, 3.0)
    with pytest.raises(ValueError, match="form is 'log'; accepted are steps, records, ends, all"):
        trend(frame, form="log")
    with pytest.raises(ValueError, match="level is 2"):
        trend(frame, level=2)
    with pytest.raises(DataError, match="column 'usd', row 5: found 0"):
        trend(frame.with_columns(usd=pl.when(pl.int_range(5) == 4).then(0.0).otherwise("usd")))


def test_a_score_that_nobody_reaches_has_no_trend():
    found = trend(halving(5, 3.0), threshold=0.95)
    assert found.runs == 0
    assert np.isnan(found.halving_months)
    assert found.status == "not identified"

"""The knowledge-capacity study: memories of known capacity, biases, and published values."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest

from analysis import records
from analysis.studies import compare
from analysis.studies import knowledge_capacity as study
from analysis.studies import knowledge_capacity_bias as bias
from analysis.studies import knowledge_capacity_published as published
from analysis.studies import knowledge_capacity_room as room
from analysis.studies import knowledge_capacity_verdicts as verdicts


@pytest.fixture(scope="module")
def sweep():
    return study.capacity_sweep()


def of(sweep, memory):
    return sweep.filter(pl.col("memory") == memory).sort("load")


def test_a_table_holds_all_facts_until_it_is_full_and_not_a_bit_more(sweep):
    rows = of(sweep, study.TABLE)
    np.testing.assert_allclose(rows["stored"], np.minimum(rows["load"], 2), rtol=1e-12)


def test_training_stores_everything_as_long_as_cover_lets_it(sweep):
    rows = of(sweep, study.TRAINED)
    sure = rows.drop_nulls("known")
    assert sure["load"].max() == 1.5
    np.testing.assert_allclose(sure["stored"], sure["load"], rtol=1e-3)
    assert 1.7 < rows["stored"].max() < 2
    full = rows.filter(pl.col("load") >= 2.5)
    assert full["stored"].max() < 1.05  # overfilled, it holds half of what it could


def test_one_exposure_holds_what_theory_says(sweep):
    rows = of(sweep, study.HEBBIAN)
    np.testing.assert_allclose(rows["stored"], rows["known"], rtol=0.07)
    assert rows["stored"].max() < 0.75


def test_no_memory_is_credited_with_more_than_there_is(sweep):
    assert (sweep["stored"] <= sweep["load"] + 1e-9).all()
    assert (sweep["stored"] <= 2 + 1e-9).all()


def test_units_learn_everything_as_often_as_cover_counts():
    rows = study.cover_check(widths=(16, 32))
    off = (rows["perfect"] - rows["cover"]) / rows["error"].clip(lower_bound=0.01)
    assert off.abs().max() < 3


def test_more_facts_need_more_exposures():
    rows = study.exposure_sweep()
    needed = [
        part.filter(pl.col("stored") > 0.99 * pl.col("load"))["exposures"].min()
        for part in rows.partition_by("load", maintain_order=True)
    ]
    assert needed == [10, 30, 300, 1000]


def test_random_junk_caps_what_is_kept_and_repetitive_junk_only_delays_it():
    rows = study.junk_sweep().filter(pl.col("exposures") == 300)
    held = dict(zip(rows["junk"], rows["stored"], strict=True))
    assert held["none"] == pytest.approx(1, abs=1e-3)
    assert held["repetitive"] > 0.99
    assert held["random"] < 0.1
    assert 0.3 < held["random, steps of a tenth"] < 0.5


def test_eight_bits_cost_a_full_memory_little_and_four_most():
    rows = study.rounding_sweep(loads=(1, 1.875), bits=(4, 8, 16))
    held = {(r["load"], r["bits"]): r["stored"] for r in rows.iter_rows(named=True)}
    assert held[1, 4] > 0.99
    assert held[1.875, 8] > 0.95 * held[1.875, 16]
    assert held[1.875, 4] < 0.5 * held[1.875, 16]


def test_the_estimate_is_a_lower_bound_until_facts_break_its_terms():
    table = bias.cases()
    ratio = dict(zip(table["memory"], table["ratio"], strict=True))
    exact = ["table with room for all", "table with room for half", "half of every value"]
    assert [ratio[name] for name in exact] == pytest.approx([1, 1, 1], rel=1e-9)
    low = ["one in ten wrong, and aware", "one in ten wrong, and sure", "names, written as a set"]
    low += ["half of the names, as a set"]
    assert all(0.7 < ratio[name] < 0.95 for name in low)
    assert ratio["names, written one by one"] == pytest.approx(0.51, abs=0.01)
    assert ratio["two values, one following"] == pytest.approx(1.95, abs=0.01)
    assert ratio["sizes of employers only"] > 4
    assert ratio["100 people, list of 1000 values"] > 7
    assert ratio["10,000 people, list of 1000 values"] == pytest.approx(0.99, abs=0.01)


def test_every_verified_value_has_a_verdict():
    table = compare(
        "physics33_2024",
        published.allen_zhu(),
        verdicts=verdicts.ALLEN_ZHU,
        tolerance=published.TOLERANCE,
    )
    assert not table.left_out
    differs = {k.split(".")[1] for k, v in table.verdicts.items() if v == "differs"}
    assert differs == {
        *("junk_seen_200k", "junk_seen_50k"),
        *(f"steps_{size}" for size in ("10k", "20k", "50k", "100k", "200k")),
    }
    untested = {k.split(".")[1] for k, v in table.verdicts.items() if v == "not testable"}
    assert untested == set(published._MEASURED)


def test_junk_is_seen_seven_times_as_often_as_printed():
    found = published.allen_zhu()
    for size in ("200k", "50k"):
        printed = records.value("physics33_2024", f"junk_seen_{size}")
        assert found[f"junk_seen_{size}"] == pytest.approx(7 * printed)


def test_printed_steps_of_small_runs_show_each_biography_twice_as_long():
    table = published.tokens_per_biography()
    small = table.filter(pl.col("people") <= 200_000)
    assert small["tokens"].to_numpy() == pytest.approx(172, abs=0.5)
    large = table.filter(pl.col("people").is_between(5e5, 5e6))
    assert large["tokens"].to_numpy() == pytest.approx(85.5, abs=1.2)
    assert "172 tokens" in verdicts.ALLEN_ZHU["steps_10k"]
    assert "show 85" in verdicts.ALLEN_ZHU["steps_10k"]


def test_a_phone_holds_most_at_eight_bits():
    rows = room.memories({"phone": 6.0})
    held = dict(zip(rows["weight_bits"], rows["bits"], strict=True))
    assert held == pytest.approx({16: 6e9, 8: 12e9, 4: 8.4e9})
    assert set(rows["remarks"]) == {"published"}


def test_biographies_take_fewer_bits_a_name_the_more_there_are():
    rows = room.biography_bits()
    assert rows["name_bits"].to_list() == pytest.approx([13.966, 10.644, 7.322, 4], abs=1e-3)
    assert rows["value_bits"].to_list() == pytest.approx([47.5916] * 4, abs=1e-4)
    left_out = (rows["shortest_code"] - rows["bits"]) / rows["people"]
    assert (left_out > 1.39).all()
    assert (left_out < 1.4427).all()
    assert rows["params"].to_list() == pytest.approx((rows["bits"] / 2).to_list())


def test_models_are_told_with_their_source():
    rows = room.models()
    seven = rows.filter(pl.col("model") == "7B").row(0, named=True)
    assert (seven["bits"], seven["gigabytes"]) == (14e9, 14)
    assert seven["biographies"] == pytest.approx(14e9 / 47.59, rel=1e-3)
    assert set(rows["remarks"]) == {"published"}


def test_the_claim_about_wikipedia_needs_two_thirds_of_a_bit_a_word():
    rows = room.text_bits()
    assert rows["bits_per_word"][0] == pytest.approx(0.683, abs=1e-3)
    nats = records.value("besiroglu2024", "E")
    assert rows["bits_per_word"][1] == pytest.approx(nats / math.log(2) / 0.75)


def test_ratio_curves_say_where_they_leave_the_published_points():
    rows = room.ratio_curves([50, 100, 300, 500, 2000], junk=["none", "tagged"])
    seen = {(r["junk"], r["exposures"]): r for r in rows.iter_rows(named=True)}
    assert seen["tagged", 300.0]["published"]
    assert not seen["none", 300.0]["published"]
    assert seen["none", 500.0]["between"]
    assert not seen["tagged", 500.0]["between"]
    assert not seen["none", 50.0]["between"]

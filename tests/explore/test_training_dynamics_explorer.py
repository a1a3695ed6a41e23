"""The explorer of training dynamics shows what the package says when it is asked directly."""

from __future__ import annotations

import math

import polars as pl
import pytest

from analysis.explore.training_dynamics import SIZES, TrainingDynamicsExplorer
from analysis.studies import training_dynamics as study
from analysis.studies import training_dynamics_sizes as sizes
from analysis.studies import training_dynamics_time as time

START = {
    "benchmark": "arc_easy",
    "target": "12B",
    "against": "loss",
    "first": 1000,
    "known": 73.0,
    "deduplicated": False,
}


@pytest.fixture(scope="module")
def explorer():
    return TrainingDynamicsExplorer()


def test_it_starts_where_it_says(explorer):
    assert explorer.values == START
    assert set(SIZES) == set(study.curves()["size"])


def test_numbers_agree_with_the_package(explorer):
    shown = explorer.set(
        benchmark="sciq", target="2.8B", against="flops", first=13_000, known=93, deduplicated=True
    )
    whole = study.curves(deduplicated=True).filter(benchmark="sciq")
    used = whole.filter(pl.col("step") >= 13_000)
    params = whole.filter(size="2.8B")["params"][0]
    said = sizes.foretold(used, params, "flops")
    assert shown["miss"] == sizes.miss(said)
    assert shown["inside"] == said["inside"].sum()
    assert shown["effect"] == sizes.one_effect(used, "flops")
    end = whole.filter(size="2.8B", step=143_000)["score"].item()
    known = whole.filter(size="2.8B", step=93_000)["score"].item()
    assert shown["final"] == end
    assert shown["stay"] == pytest.approx(100 * (known - end))
    misses = time.forecasts(whole).filter(params=params, step=93_000)
    assert shown["line"] == misses["line"].item()
    assert shown["tau"] == time.order(whole).filter(step=93_000)["with_end"].item()


def test_every_control_moves_numbers_and_picture(explorer):
    explorer.set(**START)
    for change in (
        {"benchmark": "piqa"},
        {"target": "1.4B"},
        {"against": "flops"},
        {"first": 23_000},
        {"known": 103},
        {"deduplicated": True},
    ):
        before, picture = dict(explorer.numbers), explorer._image.value
        assert dict(explorer.set(**change)) != before, change
        assert explorer._image.value != picture, change


def test_where_no_other_size_has_been_nothing_is_said(explorer):
    shown = explorer.set(**START | {"target": "70M", "first": 63_000})
    assert shown["inside"] == 0
    assert math.isnan(shown["miss"])

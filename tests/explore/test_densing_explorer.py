"""The densing explorers show what the package says when it is asked directly."""

from __future__ import annotations

import math
from datetime import date

import polars as pl
import pytest

from analysis.explore.densing import DensingExplorer, DensityExplorer, month
from analysis.studies import densing as study

START = {
    "score": "MMLU",
    "cohort": study.LLAMA,
    "tokens": "1T",
    "kinds": "base",
    "since": 13,
    "until": 31,
    "confirmed": False,
}
MINE = {"score": 0.62, "params": 8e9, "benchmark": "MMLU", "tokens": 1e12}


@pytest.fixture(scope="module")
def frontier():
    return DensingExplorer()


@pytest.fixture(scope="module")
def mine():
    return DensityExplorer()


def test_the_start_is_the_headline(frontier):
    shown = frontier.set(**START)
    one = study.estimate(study.Setting())
    assert shown["models"] == one.headline.models
    assert shown["months"] == pytest.approx(one.headline.months)
    assert (shown["rate_low"], shown["rate_high"]) == pytest.approx(one.headline.interval)
    assert shown["records_months"] == pytest.approx(one.published.months)
    assert len(frontier._stars.get_xdata()) == shown["records"] == 11


def test_every_control_moves_the_numbers_and_the_picture(frontier):
    frontier.set(**START)
    before, picture = dict(frontier.numbers), frontier._image.value
    for change in (
        {"score": "HellaSwag"},
        {"cohort": study.EARLY},
        {"tokens": "own"},
        {"kinds": "all"},
        {"since": 16},
        {"until": 30},
        {"confirmed": True},
    ):
        after = dict(frontier.set(**change))
        assert after != before, change
        assert frontier._image.value != picture, change
        before, picture = after, frontier._image.value


def test_a_reference_at_chance_is_told_on_the_page(frontier):
    shown = frontier.set(**START | {"cohort": "Pythia"})
    assert "at chance" in shown["problem"]
    assert "at chance" in frontier._edges.message.get_text()
    assert math.isnan(shown["months"])
    assert len(frontier._edges.line.get_xdata()) == 0
    assert frontier.set(cohort=study.LLAMA)["problem"] == "none"
    assert frontier._edges.message.get_text() == ""


def test_names_of_the_records_do_not_pile_up(frontier):
    frontier.set(**START)
    count = len(frontier._edges.ax.texts)
    frontier.set(score="GSM8K")
    frontier.set(score="MMLU")
    assert len(frontier._edges.ax.texts) == count


def test_months_are_counted_from_january_2022():
    assert month(0) == date(2022, 1, 1)
    assert month(13) == date(2023, 2, 24)  # Llama
    assert month(31) == date(2024, 8, 1)


def test_a_score_and_a_size_have_the_density_of_the_package(mine):
    shown = mine.set(**MINE)
    one = study.estimate(study.Setting())
    row = one.reference.density(pl.DataFrame({"score": [0.62], "params": [8e9]})).row(0, named=True)
    for name in ("density", "density_low", "density_high"):
        assert shown[name] == pytest.approx(row[name]), name
    assert shown["day"] == f"{one.headline.day(row['density']):%b %Y}"
    known = one.table["density"].drop_nans()
    assert shown["denser"] == pytest.approx((known > row["density"]).mean())


def test_every_control_of_the_model_moves_numbers_and_picture(mine):
    mine.set(**MINE)
    before, picture = dict(mine.numbers), mine._image.value
    for change in ({"score": 0.65}, {"params": 1e10}, {"benchmark": "HellaSwag"}, {"tokens": 3e12}):
        after = dict(mine.set(**change))
        assert after != before, change
        assert mine._image.value != picture, change
        before, picture = after, mine._image.value


def test_a_score_without_a_density_has_no_day(mine):
    shown = mine.set(**MINE | {"score": 0.26})
    assert shown["problem"] == "at chance"
    assert shown["day"] == "none"
    assert not mine._level.get_visible()
    beyond = mine.set(score=0.9)
    assert beyond["problem"] == "beyond the reference"


def test_days_outside_the_models_are_marked(mine):
    shown = mine.set(**MINE | {"params": 8e8})
    assert shown["day"].endswith("extrapolated")

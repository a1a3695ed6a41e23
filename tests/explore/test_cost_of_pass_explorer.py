"""The cost-of-pass explorer shows what the package says when it is asked directly."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analysis.economics import frontier, without
from analysis.explore.cost_of_pass import AS_RECORDED, CostOfPassExplorer
from analysis.studies.cost_of_pass import tasks

START = {
    "task": "GPQA Diamond",
    "human": 58.0,
    "attempts": AS_RECORDED,
    "days_left_out": 0,
    "no_openai": False,
    "no_anthropic": False,
    "no_google": False,
}


@pytest.fixture(scope="module")
def explorer():
    return CostOfPassExplorer()


@pytest.fixture(scope="module")
def found():
    return tasks()


def test_numbers_agree_with_the_package(explorer, found):
    shown = explorer.set(**START)
    direct = frontier(found["GPQA Diamond"].records, 58.0)
    assert shown["frontier"] == pytest.approx(direct.value)
    assert shown["low"] == pytest.approx(direct.interval.low, rel=0.1)
    assert shown["high"] == pytest.approx(direct.interval.high, rel=0.1)
    assert shown["human_share"] == pytest.approx(direct.human_share)
    assert (shown["holder"], shown["holder_share"]) == ("gpt-5-mini", pytest.approx(122 / 198))


def test_taking_a_maker_away_is_the_counterfactual(explorer, found):
    shown = explorer.set(**START | {"no_google": True})
    direct = without(found["GPQA Diamond"].records, "Gemini 3", 58.0)
    assert shown["frontier"] == pytest.approx(direct.before)
    assert shown["essentialness"] == pytest.approx(direct.share)


def test_every_control_moves_numbers_and_picture_one_after_another(explorer):
    explorer.set(**START)
    for change in (
        {"task": "LiveMathBench"},
        {"human": 82.0},
        {"attempts": 4},
        {"days_left_out": 3},
        {"no_openai": True},
        {"no_anthropic": True},
        {"no_google": True},
    ):
        before, picture = dict(explorer.numbers), explorer._image.value
        after = dict(explorer.set(**change))
        assert after["frontier"] != before["frontier"], change
        assert explorer._image.value != picture, change


def test_without_any_model_all_is_the_human(explorer):
    shown = explorer.set(
        **START | {"task": "SimpleQA", "no_openai": True, "no_anthropic": True, "no_google": True}
    )
    assert shown["frontier"] == 58.0
    assert (shown["holder"], shown["strategies"], shown["models_usd"]) == ("human", 0, 0)


def test_known_rates_leave_nothing_unsolved(explorer):
    shown = explorer.set(**START | {"attempts": -1})
    recorded = explorer.set(**START)["frontier"]
    assert shown["frontier"] == explorer.set(**START | {"attempts": -1})["frontier"]
    assert explorer.numbers["frontier"] < recorded
    assert explorer.numbers["human_problems"] < 2 / 198


def test_the_curve_goes_through_the_point(explorer):
    shown = explorer.set(**START | {"task": "AIME 2025 I", "human": 20.0})
    prices, means = explorer._curve.get_data()
    at = math.exp(np.interp(math.log(20), np.log(prices), np.log(means)))
    assert at == pytest.approx(shown["frontier"], rel=0.02)
    (x,), (y,) = explorer._point.get_data()
    assert (x, y) == pytest.approx((20.0, shown["frontier"]))

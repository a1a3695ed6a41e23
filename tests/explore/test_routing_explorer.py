"""The routing explorer shows what the package says when it is asked directly."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.economics.hulls import first_reached
from analysis.economics.routing_skill import curve_of_skill, recovered_of_skill
from analysis.economics.routing_worth import break_even_accuracy, break_even_skill
from analysis.explore.routing import RoutingExplorer
from analysis.studies.routing_many import pairs


@pytest.fixture(scope="module")
def explorer():
    return RoutingExplorer()


@pytest.fixture
def start(explorer):
    first = next(iter(pairs()))
    given = {"pair": first, "skill": 0.64, "ratio": 37.0, "router": 0.02, "calls": 0.3}
    explorer.set(**given, cascade=False)
    return given


def test_numbers_agree_with_the_package(explorer, start):
    shown = explorer.numbers
    pair = pairs()[start["pair"]]
    shares = pair.shares
    own = (shares["only strong"], shares["only weak"])
    _, closed = curve_of_skill(*own, 0.64, [0.3])
    assert shown["accuracy"] == pytest.approx(pair.weak.mean() + pair.gap * closed[0], abs=1e-4)
    assert shown["cost"] == pytest.approx(0.02 + 0.7 / 37 + 0.3)
    assert shown["recovered"] == pytest.approx(recovered_of_skill(*own, 0.64), abs=1e-4)
    cost = 0.02 / (1 - 1 / 37)
    assert shown["break_even"] == pytest.approx(break_even_skill(*own, cost))
    assert shown["break_even_accuracy"] == pytest.approx(break_even_accuracy(*own, cost))
    assert shown["saving"] == pytest.approx(1 - shown["cost"] / shown["random_cost"])


def test_every_control_moves_the_numbers_and_the_picture(explorer, start):
    before, picture = dict(explorer.numbers), explorer._image.value
    for change in (
        {"pair": list(pairs())[3]},
        {"skill": 0.7},
        {"ratio": 100.0},
        {"router": 0.1},
        {"calls": 0.5},
        {"cascade": True},
    ):
        after = dict(explorer.set(**change))
        assert after != before, change
        assert explorer._image.value != picture, change
        before, picture = after, explorer._image.value


def test_a_router_below_break_even_saves_nothing(explorer, start):
    least = explorer.set(router=0.2)["break_even"]
    worse = explorer.set(skill=round(least - 0.03, 2))
    assert worse["pays"] == "no"
    better = explorer.set(skill=round(least + 0.03, 2))
    assert better["pays"] == "yes"
    x, y = explorer._lines["router"].get_data()
    half = (better["weak"] + better["strong"]) / 2
    assert first_reached(x, y, half) < (1 + 1 / 37) / 2


def test_a_hull_never_lies_below_its_curve(explorer, start):
    explorer.set(skill=0.42)
    (x, y), (a, b) = (explorer._lines[name].get_data() for name in ("router", "hull"))
    assert (np.interp(x, a, b) >= np.asarray(y) - 1e-12).all()
    assert explorer.numbers["gain"] < 0 < explorer.set(skill=0.7)["gain"]


def test_a_cascade_pays_the_weak_model_too(explorer, start):
    routed = explorer.numbers["cost"]
    assert explorer.set(cascade=True)["cost"] == pytest.approx(routed + 0.3 / 37)
    assert explorer.set(cascade=False)["cost"] == routed

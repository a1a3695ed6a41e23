"""Plans of routers and cascades, against routers that are drawn."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.economics.routing import Pair, cascade, route
from analysis.economics.routing_plan import plan
from analysis.economics.routing_skill import scores_of_skill

WHO = {"both": 0.62, "only strong": 0.18, "only weak": 0.05, "neither": 0.15}


def drawn(prompts=100_000):
    kind = np.random.default_rng(0).choice(4, size=prompts, p=list(WHO.values()))
    return Pair(np.isin(kind, [0, 2]), np.isin(kind, [0, 1]), 0.1, 1.0)


@pytest.mark.parametrize("asks_first", [False, True])
def test_a_plan_is_what_a_drawn_router_does(asks_first):
    pair = drawn()
    found = plan(WHO, 0.8, price_ratio=10, router_cost=0.03, calls=0.4, cascade=asks_first)
    if asks_first:
        curve = cascade(pair, scores_of_skill(pair.weak < 0.5, 0.8, seed=1), judge_usd=0.03)
    else:
        score = scores_of_skill(pair.strong > pair.weak, 0.8, seed=1)
        curve = route(pair, score, router_usd=0.03)
    seen = np.interp(found.usd, curve.usd, curve.quality)
    np.testing.assert_allclose(found.quality, seen, atol=0.006)
    assert found.numbers["cost"] == pytest.approx(np.interp(0.4, curve.share, curve.usd))
    assert found.numbers["recovered"] == pytest.approx(curve.recovered, abs=0.015)
    assert found.numbers["weak"] == pytest.approx(0.67)


def test_at_break_even_nothing_is_saved_at_half_the_gap():
    for asks_first in (False, True):
        asked = {"price_ratio": 8, "router_cost": 0.05, "cascade": asks_first}
        least = plan(WHO, 0.9, **asked).numbers["break_even"]
        at = plan(WHO, least, **asked)
        middle = (at.numbers["weak"] + at.numbers["strong"]) / 2
        cost = np.interp(middle, at.quality, at.usd)
        assert cost == pytest.approx((1 / 8 + 1) / 2, abs=1e-3)
        assert plan(WHO, least + 0.01, **asked).numbers["pays"] == "yes"
        assert plan(WHO, least - 0.01, **asked).numbers["pays"] == "no"


def test_the_hull_of_a_bad_plan_hides_that_it_loses():
    bad = plan(WHO, 0.4, price_ratio=10).numbers
    assert bad["gain"] < 0
    assert bad["area"] == pytest.approx((bad["weak"] + bad["strong"]) / 2, abs=1e-6)
    assert bad["area_code"] < bad["area"]


def test_a_router_dearer_than_what_it_saves_never_pays():
    found = plan(WHO, 0.99, price_ratio=10, router_cost=0.5).numbers
    assert (found["break_even"], found["pays"]) == ("no skill", "no")


def test_no_mix_is_better_than_the_strong_model_or_worse_than_the_weak():
    high = plan(WHO, 0.98, price_ratio=10, calls=0.4).numbers
    assert high["accuracy"] > high["strong"]
    assert high["random_cost"] == 1
    assert high["saving"] == pytest.approx(1 - high["cost"])
    low = plan(WHO, 0.05, price_ratio=10, calls=0.1).numbers
    assert low["accuracy"] < low["weak"]
    assert low["random_cost"] == pytest.approx(0.1)
    assert low["saving"] < 0


def test_bad_plans_are_refused():
    with pytest.raises(ValueError, match="price_ratio is 1; accepted is a number above 1"):
        plan(WHO, 0.7, price_ratio=1)
    with pytest.raises(ValueError, match="calls is 2; accepted is a share"):
        plan(WHO, 0.7, price_ratio=2, calls=2)
    with pytest.raises(ValueError, match="router_cost is -1; accepted is a cost"):
        plan(WHO, 0.7, price_ratio=2, router_cost=-1)

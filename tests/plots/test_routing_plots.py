"""What the figures of the routing study draw, asserted on their artists."""

from __future__ import annotations

from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import polars as pl
import pytest

from analysis.economics.routing import Pair, needs, route
from analysis.economics.routing_plan import plan
from analysis.plots import routing as draw
from analysis.plots import routing_many


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


@pytest.fixture
def pair():
    return Pair([0, 1, 0, 1], [1, 1, 1, 0], 0.1, [1.0, 2.0, 3.0, 4.0])


def labelled(ax):
    return dict(zip(*reversed(ax.get_legend_handles_labels()), strict=True))


def test_curves_stand_over_calls_and_over_dollars(pair):
    score = needs(pair)
    axes = draw.curves({"one": (pair, {"oracle": score}), "two": (pair, {"oracle": score})})
    assert [ax.get_title(loc="left") for ax in axes[:2]] == ["one, by calls", "one, by dollars"]
    curve = route(pair, score)
    np.testing.assert_allclose(labelled(axes[0])["oracle"].get_xdata(), curve.share)
    np.testing.assert_allclose(labelled(axes[1])["oracle"].get_xdata(), curve.usd / 2.5)
    np.testing.assert_allclose(labelled(axes[3])["at random"].get_xdata(), [0.04, 1])


def test_the_hull_of_a_bad_router_is_the_line(pair):
    ax = draw.hidden(pair, -needs(pair), "shortest first")
    seen = labelled(ax)
    np.testing.assert_allclose(seen["its hull"].get_xydata(), [[0, 0], [1, 1]])
    assert min(seen["shortest first"].get_ydata()) < 0


def test_gains_show_both_intervals_and_the_hull():
    row = {"gain": 0.1, "low": 0.05, "high": 0.2, "gain_usd": -0.1, "low_usd": -0.2}
    row |= {"high_usd": 0.0, "gain_hull": 0.12, "benchmark": "MMLU"}
    table = pl.DataFrame([{**row, "router": "oracle"}, {**row, "router": "longest first"}])
    ax = draw.gains(table)
    assert [t.get_text() for t in ax.get_yticklabels()] == ["MMLU: longest first"]
    seen = labelled(ax)
    assert seen["over calls, area of the hull"].get_offsets()[0, 0] == 0.12
    points = {name: seen[name][0].get_xdata()[0] for name in seen if "interval" in name}
    assert points == {"over calls, 95% interval": 0.1, "over dollars, 95% interval": -0.1}


def test_skill_lines_cross_at_a_coin(pair):
    table = pl.DataFrame({"router": ["oracle", "a"], "skill": [1.0, 0.6], "recovered": [1.2, 0.6]})
    ax = draw.skills({"one": pair}, table)
    x, y = labelled(ax)["one"].get_data()
    assert np.interp(0.5, x, y) == pytest.approx(0.5, abs=1e-6)
    assert len(labelled(ax)["routers of the table above"].get_offsets()) == 1


def test_break_even_stops_where_no_router_pays():
    table = pl.DataFrame({"pair": ["a"] * 3, "cost": [0.01, 0.1, 1.0], "skill": [0.51, 0.6, None]})
    ax = draw.break_even(table, {"ours": 0.55})
    assert list(labelled(ax)["a"].get_xdata()) == [0.01, 0.1]
    assert [t.get_text() for t in ax.texts] == ["ours"]


def test_plans_share_the_ends_of_mixing_at_random():
    who = {"both": 0.6, "only strong": 0.2, "only weak": 0.05, "neither": 0.15}
    plans = {f"skill {s}": plan(who, s, price_ratio=10) for s in (0.6, 0.9)}
    seen = labelled(draw.planned(plans))
    np.testing.assert_allclose(seen["at random"].get_xydata(), [[0.1, 0.65], [1.0, 0.8]])
    np.testing.assert_allclose(seen["skill 0.9"].get_ydata(), plans["skill 0.9"].quality)


def test_bought_routers_stand_beside_the_line():
    table = pl.DataFrame(
        {
            "router": ["A", "B"],
            "calls": [0.4, 0.5],
            "score": [8.8, 8.3],
            "random": [8.7, 8.8],
            "gain": [0.1, -0.5],
            "low": [-0.3, -1.0],
            "high": [0.4, 0.1],
        }
    )
    ax = routing_many.bought(table, {"weak": 8.3, "strong": 9.2})
    assert {t.get_text() for t in ax.texts} == {"weak", "strong"}
    assert len(ax.containers) == 2
    assert list(ax.get_lines()[0].get_ydata()) == [8.3, 9.2]


def test_cascades_have_a_panel_a_task():
    rows = pl.DataFrame({"usd": [1e-5, 1e-3], "accuracy": [0.8, 0.9]})
    axes = routing_many.cascades({"one": (rows, rows), "two": (rows, rows)})
    assert [ax.get_title(loc="left") for ax in axes] == ["one", "two"]
    np.testing.assert_allclose(labelled(axes[1])["cascade"].get_xdata(), [0.01, 1])


def test_many_models_show_a_line_a_judge():
    grid = SimpleNamespace(quality=np.array([[0.0, 1.0], [1, 1]]), usd=np.array([[1.0, 9], [1, 9]]))
    asked = pl.DataFrame({"skill": [0.7, 0.7, 0.9], "usd": [1.0, 2, 3], "quality": [0.5, 0.6, 1.0]})
    table = pl.DataFrame({"task": ["one"], "oracle": [1.0], "oracle_usd": [5.0]})
    (ax,) = routing_many.many({"one": grid}, {"one": asked}, table)
    assert "cascade of two, judge of skill 0.9" in labelled(ax)
    assert labelled(ax)["oracle over single attempts"].get_xydata().tolist() == [[5.0, 1.0]]


def test_luck_leaves_out_the_model_it_compares_with():
    table = pl.DataFrame(
        {"policy": ["best", "o"], "lead": [0.0, -0.1], "low": [0.0, -0.2], "high": [0.0, 0.05]}
    )
    ax = routing_many.luck(table)
    assert [t.get_text() for t in ax.get_yticklabels()] == ["o"]
    assert ax.containers[0][0].get_xdata()[0] == pytest.approx(-10)

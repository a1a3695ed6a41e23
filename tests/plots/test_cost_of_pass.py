"""What the figures of the cost-of-pass study draw, asserted on their artists."""

from __future__ import annotations

import math
from datetime import date

import matplotlib.pyplot as plt
import numpy as np
import polars as pl
import pytest

from analysis.plots import cost_of_pass as draw
from analysis.plots import cost_of_pass_moves as moves
from analysis.plots import style


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def lines(ax):
    return {line.get_label(): line for line in ax.get_lines()}


def test_a_model_has_one_colour_and_others_get_theirs():
    colors = draw.color_of(["human", "gpt-5-mini", "x", "y"])
    assert len({colors[name] for name in ("human", "gpt-5-mini", "y")}) == 3
    assert colors["x"] != colors["y"]
    assert colors["gpt-5-mini"] == draw.color_of(["gpt-5-mini"])["gpt-5-mini"]


def test_frontiers_say_how_many_problems_are_left_to_the_human():
    table = pl.DataFrame(
        {
            "task": ["a", "b"],
            "problems": [60, 4326],
            "frontier": [0.5, 2.0],
            "low": [0.1, 1.0],
            "high": [1.0, 3.0],
            "models_usd": [0.05, 0.2],
            "human_problems": [0, 758],
            "human_share": [0.0, 0.986],
        }
    )
    ax = draw.frontiers(table)
    assert [t.get_text() for t in ax.texts] == [
        "human: 0 of 60 problems, 0% of the cost",
        "human: 758 of 4,326 problems, 99% of the cost",
    ]
    assert list(lines(ax)["frontier, 95% interval"].get_xdata()) == [0.5]
    assert ax.get_xscale() == "log"


def test_holders_fill_each_bar():
    shares = {
        "one": pl.DataFrame({"holder": ["gpt-5-mini", "human"], "share": [0.9, 0.1]}),
        "two": pl.DataFrame({"holder": ["old", "human"], "share": [0.25, 0.75]}),
    }
    ax = draw.holders(shares)
    wide = [bar for bar in ax.patches if bar.get_y() > -1]
    assert sum(bar.get_width() for bar in wide) == pytest.approx(2)
    assert sorted(bar.get_x() + bar.get_width() for bar in wide) == [0.25, 0.9, 1, 1]
    assert {t.get_text() for t in ax.texts} == {"90%", "10%", "25%", "75%"}
    labels = [t.get_text() for t in ax.figure.legends[0].get_texts()]
    assert labels == ["gpt-5-mini", "old", "human"]


def test_quantities_leave_out_what_is_free():
    table = pl.DataFrame(
        {
            "strategy": ["frontier of all", "guesser", "a", "b"],
            "pooled": [None, 0.0, 0.2, 0.1],
            "alone": [0.5, 0.0, 1.0, 2.0],
        }
    )
    axes = draw.quantities({"t": table, "u": table})
    seen = lines(axes[0])
    assert list(seen["all cost over all right answers"].get_xdata()) == [0.2, 0.1]
    assert list(seen["mean over problems, with the human"].get_xdata()) == [1.0, 2.0]
    assert list(seen["frontier of all, with the human"].get_xdata()) == [0.5, 0.5]


def test_human_prices_mark_the_price_taken():
    table = pl.DataFrame({"human": [1.0, 10.0], "frontier": [0.1, 1.0], "human_share": [0.5, 0.9]})
    axes = draw.human_prices({"t": table}, {"t": 9.0})
    mark = axes[1].get_lines()[-1]
    assert (mark.get_xdata()[0], mark.get_ydata()[0]) == (9.0, 0.9)
    assert list(axes[0].get_lines()[0].get_ydata()) == [0.1, 1.0]


def test_attempts_bought_draw_known_rates_as_a_line():
    table = pl.DataFrame(
        {
            "attempts": [1.0, 4.0, math.inf],
            "frontier": [3.0, 2.0, 1.0],
            "low": [2.0, 1.0, 0.5],
            "high": [4.0, 3.0, 2.0],
        }
    )
    axes = moves.attempts_bought({"t": table}, {"t": (4, 2.1)})
    seen = lines(axes[0])
    assert list(seen["simulated re-runs, mean"].get_xdata()) == [1, 4]
    assert list(seen["all success rates known"].get_ydata()) == [1, 1]
    assert list(seen["as recorded"].get_ydata()) == [2.1]


def test_over_time_names_who_joined():
    days = [date(2025, 1, 1), date(2025, 3, 1)]
    table = pl.DataFrame({"released": days, "joined": ["b", "a, c"], "of_human": [0.5, 0.1]})
    ax = moves.over_time({"t": table})
    (above,) = ax.child_axes
    assert [t.get_text() for t in above.get_xticklabels()] == ["b", "a, c"]
    np.testing.assert_allclose(ax.get_lines()[0].get_ydata(), [0.5, 0.1, 0.1])


def test_essentialness_says_who_alone_solves():
    table = pl.DataFrame(
        {
            "task": ["t", "t", "u"],
            "family": ["x", "y", "x"],
            "essentialness": [0.1, 0.6, 0.0],
            "low": [0.0, 0.2, 0.0],
            "high": [0.3, 0.9, 0.0],
            "newly_unsolved": [0, 4, 0],
        }
    )
    ax = draw.essentialness(table)
    assert [t.get_text() for t in ax.get_yticklabels()] == ["y", "x", "x"]
    assert [t.get_text() for t in ax.texts] == ["alone solves 4"]


def test_half_lives_say_what_is_not_identified():
    row = {"task": "t", "months": 2.0, "low": 1.0, "high": 3.0, "least": 1.5, "most": 2.5}
    table = pl.DataFrame(
        [
            row | {"form": "floor free", "identified": False, "why": "a step"},
            row | {"form": "floor zero", "identified": True, "why": ""},
        ]
    )
    ax = moves.half_lives(table)
    assert [t.get_text() for t in ax.texts] == ["floor free: not identified, a step"]
    drawn = [list(line.get_xdata()) for line in ax.get_lines() if len(line.get_xdata())]
    assert drawn == [[1.5, 2.5], [1.0, 3.0], [2.0]]


def test_checking_stacks_up_to_one():
    table = pl.DataFrame(
        {"check": [0.01, 0.1], "guesser": [0.6, 0.1], "models": [0.4, 0.8], "human": [0.0, 0.1]}
    )
    ax = moves.checking(table)
    top = ax.collections[-1].get_paths()[0].vertices[:, 1].max()
    assert top == pytest.approx(1)
    assert ax.collections[0].get_facecolor()[0].tolist()[:3] == pytest.approx(
        plt.matplotlib.colors.to_rgb(style.color("guesser"))
    )

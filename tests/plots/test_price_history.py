"""What the figures of the price-history study draw, asserted on their artists."""

from __future__ import annotations

from datetime import date

import matplotlib.pyplot as plt
import numpy as np
import polars as pl
import pytest

from analysis.plots import price_history as draw
from analysis.plots import price_reversal as reversal

DAYS = [date(2024, 1, 1), date(2024, 7, 1), date(2025, 1, 1)]


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


@pytest.fixture
def curve():
    return pl.DataFrame(
        {
            "dated": DAYS,
            "usd_per_mtok": [8.0, 2.0, 2.0],
            "model": ["a", "b", "b"],
            "second": [None, 8.0, 4.0],
        }
    )


def labelled(ax):
    return dict(zip(*reversed(ax.get_legend_handles_labels()), strict=True))


def test_curves_stop_being_solid_where_scores_end(curve):
    ax = draw.curves({"75%": curve, "80%": curve}, DAYS[1], "title")
    assert list(labelled(ax)) == ["75%", "80%"]
    solid = labelled(ax)["75%"]
    assert list(solid.get_ydata()) == [8, 2]
    assert len(ax.get_lines()[0].get_ydata()) == 3
    assert ax.get_yscale() == "log"
    assert [t.get_text() for t in ax.texts] == ["no new model scored after this"]


def test_holders_are_named_once_each(curve):
    band = curve.select("dated", low=pl.col("usd_per_mtok") / 2, high=pl.col("usd_per_mtok") * 2)
    ax = draw.holders(curve, band, "title")
    assert [t.get_text() for t in ax.texts] == ["a", "b"]
    assert list(labelled(ax)["cheapest other model"].get_ydata()) == [8, 4]
    assert len(ax.collections[-1].get_offsets()) == 2


def test_halving_times_have_a_panel_a_form_and_board_and_hollow_marks_where_not_identified():
    table = pl.DataFrame(
        {
            "board": ["mmlu"] * 4 + ["polyglot"] * 2,
            "seller": ["maker", "any host"] * 3,
            "score": [0.7, 0.7, 0.8, 0.8, 0.5, 0.5],
            "halving_months": [2.0, 3.0, 4.0, 5.0, 6.0, float("inf")],
            "low": [1.5] * 6,
            "high": [9.0] * 5 + [float("inf")],
            "chance_months": [5.0] * 6,
            "status": ["identified"] * 5 + ["some resamples"],
        }
    )
    both = pl.concat([table.with_columns(follows=pl.lit(f)) for f in ("cheapest", "typical")])
    axes = draw.halving_times(both)
    titles = [ax.get_title(loc="left") for ax in axes]
    assert titles[:2] == ["MMLU: cheapest", "Aider polyglot: cheapest"]
    assert titles[2:] == ["MMLU: typical", "Aider polyglot: typical"]
    assert [t.get_text() for t in axes[0].get_yticklabels()] == ["70%", "80%"]
    maker = labelled(axes[0])["maker"].get_offsets()
    np.testing.assert_allclose(maker[:, 0], [2, 4])
    hollow = axes[1].collections[-2].get_offsets()
    np.testing.assert_allclose(hollow[:, 0], [40])


def test_causes_stack_to_both_sides():
    table = pl.DataFrame(
        {
            "board": ["mmlu"] * 2,
            "score": [0.7, 0.8],
            "seller": ["maker", "any host"],
            "halvings": [3.0, 1.0],
            "new_model": [2.0, 3.0],
            "new_offer": [1.0, 0.0],
            "repriced": [0.0, 0.0],
            "left": [0.0, -2.0],
        }
    )
    ax = draw.causes(table)[0]
    ends = {(round(p.get_x(), 6), round(p.get_width(), 6)) for p in ax.patches}
    assert {(0, 2), (2, 1), (0, 3), (0, -2)} <= ends
    sums = labelled(ax)["sum"].get_offsets()
    np.testing.assert_allclose(sums[:, 0], [3, 1])


def test_fixed_names_and_the_score_start_at_one(curve):
    index = pl.DataFrame({"dated": DAYS, "index": [1.0, 0.9, 0.8]})
    ax = draw.fixed_names({"all": index}, curve)
    ends = [list(line.get_ydata()) for line in ax.get_lines()]
    assert ends == [[1, 0.9, 0.8], [1, 0.25, 0.25]]


def test_dispersion_shows_medians_by_table_and_models_of_the_last():
    table = pl.DataFrame(
        {
            "dated": [DAYS[0], DAYS[1], DAYS[1]],
            "model": ["a", "a", "b"],
            "hosts": [4, 5, 9],
            "lowest": [1.0, 1.0, 2.0],
            "median": [2.0, 2.0, 3.0],
            "highest": [4.0, 8.0, 8.0],
            "quartiles": [2.0, 2.0, 4.0],
            "extremes": [4.0, 8.0, 4.0],
        }
    )
    left, right = draw.dispersion(table)
    assert [list(line.get_ydata()) for line in left.get_lines()] == [[4, 6], [2, 3]]
    assert [t.get_text() for t in right.get_yticklabels()] == ["a (5)", "b (9)"]


def test_reversal_draws_every_pair_and_its_interval():
    pairs = pl.DataFrame(
        {
            "task": ["t", "t", "u"],
            "listed": [2.0, 3.0, 4.0],
            "paid": [0.5, 3.0, 8.0],
            "paid_low": [0.4, 2.0, 7.0],
            "paid_high": [0.6, 4.0, 9.0],
        }
    )
    ax = reversal.reversal(pairs)
    assert list(labelled(ax)) == ["t", "u", "cost as listed"]
    assert len(labelled(ax)["t"].get_offsets()) == 2


def test_thinking_is_in_order_of_list_price():
    totals = pl.DataFrame(
        {"model": ["a", "b"], "listed": [1.0, 5.0], "usd": [9.0, 3.0], "usd_without": [0.9, 3.0]}
    )
    ax = reversal.thinking(totals)
    assert [t.get_text() for t in ax.get_yticklabels()] == ["b\n$5 listed", "a\n$1 listed"]
    np.testing.assert_allclose(labelled(ax)["as paid"].get_offsets()[:, 0], [3, 9])

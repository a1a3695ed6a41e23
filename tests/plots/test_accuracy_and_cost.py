"""What the figures of the accuracy-and-cost study draw, asserted on their artists."""

from __future__ import annotations

from datetime import date

import matplotlib.pyplot as plt
import numpy as np
import polars as pl
import pytest

from analysis.economics import frontier_certainty, pareto
from analysis.plots import accuracy_and_cost as draw


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def labelled(ax):
    return dict(zip(*reversed(ax.get_legend_handles_labels()), strict=True))


def texts(ax):
    return {text.get_text() for text in ax.texts if text.get_text()}


def board():
    return pl.DataFrame(
        {
            "model": ["a-20240101", "b", "c", "d"],
            "usd_per_case": [0.01, 0.1, 0.2, None],
            "solved": [40, 80, 60, 90],
            "cases": [100] * 4,
        }
    )


def test_a_coding_board_names_its_frontier_and_marks_missing_costs():
    table = frontier_certainty(board(), cost="usd_per_case", solved="solved", cases="cases")
    (ax,) = draw.coding({"usd_per_case": table}, "Board")
    assert texts(ax) == {"a", "b"}
    seen = labelled(ax)
    assert list(seen["cost not measured: 1 runs"].get_ydata()) == [0.9]
    assert seen["other runs"].get_offsets().tolist() == [[0.2, 0.6]]
    line = ax.get_lines()[0]
    assert list(line.get_ydata()) == [0.4, 0.8, 0.8]
    assert ax.get_xscale() == "log"


def tools(imputed):
    rows = pl.DataFrame(
        {
            "snapshot": [date(2025, 12, 16)] * 3,
            "model": ["open", "cheap (FC)", "dear (FC)"],
            "usd": [1.0, 5.0, 50.0],
            "usd_imputed": [True, False, False],
            "latency_s": [1.0, 2.0, 3.0],
            "accuracy": [0.5, 0.4, 0.7],
        }
    )
    if not imputed:
        rows = rows.with_columns(usd=pl.when(~pl.col("usd_imputed")).then("usd"))
    return pareto(rows, cost="usd", score="accuracy")


def test_tools_draw_both_frontiers():
    timed = pareto(tools(True).drop("on_frontier"), cost="latency_s", score="accuracy")
    axes = draw.tools(tools(True), tools(False), timed)
    seen = labelled(axes[0])
    assert list(seen["frontier of all"].get_ydata()) == [0.5, 0.7, 0.7]
    assert list(seen["frontier of billed costs"].get_ydata()) == [0.4, 0.7, 0.7]
    assert texts(axes[0]) == {"open", "cheap, calls", "dear, calls"}
    assert texts(axes[1]) == {"open", "dear, calls"}
    assert len(seen["cost imputed"].get_offsets()) == 1


def test_falling_costs_have_a_line_a_threshold_and_named_records():
    levels = pl.DataFrame(
        {
            "threshold": [0.4, 0.4, 0.6, 0.6],
            "model": ["a", "", "b", ""],
            "day": [date(2025, 1, 1), date(2025, 9, 1), date(2025, 2, 1), date(2025, 9, 1)],
            "usd_per_case": [0.1, 0.1, 0.5, 0.5],
        }
    )
    (ax,) = draw.falling({"Board": levels}, {"Board": 0.6})
    assert texts(ax) == {"b"}
    seen = labelled(ax)
    assert set(seen) == {"40% solved", "60% solved"}
    assert list(seen["60% solved"].get_ydata()) == [0.5, 0.5]


def test_halving_times_without_an_end_have_arrows_and_hollow_marks():
    rows = [
        {"form": "steps", "first": True, "halving_months": 2.0, "low": 1.0, "high": 4.0},
        {"form": "steps", "first": False, "halving_months": 3.0, "low": 1.0, "high": np.inf},
        {"form": "all", "first": True, "halving_months": np.inf, "low": 2.0, "high": np.inf},
    ]
    table = pl.DataFrame(
        [
            {"threshold": 0.6, "chance_months": 1.5, "reason": "" if i == 0 else "few"} | row
            for i, row in enumerate(rows)
        ]
    )
    (ax,) = draw.halving({"Board": table})
    arrows = [text for text in ax.texts if text.arrow_patch is not None]
    assert len(arrows) == 2
    marks = [
        line for line in ax.get_lines() if len(line.get_xdata()) == 1 and line.get_zorder() == 4
    ]
    assert [mark.get_xdata()[0] for mark in marks] == [2.0, 3.0]
    assert [mark.get_markerfacecolor() == "white" for mark in marks] == [False, True]
    assert list(labelled(ax)["records, runs in shuffled order"].get_xdata()) == [1.5]

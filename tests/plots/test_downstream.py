"""What the figures of the downstream study draw, asserted on their artists."""

from __future__ import annotations

from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import polars as pl
import pytest

from analysis.capability.ladder import endings
from analysis.plots import downstream as draw
from analysis.plots import downstream_across as across
from analysis.studies import downstream as study
from analysis.studies import downstream_groups as grouping


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def steps():
    return study.ladder()


def labelled(ax):
    return dict(zip(*reversed(ax.get_legend_handles_labels()), strict=True))


def test_steps_show_what_is_fitted_and_what_is_forecast(steps):
    chain = study.fit_tasks(steps, tasks=["piqa"])["piqa"]
    ends = endings(steps.on("piqa")).drop("tokens").join(steps.small().drop("loss"), on="run")
    seen = study.observed(steps, "piqa")
    axes = draw.steps({"PIQA": chain}, {"PIQA": ends}, {"PIQA": seen})
    left = labelled(axes[0])
    assert {"190M", "370M", "760M", "1.3B"} < set(left)
    assert all(len(left[size].get_xdata()) == 4 for size in ("190M", "1.3B"))
    said = chain.predict(seen)["task_loss"]
    assert left["13B, forecast"].get_ydata()[0] == pytest.approx(said[1])
    assert left["13B, observed"].get_ydata()[0] == pytest.approx(seen["task_loss"][1])
    dots = labelled(axes[1])["checkpoints"]
    assert 0 not in dots.get_xdata()  # the added point was measured by nobody


def forecast_table():
    rows = [
        {"task": task, "size": size, "score": 0.5, "score_forecast": 0.6, "score_low": 0.55,
         "score_high": 0.7, "score_off": 10.0, "choice": "plain", "largest": "1.3B", "width": 15.0}
        for task in ("mmlu", "csqa")
        for size in ("7B", "13B")
    ]  # fmt: skip
    return pl.DataFrame(rows)


def test_forecasts_stand_beside_their_scores():
    axes = draw.forecasts(forecast_table(), study.NAMES, ["mmlu"])
    assert [t.get_text() for t in axes[0].get_yticklabels()] == ["MMLU", "CommonsenseQA"]
    seen = labelled(axes[1])
    assert seen["observed"].get_xdata().tolist() == [0.5, 0.5]
    assert seen["forecast"].get_xdata().tolist() == [0.6, 0.6]
    assert [s[0, 0] for s in seen["90% interval"].get_segments()] == [0.55, 0.55]


def test_choices_are_one_row_each():
    ax = draw.choices(forecast_table(), ["mmlu"])
    assert [t.get_text() for t in ax.get_yticklabels()] == ["plain"]
    seen = labelled(ax)
    assert seen["the four good tasks"].get_xdata().tolist() == [10.0]


def test_largest_size_draws_errors_and_widths():
    axes = draw.largest(forecast_table().filter(pl.col("size") == "13B"), ["mmlu"])
    assert labelled(axes[0])["the other four"].get_ydata().tolist() == [10.0]
    assert labelled(axes[1])["the other four"].get_ydata().tolist() == [15.0]


def test_families_with_a_name_have_a_line():
    placed = pl.DataFrame(
        {
            "family": ["a", "a", "b", "c"],
            "flops": [1e20, 1e21, 1e21, None],
            "pc1": [0.0, 0.1, 0.3, 1.0],
        }
    )
    lines = pl.DataFrame({"family": ["a"], "r2": [1.0]})
    ax = across.families(placed, lines, ["a"])
    assert list(labelled(ax)) == ["a"]
    assert labelled(ax)["a"].get_ydata().tolist() == [0, 0.1]
    assert len(ax.get_lines()) == 2  # and b in grey; c has no compute


def test_emergence_has_a_panel_a_task():
    table = pl.DataFrame(
        {"part": ["fitted", "held out", "not stated"], "accuracy": [0.1, 0.6, 0.3],
         "forecast": [0.12, 0.5, 0.2], "low": [0.0, 0.4, 0.1], "high": [0.2, 1.3, 0.4]}
    )  # fmt: skip
    axes = across.emergence({"one": SimpleNamespace(table=table)})
    seen = labelled(axes[0])
    assert seen["larger models, held out"].get_ydata().tolist() == [0.5]
    assert seen["fitted"].get_xdata().tolist() == [0.1]
    (segment,) = seen["90% interval"].get_segments()
    assert segment[:, 1].tolist() == [0.4, 1.0]


def test_correlations_are_drawn_in_the_order_of_groups():
    related = pl.DataFrame({"a": [1.0, 0.0, 0.9], "b": [0.0, 1.0, 0.1], "c": [0.9, 0.1, 1.0]})
    groups = pl.DataFrame({"task": ["c", "a", "b"], "group": [1, 1, 2], "tasks": [2, 2, 1]})
    ax = across.correlations(related, groups)
    np.testing.assert_allclose(ax.get_images()[0].get_array()[0], [1.0, 0.9, 0.1])
    (box,) = ax.patches
    assert (box.get_width(), box.get_xy()) == (2, (-0.5, -0.5))


def test_no_name_of_a_task_is_cut_off():
    scores, _ = grouping.same_budget()
    related = grouping.correlations(scores)
    ax = across.correlations(related, grouping.groups(related))
    ax.figure.canvas.draw()
    ends = {label.get_text(): label.get_window_extent().x0 for label in ax.get_yticklabels()}
    assert min(ends.values()) >= 0, min(ends, key=ends.get)
    assert len(set(ends)) == len(ends) == related.width

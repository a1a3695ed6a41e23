"""What the figures of the study of training dynamics draw, asserted on their artists."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import polars as pl
import pytest

from analysis.plots import training_dynamics as draw
from analysis.plots import training_dynamics_maps as maps
from analysis.studies import training_dynamics as study

NAMES = {"piqa": "PIQA", "sciq": "SciQ"}


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def table():
    return study.curves()


def title(ax):
    return ax.get_title(loc="left")


def test_sizes_go_from_light_to_dark():
    looks = draw.size_looks(["a", "b", "c"])
    brightness = [sum(plt.matplotlib.colors.to_rgb(look.color)) for look in looks.values()]
    assert brightness == sorted(brightness, reverse=True)
    assert len({look.marker for look in looks.values()}) == 3


def test_courses_have_a_panel_a_benchmark_and_a_line_a_size(table):
    axes = draw.courses(table, study.BENCHMARKS)
    assert [title(ax) for ax in axes] == list(study.BENCHMARKS.values())
    lines = {line.get_label(): line for line in axes[3].get_lines()}
    assert list(lines)[-1] == "a guess"
    assert lines["a guess"].get_ydata()[0] == 0.5
    own = table.filter(benchmark="piqa", size="1.4B")
    np.testing.assert_allclose(lines["1.4B"].get_ydata(), own["score"])
    np.testing.assert_allclose(lines["1.4B"].get_xdata(), own["tokens"])


def test_heat_writes_what_it_colours():
    frame = pl.DataFrame(
        {"benchmark": ["piqa", "sciq"], "piqa": [1.0, -0.25], "sciq": [0.996, 1.0]}
    )
    axes = maps.heat({"one": frame, "two": frame}, NAMES)
    assert [title(ax) for ax in axes] == ["one", "two"]
    assert [text.get_text() for text in axes[0].texts] == ["1", ".99", "−.25", "1"]
    np.testing.assert_allclose(axes[0].images[0].get_array(), [[1, 0.996], [-0.25, 1]])


def test_collapse_draws_the_same_scores_against_three_things(table):
    own = table.filter(benchmark="piqa")
    axes = draw.collapse(own, "PIQA")
    largest = own.filter(size="12B")
    for ax, column in zip(axes, ("loss", "flops", "tokens"), strict=True):
        x, y = ax.get_lines()[7].get_data()
        np.testing.assert_allclose(x, largest[column])
        np.testing.assert_allclose(y, largest["score"])
    assert axes[0].get_xlim()[0] > axes[0].get_xlim()[1]


def test_effects_draw_a_point_and_its_interval():
    rows = {"benchmark": ["sciq", "piqa"], "effect": [1.0, 2.0]}
    frame = pl.DataFrame(rows | {"effect_low": [0.5, 1.0], "effect_high": [2.0, 4.0]})
    ax = draw.effects({"equal loss": frame, "equal tokens": frame}, NAMES)
    assert [text.get_text() for text in ax.get_yticklabels()] == ["PIQA", "SciQ"]
    bars = [tuple(segment[:, 0]) for c in ax.collections for segment in c.get_segments()]
    assert bars == [(1, 4), (0.5, 2)] * 2


def test_largest_tells_points_beyond_its_axes():
    frame = pl.DataFrame(
        {"benchmark": "piqa", "size": ["1B", "2.8B"], "params": [1e9, 3e9], "off": [45.2, 3.0]}
    ).with_columns(way=pl.lit("line"))
    ax, *_ = draw.largest(frame, dict.fromkeys(["piqa"], "PIQA"), {"piqa": 2.0})
    assert [text.get_text() for text in ax.texts] == ["+45"]
    assert list(ax.get_lines()[0].get_ydata()) == [45.2, 3.0]


def test_settling_draws_the_root_mean_square_over_sizes():
    frame = pl.DataFrame(
        {"benchmark": "piqa", "share": [0.5, 0.5, 1.0, 1.0], "stay": [3.0, -4.0, 0.0, 0.0]}
    ).with_columns(line=pl.Series([1.0, None, 0.0, 0.0]))
    axes = draw.settling(frame, {"piqa": "PIQA"}, 0.02)
    lines = [ax.get_lines() for ax in axes]
    assert list(lines[0][0].get_ydata()) == [pytest.approx(12.5**0.5)]
    assert list(lines[1][0].get_ydata()) == [1.0]
    assert lines[0][0].get_xdata().tolist() == [50]
    assert lines[0][1].get_ydata()[0] == 2


def test_order_leaves_a_cell_without_order_empty():
    frame = pl.DataFrame(
        {
            "benchmark": ["piqa", "piqa", "sciq", "sciq"],
            "step": [1000, 3000] * 2,
            "with_end": [0.5, 1.0, None, 1.0],
        }
    )
    ax = maps.order(frame, NAMES)
    assert [text.get_text() for text in ax.texts] == [".50", "1", "1"]
    assert [text.get_text() for text in ax.get_xticklabels()] == ["1", "3"]

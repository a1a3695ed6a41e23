"""What the figures of the knowledge-capacity study draw, asserted on their artists."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import polars as pl
import pytest

from analysis.plots import knowledge_capacity as draw


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def labels(ax):
    return ax.get_legend_handles_labels()[1]


def test_capacity_draws_points_theory_and_published_levels():
    table = pl.DataFrame(
        {
            "load": [1.0, 2.0, 1.0, 2.0],
            "memory": ["a", "a", "b", "b"],
            "stored": [1.0, 1.5, 0.4, 0.6],
            "stored_low": [1.0, 1.4, 0.3, 0.5],
            "stored_high": [1.0, 1.7, 0.5, 0.7],
            "known": [1.0, None, 0.4, 0.6],
        }
    )
    ax = draw.capacity(table, {"published": 2.0})
    assert labels(ax) == ["lines: theory", "a", "b"]
    lines = [line for line in ax.get_lines() if len(line.get_xdata()) == 200]
    assert np.isfinite(lines[2].get_ydata()).all()
    assert np.isnan(lines[1].get_ydata()[1:]).all()  # no theory beyond the first load
    assert [2.0, 2.0] in [list(line.get_ydata()) for line in ax.get_lines()]
    assert "published" in [text.get_text() for text in ax.texts]


def test_biases_tell_high_from_low():
    table = pl.DataFrame(
        {"memory": ["x", "y", "z"], "spent": [8.0] * 3, "estimated": [8.0, 4.0, 16.0]}
    ).with_columns(ratio=pl.col("estimated") / 8)
    ax = draw.biases(table)
    found = {
        c.get_label(): c.get_offsets().tolist() for c in ax.collections if len(c.get_offsets()) == 1
    }
    assert found["above what it takes"] == [[2, 2]]
    assert found["right within 2%"] == [[1, 0]]
    assert found["below what it takes"] == [[0.5, 1]]
    assert "16 of 8" in [text.get_text() for text in ax.texts]


def test_exposures_have_a_line_a_load_and_a_line_a_kind_of_junk():
    table = pl.DataFrame(
        {"load": [1.0, 1.0, 2.0, 2.0], "exposures": [1, 10] * 2, "stored": [0.1] * 4}
    )
    junk = pl.DataFrame({"junk": ["none", "none"], "exposures": [1, 10], "stored": [0.2, 0.3]})
    left, right = draw.exposures(table, junk)
    assert (labels(left), labels(right)) == (["1", "2"], ["none"])
    assert list(right.get_lines()[0].get_ydata()) == [0.2, 0.3]


def test_rounding_marks_what_was_published():
    table = pl.DataFrame({"load": [1.0, 1.0], "bits": [4, 8], "stored": [0.5, 1.0]})
    ax = draw.rounding(table, {4: 0.7, 8: 2.0})
    stars = next(c for c in ax.collections if c.get_label() == "transformers, published")
    assert stars.get_offsets().tolist() == [[4, 0.7], [8, 2.0]]
    assert [t.get_text() for t in ax.get_xticklabels()][:3] == ["1", "2", "3"]


def test_ratios_mark_published_points_and_dot_what_is_beyond():
    table = pl.DataFrame(
        {
            "junk": ["none"] * 4,
            "exposures": [50.0, 100.0, 500.0, 1000.0],
            "ratio": [0.8, 1.0, 1.6, 2.0],
            "published": [False, True, False, True],
            "between": [False, True, True, True],
        }
    )
    ax = draw.ratios(table)
    dotted, solid = ax.get_lines()[:2]
    assert list(dotted.get_ydata()) == [0.8, 1.0, 1.6, 2.0]
    np.testing.assert_array_equal(solid.get_ydata(), [np.nan, 1.0, 1.6, 2.0])
    points = next(c for c in ax.collections if c.get_label() == "no junk")
    assert points.get_offsets().tolist() == [[100, 1], [1000, 2]]


def test_room_has_a_line_for_each_number_of_bits():
    table = pl.DataFrame(
        {
            "memory": ["phone", "phone"],
            "weight_bits": [16, 8],
            "gigabytes": [6.0, 6.0],
            "bits": [6e9, 12e9],
        }
    )
    ax = draw.room(table, 14e9)
    assert labels(ax) == ["16 bits", "8 bits"]
    lines = [line for line in ax.get_lines() if len(line.get_xdata()) == 20]
    np.testing.assert_allclose(lines[1].get_ydata() / lines[0].get_ydata(), 2)

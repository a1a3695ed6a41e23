"""Axes, panels in a row and the legend below them."""

from __future__ import annotations

import matplotlib.pyplot as plt

from analysis.plots import style
from analysis.plots.panels import axes_or_new, in_a_row, legend_below


def test_given_axes_are_drawn_on_and_new_ones_have_the_size():
    _, ax = plt.subplots()
    assert axes_or_new(ax) is ax
    assert tuple(axes_or_new(None, "large").figure.get_size_inches()) == style.SIZES["large"]


def test_panels_stand_in_one_row():
    axes = in_a_row(3, 2.5, sharey=True)
    assert len({ax.get_position().y0 for ax in axes}) == 1
    assert axes[0].get_position().x0 < axes[1].get_position().x0 < axes[2].get_position().x0
    assert tuple(axes[0].figure.get_size_inches()) == (style.SIZES["wide"][0], 2.5)
    assert len(in_a_row(1, 2.5)) == 1


def test_a_legend_of_several_panels_names_each_label_once():
    left, right = axes = in_a_row(2, 2.5)
    left.plot([0, 1], label="fit")
    left.plot([1, 0], label="data")
    right.plot([0, 1], label="fit")
    right.plot([1, 1], label="bound")
    legend_below(axes, 2)
    (legend,) = left.figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["fit", "data", "bound"]

"""Figures of the downstream study across families and tasks: components, emergence, groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from analysis.plots import style
from analysis.plots.panels import legend_below


@style.styled
def families(placed: pl.DataFrame, lines: pl.DataFrame, shown: Sequence[str]) -> Axes:
    """Draw the first component of benchmarks against training compute.

    Parameters
    ----------
    placed : polars.DataFrame
        Columns family, flops, pc1; rows without compute are not drawn.
    lines : polars.DataFrame
        Columns family and r2; these families are joined by a line.
    shown : sequence of str
        Families with a colour and a name; the others are grey.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    _, ax = plt.subplots(figsize=style.SIZES["large"])
    known = placed.filter(pl.col("flops").is_not_null()).sort("family", "flops")
    looks = style.series(list(shown))
    for (family,), own in known.group_by("family", maintain_order=True):
        look, joined = looks.get(str(family)), family in lines["family"]
        if look is None:
            ax.plot(own["flops"], own["pc1"], ".", color="#BBBBBB", markersize=6, zorder=1)
            if joined:
                ax.plot(own["flops"], own["pc1"], color="#DDDDDD", linewidth=0.9, zorder=1)
            continue
        ax.plot(
            own["flops"], own["pc1"], color=look.color, marker=look.marker,
            linestyle=look.linestyle, linewidth=1.4, label=str(family), zorder=3,
        )  # fmt: skip
    style.log_axis(ax, "x", "flops")
    style.linear_axis(ax, "y", label="First component of eight benchmarks")
    ax.set_title("Within a family the first component grows with the logarithm of compute")
    style.legend(ax, "right")
    return ax


@style.styled
def emergence(made: Mapping[str, Any]) -> Sequence[Axes]:
    """Draw what the sigmoid of three components says of each task, against what is observed.

    Parameters
    ----------
    made : dict of str to object
        By the task's name an object with ``table``: part, accuracy, forecast, low, high.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        One a task.
    """
    columns = 3
    rows = -(-len(made) // columns)
    _, grid = plt.subplots(
        rows, columns, figsize=(9.6, 3.0 * rows + 0.5), sharex=True, sharey=True, squeeze=False
    )
    axes = list(grid.ravel())[: len(made)]
    fitted, held = style.look("data"), style.look("highlight")
    for ax, (name, one) in zip(axes, made.items(), strict=True):
        ax.plot([0, 1], [0, 1], color="#999999", linewidth=0.9, linestyle=":")
        small = one.table.filter(pl.col("part") == "fitted")
        large = one.table.filter(pl.col("part") == "held out")
        low, high = large["low"].clip(0, 1), large["high"].clip(0, 1)
        band = {"color": style.color("band"), "linewidth": 1, "alpha": 0.7}
        ax.vlines(large["accuracy"], low, high, label="90% interval", **band)
        ax.plot(small["accuracy"], small["forecast"], ".", color=fitted.color, label="fitted")
        mark = {"marker": held.marker, "color": held.color, "markersize": 5, "linestyle": "none"}
        ax.plot(large["accuracy"], large["forecast"], label="larger models, held out", **mark)
        ax.set_title(name, fontsize=9.5)
        for axis in ("x", "y"):
            style.linear_axis(ax, axis, "accuracy", label="")
        ax.set(xlim=(-0.04, 1.04), ylim=(-0.04, 1.04))
    for ax in axes[-columns:]:
        ax.set_xlabel("Observed score")
    for ax in axes[::columns]:
        ax.set_ylabel("Score by the sigmoid")
    legend_below(axes, 3)
    return axes


@style.styled
def correlations(related: pl.DataFrame, groups: pl.DataFrame) -> Axes:
    """Draw how tasks correlate over models, alike tasks together, with boxes around groups.

    Parameters
    ----------
    related : polars.DataFrame
        A column a task, in the order of the rows.
    groups : polars.DataFrame
        Columns task, group, tasks, in the order to draw.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    figure, ax = plt.subplots(figsize=(9.6, 7.3))
    order = [related.columns.index(task) for task in groups["task"]]
    matrix = related.to_numpy()[np.ix_(order, order)]
    # Square cells would leave the layout no room for long names.
    image = ax.imshow(
        matrix, cmap="RdBu_r", vmin=-1, vmax=1, interpolation="nearest", aspect="auto"
    )
    start = 0
    for (_,), own in groups.group_by("group", maintain_order=True):
        if own.height > 1:
            corner = (start - 0.5, start - 0.5)
            ax.add_patch(Rectangle(corner, own.height, own.height, fill=False, linewidth=1.6))
        start += own.height
    names = [task.removeprefix("bigbench_").replace("_", " ") for task in groups["task"]]
    ax.set_yticks(range(len(names)), names, fontsize=7)
    ax.set_xticks([])
    ax.grid(visible=False)
    figure.colorbar(
        image, ax=ax, shrink=0.75, label="Correlation over models of one size and budget"
    )
    ax.set_title("One block of tasks moves with the training data; the rest hardly correlate")
    return ax

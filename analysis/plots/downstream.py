"""Figures of the downstream study: what small runs and other benchmarks foretell of scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import polars as pl
from matplotlib.axes import Axes

from analysis.capability.chain import Chain
from analysis.plots import style
from analysis.plots.panels import legend_below

Array = np.ndarray[Any, np.dtype[np.float64]]

_TARGETS = {"7B": ("reference", "D"), "13B": ("highlight", "o")}


@style.styled
def steps(
    chains: Mapping[str, Chain], ends: Mapping[str, pl.DataFrame], seen: Mapping[str, pl.DataFrame]
) -> Sequence[Axes]:
    """Draw both steps of the ladder, one row a task.

    Parameters
    ----------
    chains : dict of str to Chain
        Fits by the task's name.
    ends : dict of str to polars.DataFrame
        The fitted runs at their end: size, params, tokens, task_loss.
    seen : dict of str to polars.DataFrame
        The targets: size, params, tokens, task_loss, accuracy.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        Two a task: loss against tokens, and score against loss.
    """
    _, grid = plt.subplots(len(chains), 2, figsize=(9.6, 3.1 * len(chains) + 0.5), squeeze=False)
    for row, (name, chain) in zip(grid, chains.items(), strict=True):
        _first_step(row[0], chain, ends[name], seen[name])
        _second_step(row[1], chain, seen[name])
        row[0].set_title(f"{name}: task loss")
        row[1].set_title(f"{name}: score")
    axes = list(grid.ravel())
    legend_below(axes, 4)
    return axes


def _first_step(ax: Axes, chain: Chain, ends: pl.DataFrame, seen: pl.DataFrame) -> None:
    tokens = np.geomspace(2e9, 8e12, 80)
    sizes = ends.sort("params")["size"].unique(maintain_order=True).to_list()
    for size, look in style.series(sizes).items():
        own = ends.filter(pl.col("size") == size).sort("tokens")
        curve = chain.predict({"params": np.full(80, own["params"][0]), "tokens": tokens})
        line: dict[str, Any] = {"color": look.color, "linewidth": 1.1}
        ax.plot(tokens, curve["task_loss"], linestyle=look.linestyle, **line)
        ax.plot(own["tokens"], own["task_loss"], look.marker, color=look.color, label=size)
    said = chain.predict(seen)["task_loss"]
    for size, observed, forecast, at in zip(
        seen["size"], seen["task_loss"], said, seen["tokens"], strict=True
    ):
        color, marker = style.color(_TARGETS[size][0]), _TARGETS[size][1]
        ax.plot([at, at], [observed, forecast], color="#AAAAAA", linewidth=1, zorder=1)
        ax.plot(at, observed, marker, color=color, markersize=7, label=f"{size}, observed")
        ax.plot(
            at, forecast, marker, color=color, fillstyle="none", markersize=7,
            label=f"{size}, forecast",
        )  # fmt: skip
    style.log_axis(ax, "x", "tokens")
    style.linear_axis(ax, "y", label="Task loss (bits per byte)")


def _second_step(ax: Axes, chain: Chain, seen: pl.DataFrame) -> None:
    points = chain.second.data.filter(pl.col("task_loss") > 0)
    ax.plot(
        points["task_loss"], points["accuracy"], ".", color=style.color("data"), alpha=0.25,
        markersize=3, label="checkpoints", zorder=1, rasterized=True,
    )  # fmt: skip
    low = 0.93 * min(float(seen["task_loss"].min()), float(chain.predict(seen)["task_loss"].min()))  # type: ignore[arg-type]
    loss = np.linspace(low, float(points["task_loss"].max()), 200)  # type: ignore[arg-type]
    curve = chain.second.law.predict({"task_loss": loss}, chain.second.parameters)
    ax.plot(loss, curve, color=style.color("reference"), linewidth=1.4, label="sigmoid")
    said = chain.predict(seen)
    for k, size in enumerate(seen["size"]):
        color, marker = style.color(_TARGETS[size][0]), _TARGETS[size][1]
        ax.plot(seen["task_loss"][k], seen["accuracy"][k], marker, color=color, markersize=7)
        ax.plot(
            said["task_loss"][k], said["accuracy"][k], marker, color=color, fillstyle="none",
            markersize=7,
        )  # fmt: skip
    style.linear_axis(ax, "x", label="Task loss (bits per byte)")
    style.linear_axis(ax, "y", "accuracy", label="Score")
    ax.set_xlim(left=low)


@style.styled
def forecasts(table: pl.DataFrame, names: Mapping[str, str], good: Sequence[str]) -> Sequence[Axes]:
    """Draw the score of each task as forecast, with its interval, and as observed.

    Parameters
    ----------
    table : polars.DataFrame
        Columns task, size, score, score_forecast, score_low, score_high.
    names : dict of str to str
        Names by task.
    good : sequence of str
        The tasks that the paper calls good; they stand above the line.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        One a target.
    """
    _, grid = plt.subplots(1, 2, figsize=(9.6, 4.2), sharey=True, sharex=True)
    axes = list(grid)
    tasks = table["task"].unique(maintain_order=True).to_list()
    fit, data = style.look("fit"), style.look("highlight")
    for ax, size in zip(axes, _TARGETS, strict=True):
        own = table.filter(pl.col("size") == size)
        place = np.array([tasks.index(task) for task in own["task"]])
        ax.hlines(place, own["score_low"], own["score_high"], color=style.color("band"),
                  linewidth=5, alpha=0.6, label="90% interval")  # fmt: skip
        ax.plot(own["score_forecast"], place, "D", color=fit.color, label="forecast")
        ax.plot(own["score"], place, "o", color=data.color, label="observed")
        ax.axhline(len(good) - 0.5, color="#777777", linewidth=0.9, linestyle=":")
        style.linear_axis(ax, "x", "accuracy", label="Score")
        ax.set_title(f"{size} model")
    axes[0].set_yticks(range(len(tasks)), [names[task] for task in tasks])
    axes[0].set_ylim(len(tasks) - 0.5, -0.5)
    legend_below(axes, 3)
    return axes


@style.styled
def choices(table: pl.DataFrame, good: Sequence[str]) -> Axes:
    """Draw the error of each task at 13B under each choice.

    Parameters
    ----------
    table : polars.DataFrame
        Columns choice, task, size, score_off in points.
    good : sequence of str
        The tasks that the paper calls good.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    _, ax = plt.subplots(figsize=style.SIZES["large"])
    own = table.filter(pl.col("size") == "13B")
    kinds = own["choice"].unique(maintain_order=True).to_list()
    ax.axvspan(-2.1, 2.1, color="#000000", alpha=0.06, linewidth=0)
    ax.axvline(0, color="#444444", linewidth=0.8)
    is_good = pl.col("task").is_in(list(good))
    for label, chosen, look, shift in (
        ("the four good tasks", is_good, style.look("fit"), -0.14),
        ("the other four", ~is_good, style.look("highlight"), 0.14),
    ):
        rows = own.filter(chosen)
        place = np.array([kinds.index(kind) for kind in rows["choice"]]) + shift
        marker = "o" if shift < 0 else "D"
        ax.plot(rows["score_off"], place, marker, color=look.color, markersize=5, label=label)
    ax.set_yticks(range(len(kinds)), kinds)
    ax.set_ylim(len(kinds) - 0.5, -0.5)
    style.linear_axis(ax, "x", label="Forecast above observed score of the 13B model (points)")
    ax.set_title("What a good forecast owes to its choices (grey: within 2.1 points)")
    style.legend(ax, "below")
    return ax


@style.styled
def largest(table: pl.DataFrame, good: Sequence[str]) -> Sequence[Axes]:
    """Draw the error at 13B, and the width of the interval, by the largest size that is fitted.

    Parameters
    ----------
    table : polars.DataFrame
        Columns largest, task, score_off and width in points.
    good : sequence of str
        The tasks that the paper calls good.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        Errors, and widths.
    """
    _, grid = plt.subplots(1, 2, figsize=(9.6, 3.6))
    axes = list(grid)
    sizes = table["largest"].unique(maintain_order=True).to_list()
    is_good = pl.col("task").is_in(list(good))
    for label, chosen, look in (
        ("the four good tasks", is_good, style.look("fit")),
        ("the other four", ~is_good, style.look("highlight")),
    ):
        rows = table.filter(chosen)
        place = np.array([sizes.index(size) for size in rows["largest"]])
        marker = "o" if look is style.look("fit") else "D"
        means = rows.group_by("largest", maintain_order=True).agg(
            pl.col("score_off").abs().mean(), pl.col("width").mean()
        )
        for ax, column in zip(axes, ("score_off", "width"), strict=True):
            ax.plot(place, rows[column].abs(), marker, color=look.color, alpha=0.45, markersize=5)
            ax.plot(range(len(sizes)), means[column], color=look.color, marker=marker, label=label)
    for ax in axes:
        ax.set_xticks(range(len(sizes)), sizes)
        ax.set_xlabel("Largest size that is fitted")
        ax.set_ylim(bottom=0)
    style.linear_axis(axes[0], "y", label="Size of the error (points)")
    style.linear_axis(axes[1], "y", label="Width of the 90% interval (points)")
    axes[0].set_title("Error of the 13B forecast")
    axes[1].set_title("What the bootstrap says of it")
    legend_below(axes, 2)
    return axes

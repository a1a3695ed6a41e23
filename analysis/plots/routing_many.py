"""Figures of bought routers, of cascades, and of routing among many models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from analysis.economics.hulls import hull
from analysis.plots import style
from analysis.plots.panels import legend_below


def _mixed(usd: Any, quality: Any) -> tuple[Any, Any]:
    """Return the hull on many costs: a straight line in dollars bends on a logarithmic axis."""
    x, y = hull(usd, quality)
    costs = np.geomspace(x[0], x[-1], 200)
    return costs, np.interp(costs, x, y)


@style.styled
def bought(table: pl.DataFrame, single: Mapping[str, float]) -> Axes:
    """Draw bought routers against mixing two models at random.

    Parameters
    ----------
    table : polars.DataFrame
        Columns router, calls, score, random, gain, low, high.
    single : mapping of str to float
        Score of the weak and of the strong model, in this order.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = plt.subplots(figsize=style.SIZES["single"])[1]
    (weak, low), (strong, high) = single.items()
    ax.plot([0, 1], [low, high], color="#444444", linewidth=1.1, linestyle=(0, (2, 2)),
            label="the two models at random")  # fmt: skip
    ax.plot([0, 1], [low, high], "o", color=style.color("data"))
    # Each name on the side of its point where the line is not.
    names = ((0, low, weak, (8, -11), "left"), (1, high, strong, (-8, 6), "right"))
    for x, y, text, off, side in names:
        place: dict[str, Any] = {
            "xytext": off,
            "textcoords": "offset points",
            "ha": side,
            "fontsize": 9,
        }
        ax.annotate(text, (x, y), **place)
    for (name, look), row in zip(
        style.series(table["router"].to_list()).items(), table.iter_rows(named=True), strict=True
    ):
        error = [[row["gain"] - row["low"]], [row["high"] - row["gain"]]]
        ax.errorbar([row["calls"]], [row["score"]], yerr=error, fmt=look.marker, color=look.color,
                    capsize=3, label=f"{name}, 95% interval")  # fmt: skip
    style.linear_axis(ax, "x", "accuracy", label="Share of calls to the strong model")
    style.linear_axis(ax, "y", label="MT-Bench score (1 to 10)")
    ax.set_xlim(-0.05, 1.05)
    lowest = (table["score"] - table["gain"] + table["low"]).to_numpy().min()
    ax.set_ylim(min(lowest, low) - 0.1, high + 0.25)
    ax.set_title("Neither bought router beats a coin")
    style.legend(ax, "below", columns=1)
    return ax


@style.styled
def cascades(points: Mapping[str, tuple[pl.DataFrame, pl.DataFrame]]) -> Sequence[Axes]:
    """Draw accuracy against cost of single models and of the cascade, a panel a task.

    Parameters
    ----------
    points : mapping of str to (polars.DataFrame, polars.DataFrame)
        By task single models and the cascade: accuracy and usd.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        One a task.
    """
    figure, grid = plt.subplots(2, 3, figsize=(style.SIZES["grid"][0], 6.2))
    axes = list(grid.flat)
    data, fit = style.look("data"), style.look("fit")
    for ax, (task, (single, cascade)) in zip(axes, points.items(), strict=False):
        usd, best = 1e3 * single["usd"], single["accuracy"]
        ax.plot(*_mixed(usd, best), color=data.color, linewidth=1.0,
                linestyle=(0, (2, 2)), label="single models mixed")  # fmt: skip
        ax.plot(usd, best, data.marker, color=data.color,
                label="single model")  # fmt: skip
        ax.plot(1e3 * cascade["usd"], cascade["accuracy"], color=fit.color, marker="D",
                label="cascade")  # fmt: skip
        style.log_axis(ax, "x", "usd", label="US dollars per 1,000 queries")
        style.linear_axis(ax, "y", "accuracy", label="Accuracy" if ax in axes[::3] else "")
        # The weakest models would flatten everything else.
        top = float(np.max([*best, *cascade["accuracy"]]))
        ax.set_ylim(top - 0.16, top + 0.01)
        ax.set_title(task)
    for ax in axes[len(points) :]:
        ax.remove()
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="center", bbox_to_anchor=(0.84, 0.27))
    return axes[: len(points)]


@style.styled
def many(
    grids: Mapping[str, Any], asked: Mapping[str, pl.DataFrame], table: pl.DataFrame
) -> Sequence[Axes]:
    """Draw single models, cascades with judges of several skills, and the oracle, by task.

    Parameters
    ----------
    grids : mapping of str to object
        By task an object with ``quality`` and ``usd``, grids of problems by models.
    asked : mapping of str to polars.DataFrame
        By task the cascades: skill, usd, quality.
    table : polars.DataFrame
        Columns task, oracle and oracle_usd.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        One a task.
    """
    _, grid = plt.subplots(1, len(grids), figsize=(style.SIZES["wide"][0], 4.4), squeeze=False)
    axes = list(grid[0])
    data, best = style.look("data"), style.look("highlight")
    for ax, (task, one) in zip(axes, grids.items(), strict=True):
        cost, score = one.usd.mean(axis=0), one.quality.mean(axis=0)
        ax.plot(*_mixed(cost, score), color=data.color, linewidth=1.0, linestyle=(0, (2, 2)),
                label="single models mixed")  # fmt: skip
        ax.plot(cost, score, data.marker, color=data.color, label="single model")
        rows = asked[task]
        skills = rows["skill"].unique().sort().to_list()
        for skill, look in zip(
            skills, style.series([str(s) for s in skills]).values(), strict=True
        ):
            own = rows.filter(pl.col("skill") == skill).sort("usd")
            ax.plot(own["usd"], own["quality"], color=look.color, linestyle=look.linestyle,
                    linewidth=1.4, label=f"cascade of two, judge of skill {skill:g}")  # fmt: skip
        own = table.filter(pl.col("task") == task)
        ax.plot(own["oracle_usd"], own["oracle"], marker="*", markersize=12, color=best.color,
                linestyle="none", label="oracle over single attempts")  # fmt: skip
        style.log_axis(ax, "x", "usd", label="US dollars per problem")
        style.linear_axis(ax, "y", "accuracy", label="Accuracy" if ax is axes[0] else "")
        ax.set_title(task)
    legend_below(axes, 3)
    return axes


@style.styled
def luck(table: pl.DataFrame) -> Axes:
    """Draw by how much each policy beats the best single model.

    Parameters
    ----------
    table : polars.DataFrame
        Columns policy, lead, low, high; the first row is the best single model.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = plt.subplots(figsize=(style.SIZES["wide"][0], 3.0))[1]
    rows = table[1:]
    place = np.arange(rows.height)
    lead = 100 * rows["lead"].to_numpy()
    ends = np.abs(100 * rows.select("low", "high").to_numpy().T - lead)
    fit = style.look("fit")
    ax.axvline(0, color="#444444", linewidth=0.9)
    ax.errorbar(lead, place, xerr=ends, fmt="o", color=fit.color, capsize=3)
    ax.set_yticks(place, rows["policy"].to_list())
    ax.set_ylim(rows.height - 0.5, -0.5)
    style.linear_axis(ax, "x", label="Points above the best single model, 95% interval")
    ax.set_title("What an oracle has picked is not right again")
    return ax

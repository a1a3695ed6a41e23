"""The figures of the accuracy-and-cost study: frontiers, falling costs, and their halving times."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import numpy as np
import polars as pl
from matplotlib.axes import Axes

from analysis.plots import style
from analysis.plots.panels import legend_below

_COSTS = {
    "usd_per_case": ("usd", "US dollars per exercise"),
    "seconds_per_case": ("seconds", "Seconds per exercise"),
    "usd": ("usd", "US dollars for the whole board"),
    "latency_s": ("seconds", "Mean latency of a call (s)"),
}
_LAST = 90.0
_HOLLOW = "hollow: not identified"


def short(model: str) -> str:
    """Return a model's name as a figure has room for it.

    Parameters
    ----------
    model : str
        The name as a board prints it.

    Returns
    -------
    str
        The name without the day of its version.

    Examples
    --------
    >>> short("claude-3-7-sonnet-20250219 (no thinking)"), short("GPT-5-nano-2025-08-07 (FC)")
    ('claude-3-7-sonnet (no thinking)', 'GPT-5-nano, calls')
    """
    bare = re.sub(r"-20\d\d-?\d\d-?\d\d", "", model)
    bare = bare.replace(" (FC)", ", calls").replace(" (Prompt)", ", prompt")
    return bare.replace(" Preview", "")


def _steps(cost: Any, score: Any, right: float) -> tuple[Any, Any]:
    """The frontier as a staircase, drawn on to the right edge."""
    return [*cost, right], [*score, score[-1]]


def _staircase(ax: Axes, cost: Any, score: Any, right: float, look: str, label: str = "") -> None:
    """Draw a frontier light enough to be crossed by names."""
    ax.step(
        *_steps(cost, score, right),
        where="post",
        color=style.color(look),
        linestyle="-" if look == "frontier" else (0, (4, 2)),
        linewidth=1.2,
        alpha=0.45,
        zorder=1,
        label=label or None,
    )


def _limits(values: pl.Series) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())  # type: ignore[arg-type]
    return low / 1.5, high * 1.8


@style.styled
def coding(tables: Mapping[str, pl.DataFrame], title: str) -> Sequence[Axes]:
    """Draw a coding board against money and time, with its frontiers named.

    Parameters
    ----------
    tables : mapping of str to polars.DataFrame
        For each cost column what `coding_frontier` returns for it.
    title : str
        The board.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        One for each cost.
    """
    _, axes = plt.subplots(1, len(tables), figsize=(9.6, 4.9), sharey=True, squeeze=False)
    for ax, (cost, table) in zip(axes[0], tables.items(), strict=True):
        known = table.filter(pl.col(cost).is_not_null())
        lost = table.filter(pl.col(cost).is_null())
        front = known.filter("on_frontier").sort(cost)
        others = known.filter(~pl.col("on_frontier"))
        low, high = _limits(known[cost])
        look = {"s": 16, "color": style.color("data"), "alpha": 0.5, "linewidth": 0}
        ax.scatter(others[cost], others["score"], label="other runs", **look)
        _staircase(ax, front[cost], front["score"], high, "frontier")
        error = [front["score"] - front["score_low"], front["score_high"] - front["score"]]
        ax.errorbar(
            front[cost],
            front["score"],
            yerr=error,
            fmt="o",
            color=style.color("fit"),
            elinewidth=1,
            label="on the frontier, 90% interval",
        )
        style.log_axis(ax, "x", _COSTS[cost][0], label=_COSTS[cost][1])
        ax.set_xlim(low, high)
        ax.set_ylim(0, 1)
        if lost.height:
            ax.plot(
                np.full(lost.height, 0.985),
                lost["score"],
                transform=ax.get_yaxis_transform(),
                linestyle="none",
                marker="_",
                color=style.color("left_out"),
                markersize=9,
                label=f"cost not measured: {lost.height} runs",
            )
        style.linear_axis(ax, "y", "accuracy", label="Exercises solved")
        ax.set_title(f"{title}: {'money' if cost.startswith('usd') else 'time'}")
    legend_below(axes[0])
    for ax, (cost, table) in zip(axes[0], tables.items(), strict=True):
        front = table.filter("on_frontier")
        names = [short(model) for model in front["model"]]
        style.label_points(ax, front[cost].to_list(), front["score"].to_list(), names, fontsize=7)
    axes[0][-1].set_ylabel("")
    return list(axes[0])


@style.styled
def tools(table: pl.DataFrame, priced: pl.DataFrame, timed: pl.DataFrame) -> Sequence[Axes]:
    """Draw one snapshot of the tool-calling board against money and latency.

    Parameters
    ----------
    table, priced : polars.DataFrame
        What `tool_frontier` returns with imputed costs and without them.
    timed : polars.DataFrame
        What it returns for the latency.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        Money, and latency.
    """
    figure, axes = plt.subplots(1, 2, figsize=(9.6, 5.2), sharey=True)
    figure.suptitle(f"BFCL of {table['snapshot'][0]}", x=0.01, ha="left", fontsize=11)
    looks = style.series(["cost billed", "cost imputed"])
    for ax, cost, frame in ((axes[0], "usd", table), (axes[1], "latency_s", timed)):
        known = frame.filter(pl.col(cost).is_not_null())
        for imputed, (label, look) in zip((False, True), looks.items(), strict=True):
            rows = known.filter(pl.col("usd_imputed") == imputed)
            ax.scatter(
                rows[cost],
                rows["accuracy"],
                s=20,
                marker=look.marker,
                facecolor="none",
                edgecolor=look.color,
                alpha=0.8,
                label=label,
            )
        low, high = _limits(known[cost])
        front = known.filter("on_frontier").sort(cost)
        _staircase(ax, front[cost], front["accuracy"], high, "frontier", "frontier of all")
        style.log_axis(ax, "x", _COSTS[cost][0], label=_COSTS[cost][1])
        style.linear_axis(ax, "y", "accuracy", label="Overall accuracy")
        ax.set_xlim(low, high)
        ax.set_ylim(0, 1)
        ax.set_title("Accuracy for money" if cost == "usd" else "Accuracy for latency")
        if cost == "usd":
            billed = priced.filter("on_frontier").sort("usd")
            label = "frontier of billed costs"
            _staircase(ax, billed["usd"], billed["accuracy"], high, "fit", label)
    legend_below(axes)
    for ax, cost, frame in ((axes[0], "usd", table), (axes[1], "latency_s", timed)):
        front = named = frame.filter("on_frontier")
        if cost == "usd":
            billed = priced.filter("on_frontier")
            fresh = ~pl.col("model").is_in(front["model"].implode())
            named = pl.concat([front, billed.filter(fresh)])
        names = [short(model) for model in named["model"]]
        style.label_points(
            ax, named[cost].to_list(), named["accuracy"].to_list(), names, fontsize=7
        )
    axes[1].set_ylabel("")
    return list(axes)


@style.styled
def falling(levels: Mapping[str, pl.DataFrame], named: Mapping[str, float]) -> Sequence[Axes]:
    """Draw the lowest cost so far of each score, as it fell.

    Parameters
    ----------
    levels : mapping of str to polars.DataFrame
        For the title of each board what `levels` returns.
    named : mapping of str to float
        For the title of each board the threshold whose records are named.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        One a board.
    """
    _, axes = plt.subplots(1, len(levels), figsize=(9.6, 4.6), squeeze=False)
    for ax, (title, table) in zip(axes[0], levels.items(), strict=True):
        thresholds = table["threshold"].unique().sort().to_list()
        looks = style.series([f"{100 * t:.0f}% solved" for t in thresholds])
        for (label, look), threshold in zip(looks.items(), thresholds, strict=True):
            rows = table.filter(threshold=threshold)
            ax.step(
                rows["day"],
                rows["usd_per_case"],
                where="post",
                color=look.color,
                linestyle=look.linestyle,
                linewidth=1.4,
                label=label,
            )
            ax.plot(
                rows["day"][:-1],
                rows["usd_per_case"][:-1],
                color=look.color,
                marker=look.marker,
                linestyle="none",
            )
        style.log_axis(ax, "y", "usd", label="Least cost of an exercise (US dollars)")
        low, high = _limits(table["usd_per_case"])
        ax.set_ylim(low / 1.5, high * 2)
        _day_axis(ax, table["day"])
        ax.set_title(f"{title}: least cost of a score so far")
        ax.legend(loc="upper right")
        rows = table.filter(pl.col("threshold") == named[title], pl.col("model") != "")
        style.label_points(
            ax,
            _days(rows["day"]),
            rows["usd_per_case"].to_list(),
            [short(model) for model in rows["model"]],
            fontsize=7,
        )
    axes[0][-1].set_ylabel("")
    return list(axes[0])


def _days(days: pl.Series) -> Any:
    """Days as matplotlib counts them."""
    return days.cast(pl.Date).to_physical().to_numpy().astype(float)


def _day_axis(ax: Axes, days: pl.Series) -> None:
    at = _days(days)
    room = 0.06 * (at.max() - at.min())
    ax.set_xlim(at.min() - room, at.max() + room)
    locator: Any = mdates.AutoDateLocator(minticks=3, maxticks=6)  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    ax.set_xlabel("Day of the run")


@style.styled
def halving(tables: Mapping[str, pl.DataFrame]) -> Sequence[Axes]:
    """Draw halving times with their intervals, by score and by what counts.

    Parameters
    ----------
    tables : mapping of str to polars.DataFrame
        For the title of each board what `trends` returns for the forms ``steps`` and ``all``.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        One a board.
    """
    _, axes = plt.subplots(1, len(tables), figsize=(9.6, 4.9), squeeze=False, sharex=True)
    ways = {
        "records": (pl.col("form") == "steps") & pl.col("first"),
        "records, without the first": (pl.col("form") == "steps") & ~pl.col("first"),
        "all runs that reach the score": pl.col("form") == "all",
    }
    looks = style.series(list(ways))
    for ax, (title, table) in zip(axes[0], tables.items(), strict=True):
        thresholds = table["threshold"].unique().sort().to_list()
        for offset, (way, condition) in zip((0.22, 0.0, -0.22), ways.items(), strict=True):
            for row in table.filter(condition).iter_rows(named=True):
                _interval(ax, thresholds.index(row["threshold"]) + offset, row, looks[way])
            look = looks[way]
            ax.plot([], [], color=look.color, marker=look.marker, linestyle="-", label=way)
        shuffled = table.filter(ways["records"])
        at = [thresholds.index(t) + 0.36 for t in shuffled["threshold"]]
        ax.plot(
            shuffled["chance_months"].clip(upper_bound=_LAST),
            at,
            linestyle="none",
            marker="x",
            color=style.color("left_out"),
            label="records, runs in shuffled order",
        )
        ax.plot([], [], linestyle="none", marker="o", color="black", mfc="white", label=_HOLLOW)
        style.log_axis(ax, "x", label="Halving time (months)")
        ax.set_xlim(0.5, _LAST * 1.25)
        ax.set_yticks(range(len(thresholds)), [f"{100 * t:.0f}%" for t in thresholds])
        ax.set_ylim(-0.6, len(thresholds) - 0.4)
        ax.set_ylabel("Exercises to solve")
        ax.set_title(f"{title}: how fast a score became cheap")
    axes[0][-1].set_ylabel("")
    legend_below(axes[0], 3)
    return list(axes[0])


def _interval(ax: Axes, y: float, row: Mapping[str, Any], look: style.Look) -> None:
    """One interval; an arrow where it has no upper end, a hollow mark if not identified."""
    if not np.isfinite(row["low"]):
        return
    right = min(row["high"], _LAST)
    ax.plot([row["low"], right], [y, y], color=look.color, linewidth=1.2)
    if row["high"] > _LAST:
        ax.annotate(
            "",
            (_LAST * 1.2, y),
            (_LAST * 0.9, y),
            arrowprops={"arrowstyle": "->", "color": look.color},
        )
    if np.isfinite(row["halving_months"]) and row["halving_months"] < _LAST:
        face = "white" if row["reason"] else look.color
        ax.plot(
            [row["halving_months"]],
            [y],
            marker=look.marker,
            color=look.color,
            markerfacecolor=face,
            zorder=4,
        )

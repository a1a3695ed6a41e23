"""Figures of the cost-of-pass study: frontiers, who holds them, and what moves them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import polars as pl
from matplotlib.axes import Axes

from analysis.plots import style
from analysis.plots.panels import axes_or_new, legend_below

_HUMAN = style.assign("human", style.GREY, "X", (0, (1, 1.5)))
_GUESSER = style.assign("guesser", style.YELLOW, "h", (0, (2.5, 1.5)))
#: The models of the tasks with one attempt look the same in every figure.
_MODELS = {
    "gpt-5-mini": style.BLUE,
    "gpt-5.2-high": style.SKY,
    "claude-haiku-4.5": style.ORANGE,
    "claude-opus-4.6-thinking": style.VERMILION,
    "gemini-3-flash-preview": style.GREEN,
    "gemini-3.1-pro-preview": "#66C2A5",
    "kimi-k2.5": style.PURPLE,
}


def color_of(names: Sequence[str]) -> dict[str, str]:
    """Return a colour for each holder of a frontier: of newer models the same in every figure.

    Parameters
    ----------
    names : sequence of str
        Strategies, ``human`` and ``guesser``.

    Returns
    -------
    dict of str to str
        Colours.

    Examples
    --------
    >>> color_of(["human", "gpt-5-mini"])["human"] == style.color("human")
    True
    """
    known = {"human": _HUMAN.color, "guesser": _GUESSER.color, **_MODELS}
    others = [name for name in names if name not in known]
    looks = style.series(others)
    return {name: known[name] if name in known else looks[name].color for name in names}


@style.styled
def frontiers(table: pl.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the frontier of every task, what models take of it, and its interval.

    Parameters
    ----------
    table : polars.DataFrame
        Columns task, problems, frontier, low, high, models_usd, human_problems, human_share, all
        above 0 dollars where they are drawn.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = axes_or_new(ax, "wide")
    places = np.arange(table.height)[::-1]
    whole, models = style.look("frontier"), style.look("fit")
    for y, row in zip(places, table.iter_rows(named=True), strict=True):
        first = y == places[0]
        ax.plot([row["low"], row["high"]], [y, y], color=whole.color, linewidth=1.4)
        ax.plot(
            *([row["frontier"]], [y]),
            color=whole.color,
            marker=whole.marker,
            markersize=11,
            linestyle="none",
            label="frontier, 95% interval" if first else None,
        )
        ax.plot(
            *([row["models_usd"]], [y]),
            color=models.color,
            marker="o",
            linestyle="none",
            label="what models take of it" if first else None,
        )
        said = (
            f"human: {row['human_problems']} of {row['problems']:,} problems, "
            f"{row['human_share']:.0%} of the cost"
        )
        ax.annotate(said, (1.01, y), xycoords=("axes fraction", "data"), va="center", fontsize=8.5)
    ax.set_yticks(places, table["task"].to_list())
    style.log_axis(ax, "x", "usd", label="US dollars per right answer, mean over problems")
    ax.set_ylim(-0.6, table.height - 0.4)
    ax.set_title("A handful of unsolved problems is nearly all of the frontier")
    style.legend(ax, "below")
    return ax


@style.styled
def holders(shares: Mapping[str, pl.DataFrame], *, ax: Axes | None = None) -> Axes:
    """Draw who is cheapest, as a share of the problems of each task.

    Parameters
    ----------
    shares : mapping of str to polars.DataFrame
        By task the columns holder and share.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = axes_or_new(ax, "large")
    places = np.arange(len(shares))[::-1]
    names = list(dict.fromkeys(n for table in shares.values() for n in table["holder"]))
    names.sort(key=lambda name: (name == "human", name not in _MODELS))
    colors = color_of(names)
    for y, table in zip(places, shares.values(), strict=True):
        left = 0.0
        found = dict(table.select("holder", "share").iter_rows())
        for name in names:
            share = found.get(name, 0.0)
            if not share:
                continue
            ax.barh(
                *(y, share),
                left=left,
                height=0.62,
                color=colors[name],
                edgecolor="white",
                hatch=_hatch(name),
            )
            if share >= 0.05:
                ax.text(
                    *(left + share / 2, y, f"{share:.0%}"),
                    ha="center",
                    va="center",
                    fontsize=8,
                    bbox={"boxstyle": "round,pad=0.15", "facecolor": "white", "linewidth": 0},
                )
            left += share
    for name in names:  # an entry a name, however many bars it has
        ax.barh(-9, 0, color=colors[name], hatch=_hatch(name), edgecolor="white", label=name)
    ax.set_yticks(places, list(shares))
    style.linear_axis(ax, "x", "accuracy", label="Share of problems at which it is cheapest")
    ax.set(xlim=(0, 1), ylim=(-0.5, len(shares) - 0.5))
    ax.grid(visible=False, axis="y")
    ax.set_title("Who holds the frontier: small models, by number of problems")
    style.legend(ax, "below", columns=4)
    return ax


@style.styled
def quantities(tables: Mapping[str, pl.DataFrame]) -> list[Axes]:
    """Draw pooled cost beside the mean with the human, model by model.

    Parameters
    ----------
    tables : mapping of str to polars.DataFrame
        By task the columns strategy, pooled and alone; the first row is the frontier of all.

    Returns
    -------
    list of matplotlib.axes.Axes
        One a task.
    """
    size = (style.SIZES["wide"][0], 4.4)
    _, grid = plt.subplots(1, len(tables), figsize=size, squeeze=False)
    axes = list(grid[0])
    pool, alone = style.series(["pooled", "alone"]).values()
    for ax, (task, table) in zip(axes, tables.items(), strict=True):
        rows = table[1:].filter(pl.col("pooled") > 0).sort("pooled", descending=True)
        places = np.arange(rows.height)
        for y, row in zip(places, rows.iter_rows(named=True), strict=True):
            ax.plot([row["pooled"], row["alone"]], [y, y], color="#BBBBBB", linewidth=1)
        ax.plot(
            *(rows["pooled"], places),
            color=pool.color,
            marker=pool.marker,
            markersize=4,
            markeredgecolor="white",
            markeredgewidth=0.5,
            zorder=4,
            linestyle="none",
            label="all cost over all right answers",
        )
        ax.plot(
            *(rows["alone"], places),
            color=alone.color,
            marker=alone.marker,
            linestyle="none",
            label="mean over problems, with the human",
        )
        whole = table["alone"][0]
        look = style.look("frontier")
        ax.axvline(whole, color=look.color, linewidth=1.2, label="frontier of all, with the human")
        ax.set_yticks(places, rows["strategy"].to_list(), fontsize=8.5)
        style.log_axis(ax, "x", "usd", label="US dollars per right answer")
        ax.set_title(task)
    legend_below(axes, 3)
    return axes


@style.styled
def human_prices(tables: Mapping[str, pl.DataFrame], marks: Mapping[str, float]) -> list[Axes]:
    """Draw how frontier and human share move with the price of the human.

    Parameters
    ----------
    tables : mapping of str to polars.DataFrame
        By task the columns human, frontier and human_share.
    marks : mapping of str to float
        The price that the study takes, by task.

    Returns
    -------
    list of matplotlib.axes.Axes
        Frontier and share.
    """
    _, grid = plt.subplots(1, 2, figsize=(style.SIZES["wide"][0], 4.3))
    axes = list(grid)
    for (task, table), look in zip(
        tables.items(), style.series(list(tables)).values(), strict=True
    ):
        for ax, column in zip(axes, ("frontier", "human_share"), strict=True):
            ax.plot(
                *(table["human"], table[column]),
                color=look.color,
                linestyle=look.linestyle,
                label=task,
            )
            near = int(np.abs(np.log(table["human"].to_numpy() / marks[task])).argmin())
            ax.plot(
                *([marks[task]], [table[column][near]]),
                color=look.color,
                marker=look.marker,
                markersize=7,
                linestyle="none",
            )
    for ax in axes:
        style.log_axis(ax, "x", "usd", label="Price of a human answer (US dollars)")
    style.log_axis(axes[0], "y", "usd", label="Frontier (US dollars per right answer)")
    style.linear_axis(axes[1], "y", "accuracy", label="Human share of the frontier")
    axes[0].set_title("Where problems are unsolved,\nthe price of the human sets the frontier")
    axes[1].set_title("Marks: the price taken here\n")
    legend_below(axes, 5)
    return axes


@style.styled
def essentialness(table: pl.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how essential each family is, with its interval over problems.

    Parameters
    ----------
    table : polars.DataFrame
        Columns task, family, essentialness, low, high, newly_unsolved.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = axes_or_new(ax, "tall")
    tasks = table["task"].unique(maintain_order=True).to_list()
    y, ticks, labels = 0.0, [], []
    for task, look in zip(tasks, style.series(tasks).values(), strict=True):
        own = table.filter(pl.col("task") == task).sort("essentialness", descending=True)
        for i, row in enumerate(own.iter_rows(named=True)):
            ax.plot([row["low"], row["high"]], [y, y], color=look.color, linewidth=1.6)
            ax.plot(
                *([row["essentialness"]], [y]),
                color=look.color,
                marker=look.marker,
                linestyle="none",
                label=None if i else task,
            )
            if row["newly_unsolved"]:
                ax.annotate(
                    f"alone solves {row['newly_unsolved']:,}",
                    (1.01, y),
                    xycoords=("axes fraction", "data"),
                    va="center",
                    fontsize=8,
                )
            ticks.append(y)
            labels.append(row["family"])
            y -= 1
        y -= 0.6
    ax.set_yticks(ticks, labels, fontsize=8.5)
    style.linear_axis(ax, "x", "accuracy", label="Essentialness: frontier saved by the family")
    ax.set(xlim=(-0.01, 1), ylim=(y + 1, 0.8))
    ax.set_title("Essential is who alone solves\na problem that the human would be paid for")
    style.legend(ax, "below", columns=3)
    return ax


def _hatch(name: str) -> str | None:
    """Tell the human, and models of another time, from those that share their colour."""
    return "////" if name == "human" else None if name in _MODELS else "\\\\"

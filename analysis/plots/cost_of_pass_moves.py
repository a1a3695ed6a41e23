"""What moves a frontier cost-of-pass: attempts, models, days, and the price of checking."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import polars as pl
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from analysis.plots import style
from analysis.plots.panels import axes_or_new, legend_below


@style.styled
def attempts_bought(tables: Mapping[str, pl.DataFrame], seen: Mapping[str, Any]) -> list[Axes]:
    """Draw the frontier that other numbers of attempts would show.

    Parameters
    ----------
    tables : mapping of str to polars.DataFrame
        By task the columns attempts, frontier, low, high; infinite attempts are drawn as a line.
    seen : mapping of str to (int, float)
        Attempts and frontier as recorded, by task.

    Returns
    -------
    list of matplotlib.axes.Axes
        One a task.
    """
    size = (style.SIZES["wide"][0], 4.0)
    _, grid = plt.subplots(1, len(tables), figsize=size, sharey=True, squeeze=False)
    axes = list(grid[0])
    line, band, known = (style.look(n) for n in ("fit", "band", "reference"))
    for ax, (task, table) in zip(axes, tables.items(), strict=True):
        finite = table.filter(pl.col("attempts").is_finite())
        last = table.filter(pl.col("attempts").is_infinite())
        x = finite["attempts"].to_numpy()
        ax.fill_between(
            x,
            finite["low"],
            finite["high"],
            color=band.color,
            alpha=0.3,
            linewidth=0,
            label="95% of re-runs of these problems",
        )
        ax.plot(x, finite["frontier"], color=line.color, label="simulated re-runs, mean")
        if last.height:
            ax.axhline(
                last["frontier"][0],
                color=known.color,
                linestyle=known.linestyle,
                linewidth=1.1,
                label="all success rates known",
            )
        number, value = seen[task]
        ax.plot(
            *([number], [value]),
            color=style.color("highlight"),
            marker="*",
            markersize=12,
            linestyle="none",
            label="as recorded",
        )
        style.log_axis(ax, "x", label="Attempts")
        ax.set_xticks([1, 4, 16, 64], ["1", "4", "16", "64"])
        ax.xaxis.set_minor_locator(NullLocator())
        ax.set_title(task, fontsize=10)
    style.log_axis(axes[0], "y", "usd", label="Frontier (US dollars per right answer)")
    legend_below(axes, 3)
    return axes


@style.styled
def over_time(tracks: Mapping[str, pl.DataFrame], *, ax: Axes | None = None) -> Axes:
    """Draw frontiers over days of release, and name who joined on each day.

    Parameters
    ----------
    tracks : mapping of str to polars.DataFrame
        By task the columns released, joined, of_human.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = axes_or_new(ax, "large")
    joined: dict[Any, set[str]] = {}
    end = max(table["released"].max() for table in tracks.values())  # type: ignore[type-var]
    for (task, table), look in zip(
        tracks.items(), style.series(list(tracks)).values(), strict=True
    ):
        days, values = table["released"].to_list(), table["of_human"].to_list()
        ax.step(
            [*days, end],
            [*values, values[-1]],
            where="post",
            color=look.color,
            linestyle=look.linestyle,
            linewidth=1.5,
            label=task,
        )
        ax.plot(days, values, color=look.color, marker=look.marker, linestyle="none")
        for day, names in table.select("released", "joined").iter_rows():
            joined.setdefault(day, set()).update(names.split(", "))
    style.log_axis(ax, "y", "accuracy", label="Frontier as a share of the human price")
    ax.set_xlabel("Day of release")
    above = ax.secondary_xaxis("top")
    above.set_xticks(
        sorted(joined),
        [", ".join(sorted(joined[day])) for day in sorted(joined)],
        rotation=55,
        ha="left",
        fontsize=8,
    )
    ax.set_title("Falls come in steps, one model at a time", pad=8)
    style.legend(ax, "below", columns=4)
    return ax


@style.styled
def half_lives(table: pl.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the half-life of every task by three forms.

    Parameters
    ----------
    table : polars.DataFrame
        Columns task, form, months, low, high, least, most, identified, why.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = axes_or_new(ax, "large")
    tasks = table["task"].unique(maintain_order=True).to_list()
    forms = table["form"].unique(maintain_order=True).to_list()
    looks = style.series(forms)
    y, ticks = 0.0, []
    for task in tasks:
        ticks.append(y - 1)
        for form in forms:
            row = table.filter((pl.col("task") == task) & (pl.col("form") == form)).row(
                0, named=True
            )
            look = looks[form]
            if row["identified"]:
                ax.plot(
                    [row["least"], row["most"]],
                    [y, y],
                    color=look.color,
                    linewidth=5,
                    alpha=0.3,
                    solid_capstyle="butt",
                )
                ax.plot([row["low"], row["high"]], [y, y], color=look.color, linewidth=1.5)
                ax.plot(
                    [row["months"]], [y], color=look.color, marker=look.marker, linestyle="none"
                )
            else:
                ax.annotate(
                    f"{form}: not identified, {row['why']}",
                    (0.01, y),
                    fontsize=8,
                    xycoords=("axes fraction", "data"),
                    va="center",
                    color=look.color,
                )
            y -= 1
        y -= 0.6
    for form, look in looks.items():
        ax.plot([], [], color=look.color, marker=look.marker, linewidth=1.5, label=form)
    ax.fill_between([], [], [], color="#888888", alpha=0.4, label="one day left out")
    ax.set_yticks(ticks, tasks)
    style.log_axis(ax, "x", label="Half-life (months)")
    ax.set_ylim(y + 1, 0.8)
    ax.grid(visible=False, axis="y")
    ax.set_title("Half-lives: the form and single days decide")
    style.legend(ax, "below", columns=4)
    return ax


@style.styled
def checking(table: pl.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw who holds the frontier of a task with choices as checking gets dearer.

    Parameters
    ----------
    table : polars.DataFrame
        Columns check (above 0), guesser, models and human, shares of problems.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = axes_or_new(ax, "single")
    names = {
        "guesser": style.color("guesser"),
        "models": style.color("fit"),
        "human": style.color("human"),
    }
    ax.stackplot(
        table["check"],
        *(table[name] for name in names),
        labels=list(names),
        colors=list(names.values()),
        edgecolor="white",
        linewidth=0.6,
    )
    style.log_axis(ax, "x", "usd", label="Price of checking one answer (US dollars)")
    style.linear_axis(ax, "y", "accuracy", label="Share of problems held")
    ax.set(xlim=(table["check"][0], table["check"][-1]), ylim=(0, 1))
    ax.set_title("A free guesser wins as long as checking is free")
    style.legend(ax, "below")
    return ax

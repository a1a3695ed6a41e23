"""Figures of what goes wrong in a fit: starts, outliers, the irreducible loss, checkpoints."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill

import numpy as np
import polars as pl
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from analysis.plots import style
from analysis.plots.panels import axes_or_new

#: Endings closer to the optimum than this are drawn here, in percent.
_NEAREST = 1e-3


@style.styled
def endings(descents: pl.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw how far above the optimum each descent stopped, the best first.

    Parameters
    ----------
    descents : polars.DataFrame
        Columns minimised, percent_above; one row a descent.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        The axes, with a line for each thing that was minimised.
    """
    ax = axes_or_new(ax)
    names = descents["minimised"].unique(maintain_order=True).to_list()
    for name, one in style.series(names).items():
        above = descents.filter(pl.col("minimised") == name)["percent_above"].sort().to_numpy()
        share = (np.arange(len(above)) + 1) / len(above)
        ax.plot(
            share,
            np.maximum(above, _NEAREST),
            color=one.color,
            marker=one.marker,
            linestyle=one.linestyle,
            markersize=3.5,
            linewidth=1.2,
            label=f"{name} of Huber terms" if "×" not in name else name,
        )
    style.linear_axis(ax, "x", "accuracy", label="Share of the starts, best ending first")
    style.log_axis(ax, "y", "learning_rate", label="Above the optimum (%)")
    ax.axhline(_NEAREST, color=style.color("reference"), linewidth=0.8, linestyle=":")
    ax.annotate(
        "at the optimum",
        (1.0, _NEAREST),
        xytext=(0, 4),
        textcoords="offset points",
        ha="right",
        fontsize=8,
        color="#555555",
    )
    ax.set_title("Every one of these descents reports success")
    style.legend(ax, "below")
    return ax


@style.styled
def diverged(table: pl.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw a forecast as more and more of the runs have gone wrong.

    Parameters
    ----------
    table : polars.DataFrame
        Columns diverged_of_100, truth, and a column an objective.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = axes_or_new(ax)
    names = [c for c in table.columns if c not in ("diverged_of_100", "truth")]
    for name, one in style.series(names).items():
        ax.plot(
            table["diverged_of_100"],
            table[name],
            color=one.color,
            marker=one.marker,
            linestyle=one.linestyle,
            label=name,
        )
    reference = style.look("reference")
    ax.axhline(
        table["truth"][0],
        color=reference.color,
        linestyle=reference.linestyle,
        linewidth=1.2,
        label="the law behind the runs",
    )
    style.linear_axis(ax, "x", label="Runs of 100 that went wrong")
    style.linear_axis(ax, "y", label="Forecast loss, 70B on 1.4T (nats per token)")
    ax.set_title("Outliers pull least squares away")
    style.legend(ax, "below", columns=2)
    return ax


@style.styled
def held_floor(tables: Mapping[str, pl.DataFrame], ax: Axes | None = None) -> Axes:
    """Draw a forecast against the irreducible loss that was held.

    Parameters
    ----------
    tables : dict of str to polars.DataFrame
        By what was fitted: E, loss, rise, inside_95.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        The axes: thick where E lies inside its 95% interval, a star at the optimum.
    """
    ax = axes_or_new(ax)
    for name, one in style.series(list(tables)).items():
        table = tables[name]
        inside = table.filter("inside_95")
        best = table.row(int(table["rise"].arg_min() or 0), named=True)
        ax.plot(table["E"], table["loss"], color=one.color, linewidth=1, linestyle=":")
        ax.plot(
            inside["E"], inside["loss"], color=one.color, linewidth=3.5, linestyle="-", label=name
        )
        ax.plot(best["E"], best["loss"], "*", color=one.color, markersize=14, mec="white")
    ax.plot([], [], "*", color="#555555", markersize=11, linestyle="none", label="optimum")
    ax.plot([], [], ":", color="#555555", linewidth=1, label="outside the 95% interval of E")
    style.linear_axis(ax, "x", label="Irreducible loss E that is held (nats per token)")
    style.linear_axis(ax, "y", label="Forecast loss, 70B on 1.4T (nats per token)")
    ax.set_title("A forecast is as free as the floor below it")
    style.legend(ax, "below", columns=2)
    return ax


@style.styled
def before_the_end(gaps: pl.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw how far checkpoints lie above runs that had ended there.

    Parameters
    ----------
    gaps : polars.DataFrame
        Columns done, lower, median, upper.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = axes_or_new(ax)
    ax.fill_between(
        gaps["done"],
        gaps["lower"],
        gaps["upper"],
        color=style.color("band"),
        alpha=0.35,
        linewidth=0,
        label="middle half",
    )
    one = style.look("data")
    ax.plot(gaps["done"], gaps["median"], color=one.color, marker=one.marker, label="median")
    ax.axhline(0, color=style.color("fit"), linewidth=1.5, label="law of the finished runs")
    style.linear_axis(ax, "x", "accuracy", label="Share of the schedule done")
    style.linear_axis(ax, "y", label="Loss of checkpoints above the law (%)")
    ax.set_title("A checkpoint is not a short run")
    style.legend(ax, "below")
    return ax


@style.styled
def intervals(table: pl.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw forecasts with their intervals below one another.

    Parameters
    ----------
    table : polars.DataFrame
        Columns fitted, loss, loss_low, loss_high.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = plt.subplots(figsize=(style.SIZES["single"][0], 3.2))[1] if ax is None else ax
    names = table["fitted"].to_list()
    for at, (name, one) in enumerate(style.series(names).items()):
        row = table.row(names.index(name), named=True)
        ends = [row["loss_low"], row["loss_high"]]
        ax.plot(ends, [at, at], color=one.color, linewidth=3, linestyle="-")
        ax.plot(row["loss"], at, one.marker, color=one.color, markersize=8, mec="white")
    ax.set_yticks(range(len(names)), [fill(name, 22) for name in names])
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.grid(axis="y", visible=False)
    style.linear_axis(ax, "x", label="Forecast loss, 70B on 1.4T, 90% interval (nats per token)")
    ax.set_title("One sweep, several answers")
    return ax

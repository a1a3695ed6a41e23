"""Figures of price reversal: what list prices say of costs."""

from __future__ import annotations

import numpy as np
import polars as pl
from matplotlib.axes import Axes

from analysis.plots import style
from analysis.plots.panels import axes_or_new


@style.styled
def reversal(pairs: pl.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw what the dearer model of each pair costs to run against what it is listed at.

    Parameters
    ----------
    pairs : polars.DataFrame
        The pairs of a `Reversal`.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = axes_or_new(ax, "large")
    tasks = pairs["task"].unique(maintain_order=True).to_list()
    ax.axhspan(
        float(pairs["paid_low"].to_numpy().min()) * 0.8, 1, color="#FBEDE6", linewidth=0, zorder=0
    )
    ax.axhline(1, color="#444444", linewidth=0.8)
    for task, look in style.series(tasks).items():
        own = pairs.filter(pl.col("task") == task)
        ax.vlines(own["listed"], own["paid_low"], own["paid_high"], color=look.color, alpha=0.5,
                  linewidth=1.0)  # fmt: skip
        ax.scatter(own["listed"], own["paid"], color=look.color, marker=look.marker, s=30,
                   label=task, zorder=3)  # fmt: skip
    ends = np.array([1.0, float(pairs["listed"].max())])  # type: ignore[arg-type]
    ax.plot(ends, ends, color=style.color("reference"), linestyle=":", linewidth=1.1,
            label="cost as listed")  # fmt: skip
    style.log_axis(ax, "x", label="List price of the dearer model ÷ of the cheaper")
    style.log_axis(ax, "y", label="Cost of the same problems, dearer ÷ cheaper")
    ax.text(0.99, 0.02, "reversed: listed dearer, cheaper to run", transform=ax.transAxes,
            ha="right", fontsize=8.5, color="#8A3B12")  # fmt: skip
    ax.set_title("List prices foretell costs badly")
    style.legend(ax, "below")
    return ax


@style.styled
def thinking(totals: pl.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw each model's cost with and without its thinking, in order of list price.

    Parameters
    ----------
    totals : polars.DataFrame
        Columns model, listed, usd, usd_without.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = axes_or_new(ax, "large")
    rows = totals.sort("listed", descending=True)
    place = np.arange(rows.height)
    paid, answer = style.look("highlight"), style.look("fit")
    ax.hlines(place, rows["usd_without"], rows["usd"], color="#BBBBBB", linewidth=2, zorder=1)
    ax.scatter(rows["usd_without"], place, color=answer.color, marker="o", s=40, zorder=3,
               label="answers alone")  # fmt: skip
    ax.scatter(rows["usd"], place, color=paid.color, marker=paid.marker, s=52, zorder=3,
               label="as paid")  # fmt: skip
    names = [f"{m}\n${p:g} listed" for m, p in rows.select("model", "listed").rows()]
    ax.set_yticks(place, names, fontsize=8.5)
    style.log_axis(ax, "x", label="US dollars for all queries of nine tasks")
    ax.set_title("Without thinking, cost follows the list; with it, it does not")
    style.legend(ax, "below")
    return ax

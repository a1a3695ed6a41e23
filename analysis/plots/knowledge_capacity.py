"""Figures of the knowledge-capacity study: what memories hold, and what fits into a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from analysis.plots import style
from analysis.plots.panels import axes_or_new

#: Published ratios as they are drawn in every figure of the study.
_STAR: dict[str, Any] = {
    "marker": "*",
    "s": 150,
    "facecolor": "white",
    "edgecolor": "black",
    "zorder": 6,
}
_TEXT = 8.5


@style.styled
def capacity(
    table: pl.DataFrame, published: Mapping[str, float], *, ax: Axes | None = None
) -> Axes:
    """Draw what memories hold against what they were given, both for each parameter.

    Parameters
    ----------
    table : polars.DataFrame
        Columns load, memory, stored, stored_low, stored_high and known, in bits per parameter.
    published : mapping of str to float
        Levels to compare with, by name.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = axes_or_new(ax, "large")
    given = table["load"].to_numpy()
    loads = np.geomspace(given.min(), given.max(), 200)
    ax.plot(loads, loads, color="#999999", linewidth=1, linestyle=(0, (1, 1.5)), zorder=1)
    ax.annotate("all facts", (2.2, 2.2), xytext=(6, -2), textcoords="offset points",
                fontsize=_TEXT, color="#666666", va="center")  # fmt: skip
    for name, level in published.items():
        ax.axhline(level, color="#444444", linewidth=0.9, linestyle=(0, (5, 3)), zorder=1)
        ax.annotate(name, (0.115, level), xytext=(0, 3), textcoords="offset points",
                    fontsize=_TEXT, color="#444444")  # fmt: skip
    memories = table["memory"].unique(maintain_order=True).to_list()
    for name, look in style.series(memories).items():
        rows = table.filter(pl.col("memory") == name).sort("load")
        stored = rows["stored"].to_numpy()
        # A mean of equal numbers may differ from them by rounding.
        error = np.abs(rows.select("stored_low", "stored_high").to_numpy().T - stored)
        ax.errorbar(rows["load"], stored, yerr=error, fmt=look.marker, color=look.color,
                    markersize=5.5, elinewidth=1, capsize=2, label=name, zorder=4)  # fmt: skip
        known = rows.drop_nulls("known")
        theory = np.interp(loads, known["load"], known["known"], right=np.nan)
        ax.plot(loads, theory, color=look.color, linestyle=look.linestyle, linewidth=1.3)
    ax.plot([], [], color="#777777", linewidth=1.3, label="lines: theory")
    style.log_axis(ax, "x", label="Bits of facts per parameter")
    style.linear_axis(ax, "y", label="Bits stored per parameter, estimated")
    ax.set(xlim=(0.11, 18), ylim=(0, 2.3))
    ax.set_title("The estimate finds the capacity of memories whose capacity is known")
    style.legend(ax, "below", columns=4)
    return ax


@style.styled
def biases(table: pl.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the estimate of each memory as a multiple of what it takes.

    Parameters
    ----------
    table : polars.DataFrame
        Columns memory, spent, estimated and ratio.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = axes_or_new(ax, "large")
    place = np.arange(table.height)
    ratio = table["ratio"].to_numpy()
    kinds = {
        "above what it takes": (ratio > 1.02, "left_out"),
        "right within 2%": (np.abs(ratio - 1) <= 0.02, "fit"),
        "below what it takes": (ratio < 0.98, "data"),
    }
    ax.hlines(place, np.minimum(ratio, 1), np.maximum(ratio, 1), color="#BBBBBB", zorder=1)
    for name, (chosen, look) in kinds.items():
        known = style.look(look)
        marker = "s" if look == "left_out" else "D" if look == "data" else "o"
        ax.scatter(ratio[chosen], place[chosen], color=known.color, marker=marker, s=46,
                   label=name, zorder=3)  # fmt: skip
    for at, row in enumerate(table.iter_rows(named=True)):
        ax.annotate(
            f"{row['estimated']:.3g} of {row['spent']:.3g}",
            (row["ratio"], at),
            xytext=(0, 7.5),
            textcoords="offset points",
            ha="center",
            fontsize=7.5,
            color="#444444",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
        )
    ax.axvline(1, color="#444444", linewidth=0.9)
    ax.set_yticks(place, table["memory"].to_list(), fontsize=9)
    ax.set_ylim(table.height - 0.4, -0.8)
    style.log_axis(ax, "x", label="Estimated bits ÷ bits that the memory takes")
    ax.set_xlim(0.4, 12)
    ax.set_title("A lower bound, as long as facts are independent, even and many")
    style.legend(ax, "below")
    return ax


@style.styled
def exposures(table: pl.DataFrame, junk: pl.DataFrame) -> Sequence[Axes]:
    """Draw how the bits stored grow with exposures, at several loads and with junk.

    Parameters
    ----------
    table : polars.DataFrame
        Columns load, exposures and stored.
    junk : polars.DataFrame
        Columns junk, exposures and stored, at one load.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        One for each table.
    """
    _, grid = plt.subplots(1, 2, figsize=(style.SIZES["wide"][0], 4.4), sharey=True)
    axes = list(grid)
    loads = [f"{load:g}" for load in table["load"].unique(maintain_order=True)]
    parts = table.partition_by("load", maintain_order=True)
    kinds = junk["junk"].unique(maintain_order=True).to_list()
    for ax, names, frames in (
        (axes[0], loads, parts),
        (axes[1], kinds, junk.partition_by("junk", maintain_order=True)),
    ):
        for (name, look), rows in zip(style.series(names).items(), frames, strict=True):
            ax.plot(rows["exposures"], rows["stored"], color=look.color, marker=look.marker,
                    linestyle=look.linestyle, linewidth=1.4, label=name)  # fmt: skip
        style.log_axis(ax, "x", label="Exposures of each fact")
    axes[0].legend(loc="upper left", title="bits of facts per weight", ncols=2)
    axes[1].legend(loc="upper left", title="junk", ncols=2)
    style.linear_axis(axes[0], "y", label="Bits stored per weight")
    axes[0].set_ylim(0, 2.3)
    axes[0].set_title("More facts need more exposures")
    axes[1].set_title("Seven parts junk, one part useful")
    return axes


@style.styled
def rounding(
    table: pl.DataFrame, published: Mapping[int, float], *, ax: Axes | None = None
) -> Axes:
    """Draw what is left of a trained memory when its weights are rounded.

    Parameters
    ----------
    table : polars.DataFrame
        Columns load, bits and stored.
    published : mapping of int to float
        Published bits per parameter of transformers, by bits of a weight.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = axes_or_new(ax, "wide")
    bits = np.geomspace(0.8, 18, 200)
    ax.plot(bits, bits, color="#999999", linewidth=1, linestyle=(0, (1, 1.5)))
    ax.annotate("bits of the weight", (2.1, 2.15), rotation=41, fontsize=_TEXT, color="#666666",
                ha="right", va="bottom", rotation_mode="anchor")  # fmt: skip
    names = [f"{load:g}" for load in table["load"].unique(maintain_order=True)]
    for (name, look), rows in zip(
        style.series(names).items(), table.partition_by("load", maintain_order=True), strict=True
    ):
        ax.plot(rows["bits"], rows["stored"], color=look.color, marker=look.marker,
                linestyle=look.linestyle, linewidth=1.4, label=name)  # fmt: skip
    ax.scatter(list(published), list(published.values()), label="transformers, published", **_STAR)
    style.log_axis(ax, "x", label="Bits of each weight after rounding")
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set_xticks([1, 2, 3, 4, 5, 6, 8, 16], ["1", "2", "3", "4", "5", "6", "8", "16"])
    style.linear_axis(ax, "y", label="Bits stored per weight")
    ax.set(xlim=(0.9, 18), ylim=(0, 2.3))
    ax.set_title("The fuller the memory, the more bits rounding must leave")
    style.legend(ax, "right", title="bits of facts per weight")
    return ax


@style.styled
def ratios(table: pl.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw published bits per parameter against exposures, and what lies between.

    Parameters
    ----------
    table : polars.DataFrame
        Columns junk, exposures, ratio, published and between.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = axes_or_new(ax, "single")
    names = {"none": "no junk", "tagged": "random junk, useful text tagged"}
    names |= {"random": "random junk", "repetitive": "repetitive junk"}
    kinds = table["junk"].unique(maintain_order=True).to_list()
    looks = style.series([names[kind] for kind in kinds])
    for kind in kinds:
        rows = table.filter(pl.col("junk") == kind).sort("exposures")
        look = looks[names[kind]]
        inside = pl.when("between").then("ratio").otherwise(None)
        ax.plot(rows["exposures"], rows["ratio"], color=look.color, linewidth=1, linestyle=":")
        ax.plot(rows["exposures"], rows.select(inside).to_series().fill_null(np.nan),
                color=look.color, linewidth=1.5, linestyle=look.linestyle)  # fmt: skip
        known = rows.filter("published")
        ax.scatter(known["exposures"], known["ratio"], color=look.color, marker=look.marker, s=36,
                   zorder=4, label=names[kind])  # fmt: skip
    style.log_axis(ax, "x", label="Exposures of each useful fact")
    style.log_axis(ax, "y", label="Bits per parameter")
    ax.set_ylim(0.015, 4)
    style.mark_extrapolation(ax, 1000, below=100, text="")
    ax.set_title("Published ratios, and what is read between them")
    style.legend(ax, "below")
    return ax


@style.styled
def room(table: pl.DataFrame, claim: float, *, ax: Axes | None = None) -> Axes:
    """Draw knowledge against memory for weights of 16, 8 and 4 bits.

    Parameters
    ----------
    table : polars.DataFrame
        Columns memory, weight_bits, gigabytes and bits.
    claim : float
        Bits that English Wikipedia and textbooks are believed not to exceed.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = axes_or_new(ax, "single")
    span = np.geomspace(1, 200, 20)
    names = [f"{bits} bits" for bits in table["weight_bits"].unique(maintain_order=True)]
    parts = table.partition_by("weight_bits", maintain_order=True)
    for (name, look), rows in zip(style.series(names).items(), parts, strict=True):
        each = (rows["bits"] / rows["gigabytes"])[0]
        ax.plot(span, each * span, color=look.color, linestyle=look.linestyle, linewidth=1.5)
        ax.scatter(rows["gigabytes"], rows["bits"], color=look.color, marker=look.marker, s=34,
                   zorder=4, label=name)  # fmt: skip
    ax.axhline(claim, color="#444444", linewidth=0.9, linestyle=(0, (5, 3)))
    ax.annotate("Wikipedia and\ntextbooks, believed", (1.05, claim), xytext=(0, 3),
                textcoords="offset points", fontsize=_TEXT, color="#444444")  # fmt: skip
    for name, size in table.select("memory", "gigabytes").unique(maintain_order=True).iter_rows():
        ax.annotate(name, (size, 1.25e9), rotation=90, fontsize=_TEXT, color="#666666",
                    xytext=(-3, 0), textcoords="offset points", ha="right")  # fmt: skip
        ax.axvline(size, color="#CCCCCC", linewidth=0.9, zorder=0)
    style.log_axis(ax, "x", label="Memory for weights (GB)")
    style.log_axis(ax, "y", "bytes", label="Bits of knowledge")
    ax.set(xlim=(1, 200), ylim=(1e9, 6e11))
    ax.set_title("In a given memory, 8-bit weights hold most")
    style.legend(ax, "right", title="Weights of")
    return ax

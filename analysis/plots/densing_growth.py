"""Figures of the growth of density: how far it can be trusted, and what moves it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.ticker import NullFormatter

from analysis.plots import style

Array = np.ndarray[Any, np.dtype[np.float64]]

_RATE = "Growth (doublings a year)"
#: Doubling times that a second axis shows, in months.
_MONTHS = (12, 6, 4, 3, 2)
_TRUTH = "#444444"


@style.styled
def calibration(table: pl.DataFrame, level: float = 0.9) -> Sequence[Axes]:
    """Draw bias and coverage of each estimator against the true growth.

    Parameters
    ----------
    table : polars.DataFrame
        What `analysis.capability.calibrate` returns.
    level : float, optional
        Nominal coverage.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        Estimates, and coverage.
    """
    _, grid = plt.subplots(1, 2, figsize=(style.SIZES["wide"][0], 4.1))
    left, right = list(grid)
    names = table["estimator"].unique(maintain_order=True).to_list()
    colors = ("densing2024", "fit", "besiroglu2024")
    ticks = table.filter(pl.col("estimator") == names[0]).sort("rate")
    for k, (name, key) in enumerate(zip(names, colors, strict=False)):
        own, look = table.filter(pl.col("estimator") == name).sort("rate"), style.look(key)
        shift = 0.07 * (k - (len(names) - 1) / 2)
        marker = "o" if key == "fit" else look.marker
        left.errorbar(own["rate"] + shift, own["mean"], yerr=own["spread"], fmt=marker,
                      color=look.color, capsize=2.5, linewidth=1.2, label=name)  # fmt: skip
        right.plot(own["rate"], own["coverage"], marker=marker, color=look.color,
                   linestyle=look.linestyle)  # fmt: skip
    ends = np.array([-0.2, table["rate"].to_numpy().max() + 0.3])
    left.plot(ends, ends, color=_TRUTH, linewidth=0.9, linestyle=":", label="truth")
    right.axhline(level, color=_TRUTH, linewidth=0.9, linestyle=":")
    right.annotate(f"{level:.0%} promised", (ends[1], level), xytext=(0, -4), ha="right", va="top",
                   textcoords="offset points", fontsize=8.5, color=_TRUTH)  # fmt: skip
    labels = ["none" if not np.isfinite(m) else f"{m:g} months" for m in ticks["months"]]
    for ax in (left, right):
        ax.set_xlim(ends[0] - 0.3, ends[1] + 0.1)
        ax.set_xticks(ticks["rate"].to_list(), labels)
        ax.set_xlabel("True doubling time")
    style.linear_axis(left, "y", label="Estimate and its spread (doublings a year)")
    style.linear_axis(right, "y", "accuracy", label="Intervals that hold the truth")
    right.set_ylim(-0.03, 1.03)
    left.set_title("Record lines see growth where there is none")
    right.set_title("and their intervals miss the truth")
    left.figure.legend(loc="outside lower center", ncols=5)
    return [left, right]


@style.styled
def nulls(dealt: tuple[Array, float], r2: tuple[Array, float, Sequence[float]]) -> Sequence[Axes]:
    """Draw what comes out where nothing is to be found, beside what did come out.

    Parameters
    ----------
    dealt : tuple of array and float
        Rates with families dealt anew to the dates, and the real rate.
    r2 : tuple of array, float and sequence of float
        R2 of record lines without growth, of the real one, and as published.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        Rates, and R2.
    """
    _, grid = plt.subplots(1, 2, figsize=(style.SIZES["wide"][0], 3.7))
    left, right = list(grid)
    grey = style.color("data")
    rates, found = dealt
    left.hist(rates[np.isfinite(rates)], bins=30, color=grey, alpha=0.45, label="nothing to find")
    left.axvline(found, color=style.color("fit"), label="found here")
    values, own, published = r2
    right.hist(values, bins=np.linspace(0, 1, 26), color=grey, alpha=0.45)
    right.axvline(own, color=style.color("fit"))
    for k, one in enumerate(published):
        look = style.look("densing2024")
        right.axvline(one, color=look.color, linestyle=look.linestyle,
                      label="published" if k == 0 else None)  # fmt: skip
    style.linear_axis(left, "x", label=_RATE)
    style.linear_axis(right, "x", label="R² of the line through the records")
    for ax in (left, right):
        style.linear_axis(ax, "y", label="Sets")
    left.set_title("Families dealt anew to the dates")
    right.set_title("No growth, and yet a good R²")
    left.figure.legend(loc="outside lower center", ncols=3)
    return [left, right]


@style.styled
def moves(table: pl.DataFrame, published: tuple[float, float] = (3.0, 3.5)) -> Axes:
    """Draw the growth that each change of the settings gives, by both estimators.

    Parameters
    ----------
    table : polars.DataFrame
        Columns what, choice, rate, low, high, records_rate; rates may be null.
    published : tuple of float, optional
        Published doubling times in months.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    rows = table.filter(pl.col("rate").is_not_null())
    ax = plt.subplots(figsize=(style.SIZES["large"][0], 0.9 + 0.27 * rows.height))[1]
    place = np.arange(rows.height)
    band = sorted(12 / months for months in published)
    records = style.look("densing2024")
    ax.axvspan(*band, color=records.color, alpha=0.15, linewidth=0,
               label=f"published: {published[0]} to {published[1]} months")  # fmt: skip
    ax.axvline(0, color="#444444", linewidth=0.8)
    rate = rows["rate"].to_numpy()
    around = [rate - rows["low"].to_numpy(), rows["high"].to_numpy() - rate]
    ax.errorbar(rate, place, xerr=np.maximum(around, 0), fmt="o", color=style.color("fit"),
                ms=4.5, linewidth=1.3, label="quantile regression", zorder=3)  # fmt: skip
    ax.plot(rows["records_rate"], place, records.marker, color=records.color, ms=4.5,
            markerfacecolor="white", label="line through the records", zorder=4)  # fmt: skip
    names = [f"{what}: {choice}" for what, choice in rows.select("what", "choice").iter_rows()]
    ax.set_yticks(place, names, fontsize=8.5)
    ax.set_ylim(rows.height - 0.4, -0.6)
    starts = [k for k in range(1, rows.height) if rows["what"][k] != rows["what"][k - 1]]
    for start in starts:
        ax.axhline(start - 0.5, color="#DDDDDD", linewidth=0.7)
    ax.grid(axis="y", visible=False)
    style.linear_axis(ax, "x", label=_RATE)
    months_axis(ax)
    ax.set_title("What moves the answer")
    style.legend(ax, "below")
    return ax


def months_axis(ax: Axes) -> None:
    """Show doubling times in months above an axis of rates.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Axes with doublings a year along x.
    """
    low, high = ax.get_xlim()
    twin = ax.twiny()
    twin.set_xlim(low, high)
    shown = [m for m in _MONTHS if low < 12 / m < high]
    twin.set_xticks([12 / m for m in shown], [f"{m}" for m in shown])
    twin.xaxis.set_minor_formatter(NullFormatter())
    twin.set_xlabel("Doubling time (months)")
    twin.grid(visible=False)
    twin.spines["top"].set_visible(True)


@style.styled
def training(table: pl.DataFrame) -> Axes:
    """Draw growth with the reference at fixed tokens, and at the tokens of each model.

    Parameters
    ----------
    table : polars.DataFrame
        Columns score, "tokens of the reference", rate, low and high, two rows a score.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = plt.subplots(figsize=(style.SIZES["wide"][0], 3.9))[1]
    names = table["score"].unique(maintain_order=True).to_list()
    ax.axhline(0, color="#444444", linewidth=0.8)
    labels = table["tokens of the reference"].unique(maintain_order=True).to_list()
    for k, (label, key) in enumerate(zip(labels, ("fit", "besiroglu2024"), strict=True)):
        own, look = table.filter(pl.col("tokens of the reference") == label), style.look(key)
        rate = own["rate"].to_numpy()
        around = np.maximum([rate - own["low"].to_numpy(), own["high"].to_numpy() - rate], 0)
        marker = "o" if k == 0 else look.marker
        ax.errorbar(np.arange(len(names)) + 0.2 * (k - 0.5), rate, yerr=around, fmt=marker,
                    color=look.color, capsize=3, label=f"reference trained on {label}")  # fmt: skip
    ax.set_xticks(range(len(names)), names)
    ax.grid(axis="x", visible=False)
    style.linear_axis(ax, "y", label=_RATE)
    ax.set_title("How much of the growth is longer training")
    style.legend(ax, "below")
    return ax

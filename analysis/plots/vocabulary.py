"""Figures of the vocabulary study: penalties, counts of tokens, intervals, best vocabularies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import polars as pl
from matplotlib.axes import Axes

from analysis.fitting.comparison import Comparison
from analysis.plots import style
from analysis.plots.comparison import held_out
from analysis.plots.panels import axes_or_new
from analysis.plots.ticks import readable

#: Names of the ways to a best vocabulary, as they stand in tables and on axes.
NAMES = {
    "vocabulary": "law, true tokens",
    "vocabulary-released": "law, released count",
    "vocabulary-exposure": "law with exposure",
    "vocabulary-per-entry": "law with tokens per entry",
}


@style.styled
def penalties(table: pl.DataFrame, points: pl.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw the loss above the best of its size against the vocabulary, one line a size.

    Parameters
    ----------
    table : polars.DataFrame
        ``params_non_vocabulary``, ``vocabulary`` and ``above``.
    points : polars.DataFrame
        The minimum of each size: ``params_non_vocabulary`` and ``vocabulary``.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = axes_or_new(ax, "large")
    sizes = table["params_non_vocabulary"].unique().sort().to_list()
    names = [readable(size, "params") for size in sizes]
    for size, look in zip(sizes, style.series(names).values(), strict=True):
        rows = table.filter(params_non_vocabulary=size)
        ax.plot(
            rows["vocabulary"],
            rows["above"],
            color=look.color,
            marker=look.marker,
            linestyle=look.linestyle,
            linewidth=1.3,
            label=readable(size, "params"),
        )
        best = points.filter(params_non_vocabulary=size)["vocabulary"][0]
        ax.plot([best], [-0.02], marker="^", markersize=8, color=look.color, clip_on=False)
    style.log_axis(ax, "x", "tokens", label="Vocabulary (entries)")
    style.linear_axis(ax, "y", "loss", label="Loss above the lowest of the size (nats per token)")
    ax.set_ylim(-0.02, 0.45)
    ax.set_title("One budget a size: triangles mark the minima of parabolas")
    style.legend(ax, "right")
    return ax


@style.styled
def slip(counts: pl.DataFrame, predicted: pl.DataFrame, scores: Mapping[str, float]) -> list[Axes]:
    """Draw the two counts of tokens, and what the published coefficients make of each.

    Parameters
    ----------
    counts : polars.DataFrame
        ``vocabulary``, ``trained`` and ``released`` tokens per character.
    predicted : polars.DataFrame
        ``loss_unigram``, and predictions ``tokens`` and ``tokens_released``.
    scores : dict of str to float
        R squared by the count.

    Returns
    -------
    list of matplotlib.axes.Axes
        Tokens per character, and two panels of predicted against observed loss.
    """
    grid = plt.subplots(1, 3, figsize=(9.6, 3.8))[1]
    axes = list(grid)
    good, bad = style.look("fit"), style.look("highlight")
    axes[0].plot(
        counts["vocabulary"], counts["released"], color=bad.color, marker="s", label="released fit"
    )
    axes[0].plot(
        counts["vocabulary"], counts["trained"], color=good.color, marker="o", label="as trained"
    )
    style.log_axis(axes[0], "x", "tokens", label="Vocabulary (entries)")
    style.linear_axis(axes[0], "y", label="Tokens per character")
    axes[0].set_ylim(0, 1.1)
    axes[0].set_title("Two counts")
    axes[0].legend(loc="lower left")
    titles = {"tokens_released": "Released count", "tokens": "True tokens"}
    for ax, (column, title) in zip(axes[1:], titles.items(), strict=True):
        ax.scatter(
            predicted["loss_unigram"],
            predicted[column],
            s=5,
            color=(bad if column == "tokens_released" else good).color,
            alpha=0.5,
            linewidth=0,
            rasterized=True,
        )
        ax.plot([-5.5, -2], [-5.5, -2], color="#444444", linewidth=1, linestyle="--")
        style.linear_axis(ax, "x", "loss", label="Observed loss")
        style.linear_axis(ax, "y", "loss", label="Predicted loss")
        ax.set(xlim=(-5.6, -2), ylim=(-5.6, -2))
        ax.set_title(f"{title}: R² {scores[column]:.2f}")
    return axes


@style.styled
def interval_widths(tables: Sequence[pl.DataFrame]) -> list[Axes]:
    """Draw intervals of parameters from resampled rows beside those from resampled runs.

    Parameters
    ----------
    tables : sequence of polars.DataFrame
        One a law: ``law``, ``parameter``, ``value``, ``rows_low`` ... ``runs_high``.

    Returns
    -------
    list of matplotlib.axes.Axes
        One a law; values are divided by the estimate.
    """
    figure, grid = plt.subplots(1, len(tables), figsize=(9.6, 3.9), squeeze=False)
    axes = list(grid[0])
    for ax, table in zip(axes, tables, strict=True):
        places = np.arange(table.height)[::-1]
        kinds = {"rows": ("band", 0.15, "checkpoints"), "runs": ("fit", -0.15, "runs")}
        for kind, (color, shift, label) in kinds.items():
            low, high = (table[f"{kind}_{end}"] / table["value"] for end in ("low", "high"))
            ax.hlines(places + shift, low, high, color=style.color(color), linewidth=5, label=label)
        ax.plot(np.ones(table.height), places, "|", color="black", markersize=16)
        ax.set_yticks(places, [f"${_symbol(n)}$" for n in table["parameter"]])
        ax.grid(axis="y", visible=False)
        style.linear_axis(ax, "x", label="Times the estimate (cut at 3)")
        ax.set_xlim(-0.1, 3)
        ax.set_title(NAMES[table["law"][0]][0].upper() + NAMES[table["law"][0]][1:])
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, [f"resampled: {n}" for n in labels], loc="outside lower center", ncols=2)
    return axes


def _symbol(name: str) -> str:
    from analysis.laws.latex import symbol

    return symbol(name)


@style.styled
def forecasts(comparison: Comparison) -> Axes:
    """Draw the held-out error of each law against how far beyond its runs it had to reach.

    Parameters
    ----------
    comparison : Comparison
        The scores.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = held_out(comparison, plt.subplots(figsize=(8.4, 4.0))[1])
    style.linear_axis(ax, "y", label="RMS error of held-out rows (nats per token)")
    style.log_axis(ax, "x", label="Most compute held out ÷ most trained on")
    for legend in list(ax.figure.legends):
        legend.remove()
    lines, names = ax.get_legend_handles_labels()
    ax.legend(lines, [NAMES.get(n, n) for n in names], loc="lower right")
    ax.set_title("Forecasts beyond the budgets fitted")
    return ax


@style.styled
def best(
    lines: Mapping[str, pl.DataFrame],
    points: pl.DataFrame,
    published: Mapping[str, pl.DataFrame],
    *,
    fitted: float,
) -> Axes:
    """Draw the best vocabulary against the size, by several methods, with published values.

    Parameters
    ----------
    lines : dict of str to polars.DataFrame
        A method each: ``params``, ``entries``; the first also with ``entries_low`` and
        ``entries_high``.
    points : polars.DataFrame
        Measured minima: ``params_non_vocabulary`` and ``vocabulary``.
    published : dict of str to polars.DataFrame
        ``params`` and ``entries`` of published predictions.
    fitted : float
        Largest size among the runs.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = plt.subplots(figsize=style.SIZES["large"])[1]
    for i, (name, look) in enumerate(style.series(list(lines)).items()):
        line = lines[name]
        ax.plot(
            line["params"],
            line["entries"],
            color=look.color,
            linestyle=look.linestyle,
            label=NAMES.get(name, name),
        )
        if i == 0:
            ax.fill_between(
                line["params"].to_numpy(),
                line["entries_low"].to_numpy(),
                line["entries_high"].to_numpy(),
                color=style.color("band"),
                alpha=0.3,
                linewidth=0,
                label="its 95% interval over runs",
            )
    data: Any = style.look("data")
    ax.plot(
        points["params_non_vocabulary"],
        points["vocabulary"],
        color=data.color,
        marker=data.marker,
        linestyle="none",
        markersize=7,
        label="minima of the runs",
        zorder=4,
    )
    for (name, table), marker in zip(published.items(), "sDv", strict=False):
        ax.plot(
            table["params"],
            table["entries"],
            marker=marker,
            markersize=6,
            markerfacecolor="none",
            color="black",
            linestyle="none",
            label=name,
        )
    style.log_axis(ax, "x", "params_non_vocabulary")
    style.log_axis(ax, "y", "tokens", label="Best vocabulary (entries)")
    ax.set(xlim=(2.5e7, 4e11), ylim=(3e3, 3e6))
    style.mark_extrapolation(ax, fitted)
    ax.set_title("The best vocabulary by size, at the budget that suits the size")
    style.legend(ax, "below")
    return ax


@style.styled
def forest(table: pl.DataFrame, published: float, had: float) -> Axes:
    """Draw one vocabulary in every way, with intervals.

    Parameters
    ----------
    table : polars.DataFrame
        ``method``, ``entries``, ``entries_low`` and ``entries_high``.
    published, had : float
        Two vocabularies drawn as lines: what was published, and what the model had.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = plt.subplots(figsize=(8.4, 4.2))[1]
    places = np.arange(table.height)[::-1]
    look = style.look("fit")
    ax.hlines(
        places,
        table["entries_low"],
        table["entries_high"],
        color=style.color("band"),
        linewidth=5,
        label="95% interval over runs",
    )
    ax.plot(table["entries"], places, "o", color=look.color, label="estimate")
    ax.axvline(published, color=style.color("highlight"), label=readable(published) + ", published")
    ax.axvline(had, color="#555555", linestyle="--", label=readable(had) + ", as trained")
    ax.set_yticks(places, [NAMES.get(n, n) for n in table["method"]])
    ax.grid(axis="y", visible=False)
    style.log_axis(ax, "x", "tokens", label="Best vocabulary of a 70B model (entries)")
    ax.set_xlim(2e3, 1.2e7)
    ax.set_title("Seven ways to one number")
    style.legend(ax, "below")
    return ax

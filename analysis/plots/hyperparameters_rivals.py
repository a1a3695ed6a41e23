"""Figures of laws beside their rivals: at a given batch, and on larger budgets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import polars as pl
from matplotlib.axes import Axes

from analysis.fitting.comparison import Comparison
from analysis.plots import style
from analysis.plots.comparison import held_out
from analysis.plots.hyperparameters import PUBLISHED
from analysis.plots.panels import in_a_row, legend_below


@style.styled
def at_batch(best: Mapping[str, pl.DataFrame], law: Mapping[str, Mapping[str, float]]) -> Any:
    """Draw the best learning rate at each batch, size taken out: tokens make no difference.

    Parameters
    ----------
    best : dict of str to polars.DataFrame
        By grid: params_read, tokens, batch_tokens and learning_rate of the best run at a batch.
    law : dict of str to dict
        By grid: c, a, b and g of c N^a D^b B^g.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        One a grid.
    """
    axes = in_a_row(len(best), 4.2)
    middle = 4e8
    for ax, (name, runs) in zip(axes, best.items(), strict=True):
        values = law[name]
        scaled = runs["learning_rate"] * (runs["params_read"] / middle).pow(-values["a"])
        points = ax.scatter(
            runs["batch_tokens"],
            scaled,
            c=np.log10(runs["tokens"].to_numpy()),
            cmap="cividis_r",
            vmin=np.log10(2e9),
            vmax=11,
            s=30,
            edgecolor="white",
            linewidth=0.4,
        )
        batches = runs["batch_tokens"].to_numpy()
        line = np.geomspace(batches.min(), batches.max(), 30)
        for tokens, look in ((4e9, "-"), (1e11, PUBLISHED.linestyle)):
            rate = values["c"] * middle ** values["a"] * tokens ** values["b"]
            ax.plot(
                line,
                rate * line ** values["g"],
                color="black",
                linestyle=look,
                linewidth=1.3,
                label=f"law at {style.readable(tokens, 'tokens')} tokens",
            )
        style.log_axis(ax, "x", "batch_tokens")
        style.log_axis(ax, "y", "learning_rate", label="Best learning rate, at 400M parameters")
        ax.set_title(name)
    bar = axes[0].figure.colorbar(points, ax=axes, pad=0.02, ticks=np.log10([2e9, 1e10, 1e11]))
    bar.ax.set_yticklabels(["2B", "10B", "100B"])
    bar.set_label("Training tokens")
    legend_below(axes[:1], 2)
    return axes


@style.styled
def forecasts(comparison: Comparison, title: str) -> Axes:
    """Draw how well each law forecast the settings of larger budgets.

    Parameters
    ----------
    comparison : Comparison
        Laws scored on larger budgets.
    title : str
        What they forecast.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = held_out(comparison, plt.subplots(figsize=style.SIZES["wide"])[1])
    ax.set_xlabel("Largest held-out compute ÷ largest trained")
    ax.set_ylabel("RMS error on held-out settings")
    ax.set_title(title)
    return ax

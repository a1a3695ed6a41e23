"""Figures of the IsoFLOP study: sweeps side by side, exponents by set-up and method, forecasts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import polars as pl
from matplotlib.axes import Axes

from analysis.fitting.isoflop import IsoFlop
from analysis.fitting.isoflop_bias import GridBias
from analysis.plots import isoflop as drawn
from analysis.plots import style

APPROACHES = {
    "parabola, all sizes": "parabola, all sizes",
    "parabola, window": "parabola, sizes near the best",
    "interpolation": "interpolation",
    "envelope": "lower envelope (approach 1)",
}
"""Names of the approaches in a legend."""


@style.styled
def sweeps(
    results: Mapping[str, IsoFlop], labels: Mapping[str, str] | None = None
) -> Sequence[Axes]:
    """Draw the curves of several sweeps side by side.

    Parameters
    ----------
    results : dict of str to IsoFlop
        Analyses by title.
    labels : dict of str to str, optional
        Labels of the losses whose unit is not nats per token.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        One a sweep.
    """
    size = (style.SIZES["wide"][0], 4.4)
    axes = list(plt.subplots(1, len(results), figsize=size, squeeze=False)[1][0])
    for ax, (title, result) in zip(axes, results.items(), strict=True):
        drawn.curves(result, ax, label=(labels or {}).get(title))
        ax.set_title(title)
    return axes


@style.styled
def growth(result: IsoFlop, against: Mapping[str, Any], title: str) -> Sequence[Axes]:
    """Draw best size and best tokens against compute, with other approaches.

    Parameters
    ----------
    result : IsoFlop
        The analysis.
    against : dict of str to Fit, Law, IsoFlop or Envelope
        Other approaches by name.
    title : str
        Title of the first panel.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        Size and tokens.
    """
    size = (style.SIZES["wide"][0], 4.6)
    axes = list(plt.subplots(1, 2, figsize=size)[1])
    drawn.optima(result, axes[0], quantity="params", against=against)
    drawn.optima(result, axes[1], quantity="tokens", against=against)
    axes[0].set_title(f"{title}: parameters")
    axes[1].set_title(f"{title}: tokens")
    return axes


@style.styled
def corrections(table: pl.DataFrame, references: Mapping[str, float]) -> Axes:
    """Draw how the exponent falls from step to step, beside the published values.

    Parameters
    ----------
    table : polars.DataFrame
        Columns corpus, step, published, exponent, low, high; steps in the same order for each
        corpus.
    references : dict of str to float
        Published exponents to draw as horizontal lines, by the name of a look.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = plt.subplots(figsize=(style.SIZES["wide"][0], 4.4))[1]
    names = {"kaplan2020": "Kaplan et al. 2020", "chinchilla2022": "Hoffmann et al. 2022"}
    for key, exponent in references.items():
        look = style.look(key)
        label = f"{names.get(key, key)}: {exponent:g}"
        ax.axhline(exponent, color=look.color, linestyle=look.linestyle, linewidth=1.3, label=label)
    steps = table["step"].unique(maintain_order=True).to_list()
    corpora = table["corpus"].unique(maintain_order=True).to_list()
    looks = style.series([*references, *corpora])
    for k, corpus in enumerate(corpora):
        rows = table.filter(pl.col("corpus") == corpus)
        x = np.array([steps.index(s) for s in rows["step"]]) + 0.16 * (k - (len(corpora) - 1) / 2)
        value = rows["exponent"].to_numpy()
        bars = np.stack([value - rows["low"].to_numpy(), rows["high"].to_numpy() - value])
        look = looks[corpus]
        ax.errorbar(
            x, value, bars, fmt=look.marker, color=look.color, capsize=3, label=f"{corpus}, here"
        )
        label = "" if k else "as printed"
        ax.scatter(x + 0.07, rows["published"], marker="_", s=90, color="black", label=label)
    ax.set_xticks(range(len(steps)), [s.replace(", ", ",\n") for s in steps])
    ax.set_xlim(-0.5, len(steps) - 0.5)
    style.linear_axis(ax, "y", label="Exponent of best parameters in compute")
    ax.set_title("One correction after another")
    style.legend(ax, "right")
    return ax


@style.styled
def approaches(table: pl.DataFrame, titles: Mapping[str, str]) -> Axes:
    """Draw the exponents of every sweep by every approach.

    Parameters
    ----------
    table : polars.DataFrame
        Columns sweep, approach, exponent, low, high.
    titles : dict of str to str
        Names of the sweeps on the page.

    Returns
    -------
    matplotlib.axes.Axes
        The axes, the first sweep on top.
    """
    names = table["sweep"].unique(maintain_order=True).to_list()
    height = 1.6 + 0.36 * len(names)
    ax = plt.subplots(figsize=(style.SIZES["wide"][0], height))[1]
    kinds = [a for a in APPROACHES if a in table["approach"].to_list()]
    looks = style.series(kinds)
    for k, kind in enumerate(kinds):
        rows = table.filter(pl.col("approach") == kind)
        y = np.array([names.index(s) for s in rows["sweep"]]) + 0.18 * (k - (len(kinds) - 1) / 2)
        value = rows["exponent"].to_numpy()
        bars = np.stack([value - rows["low"].to_numpy(), rows["high"].to_numpy() - value])
        look = looks[kind]
        marks: dict[str, Any] = {"color": look.color, "markersize": 4, "elinewidth": 1}
        ax.errorbar(value, y, xerr=bars, fmt=look.marker, label=APPROACHES[kind], **marks)
    ax.set_yticks(range(len(names)), [titles[name] for name in names])
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.axvline(0.5, color=style.color("reference"), linewidth=0.8)
    style.linear_axis(ax, "x", label="Exponent of best parameters in compute")
    ax.set_title("The same runs, read in different ways")
    style.legend(ax, "below")
    return ax


@style.styled
def biases(
    steady: Mapping[str, Sequence[GridBias]],
    drifting: Mapping[str, Sequence[GridBias]],
    widths: Sequence[float],
) -> Sequence[Axes]:
    """Draw how wrong noiseless sweeps are, in best size and in its exponent.

    Parameters
    ----------
    steady, drifting : dict of str to sequence of GridBias
        Grids whose middle keeps its distance from the optimum, and grids whose middle drifts.
    widths : sequence of float
        Widths of the grids in decades.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        Best size of the steady grids, exponent of the drifting ones.
    """
    size = (style.SIZES["wide"][0], 4.2)
    axes = list(plt.subplots(1, 2, figsize=size)[1])
    drawn.bias(steady, widths, axes[0])
    drawn.bias(drifting, widths, axes[1], what="exponent")
    axes[0].set_title("A steady grid: the best size")
    axes[1].set_title("A drifting grid: the exponent")
    return axes


@style.styled
def forecasts(tables: Sequence[pl.DataFrame]) -> Sequence[Axes]:
    """Draw best size and loss at a held-out budget, as foretold over as found.

    Parameters
    ----------
    tables : sequence of polars.DataFrame
        One a sweep: sweep, approach, params, params_low, params_high, loss_percent, params_ratio;
        the first row is what the runs of that budget say.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        Size and loss.
    """
    size = (style.SIZES["wide"][0], 4.4)
    axes = list(plt.subplots(1, 2, figsize=size, sharey=True)[1])
    names = [table["sweep"][0] for table in tables]
    looks = style.series(names)
    approaches_ = tables[0]["approach"][1:].to_list()
    for k, table in enumerate(tables):
        rows, found = table[1:], table["params"][0]
        y = np.arange(len(approaches_)) + 0.2 * (k - (len(tables) - 1) / 2)
        ratio = rows["params_ratio"].to_numpy()
        ends = rows.select("params_low", "params_high").to_numpy().T / found
        bars = np.abs(ends - ratio)
        look = looks[names[k]]
        marks: dict[str, Any] = {"fmt": look.marker, "color": look.color, "capsize": 2}
        axes[0].errorbar(ratio, y, xerr=bars, label=names[k], **marks)
        axes[1].plot(rows["loss_percent"], y, look.marker, color=look.color)
    for ax, nothing in zip(axes, (1.0, 0.0), strict=True):
        ax.axvline(nothing, color=style.color("reference"), linewidth=0.9)
    axes[0].set_yticks(range(len(approaches_)), approaches_)
    axes[0].set_ylim(len(approaches_) - 0.5, -0.5)
    axes[0].set_xscale("log", base=2)
    axes[0].set_xticks([0.25, 0.5, 1, 2, 4], ["¼", "½", "1", "2", "4"])
    axes[0].set_xlabel("Best size, foretold over found")
    axes[0].set_title("Best size of the largest budget")
    style.linear_axis(axes[1], "x", label="Loss, percent above what was found")
    axes[1].set_title("Loss at that size")
    handles, texts = axes[0].get_legend_handles_labels()
    axes[0].get_figure().legend(handles, texts, loc="outside lower center", ncols=len(names))
    return axes

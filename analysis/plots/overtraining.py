"""Figures of the over-training study: what small runs foretell of large ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from analysis.fitting.fit import Fit
from analysis.plots import style
from analysis.plots.panels import axes_or_new, legend_below
from analysis.plots.ticks import readable

Array = np.ndarray[Any, np.dtype[np.float64]]

#: How each corpus is drawn.
_CORPORA = ("C4", "RedPajama", "RefinedWeb")
_RATIOS = (20, 40, 80, 160, 320, 640)


def _ring(ax: Axes, x: Any, y: Any, label: str) -> None:
    ax.scatter(
        x, y, s=95, facecolor="none", edgecolor="black", linewidth=1.3, zorder=4, label=label
    )


@style.styled
def loss_lines(
    runs: pl.DataFrame, result: Fit, targets: Mapping[str, pl.DataFrame], *, ax: Axes | None = None
) -> Axes:
    """Draw loss against training compute, with the five-run law at each ratio of tokens.

    Parameters
    ----------
    runs : polars.DataFrame
        Runs of one corpus.
    result : Fit
        The law fitted to those that ``fits_loss`` marks.
    targets : dict of str to polars.DataFrame
        Runs that are forecast, one row each, by name.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = axes_or_new(ax, "large")
    colors = plt.get_cmap("viridis_r")(np.linspace(0.12, 1.0, len(_RATIOS)))
    flops = np.geomspace(7e15, 6e22, 80)
    for ratio, color in zip(_RATIOS, colors, strict=True):
        near = runs.filter((pl.col("tokens_per_param") / ratio - 1).abs() < 0.02)
        table = pl.DataFrame({"tokens_per_param": [float(ratio)] * len(flops), "flops": flops})
        curve = result.law.predict(table, result.parameters)
        ax.plot(flops, curve, color=color, linestyle="-", linewidth=1.1, zorder=2)
        name = f"{ratio} tokens per parameter"
        ax.scatter(near["flops"], near["loss"], s=26, color=color, zorder=3, label=name)
    fewer = runs.filter(pl.col("tokens_per_param") < 0.9 * _RATIOS[0])
    look = style.look("left_out")
    ax.scatter(
        fewer["flops"],
        fewer["loss"],
        color=look.color,
        marker=look.marker,
        s=22,
        label="5 and 10 tokens per parameter",
    )
    fitted = runs.filter("fits_loss")
    _ring(ax, fitted["flops"], fitted["loss"], "the five fitted runs")
    last = pl.concat(targets.values())
    ax.scatter(
        last["flops"],
        last["loss"],
        marker="*",
        s=190,
        color=style.color("highlight"),
        edgecolor="white",
        zorder=5,
        label="forecast runs",
    )
    style.log_axis(ax, "x", "flops")
    style.log_axis(ax, "y", "loss")
    ax.set(xlim=(flops[0] / 3, 6e22), ylim=(2.15, 6.4))
    for row, (name, side) in zip(
        last.iter_rows(named=True), zip(targets, (1, -1), strict=True), strict=True
    ):
        ax.annotate(
            name,
            (row["flops"], row["loss"]),
            xytext=(0, 24 * side),
            textcoords="offset points",
            ha="center",
            va="center",
            fontsize=8.5,
        )
    ax.set_title("Five small runs and the law through them")
    style.legend(ax, "below")
    return ax


@style.styled
def misses(table: pl.DataFrame) -> Sequence[Axes]:
    """Draw by how much the five-run law misses every run, corpus by corpus.

    Parameters
    ----------
    table : polars.DataFrame
        Columns corpus, params, tokens_per_param, fits_loss, loss_off in percent.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        One a corpus.
    """
    _, grid = plt.subplots(1, 3, figsize=(style.SIZES["wide"][0], 4.4), sharey=True)
    axes = list(grid)
    sizes = sorted(table["params"].unique())
    looks = style.series([readable(size, "params") for size in sizes])
    for ax, corpus in zip(axes, _CORPORA, strict=True):
        own = table.filter(pl.col("corpus") == corpus)
        ax.axhline(0, color="#444444", linewidth=0.8)
        for size, (name, look) in zip(sizes, looks.items(), strict=True):
            rows = own.filter(pl.col("params") == size).sort("tokens_per_param")
            ax.plot(
                rows["tokens_per_param"],
                rows["loss_off"],
                color=look.color,
                marker=look.marker,
                linestyle=look.linestyle,
                linewidth=1.2,
                label=name,
            )
        fitted = own.filter("fits_loss")
        _ring(ax, fitted["tokens_per_param"], fitted["loss_off"], "fitted")
        style.log_axis(ax, "x", "tokens_per_param")
        ax.set_xticks([5, 20, 80, 320], ["5", "20", "80", "320"])
        ax.xaxis.set_minor_locator(NullLocator())
        ax.set_title(corpus)
    style.linear_axis(axes[0], "y", label="Predicted above observed loss (%)")
    legend_below(axes, 7)
    return axes


@style.styled
def task_errors(fitted: Mapping[str, Any], table: pl.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the error averaged over 17 tasks against loss, with the law of each corpus.

    Parameters
    ----------
    fitted : dict of str to object
        By corpus an object with ``runs`` and ``error_17``, the fit.
    table : polars.DataFrame
        Forecasts: corpus, loss_forecast and error_forecast.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = axes_or_new(ax, "large")
    for corpus, look in style.series(list(fitted)).items():
        one = fitted[corpus]
        ax.scatter(
            one.runs["loss"],
            one.runs["error_17"],
            color=look.color,
            marker=look.marker,
            s=24,
            alpha=0.75,
            linewidth=0,
            label=corpus,
        )
        loss = np.linspace(2.25, 6.2, 100)
        curve = one.error_17.law.predict({"loss": loss}, one.error_17.parameters)
        ax.plot(loss, curve, color=look.color, linestyle=look.linestyle, linewidth=1.3)
        own = table.filter(pl.col("corpus") == corpus)
        ax.scatter(
            own["loss_forecast"],
            own["error_forecast"],
            marker="*",
            s=120,
            facecolor="white",
            edgecolor=look.color,
            zorder=5,
            label="forecasts above 1B" if corpus == "C4" else None,
        )
    chosen = pl.concat([one.runs.filter("fits_error") for one in fitted.values()])
    _ring(ax, chosen["loss"], chosen["error_17"], "fitted")
    style.linear_axis(ax, "x", "loss", label="Loss on C4 (nats per token)")
    style.linear_axis(ax, "y", "accuracy", label="Error averaged over 17 tasks")
    ax.set_title("Error falls with loss, and levels off where tasks are guessed")
    style.legend(ax, "below")
    return ax


@style.styled
def fifth_runs(table: pl.DataFrame) -> Sequence[Axes]:
    """Draw how the two forecasts move with the choice of the one over-trained run.

    Parameters
    ----------
    table : polars.DataFrame
        Columns corpus, params, chosen, long_off and large_off in percent.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        One a forecast.
    """
    _, grid = plt.subplots(1, 2, figsize=(style.SIZES["wide"][0], 3.6), sharey=True, sharex=True)
    axes = list(grid)
    sizes = sorted(table["params"].unique())
    looks = style.series([readable(size, "params") for size in sizes])
    ringed: list[tuple[Axes, float, float]] = []
    names = {"long_off": "1.4B model, its longest run", "large_off": "6.9B model, 20 per parameter"}
    for ax, (column, title) in zip(axes, names.items(), strict=True):
        ax.axvline(0, color="#444444", linewidth=0.8)
        for row, corpus in enumerate(_CORPORA):
            own = table.filter(pl.col("corpus") == corpus)
            for k, (size, look) in enumerate(zip(sizes, looks.values(), strict=True)):
                part = own.filter(pl.col("params") == size)
                at = np.full(part.height, row + 0.14 * (k - 1.5))
                label = list(looks)[k] if row == 0 else None
                ax.scatter(
                    part[column],
                    at,
                    s=26,
                    color=look.color,
                    marker=look.marker,
                    zorder=3,
                    label=label,
                )
                pick = part.filter("chosen")
                if pick.height:
                    ringed.append((ax, pick[column].item(), at[0]))
        style.linear_axis(ax, "x", label="Forecast above observed loss (%)")
        ax.set_title(title)
        ax.set_yticks(range(3), _CORPORA)
        ax.set_ylim(2.6, -0.6)
    for k, (ax, x, y) in enumerate(ringed):
        _ring(ax, x, y, "the paper's choice" if k == 0 else "")
    axes[0].set_xlim(-4.9, 2.7)
    legend_below([axes[0]], 5)
    return axes


@style.styled
def single_tasks(table: pl.DataFrame, average: tuple[float, float]) -> Axes:
    """Draw error and forecast of each task, and of the average.

    Parameters
    ----------
    table : polars.DataFrame
        Columns task, error, forecast.
    average : tuple of float
        Observed and forecast error of the average.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = axes_or_new(None, "large")
    rows = table.sort("error", descending=True)
    names = [name.removeprefix("bigbench_").replace("_", " ") for name in rows["task"]]
    seen = [*rows["error"], average[0]]
    said = np.array([*rows["forecast"], average[1]])
    place = np.arange(len(seen))
    shown = np.clip(said, -0.08, None)
    fit, data = style.look("fit"), style.look("data")
    ax.hlines(place, np.minimum(seen, shown), np.maximum(seen, shown), color="#BBBBBB", zorder=1)
    ax.scatter(seen, place, color=data.color, marker="o", s=22, label="observed", zorder=4)
    ax.scatter(shown, place, color=fit.color, marker="D", s=48, label="forecast", zorder=3)
    for at in place[said < shown]:
        ax.annotate(f"← {said[at]:.0%}", (shown[at], at), xytext=(-3, 7), fontsize=8,
                    textcoords="offset points", color=fit.color)  # fmt: skip
    ax.axvline(0, color="#444444", linewidth=0.8)
    ax.axhline(len(seen) - 1.5, color="#777777", linewidth=0.9, linestyle=":")
    ax.set_yticks(place, [*names, "average of the 17"], fontsize=8.5)
    ax.set_ylim(len(seen) - 0.4, -0.6)
    style.linear_axis(ax, "x", "accuracy", label="Error of the 6.9B model")
    ax.set_title("One task is not forecast; the average is")
    style.legend(ax, "right")
    return ax


@style.styled
def held_out(scores: Mapping[str, Any]) -> Sequence[Axes]:
    """Draw the held-out error of each law against how far it had to reach, corpus by corpus.

    Parameters
    ----------
    scores : dict of str to Comparison
        Scores by corpus, with log residuals, of the same laws.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        One a corpus.
    """
    _, grid = plt.subplots(1, 3, figsize=(style.SIZES["wide"][0], 4.2), sharey=True)
    axes = list(grid)
    for ax, (corpus, one) in zip(axes, scores.items(), strict=True):
        names = one.frame["law"].unique(maintain_order=True).to_list()
        for name, look in style.series(names).items():
            rows = one.frame.filter(pl.col("law") == name).sort("reach")
            ax.plot(
                rows["reach"],
                100 * rows["rms"],
                color=look.color,
                marker=look.marker,
                linestyle=look.linestyle,
                linewidth=1.4,
                label=name,
            )
        style.log_axis(ax, "x", label="Dearest held-out run ÷ dearest trained")
        ax.set_title(corpus)
    style.linear_axis(axes[0], "y", label="RMS error of held-out loss (%)")
    axes[0].set_ylim(bottom=0)
    legend_below(axes, 3)
    return axes

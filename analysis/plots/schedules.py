"""Figures of the study of learning-rate schedules."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import polars as pl
from matplotlib.axes import Axes

from analysis.plots import style
from analysis.plots.panels import legend_below

#: Each way to predict a curve has one look in all figures.
SOURCES = {
    "annealing": style.Look(style.GREEN, "^", (0, (5, 1.5, 1, 1.5))),
    "multi-power": style.Look(style.BLUE, "o", "-"),
    "multi-power, published": style.Look(style.ORANGE, "s", (0, (5, 2))),
}
NAMES = {"multi-power": "multi-power, refitted"}
#: Where a cosine stands on the axis of shares, beyond 100%.
_COSINE_AT = 130
_KINDS = {
    "constant": "constant",
    "cosine": "cosine",
    "wsd": "exponential decay",
    "wsdld": "linear decay",
    "wsdcon": "sudden fall",
}


def schedule_name(schedule: str) -> str:
    """Return a schedule's name in words.

    Parameters
    ----------
    schedule : str
        As in the data set ``schedule-curves``.

    Returns
    -------
    str
        Such as ``cosine, 24K steps``.

    Examples
    --------
    >>> schedule_name("wsdcon_9"), schedule_name("cosine_24000")
    ('sudden fall to 9e-5', 'cosine, 24K steps')
    """
    kind, *numbers = schedule.split("_")
    if kind == "wsdcon":
        return f"{_KINDS[kind]} to {numbers[0]}e-5"
    return f"{_KINDS[kind]}, {int(numbers[-1]) // 1000}K steps"


@style.styled
def curves(
    points: pl.DataFrame, predicted: dict[str, np.ndarray], schedules: Sequence[str]
) -> Sequence[Axes]:
    """Draw observed and predicted loss curves, one panel a schedule.

    Parameters
    ----------
    points : polars.DataFrame
        Columns schedule, steps and loss, in the order of training.
    predicted : dict of str to numpy.ndarray of shape (points,)
        Loss by source.
    schedules : sequence of str
        What to show.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        One a schedule.
    """
    _, axes = plt.subplots(1, len(schedules), figsize=(9.6, 4.2), sharey=True)
    table = points.with_columns(**predicted)
    for ax, schedule in zip(axes, schedules, strict=True):
        one = table.filter(pl.col("schedule") == schedule).sort("steps")
        data = style.look("data")
        ax.plot(
            one["steps"], one["loss"], color=data.color, ls="none", marker=".", label="observed"
        )
        for source, look in SOURCES.items():
            label = NAMES.get(source, source)
            ax.plot(one["steps"], one[source], color=look.color, ls=look.linestyle, label=label)
        style.linear_axis(ax, "x", "number", label="Steps")
        ax.set_title(schedule_name(schedule))
        ax.set_xticks(np.linspace(0, one["steps"].to_numpy().max(), 4).round(-3))
        ax.xaxis.set_major_formatter(lambda value, _: f"{value / 1000:.0f}K")
        late = table.filter(pl.col("steps") > 5_000)["loss"].to_numpy()
        ax.set_ylim(late.min() - 0.03, late.max() + 0.03)
    style.linear_axis(axes[0], "y", "loss")
    legend_below(axes[:1], 4)
    return list(axes)


@style.styled
def errors(table: pl.DataFrame) -> Sequence[Axes]:
    """Draw the error of each source on each curve, one panel a size.

    Parameters
    ----------
    table : polars.DataFrame
        Columns model, source, schedule, fits, length and rms in percent.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        One a size.
    """
    sizes = table["model"].unique(maintain_order=True).to_list()
    order = table.group_by("schedule", "fits").agg(pl.col("length").max())
    order = order.sort("fits", "length", "schedule", descending=[True, False, False])
    names = order["schedule"].to_list()
    edge = int(order["fits"].to_numpy().sum()) - 0.5
    _, axes = plt.subplots(1, len(sizes), figsize=(9.6, 4.6), sharey=True, sharex=True)
    for ax, size in zip(axes, sizes, strict=True):
        for source, look in SOURCES.items():
            one = table.filter((pl.col("model") == size) & (pl.col("source") == source))
            rows = [names.index(name) for name in one["schedule"]]
            label = NAMES.get(source, source)
            ax.plot(one["rms"], rows, color=look.color, marker=look.marker, ls="none", label=label)
        ax.axhline(edge, color="#999999", linewidth=0.8)
        ax.set_title(f"{size} parameters")
        style.log_axis(ax, "x", "number", label="Error (% of the loss)")
        ax.grid(axis="y", color="#DDDDDD")
    axes[0].set_yticks(range(len(names)), [schedule_name(name) for name in names])
    axes[0].invert_yaxis()
    for text, below, va in (("fitted", edge - 0.06, "bottom"), ("held out", edge + 0.06, "top")):
        place = (0.03, below)
        axes[0].annotate(text, place, xycoords=("axes fraction", "data"), fontsize=8, va=va)
    legend_below(axes[:1], 3)
    return list(axes)


@style.styled
def shares(table: pl.DataFrame, observed: Sequence[tuple[float | None, float]]) -> Axes:
    """Draw the predicted final loss against the share of the steps over which the rate decays.

    Parameters
    ----------
    table : polars.DataFrame
        Columns share (null for a cosine and a constant), schedule, source and loss.
    observed : sequence of (float or None, float)
        Share and final loss of curves that exist; a share of None is a cosine.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = plt.subplots(figsize=style.SIZES["single"])[1]
    for source, look in SOURCES.items():
        one = table.filter((pl.col("source") == source) & pl.col("share").is_not_null())
        cosine = table.filter((pl.col("source") == source) & (pl.col("schedule") == "cosine"))
        label = NAMES.get(source, source)
        ax.plot(100 * one["share"], one["loss"], color=look.color, ls=look.linestyle, label=label)
        ax.plot([_COSINE_AT], cosine["loss"], color=look.color, marker=look.marker, ls="none")
    for share, loss in observed:
        at = _COSINE_AT if share is None else 100 * share
        label = "observed" if share is None else "_observed"
        star = style.color("data")
        ax.plot([at], [loss], color=star, marker="*", ms=11, ls="none", label=label)
    style.log_axis(ax, "x", "number", label="Share of the steps that decays (%)")
    style.linear_axis(ax, "y", "loss", label="Final loss (nats per token)")
    ax.axvline(100, color="#999999", linewidth=0.8)
    ax.set_xlim(1.8, 180)
    ax.set_title("Final loss by decay share, and of a cosine at the right")
    style.legend(ax, "below")
    return ax


@style.styled
def ratios(table: pl.DataFrame, mean: float, budget: float) -> Axes:
    """Draw the best tokens per parameter against compute.

    Parameters
    ----------
    table : polars.DataFrame
        Columns flops, printed, printed_low, printed_high and mean_exponents.
    mean : float
        The published mean over corpora.
    budget : float
        Where the printed ratio is stated.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = plt.subplots(figsize=style.SIZES["single"])[1]
    flops = table["flops"]
    ax.fill_between(
        flops,
        table["printed_low"],
        table["printed_high"],
        color=style.color("band"),
        alpha=0.35,
        linewidth=0,
        label="all that rounds to it",
    )
    ax.plot(flops, table["printed"], color=style.color("fit"), label="the printed fit")
    ax.plot(
        flops,
        table["mean_exponents"],
        color=style.GREEN,
        ls=(0, (5, 2)),
        label="its amplitudes, mean exponents",
    )
    ax.axhline(mean, color=style.VERMILION, ls=(0, (1, 1.5)), label="the published mean")
    ax.axvline(budget, color="#999999", linewidth=0.8)
    style.log_axis(ax, "x", "flops")
    style.log_axis(ax, "y", "tokens_per_param", label="Tokens per parameter")
    ax.set_title("Best ratio under MiniCPM's loss law")
    style.legend(ax, "below", columns=2)
    return ax

"""Figures of the study of training dynamics: scores of eight sizes along their training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import to_hex

from analysis.plots import style
from analysis.plots.panels import legend_below

_LABELS = {
    "loss": "Loss on LAMBADA (nats per word)",
    "flops": "Training compute (FLOPs)",
    "tokens": "Training tokens",
}
_MARKERS = "os^DvPXh"


def size_looks(sizes: Sequence[str]) -> dict[str, style.Look]:
    """Return a look for each size, from light to dark as models grow.

    Parameters
    ----------
    sizes : sequence of str
        Names of the sizes, smallest first.

    Returns
    -------
    dict of str to Look
        By size.
    """
    colors = plt.get_cmap("viridis_r")(np.linspace(0.1, 1.0, len(sizes)))
    return {
        size: style.Look(to_hex(color), marker, "-")
        for size, color, marker in zip(sizes, colors, _MARKERS, strict=False)
    }


def _draw_sizes(ax: Axes, rows: pl.DataFrame, against: str) -> None:
    looks = size_looks(rows["size"].unique(maintain_order=True).to_list())
    for size, look in looks.items():
        own = rows.filter(pl.col("size") == size).sort("step")
        x, y = own[against], own["score"]
        ax.plot(x, y, color=look.color, marker=look.marker, ms=3, lw=1.2, label=size)
    if against == "loss":
        style.linear_axis(ax, "x", label=_LABELS["loss"])
        ax.invert_xaxis()
    else:
        style.log_axis(ax, "x", against)
    style.linear_axis(ax, "y", "accuracy", label="")


def _panels(count: int, height: float, shared: bool = False) -> list[Axes]:
    """Return axes in rows of three; what is left of the last row stays empty."""
    rows = -(-count // 3)
    size = style.SIZES["grid"][0], height * rows + 0.4
    _, grid = plt.subplots(rows, 3, figsize=size, sharex=shared, sharey=shared)
    for ax in grid.flat[count:]:
        ax.set_axis_off()
    return list(grid.flat[:count])


@style.styled
def courses(table: pl.DataFrame, names: Mapping[str, str]) -> Sequence[Axes]:
    """Draw accuracy along training, a panel a benchmark and a line a size.

    Parameters
    ----------
    table : polars.DataFrame
        Columns benchmark, size, step, tokens, score and chance.
    names : dict of str to str
        What each benchmark is called.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        One a benchmark.
    """
    axes = _panels(len(names), 2.4)
    for ax, (name, label) in zip(axes, names.items(), strict=True):
        own = table.filter(pl.col("benchmark") == name)
        _draw_sizes(ax, own, "tokens")
        look = style.look("reference")
        ax.axhline(own["chance"][0], color=look.color, ls=look.linestyle, lw=1, label="a guess")
        ax.set_title(label)
        if ax not in axes[-3:]:
            ax.set_xlabel("")
    for ax in axes[::3]:
        ax.set_ylabel("Accuracy")
    legend_below(axes[:1], 9)
    return axes


@style.styled
def collapse(table: pl.DataFrame, label: str) -> Sequence[Axes]:
    """Draw the scores of one benchmark against loss, compute and tokens, a line a size.

    Parameters
    ----------
    table : polars.DataFrame
        The curves of one benchmark.
    label : str
        What it is called.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        Three axes.
    """
    _, grid = plt.subplots(1, 3, figsize=(style.SIZES["wide"][0], 3.8), sharey=True)
    axes = list(grid)
    for ax, against in zip(axes, _LABELS, strict=True):
        _draw_sizes(ax, table, against)
    axes[0].set_ylabel(f"Accuracy on {label}")
    titles = ("Loss: one curve", "Compute: one curve, late", "Tokens: a curve a size")
    for ax, title in zip(axes, titles, strict=True):
        ax.set_title(title)
    legend_below(axes[:1], 8)
    return axes


@style.styled
def effects(found: Mapping[str, pl.DataFrame], names: Mapping[str, str]) -> Axes:
    """Draw what ten times the parameters add to each score, with intervals.

    Parameters
    ----------
    found : dict of str to polars.DataFrame
        By what two models have in common: columns benchmark, effect, effect_low, effect_high.
    names : dict of str to str
        The benchmarks to draw, and what each is called.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    _, ax = plt.subplots(figsize=style.SIZES["wide"])
    place = np.arange(len(names))
    for k, (label, look) in enumerate(style.series(list(found)).items()):
        rows = pl.DataFrame({"benchmark": list(names)}).join(
            found[label], on="benchmark", maintain_order="left"
        )
        middle = rows["effect"].to_numpy()
        ends = np.stack([middle - rows["effect_low"], rows["effect_high"] - middle])
        ax.errorbar(
            middle,
            place + 0.22 * (k - 1),
            xerr=np.abs(ends),
            fmt=look.marker,
            color=look.color,
            capsize=2.5,
            lw=1.2,
            label=label,
        )
    ax.axvline(0, color="#444444", lw=0.8)
    ax.set_yticks(place, names.values())
    ax.set_ylim(len(names) - 0.5, -0.5)
    style.linear_axis(ax, "x", label="Points that a model ten times larger scores more")
    ax.set_title("At equal loss, size adds next to nothing")
    style.legend(ax, "right")
    return ax


@style.styled
def largest(
    table: pl.DataFrame, names: Mapping[str, str], noise: Mapping[str, float]
) -> Sequence[Axes]:
    """Draw by how much the last score of the largest model is missed from smaller ones.

    Parameters
    ----------
    table : polars.DataFrame
        Columns benchmark, size, params, way and off in points.
    names : dict of str to str
        What each benchmark is called.
    noise : dict of str to float
        Two standard errors of the score by benchmark, in points.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        One a benchmark.
    """
    axes = _panels(len(names), 3.4, shared=True)
    sizes = table.sort("params")["size"].unique(maintain_order=True).to_list()
    looks = style.series(table["way"].unique(maintain_order=True).to_list())
    for ax, (name, label) in zip(axes, names.items(), strict=True):
        band = noise[name]
        ax.axhspan(
            -band, band, color=style.color("band"), alpha=0.3, lw=0, label="two standard errors"
        )
        for way, look in looks.items():
            own = table.filter(pl.col("benchmark") == name, pl.col("way") == way).sort("params")
            at = [sizes.index(size) for size in own["size"]]
            ax.plot(
                at,
                own["off"],
                color=look.color,
                marker=look.marker,
                ls=look.linestyle,
                lw=1.3,
                label=way,
            )
        ax.axhline(0, color="#444444", lw=0.8)
        style.linear_axis(ax, "y", label="")
        ax.set_ylim(-14, 14)
        ax.set_xticks(range(len(sizes)), sizes)
        ax.set_xlim(-0.4, len(sizes) - 0.6)
        ax.set_title(label)
        _tell_outside(ax)
    for ax in axes[-3:]:
        ax.set_xlabel("Largest model used")
    for ax in axes[::3]:
        ax.set_ylabel("Forecast above the 12B model (points)")
    legend_below(axes[:1], 2)
    return axes


def _tell_outside(ax: Axes) -> None:
    """Write the value of every point that the axes cut off at its edge."""
    low, high = ax.get_ylim()
    for line in ax.get_lines()[:-1]:
        x, y = (np.asarray(values, dtype=float) for values in line.get_data())
        for k in np.flatnonzero((y < low) | (y > high)):
            ax.annotate(
                f"{y[k]:+.0f}",
                (x[k], high if y[k] > high else low),
                xytext=(0, -9),
                textcoords="offset points",
                ha="center",
                fontsize=8,
                color=line.get_color(),
            )


@style.styled
def settling(misses: pl.DataFrame, names: Mapping[str, str], within: float) -> Sequence[Axes]:
    """Draw how far forecasts of the last score are off along training, over all sizes.

    Parameters
    ----------
    misses : polars.DataFrame
        Columns benchmark, params, share, stay and line in points.
    names : dict of str to str
        The benchmarks to draw, and what each is called.
    within : float
        What counts as near, as a share.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        One a way to forecast.
    """
    _, grid = plt.subplots(1, 2, figsize=(style.SIZES["wide"][0], 4.2), sharey=True)
    axes = list(grid)
    ways = {"stay": "Taking the score as it is", "line": "A line through its last checkpoints"}
    for ax, (way, title) in zip(axes, ways.items(), strict=True):
        for name, look in style.series(list(names)).items():
            own = misses.filter(pl.col("benchmark") == name, pl.col(way).is_not_null())
            rms = own.group_by("share").agg(pl.col(way).pow(2).mean().sqrt()).sort("share")
            rms = rms.filter(pl.col("share") < 1)
            ax.plot(
                100 * rms["share"],
                rms[way],
                color=look.color,
                marker=look.marker,
                ls=look.linestyle,
                lw=1.3,
                label=names[name],
            )
        ax.axhline(
            100 * within,
            color=style.color("reference"),
            lw=1,
            ls=style.look("reference").linestyle,
            label=f"{100 * within:g} points",
        )
        style.linear_axis(ax, "x", label="Training done (%)")
        style.log_axis(ax, "y", label="")
        ax.set_xlim(0, 100)
        ax.set_title(title)
    axes[0].set_ylabel("Root mean square miss (points)")
    legend_below(axes[:1], 7)
    return axes

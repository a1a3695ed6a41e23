"""Figures of the study of repeated data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from matplotlib.axes import Axes

from analysis.fitting.comparison import Comparison
from analysis.plots import comparison, style
from analysis.plots.panels import axes_or_new

Array = np.ndarray[Any, np.dtype[np.float64]]

#: Percent above the optimum at which the surface has its contours.
LEVELS = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)


@style.styled
def valley(
    r_n: Array,
    r_d: Array,
    above: Array,
    *,
    minima: pl.DataFrame,
    published: tuple[float, float],
    draws: Array | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the objective over both constants, with every near-equal minimum.

    Parameters
    ----------
    r_n, r_d : numpy.ndarray of shape (places,)
        Sides of the grid.
    above : numpy.ndarray of shape (places of r_d, places of r_n)
        Percent above the optimum.
    minima : polars.DataFrame
        R_N and R_D of each minimum, the best first.
    published : tuple of float
        The published R_N and R_D.
    draws : numpy.ndarray of shape (resamples, 2), optional
        R_N and R_D of fits of resampled runs.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = axes_or_new(ax, "large")
    lines = ax.contour(
        r_n, r_d, above, levels=LEVELS, cmap="viridis_r", norm="log", linewidths=1.3, zorder=2
    )
    ax.clabel(lines, levels=LEVELS[2:], fmt=lambda v: f"{v:g}%", fontsize=8, inline_spacing=1)
    if draws is not None:
        ax.scatter(
            draws[:, 0],
            draws[:, 1],
            s=9,
            color=style.color("band"),
            alpha=0.5,
            linewidth=0,
            zorder=1,
            label="resampled runs",
        )
    rest = minima[1:]
    fit, data = style.look("fit"), style.look("highlight")
    ax.scatter(
        rest["R_N"], rest["R_D"], color=fit.color, marker="D", s=34, zorder=4, label="other minima"
    )
    ax.scatter(
        minima["R_N"][:1],
        minima["R_D"][:1],
        color=fit.color,
        marker="*",
        s=170,
        edgecolor="white",
        zorder=5,
        label="optimum",
    )
    ax.scatter(
        *published,
        s=150,
        facecolor="none",
        edgecolor=data.color,
        linewidth=1.8,
        zorder=6,
        label="published",
    )
    style.log_axis(ax, "x", label="$R_N$, excess of parameters that still pays")
    style.log_axis(ax, "y", label="$R_D$, repetitions that still pay")
    ax.set(xlim=(r_n[0], r_n[-1]), ylim=(r_d[0], r_d[-1]))
    ax.set_title("Objective over both constants, percent above its optimum")
    style.legend(ax, "below")
    return ax


@style.styled
def worth(
    bands: pl.DataFrame, others: Mapping[str, Array], *, level: float = 0.9, ax: Axes | None = None
) -> Axes:
    """Draw what the tokens of so many epochs are worth against fresh ones.

    Parameters
    ----------
    bands : polars.DataFrame
        Columns epochs, worth, worth_low, worth_high.
    others : dict of str to numpy.ndarray
        Worth at the same epochs by other constants.
    level : float, optional
        Level of the band, for the legend.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = axes_or_new(ax, "wide")
    ax.fill_between(
        bands["epochs"],
        bands["worth_low"],
        bands["worth_high"],
        color=style.color("band"),
        alpha=0.35,
        linewidth=0,
        label=f"its {level:.0%} band",
    )
    fit = style.look("fit")
    ax.plot(bands["epochs"], bands["worth"], color=fit.color, label="optimum")
    looks = style.series(["optimum", *others])
    for name, values in others.items():
        one = looks[name]
        ax.plot(bands["epochs"], values, color=one.color, linestyle=one.linestyle, label=name)
    style.log_axis(ax, "x", label="Epochs")
    style.linear_axis(ax, "y", label="Worth of a token seen (fresh = 1)")
    ax.set(xlim=(1, bands["epochs"].max()), ylim=(0, 1.03))
    ax.set_title("What tokens are worth on average, by epochs")
    style.legend(ax, "right")
    return ax


@style.styled
def epochs(
    ladder: pl.DataFrame,
    predicted: pl.DataFrame,
    sizes: Sequence[float],
    *,
    top: float = 5.0,
    ax: Axes | None = None,
) -> Axes:
    """Draw measured loss against epochs on one amount of unique tokens, and a law beside it.

    Parameters
    ----------
    ladder : polars.DataFrame
        Runs: params, epochs, loss, used.
    predicted : polars.DataFrame
        The law: params, epochs, loss.
    sizes : sequence of float
        Sizes to draw, in parameters.
    top : float, optional
        Highest loss shown; where a size runs out of the frame stands how far it goes.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = axes_or_new(ax, "large")
    names = [f"{style.readable(size, 'params')} parameters" for size in sizes]
    looks = style.series(names)
    for size, name in zip(sizes, names, strict=True):
        one, rows = looks[name], ladder.filter(pl.col("params") == size)
        ax.plot(rows["epochs"], rows["loss"], color=one.color, linewidth=1.2)
        kept, left = rows.filter("used"), rows.filter(~pl.col("used"))
        ax.scatter(kept["epochs"], kept["loss"], color=one.color, marker=one.marker, label=name)
        ax.scatter(
            left["epochs"],
            left["loss"],
            facecolor="white",
            edgecolor=one.color,
            marker=one.marker,
            zorder=3,
        )
        _leaving(ax, rows, top)
        law = predicted.filter(pl.col("params") == size)
        ax.plot(law["epochs"], law["loss"], color=one.color, linewidth=1.2, linestyle=(0, (1, 2)))
    ax.plot([], [], color="#555555", linestyle=(0, (1, 2)), linewidth=1.2, label="published law")
    ax.scatter([], [], facecolor="white", edgecolor="#555555", label="left out by the authors")
    style.log_axis(ax, "x", label="Epochs")
    style.linear_axis(ax, "y", "loss")
    ax.set_ylim(3.6, top)
    ax.set_title("Measured loss turns; the law cannot")
    style.legend(ax, "below")
    return ax


def _leaving(ax: Axes, rows: pl.DataFrame, top: float) -> None:
    """Write how high a rising series goes, at the place where it leaves the frame."""
    seen = np.log(rows["epochs"].to_numpy()), rows["loss"].to_numpy()
    lowest = int(seen[1].argmin())
    rise = seen[0][lowest:], seen[1][lowest:]
    if rise[1].max() <= top:
        return
    at = float(np.exp(np.interp(top, rise[1], rise[0])))
    text = f"on to {rise[1].max():.1f}"
    ax.annotate(text, (at, top), xytext=(5, -11), textcoords="offset points", fontsize=8)


@style.styled
def held_out(scores: Comparison, *, ax: Axes | None = None) -> Axes:
    """Draw the held-out error of each law against how far beyond its runs it had to reach.

    Parameters
    ----------
    scores : Comparison
        The scores.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = comparison.held_out(scores, axes_or_new(ax, "wide"))
    ax.set_title(f"Error on runs beyond the {scores.held_out_by} of the fit")
    return ax


@style.styled
def fillers(table: pl.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw loss on web text against the share of different web tokens, by what fills the rest.

    Parameters
    ----------
    table : polars.DataFrame
        Columns filler, web_share, loss.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = axes_or_new(ax, "wide")
    names = table["filler"].unique(maintain_order=True).to_list()
    for name, one in style.series(names).items():
        rows = table.filter(pl.col("filler") == name)
        ax.plot(
            rows["web_share"],
            rows["loss"],
            color=one.color,
            marker=one.marker,
            linestyle=one.linestyle,
            label=f"rest filled with {name}",
        )
    style.linear_axis(ax, "x", label="Different web tokens, as a share of all tokens seen")
    style.linear_axis(ax, "y", "loss")
    ax.set_title("Short of web text: repeat it, or fill up with code?")
    style.legend(ax)
    return ax

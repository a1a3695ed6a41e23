"""Figures of density: scores beside a reference, and density by release date."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullLocator

from analysis.capability.density import DensityReference
from analysis.capability.growth import Growth
from analysis.plots import style
from analysis.plots.panels import axes_or_new

Array = np.ndarray[Any, np.dtype[np.float64]]

_DENSITY = "Density (effective ÷ actual parameters)"


def short(name: str) -> str:
    """Return the name of a model without its maker and the format of its weights.

    Parameters
    ----------
    name : str
        A hub-style name.

    Returns
    -------
    str
        The name that people say.

    Examples
    --------
    >>> short("meta-llama/Llama-2-70b-hf"), short("huggyllama/llama-30b"), short("Nemotron-4-15B")
    ('Llama-2-70b', 'llama-30b', 'Nemotron-4-15B')
    """
    bare = name.rsplit("/", 1)[-1].replace("Meta-", "")
    for ending in ("-hf", "-base", "-v0.1"):
        bare = bare.removesuffix(ending)
    return bare


@style.styled
def scores(reference: DensityReference, runs: pl.DataFrame, table: pl.DataFrame) -> Sequence[Axes]:
    """Draw the reference curve, and all models beside it.

    Parameters
    ----------
    reference : DensityReference
        The reference.
    runs : polars.DataFrame
        Reference models: params, tokens, score.
    table : polars.DataFrame
        All models: params, score, density_reason.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        Score against reference loss, and score against parameters.
    """
    _, grid = plt.subplots(1, 2, figsize=(style.SIZES["wide"][0], 4.3), sharey=True)
    left, right = list(grid)
    loss = reference.score_fit.data["reference_loss"].to_numpy()
    sizes = np.geomspace(1e8, reference.reach * reference.largest, 200)
    fixed = 1e12
    c = reference.loss
    left.plot(loss, runs["score"].to_numpy(), style.look("data").marker, ms=6, zorder=3,
              color=style.color("data"), label="reference models")  # fmt: skip
    span = c["E"] + c["A"] * sizes ** -c["alpha"] + c["B"] * fixed ** -c["beta"]
    curve = reference.score(sizes, fixed)
    left.plot(span, curve, color=style.color("fit"), label="curve")
    right.plot(sizes, curve, color=style.color("fit"))
    looks = (("", "base model", "with a density"), ("at chance", "left_out", "at chance"),
             ("beyond the reference", "reference", "beyond the reference"))  # fmt: skip
    for reason, look, label in looks:
        own = table.filter(pl.col("density_reason") == reason)
        one = style.look(look)
        right.plot(own["params"], own["score"], one.marker, color=one.color, ms=4.5, alpha=0.75,
                   label=label)  # fmt: skip
    for ax in (left, right):
        ax.axhline(reference.floor, color="#777777", linewidth=0.9, linestyle=":")
        ax.set_ylim(reference.floor - 0.06, 1)
    ends = (span.min() - 0.02, max(loss.max() + 0.05, float(span[curve > reference.floor].max())))
    left.set_xlim(min(ends[1], loss.max() + 0.25), ends[0])
    style.linear_axis(left, "x", label="Loss by the reference law (nats per token)")
    style.linear_axis(left, "y", "accuracy", label="Score")
    style.log_axis(right, "x", "params")
    left.set_title("The reference family")
    right.set_title("Density is how far left of the curve")
    left.figure.legend(loc="outside lower center", ncols=5)
    return [left, right]


@style.styled
def frontier(
    table: pl.DataFrame, headline: Growth, published: Growth, *, ax: Axes | None = None
) -> Axes:
    """Draw density against release date, with the edge by both estimators.

    Parameters
    ----------
    table : polars.DataFrame
        Models: model, released, kind, density.
    headline : Growth
        The edge at a quantile of all models.
    published : Growth
        The edge through the record holders.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        The axes; the record holders are named.
    """
    ax = axes_or_new(ax, "large")
    draw_models(ax, table)
    days = span(table)
    draw_edges(ax, days, headline, published)
    date_axis(ax, days)
    ax.set_title("Density at release, and its upper edge")
    name_records(ax, table, published)
    return ax


def span(table: pl.DataFrame) -> Array:
    """Return the days from the first to the last release of models with a density.

    Parameters
    ----------
    table : polars.DataFrame
        Models: released, density.

    Returns
    -------
    numpy.ndarray of datetime64
        About a hundred days.
    """
    known = table.filter(pl.col("density").is_not_nan())["released"].to_numpy()
    first, last = known.min().astype("datetime64[D]"), known.max().astype("datetime64[D]")
    return np.asarray(first + np.linspace(0, int((last - first).astype(int)), 100).astype(int))


def draw_models(ax: Axes, table: pl.DataFrame) -> None:
    """Draw the densities of models, base models apart from the others.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    table : polars.DataFrame
        Models: released, kind, density.
    """
    known = table.filter(pl.col("density").is_not_nan())
    for name, own in (
        ("base model", known.filter(pl.col("kind") == "base")),
        ("other model", known.filter(pl.col("kind") != "base")),
    ):
        look = style.look(name)
        if own.height:
            ax.plot(own["released"].to_numpy(), own["density"], look.marker, color=look.color,
                    ms=4.5, alpha=0.7, mew=0, label=f"{name}s", zorder=3)  # fmt: skip


def draw_edges(ax: Axes, days: Array, headline: Growth, published: Growth) -> None:
    """Draw the edge by both estimators, the headline with its band.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    days : numpy.ndarray of datetime64
        The days to draw it over.
    headline, published : Growth
        The two estimates.
    """
    fit, records = style.look("fit"), style.look("densing2024")
    low, high = headline.edge_interval(days)
    ax.fill_between(days, low, high, color=style.color("band"), alpha=0.3, linewidth=0,
                    label=f"{headline.level:.0%} interval")  # fmt: skip
    ax.plot(days, headline.edge(days), color=fit.color, label=f"quantile {headline.quantile:g}")
    ax.plot(days, published.edge(days), color=records.color, linestyle=records.linestyle,
            label="line through the records")  # fmt: skip


def name_records(ax: Axes, table: pl.DataFrame, published: Growth) -> None:
    """Mark the record holders, add the legend, and name them in the room that it leaves.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw; all else is drawn, and the limits are final.
    table : polars.DataFrame
        Models: model, released, density.
    published : Growth
        The estimate whose records they are.
    """
    held = table.filter(pl.col("model").is_in(published.record_holders)).sort("released")
    days, heights = held["released"].to_numpy(), held["density"].to_numpy()
    look = style.look("frontier")
    ax.plot(days, heights, look.marker, color=look.color, ms=9, zorder=4, label="record holders")
    style.legend(ax, "below")
    x = days.astype("datetime64[D]").astype(float)
    style.label_points(ax, x, heights, [short(name) for name in held["model"]])


def date_axis(ax: Axes, days: Array) -> None:
    """Label a time axis and the axis of densities; powers of two are halves and doubles.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes.
    days : numpy.ndarray of datetime64
        The days that are drawn.
    """
    locator = mdates.AutoDateLocator(minticks=4, maxticks=9)  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_locator(locator)
    written = mdates.DateFormatter("%b %Y")  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_formatter(written)
    ax.set_yscale("log", base=2)
    ax.yaxis.set_major_locator(FixedLocator([2.0**k for k in range(-8, 9, 2)]))
    ax.yaxis.set_major_formatter(lambda value, _: _power(value))
    ax.yaxis.set_minor_locator(NullLocator())
    ax.set_ylabel(_DENSITY)
    ax.set_xlabel("First public release")
    room = (days[-1] - days[0]).astype(int) // 25 + 5
    ax.set_xlim(days[0] - room, days[-1] + room)


def _power(value: float) -> str:
    return f"{value:g}" if value >= 1 else f"1/{1 / value:g}"

"""Figures of routers between two models: curves, areas, skill and break-even."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from analysis.economics.hulls import hull
from analysis.economics.routing import Pair, route
from analysis.economics.routing_plan import Plan
from analysis.economics.routing_skill import recovered_of_skill
from analysis.plots import style
from analysis.plots.panels import legend_below

#: Each router looks the same in every figure of the study.
ROUTERS = (
    "oracle",
    "subject",
    "subject, per dollar",
    "longest first",
    "longest of its subject first",
    "shortest first",
)


def _looks() -> dict[str, style.Look]:
    return style.series(ROUTERS)


@style.styled
def curves(panels: Mapping[str, tuple[Pair, Mapping[str, Any]]]) -> Sequence[Axes]:
    """Draw accuracy against calls and against cost for every router, a row a benchmark.

    Parameters
    ----------
    panels : mapping of str to (Pair, mapping)
        By title the pair, and the scores of its routers.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        Two a benchmark: calls, then cost.
    """
    _, grid = plt.subplots(
        len(panels), 2, figsize=(style.SIZES["grid"][0], 3.6 * len(panels)), squeeze=False
    )
    looks = _looks()
    for axes, (title, (pair, scores)) in zip(grid, panels.items(), strict=True):
        dear = float(pair.strong_usd.mean())
        cheap = float(pair.weak_usd.mean())
        for ax, start in zip(axes, (0.0, cheap / dear), strict=True):
            for name in (one for one in ROUTERS if one in scores):
                curve, look = route(pair, scores[name]), looks[name]
                x = curve.share if ax is axes[0] else curve.usd / dear
                line: dict[str, Any] = {
                    "color": look.color,
                    "linestyle": look.linestyle,
                    "linewidth": 1.6,
                }
                ax.plot(x, curve.quality, label=name, **line)
            ends = [start, 1.0], [pair.weak.mean(), pair.strong.mean()]
            ax.plot(*ends, color="#444444", lw=1.0, linestyle=(0, (2, 2)), label="at random")
            ax.plot(*ends, "o", color=style.color("data"), label="one model for all")
            ax.set_xlim(-0.02, 1.04)
        style.linear_axis(axes[0], "x", "accuracy", label="Share of calls to the strong model")
        style.linear_axis(axes[1], "x", label="Cost of a prompt ÷ that of a strong answer")
        style.linear_axis(axes[0], "y", "accuracy")
        style.linear_axis(axes[1], "y", "accuracy", label="")
        axes[0].set_title(f"{title}, by calls")
        axes[1].set_title(f"{title}, by dollars")
    legend_below(list(grid.flat), 4)
    return list(grid.flat)


@style.styled
def hidden(pair: Pair, score: Any, name: str) -> Axes:
    """Draw a router that is worse than random, and the hull that hides it.

    Parameters
    ----------
    pair : Pair
        The two models.
    score : array of shape (prompts,)
        The router's scores.
    name : str
        What it is called.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = plt.subplots(figsize=style.SIZES["single"])[1]
    curve = route(pair, score)
    closed = curve.closed
    look = style.look("highlight")
    x, y = hull(curve.share, closed)
    below: dict[str, Any] = {"where": closed < curve.share, "label": "worse than random"}
    ax.fill_between(curve.share, closed, curve.share, **below, color=look.color, alpha=0.15, lw=0)
    ax.plot(x, y, color=style.color("band"), linewidth=5, alpha=0.6, label="its hull")
    ax.plot(
        [0, 1], [0, 1], color="#444444", linewidth=1.1, linestyle=(0, (2, 2)), label="at random"
    )
    ax.plot(curve.share, closed, color=look.color, label=name)
    style.linear_axis(ax, "x", "accuracy", label="Share of calls to the strong model")
    style.linear_axis(ax, "y", "accuracy", label="Share of the gap recovered")
    ax.set_title("The hull of a bad router is the random line")
    style.legend(ax, "below", columns=2)
    return ax


@style.styled
def gains(table: pl.DataFrame) -> Axes:
    """Draw what each router gains over mixing at random: over calls, over dollars, as a hull.

    Parameters
    ----------
    table : polars.DataFrame
        Columns benchmark, router, gain, low, high, gain_usd, low_usd, high_usd, gain_hull.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = plt.subplots(figsize=(style.SIZES["wide"][0], 5.2))[1]
    rows = table.filter(pl.col("router") != "oracle")
    place = np.arange(rows.height)
    ax.axvline(0, color="#444444", linewidth=0.9)
    kinds = {"": ("over calls, 95% interval", "fit", 0.0)}
    kinds["_usd"] = ("over dollars, 95% interval", "kaplan2020", 0.22)
    for kind, (label, meaning, off) in kinds.items():
        gain, look = rows[f"gain{kind}"].to_numpy(), style.look(meaning)
        ends = np.abs(rows.select(f"low{kind}", f"high{kind}").to_numpy().T - gain)
        marks: dict[str, Any] = {"fmt": "o" if not kind else "D", "color": look.color, "capsize": 3}
        ax.errorbar(gain, place + off, xerr=ends, label=label, **marks)
    hulled: dict[str, Any] = {"marker": "x", "color": style.color("left_out"), "s": 40, "zorder": 4}
    ax.scatter(rows["gain_hull"], place - 0.22, label="over calls, area of the hull", **hulled)
    ax.set_yticks(place, [f"{b}: {r}" for b, r in rows.select("benchmark", "router").iter_rows()])
    ax.set_ylim(rows.height - 0.4, -0.7)
    style.linear_axis(ax, "x", label="Gap recovered above mixing at random (APGR − ½)")
    ax.set_title("What saves calls need not save dollars, and a hull shows no loss")
    style.legend(ax, "below")
    return ax


@style.styled
def skills(pairs: Mapping[str, Pair], table: pl.DataFrame) -> Axes:
    """Draw the average gap recovered against the skill of a router, a line a pair of models.

    Parameters
    ----------
    pairs : mapping of str to Pair
        The pairs by name.
    table : polars.DataFrame
        Real routers: benchmark, router, skill, recovered.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = plt.subplots(figsize=(style.SIZES["wide"][0], 5.0))[1]
    skill = np.linspace(0.4, 0.99, 60)
    for name, look in style.series(list(pairs)).items():
        shares = pairs[name].shares
        recovered = [
            recovered_of_skill(shares["only strong"], shares["only weak"], float(s)) for s in skill
        ]
        ax.plot(skill, recovered, color=look.color, linestyle=look.linestyle, label=name)
    real = table.filter(pl.col("router") != "oracle")
    ax.scatter(real["skill"], real["recovered"], color=style.color("data"), marker="o", s=26,
               zorder=4, label="routers of the table above")  # fmt: skip
    ax.axhline(0.5, color="#444444", linewidth=0.8, linestyle=(0, (2, 2)))
    style.linear_axis(ax, "x", label="Skill of the router: area under its ROC curve")
    style.linear_axis(ax, "y", label="Average gap recovered (APGR)")
    ax.set_title("One skill, another APGR for each pair of models")
    style.legend(ax, "below", columns=1)
    return ax


@style.styled
def break_even(table: pl.DataFrame, marks: Mapping[str, float]) -> Axes:
    """Draw the least skill at which a router saves what it costs.

    Parameters
    ----------
    table : polars.DataFrame
        Columns pair, cost and skill, as `analysis.studies.routing.break_even` returns them.
    marks : mapping of str to float
        Skills of real routers, drawn as lines.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = plt.subplots(figsize=(style.SIZES["wide"][0], 5.2))[1]
    names = table["pair"].unique(maintain_order=True).to_list()
    for name, look in style.series(names).items():
        own = table.filter(pl.col("pair") == name, pl.col("skill").is_not_null())
        ax.plot(own["cost"], own["skill"], color=look.color, linestyle=look.linestyle, label=name)
    for text, skill in marks.items():
        ax.axhline(skill, color="#8c8c8c", linewidth=0.8, linestyle=(0, (2, 2)))
        ax.annotate(text, (table["cost"].min(), skill), xytext=(4, 3),
                    textcoords="offset points", fontsize=8.5, color="#444444")  # fmt: skip
    style.log_axis(ax, "x", label="Cost of the router ÷ price gap between the models")
    style.linear_axis(ax, "y", label="Least skill that pays (area under the ROC curve)")
    ax.set_ylim(0.49, 1.0)
    ax.set_title("What a router must get right to pay for itself, at half the gap recovered")
    style.legend(ax, "below", columns=1)
    return ax


@style.styled
def planned(plans: Mapping[str, Plan]) -> Axes:
    """Draw the expected curves of routers that are not built yet.

    Parameters
    ----------
    plans : mapping of str to Plan
        Plans of one pair of models by name.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = plt.subplots(figsize=style.SIZES["single"])[1]
    for name, look in style.series(list(plans)).items():
        one = plans[name]
        ax.plot(one.usd, one.quality, color=look.color, linestyle=look.linestyle, label=name)
    first = next(iter(plans.values()))
    ax.plot(*first.line, color="#444444", lw=1.0, linestyle=(0, (2, 2)), label="at random")
    ax.plot(*first.line, "o", color=style.color("data"), label="one model for all")
    style.linear_axis(ax, "x", "accuracy", label="Cost ÷ strong model for all")
    style.linear_axis(ax, "y", "accuracy")
    ax.set_title("What a router of each skill would give")
    style.legend(ax, "below")
    return ax

"""Figures of fitted coefficients: from one paper to the next, and in resamples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import matplotlib.pyplot as plt
import numpy as np
import polars as pl
from matplotlib.axes import Axes

from analysis.plots import style
from analysis.plots.panels import legend_below
from analysis.plots.pretraining import NAMES, look_of


def _symbol(name: str) -> str:
    from analysis.laws.latex import symbol

    return f"${symbol(name)}$"


@style.styled
def parameter_path(
    path: pl.DataFrame,
    along: str,
    names: Sequence[str],
    *,
    marks: Mapping[str, float] | None = None,
    published: Mapping[str, Mapping[str, float]] | None = None,
    label: str,
    log: bool = False,
    title: str = "",
) -> Sequence[Axes]:
    """Draw how fitted parameters move along a choice, one panel a parameter.

    Parameters
    ----------
    path : polars.DataFrame
        One row a fit: the choice, the parameters, and possibly ``..._low`` and ``..._high``.
    along : str
        Column of the choice.
    names : sequence of str
        Parameters to draw.
    marks : dict of str to float, optional
        Named places along the choice.
    published : dict of str to dict, optional
        Published sets, drawn as horizontal lines.
    label : str
        Label of the horizontal axis.
    log : bool, optional
        Whether that axis is logarithmic.
    title : str, optional
        Title of the figure.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        One a parameter.
    """
    figure, grid = plt.subplots(
        1, len(names), figsize=(style.SIZES["wide"][0], 3.4), squeeze=False, sharex=True
    )
    axes = list(grid[0])
    fit = style.look("fit")
    for ax, name in zip(axes, names, strict=True):
        for key, values in (published or {}).items():
            one = look_of(key)
            ax.axhline(
                values[name],
                color=one.color,
                linestyle=one.linestyle,
                linewidth=1.3,
                label=NAMES[key],
            )
        if f"{name}_low" in path.columns:
            ax.fill_between(
                path[along],
                path[f"{name}_low"],
                path[f"{name}_high"],
                color=style.color("band"),
                alpha=0.35,
                linewidth=0,
                label="95% interval",
            )
        ax.plot(path[along], path[name], color=fit.color, marker="o", markersize=3.5, label="fit")
        for text, at in (marks or {}).items():
            ax.axvline(at, color="#777777", linewidth=0.9, linestyle=":")
            ax.annotate(
                text,
                (at, 0.98),
                xycoords=("data", "axes fraction"),
                xytext=(-3, -3),
                fontsize=7.5,
                textcoords="offset points",
                rotation=90,
                ha="right",
                va="top",
                color="#555555",
            )
        if log:
            style.log_axis(ax, "x", "learning_rate", label=label)
        else:
            style.linear_axis(ax, "x", label=label)
        style.linear_axis(ax, "y", label="")
        ax.set_title(_symbol(name))
    legend_below(axes[:1])
    if title:
        figure.suptitle(title, x=0.01, ha="left", fontweight="bold", fontsize=11)
    return axes


@style.styled
def clouds(
    draws: np.ndarray[Any, Any],
    labels: Sequence[str],
    pairs: Sequence[tuple[str, str]],
    *,
    point: Mapping[str, float],
    published: Mapping[str, Mapping[str, float]],
) -> Sequence[Axes]:
    """Draw resampled parameters in pairs, with the fit and published values.

    Parameters
    ----------
    draws : numpy.ndarray of shape (resamples, labels)
        Resampled parameters.
    labels : sequence of str
        Their names.
    pairs : sequence of (str, str)
        Which to draw against each other.
    point : dict of str to float
        The fit.
    published : dict of str to dict
        Published sets.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        One a pair.
    """
    figure, grid = plt.subplots(1, len(pairs), figsize=(style.SIZES["wide"][0], 4.2), squeeze=False)
    axes = list(grid[0])
    for ax, (x, y) in zip(axes, pairs, strict=True):
        columns = [draws[:, list(labels).index(n)] for n in (x, y)]
        ax.scatter(
            *columns,
            s=4,
            color=style.color("band"),
            alpha=0.25,
            linewidth=0,
            label="resamples",
            rasterized=True,
        )
        shown = {"fit": point, **published}
        for source, values in shown.items():
            one = look_of(source)
            hollow = source.endswith("-printed")
            ax.scatter(
                values[x],
                values[y],
                marker="*" if source == "fit" else one.marker,
                s=90 if source == "fit" else 46,
                facecolor="none" if hollow else one.color,
                edgecolor=one.color if hollow else "white",
                linewidth=1.4 if hollow else 0.7,
                zorder=5 if source == "fit" else 4,
                label=NAMES[source],
            )
        style.log_axis(ax, "x", label=_symbol(x))
        style.linear_axis(ax, "y", label=_symbol(y))
        ax.set_title(f"{_symbol(x)} and {_symbol(y)} move together")
    handles, texts = axes[0].get_legend_handles_labels()
    key = figure.legend(handles, texts, loc="outside lower center", ncols=3, scatterpoints=1)
    cast(Any, key.legend_handles[0]).set(sizes=[30], alpha=0.8)
    return axes

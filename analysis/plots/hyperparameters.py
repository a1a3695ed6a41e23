"""Figures of the learning-rate and batch study: the surface, the optima, and what a miss costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import polars as pl
from matplotlib.axes import Axes

from analysis.plots import style
from analysis.plots.panels import axes_or_new, in_a_row, legend_below

Array = np.ndarray[Any, np.dtype[np.float64]]

#: What is drawn of a law, in every figure of the study.
PUBLISHED = style.Look(style.ORANGE, "^", (0, (5, 2)))
REFIT = style.look("fit")
NAMES = {
    "rate_params": "Learning rate: exponent of parameters",
    "rate_tokens": "Learning rate: exponent of tokens",
    "batch_tokens": "Batch: exponent of tokens",
}


class _Bowl(Protocol):
    def excess(self, rate_factor: Any, batch_factor: Any) -> tuple[Array, Array, Array]: ...


@style.styled
def surface(
    cells: Mapping[str, pl.DataFrame],
    bottoms: pl.DataFrame,
    bowl: _Bowl,
    advice: Mapping[str, pl.DataFrame],
) -> Sequence[Axes]:
    """Draw the runs of some cells over learning rate and batch, and the bowl around the best.

    Parameters
    ----------
    cells : dict of str to polars.DataFrame
        Runs by cell, with ``excess`` in per cent and ``reason``.
    bottoms : polars.DataFrame
        Columns cell, learning_rate and batch_tokens of the bottom of the bowl.
    bowl : Bowl
        From `analysis.studies.hyperparameters_bowl`; its contours are drawn at 0.25% and 1%.
    advice : dict of str to polars.DataFrame
        By law: cell, learning_rate and batch_tokens that it advises.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        One a cell.
    """
    axes = in_a_row(len(cells), 4.6, sharey=True)
    for ax, (name, runs) in zip(axes, cells.items(), strict=True):
        gone = runs["reason"].str.starts_with("diverged")
        points = ax.scatter(
            runs.filter(~gone)["learning_rate"],
            runs.filter(~gone)["batch_tokens"],
            c=runs.filter(~gone)["excess"],
            cmap="cividis_r",
            vmin=0,
            vmax=5,
            s=34,
            edgecolor="white",
            linewidth=0.4,
            zorder=3,
            label="runs",
        )
        left = style.look("left_out")
        ax.scatter(
            runs.filter(gone)["learning_rate"],
            runs.filter(gone)["batch_tokens"],
            color=left.color,
            marker=left.marker,
            s=22,
            linewidth=1,
            label="diverged",
        )
        bottom = bottoms.filter(pl.col("cell") == name).row(0, named=True)
        _contours(ax, bowl, bottom)
        for law, look in {"published law": PUBLISHED, "refitted law": REFIT}.items():
            at = advice[law].filter(pl.col("cell") == name)
            ax.scatter(
                at["learning_rate"],
                at["batch_tokens"],
                facecolor=look.color,
                edgecolor="black",
                marker="^" if law.startswith("published") else "o",
                s=80,
                zorder=5,
                label=law,
            )
        style.log_axis(ax, "x", "learning_rate")
        style.log_axis(ax, "y", "batch_tokens")
        ax.set_title(name)
    for ax in axes[1:]:
        ax.set_ylabel("")
    bar = axes[0].figure.colorbar(points, ax=axes, pad=0.02, extend="max")
    bar.set_label("Loss above the best of the cell (%)")
    legend_below(axes[-1:], 7)
    return axes


def _contours(ax: Axes, bowl: _Bowl, bottom: Mapping[str, Any]) -> None:
    factors = np.geomspace(1 / 8, 8, 121)
    excess = bowl.excess(factors[None, :], factors[:, None])[0]
    ax.contour(
        bottom["learning_rate"] * factors,
        bottom["batch_tokens"] * factors,
        excess,
        levels=[0.25, 1.0],
        colors="black",
        linewidths=[1.6, 1.0],
        linestyles=["solid", "dashed"],
        zorder=4,
    )
    ax.plot([], [], color="black", linewidth=1.6, label="bowl at 0.25%")
    ax.plot([], [], color="black", linewidth=1.0, linestyle="--", label="bowl at 1%")
    ax.scatter(
        bottom["learning_rate"],
        bottom["batch_tokens"],
        color="black",
        marker="x",
        s=50,
        zorder=6,
        label="bottom of the bowl",
    )


@style.styled
def optima(
    bottoms: pl.DataFrame, lines: Mapping[float, Mapping[str, pl.DataFrame]]
) -> Sequence[Axes]:
    """Draw the best learning rate and batch of each cell against tokens, with both laws.

    Parameters
    ----------
    bottoms : polars.DataFrame
        One row a cell: params_read, tokens, learning_rate and batch_tokens.
    lines : dict of float to dict
        By size, and by ``published`` or ``refitted``: tokens, learning_rate and batch_tokens; the
        refitted with ends.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        Learning rate, and batch.
    """
    axes = in_a_row(2, 4.4)
    looks = style.series([f"{s}" for s in lines])
    for ax, column in zip(axes, ("learning_rate", "batch_tokens"), strict=True):
        for size, laws in lines.items():
            look = looks[f"{size}"]
            some = bottoms.filter(pl.col("params_read") == size)
            ax.plot(
                some["tokens"],
                some[column],
                color=look.color,
                marker=look.marker,
                linestyle="none",
                label=f"{style.readable(size, 'params')} parameters",
                zorder=4,
            )
            if column == "batch_tokens" and size != next(iter(lines)):
                continue  # this law does not know the size
            colour = look.color if column == "learning_rate" else "black"
            for law, dashes in (("refitted", "-"), ("published", PUBLISHED.linestyle)):
                line = laws[law]
                ax.plot(line["tokens"], line[column], color=colour, linestyle=dashes, linewidth=1.3)
            band = laws["refitted"]
            if column == "batch_tokens":
                ends = band[f"{column}_low"], band[f"{column}_high"]
                colour = style.color("band")
                ax.fill_between(band["tokens"], *ends, color=colour, alpha=0.3, linewidth=0)
        style.log_axis(ax, "x", "tokens")
        style.log_axis(ax, "y", column)
    axes[0].set_title("Best learning rate")
    axes[1].set_title("Best batch, with the 90% band of the refit")
    axes[0].plot([], [], color="black", label="refitted law")
    axes[0].plot([], [], color="black", linestyle=PUBLISHED.linestyle, label="published law")
    legend_below(axes[:1], 4)
    return axes


@style.styled
def selection(path: pl.DataFrame, published: Mapping[str, float]) -> Sequence[Axes]:
    """Draw how the exponents move with the width of the selection.

    Parameters
    ----------
    path : polars.DataFrame
        Columns percent, and by exponent its value and ends.
    published : dict of str to float
        The published exponents.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        One an exponent.
    """
    axes = in_a_row(len(published), 3.6)
    for ax, (name, value) in zip(axes, published.items(), strict=True):
        ax.axhline(
            value, color=PUBLISHED.color, linestyle=PUBLISHED.linestyle, label="published value"
        )
        off = path[name] - path[f"{name}_low"], path[f"{name}_high"] - path[name]
        ax.errorbar(
            np.arange(path.height),
            path[name],
            yerr=np.array(off),
            color=REFIT.color,
            marker="o",
            capsize=3,
            label="released grid, with 95% interval from resampled cells",
        )
        ax.set_xticks(np.arange(path.height), [f"{p:g}" for p in path["percent"]])
        style.linear_axis(ax, "y", label="")
        ax.set_xlabel("Runs within … % of the best")
        ax.set_title(NAMES[name].replace(": ", ":\n"), fontsize=10)
    legend_below(axes[:1], 2)
    return axes


@style.styled
def cell_excess(tables: Mapping[str, pl.DataFrame], ax: Axes | None = None) -> Axes:
    """Draw the excess of the run nearest to each law, cell by cell.

    Parameters
    ----------
    tables : dict of str to polars.DataFrame
        The published law and the refitted one, by name: cell and excess in per cent, in the
        same order of cells.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = axes_or_new(ax, "large")
    cells = next(iter(tables.values()))["cell"].to_list()
    places = np.arange(len(cells))[::-1]
    for i, (name, look) in enumerate(zip(tables, (PUBLISHED, REFIT), strict=True)):
        table = tables[name]
        ax.plot(
            table["excess"],
            places + 0.14 - 0.28 * i,
            color=look.color,
            marker="^" if look is PUBLISHED else "o",
            linestyle="none",
            label=f"{name}: mean {np.mean(table['excess'].to_numpy()):.3f}%",
        )
    ax.set_yticks(places, cells)
    ax.axvline(0.25, color="#777777", linewidth=0.9, linestyle=":")
    ax.annotate(
        "selected by the authors: up to 0.25%",
        (0.25, 0.02),
        xycoords=("data", "axes fraction"),
        xytext=(3, 0),
        textcoords="offset points",
        fontsize=8,
        rotation=90,
        va="bottom",
        color="#555555",
    )
    style.linear_axis(
        ax, "x", label="Loss of the nearest grid point above the best of its cell (%)"
    )
    ax.set_xlim(left=-0.01)
    ax.set_title("What following a law costs on the grid")
    style.legend(ax, "below")
    return ax


@style.styled
def misses(bowls: Mapping[str, _Bowl], directions: Mapping[str, tuple[float, float]]) -> Any:
    """Draw what it costs to be off by a factor, one panel a grid.

    Parameters
    ----------
    bowls : dict of str to Bowl
        The bowls by name.
    directions : dict of str to (float, float)
        Powers of the factor in the rate and in the batch.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        One a bowl.
    """
    axes = in_a_row(len(bowls), 4.0, sharey=True)
    factors = np.geomspace(1, 4, 60)
    for ax, (name, bowl) in zip(axes, bowls.items(), strict=True):
        for way, look in style.series(list(directions)).items():
            rate, batch = directions[way]
            value, low, high = bowl.excess(factors**rate, factors**batch)
            ax.plot(factors, value, color=look.color, linestyle=look.linestyle, label=way)
            ax.fill_between(factors, low, high, color=look.color, alpha=0.15, linewidth=0)
        ax.axhspan(1, 2, color="#EEEEEE", zorder=0)
        ax.text(1.05, 1.9, "beyond the runs of the bowl", fontsize=8, color="#555555", va="top")
        style.log_axis(ax, "x", label="Off by a factor of")
        ax.set_xticks([1, 1.5, 2, 3, 4], ["1", "1.5", "2", "3", "4"])
        ax.set(ylim=(0, 2), xlim=(1, 4))
        ax.set_title(name)
    axes[0].set_ylabel("Loss above the best (%)")
    legend_below(axes[:1], 4)
    return axes

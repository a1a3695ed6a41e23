"""Figures of the routed-experts study: loss, misfit, effective size, and gain from experts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from analysis.fitting.fit import Fit
from analysis.plots import style
from analysis.plots.panels import in_a_row, legend_below

#: How each law is named in a legend.
NAMES = {
    "routed": "published form",
    "routed-bilinear": "published, no saturation",
    "routed-separable": "published, separable",
    "routed-floor": "with a floor",
    "routed-floor-separable": "with a floor, separable",
}
_MARKERS = ("o", "s", "^", "D", "v", "P")


def _experts_axis(ax: Axes) -> None:
    style.log_axis(ax, "x", label="Experts")
    ax.xaxis.set_major_locator(FixedLocator([1, 4, 16, 64, 256]))
    ax.xaxis.set_minor_locator(FixedLocator([2, 8, 32, 128, 512]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:.0f}"))


def _scatter(
    ax: Axes, runs: pl.DataFrame, column: str, color: Any, marker: str, label: str
) -> None:
    x, y = runs["experts"], runs[column]
    ax.scatter(x, y, color=color, marker=marker, s=18, zorder=3, label=label)


def _title(axes: Sequence[Axes], text: str) -> None:
    figure: Any = axes[0].figure
    figure.suptitle(text, x=0.01, ha="left", fontweight="bold", fontsize=11)


def _colors(count: int) -> Any:
    return plt.get_cmap("viridis_r")(np.linspace(0.12, 1.0, count))


@style.styled
def loss_by_experts(runs: pl.DataFrame, results: Mapping[str, Fit]) -> Sequence[Axes]:
    """Draw loss against experts for every dense size, one panel a router.

    Parameters
    ----------
    runs : polars.DataFrame
        The table ``routed-models``.
    results : dict of str to Fit
        A fit by router, drawn as lines.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        One a router.
    """
    axes = in_a_row(len(results), 3.9, sharex=True, sharey=True)
    used = runs.filter("used")
    sizes = used.select("size", "params_dense").unique().sort("params_dense")
    experts = np.geomspace(1, 512, 60)
    for ax, (router, result) in zip(axes, results.items(), strict=True):
        chosen = used.filter(pl.col("router").is_in(["dense", router]))
        for row, color, marker in zip(
            sizes.iter_rows(named=True), _colors(sizes.height), _MARKERS, strict=True
        ):
            here = chosen.filter(pl.col("size") == row["size"])
            grid = pl.DataFrame({"params_dense": row["params_dense"], "experts": experts})
            curve = result.law.predict(grid, result.parameters)
            ax.plot(experts, curve, color=color, linestyle="-", linewidth=1.2)
            _scatter(ax, here, "loss", color, marker, row["size"])
        _experts_axis(ax)
        style.log_axis(ax, "y", "loss", label="Loss (nats per token)" if ax is axes[0] else "")
        ax.set_title(router)
    legend_below(axes[:1], sizes.height)
    _title(axes, f"Loss by dense size and experts; lines: {NAMES[result.law.key]}")
    return axes


@style.styled
def misfit(table: pl.DataFrame) -> Sequence[Axes]:
    """Draw the mean residual of each dense size, one panel a router.

    Parameters
    ----------
    table : polars.DataFrame
        Columns law, router, params_dense, residual and spread, both in percent of the loss.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        One a router.
    """
    routers = table["router"].unique(maintain_order=True).to_list()
    laws = table["law"].unique(maintain_order=True).to_list()
    axes = in_a_row(len(routers), 3.6, sharex=True, sharey=True)
    looks = style.series(laws)
    for ax, router in zip(axes, routers, strict=True):
        for shift, key in zip(np.linspace(0.95, 1.05, len(laws)), laws, strict=True):
            rows = table.filter((pl.col("router") == router) & (pl.col("law") == key))
            ax.errorbar(
                rows["params_dense"].to_numpy() * shift,
                rows["residual"].to_numpy(),
                yerr=rows["spread"].to_numpy(),
                color=looks[key].color,
                marker=looks[key].marker,
                linestyle=looks[key].linestyle,
                linewidth=1.3,
                elinewidth=0.8,
                capsize=2,
                label=NAMES[key],
            )
        ax.axhline(0, color="#444444", linewidth=0.8)
        style.log_axis(ax, "x", "params", label="Dense parameters")
        first = ax is axes[0]
        style.linear_axis(ax, "y", label="Predicted − observed (% of loss)" if first else "")
        ax.set_title(router)
    legend_below(axes[:1])
    _title(axes, "Mean residual of each dense size; bars: one standard deviation of its runs")
    return axes


@style.styled
def multipliers(tables: Mapping[str, pl.DataFrame], lines: Mapping[str, Any]) -> Sequence[Axes]:
    """Draw effective over dense parameters against experts, one panel a router.

    Parameters
    ----------
    tables : dict of str to polars.DataFrame
        By router size, params_dense, experts and the measured multiplier, null where unknown.
    lines : dict of str to callable
        By router a function of dense parameters and experts that gives the multiplier.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        One a router.
    """
    axes = in_a_row(len(tables), 3.9, sharex=True, sharey=True)
    experts = np.geomspace(1, 512, 60)
    for ax, (router, table) in zip(axes, tables.items(), strict=True):
        sizes = table.select("size", "params_dense").unique().sort("params_dense")
        for row, color, marker in zip(
            sizes.iter_rows(named=True), _colors(sizes.height), _MARKERS, strict=True
        ):
            here = table.filter(
                (pl.col("size") == row["size"]) & pl.col("multiplier").is_not_null()
            )
            line = lines[router](row["params_dense"], experts)
            ax.plot(experts, line, color=color, linestyle="-", linewidth=1.2)
            _scatter(ax, here, "multiplier", color, marker, row["size"])
        _experts_axis(ax)
        style.log_axis(ax, "y", label="Effective ÷ dense parameters" if ax is axes[0] else "")
        ax.set_title(router)
    legend_below(axes[:1], 6)
    _title(axes, "Dense models of equal loss; points: read off the dense runs, lines: the law")
    return axes


@style.styled
def held_out_scores(tables: Mapping[str, pl.DataFrame]) -> Sequence[Axes]:
    """Draw the held-out error of each law, one panel a way of holding out.

    Parameters
    ----------
    tables : dict of str to polars.DataFrame
        By title: law, and for each router the error in percent; ``all`` is left out.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        One a table.
    """
    axes = in_a_row(len(tables), 3.2, sharex=True, sharey=True)
    for ax, (title, table) in zip(axes, tables.items(), strict=True):
        routers = [name for name in table.columns if name not in ("law", "all")]
        places = np.arange(table.height)[::-1]
        shifts = np.linspace(0.2, -0.2, len(routers))
        for shift, (router, look) in zip(shifts, style.series(routers).items(), strict=True):
            ax.scatter(
                table[router],
                places + shift,
                color=look.color,
                marker=look.marker,
                s=42,
                label=router,
                zorder=3,
            )
        style.linear_axis(ax, "x", label="RMS error of held-out runs (% of loss)")
        ax.set_xlim(left=0)
        ax.yaxis.set_major_locator(FixedLocator(places.tolist()))
        ax.yaxis.set_minor_locator(NullLocator())
        ax.set_yticklabels([NAMES[key] for key in table["law"]])
        ax.set_title(title)
    legend_below(axes[:1])
    return axes


@style.styled
def gains(
    curves: Mapping[str, Mapping[str, pl.DataFrame]],
    points: Mapping[str, pl.DataFrame],
    *,
    experts: int,
    fitted: float,
) -> Sequence[Axes]:
    """Draw what experts take off the loss of a dense model, size by size, one panel a router.

    Parameters
    ----------
    curves : dict of str to dict of str to polars.DataFrame
        By law and router: params_dense, gain, gain_low and gain_high in percent.
    points : dict of str to polars.DataFrame
        By router: params_dense and the measured gain.
    experts : int
        How many experts, for the title.
    fitted : float
        Largest fitted dense size; what lies beyond is marked.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        One a router.
    """
    axes = in_a_row(len(points), 3.9, sharex=True, sharey=True)
    looks = style.series(list(curves))
    for ax, (router, seen) in zip(axes, points.items(), strict=True):
        for key, by_router in curves.items():
            rows, look = by_router[router], looks[key]
            ax.fill_between(
                rows["params_dense"],
                rows["gain_low"],
                rows["gain_high"],
                color=look.color,
                alpha=0.2,
                linewidth=0,
            )
            ax.plot(
                rows["params_dense"],
                rows["gain"],
                color=look.color,
                linestyle=look.linestyle,
                label=f"{NAMES[key]}, 90% band",
            )
        ax.scatter(
            seen["params_dense"],
            seen["gain"],
            color=style.color("data"),
            s=22,
            zorder=4,
            label="runs",
        )
        ax.axhline(0, color="#444444", linewidth=0.8)
        style.log_axis(ax, "x", "params", label="Dense parameters")
        first = ax is axes[0]
        style.linear_axis(ax, "y", label="Off the dense loss (%)" if first else "")
        ax.set(xlim=(1e7, 1e13), ylim=(-12, 18))
        ax.set_title(router)
    for ax in axes:
        style.mark_extrapolation(ax, fitted)
    legend_below(axes[:1])
    _title(axes, f"What {experts} experts take off the loss, within the runs and beyond")
    return axes

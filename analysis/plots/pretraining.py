"""Figures of the pretraining chapter: loss over parameters and tokens, and budgets split."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl
from matplotlib.axes import Axes

from analysis.plots import style
from analysis.plots.panels import axes_or_new

#: How each source of coefficients is named in a legend.
NAMES = {
    "fit": "this fit",
    "besiroglu2024": "Besiroglu et al. 2024",
    "hoffmann2022": "Hoffmann et al. 2022, unrounded",
    "hoffmann2022-printed": "Hoffmann et al. 2022, as printed",
    "kaplan2020": "Kaplan et al. 2020, fixed batch",
}


def _numbers(frame: pl.DataFrame, column: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    return frame[column].cast(pl.Float64).to_numpy()


def look_of(name: str) -> style.Look:
    """Return the look of a source of coefficients.

    Parameters
    ----------
    name : str
        A key of `style.LOOKS`, or a variant such as ``hoffmann2022-printed``, which keeps the
        colour.

    Returns
    -------
    Look
        How it is drawn.
    """
    if name in style.LOOKS:
        return style.look(name)
    base = style.look(name.partition("-")[0])
    return style.Look(base.color, base.marker, (0, (1, 1)))


@style.styled
def loss_map(
    runs: pl.DataFrame, surface: Any, *, plan: pl.DataFrame | None = None, ax: Axes | None = None
) -> Axes:
    """Draw the runs over parameters and tokens, with contours of a fitted loss.

    Parameters
    ----------
    runs : polars.DataFrame
        Columns params, tokens, loss, and possibly used.
    surface : Fit or Law
        What predicts the loss of a frame of params and tokens.
    plan : polars.DataFrame, optional
        Compute-optimal params and tokens, drawn as a line.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = axes_or_new(ax, "wide")
    sizes, seen = _numbers(runs, "params"), _numbers(runs, "tokens")
    params = np.geomspace(sizes.min() / 1.3, sizes.max() * 1.3, 120)
    tokens = np.geomspace(seen.min() / 1.5, seen.max() * 1.5, 120)
    grid = np.meshgrid(params, tokens)
    table = pl.DataFrame({"params": grid[0].ravel(), "tokens": grid[1].ravel()})
    predicted = surface.predict(table)
    values = predicted["loss"].to_numpy() if isinstance(predicted, pl.DataFrame) else predicted
    levels = [2.0, 2.1, 2.2, 2.4, 2.6, 2.8, 3.0, 3.5]
    lines = ax.contour(
        *grid, values.reshape(grid[0].shape), levels=levels, colors="#9A9A9A", linewidths=0.8
    )
    ax.clabel(lines, fmt=lambda v: f"{v:.1f}", fontsize=8)
    used = runs.filter(pl.col("used")) if "used" in runs.columns else runs
    points = ax.scatter(
        used["params"],
        used["tokens"],
        c=used["loss"],
        cmap="cividis_r",
        s=18,
        zorder=3,
        edgecolor="white",
        linewidth=0.3,
        label=f"{used.height} runs",
    )
    ax.figure.colorbar(points, ax=ax, label="Loss (nats per token)", pad=0.02)
    if used.height < runs.height:
        left = runs.filter(~pl.col("used"))
        look = style.look("left_out")
        ax.scatter(
            left["params"],
            left["tokens"],
            color=look.color,
            marker=look.marker,
            s=36,
            zorder=4,
            label=f"{left.height} left out",
        )
    if plan is not None:
        ax.plot(
            plan["params"],
            plan["tokens"],
            color=style.color("fit"),
            label="compute-optimal, this fit",
        )
    style.log_axis(ax, "x", "params")
    style.log_axis(ax, "y", "tokens")
    ax.set(xlim=(params[0], params[-1]), ylim=(tokens[0], tokens[-1]))
    ax.set_title("Runs and the fitted loss (contours, nats per token)")
    style.legend(ax, "below")
    return ax


@style.styled
def allocation(
    plans: Mapping[str, pl.DataFrame],
    quantity: str = "params",
    *,
    models: pl.DataFrame | None = None,
    fitted: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the best parameters, tokens or tokens per parameter against the budget.

    Parameters
    ----------
    plans : dict of str to polars.DataFrame
        A plan a source, as `analysis.planning.optimum` makes them; ends named
        ``<quantity>_low`` and ``<quantity>_high`` are drawn as a band.
    quantity : {"params", "tokens", "tokens_per_param"}, optional
        What to draw.
    models : polars.DataFrame, optional
        Columns name, flops and the quantity of known models.
    fitted : float, optional
        Largest budget among the fitted runs; what lies beyond is marked.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = axes_or_new(ax, "large")
    for name, plan in plans.items():
        one = look_of(name)
        ax.plot(
            plan["flops"],
            plan[quantity],
            color=one.color,
            linestyle=one.linestyle,
            linewidth=2.2 if name == "fit" else 1.5,
            label=NAMES.get(name, name),
            zorder=3,
        )
        if f"{quantity}_low" in plan.columns:
            ax.fill_between(
                plan["flops"],
                plan[f"{quantity}_low"],
                plan[f"{quantity}_high"],
                color=style.color("band"),
                alpha=0.35,
                linewidth=0,
                label="90% band of this fit",
            )
    style.log_axis(ax, "x", "flops")
    style.log_axis(ax, "y", quantity)
    first = next(iter(plans.values()))
    ax.set_xlim(*_numbers(first, "flops")[[0, -1]].tolist())
    if models is not None:
        ax.scatter(
            models["flops"],
            models[quantity],
            color="#333333",
            marker="o",
            s=18,
            zorder=4,
            label="known models",
        )
    # Kaplan's line leaves any useful frame within a few decades.
    shown = [_numbers(p, quantity) for name, p in plans.items() if name != "kaplan2020"]
    shown += [] if models is None else [_numbers(models, quantity)]
    values = np.concatenate(shown)
    ax.set_ylim(values.min() / 3, values.max() * 5)
    if fitted is not None:
        style.mark_extrapolation(ax, fitted)
    if models is not None:
        style.label_points(
            ax,
            models["flops"].to_list(),
            models[quantity].to_list(),
            models["name"].to_list(),
            fontsize=7.5,
        )
    titles = {
        "params": "Parameters",
        "tokens": "Tokens",
        "tokens_per_param": "Tokens per parameter",
    }
    ax.set_title(f"{titles[quantity]} at the lowest loss, by training budget")
    style.legend(ax, "below")
    return ax

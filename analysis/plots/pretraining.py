"""Figures of the pretraining chapter: loss over parameters and tokens, and budgets split."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import matplotlib.pyplot as plt
import numpy as np
import polars as pl
from matplotlib.axes import Axes

from analysis.plots import style
from analysis.plots.panels import axes_or_new, legend_below

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


def _look(name: str) -> style.Look:
    """Return a meaning's look; a variant such as ``hoffmann2022-printed`` keeps the colour."""
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
            one = _look(key)
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


def _symbol(name: str) -> str:
    from analysis.laws.latex import symbol

    return f"${symbol(name)}$"


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
        one = _look(name)
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
            one = _look(source)
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

"""Figures of laws compared on held-out runs."""

from __future__ import annotations

from typing import Literal

import polars as pl
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from analysis.fitting.comparison import Comparison
from analysis.plots.style import legend, linear_axis, log_axis, series, styled

_LABELS = {
    "rms": "RMS error of held-out runs",
    "median": "Median error of held-out runs",
    "bias": "Mean error of held-out runs, predicted − observed",
    "coverage": "Held-out runs inside their interval",
}


@styled
def held_out(
    comparison: Comparison,
    ax: Axes | None = None,
    error: Literal["rms", "median", "bias", "coverage"] = "rms",
) -> Axes:
    """Draw the held-out error of each law against how far beyond its runs it had to reach.

    Parameters
    ----------
    comparison : Comparison
        The scores.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if left out.
    error : {"rms", "median", "bias", "coverage"}, optional
        Which column of the scores. Errors of log residuals are in per cent.

    Returns
    -------
    matplotlib.axes.Axes
        The axes, with a line a law; a gap is a cut at which the law could not be fitted.

    Raises
    ------
    ValueError
        If `error` is none of these, or every score is missing.
    """
    if error not in _LABELS:
        raise ValueError(f"error={error!r} is not scored; accepted: {', '.join(_LABELS)}")
    if comparison.frame[error].is_null().all():
        raise ValueError(
            f"error={error!r} has no value; coverage needs compare(..., resamples=...)"
        )
    ax = plt.subplots()[1] if ax is None else ax
    scored = comparison.frame.filter(pl.col(error).is_not_null())["law"].unique().to_list()
    names = [name for name in comparison.ranking["law"] if name in scored]
    for name, look in series(names).items():
        rows = comparison.frame.filter(pl.col("law") == name).sort("reach")
        ax.plot(
            rows["reach"].to_numpy(),
            rows[error].to_numpy(),
            label=name,
            color=look.color,
            marker=look.marker,
            linestyle=look.linestyle,
        )
    column = comparison.held_out_by
    log_axis(ax, "x", label=f"Largest held-out {column} ÷ largest trained")
    percent = comparison.residual == "log" or error == "coverage"
    quantity = "accuracy" if percent else "number"
    # An error has a natural zero, so it keeps it; a bias has two sides.
    linear_axis(ax, "y", quantity, label=_LABELS[error])
    if error == "bias":
        ax.axhline(0, color="#444444", linewidth=0.8)
    elif error == "coverage":
        ax.axhline(comparison.level, color="#444444", linewidth=0.8, label="nominal")
        ax.set_ylim(0, 1.02)
    else:
        ax.set_ylim(bottom=0)
    legend(ax, "right")
    return ax

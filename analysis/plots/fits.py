"""Figures of one fit: the curve through its runs, what is left over, and how sure it is.

`Fit.plot` finds these by name. Each computes first and draws second.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import ListedColormap, LogNorm
from matplotlib.ticker import NullFormatter

from analysis.fitting.result import Fit
from analysis.plots import style
from analysis.plots.certainty import cloud as cloud
from analysis.plots.certainty import name_of
from analysis.plots.certainty import profile as profile
from analysis.plots.panels import axes_or_new
from analysis.plots.ticks import QUANTITIES, ReadableFormatter, Which

Array = np.ndarray[Any, np.dtype[np.float64]]

KINDS = ("fit", "residuals", "cloud", "profile")
#: How far a curve is drawn beyond the runs, as a factor.
_BEYOND = 10.0
_POINTS = 120
_SIDES: tuple[tuple[Which, str], ...] = (("x", "predicted"), ("y", "observed"))


@dataclass(frozen=True)
class Curves:
    """A fitted law along one column, the other held at a few values.

    Parameters
    ----------
    column : str
        The column along the axis.
    other : str
        The column that is held; empty if the law has one input.
    x : numpy.ndarray of shape (points,)
        Values of the column.
    levels : numpy.ndarray of shape (curves,)
        Values of the other column; one number that stands for nothing if there is none.
    values, low, high : numpy.ndarray of shape (curves, points)
        The law, and the confidence interval around it.
    """

    column: str
    other: str
    x: Array
    levels: Array
    values: Array
    low: Array
    high: Array


def curves(result: Fit, against: str, *, level: float = 0.9, count: int = 5) -> Curves:
    """Evaluate a fitted law along one of its columns, from below its runs to above them.

    Parameters
    ----------
    result : Fit
        A fit whose law reads one column or two, each a positive number.
    against : str
        One of them.
    level : float, optional
        Level of the confidence interval.
    count : int, optional
        At how many values the other column is held.

    Returns
    -------
    Curves
        The curves.

    Raises
    ------
    ValueError
        If the law does not read the column, or reads more than two, or has groups.
    """
    columns = list(dict.fromkeys(result.law.inputs.values()))
    if against not in columns:
        raise ValueError(f"against is one of {', '.join(columns)}, found {against!r}")
    others = [c for c in columns if c != against]
    positive = all(result.law.logarithmic(name) for name in result.law.inputs)
    if len(others) > 1 or result.law.groups or not positive:
        raise ValueError(
            f"against={against!r} needs a law of at most two positive columns and no groups; "
            "without it observed runs are drawn against predicted ones"
        )
    observed = result.data[against].to_numpy()
    x = np.geomspace(observed.min() / _BEYOND**0.5, observed.max() * _BEYOND, _POINTS)
    levels = np.array([np.nan])
    if others:
        held = result.data[others[0]].to_numpy()
        levels = np.geomspace(np.quantile(held, 0.05), np.quantile(held, 0.95), count)
    table = {against: np.tile(x, len(levels))}
    if others:
        table[others[0]] = np.repeat(levels, len(x))
    frame = result.predict(table, interval="confidence", level=level)
    shaped = [frame[c].to_numpy().reshape(len(levels), -1) for c in frame.columns]
    return Curves(against, others[0] if others else "", x, levels, *shaped)


@style.styled
def fit(result: Fit, ax: Axes | None = None, *, against: str = "", level: float = 0.9) -> Axes:
    """Draw the fitted law through its runs.

    Parameters
    ----------
    result : Fit
        The fit.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.
    against : str, optional
        A column of the law: runs and curves are drawn along it, and beyond the runs. By default
        the only column of the law; for several, observed runs are drawn against predicted ones.
    level : float, optional
        Level of the confidence interval.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    columns = set(result.law.inputs.values())
    single = len(columns) == 1 and not result.law.groups
    if not against and not single:
        return _observed_against_predicted(result, ax)
    found = curves(result, against or next(iter(columns)), level=level)
    ax = axes_or_new(ax)
    observed = result.data[result.law.predicts].to_numpy()
    x = result.data[found.column].to_numpy()
    if found.other:
        _draw_family(ax, found, x, observed, result.data[found.other].to_numpy())
    else:
        band = f"{100 * level:g}% confidence"
        ax.fill_between(
            found.x,
            found.low[0],
            found.high[0],
            color=style.color("band"),
            alpha=0.35,
            lw=0,
            label=band,
        )
        ax.plot(found.x, found.values[0], color=style.color("fit"), label="fit")
        ax.plot(x, observed, "o", color=style.color("data"), ms=4, label="runs")
    _log(ax, "x", found.column)
    _log(ax, "y", result.law.predicts)
    ax.set_xlim(found.x[0], found.x[-1])
    style.mark_extrapolation(ax, x.max(), below=x.min())
    if not found.other:
        style.legend(ax)
    ax.set_title(name_of(result))
    return ax


def _draw_family(ax: Axes, found: Curves, x: Array, observed: Array, held: Array) -> None:
    """Draw one curve a level and the runs, both coloured by the other column."""
    # The pale end of the map would vanish on white.
    shades = ListedColormap(colormaps["viridis"](np.linspace(0, 0.92, 256)))
    norm = LogNorm(min(held.min(), found.levels[0]), max(held.max(), found.levels[-1]))

    def shade(value: float) -> Any:
        return shades(float(norm(value)))

    for level, value, low, high in zip(
        found.levels, found.values, found.low, found.high, strict=True
    ):
        ax.fill_between(found.x, low, high, color=shade(level), alpha=0.18, lw=0)
        ax.plot(found.x, value, color=shade(level), lw=1.4, ls="-")
    colours = [shade(v) for v in held]
    ax.scatter(x, observed, c=colours, s=16, edgecolor="white", linewidth=0.4, zorder=3)
    bar = ax.figure.colorbar(ScalarMappable(norm, shades), ax=ax, pad=0.02)
    quantity = found.other if found.other in QUANTITIES else "number"
    bar.set_label(QUANTITIES[quantity].label or found.other)
    bar.ax.yaxis.set_major_formatter(ReadableFormatter(quantity))
    bar.ax.yaxis.set_minor_formatter(NullFormatter())


def _observed_against_predicted(result: Fit, ax: Axes | None) -> Axes:
    observed = result.data[result.law.predicts].to_numpy()
    predicted = result.predict(result.data)[result.law.predicts].to_numpy()
    ax = axes_or_new(ax, "square")
    ends = np.array([min(observed.min(), predicted.min()), max(observed.max(), predicted.max())])
    ax.plot(ends, ends, color=style.color("reference"), lw=1, label="observed = predicted")
    ax.plot(predicted, observed, "o", color=style.color("data"), ms=4, alpha=0.7, label="runs")
    scale = _log if result.problem.log else _linear
    for which, word in _SIDES:
        scale(ax, which, result.law.predicts, word)
    style.legend(ax)
    ax.set_title(name_of(result))
    return ax


@style.styled
def residuals(result: Fit, ax: Axes | None = None, *, against: str = "") -> Axes:
    """Draw what the law leaves over, observed less predicted.

    Parameters
    ----------
    result : Fit
        The fit.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.
    against : str, optional
        A column of numbers to draw along; by default the predicted value.

    Returns
    -------
    matplotlib.axes.Axes
        The axes; residuals of logarithms are shown in per cent.

    Raises
    ------
    ValueError
        If the law does not read the column.
    """
    numeric = [c for c in result.data.columns if result.data[c].dtype.is_numeric()]
    if against and against not in numeric:
        raise ValueError(f"against is one of {', '.join(numeric)}, found {against!r}")
    log, predicts = result.problem.log, result.law.predicts
    left_over = np.expm1(-result.residuals) if log else -result.residuals
    along = (result.data if against else result.predict(result.data))[against or predicts]
    scale = result.verdict.scale
    ax = axes_or_new(ax)
    ax.axhspan(-scale, scale, color=style.color("band"), alpha=0.25, lw=0, label="robust scale, ±1")
    ax.axhline(0, color=style.color("reference"), lw=1)
    ax.plot(
        along.to_numpy(), left_over, "o", color=style.color("data"), ms=4, alpha=0.7, label="runs"
    )
    if (along > 0).all():
        _log(ax, "x", against or predicts, "" if against else "predicted")
    else:
        _linear(ax, "x", against or predicts, "" if against else "predicted")
    label = "Observed − predicted"
    style.linear_axis(ax, "y", "accuracy" if log else "number", label=label)
    style.legend(ax)
    ax.set_title(f"{name_of(result)}: residuals")
    return ax


def _label(column: str, word: str) -> tuple[str, str]:
    quantity = column if column in QUANTITIES else "number"
    label = QUANTITIES[quantity].label or column.replace("_", " ").capitalize()
    return quantity, f"{label}, {word}" if word else label


def _log(ax: Axes, which: Which, column: str, word: str = "") -> None:
    quantity, label = _label(column, word)
    style.log_axis(ax, which, quantity, label=label)


def _linear(ax: Axes, which: Which, column: str, word: str = "") -> None:
    quantity, label = _label(column, word)
    style.linear_axis(ax, which, quantity, label=label)

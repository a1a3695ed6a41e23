"""Figures of how sure a fit is: resampled parameters, and the profile of one."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from analysis import records
from analysis.fitting.profile import Profile
from analysis.fitting.result import Fit
from analysis.laws.latex import symbol
from analysis.plots import style
from analysis.plots.panels import axes_or_new
from analysis.plots.ticks import Which


@style.styled
def cloud(result: Fit, ax: Axes | None = None, *, x: str = "", y: str = "") -> Axes:
    """Draw resampled values of two parameters, with the fit and what was published.

    Parameters
    ----------
    result : Fit
        A fit with resamples.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.
    x, y : str, optional
        Two parameters; by default the two that are correlated most.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.

    Raises
    ------
    ValueError
        If there are no resamples, or fewer than two parameters.
    """
    if not len(result.draws):
        raise ValueError("this fit has no resamples; fit(..., resamples=1000) makes some")
    x, y = _pair(result, x, y)
    slots = [result.slot(x), result.slot(y)]
    published = records.coefficient_sets(result.law.key) if result.law.key else {}
    ax = axes_or_new(ax, "square")
    ax.plot(
        *result.draws[:, slots].T,
        "o",
        color=style.color("band"),
        ms=2.5,
        alpha=0.35,
        mew=0,
        label="resamples",
        rasterized=True,
    )
    for name, found in published.items():
        if {x, y} <= set(found.values):
            one = _published_look(name)
            hollow = name not in style.LOOKS
            label = name + (f" ({found.mark})" if found.mark else "")
            face, edge = ("none", one.color) if hollow else (one.color, "white")
            ax.plot(
                found.values[x],
                found.values[y],
                one.marker,
                ms=7,
                mfc=face,
                mec=edge,
                zorder=4,
                label=label,
            )
    ax.plot(
        result.parameters[x],
        result.parameters[y],
        "*",
        color=style.color("fit"),
        ms=12,
        mec="white",
        zorder=5,
        label="fit",
    )
    _parameter_axis(ax, "x", result, x)
    _parameter_axis(ax, "y", result, y)
    for handle in style.legend(ax, "below", columns=2).legend_handles[:1]:
        if handle is not None:
            handle.set(markersize=6, alpha=1)  # a resample is too small to be seen alone
    ax.set_title(f"{name_of(result)}: {_letter(x)} and {_letter(y)}")
    return ax


def _parameter_axis(ax: Axes, which: Which, result: Fit, name: str) -> None:
    wide = result.problem.design.logarithmic[result.slot(name)]
    (style.log_axis if wide else style.linear_axis)(ax, which, label=_letter(name))


def _pair(result: Fit, x: str, y: str) -> tuple[str, str]:
    if x and y:
        return x, y
    if len(result.labels) < 2:
        raise ValueError(f"a cloud needs two parameters, the law has {', '.join(result.labels)}")
    size = np.nan_to_num(np.abs(np.triu(result.correlations, 1)))
    given = x or y
    if given:
        slot = result.slot(given)
        whole = size + size.T
        other = result.labels[int(whole[slot].argmax())]
        return (x, other) if x else (other, y)
    first, second = np.unravel_index(int(size.argmax()), size.shape)
    return result.labels[int(first)], result.labels[int(second)]


@style.styled
def profile(
    result: Fit,
    ax: Axes | None = None,
    *,
    name: str = "",
    level: float = 0.95,
    curve: Profile | None = None,
) -> Axes:
    """Draw how the objective rises when one parameter is held and the others are refitted.

    Parameters
    ----------
    result : Fit
        The fit.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure by default.
    name : str, optional
        The parameter; ``E`` by default, or else the first.
    level : float, optional
        Level of the interval that is marked.
    curve : Profile, optional
        The profile, if it was made before.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    name = name or ("E" if "E" in result.labels else result.labels[0])
    curve = curve or result.profile(name, level=max(level, 0.99))
    low, high = curve.interval(level)
    height = curve.threshold(level) ** 2
    ax = axes_or_new(ax)
    ax.axvspan(
        low, high, color=style.color("band"), alpha=0.25, lw=0, label=f"{100 * level:g}% by profile"
    )
    ax.axhline(
        height,
        color=style.color("reference"),
        lw=1,
        ls=style.look("reference").linestyle,
        label=f"{100 * level:g}% threshold",
    )
    ax.plot(
        curve.values, curve.statistic, color=style.color("fit"), marker=".", ms=5, label="refitted"
    )
    ax.plot(curve.estimate, 0, "*", color=style.color("fit"), ms=12, mec="white", label="optimum")
    if len(result.draws):
        ends = result.interval(name, level)
        ax.plot(
            ends,
            [0.5 * height] * 2,
            "|-",
            color=style.color("data"),
            ms=10,
            label=f"{100 * level:g}% by resamples",
        )
    for bound in curve.bounds:
        if bound in (low, high):
            ax.axvline(bound, color=style.color("left_out"), lw=1.5, ls=":", label="bound")
    ax.set_ylim(-0.05 * height, 2.2 * height)
    shown = curve.values[curve.statistic <= 2.2 * height]
    if len(shown) > 1:
        room = 0.04 * np.ptp(shown)
        ax.set_xlim(shown.min() - room, shown.max() + room)
    style.linear_axis(ax, "x", label=_letter(name))
    style.linear_axis(ax, "y", label="Rise of the objective, in units of scatter")
    style.legend(ax, "right")
    ax.set_title(f"{name_of(result)}: profile of {_letter(name)}")
    return ax


def name_of(result: Fit) -> str:
    """Return a short name of what was fitted, for a title.

    Parameters
    ----------
    result : Fit
        The fit.

    Returns
    -------
    str
        The title of the law up to its colon, or its key.
    """
    return (result.law.title or result.law.key or "Fit").partition(":")[0]


def _letter(name: str) -> str:
    base, bracket, group = name.partition("[")
    return f"${symbol(base)}$" + (f" [{group}" if bracket else "")


def _published_look(name: str) -> style.Look:
    """A variant such as ``hoffmann2022-printed`` keeps the look of its study."""
    base = name if name in style.LOOKS else name.partition("-")[0]
    return style.series([base])[base]

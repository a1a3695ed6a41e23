"""Where to draw: axes of a size, panels in a row, and one legend for several of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from analysis.plots import style


def axes_or_new(ax: Axes | None, size: str = "single") -> Axes:
    """Return the axes given, or those of a new figure.

    Parameters
    ----------
    ax : matplotlib.axes.Axes or None
        Where to draw.
    size : str, optional
        A key of `style.SIZES`.

    Returns
    -------
    matplotlib.axes.Axes
        Where to draw.
    """
    return plt.subplots(figsize=style.SIZES[size])[1] if ax is None else ax


def in_a_row(count: int, height: float, **options: Any) -> list[Axes]:
    """Return the axes of a new wide figure, beside each other.

    Parameters
    ----------
    count : int
        How many.
    height : float
        Of the figure, in inches.
    **options
        As `matplotlib.pyplot.subplots` takes them, such as ``sharey=True``.

    Returns
    -------
    list of matplotlib.axes.Axes
        From left to right.
    """
    size = (style.SIZES["wide"][0], height)
    _, grid = plt.subplots(1, count, figsize=size, squeeze=False, **options)
    return list(grid[0])


def legend_below(axes: Sequence[Axes], columns: int = 4) -> None:
    """Put one legend for several axes below their figure, each label once.

    Parameters
    ----------
    axes : sequence of matplotlib.axes.Axes
        Axes of one figure.
    columns : int, optional
        Columns of the legend.
    """
    entries: dict[str, Any] = {}
    for ax in axes:
        entries |= dict(zip(*reversed(ax.get_legend_handles_labels()), strict=True))
    axes[0].figure.legend(entries.values(), entries, loc="outside lower center", ncols=columns)

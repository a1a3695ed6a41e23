"""Maps of the study of training dynamics: which benchmarks, and which checkpoints, agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from analysis.plots import style

Array = np.ndarray[Any, np.dtype[np.float64]]


@style.styled
def heat(frames: Mapping[str, pl.DataFrame], names: Mapping[str, str]) -> Sequence[Axes]:
    """Draw correlations of benchmarks with each other, a panel a table.

    Parameters
    ----------
    frames : dict of str to polars.DataFrame
        By title: column benchmark, and one column a benchmark.
    names : dict of str to str
        What each benchmark is called.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        One a table.
    """
    _, grid = plt.subplots(1, len(frames), figsize=(style.SIZES["wide"][0], 4.2), sharey=True)
    axes = list(np.atleast_1d(grid))
    for ax, (title, frame) in zip(axes, frames.items(), strict=True):
        labels = [names[name] for name in frame["benchmark"]]
        values = frame.select(frame["benchmark"].to_list()).to_numpy()
        image = ax.imshow(values, cmap="PuOr_r", vmin=-1, vmax=1, aspect="auto")
        _write_cells(ax, values, 6.3)
        ax.set_xticks(range(len(labels)), labels, rotation=45, ha="right", rotation_mode="anchor")
        ax.set_yticks(range(len(labels)), labels)
        ax.grid(False)
        ax.set_title(title)
    axes[0].figure.colorbar(image, ax=axes, shrink=0.7, label="Rank correlation")
    return axes


def _write_cells(ax: Axes, values: Array, small: float = 7.5) -> None:
    for (row, column), value in np.ndenumerate(values):
        if np.isfinite(value):
            text = "1" if value > 1 - 1e-9 else f"{min(value, 0.99):.2f}"
            text = text.replace("0.", ".").replace("-", "−")
            color = "white" if abs(value) > 0.75 else "black"
            ax.text(column, row, text, ha="center", va="center", fontsize=small, color=color)


@style.styled
def order(table: pl.DataFrame, names: Mapping[str, str]) -> Axes:
    """Draw how the order of the sizes at each checkpoint agrees with that at the end.

    Parameters
    ----------
    table : polars.DataFrame
        Columns benchmark, step and with_end, Kendall's tau.
    names : dict of str to str
        What each benchmark is called.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    _, ax = plt.subplots(figsize=(style.SIZES["wide"][0], 4.4))
    wide = table.pivot("step", index="benchmark", values="with_end")
    steps = [int(step) for step in wide.columns[1:]]
    values = wide.select(wide.columns[1:]).to_numpy().astype(float)
    image = ax.imshow(values, cmap="PuOr_r", vmin=-1, vmax=1, aspect="auto")
    _write_cells(ax, values)
    ax.set_yticks(range(wide.height), [names[name] for name in wide["benchmark"]])
    ax.set_xticks(range(len(steps)), [f"{step // 1000}" for step in steps])
    ax.set_xlabel("Checkpoint (thousand steps)")
    ax.grid(False)
    ax.figure.colorbar(image, ax=ax, label="Kendall's τ with the end")
    ax.set_title("The order of eight sizes is known early, where anything is learned")
    return ax

"""Figures of models planned for their lifetime, training and serving together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import polars as pl
from matplotlib.axes import Axes

from analysis.plots import style
from analysis.plots.panels import legend_below


@style.styled
def lifetime(plans: Mapping[str, pl.DataFrame], loss: float) -> Sequence[Axes]:
    """Draw the cheapest model against the tokens that it will serve.

    Parameters
    ----------
    plans : dict of str to polars.DataFrame
        Plans by name, as `analysis.planning.lifetime` makes them; those with bands get them.
    loss : float
        The loss that they reach.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        Tokens per parameter, compute saved, loss given up.
    """
    figure, grid = plt.subplots(1, 3, figsize=(style.SIZES["wide"][0], 4.2))
    axes = list(grid)
    shown = {
        "tokens_per_param": "Tokens per parameter",
        "saving": "Lifetime compute saved",
        "loss_given_up": "Loss given up (nats)",
    }
    looks = style.series(list(plans))
    for ax, (column, title) in zip(axes, shown.items(), strict=True):
        for name, plan in plans.items():
            look = looks[name]
            served = plan["inference_tokens"]
            if f"{column}_low" in plan.columns:
                ax.fill_between(
                    served,
                    plan[f"{column}_low"],
                    plan[f"{column}_high"],
                    color=look.color,
                    alpha=0.18,
                    linewidth=0,
                )
            ax.plot(served, plan[column], color=look.color, linestyle=look.linestyle, label=name)
        style.log_axis(ax, "x", "tokens", label="Tokens served")
        ax.set_xlim(*plan["inference_tokens"].to_numpy()[[0, -1]])
        ax.set_title(title)
    style.log_axis(axes[0], "y", "tokens_per_param", label="")
    style.linear_axis(axes[1], "y", "accuracy", label="")
    style.linear_axis(axes[2], "y", label="")
    figure.suptitle(
        f"The cheapest model of loss {loss:g}, by what it serves",
        x=0.01,
        ha="left",
        fontweight="bold",
        fontsize=11,
    )
    legend_below(axes, 3)
    return axes

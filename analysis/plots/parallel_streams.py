"""Figures of parallel streams: losses by size, what streams are worth, and what they cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from matplotlib.axes import Axes

from analysis.fitting.result import Fit
from analysis.plots import style
from analysis.plots.panels import in_a_row, legend_below

#: Each number of streams has one look in all figures.
STREAMS = {
    1.0: style.Look("#4D4D4D", "o", "-"),
    2.0: style.Look(style.ORANGE, "s", (0, (5, 2))),
    4.0: style.Look(style.GREEN, "^", (0, (5, 1.5, 1, 1.5))),
    8.0: style.Look(style.BLUE, "D", "-"),
}
#: How a law is named in a legend, and how it looks.
LAWS = {
    "parallel-streams": ("k ln P + 1, as published", style.Look(style.BLUE, "o", "-")),
    "parallel-streams-power": ("a power of P", style.Look(style.ORANGE, "s", (0, (5, 2)))),
    "parallel-streams-correlated": (
        "streams that err alike",
        style.Look(style.GREEN, "^", (0, (5, 1.5, 1, 1.5))),
    ),
    "parallel-streams-size": (
        "k grows with the size",
        style.Look(style.VERMILION, "v", (0, (1, 1.5))),
    ),
}
_HELD_OUT = {
    "streams": "More streams than trained on",
    "params_non_embedding": "More parameters than trained on",
}


def _panels(names: Sequence[str], height: float = 4.2) -> list[Axes]:
    axes = in_a_row(len(names), height)
    for ax, name in zip(axes, names, strict=True):
        ax.set_title(name)
    return axes


def _streams(count: float) -> str:
    return "1 stream" if count == 1 else f"{count:.0f} streams"


@style.styled
def losses(fits: Mapping[str, Fit]) -> Sequence[Axes]:
    """Draw the loss against the size for each number of streams, one panel a corpus.

    Parameters
    ----------
    fits : dict of str to Fit
        A fit by corpus.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        One a corpus.
    """
    axes = _panels(list(fits))
    for ax, result in zip(axes, fits.values(), strict=True):
        params = result.data["params_non_embedding"].to_numpy()
        line = np.geomspace(params.min() / 1.15, params.max() * 1.15, 60)
        for count, look in STREAMS.items():
            runs = result.data.filter(pl.col("streams") == count)
            table = {"params_non_embedding": line, "streams": np.full(len(line), count)}
            ax.plot(line, result.predict(table)["loss"], color=look.color, linestyle=look.linestyle)
            ax.plot(
                runs["params_non_embedding"],
                runs["loss"],
                color=look.color,
                marker=look.marker,
                linestyle="none",
                label=_streams(count),
            )
        style.log_axis(ax, "x", "params_non_embedding")
        style.linear_axis(ax, "y", "loss")
    legend_below(axes[:1], 4)
    return axes


@style.styled
def worth_of_streams(
    free: Mapping[str, pl.DataFrame], laws: Mapping[str, Mapping[str, pl.DataFrame]]
) -> Sequence[Axes]:
    """Draw how many times the parameters streams are worth, free and by laws.

    Parameters
    ----------
    free : dict of str to polars.DataFrame
        By corpus: streams, worth, worth_low and worth_high, one factor a number of streams.
    laws : dict of str to dict
        By corpus and law: the same along a line of streams; the first law has its band drawn.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        One a corpus.
    """
    axes = _panels(list(free))
    for ax, corpus in zip(axes, free, strict=True):
        for i, (key, line) in enumerate(laws[corpus].items()):
            name, look = LAWS[key]
            ax.plot(
                line["streams"],
                line["worth"],
                color=look.color,
                linestyle=look.linestyle,
                label=name,
            )
            if i == 0:
                ax.fill_between(
                    line["streams"],
                    line["worth_low"],
                    line["worth_high"],
                    color=style.color("band"),
                    alpha=0.3,
                    linewidth=0,
                    label="its 95% interval",
                )
        points = free[corpus]
        off = points["worth"] - points["worth_low"], points["worth_high"] - points["worth"]
        ax.errorbar(
            points["streams"],
            points["worth"],
            yerr=np.array(off),
            color=style.color("data"),
            marker="o",
            linestyle="none",
            capsize=3,
            label="one factor a number of streams",
            zorder=5,
        )
        _stream_axis(ax, laws[corpus])
    low, high = min(ax.get_ylim()[0] for ax in axes), max(ax.get_ylim()[1] for ax in axes)
    for ax in axes:
        ax.set_ylim(low, high)
        style.mark_extrapolation(ax, 8)
    legend_below(axes[:1], 3)
    return axes


def _stream_axis(ax: Axes, laws: Mapping[str, pl.DataFrame]) -> None:
    last = max(float(line["streams"].to_numpy().max()) for line in laws.values())
    ax.set_xscale("log", base=2)
    ticks = [2**i for i in range(int(np.log2(last)) + 1)]
    ax.set_xticks(ticks, [str(t) for t in ticks])
    ax.set_xlabel("Parallel streams")
    ax.set_xlim(0.93, last)
    style.linear_axis(ax, "y", label="Worth in parameters (times)")


@style.styled
def worth_by_size(
    points: Mapping[str, pl.DataFrame], laws: Mapping[str, Mapping[str, pl.DataFrame]]
) -> Sequence[Axes]:
    """Draw what streams are worth at each size: read off the runs, and by laws.

    Parameters
    ----------
    points : dict of str to polars.DataFrame
        By corpus: params, streams, worth.
    laws : dict of str to dict
        By corpus and law: params, streams, worth, worth_low and worth_high along a line of sizes
        at one number of streams; the last law has its band drawn.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        One a corpus.
    """
    axes = _panels(list(points))
    for ax, corpus in zip(axes, points, strict=True):
        for i, (key, line) in enumerate(laws[corpus].items()):
            name, look = LAWS[key]
            count = float(line["streams"][0])
            label = f"{_streams(count)}: {name}"
            ax.plot(
                line["params"],
                line["worth"],
                color=look.color,
                linestyle=look.linestyle,
                label=label,
            )
            if i == len(laws[corpus]) - 1:
                ax.fill_between(
                    line["params"],
                    line["worth_low"],
                    line["worth_high"],
                    color=look.color,
                    alpha=0.15,
                    linewidth=0,
                    label="its 95% interval",
                )
        for count, look in STREAMS.items():
            some = points[corpus].filter(pl.col("streams") == count)
            if some.height:
                ax.plot(
                    some["params"],
                    some["worth"],
                    color=look.color,
                    marker=look.marker,
                    linestyle="none",
                    label=f"{_streams(count)}, read off the runs",
                )
        style.log_axis(ax, "x", "params_non_embedding")
        style.linear_axis(ax, "y", label="Worth in parameters (times)")
        ax.set_ylim(1, 3)
    legend_below(axes[:1], 2)
    return axes


@style.styled
def held_out(scores: pl.DataFrame) -> Sequence[Axes]:
    """Draw the held-out error of each law, one panel for each way of holding out.

    Parameters
    ----------
    scores : polars.DataFrame
        Columns corpus, held_out, law, cut, and rms in percent.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        Panels: a column of points a cut, a row a law.
    """
    kinds = scores["held_out"].unique(maintain_order=True).to_list()
    axes = _panels([_HELD_OUT[kind] for kind in kinds], 3.6)
    corpora = scores["corpus"].unique(maintain_order=True).to_list()
    looks = dict(zip(corpora, ((style.BLUE, "o"), (style.VERMILION, "D")), strict=True))
    names = [key for key in LAWS if key in scores["law"].to_list()]
    for ax, kind in zip(axes, kinds, strict=True):
        for shift, (corpus, (color, marker)) in zip((-0.14, 0.14), looks.items(), strict=True):
            some = scores.filter((pl.col("held_out") == kind) & (pl.col("corpus") == corpus))
            for i, key in enumerate(names):
                rms = some.filter(pl.col("law") == key)["rms"].to_numpy()
                at = np.full(len(rms), i + shift)
                mean = float(np.exp(np.log(rms).mean()))
                ax.plot(rms, at, color=color, marker=marker, ms=4, alpha=0.45, linestyle="none")
                ax.plot(
                    mean,
                    i + shift,
                    color=color,
                    marker=marker,
                    ms=8,
                    linestyle="none",
                    label=corpus if i == 0 else None,
                )
        shown = kind == kinds[0]
        ax.set_yticks(range(len(names)), [LAWS[key][0] for key in names] if shown else [])
        ax.invert_yaxis()
        style.linear_axis(ax, "x", label="RMS error of held-out losses (%)")
        ax.set_xlim(left=0)
    legend_below(axes[:1], 2)
    return axes


@style.styled
def costs(tables: Mapping[str, pl.DataFrame], published: Mapping[str, float]) -> Sequence[Axes]:
    """Draw how many times more memory and time parameters add than streams of equal worth.

    Parameters
    ----------
    tables : dict of str to polars.DataFrame
        By corpus: prompt, less_memory, less_latency.
    published : dict of str to float
        The published values of less_memory and less_latency.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        Memory and time.
    """
    titles = {"less_memory": "Memory", "less_latency": "Time"}
    axes = _panels(list(titles.values()), 3.8)
    colors: dict[str, Any] = dict(zip(tables, (style.BLUE, style.VERMILION), strict=True))
    for ax, column in zip(axes, titles, strict=True):
        for corpus, table in tables.items():
            ax.plot(
                table["prompt"],
                table[column],
                color=colors[corpus],
                linestyle="-" if corpus == next(iter(tables)) else (0, (5, 2)),
                label=f"worth on {corpus}",
            )
        reference = style.look("reference")
        ax.axhline(
            published[column],
            color=reference.color,
            linestyle=reference.linestyle,
            linewidth=1.2,
            label="published, up to",
        )
        prompts = tables[next(iter(tables))]["prompt"].to_numpy()
        ax.set_xscale("log", base=2)
        ticks = [int(p) for p in prompts if np.log2(p) % 2 == 0]
        ax.set_xticks(ticks, [f"{t:,}" for t in ticks])
        ax.set_xlim(prompts.min(), prompts.max())
        ax.set_xlabel("Tokens of prompt, and again of answer")
        style.linear_axis(ax, "y", label="Parameters add … times as much")
        ax.set_ylim(bottom=0)
        ax.axhline(1, color="#777777", linewidth=1, linestyle=":", label="both add the same")
    legend_below(axes[:1], 4)
    return axes

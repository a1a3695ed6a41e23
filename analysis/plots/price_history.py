"""Figures of the price-history study: prices over time, and why they fell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import product

import matplotlib.pyplot as plt
import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num

from analysis.plots import style
from analysis.plots.panels import axes_or_new, legend_below

#: Days on the left for names.
_ROOM = 45
#: Halving times beyond this stand at the right edge.
_MOST = 40.0
_BOARDS = {"mmlu": "MMLU", "polyglot": "Aider polyglot"}
#: What moves the cheapest price, in the order in which it is stacked.
CAUSES = {
    "new_model": "new models",
    "new_offer": "known models, new offers",
    "repriced": "prices changed",
    "left": "offers gone",
}


def date_axis(ax: Axes) -> None:
    """Write dates along the lower axis, as short as they can be told apart.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes.
    """
    locator = AutoDateLocator(minticks=4, maxticks=9)  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_locator(locator)
    short = ConciseDateFormatter(locator, show_offset=False)  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_formatter(short)
    ax.set_xlabel("Date of the table of prices")


@style.styled
def curves(
    prices: Mapping[str, pl.DataFrame], until: date, title: str, *, ax: Axes | None = None
) -> Axes:
    """Draw the cheapest price of several scores over time, as steps.

    Parameters
    ----------
    prices : dict of str to polars.DataFrame
        By score what `economics.cheapest` returns.
    until : datetime.date
        The last table by which a new model was scored; later prices are drawn faintly.
    title : str
        What stands above.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = axes_or_new(ax, "large")
    for name, look in style.series(list(prices)).items():
        table = prices[name]
        known = table.filter(pl.col("dated") <= until)
        ax.step(table["dated"], table["usd_per_mtok"], where="post", color=look.color,
                linewidth=1.1, alpha=0.35)  # fmt: skip
        ax.step(known["dated"], known["usd_per_mtok"], where="post", color=look.color,
                linestyle=look.linestyle, label=name)  # fmt: skip
        ax.plot(known["dated"], known["usd_per_mtok"], color=look.color, marker=look.marker,
                linestyle="none", markersize=4.5)  # fmt: skip
    _scores_end(ax, until)
    style.log_axis(ax, "y", "usd_per_mtok")
    date_axis(ax)
    ax.set_title(title)
    style.legend(ax, "below")
    return ax


def _scores_end(ax: Axes, until: date) -> None:
    start = float(date2num(until))  # type: ignore[no-untyped-call]
    right = ax.get_xlim()[1]
    ax.axvspan(start, right, color="#F2F2F2", zorder=0, linewidth=0)
    ax.set_xlim(right=right)
    ax.annotate("no new model scored after this", (start, 0.97), xytext=(5, 0),
                xycoords=ax.get_xaxis_transform(), textcoords="offset points", va="top",
                fontsize=8.5, color="#555555")  # fmt: skip


@style.styled
def holders(curve: pl.DataFrame, band: pl.DataFrame, title: str, *, ax: Axes | None = None) -> Axes:
    """Draw the cheapest price of one score with its interval, and name who sold it.

    Parameters
    ----------
    curve : polars.DataFrame
        What `economics.cheapest` returns, up to the last table that counts.
    band : polars.DataFrame
        The interval of the price: dated, low, high.
    title : str
        What stands above.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = axes_or_new(ax, "large")
    look, shade = style.look("frontier"), style.look("band")
    ax.fill_between(band["dated"], band["low"], band["high"], step="post", color=shade.color,
                    alpha=0.35, linewidth=0, label="90%, families resampled")  # fmt: skip
    second = curve.drop_nulls("second")
    ax.step(second["dated"], second["second"], where="post", color=style.color("data"),
            linewidth=1.0, linestyle=":", label="cheapest other model")  # fmt: skip
    ax.step(curve["dated"], curve["usd_per_mtok"], where="post", color=look.color,
            label="cheapest model")  # fmt: skip
    style.log_axis(ax, "y", "usd_per_mtok")
    fresh = curve.filter(pl.col("model").ne_missing(pl.col("model").shift(1)))
    ax.scatter(fresh["dated"], fresh["usd_per_mtok"], color=look.color, marker="*", s=90, zorder=4)
    left, right = ax.get_xlim()
    low, high = ax.get_ylim()
    ax.set(xlim=(left - _ROOM, right), ylim=(low / 1.8, high * 1.6))
    date_axis(ax)
    ax.set_title(title)
    style.legend(ax, "below")
    # Left of a fall and below it nothing can be; the first name has no room there.
    for k, row in enumerate(fresh.iter_rows(named=True)):
        ax.annotate(row["model"], (row["dated"], row["usd_per_mtok"]),
                    xytext=(-7, -11 - 11 * (k % 2 == 0)) if k else (4, 8),
                    textcoords="offset points", ha="right" if k else "left",
                    fontsize=9)  # fmt: skip
    return ax


def _halving_panel(ax: Axes, own: pl.DataFrame) -> None:
    scores = own["score"].unique().sort().to_list()
    looks = style.series(["maker", "any host"])
    for shift, (seller, look) in zip((-0.13, 0.13), looks.items(), strict=True):
        rows = own.filter(pl.col("seller") == seller)
        place = np.array([scores.index(s) for s in rows["score"]]) + shift
        low, high, at, chance = (
            np.clip(rows[n].to_numpy(), 1, _MOST)
            for n in ("low", "high", "halving_months", "chance_months")
        )
        ax.hlines(place, low, high, color=look.color, linewidth=1.6)
        sure = np.array([s == "identified" for s in rows["status"]])
        ax.scatter(at[sure], place[sure], color=look.color, marker=look.marker, s=34, zorder=3,
                   label=seller)  # fmt: skip
        ax.scatter(at[~sure], place[~sure], facecolor="white", edgecolor=look.color,
                   marker=look.marker, s=34, zorder=3)  # fmt: skip
        ax.scatter(chance, place, color="#777777", marker="|", s=70, zorder=2,
                   label="orders shuffled" if seller == "maker" else None)  # fmt: skip
    ax.set_yticks(range(len(scores)), [f"{s:.0%}" for s in scores])
    ax.set_xlim(1, _MOST * 1.1)
    style.log_axis(ax, "x", label="")
    ax.set_xticks([1, 2, 3, 5, 10, 20, 40], ["1", "2", "3", "5", "10", "20", "≥40"])
    ax.minorticks_off()
    ax.set_ylabel("Score to reach")


@style.styled
def halving_times(table: pl.DataFrame) -> Sequence[Axes]:
    """Draw halving times with intervals beside those of shuffled orders.

    Parameters
    ----------
    table : polars.DataFrame
        Columns follows, board, seller, score, halving_months, low, high, chance_months, status.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        One a way to read the rate off and board.
    """
    forms, boards = (table[n].unique(maintain_order=True).to_list() for n in ("follows", "board"))
    _, grid = plt.subplots(
        len(forms), len(boards), sharex=True, squeeze=False,
        figsize=(style.SIZES["wide"][0], 3.4 * len(forms) + 0.8),
    )  # fmt: skip
    for (form, board), ax in zip(product(forms, boards), grid.flat, strict=True):
        own = table.filter(pl.col("follows") == form, pl.col("board") == board)
        _halving_panel(ax, own)
        ax.set_title(f"{_BOARDS.get(board, board)}: {form}")
    axes = list(grid.flat)
    for ax in grid[-1]:
        ax.set_xlabel("Months in which the price halves")
    legend_below(axes, 3)
    return axes


@style.styled
def causes(table: pl.DataFrame) -> Sequence[Axes]:
    """Draw what the fall of each score's price was made of, in halvings.

    Parameters
    ----------
    table : polars.DataFrame
        Columns board, score, seller and the parts, a key of `CAUSES` each.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        One a board.
    """
    boards = table["board"].unique(maintain_order=True).to_list()
    _, grid = plt.subplots(1, len(boards), figsize=(style.SIZES["wide"][0], 4.6), sharex=True)
    axes = list(np.atleast_1d(grid))
    looks = style.series(list(CAUSES.values()))
    for ax, board in zip(axes, boards, strict=True):
        own = table.filter(pl.col("board") == board)
        names = [f"{s:.0%}, {w}" for s, w in own.select("score", "seller").rows()]
        place = np.arange(own.height)
        up, down = np.zeros(own.height), np.zeros(own.height)
        for part, label in CAUSES.items():
            value = own[part].to_numpy()
            start = np.where(value >= 0, up, down)
            ax.barh(place, value, left=start, height=0.62, color=looks[label].color, label=label)
            up, down = up + np.clip(value, 0, None), down + np.clip(value, None, 0)
        ax.scatter(own["halvings"], place, color="black", marker="D", s=26, zorder=4, label="sum")
        ax.axvline(0, color="#444444", linewidth=0.8)
        ax.set_yticks(place, names, fontsize=8.5)
        ax.invert_yaxis()
        style.linear_axis(ax, "x", label="Halvings of the price; to the left, rises")
        ax.set_title(_BOARDS.get(board, board))
    legend_below(axes, 5)
    return axes


@style.styled
def fixed_names(
    indices: Mapping[str, pl.DataFrame],
    capability: pl.DataFrame,
    *,
    score: str = "cheapest price of one score",
    ax: Axes | None = None,
) -> Axes:
    """Draw the price of a fixed name beside that of a fixed score, both 1 at the start.

    Parameters
    ----------
    indices : dict of str to polars.DataFrame
        By name what `economics.chained` returns.
    capability : polars.DataFrame
        What `economics.cheapest` returns.
    score : str, optional
        What it is called.
    ax : matplotlib.axes.Axes, optional
        Where to draw.

    Returns
    -------
    matplotlib.axes.Axes
        The axes.
    """
    ax = axes_or_new(ax, "large")
    looks = style.series([*indices, score])
    for name in indices:
        ax.step(indices[name]["dated"], indices[name]["index"], where="post",
                color=looks[name].color, linestyle=looks[name].linestyle, label=name)  # fmt: skip
    first = capability["usd_per_mtok"][0]
    ax.step(capability["dated"], capability["usd_per_mtok"] / first, where="post",
            color=looks[score].color, linestyle=looks[score].linestyle, label=score)  # fmt: skip
    style.log_axis(ax, "y", label="Price ÷ that of November 2023")
    date_axis(ax)
    ax.set_title("Names keep their prices; the price of a score falls by replacement")
    style.legend(ax, "below")
    return ax


@style.styled
def dispersion(table: pl.DataFrame, *, most: int = 16) -> Sequence[Axes]:
    """Draw how far hosts of one open model lie apart: by table, and by model in the last table.

    Parameters
    ----------
    table : polars.DataFrame
        What `economics.dispersion` returns.
    most : int, optional
        Models that are shown, those with most hosts.

    Returns
    -------
    sequence of matplotlib.axes.Axes
        The two panels.
    """
    _, (left, right) = plt.subplots(
        1, 2, figsize=(style.SIZES["grid"][0], 5.0), width_ratios=(2, 3)
    )
    by_table = table.group_by("dated").agg(pl.col("quartiles", "extremes").median()).sort("dated")
    for (column, label), look in zip(
        {"extremes": "dearest ÷ cheapest", "quartiles": "third ÷ first quartile"}.items(),
        style.series(["extremes", "quartiles"]).values(),
        strict=True,
    ):
        left.plot(by_table["dated"], by_table[column], color=look.color, marker=look.marker,
                  markersize=4, linestyle=look.linestyle, label=label)  # fmt: skip
    left.set_ylim(1, None)
    style.linear_axis(left, "y", label="Ratio of prices, median over models")
    date_axis(left)
    left.set_title("Between hosts of one model")
    style.legend(left, "below")
    last = table.filter(pl.col("dated") == pl.col("dated").max()).sort("hosts", "model")[-most:]
    place = np.arange(last.height)
    right.hlines(place, last["lowest"], last["highest"], color="#999999", linewidth=1.4)
    right.scatter(last["median"], place, color=style.color("fit"), s=26, zorder=3)
    right.set_yticks(place, [f"{m} ({h})" for m, h in last.select("model", "hosts").rows()],
                     fontsize=8.5)  # fmt: skip
    style.log_axis(right, "x", "usd_per_mtok")
    right.set_title("Cheapest to dearest host, and the median")
    return [left, right]

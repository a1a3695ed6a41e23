"""The frontier explorer: a board, a day, a score to reach; out come the models worth their cost."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

import polars as pl

from analysis.economics import cost_records, pareto
from analysis.explore.controls import Control, dropdown, slider, whole_slider
from analysis.explore.explorer import Explorer, Number
from analysis.plots import style
from analysis.plots.accuracy_and_cost import short
from analysis.studies.accuracy_and_cost import CODING, coding, snapshot, snapshots
from analysis.studies.accuracy_and_cost_time import trend_until

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BOARDS = {
    **{title: board for board, title in CODING.items()},
    "BFCL, billed costs": "bfcl-billed",
    "BFCL, imputed costs too": "bfcl",
}
MONTHS = 24
_MONEY, _TIME = "money", "time"
_AXES = {
    ("coding", _MONEY): ("usd_per_case", "usd", "US dollars per exercise", (2e-4, 2.0)),
    ("coding", _TIME): ("seconds_per_case", "seconds", "Seconds per exercise", (2.0, 3000.0)),
    ("tools", _MONEY): ("usd", "usd", "US dollars, in the snapshot's unit", (0.03, 800.0)),
    ("tools", _TIME): ("latency_s", "seconds", "Mean latency of a call (s)", (0.02, 300.0)),
}


def last_day(month: int) -> date:
    """Return the last day of a month.

    Parameters
    ----------
    month : int
        Months since the end of 2023.

    Returns
    -------
    datetime.date
        Its last day.

    Examples
    --------
    >>> last_day(2), last_day(24)
    (datetime.date(2024, 2, 29), datetime.date(2025, 12, 31))
    """
    year, number = 2024 + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, number, monthrange(year, number)[1])


class AccuracyAndCostExplorer(Explorer):
    """Shows the frontier of a board as it stood on a day, and what a score cost then."""

    title: ClassVar[str] = "Which models were worth their cost, and what did a score cost?"
    size: ClassVar[tuple[float, float]] = (7.6, 4.4)
    rows: ClassVar[dict[str, tuple[str, str]]] = {
        "until": ("As it stood on", "number"),
        "runs": ("Runs on the board", "number"),
        "priced": ("Runs with this cost", "number"),
        "cheapest": ("Least cost of the score", "number"),
        "cheapest_model": ("by", "number"),
        "reached": ("Runs that reach it", "number"),
        "unpriced": ("Runs that reach it without a cost", "number"),
        "records": ("Times that its cost fell to a new low", "number"),
        "fall": ("First record over last", "number"),
        "halving": ("Halving time (months), all runs, 90%", "number"),
        "best": ("Best score with a cost", "accuracy"),
        "frontier": ("Models on the frontier", "number"),
        "names": ("Frontier", "number"),
    }

    def __init__(self) -> None:
        self._boards = {board: coding(board) for board in CODING}
        self._snapshots = {day: snapshot(day) for day in snapshots()}
        super().__init__()

    def make_controls(self) -> dict[str, Control]:
        """Return the controls."""
        return {
            "month": whole_slider(
                "Until month", 1, MONTHS, MONTHS, help="Months since the end of 2023"
            ),
            "threshold": slider(
                "Score to reach", 0.1, 0.9, 0.6, step=0.05, quantity="accuracy", help="Share solved"
            ),
            "measure": dropdown("Cost", {"money": _MONEY, "time": _TIME}, _MONEY),
            "board": dropdown("Board", BOARDS, "polyglot", help="Boards are never joined"),
        }

    def draw(self, figure: Figure) -> None:
        """Draw the axes once."""
        ax = self._ax = figure.subplots()
        (self._others,) = ax.plot(
            [], [], linestyle="none", marker="o", markersize=4, color=style.color("data"),
            alpha=0.5, label="runs with a cost",
        )  # fmt: skip
        (self._line,) = ax.plot(
            [], [], drawstyle="steps-post", color=style.color("frontier"), alpha=0.45, linewidth=1.2
        )
        (self._front,) = ax.plot(
            [], [], linestyle="none", marker="o", color=style.color("fit"), label="on the frontier"
        )
        (self._best,) = ax.plot(
            [], [], linestyle="none", marker="P", markersize=10, color=style.color("highlight"),
            label="cheapest that reaches the score",
        )  # fmt: skip
        self._level = ax.axhline(0.5, color=style.color("reference"), linewidth=0.9, linestyle=":")
        style.linear_axis(ax, "y", "accuracy", label="Score")
        ax.set_ylim(0, 1)
        style.log_axis(ax, "x", "usd", label="US dollars")
        ax.set_title(" ")
        style.legend(ax, "below")

    def _rows(self, board: str, until: date) -> pl.DataFrame:
        """The board as it stood: runs up to the day, or the last snapshot up to it."""
        if board in CODING:
            return self._boards[board].filter(pl.col("day") <= until)
        # Before the first snapshot there is none to show.
        days = [day for day in self._snapshots if day <= until]
        rows = self._snapshots[max(days)] if days else next(iter(self._snapshots.values()))[:0]
        if board == "bfcl":
            return rows
        return rows.with_columns(usd=pl.when(~pl.col("usd_imputed")).then("usd"))

    def update(self, **values: Any) -> dict[str, Number]:
        """Find the frontier, move the marks, name the models."""
        board, until = values["board"], last_day(values["month"])
        kind = "coding" if board in CODING else "tools"
        cost, quantity, label, limits = _AXES[kind, values["measure"]]
        rows = pareto(self._rows(board, until), cost=cost, score="accuracy")
        reached = rows.filter(pl.col("accuracy") >= values["threshold"] - 1e-9)
        front = rows.filter("on_frontier").unique(["model", cost], maintain_order=True).sort(cost)
        cheapest = reached.filter(pl.col(cost).is_not_null()).sort(cost)[:1]
        self._move(rows, front, cheapest, cost, limits, values["threshold"])
        style.log_axis(self._ax, "x", quantity, label=label)
        self._ax.set_xlim(*limits)
        when = rows["snapshot"][0] if kind == "tools" and rows.height else until
        title = next(title for title, key in BOARDS.items() if key == board)
        self._ax.set_title(f"{title}, {'until' if when == until else 'snapshot of'} {when}")
        self._label(front, cost)
        amount = style.readable(cheapest[cost][0], quantity) if cheapest.height else "none known"
        return {
            "until": str(until),
            "runs": rows.height,
            "priced": rows[cost].count(),
            "cheapest": f"{amount} ({label})" if cheapest.height else amount,
            "cheapest_model": cheapest["model"][0] if cheapest.height else "",
            "reached": reached.height,
            "unpriced": reached[cost].null_count(),
            **self._over_time(kind, rows, cost, values["threshold"]),
            "best": max(front["accuracy"], default=0.0),
            "frontier": front.height,
            "names": "; ".join(short(model) for model in front["model"]),
        }

    def _over_time(
        self, kind: str, rows: pl.DataFrame, cost: str, threshold: float
    ) -> dict[str, Number]:
        """How the cost of the score fell; snapshots are boards of their own and have no past."""
        if kind == "tools":
            never = "snapshots are not joined"
            return {"records": never, "fall": never, "halving": never}
        records = cost_records(
            rows, threshold=threshold - 1e-9, cost=cost, score="accuracy", day="day"
        )
        return {
            "records": records.height,
            "fall": float(records["factor"].drop_nulls().product() or 1.0),
            "halving": trend_until(rows, threshold - 1e-9, cost),
        }

    def _move(
        self,
        rows: pl.DataFrame,
        front: pl.DataFrame,
        cheapest: pl.DataFrame,
        cost: str,
        limits: tuple[float, float],
        threshold: float,
    ) -> None:
        self._others.set_data(rows[cost], rows["accuracy"])
        self._front.set_data(front[cost], front["accuracy"])
        last = front["accuracy"][-1:].to_list()
        self._line.set_data([*front[cost], *[limits[1] for _ in last]], [*front["accuracy"], *last])
        self._best.set_data(cheapest[cost], cheapest["accuracy"])
        self._level.set_ydata([threshold, threshold])

    def _label(self, front: pl.DataFrame, cost: str) -> None:
        # Names, and the thin lines that lead to them.
        for name in list(self._ax.texts):
            name.remove()
        style.label_points(
            self._ax,
            front[cost].to_list(),
            front["accuracy"].to_list(),
            [short(model) for model in front["model"]],
            fontsize=7,
        )

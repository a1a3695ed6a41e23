"""Accuracy against money and time on a coding board and a tool-calling board.

Boards are never pooled: each has exercises of its own, and each snapshot of the tool-calling board
is a board of its own too.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from analysis.economics import frontier_certainty, pareto
from analysis.runs.catalog import load

CODING = {
    "polyglot": "Aider polyglot, 225 exercises",
    "edit": "Aider edit, 133 exercises",
    "refactor": "Aider refactor, 89 exercises",
}
"""The boards of coding exercises and how they are called."""

COSTS = {"usd_per_case": "US dollars per exercise", "seconds_per_case": "Seconds per exercise"}
"""What there is to save on the coding boards, by column."""


def coding(board: str) -> pl.DataFrame:
    """Return the runs that cover a coding board, with what one exercise cost.

    Parameters
    ----------
    board : str
        A key of `CODING`.

    Returns
    -------
    polars.DataFrame
        The rows of the table `aider-leaderboards` with `usd_per_case`, over the exercises that
        were run, and `usd_per_solved`, all money over the exercises solved.

    Raises
    ------
    ValueError
        If there is no such board.
    """
    if board not in CODING:
        raise ValueError(f"board is {board!r}; accepted are {', '.join(CODING)}")
    runs = load("aider-leaderboards").filter("used", board=board)
    return runs.with_columns(
        usd_per_case=pl.col("usd") / pl.col("cases_run"),
        usd_per_solved=pl.col("usd") / pl.col("solved"),
    )


def snapshots() -> list[date]:
    """Return the days of the tool-calling board's snapshots that have costs.

    Returns
    -------
    list of datetime.date
        In order of time.
    """
    return load("bfcl").filter("used")["snapshot"].unique().sort().to_list()


def snapshot(day: date) -> pl.DataFrame:
    """Return one snapshot of the tool-calling board.

    Parameters
    ----------
    day : datetime.date
        One of `snapshots`.

    Returns
    -------
    polars.DataFrame
        The rows of the table `bfcl` with that day.

    Raises
    ------
    ValueError
        If there is no snapshot of that day.
    """
    rows = load("bfcl").filter("used", snapshot=day)
    if rows.is_empty():
        known = ", ".join(map(str, snapshots()))
        raise ValueError(f"day is {day}; accepted are {known}")
    return rows


def known_costs() -> pl.DataFrame:
    """Return how much of each board has a cost at all.

    Returns
    -------
    polars.DataFrame
        One row a board: rows, those with a cost, those whose cost is presumably imputed, those
        with a latency, and what the cost pays for.
    """
    boards = [
        {
            "board": CODING[board],
            "rows": runs.height,
            "with_cost": runs["usd"].count(),
            "imputed": 0,
            "with_latency": runs["seconds_per_case"].count(),
            "cost_of": "the whole board",
        }
        for board, runs in ((board, coding(board)) for board in CODING)
    ]
    boards += [
        {
            "board": f"BFCL {day}",
            "rows": rows.height,
            "with_cost": rows["usd"].count(),
            "imputed": rows["usd_imputed"].sum(),
            "with_latency": rows["latency_s"].count(),
            "cost_of": rows["usd_for"][0],
        }
        for day, rows in ((day, snapshot(day)) for day in snapshots())
    ]
    return pl.DataFrame(boards)


def coding_frontier(board: str, cost: str = "usd_per_case") -> pl.DataFrame:
    """Return a coding board with how sure each run's place on its frontier is.

    Parameters
    ----------
    board : str
        A key of `CODING`.
    cost : str, default "usd_per_case"
        A key of `COSTS`.

    Returns
    -------
    polars.DataFrame
        As `frontier_certainty` returns it, the cheapest first.
    """
    runs = coding(board)
    sure = frontier_certainty(runs, cost=cost, solved="solved", cases="cases")
    return sure.sort(cost, "score", descending=[False, True], nulls_last=True)


def without_cost(board: str, cost: str = "usd_per_case") -> pl.DataFrame:
    """Return the runs without a cost that beat all with one, or might have been on the frontier.

    Parameters
    ----------
    board : str
        A key of `CODING`.
    cost : str, default "usd_per_case"
        A key of `COSTS`.

    Returns
    -------
    polars.DataFrame
        Columns model, day, score, and `frontier_below`: at which cost it would have been on the
        frontier, the cost of the cheapest run that is at least as good; empty if none is.
    """
    sure = coding_frontier(board, cost)
    priced = sure.filter(pl.col(cost).is_not_null()).select(pl.col(cost, "score"))
    rows = sure.filter(pl.col(cost).is_null()).select("model", "day", "score")
    matched = rows.join_where(priced, pl.col("score") <= pl.col("score_right"))
    limit = matched.group_by("model", "day", "score").agg(frontier_below=pl.col(cost).min())
    return rows.join(limit, on=["model", "day", "score"], how="left").sort(
        "score", "model", descending=[True, False]
    )


def steps_up(frontier: pl.DataFrame, cost: str = "usd_per_case") -> pl.DataFrame:
    """Return what each step up a frontier costs for one more exercise solved.

    Parameters
    ----------
    frontier : polars.DataFrame
        What `coding_frontier` returns.
    cost : str, default "usd_per_case"
        The cost of that frontier.

    Returns
    -------
    polars.DataFrame
        The frontier's rows in order of cost with `average`, cost per exercise solved, and
        `marginal`, added cost per exercise added to the one before.
    """
    rows = frontier.filter("on_frontier").sort(cost)
    added = pl.col(cost).diff() / pl.col("score").diff()
    return rows.with_columns(average=pl.col(cost) / pl.col("score"), marginal=added)


def tool_frontier(day: date, cost: str = "usd", imputed: bool = True) -> pl.DataFrame:
    """Return one snapshot of the tool-calling board with its frontier.

    Parameters
    ----------
    day : datetime.date
        One of `snapshots`.
    cost : str, default "usd"
        ``usd`` or ``latency_s``.
    imputed : bool, default True
        Whether costs that presumably are rented time count. Without them, such a model has no
        cost.

    Returns
    -------
    polars.DataFrame
        The snapshot with `on_frontier`, the cheapest first. The board prints no number of
        questions behind its overall score, so there is no interval.
    """
    rows = snapshot(day)
    if not imputed:
        rows = rows.with_columns(usd=pl.when(~pl.col("usd_imputed")).then("usd"))
    found = pareto(rows, cost=cost, score="accuracy")
    return found.sort(cost, "accuracy", descending=[False, True], nulls_last=True)


def imputed_makes(threshold: float = 0.5) -> pl.DataFrame:
    """Return how much of each tool-calling frontier rests on imputed costs.

    Parameters
    ----------
    threshold : float, default 0.5
        The accuracy to reach.

    Returns
    -------
    polars.DataFrame
        One row a snapshot: places on the frontier, those held at an imputed cost, and the least
        cost of the threshold with and without them.
    """
    rows = []
    for day in snapshots():
        every, priced = (tool_frontier(day, imputed=flag) for flag in (True, False))
        front = every.filter("on_frontier")
        reach = pl.col("accuracy") >= threshold
        rows.append(
            {
                "snapshot": day,
                "cost_of": every["usd_for"][0],
                "frontier": front.height,
                "imputed": int(front["usd_imputed"].sum()),
                "cheapest": every.filter(reach)["usd"].min(),
                "cheapest_priced": priced.filter(reach)["usd"].min(),
            }
        )
    return pl.DataFrame(rows).with_columns(times=pl.col("cheapest_priced") / pl.col("cheapest"))

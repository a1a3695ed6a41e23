"""Which rows of a board are worth their cost: Pareto frontiers, and how sure one can be of them.

A row is on the frontier if no other is at least as good for at most the cost, and better in one of
the two. A cost that is missing is missing: such a row is neither on the frontier nor off it.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist
from typing import Any

import numpy as np
import polars as pl

from analysis.errors import DataError

Array = np.ndarray[Any, np.dtype[np.float64]]
Bools = np.ndarray[Any, np.dtype[np.bool_]]


def pareto(frame: pl.DataFrame, *, cost: str, score: str) -> pl.DataFrame:
    """Return the rows with a column that says which are on the frontier.

    Parameters
    ----------
    frame : polars.DataFrame
        One row a model, setting or run.
    cost : str
        The column to have little of: money, latency, energy.
    score : str
        The column to have much of.

    Returns
    -------
    polars.DataFrame
        The same rows in the same order, and `on_frontier`; it is missing where cost or score is.
        Rows that tie in both are on the frontier together.

    Raises
    ------
    ValueError
        If the frame lacks one of the columns.
    DataError
        If a number is not finite, or a cost is zero or below: write a cost that nobody measured
        as missing.

    Examples
    --------
    >>> board = pl.DataFrame({"usd": [1.0, 2.0, 2.0, 3.0, None], "score": [0.5, 0.7, 0.6, 0.7, 1]})
    >>> pareto(board, cost="usd", score="score")["on_frontier"].to_list()
    [True, True, False, False, None]
    """
    costs, scores, known = _columns(frame, cost, score)
    found = np.full(frame.height, False)
    found[known] = on_frontier(costs[known], scores[None, known])[0]
    column = pl.Series("on_frontier", found)
    return frame.with_columns(on_frontier=pl.when(pl.Series(known)).then(column))


def on_frontier(costs: Array, scores: Array) -> Bools:
    """Return which of several rows are on the frontier, for many sets of scores at once.

    Parameters
    ----------
    costs : numpy.ndarray
        Cost of each row, (rows,).
    scores : numpy.ndarray
        Scores, (sets, rows).

    Returns
    -------
    numpy.ndarray
        (sets, rows), true on the frontier.

    Examples
    --------
    >>> on_frontier(np.array([1.0, 2.0]), np.array([[0.5, 0.6], [0.6, 0.5]])).tolist()
    [[True, True], [True, False]]
    """
    order = np.argsort(costs, kind="stable")
    ranked, best = costs[order], np.maximum.accumulate(scores[:, order], axis=1)
    cheaper = np.searchsorted(ranked, costs, side="left") - 1
    upto = np.searchsorted(ranked, costs, side="right") - 1
    # The best of what is strictly cheaper, and of what costs the same or less.
    below = np.where(cheaper < 0, -np.inf, best[:, np.maximum(cheaper, 0)])
    found: Bools = (scores > below) & (scores >= best[:, upto])
    return found


def frontier_certainty(
    frame: pl.DataFrame,
    *,
    cost: str,
    solved: str,
    cases: str,
    level: float = 0.9,
    resamples: int = 2000,
    seed: int = 0,
) -> pl.DataFrame:
    """Return how sure each row's score and its place on the frontier are.

    The scores are drawn anew, each from a binomial with the row's own share of solved cases and
    its own number of cases. Rows that were tried on the same cases err together, which this does
    not know: differences between them are surer than it says.

    Parameters
    ----------
    frame : polars.DataFrame
        One row a run.
    cost : str
        The column to have little of.
    solved, cases : str
        The columns with the cases solved and tried.
    level : float, default 0.9
        The level of the score's interval, by Wilson's formula.
    resamples : int, default 2000
        How many boards are drawn.
    seed : int, default 0
        Of the draws.

    Returns
    -------
    polars.DataFrame
        The same rows with `score`, `score_low`, `score_high`, `on_frontier` and
        `frontier_share`, the share of drawn boards with the row on their frontier.

    Raises
    ------
    ValueError
        If the frame lacks a column, or `level` or `resamples` is out of range.
    DataError
        If a number is not accepted.

    Examples
    --------
    >>> board = pl.DataFrame({"usd": [1.0, 2.0], "solved": [50, 52], "cases": [100, 100]})
    >>> sure = frontier_certainty(board, cost="usd", solved="solved", cases="cases")
    >>> sure["on_frontier"].to_list(), [round(s, 1) for s in sure["frontier_share"]]
    ([True, True], [1.0, 0.6])
    """
    if resamples < 1:
        raise ValueError(f"resamples is {resamples}; accepted is 1 or more")
    low, high = binomial_interval(frame[solved].to_numpy(), frame[cases].to_numpy(), level)
    scored = pareto(
        frame.with_columns(score=pl.col(solved) / pl.col(cases), score_low=low, score_high=high),
        cost=cost,
        score="score",
    )
    costs, scores, known = _columns(scored, cost, "score")
    drawn = np.random.default_rng(seed).binomial(
        frame[cases].to_numpy()[known], scores[known], size=(resamples, int(known.sum()))
    )
    share = np.full(frame.height, np.nan)
    share[known] = on_frontier(costs[known], drawn / frame[cases].to_numpy()[known]).mean(axis=0)
    return scored.with_columns(frontier_share=pl.Series(share).fill_nan(None))


def binomial_interval(
    solved: Array | Sequence[int], cases: Array | Sequence[int], level: float = 0.9
) -> tuple[Array, Array]:
    """Return Wilson's interval of a share.

    Parameters
    ----------
    solved, cases : numpy.ndarray
        Cases solved and tried, of any one shape.
    level : float, default 0.9
        Its level.

    Returns
    -------
    tuple of numpy.ndarray
        The lower and the upper ends.

    Raises
    ------
    ValueError
        If `level` is not between 0 and 1.
    DataError
        If there are no cases, or more are solved than were tried.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.

    Examples
    --------
    >>> low, high = binomial_interval([0, 5], [10, 10], 0.95)
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.0, 0.237], [0.278, 0.763])
    """
    if not 0 < level < 1:
        raise ValueError(f"level is {level}; accepted is a number between 0 and 1")
    good, tried = np.asarray(solved, dtype=float), np.asarray(cases, dtype=float)
    bad = ~((tried >= 1) & (good >= 0) & (good <= tried))
    if bad.any():
        row = int(np.argmax(bad))
        raise DataError(
            f"found {good[row]:g} solved of {tried[row]:g}; accepted are 1 case or more, and at "
            "most as many solved",
            row=row + 1,
        )
    z = NormalDist().inv_cdf((1 + level) / 2)
    centre = (good + z**2 / 2) / (tried + z**2)
    half = z / (tried + z**2) * np.sqrt(good * (tried - good) / tried + z**2 / 4)
    return np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)


def _columns(frame: pl.DataFrame, cost: str, score: str) -> tuple[Array, Array, Bools]:
    """Return costs, scores, and where both are known."""
    for name in (cost, score):
        if name not in frame.columns:
            raise ValueError(f"the frame has no column {name!r}; it has {', '.join(frame.columns)}")
    costs, scores = (frame[name].cast(pl.Float64).to_numpy() for name in (cost, score))
    known = (frame[cost].is_not_null() & frame[score].is_not_null()).to_numpy()
    for name, values, accepted in (
        (cost, costs, "a cost above 0, or nothing where none was measured"),
        (score, scores, "a finite number, or nothing"),
    ):
        bad = known & ~np.isfinite(values)
        if name == cost:
            bad |= known & (values <= 0)
        if bad.any():
            row = int(np.argmax(bad))
            raise DataError(
                f"found {values[row]:g}; accepted is {accepted}", column=name, row=row + 1
            )
    return costs, scores, known

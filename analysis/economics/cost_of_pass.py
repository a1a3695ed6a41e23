"""Cost-of-pass: what a right answer costs, and three averages of it that are not the same.

v = C / R for a problem and a strategy, with C the mean cost of an attempt and R the share of
attempts that pass. With independent retries it is the expected spend until the first right
answer, if telling a right answer from a wrong one is free.
"""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
import polars as pl

from analysis.economics.attempts import Attempts, attempts, checked

Array = np.ndarray[Any, np.dtype[np.float64]]
Rule = Literal["raw", "jeffreys"]
RULES = ("raw", "jeffreys")


def cost_of_pass(records: pl.DataFrame) -> pl.DataFrame:
    """Compute the cost-of-pass of every strategy at every problem.

    Parameters
    ----------
    records : polars.DataFrame
        One attempt a row, of one task or of several, as `attempts` takes them.

    Returns
    -------
    polars.DataFrame
        One row a task, problem and strategy: task, problem, model, technique, ``attempts``,
        ``passes``, ``usd`` (mean cost of an attempt), ``pass_rate``, and ``cost_of_pass``, their
        ratio, infinite where nothing passed.

    Raises
    ------
    DataError
        If the table cannot be used; the message says where.

    References
    ----------
    Erol et al. 2025, arXiv 2504.13359.

    Examples
    --------
    >>> table = pl.DataFrame({"problem": ["1", "1"], "model": "a", "attempt": [1, 2],
    ...                       "passed": [0, 1], "usd": [0.01, 0.03]})
    >>> round(cost_of_pass(table)["cost_of_pass"].item(), 12)
    0.04
    """
    frame = checked(records)
    grouped = frame.group_by("task", "problem", "model", "technique", maintain_order=True).agg(
        attempts=pl.len(), passes=pl.col("passed").sum(), usd=pl.col("usd").mean()
    )
    return grouped.with_columns(
        pl.col("passes").cast(pl.Int64), pass_rate=pl.col("passes") / pl.col("attempts")
    ).with_columns(
        cost_of_pass=pl.when(pl.col("passes") > 0)
        .then(pl.col("usd") / pl.col("pass_rate"))
        .otherwise(math.inf)
    )


def ratios(records: Attempts, *, rule: Rule = "raw", check: float = 0.0) -> Array:
    """Return the cost-of-pass by problem and strategy.

    Parameters
    ----------
    records : Attempts
        Attempts at one task.
    rule : {"raw", "jeffreys"}, optional
        ``raw`` is the definition. ``jeffreys`` takes (k + 1/2) / (n + 1) for the rate of k passes
        in n attempts, so that nothing is infinite.
    check : float, optional
        What it costs to tell whether one answer is right; the definition takes it to be free.

    Returns
    -------
    numpy.ndarray of shape (problems, strategies)
        US dollars per right answer; infinite where nothing passed or nothing was tried.

    Raises
    ------
    ValueError
        If there is no such rule, or the price of a check is below 0.
    """
    if rule not in RULES:
        raise ValueError(f"rule is {rule!r}; accepted are {', '.join(map(repr, RULES))}")
    if not (math.isfinite(check) and check >= 0):
        raise ValueError(f"check is {check!r}; accepted is a price from 0")
    tried = records.count > 0
    passes, spend = records.passes, records.spend + check * records.count
    if rule == "jeffreys":
        # Mean cost over shrunken rate; the number of attempts cancels on one side only.
        spend = spend * (records.count + 1) / np.maximum(records.count, 1)
        passes = np.where(tried, passes + 0.5, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(passes > 0, spend / passes, np.inf)


def pooled(records: pl.DataFrame | Attempts) -> pl.DataFrame:
    """Compute what all attempts of a strategy cost together, over all right answers together.

    This is not the mean cost-of-pass: easy problems give most of the right answers, and a problem
    that is never solved adds its cost but no infinity.

    Parameters
    ----------
    records : polars.DataFrame or Attempts
        Attempts at one task.

    Returns
    -------
    polars.DataFrame
        One row a strategy: name, model, technique, ``pass_rate`` (mean over problems), ``usd``
        (mean cost of an attempt) and ``pooled``, total cost over total right answers.

    Examples
    --------
    >>> table = pl.DataFrame({"problem": ["1", "2"], "model": "a", "attempt": 1,
    ...                       "passed": [0, 1], "usd": [0.01, 0.03]})
    >>> round(pooled(table)["pooled"].item(), 12)
    0.04
    """
    laid = attempts(records)
    count, passes, spend = laid.count.sum(axis=0), laid.passes.sum(axis=0), laid.spend.sum(axis=0)
    rate = np.divide(
        laid.passes, laid.count, out=np.full(laid.count.shape, np.nan), where=laid.count > 0
    )
    with np.errstate(divide="ignore"):
        whole = np.where(passes > 0, spend / np.where(passes > 0, passes, 1), np.inf)
    return laid.strategies.select("name", "model", "technique").with_columns(
        pass_rate=pl.Series(np.nanmean(rate, axis=0)),
        usd=pl.Series(spend / count),
        pooled=pl.Series(whole),
    )


def with_guesser(
    records: pl.DataFrame | Attempts, choices: int, *, usd: float = 0.0, name: str = "guesser"
) -> Attempts:
    """Add a strategy that picks one of the choices at random, to attempts at one task.

    Parameters
    ----------
    records : polars.DataFrame or Attempts
        Attempts at one task.
    choices : int
        How many answers there are to choose from.
    usd : float, optional
        What a guess costs.
    name : str, optional
        What the guesser is called.

    Returns
    -------
    Attempts
        The same attempts, and one expected attempt of the guesser at each problem.

    Raises
    ------
    ValueError
        If there are fewer than two choices, the price is below 0, or the name is taken.

    Examples
    --------
    >>> table = pl.DataFrame({"problem": ["1"], "model": "a", "attempt": 1, "passed": 1,
    ...                       "usd": 0.1})
    >>> ratios(with_guesser(table, 4, usd=0.01)).round(3).tolist()
    [[0.1, 0.04]]
    """
    laid = attempts(records)
    if choices < 2:
        raise ValueError(f"choices is {choices!r}; accepted is a whole number from 2")
    if not (math.isfinite(usd) and usd >= 0):
        raise ValueError(f"usd is {usd!r}; accepted is a price from 0")
    if name in laid.names:
        raise ValueError(f"name is {name!r}, which is taken by a strategy of the records")
    one = np.zeros((len(laid.problems), 1, laid.passed.shape[2]))
    one[:, :, 0] = 1.0
    row = {"name": name, "model": name, "technique": "guess", "family": name, "released": None}
    return Attempts(
        laid.task,
        laid.problems,
        pl.concat([laid.strategies, pl.DataFrame([row], schema=laid.strategies.schema)]),
        np.concatenate([laid.passed, one / choices], axis=1),
        np.concatenate([laid.usd, one * usd], axis=1),
        np.concatenate([laid.count, np.ones_like(laid.count[:, :1])], axis=1),
    )

"""Price reversal: the model with the lower list price that turns out the dearer one to run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from analysis.economics.prices import RATIO, blended
from analysis.errors import DataError
from analysis.fitting.uncertainty import percentile

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Reversal:
    """How often the order of list prices is not the order of costs.

    Attributes
    ----------
    pairs : polars.DataFrame
        One row a task and pair of models with different list prices: task, cheap and dear (by list
        price), `listed` and `paid` (price and cost of dear over cheap), `reversed`, and
        `paid_low`, `paid_high`, the interval of the ratio of costs.
    share, low, high : float
        Share of pairs reversed, over all tasks, and its interval over problems.
    tau, tau_low, tau_high : float
        Kendall's rank correlation between list price and cost, mean over tasks, and its interval.
    level : float
        Level of the intervals.
    """

    pairs: pl.DataFrame
    share: float
    low: float
    high: float
    tau: float
    tau_low: float
    tau_high: float
    level: float

    def __repr__(self) -> str:
        return (
            f"<Reversal: {int(self.pairs['reversed'].sum())} of {self.pairs.height} pairs, "
            f"{self.share:.1%} ({self.low:.1%} to {self.high:.1%}, {self.level:.0%}); "
            f"rank correlation {self.tau:.2f} ({self.tau_low:.2f} to {self.tau_high:.2f})>"
        )


def price_reversal(
    runs: pl.DataFrame,
    *,
    ratio: float = RATIO,
    level: float = 0.9,
    resamples: int = 2000,
    seed: int = 0,
) -> Reversal:
    """Compare the order of list prices with that of costs, task by task.

    Costs are totals over the problems that all models of a task have run; resamples draw
    problems, the same for every model.

    Parameters
    ----------
    runs : polars.DataFrame
        One row a task, problem and model: usd, and the list prices input and output.
    ratio : float, optional
        Prompt tokens for each generated one, by which list prices are put in order.
    level : float, optional
        Level of the intervals.
    resamples, seed : int, optional
        Draws of problems.

    Returns
    -------
    Reversal
        The pairs, the share of them that is reversed, and the rank correlation.

    Raises
    ------
    ValueError
        If a task has fewer than two models or no problem that all of them ran, or a run stands
        twice.
    DataError
        If a cost is missing, or zero or below.

    Examples
    --------
    >>> runs = pl.DataFrame({"task": "t", "problem": ["1", "1", "2", "2"],
    ...     "model": ["a", "b"] * 2, "usd": [3.0, 1.0, 4.0, 1.0],
    ...     "input": [1.0, 2.0] * 2, "output": [1.0, 2.0] * 2})
    >>> price_reversal(runs, resamples=10).share
    1.0
    """
    parts, shares, taus = [], [], []
    rng = np.random.default_rng(seed)
    for key, own in runs.group_by("task", maintain_order=True):
        models, prices, costs = _matrix(str(key[0]), own, ratio)
        n = costs.shape[1]
        weights = rng.multinomial(n, np.full(n, 1 / n), resamples).astype(float)
        totals = np.vstack([costs.sum(axis=1), weights @ costs.T])
        a, b = _pairs(prices)
        paid = totals[:, b] / totals[:, a]
        ends = np.quantile(paid[1:], [(1 - level) / 2, (1 + level) / 2], axis=0)
        parts.append(
            pl.DataFrame(
                {
                    "task": [str(key[0])] * len(a),
                    "cheap": [models[i] for i in a],
                    "dear": [models[i] for i in b],
                    "listed": prices[b] / prices[a],
                    "paid": paid[0],
                    "reversed": paid[0] < 1,
                    "paid_low": ends[0],
                    "paid_high": ends[1],
                }
            )
        )
        shares.append((paid < 1).sum(axis=1))
        taus.append(np.sign(np.log(paid)).mean(axis=1))
    pairs = pl.concat(parts)
    share = np.sum(shares, axis=0) / pairs.height
    tau = np.mean(taus, axis=0)
    low, high = percentile(share[1:], level)
    tau_low, tau_high = percentile(tau[1:], level)
    return Reversal(
        pairs, float(share[0]), float(low), float(high),
        float(tau[0]), float(tau_low), float(tau_high), level,
    )  # fmt: skip


def _pairs(prices: Array) -> tuple[Any, Any]:
    """Return indices of the cheaper and the dearer model of each pair; ties are no pair."""
    a, b = np.triu_indices(len(prices), 1)
    a, b = a[prices[a] != prices[b]], b[prices[a] != prices[b]]
    swap = prices[a] > prices[b]
    return np.where(swap, b, a), np.where(swap, a, b)


def _matrix(task: str, own: pl.DataFrame, ratio: float) -> tuple[list[str], Array, Array]:
    """Return models, list prices, and costs (models, problems) of the problems all have run."""
    bad = own.filter(pl.col("usd").is_null() | ~pl.col("usd").is_finite() | (pl.col("usd") <= 0))
    if bad.height:
        model, problem, usd = bad.select("model", "problem", "usd").row(0)
        raise DataError(
            f"task {task}: found {usd} of {model} at problem {problem}; accepted is a cost above "
            "0, and no row where none was written down",
            column="usd",
        )
    if own.select("model", "problem").is_duplicated().any():
        raise ValueError(f"task {task} has a run twice; accepted is one a problem and model")
    wide = own.pivot(on="problem", index="model", values="usd", sort_columns=True).sort("model")
    costs = wide.drop("model").to_numpy().astype(float)
    complete = np.isfinite(costs).all(axis=0)
    if len(costs) < 2 or not complete.any():
        raise ValueError(
            f"task {task} has {len(costs)} models and {int(complete.sum())} problems that all of "
            "them ran; accepted are from 2 and from 1"
        )
    listed = own.group_by("model").agg(price=blended(ratio).first()).sort("model")
    return wide["model"].to_list(), listed["price"].to_numpy(), costs[:, complete]

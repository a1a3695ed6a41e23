"""When a score settles, whether the order of models holds, and which runs get worse again."""

from __future__ import annotations

from math import factorial
from typing import Any

import numpy as np
import polars as pl

from analysis.studies.training_dynamics import LAST_STEP

#: How near a forecast of the last score must be, as a share.
WITHIN = 0.02
#: Checkpoints that the line through a run's own scores uses, and the fewest it needs.
_POINTS, _FEWEST = 5, 4


def own_line(rows: pl.DataFrame, step: int, target: int = LAST_STEP) -> float | None:
    """Extend the last five checkpoints of a run by a line in the logarithm of tokens.

    Parameters
    ----------
    rows : polars.DataFrame
        One benchmark and size of what `curves` returns.
    step : int
        The last checkpoint that is known.
    target : int, optional
        The checkpoint to forecast.

    Returns
    -------
    float or None
        The score, as a share; None with fewer than four checkpoints.
    """
    known = rows.filter(pl.col("step") <= step).sort("step").tail(_POINTS)
    if known.height < _FEWEST:
        return None
    x, y = np.log(known["step"].to_numpy() / target), known["score"].to_numpy()
    slope = np.cov(x, y)[0, 1] / x.var(ddof=1)
    return float(y.mean() - slope * x.mean())


def forecasts(table: pl.DataFrame, first_step: int = 3000) -> pl.DataFrame:
    """Forecast the last score of every run from each of its checkpoints.

    Parameters
    ----------
    table : polars.DataFrame
        What `curves` returns.
    first_step : int, optional
        Earlier checkpoints are not used.

    Returns
    -------
    polars.DataFrame
        One row a benchmark, size and checkpoint: ``share`` of training done, and in points of
        percent the misses of ``stay``, the score as it is, and of ``line``, what `own_line`
        says.
    """
    found: list[dict[str, Any]] = []
    for (name, params), rows in table.filter(pl.col("step") >= first_step).group_by(
        "benchmark", "params", maintain_order=True
    ):
        end = rows.filter(step=LAST_STEP)["score"].item()
        for step, score in rows.select("step", "score").iter_rows():
            said = own_line(rows, step)
            found.append(
                {
                    "benchmark": name,
                    "params": params,
                    "step": step,
                    "share": step / LAST_STEP,
                    "stay": 100 * (score - end),
                    "line": None if said is None else 100 * (said - end),
                }
            )
    return pl.DataFrame(found)


def settled(misses: pl.DataFrame, within: float = WITHIN) -> pl.DataFrame:
    """Return from when on each run's forecasts stay near its last score.

    Parameters
    ----------
    misses : polars.DataFrame
        What `forecasts` returns.
    within : float, optional
        What is near, as a share.

    Returns
    -------
    polars.DataFrame
        One row a benchmark and size: for ``stay`` and ``line`` the share of training from which
        on no forecast misses by more.
    """
    near = 100 * within
    last_bad = {
        way: pl.col("step").filter(pl.col(way).abs().fill_null(np.inf) > near).max().fill_null(-1)
        for way in ("stay", "line")
    }
    found = {
        way: pl.col("share").filter(pl.col("step") > bad).min() for way, bad in last_bad.items()
    }
    return misses.group_by("benchmark", "params", maintain_order=True).agg(**found)


def jitter(table: pl.DataFrame, first_step: int = 33_000) -> pl.DataFrame:
    """Return how much scores jump between checkpoints beside their trend.

    Parameters
    ----------
    table : polars.DataFrame
        What `curves` returns.
    first_step : int, optional
        Checkpoints from here on, where training has slowed down, are used.

    Returns
    -------
    polars.DataFrame
        One row a benchmark: ``jitter``, the scatter of second differences over the square root
        of six, median over sizes, and ``noise``, the standard error over questions; in points.
    """
    late = table.filter(pl.col("step") >= first_step)
    one = late.group_by("benchmark", "params", maintain_order=True).agg(
        jitter=100 * pl.col("score").diff().diff().std() / np.sqrt(6),
        noise=100 * pl.col("score_error").mean(),
    )
    return one.group_by("benchmark", maintain_order=True).agg(pl.col("jitter", "noise").median())


def order(table: pl.DataFrame) -> pl.DataFrame:
    """Compare the order of the sizes at each checkpoint with that at the end and before.

    Parameters
    ----------
    table : polars.DataFrame
        What `curves` returns.

    Returns
    -------
    polars.DataFrame
        One row a benchmark and checkpoint: Kendall's tau with the order at the last checkpoint
        (``with_end``), at the checkpoint before (``with_before``), and with size (``with_size``).
    """
    from scipy.stats import kendalltau

    found: list[tuple[Any, ...]] = []
    for (name,), rows in table.group_by("benchmark", maintain_order=True):
        wide = rows.pivot("params", index="step", values="score").sort("step")
        scores, steps = wide.drop("step").to_numpy(), wide["step"].to_list()
        sizes = np.array([float(size) for size in wide.columns[1:]])
        for k, step in enumerate(steps):
            others = (scores[-1], scores[k - 1] if k else None, sizes)
            found.append(
                (
                    *(name, step, step / LAST_STEP),
                    *(None if o is None else kendalltau(scores[k], o).statistic for o in others),
                )
            )
    taus = ["with_end", "with_before", "with_size"]
    frame = pl.DataFrame(found, schema=["benchmark", "step", "share", *taus], orient="row")
    # Where all sizes score the same there is no order to compare.
    return frame.with_columns(pl.col(taus).fill_nan(None))


def chance_tau(items: int, level: float = 0.95) -> float:
    """Return what Kendall's tau of two random orders does not exceed, either way.

    Parameters
    ----------
    items : int
        How many things are ordered.
    level : float, optional
        The probability.

    Returns
    -------
    float
        The smallest such tau.

    Examples
    --------
    >>> round(chance_tau(8), 3)
    0.571
    """
    counts = [1]  # orders by number of inversions, one more item at a time
    for size in range(2, items + 1):
        spread = [0] * (len(counts) + size - 1)
        for shift in range(size):
            for inversions, many in enumerate(counts):
                spread[inversions + shift] += many
        counts = spread
    pairs = items * (items - 1) // 2
    for least in range(pairs % 2, pairs + 1, 2):
        inside = sum(many for k, many in enumerate(counts) if abs(pairs - 2 * k) <= least)
        if inside >= level * factorial(items):
            return least / pairs
    return 1.0


def declines(table: pl.DataFrame, benchmark: str = "lambada_openai") -> pl.DataFrame:
    """Return where each size was best, and what it lost until the end.

    Parameters
    ----------
    table : polars.DataFrame
        What `curves` returns.
    benchmark : str, optional
        The benchmark.

    Returns
    -------
    polars.DataFrame
        One row a size: ``best_step``, ``best``, ``last`` and ``lost`` in points of percent, and
        ``lost_in_errors``: lost over the standard error of a difference of two such scores, as
        if they were of different questions, which is more than it is.
    """
    best = pl.col("score").arg_max()
    both = (pl.col("score_error").get(best).pow(2) + pl.col("score_error").last().pow(2)).sqrt()
    return (
        table.filter(benchmark=benchmark)
        .sort("params", "step")
        .group_by("size", maintain_order=True)
        .agg(
            best_step=pl.col("step").get(best),
            best=100 * pl.col("score").max(),
            last=100 * pl.col("score").last(),
            lost=100 * (pl.col("score").max() - pl.col("score").last()),
            lost_in_errors=(pl.col("score").max() - pl.col("score").last()) / both,
        )
    )


def same_course(table: pl.DataFrame, smallest: float = 0.0) -> pl.DataFrame:
    """Correlate the course of training of every two sizes, by ranks over checkpoints.

    Parameters
    ----------
    table : polars.DataFrame
        What `curves` returns.
    smallest : float, optional
        Sizes with fewer parameters are left out.

    Returns
    -------
    polars.DataFrame
        One row a benchmark: ``median`` and ``lowest`` over pairs of sizes.
    """
    from scipy.stats import rankdata

    found = []
    kept = table.filter(pl.col("params") >= smallest)
    for (name,), rows in kept.group_by("benchmark", maintain_order=True):
        wide = rows.pivot("params", index="step", values="score").drop("step").to_numpy()
        every = np.corrcoef(rankdata(wide, axis=0).T)
        pairs = every[np.triu_indices(len(every), 1)]
        found.append((name, float(np.median(pairs)), float(pairs.min())))
    return pl.DataFrame(found, schema=["benchmark", "median", "lowest"], orient="row")

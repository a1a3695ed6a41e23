"""Scores of the Pythia models along training, and what all parts of the study do with them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import polars as pl

from analysis.runs import load

Array = np.ndarray[Any, np.dtype[np.float64]]

BENCHMARKS: dict[str, str] = {
    "arc_easy": "ARC-Easy",
    "arc_challenge": "ARC-Challenge",
    "lambada_openai": "LAMBADA",
    "piqa": "PIQA",
    "sciq": "SciQ",
    "winogrande": "WinoGrande",
    "mmlu": "MMLU",
    "logiqa": "LogiQA",
    "wsc": "WSC",
}
"""The benchmarks by the name they have in the table."""

#: How far above a guess the largest model must end for a benchmark to count as learned.
MARGIN = 0.05
#: The first checkpoint at which any score has moved.
FIRST_STEP = 1000
LAST_STEP = 143_000


def curves(
    deduplicated: bool = False, shots: int = 0, first_step: int = FIRST_STEP
) -> pl.DataFrame:
    """Return the accuracy of every size, checkpoint and benchmark, with the loss on LAMBADA.

    Parameters
    ----------
    deduplicated : bool, optional
        Whether the runs on the deduplicated corpus are taken.
    shots : int, optional
        Examples in the prompt: 0 or 5.
    first_step : int, optional
        Checkpoints before this one are left out.

    Returns
    -------
    polars.DataFrame
        One row a benchmark, size and checkpoint: ``benchmark``, ``size``, ``params``, ``step``,
        ``tokens``, ``flops``, ``score`` and ``score_error`` as shares, ``chance``, and ``loss``,
        the logarithm of LAMBADA's perplexity in nats a word. MMLU is the mean of 57 subjects.

    Raises
    ------
    ValueError
        If there are no scores with so many examples.

    Examples
    --------
    >>> table = curves()
    >>> table["size"].unique(maintain_order=True).to_list()
    ['70M', '160M', '410M', '1B', '1.4B', '2.8B', '6.9B', '12B']
    """
    if shots not in (0, 5):
        raise ValueError(f"shots is {shots}; accepted are 0 and 5")
    return _curves(deduplicated, shots).filter(pl.col("step") >= first_step)


@lru_cache(maxsize=4)
def _curves(deduplicated: bool, shots: int) -> pl.DataFrame:
    evals = load("pythia-evals").filter("used", deduplicated=deduplicated, shots=shots)
    tasks = load("pythia-tasks").filter("used").select("task", "chance", benchmark="group")
    keys = ["benchmark", "params", "step", "tokens"]
    scores = evals.filter(measure="accuracy").join(tasks, on="task")
    variance = pl.col("score_error").pow(2).sum()
    scores = scores.group_by(keys).agg(
        pl.col("model").first(),
        pl.col("score", "chance").mean(),
        score_error=variance.sqrt() / pl.len(),
    )
    words = evals.filter(measure="perplexity").select("params", "step", loss=pl.col("score").log())
    order = pl.Enum(list(BENCHMARKS))
    size = pl.col("model").str.split("-").list.get(1).str.to_uppercase()
    return (
        scores.join(words, on=["params", "step"])
        .with_columns(flops=6 * pl.col("params") * pl.col("tokens"), size=size)
        .sort(pl.col("benchmark").cast(order), "params", "step")
        .select(
            *("benchmark", "size", "params", "step", "tokens", "flops"),
            *("score", "score_error", "chance", "loss"),
        )
    )


def learned(table: pl.DataFrame, margin: float = MARGIN) -> list[str]:
    """Return the benchmarks on which the largest model ends clearly above a guess.

    Parameters
    ----------
    table : polars.DataFrame
        What `curves` returns.
    margin : float, optional
        By how much, as a share.

    Returns
    -------
    list of str
        Benchmarks, in the order of `BENCHMARKS`.

    Examples
    --------
    >>> learned(curves())
    ['arc_easy', 'arc_challenge', 'lambada_openai', 'piqa', 'sciq', 'winogrande']
    """
    last = table.filter(
        pl.col("params") == pl.col("params").max(), pl.col("step") == pl.col("step").max()
    )
    return last.filter(pl.col("score") > pl.col("chance") + margin)["benchmark"].to_list()


def polynomial(x: Array, y: Array, at: Array, degree: int = 3) -> Array:
    """Fit a polynomial by least squares and evaluate it.

    Parameters
    ----------
    x, y : numpy.ndarray of shape (n,)
        The points.
    at : numpy.ndarray of shape (m,)
        Where to evaluate.
    degree : int, optional
        Its degree.

    Returns
    -------
    numpy.ndarray of shape (m,)
        The values.

    Examples
    --------
    >>> x = np.arange(6.0)
    >>> polynomial(x, x**2, np.array([10.0])).round(6).tolist()
    [100.0]
    """
    middle, width = x.mean(), x.std()
    found = np.polynomial.polynomial.polyfit((x - middle) / width, y, degree)
    return np.asarray(np.polynomial.polynomial.polyval((at - middle) / width, found))


def size_draws(params: Array, resamples: int, seed: int, fewest: int = 4) -> list[Any]:
    """Draw whole sizes with replacement, and return the rows that belong to each draw.

    Parameters
    ----------
    params : numpy.ndarray of shape (rows,)
        The size of each row.
    resamples : int
        How many draws.
    seed : int
        Of the draws.
    fewest : int, optional
        A draw with fewer different sizes is drawn again.

    Returns
    -------
    list of numpy.ndarray
        Row numbers.

    Examples
    --------
    >>> rows = size_draws(np.array([1.0, 1.0, 2.0, 3.0]), 1, seed=0, fewest=2)
    >>> len(rows), set(rows[0]) <= {0, 1, 2, 3}
    (1, True)
    """
    rng = np.random.default_rng(seed)
    places = [np.flatnonzero(params == size) for size in np.unique(params)]
    found: list[Any] = []
    while len(found) < resamples:
        drawn = rng.integers(len(places), size=len(places))
        if len(set(drawn.tolist())) >= fewest:
            found.append(np.concatenate([places[k] for k in drawn]))
    return found

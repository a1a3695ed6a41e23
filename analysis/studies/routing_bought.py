"""Two routers that were bought, on MT-Bench: what their scores say against mixing at random."""

from __future__ import annotations

import numpy as np
import polars as pl

from analysis.fitting.uncertainty import percentile
from analysis.records import value
from analysis.runs import load

WEAK, STRONG = "Mixtral 8x7B", "GPT-4 Turbo"
ROUTERS = {"router of Unify": "unify", "router of Martian": "martian"}


def bought(*, resamples: int = 2000, level: float = 0.95, seed: int = 0) -> pl.DataFrame:
    """Compare bought routers with sending as many calls to the strong model at random.

    Questions are drawn anew, with all answers to both of their turns together.

    Parameters
    ----------
    resamples : int, optional
        How often questions are drawn.
    level : float, optional
        Level of the intervals.
    seed : int, optional
        Seed of the draws.

    Returns
    -------
    polars.DataFrame
        One row a router: ``router``, ``calls`` (share of calls to the strong model, as its
        buyers state it), ``score``, ``random`` (what a random mix of this table's two models
        would score) and ``gain`` with ``low`` and ``high``.
    """
    sums, counts = _by_question()
    rng = np.random.default_rng(seed)
    questions = sums[WEAK].size
    weights = np.vstack(
        [
            np.ones(questions),
            rng.multinomial(questions, np.full(questions, 1 / questions), size=resamples),
        ]
    )
    means = {name: (weights @ sums[name]) / (weights @ counts[name]) for name in sums}
    lines = []
    for name, key in ROUTERS.items():
        calls = value("ong2024", f"{key}_calls") / 100
        mixed = means[WEAK] + calls * (means[STRONG] - means[WEAK])
        gain = means[name] - mixed
        low, high = percentile(gain[1:], level)
        lines.append(
            {
                "router": name,
                "calls": calls,
                "score": means[name][0],
                "random": mixed[0],
                "gain": gain[0],
                "low": low,
                "high": high,
            }
        )
    return pl.DataFrame(lines)


def single() -> dict[str, float]:
    """Return the mean score of each of the two models.

    Returns
    -------
    dict of str to float
        Points of 10, by model.
    """
    sums, counts = _by_question()
    return {name: float(sums[name].sum() / counts[name].sum()) for name in (WEAK, STRONG)}


def _by_question() -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Return sums and numbers of scores by question, for each model."""
    rows = load("routellm-judged").filter("used")
    table = rows.group_by("model", "question").agg(pl.col("score").sum(), count=pl.len())
    sums, counts = {}, {}
    for (name,), own in table.sort("question").group_by("model", maintain_order=True):
        sums[str(name)] = own["score"].to_numpy()
        counts[str(name)] = own["count"].to_numpy()
    return sums, counts

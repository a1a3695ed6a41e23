"""The frontier with resamples: its speed against a loop (F1), and its coverage (F2)."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
import polars as pl
from tqdm import tqdm

from analysis.economics import attempts, frontier
from analysis.studies.cost_of_pass_coverage import coverage
from tests.benchmarks.bar import Figure, bar
from tests.benchmarks.clock import medians

PROBLEMS, MODELS, ATTEMPTS = 250, 15, 8
RESAMPLES = 2000
#: The loop is timed on fewer, all alike, and scaled.
LOOPED = 100
HUMAN = 20.0


def table() -> pl.DataFrame:
    """Return 30,000 attempts."""
    random = np.random.default_rng(0)
    at = np.indices((PROBLEMS, MODELS, ATTEMPTS)).reshape(3, -1)
    return pl.DataFrame(
        {
            "problem": at[0],
            "model": [f"model {j}" for j in at[1]],
            "attempt": at[2],
            "passed": random.integers(0, 2, at.shape[1]),
            "usd": random.uniform(0.01, 1, at.shape[1]),
        }
    )


def looped(records: pl.DataFrame, attempts_too: bool, resamples: int) -> list[float]:
    """Draw rows of the frame for each resample and group them anew.

    The rows of a draw are found by array work, which favours the loop.
    """
    random = np.random.default_rng(0)
    shape = (PROBLEMS, MODELS, ATTEMPTS)
    rows = np.arange(records.height).reshape(shape)
    copy = pl.Series("copy", np.repeat(np.arange(PROBLEMS), MODELS * ATTEMPTS))
    found = []
    for _ in tqdm(range(resamples), desc="grouping", leave=False, disable=None):
        drawn = rows[random.integers(PROBLEMS, size=PROBLEMS)]
        if attempts_too:
            pick = random.integers(ATTEMPTS, size=shape)
            drawn = np.take_along_axis(drawn, pick, axis=2)
        cells = (
            records[drawn.ravel()]
            .with_columns(copy)
            .group_by("copy", "model")
            .agg(pl.col("usd").sum(), pl.col("passed").sum())
            .with_columns(
                cost=pl.when(pl.col("passed") > 0)
                .then(pl.col("usd") / pl.col("passed"))
                .otherwise(HUMAN)
            )
        )
        best = cells.group_by("copy").agg(pl.col("cost").min().clip(upper_bound=HUMAN))
        found.append(float(best["cost"].to_numpy().mean()))
    return found


@bar("F1", "The frontier of 30,000 attempts with 2,000 resamples, against grouping for each")
def resampled_frontier() -> Iterator[Figure]:
    """Compare both kinds of resamples, in this run, on one thread."""
    records = table()
    laid = attempts(records)
    for over, both in (("problems", False), ("both", True)):

        def ours(over: str = over) -> None:
            frontier(laid, HUMAN, over=over, method="percentile", resamples=RESAMPLES)

        took = medians({"ours": ours}, label=f"over {over}")["ours"]
        looped(records, both, 5)
        begin = time.process_time()
        theirs = looped(records, both, LOOPED)
        loop = (time.process_time() - begin) * RESAMPLES / LOOPED
        span = frontier(laid, HUMAN, over=over, method="percentile").interval
        if not span.low < np.mean(theirs) < span.high:
            raise AssertionError(f"the loop finds {np.mean(theirs)}, the interval is {span}")
        what = "problems" if over == "problems" else "problems and attempts"
        yield Figure(
            f"faster, over {what}",
            loop / took,
            at_least=20,
            note=f"{took:.2g} s and {loop:.2g} s, the loop scaled up from {LOOPED} resamples",
        )


@bar("F2", "How often 95% intervals of a frontier hold the truth, from eight attempts")
def covered() -> Iterator[Figure]:
    """Count on simulated records; only the interval by parts claims the nominal rate."""
    found = coverage(studies=1000, redrawn_studies=150, fitted_studies=30)
    for row in found.iter_rows(named=True):
        known = row["estimator"] != "raw"
        held = row["known_held" if known else "eight_held"]
        ratio = row["known_ratio" if known else "eight_ratio"]
        claims = row["interval"] == "problems, by parts"
        truth = "known success rates" if known else "what eight attempts show"
        error = 100 * (held * (1 - held) / row["studies"]) ** 0.5
        yield Figure(
            f"{row['task']} task, {row['estimator']}, {row['interval']}",
            100 * held,
            at_least=94 if claims else None,
            unit="%",
            note=f"of {truth}; ± {error:.1f} points; estimate over truth {ratio:.2f}",
        )

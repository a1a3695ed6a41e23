"""The routing study: a weak and a strong model, and routers that only see the prompt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from analysis.economics.hulls import Array, area
from analysis.economics.routing import Pair, needs, route
from analysis.economics.routing_intervals import Interval, measures
from analysis.economics.routing_skill import skill_of
from analysis.economics.routing_worth import break_even_accuracy, break_even_skill
from analysis.runs import load

#: Benchmarks of the pair, as they are named in figures.
BENCHMARKS = {"mmlu": "MMLU", "gsm8k": "GSM8K"}
#: Characters that one token stands for, a rule of thumb for English.
CHARS_PER_TOKEN = 4.0
#: The price table of the month before the paper.
PRICE_TABLE = "tokencost ad4d93d5db57"
_STRONG = "gpt-4-1106-preview"
_WEAK = r"(?i)(^|/)(mixtral-8x7b-(instruct|32768)|open-mixtral-8x7b)|mistral\.mixtral-8x7b"
#: Prompts that the mean of a subject is drawn towards the mean of all with.
_PRIOR = 10.0


def prices() -> pl.DataFrame:
    """Return what each provider asked for the two models a month before the paper.

    Returns
    -------
    polars.DataFrame
        One row a provider and model: ``which`` (weak or strong), provider, input and output in
        US dollars per million tokens; of several entries of a provider the cheapest.
    """
    table = load("api-prices").filter(pl.col("table") == PRICE_TABLE, pl.col("used"))
    weak = pl.col("name").str.contains(_WEAK)
    named = table.with_columns(
        which=pl.when(pl.col("name") == _STRONG)
        .then(pl.lit("strong"))
        .when(weak)
        .then(pl.lit("weak"))
    ).filter(pl.col("which").is_not_null() & (pl.col("input") > 0))
    return (
        named.sort("which", "provider", "input", "name")
        .unique(["which", "provider"], keep="first", maintain_order=True)
        .select("which", "provider", "name", "input", "output")
    )


def price(which: str) -> tuple[float, float]:
    """Return the median price over providers, of prompt and of answer tokens.

    Parameters
    ----------
    which : str
        ``weak`` or ``strong``.

    Returns
    -------
    tuple of float
        US dollars per million tokens.
    """
    own = prices().filter(pl.col("which") == which)
    return float(own["input"].median()), float(own["output"].median())  # type: ignore[arg-type]


def prompts(benchmark: str, *, everything: bool = False, instructions: float = 0.0) -> pl.DataFrame:
    """Return the prompts of one benchmark, with the estimated cost of both answers.

    Parameters
    ----------
    benchmark : str
        ``mmlu`` or ``gsm8k``.
    everything : bool, optional
        Keep the prompts that are left out because the strong answers were not read.
    instructions : float, optional
        Tokens of instructions and examples that go with every prompt, on top of its own.

    Returns
    -------
    polars.DataFrame
        The rows of the table ``routellm`` with ``weak_usd`` and ``strong_usd``.

    Raises
    ------
    ValueError
        If there is no such benchmark.
    """
    if benchmark not in BENCHMARKS:
        raise ValueError(f"benchmark is {benchmark!r}; accepted are {', '.join(BENCHMARKS)}")
    rows = load("routellm").filter(pl.col("benchmark") == benchmark)
    rows = rows if everything else rows.filter("used")
    costs = {}
    for which in ("weak", "strong"):
        read, written = price(which)
        chars = read * pl.col("prompt_chars") + written * pl.col(f"{which}_response_chars")
        costs[f"{which}_usd"] = (chars / CHARS_PER_TOKEN + read * instructions) / 1e6
    return rows.with_columns(**costs)


def pair_of(rows: pl.DataFrame) -> Pair:
    """Return the outcomes of both models as the routing functions take them.

    Parameters
    ----------
    rows : polars.DataFrame
        What `prompts` returns.

    Returns
    -------
    Pair
        Right or wrong, and US dollars, of both.
    """
    names = ("weak_correct", "strong_correct", "weak_usd", "strong_usd")
    return Pair(*(rows[name].to_numpy().astype(float) for name in names))


def routers(rows: pl.DataFrame, *, folds: int = 2, seed: int = 0) -> dict[str, Array]:
    """Return the scores of routers that need nothing but the table.

    Parameters
    ----------
    rows : polars.DataFrame
        What `prompts` returns.
    folds : int, optional
        Parts of the prompts; what a subject gains is learned on the others.
    seed : int, optional
        Seed of the parts.

    Returns
    -------
    dict of str to numpy.ndarray
        Scores of ``oracle``, ``subject`` and ``subject, per dollar`` (where there are several),
        ``longest first``, ``longest of its subject first`` and ``shortest first``.
    """
    length = rows["prompt_chars"].to_numpy().astype(float)
    found = {"oracle": needs(pair_of(rows))}
    if rows["subject"].n_unique() > 1:
        rank = pl.col("prompt_chars").rank("average").over("subject") / pl.len().over("subject")
        found["subject"] = _by_subject(rows, folds, seed)
        dearer = (rows["strong_usd"] - rows["weak_usd"]).to_numpy()
        found["subject, per dollar"] = found["subject"] / dearer
        found["longest first"] = length
        found["longest of its subject first"] = rows.select(rank).to_series().to_numpy()
    else:
        found["longest first"] = length
    return found | {"shortest first": -length}


def _by_subject(rows: pl.DataFrame, folds: int, seed: int) -> Array:
    """Return what the strong model gains in the other prompts of each prompt's subject."""
    better = (rows["strong_correct"] - rows["weak_correct"]).to_numpy().astype(float)
    subject = rows["subject"].rank("dense").to_numpy().astype(int) - 1
    fold = np.random.default_rng(seed).integers(0, folds, rows.height)
    score = np.empty(rows.height)
    for part in range(folds):
        seen = fold != part
        count = np.bincount(subject[seen], minlength=subject.max() + 1)
        gained = np.bincount(subject[seen], better[seen], minlength=subject.max() + 1)
        learned = (gained + _PRIOR * better[seen].mean()) / (count + _PRIOR)
        score[~seen] = learned[subject[~seen]]
    return score


def measured(
    benchmark: str, *, resamples: int = 300, everything: bool = False
) -> tuple[pl.DataFrame, dict[str, dict[str, Interval]]]:
    """Measure every router of a benchmark, with and without the hull.

    Parameters
    ----------
    benchmark : str
        ``mmlu`` or ``gsm8k``.
    resamples : int, optional
        How often prompts are drawn anew.
    everything : bool, optional
        As in `prompts`.

    Returns
    -------
    tuple
        A frame with one row a router: ``skill`` (area under the ROC curve), ``recovered``
        (APGR), ``gain`` over random without the hull with its 95% interval, ``gain_hull`` with
        it, ``gain_usd`` over dollars with its interval, ``calls_50`` and ``calls_80``; and the
        intervals as `measures` returns them.
    """
    rows = prompts(benchmark, everything=everything)
    pair, scores = pair_of(rows), routers(rows)
    found = measures(pair, scores, resamples=resamples)
    wanted = pair.strong > pair.weak
    lines = []
    for name, score in scores.items():
        curve, one = route(pair, score), found[name]
        lines.append(
            {
                "benchmark": BENCHMARKS[benchmark],
                "router": name,
                "skill": skill_of(wanted, score),
                "recovered": curve.recovered,
                **dict(zip(("gain", "low", "high"), one["gain"], strict=True)),
                "gain_hull": area(curve.share, curve.closed, up_to=1.0) - 0.5,
                **dict(zip(("gain_usd", "low_usd", "high_usd"), one["gain_usd"], strict=True)),
                "calls_50": one["calls_50"][0],
                "calls_80": one["calls_80"][0],
            }
        )
    return pl.DataFrame(lines), found


def instructed(benchmark: str, tokens: Sequence[float]) -> pl.DataFrame:
    """Measure the routers over dollars when every prompt carries instructions of some length.

    Parameters
    ----------
    benchmark : str
        ``mmlu`` or ``gsm8k``.
    tokens : sequence of float
        Lengths of the instructions.

    Returns
    -------
    polars.DataFrame
        One row a length: ``instructions``, and the gain over dollars of each router but the
        oracle.
    """
    lines = []
    for length in tokens:
        rows = prompts(benchmark, instructions=length)
        pair, scores = pair_of(rows), routers(rows)
        gains = {n: route(pair, s).recovered_usd - 0.5 for n, s in scores.items() if n != "oracle"}
        lines.append({"instructions": length} | gains)
    return pl.DataFrame(lines)


def pair_table() -> pl.DataFrame:
    """Describe the pair on each benchmark, with and without the answers that were not read.

    Returns
    -------
    polars.DataFrame
        Prompts, accuracies, shares by who is right, mean costs of a prompt in millionths of a
        dollar, and how many times the strong answer costs the weak one.
    """
    lines = []
    for benchmark, name in BENCHMARKS.items():
        for everything in (True, False) if benchmark == "mmlu" else (True,):
            pair = pair_of(prompts(benchmark, everything=everything))
            lines.append(
                {
                    "benchmark": name if everything else f"{name}, as used",
                    "prompts": pair.weak.size,
                    "weak": pair.weak.mean(),
                    "strong": pair.strong.mean(),
                    **pair.shares,
                    "weak_usd_1e6": 1e6 * pair.weak_usd.mean(),
                    "strong_usd_1e6": 1e6 * pair.strong_usd.mean(),
                    "price_ratio": pair.strong_usd.mean() / pair.weak_usd.mean(),
                }
            )
    return pl.DataFrame(lines)


def break_even(pairs: Mapping[str, Pair], costs: Any) -> pl.DataFrame:
    """Return what a router must get right to pay for itself, for several pairs and own costs.

    Parameters
    ----------
    pairs : mapping of str to Pair
        The pairs by name.
    costs : array
        The router's cost for one prompt, as a share of the price gap between the models.

    Returns
    -------
    polars.DataFrame
        One row a pair and cost: ``pair``, ``cost``, ``skill`` at half the gap recovered (null if
        no router saves so much), and ``accuracy``, balanced, of a router that says yes or no.
    """
    lines = []
    for name, pair in pairs.items():
        strong, weak = pair.shares["only strong"], pair.shares["only weak"]
        for cost in np.atleast_1d(costs).tolist():
            skill = break_even_skill(strong, weak, cost)
            accuracy = break_even_accuracy(strong, weak, cost)
            lines.append(
                {
                    "pair": name,
                    "cost": cost,
                    "skill": None if np.isnan(skill) else skill,
                    "accuracy": accuracy if accuracy <= 1 else None,
                }
            )
    return pl.DataFrame(lines)


def as_dear_as_weak(pairs: Mapping[str, Pair]) -> pl.DataFrame:
    """Return what a router must get right that costs as much as an answer of the weak model.

    Parameters
    ----------
    pairs : mapping of str to Pair
        The pairs by name.

    Returns
    -------
    polars.DataFrame
        One row a pair: ``pair``, ``price_ratio`` of strong to weak, and ``cost``, ``skill`` and
        ``accuracy`` as `break_even` returns them.
    """
    parts = []
    for name, pair in pairs.items():
        weak = float(pair.weak_usd.mean())
        ratio = pl.lit(float(pair.strong_usd.mean()) / weak).alias("price_ratio")
        one = break_even({name: pair}, weak / pair.price_gap)
        parts.append(one.select("pair", ratio, "cost", "skill", "accuracy"))
    return pl.concat(parts)

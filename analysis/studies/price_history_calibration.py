"""Markets of known halving time: what the interval of a price trend is worth."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl

from analysis import economics
from analysis.progress import track
from analysis.runs import load
from analysis.studies.price_history import BOARDS, FOLLOWS, HEADLINE

#: Spread of prices between models that come at the same time, in log2: half to twice the trend.
SPREAD = 1.0
_START, _LEVEL = 16.0, 0.9


def market(halving: float, families: int, seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Make offers of models that all reach a score, whose prices fall by replacement alone.

    Families come at random days between the first and the last table that the headline uses;
    each has one to three models, priced on a trend at their day, times chance, and never
    repriced.

    Parameters
    ----------
    halving : float
        Months in which the trend halves; infinite for none.
    families : int
        How many families.
    seed : int
        Of the draws.

    Returns
    -------
    tuple of polars.DataFrame
        Offers and scores, as `economics.price_trend` takes them.
    """
    rng = np.random.default_rng(seed)
    tables = load("api-price-tables").filter(pl.col("dated") <= BOARDS[HEADLINE[0]])
    days = tables["dated"].sort().to_list()
    span = (days[-1] - days[0]).days
    rows = []
    for family in range(families):
        # The first is there at once, or the price of the first tables would not be known.
        entry = 0 if family == 0 else int(rng.integers(0, span))
        level = rng.normal(0, SPREAD)
        for k in range(int(rng.integers(1, 4))):
            came = min(entry + k * int(rng.integers(0, 120)), span)
            price = _START * 2 ** (level - came / 30.44 / halving + rng.normal(0, SPREAD / 3))
            for day in days:
                if day >= days[0] + timedelta(days=came):
                    rows.append((day, f"{family}-{k}", f"{family}-{k}", str(family), price))
    offered = pl.DataFrame(rows, ["dated", "name", "model", "family", "input"], orient="row")
    offered = offered.with_columns(
        output="input", provider=pl.lit("maker"), first_party=pl.lit(value=True)
    )
    return offered, offered.select("model").unique().sort("model").with_columns(score=0.8)


def coverage(
    halvings: tuple[float, ...] = (2.0, 6.0, float("inf")),
    *,
    families: int = 19,
    markets: int = 60,
    resamples: int = 200,
    forms: tuple[str, ...] = ("steps", "entries"),
) -> pl.DataFrame:
    """Measure how often the interval of a price trend holds the halving time of made markets.

    Parameters
    ----------
    halvings : tuple of float, optional
        True halving times in months; infinite for no trend.
    families : int, optional
        Families in each market; 19 reach the headline's score.
    markets, resamples : int, optional
        How many markets, and draws in each.
    forms : tuple of str, optional
        How the rate is read off.

    Returns
    -------
    polars.DataFrame
        One row a way to read the rate off and a halving time: the median estimate, the coverage
        of the 90% interval, and its binomial standard error. Rates, not times, are compared, so
        that no trend is a number.
    """
    rows = []
    for true in halvings:
        found: dict[str, list[float]] = {form: [] for form in forms}
        held: dict[str, list[bool]] = {form: [] for form in forms}
        for seed in track(range(markets), label=f"halving {true:g} months"):
            offered, scores = market(true, families, seed)
            for form in forms:
                trend = economics.price_trend(
                    offered, scores, threshold=0.5, form=form, level=_LEVEL, resamples=resamples,
                    seed=seed,
                )  # fmt: skip
                found[form].append(1 / trend.halving_months)
                held[form].append(1 / trend.high <= 1 / true <= 1 / trend.low)
        for form in forms:
            share = float(np.mean(held[form]))
            error = float(np.sqrt(max(share * (1 - share), 1 / markets) / markets))
            rows.append(
                {"follows": FOLLOWS.get(form, form), "true_months": true}
                | {"estimate_months": _months(found[form])}
                | {"coverage": share, "coverage_se": error, "markets": markets}
            )
    return pl.DataFrame(rows).sort("follows", "true_months")


def _months(rates: list[float]) -> float:
    rate = float(np.median(rates))
    return 1 / rate if rate > 0 else float("inf")

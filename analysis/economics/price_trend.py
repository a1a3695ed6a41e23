"""How fast the price of a score fell, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from analysis.economics.halving import (
    check_draws,
    halved,
    halving_interval,
    halving_months,
    middle_months,
    why_untold,
)
from analysis.economics.price_market import Market, line, slopes
from analysis.economics.prices import RATIO, cheapest

Array = np.ndarray[Any, np.dtype[np.float64]]

FORMS: Mapping[str, str] = {
    "steps": "line through the cheapest price, each day counting the same",
    "tables": "line through the cheapest price, each table counting the same",
    "ends": "from the first table to the last",
    "records": "line through the lowest price so far, each day counting the same",
    "entries": "line through the first price of each model that reaches the score",
}
"""How a rate is read off: the forms that `price_trend` takes. All but the last follow the cheapest
model, the last the typical new one."""


@dataclass(frozen=True)
class PriceTrend:
    """How fast the price of a score fell.

    Attributes
    ----------
    threshold, ratio : float
        The score to reach, and prompt tokens for each generated one.
    first_party : bool
        Whether only offers of the makers themselves count.
    form : str
        How the rate is read off, a key of `FORMS`.
    models, families, tables : int
        Models and families that reach the score, and tables that offer one.
    start, end : float
        First and last price, in the unit of the offers.
    halving_months, low, high : float
        Months in which the price halves, and its interval; infinite where it does not fall.
    level : float
        Level of the interval.
    chance_months : float
        Halving time that the same models show in the middle when the days on which they came are
        shuffled: what choosing minima makes of prices without any trend.
    chance : float
        Share of shuffled orders that fall at least as fast.
    band : polars.DataFrame
        The cheapest price by table, with its interval: dated, usd_per_mtok, low, high.
    line : polars.DataFrame
        The line whose slope is the rate, at the first and the last table: dated, usd_per_mtok.
    reason : str
        Why the halving time is not identified; empty if it is.
    """

    threshold: float
    ratio: float
    first_party: bool
    form: str
    models: int
    families: int
    tables: int
    start: float
    end: float
    halving_months: float
    low: float
    high: float
    level: float
    chance_months: float
    chance: float
    band: pl.DataFrame
    line: pl.DataFrame
    reason: str

    def __repr__(self) -> str:
        ends = (self.low, self.high)
        how = halved(self.halving_months, ends, self.level, self.reason)
        return (
            f"<PriceTrend at a score of {self.threshold:g}: {self.start:.3g} to {self.end:.3g} "
            f"USD per million tokens, {how}; {self.models} models>"
        )

    @property
    def status(self) -> str:
        """``identified``, or ``not identified`` with a reason."""
        return "not identified" if self.reason else "identified"

    @property
    def per_year(self) -> float:
        """By what factor the price falls in a year."""
        return float(2 ** (12 / self.halving_months))


def price_trend(
    offered: pl.DataFrame,
    scores: pl.DataFrame,
    *,
    threshold: float,
    ratio: float = RATIO,
    first_party: bool = False,
    until: date | None = None,
    form: str = "steps",
    level: float = 0.9,
    resamples: int = 2000,
    seed: int = 0,
) -> PriceTrend:
    """Return how fast the price of a score fell.

    The interval resamples families of models, since models of a family share everything; where
    the scores say on how many cases they rest, each score is drawn anew as well.

    Parameters
    ----------
    offered : polars.DataFrame
        What `offers` returns.
    scores : polars.DataFrame
        Columns model and score, one row a model; optional ``cases`` behind the score, a share.
    threshold : float
        The score to reach.
    ratio : float, optional
        Prompt tokens for each generated token.
    first_party : bool, optional
        Only offers of the maker itself.
    until : datetime.date, optional
        The last table that counts: one from which on no new model was scored says nothing of
        how the price of the score goes on.
    form : str, default "steps"
        How the rate is read off; a key of `FORMS`.
    level : float, default 0.9
        Level of the interval.
    resamples : int, default 2000
        How many draws.
    seed : int, default 0
        Of the draws.

    Returns
    -------
    PriceTrend
        The halving time; `reason` says why if it is not identified.

    Raises
    ------
    ValueError
        If `form` is not known, `level` or `resamples` is out of range, or nothing on offer
        reaches the score.

    Examples
    --------
    >>> days = [date(2024, 1, 1), date(2024, 7, 1), date(2025, 1, 1), date(2025, 7, 1)]
    >>> offered = pl.DataFrame({"dated": days, "name": list("abcd"), "provider": "p",
    ...     "input": [8.0, 4.0, 2.0, 1.0], "output": [8.0, 4.0, 2.0, 1.0], "model": list("ABCD"),
    ...     "family": list("ABCD"), "first_party": True})
    >>> scores = pl.DataFrame({"model": list("ABCD"), "score": [0.7] * 4})
    >>> trend = price_trend(offered, scores, threshold=0.6, form="ends", resamples=50)
    >>> round(trend.halving_months, 1)
    6.0
    """
    check_draws(form, FORMS, level, resamples)
    if first_party:
        offered = offered.filter("first_party")
    market = Market.of(offered, scores, ratio, until)
    curve = cheapest(market.offered, scores, threshold, ratio=ratio)
    if not curve.height:
        raise ValueError(f"threshold is {threshold}; accepted is a score that some offer reaches")
    reached = market.scores >= threshold - 1e-12
    own = market.lowest(reached[None])[0]
    rng = np.random.default_rng(seed)
    counts = market.resampled(threshold, resamples, rng)
    drawn = market.lowest(counts > 0)
    if form == "entries":
        slope = market.entry_slopes(reached[None].astype(float))[0]
        slopes_drawn = market.entry_slopes(counts)
        shuffled = market.entry_slopes(reached[None].astype(float), resamples, rng)
    else:
        slope = slopes(market.days, own[None], form)[0]
        slopes_drawn = slopes(market.days, drawn, form)
        shuffled = slopes(market.days, market.shuffled(reached, resamples, rng), form)
    low, high = halving_interval(slopes_drawn, level)
    tail = (1 - level) / 2
    return PriceTrend(
        threshold, ratio, first_party, form, int(reached.sum()),
        len(np.unique(market.family[reached])), curve.height,
        curve["usd_per_mtok"][0], curve["usd_per_mtok"][-1],
        halving_months(slope), low, high, level,
        middle_months(shuffled),
        float((1 + (shuffled <= slope + 1e-12).sum()) / (1 + np.isfinite(shuffled).sum())),
        _band(market, own, drawn, tail),
        line(market, own, reached, slope, form),
        _reason(curve, slope, slopes_drawn, high),
    )  # fmt: skip


def _band(market: Market, own: Array, drawn: Array, tail: float) -> pl.DataFrame:
    known = np.isfinite(own)
    low, high = (
        np.array([np.quantile(c[np.isfinite(c)], q) if np.isfinite(c).any() else np.nan
                  for c in drawn.T])
        for q in (tail, 1 - tail)
    )  # fmt: skip
    return pl.DataFrame(
        {"dated": market.dates, "usd_per_mtok": 2.0**own, "low": 2.0**low, "high": 2.0**high}
    ).filter(known)


def _reason(curve: pl.DataFrame, slope: float, drawn: Array, high: float) -> str:
    prices = curve["usd_per_mtok"].n_unique()
    if not np.isfinite(slope) or prices < 3:
        return f"{prices} different prices"
    return why_untold(drawn, high)

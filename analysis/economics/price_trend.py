"""How fast the price of a score fell, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from analysis.economics.prices import RATIO, blended, cheapest

Array = np.ndarray[Any, np.dtype[np.float64]]

MONTH = 365.25 / 12
FORMS: Mapping[str, str] = {
    "steps": "line through the cheapest price, each day counting the same",
    "tables": "line through the cheapest price, each table counting the same",
    "ends": "from the first table to the last",
    "records": "line through the lowest price so far, each day counting the same",
}
"""How a rate is read off: the forms that `price_trend` takes."""


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
    reason: str

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
    if form not in FORMS:
        raise ValueError(f"form is {form!r}; accepted are {', '.join(FORMS)}")
    if not 0 < level < 1 or resamples < 1:
        raise ValueError(
            f"level is {level} and resamples {resamples}; accepted are between 0 and 1, from 1"
        )
    if first_party:
        offered = offered.filter("first_party")
    market = _Market.of(offered, scores, ratio, until)
    curve = cheapest(market.offered, scores, threshold, ratio=ratio)
    if not curve.height:
        raise ValueError(f"threshold is {threshold}; accepted is a score that some offer reaches")
    reached = market.scores >= threshold - 1e-12
    own = market.lowest(reached[None])[0]
    rng = np.random.default_rng(seed)
    drawn = market.lowest(market.resampled(threshold, resamples, rng))
    slope = slopes(market.days, own[None], form)[0]
    slopes_drawn = slopes(market.days, drawn, form)
    shuffled = slopes(market.days, market.shuffled(reached, resamples, rng), form)
    low, high = _interval(slopes_drawn, level)
    tail = (1 - level) / 2
    return PriceTrend(
        threshold, ratio, first_party, form, int(reached.sum()),
        len(np.unique(market.family[reached])), curve.height,
        curve["usd_per_mtok"][0], curve["usd_per_mtok"][-1],
        _months(slope), low, high, level,
        _months(float(np.nanmedian(shuffled)) if np.isfinite(shuffled).any() else np.nan),
        float((1 + (shuffled <= slope + 1e-12).sum()) / (1 + np.isfinite(shuffled).sum())),
        _band(market, own, drawn, tail),
        _reason(curve, slope, slopes_drawn, high),
    )  # fmt: skip


def slopes(days: Array, logs: Array, form: str) -> Array:
    """Return the slope of each row of log2 prices, in doublings per day.

    Parameters
    ----------
    days : numpy.ndarray of shape (tables,)
        Days of the tables, rising.
    logs : numpy.ndarray of shape (rows, tables)
        Log2 prices, infinite where nothing is on offer.
    form : str
        A key of `FORMS`.

    Returns
    -------
    numpy.ndarray of shape (rows,)
        The slopes; NaN where fewer than two tables have a price.
    """
    if form == "records":
        logs = np.minimum.accumulate(logs, axis=1)
    known = np.isfinite(logs)
    value = np.where(known, logs, 0.0)
    if form == "ends":
        first = known.argmax(axis=1)
        last = known.shape[1] - 1 - known[:, ::-1].argmax(axis=1)
        rows = np.arange(len(logs))
        with np.errstate(invalid="ignore", divide="ignore"):
            rate = (value[rows, last] - value[rows, first]) / (days[last] - days[first])
        return np.where(known.sum(axis=1) > 1, rate, np.nan)
    # Each table stands for the days around it, half of the way to its neighbours.
    width = np.ones_like(days) if form == "tables" else np.gradient(days)
    weight = np.where(known, width, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        total = weight.sum(axis=1)
        time = days - ((weight * days).sum(axis=1) / total)[:, None]
        spread = (weight * time**2).sum(axis=1)
        rate = (weight * time * value).sum(axis=1) / spread
    return np.where(known.sum(axis=1) > 1, rate, np.nan)


@dataclass(frozen=True)
class _Market:
    """Log2 prices by model and table; infinite where a model is not on offer."""

    offered: pl.DataFrame
    dates: list[date]
    days: Array
    logs: Array
    scores: Array
    cases: Any
    family: Any

    @classmethod
    def of(
        cls, offered: pl.DataFrame, scores: pl.DataFrame, ratio: float, until: date | None
    ) -> _Market:
        if until is not None:
            offered = offered.filter(pl.col("dated") <= until)
        both = offered.join(scores, on="model", how="inner").with_columns(price=blended(ratio))
        best = both.group_by("model", "family", "dated").agg(pl.col("price").min())
        models = scores.join(
            best.select("model", "family").unique(), on="model", maintain_order="left"
        ).sort("model")
        dates = best["dated"].unique().sort().to_list()
        row = {name: k for k, name in enumerate(models["model"])}
        column = {day: k for k, day in enumerate(dates)}
        logs = np.full((len(row), len(dates)), np.inf)
        for model, _, day, price in best.iter_rows():
            logs[row[model], column[day]] = np.log2(price)
        return cls(
            offered,
            dates,
            np.array([float(day.toordinal()) for day in dates]),
            logs,
            models["score"].cast(pl.Float64).to_numpy(),
            models["cases"].to_numpy() if "cases" in models.columns else None,
            np.unique(models["family"].to_numpy(), return_inverse=True)[1],
        )

    def lowest(self, present: Any) -> Array:
        """Return the cheapest log2 price by table of each set of models, (sets, tables)."""
        out: Array = np.where(present[:, :, None], self.logs[None], np.inf).min(axis=1, initial=1e9)
        return np.where(out < 1e8, out, np.inf)

    def resampled(self, threshold: float, resamples: int, rng: np.random.Generator) -> Any:
        """Return which models are there and reach the score in each draw, (draws, models)."""
        count = int(self.family.max()) + 1 if len(self.family) else 0
        picked = rng.integers(0, count, size=(resamples, count))
        there = np.zeros((resamples, count), dtype=bool)
        there[np.arange(resamples)[:, None], picked] = True
        scores: Any = self.scores[None]
        if self.cases is not None:
            shares = np.clip(self.scores, 0, 1)
            scores = rng.binomial(self.cases, shares, (resamples, len(shares))) / self.cases
        return there[:, self.family] & (scores >= threshold - 1e-12)

    def shuffled(self, reached: Any, resamples: int, rng: np.random.Generator) -> Array:
        """Return cheapest prices when models that reach the score trade their first days."""
        logs = self.logs[reached]
        known = np.isfinite(logs)
        level = np.where(known, logs, 0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
        entry = np.tile(known.argmax(axis=1), (resamples, 1))
        entry = rng.permuted(entry, axis=1)
        there = np.arange(logs.shape[1])[None, None, :] >= entry[:, :, None]
        prices: Array = np.where(there, level[None, :, None], np.inf).min(axis=1)
        return prices


def _band(market: _Market, own: Array, drawn: Array, tail: float) -> pl.DataFrame:
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
    lost = 1 - np.isfinite(drawn).mean()
    if lost > 0.05:
        return f"{100 * lost:.0f}% of the resamples have no trend to read off"
    if not np.isfinite(high):
        return "some resamples within the interval do not fall"
    return ""


def _months(slope: float) -> float:
    if not np.isfinite(slope):
        return float("nan")
    # Rounding leaves a hair of slope in a price that never moves.
    return float(-1 / slope / MONTH) if slope < -1e-9 else float("inf")


def _interval(drawn: Array, level: float) -> tuple[float, float]:
    known = drawn[np.isfinite(drawn)]
    if not len(known):
        return float("nan"), float("nan")
    tail = (1 - level) / 2
    steep, flat = np.quantile(known, [tail, 1 - tail])
    return _months(float(steep)), _months(float(flat))

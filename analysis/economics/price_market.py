"""Offers of scored models as arrays, and the rates at which their prices fall."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from analysis.economics.prices import blended

Array = np.ndarray[Any, np.dtype[np.float64]]


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
class Market:
    """Log2 prices by model and table; infinite where a model is not on offer.

    Attributes
    ----------
    offered : polars.DataFrame
        The offers that count.
    dates : list of datetime.date
        The tables in which a scored model is on offer; `days` the same as numbers.
    days : numpy.ndarray of shape (tables,)
        The days.
    logs : numpy.ndarray of shape (models, tables)
        The prices.
    scores : numpy.ndarray of shape (models,)
        The scores.
    cases : numpy.ndarray of shape (models,) or None
        On how many cases each score rests, if that is known.
    family : numpy.ndarray of shape (models,)
        The number of each model's family.
    opening : float
        The first day of all tables: what is on offer there came before.
    """

    offered: pl.DataFrame
    dates: list[date]
    days: Array
    logs: Array
    scores: Array
    cases: Any
    family: Any
    opening: float

    @classmethod
    def of(
        cls, offered: pl.DataFrame, scores: pl.DataFrame, ratio: float, until: date | None
    ) -> Market:
        """Lay out offers and scores.

        Parameters
        ----------
        offered, scores : polars.DataFrame
            As for `price_trend`.
        ratio : float
            Prompt tokens for each generated token.
        until : datetime.date or None
            The last table that counts.

        Returns
        -------
        Market
            The market.
        """
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
            float(offered["dated"].min().toordinal()),  # type: ignore[union-attr]
        )

    def lowest(self, present: Any) -> Array:
        """Return the cheapest log2 price by table of sets of models.

        Parameters
        ----------
        present : numpy.ndarray of shape (sets, models)
            Which models are in each set.

        Returns
        -------
        numpy.ndarray of shape (sets, tables)
            The prices; infinite where no model of the set is on offer.
        """
        out: Array = np.where(present[:, :, None], self.logs[None], np.inf).min(axis=1, initial=1e9)
        return np.where(out < 1e8, out, np.inf)

    def resampled(self, threshold: float, resamples: int, rng: np.random.Generator) -> Any:
        """Draw families, and scores where their cases are known.

        Parameters
        ----------
        threshold : float
            The score to reach.
        resamples : int
            How many draws.
        rng : numpy.random.Generator
            Random numbers.

        Returns
        -------
        numpy.ndarray of shape (resamples, models)
            How often each model is in a draw and reaches the score there.
        """
        count = int(self.family.max()) + 1 if len(self.family) else 0
        there = rng.multinomial(count, np.full(count, 1 / count), resamples).astype(float)
        scores: Any = self.scores[None]
        if self.cases is not None:
            shares = np.clip(self.scores, 0, 1)
            scores = rng.binomial(self.cases, shares, (resamples, len(shares))) / self.cases
        return there[:, self.family] * (scores >= threshold - 1e-12)

    def entry_slopes(
        self, weights: Array, shuffles: int = 0, rng: np.random.Generator | None = None
    ) -> Array:
        """Return slopes through the first price of each model.

        Models of the first of all tables came earlier, on a day that was not seen; they are
        left out.

        Parameters
        ----------
        weights : numpy.ndarray of shape (sets, models)
            How often each model counts.
        shuffles : int, optional
            With `rng`, how many times the prices of the first set are dealt anew.
        rng : numpy.random.Generator, optional
            Random numbers of the shuffles.

        Returns
        -------
        numpy.ndarray of shape (sets,) or (shuffles,)
            Doublings per day; NaN where fewer than two days have a price.
        """
        known = np.isfinite(self.logs)
        entry = known.argmax(axis=1)
        price = self.logs[np.arange(len(entry)), entry]
        seen = known.any(axis=1) & (self.days[entry] > self.opening)
        weight = np.where(seen, weights, 0.0)
        day, value = self.days[entry][None], np.where(seen, price, 0.0)[None]
        if rng is not None:
            used = weight[0] > 0
            weight, day = np.ones((1, used.sum())), day[:, used]
            value = rng.permuted(np.tile(value[:, used], (shuffles, 1)), axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            total = weight.sum(axis=1, keepdims=True)
            time = day - (weight * day).sum(axis=1, keepdims=True) / total
            spread = (weight * time**2).sum(axis=1)
            rate: Array = (weight * time * value).sum(axis=1) / spread
        return np.where(spread > 0, rate, np.nan)

    def shuffled(self, reached: Any, resamples: int, rng: np.random.Generator) -> Array:
        """Return cheapest prices when models that reach the score trade their first days.

        Parameters
        ----------
        reached : numpy.ndarray of shape (models,)
            Which models reach the score.
        resamples : int
            How many shuffles.
        rng : numpy.random.Generator
            Random numbers.

        Returns
        -------
        numpy.ndarray of shape (resamples, tables)
            Log2 prices.
        """
        logs = self.logs[reached]
        known = np.isfinite(logs)
        level = np.where(known, logs, 0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
        entry = np.tile(known.argmax(axis=1), (resamples, 1))
        entry = rng.permuted(entry, axis=1)
        there = np.arange(logs.shape[1])[None, None, :] >= entry[:, :, None]
        prices: Array = np.where(there, level[None, :, None], np.inf).min(axis=1)
        return prices


def line(market: Market, own: Array, reached: Any, slope: float, form: str) -> pl.DataFrame:
    """Return the line of a slope through the middle of what it was read off.

    Parameters
    ----------
    market : Market
        The market.
    own : numpy.ndarray of shape (tables,)
        Its cheapest log2 prices.
    reached : numpy.ndarray of shape (models,)
        Which models reach the score.
    slope : float
        Doublings per day.
    form : str
        A key of `FORMS`.

    Returns
    -------
    polars.DataFrame
        Its two ends: dated, usd_per_mtok; empty where there is no slope.
    """
    days, logs = market.days, own
    if form == "entries":
        known = np.isfinite(market.logs) & reached[:, None]
        there = known.any(axis=1)
        entry = known.argmax(axis=1)
        there &= market.days[entry] > market.opening
        days, logs = market.days[entry][there], market.logs[there, entry[there]]
    elif form == "records":
        logs = np.minimum.accumulate(own)
    good = np.isfinite(logs)
    width = np.gradient(days) if form in ("steps", "records") else np.ones_like(logs)
    if form == "ends":
        width = np.arange(len(logs)) == good.argmax()
    weight = np.where(good, width, 0.0)
    if not weight.sum() or not np.isfinite(slope):
        return pl.DataFrame(schema={"dated": pl.Date, "usd_per_mtok": pl.Float64})
    day = (weight * days).sum() / weight.sum()
    log = (weight * np.where(good, logs, 0.0)).sum() / weight.sum()
    ends = [market.dates[k] for k in np.flatnonzero(np.isfinite(own))[[0, -1]]]
    return pl.DataFrame(
        {"dated": ends, "usd_per_mtok": [2 ** (log + slope * (d.toordinal() - day)) for d in ends]}
    )

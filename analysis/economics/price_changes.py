"""Do sellers change their prices? Matched names between tables, and how far hosts differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from analysis.economics.prices import RATIO, blended
from analysis.fitting.uncertainty import percentile

Array = np.ndarray[Any, np.dtype[np.float64]]
_YEAR = 365.25
#: Changes below this, in log2, are rounding: hosts print prices such as 0.24997.
_SAME = 0.01


def matched(prices: pl.DataFrame, *, ratio: float = RATIO) -> pl.DataFrame:
    """Pair each price with that of the same name and seller in the next table that has it.

    Parameters
    ----------
    prices : polars.DataFrame
        Columns dated, name, provider, input, output; rows whose ``used`` is false are left out.
    ratio : float, optional
        Prompt tokens for each generated token.

    Returns
    -------
    polars.DataFrame
        One row a pair of tables that follow one another: name, provider, since, dated, years
        between them, before, after, `change` in log2, and `changed`. Names that pause for a
        table are not paired over the gap.

    Examples
    --------
    >>> from datetime import date
    >>> prices = pl.DataFrame({"dated": [date(2024, 1, 1), date(2025, 1, 1)], "name": "a",
    ...     "provider": "p", "input": [2.0, 1.0], "output": [4.0, 2.0]})
    >>> matched(prices).select("before", "after", "change", "changed").rows()
    [(2.5, 1.25, -1.0, True)]
    """
    used = prices.filter("used") if "used" in prices.columns else prices
    days = used["dated"].unique().sort()
    number = pl.DataFrame({"dated": days, "table_number": range(len(days))})
    priced = used.select("dated", "name", "provider", price=blended(ratio)).join(number, on="dated")
    before = priced.select(
        "name", "provider", since="dated", before="price", table_number=pl.col("table_number") + 1
    )
    both = priced.join(before, on=["name", "provider", "table_number"], how="inner")
    change = (pl.col("price") / pl.col("before")).log(2)
    return both.select(
        *("name", "provider", "since", "dated"),
        (pl.col("dated") - pl.col("since")).dt.total_days().truediv(_YEAR).alias("years"),
        "before",
        pl.col("price").alias("after"),
        change.alias("change"),
        (change.abs() > _SAME).alias("changed"),
    ).sort("dated", "provider", "name")


@dataclass(frozen=True)
class Repricing:
    """How prices of fixed names move.

    Attributes
    ----------
    pairs, names, sellers : int
        Pairs of tables that follow one another, names, and sellers.
    changed, changed_low, changed_high : float
        Share of pairs whose price changed, and its interval.
    cut : float
        Share of the changes that were cuts.
    moved : float
        Share of names whose price ever changed.
    median_cut : float
        Factor of the median cut.
    per_year, per_year_low, per_year_high : float
        What a year does to the price of a fixed name, as a factor, and its interval: the chained
        geometric mean of all pairs.
    level : float
        Level of the intervals.
    """

    pairs: int
    names: int
    sellers: int
    changed: float
    changed_low: float
    changed_high: float
    cut: float
    moved: float
    median_cut: float
    per_year: float
    per_year_low: float
    per_year_high: float
    level: float

    def __repr__(self) -> str:
        return (
            f"<Repricing: {self.changed:.1%} of {self.pairs:,} pairs changed "
            f"({self.changed_low:.1%} to {self.changed_high:.1%}, {self.level:.0%}); times "
            f"{self.per_year:.3f} a year ({self.per_year_low:.3f} to {self.per_year_high:.3f})>"
        )


def repricing(
    pairs: pl.DataFrame, *, level: float = 0.9, resamples: int = 2000, seed: int = 0
) -> Repricing:
    """Sum up how prices of fixed names move, with intervals that resample sellers.

    A seller reprices many names at once, so names are no independent cases.

    Parameters
    ----------
    pairs : polars.DataFrame
        What `matched` returns.
    level : float, optional
        Level of the intervals.
    resamples, seed : int, optional
        Draws of sellers.

    Returns
    -------
    Repricing
        Shares and yearly factor.

    Raises
    ------
    ValueError
        If there is no pair, or level or resamples is out of range.
    """
    if not pairs.height:
        raise ValueError("pairs is empty; accepted is at least one price in two tables")
    if not 0 < level < 1 or resamples < 1:
        raise ValueError(
            f"level is {level} and resamples {resamples}; accepted are between 0 and 1, from 1"
        )
    # One row a seller and step between tables: counts, changes, and sum of changes.
    grid = pairs.group_by("provider", "dated").agg(
        count=pl.len(), changed=pl.col("changed").sum(), change=pl.col("change").sum()
    )
    sellers = {name: k for k, name in enumerate(grid["provider"].unique().sort())}
    steps = pairs.group_by("dated").agg(years=pl.col("years").first()).sort("dated")
    column = {day: k for k, day in enumerate(steps["dated"])}
    sums = np.zeros((3, len(sellers), len(column)))
    for seller, day, *values in grid.iter_rows():
        sums[:, sellers[seller], column[day]] = values
    rng = np.random.default_rng(seed)
    weights = rng.multinomial(len(sellers), np.full(len(sellers), 1 / len(sellers)), resamples)
    drawn = np.einsum("rs,qst->qrt", weights, sums)
    years = float(steps["years"].to_numpy().sum())
    share, index = _summary(drawn, years)
    own_share, own_index = _summary(sums.sum(axis=1)[:, None], years)
    moves = pairs.filter("changed")
    ever = pairs.group_by("name", "provider").agg(pl.col("changed").any())
    cuts = moves.filter(pl.col("change") < 0)["change"]
    changed_low, changed_high = percentile(share, level)
    year_low, year_high = percentile(index, level)
    return Repricing(
        pairs.height,
        ever.height,
        len(sellers),
        float(own_share[0]),
        float(changed_low),
        float(changed_high),
        len(cuts) / moves.height if moves.height else float("nan"),
        float(ever["changed"].mean()),  # type: ignore[arg-type]
        float(2 ** cuts.median()) if len(cuts) else float("nan"),  # type: ignore[operator]
        float(own_index[0]),
        float(year_low),
        float(year_high),
        level,
    )


def _summary(sums: Array, years: float) -> tuple[Array, Array]:
    """Return share of changed pairs and yearly factor of each draw; sums are (3, draws, steps)."""
    count, changed, change = sums
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(count > 0, change / count, 0.0)
    return changed.sum(axis=1) / count.sum(axis=1), 2 ** (mean.sum(axis=1) / years)


def chained(pairs: pl.DataFrame) -> pl.DataFrame:
    """Return the price of a fixed name over time, the geometric mean of all names chained.

    Parameters
    ----------
    pairs : polars.DataFrame
        What `matched` returns.

    Returns
    -------
    polars.DataFrame
        Columns dated and `index`, 1 at the first table.

    Examples
    --------
    >>> from datetime import date
    >>> pairs = pl.DataFrame({"since": [date(2024, 1, 1)] * 2, "dated": [date(2025, 1, 1)] * 2,
    ...     "change": [-1.0, 0.0]})
    >>> chained(pairs)["index"].round(3).to_list()
    [1.0, 0.707]
    """
    steps = pairs.group_by("dated").agg(pl.col("change").mean(), pl.col("since").min())
    steps = steps.sort("dated")
    start = pl.DataFrame({"dated": steps["since"][:1], "index": [1.0]})
    later = steps.select("dated", index=2.0 ** pl.col("change").cum_sum())
    return pl.concat([start, later])


def dispersion(
    offered: pl.DataFrame, *, ratio: float = RATIO, hosts: int = 4, open_only: bool = True
) -> pl.DataFrame:
    """Return how far the prices of one model lie apart between its hosts.

    Parameters
    ----------
    offered : polars.DataFrame
        What `offers` returns.
    ratio : float, optional
        Prompt tokens for each generated token.
    hosts : int, optional
        Models with fewer hosts in a table are left out of it.
    open_only : bool, optional
        Only models whose weights are open.

    Returns
    -------
    polars.DataFrame
        One row a table and model: dated, model, hosts, lowest, median, highest, `quartiles` (75th
        over 25th percentile) and `extremes` (highest over lowest). Of several names at one host
        the cheapest counts.

    Raises
    ------
    ValueError
        If hosts is below 2.
    """
    if hosts < 2:
        raise ValueError(f"hosts is {hosts}; accepted is from 2")
    if open_only:
        offered = offered.filter("open_weights")
    each = offered.group_by("dated", "model", "provider").agg(price=blended(ratio).min())
    price = pl.col("price")
    upper, lower = (price.quantile(q, "linear") for q in (0.75, 0.25))
    return (
        each.group_by("dated", "model")
        .agg(
            pl.len().alias("hosts"),
            lowest=price.min(),
            median=price.median(),
            highest=price.max(),
            quartiles=upper / lower,
            extremes=price.max() / price.min(),
        )
        .filter(pl.col("hosts") >= hosts)
        .sort("dated", "model")
    )

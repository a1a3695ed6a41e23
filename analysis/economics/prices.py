"""List prices: what a score cost on each day, from tables of prices joined to scores by name.

A table of prices is a snapshot, so a price is known at its date and holds until the next one.
Cheapest prices pick out errors: one slip of a unit in two thousand rows is the minimum. The
prices must have been cleaned before.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import polars as pl

from analysis.errors import DataError

#: Prompt tokens for each generated one, where nothing else is said.
RATIO = 3.0
_KEPT = ("dated", "name", "provider", "input", "output")
_KNOWN = ("model", "family", "maker", "open_weights", "first_party")


def blended(ratio: float = RATIO) -> pl.Expr:
    """Return the price of a million tokens, so many of them prompt for each generated one.

    Parameters
    ----------
    ratio : float, optional
        Prompt tokens for each generated token.

    Returns
    -------
    polars.Expr
        Of the columns input and output, in their unit.

    Raises
    ------
    ValueError
        If the ratio is negative or not finite.

    Examples
    --------
    >>> prices = pl.DataFrame({"input": [1.0], "output": [5.0]})
    >>> prices.select(price=blended(3)).item()
    2.0
    """
    if not 0 <= ratio < np.inf:
        raise ValueError(f"ratio is {ratio}; accepted is a finite number from 0")
    return (ratio * pl.col("input") + pl.col("output")) / (ratio + 1)


def offers(prices: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """Return the prices at which known models were on offer, joined by the exact name.

    Parameters
    ----------
    prices : polars.DataFrame
        The table ``api-prices``, or one like it: dated, name, provider, input, output, used.
    names : polars.DataFrame
        The table ``price-names``: board, name, model, family, maker, first_party, since, until.

    Returns
    -------
    polars.DataFrame
        One row a table, name and model. A name that moved from model to model counts only
        between its days.

    Raises
    ------
    DataError
        If a price that is used is missing or below 0, or both are 0: nothing that is sold is
        free, and a price that nobody wrote down would be the cheapest.

    Examples
    --------
    >>> from datetime import date
    >>> prices = pl.DataFrame({"dated": [date(2025, 1, 1), date(2025, 9, 1)], "name": ["a", "a"],
    ...     "provider": ["p", "p"], "input": [1.0, 1.0], "output": [2.0, 2.0], "used": True})
    >>> names = pl.DataFrame({"board": ["api-prices"], "name": ["a"], "model": ["A-1"],
    ...     "family": ["A"], "maker": ["M"], "open_weights": [False], "first_party": [True],
    ...     "since": [None], "until": [date(2025, 3, 1)]}, schema_overrides={"since": pl.Date})
    >>> offers(prices, names).select("dated", "model").rows()
    [(datetime.date(2025, 1, 1), 'A-1')]
    """
    served = names.filter(pl.col("board") == "api-prices")
    _check_prices(prices)
    both = prices.filter("used").join(served, on="name", how="inner", maintain_order="left")
    meant = (pl.col("since").is_null() | (pl.col("dated") >= pl.col("since"))) & (
        pl.col("until").is_null() | (pl.col("dated") <= pl.col("until"))
    )
    return both.filter(meant).select(*_KEPT, *_KNOWN)


def reaching(
    offered: pl.DataFrame, scores: pl.DataFrame, threshold: float, *, first_party: bool = False
) -> pl.DataFrame:
    """Return the offers of models that reach a score.

    Parameters
    ----------
    offered : polars.DataFrame
        What `offers` returns.
    scores : polars.DataFrame
        Columns model and score, one row a model.
    threshold : float
        The score to reach.
    first_party : bool, optional
        Only offers of the maker itself.

    Returns
    -------
    polars.DataFrame
        The offers, with the score.

    Raises
    ------
    ValueError
        If a model has two scores.
    """
    twice = scores.filter(pl.col("model").is_duplicated())["model"].unique().sort().to_list()
    if twice:
        raise ValueError(f"scores has several rows of {', '.join(twice)}; accepted is one a model")
    # A hair: a share such as 135 of 225 must reach 0.6.
    found = offered.join(scores, on="model", how="inner", maintain_order="left")
    found = found.filter(pl.col("score") >= threshold - 1e-12)
    return found.filter("first_party") if first_party else found


def cheapest(
    offered: pl.DataFrame,
    scores: pl.DataFrame,
    threshold: float,
    *,
    ratio: float = RATIO,
    first_party: bool = False,
) -> pl.DataFrame:
    """Return the lowest price at which a score could be bought, table by table.

    Parameters
    ----------
    offered : polars.DataFrame
        What `offers` returns.
    scores : polars.DataFrame
        Columns model and score, one row a model.
    threshold : float
        The score to reach.
    ratio : float, optional
        Prompt tokens for each generated token.
    first_party : bool, optional
        Only offers of the maker itself.

    Returns
    -------
    polars.DataFrame
        One row a table that offers such a model: dated, usd_per_mtok, model, name, provider,
        score, offers, models, and `second`, the lowest price of any other model (null if there
        is none). Of equal prices the first by model and name is taken.

    Examples
    --------
    >>> from datetime import date
    >>> offered = pl.DataFrame({"dated": [date(2025, 1, 1)] * 2, "name": ["a", "b"],
    ...     "provider": ["p", "q"], "input": [1.0, 2.0], "output": [1.0, 2.0],
    ...     "model": ["A", "B"], "first_party": [True, True]})
    >>> scores = pl.DataFrame({"model": ["A", "B"], "score": [0.5, 0.7]})
    >>> cheapest(offered, scores, 0.6).select("model", "usd_per_mtok", "models").rows()
    [('B', 2.0, 1)]
    """
    found = reaching(offered, scores, threshold, first_party=first_party)
    found = found.with_columns(usd_per_mtok=blended(ratio))
    best = found.sort("dated", "usd_per_mtok", "model", "name").group_by(
        "dated", maintain_order=True
    )
    lowest = best.agg(
        pl.col("usd_per_mtok", "model", "name", "provider", "score").first(),
        offers=pl.len(),
        models=pl.col("model").n_unique(),
        second=pl.col("usd_per_mtok").filter(pl.col("model") != pl.col("model").first()).min(),
    )
    return lowest.sort("dated")


def pieces(
    offered: pl.DataFrame,
    scores: pl.DataFrame,
    threshold: float,
    *,
    ratio: float = RATIO,
    first_party: bool = False,
) -> pl.DataFrame:
    """Split each step of the cheapest price into what caused it.

    From one table to the next the cheapest price moves because offers leave the tables, because
    offers that stay change their price, because a known model is offered under a new name, or
    because a new model comes. In that order each part is the change of the minimum; together
    they are the whole step, exactly.

    Parameters
    ----------
    offered, scores : polars.DataFrame
        As for `cheapest`.
    threshold : float
        The score to reach.
    ratio : float, optional
        Prompt tokens for each generated token.
    first_party : bool, optional
        Only offers of the maker itself.

    Returns
    -------
    polars.DataFrame
        One row a step: dated (of the later table), usd_per_mtok, `change` in log2, and its parts
        `left`, `repriced`, `new_offer` and `new_model`. A part that cannot be told, because no
        offer is in both tables, is counted with new_model.
    """
    found = reaching(offered, scores, threshold, first_party=first_party)
    found = found.with_columns(log=blended(ratio).log(2))
    tables = found.partition_by("dated", as_dict=True, maintain_order=True)
    days = sorted(tables)
    rows = []
    for before, after in pairwise(days):
        old, new = tables[before], tables[after]
        kept_old = old.filter(pl.col("name").is_in(new["name"].to_list()))
        kept_new = new.filter(pl.col("name").is_in(old["name"].to_list()))
        known = new.filter(pl.col("model").is_in(old["model"].to_list()))
        start, end = _lowest(old), _lowest(new)
        stages = [start, _lowest(kept_old), _lowest(kept_new), _lowest(known), end]
        for k in (1, 2, 3):  # nothing is left to compare: the next stage stands for it
            if not np.isfinite(stages[k]):
                stages[k] = stages[k - 1]
        steps = np.diff(stages)
        rows.append((after[0], 2.0**end, end - start, *steps.tolist()))
    return pl.DataFrame(
        rows,
        schema={"dated": pl.Date}
        | dict.fromkeys(
            ("usd_per_mtok", "change", "left", "repriced", "new_offer", "new_model"), pl.Float64
        ),
        orient="row",
    )


def _check_prices(prices: pl.DataFrame) -> None:
    both = pl.col("input", "output")
    priced = prices.with_row_index("row in the table", offset=1).filter("used")
    for bad, accepted in (
        (pl.any_horizontal(both.is_null(), both < 0), "prices from 0"),
        (pl.all_horizontal(both == 0), "a price, or used = false where none is known"),
    ):
        for found in priced.filter(bad).head(1).iter_rows(named=True):
            raise DataError(
                f"found {found['input']} for prompts and {found['output']} for output of "
                f"{found['name']}; accepted are {accepted}",
                column="input",
                row=found["row in the table"],
            )


def _lowest(found: pl.DataFrame) -> float:
    return float(found["log"].min()) if found.height else float("inf")  # type: ignore[arg-type]

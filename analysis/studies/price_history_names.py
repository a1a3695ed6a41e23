"""Fixed names in the tables of prices: whether they are repriced, and what discounts they have."""

from __future__ import annotations

import polars as pl

from analysis import economics


def fixed_names(prices: pl.DataFrame) -> pl.DataFrame:
    """Return how prices of fixed names move, with and without what was mended.

    Parameters
    ----------
    prices : polars.DataFrame
        The table ``api-prices``.

    Returns
    -------
    polars.DataFrame
        One row a selection: share of pairs of tables whose price changed, with interval, share
        of names that never changed, and what a year does to a price.
    """
    printed = prices.with_columns(
        input="input_printed",
        output="output_printed",
        used=(pl.col("input_printed") > 0) & (pl.col("output_printed") > 0),
    )
    moving = pl.col("name").str.contains("latest|preview|exp")
    selections = {
        "all names": prices,
        "without latest, preview, exp": prices.filter(~moving),
        "as printed, errors left in": printed,
    }
    rows = []
    for name, table in selections.items():
        found = economics.repricing(economics.matched(table))
        rows.append(
            {"prices": name, "names": found.names, "pairs": found.pairs}
            | {"changed": found.changed, "changed_low": found.changed_low}
            | {"changed_high": found.changed_high, "never": 1 - found.moved}
            | {"cuts": found.cut, "median_cut": found.median_cut}
            | {"year": found.per_year, "year_low": found.per_year_low}
            | {"year_high": found.per_year_high}
        )
    return pl.DataFrame(rows)


def discounts(prices: pl.DataFrame) -> pl.DataFrame:
    """Return what cached and batched tokens cost, as a share of plain ones, table by table.

    Parameters
    ----------
    prices : polars.DataFrame
        The table ``api-prices``.

    Returns
    -------
    polars.DataFrame
        One row a table and kind: names with such a price, their share of all names, and the
        quartiles of price over that of plain tokens.
    """
    kinds = {
        "cached prompt": ("cache_read", "input"),
        "prompt written to cache": ("cache_write", "input"),
        "batched prompt": ("batch_input", "input"),
        "batched output": ("batch_output", "output"),
    }
    # Extras stand as printed: of rows whose unit was mended they cannot be trusted.
    used = prices.filter(pl.col("used") & (pl.col("note") == ""))
    parts = []
    for kind, (column, plain) in kinds.items():
        share = (pl.col(column) / pl.col(plain)).filter(pl.col(column) > 0)
        parts.append(
            used.group_by("dated")
            .agg(
                names=(pl.col(column) > 0).sum(),
                offered=(pl.col(column) > 0).sum() / pl.len(),
                lower=share.quantile(0.25, "linear"),
                median=share.median(),
                upper=share.quantile(0.75, "linear"),
            )
            .with_columns(kind=pl.lit(kind))
        )
    table = pl.concat(parts).select("kind", pl.exclude("kind"))
    return table.filter(pl.col("names") > 0).sort("kind", "dated")

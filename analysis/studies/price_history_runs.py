"""What runs really cost: price reversal, and old token logs at later prices."""

from __future__ import annotations

from datetime import date

import polars as pl

from analysis import economics
from analysis.runs import load

#: Logs of tokens, the name of their models in ``price-names``, and the month of their prices.
LOGS = {
    "attempts-matharena": ("matharena", date(2025, 2, 15)),
    "attempts-pricing-reversal": ("pricing-reversal", date(2026, 2, 28)),
}
_PRICES = {"input_usd_per_mtok": "input", "output_usd_per_mtok": "output"}


def paid(*, thinking: bool = True, cut: bool = False) -> pl.DataFrame:
    """Return what each query of the price-reversal runs cost, with the list prices of its model.

    Parameters
    ----------
    thinking : bool, optional
        Whether tokens of thinking are paid; without them, what the answer alone would cost.
    cut : bool, optional
        Whether the model whose answers were cut short counts; its source table leaves it out.

    Returns
    -------
    polars.DataFrame
        One row a query that counts: task, problem, model, usd, input, output. Failed calls and
        the task that one model alone has run are never counted.
    """
    runs = load("attempts-pricing-reversal").rename(_PRICES)
    runs = runs.filter(pl.col("usd") > 0, pl.col("task") != "ARC-AGI-1")
    if not cut:
        runs = runs.filter("used")
    if not thinking:
        answer = pl.col("output_tokens") - pl.col("thinking_tokens")
        usd = (pl.col("input_tokens") * pl.col("input") + answer * pl.col("output")) / 1e6
        runs = runs.with_columns(usd=usd)
    return runs.select("task", "problem", "model", "usd", "input", "output")


def reversals(resamples: int = 400) -> dict[str, economics.Reversal]:
    """Return how often list prices mislead, with thinking tokens, without, and without Haiku.

    Parameters
    ----------
    resamples : int, optional
        Draws of problems.

    Returns
    -------
    dict of str to Reversal
        By what is counted. The third leaves out ``claude-haiku-4.5``, which ran with almost no
        thinking; the last two take in ``MiniMax-M2.5``, whose answers were cut short, as the
        paper does.
    """
    whole = paid()
    return {
        "as paid": economics.price_reversal(whole, resamples=resamples),
        "without thinking tokens": economics.price_reversal(
            paid(thinking=False), resamples=resamples
        ),
        "as paid, all models thinking": economics.price_reversal(
            whole.filter(pl.col("model") != "claude-haiku-4.5"), resamples=resamples
        ),
        "as paid, with the model cut short": economics.price_reversal(
            paid(cut=True), resamples=resamples
        ),
        "without thinking, with the model cut short": economics.price_reversal(
            paid(thinking=False, cut=True), resamples=resamples
        ),
    }


def reversal_table(found: dict[str, economics.Reversal]) -> pl.DataFrame:
    """Return the shares and rank correlations of `reversals` as a table.

    Parameters
    ----------
    found : dict of str to Reversal
        What `reversals` returns.

    Returns
    -------
    polars.DataFrame
        One row each.
    """
    return pl.DataFrame(
        [
            {"counted": name, "pairs": one.pairs.height}
            | {"reversed": int(one.pairs["reversed"].sum()), "share": one.share}
            | {"low": one.low, "high": one.high}
            | {"tau": one.tau, "tau_low": one.tau_low, "tau_high": one.tau_high}
            for name, one in found.items()
        ]
    )


def totals() -> pl.DataFrame:
    """Return list price and cost of each model over the nine tasks of the price-reversal paper.

    Returns
    -------
    polars.DataFrame
        One row a model in order of list price: listed (sum of the prices of a million prompt and
        a million generated tokens), usd, thinking share of the generated tokens, and usd without
        them.
    """
    table = load("pricing-reversal-summary").filter("used").rename(_PRICES)
    answer = pl.col("output_tokens") - pl.col("thinking_tokens")
    return table.select(
        "model",
        listed=pl.col("input") + pl.col("output"),
        usd="usd",
        thinking=pl.col("thinking_tokens") / pl.col("output_tokens"),
        usd_without=(pl.col("input_tokens") * pl.col("input") + answer * pl.col("output")) / 1e6,
    ).sort("listed")


def repriced(offered: pl.DataFrame) -> pl.DataFrame:
    """Price old token logs anew with the newest table that lists each model.

    Parameters
    ----------
    offered : polars.DataFrame
        What `economics.offers` returns.

    Returns
    -------
    polars.DataFrame
        One row a log and model: runs, tokens, `usd_then` as billed, `maker_now` and `lowest_now`,
        the same tokens at the newest price of the maker and of the cheapest host, the host, and
        `listed`, the date of that table. Null where a model is not listed any more, or its name
        in the log does not say which version it was.
    """
    names = load("price-names")
    parts = []
    for log, (board, _) in LOGS.items():
        runs = load(log).filter(pl.col("usd") > 0)
        if board == "pricing-reversal":
            runs = runs.filter("used")
        sums = runs.group_by("model", maintain_order=True).agg(
            runs=pl.len(),
            input_tokens=pl.col("input_tokens").sum(),
            output_tokens=pl.col("output_tokens").sum(),
            usd_then=pl.col("usd").sum(),
        )
        known = names.filter(pl.col("board") == board).select(model="name", served="model")
        sums = sums.join(known, on="model", how="left", maintain_order="left")
        parts.append(sums.with_columns(log=pl.lit(board)))
    sums = pl.concat(parts, how="diagonal_relaxed")
    newest = offered.filter(pl.col("dated") == pl.col("dated").max())
    cost = (
        pl.col("input_tokens") * pl.col("input") + pl.col("output_tokens") * pl.col("output")
    ) / 1e6
    both = sums.join(newest, left_on="served", right_on="model", how="left").with_columns(cost=cost)
    return (
        both.group_by(
            "log", "model", "runs", "input_tokens", "output_tokens", "usd_then", maintain_order=True
        )
        .agg(
            maker_now=pl.col("cost").filter("first_party").min(),
            lowest_now=pl.col("cost").min(),
            host=pl.col("provider").sort_by("cost", "provider").first(),
            hosts=pl.col("provider").n_unique() - pl.col("provider").is_null().any(),
        )
        .sort("log", "usd_then", descending=[False, True])
    )

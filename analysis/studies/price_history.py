"""The price-history study: what a fixed score cost over time, and why its price fell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from analysis import economics
from analysis.progress import track
from analysis.runs import load

#: Boards whose scores are joined to prices, and the last table by which a new model was scored.
BOARDS: Mapping[str, date] = {"mmlu": date(2025, 4, 10), "polyglot": date(2026, 1, 13)}
#: Scores asked of each board.
THRESHOLDS: Mapping[str, tuple[float, ...]] = {
    "mmlu": (0.65, 0.70, 0.75, 0.80, 0.84),
    "polyglot": (0.30, 0.50, 0.60, 0.70),
}
#: The score that stands for the study.
HEADLINE = ("mmlu", 0.75)
#: What two of the forms of a price trend follow.
FOLLOWS = {"steps": "cheapest model", "entries": "typical new model"}
_HELM = "Stanford CRFM Leaderboard"


def boards(*, of_base: bool = False) -> dict[str, pl.DataFrame]:
    """Return the scores of models on each board, under the names that prices are joined by.

    Parameters
    ----------
    of_base : bool, optional
        Whether scores of base models count for the tuned models that are served.

    Returns
    -------
    dict of str to polars.DataFrame
        By board model and score, on ``polyglot`` also ``cases``. Of several settings of one
        model (thinking short or long) the best counts.
    """
    names = load("price-names").select("board", "name", "model", "of_base")
    if not of_base:
        names = names.filter(~pl.col("of_base"))
    mmlu = load("open-model-scores").filter(
        (pl.col("benchmark") == "mmlu") & (pl.col("source") == _HELM)
    )
    polyglot = load("aider-leaderboards").filter(pl.col("board") == "polyglot", pl.col("used"))
    printed = {
        "mmlu": mmlu.select("name", "score"),
        "polyglot": polyglot.select(name="model", score="accuracy", cases="cases_run"),
    }
    return {
        board: table.join(names.filter(pl.col("board") == board), on="name")
        .sort("score", "name", descending=[True, False])
        .unique("model", keep="first", maintain_order=True)
        .select("model", pl.exclude("model", "name", "board", "of_base"))
        .sort("model")
        for board, table in printed.items()
    }


def matching(offered: pl.DataFrame) -> pl.DataFrame:
    """Count what the join of scores and prices found, and what it did not.

    Parameters
    ----------
    offered : polars.DataFrame
        What `economics.offers` returns.

    Returns
    -------
    polars.DataFrame
        One row a board: `printed` names, `listed` ones that `price-names` knows, models behind
        them, `priced` models with a price in some table, `unmatched` names, and examples of
        them.
    """
    names = load("price-names")
    mmlu = load("open-model-scores").filter(
        (pl.col("benchmark") == "mmlu") & (pl.col("source") == _HELM)
    )
    polyglot = load("aider-leaderboards").filter(pl.col("board") == "polyglot")
    rows = []
    for board, printed in (("mmlu", mmlu["name"]), ("polyglot", polyglot["model"])):
        known = names.filter(pl.col("board") == board)
        all_names = printed.unique().sort()
        missing = all_names.filter(~all_names.is_in(known["name"].to_list()))
        models = known["model"].unique()
        rows.append(
            {"board": board, "printed": len(all_names), "listed": known.height}
            | {"models": len(models)}
            | {"priced": models.is_in(offered["model"].unique().to_list()).sum()}
            | {"unmatched": len(missing), "such as": ", ".join(missing[:4])}
        )
    return pl.DataFrame(rows)


def faults(prices: pl.DataFrame) -> pl.DataFrame:
    """Count rows by what was found wrong with them.

    Parameters
    ----------
    prices : polars.DataFrame
        The table ``api-prices``.

    Returns
    -------
    polars.DataFrame
        One row a finding: `finding`, `done` (``mended`` or ``left out``), rows, sellers.
    """
    said = prices.filter((pl.col("note") != "") | ~pl.col("used")).with_columns(
        finding=pl.when("used").then("note").otherwise("reason"),
        done=pl.when("used").then(pl.lit("mended")).otherwise(pl.lit("left out")),
    )
    return (
        said.group_by("finding", "done")
        .agg(rows=pl.len(), sellers=pl.col("provider").n_unique())
        .sort("done", "rows", "finding", descending=[True, True, False])
    )


def halving(
    offered: pl.DataFrame,
    scores: Mapping[str, pl.DataFrame],
    *,
    sellers: Sequence[bool] = (True, False),
    forms: Sequence[str] = ("steps", "entries"),
    **options: Any,
) -> pl.DataFrame:
    """Return how fast the price of each score fell.

    Parameters
    ----------
    offered : polars.DataFrame
        What `economics.offers` returns.
    scores : mapping
        What `boards` returns.
    sellers : sequence of bool, optional
        Makers only, any host, or both.
    forms : sequence of str, optional
        How the rate is read off.
    **options
        As for `economics.price_trend`.

    Returns
    -------
    polars.DataFrame
        One row a way to read the rate off, board, score and kind of seller.
    """
    cases = [
        (form, board, threshold, own)
        for form in forms
        for board in scores
        for threshold in THRESHOLDS[board]
        for own in sellers
    ]
    rows = []
    for form, board, threshold, own in track(cases, label="scores"):
        trend = economics.price_trend(
            offered,
            scores[board],
            threshold=threshold,
            first_party=own,
            until=BOARDS[board],
            form=form,
            **options,
        )
        seller = "maker" if own else "any host"
        rows.append({"follows": FOLLOWS[form], "board": board, "seller": seller} | row_of(trend))
    return pl.DataFrame(rows)


def row_of(trend: economics.PriceTrend) -> dict[str, Any]:
    """Return a trend as a row of a table.

    Parameters
    ----------
    trend : PriceTrend
        What `economics.price_trend` returns.

    Returns
    -------
    dict
        Score, models, families, first and last price, halving time with interval, the halving
        time that chance shows, and the status.
    """
    return {
        "score": trend.threshold,
        "models": trend.models,
        "families": trend.families,
        "first_usd": trend.start,
        "last_usd": trend.end,
        "halving_months": trend.halving_months,
        "low": trend.low,
        "high": trend.high,
        "chance_months": trend.chance_months,
        "chance": trend.chance,
        "status": trend.reason or "identified",
    }


def ways(offered: pl.DataFrame, scores: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Return the headline's halving time under other defensible choices.

    Parameters
    ----------
    offered : polars.DataFrame
        What `economics.offers` returns.
    scores : mapping
        What `boards` returns.

    Returns
    -------
    polars.DataFrame
        One row a choice.
    """
    board, threshold = HEADLINE
    usual: dict[str, Any] = {"threshold": threshold, "until": BOARDS[board]}
    late = offered.filter(pl.col("dated") >= date(2024, 3, 1))
    without = offered.filter(pl.col("maker") != "Google")
    choices: dict[str, tuple[pl.DataFrame, pl.DataFrame, dict[str, Any]]] = {
        "as above": (offered, scores[board], {}),
        "typical new model": (offered, scores[board], {"form": "entries"}),
        "makers only": (offered, scores[board], {"first_party": True}),
        "each table counts the same": (offered, scores[board], {"form": "tables"}),
        "first to last table": (offered, scores[board], {"form": "ends"}),
        "prompt tokens only": (offered, scores[board], {"ratio": 1e6}),
        "generated tokens only": (offered, scores[board], {"ratio": 0.0}),
        "without GPT-4 of 2023: tables from March 2024": (late, scores[board], {}),
        "without Google": (without, scores[board], {}),
        "base models' scores taken too": (offered, boards(of_base=True)[board], {}),
        "verified names only": (_verified(offered), scores[board], {}),
        "all tables, also after scores end": (offered, scores[board], {"until": None}),
    }
    rows = []
    for name, (table, known, options) in choices.items():
        trend = economics.price_trend(table, known, **usual | options)
        rows.append({"choice": name} | row_of(trend))
    return pl.DataFrame(rows)


def _verified(offered: pl.DataFrame) -> pl.DataFrame:
    moving = load("price-names").filter(~pl.col("verified"))["name"].unique()
    return offered.filter(~pl.col("name").is_in(moving.to_list()))


def causes(offered: pl.DataFrame, scores: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Sum what moved the cheapest price of each score.

    Parameters
    ----------
    offered : polars.DataFrame
        What `economics.offers` returns.
    scores : mapping
        What `boards` returns.

    Returns
    -------
    polars.DataFrame
        One row a board, score and kind of seller: the whole fall in halvings, and of it what new
        models, new offers of known models, changed prices and lost offers did.
    """
    rows = []
    for board, table in scores.items():
        counted = offered.filter(pl.col("dated") <= BOARDS[board])
        for threshold in THRESHOLDS[board]:
            for own in (True, False):
                steps = economics.pieces(counted, table, threshold, first_party=own)
                # Taken from zero, so that a part that did nothing is not written as -0.
                parts = {
                    n: 0.0 - float(steps[n].to_numpy().sum())
                    for n in ("new_model", "new_offer", "repriced", "left")
                }
                rows.append(
                    {"board": board, "score": threshold, "seller": "maker" if own else "any host"}
                    | {"halvings": -steps["change"].sum()}
                    | parts
                )
    return pl.DataFrame(rows)

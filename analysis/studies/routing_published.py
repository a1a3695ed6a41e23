"""What papers on routers and cascades published, computed anew where figures are public."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from analysis.records import read_study
from analysis.runs import load
from analysis.studies.routing_cascades import REFERENCE, savings


def ong() -> dict[str, Any]:
    """Compute what Ong et al. published about bought routers.

    Returns
    -------
    dict of str to number or None
        By record of the study ``ong2024``.

    References
    ----------
    Ong et al. 2024, arXiv 2406.18665.
    """
    means = dict(
        load("routellm-judged").filter("used").group_by("model").agg(pl.col("score").mean()).rows()
    )
    found = {
        "unify_score": means["router of Unify"],
        "martian_score": means["router of Martian"],
    }
    return _with_gaps("ong2024", found)


def chen() -> dict[str, Any]:
    """Compute what Chen et al. published, from the authors' runs of 2024.

    Returns
    -------
    dict of str to number
        By record of the study ``chen2023``, in percent.

    References
    ----------
    Chen, Zaharia, Zou 2023, arXiv 2305.05176.
    """
    best, dear = savings(), savings(REFERENCE)
    headlines = pl.col("task") == "HEADLINES"
    return {
        "saving": 100 * float(best["saving"].max()),  # type: ignore[arg-type]
        "saving_headlines": 100 * best.filter(headlines)["saving"].item(),
        "more_accuracy": dear.filter(headlines)["more"].item(),
    }


def li() -> dict[str, Any]:
    """Count what Li et al. count.

    Returns
    -------
    dict of str to number or None
        By record of the study ``li2026``.

    References
    ----------
    Li et al. 2026, arXiv 2601.07206.
    """
    both = [load(name) for name in ("llmrouterbench", "llmrouterbench-small")]
    found = {
        "datasets": pl.concat([table["dataset"] for table in both]).n_unique(),
        "models": pl.concat([table["model"] for table in both]).n_unique(),
    }
    return _with_gaps("li2026", found)


def model_sat() -> dict[str, Any]:
    """Compute the one mean of Zhang et al. whose parts were published.

    Returns
    -------
    dict of str to number or None
        By record of the study ``model_sat2025``.

    References
    ----------
    Zhang, Zhan, Ye 2025, arXiv 2502.17282.
    """
    values = read_study("model_sat2025").values
    columns = [one.value for key, one in values.items() if key.startswith("column_")]
    return _with_gaps("model_sat2025", {"small_best": float(np.mean(columns))})  # type: ignore[arg-type]


def untested(study: str) -> dict[str, Any]:
    """Return the records of a study of which none can be tested here.

    Parameters
    ----------
    study : str
        Its key.

    Returns
    -------
    dict of str to None
        By record.
    """
    return _with_gaps(study, {})


def router_size() -> pl.DataFrame:
    """Count the parameters that one routed instruction of MODEL-SAT passes through.

    Its router reads the instruction once for each candidate, and then the chosen model answers.

    Returns
    -------
    polars.DataFrame
        One row a number of candidates: ``candidates``, ``router_params``, ``with_7b`` in all
        when a model of 7B answers, and ``of_70b``, that as a share of one 70B model.

    References
    ----------
    Zhang, Zhan, Ye 2025, arXiv 2502.17282.
    """
    once = read_study("model_sat2025").values["router_params"].value or 0.0
    lines = []
    for candidates in (2, 5, 10, 15):
        router = candidates * once
        lines.append(
            {
                "candidates": candidates,
                "router_params": router,
                "with_7b": router + 7e9,
                "of_70b": (router + 7e9) / 70e9,
            }
        )
    return pl.DataFrame(lines)


def columns() -> pl.DataFrame:
    """Set one model for everything beside the best model of each test set, and a random one.

    Returns
    -------
    polars.DataFrame
        One row a zoo: ``zoo``, ``random``, ``single``, ``by_column``, shares of right answers,
        and ``usd`` and ``usd_by_column`` for all test sets, where costs are known.
    """
    lines = []
    for zoo, name in (
        ("13 hosted models", "llmrouterbench"),
        ("20 of 7-9B", "llmrouterbench-small"),
    ):
        rows = load(name).filter("used")
        sets = rows["dataset"].n_unique()
        # A model without an entry somewhere cannot stand for everything.
        full = rows.filter(pl.len().over("model") == sets)
        total = pl.col("usd").sum() if "usd" in rows.columns else pl.lit(None, pl.Float64).first()
        means = full.group_by("model").agg(pl.col("accuracy").mean(), usd=total)
        best = means.sort("accuracy", "model").row(-1, named=True)
        # Of equally good models the cheapest, where costs are known.
        ranks = ["accuracy", "usd"] if "usd" in rows.columns else ["accuracy"]
        order = full.sort(ranks, descending=[False, True][: len(ranks)], maintain_order=True)
        tops = order.group_by("dataset", maintain_order=True).last()
        lines.append(
            {
                "zoo": zoo,
                "random": means["accuracy"].mean(),
                "single": best["accuracy"],
                "model": best["model"],
                "by_column": tops["accuracy"].mean(),
                "usd": best["usd"],
                "usd_by_column": tops["usd"].sum() if "usd" in tops.columns else None,
            }
        )
    return pl.DataFrame(lines)


def _with_gaps(study: str, found: dict[str, Any]) -> dict[str, Any]:
    return dict.fromkeys(read_study(study).values) | found

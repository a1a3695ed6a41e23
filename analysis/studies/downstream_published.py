"""What was published about forecasts of scores, computed anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from analysis import records
from analysis.capability.chain import Chain
from analysis.capability.ladder import LadderChoices
from analysis.capability.observational import components
from analysis.studies import downstream as study
from analysis.studies import downstream_observational as across

#: Relative agreement asked of numbers that the released tables give with all their digits.
_DIGITS, _SMALL = 1e-5, 1e-3
TOLERANCE: dict[str, float] = {
    **{
        f"{what}_{task}": _DIGITS
        for what in ("forecast", "score", "loss", "from_loss", "compute", "from_c4")
        for task in study.TASKS
    },
    "c4_loss": _DIGITS,
    # A small difference of two scores keeps fewer digits than they have.
    **{f"relative_7b_{task}": _SMALL for task in (*study.TASKS, *study.EXTRA)},
    # The sigmoid of BoolQ lies in a flat valley: searches end a little apart.
    "relative_7b_boolq": 0.005,
}
#: Shares that are quoted from memory as "about".
ABOUT: dict[str, float] = {"share_1": 0.05, "share_3": 0.02}
#: Families that the released code evaluates.
FAMILIES = (
    *("Llama-2", "Llama", "Llama-3", "Qwen1.5", "Qwen", "Mistral", "Mixtral", "Yi", "Gemma"),
    *("Falcon", "Phi", "Pythia", "BLOOM", "GPT-Neo/J", "OPT", "MPT", "XGLM", "CodeLlama"),
    *("StarCoder", "StarCoder2", "DeepSeek-Coder"),
)


def ladder(steps: study.Ladder, chains: Mapping[str, Chain] | None = None) -> dict[str, Any]:
    """Compute what Bhagia et al. published.

    Parameters
    ----------
    steps : Ladder
        The ladder.
    chains : dict of str to Chain, optional
        Fits of the eight tasks that are there already.

    Returns
    -------
    dict of str to number
        By record of the study ``olmo_ladder2024``.

    References
    ----------
    Bhagia et al. 2024, arXiv 2412.04403.
    """
    fitted = chains or study.fit_tasks(steps)
    extra = study.fit_tasks(steps, tasks=study.EXTRA)
    table = study.forecasts(steps, {**fitted, **extra})
    compute = study.forecasts(steps, _fitted(steps, "task loss, compute alone"))
    c4 = study.forecasts(steps, _fitted(steps, "C4 loss"), through="loss")
    out: dict[str, Any] = {}
    for name, source, column in (
        ("forecast", table, "score_forecast"),
        ("score", table, "score"),
        ("loss", table, "lost_forecast"),
        ("from_loss", table, "from_loss"),
        ("compute", compute, "score_forecast"),
        ("from_c4", c4, "from_loss"),
    ):
        large = source.filter(pl.col("size") == "13B", pl.col("task").is_in(study.TASKS))
        out |= {f"{name}_{row['task']}": row[column] for row in large.iter_rows(named=True)}
    out["c4_loss"] = c4.filter(pl.col("size") == "13B")["lost_forecast"][0]
    for row in table.filter(pl.col("size") == "7B").iter_rows(named=True):
        out[f"relative_7b_{row['task']}"] = abs(row["score_forecast"] / row["score"] - 1)
    both = study.errors(table.filter(pl.col("task").is_in(study.TASKS))).row(-1, named=True)
    return out | {
        "good_tasks": both["good_worst"],
        "other_tasks": both["others_mean"],
        "compute_share": 100 * study.compute_share(steps),
    }


def _fitted(steps: study.Ladder, first: str) -> dict[str, Any]:
    return study.fit_tasks(steps, LadderChoices(first=first))


def observational() -> dict[str, Any]:
    """Compute what Ruan et al. published.

    Returns
    -------
    dict of str to number
        By record of the study ``observational2024``.
    """
    table = across.models()
    own = evaluated(table)
    shares = components(own, across.BENCHMARKS, 3).shares
    small = table.filter(pl.col("model") == "meta-llama/Llama-2-7b-hf")
    return {
        "cutoff": float(small["flops"].item()),
        "models": float(own.height),
        "share_1": float(shares[0]),
        "share_3": float(shares.sum()),
    }


def evaluated(table: pl.DataFrame) -> pl.DataFrame:
    """Return the models of the families that the released code evaluates.

    Parameters
    ----------
    table : polars.DataFrame
        What `downstream_observational.models` returns.

    Returns
    -------
    polars.DataFrame
        Its rows of those families; Yi without the variants for long texts.
    """
    own = table.filter(pl.col("family").is_in(FAMILIES))
    return own.filter(~pl.col("model").str.ends_with("-200K"))


def cod() -> dict[str, None]:
    """Return the records of Xu et al., none of which can be tested on whole tasks.

    Returns
    -------
    dict of str to None
        By record of the study ``cod2025``.
    """
    return dict.fromkeys(records.read_study("cod2025").values)

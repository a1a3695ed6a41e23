"""The OLMo task ladder: small runs, two large targets, and the task loss and score of each."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from analysis.errors import DataError
from analysis.runs.collect import collected
from analysis.runs.collect.rows import left_out

#: The authors weigh MMLU's four groups of subjects by these shares.
_MMLU = {"stem": 0.215, "humanities": 0.335, "social_sciences": 0.219, "other": 0.231}
#: Task by its label in the origin: split, and what a guess scores.
_TASKS: Mapping[str, tuple[str, float]] = {
    "hellaswag": ("val", 0.25),
    "arc_challenge": ("test", 0.25),
    "arc_easy": ("test", 0.25),
    "piqa": ("val", 0.5),
    "csqa": ("val", 0.2),
    "socialiqa": ("val", 1 / 3),
    "openbookqa": ("test", 0.25),
    "boolq": ("val", 0.5),
    "winogrande": ("val", 0.5),
}
_LARGE = {
    "peteish7_eval_full": "before annealing",
    "peteish7_medlr_eval_full": "another learning rate, before its end",
    "peteish13_eval_full": "the authors' target is the later evaluation of the same model",
}
_TARGETS = ("peteish7_eval_anneal", "peteish13_eval_final")


def _checkpoints(folder: Path) -> pl.DataFrame:
    """Return every checkpoint of the small and the large runs, with the columns both have."""
    small = pl.read_parquet(folder / "ladder_checkpoints.parquet")
    large = pl.read_parquet(folder / "large_models.parquet").rename({"_step": "step"})
    # The annealed 7B model has its tokens and no step; the others a step and no tokens.
    large = large.with_columns(
        tokens=pl.coalesce("tokens_by_step", "throughput/total_tokens"),
        step=pl.coalesce(
            "step", pl.col("throughput/total_tokens") / pl.col("batch_size_in_tokens")
        ),
        chinchilla_multiple=pl.lit(None, pl.Float64),
        rerun=pl.lit(False),
    )
    shared = [name for name in small.columns if name in large.columns]
    both = pl.concat([small.select(shared), large.select(shared)])
    if both["tokens"].null_count():
        row = int(both["tokens"].is_null().arg_max() or 0)
        raise DataError("a checkpoint without tokens", file=folder.name, column="tokens", row=row)
    return both.sort("N", "run", "step")


def _why_not(run: pl.Expr) -> dict[str, pl.Expr]:
    """Return for each reason the runs that the authors neither fit nor forecast."""
    return {
        "re-run": run.str.ends_with("-rerun"),
        "half the Chinchilla tokens: not among the runs the authors fit": run.str.ends_with(
            "-0.5xC"
        ),
        "3.2B: not among the runs the authors fit": run.str.starts_with("3B-"),
        **{why: run == name for name, why in _LARGE.items()},
    }


def _size(run: pl.Expr) -> pl.Expr:
    """Return the size as the paper calls it: the origin's 1B and 3B are 1.28B and 3.17B."""
    large = pl.when(run.str.starts_with("peteish13")).then(pl.lit("13B")).otherwise(pl.lit("7B"))
    small = run.str.split("-").list.first().replace({"1B": "1.3B", "3B": "3.2B"})
    return pl.when(run.str.contains("xC")).then(small).otherwise(large)


@collected("olmo-ladder", "olmo-ladder")
def _olmo_ladder(folder: Path) -> pl.DataFrame:
    """One row a run, as it ends."""
    last = _checkpoints(folder).group_by("run", maintain_order=True).last()
    return left_out(
        last.select(
            "run",
            size=_size(pl.col("run")),
            role=pl.when(pl.col("run").is_in(_TARGETS))
            .then(pl.lit("target"))
            .otherwise(pl.lit("ladder")),
            params="N",
            tokens="tokens",
            flops=pl.col("flops_per_token") * pl.col("tokens"),
            multiple=pl.col("chinchilla_multiple").fill_null(pl.col("tokens") / (20 * pl.col("N"))),
            learning_rate="learning_rate_peak",
            batch_tokens="batch_size_in_tokens",
            loss="eval/c4_en-validation/CrossEntropyLoss",
        ),
        _why_not(pl.col("run")),
    )


@collected("olmo-ladder-tasks", "olmo-ladder")
def _olmo_ladder_tasks(folder: Path) -> pl.DataFrame:
    """One row a checkpoint and task: its loss on the right answers, and its score."""
    seen = _checkpoints(folder)
    parts = []
    for task, (split, chance) in {"mmlu": ("test", 0.25), **_TASKS}.items():
        measures = {
            "task_loss": ("downstream_bpb", "bpb"),
            "accuracy": ("downstream", "acc" if task == "boolq" else "len_norm"),
        }
        parts.append(
            seen.select(
                "run",
                # The large models were also scored before their first step.
                tokens=pl.when(pl.col("tokens") > 0).then("tokens"),
                size=_size(pl.col("run")),
                step="step",
                loss="eval/c4_en-validation/CrossEntropyLoss",
                task=pl.lit(task),
                chance=pl.lit(chance),
                **{name: _measure(task, split, *where) for name, where in measures.items()},
            )
        )
    long = pl.concat(parts)
    return left_out(long, _why_not(pl.col("run")))


def _measure(task: str, split: str, kind: str, ending: str) -> pl.Expr:
    if task != "mmlu":
        return pl.col(f"eval/{kind}/{task}_{split}_rc_5shot_{ending}")
    parts = [
        share * pl.col(f"eval/{kind}/mmlu_{group}_{split}_rc_5shot_{ending}")
        for group, share in _MMLU.items()
    ]
    return pl.sum_horizontal(parts) / sum(_MMLU.values())

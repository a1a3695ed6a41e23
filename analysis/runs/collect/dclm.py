"""Models of one recipe on hundreds of training sets, scored on about 50 tasks."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from analysis.runs.collect import collected
from analysis.runs.collect.rows import left_out

#: Columns of the origin between these two, both included, are tasks; so is svamp.
_FIRST, _LAST = "mmlu_zeroshot", "svamp_cot"


def _models(folder: Path) -> pl.DataFrame:
    models = pl.read_csv(folder / "model_database.csv.gz", infer_schema_length=None)
    return models.rename({"Model JSON": "run", "Dataset": "corpus"})


def _tasks(models: pl.DataFrame) -> list[str]:
    first, last = models.columns.index(_FIRST), models.columns.index(_LAST)
    return [*models.columns[first : last + 1], "svamp"]


@collected("dclm-models", "dclm-models")
def _dclm_models(folder: Path) -> pl.DataFrame:
    """One row a model."""
    models = _models(folder)
    tasks = _tasks(models)
    return left_out(
        models.select(
            "run",
            "corpus",
            "params",
            "tokens",
            model="model",
            flops=6.0 * pl.col("params") * pl.col("tokens"),
            tokens_per_param=pl.col("tokens") / pl.col("params"),
            tasks=pl.sum_horizontal([pl.col(task).is_not_null() for task in tasks]),
            core="Core",
            extended="Extended",
        ),
        {"no Core score: some of its 22 tasks were not run": pl.col("core").is_null()},
    )


@collected("dclm-tasks", "dclm-models")
def _dclm_tasks(folder: Path) -> pl.DataFrame:
    """One row a model and task."""
    models = _models(folder)
    long = models.unpivot(
        on=_tasks(models), index=["run"], variable_name="task", value_name="accuracy"
    )
    return left_out(long, {"not run": pl.col("accuracy").is_null()})

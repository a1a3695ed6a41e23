"""Tables of the downstream study across families: forecasts of tasks that emerge."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from analysis.studies.downstream_observational import (
    CUTOFF,
    EMERGENT,
    GAPS,
    PREDICTORS,
    Forecast,
    benchmarks_for,
    emergent,
    forecast,
)


def every_task(table: pl.DataFrame, *, resamples: int = 0) -> dict[str, Forecast]:
    """Forecast each emerging task.

    Parameters
    ----------
    table : polars.DataFrame
        What `models` returns.
    resamples : int, optional
        Bootstrap over families.

    Returns
    -------
    dict of str to Forecast
        By the task's name.
    """
    return {
        name: forecast(emergent(table, task), benchmarks=benchmarks_for(task), resamples=resamples)
        for task, (_, name) in EMERGENT.items()
    }


def errors_table(made: Mapping[str, Forecast]) -> pl.DataFrame:
    """Sum up the errors of forecasts.

    Parameters
    ----------
    made : dict of str to Forecast
        Forecasts by the task's name.

    Returns
    -------
    polars.DataFrame
        One row a task: task, status of the fit, and what `Forecast.errors` returns.
    """
    return pl.DataFrame(
        [{"task": name, "status": one.fit.status, **one.errors()} for name, one in made.items()]
    )


def predictors_table(table: pl.DataFrame, cutoff: float = CUTOFF) -> pl.DataFrame:
    """Forecast each emerging task from components and from compute, below one cutoff.

    Parameters
    ----------
    table : polars.DataFrame
        What `models` returns.
    cutoff : float, optional
        Compute up to which models are fitted.

    Returns
    -------
    polars.DataFrame
        One row a task: cutoff, models fitted and held out, ``seen``, the best score among the
        fitted ones, and for each predictor the mean error on held-out models in points.
    """
    rows = []
    for task, (_, name) in EMERGENT.items():
        own = emergent(table, task)
        row: dict[str, object] = {"task": name, "cutoff": cutoff}
        for predictor in PREDICTORS:
            made = forecast(
                own, predictor=predictor, cutoff=cutoff, benchmarks=benchmarks_for(task)
            )
            if predictor == PREDICTORS[0]:
                parts = made.table["part"]
                best = made.table.filter(pl.col("part") == "fitted")["accuracy"].max()
                row |= {
                    "fitted": (parts == "fitted").sum(),
                    "held_out": (parts == "held out").sum(),
                }
                row |= {"seen": best}
            row[predictor] = made.errors()["held out"]
        rows.append(row)
    return pl.DataFrame(rows)


def gaps_table(table: pl.DataFrame) -> pl.DataFrame:
    """Forecast each emerging task under each handling of gaps.

    Parameters
    ----------
    table : polars.DataFrame
        What `models` returns.

    Returns
    -------
    polars.DataFrame
        One row a task and handling: task, gaps, ``left_out`` (models), ``benchmarks`` that are
        used, and ``off``, the mean error on held-out models in points.
    """
    rows = []
    for task, (_, name) in EMERGENT.items():
        for gaps in GAPS:
            made = forecast(emergent(table, task), gaps=gaps, benchmarks=benchmarks_for(task))
            used = len(made.components.benchmarks) if made.components else 0
            row = {"task": name, "gaps": gaps, "left_out": made.left_out, "benchmarks": used}
            rows.append(row | {"off": made.errors()["held out"]})
    return pl.DataFrame(rows)

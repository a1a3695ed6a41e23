"""FrugalGPT's cascades against single models, some of which are cheap and good by themselves."""

from __future__ import annotations

import math

import numpy as np
import polars as pl

from analysis.economics.hulls import area, hull
from analysis.runs import load

#: The dearest model of the 2024 runs stands where the paper of 2023 has GPT-4.
REFERENCE = "gpt-4-turbo"


def tasks() -> list[str]:
    """Return the tasks with a full set of 2024 runs.

    Returns
    -------
    list of str
        Their names.
    """
    names: list[str] = load("frugalgpt").filter("used")["task"].unique().sort().to_list()
    return names


def points(task: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return single models and different points of the cascade, both by cost.

    Parameters
    ----------
    task : str
        One of `tasks`.

    Returns
    -------
    tuple of polars.DataFrame
        Columns model, accuracy, usd and queries.
    """
    rows = load("frugalgpt").filter(pl.col("used"), pl.col("task") == task)
    rows = rows.select("cascade", "model", "accuracy", "usd", "queries").sort("usd", "accuracy")
    cascade = rows.filter("cascade").unique(["usd", "accuracy"], maintain_order=True)
    return rows.filter(~pl.col("cascade")).drop("cascade"), cascade.drop("cascade")


def savings(reference: str = "best", level_z: float = 1.96) -> pl.DataFrame:
    """Return how much cheaper a cascade is that is as accurate as one model.

    Outcomes by query are not public, so the test sets are taken as independent: bounds are wider
    than a paired comparison would give.

    Parameters
    ----------
    reference : str, optional
        Name of the model; ``best`` takes the most accurate one of each task.
    level_z : float, optional
        How many standard errors of the difference the bounds allow.

    Returns
    -------
    polars.DataFrame
        One row a task: ``model``, its ``accuracy`` and ``usd``; ``saving`` of the cheapest point
        of the cascade that is as accurate, ``saving_sure`` of the cheapest that is better beyond
        doubt, and ``saving_single`` of the cheapest other model that is as accurate. Null where
        there is none. ``more`` is by how many points of a hundred the best cascade of at most
        the same cost is better.
    """
    lines = []
    for task in tasks():
        single, cascade = points(task)
        own = (
            single.sort("accuracy", "usd", descending=[True, False])
            if reference == "best"
            else single.filter(pl.col("model") == reference)
        ).row(0, named=True)
        variance = 2 * own["accuracy"] * (1 - own["accuracy"]) / own["queries"]
        others = single.filter(pl.col("model") != own["model"])
        within = cascade.filter(pl.col("usd") <= own["usd"])
        lines.append(
            {
                "task": task,
                "model": own["model"],
                "accuracy": own["accuracy"],
                "usd": own["usd"],
                "saving": _saved(cascade, own["accuracy"], own["usd"]),
                "saving_sure": _saved(
                    cascade, own["accuracy"] + level_z * math.sqrt(variance), own["usd"]
                ),
                "saving_single": _saved(others, own["accuracy"], own["usd"]),
                "more": 100 * (within["accuracy"].max() - own["accuracy"])
                if within.height
                else None,
            }
        )
    numbers = ("saving", "saving_sure", "saving_single", "more")
    return pl.DataFrame(lines, schema_overrides=dict.fromkeys(numbers, pl.Float64))


def _saved(rows: pl.DataFrame, accuracy: float, usd: float) -> float | None:
    enough = rows.filter(pl.col("accuracy") >= accuracy - 1e-12)["usd"]
    return 1 - float(enough.min()) / usd if len(enough) else None  # type: ignore[arg-type]


def areas() -> pl.DataFrame:
    """Return the mean accuracy over costs of single models mixed, and of the cascade.

    Returns
    -------
    polars.DataFrame
        One row a task: ``single`` and ``cascade`` in RouterBench's paper form, over one range of
        costs; ``single_code`` and ``cascade_code`` as its code divides; ``gain`` of the first
        pair and ``gain_code`` of the second, in points of a hundred.
    """
    lines = []
    for task in tasks():
        single, cascade = points(task)
        costs = [rows["usd"].to_numpy() for rows in (single, cascade)]
        first, last = max(c.min() for c in costs), max(c.max() for c in costs)
        row: dict[str, float | str] = {"task": task}
        for name, rows in (("single", single), ("cascade", cascade)):
            row[name] = _from(rows, first, last)
            row[f"{name}_code"] = area(rows["usd"], rows["accuracy"], span="most", up_to=last)
        row["gain"] = 100 * (float(row["cascade"]) - float(row["single"]))
        row["gain_code"] = 100 * (float(row["cascade_code"]) - float(row["single_code"]))
        lines.append(row)
    return pl.DataFrame(lines)


def _from(rows: pl.DataFrame, first: float, last: float) -> float:
    """Return the area from the dearer of both starts on, so that both share a range."""
    cost, score = hull(rows["usd"], rows["accuracy"])
    start = float(np.interp(first, cost, score))
    later = cost > first
    return area(
        np.append(first, cost[later]),
        np.append(start, score[later]),
        hulled=False,
        up_to=max(last, float(cost[-1])),
    )

"""Groups of tasks that rise and fall together, and whether a group is easier to forecast.

Groups of questions by difficulty need the score of every question, which no table here has; these
are groups of whole tasks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from analysis.fitting.fit import fit
from analysis.laws.catalog import law
from analysis.runs import load
from analysis.studies.overtraining import CorpusFits, forecasts, targets
from analysis.studies.overtraining_tasks import single_tasks

Array = np.ndarray[Any, np.dtype[np.float64]]

#: Tasks of a group correlate this much on average.
LEAST = 0.5
#: The size and the tokens that most DataComp-LM models share.
_PARAMS, _TOKENS = 1_439_795_200, 28_795_904_000
#: The models that are forecast are larger.
_LARGE = 2e9
#: A task is left out if it was not run on more models than this.
_MOST_GAPS = 14


def same_budget() -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the scores of DataComp-LM models of one size and one budget, on the shared tasks.

    Returns
    -------
    tuple of polars.DataFrame
        One row a model with all of the tasks, a column a task; and what was left out, as
        ``what``, ``name`` and ``why``.
    """
    models = load("dclm-models").filter(params=_PARAMS, tokens=_TOKENS)
    scores = load("dclm-tasks").filter("used").join(models.select("run"), on="run", how="semi")
    wide = scores.pivot(on="task", index="run", values="accuracy")
    shared = set(load("overtraining-tasks")["task"])
    out = []
    for task in wide.columns[1:]:
        gaps = wide[task].null_count()
        if task not in shared:
            out.append({"what": "task", "name": task, "why": "not in the over-training test bed"})
        elif gaps > _MOST_GAPS:
            out.append({"what": "task", "name": task, "why": f"not run on {gaps} models"})
    lost = {row["name"] for row in out}
    kept = wide.select("run", *(task for task in wide.columns[1:] if task not in lost))
    whole = kept.drop_nulls()
    gone = kept.join(whole, on="run", how="anti")["run"]
    out += [{"what": "model", "name": run, "why": "lacks some of the tasks"} for run in gone]
    return whole.drop("run"), pl.DataFrame(out)


def pythia_ends() -> pl.DataFrame:
    """Return the scores of the Pythia models at the end of training, without examples.

    Returns
    -------
    polars.DataFrame
        One row a model (8 sizes, with and without deduplication), a column a task; the 57
        subjects of MMLU are averaged.
    """
    scores = load("pythia-evals").filter(
        "used", (pl.col("shots") == 0) & (pl.col("measure") == "accuracy")
    )
    scores = scores.filter(pl.col("model").str.contains(r"^pythia-[0-9.]+[mb](-deduped)?$"))
    scores = scores.filter(pl.col("step") == pl.col("step").max().over("model"))
    about = load("pythia-tasks").filter("used").select("task", "group")
    ends = scores.join(about, on="task").group_by("model", "group").agg(pl.col("score").mean())
    return ends.sort("model", "group").pivot(on="group", index="model", values="score")


def correlations(scores: pl.DataFrame) -> pl.DataFrame:
    """Correlate tasks over models.

    Parameters
    ----------
    scores : polars.DataFrame
        One row a model, a column a task.

    Returns
    -------
    polars.DataFrame
        A column a task, in the order of the rows.
    """
    matrix = np.corrcoef(scores.to_numpy().T)
    return pl.DataFrame(matrix, schema=scores.columns)


def groups(related: pl.DataFrame, least: float = LEAST) -> pl.DataFrame:
    """Put tasks into groups by average linkage of their correlations.

    Parameters
    ----------
    related : polars.DataFrame
        What `correlations` returns.
    least : float, optional
        Two groups are joined while their tasks correlate at least this much on average.

    Returns
    -------
    polars.DataFrame
        One row a task: task, ``group`` (a number; the largest group is 1) and ``tasks``, how
        many its group has; in the order of the tree, so that alike tasks stand together.

    Examples
    --------
    >>> related = pl.DataFrame({"a": [1.0, 0.9, 0.0], "b": [0.9, 1.0, 0.0], "c": [0.0, 0.0, 1.0]})
    >>> groups(related).rows()
    [('a', 1, 2), ('b', 1, 2), ('c', 2, 1)]
    """
    from scipy.cluster.hierarchy import fcluster, leaves_list, linkage
    from scipy.spatial.distance import squareform

    far = np.clip(1 - related.to_numpy(), 0, 2)
    np.fill_diagonal(far, 0)
    tree = linkage(squareform(far, checks=False), "average")
    found = fcluster(tree, 1 - least, "distance")
    order = leaves_list(tree).tolist()
    table: pl.DataFrame = pl.DataFrame({"task": related.columns, "raw": found})[order]
    counts = table.with_columns(tasks=pl.len().over("raw"), place=pl.int_range(pl.len()))
    rank = counts.group_by("raw").agg(pl.col("tasks").first(), pl.col("place").min())
    rank = rank.sort("tasks", "place", descending=[True, False]).with_row_index("group", 1)
    joined = counts.join(rank.select("raw", "group"), on="raw", maintain_order="left")
    ordered = joined.sort("group", "place")
    return ordered.select("task", pl.col("group").cast(pl.Int64), pl.col("tasks").cast(pl.Int64))


def group_forecasts(
    one: CorpusFits, found: pl.DataFrame, *, least: int = 3, shuffles: int = 20, seed: int = 42
) -> pl.DataFrame:
    """Forecast the 6.9B model on groups, on their tasks one by one, and on tasks at random.

    A forecast below no error or above all is cut off there: on a task that was learned late the
    law leaves that range by any amount.

    Parameters
    ----------
    one : CorpusFits
        Fits of the over-training study on one corpus.
    found : polars.DataFrame
        What `groups` returns.
    least : int, optional
        Tasks that a group must have; smaller groups are left aside.
    shuffles : int, optional
        How often groups of the same sizes are dealt from all tasks, grouped or not.
    seed : int, optional
        Seed of the dealing.

    Returns
    -------
    polars.DataFrame
        One row a forecast: ``kind`` (group, task or random), ``name``, ``tasks``, ``off`` in
        points of error, ``cut``, whether the forecast was cut off, and ``moved``, how far the
        error fell from the best fitted run to the model that is forecast, in points.
    """
    members = found.filter(pl.col("tasks") >= least)
    together = [
        group["task"].to_list() for _, group in members.group_by("group", maintain_order=True)
    ]
    names = members["task"].to_list()
    wide = load("overtraining-tasks").pivot(on="task", index="run", values="accuracy")
    own = one.runs.join(wide, on="run")
    asked = [("group", f"group {k + 1}", tasks) for k, tasks in enumerate(together)]
    asked += [("task", name, [name]) for name in names]
    random = np.random.RandomState(seed)
    for _ in range(shuffles):
        dealt = random.permutation(found["task"].sort().to_list()).tolist()
        for size in map(len, together):
            part, dealt = dealt[:size], dealt[size:]
            asked.append(("random", "", part))
    rows = []
    for kind, name, tasks in asked:
        said, seen, moved = _errors(one, own, tasks)
        cut = min(max(said, 0.0), 1.0)
        row = {"kind": kind, "name": name, "tasks": len(tasks), "off": 100 * (cut - seen)}
        rows.append(row | {"cut": cut != said, "moved": 100 * moved})
    return pl.DataFrame(rows)


def _errors(one: CorpusFits, own: pl.DataFrame, tasks: Sequence[str]) -> tuple[float, float, float]:
    """Return forecast and observed error of the largest model, and by how much it fell."""
    single = law("overtraining-error-task")
    table = own.with_columns(error=1 - pl.mean_horizontal(list(tasks)))
    _, large = targets(table)
    result = fit(single, table.filter("fits_error"))
    lost = one.loss.law.predict(large, one.loss.parameters)
    said = float(single.predict({"loss": lost}, result.parameters)[0])
    seen = float(large["error"].item())
    return said, seen, float(table.filter("fits_error")["error"].min()) - seen  # type: ignore[arg-type]


def by_kind(table: pl.DataFrame) -> pl.DataFrame:
    """Sum up what `group_forecasts` returns.

    Parameters
    ----------
    table : polars.DataFrame
        The forecasts.

    Returns
    -------
    polars.DataFrame
        One row a kind: forecasts, how many were cut off, the median and the largest size of the
        error in points, and the median of how far the observed error fell.
    """
    off, moved = pl.col("off").abs(), pl.col("moved").abs()
    return table.group_by("kind", maintain_order=True).agg(
        forecasts=pl.len(),
        cut=pl.col("cut").sum(),
        median_off=off.median(),
        worst_off=off.max(),
        median_moved=moved.median(),
    )


def on_every_corpus(
    fitted: Mapping[str, CorpusFits], found: pl.DataFrame, *, shuffles: int = 10
) -> pl.DataFrame:
    """Forecast groups, tasks and tasks at random on each corpus, summed up by kind.

    Parameters
    ----------
    fitted : dict of str to CorpusFits
        Fits of the over-training study.
    found : polars.DataFrame
        What `groups` returns.
    shuffles : int, optional
        How often groups are dealt at random.

    Returns
    -------
    polars.DataFrame
        What `by_kind` returns, with the corpus before it.
    """
    return pl.concat(
        by_kind(group_forecasts(one, found, shuffles=shuffles)).select(
            pl.lit(corpus).alias("corpus"), pl.all()
        )
        for corpus, one in fitted.items()
    )


def average_and_single(fitted: Mapping[str, CorpusFits]) -> pl.DataFrame:
    """Compare the forecast of the 17-task average with those of its tasks.

    Parameters
    ----------
    fitted : dict of str to CorpusFits
        Fits of the over-training study.

    Returns
    -------
    polars.DataFrame
        One row a corpus: ``average``, and ``median`` and ``worst`` of the single tasks, misses of
        the 6.9B model in points. Forecasts are cut off at no error and at all.
    """
    large = forecasts(fitted).filter(pl.col("params") > _LARGE)
    rows = []
    for row in large.iter_rows(named=True):
        single = single_tasks(fitted[row["corpus"]])
        off = 100 * (single["forecast"].clip(0, 1) - single["error"]).abs()
        average = 100 * abs(row["error_forecast"] - row["error"])
        rows.append(
            {
                "corpus": row["corpus"],
                "average": average,
                "median": off.median(),
                "worst": off.max(),
            }
        )
    return pl.DataFrame(rows)


def agreement(first: Mapping[str, int], second: Mapping[str, int]) -> float:
    """Return the adjusted Rand index of two groupings of the same tasks.

    Parameters
    ----------
    first, second : dict of str to int
        Group by task; tasks that only one has are left aside.

    Returns
    -------
    float
        1 if they are the same, about 0 if they agree as often as by chance.

    Raises
    ------
    ValueError
        If they share fewer than two tasks.

    Examples
    --------
    >>> agreement({"a": 1, "b": 1, "c": 2}, {"a": 5, "b": 5, "c": 7})
    1.0
    """
    shared = [task for task in first if task in second]
    if len(shared) < 2:
        raise ValueError(f"the groupings share {len(shared)} tasks; accepted are 2 or more")
    pairs = np.triu_indices(len(shared), 1)
    same = []
    for grouping in (first, second):
        label = np.array([grouping[task] for task in shared])
        same.append((label[:, None] == label)[pairs])
    both, expected = (same[0] & same[1]).sum(), same[0].sum() * same[1].sum() / len(pairs[0])
    most = (same[0].sum() + same[1].sum()) / 2
    if most == expected:
        return 1.0
    return float((both - expected) / (most - expected))

"""Whether all models met the same problems under the same names, seen from their prompts.

A prompt is about as long for one model as for another, so lengths of prompts rise and fall
together. A model whose problems are numbered otherwise falls out of step, and everything that is
computed problem by problem is then wrong for it.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from analysis.errors import DataError

#: A task with fewer problems says too little.
_FEWEST = 12
#: Models in step agree at least this well; one below the other number is out of step.
_IN_STEP, _OUT_OF_STEP = 0.8, 0.4


def alignment(records: pl.DataFrame) -> pl.DataFrame:
    """Compare the lengths of each model's prompts with those of the median model.

    Parameters
    ----------
    records : polars.DataFrame
        Columns problem, model and input_tokens; optional task.

    Returns
    -------
    polars.DataFrame
        One row a task and model: ``problems``, how many it shares with others; ``correlation`` of
        its ranks of prompt lengths with those of the median of the other models; ``aligned``,
        false where others agree and it does not, and null where too few problems or models say
        anything.

    Examples
    --------
    >>> tokens = [10, 90, 30, 70, 50, 20, 80, 40, 60, 15, 95, 35]
    >>> rows = [{"problem": i, "model": m, "input_tokens": tokens[i - (m == "d")]}
    ...         for m in "abcd" for i in range(12)]
    >>> alignment(pl.DataFrame(rows)).select("model", "aligned").rows()
    [('a', True), ('b', True), ('c', True), ('d', False)]
    """
    frame = records if "task" in records.columns else records.with_columns(task=pl.lit(""))
    rows = [
        {"task": task, **row}
        for (task,), own in frame.group_by("task", maintain_order=True)
        for row in _of_task(own)
    ]
    schema = {"task": pl.String, "model": pl.String, "problems": pl.Int64}
    return pl.DataFrame(rows, schema=schema | {"correlation": pl.Float64, "aligned": pl.Boolean})


def check_alignment(records: pl.DataFrame) -> None:
    """Refuse attempts of a model whose problems are numbered otherwise than those of the rest.

    Parameters
    ----------
    records : polars.DataFrame
        As `alignment` takes them.

    Raises
    ------
    DataError
        Naming the task and the model.
    """
    out = alignment(records).filter(~pl.col("aligned"))
    if out.height:
        row = out.row(0, named=True)
        raise DataError(
            f"the prompts of {row['model']!r} on task {row['task']!r} are not those of the other "
            f"models (rank correlation of lengths {row['correlation']:.2f}): its problems are "
            "probably numbered otherwise",
            column="input_tokens",
        )


def _of_task(frame: pl.DataFrame) -> list[dict[str, object]]:
    wide = (
        frame.group_by("problem", "model")
        .agg(pl.col("input_tokens").median())
        .pivot("model", index="problem", values="input_tokens")
    )
    models = sorted(name for name in wide.columns if name != "problem")
    tokens = wide.select(models).cast(pl.Float64).to_numpy()
    agree, shared = np.full(len(models), np.nan), np.zeros(len(models), dtype=int)
    for i in range(len(models)):
        rest = tokens[:, np.arange(len(models)) != i]
        both = np.isfinite(tokens[:, i]) & np.isfinite(rest).any(axis=1)
        shared[i] = both.sum()
        if both.sum() >= _FEWEST:
            agree[i] = _rank_correlation(tokens[both, i], np.nanmedian(rest[both], axis=1))
    known = agree[np.isfinite(agree)]
    # Out of two models nobody can say which is out of step.
    telling = len(known) >= 3 and float(np.median(known)) >= _IN_STEP
    return [
        {
            "model": model,
            "problems": int(shared[i]),
            "correlation": float(agree[i]) if np.isfinite(agree[i]) else None,
            "aligned": bool(agree[i] >= _OUT_OF_STEP)
            if telling and np.isfinite(agree[i])
            else None,
        }
        for i, model in enumerate(models)
    ]


def _rank_correlation(x: np.ndarray, y: np.ndarray) -> float:
    if len(np.unique(x)) < 2 or len(np.unique(y)) < 2:
        return float("nan")
    ranks = np.stack([pl.Series(v).rank("average").to_numpy() for v in (x, y)])
    return float(np.corrcoef(ranks)[0, 1])

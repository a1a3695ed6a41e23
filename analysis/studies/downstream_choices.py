"""What the forecasts of the task ladder owe to the choices behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from analysis.capability.chain import Chain
from analysis.capability.ladder import FIRST, LadderChoices, fit_ladder
from analysis.fitting.fit import Fit
from analysis.progress import track
from analysis.studies.downstream import EXTRA, SIZES, TASKS, Ladder, fit_tasks, forecasts

#: The authors measure scatter over so many checkpoints of their dearest small run.
_NOISE_RUN, _NOISE_LAST = "1B-10xC", 10

#: Other defensible choices: what is decided otherwise, and up to which size runs are fitted.
CHOICES: dict[str, tuple[LadderChoices, str]] = {
    "as the authors": (LadderChoices(), "1.3B"),
    "no smoothing": (LadderChoices(smooth=1), "1.3B"),
    "no added point": (LadderChoices(anchor=False), "1.3B"),
    "sigmoid not bounded": (LadderChoices(bounded=False), "1.3B"),
    "runs weigh alike": (LadderChoices(weights="runs"), "1.3B"),
    "last checkpoints alone": (LadderChoices(skip=1.0), "1.3B"),
    "all checkpoints": (LadderChoices(skip=0.0), "1.3B"),
    "second half of checkpoints": (LadderChoices(skip=0.5), "1.3B"),
    "least squares in step 1": (LadderChoices(objective="least-squares"), "1.3B"),
    "compute alone in step 1": (LadderChoices(first="task loss, compute alone"), "1.3B"),
    "through C4 loss": (LadderChoices(first="C4 loss"), "1.3B"),
    "sizes up to 760M": (LadderChoices(), "760M"),
    "with the 3.2B runs": (LadderChoices(), "3.2B"),
}


def choices_table(steps: Ladder) -> pl.DataFrame:
    """Forecast the eight tasks under each of the choices.

    Parameters
    ----------
    steps : Ladder
        The ladder.

    Returns
    -------
    polars.DataFrame
        One row a choice, task and target: choice, task, size and ``score_off`` in points.
    """
    parts = []
    # Choices of the second step share the first one.
    firsts: dict[tuple[object, ...], Fit] = {}
    for name, (choices, largest) in track(list(CHOICES.items()), label="choices"):
        chains = {}
        for task in TASKS:
            key = (choices.first, choices.smooth, choices.objective, largest, task)
            chains[task] = fit_ladder(
                steps.small(largest), steps.on(task), choices, first=firsts.get(key)
            )
            firsts[key] = chains[task].first
        table = forecasts(steps, chains, through=FIRST[choices.first][1])
        table = table.select("task", "size", "score_off")
        parts.append(table.select(pl.lit(name).alias("choice"), pl.all()))
    return pl.concat(parts)


def largest_table(
    steps: Ladder, known: Mapping[str, Mapping[str, Chain]], *, resamples: int = 200
) -> pl.DataFrame:
    """Forecast the 13B model from ladders that end at a smaller or a larger size.

    Parameters
    ----------
    steps : Ladder
        The ladder.
    known : dict of str to dict of str to Chain
        Fits with resamples that are there already, by largest size and task.
    resamples : int, optional
        Bootstrap over runs.

    Returns
    -------
    polars.DataFrame
        One row a size and task: largest, task, score_off, ``width``, that of the 90% interval
        in points, and ``inside``, whether the interval holds the score.
    """
    parts = []
    # Two sizes are hardly enough for five parameters.
    for largest in track(SIZES[2:], label="sizes"):
        chains = known.get(largest) or fit_tasks(steps, largest=largest, resamples=resamples)
        table = forecasts(steps, chains, level=0.9).filter(pl.col("size") == "13B")
        parts.append(
            table.select(
                pl.lit(largest).alias("largest"),
                "task",
                "score_off",
                width=100 * (pl.col("score_high") - pl.col("score_low")),
                inside=pl.col("score").is_between("score_low", "score_high"),
            )
        )
    return pl.concat(parts)


def scatter(steps: Ladder, tasks: Sequence[str] = (*TASKS, *EXTRA)) -> pl.DataFrame:
    """Measure how loss and score of a task jump about at the end of the dearest small run.

    Parameters
    ----------
    steps : Ladder
        The ladder.
    tasks : sequence of str, optional
        The tasks.

    Returns
    -------
    polars.DataFrame
        One row a task: task, ``loss_sd`` in bits per byte and ``score_sd`` in shares, over the
        last ten checkpoints.
    """
    own = steps.checkpoints.filter(
        (pl.col("run") == _NOISE_RUN) & pl.col("task").is_in(list(tasks))
    )
    last = own.sort("step").group_by("task", maintain_order=True).tail(_NOISE_LAST)
    return last.group_by("task", maintain_order=True).agg(
        loss_sd=pl.col("task_loss").std(ddof=0), score_sd=pl.col("accuracy").std(ddof=0)
    )


def scatter_and_error(noise: pl.DataFrame, table: pl.DataFrame) -> dict[str, float]:
    """Correlate ranks of scatter and of error over tasks.

    Parameters
    ----------
    noise : polars.DataFrame
        What `scatter` returns.
    table : polars.DataFrame
        What `forecasts` returns.

    Returns
    -------
    dict of str to float
        Spearman's correlation of the size of the error with the scatter of the loss, by target.
    """
    both = table.join(noise, on="task").with_columns(pl.col("score_off").abs())
    ranks = both.group_by("size", maintain_order=True).agg(
        pl.corr("score_off", "loss_sd", method="spearman")
    )
    return dict(ranks.iter_rows())

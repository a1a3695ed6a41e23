"""The downstream study on the OLMo ladder: small runs forecast what a 7B and a 13B model score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from analysis.capability.chain import Chain
from analysis.capability.ladder import LadderChoices, endings, fit_ladder
from analysis.runs import load

#: The four tasks that the paper calls good, and its other four.
GOOD = ("mmlu", "hellaswag", "piqa", "socialiqa")
OTHERS = ("arc_challenge", "arc_easy", "csqa", "openbookqa")
TASKS = (*GOOD, *OTHERS)
#: Scored by the origin as well, and not among the paper's eight.
EXTRA = ("boolq", "winogrande")
NAMES = {
    "mmlu": "MMLU",
    "hellaswag": "HellaSwag",
    "piqa": "PIQA",
    "socialiqa": "Social IQa",
    "arc_challenge": "ARC-Challenge",
    "arc_easy": "ARC-Easy",
    "csqa": "CommonsenseQA",
    "openbookqa": "OpenBookQA",
    "boolq": "BoolQ",
    "winogrande": "WinoGrande",
}
SIZES = ("190M", "370M", "760M", "1.3B", "3.2B")
#: Forecasts and targets are means over as many last checkpoints.
_LAST = 5


@dataclass(frozen=True)
class Ladder:
    """The runs of the ladder.

    Parameters
    ----------
    runs : polars.DataFrame
        The table ``olmo-ladder``.
    checkpoints : polars.DataFrame
        The table ``olmo-ladder-tasks``.
    """

    runs: pl.DataFrame
    checkpoints: pl.DataFrame

    @property
    def targets(self) -> pl.DataFrame:
        """The two runs that are forecast, the smaller first."""
        return self.runs.filter(pl.col("role") == "target").sort("params")

    def small(self, largest: str = "1.3B") -> pl.DataFrame:
        """Return the small runs up to a size, at 1, 2, 5 and 10 times the Chinchilla tokens.

        Parameters
        ----------
        largest : str, optional
            One of `SIZES`; with the default these are the 16 runs that the authors fit.

        Returns
        -------
        polars.DataFrame
            The runs.

        Raises
        ------
        ValueError
            If there is no such size.
        """
        if largest not in SIZES:
            raise ValueError(f"largest is {largest!r}; accepted are {', '.join(SIZES)}")
        sizes = SIZES[: SIZES.index(largest) + 1]
        whole = (pl.col("multiple") >= 1) & ~pl.col("run").str.ends_with("rerun")
        return self.runs.filter((pl.col("role") == "ladder") & pl.col("size").is_in(sizes) & whole)

    def on(self, task: str) -> pl.DataFrame:
        """Return the checkpoints on one task.

        Parameters
        ----------
        task : str
            The task.

        Returns
        -------
        polars.DataFrame
            One row a checkpoint.
        """
        return self.checkpoints.filter(pl.col("task") == task)


def ladder() -> Ladder:
    """Load the ladder.

    Returns
    -------
    Ladder
        Runs and checkpoints.
    """
    return Ladder(load("olmo-ladder"), load("olmo-ladder-tasks"))


def observed(steps: Ladder, task: str) -> pl.DataFrame:
    """Return what the two targets show on a task, as means over their last checkpoints.

    Parameters
    ----------
    steps : Ladder
        The ladder.
    task : str
        The task.

    Returns
    -------
    polars.DataFrame
        One row a target: size, params, tokens, flops, loss (on C4), task_loss and accuracy.
    """
    last = endings(steps.on(task), _LAST).drop("tokens", "loss")
    c4 = endings(steps.on(task), _LAST).select("run", "loss")
    wanted = steps.targets.select("run", "size", "params", "tokens", "flops")
    return wanted.join(last, on="run").join(c4, on="run").sort("params")


def fit_tasks(
    steps: Ladder,
    choices: LadderChoices | None = None,
    *,
    tasks: Sequence[str] = TASKS,
    largest: str = "1.3B",
    resamples: int = 0,
    seed: int = 42,
) -> dict[str, Chain]:
    """Fit the two steps to each task.

    Parameters
    ----------
    steps : Ladder
        The ladder.
    choices : LadderChoices, optional
        How; as the authors by default.
    tasks : sequence of str, optional
        The tasks.
    largest : str, optional
        The largest size that is fitted.
    resamples, seed : int, optional
        Bootstrap over runs.

    Returns
    -------
    dict of str to Chain
        By task.
    """
    small = steps.small(largest)
    return {
        task: fit_ladder(small, steps.on(task), choices, resamples=resamples, seed=seed)
        for task in tasks
    }


def forecasts(
    steps: Ladder,
    chains: Mapping[str, Chain],
    *,
    through: str = "task_loss",
    level: float | None = None,
) -> pl.DataFrame:
    """Compare the forecast of each task with what the two targets show.

    Parameters
    ----------
    steps : Ladder
        The ladder.
    chains : dict of str to Chain
        Fits by task.
    through : {"task_loss", "loss"}, optional
        The loss that they were fitted through: the task's own, or that on C4.
    level : float, optional
        Nominal coverage of an interval; the fits must have resamples.

    Returns
    -------
    polars.DataFrame
        One row a task and target: task, size, ``lost`` and ``lost_forecast`` (the loss that the
        chain goes through), ``lost_off`` in percent, ``score``, ``score_forecast``, ``score_off``
        in points, ``step_off``, the same from the observed loss, and with a level ``score_low``
        and ``score_high``.
    """
    parts = []
    for task, chain in chains.items():
        seen = observed(steps, task)
        said = chain.predict(seen.drop("task_loss"), level=level)
        from_loss = chain.second.law.predict(
            {"task_loss": seen[through].to_numpy()}, chain.second.parameters
        )
        rows = pl.DataFrame(
            {
                "task": task,
                "size": seen["size"],
                "lost": seen[through],
                "lost_forecast": said["task_loss"],
                "score": seen["accuracy"],
                "score_forecast": said["accuracy"],
                "from_loss": from_loss,
            }
        )
        if level is not None:
            rows = rows.with_columns(
                score_low=said["accuracy_low"], score_high=said["accuracy_high"]
            )
        parts.append(rows)
    return pl.concat(parts).with_columns(
        lost_off=100 * (pl.col("lost_forecast") / pl.col("lost") - 1),
        score_off=100 * (pl.col("score_forecast") - pl.col("score")),
        step_off=100 * (pl.col("from_loss") - pl.col("score")),
    )


def ends(steps: Ladder, task: str, largest: str = "1.3B") -> pl.DataFrame:
    """Return the small runs as the first step sees them: averaged over their last checkpoints.

    Parameters
    ----------
    steps : Ladder
        The ladder.
    task : str
        The task.
    largest : str, optional
        The largest size that is fitted.

    Returns
    -------
    polars.DataFrame
        One row a run: run, size, params, tokens, flops, loss (on C4), task_loss and accuracy.
    """
    small = steps.small(largest).select("run", "size", "params", "flops")
    return small.join(endings(steps.on(task), _LAST), on="run").sort("params", "tokens")


def errors(table: pl.DataFrame) -> pl.DataFrame:
    """Sum up forecasts: the worst of the good tasks, and the mean of the others.

    Parameters
    ----------
    table : polars.DataFrame
        What `forecasts` returns for the eight tasks.

    Returns
    -------
    polars.DataFrame
        One row a target, and one for both: ``good_worst``, ``others_mean``, ``all_mean`` and
        ``all_worst``, errors in points of score.
    """
    off = pl.col("score_off").abs()
    good = pl.col("task").is_in(GOOD)
    measures = {
        "good_worst": off.filter(good).max(),
        "others_mean": off.filter(~good).mean(),
        "all_mean": off.mean(),
        "all_worst": off.max(),
    }
    single = table.group_by("size", maintain_order=True).agg(**measures)
    both = table.select(pl.lit("both").alias("size"), **measures)
    return pl.concat([single, both])


def compute_share(steps: Ladder) -> float:
    """Return the compute of the 16 runs over that of the two targets together.

    Parameters
    ----------
    steps : Ladder
        The ladder.

    Returns
    -------
    float
        A share.
    """
    return float(steps.small()["flops"].sum()) / float(steps.targets["flops"].sum())

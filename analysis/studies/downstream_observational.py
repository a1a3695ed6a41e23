"""The downstream study across families: components of benchmarks forecast tasks that emerge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from analysis.capability.observational import Components, components
from analysis.fitting.fit import Fit, fit
from analysis.laws.catalog import law
from analysis.runs import load

BENCHMARKS = (
    *("mmlu", "arc_challenge", "hellaswag", "winogrande"),
    *("truthfulqa", "gsm8k", "xwinograd", "humaneval"),
)
#: Emerging tasks: measure, and how the table writes them.
EMERGENT = {
    "word_unscrambling": ("exact_match", "Word unscrambling"),
    "arithmetic_3ds": ("acc", "3-digit subtraction"),
    "arithmetic_3da": ("acc", "3-digit addition"),
    "arithmetic_2dm": ("acc", "2-digit multiplication"),
    "parsinlu_qa": ("acc", "Persian questions"),
    "ipa_transliterate": ("bleu", "IPA transliteration (BLEU)"),
}
PREDICTORS = ("three components", "one component", "compute")
#: How a model with gaps is handled.
GAPS = ("filled", "complete models", "complete benchmarks")
#: Compute up to which models are fitted: that of Llama-2 7B, rounded up by a hair.
CUTOFF = 8.4e22
_HAIR = 1.001
_UNIT = 1e21
_START = {"w0": 0.0, "b": 0.0}
_FEW = 3


def models() -> pl.DataFrame:
    """Return the base models with their scores under one harness, and their compute.

    Returns
    -------
    polars.DataFrame
        One row a model: model, family, params, tokens, ``flops`` (6 times active parameters times
        tokens; null where the tokens are not stated) and a column a benchmark, null where it was
        not measured.
    """
    scores = load("open-model-scores").filter("used", harness="observational-scaling")
    wide = scores.pivot(on="benchmark", index="model", values="score").select("model", *BENCHMARKS)
    active = pl.coalesce("params_active", "params")
    about = load("open-models").select(
        "model", "family", "params", "tokens", flops=6 * active * pl.col("tokens")
    )
    return about.join(wide, on="model").sort("family", "params", "model")


def emergent(table: pl.DataFrame, task: str) -> pl.DataFrame:
    """Add the score on an emerging task.

    Parameters
    ----------
    table : polars.DataFrame
        What `models` returns.
    task : str
        A key of `EMERGENT`.

    Returns
    -------
    polars.DataFrame
        The models that were scored on it, with the column ``accuracy``.

    Raises
    ------
    ValueError
        If there is no such task.
    """
    if task not in EMERGENT:
        raise ValueError(f"task is {task!r}; accepted are {', '.join(EMERGENT)}")
    scores = load("observational-emergent").filter("used", task=task, measure=EMERGENT[task][0])
    return table.join(scores.select("model", accuracy="score"), on="model")


def family_lines(placed: pl.DataFrame) -> pl.DataFrame:
    """Fit the first component of each family as a line in the logarithm of compute.

    Parameters
    ----------
    placed : polars.DataFrame
        Columns family, flops and pc1; rows without compute are left aside.

    Returns
    -------
    polars.DataFrame
        One row a family with three or more different budgets: family, models, ``slope`` for ten
        times the compute, ``r2``, and ``decades``, how far its budgets reach.
    """
    known = placed.filter(pl.col("flops").is_not_null())
    rows = []
    for (family,), own in known.group_by("family", maintain_order=True):
        if own["flops"].n_unique() < _FEW:
            continue
        own_x, own_y = np.log10(own["flops"].to_numpy()), own["pc1"].to_numpy()
        steep, start = np.polyfit(own_x, own_y, 1)
        left = ((own_y - start - steep * own_x) ** 2).sum()
        rows.append(
            {
                "family": family,
                "models": own.height,
                "slope": steep,
                "r2": 1 - left / ((own_y - own_y.mean()) ** 2).sum(),
                "decades": np.ptp(own_x),
            }
        )
    return pl.DataFrame(rows).sort("slope")


@dataclass(frozen=True)
class Forecast:
    """The forecast of one emerging task.

    Parameters
    ----------
    table : polars.DataFrame
        One row a model: model, family, flops, accuracy, ``part`` (fitted, held out, or compute
        not stated), ``forecast``, ``low`` and ``high``.
    fit : Fit
        The fit to the smaller models.
    components : Components or None
        The components of the smaller models; None for compute alone.
    left_out : int
        Models that the handling of gaps left out.
    """

    table: pl.DataFrame
    fit: Fit
    components: Components | None
    left_out: int

    def errors(self) -> dict[str, float]:
        """Sum up the errors.

        Returns
        -------
        dict of str to float
            Mean size of the error of ``fitted`` and ``held out`` models in points, and
            ``inside``, the share of held-out models inside their interval.
        """
        off = (100 * (pl.col("forecast") - pl.col("accuracy"))).abs()
        means = {
            part: self.table.filter(pl.col("part") == part).select(off.mean()).item()
            for part in ("fitted", "held out")
        }
        held = self.table.filter(pl.col("part") == "held out")
        inside = held.select(pl.col("accuracy").is_between("low", "high").mean()).item()
        return {**means, "inside": inside}


def forecast(
    table: pl.DataFrame,
    *,
    predictor: str = "three components",
    gaps: str = "filled",
    cutoff: float = CUTOFF,
    benchmarks: Sequence[str] = BENCHMARKS,
    resamples: int = 0,
    seed: int = 42,
) -> Forecast:
    """Fit a task on the models up to a compute, and forecast the larger ones.

    Components, filling and fit see the smaller models alone. Models whose compute is not stated
    are neither fitted nor counted as held out; they have a forecast.

    Parameters
    ----------
    table : polars.DataFrame
        What `emergent` returns.
    predictor : {"three components", "one component", "compute"}, optional
        What the score is a sigmoid of.
    gaps : {"filled", "complete models", "complete benchmarks"}, optional
        Fill gaps along the first component, or leave out models or benchmarks that have any.
    cutoff : float, optional
        Compute in FLOPs up to which models are fitted.
    benchmarks : sequence of str, optional
        Benchmarks behind the components.
    resamples, seed : int, optional
        Bootstrap over families, for 90% intervals of a single model.

    Returns
    -------
    Forecast
        The forecast.

    Raises
    ------
    ValueError
        If predictor or gaps is none of those.
    """
    for name, given, known in (("predictor", predictor, PREDICTORS), ("gaps", gaps, GAPS)):
        if given not in known:
            raise ValueError(f"{name} is {given!r}; accepted are {', '.join(known)}")
    kept, used = _without_gaps(table, gaps, benchmarks)
    if predictor == "compute":
        kept = kept.filter(pl.col("flops").is_not_null())
    small = (pl.col("flops") <= cutoff * _HAIR).fill_null(False)
    part = pl.when(small).then(pl.lit("fitted")).when(pl.col("flops").is_not_null())
    kept = kept.with_columns(part=part.then(pl.lit("held out")).otherwise(pl.lit("not stated")))
    fitted = kept.filter(pl.col("part") == "fitted")
    found = None
    if predictor == "compute":
        placed = kept.with_columns(flops=pl.col("flops") / _UNIT)
        one, start = law("score-from-compute"), {"w1": 0.01}
    else:
        found = components(fitted.select(*used), used, 3)
        placed = found.place(kept)
        one = law("observational")
        one = one.fix(w2=0, w3=0) if predictor == "one component" else one
        start = dict.fromkeys([n for n in one.parameters if n in ("w1", "w2", "w3")], 0.01)
    result = fit(
        one,
        placed.filter(pl.col("part") == "fitted"),
        start={**_START, **start},
        cluster="family",
        resamples=resamples,
        seed=seed,
    )
    interval = "prediction" if resamples else None
    said = result.predict(placed.drop("accuracy"), interval)
    nothing = pl.Series("none", [None] * placed.height, dtype=pl.Float64)
    rows = kept.select("model", "family", "flops", "accuracy", "part").with_columns(
        forecast=said["accuracy"],
        low=said["accuracy_low"] if resamples else nothing,
        high=said["accuracy_high"] if resamples else nothing,
    )
    return Forecast(rows, result, found, table.height - kept.height)


def _without_gaps(
    table: pl.DataFrame, gaps: str, benchmarks: Sequence[str]
) -> tuple[pl.DataFrame, list[str]]:
    if gaps == "complete models":
        return table.drop_nulls(list(benchmarks)), list(benchmarks)
    if gaps == "complete benchmarks":
        return table, [name for name in benchmarks if not table[name].null_count()]
    return table, list(benchmarks)


def benchmarks_for(task: str) -> tuple[str, ...]:
    """Return the benchmarks behind the components for a task: arithmetic does without GSM8K.

    Parameters
    ----------
    task : str
        A key of `EMERGENT`.

    Returns
    -------
    tuple of str
        Benchmarks; a test of sums would give the answer away.

    Examples
    --------
    >>> "gsm8k" in benchmarks_for("arithmetic_2dm")
    False
    """
    sums = task.startswith("arithmetic")
    return tuple(name for name in BENCHMARKS if not (sums and name == "gsm8k"))

"""What the laws of whole loss curves say of schedules of your own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from analysis.fitting.fit import Fit
from analysis.laws.law import Law
from analysis.runs.annealing import with_areas, with_drops
from analysis.runs.schedules import PEAK, WARMUP, constant, cosine, stable_decay
from analysis.studies.schedules import BLOCKS, LONGEST_FITTED, SOURCES, sources

Array = np.ndarray[Any, np.dtype[np.float64]]


#: Each schedule ends at this share of its peak, as those of the collected curves do.
ENDS_AT = 0.1


#: Kinds of schedule, as a reader may choose them.
KINDS = {
    "warmup-stable-decay, exponential": "exponential",
    "warmup-stable-decay, linear": "linear",
    "cosine": "cosine",
    "constant": "constant",
}


def rates(kind: str, steps: int, decay_share: float = 0.1, peak: float = PEAK) -> Array:
    """Return a schedule with the warm-up of the collected ones.

    Parameters
    ----------
    kind : {"exponential", "linear", "cosine", "constant"}
        The first two are warmup-stable-decay.
    steps : int
        Last step.
    decay_share : float, optional
        Share of the steps over which the rate decays; a cosine and a constant have none.
    peak : float, optional
        The highest rate.

    Returns
    -------
    numpy.ndarray of shape (steps + 1,)
        Learning rate of every step.
    """
    if kind == "constant":
        return constant(steps, peak=peak, warmup=WARMUP)
    if kind == "cosine":
        return cosine(steps, peak=peak, end=ENDS_AT * peak, warmup=WARMUP)
    start = max(WARMUP, round(steps * (1 - decay_share)))
    return stable_decay(
        steps, peak=peak, end=ENDS_AT * peak, decay_from=start, warmup=WARMUP, shape=kind
    )


def predicted(
    schedules: Mapping[str, Array], laws: Mapping[str, Fit | Law], points: int = 1
) -> pl.DataFrame:
    """Predict loss curves under schedules of your own.

    Parameters
    ----------
    schedules : dict of str to numpy.ndarray
        Learning rate of every step by name.
    laws : dict of str to Fit or Law
        By name: fits, or laws with all coefficients.
    points : int, optional
        Points along each curve after the warm-up, the last step among them.

    Returns
    -------
    polars.DataFrame
        Columns schedule, steps and a column of losses for each law.
    """
    along = [
        pl.DataFrame({"schedule": name, "steps": np.linspace(WARMUP, len(one) - 1, points + 1)[1:]})
        for name, one in schedules.items()
    ]
    table = pl.concat(along).with_columns(pl.col("steps").round().cast(pl.Int64))
    seen = with_areas(with_drops(table, schedules, blocks=BLOCKS), schedules)
    losses = {
        name: one.predict(seen)["loss"] if isinstance(one, Fit) else pl.Series(one.predict(seen))
        for name, one in laws.items()
    }
    return table.with_columns(**losses)


def by_share(size: str, shares: Array, steps: int = LONGEST_FITTED) -> pl.DataFrame:
    """Predict the final loss against the share of the steps over which the rate decays.

    Parameters
    ----------
    size : str
        The model.
    shares : numpy.ndarray
        Shares of the steps.
    steps : int, optional
        Last step.

    Returns
    -------
    polars.DataFrame
        ``share``, ``source`` and ``loss``; the cosine and the constant schedule as shares of
        null, named by ``schedule``.
    """
    one = sources(size)
    laws: dict[str, Fit | Law] = dict(
        zip(SOURCES, (one.annealing, one.multi_power, one.published), strict=True)
    )
    made = {f"{share:.6f}": rates("exponential", steps, share) for share in shares}
    made |= {kind: rates(kind, steps) for kind in ("cosine", "constant")}
    table = predicted(made, laws).with_columns(
        share=pl.col("schedule").cast(pl.Float64, strict=False)
    )
    return table.unpivot(SOURCES, index=["schedule", "share"], variable_name="source").rename(
        {"value": "loss"}
    )

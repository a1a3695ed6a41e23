"""The knowledge-capacity study: the estimate tried on memories whose capacity is known."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import polars as pl

from analysis.capability.knowledge import Facts, stored_bits
from analysis.capability.linear_memory import calibrated, hebbian, rounded, taught, trained
from analysis.capability.memoriser import (
    Array,
    Table,
    Task,
    hebbian_bits,
    random_task,
    separable_share,
    value_loss,
)

WIDTH, UNITS = 128, 8
#: Bits to be learnt for each parameter, from an eighth to sixteen.
LOADS = (0.125, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 1.875, 2, 2.125, 2.5, 3, 4, 6, 8, 16)
TABLE, TRAINED, HEBBIAN = "table of 2-bit cells", "trained to the end", "one Hebbian exposure"


def estimated(outputs: Array, labels: Array) -> float:
    """Estimate how many bits of its facts a memory holds, from its losses.

    Keys are given, so that names count for nothing: they take no bits, and cost none.

    Parameters
    ----------
    outputs : numpy.ndarray of shape (people, units)
        Log-odds of each bit.
    labels : numpy.ndarray of shape (people, units)
        The bits as -1 and 1.

    Returns
    -------
    float
        Bits.

    Examples
    --------
    >>> estimated(np.full((4, 8), np.inf), np.ones((4, 8)))
    32.0
    """
    people, units = labels.shape
    facts = Facts(people, names=people, values=2.0**units)
    loss = value_loss(outputs, labels)
    return stored_bits(facts, name_loss=math.log(people), value_loss=loss).total


def _per_weight(weights: Array, task: Task) -> float:
    return estimated(task.keys @ weights, task.labels) / task.weights


def _tasks(load: float, seeds: Sequence[int], width: int, units: int) -> list[Task]:
    return [random_task(round(load * width), width, units, seed) for seed in seeds]


def capacity_sweep(
    loads: Sequence[float] = LOADS,
    *,
    width: int = WIDTH,
    units: int = UNITS,
    seeds: Sequence[int] = (0, 1, 2),
) -> pl.DataFrame:
    """Give more and more facts to memories of one size, and estimate what they hold.

    Parameters
    ----------
    loads : sequence of float, optional
        Bits of facts for each parameter.
    width, units : int, optional
        Size of the linear memories; the table has as many parameters.
    seeds : sequence of int, optional
        Draws of the facts.

    Returns
    -------
    polars.DataFrame
        One row a load and memory: load, memory, people, ``stored`` bits per parameter as
        estimated, mean over seeds with ``stored_low`` and ``stored_high`` the least and most,
        ``known`` what the memory is known to hold; null for the trained one where Cover's count
        leaves a unit less than 99.9% to learn everything.
    """
    rows = []
    for load in loads:
        found: dict[str, list[float]] = {TABLE: [], TRAINED: [], HEBBIAN: []}
        for task in _tasks(load, seeds, width, units):
            table = Table(task.weights, 2)
            table.write(task.labels)
            outputs = table.outputs(*task.labels.shape)
            found[TABLE].append(estimated(outputs, task.labels) / task.weights)
            found[TRAINED].append(_per_weight(calibrated(trained(task), task), task))
            found[HEBBIAN].append(_per_weight(calibrated(hebbian(task), task), task))
        people = round(load * width)
        sure = separable_share(people, width) > 1 - 1e-3
        known = {TABLE: min(load, 2.0), TRAINED: load if sure else None}
        known |= {HEBBIAN: hebbian_bits(load)}
        rows += [
            {"load": load, "memory": memory, "people": people, "stored": float(np.mean(values))}
            | {"stored_low": min(values), "stored_high": max(values), "known": known[memory]}
            for memory, values in found.items()
        ]
    return pl.DataFrame(rows)


def exposure_sweep(
    loads: Sequence[float] = (0.5, 1, 1.5, 1.75),
    exposures: Sequence[int] = (1, 3, 10, 30, 100, 300, 1000),
    *,
    width: int = WIDTH,
    units: int = UNITS,
    seed: int = 1,
) -> pl.DataFrame:
    """Show a linear memory its facts again and again, and estimate what it holds on the way.

    Parameters
    ----------
    loads : sequence of float, optional
        Bits of facts for each weight.
    exposures : sequence of int, optional
        After how many exposures to look.
    width, units : int, optional
        Size of the memory.
    seed : int, optional
        Draw of the facts.

    Returns
    -------
    polars.DataFrame
        One row a load and number of exposures: load, exposures, ``stored`` bits a weight.
    """
    return pl.DataFrame(
        {"load": load, "exposures": seen, "stored": _per_weight(calibrated(weights, task), task)}
        for load in loads
        for task in _tasks(load, [seed], width, units)
        for seen, weights in zip(exposures, taught(task, exposures), strict=True)
    )


def junk_sweep(
    load: float = 1.0,
    exposures: Sequence[int] = (1, 3, 10, 30, 100, 300),
    *,
    width: int = WIDTH,
    units: int = UNITS,
    seed: int = 1,
) -> pl.DataFrame:
    """Teach useful facts alone, and mixed with seven times as many of no interest.

    Parameters
    ----------
    load : float, optional
        Bits of useful facts for each weight.
    exposures : sequence of int, optional
        After how many exposures of the useful facts to look.
    width, units : int, optional
        Size of the memory.
    seed : int, optional
        Draw of the facts.

    Returns
    -------
    polars.DataFrame
        One row a kind of junk and number of exposures: junk, exposures, ``stored`` bits of
        useful facts a weight.
    """
    task = random_task(round(load * width), width, units, seed)
    kinds = {"none": (0, 0, 1.0), "repetitive": (7, width // 8, 1.0), "random": (7, 0, 1.0)}
    kinds["random, steps of a tenth"] = (7, 0, 0.1)
    return pl.DataFrame(
        {"junk": name, "exposures": seen, "stored": _per_weight(calibrated(weights, task), task)}
        for name, (junk, pool, rate) in kinds.items()
        for seen, weights in zip(
            exposures, taught(task, exposures, junk=junk, pool=pool, rate=rate), strict=True
        )
    )


def rounding_sweep(
    loads: Sequence[float] = (0.5, 1, 1.5, 1.75, 1.875),
    bits: Sequence[int] = (1, 2, 3, 4, 5, 6, 8, 16),
    *,
    width: int = WIDTH,
    units: int = UNITS,
    seeds: Sequence[int] = (0, 1, 2),
) -> pl.DataFrame:
    """Round the weights of trained memories, and estimate what is left.

    Parameters
    ----------
    loads : sequence of float, optional
        Bits of facts for each weight.
    bits : sequence of int, optional
        Bits that weights are rounded to.
    width, units : int, optional
        Size of the memories.
    seeds : sequence of int, optional
        Draws of the facts.

    Returns
    -------
    polars.DataFrame
        One row a load and number of bits: load, bits, ``stored`` bits a weight, mean over seeds.
    """
    rows = []
    for load in loads:
        known = [(task, trained(task)) for task in _tasks(load, seeds, width, units)]
        for count in bits:
            left = [_per_weight(calibrated(rounded(w, count), task), task) for task, w in known]
            rows.append({"load": load, "bits": count, "stored": float(np.mean(left))})
    return pl.DataFrame(rows)


def cover_check(
    widths: Sequence[int] = (16, 32, 64),
    loads: Sequence[float] = (1.5, 1.75, 2, 2.25),
    *,
    units: int = 24,
    seeds: Sequence[int] = (0, 1, 2),
) -> pl.DataFrame:
    """Set how many units learn all of their facts beside Cover's count.

    Parameters
    ----------
    widths : sequence of int, optional
        Numbers in a key.
    loads : sequence of float, optional
        Bits of facts for each weight.
    units : int, optional
        Bits of a value, each learnt by a unit of its own.
    seeds : sequence of int, optional
        Draws of the facts.

    Returns
    -------
    polars.DataFrame
        One row a width and load: width, load, ``stored`` bits a weight (mean over seeds),
        ``perfect``, the share of units that learnt every fact, its standard error ``error`` as
        Cover's count has it, and ``cover``, that count as a probability.
    """
    rows = []
    for width in widths:
        for load in loads:
            stored, perfect = [], []
            for task in _tasks(load, seeds, width, units):
                weights = trained(task)
                stored.append(_per_weight(weights, task))
                perfect.append(((task.keys @ weights) * task.labels > 0).all(axis=0).mean())
            cover = separable_share(round(load * width), width)
            error = math.sqrt(cover * (1 - cover) / (units * len(seeds)))
            rows.append(
                {"width": width, "load": load, "stored": float(np.mean(stored))}
                | {"perfect": float(np.mean(perfect)), "cover": cover, "error": error}
            )
    return pl.DataFrame(rows)

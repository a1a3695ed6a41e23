"""Where the estimate of stored bits tells the truth, and where it is off: twelve memories."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import polars as pl

from analysis.capability.knowledge import (
    Facts,
    complete_bits,
    description_bits,
    log2_binomial,
    stored_bits,
)
from analysis.capability.memoriser import Table, random_task, value_loss

_PEOPLE, _NAMES, _UNITS = 10_000, 1.6e8, 16
_EMPLOYERS = 263

Case = tuple[str, float, float, str]


def cases(seed: int = 0) -> pl.DataFrame:
    """Try the estimate on memories that are known to the bit.

    Parameters
    ----------
    seed : int, optional
        Seed of all draws.

    Returns
    -------
    polars.DataFrame
        One row a memory: ``memory``, ``spent`` bits a person that it takes, ``estimated`` bits a
        person, ``ratio`` of the two, and ``why``.
    """
    draw = np.random.default_rng(seed)
    makers: list[Callable[[np.random.Generator], list[Case]]] = [
        _tables, _guessers, _names, _following, _uneven, _few
    ]  # fmt: skip
    rows = [case for make in makers for case in make(draw)]
    names = ("memory", "spent", "estimated", "why")
    frame = pl.DataFrame([dict(zip(names, row, strict=True)) for row in rows])
    return frame.select(
        "memory", "spent", "estimated", ratio=pl.col("estimated") / pl.col("spent"), why="why"
    )


def _each(facts: Facts, value_loss: float) -> float:
    """Return estimated bits a person, names left out."""
    name_loss = math.log(facts.people)
    return stored_bits(facts, name_loss=name_loss, value_loss=value_loss).values / facts.people


def _tables(draw: np.random.Generator) -> list[Case]:
    task = random_task(_PEOPLE, 1, _UNITS, draw)
    facts = Facts(_PEOPLE, names=_NAMES, values=2**_UNITS)
    out: list[Case] = []
    for name, bits in (("table with room for all", 16), ("table with room for half", 8)):
        table = Table(_PEOPLE, bits)
        table.write(task.labels)
        loss = value_loss(table.outputs(_PEOPLE, _UNITS), task.labels)
        out.append((name, bits, _each(facts, loss), "exact: what is not known is guessed evenly"))
    half = np.where(np.arange(_UNITS) < _UNITS // 2, np.inf, 0.0) * task.labels
    half[np.isnan(half)] = 0
    loss = value_loss(half, task.labels)
    out.append(("half of every value", 8, _each(facts, loss), "exact: partial knowledge counts"))
    return out


def _guessers(draw: np.random.Generator) -> list[Case]:
    """A table of which one cell in ten was lost, and that does not know which."""
    facts = Facts(_PEOPLE, names=_NAMES, values=2**_UNITS)
    values = 2**_UNITS
    right = draw.random(_PEOPLE) >= 0.1
    share = float(right.mean())
    out: list[Case] = []
    for name, trust, why in (
        ("one in ten wrong, and aware", share, "low: which ones are wrong is not known"),
        ("one in ten wrong, and sure", 1 - 1e-6, "low: surprise at errors, not lack of knowledge"),
    ):
        loss = -np.where(right, math.log(trust), math.log((1 - trust) / (values - 1))).mean()
        out.append((name, _UNITS, _each(facts, float(loss)), why))
    return out


def _names(draw: np.random.Generator) -> list[Case]:
    facts = Facts(_PEOPLE, names=_NAMES, values=1)
    credited = complete_bits(facts).names / _PEOPLE
    best = description_bits(facts).names / _PEOPLE
    # Half of the time a known name, else any name at all.
    half = _PEOPLE // 2
    known = math.log(1 / _PEOPLE + 0.5 / _NAMES)
    other = math.log(0.5 / _NAMES)
    some = stored_bits(facts, name_loss=-(known + other) / 2, value_loss=0.0).names / _PEOPLE
    written = log2_binomial(_NAMES, half) / _PEOPLE
    return [
        ("half of the names, as a set", written, some, "low: that there are more is not known"),
        ("names, written as a set", best, credited, "low: log2 e = 1.44 bits a name left out"),
        ("names, written one by one", math.log2(_NAMES), credited, "low: their order is no fact"),
    ]


def _following(draw: np.random.Generator) -> list[Case]:
    """City of work follows from the employer: a table of employers and one of cities."""
    employer, city = math.log2(_EMPLOYERS), math.log2(_EMPLOYERS)
    spent = employer + _EMPLOYERS * city / _PEOPLE
    facts = Facts(_PEOPLE, names=_NAMES, values=_EMPLOYERS, attributes=2)
    return [("two values, one following", spent, 2 * _each(facts, 0.0) / 2, "high: counted twice")]


def _uneven(draw: np.random.Generator) -> list[Case]:
    """Employers of unequal size: a model that knows their sizes and not one person."""
    sizes = 1 / np.arange(1, _EMPLOYERS + 1)
    shares = sizes / sizes.sum()
    drawn = draw.choice(_EMPLOYERS, size=_PEOPLE, p=shares)
    loss = float(-np.log(np.bincount(drawn, minlength=_EMPLOYERS)[drawn] / _PEOPLE).mean())
    spent = _EMPLOYERS * math.log2(_PEOPLE + 1) / _PEOPLE
    facts = Facts(_PEOPLE, names=_NAMES, values=_EMPLOYERS)
    return [("sizes of employers only", spent, _each(facts, loss), "high: nobody's employer known")]


def _few(draw: np.random.Generator) -> list[Case]:
    """Ten-letter values from a list of 1000 that had to be learnt, for 100 and 10,000 people."""
    out: list[Case] = []
    for people, why in ((100, "high: most of the list was never seen"), (_PEOPLE, "exact enough")):
        facts = Facts(people, names=people, values=1000, strings=26.0**10)
        code = description_bits(facts)
        listed = (code.values + code.dictionary) / people
        spent = min(listed, 10 * math.log2(26))  # or each value is written out
        credited = complete_bits(facts)
        estimate = (credited.values + credited.dictionary) / people
        out.append((f"{people:,} people, list of 1000 values", spent, estimate, why))
    return out

"""What the cost-of-pass paper published: what follows from the human share, and from open tables.

The attempts behind the paper are not open. A frontier of one model with the human expert is
k B / n + c, with k of n problems left to the human at price B, and c, what the model takes of the
mean. With k whole, a printed cell says how many problems were never solved, and a cell at another
price level follows from it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from analysis.records import read_study
from analysis.runs.catalog import load

STUDY = "cost_of_pass2025"
PROBLEMS = {"2digit": 128, "gsm8k": 128, "bbq": 128, "gpqa": 128, "math500": 128, "aime": 30}
TITLES = {
    "2digit": "2-digit addition",
    "gsm8k": "GSM8K",
    "bbq": "BBQ",
    "gpqa": "GPQA Diamond",
    "math500": "MATH-500",
    "aime": "AIME 2024",
}
#: Names in the price table of April 2025, and in the registry of release days.
MODELS = {
    "llama_8b": (
        "together_ai/meta-llama/Meta-Llama-3.1-8B-Instruct-Turbo",
        "meta/llama-3.1-8b-instruct",
    ),
    "gpt_4o_mini": ("gpt-4o-mini-2024-07-18", "openai/gpt-4o-mini-2024-07-18"),
    "llama_70b": (
        "together_ai/meta-llama/Llama-3.3-70B-Instruct-Turbo",
        "meta/llama-3.3-70b-instruct",
    ),
    "llama_405b": (
        "together_ai/meta-llama/Meta-Llama-3.1-405B-Instruct-Turbo",
        "meta/llama-3.1-405b-instruct",
    ),
    "sonnet": ("claude-3-5-sonnet-20240620", "anthropic/claude-3-5-sonnet-20240620"),
    "gpt_4o": ("gpt-4o-2024-05-13", "openai/gpt-4o-2024-05-13"),
    "o1_mini": ("o1-mini-2024-09-12", "openai/o1-mini-2024-09-12"),
    "o1": ("o1", "openai/o1-2024-12-17"),
    "r1": (None, "deepseek-ai/deepseek-r1"),
    "o3_mini": ("o3-mini-2025-01-31", "openai/o3-mini-2025-01-31"),
}
LIGHTWEIGHT = ("llama_8b", "gpt_4o_mini", "llama_70b")
PRICES = "litellm 1.65.5"
_CELL = "cell_"


@dataclass(frozen=True)
class Cell:
    """A printed frontier of one model with the human expert, taken apart.

    Attributes
    ----------
    task, model : str
        Which.
    printed : float
        As printed, US dollars.
    half : float
        Half a unit of its last digit.
    step : float
        What one problem that is left to the human adds: price over number of problems.
    left : int
        The most problems that can be left to the human.
    rest : float
        What is then left for the model.
    read : bool
        Whether the cell was read, or is recalled.
    """

    task: str
    model: str
    printed: float
    half: float
    step: float
    left: int
    rest: float
    read: bool

    @property
    def whole_number(self) -> float:
        """US dollars of the problems left to the human."""
        return self.left * self.step


def human_part(left: int, problems: int, human: float) -> float:
    """Return what the human takes of a frontier.

    Parameters
    ----------
    left : int
        Problems left to the human.
    problems : int
        All problems.
    human : float
        Price of the human.

    Returns
    -------
    float
        US dollars.

    Examples
    --------
    >>> round(human_part(23, 30, 20.0), 4), round(human_part(23, 128, 58.0), 4)
    (15.3333, 10.4219)
    """
    return left / problems * human


def cells() -> dict[str, Cell]:
    """Take every cell of Table 1 apart.

    Returns
    -------
    dict of str to Cell
        By key of its record.

    Examples
    --------
    >>> cells()["cell_aime_llama_8b"].left
    23
    """
    values = read_study(STUDY).values
    found = {}
    for key, record in values.items():
        if not key.startswith(_CELL) or record.value is None:
            continue
        task, _, model = key.removeprefix(_CELL).partition("_")
        human, half = values[f"human_{task}"].value, record.half_unit
        step = human_part(1, PROBLEMS[task], human or 0.0)
        left = math.floor((record.value + half) / step)
        rest = record.value - left * step
        found[key] = Cell(task, model, record.value, half, step, left, rest, record.verified)
    return found


def taken_apart() -> pl.DataFrame:
    """Return the cells of Table 1 as a table.

    Returns
    -------
    polars.DataFrame
        Columns task, model, ``read``, ``printed``, ``left`` of ``problems``, ``human_part``,
        ``rest`` (for the model), ``rest_in_steps``, the rest as a share of what one more problem
        would add, and ``telling``, true where rounding is finer than a fifth of that, so that the
        rest says something.
    """
    rows = [
        {
            "task": TITLES[one.task],
            "model": one.model,
            "read": one.read,
            "printed": one.printed,
            "left": one.left,
            "problems": PROBLEMS[one.task],
            "human_part": one.whole_number,
            "rest": one.rest,
            "rest_in_steps": one.rest / one.step,
            "telling": one.half < 0.1 * one.step,
        }
        for one in cells().values()
    ]
    return pl.DataFrame(rows)


def at_india_prices() -> pl.DataFrame:
    """Foretell cells at another price level of the human from those of Table 1.

    Returns
    -------
    polars.DataFrame
        Columns task, model, ``table_1``, ``left`` (the most problems that Table 1 leaves to the
        human), ``foretold`` with ``low`` and ``high`` from the rounding of Table 1, ``printed``,
        and ``implied_left``, the number that both cells together ask for, with its ends.
    """
    values, table = read_study(STUDY).values, cells()
    rows = []
    for key, record in values.items():
        if not key.startswith("india_") or record.value is None:
            continue
        one = table[_CELL + key.removeprefix("india_")]
        price = values[f"human_india_{one.task}"].value or 0.0
        less = one.step - price / PROBLEMS[one.task]
        lowest = max(one.printed - one.half, one.whole_number)
        ends = (lowest - one.left * less, one.printed + one.half - one.left * less)
        fall, slack = one.printed - record.value, one.half + record.half_unit
        row: dict[str, Any] = {"key": key, "task": TITLES[one.task], "model": one.model}
        row |= {"table_1": one.printed, "left": one.left}
        row |= {"foretold": sum(ends) / 2, "low": ends[0], "high": ends[1]}
        row |= {"printed": record.value, "implied_left": fall / less}
        rows.append(row | {"from": (fall - slack) / less, "to": (fall + slack) / less})
    return pl.DataFrame(rows)


def reproduced() -> dict[str, Any]:
    """Compute what can be computed of what the paper published.

    Returns
    -------
    dict of str to number, interval or None
        By record; None where the attempts would be needed.
    """
    values = read_study(STUDY).values
    found: dict[str, Any] = {key: None for key, record in values.items() if record.verified}
    found |= _prices() | _days()
    table = cells()
    # A cell whose rest is below its rounding is the human part alone.
    found |= {
        key: one.whole_number
        for key, one in table.items()
        if one.read and one.left and one.rest < one.half
    }
    found |= {
        key: table[key.replace("unsolved", "cell")].left for key in found if "unsolved" in key
    }
    found |= {
        row["key"]: (row["foretold"], row["low"], row["high"])
        for row in at_india_prices().iter_rows(named=True)
    }
    return found


def _prices() -> dict[str, Any]:
    table = load("api-prices").filter(pl.col("table") == PRICES)
    by_name = {row["name"]: row for row in table.iter_rows(named=True)}
    found: dict[str, Any] = {}
    for key, (name, _) in MODELS.items():
        for side in ("input", "output"):
            found[f"price_{side}_{key}"] = by_name[name][side] if name else None
    light = [found[f"price_{side}_{key}"] for key in LIGHTWEIGHT for side in ("input", "output")]
    return found | {"lightweight": max(light)}


def _days() -> dict[str, Any]:
    table = load("model-releases").filter(pl.col("registry") == "HELM")
    days: dict[str, date] = dict(table.select("entry", "released").iter_rows())
    return {f"released_{key}": int(f"{days[name]:%Y%m%d}") for key, (_, name) in MODELS.items()}

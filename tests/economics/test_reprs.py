"""What a result shows of itself at the end of a cell: one line, with its numbers."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from analysis import economics
from tests.economics.records import tidy

DAYS = [date(2024, m, 1) for m in range(1, 11)]
TABLE = tidy([[[1, 0], [1, 1]], [[0, 0], [0, 0]]], [[[0.1, 0.1], [0.5, 0.5]]] * 2, task=pl.lit("T"))
FALLING = pl.DataFrame({"day": DAYS, "score": [0.9] * 10, "usd": [2.0**-m for m in range(10)]})
OFFERED = pl.DataFrame(
    {
        "dated": DAYS,
        "name": list("abcdefghij"),
        "provider": "p",
        "input": [2.0**-m for m in range(10)],
        "output": [2.0**-m for m in range(10)],
        "model": list("abcdefghij"),
        "family": list("abcdefghij"),
        "first_party": True,
    }
)
SCORES = pl.DataFrame({"model": list("abcdefghij"), "score": [0.7] * 10})
RUNS = pl.DataFrame(
    {
        "task": "t",
        "problem": ["1", "1", "2", "2"],
        "model": ["a", "b"] * 2,
        "usd": [3.0, 1.0, 4.0, 1.0],
        "input": [1.0, 2.0] * 2,
        "output": [1.0, 2.0] * 2,
    }
)


def trend(form="ends"):
    return economics.price_trend(OFFERED, SCORES, threshold=0.6, form=form, resamples=50)


def fall(threshold):
    asked = {"cost": "usd", "score": "score", "day": "day", "resamples": 50}
    return economics.cost_trend(FALLING, threshold=threshold, **asked)


def repricing():
    prices = OFFERED.with_columns(name=pl.lit("a"))
    return economics.repricing(economics.matched(prices), resamples=20)


def results():
    pair = economics.Pair([0, 1, 0, 1], [1, 1, 0, 1])
    who = {"both": 0.6, "only strong": 0.2, "only weak": 0.05, "neither": 0.15}
    found = economics.frontier(TABLE, 20.0, resamples=50)
    return {
        "Frontier of T: 10.1 USD": found,
        "Interval: ": found.interval,
        "Effect of b: frontier from 10.1 to 10.1 USD, a fall of 0.0%": economics.gain(
            TABLE, "b", 20.0, resamples=50
        ),
        "Attempts at T: 8 of 2 strategies at 2 problems": economics.attempts(TABLE),
        "Outcomes of <Attempts at T": economics.outcomes(TABLE, concentration=4.0),
        "Reversal: 1 of 1 pairs, 100.0%": economics.price_reversal(RUNS, resamples=10),
        "Repricing: 100.0% of 9 pairs changed": repricing(),
        "PriceTrend at a score of 0.6: 1 to 0.00195 USD per million tokens, halved": trend(),
        "CostTrend at a score of 0.5: halved every 1.01 months": fall(0.5),
        "CostTrend at a score of 0.95: halving time not identified": fall(0.95),
        "Pair: 4 prompts; quality 0.500 and 0.750": pair,
        "Curve: 5 points; APGR": economics.route(pair, [4, 3, 2, 1]),
        "Curve: 2 points; no gap": economics.route(economics.Pair([1], [0]), [1]),
        "Plan: accuracy 0.770": economics.plan(who, 0.8, price_ratio=20),
    }


@pytest.mark.parametrize(("said", "result"), results().items())
def test_a_result_is_one_line_that_says_its_numbers(said, result):
    shown = repr(result)
    assert shown.startswith(f"<{said}")
    assert shown.endswith(">")
    assert "\n" not in shown
    assert len(shown) < 200


def test_a_frontier_says_its_interval_and_who_is_left_to_the_human():
    found = economics.frontier(TABLE, 20.0, resamples=50)
    assert "human at 1 of 2 problems" in repr(found)
    assert f"({found.interval.low:.3g} to {found.interval.high:.3g}, 95%)" in repr(found)
    assert "(" not in repr(economics.frontier(TABLE, 20.0, resamples=0))


def test_a_note_of_an_interval_is_shown():
    one = tidy(np.ones((3, 1, 1)))
    assert "one attempt" in repr(economics.frontier(one, 2.0, over="both").interval)

"""The price-history explorer shows what the package says when it is asked directly."""

from __future__ import annotations

import pytest

import analysis
from analysis import economics
from analysis.explore.price_history import RESAMPLES, PriceHistoryExplorer
from analysis.studies.price_history import BOARDS, boards

START = {"board": "mmlu", "score": 0.75, "seller": False, "follow": "steps", "ratio": 3.0}


@pytest.fixture(scope="module")
def explorer():
    return PriceHistoryExplorer()


@pytest.fixture(autouse=True)
def back(explorer):
    yield
    explorer.set(**START)


def test_numbers_are_those_of_the_package(explorer):
    offered = economics.offers(analysis.load("api-prices"), analysis.load("price-names"))
    trend = economics.price_trend(
        offered, boards()["mmlu"], threshold=0.75, until=BOARDS["mmlu"], resamples=RESAMPLES
    )
    numbers = explorer.numbers
    assert numbers["halving"] == trend.halving_months
    assert (numbers["halving_low"], numbers["halving_high"]) == (trend.low, trend.high)
    assert (numbers["models"], numbers["families"]) == (trend.models, trend.families)
    assert numbers["status"] == "identified"


@pytest.mark.parametrize(
    "moved",
    [
        {"board": "polyglot"},
        {"score": 0.78},
        {"seller": True},
        {"follow": "entries"},
        {"ratio": 4.0},
    ],
)
def test_every_control_moves_numbers_and_picture(explorer, moved):
    numbers, picture = dict(explorer.numbers), explorer._image.value
    explorer.set(**moved)
    assert explorer.numbers != numbers
    assert explorer._image.value != picture


def test_controls_moved_one_after_another_all_show(explorer):
    steps = {"board": "polyglot", "score": 0.78, "seller": True, "follow": "entries", "ratio": 4.2}
    for moved in ({name: value} for name, value in steps.items()):
        numbers, picture = dict(explorer.numbers), explorer._image.value
        explorer.set(**moved)
        assert explorer.numbers != numbers, moved
        assert explorer._image.value != picture, moved


def test_a_higher_score_is_never_cheaper_and_more_output_never_as_cheap(explorer):
    easy = dict(explorer.set(score=0.65))
    hard = dict(explorer.set(score=0.84))
    assert hard["newest"] >= easy["newest"]
    assert hard["models"] < easy["models"]
    written = dict(explorer.set(score=0.75, ratio=0.1))
    read = dict(explorer.set(ratio=100.0))
    assert written["first"] > read["first"]


@pytest.mark.parametrize("board", ["mmlu", "polyglot"])
@pytest.mark.parametrize("score", [0.3, 0.86])
@pytest.mark.parametrize("seller", [True, False])
def test_the_ends_of_the_controls_have_an_answer(explorer, board, score, seller):
    for follow in ("steps", "entries"):
        numbers = explorer.set(board=board, score=score, seller=seller, follow=follow)
        assert numbers["models"] >= 1
        assert numbers["status"]

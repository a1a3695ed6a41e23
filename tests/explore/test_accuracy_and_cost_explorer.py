"""The frontier explorer shows what the package says when it is asked directly."""

from __future__ import annotations

from datetime import date

import pytest

from analysis.explore.accuracy_and_cost import BOARDS, AccuracyAndCostExplorer, last_day
from analysis.studies.accuracy_and_cost import coding_frontier, tool_frontier
from analysis.studies.accuracy_and_cost_time import records

START = {"month": 24, "threshold": 0.6, "measure": "money", "board": "polyglot"}


@pytest.fixture(scope="module")
def explorer():
    return AccuracyAndCostExplorer()


def test_numbers_agree_with_the_package(explorer):
    shown = explorer.set(**START)
    front = coding_frontier("polyglot").filter("on_frontier")
    assert shown["frontier"] == front.height
    assert shown["runs"] == 69
    assert shown["priced"] == 51
    found = records("polyglot", 0.6)
    assert shown["records"] == found.height
    assert shown["cheapest_model"] == found["model"][-1]
    assert shown["fall"] == pytest.approx(found["usd_per_case"][0] / found["usd_per_case"][-1])
    assert shown["best"] == pytest.approx(0.88)


def test_every_control_moves_numbers_and_picture(explorer):
    explorer.set(**START)
    for change in (
        {"month": 21},
        {"threshold": 0.75},
        {"measure": "time"},
        {"board": "bfcl-billed"},
    ):
        numbers, picture = dict(explorer.numbers), explorer._image.value
        explorer.set(**change)
        assert explorer.numbers != numbers, change
        assert explorer._image.value != picture, change


def test_a_snapshot_is_the_last_up_to_the_day(explorer):
    shown = explorer.set(**START | {"board": "bfcl", "month": 20})
    rows = tool_frontier(date(2025, 8, 28))
    assert shown["runs"] == rows.height
    assert shown["frontier"] == rows["on_frontier"].sum()
    earlier = explorer.set(month=19)
    assert earlier["runs"] == tool_frontier(date(2025, 6, 14)).height
    assert "not joined" in earlier["halving"]


def test_imputed_costs_can_be_left_out(explorer):
    every = dict(explorer.set(**START | {"board": "bfcl"}))
    billed = dict(explorer.set(board="bfcl-billed"))
    assert billed["priced"] == every["priced"] - 64
    assert billed["cheapest_model"] != every["cheapest_model"]


@pytest.mark.parametrize("board", BOARDS.values())
def test_boards_without_runs_yet_and_scores_out_of_reach_are_no_errors(explorer, board):
    shown = explorer.set(board=board, month=1, threshold=0.9, measure="money")
    assert shown["cheapest"] == "none known" or shown["reached"] > 0
    assert explorer.set(**START)["frontier"] == 8


def test_before_the_first_snapshot_there_is_none(explorer):
    shown = explorer.set(**START | {"board": "bfcl", "month": 3})
    assert (shown["runs"], shown["frontier"], shown["names"]) == (0, 0, "")


def test_names_do_not_pile_up(explorer):
    explorer.set(**START)
    count = len(explorer._ax.texts)
    for month in (12, 18, 24):
        explorer.set(month=month)
    assert len(explorer._ax.texts) == count


def test_days():
    assert last_day(1) == date(2024, 1, 31)
    assert last_day(14) == date(2025, 2, 28)

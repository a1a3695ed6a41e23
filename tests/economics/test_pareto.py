"""Frontiers of score and cost: ties, missing costs, and what chance does to them."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.economics.pareto import binomial_interval, frontier_certainty, on_frontier, pareto
from analysis.errors import DataError

ROWS = st.lists(
    st.tuples(
        st.one_of(st.none(), st.sampled_from([1.0, 2.0, 3.0, 5.0, 8.0])),
        st.one_of(st.none(), st.sampled_from([0.1, 0.2, 0.5, 0.9])),
    ),
    min_size=1,
    max_size=12,
)


def board(rows):
    return pl.DataFrame(rows, schema={"usd": pl.Float64, "score": pl.Float64}, orient="row")


def by_hand(rows):
    """The definition, pair by pair."""
    known = [row for row in rows if None not in row]

    def beaten(cost, score):
        return any(c <= cost and s >= score and (c < cost or s > score) for c, s in known)

    return [None if None in row else not beaten(*row) for row in rows]


@given(ROWS)
def test_it_is_the_definition_pair_by_pair(rows):
    assert pareto(board(rows), cost="usd", score="score")["on_frontier"].to_list() == by_hand(rows)


@given(ROWS)
def test_a_new_row_puts_none_back_on_the_frontier(rows):
    more = [*rows, (2.0, 0.5)]
    before, after = by_hand(rows), by_hand(more)[:-1]
    found = pareto(board(more), cost="usd", score="score")["on_frontier"].to_list()[:-1]
    assert found == after
    assert not any(now and not then for then, now in zip(before, found, strict=True))


def test_ties_stand_together_and_a_dearer_tie_does_not():
    rows = [(1.0, 0.5), (1.0, 0.5), (2.0, 0.5), (1.0, 0.4)]
    found = pareto(board(rows), cost="usd", score="score")["on_frontier"]
    assert found.to_list() == [True, True, False, False]


def test_a_missing_cost_is_not_free():
    rows = [(1.0, 0.5), (None, 0.9), (3.0, 0.8)]
    found = pareto(board(rows), cost="usd", score="score")["on_frontier"]
    assert found.to_list() == [True, None, True]
    with pytest.raises(DataError, match="column 'usd', row 2: found 0; accepted is a cost above 0"):
        pareto(board([(1.0, 0.5), (0.0, 0.9)]), cost="usd", score="score")
    with pytest.raises(DataError, match="column 'score', row 1: found nan"):
        pareto(board([(1.0, float("nan"))]), cost="usd", score="score")
    with pytest.raises(ValueError, match="no column 'dollars'"):
        pareto(board(rows), cost="dollars", score="score")


def test_many_boards_at_once_are_each_board_alone():
    rng = np.random.default_rng(3)
    costs = rng.choice([1.0, 2.0, 4.0, 9.0], 12)
    scores = rng.integers(0, 5, (20, 12)) / 5
    found = on_frontier(costs, scores)
    alone = [on_frontier(costs, one[None])[0] for one in scores]
    assert (found == np.array(alone)).all()


def test_wilson_agrees_with_statsmodels():
    from statsmodels.stats.proportion import proportion_confint

    solved, cases = np.array([0, 3, 112, 225]), np.array([10, 10, 225, 225])
    low, high = binomial_interval(solved, cases, 0.9)
    wanted = [proportion_confint(k, n, 0.1, "wilson") for k, n in zip(solved, cases, strict=True)]
    assert np.allclose(np.column_stack([low, high]), wanted)
    with pytest.raises(DataError, match="row 2: found 11 solved of 10"):
        binomial_interval([1, 11], [10, 10])
    with pytest.raises(ValueError, match="level is 1"):
        binomial_interval([1], [10], 1)


def test_certainty_says_who_would_stand_there_again():
    runs = pl.DataFrame(
        {
            "usd": [1.0, 2.0, 3.0, None],
            "solved": [100, 101, 180, 200],
            "cases": [200, 200, 200, 200],
        }
    )
    sure = frontier_certainty(runs, cost="usd", solved="solved", cases="cases", resamples=4000)
    assert sure["on_frontier"].to_list() == [True, True, True, None]
    share = sure["frontier_share"].to_list()
    assert share[0] == 1
    assert share[1] == pytest.approx(0.52, abs=0.04)
    assert share[2] == pytest.approx(1, abs=1e-3)
    assert share[3] is None
    again = frontier_certainty(runs, cost="usd", solved="solved", cases="cases", resamples=4000)
    assert again.equals(sure)
    assert (sure["score_low"] < sure["score"]).all()
    with pytest.raises(ValueError, match="resamples is 0"):
        frontier_certainty(runs, cost="usd", solved="solved", cases="cases", resamples=0)

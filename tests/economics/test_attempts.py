"""A table of attempts is checked row by row; what is wrong is named, not guessed at."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from analysis.economics import alignment, attempts, cost_of_pass
from analysis.errors import DataError
from tests.economics.records import tidy

PASSED = np.array([[[1, 0], [0, 0]], [[1, 1], [0, 1]]])


def changed(column, row, value):
    table = tidy(PASSED)
    cells = table[column].to_list()
    cells[row] = value
    return table.with_columns(pl.Series(column, cells))


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (changed("usd", 2, -0.1), r"column 'usd', row 3: found -0\.1"),
        (changed("usd", 2, None), r"column 'usd', row 3: found None"),
        (changed("usd", 4, float("nan")), "column 'usd', row 5: found nan"),
        (changed("usd", 4, 0.0), "column 'usd', row 5: .*not written down"),
        (changed("passed", 1, 2), "column 'passed', row 2: found 2"),
        (changed("passed", 1, None), "column 'passed', row 2: found None"),
        (changed("attempt", 1, 1), "column 'attempt', row 2: found 1; the same attempt"),
        (changed("model", 0, None), "column 'model', row 1"),
        (tidy(PASSED).drop("usd"), "column 'usd': the column is missing"),
        (tidy(PASSED).with_columns(used=False), "no row is used"),
        (
            tidy(PASSED).with_columns(used=pl.col("problem") != "p0"),
            "column 'problem', row 1: found 'p0', which no strategy tried",
        ),
        (
            tidy(PASSED).with_columns(
                released=pl.when(pl.col("attempt") == 1)
                .then(date(2025, 1, 1))
                .otherwise(date(2025, 1, 2))
            ),
            "column 'released', row 1: .*two days of release",
        ),
    ],
)
def test_a_bad_row_is_named(table, said):
    with pytest.raises(DataError, match=said):
        attempts(table)
    with pytest.raises(DataError, match=said):
        cost_of_pass(table)


def test_a_half_outcome_is_refused():
    table = tidy(PASSED).with_columns(passed=pl.lit(0.5))
    with pytest.raises(DataError, match=r"found 0\.5"):
        attempts(table)


def test_yes_and_no_are_outcomes():
    table = tidy(PASSED).with_columns(pl.col("passed") == 1)
    assert attempts(table).passes.tolist() == [[1, 0], [2, 1]]


def test_a_model_may_be_free_if_it_is_said_so():
    table = tidy(PASSED).with_columns(
        usd=pl.when(pl.col("model") == "a").then(0.0).otherwise("usd")
    )
    assert attempts(table, free=["a"]).spend[:, 0].tolist() == [0, 0]
    with pytest.raises(DataError, match="not written down"):
        attempts(table, free=["b"])


def test_rows_that_are_not_used_are_not_read():
    table = changed("usd", 2, None).with_columns(used=pl.Series([i != 2 for i in range(8)]))
    assert attempts(table).count.tolist() == [[2, 1], [2, 2]]


def test_several_tasks_are_refused_in_one_mean():
    table = pl.concat([tidy(PASSED, task=pl.lit(name)) for name in ("x", "y")])
    with pytest.raises(ValueError, match="tasks 'x', 'y'; accepted is one"):
        attempts(table)
    assert cost_of_pass(table).height == 8


def test_cells_hold_their_own_attempts():
    usd = np.arange(1, 9).reshape(2, 2, 2) / 10
    shuffled = tidy(PASSED, usd).sample(fraction=1, shuffle=True, seed=3)
    laid = attempts(shuffled)
    order = [laid.problems.index(p) for p in ("p0", "p1")]
    np.testing.assert_allclose(laid.spend[order], usd.sum(axis=2))
    np.testing.assert_allclose(laid.passes[order], PASSED.sum(axis=2))


def test_a_strategy_is_a_model_with_a_technique():
    table = pl.concat([tidy(PASSED, technique=pl.lit(t)) for t in ("plain", "vote")])
    laid = attempts(table)
    assert laid.names == ["a + plain", "a + vote", "b + plain", "b + vote"]
    assert laid.among(technique=["vote"]).tolist() == [False, True, False, True]
    with pytest.raises(ValueError, match="technique is 'x'; accepted are plain, vote"):
        laid.among(technique=["x"])


def numbered(shift):
    """Return five models at thirty problems, the last of them numbered otherwise."""
    random = np.random.default_rng(1)
    tokens = random.integers(50, 500, 31)
    rows = [
        {"problem": i, "model": m, "attempt": 1, "passed": 1, "usd": 0.1}
        | {"input_tokens": int(tokens[i + (shift if m == "e" else 0)]) + 7 * "abcde".index(m)}
        for m in "abcde"
        for i in range(30)
    ]
    return pl.DataFrame(rows)


def test_a_model_that_is_numbered_otherwise_is_found():
    table = alignment(numbered(1))
    assert table.filter(~pl.col("aligned"))["model"].to_list() == ["e"]
    with pytest.raises(DataError, match=r"prompts of 'e' .* numbered otherwise"):
        attempts(numbered(1))
    assert alignment(numbered(0))["aligned"].all()
    assert len(attempts(numbered(0)).names) == 5


def test_little_says_nothing_about_alignment():
    few = numbered(1).filter(pl.col("problem") < 8)
    assert alignment(few)["aligned"].null_count() == 5
    two = numbered(1).filter(pl.col("model").is_in(["a", "e"]))
    assert alignment(two)["aligned"].null_count() == 2

"""Intervals of a frontier: what is resampled, what they hold, and that they add nothing."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from analysis.economics import attempts, frontier
from analysis.economics.resampling import ONE_ATTEMPT, by_parts, over_attempts, over_problems
from analysis.studies.cost_of_pass_coverage import coverage
from tests.economics.records import tidy


def records(shape=(40, 3, 4), rate=0.6, seed=0):
    random = np.random.default_rng(seed)
    return tidy(random.random(shape) < rate, 10 ** random.uniform(-2, 0, shape))


def loop(table, human, resamples, seed, problems):
    """Draw rows of the frame and group them anew, once for each resample."""
    random = np.random.default_rng(seed)
    cells = table.group_by("problem", "model", maintain_order=True).agg("passed", "usd")
    names = table["problem"].unique(maintain_order=True).to_list()
    rows = {(r["problem"], r["model"]): r for r in cells.iter_rows(named=True)}
    models = sorted({m for _, m in rows})
    out = []
    for _ in range(resamples):
        drawn = random.choice(names, len(names)) if problems else names
        total = 0.0
        for name in drawn:
            best = human
            for model in models:
                if (name, model) not in rows:
                    continue
                cell = rows[name, model]
                pick = random.integers(len(cell["usd"]), size=len(cell["usd"]))
                passes = sum(cell["passed"][i] for i in pick)
                if passes:
                    best = min(best, sum(cell["usd"][i] for i in pick) / passes)
            total += best
        out.append(total / len(names))
    return np.array(out)


@pytest.mark.parametrize("problems", [True, False])
@pytest.mark.parametrize("ragged", [False, True])
def test_draws_of_attempts_are_those_of_a_plain_loop(problems, ragged):
    table = records((12, 3, 3))
    if ragged:
        table = table.filter((pl.col("attempt") < 3) | (pl.col("model") != "b"))
        table = table.filter((pl.col("problem") != "p3") | (pl.col("model") == "a"))
    fast = over_attempts(attempts(table), 0.5, 4000, seed=1, problems=problems)
    slow = loop(table, 0.5, 1500, seed=2, problems=problems)
    error = slow.std() / np.sqrt(len(slow))
    assert fast.mean() == pytest.approx(slow.mean(), abs=4 * error)
    assert fast.std() == pytest.approx(slow.std(), rel=0.1)


def test_draws_of_many_attempts_are_those_of_the_normal_limit():
    random = np.random.default_rng(0)
    passed = np.ones((1, 1, 50))
    usd = random.uniform(0, 1, (1, 1, 50)) + 0.1
    draws = over_attempts(attempts(tidy(passed, usd)), 9.0, 4000, seed=0)
    assert draws.mean() == pytest.approx(usd.mean(), abs=0.005)
    assert draws.std() == pytest.approx(usd.std() / np.sqrt(50), rel=0.06)


def test_draws_of_problems_have_the_variance_of_a_mean():
    values = np.random.default_rng(0).exponential(size=(50, 2))
    draws = over_problems(values, 6000, seed=3)
    np.testing.assert_allclose(draws.mean(axis=0), values.mean(axis=0), rtol=0.01)
    np.testing.assert_allclose(draws.std(axis=0), values.std(axis=0) / np.sqrt(50), rtol=0.05)


def test_the_same_seed_gives_the_same_ends_in_any_shares(monkeypatch):
    from analysis.economics import resampling

    values = np.random.default_rng(0).exponential(size=(50, 1))
    one = over_problems(values, 300, seed=3)
    monkeypatch.setattr(resampling, "_SHARE", 777)
    np.testing.assert_allclose(one, over_problems(values, 300, seed=3), rtol=1e-14)


def test_with_one_attempt_both_levels_coincide_and_it_is_said():
    table = records((30, 3, 1))
    both, plain = (frontier(table, 5.0, over=o).interval for o in ("both", "problems"))
    assert (both.low, both.high) == (plain.low, plain.high)
    assert both.note == ONE_ATTEMPT
    assert plain.note == ""
    alone = frontier(table, 5.0, over="attempts")
    assert (alone.interval.low, alone.interval.high) == (alone.value, alone.value)
    assert alone.interval.note == ONE_ATTEMPT


def test_attempts_alone_say_less_than_both():
    table = records((40, 3, 4))
    spans = {o: frontier(table, 5.0, over=o).interval for o in ("attempts", "both")}
    width = {o: s.high - s.low for o, s in spans.items()}
    assert 0 < width["attempts"] < width["both"]
    assert spans["both"].note == ""
    assert spans["attempts"].method == "percentile"


def test_an_interval_by_parts_is_open_where_nothing_was_left():
    table = tidy(np.ones((60, 1, 1)))
    found = frontier(table, 20.0)
    assert found.interval.method == "parts"
    assert found.interval.low == pytest.approx(0.1)
    # 1 - 0.025 ** (1 / 60) of the problems may be left, and no resample knows.
    assert found.interval.high == pytest.approx(0.1 + 20 * (1 - 0.025 ** (1 / 60)))
    known = frontier(table, 20.0, method="bca").interval
    assert (known.low, known.high) == pytest.approx((0.1, 0.1))


def test_an_interval_by_parts_stays_below_the_human():
    held = np.ones(5, dtype=bool)
    found = by_parts(np.zeros(9), np.full(5, 2.0), held, 2.0, level=0.95)
    assert found.high == 2.0
    assert 0 < found.low < 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"over": "x"}, "over is 'x'; accepted are 'problems', 'attempts', 'both'"),
        ({"method": "x"}, "method is 'x'; accepted are 'parts', 'bca', 'percentile'"),
        ({"over": "both", "rule": "jeffreys"}, "only the rule 'raw'"),
        ({"level": 1.5}, "level"),
    ],
)
def test_bad_arguments_are_named(arguments, said):
    with pytest.raises(ValueError, match=said):
        frontier(records((5, 2, 2)), 1.0, **arguments)


@pytest.mark.slow
def test_the_interval_that_claims_coverage_has_it_on_eight_attempts():
    table = coverage(studies=300, redrawn_studies=0, fitted_studies=0)
    held = {(r["task"], r["interval"]): r["eight_held"] for r in table.iter_rows(named=True)}
    error = np.sqrt(0.95 * 0.05 / 300)
    for task in ("easy", "hard"):
        assert held[task, "problems, by parts"] > 0.95 - 2 * error
    # What it mends: with few problems left to the human, no bootstrap knows how many.
    assert held["easy", "problems, BCa"] < 0.88
    assert held["easy", "problems, percentile"] < 0.88

"""The model of outcomes knows what made simulated records, and re-runs them as they were."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analysis.economics import attempts, frontier, outcomes, rerun, reruns
from tests.economics.records import tidy


def made(problems=150, models=5, number=6, concentration=4.0, spread=2.0, seed=0):
    """Return a table of which ability, ease and concentration are known."""
    random = np.random.default_rng(seed)
    ability = np.linspace(-1, 1, models)
    ease = random.normal(0, spread, problems)
    mean = 1 / (1 + np.exp(-(ease[:, None] + ability)))
    rate = random.beta(concentration * mean, concentration * (1 - mean))
    passed = random.random((*rate.shape, number)) < rate[:, :, None]
    return tidy(passed, 0.1 * (1 + ability + 1.1)[None, :, None]), ability, ease


def test_what_made_the_records_is_found():
    table, ability, ease = made(spread=3.0)
    fitted = outcomes(table)
    assert fitted.identified
    assert fitted.low < 4 < fitted.high
    assert fitted.spread == pytest.approx(3.0, rel=0.25)
    centred = fitted.ability - fitted.ability.mean()
    np.testing.assert_allclose(centred, ability, atol=0.4)
    assert np.corrcoef(fitted.mean_ease, ease)[0, 1] > 0.9


@pytest.mark.parametrize("concentration", [0.3, 30.0])
def test_concentrations_are_told_apart(concentration):
    fitted = outcomes(made(concentration=concentration, seed=2)[0])
    assert fitted.low < concentration < fitted.high or fitted.concentration == pytest.approx(
        concentration, rel=0.7
    )


def test_re_runs_with_as_many_attempts_look_like_the_records():
    table, *_ = made(seed=3)
    seen, again = frontier(table, 5.0, resamples=0), rerun(outcomes(table), 6, 5.0)
    assert again["low"] < seen.value < again["high"]
    assert again["unsolved"] == pytest.approx(seen.unsolved, abs=0.03)


def test_more_attempts_leave_fewer_problems_unsolved():
    fitted = outcomes(made(spread=3.0)[0])
    found = [rerun(fitted, n, 5.0, draws=50) for n in (1, 4, 16, math.inf)]
    lost = [row["unsolved"] for row in found]
    assert lost == sorted(lost, reverse=True)
    assert lost[-1] == 0
    # The frontier itself need not fall to the end: the minimum of noisy estimates is too low.
    assert found[1]["frontier"] < found[0]["frontier"]


def test_with_one_attempt_the_concentration_must_be_assumed():
    table, *_ = made(number=1)
    with pytest.raises(ValueError, match="says nothing about the concentration"):
        outcomes(table)
    assumed = outcomes(table, concentration=4.0)
    assert not assumed.identified
    assert math.isnan(assumed.low)
    with pytest.raises(ValueError, match="concentration is 0; accepted"):
        outcomes(table, concentration=0)


def test_what_always_passed_keeps_passing_where_chance_has_no_part():
    table = tidy(np.repeat([[[1], [0]], [[0], [1]]], 3, axis=2))
    found = rerun(outcomes(table, concentration=0.001), 3, 9.0, draws=50)
    assert found["frontier"] == pytest.approx(0.1, rel=0.05)


def test_a_model_that_is_taken_away_does_not_hold():
    table, *_ = made(problems=20)
    fitted = outcomes(table)
    some = fitted.keep(np.array([True, False, True, False, False]))
    found = reruns(some, 4, draws=5)
    assert found.best.shape == (5, 20)
    assert set(np.unique(found.holder)) <= {0, 1}
    assert len(attempts(table).names) == 5


def test_a_strategy_that_did_not_try_never_holds():
    table, *_ = made(problems=10, models=2)
    table = table.filter((table["problem"] != "p0") | (table["model"] == "b"))
    found = reruns(outcomes(table), math.inf, draws=20)
    assert (found.holder[:, 0] == 1).all()


def test_half_an_attempt_is_refused():
    fitted = outcomes(made(problems=5)[0])
    with pytest.raises(ValueError, match=r"number is 0\.5"):
        rerun(fitted, 0.5, 1.0)

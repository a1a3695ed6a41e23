"""The calculator of learning rate and batch shows what the package says when asked directly."""

from __future__ import annotations

import pytest

from analysis.explore.hyperparameters import LEVEL, RESAMPLES, HyperparametersExplorer
from analysis.studies import hyperparameters as study
from analysis.studies import hyperparameters_advice as advising
from analysis.studies.hyperparameters_bowl import fit_bowl

START = {
    "params": 1e9,
    "tokens": 1e11,
    "kind": "dense",
    "rate_factor": 1.0,
    "batch_factor": 1.0,
}


@pytest.fixture(scope="module")
def explorer():
    return HyperparametersExplorer()


@pytest.fixture(autouse=True)
def defaults(explorer):
    explorer.set(**START)


@pytest.mark.parametrize("kind", ["dense", "experts"])
def test_numbers_agree_with_the_package(explorer, kind):
    shown = explorer.set(kind=kind, params=5e8, tokens=1e10, rate_factor=2.0, batch_factor=0.5)
    runs = study.grid(kind)
    at = {"params_read": [5e8], "tokens": [1e10]}
    rate = study.refit(runs, "step-learning-rate", RESAMPLES).predict(at, "confidence", LEVEL)
    batch = study.refit(runs, "step-batch", RESAMPLES).predict(at, "confidence", LEVEL)
    assert shown["rate"] == pytest.approx(rate["learning_rate"][0])
    assert shown["rate_high"] == pytest.approx(rate["learning_rate_high"][0])
    assert shown["batch_low"] == pytest.approx(batch["batch_tokens_low"][0])
    assert shown["steps"] == pytest.approx(1e10 / batch["batch_tokens"][0])
    value, low, high = fit_bowl(runs).excess(2.0, 0.5, LEVEL)
    assert shown["excess"] == pytest.approx(value)
    assert (shown["excess_low"], shown["excess_high"]) == pytest.approx((low, high))


def test_the_published_law_reads_all_parameters_of_experts(explorer):
    dense = explorer.numbers["rate_published"]
    assert dense == pytest.approx(1.79 * 1e9**-0.713 * 1e11**0.307)
    first = explorer.set(kind="experts", params=2e8)["rate_published"]
    assert explorer.set(params=1e9)["rate_published"] == first
    total = advising.total_params(study.grid("experts"))
    assert first == pytest.approx(1.79 * total**-0.713 * 1e11**0.307)


def test_it_says_where_it_extrapolates(explorer):
    assert explorer.numbers["inside"] == "yes"
    assert explorer.set(params=7e9)["inside"] == "no, extrapolated"
    assert explorer.set(params=1e9, tokens=1e12)["inside"] == "no, extrapolated"


def test_every_control_moves_the_numbers(explorer):
    before = dict(explorer.numbers)
    for name, value in (
        ("params", 5e8),
        ("tokens", 5e10),
        ("kind", "experts"),
        ("rate_factor", 2.0),
        ("batch_factor", 2.0),
    ):
        after = dict(explorer.set(**{name: value}))
        assert after != before, name
        before = after


def test_the_points_lie_where_the_numbers_say(explorer):
    shown = explorer.set(rate_factor=2.0, batch_factor=0.5)
    (x,), (y,) = explorer._yours.get_data()
    assert (x, y) == pytest.approx((2.0, 0.5))
    (x,), (y,) = explorer._published.get_data()
    assert x == pytest.approx(shown["rate_published"] / shown["rate"])
    assert y == pytest.approx(shown["batch_published"] / shown["batch"])

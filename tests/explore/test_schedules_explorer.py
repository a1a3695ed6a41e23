"""The explorer of schedules shows what the package says when it is asked directly."""

from __future__ import annotations

import pytest

from analysis.explore.schedules import SchedulesExplorer
from analysis.studies import schedules as study
from analysis.studies import schedules_what_if as what_if

DEFAULTS = {
    "kind": "exponential",
    "share": 0.16,
    "peak": 3e-4,
    "steps": 24_000,
    "model": "100M",
}


@pytest.fixture(scope="module")
def explorer():
    return SchedulesExplorer()


@pytest.fixture(autouse=True)
def defaults(explorer):
    explorer.set(**DEFAULTS)


def test_numbers_agree_with_the_package(explorer):
    law = study.law("multi-power").with_published("multi_power2025-400m")
    laws = {"annealing": study.fitted("annealing", "400M"), "published": law}
    made = {
        "chosen": what_if.rates("linear", 30_000, 0.3),
        "flat": what_if.rates("constant", 30_000),
    }
    chosen, flat = what_if.predicted(made, laws).rows(named=True)
    shown = explorer.set(kind="linear", share=0.3, steps=30_000, model="400M")
    assert shown["annealing"] == pytest.approx(chosen["annealing"])
    assert shown["multi_power"] == pytest.approx(chosen["published"])
    assert shown["gain_annealing"] == pytest.approx(flat["annealing"] - chosen["annealing"])
    assert shown["reach"] == "longer than the fitted curves"


@pytest.mark.parametrize(
    "change",
    [{"kind": "cosine"}, {"share": 0.3}, {"peak": 4e-4}, {"steps": 60_000}, {"model": "25M"}],
)
def test_every_control_moves_the_numbers(explorer, change):
    before = dict(explorer.numbers)
    assert dict(explorer.set(**change)) != before


def test_without_decay_there_is_no_gain(explorer):
    shown = explorer.set(kind="constant")
    assert shown["gain_annealing"] == shown["gain_multi_power"] == 0
    assert dict(explorer.set(share=0.5)) == shown


def test_the_curve_ends_at_the_number(explorer):
    assert explorer._lines["annealing"].get_ydata()[-1] == explorer.numbers["annealing"]
    assert explorer._rate.get_ydata().max() == pytest.approx(3.0)

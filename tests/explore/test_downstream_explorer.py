"""The downstream explorer shows what the package says when it is asked directly."""

from __future__ import annotations

import pytest

from analysis.capability import LadderChoices, fit_ladder
from analysis.explore.downstream import RESAMPLES, SEED, DownstreamExplorer
from analysis.studies.downstream import fit_tasks, forecasts, ladder

START = {
    "task": "mmlu",
    "largest": "1.3B",
    "first": "task loss",
    "smooth": 5,
    "anchor": True,
    "params": 1.3e10,
    "tokens": 5e12,
}


@pytest.fixture(scope="module")
def explorer():
    return DownstreamExplorer()


def test_numbers_agree_with_the_package(explorer):
    shown = explorer.set(**START | {"task": "piqa", "smooth": 3, "largest": "3.2B"})
    steps = ladder()
    chain = fit_ladder(
        steps.small("3.2B"), steps.on("piqa"), LadderChoices(smooth=3),
        resamples=RESAMPLES, seed=SEED,
    )  # fmt: skip
    run = {"params": [1.3e10], "tokens": [5e12]}
    said = chain.predict(run, level=0.9).row(0, named=True)
    assert shown["score"] == pytest.approx(said["accuracy"])
    assert shown["score_low"] == pytest.approx(said["accuracy_low"])
    assert shown["score_high"] == pytest.approx(said["accuracy_high"])
    assert shown["lost"] == pytest.approx(said["task_loss"])
    assert shown["runs"] == 20


def test_misses_of_the_targets_are_those_of_the_study(explorer):
    shown = explorer.set(**START | {"task": "arc_easy"})
    table = forecasts(ladder(), fit_tasks(ladder(), tasks=["arc_easy"]))
    assert [shown["off_7b"], shown["off_13b"]] == pytest.approx(table["score_off"].to_list())


def test_every_control_moves_the_numbers_and_the_picture(explorer):
    before = dict(explorer.set(**START))
    picture = explorer._image.value
    for change in (
        {"task": "hellaswag"},
        {"largest": "3.2B"},
        {"first": "C4 loss"},
        {"smooth": 8},
        {"anchor": False},
        {"params": 3e10},
        {"tokens": 1e13},
    ):
        after = dict(explorer.set(**change))
        assert after["score"] != before["score"], change
        assert explorer._image.value != picture, change
        before, picture = after, explorer._image.value


def test_by_compute_alone_only_the_product_counts(explorer):
    first = dict(explorer.set(**START | {"first": "task loss, compute alone", "params": 2e10}))
    again = explorer.set(params=1e10, tokens=1e13)
    assert again["score"] == pytest.approx(first["score"], rel=1e-6)


def test_the_star_lies_on_the_curve_and_in_the_band(explorer):
    shown = explorer.set(**START)
    assert explorer._mark.get_ydata()[0] == shown["score"]
    assert shown["score_low"] < shown["score"] < shown["score_high"]

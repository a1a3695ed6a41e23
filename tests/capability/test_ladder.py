"""The chain of two fits, and the task ladder on it."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from analysis.capability import Chain, LadderChoices, fit_ladder
from analysis.capability.ladder import endings, trailing_mean
from analysis.fitting.fit import fit
from analysis.laws.catalog import law

TRUE = {"A": 30.0, "alpha": 0.22, "B": 90.0, "beta": 0.24, "E": 0.45}
SIGMOID = {"a": -0.75, "k": 5.0, "L0": 0.7, "b": 1.0}


def made(noise=0.0, seed=0):
    """Return runs and checkpoints that follow both laws, with noise on the last digits."""
    random = np.random.default_rng(seed)
    runs, rows = [], []
    for params in (2e8, 4e8, 8e8, 1.6e9):
        for multiple in (1, 2, 5, 10):
            tokens, run = 20 * params * multiple, f"{params:g}-{multiple}"
            runs.append({"run": run, "params": params, "flops": 6 * params * tokens})
            seen = tokens * np.linspace(0.1, 1, 20)
            # Checkpoints lie on the curve of the final law, so that smoothing is harmless at 1.
            at = {"params": np.full(20, params), "tokens": seen}
            loss = law("task-loss").predict(at, TRUE) * np.exp(noise * random.normal(size=20))
            score = law("task-accuracy").predict({"task_loss": loss}, SIGMOID)
            rows += [
                {"run": run, "step": float(k), "tokens": t, "loss": 2 + x, "task_loss": x,
                 "accuracy": y, "chance": 0.25}
                for k, (t, x, y) in enumerate(zip(seen, loss, score, strict=True))
            ]  # fmt: skip
    return pl.DataFrame(runs), pl.DataFrame(rows)


TARGET = {"params": [1.3e10], "tokens": [5e12]}


def test_what_made_the_runs_is_found_again():
    runs, rows = made()
    chain = fit_ladder(runs, rows, LadderChoices(smooth=1, anchor=False))
    said = chain.predict(TARGET)
    lost = law("task-loss").predict(TARGET, TRUE)
    assert said["task_loss"].item() == pytest.approx(lost[0], rel=1e-5)
    score = law("task-accuracy").predict({"task_loss": lost}, SIGMOID)
    assert said["accuracy"].item() == pytest.approx(score[0], abs=1e-4)


def test_resamples_of_both_steps_are_of_the_same_runs():
    runs, rows = made(noise=0.01)
    chain = fit_ladder(runs, rows, resamples=20, seed=3)
    losses, scores = chain.draws(TARGET)
    assert losses.shape == scores.shape == (20, 1)
    # By hand: each resample's score is that of its own loss by its own sigmoid.
    for k in (0, 7, 19):
        values = dict(zip(chain.second.labels, chain.second.draws[k], strict=True))
        own = law("task-accuracy").predict({"task_loss": losses[k]}, values)
        assert scores[k] == pytest.approx(own, rel=1e-9)
    one, two = chain.first.groups.max(), chain.second.groups.max()
    assert one == two == 15


def test_the_added_point_counts_once_in_every_resample():
    runs, rows = made(noise=0.01)
    chain = fit_ladder(runs, rows, resamples=5, seed=1)
    anchors = chain.second.data["task_loss"].to_numpy() == 0
    assert anchors.sum() == 16
    assert chain.second.weights[anchors].sum() == pytest.approx(1)
    counts = np.bincount(chain.second.groups[anchors], minlength=16)
    assert counts.tolist() == [1] * 16  # one share with each run


def test_intervals_of_the_chain_hold_the_truth():
    runs, rows = made(noise=0.01, seed=5)
    chain = fit_ladder(runs, rows, LadderChoices(smooth=1), resamples=200, seed=2)
    said = chain.predict(TARGET, level=0.95).row(0, named=True)
    lost = law("task-loss").predict(TARGET, TRUE)
    score = law("task-accuracy").predict({"task_loss": lost}, SIGMOID)[0]
    assert said["task_loss_low"] < lost[0] < said["task_loss_high"]
    assert said["accuracy_low"] < score < said["accuracy_high"]


def test_the_order_of_rows_does_not_matter():
    runs, rows = made(noise=0.01)
    first = fit_ladder(runs, rows, resamples=10).predict(TARGET, level=0.9)
    mixed = fit_ladder(
        runs.sample(fraction=1, shuffle=True, seed=1),
        rows.sample(fraction=1, shuffle=True, seed=2),
        resamples=10,
    ).predict(TARGET, level=0.9)
    for name in first.columns:
        assert mixed[name].item() == pytest.approx(first[name].item(), rel=1e-9)


def test_fits_resampled_otherwise_are_refused():
    runs, rows = made(noise=0.01)
    one, two = (fit_ladder(runs, rows, resamples=5, seed=seed) for seed in (1, 2))
    with pytest.raises(ValueError, match="resampled alike"):
        Chain(one.first, two.second)
    with pytest.raises(ValueError, match="what first predicts"):
        Chain(one.first, one.first)
    bare = fit_ladder(runs, rows)
    with pytest.raises(ValueError, match="no resamples"):
        bare.predict(TARGET, level=0.9)
    with pytest.raises(ValueError, match="level"):
        one.predict(TARGET, level=90)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"smooth": 0}, "smooth is 0"),
        ({"smooth": 2.5}, "smooth is 2.5"),
        ({"skip": 1.2}, "skip is 1.2"),
        ({"weights": "tasks"}, "weights is 'tasks'"),
        ({"first": "loss"}, "first is 'loss'"),
        ({"objective": "worst"}, "worst"),
    ],
)
def test_choices_out_of_range_are_refused(wrong, said):
    with pytest.raises(ValueError, match=said):
        LadderChoices(**wrong)


def test_two_tasks_at_once_are_refused():
    runs, rows = made()
    both = pl.concat([rows.with_columns(task=pl.lit(t)) for t in ("a", "b")])
    with pytest.raises(ValueError, match="2 tasks"):
        fit_ladder(runs, both)


def test_trailing_means_start_short_and_end_full():
    assert trailing_mean(np.array([4.0, 2.0, 0.0, 2.0]), 3).tolist() == [
        4,
        3,
        2,
        pytest.approx(4 / 3),
    ]
    assert trailing_mean(np.arange(3.0), 1).tolist() == [0, 1, 2]


def test_endings_average_the_last_steps_whatever_the_order():
    rows = pl.DataFrame(
        {"run": ["a"] * 3, "step": [3.0, 1.0, 2.0], "tokens": [30.0, 10.0, 20.0],
         "loss": [1.0, 9.0, 3.0], "task_loss": [1.0, 9.0, 3.0], "accuracy": [0.5, 0.1, 0.3]}
    )  # fmt: skip
    last = endings(rows, 2).row(0, named=True)
    assert (last["tokens"], last["loss"], last["accuracy"]) == (30, 2, pytest.approx(0.4))


def test_weights_by_run_do_not_depend_on_how_often_a_run_was_scored():
    runs, rows = made(noise=0.02)
    choices = LadderChoices(smooth=1, skip=0, weights="runs")
    plain = fit_ladder(runs, rows, choices)
    # Score one run twice as often at the same steps: nothing may change.
    twice = pl.concat([rows, rows.filter(pl.col("run") == runs["run"][0])])
    again = fit_ladder(runs, twice, choices)
    assert again.second.parameters["k"] == pytest.approx(plain.second.parameters["k"], rel=1e-4)
    by_checkpoint = fit_ladder(runs, twice, LadderChoices(smooth=1, skip=0))
    counted = by_checkpoint.second.weights.sum()
    assert counted == pytest.approx(twice.height + 1)


def test_a_single_fit_of_the_sigmoid_agrees_with_another_library():
    from scipy.optimize import curve_fit

    runs, rows = made(noise=0.01)
    chain = fit_ladder(runs, rows, LadderChoices(smooth=1, skip=0))
    x, y = chain.second.data["task_loss"].to_numpy(), chain.second.data["accuracy"].to_numpy()
    sigma = 1 / np.sqrt(chain.second.weights)

    def sigmoid(loss, a, k, middle, b):
        return a / (1 + np.exp(-k * (loss - middle))) + b

    found, _ = curve_fit(
        sigmoid, x, y, p0=[-0.75, 3.0, 0.9, 1.0], sigma=sigma,
        bounds=([-1, 0, 0, 0], [0, np.inf, np.inf, 1]), maxfev=100_000,
    )  # fmt: skip
    ours = [chain.second.parameters[name] for name in ("a", "k", "L0", "b")]
    assert ours == pytest.approx(found, rel=1e-3)
    assert fit(chain.second.law, chain.second.data, start={"a": -0.75, "L0": 0.9, "k": 3.0, "b": 1})

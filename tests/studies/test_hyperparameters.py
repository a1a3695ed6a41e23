"""The learning-rate and batch study against what was published and what the grids hold."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

import analysis
from analysis import records
from analysis.studies import compare
from analysis.studies import hyperparameters as study
from analysis.studies import hyperparameters_advice as advising
from analysis.studies import hyperparameters_bowl as bowls
from analysis.studies import hyperparameters_published as published
from analysis.studies import hyperparameters_verdicts as verdicts


@pytest.fixture(scope="module")
def dense():
    return study.grid()


@pytest.fixture(scope="module")
def experts():
    return study.grid("experts")


@pytest.fixture(scope="module")
def fits(dense):
    return [study.refit(dense, key, 300) for key in study.PRINTED]


@pytest.mark.parametrize(("kind", "cells", "used"), [("dense", 17, 129), ("experts", 16, 84)])
def test_cells_and_selection_are_those_of_the_authors(kind, cells, used):
    runs = study.grid(kind)
    assert runs["cell"].n_unique() == cells
    assert runs.group_by("cell").agg(pl.col("excess").min())["excess"].to_list() == [0.0] * cells
    assert study.select(runs, study.SELECTED)["used"].equals(runs["used"])
    assert runs["used"].sum() == used


def test_an_unknown_grid_is_refused():
    with pytest.raises(ValueError, match="dense, experts"):
        study.grid("sparse")


def test_every_published_value_has_a_verdict_and_those_of_the_grid_come_out(dense, fits):
    table = compare("step_law2025", published.reproduced(dense, *fits), verdicts=verdicts.STEP_LAW)
    assert not table.left_out
    untested = {k.split(".")[1] for k, v in table.verdicts.items() if v != "reproduced"}
    assert untested == set(verdicts.STEP_LAW)
    assert all("digits" in row.because for row in table.rows if row.verdict == "reproduced")


def test_recalled_values_are_never_reproduced():
    table = compare("power_scheduler2024", dict.fromkeys(verdicts.POWER), verdicts=verdicts.POWER)
    assert not table.left_out
    assert {row.mark for row in table.rows if row.key != "params_b"} == {"recalled"}
    assert set(table.verdicts.values()) == {"not testable"}


def test_the_authors_interval_comes_out_of_their_table():
    for key in ("rate_params", "rate_tokens", "batch_tokens"):
        record = records.read_study("step_law2025").values[key]
        found = published.table_of_resamples()[key][1:]
        assert found == pytest.approx((record.low, record.high), abs=5.1e-4)


def test_the_exponent_of_tokens_falls_with_the_width_of_the_selection(dense):
    path = study.selection_path(dense, [0, 0.25, 1], resamples=20)
    assert path["runs"].to_list() == [17, 129, 537]
    assert path["rate_tokens"].to_list() == pytest.approx([0.288, 0.197, 0.133], abs=5e-4)


def test_no_single_cell_makes_the_exponent(dense):
    without = study.without_each_cell(dense)
    assert without.height == 17
    assert (without["rate_tokens"] - 0.197).abs().max() < 0.045


def test_the_nearest_run_is_measured_in_logarithms():
    runs = pl.DataFrame(
        {
            "cell": ["a", "a"],
            "params_read": [1.0, 1.0],
            "tokens": [1.0, 1.0],
            "learning_rate": [1e-3, 1e-2],
            "batch_tokens": [1e6, 1e6],
            "excess": [0.0, 7.0],
        }
    )
    # 4e-3 lies nearer to 1e-3 as a number, and nearer to 1e-2 as a factor.
    found = advising.nearest(runs, np.full(2, 4e-3), np.full(2, 1e6))
    assert found["excess"].to_list() == [7.0]


def test_experts_want_the_law_read_with_all_parameters(dense, experts):
    cost = advising.cost_of_advice(dense, experts)
    mean = {(r["law"], r["N"], r["grid"]): r["mean"] for r in cost.iter_rows(named=True)}
    assert mean["published", "all", "dense"] == pytest.approx(0.0957, abs=1e-4)
    assert mean["refitted", "all", "dense"] == pytest.approx(0.0964, abs=1e-4)
    assert mean["published", "active", "experts"] == pytest.approx(1.001, abs=1e-3)
    assert mean["published", "all", "experts"] == pytest.approx(0.159, abs=1e-3)


@pytest.mark.parametrize("kind", ["dense", "experts"])
def test_at_a_given_batch_tokens_do_not_move_the_rate(kind):
    best = study.best_at_each_batch(study.grid(kind))
    assert best.select(pl.struct("cell", "batch_tokens").is_duplicated().any()).item() is False
    found = study.refit(best, "learning-rate-at-batch", 300)
    low, high = found.interval("b")
    assert low < 0 < high
    assert found.parameters["g"] == pytest.approx(0.385, abs=0.01)


def test_experts_exponents_are_unlike_dense_ones(experts):
    found = study.refit(experts, "step-learning-rate", 0).parameters
    assert (found["a"], found["b"]) == pytest.approx((0.056, 0.261), abs=5e-4)


def made_bowl(tilt=-0.5):
    """Two cells with a known bottom, on a grid of factors of two that is not centred on it."""
    steps = np.log(2) * np.arange(-1, 4)
    u, v = (a.ravel() for a in np.meshgrid(steps, steps))
    parts = []
    for i, (rate, batch) in enumerate(((1e-3, 1e6), (3e-3, 2e5))):
        z = 0.5 * (1.0 * u**2 + 2.0 * v**2) + tilt * u * v
        parts.append(
            pl.DataFrame(
                {
                    "cell": [f"{i}"] * len(u),
                    "params_read": 1e8 * (i + 1),
                    "tokens": 1e10,
                    "learning_rate": rate * np.exp(u),
                    "batch_tokens": batch * np.exp(v),
                    "loss": (2 + i) * np.exp(z / 100),
                    "excess": 100 * np.expm1(z / 100),
                }
            )
        )
    return pl.concat(parts)


def test_a_made_bowl_is_found_again():
    bowl = bowls.fit_bowl(made_bowl(), percent=30)
    assert bowl.curvature == pytest.approx([1.0, 2.0, -0.5])
    assert bowl.cells["learning_rate"].to_list() == pytest.approx([1e-3, 3e-3])
    assert bowl.cells["batch_tokens"].to_list() == pytest.approx([1e6, 2e5])
    assert bowl.cells["floor"].to_list() == pytest.approx([2, 3])
    assert bowl.scatter < 1e-9
    value, low, high = bowl.excess(2.0, 0.5)
    step = np.log(2) ** 2
    assert value == pytest.approx(100 * np.expm1((0.5 + 1 + 0.5) * step / 100))
    assert low == pytest.approx(high)


def test_the_plateau_is_where_the_bowl_costs_what_was_asked(dense):
    bowl = bowls.fit_bowl(dense, resamples=200)
    assert bowl.rows == 537
    for way, (point, low, high) in bowl.plateau(0.25).items():
        rate, batch = bowls.DIRECTIONS[way]
        assert bowl.excess(point**rate, point**batch)[0] == pytest.approx(0.25)
        assert low < point < high
    assert bowl.plateau()["rate alone"][0] == pytest.approx(1.975, abs=1e-3)


def test_a_bowl_needs_runs_in_every_cell(dense):
    with pytest.raises(ValueError, match="fewer than four"):
        bowls.fit_bowl(dense, percent=0.01)


def test_larger_budgets_are_forecast_by_parameters_and_tokens(dense):
    table = analysis.compare(study.rivals("learning_rate"), dense, cuts=[5e19])
    ranking = table.ranking["law"].to_list()
    assert ranking.index("step law") < ranking.index("parameters alone")
    assert ranking[-1] == "compute alone"

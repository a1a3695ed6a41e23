"""The lower envelope of training curves, on curves of a known law."""

import numpy as np
import polars as pl
import pytest

import analysis
from analysis.errors import DataError, FitError
from analysis.fitting.envelope import envelope
from analysis.fitting.powerlaw import power_law
from tests.fitting.sweeps import setting


def chinchilla_curves(sizes, points=400, largest=3e9):
    grid = np.meshgrid(np.geomspace(1e17, 1e22, points), np.geomspace(1e8, largest, sizes))
    flops, params = (a.ravel() for a in grid)
    law = analysis.law("chinchilla").with_published("besiroglu2024")
    table = {"flops": flops, "params": params, "tokens": flops / (6 * params)}
    return pl.DataFrame(table | {"loss": law.predict(table)})


def test_envelope_of_many_sizes_has_the_exponent_of_the_law():
    values = analysis.law("chinchilla").coefficients("besiroglu2024")
    result = envelope(chinchilla_curves(121))
    true = values["beta"] / (values["alpha"] + values["beta"])
    assert result.params.exponent == pytest.approx(true, abs=2e-3)
    assert result.tokens.exponent == pytest.approx(1 - true, abs=2e-3)
    # Where only the smallest or largest size wins there is no rival, so nothing is learnt.
    unused = result.frame.filter(~pl.col("used"))["params"].unique().sort()
    np.testing.assert_allclose(unused, [1e8, 3e9])


def test_envelope_knows_that_its_points_are_not_independent():
    # A curve that ends a little low wins over a whole stretch of compute.
    curves = chinchilla_curves(31)
    luck = np.random.default_rng(6).normal(0, 0.002, 31)[
        pl.Series(curves["params"]).rank("dense").to_numpy() - 1
    ]
    curves = curves.with_columns(loss=pl.col("loss") + luck)
    result = envelope(curves, resamples=200, seed=4)
    used = result.frame.filter(pl.col("used"))
    naive = power_law(used["flops"].to_numpy(), used["params"].to_numpy())
    assert result.params.standard_error > 2 * naive.standard_error
    low, high = result.interval()
    assert low < result.params.exponent < high
    assert high - low > 4 * naive.standard_error
    assert result.params.exponent == pytest.approx(0.5126, abs=0.05)
    assert 5 < result.winners < 31


def test_envelope_at_given_budgets_takes_the_lowest_run():
    points = setting("points", ("main", 4))
    budgets = points["flops"].unique().sort()
    result = envelope(points, at=budgets.to_list())
    best = points.sort("loss").group_by("flops", maintain_order=True).first().sort("flops")
    np.testing.assert_allclose(result.frame["loss"], best["loss"], rtol=1e-9)
    np.testing.assert_allclose(result.frame["params"], best["params"])


def test_envelope_refuses_what_it_cannot_use(noisy):
    with pytest.raises(ValueError, match="at is 2 or more"):
        envelope(noisy, at=1)
    with pytest.raises(DataError, match="column 'run': names a curve of more than one model size"):
        envelope(noisy.with_columns(run=pl.int_range(pl.len()) % 2), curve="run")
    with pytest.raises(FitError, match="fewer than two sizes win"):
        envelope(chinchilla_curves(3, largest=1e9))

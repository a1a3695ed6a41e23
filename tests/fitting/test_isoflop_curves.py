"""Minima of curves through the runs of one budget, against numpy and scipy."""

import numpy as np
import polars as pl
import pytest
from scipy.interpolate import Akima1DInterpolator

from analysis.fitting.curves import fit_parabola, parabola_minima
from analysis.fitting.interpolated import akima_minima, fit_akima
from tests.fitting.robust import hc3


def test_parabola_agrees_with_numpy_and_the_delta_method(noisy):
    budget = noisy.filter(pl.col("flops") == noisy["flops"].min())
    x, y = np.log(budget["params"].to_numpy()), budget["loss"].to_numpy()
    curve = fit_parabola(x, y)
    square, line, _ = np.polyfit(x - x.mean(), y, 2)
    assert curve.minimum == pytest.approx(x.mean() - line / (2 * square), rel=1e-12)
    design = np.vander(x - x.mean(), 3, increasing=True)
    beta, covariance = hc3(design, y)
    np.testing.assert_allclose(curve.covariance, covariance, rtol=1e-8)
    draws = np.random.default_rng(0).multivariate_normal(beta, covariance, 200_000)
    assert curve.error == pytest.approx((-draws[:, 1] / (2 * draws[:, 2])).std(), rel=0.02)
    cubic, cubic_covariance = hc3(np.vander(x - x.mean(), 4, increasing=True), y)
    assert curve.skew_t == pytest.approx(cubic[3] / np.sqrt(cubic_covariance[3, 3]), rel=1e-6)


@pytest.mark.parametrize(
    ("sizes", "loss", "status"),
    [
        ([0, 1, 2, 3, 4], [4, 1, 0, 1, 4], "inside"),
        ([0, 1, 2, 3, 4], [0.25, 0.25, 2.25, 6.25, 12.25], "near edge"),
        ([0, 1, 2, 3, 4], [25, 16, 9, 4, 1], "outside"),
        ([0, 1, 2, 3, 4], [0, 3, 4, 3, 0], "not convex"),
        ([0, 1, 1], [1, 0, 0], "too few"),
    ],
)
def test_status_of_a_minimum(sizes, loss, status):
    x, y = np.array(sizes, dtype=float), np.array(loss, dtype=float)
    assert fit_parabola(x, y).status == status
    drawn = parabola_minima(x, y, np.ones((1, len(x))))
    assert np.isfinite(drawn[0]) == (status in ("inside", "near edge"))


def test_weights_of_resamples_are_repeated_runs(noisy):
    budget = noisy.filter(pl.col("flops") == noisy["flops"].max())
    x, y = np.log(budget["params"].to_numpy()), budget["loss"].to_numpy()
    counts = np.random.default_rng(1).multinomial(9, np.full(9, 1 / 9), size=50)
    found = parabola_minima(x, y, counts.astype(float))
    compared = 0
    for one, count in zip(found, counts, strict=True):
        again = fit_parabola(np.repeat(x, count), np.repeat(y, count))
        if np.isfinite(one):
            assert one == pytest.approx(again.minimum, rel=1e-9)
            compared += 1
        else:
            assert again.status not in ("inside", "near edge")
    assert compared > 30


def test_akima_minimum_is_the_lowest_of_a_fine_grid():
    rng = np.random.default_rng(3)
    x = np.sort(rng.uniform(0, 10, 9))
    y = rng.normal(0, 1, (9, 200))
    minimum, lowest = akima_minima(x, y)
    grid = np.linspace(x[0], x[-1], 100_001)
    values = Akima1DInterpolator(x, y)(grid)
    np.testing.assert_allclose(lowest, values.min(axis=0), atol=1e-6)
    assert (lowest <= values.min(axis=0) + 1e-12).all()
    np.testing.assert_allclose(minimum, grid[values.argmin(axis=0)], atol=2e-3)


def test_akima_takes_the_best_run_of_each_size():
    curve = fit_akima(np.array([2.0, 0, 1, 3, 4, 2]), np.array([0.0, 4, 1, 1, 4, 7]))
    assert curve.minimum == pytest.approx(2.0)
    assert curve.status == "inside"
    assert fit_akima(np.arange(4.0), np.array([3.0, 2, 1, 0])).status == "outside"

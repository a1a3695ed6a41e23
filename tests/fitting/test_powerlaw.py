"""Power laws through points: against a covariance by its definition, and released fits."""

import numpy as np
import polars as pl
import pytest
from scipy.stats import t

from analysis.fitting.powerlaw import power_law
from tests.fitting.robust import hc3
from tests.fitting.sweeps import SETTINGS, setting


@pytest.mark.parametrize("weighted", [False, True])
def test_power_law_is_least_squares_in_logarithms_with_hc3(weighted):
    rng = np.random.default_rng(2)
    x = np.geomspace(1e18, 1e22, 8)
    y = 0.3 * x**0.52 * np.exp(rng.normal(0, 0.1, 8))
    weights = rng.uniform(0.5, 2, 8) if weighted else None
    law = power_law(x, y, weights=weights)
    slope, intercept = np.polyfit(
        np.log(x), np.log(y), 1, w=None if weights is None else weights**0.5
    )
    assert law.exponent == pytest.approx(slope, rel=1e-10)
    assert law.coefficient == pytest.approx(np.exp(intercept), rel=1e-8)
    design = np.column_stack([np.ones(8), np.log(x) - np.log(x).mean()])
    _, covariance = hc3(design, np.log(y), weights)
    np.testing.assert_allclose(law.covariance, covariance, rtol=1e-9)
    assert law.standard_error == pytest.approx(np.sqrt(covariance[1, 1]))


def test_band_of_a_power_law_is_that_of_its_covariance():
    rng = np.random.default_rng(2)
    x = np.geomspace(1e18, 1e22, 8)
    y, weights = x**0.52 * np.exp(rng.normal(0, 0.1, 8)), np.linspace(0.2, 3, 8)
    law = power_law(x, y, weights=weights)
    design = np.column_stack([np.ones(8), np.log(x)])
    beta, covariance = hc3(design, np.log(y), weights)
    low, high = law.band(np.array([1e17, 1e24]), level=0.9)
    at = np.column_stack([np.ones(2), np.log([1e17, 1e24])])
    wide = t.ppf(0.95, 6) * np.sqrt(np.einsum("ij,jk,ik->i", at, covariance, at))
    np.testing.assert_allclose(np.log(high), at @ beta + wide, rtol=1e-8)
    np.testing.assert_allclose(np.log(low), at @ beta - wide, rtol=1e-8)


def test_band_of_a_power_law_covers_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(11)
    x = np.geomspace(1e18, 1e21, 10)
    inside = np.zeros(400)
    for i in range(400):
        law = power_law(x, x**0.5 * np.exp(rng.normal(0, 0.1, 10)))
        low, high = law.band(1e23, level=0.9)
        inside[i] = low < 1e23**0.5 < high
    assert 0.86 < inside.mean() < 0.97


def test_two_points_make_a_line_without_errors():
    law = power_law([1e18, 1e20], [1e8, 1e9])
    assert law.exponent == pytest.approx(0.5)
    assert np.isnan(law.interval()).all()
    with pytest.raises(ValueError, match="at least two different x"):
        power_law([1e18, 1e18], [1e8, 1e9])
    with pytest.raises(ValueError, match="y holds finite numbers above 0"):
        power_law([1e18, 1e20], [1e8, -1.0])


@pytest.mark.parametrize("which", SETTINGS, ids=str)
def test_power_laws_of_the_released_optima_are_the_released_fits(which):
    optima = setting("optima", which).filter(pl.col("used"))
    fits = {row["fit"]: row for row in setting("fits", which).iter_rows(named=True)}
    for name in ("params", "tokens"):
        x, y = optima["flops"].to_numpy(), optima[name].to_numpy()
        plain = power_law(x, y)
        weighted = power_law(x, y, weights=optima[f"log_{name}_std"].to_numpy() ** -2)
        for law, released in ((plain, fits["basic"]), (weighted, fits["weighted"])):
            assert law.exponent == pytest.approx(released[f"{name}_exponent"], rel=1e-10)
            assert law.coefficient == pytest.approx(released[f"{name}_coefficient"], rel=1e-8)
        assert plain.r2 == pytest.approx(fits["basic"][f"{name}_r2"], rel=1e-10)

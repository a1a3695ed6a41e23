"""IsoFLOP analysis: budgets, power laws of known optima, and resamples."""

import numpy as np
import polars as pl
import pytest

import analysis
from analysis.errors import DataError, FitError
from analysis.fitting.budgets import sort_runs
from analysis.fitting.isoflop import isoflop


def test_budgets_are_equal_values_rounded_values_or_given_ones():
    flops = [6e18, 6.0000001e18, 9e18, 1.2e19, 3e19]
    frame = pl.DataFrame({"flops": flops, "params": [1e8] * 5, "loss": [3.0] * 5})
    assert len(sort_runs(frame, 0, None, "params", None).budgets) == 4
    rounded = sort_runs(frame, 0, 0.5, "params", None)
    assert rounded.budget.tolist() == [0, 0, 0, 0, 1]
    assert rounded.budgets[0] == pytest.approx(np.exp(np.log(flops[:4]).mean()))
    given = sort_runs(frame, 2, [1e19, 6e18], "params", None)
    assert given.budgets.tolist() == [6e18, 1e19]
    assert given.budget.tolist() == [0, 0, 1, 1]
    assert given.left_out == 3
    with pytest.raises(DataError, match="no value at any of the budgets"):
        sort_runs(frame, 0, [1e25], "params", None)
    with pytest.raises(ValueError, match="budgets is a number of decades above 0"):
        sort_runs(frame, 0, 0.0, "params", None)


def test_window_keeps_sizes_near_the_best_run():
    frame = pl.DataFrame(
        {"flops": [1e18] * 5, "params": [1e6, 1e7, 1e8, 1e9, 1e10], "loss": [5.0, 3, 2, 3, 5]}
    )
    kept = sort_runs(frame, 0, None, "params", 1.0)
    np.testing.assert_allclose(np.exp(kept.log_params), [1e7, 1e8, 1e9])
    assert kept.left_out == 2


def test_sizes_that_differ_by_rounding_are_one_size():
    sizes = [1e7, 1.0000001e7, 1e8, 1e9]
    runs = {"flops": [1e18] * 4, "params": sizes, "loss": [3.0, 2.9, 2.0, 3.1]}
    log_params = sort_runs(pl.DataFrame(runs), 0, None, "params", None).log_params
    assert log_params[0] == log_params[1] == pytest.approx(np.log(1e7))
    assert len(np.unique(log_params)) == 3
    # Digitised sizes agree to seven digits: the interpolation stays among the losses.
    budgets = [1e19, 3e19, 6e19, 1e20, 3e20, 6e20, 1e21]
    result = isoflop(analysis.load("chinchilla"), budgets=budgets, method="akima")
    assert (np.diff(result.optima["loss"]) < 0).all()
    assert result.optima["loss"].is_between(2.2, 3.0).all()


def test_a_power_law_of_parabolas_is_found_exactly():
    flops = np.repeat(np.geomspace(1e18, 1e21, 5), 7)
    step = np.tile(np.linspace(-0.8, 1, 7), 5)
    params = 0.02 * flops**0.53 * 10**step
    result = isoflop({"flops": flops, "params": params, "loss": 2 + 0.2 * step**2})
    assert result.params.exponent == pytest.approx(0.53, abs=1e-9)
    assert result.tokens.exponent == pytest.approx(0.47, abs=1e-9)
    assert result.params.coefficient == pytest.approx(0.02, rel=1e-6)
    optima = result.optima
    np.testing.assert_allclose(optima["width_decades"], 1.8)
    np.testing.assert_allclose(optima["offset_decades"], -0.1, atol=1e-9)
    np.testing.assert_allclose(optima["loss"], 2.0)
    product = 6 * optima["params"] * optima["tokens"]
    np.testing.assert_allclose(product, optima["flops"], rtol=1e-9)


def test_bootstrap_interval_and_robust_interval_agree(noisy):
    result = isoflop(noisy, resamples=2000, seed=1)
    low, high = result.interval()
    robust_low, robust_high = isoflop(noisy).interval()
    assert low < 0.48 < high
    assert 0.5 < (high - low) / (robust_high - robust_low) < 2
    assert isoflop(noisy, resamples=2000, seed=1).draws.tobytes() == result.draws.tobytes()
    assert isoflop(noisy, resamples=2000, seed=2).draws.tobytes() != result.draws.tobytes()
    # The resamples centre on the estimate, weighted or not.
    assert np.nanmedian(result.draws[:, 0]) == pytest.approx(result.params.exponent, abs=0.01)
    weighted = isoflop(noisy, resamples=2000, seed=1, weighted=True)
    assert np.nanmedian(weighted.draws[:, 0]) == pytest.approx(weighted.params.exponent, abs=0.01)
    optima = weighted.optima
    weights = 1 / optima["log_params_se"].to_numpy()
    x, y = np.log(optima["flops"]), np.log(optima["params"])
    assert weighted.params.exponent == pytest.approx(np.polyfit(x, y, 1, w=weights)[0], rel=1e-9)
    drawn = weighted.log_optima[:, :, 0]
    whole = int(np.flatnonzero(np.isfinite(drawn).all(axis=1))[0])
    slope = np.polyfit(x, drawn[whole], 1, w=weights)[0]
    assert weighted.draws[whole, 0] == pytest.approx(slope, rel=1e-9)


def test_noise_of_the_loss_gives_the_delta_method_error(noisy):
    result = isoflop(noisy, noise=0.004, resamples=4000)
    expected = np.array([curve.error for curve in result.curves])
    # HC3 of nine runs scatters widely around the truth; its mean square does not.
    ratio = (result.optima["log_params_std"].to_numpy() ** 2).mean() / (expected**2).mean()
    assert 0.5 < ratio < 1.5


def test_budgets_without_a_minimum_are_left_out_and_named(noisy):
    top = noisy["flops"].max()
    cut = noisy.filter((pl.col("flops") < top) | (pl.col("params") < 0.04 * top**0.48))
    result = isoflop(cut)
    last = result.optima.row(-1, named=True)
    assert (last["status"], last["used"]) == ("outside", False)
    assert result.params.points == 5
    assert result.reasons == (f"outside, left out: {top:.2e}",)
    with pytest.raises(FitError, match="two budgets with a minimum inside"):
        isoflop(noisy.filter(pl.col("flops") == top))


def test_clusters_are_drawn_together(noisy):
    # Each size index is one model at all budgets: drawn together, all budgets lose the same sizes.
    table = noisy.with_columns(model=pl.int_range(pl.len()) % 9)
    result = isoflop(table, resamples=200, cluster="model")
    alone = isoflop(table, resamples=200)
    missing = np.isnan(result.log_optima[:, :, 0])
    assert (missing.all(axis=1) | ~missing.any(axis=1)).mean() > 0.9
    assert not np.array_equal(result.draws, alone.draws)


def test_bad_arguments_say_what_is_accepted(noisy):
    with pytest.raises(ValueError, match="method is 'parabola' or 'akima', found 'cubic'"):
        isoflop(noisy, method="cubic")
    with pytest.raises(DataError, match="column 'params_non_embedding': missing"):
        isoflop(noisy, params="params_non_embedding")
    with pytest.raises(DataError, match=r"column 'loss', row 2: found 0\.0"):
        isoflop({"flops": [1e18] * 3, "params": [1e6, 1e7, 1e8], "loss": [1.0, 0.0, 1.0]})
    with pytest.raises(ValueError, match="noise is 0 or more"):
        isoflop(noisy, noise=-1.0, resamples=5)
    with pytest.raises(ValueError, match="weighted=True needs the error"):
        isoflop(noisy, method="akima", weighted=True)
    with pytest.raises(ValueError, match="name is 'params' or 'tokens'"):
        isoflop(noisy).interval("loss")


def test_looks(noisy):
    result = isoflop(noisy, resamples=50)
    text = result.summary()
    assert text.startswith("parabolas of loss over ln params, 6 budgets\nbest params = ")
    assert "95% by 50 resamples" in text
    assert text.count("inside") == 6
    assert result._repr_html_().count("<tr>") == 7

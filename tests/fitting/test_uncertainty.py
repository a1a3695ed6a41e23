"""Intervals and standard errors, against other programs and against published resamples."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
import scipy.stats
import statsmodels.api as sm

import analysis
from analysis.errors import DataError
from analysis.fitting import bootstrap, uncertainty
from analysis.fitting.fit import fit
from analysis.laws.law import Law
from tests.fitting.states import LAW, runs, state

POWER = Law("c*N**-a", predicts="loss", inputs={"N": "params"}, delta=np.inf)
LEVEL = 0.9


@pytest.fixture(scope="module")
def scattered():
    """Runs of a power law whose scatter grows, in clusters that share half of it."""
    random = np.random.default_rng(3)
    params = np.geomspace(1e6, 1e9, 48)
    size = np.linspace(0.01, 0.05, 48)
    noise = size * (np.repeat(random.standard_normal(12), 4) + random.standard_normal(48))
    return pl.DataFrame(
        {
            "params": params,
            "loss": 30 * params**-0.1 * np.exp(noise),
            "run": np.repeat(np.arange(12), 4),
            "weight": random.uniform(0.5, 2.0, 48),
        }
    )


def line(frame, weights=None):
    """The same power law as a line in logarithms, by statsmodels."""
    x = sm.add_constant(-np.log(frame["params"].to_numpy()))
    y = np.log(frame["loss"].to_numpy())
    return sm.OLS(y, x) if weights is None else sm.WLS(y, x, weights=weights)


# Resamples


def test_standard_errors_are_those_of_the_published_replication():
    result = analysis.fit(
        analysis.law("chinchilla"), analysis.load("chinchilla"), resamples=4000, seed=42
    )
    published = {"A": 124.5, "B": 1293.0, "E": 0.02566, "alpha": 0.015396, "beta": 0.02059}
    found = {name: result.standard_error(name) for name in result.labels}
    assert found == pytest.approx(published, rel=0.001)
    assert result.interval("A") == pytest.approx((285.2, 743.6), rel=0.01)
    assert result.interval("beta") == pytest.approx((0.331, 0.415), abs=0.001)


@pytest.mark.parametrize("size", [1, 7, 100])
def test_draws_do_not_depend_on_how_they_are_shared_out(size):
    whole = next(bootstrap.resample_counts(30, 100, 5, 100))
    parts = np.concatenate(list(bootstrap.resample_counts(30, 100, 5, size)))
    np.testing.assert_array_equal(parts, whole)
    drawn = np.random.RandomState(5).randint(0, 30, size=(100, 30))
    np.testing.assert_array_equal(whole[3], np.bincount(drawn[3], minlength=30))


def test_a_resample_is_the_fit_of_its_rows():
    result = fit(LAW, runs(), resamples=5, seed=9)
    drawn = np.random.RandomState(9).randint(0, 40, size=(5, 40))
    single = fit(LAW, runs()[drawn[4]])
    # Resamples end earlier than fits, far below their spread of some 10%.
    np.testing.assert_allclose(result.draws[4], list(single.parameters.values()), rtol=1e-3)


def test_a_resample_of_clusters_holds_each_cluster_whole(monkeypatch):
    seen = []
    kept = bootstrap.solve
    monkeypatch.setattr(
        bootstrap, "solve", lambda p, s, w: seen.append(np.array(w)) or kept(p, s, w)
    )
    fit(LAW, runs(), resamples=6, cluster="run", seed=2)
    counts = np.concatenate(seen).reshape(6, 10, 4)
    assert (counts == counts[:, :, :1]).all()
    assert (counts[:, :, 0].sum(axis=1) == 10).all()


def test_a_parametric_resample_is_the_fit_of_its_own_losses():
    frame = runs()
    result = fit(LAW, frame, resamples=5, seed=9, bootstrap="parametric")
    scatter = bootstrap.residual_scatter(result.problem, result.coordinates)
    share = np.full(40, 1 / 40)
    drawn = np.random.RandomState(9).choice(scatter, size=(5, 40), p=share)
    curve = result.predict(frame)["loss"].to_numpy()
    single = fit(LAW, frame.with_columns(loss=curve * np.exp(drawn[2])))
    np.testing.assert_allclose(result.draws[2], list(single.parameters.values()), rtol=1e-4)


def test_the_scatter_of_single_runs_is_observed_less_predicted():
    result = fit(LAW, runs(), objective="lad")
    over = np.log(runs()["loss"] / result.predict(runs())["loss"]).to_numpy()
    scatter = bootstrap.residual_scatter(result.problem, result.coordinates)
    np.testing.assert_allclose(scatter, over * np.sqrt(40 / 37), atol=1e-12)


def test_parametric_and_plain_covariance_agree_for_least_squares(scattered):
    result = fit(POWER, scattered, resamples=4000, bootstrap="parametric")
    plain = np.sqrt(np.diag(result.covariance(robust=False)))
    np.testing.assert_allclose(result.draws.std(axis=0), plain, rtol=0.06)


def test_an_interrupted_fit_leaves_nothing_behind(monkeypatch):
    with monkeypatch.context() as patch:
        calls = []

        def interrupted(*arguments):
            calls.append(arguments)
            if len(calls) == 2:
                raise KeyboardInterrupt
            return np.zeros((6000, 3)), np.zeros(6000, dtype=bool)

        patch.setattr(bootstrap, "solve", interrupted)
        with pytest.raises(KeyboardInterrupt):
            fit(LAW, runs(), resamples=13_000)
    after = fit(LAW, runs(), resamples=20, seed=4)
    assert (after.draws == fit(LAW, runs(), resamples=20, seed=4).draws).all()


def test_progress_counts_the_shares(monkeypatch):
    seen = []

    def track(items, *, total, label):
        seen.append((total, label))
        return items

    monkeypatch.setattr(bootstrap, "track", track)
    fit(LAW, runs(), resamples=6001)
    assert seen == [(2, "resamples")]


# Bias-corrected intervals


def test_bca_is_that_of_scipy():
    values = np.random.default_rng(1).exponential(size=25)
    plain = scipy.stats.bootstrap((values,), np.mean, n_resamples=999, method="percentile", rng=2)
    theirs = scipy.stats.bootstrap(
        (values,), np.mean, n_resamples=0, method="BCa", bootstrap_result=plain
    ).confidence_interval
    left_out = np.array([np.delete(values, i).mean() for i in range(25)])
    ours = uncertainty.bca(plain.bootstrap_distribution, values.mean(), left_out, 0.95)
    assert ours == pytest.approx(tuple(theirs), rel=1e-12)
    assert ours != pytest.approx(tuple(plain.confidence_interval), rel=1e-2)


def test_the_jackknife_leaves_out_each_run_in_turn():
    result = fit(LAW, runs())
    assert result.left_out_values.shape == (40, 3)
    without = fit(LAW, runs().with_row_index().filter(pl.col("index") != 17))
    np.testing.assert_allclose(
        result.left_out_values[17], list(without.parameters.values()), rtol=1e-4
    )


def test_the_jackknife_leaves_out_whole_clusters():
    result = fit(LAW, runs(), cluster="run")
    assert result.left_out_values.shape == (10, 3)
    without = fit(LAW, runs().filter(pl.col("run") != "run 3"))
    np.testing.assert_allclose(
        result.left_out_values[3], list(without.parameters.values()), rtol=1e-4
    )


def test_very_many_runs_are_left_out_in_groups():
    result = fit(LAW, runs(count=1000))
    assert result.left_out_values.shape == (400, 3)


def test_bca_holds_when_every_draw_lies_on_one_side():
    low, high = uncertainty.bca(np.arange(1.0, 100.0), 0.0, np.arange(5.0), 0.9)
    assert np.isfinite([low, high]).all()
    assert low <= high


# Covariance


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("kind", ["nonrobust", "HC1", "cluster"])
def test_covariance_is_that_of_statsmodels(scattered, kind, weighted):
    weights = scattered["weight"].to_numpy() if weighted else None
    cluster = "run" if kind == "cluster" else None
    result = fit(POWER, scattered, weights=weights, cluster=cluster)
    options = {"groups": scattered["run"].to_numpy()} if cluster else {}
    theirs = line(scattered, weights).fit(cov_type=kind, cov_kwds=options or None)
    stretch = np.array([result.parameters["c"], 1.0])
    np.testing.assert_allclose(
        result.covariance(robust=kind != "nonrobust"),
        theirs.cov_params() * stretch * stretch[:, None],
        rtol=1e-6,
    )


def test_covariance_is_that_of_lmfit():
    lmfit = pytest.importorskip("lmfit")
    frame = runs()
    x, y = frame["params"].to_numpy(), frame["loss"].to_numpy()
    result = fit(LAW, frame, objective="least-squares", residual="plain")
    start = lmfit.Parameters()
    for name, value in result.parameters.items():
        start.add(name, value=value)
    theirs = lmfit.minimize(lambda p: p["E"] + p["A"] / x ** p["alpha"] - y, start)
    np.testing.assert_allclose(result.covariance(robust=False), theirs.covar, rtol=2e-3)


@pytest.mark.parametrize("objective", ["huber:1e-3", "huber:auto", "lad"])
def test_the_sandwich_agrees_with_resamples_where_scatter_is_unequal(objective):
    random = np.random.default_rng(5)
    params = np.geomspace(1e6, 1e9, 600)
    noise = np.linspace(0.02, 0.1, 600) * random.standard_t(3, 600)
    frame = pl.DataFrame({"params": params, "loss": 30 * params**-0.1 * np.exp(noise)})
    result = fit(POWER, frame, objective=objective, resamples=1000)
    robust = np.sqrt(np.diag(result.covariance()))
    np.testing.assert_allclose(robust, result.draws.std(axis=0), rtol=0.15)


def test_a_parameter_on_its_bound_has_no_standard_error():
    result = replace(state("at-bound"), draw_coordinates=np.empty((0, 3)))
    assert np.isnan(result.standard_error("alpha"))
    assert result.standard_error("E") > 0
    assert np.isnan(result.interval("alpha", method="delta")).all()


def test_parameters_not_told_apart_have_no_covariance():
    assert np.isnan(state("not-identified").covariance()).all()


def test_without_resamples_the_robust_covariance_stands_in():
    result = fit(LAW, runs())
    errors = np.sqrt(np.diag(result.covariance()))
    assert [result.standard_error(n) for n in result.labels] == pytest.approx(list(errors))
    assert result.interval("E") == result.interval("E", method="delta")
    low, high = result.interval("A")
    # Symmetric in the logarithm, so never negative.
    assert low * high == pytest.approx(result.parameters["A"] ** 2)


def test_correlations_are_those_of_the_draws():
    result = state("good")
    np.testing.assert_allclose(result.correlations, np.corrcoef(result.draws.T), rtol=1e-9)
    bare = fit(LAW, runs())
    spread = bare.covariance()
    assert bare.correlations[0, 2] == pytest.approx(
        spread[0, 2] / np.sqrt(spread[0, 0] * spread[2, 2])
    )


# Predictions


@pytest.mark.parametrize("clustered", [False, True])
def test_confidence_by_the_delta_method_is_that_of_statsmodels(scattered, clustered):
    result = fit(POWER, scattered, cluster="run" if clustered else None)
    new = np.array([1e5, 1e8, 1e12])
    options = {"groups": scattered["run"].to_numpy()} if clustered else None
    kind = "cluster" if clustered else "HC1"
    theirs = line(scattered).fit(cov_type=kind, cov_kwds=options)
    predicted = theirs.get_prediction(np.column_stack([np.ones(3), -np.log(new)]))
    reach = scipy.stats.t.ppf((1 + LEVEL) / 2, 11 if clustered else 46) * predicted.se_mean
    found = result.predict({"params": new}, interval="confidence", level=LEVEL)
    np.testing.assert_allclose(
        found["loss_low"], np.exp(predicted.predicted_mean - reach), rtol=1e-6
    )
    np.testing.assert_allclose(
        found["loss_high"], np.exp(predicted.predicted_mean + reach), rtol=1e-6
    )


@pytest.mark.parametrize("resamples", [0, 200])
def test_the_interval_of_a_row_does_not_depend_on_the_rows_asked_with_it(resamples):
    result = analysis.fit(
        analysis.law("chinchilla"), analysis.load("chinchilla"), resamples=resamples, seed=3
    )
    rows = pl.DataFrame({"params": [1e8, 7e9, 7e10], "tokens": [1e10, 1e11, 1e12]})
    together = result.predict(rows, interval="prediction")
    alone = pl.concat([result.predict(rows[k], interval="prediction") for k in range(3)])
    np.testing.assert_allclose(together.to_numpy(), alone.to_numpy(), rtol=1e-12)


@pytest.mark.parametrize("resamples", [0, 400])
@pytest.mark.parametrize("residual", ["log", "plain"])
def test_a_prediction_interval_holds_new_runs_at_its_rate(resamples, residual):
    random = np.random.default_rng(11)
    params = np.tile(np.geomspace(1e6, 1e9, 60), 5)
    curve = 30 * params**-0.1
    scatter = 0.05 * random.standard_normal((2, 300))
    first, second = curve * np.exp(scatter) if residual == "log" else curve + 10 * scatter
    result = fit(POWER, {"params": params, "loss": first}, residual=residual, resamples=resamples)
    found = result.predict({"params": params}, interval="prediction", level=LEVEL)
    low, high = found["loss_low"].to_numpy(), found["loss_high"].to_numpy()
    inside = (low <= second) & (second <= high)
    assert 0.85 < inside.mean() < 0.95
    narrow = result.predict({"params": params}, interval="confidence", level=LEVEL)
    assert (narrow["loss_low"] > found["loss_low"]).all()


# Arguments


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"resamples": -1}, "resamples is 0 or more, found -1"),
        ({"bootstrap": "jackknife"}, "bootstrap is 'rows' or 'parametric', found 'jackknife'"),
        ({"bootstrap": "parametric", "cluster": "run"}, "found cluster='run'"),
        ({"cluster": "missing"}, "column 'missing': missing"),
    ],
)
def test_a_bad_argument_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        fit(LAW, runs(), **arguments)


def test_bad_clusters_are_named_by_row():
    with pytest.raises(DataError, match="holds one cluster"):
        fit(LAW, runs().with_columns(run=pl.lit("a")), cluster="run")
    gap = runs().with_columns(run=pl.when(pl.col("params") > 1e9).then(pl.col("run")))
    with pytest.raises(DataError, match="column 'run', row 1: the cluster is missing"):
        fit(LAW, gap, cluster="run")


def test_a_bad_question_is_answered_with_what_is_accepted():
    result = fit(LAW, runs())
    with pytest.raises(ValueError, match="method is one of percentile, bca, delta, profile"):
        result.interval("E", method="exact")
    for method in ("percentile", "bca"):
        with pytest.raises(ValueError, match="no resamples"):
            result.interval("E", method=method)
    with pytest.raises(ValueError, match="no parameter 'F'; accepted are E, A, alpha"):
        result.interval("F")
    for method in ("delta", "profile"):
        with pytest.raises(ValueError, match="level lies between 0 and 1, found 95"):
            result.interval("E", 95, method)
    with pytest.raises(ValueError, match="interval is 'confidence' or 'prediction'"):
        result.predict({"params": [1e9]}, interval="both")

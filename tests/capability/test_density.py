"""Density: two laws there and back, and no density where a score says nothing of size."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest

from analysis.capability import DensityReference, chance
from analysis.errors import DataError, FitError

SIZES = np.array([1e9, 3e9, 7e9, 13e9, 30e9, 70e9])


def exact(floor=0.25, ceiling=1.0, gamma=14.0, middle=2.0):
    """Make scores that lie on the curve."""
    loss = 1.8172 + 482.01 * SIZES**-0.3478 + 2085.43 * 1e12**-0.3658
    score = floor + (ceiling - floor) / (1 + np.exp(gamma * (loss - middle)))
    return pl.DataFrame({"params": SIZES, "tokens": [1e12] * 6, "score": score})


def noisy(seed=0, spread=0.02):
    runs = exact()
    noise = spread * np.random.RandomState(seed).standard_normal(6)
    return runs.with_columns(score=pl.col("score") + pl.Series(noise))


@pytest.fixture(scope="module")
def reference():
    return DensityReference.fit(exact(), floor=0.25, resamples=0)


def test_the_way_back_undoes_the_way_there(reference):
    sizes = np.geomspace(2e9, 6e11, 9)
    np.testing.assert_allclose(reference.effective_params(reference.score(sizes)), sizes, rtol=1e-6)
    longer = reference.score(sizes, 5e12)
    np.testing.assert_allclose(reference.effective_params(longer, 5e12), sizes, rtol=1e-6)
    fixed = reference.effective_params(longer)
    assert (fixed[np.isfinite(fixed)] > sizes[np.isfinite(fixed)]).all()
    assert np.isfinite(fixed).sum() >= 5


def test_reference_models_have_density_one(reference):
    table = reference.density(exact().filter(pl.col("score") > 0.28))
    np.testing.assert_allclose(table["density"], 1, rtol=1e-4)


@pytest.mark.parametrize("seed", range(4))
def test_noisy_reference_models_hold_one_in_their_interval(seed):
    runs = noisy(seed)
    table = DensityReference.fit(runs, floor=0.25).density(runs, tokens="own", level=0.95)
    known = table.filter(pl.col("density").is_not_nan())
    held = known.select(pl.lit(1.0).is_between("density_low", "density_high")).to_series()
    assert held.mean() >= 0.8
    assert (known["density_low"] < known["density_high"]).all()


def relabelled(score, power):
    """Relabel scores monotonically: odds above chance to a power, which a sigmoid can follow."""
    share = (score - 0.25) / 0.75
    odds = (share / (1 - share)) ** power
    return 0.25 + 0.75 * odds / (1 + odds)


@pytest.mark.parametrize("power", [0.6, 1.0, 1.7])
def test_density_does_not_depend_on_how_scores_are_labelled(reference, power):
    models = pl.DataFrame({"params": [1e9, 5e9, 2e10], "score": [0.45, 0.55, 0.6]})
    plain = reference.density(models)["density"].to_numpy()
    new = DensityReference.fit(
        exact().with_columns(score=relabelled(pl.col("score"), power)), floor=0.25, resamples=0
    )
    moved = models.with_columns(score=relabelled(pl.col("score"), power))
    np.testing.assert_allclose(new.density(moved)["density"], plain, rtol=1e-4)


def test_percent_of_a_shifted_scale_gives_the_same_densities():
    runs, models = noisy(), pl.DataFrame({"params": [5e9], "score": [0.55]})
    plain = DensityReference.fit(runs, floor=0.25, resamples=0).density(models)
    half = pl.col("score") / 2 + 0.1
    moved = DensityReference.fit(
        runs.with_columns(score=half), floor=0.225, ceiling=0.6, margin=0.015, resamples=0
    ).density(models.with_columns(score=half))
    assert moved["density"].item() == pytest.approx(plain["density"].item(), rel=1e-5)


def test_no_density_where_a_score_says_nothing_and_a_column_says_why(reference):
    models = pl.DataFrame(
        {
            "params": [1e9] * 6,
            "tokens": [1e12] * 5 + [None],
            "score": [0.20, 0.279, 0.5, 0.99, None, 0.5],
        }
    )
    table = reference.density(models, tokens="own")
    assert table["density_reason"].to_list() == [
        "at chance",
        "at chance",
        "",
        "beyond the reference",
        "no score",
        "tokens not stated",
    ]
    known = [not math.isnan(v) for v in table["density"]]
    assert known == [False, False, True, False, False, False]
    assert table["density_high"].is_nan().to_list() == [not k for k in known]
    assert reference.problems(1.0) == "at the ceiling"


def test_a_score_is_believed_up_to_a_multiple_of_the_largest_reference(reference):
    just = reference.score(9.9e0 * 70e9)
    over = reference.score(10.1e0 * 70e9)
    assert reference.problems(just) == ""
    assert reference.problems(over) == "beyond the reference"


def test_the_margin_above_chance_decides():
    runs = exact()
    score = 0.265
    assert DensityReference.fit(runs, floor=0.25, resamples=0).problems(score) == "at chance"
    wide = DensityReference.fit(runs, floor=0.25, margin=0.01, resamples=0)
    assert wide.problems(score) == ""


def test_a_reference_at_chance_is_no_reference():
    runs = exact().with_columns(score=pl.Series([0.25, 0.26, 0.24, 0.27, 0.25, 0.26]))
    with pytest.raises(FitError, match=r"at chance: 0 of 6 models score above 0\.28"):
        DensityReference.fit(runs, floor=0.25)


def test_a_reference_that_falls_with_size_is_no_reference():
    runs = exact().with_columns(score=pl.col("score").reverse())
    with pytest.raises(FitError, match="cannot be trusted"):
        DensityReference.fit(runs, floor=0.25)


def test_total_and_active_parameters_are_told_apart(reference):
    mixture = pl.DataFrame({"params": [46.7e9], "params_active": [12.9e9], "score": [0.55]})
    total = reference.density(mixture)["density"].item()
    active = reference.density(mixture, params="params_active")["density"].item()
    assert active / total == pytest.approx(46.7 / 12.9)


def test_longer_training_is_left_out_at_own_tokens(reference):
    models = pl.DataFrame({"params": [7e9], "tokens": [1.5e13], "score": [0.5]})
    fixed = reference.density(models)["density"].item()
    own = reference.density(models, tokens="own")["density"].item()
    assert own < fixed


def test_draws_are_densities_under_the_resampled_reference():
    reference = DensityReference.fit(noisy(), floor=0.25, resamples=50)
    models = pl.DataFrame({"params": [5e9, 5e9], "score": [0.5, 0.26]})
    draws = reference.draws(models, count=120)
    assert draws.shape == (120, 2)
    assert np.isnan(draws[:, 1]).all()
    np.testing.assert_array_equal(draws[:20], draws[50:70])
    assert draws[:50, 0].std() > 0
    point = reference.density(models)["density"][0]
    assert draws[:50, 0].min() < point < draws[:50, 0].max()


@pytest.mark.parametrize(
    ("change", "message"),
    [({"floor": 1.0}, "floor=1.0"), ({"margin": 0.8}, "margin=0.8"), ({"reach": 0}, "reach=0")],
)
def test_bad_numbers_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        DensityReference.fit(exact(), **({"floor": 0.25} | change))


def test_bad_tables_are_refused_by_column_and_row(reference):
    with pytest.raises(DataError, match="column 'tokens': missing"):
        DensityReference.fit(exact().drop("tokens"), floor=0.25)
    percent = exact().with_columns(score=pl.col("score") * 100)
    with pytest.raises(DataError, match="column 'score', row 1"):
        DensityReference.fit(percent, floor=0.25)
    with pytest.raises(DataError, match="column 'params_active': missing"):
        reference.density(exact(), params="params_active")
    with pytest.raises(ValueError, match="tokens is 'mine'"):
        reference.density(exact(), tokens="mine")


def test_chance_of_a_mean_is_the_mean_of_chances():
    assert chance(["mmlu", "winogrande"]) == pytest.approx(0.375)
    with pytest.raises(ValueError, match="'piqa' is not known"):
        chance("piqa")


def test_a_reference_says_in_one_line_what_it_is(reference):
    low, high = reference.believed()
    assert repr(reference).startswith(
        f"<DensityReference: effective parameters {low:.2g} to {high:.2g}; <Fit of density-score: "
    )
    assert "\n" not in repr(reference)

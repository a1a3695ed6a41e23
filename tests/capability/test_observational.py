"""Components of benchmarks with gaps."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from analysis.capability.observational import components
from analysis.errors import DataError

NAMES = ["a", "b", "c", "d"]


def table(rank=1, gaps=0, models=30, seed=0):
    """Return scores of low rank, some of them missing, and the scores without gaps."""
    random = np.random.default_rng(seed)
    skill = random.normal(size=(models, rank)) * np.array([1.0, 0.3])[:rank]
    axes = np.abs(random.normal(size=(rank, 4))) + 0.3
    whole = 0.5 + 0.08 * skill @ axes
    seen = whole.copy()
    for at in random.choice(models, gaps, replace=False):
        seen[at, at % 4] = np.nan
    frame = pl.DataFrame(seen, schema=NAMES).with_columns(pl.all().fill_nan(None))
    return frame.with_columns(model=pl.Series([f"m{k}" for k in range(models)])), whole


def test_without_gaps_it_is_the_singular_value_decomposition():
    scores, whole = table(2)
    found = components(scores, NAMES, 2)
    _, size, axes = np.linalg.svd(whole - whole.mean(axis=0), full_matrices=False)
    np.testing.assert_allclose(found.shares, size[:2] ** 2 / (size**2).sum())
    np.testing.assert_allclose(np.abs(found.axes), np.abs(axes[:2]), atol=1e-9)
    assert found.filled == 0
    assert (found.axes.sum(axis=1) >= 0).all()


def test_gaps_of_a_table_of_rank_one_are_filled_exactly():
    scores, whole = table(1, gaps=9)
    found = components(scores, NAMES, 1)
    assert found.filled == 9
    np.testing.assert_allclose(found.complete(scores), whole, atol=1e-5)


def test_a_model_with_a_gap_is_kept_and_says_so():
    scores, _ = table(1, gaps=5)
    placed = components(scores, NAMES, 2).place(scores)
    assert placed.height == scores.height
    assert placed["gaps"].sum() == 5
    assert placed["model"].to_list() == scores["model"].to_list()


def test_other_models_are_placed_by_the_components_of_the_first():
    scores, whole = table(1, gaps=4, models=40)
    found = components(scores[:25], NAMES, 1)
    rest = found.place(scores[25:])
    expected = (whole[25:] - found.centre) @ found.axes.T
    np.testing.assert_allclose(rest["pc1"], expected[:, 0], atol=1e-5)


def test_places_do_not_depend_on_the_order_of_models():
    scores, _ = table(2, gaps=6)
    one = components(scores, NAMES, 2).place(scores).sort("model")
    mixed = scores.sample(fraction=1, shuffle=True, seed=3)
    two = components(mixed, NAMES, 2).place(mixed).sort("model")
    np.testing.assert_allclose(one["pc1"], two["pc1"], atol=1e-6)


def test_what_cannot_be_used_is_refused():
    scores, _ = table(1)
    with pytest.raises(ValueError, match="count is 5"):
        components(scores, NAMES, 5)
    with pytest.raises(ValueError, match="rank is 0"):
        components(scores, NAMES, 1, rank=0)
    with pytest.raises(DataError, match="the table has"):
        components(scores, [*NAMES, "e"], 1)
    with pytest.raises(DataError, match="tells none apart"):
        components(scores.with_columns(a=pl.lit(0.5)), NAMES, 1)
    empty = scores.with_columns(
        *(pl.when(pl.int_range(pl.len()) == 2).then(None).otherwise(n).alias(n) for n in NAMES)
    )
    with pytest.raises(DataError, match="without any score"):
        components(empty, NAMES, 1)


def test_components_say_in_one_line_what_they_are():
    scores, _ = table(1, gaps=9)
    first = components(scores, NAMES, 1)
    share = f"{first.shares[0]:.3f}"
    assert repr(first) == (
        f"<Components: 1 of 4 benchmarks, shares of variance {share}; 9 gaps filled>"
    )

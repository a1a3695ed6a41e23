"""Lines along the upper edge: through record holders, and at a quantile."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import statsmodels.api as sm

from analysis.capability.envelope import quantile_lines, record_lines, records


@pytest.fixture(scope="module")
def points():
    random = np.random.RandomState(5)
    times = np.sort(random.uniform(-1, 2, 70).round(2))
    return times, 0.8 * times + 2 * random.standard_normal(70)


def check_loss(times, heights, weights, slope, end, quantile):
    off = heights - end - slope * times
    return float((weights * off * (quantile - (off < 0))).sum())


@pytest.mark.parametrize("quantile", [0.25, 0.5, 0.9, 0.95])
def test_quantile_lines_agree_with_statsmodels(points, quantile):
    times, heights = points
    random = np.random.RandomState(1)
    weights = random.randint(0, 4, (12, len(times))).astype(float)
    slopes, ends = quantile_lines(times, heights, weights, quantile)
    for k in range(12):
        rows = np.repeat(np.arange(len(times)), weights[k].astype(int))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            other = sm.QuantReg(heights[rows], sm.add_constant(times[rows])).fit(
                quantile, max_iter=5000, p_tol=1e-9
            )
        ours = check_loss(times, heights, weights[k], slopes[k], ends[k], quantile)
        theirs = check_loss(times, heights, weights[k], *other.params[::-1], quantile)
        assert ours <= theirs + 1e-6  # the same minimum, or a better one
        assert ours == pytest.approx(theirs, rel=1e-4)


def test_the_quantile_line_of_all_points_is_that_of_statsmodels(points):
    times, heights = points
    for quantile in (0.9, 0.95):
        (slope,), (end,) = quantile_lines(times, heights, np.ones((1, len(times))), quantile)
        other = sm.QuantReg(heights, sm.add_constant(times)).fit(quantile)
        assert (end, slope) == pytest.approx(tuple(other.params), abs=1e-4)


def test_a_quantile_line_takes_added_growth_exactly(points):
    times, heights = points
    weights = np.ones((1, len(times)))
    plain, _ = quantile_lines(times, heights, weights, 0.9)
    grown, _ = quantile_lines(times, heights + 3.4 * times, weights, 0.9)
    np.testing.assert_allclose(grown, plain + 3.4, atol=1e-7)


def test_of_equally_good_slopes_the_least_is_taken():
    times, heights = np.array([0.0, 0.0, 1.0, 1.0]), np.array([0.0, 4.0, 0.0, 4.0])
    (slope,), _ = quantile_lines(times, heights, np.ones((1, 4)), 0.5)
    assert slope == pytest.approx(-4, abs=1e-6)  # every median line from -4 to 4 loses the same
    for scale in (1e-3, 1e3):
        (scaled,), _ = quantile_lines(times, heights * scale, np.ones((1, 4)), 0.5)
        assert scaled == pytest.approx(-4 * scale, rel=1e-6)


def test_what_is_not_finite_is_left_out(points):
    times, heights = points
    weights = np.ones((1, len(times)))
    gone = heights.copy()
    gone[::3] = np.nan
    kept = np.isfinite(gone)
    for line in (lambda *a: quantile_lines(*a, 0.9), record_lines):
        np.testing.assert_allclose(
            line(times, gone, weights), line(times[kept], heights[kept], weights[:, kept])
        )


def test_of_one_day_only_the_best_holds_a_record():
    times = np.array([0.0, 1, 1, 1, 2])
    heights = np.array([1.0, 2, 5, 3, 4])
    for order in ([0, 1, 2, 3, 4], [0, 2, 3, 1, 4], [0, 3, 1, 2, 4]):
        held = records(times, heights[order], np.full(5, True))
        assert heights[order][held].tolist() == [1, 5]


def test_a_resample_without_the_best_model_has_another_envelope():
    times, heights = np.arange(4.0), np.array([0.0, 5, 1, 2])
    weights = np.array([[1.0, 1, 1, 1], [1, 0, 1, 1]])
    slopes, _ = record_lines(times, heights, weights)
    np.testing.assert_allclose(slopes, [5, np.polyfit([0, 2, 3], [0, 1, 2], 1)[0]])


def test_points_of_one_day_have_no_line():
    weights = np.ones((1, 3))
    for found in (
        record_lines(np.zeros(3), np.arange(3.0), weights),
        quantile_lines(np.zeros(3), np.arange(3.0), weights, 0.9),
    ):
        assert np.isnan(found).all()


def test_a_quantile_outside_is_refused():
    with pytest.raises(ValueError, match=r"quantile is 1\.5"):
        quantile_lines(np.arange(3.0), np.arange(3.0), np.ones((1, 3)), 1.5)

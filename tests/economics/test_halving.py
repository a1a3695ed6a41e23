"""Halving times of slopes, their intervals, and why they may not be told."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analysis.economics import halving as h


def test_a_slope_that_does_not_fall_never_halves():
    assert h.halving_months(-2 / h.MONTH) == pytest.approx(0.5)
    assert math.isinf(h.halving_months(0.0))
    assert math.isinf(h.halving_months(-1e-17))
    assert math.isnan(h.halving_months(math.nan))


def test_an_interval_leaves_out_what_has_no_slope():
    slopes = np.append(-1 / (h.MONTH * np.linspace(1, 3, 201)), np.nan)
    low, high = h.halving_interval(slopes, 0.9)
    assert (low, high) == pytest.approx((1.1, 2.9), rel=0.02)
    assert h.middle_months(slopes) == pytest.approx(2.0)
    assert math.isnan(h.middle_months(slopes[-1:]))
    assert all(map(math.isnan, h.halving_interval(slopes[-1:], 0.9)))


def test_lost_resamples_and_open_ends_are_told():
    slopes = np.full(100, -1.0)
    assert h.why_untold(slopes, 3.0) == ""
    assert "do not fall" in h.why_untold(slopes, math.inf)
    slopes[:5] = np.nan
    assert h.why_untold(slopes, 3.0) == ""
    slopes[5] = np.nan
    assert h.why_untold(slopes, 3.0).startswith("6% of the resamples")


@pytest.mark.parametrize(
    ("form", "level", "resamples", "said"),
    [("x", 0.9, 10, "accepted are a, b"), ("a", 1.0, 10, "level is 1.0"), ("a", 0.9, 0, "from 1")],
)
def test_bad_draws_are_refused(form, level, resamples, said):
    with pytest.raises(ValueError, match=said):
        h.check_draws(form, ("a", "b"), level, resamples)

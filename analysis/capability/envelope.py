"""The upper edge of points over time: a line through record holders, and a line at a quantile.

Both are computed for many samples at once. A sample is a row of weights: how often each point is
in it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]

#: Halvings of the range in which a quantile slope is searched for.
_HALVINGS = 36
#: Steepest slope that is searched for: all of the height within this share of the time.
_STEEPEST = 0.01
#: A derivative nearer to zero than this is zero: of equally good slopes the least is taken, on
#: every machine.
_FLAT = 1e-9
#: Samples times points that are worked on at once.
_BLOCK = 400_000


def records(times: Array, heights: Array, present: Flags) -> Flags:
    """Mark the points that no earlier one, and none of the same day, exceeds.

    Parameters
    ----------
    times : numpy.ndarray of shape (points,)
        When each point appeared, in ascending order.
    heights : numpy.ndarray of shape (..., points)
        Their heights.
    present : numpy.ndarray of shape (..., points)
        Which points are in the sample.

    Returns
    -------
    numpy.ndarray of shape (..., points)
        True for each record holder.

    Examples
    --------
    >>> times, heights = np.array([0.0, 1, 1, 2, 3]), np.array([1.0, 3, 2, 2.5, 4])
    >>> records(times, heights, np.full(5, True)).tolist()
    [True, True, False, False, True]
    """
    seen = np.where(present, heights, -np.inf)
    highest = np.maximum.accumulate(seen, axis=-1)
    same_day = np.searchsorted(times, times, side="right") - 1
    marked: Flags = present & (heights >= highest[..., same_day])
    return marked


def record_lines(times: Array, heights: Array, weights: Array) -> tuple[Array, Array]:
    """Fit a line by least squares through the successive record holders of each sample.

    Parameters
    ----------
    times : numpy.ndarray of shape (points,)
        When each point appeared, in ascending order.
    heights : numpy.ndarray of shape (samples, points) or (points,)
        Their heights; one that is not finite is left out.
    weights : numpy.ndarray of shape (samples, points)
        How often each point is in the sample; more than once is as good as once.

    Returns
    -------
    tuple of numpy.ndarray of shape (samples,)
        Slopes and heights at time 0; not a number where fewer than two days hold records.

    References
    ----------
    Xiao et al. 2024, arXiv 2412.04315, Sec. 3.3.

    Examples
    --------
    >>> heights = np.array([0.0, 2, 1, 6])
    >>> slopes, _ = record_lines(np.arange(4.0), heights, np.ones((1, 4)))
    >>> slopes.round(6).tolist()
    [2.0]
    """
    finite = np.isfinite(heights)
    chosen = records(times, np.where(finite, heights, -np.inf), (weights > 0) & finite)
    share = chosen / np.maximum(chosen.sum(axis=-1, keepdims=True), 1)
    y = np.where(finite, heights, 0.0)
    mean_t = (share * times).sum(axis=-1, keepdims=True)
    mean_y = (share * y).sum(axis=-1, keepdims=True)
    spread = (share * (times - mean_t) ** 2).sum(axis=-1)
    joint = (share * (times - mean_t) * (y - mean_y)).sum(axis=-1)
    slopes = np.full(spread.shape, np.nan)
    np.divide(joint, spread, out=slopes, where=spread > 0)
    return slopes, mean_y[..., 0] - slopes * mean_t[..., 0]


def quantile_lines(
    times: Array, heights: Array, weights: Array, quantile: float
) -> tuple[Array, Array]:
    """Fit the line below which a share of the points lies, in each sample.

    The sum of quantile losses is convex in the slope, once the best height for each slope is put
    in; its one-sided derivative is halved down to zero. Of equally good slopes, as there are where
    the share falls on a whole number of points, it takes the least.

    Parameters
    ----------
    times : numpy.ndarray of shape (points,)
        When each point appeared.
    heights : numpy.ndarray of shape (samples, points) or (points,)
        Their heights; one that is not finite is left out.
    weights : numpy.ndarray of shape (samples, points)
        How often each point is in the sample.
    quantile : float
        The share, between 0 and 1.

    Returns
    -------
    tuple of numpy.ndarray of shape (samples,)
        Slopes and heights at time 0; not a number where all points are of one day.

    Raises
    ------
    ValueError
        If the quantile is not between 0 and 1.

    References
    ----------
    Koenker and Bassett 1978, Regression quantiles, Econometrica 46.

    Examples
    --------
    >>> heights = np.array([0.0, 2, 1, 6, 3])
    >>> slopes, _ = quantile_lines(np.arange(5.0), heights, np.ones((1, 5)), 0.9)
    >>> slopes.round(6).tolist()
    [2.0]
    """
    if not 0 < quantile < 1:
        raise ValueError(f"quantile is {quantile}; accepted is a number between 0 and 1")
    heights = np.broadcast_to(heights, weights.shape)
    step = max(1, _BLOCK // max(1, times.size))
    parts = [
        _quantile_block(times, heights[i : i + step], weights[i : i + step], quantile)
        for i in range(0, len(weights), step)
    ]
    slopes, ends = (np.concatenate(part) for part in zip(*parts, strict=True))
    return slopes, ends


def _quantile_block(
    times: Array, heights: Array, weights: Array, quantile: float
) -> tuple[Array, Array]:
    finite = np.isfinite(heights)
    weights, y = np.where(finite, weights, 0.0), np.where(finite, heights, 0.0)
    inside = weights > 0
    first = np.where(inside, times, np.inf).min(axis=1)
    last = np.where(inside, times, -np.inf).max(axis=1)
    usable = last > first
    tallest = np.ptp(y, axis=1) / np.where(usable, last - first, 1.0) / _STEEPEST
    low, high = -tallest - 1e-9, tallest + 1e-9
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        rising = _derivative(times, y, weights, quantile, middle)[0] < -_FLAT
        low, high = np.where(rising, middle, low), np.where(rising, high, middle)
    slopes = np.where(usable, (low + high) / 2, np.nan)
    ends = _derivative(times, y, weights, quantile, (low + high) / 2)[1]
    return slopes, np.where(usable, ends, np.nan)


def _derivative(
    times: Array, y: Array, weights: Array, quantile: float, slopes: Array
) -> tuple[Array, Array]:
    """Return the derivative of the loss in the slope, and the best height at time 0."""
    off = y - slopes[:, None] * times
    order = np.argsort(off, axis=1)
    total = np.cumsum(np.take_along_axis(weights, order, axis=1), axis=1)
    place = (total < quantile * total[:, -1:] * (1 - 1e-12)).sum(axis=1)
    pivot = np.take_along_axis(order, place[:, None], axis=1)
    ends = np.take_along_axis(off, pivot, axis=1)
    pull = weights * (quantile - (off < ends))
    # The point on the line takes what is left, so that the height is the best for this slope.
    left = pull.sum(axis=1) - np.take_along_axis(pull, pivot, axis=1)[:, 0]
    np.put_along_axis(pull, pivot, -left[:, None], axis=1)
    return -(pull * times).sum(axis=1), ends[:, 0]

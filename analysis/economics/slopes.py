"""Level and slope of many step functions at once, one a row; unknown levels are not finite."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]


def mean_level(starts: Array, ends: Array, levels: Array) -> Array:
    """Return the mean of each step function over its days.

    Parameters
    ----------
    starts, ends : numpy.ndarray
        First and last moment of each step, (steps,).
    levels : numpy.ndarray
        (functions, steps).

    Returns
    -------
    numpy.ndarray
        (functions,); of a function with one moment only, its level.

    Examples
    --------
    >>> starts, ends = np.array([0.0, 1.0]), np.array([1.0, 4.0])
    >>> mean_level(starts, ends, np.array([[4.0, 0.0]])).round(6).tolist()
    [1.0]
    """
    known = np.isfinite(levels)
    width = np.where(known, ends - starts, 0.0)
    width[:, -1] += 1e-9 * known[:, -1]
    mean: Array = (width * np.where(known, levels, 0.0)).sum(axis=1) / width.sum(axis=1)
    return mean


def steps_slope(starts: Array, ends: Array, levels: Array) -> Array:
    """Return the slope of the line nearest to each step function, over all of its days.

    Parameters
    ----------
    starts, ends : numpy.ndarray
        First and last moment of each step, (steps,).
    levels : numpy.ndarray
        (functions, steps).

    Returns
    -------
    numpy.ndarray
        (functions,), in units of level per unit of time.

    Examples
    --------
    >>> steps_slope(np.array([0.0, 1.0]), np.array([1.0, 2.0]), np.array([[1.0, 0.0]])).tolist()
    [-0.75]
    """
    known = np.isfinite(levels)
    width = np.where(known, ends - starts, 0.0)
    level, middle = np.where(known, levels, 0.0), (starts + ends) / 2
    total = width.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean_time = (width * middle).sum(axis=1) / total
        mean = (width * level).sum(axis=1) / total
        moved = (width * (middle - mean_time[:, None]) * (level - mean[:, None])).sum(axis=1)
        slopes: Array = moved / (total**3 / 12)
    return slopes


def line_slope(times: Array, values: Array) -> Array:
    """Return the least-squares slope of each row's known values.

    Parameters
    ----------
    times : numpy.ndarray
        (values,).
    values : numpy.ndarray
        (rows, values).

    Returns
    -------
    numpy.ndarray
        (rows,); not a number where fewer than two times are known.

    Examples
    --------
    >>> line_slope(np.array([0.0, 1.0, 2.0]), np.array([[3.0, np.nan, 1.0]])).tolist()
    [-1.0]
    """
    known = np.isfinite(values)
    count = known.sum(axis=1)
    value, time = np.where(known, values, 0.0), np.where(known, times, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        off = np.where(known, times - (time.sum(axis=1) / count)[:, None], 0.0)
        spread = (off**2).sum(axis=1)
        slopes: Array = np.where(spread > 0, (off * value).sum(axis=1) / spread, np.nan)
    return slopes


def ends_slope(times: Array, records: Array) -> Array:
    """Return the slope from each row's first known value to its last.

    Parameters
    ----------
    times : numpy.ndarray
        (values,).
    records : numpy.ndarray
        (rows, values).

    Returns
    -------
    numpy.ndarray
        (rows,); not a number where only one is known.

    Examples
    --------
    >>> ends_slope(np.array([0.0, 1.0, 2.0]), np.array([[3.0, 9.0, 2.0]])).tolist()
    [-0.5]
    """
    known = np.isfinite(records)
    start = known.argmax(axis=1)
    end = known.shape[1] - 1 - known[:, ::-1].argmax(axis=1)
    rows = np.arange(len(records))
    with np.errstate(invalid="ignore", divide="ignore"):
        slopes: Array = (records[rows, end] - records[rows, start]) / (times[end] - times[start])
    return np.where(end > start, slopes, np.nan)

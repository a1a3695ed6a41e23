"""From slopes of log2 costs to halving times, and why such a time may not be told."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np

from analysis.fitting.uncertainty import percentile

Array = np.ndarray[Any, np.dtype[np.float64]]

#: Days in a month.
MONTH = 365.25 / 12
#: A halving in more than 270 years is none: rounding leaves a hair of slope where nothing moves.
_FLAT = -1e-5
#: So large a share of the resamples may have no slope.
_LOST = 0.05


def check_draws(form: str, forms: Collection[str], level: float, resamples: int) -> None:
    """Refuse a form that is not known, and draws that cannot be made.

    Parameters
    ----------
    form : str
        How a rate is read off.
    forms : collection of str
        The forms that are known.
    level : float
        Level of the interval.
    resamples : int
        How many draws.

    Raises
    ------
    ValueError
        If `form` is not known, or `level` or `resamples` is out of range.
    """
    if form not in forms:
        raise ValueError(f"form is {form!r}; accepted are {', '.join(forms)}")
    if not 0 < level < 1 or resamples < 1:
        raise ValueError(
            f"level is {level} and resamples {resamples}; accepted are between 0 and 1, from 1"
        )


def halving_months(slope: float) -> float:
    """Return the halving time of a slope.

    Parameters
    ----------
    slope : float
        Doublings per day.

    Returns
    -------
    float
        Months; infinite where it does not fall, and not a number where there is no slope.

    Examples
    --------
    >>> halving_months(-1 / MONTH), halving_months(0.1)
    (1.0, inf)
    """
    if not np.isfinite(slope):
        return float("nan")
    return float(-1 / slope / MONTH) if slope < _FLAT else float("inf")


def halving_interval(slopes: Array, level: float) -> tuple[float, float]:
    """Return the central interval of halving times.

    Parameters
    ----------
    slopes : numpy.ndarray of shape (resamples,)
        Doublings per day; what is not finite is left out.
    level : float
        Share inside.

    Returns
    -------
    tuple of float
        Months, the fastest first.
    """
    known = slopes[np.isfinite(slopes)]
    if not len(known):
        return float("nan"), float("nan")
    steep, flat = percentile(known, level)
    return halving_months(steep), halving_months(flat)


def middle_months(slopes: Array) -> float:
    """Return the halving time in the middle of many.

    Parameters
    ----------
    slopes : numpy.ndarray of shape (resamples,)
        Doublings per day; what is not finite is left out.

    Returns
    -------
    float
        Months.
    """
    known = slopes[np.isfinite(slopes)]
    return halving_months(float(np.median(known))) if len(known) else float("nan")


def why_untold(slopes: Array, high: float) -> str:
    """Say why resamples do not tell a halving time.

    Parameters
    ----------
    slopes : numpy.ndarray of shape (resamples,)
        Doublings per day; not finite where a resample has none.
    high : float
        High end of the interval, in months.

    Returns
    -------
    str
        The reason; empty if they tell it.
    """
    lost = float((~np.isfinite(slopes)).mean())
    if lost > _LOST:
        return f"{100 * lost:.0f}% of the resamples have no trend to read off"
    return "" if np.isfinite(high) else "some resamples within the interval do not fall"


def halved(months: float, ends: tuple[float, float], level: float, reason: str) -> str:
    """Say how fast something halves, on one line.

    Parameters
    ----------
    months : float
        The halving time.
    ends : tuple of float
        Its interval.
    level : float
        Level of the interval.
    reason : str
        Why the halving time is not identified; empty if it is.

    Returns
    -------
    str
        The halving time with its interval, or the reason.

    Examples
    --------
    >>> halved(1.84, (1.68, 2.26), 0.9, "")
    'halved every 1.84 months (1.68 to 2.26, 90%)'
    """
    if reason:
        return f"halving time not identified: {reason}"
    return f"halved every {months:.3g} months ({ends[0]:.3g} to {ends[1]:.3g}, {level:.0%})"

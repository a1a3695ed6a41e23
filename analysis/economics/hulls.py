"""The line that mixing policies can reach, and the area below it in both normalisations in use."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]

SPANS = ("range", "most")
_ROWS = "two rows of numbers of one length"


def hull(usd: Any, quality: Any) -> tuple[Array, Array]:
    """Return the corners of the upper hull: what mixing two policies at random can reach.

    Between two corners a share of the prompts goes to one policy and the rest to the other, so a
    point on the hull is reached in expectation only. Points that cost more and are no better are
    left out.

    Parameters
    ----------
    usd, quality : array of shape (policies,)
        Mean cost and mean quality of each policy.

    Returns
    -------
    tuple of numpy.ndarray
        Costs and qualities of the corners, both rising.

    Raises
    ------
    ValueError
        If the two differ in length, are empty or are not finite.

    References
    ----------
    Hu et al. 2024, arXiv 2403.12031.

    Examples
    --------
    >>> cost, score = hull([1, 2, 3, 4], [0.5, 0.7, 0.6, 0.8])
    >>> cost.tolist(), score.tolist()
    ([1.0, 2.0, 4.0], [0.5, 0.7, 0.8])
    """
    cost, score = together(_ROWS, 1, usd=usd, quality=quality)
    order = np.lexsort((-score, cost))
    corners: list[tuple[float, float]] = []
    for x, y in zip(cost[order].tolist(), score[order].tolist(), strict=True):
        if corners and y <= corners[-1][1]:
            continue
        while len(corners) > 1 and _below(corners[-2], corners[-1], (x, y)):
            corners.pop()
        corners.append((x, y))
    found = np.array(corners)
    return found[:, 0], found[:, 1]


def _below(left: tuple[float, float], middle: tuple[float, float], right: Any) -> bool:
    """Tell whether the middle point lies on or below the line between the other two."""
    (x0, y0), (x1, y1), (x2, y2) = left, middle, right
    return bool((y1 - y0) * (x2 - x0) <= (y2 - y0) * (x1 - x0))


def area(
    usd: Any,
    quality: Any,
    *,
    span: Literal["range", "most"] = "range",
    hulled: bool = True,
    up_to: float | None = None,
) -> float:
    """Return the mean quality over costs: the area below a curve, divided by a width.

    Parameters
    ----------
    usd, quality : array of shape (points,)
        A curve of cost and quality.
    span : {"range", "most"}, optional
        Divide by the largest less the smallest cost, as the paper of RouterBench defines its AIQ,
        or by the largest cost, as its code does. The two agree only if the smallest cost is 0,
        and numbers of one are not comparable with the other.
    hulled : bool, optional
        Take the hull of the points first. Without it a curve that sags below the line between
        its ends shows.
    up_to : float, optional
        Draw the curve out at its last quality to this cost, so that routers share a range.

    Returns
    -------
    float
        In the unit of quality.

    Raises
    ------
    ValueError
        If `span` is none of these, `up_to` lies within the curve, or all points cost the same.

    References
    ----------
    Hu et al. 2024, arXiv 2403.12031.

    Examples
    --------
    >>> round(area([1, 2, 4], [0.5, 0.7, 0.8]), 9)
    0.7
    >>> round(area([1, 2, 4], [0.5, 0.7, 0.8], span="most"), 9)
    0.525
    """
    if span not in SPANS:
        raise ValueError(f"span is {span!r}; accepted are {', '.join(SPANS)}")
    cost, score = together(_ROWS, 1, usd=usd, quality=quality)
    if hulled:
        cost, score = hull(cost, score)
    else:
        order = np.argsort(cost, kind="stable")
        cost, score = cost[order], score[order]
    if up_to is not None:
        if up_to < cost[-1]:
            raise ValueError(f"up_to is {up_to}; accepted is at least the last cost, {cost[-1]}")
        cost, score = np.append(cost, up_to), np.append(score, score[-1])
    width = cost[-1] - (cost[0] if span == "range" else 0.0)
    if width <= 0:
        raise ValueError(f"usd is {cost.tolist()}; accepted are at least two different costs")
    return float(np.trapezoid(score, cost) / width)


def first_reached(x: Any, y: Any, target: float) -> float:
    """Return where a curve first reaches a height, on straight lines between its points.

    Parameters
    ----------
    x, y : numpy.ndarray of shape (points,)
        The curve.
    target : float
        The height.

    Returns
    -------
    float
        The place; NaN if the curve stays below.

    Examples
    --------
    >>> first_reached(np.array([0.0, 1.0, 2.0]), np.array([0.0, 4.0, 1.0]), 3.0)
    0.75
    """
    there = np.flatnonzero(y >= target - 1e-12)
    if not there.size:
        return float("nan")
    k = int(there[0])
    if k == 0:
        return float(x[0])
    part = (target - y[k - 1]) / (y[k] - y[k - 1])
    return float(x[k - 1] + min(part, 1.0) * (x[k] - x[k - 1]))


def together(accepted: str, dimensions: int, **given: Any) -> tuple[Array, ...]:
    """Return numbers of one shape as arrays, or refuse them.

    Parameters
    ----------
    accepted : str
        What is accepted, in words.
    dimensions : int
        How many dimensions each has.
    **given
        The numbers by name.

    Returns
    -------
    tuple of numpy.ndarray
        All as floats.

    Raises
    ------
    ValueError
        If shapes differ, there are no numbers, or one is not finite.

    Examples
    --------
    >>> together("two rows", 1, usd=[1, 2], quality=[0.5])
    Traceback (most recent call last):
    ValueError: usd has shape (2,) and quality has shape (1,); accepted are two rows
    """
    arrays = {name: np.asarray(one, dtype=float) for name, one in given.items()}
    first, *others = arrays.values()
    if first.ndim != dimensions or not first.size or any(o.shape != first.shape for o in others):
        shapes = " and ".join(f"{name} has shape {one.shape}" for name, one in arrays.items())
        raise ValueError(f"{shapes}; accepted are {accepted}")
    for name, one in arrays.items():
        if not np.isfinite(one).all():
            raise ValueError(f"{name} holds a number that is not finite; accepted are finite")
    return tuple(arrays.values())

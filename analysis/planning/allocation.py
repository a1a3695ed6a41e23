"""How to split a training budget between parameters and tokens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from analysis.fitting.budgets import FLOPS_PER_PARAM_TOKEN
from analysis.fitting.fit import Fit
from analysis.fitting.uncertainty import percentile
from analysis.laws.design import Design, bind
from analysis.laws.law import Law

Array = np.ndarray[Any, np.dtype[np.float64]]
#: Coordinates of one or more problems, shape (problems, labels), for a law bound to a table.
Pick = Callable[[Design], Array]

#: Places tried along a budget, from four decades below an even split to four above, and then
#: between the neighbours of the best one.
_PLACES, _CLOSER = 161, 17
_BLOCK = 200_000
_LOWEST_BUDGET, _HIGHEST_BUDGET = 1e12, 1e32


def optimum(
    source: Fit | Law,
    flops: float | Sequence[float] | Array,
    *,
    level: float = 0.9,
    flops_per_param_token: float = FLOPS_PER_PARAM_TOKEN,
) -> pl.DataFrame:
    """Find the parameters and tokens that give the lowest loss for a budget.

    The optimum is searched for along ``params * tokens = flops / 6`` under any law that reads
    parameters and tokens, not only where a closed form exists.

    Parameters
    ----------
    source : Fit or Law
        A fit, or a law whose parameters are all fixed.
    flops : float or sequence of float
        Training budgets, in FLOPs.
    level : float, optional
        Nominal coverage of the bands, from the resamples of the fit.
    flops_per_param_token : float, optional
        FLOPs a parameter and token.

    Returns
    -------
    polars.DataFrame
        One row a budget: flops, params, tokens, tokens_per_param, loss, and for a fit with
        resamples the ends of each, such as ``params_low``; ``at_edge`` marks an optimum that lies
        at the end of the searched range, four decades either side of an even split.

    Raises
    ------
    ValueError
        If a budget is not above 0, or the law does not read parameters and tokens alone.

    References
    ----------
    Hoffmann et al. 2022, arXiv 2203.15556, Sec. 3.3.

    Examples
    --------
    >>> from analysis.laws.catalog import law
    >>> plan = optimum(law("chinchilla").fix(E=1.8, A=400, alpha=0.35, B=2000, beta=0.35), 6e20)
    >>> round(plan["params"][0] / 1e6)
    1003
    """
    budgets = np.atleast_1d(np.asarray(flops, dtype=float))
    if budgets.ndim > 1 or not (np.isfinite(budgets) & (budgets > 0)).all():
        raise ValueError(f"flops are numbers above 0, found {flops!r}")
    law, products = _checked(source), budgets / _above_zero(flops_per_param_token)
    best = _split(law, _point(source), products)
    columns: dict[str, Any] = {"flops": budgets}
    columns |= {name: values[0] for name, values in best.named().items()}
    if isinstance(source, Fit) and len(source.draw_coordinates):
        drawn = _split(law, _draws(source), products)
        for name, values in drawn.named().items():
            ends = [percentile(column, level) for column in values.T]
            columns[f"{name}_low"] = [low for low, _ in ends]
            columns[f"{name}_high"] = [high for _, high in ends]
    columns["at_edge"] = best.at_edge[0]
    return pl.DataFrame(columns)


def budget_for(
    source: Fit | Law,
    loss: float,
    *,
    flops_per_param_token: float = FLOPS_PER_PARAM_TOKEN,
) -> float:
    """Return the smallest budget whose compute-optimal loss is a given one.

    Parameters
    ----------
    source : Fit or Law
        A fit, or a law whose parameters are all fixed.
    loss : float
        The loss to reach, in the unit of the law.
    flops_per_param_token : float, optional
        FLOPs a parameter and token.

    Returns
    -------
    float
        The budget in FLOPs.

    Raises
    ------
    ValueError
        If no budget from 1e12 to 1e32 FLOPs reaches the loss.
    """
    law, pick, per = _checked(source), _point(source), _above_zero(flops_per_param_token)

    def best(budget: float) -> float:
        return float(_split(law, pick, np.array([budget / per])).loss[0, 0])

    low, high = _LOWEST_BUDGET, _HIGHEST_BUDGET
    worst, lowest = best(low), best(high)
    if not lowest <= loss <= worst:
        raise ValueError(
            f"loss {loss!r} is not reached between {low:g} and {high:g} FLOPs; "
            f"accepted are values from {lowest:.4g} to {worst:.4g}"
        )
    while high / low > 1 + 1e-9:
        middle = float(np.sqrt(low * high))
        low, high = (middle, high) if best(middle) > loss else (low, middle)
    return high


def _checked(source: Fit | Law) -> Law:
    law = source.law if isinstance(source, Fit) else source
    counts = [column for column in law.columns if column != "tokens"]
    if "tokens" not in law.columns or counts not in (["params"], ["params_non_embedding"]):
        raise ValueError(
            f"the law reads params and tokens and nothing else, found {', '.join(law.columns)}"
        )
    return law


def _above_zero(flops_per_param_token: float) -> float:
    if not (np.isfinite(flops_per_param_token) and flops_per_param_token > 0):
        raise ValueError(
            f"flops_per_param_token is a number above 0, found {flops_per_param_token!r}"
        )
    return flops_per_param_token


def _point(source: Fit | Law) -> Pick:
    if isinstance(source, Fit):
        return lambda design: source.coordinates_on(design, source.coordinates[None, :])
    return lambda design: design.coordinates({})[None, :]


def _draws(source: Fit) -> Pick:
    return lambda design: source.coordinates_on(design, source.draw_coordinates)


@dataclass(frozen=True)
class _Split:
    """Optimal splits, arrays of shape (problems, budgets)."""

    params: Array
    tokens: Array
    loss: Array
    at_edge: np.ndarray[Any, np.dtype[np.bool_]]

    def named(self) -> dict[str, Array]:
        return {
            "params": self.params,
            "tokens": self.tokens,
            "tokens_per_param": self.tokens / self.params,
            "loss": self.loss,
        }


def _split(law: Law, pick: Pick, products: Array) -> _Split:
    """Evaluate the law along the line of each product of params and tokens; take its lowest."""
    middle = 0.5 * np.log10(products)
    best, loss, at_edge = _search(law, pick, products, middle, np.linspace(-4.0, 4.0, _PLACES))
    if len(best) == 1:
        # Resamples share their places; a single problem has room for a closer look.
        near = np.linspace(-1.0, 1.0, _CLOSER) * 8.0 / (_PLACES - 1)
        closer, lower, _ = _search(law, pick, products, best[0], near)
        best, loss = np.where(at_edge, best, closer), np.where(at_edge, loss, lower)
    params = 10**best
    return _Split(params, products / params, loss, at_edge)


def _search(
    law: Law, pick: Pick, products: Array, middle: Array, apart: Array
) -> tuple[Array, Array, np.ndarray[Any, np.dtype[np.bool_]]]:
    """Return log10 of the best params, the loss there, and whether an end was the lowest.

    `middle` holds log10 of params for each product, `apart` the places tried around it.
    """
    params = 10 ** (middle[:, None] + apart)
    tokens = products[:, None] / params
    counts = next(column for column in law.columns if column != "tokens")
    design = bind(law, pl.DataFrame({counts: params.ravel(), "tokens": tokens.ravel()}))
    coordinates = pick(design)
    size = max(1, _BLOCK // params.size)
    parts = []
    for first in range(0, len(coordinates), size):
        losses = design.values(coordinates[first : first + size]).reshape(-1, *params.shape)
        parts.append(_lowest(np.where(np.isfinite(losses), losses, np.inf)))
    place, loss = (np.concatenate(part) for part in zip(*parts, strict=True))
    best = middle + apart[0] + place * (apart[1] - apart[0])
    return best, loss, (place <= 0) | (place >= len(apart) - 1)


def _lowest(losses: Array) -> tuple[Array, Array]:
    """Return place (in steps) and value of the lowest point along the last axis."""
    last = losses.shape[-1] - 1
    place = losses.argmin(axis=-1)
    middle = np.clip(place, 2, last - 2)
    a, b, c, d, e = (
        np.take_along_axis(losses, (middle + k)[..., None], axis=-1)[..., 0] for k in range(-2, 3)
    )
    start = (place - middle).astype(float)
    with np.errstate(all="ignore"):
        # Derivatives at the middle of the quartic through five points, in steps.
        first, second = (a - 8 * b + 8 * d - e) / 12, (-a + 16 * b - 30 * c + 16 * d - e) / 12
        third, fourth = (-a + 2 * b - 2 * d + e) / 2, a - 4 * b + 6 * c - 4 * d + e
        move = start
        for _ in range(4):
            slope = first + move * (second + move * (third / 2 + move * fourth / 6))
            bend = second + move * (third + move * fourth / 2)
            move = np.clip(np.where(bend > 0, move - slope / bend, start), start - 1, start + 1)
        curve = move * (first + move * (second / 2 + move * (third / 6 + move * fourth / 24)))
    # On the last places, and where a law has a kink, the lowest value seen stands.
    lowest = np.take_along_axis(losses, place[..., None], axis=-1)[..., 0]
    smooth = (place > 0) & (place < last) & (c + curve <= lowest)
    return np.where(smooth, middle + move, place), np.where(smooth, c + curve, lowest)

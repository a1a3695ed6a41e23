"""How to spend a training budget when there are only so many different tokens."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from analysis.fitting.budgets import FLOPS_PER_PARAM_TOKEN
from analysis.fitting.fit import Fit
from analysis.fitting.uncertainty import percentile
from analysis.laws.design import bind
from analysis.laws.law import Law

Array = np.ndarray[Any, np.dtype[np.float64]]
#: Places tried along the budget, from three decades below an even split to three above.
_PLACES, _DECADES = 1201, 3.0
_COLUMNS = ["params", "tokens", "unique_tokens"]


def repeated(
    source: Fit | Law, flops: float, unique_tokens: float, *, level: float = 0.9
) -> pl.DataFrame:
    """Split a budget between parameters and tokens where tokens must be repeated.

    Parameters
    ----------
    source : Fit or Law
        A fit, or a law with all parameters held, that reads params, tokens and unique_tokens.
    flops : float
        Training budget in FLOPs; 6 a parameter and token.
    unique_tokens : float
        Different tokens at hand. A plan that needs fewer takes fewer, each once.
    level : float, optional
        Level of the bands; a fit without resamples has none.

    Returns
    -------
    polars.DataFrame
        One row: flops, unique_tokens, params, tokens, epochs, tokens_per_param, loss, and the
        ends ``..._low`` and ``..._high`` of each.

    Raises
    ------
    ValueError
        If the law reads other columns, or a number is not above 0.

    References
    ----------
    Muennighoff et al. 2023, arXiv 2305.16264.

    Examples
    --------
    >>> from analysis.laws.catalog import law
    >>> plan = repeated(law("repetition").with_published("muennighoff2023"), 1e22, 25e9)
    >>> round(plan["epochs"].item(), 2)
    9.49
    """
    law = source.law if isinstance(source, Fit) else source
    if sorted(law.columns) != sorted(_COLUMNS):
        raise ValueError(f"the law reads {', '.join(_COLUMNS)}, found {', '.join(law.columns)}")
    for name, value in (("flops", flops), ("unique_tokens", unique_tokens)):
        if not (np.isfinite(value) and value > 0):
            raise ValueError(f"{name} is a number above 0, found {value!r}")
    products = flops / FLOPS_PER_PARAM_TOKEN
    places = 0.5 * np.log10(products) + np.linspace(-_DECADES, _DECADES, _PLACES)
    params = 10**places
    tokens = products / params
    unique = np.minimum(tokens, unique_tokens)
    design = bind(law, pl.DataFrame({"params": params, "tokens": tokens, "unique_tokens": unique}))
    if isinstance(source, Fit):
        point = source.coordinates_on(design, source.coordinates[None, :])
        draws = source.coordinates_on(design, source.draw_coordinates)
    else:
        point = design.coordinates({})[None, :]
        draws = point[:0]
    best = _plan(places, design.values(point), products, unique_tokens)
    columns: dict[str, Any] = {"flops": flops, "unique_tokens": unique_tokens}
    columns |= {name: values[0] for name, values in best.items()}
    if len(draws):
        for name, values in _plan(places, design.values(draws), products, unique_tokens).items():
            columns[f"{name}_low"], columns[f"{name}_high"] = percentile(values, level)
    return pl.DataFrame({name: [float(value)] for name, value in columns.items()})


def _plan(places: Array, losses: Array, products: float, unique: float) -> dict[str, Array]:
    """Return the best split of each row of losses along the places, log10 of params."""
    at = np.clip(losses.argmin(axis=1), 1, len(places) - 2)
    rows = np.arange(len(losses))
    before, here, after = (losses[rows, at + k] for k in (-1, 0, 1))
    bend = before - 2 * here + after
    with np.errstate(divide="ignore", invalid="ignore"):
        move = np.where(bend > 0, 0.5 * (before - after) / bend, 0.0)
    move = np.clip(move, -1.0, 1.0)
    params = 10 ** (places[at] + move * (places[1] - places[0]))
    tokens = products / params
    return {
        "params": params,
        "tokens": tokens,
        "epochs": np.maximum(tokens / unique, 1.0),
        "tokens_per_param": tokens / params,
        "loss": here + 0.25 * (after - before) * move,
    }

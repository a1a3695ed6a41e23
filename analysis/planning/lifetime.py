"""The cheapest model for a loss and a demand: training and serving counted together.

Training takes 6 FLOPs a parameter and token, serving 2. A smaller model that is trained for longer
reaches the same loss, costs more to train and less to serve; how far to go depends on how many
tokens it will serve.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from analysis.fitting.budgets import FLOPS_PER_PARAM_TOKEN
from analysis.fitting.fit import Fit
from analysis.fitting.uncertainty import percentile
from analysis.laws.design import Design, bind
from analysis.laws.law import Law

Array = np.ndarray[Any, np.dtype[np.float64]]

#: Compute of serving a dense transformer: about 2 FLOPs a parameter and token.
SERVING_FLOPS_PER_PARAM_TOKEN = 2.0
#: Decades of parameters and of tokens that are searched.
_PARAMS, _TOKENS = (3.0, 16.0), (3.0, 24.0)
_COARSE, _DRAWN = 0.05, 0.02
#: Steps of the search of the model itself, each within two steps of the one before.
_FINER = (0.005, 0.0005)
_HALVINGS = 44
_COUNTS = ("params", "params_non_embedding")
_READ = {*_COUNTS, "tokens", "tokens_per_param", "flops"}


@dataclass(frozen=True)
class _Surface:
    """A law over parameters and tokens, for several sets of its parameters at once."""

    design: Design
    coordinates: Array  # (problems, labels)

    def loss(self, log_params: Array, log_tokens: Array) -> Array:
        """Return the loss, (problems, places), at decimal logarithms of either."""
        shape = (len(self.coordinates), log_params.shape[-1])
        params, tokens = (np.broadcast_to(x, shape) for x in (log_params, log_tokens))
        six = math.log10(FLOPS_PER_PARAM_TOKEN)
        columns = dict.fromkeys(_COUNTS, params) | {"tokens": tokens}
        columns |= {"tokens_per_param": tokens - params, "flops": six + params + tokens}
        law = self.design.law
        inputs = tuple(
            columns[column] * math.log(10) if law.logarithmic(name) else 10 ** columns[column]
            for name, column in law.inputs.items()
        )
        # Each problem has places of its own: inputs are as wide as the answer.
        return replace(self.design, inputs=inputs, rows=shape[1]).values(self.coordinates)

    def tokens_for(self, log_params: Array, target: float) -> Array:
        """Return the log tokens at which each size reaches the loss; infinite where none does."""
        shape = (len(self.coordinates), log_params.shape[-1])
        low, high = np.full(shape, _TOKENS[0]), np.full(shape, _TOKENS[1])
        reached = self.loss(log_params, high) <= target
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            above = self.loss(log_params, middle) > target
            low, high = np.where(above, middle, low), np.where(above, high, middle)
        return np.where(reached, (low + high) / 2, np.inf)

    def times(self, count: int) -> _Surface:
        """Return the surface with every problem repeated, the repeats side by side."""
        return replace(self, coordinates=np.tile(self.coordinates, (count, 1)))


def lifetime(
    source: Fit | Law,
    loss: float,
    inference_tokens: float | Sequence[float] | Array,
    *,
    level: float = 0.9,
    serving_flops_per_param_token: float = SERVING_FLOPS_PER_PARAM_TOKEN,
) -> pl.DataFrame:
    """Find the parameters and tokens that reach a loss at the least compute over a lifetime.

    Lifetime compute is ``6 params tokens + 2 params inference_tokens``. The search runs along the
    line of equal loss under any law that reads parameters and tokens, or tokens per parameter and
    training compute, and whose loss falls with tokens.

    Parameters
    ----------
    source : Fit or Law
        A fit, or a law whose parameters are all fixed.
    loss : float
        The loss to reach, in the unit of the law.
    inference_tokens : float or sequence of float
        Tokens that will be served, read and written together; 0 gives the compute-optimal model.
    level : float, optional
        Nominal coverage of the bands, from the resamples of the fit.
    serving_flops_per_param_token : float, optional
        FLOPs a parameter and served token. Give more than 2 if served FLOPs cost more than those
        of training, for example since hardware is used less well.

    Returns
    -------
    polars.DataFrame
        One row a demand: ``inference_tokens``; ``params``, ``tokens``, ``tokens_per_param`` of the
        cheapest model; its ``training_flops``, ``inference_flops`` and their sum ``flops``;
        ``optimal_params``, ``optimal_tokens`` and ``optimal_flops``, the same of the model with
        least training compute; ``saving``, the share of ``optimal_flops`` saved;
        ``extra_training``, the share by which training compute grows; ``best_loss``, the lowest
        loss that this training compute could have bought, and ``loss_given_up``, by how much the
        cheapest model lies above it. For a fit with resamples the ends of each as ``..._low`` and
        ``..._high``, over the resamples that reach the loss, and ``reachable``, their share. Ends
        are searched for up to 1.5 decades beyond the model found.

    Raises
    ------
    ValueError
        If no model reaches the loss, a number is out of range, or the law reads something else.

    References
    ----------
    Sardana et al. 2024, arXiv 2401.00448.

    Examples
    --------
    >>> from analysis.laws.catalog import law
    >>> rule = law("chinchilla").fix(E=1.8, A=400, alpha=0.35, B=2000, beta=0.35)
    >>> plan = lifetime(rule, 2.4, [0, 1e12])
    >>> [round(n / 1e6) for n in plan["params"]], [round(s, 2) for s in plan["saving"]]
    ([848, 354], [0.0, 0.37])
    """
    demand = np.atleast_1d(np.asarray(inference_tokens, dtype=float))
    if demand.ndim != 1 or not (np.isfinite(demand) & (demand >= 0)).all() or not demand.size:
        raise ValueError(f"inference_tokens are numbers from 0, found {inference_tokens!r}")
    serving = float(serving_flops_per_param_token)
    if not (math.isfinite(serving) and serving > 0):
        raise ValueError(f"serving_flops_per_param_token is a number above 0, found {serving!r}")
    point = _surface(source, draws=False)
    coarse = np.arange(_PARAMS[0], _PARAMS[1], _COARSE)
    _check_loss(point, coarse, loss)
    asked = np.concatenate([[0.0], demand])
    params, tokens = _search(point, coarse, loss, asked, serving)
    columns: dict[str, Any] = {"inference_tokens": demand}
    columns |= {n: v[:, 0] for n, v in _account(point, params, tokens, asked, serving, loss)}
    if isinstance(source, Fit) and len(source.draw_coordinates):
        drawn = _surface(source, draws=True)
        grid = np.arange(params.min() - 1.5, params.max() + 1.5, _DRAWN)
        params, tokens = _cheapest(drawn, grid, loss, asked, serving)
        reached = np.isfinite(tokens).all(axis=0)
        drawn = replace(drawn, coordinates=drawn.coordinates[reached])
        drawn_columns = _account(
            drawn, params[:, reached], tokens[:, reached], asked, serving, loss
        )
        for name, values in drawn_columns:
            ends = [percentile(row, level) if row.size else (math.nan, math.nan) for row in values]
            columns[f"{name}_low"] = [low for low, _ in ends]
            columns[f"{name}_high"] = [high for _, high in ends]
        columns["reachable"] = np.full(len(demand), reached.mean())
    return pl.DataFrame(columns)


def equal_loss(source: Fit | Law, loss: float, params: Sequence[float] | Array) -> Array:
    """Return the training tokens at which models of given sizes reach a loss.

    Parameters
    ----------
    source : Fit or Law
        A fit, or a law whose parameters are all fixed.
    loss : float
        The loss to reach, in the unit of the law.
    params : sequence of float
        Sizes in parameters.

    Returns
    -------
    numpy.ndarray of shape (sizes,)
        Tokens; infinite for a size that never reaches the loss.

    Raises
    ------
    ValueError
        If a size is not above 0, or the law reads something else.

    Examples
    --------
    >>> from analysis.laws.catalog import law
    >>> rule = law("chinchilla").fix(E=1.5, A=100, alpha=0.5, B=100, beta=0.5)
    >>> [f"{d:.4g}" for d in equal_loss(rule, 1.6, [1e8, 1e6, 1e5])]
    ['1.235e+06', 'inf', 'inf']
    """
    sizes = np.asarray(params, dtype=float)
    if not (np.isfinite(sizes) & (sizes > 0)).all():
        raise ValueError(f"params are numbers above 0, found {params!r}")
    tokens: Array = 10 ** _surface(source, draws=False).tokens_for(np.log10(sizes), loss)[0]
    return tokens


def _surface(source: Fit | Law, *, draws: bool) -> _Surface:
    law = source.law if isinstance(source, Fit) else source
    read = set(law.inputs.values())
    if not read <= _READ or len(read) < 2 or set(_COUNTS) <= read:
        raise ValueError(
            "the law must read parameters and tokens, or tokens_per_param and flops, and nothing "
            f"else, found {', '.join(law.inputs.values())}"
        )
    ones = {name: [1.0] for name in [*read, law.predicts]}
    design = bind(law, pl.DataFrame(ones))
    if not isinstance(source, Fit):
        return _Surface(design, design.coordinates({})[None, :])
    own = source.draw_coordinates if draws else source.coordinates[None, :]
    return _Surface(design, source.coordinates_on(design, own))


def _check_loss(point: _Surface, grid: Array, loss: float) -> None:
    lowest, highest = (
        float(point.loss(np.array([n]), np.array([d]))[0, 0])
        for n, d in ((grid[-1], _TOKENS[1]), (grid[0], _TOKENS[0]))
    )
    if not lowest < loss < highest:
        raise ValueError(
            f"loss {loss!r} is reached by no model of this law; accepted are values above "
            f"{lowest:.4g} and below {highest:.4g}"
        )


def _search(
    point: _Surface, grid: Array, loss: float, demand: Array, serving: float
) -> tuple[Array, Array]:
    """Return log params and log tokens of one problem, (demands, 1), on ever finer grids."""
    params, tokens = _cheapest(point, grid, loss, demand, serving)
    step = _COARSE
    for finer in _FINER:
        around = np.arange(-2 * step, 2 * step, finer)
        for i in range(len(demand)):
            params[i], tokens[i] = (
                x[0] for x in _cheapest(point, params[i] + around, loss, demand[i : i + 1], serving)
            )
        step = finer
    return params, tokens


def _cheapest(
    surface: _Surface, log_params: Array, loss: float, demand: Array, serving: float
) -> tuple[Array, Array]:
    """Return log params and log tokens at the least lifetime compute, (demands, problems)."""
    log_tokens = surface.tokens_for(log_params, loss)
    training = FLOPS_PER_PARAM_TOKEN * 10**log_tokens
    size = np.log10(training + serving * demand[:, None, None]) + log_params
    place, move = _vertex(size)
    step = log_params[1] - log_params[0]
    params = log_params[place] + move * step
    tokens = np.empty_like(params)
    for i in range(len(params)):  # exact tokens for the size found
        tokens[i] = surface.tokens_for(params[i][:, None], loss)[:, 0]
    return params, tokens


def _vertex(values: Array) -> tuple[np.ndarray[Any, np.dtype[np.intp]], Array]:
    """Return the lowest place along the last axis and how far beside it a parabola bottoms out."""
    place = np.clip(np.argmin(values, axis=-1), 1, values.shape[-1] - 2)
    left, here, right = (
        np.take_along_axis(values, (place + k)[..., None], axis=-1)[..., 0] for k in (-1, 0, 1)
    )
    with np.errstate(invalid="ignore"):
        bend = left - 2 * here + right
        sound = np.isfinite(bend) & (bend > 0)
        gap = np.where(sound, left - right, 0.0)
    return place, np.clip(0.5 * gap / np.where(sound, bend, 1.0), -1, 1)


def _account(
    surface: _Surface,
    log_params: Array,
    log_tokens: Array,
    demand: Array,
    serving: float,
    loss: float,
) -> list[tuple[str, Array]]:
    """Return what a model costs beside the compute-optimal one, which stands in the first row."""
    params, tokens = 10**log_params, 10**log_tokens
    training = FLOPS_PER_PARAM_TOKEN * params * tokens
    inference = serving * params * demand[:, None]
    optimal = training[0] + serving * params[0] * demand[1:, None]
    best = _best_loss(surface, training[1:], log_params[1:])
    total = (training + inference)[1:]
    return [
        ("params", params[1:]),
        ("tokens", tokens[1:]),
        ("tokens_per_param", (tokens / params)[1:]),
        ("training_flops", training[1:]),
        ("inference_flops", inference[1:]),
        ("flops", total),
        ("optimal_params", np.broadcast_to(params[0], total.shape)),
        ("optimal_tokens", np.broadcast_to(tokens[0], total.shape)),
        ("optimal_flops", optimal),
        ("saving", 1 - total / optimal),
        ("extra_training", training[1:] / training[0] - 1),
        ("best_loss", best),
        ("loss_given_up", loss - best),
    ]


def _best_loss(surface: _Surface, training: Array, log_params: Array) -> Array:
    """Return the lowest loss at each training compute, (demands, problems)."""
    offsets = np.arange(-1.0, 3.0, _COARSE)
    places = log_params.reshape(-1, 1) + offsets
    tokens = np.log10(training / FLOPS_PER_PARAM_TOKEN).reshape(-1, 1) - places
    losses = surface.times(len(training)).loss(places, tokens)
    place, move = _vertex(losses)
    rows = np.arange(len(losses))
    left, here, right = (losses[rows, place + k] for k in (-1, 0, 1))
    # The value of the parabola at its vertex.
    best = here + 0.5 * move * (right - left) + 0.5 * move**2 * (left - 2 * here + right)
    return np.asarray(best.reshape(training.shape))

"""What a density reference reads from tables, and its scale of losses."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from analysis.errors import DataError

Array = np.ndarray[Any, np.dtype[np.float64]]

_NEEDED = ("params", "tokens", "score")


def reference_loss(coefficients: Mapping[str, float], params: Array, tokens: Array) -> Array:
    """Return the loss of models by a law with held coefficients.

    Parameters
    ----------
    coefficients : mapping of str to float
        E, A, alpha, B and beta of ``E + A/N**alpha + B/D**beta``.
    params, tokens : numpy.ndarray
        Parameters and training tokens.

    Returns
    -------
    numpy.ndarray
        Losses in nats per token.

    Examples
    --------
    >>> plain = {"E": 1.8, "A": 400.0, "alpha": 0.5, "B": 1000.0, "beta": 0.5}
    >>> float(reference_loss(plain, np.array(1e10), np.array(1e12)).round(3))
    1.805
    """
    c = coefficients
    return np.asarray(c["E"] + c["A"] * params ** -c["alpha"] + c["B"] * tokens ** -c["beta"])


def checked(runs: pl.DataFrame) -> pl.DataFrame:
    """Return the reference models that have sizes, tokens and a score.

    Parameters
    ----------
    runs : polars.DataFrame
        Reference models.

    Returns
    -------
    polars.DataFrame
        Those that are complete.

    Raises
    ------
    DataError
        If a column is missing or a score is no share.
    """
    for column in _NEEDED:
        if column not in runs.columns:
            raise DataError(f"missing; the table has {', '.join(runs.columns)}", column=column)
    runs = runs.with_columns(pl.col(_NEEDED).cast(pl.Float64)).drop_nulls(_NEEDED)
    wrong = runs.with_row_index("row", offset=1).filter(~pl.col("score").is_between(0, 1))
    if wrong.height:
        raise DataError(
            f"found {wrong['score'][0]}; accepted is a share from 0 to 1",
            column="score",
            row=wrong["row"][0],
        )
    return runs


def columns(models: pl.DataFrame, tokens: float | str, params: str) -> tuple[Array, Array, Array]:
    """Return what a density is computed from.

    Parameters
    ----------
    models : polars.DataFrame
        Models.
    tokens : float or "own"
        Training tokens of the reference, or those of each model.
    params : str
        Column of parameters.

    Returns
    -------
    tuple of numpy.ndarray
        Scores, parameters and tokens; what is missing is not a number.

    Raises
    ------
    DataError
        If a column is missing.
    ValueError
        If `tokens` is another text than ``own``.
    """
    if isinstance(tokens, str) and tokens != "own":
        raise ValueError(f"tokens is {tokens!r}; accepted is a number or 'own'")
    wanted = ["score", params, *(["tokens"] if tokens == "own" else [])]
    for column in wanted:
        if column not in models.columns:
            raise DataError(f"missing; the table has {', '.join(models.columns)}", column=column)
    values = {n: models[n].cast(pl.Float64).fill_null(math.nan).to_numpy() for n in wanted}
    own = values["tokens"] if tokens == "own" else np.full(models.height, float(tokens))
    return values["score"], values[params], own

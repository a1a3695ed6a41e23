"""What a declared law must be: names that are in its formula, and bounds that are in order."""

from __future__ import annotations

import math
import numbers
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from analysis.laws.formula import parse

if TYPE_CHECKING:
    from analysis.laws.law import Law


def check(law: Law) -> None:
    """Refuse a declaration that does not hold together.

    Parameters
    ----------
    law : Law
        The law, whose fields are set.

    Raises
    ------
    FormulaError
        If the formula is outside the grammar.
    ValueError
        If a name is not in the formula, an input is unused, a bound is inverted, or a field is not
        of its kind.
    """
    for name, column in {"predicts": law.predicts, **law.inputs}.items():
        if not (isinstance(column, str) and column):
            raise ValueError(f"{name} is the name of a column, found {column!r}")
    if law.residual not in ("log", "plain"):
        raise ValueError(f"residual is 'log' or 'plain', found {law.residual!r}")
    if not (_is_number(law.delta) and law.delta > 0):
        raise ValueError(f"delta is a number above 0, found {law.delta!r}")
    _check_names(law)
    _check_bounds("bounds", law.bounds)
    _check_bounds("ranges", law.ranges)


def function_name(function: Any) -> str:
    """Return how the function behind a law is called in texts.

    Parameters
    ----------
    function : callable
        The function.

    Returns
    -------
    str
        Its name.
    """
    return str(getattr(function, "__name__", "function"))


def _check_names(law: Law) -> None:
    for name in law.inputs:
        if name not in law.names:
            held = ", ".join(law.names)
            raise ValueError(f"input {name!r} is not used; the formula holds {held}")
    free = [n for n in law.names if n not in law.inputs]
    known = {"bounds": free, "fixed": free, "ranges": list(law.inputs)}
    for what, accepted in known.items():
        for name in getattr(law, what):
            if name not in accepted:
                raise ValueError(
                    f"{what} names {name!r}; accepted are {', '.join(accepted) or 'none'}"
                )
    for name, value in law.fixed.items():
        if not (_is_number(value) and math.isfinite(value)):
            raise ValueError(f"fixed {name} is a finite number, found {value!r}")
    if law.fixed and isinstance(law.formula, str):
        parse(law.formula, law.fixed)


def _check_bounds(what: str, given: Mapping[str, tuple[float, float]]) -> None:
    for name, pair in given.items():
        is_pair = isinstance(pair, tuple | list) and all(map(_is_number, pair))
        if not (is_pair and len(pair) == 2 and pair[0] < pair[1]):
            accepted = "(low, high) with low < high"
            raise ValueError(f"{what} of {name!r} are {accepted}, found {pair!r}")


def _is_number(value: object) -> bool:
    """Tell whether a value is a real number of any library, NaN apart."""
    return isinstance(value, numbers.Real) and not math.isnan(value)

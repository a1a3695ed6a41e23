"""`Law`: a scaling law declared by its formula."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from analysis import records
from analysis.errors import FormulaError
from analysis.laws.declared import check, function_name
from analysis.laws.formula import Formula, parse

if TYPE_CHECKING:
    from analysis.laws.design import Design
    from analysis.laws.symbolic import Compiled

Array = np.ndarray[Any, np.dtype[np.float64]]
Bounds = tuple[float, float]

#: Bounds of a parameter that stands in an exponent, and of any other, unless the law says more.
EXPONENT: Bounds = (0.0, 3.0)
AMPLITUDE: Bounds = (0.0, math.inf)


@dataclass(frozen=True)
class Law:
    """A scaling law: a formula, names for its inputs, bounds for its parameters.

    Parameters
    ----------
    formula : str or callable
        The formula as the paper prints it, with where-lines after semicolons; or a function that
        takes parameters and inputs by name as arrays that broadcast, and returns the prediction.
    predicts : str
        Column of the runs that the law predicts, such as ``"loss"``.
    inputs : dict of str to str
        Column of the runs behind each input name, such as ``{"N": "params"}``.
    bounds : dict of str to (float, float), optional
        Lower and upper bound by parameter. An exponent has (0, 3) and any other parameter
        (0, inf) by default; a lower bound below zero frees the sign.
    ranges : dict of str to (float, float), optional
        Values an input may take; (0, inf), zero excluded, by default. An input whose range
        reaches zero or below is used as it is rather than through its logarithm.
    key, title, source : str, optional
        Name in the catalogue, title of the law, arXiv id of its paper.
    residual : {"log", "plain"}, optional
        Whether its paper fits the logarithm or the value itself.
    delta : float, optional
        Huber delta its paper fits with; ``inf`` is least squares.
    note : str, optional
        What a user must know, such as which parameters `N` counts.
    fixed : dict of str to float, optional
        Parameters held at a value; see `fix`.

    Raises
    ------
    FormulaError
        If the formula is outside the grammar.
    ValueError
        If a name is not in the formula, an input is unused, or a bound is inverted.

    Examples
    --------
    >>> law = Law("E + A/N**alpha + B/D**beta", predicts="loss",
    ...           inputs={"N": "params", "D": "tokens"})
    >>> law.parameters
    ('E', 'A', 'alpha', 'B', 'beta')
    >>> sorted(law.linear)
    ['A', 'B', 'E']
    """

    formula: str | Callable[..., Any]
    predicts: str
    inputs: Mapping[str, str]
    bounds: Mapping[str, Bounds] = field(default_factory=dict)
    ranges: Mapping[str, Bounds] = field(default_factory=dict)
    key: str = ""
    title: str = ""
    source: str = ""
    residual: str = "log"
    delta: float = 1e-3
    note: str = ""
    fixed: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("inputs", "bounds", "ranges", "fixed"):
            given = getattr(self, name)
            if not isinstance(given, Mapping):
                raise ValueError(f"{name} is a dict by name, found {given!r}")
            object.__setattr__(self, name, MappingProxyType(dict(given)))
        check(self)

    def __reduce__(self) -> tuple[Any, ...]:
        # Generated functions do not travel between processes: the other side makes its own.
        state = {k: getattr(self, k) for k in self.__dataclass_fields__}
        return _rebuild, ({k: dict(v) if isinstance(v, Mapping) else v for k, v in state.items()},)

    def __hash__(self) -> int:
        return hash((self.formula, self.predicts, self.key, tuple(self.inputs.items())))

    def __repr__(self) -> str:
        return f"Law({self.text!r}, predicts={self.predicts!r}, inputs={dict(self.inputs)!r})"

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex}$"

    @cached_property
    def parsed(self) -> Formula | None:
        """The checked formula, or None for a law given as a function."""
        if not isinstance(self.formula, str):
            return None
        try:
            return parse(self.formula)
        except RecursionError:
            raise FormulaError("nested too deeply to be a formula", self.formula) from None

    @property
    def text(self) -> str:
        """The formula as typed, or the name of the function."""
        if isinstance(self.formula, str):
            return self.formula
        return f"{function_name(self.formula)}(...)"

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every name in the formula, inputs and parameters, in the order of appearance."""
        if self.parsed is not None:
            return self.parsed.names
        if not callable(self.formula):
            raise ValueError(f"a law is a formula text or a function, found {self.formula!r}")
        return tuple(inspect.signature(self.formula).parameters)

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """Names of the free parameters, in the order in which they appear."""
        return tuple(n for n in self.names if n not in self.inputs and n not in self.fixed)

    @property
    def groups(self) -> dict[str, str]:
        """For each grouped parameter the column that tells its groups apart."""
        if self.parsed is None:
            return {}
        groups = self.parsed.groups.items()
        return {n: self.inputs.get(g, g) for n, g in groups if n in self.parameters}

    @property
    def columns(self) -> list[str]:
        """Every column that the law reads."""
        return list(dict.fromkeys([*self.inputs.values(), *self.groups.values()]))

    @cached_property
    def latex(self) -> str:
        """The law as LaTeX, in the order and the letters in which it was typed."""
        from analysis.laws.latex import render, symbol

        if self.parsed is None:
            arguments = ", ".join(map(symbol, self.names))
            return rf"{symbol(function_name(self.formula))}\left({arguments}\right)"
        return render(self.parsed, "L" if self.predicts == "loss" else symbol(self.predicts))

    def bound(self, name: str) -> Bounds:
        """Return the bounds of a parameter.

        Parameters
        ----------
        name : str
            A parameter of the law.

        Returns
        -------
        tuple of float
            Lower and upper bound.

        Raises
        ------
        ValueError
            If it is not a free parameter of the law.
        """
        if name not in self.parameters:
            raise ValueError(f"{name!r} is not free; accepted are {', '.join(self.parameters)}")
        if name in self.bounds:
            low, high = self.bounds[name]
            return float(low), float(high)
        return EXPONENT if name in self._exponents else AMPLITUDE

    def logarithmic(self, name: str) -> bool:
        """Tell whether a name enters the solver through its logarithm.

        Parameters
        ----------
        name : str
            A parameter or an input of the law.

        Returns
        -------
        bool
            True for positive inputs, and for positive parameters whose bounds are open above or
            more than two decades wide.
        """
        if name in self.inputs:
            return name not in self.ranges or self.ranges[name][0] > 0
        low, high = self.bound(name)
        return low >= 0 and (math.isinf(high) or (low > 0 and high > 100 * low))

    @cached_property
    def _exponents(self) -> frozenset[str]:
        """Parameters that stand in an exponent."""
        found = frozenset() if self.parsed is None else self.parsed.exponents
        return found & frozenset(self.parameters)

    @property
    def compiled(self) -> Compiled:
        """The functions that follow from the formula, made on first use and shared."""
        if self.parsed is None:
            raise ValueError("a law given as a function has no symbolic form")
        free = frozenset(n for n in (*self.parameters, *self.inputs) if self.logarithmic(n))
        return _compile(
            self.text, self.parameters, free, tuple(self.inputs), tuple(sorted(self.fixed.items()))
        )

    @property
    def linear(self) -> frozenset[str]:
        """Parameters in which the prediction is jointly linear."""
        return frozenset() if self.parsed is None else self.compiled.linear

    @property
    def loglinear(self) -> frozenset[str]:
        """Parameters in whose coordinates the logarithm of the prediction is jointly linear."""
        return frozenset() if self.parsed is None else self.compiled.loglinear

    def fix(self, **values: float) -> Law:
        """Hold parameters at given values.

        Parameters
        ----------
        **values : float
            Value by parameter.

        Returns
        -------
        Law
            The same law with fewer parameters.

        Raises
        ------
        ValueError
            If a name is not a parameter of the law.

        Examples
        --------
        >>> Law("c*N**a", predicts="loss", inputs={"N": "params"}).fix(a=0.5).parameters
        ('c',)
        """
        for name in values:
            if name not in self.parameters:
                raise ValueError(f"{name!r} is not free; accepted are {', '.join(self.parameters)}")
        return replace(
            self,
            fixed={**self.fixed, **{n: float(v) for n, v in values.items()}},
            bounds={n: b for n, b in self.bounds.items() if n not in values},
        )

    def reading(self, **columns: str) -> Law:
        """Read inputs from other columns, for runs that count otherwise than the paper did.

        Parameters
        ----------
        **columns : str
            Column by input name, or by ``predicts``.

        Returns
        -------
        Law
            The same law over other columns.

        Examples
        --------
        >>> Law("c*N**a", predicts="loss", inputs={"N": "params"}).reading(
        ...     N="params_non_embedding").columns
        ['params_non_embedding']
        """
        predicts = columns.pop("predicts", self.predicts)
        for name in columns:
            if name not in self.inputs:
                raise ValueError(f"{name!r} is not an input; accepted are {', '.join(self.inputs)}")
        return replace(self, inputs={**self.inputs, **columns}, predicts=predicts)

    @property
    def published(self) -> list[str]:
        """Names of the coefficient sets that were published for this law."""
        return list(records.coefficient_sets(self.key)) if self.key else []

    def coefficients(self, name: str) -> dict[str, float]:
        """Return a published set of coefficients.

        Parameters
        ----------
        name : str
            One of `published`.

        Returns
        -------
        dict of str to float
            Value by parameter.

        Raises
        ------
        ValueError
            If there is no such set for this law.
        """
        sets = records.coefficient_sets(self.key) if self.key else {}
        if name not in sets:
            known = ", ".join(sets) or "none"
            law = f"law {self.key!r}" if self.key else "a law without a key"
            raise ValueError(f"no published set {name!r} for {law}; accepted are {known}")
        return dict(sets[name].values)

    def with_published(self, name: str) -> Law:
        """Give the law a published set of coefficients, so that it predicts without a fit.

        Parameters
        ----------
        name : str
            One of `published`.

        Returns
        -------
        Law
            The law with every parameter fixed.
        """
        return self.fix(**self.coefficients(name))

    def design(self, runs: pl.DataFrame | Mapping[str, Any]) -> Design:
        """Bind the law to the rows of a table.

        Parameters
        ----------
        runs : polars.DataFrame or dict of str to array
            One row a run, with the columns that the law reads.

        Returns
        -------
        Design
            The law as functions of its parameters alone.
        """
        from analysis.laws.design import bind

        return bind(self, runs)

    def predict(
        self,
        runs: pl.DataFrame | Mapping[str, Any],
        parameters: Mapping[str, float] | None = None,
    ) -> Array:
        """Evaluate the law.

        Parameters
        ----------
        runs : polars.DataFrame or dict of str to array
            One row a run, with the columns that the law reads.
        parameters : dict of str to float, optional
            Value by parameter; a grouped one by its labels, such as ``A[c4]``. Not needed for a
            law whose parameters are all fixed.

        Returns
        -------
        numpy.ndarray of shape (rows,)
            The prediction, in the unit of the column it predicts.

        Raises
        ------
        ValueError
            If a parameter is missing or unknown.
        DataError
            If a column is missing or holds a value the law cannot take.

        Examples
        --------
        >>> law = Law("E + A/N**alpha", predicts="loss", inputs={"N": "params"})
        >>> law.predict({"params": [1e4, 1e8]}, {"E": 1.0, "A": 100.0, "alpha": 0.5})
        array([2.  , 1.01])
        """
        design = self.design(runs)
        values: Array = design.values(design.coordinates(parameters or {})[None, :])[0]
        return values


@lru_cache(maxsize=256)
def _compile(
    text: str,
    parameters: tuple[str, ...],
    logarithmic: frozenset[str],
    inputs: tuple[str, ...],
    fixed: tuple[tuple[str, float], ...],
) -> Compiled:
    from analysis.laws.symbolic import Compiled, Variables

    return Compiled(parse(text), Variables(parameters, logarithmic, inputs, dict(fixed)))


def _rebuild(state: dict[str, Any]) -> Law:
    return Law(**state)

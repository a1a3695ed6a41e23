"""Two power laws of compute, best size and best tokens, and intervals of their exponents."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from analysis.fitting.powerlaw import PowerLaw
from analysis.fitting.uncertainty import percentile

Array = np.ndarray[Any, np.dtype[np.float64]]


class _Pair(Protocol):
    @property
    def params(self) -> PowerLaw: ...
    @property
    def tokens(self) -> PowerLaw: ...
    @property
    def draws(self) -> Array: ...


class TwoExponents:
    """What has power laws ``params`` and ``tokens``, and ``draws`` of their two exponents."""

    def interval(self: _Pair, name: str = "params", level: float = 0.95) -> tuple[float, float]:
        """Return an interval of an exponent: from resamples if there are any, else robust.

        Parameters
        ----------
        name : {"params", "tokens"}, optional
            Whose exponent.
        level : float, optional
            Nominal coverage.

        Returns
        -------
        low : float
            The lower end.
        high : float
            The upper end.

        Raises
        ------
        ValueError
            If the name is another.
        """
        if name not in ("params", "tokens"):
            raise ValueError(f"name is 'params' or 'tokens', found {name!r}")
        if not len(self.draws):
            return (self.params if name == "params" else self.tokens).interval(level)
        drawn = self.draws[:, ("params", "tokens").index(name)]
        return percentile(drawn[np.isfinite(drawn)], level)

"""What an IsoFLOP analysis found: optima, power laws, and what to beware of."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from analysis.fitting.budgets import Runs
from analysis.fitting.curves import USABLE, Parabola
from analysis.fitting.exponents import TwoExponents
from analysis.fitting.interpolated import Interpolation
from analysis.fitting.powerlaw import PowerLaw
from analysis.fitting.report import number
from analysis.fitting.tables import html_table, text_table

Array = np.ndarray[Any, np.dtype[np.float64]]
#: Loss through the runs of one budget, over the logarithm of a size.
Curve = Parabola | Interpolation


@dataclass(frozen=True)
class Options:
    """How the best size of a budget is found.

    Parameters
    ----------
    method : {"parabola", "akima"}
        A least-squares parabola, or an interpolation through the runs.
    log_loss : bool
        Whether the curve goes through the logarithm of the loss.
    params : str
        Column of model sizes.
    weighted : bool
        Whether budgets weigh by one over the variance of their optimum in the power laws.
    """

    method: str
    log_loss: bool
    params: str
    weighted: bool


@dataclass(frozen=True, eq=False)
class IsoFlop(TwoExponents):
    """The best size of each budget, and the power laws through them.

    Parameters
    ----------
    optima : polars.DataFrame
        One row a budget: ``flops``, ``runs``, best ``params``, ``tokens`` and
        ``tokens_per_param``, the ``loss`` there, ``log_params_se`` and ``log_tokens_se``
        (standard errors of natural logarithms), ``status`` (``inside``; ``near edge`` with one
        size beyond the minimum; ``outside`` the grid; ``not convex``; ``too few`` sizes), ``used``
        by the power laws, and what biases a minimum: ``width_decades`` of the grid of sizes,
        ``offset_decades`` of the minimum from its middle, and ``skew_t``, the t-value of a cubic
        term. With resamples also ``params_median``, ``log_params_std`` and ``found``, the share
        of resamples with a minimum.
    curves, token_curves : tuple of Curve
        Loss over ln params and over ln tokens, one a budget.
    params, tokens : PowerLaw
        Best size and best tokens as power laws of ``flops``.
    log_optima : numpy.ndarray of shape (resamples, budgets, 2)
        Logarithms of params and tokens of each resample; not a number without a minimum inside.
    runs : Runs
        The runs, sorted into budgets.
    options : Options
        How the optima were found.
    """

    optima: pl.DataFrame
    curves: tuple[Curve, ...]
    token_curves: tuple[Curve, ...]
    params: PowerLaw
    tokens: PowerLaw
    log_optima: Array
    runs: Runs
    options: Options

    @property
    def draws(self) -> Array:
        """Exponents of params and tokens of each resample, of shape (resamples, 2).

        Not a number for a resample with fewer than two budgets that have a minimum.
        """
        x = np.log(self.runs.budgets)[None, :, None]
        seen = np.isfinite(self.log_optima) & self.optima["used"].to_numpy()[None, :, None]
        weight = np.where(seen, self._weights[None], 0.0)
        with np.errstate(all="ignore"):
            total = weight.sum(axis=1, keepdims=True)
            away = x - (weight * x).sum(axis=1, keepdims=True) / total
            y = np.where(seen, self.log_optima, 0.0)
            slope = (weight * away * y).sum(axis=1) / (weight * away**2).sum(axis=1)
        return np.where(seen.sum(axis=1) >= 2, slope, np.nan)

    @property
    def _weights(self) -> Array:
        if not self.options.weighted:
            return np.ones((self.optima.height, 2))
        return 1 / self.optima.select("log_params_se", "log_tokens_se").to_numpy() ** 2

    @property
    def reasons(self) -> tuple[str, ...]:
        """What a reader must know before trusting the exponents; empty if nothing."""
        found = []
        for status in ("near edge", "outside", "not convex", "too few"):
            at = self.optima.filter(pl.col("status") == status)["flops"]
            if len(at):
                what = "kept" if status in USABLE else "left out"
                found.append(f"{status}, {what}: " + ", ".join(number(c, 3) for c in at))
        skewed = self.optima.filter(pl.col("used") & (pl.col("skew_t").fill_nan(0.0).abs() > 3))
        if skewed.height:
            found.append(
                f"the arms of {skewed.height} curves differ: their minima move with the grid"
            )
        failed = int(np.isnan(self.draws[:, 0]).sum())
        if failed:
            found.append(f"{failed} resamples have fewer than two minima")
        return tuple(found)

    def _header(self) -> list[str]:
        method = {"parabola": "parabolas", "akima": "Akima interpolation"}[self.options.method]
        value = "ln loss" if self.options.log_loss else "loss"
        kind = f"{len(self.log_optima)} resamples" if len(self.log_optima) else "HC3"
        lines = [f"{method} of {value} over ln {self.options.params}, {self.params.points} budgets"]
        for name, law in (("params", self.params), ("tokens", self.tokens)):
            low, high = self.interval(name)
            lines.append(
                f"best {name} = {law.coefficient:.4g} flops**{law.exponent:.4f}, "
                f"exponent within ({low:.4f}, {high:.4f}), 95% by {kind}"
            )
        return [*lines, *(f"beware: {reason}" for reason in self.reasons)]

    def _table(self) -> tuple[list[str], list[list[str]]]:
        columns = [
            "flops",
            "runs",
            "params",
            "± (ln)",
            "tokens",
            "loss",
            "width",
            "offset",
            "skew t",
        ]
        names = ("params", "log_params_se", "tokens", "loss", "width_decades", "offset_decades")
        cells = [
            [number(row["flops"], 3), str(row["runs"])]
            + [number(row[name], 4) if math.isfinite(row[name]) else "-" for name in names]
            + ["-" if math.isnan(row["skew_t"]) else f"{row['skew_t']:+.1f}", row["status"]]
            for row in self.optima.iter_rows(named=True)
        ]
        return [*columns, "minimum"], cells

    def summary(self) -> str:
        """Describe the analysis as text.

        Returns
        -------
        str
            The power laws, what to beware of, and a table of the budgets.
        """
        return "\n".join([*self._header(), "", text_table(*self._table())])

    def __repr__(self) -> str:
        return (
            f"<IsoFlop: params ~ flops**{self.params.exponent:.4f}, {self.params.points} budgets>"
        )

    def _repr_html_(self) -> str:
        return html_table(*self._table(), caption="; ".join(self._header()))

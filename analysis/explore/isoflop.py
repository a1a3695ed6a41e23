"""The IsoFLOP explorer: a sweep, a curve, a window; out come the minima and a plan for a budget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from matplotlib.collections import LineCollection

from analysis.explore.controls import Control, dropdown, log_slider, slider
from analysis.explore.explorer import Explorer, Number
from analysis.fitting.isoflop import IsoFlop
from analysis.plots import style
from analysis.plots.isoflop import budget_colors
from analysis.studies.isoflop import WINDOW, analyse
from analysis.studies.isoflop_sweeps import SWEEPS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

METHODS = {"parabola": "parabola", "interpolation": "akima"}
LEVEL = 0.9
_FAR = 3.0


class IsoFlopExplorer(Explorer):
    """Finds the best size of each budget of a sweep, and extends the power law to a budget."""

    title: ClassVar[str] = "What do these runs say about the best size?"
    size: ClassVar[tuple[float, float]] = (9.6, 4.4)
    rows: ClassVar[dict[str, tuple[str, str]]] = {
        "exponent": ("Exponent of best parameters", "number"),
        "exponent_low": ("Exponent, 90% low", "number"),
        "exponent_high": ("Exponent, 90% high", "number"),
        "budgets": ("Budgets used", "number"),
        "runs": ("Runs used", "number"),
        "params": ("Best parameters", "params"),
        "params_low": ("Best parameters, 90% low", "params"),
        "params_high": ("Best parameters, 90% high", "params"),
        "tokens": ("Best tokens", "tokens"),
        "tokens_low": ("Best tokens, 90% low", "tokens"),
        "tokens_high": ("Best tokens, 90% high", "tokens"),
        "tokens_per_param": ("Tokens per parameter", "tokens_per_param"),
        "beyond": ("Budget over the largest budget used", "number"),
    }

    def __init__(self) -> None:
        self._analysed: tuple[tuple[str, str, float], IsoFlop] | None = None
        super().__init__()

    def make_controls(self) -> dict[str, Control]:
        """Return the controls."""
        return {
            "sweep": dropdown("Runs", {s.title: name for name, s in SWEEPS.items()}, "chinchilla"),
            "method": dropdown(
                "Curve", METHODS, "parabola", help="What goes through the runs of a budget"
            ),
            "window": slider(
                "Window",
                0.3,
                _FAR,
                WINDOW,
                step=0.1,
                help=f"Decades either side of a budget's best run; {_FAR:g} takes every run",
            ),
            "budget": log_slider(
                "Budget", 1e17, 1e26, 5.76e23, quantity="flops", help="Training compute in FLOPs"
            ),
        }

    def draw(self, figure: Figure) -> None:
        """Draw the axes once."""
        left, right = figure.subplots(1, 2)
        self._axes = left, right
        fit, data = style.look("fit"), style.look("data")
        self._points = left.scatter([], [], s=14, zorder=2)
        self._curves = left.add_collection(LineCollection([], linewidths=1.4))
        (self._minima,) = left.plot([], [], "D", color="black", markersize=5, zorder=4)
        (self._optima,) = right.plot(
            [], [], data.marker, color=data.color, label="minima", zorder=3
        )
        (self._line,) = right.plot([], [], color=fit.color, label="power law")
        self._band = right.fill_between(
            [], [], [], color=style.color("band"), alpha=0.35, linewidth=0, label="90% interval"
        )
        plan = style.look("highlight")
        (self._plan,) = right.plot(
            [], [], plan.marker, color=plan.color, markersize=9, label="your budget", zorder=5
        )
        left.set(xlim=(3e5, 1e11), ylim=(-2, 15))
        right.set(xlim=(1e16, 3e26), ylim=(3e5, 3e13))
        style.log_axis(left, "x", "params")
        style.linear_axis(left, "y", label="Loss, percent above its budget's minimum")
        style.log_axis(right, "x", "flops")
        style.log_axis(right, "y", "params")
        left.set_title("Runs of equal compute")
        right.set_title("Best size against compute")
        style.legend(right)

    def analysis_of(self, sweep: str, method: str, window: float) -> IsoFlop:
        """Return the analysis of a choice; moving the budget alone does not repeat it.

        Parameters
        ----------
        sweep : str
            A key of `analysis.studies.isoflop.SWEEPS`.
        method : {"parabola", "akima"}
            What goes through the runs of a budget.
        window : float
            Decades either side of the best run of a budget; the slider's end takes every run.

        Returns
        -------
        IsoFlop
            The analysis.
        """
        key = (sweep, method, window)
        if self._analysed is None or self._analysed[0] != key:
            wide = None if window >= _FAR else window
            self._analysed = (key, analyse(sweep, method=method, window=wide))
        return self._analysed[1]

    def update(self, **values: Any) -> dict[str, Number]:
        """Analyse the runs, move the curves, extend the power laws."""
        result = self.analysis_of(values["sweep"], values["method"], values["window"])
        self._show(result)
        budget = values["budget"]
        low, high = result.params.interval(LEVEL)
        numbers: dict[str, Number] = {
            "exponent": result.params.exponent,
            "exponent_low": low,
            "exponent_high": high,
            "budgets": result.params.points,
            "runs": int(result.optima.filter("used")["runs"].sum()),
        }
        for name, law in (("params", result.params), ("tokens", result.tokens)):
            ends = law.band(budget, LEVEL)
            numbers[name] = float(law.value(budget))
            numbers |= {f"{name}_low": float(ends[0]), f"{name}_high": float(ends[1])}
        self._plan.set_data([budget], [numbers["params"]])
        ratio = float(result.tokens.value(budget) / result.params.value(budget))
        return numbers | {"tokens_per_param": ratio, "beyond": budget / result.params.high}

    def _show(self, result: IsoFlop) -> None:
        runs, optima = result.runs, result.optima.filter("used")
        shades = np.array(budget_colors(runs.budgets))
        # The level differs from sweep to sweep, and so would the axis; what is above a minimum not.
        lowest = np.array([curve.lowest for curve in result.curves])
        lowest = np.exp(lowest) if result.options.log_loss else lowest
        above = 100 * (runs.loss / lowest[runs.budget] - 1)
        points = np.column_stack([np.exp(runs.log_params), above])
        self._points.set_offsets(points)
        self._points.set_color(shades[runs.budget].tolist())
        lines = []
        for k in range(len(runs.budgets)):
            x = runs.log_params[runs.at(k)]
            at = np.linspace(x.min(), x.max(), 60)
            # Two sizes make no curve: the budget keeps its points and has no line.
            value = result.curves[k].at(at) if len(np.unique(x)) > 2 else np.full(60, np.nan)
            loss = np.exp(value) if result.options.log_loss else value
            lines.append(np.column_stack([np.exp(at), 100 * (loss / lowest[k] - 1)]))
        self._curves.set_segments(lines)
        self._curves.set_color(shades.tolist())
        self._minima.set_data(optima["params"], np.zeros(optima.height))
        self._optima.set_data(optima["flops"], optima["params"])
        flops = np.geomspace(1e16, 3e26, 80)
        self._line.set_data(flops, result.params.value(flops))
        self._band.set_data(flops, *result.params.band(flops, LEVEL))

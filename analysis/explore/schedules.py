"""The explorer of schedules: kind, decay, peak, steps and size; out comes the loss curve."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from analysis.explore.controls import Control, dropdown, log_slider, slider, whole_slider
from analysis.explore.explorer import Explorer, Number
from analysis.fitting.fit import Fit
from analysis.laws.catalog import law
from analysis.laws.law import Law
from analysis.plots import style
from analysis.plots.schedules import SOURCES
from analysis.runs.schedules import PEAK, WARMUP
from analysis.studies import schedules as study
from analysis.studies import schedules_what_if as what_if

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Limits of the loss for each size, so that the axes do not jump while a slider moves.
_LIMITS = {"25M": (3.1, 3.75), "100M": (2.7, 3.4), "400M": (2.4, 3.15)}
_POINTS = 60
SHOWN = ("annealing", "multi-power, published")


class SchedulesExplorer(Explorer):
    """Predicts the loss curve of a schedule by two laws, and what its decay gains."""

    title: ClassVar[str] = "What will this schedule end at?"
    size: ClassVar[tuple[float, float]] = (7.6, 4.6)
    rows: ClassVar[dict[str, tuple[str, str]]] = {
        "annealing": ("Final loss, annealing law", "loss"),
        "multi_power": ("Final loss, multi-power law as published", "loss"),
        "apart": ("The two apart, % of the loss", "number"),
        "gain_annealing": ("Gain of the decay, annealing law", "loss"),
        "gain_multi_power": ("Gain of the decay, multi-power law", "loss"),
        "reach": ("How far from the curves", "number"),
    }

    def make_controls(self) -> dict[str, Control]:
        """Return the controls.

        Returns
        -------
        dict of str to Control
            By name.
        """
        return {
            "share": slider(
                "Decay share",
                0.02,
                0.8,
                0.16,
                step=0.01,
                help="Share of the steps over which the rate decays; a cosine has none",
            ),
            "kind": dropdown("Schedule", what_if.KINDS, "exponential", help="How the rate falls"),
            "peak": log_slider(
                "Peak rate", 1e-4, 1e-3, PEAK, quantity="learning_rate", help="All curves: 3e-4"
            ),
            "steps": whole_slider(
                "Steps", 8_000, 96_000, 24_000, help="Curves run to 16,000, 24,000 and 72,000"
            ),
            "model": dropdown("Model", {s: s for s in study.SIZES}, "100M", help="Size"),
        }

    def draw(self, figure: Figure) -> None:
        """Draw the axes once.

        Parameters
        ----------
        figure : matplotlib.figure.Figure
            Where to draw.
        """
        top, bottom = figure.subplots(2, sharex=True, height_ratios=(3, 1))
        self._top, self._bottom = top, bottom
        self._lines = {}
        for name in SHOWN:
            look = SOURCES[name]
            (self._lines[name],) = top.plot([], [], color=look.color, ls=look.linestyle, label=name)
        (self._flat,) = top.plot(
            [], [], color=style.color("data"), lw=1, ls=":", label="no decay, annealing"
        )
        (self._rate,) = bottom.plot([], [], color=style.color("reference"))
        style.linear_axis(top, "y", "loss")
        style.linear_axis(bottom, "x", "number", label="Steps (thousands)")
        style.linear_axis(bottom, "y", "number", label="Rate (1e-4)")
        bottom.set(ylim=(0, 3.3), xlim=(0, 24))
        top.set(ylim=_LIMITS["100M"])
        top.set_title("Predicted loss and its schedule")
        top.legend(loc="upper right")

    def update(self, **values: Any) -> dict[str, Number]:
        """Predict both curves and what the same schedule without decay would end at.

        Parameters
        ----------
        **values
            Where the controls stand.

        Returns
        -------
        dict of str to number
            The numbers on the page.
        """
        known = law("multi-power").with_published(study.published_name(values["model"]))
        fitted = study.fitted("annealing", values["model"])
        laws: dict[str, Fit | Law] = dict(zip(SHOWN, (fitted, known), strict=True))
        steps, peak = int(values["steps"]), values["peak"]
        chosen = what_if.rates(values["kind"], steps, values["share"], peak)
        flat = what_if.rates("constant", steps, peak=peak)
        table = what_if.predicted({"chosen": chosen, "flat": flat}, laws, _POINTS)
        mine, without = (table.filter(table["schedule"] == name) for name in ("chosen", "flat"))
        for name, line in self._lines.items():
            line.set_data(mine["steps"] / 1e3, mine[name])
        self._flat.set_data(without["steps"] / 1e3, without["annealing"])
        self._rate.set_data(np.arange(0, steps + 1, 20) / 1e3, chosen[::20] * 1e4)
        self._top.set_ylim(*_LIMITS[values["model"]])
        self._bottom.set(xlim=(0, steps / 1e3), ylim=(0, 1.1e4 * peak))
        first, second = (float(mine[name][-1]) for name in SHOWN)
        return {
            "annealing": first,
            "multi_power": second,
            "apart": 100 * abs(first / second - 1),
            "gain_annealing": float(without[SHOWN[0]][-1]) - first,
            "gain_multi_power": float(without[SHOWN[1]][-1]) - second,
            "reach": _reach(steps, peak),
        }


def _reach(steps: int, peak: float) -> str:
    """Say in which respects a schedule lies outside the curves."""
    beyond = []
    if abs(peak / PEAK - 1) > 0.01:
        beyond.append("another peak than any curve")
    if steps > 72_000:
        beyond.append("longer than any curve")
    elif steps > study.LONGEST_FITTED:
        beyond.append("longer than the fitted curves")
    if steps < 4 * WARMUP:
        beyond.append("mostly warm-up")
    return "; ".join(beyond) or "within them"

"""The fitting explorer: the usual recipe beside the engine, for the reader's own choices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import polars as pl

from analysis.explore.controls import Control, dropdown, log_slider
from analysis.explore.explorer import Explorer, Number
from analysis.fitting.fit import Fit, fit
from analysis.fitting.objectives import Huber
from analysis.fitting.report import number
from analysis.laws.catalog import law
from analysis.plots import style
from analysis.studies import misfitting
from analysis.studies.fitting_pitfalls import choices
from analysis.studies.usual_recipe import SCALES, Ending, Recipe, grid_starts

if TYPE_CHECKING:
    from matplotlib.figure import Figure

RUNS = {
    "Chinchilla, 240 runs": "chinchilla-240",
    "Chinchilla, all 245 runs": "chinchilla-245",
    "sweep, best learning rates": "sweep-best",
    "sweep, all finished runs": "sweep-all",
    "sweep, every checkpoint": "sweep-checkpoints",
    "synthetic, 100 runs": "synthetic",
    "synthetic, 10 of them diverged": "synthetic-diverged",
}
STARTS = {
    "Hoffmann's values": "hoffmann",
    "one start of the grid": "one",
    "best of 10 starts of the grid": "ten",
}
FLOORS = {"free": 0.0, "1.4": 1.4, "1.69, as printed by Hoffmann et al.": 1.69, "1.8172": 1.8172}
RESAMPLES = 100
LEVEL = 0.9
#: Tokens per parameter of the curve.
RATIO = 20


class PitfallsExplorer(Explorer):
    """Fits the same runs by the usual recipe and by the engine, and forecasts a large run."""

    title: ClassVar[str] = "What does your recipe return?"
    size: ClassVar[tuple[float, float]] = (7.6, 4.2)
    rows: ClassVar[dict[str, tuple[str, str]]] = {
        "recipe_says": ("The recipe reports", "number"),
        "engine_says": ("The engine reports", "number"),
        "percent_above": ("Recipe above the optimum, percent", "number"),
        "recipe_objective": ("Objective, recipe", "number"),
        "engine_objective": ("Objective, engine", "number"),
        "recipe_loss": ("Loss of 70B on 1.4T, recipe", "loss"),
        "engine_loss": ("Loss of 70B on 1.4T, engine", "loss"),
        "engine_loss_low": ("Engine, 90% low", "loss"),
        "engine_loss_high": ("Engine, 90% high", "loss"),
        "runs": ("Rows fitted", "number"),
    }

    def __init__(self) -> None:
        self.tables = choices()
        self._fitted: tuple[tuple[str, float, float], Fit] | None = None
        super().__init__()

    def make_controls(self) -> dict[str, Control]:
        """Return the controls."""
        return {
            "runs": dropdown("Runs", RUNS, "chinchilla-240", help="Which rows are fitted"),
            "minimised": dropdown(
                "Minimised",
                {name: name for name in SCALES},
                "sum",
                help="The same minimum; only the minimiser's tolerances see a difference",
            ),
            "start": dropdown("Start", STARTS, "hoffmann", help="Where the recipe starts"),
            "delta": log_slider(
                "Huber delta",
                1e-5,
                1e-1,
                1e-3,
                quantity="learning_rate",
                help="Residuals of log loss beyond this count linearly",
            ),
            "floor": dropdown("E", FLOORS, 0.0, help="Whether the irreducible loss is held"),
        }

    def draw(self, figure: Figure) -> None:
        """Draw the axes once."""
        ax = figure.subplots()
        self._params = np.geomspace(3e7, 1e12, 100)
        self._curve = pl.DataFrame({"params": self._params, "tokens": RATIO * self._params})
        fitted, recipe = style.look("fit"), style.look("highlight")
        self._band = ax.fill_between(
            [], [], [], color=style.color("band"), alpha=0.35, linewidth=0, label="engine, 90%"
        )
        (self._line,) = ax.plot([], [], color=fitted.color, label="engine")
        (self._usual,) = ax.plot([], [], color=recipe.color, linestyle="--", label="recipe")
        (self._points,) = ax.plot(
            [], [], linestyle="none", marker="o", color="#333333", label="70B on 1.4T, both"
        )
        style.log_axis(ax, "x", "params")
        style.linear_axis(ax, "y", "loss")
        ax.set(xlim=(3e7, 1e12), ylim=(1.4, 4.0))
        self._title = ax.set_title(_title(0.0))
        style.legend(ax)

    def _fit_of(self, runs: str, delta: float, floor: float) -> Fit:
        """Return the engine's fit; the recipe's start and scale alone do not refit."""
        key = (runs, delta, floor)
        if self._fitted is None or self._fitted[0] != key:
            table, cluster = self.tables[runs]
            held = law("chinchilla").fix(E=floor) if floor else law("chinchilla")
            result = fit(
                held, table, objective=Huber(delta), resamples=RESAMPLES, seed=1, cluster=cluster
            )
            self._fitted = (key, result)
        return self._fitted[1]

    def _recipe_of(
        self, runs: str, start: str, minimised: str, delta: float, floor: float
    ) -> Ending:
        """Return where the recipe ends."""
        recipe = Recipe(self.tables[runs][0], delta, minimised)
        held = floor or None
        if start == "hoffmann":
            return recipe.descend(law("chinchilla").coefficients("hoffmann2022"), held_E=held)
        starts = grid_starts(10)[: 1 if start == "one" else 10]
        endings = [recipe.descend(one, held_E=held) for one in starts]
        return min(endings, key=lambda ending: ending.objective)

    def update(self, **values: Any) -> dict[str, Number]:
        """Fit both ways, move the curves."""
        result = self._fit_of(values["runs"], values["delta"], values["floor"])
        ending = self._recipe_of(**values)
        usual = law("chinchilla").predict(self._curve, ending.parameters)
        curve = result.predict(self._curve, interval="confidence", level=LEVEL)
        self._line.set_data(self._params, curve["loss"])
        self._band.set_data(self._params, curve["loss_low"], curve["loss_high"])
        self._usual.set_data(self._params, usual)
        above = 100 * (ending.objective / result.objective - 1)
        self._title.set_text(_title(above))
        large = misfitting.large_run()
        by_recipe = float(law("chinchilla").predict(large, ending.parameters)[0])
        loss, low, high = misfitting.forecast(result, LEVEL)
        self._points.set_data([float(large["params"][0])] * 2, [by_recipe, loss])
        return {
            "recipe_says": "success" if ending.success else "failure",
            "engine_says": result.status,
            "percent_above": above,
            "recipe_objective": ending.objective,
            "engine_objective": result.objective,
            "recipe_loss": by_recipe,
            "engine_loss": loss,
            "engine_loss_low": low,
            "engine_loss_high": high,
            "runs": result.rows,
        }


def _title(above: float) -> str:
    # Where two choices end a hair apart, the curves hide it and the objective does not.
    return f"Loss at {RATIO} tokens per parameter; recipe {number(above, 2)}% above the optimum"

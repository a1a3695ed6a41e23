"""The cost-of-pass explorer: a task, a price and a choice of models; out comes the frontier."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from matplotlib.patheffects import withStroke

from analysis.economics.outcomes import Outcomes
from analysis.explore.controls import Control, checkbox, dropdown, log_slider, whole_slider
from analysis.explore.explorer import Explorer, Number
from analysis.plots import style
from analysis.plots.cost_of_pass import color_of
from analysis.studies.cost_of_pass import tasks
from analysis.studies.cost_of_pass_what_if import BestOf, Choice, Setting, best_of, choose, model_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TASKS = ("GPQA Diamond", "AIME", "AIME 2025 I", "LiveMathBench", "SimpleQA")
AS_RECORDED = 0
ATTEMPTS = {
    "as recorded": AS_RECORDED,
    **{f"{n}, simulated": n for n in (1, 2, 4, 8, 16, 64)},
    "success rates known, simulated": -1,
}
_PRICES = np.geomspace(0.1, 1000, 41)
_ROWS = 9


class CostOfPassExplorer(Explorer):
    """Finds the frontier cost-of-pass, who holds it, and what of it is the human's price."""

    title: ClassVar[str] = "What does a right answer cost, and who gives it?"
    size: ClassVar[tuple[float, float]] = (8.6, 4.2)
    rows: ClassVar[dict[str, tuple[str, str]]] = {
        "frontier": ("Frontier: mean cost of a right answer", "usd"),
        "low": ("Frontier, 95% low", "usd"),
        "high": ("Frontier, 95% high", "usd"),
        "human_problems": ("Problems left to the human (share)", "accuracy"),
        "human_share": ("Share of the frontier that is the human's price", "accuracy"),
        "models_usd": ("What models take of the frontier", "usd"),
        "essentialness": ("Saved by the models taken away", "accuracy"),
        "strategies": ("Models in the set", "number"),
        "until": ("Released up to", "number"),
        "holder": ("Holds most problems", "number"),
        "holder_share": ("Share of problems it holds", "accuracy"),
    }

    def __init__(self) -> None:
        self._tasks = tasks()
        self._cache: dict[Setting, BestOf] = {}
        self._models: dict[str, Outcomes] = {}
        super().__init__()

    def make_controls(self) -> dict[str, Control]:
        """Return the controls."""
        return {
            "task": dropdown("Task", {n: n for n in TASKS}, TASKS[0], help="Problems to solve"),
            "human": log_slider(
                "Price of the human",
                0.1,
                1000,
                58.0,
                quantity="usd",
                help="US dollars for an answer that is always right",
            ),
            "attempts": dropdown(
                "Attempts bought",
                ATTEMPTS,
                AS_RECORDED,
                help="Of each model at each problem; re-runs are simulated",
            ),
            "days_left_out": whole_slider(
                "Newest days left out",
                *(0, 4, 0),
                help="Models released on the newest days of release are left out",
            ),
            "no_openai": checkbox("Without OpenAI", False, help="Take its models away"),
            "no_anthropic": checkbox("Without Anthropic", False, help="Take its models away"),
            "no_google": checkbox("Without Google", False, help="Take its models away"),
        }

    def draw(self, figure: Figure) -> None:
        """Draw the axes once."""
        left, right = figure.subplots(1, 2, width_ratios=[1.0, 1.15])
        places = np.arange(_ROWS)[::-1]
        self._bars = left.barh(places, np.zeros(_ROWS), height=0.7)
        self._names = [
            left.text(0.02, y, "", va="center", fontsize=8.5, transform=left.get_yaxis_transform())
            for y in places
        ]
        for name in self._names:
            name.set_path_effects([withStroke(linewidth=2.5, foreground="white")])
        left.set_yticks([])
        left.set(xlim=(0, 1), ylim=(-0.6, _ROWS - 0.4))
        style.linear_axis(left, "x", "accuracy", label="Share of problems held")
        left.set_title("Who holds the frontier")
        color = style.color("frontier")
        (self._curve,) = right.plot([], [], color=color, label="frontier")
        (self._part,) = right.plot(
            *([], []),
            color=style.color("human"),
            linestyle=style.look("human").linestyle,
            label="the human's price in it",
        )
        (self._point,) = right.plot(
            *([], []), color=color, marker="*", markersize=12, linestyle="none"
        )
        (self._span,) = right.plot([], [], color=color, linewidth=3, alpha=0.35, label="95%")
        style.log_axis(right, "x", "usd", label="Price of the human (US dollars)")
        style.log_axis(right, "y", "usd", label="US dollars per right answer")
        right.set(xlim=(0.1, 1000), ylim=(1e-3, 1000))
        right.set_title("Frontier")
        right.legend(loc="upper left")

    def update(self, **values: Any) -> dict[str, Number]:
        """Choose the models, take the cheapest at each problem, move the drawing."""
        setting = Setting(
            values["task"],
            {-1: math.inf}.get(values["attempts"], values["attempts"]),
            values["days_left_out"],
            tuple(m for m in ("OpenAI", "Anthropic", "Google") if values[f"no_{m.lower()}"]),
        )
        if setting not in self._cache:
            self._cache[setting] = self._best_of(setting)
        found, human = self._cache[setting], values["human"]
        result = choose(found, human)
        self._move(found, result, human)
        top, share = next(iter(result.shares.items()))
        return {
            "frontier": result.frontier,
            "low": result.low,
            "high": result.high,
            "human_problems": result.shares.get("human", 0.0),
            "human_share": 1 - result.models_usd / result.frontier,
            "models_usd": result.models_usd,
            "essentialness": result.essentialness,
            "strategies": len(found.names),
            "until": found.until,
            "holder": top,
            "holder_share": share,
        }

    def _best_of(self, setting: Setting) -> BestOf:
        """Return the cheapest models; the model of outcomes of a task is fitted once."""
        task = self._tasks[setting.task]
        if setting.attempts and setting.task not in self._models:
            self._models[setting.task] = model_of(task)
        return best_of(task, setting, self._models.get(setting.task))

    def _move(self, found: BestOf, result: Choice, human: float) -> None:
        shown = list(result.shares.items())[:_ROWS]
        colors = color_of([name for name, _ in shown])
        shown += [("", 0.0)] * (_ROWS - len(shown))
        for bar, text, (name, share) in zip(self._bars, self._names, shown, strict=True):
            bar.set_width(share)
            bar.set_color(colors.get(name, "white"))
            text.set_text(f"{name}  {share:.1%}" if name else "")
        means = np.array([np.minimum(found.best, p).mean() for p in _PRICES])
        parts = np.array([p * (found.best > p).mean() for p in _PRICES])
        self._curve.set_data(_PRICES, means)
        self._part.set_data(_PRICES, np.where(parts > 0, parts, np.nan))
        self._point.set_data([human], [result.frontier])
        self._span.set_data([human, human], [max(result.low, 1e-3), max(result.high, 1e-3)])

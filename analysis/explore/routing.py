"""The routing explorer: a pair of models and a router's skill; out come the curve and its worth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from analysis.economics.hulls import hull
from analysis.economics.routing_plan import plan
from analysis.explore.controls import Control, checkbox, dropdown, log_slider, slider
from analysis.explore.explorer import Explorer, Number
from analysis.plots import style
from analysis.studies.routing_many import pairs

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_BEST = 0.999
_ASKED = {"price_ratio": "ratio", "router_cost": "router", "calls": "calls", "cascade": "cascade"}


class RoutingExplorer(Explorer):
    """Draws the curve of a router or a cascade, and says from what skill on it pays."""

    title: ClassVar[str] = "Does a router pay for itself?"
    size: ClassVar[tuple[float, float]] = (7.6, 4.4)
    rows: ClassVar[dict[str, tuple[str, str]]] = {
        "accuracy": ("Accuracy at these calls", "accuracy"),
        "cost": ("Cost ÷ strong model for all", "accuracy"),
        "random_cost": ("Cost of that accuracy without a router", "accuracy"),
        "saving": ("Saved against that", "accuracy"),
        "recovered": ("Average gap recovered (APGR)", "number"),
        "gain": ("Points above random at equal cost, no hull", "number"),
        "area": ("Area of the hull, paper form (AIQ)", "accuracy"),
        "area_code": ("Area of the hull, code form", "accuracy"),
        "break_even": ("Least skill that pays", "number"),
        "break_even_accuracy": ("Least balanced accuracy that pays", "accuracy"),
        "pays": ("Pays for itself at half the gap", "number"),
        "weak": ("Accuracy of the weak model", "accuracy"),
        "strong": ("Accuracy of the strong model", "accuracy"),
    }

    def __init__(self) -> None:
        self._shares = {name: pair.shares for name, pair in pairs().items()}
        super().__init__()

    def make_controls(self) -> dict[str, Control]:
        """Return the controls."""
        names = list(self._shares)
        return {
            "pair": dropdown(
                "Models", {n: n for n in names}, names[0], help="Prompts, weak and strong model"
            ),
            "skill": slider(
                "Skill", 0.4, 0.99, 0.64, step=0.01, help="Area under the ROC curve of its scores"
            ),
            "ratio": log_slider(
                "Price ratio", 1.5, 500, 37, help="Cost of a strong answer ÷ cost of a weak one"
            ),
            "router": slider(
                "Router cost",
                0.0,
                0.5,
                0.02,
                step=0.01,
                quantity="accuracy",
                help="Cost of scoring a prompt, as a share of a strong answer",
            ),
            "calls": slider(
                "Strong calls",
                0.0,
                1.0,
                0.3,
                step=0.01,
                quantity="accuracy",
                help="Share of prompts that the threshold sends to the strong model",
            ),
            "cascade": checkbox(
                "Cascade", False, help="The weak model answers first, and its answer is judged"
            ),
        }

    def draw(self, figure: Figure) -> None:
        """Draw the axes once."""
        ax = self._ax = figure.subplots()
        self._lines = {
            "router": ax.plot([], [], color=style.color("fit"), label="router")[0],
            "hull": ax.plot(
                [], [], color=style.color("band"), linewidth=5, alpha=0.5, label="its hull"
            )[0],
            "random": ax.plot(
                [], [], color="#444444", linewidth=1, linestyle=(0, (2, 2)), label="at random"
            )[0],
            "oracle": ax.plot([], [], color=style.color("reference"), lw=1, label=f"skill {_BEST}")[
                0
            ],
        }
        self._lines["hull"].set_zorder(1)
        marks = {"models": ("data", "o"), "here": ("highlight", "P")}
        self._marks = {
            name: ax.plot([], [], color=style.color(look), marker=mark, linestyle="none")[0]
            for name, (look, mark) in marks.items()
        }
        self._marks["here"].set_markersize(10)
        self._marks["here"].set_label("the threshold")
        self._marks["models"].set_label("one model for all")
        style.linear_axis(ax, "x", "accuracy", label="Cost ÷ strong model for all")
        style.linear_axis(ax, "y", "accuracy")
        ax.set(xlim=(-0.02, 1.5), ylim=(0.6, 1.0))
        ax.set_title("Accuracy against cost")
        style.legend(ax, "below")

    def update(self, **values: Any) -> dict[str, Number]:
        """Move the curves and return what they say."""
        asked = {name: values[of] for name, of in _ASKED.items()}
        shares = self._shares[values["pair"]]
        found = plan(shares, values["skill"], **asked)
        best = plan(shares, _BEST, **asked)
        self._lines["router"].set_data(found.usd, found.quality)
        self._lines["oracle"].set_data(best.usd, best.quality)
        self._lines["hull"].set_data(*hull(found.usd, found.quality))
        self._lines["random"].set_data(*found.line)
        self._marks["models"].set_data(*found.line)
        self._marks["here"].set_data([found.numbers["cost"]], [found.numbers["accuracy"]])
        return dict(found.numbers)

"""The downstream explorer: a task, what is fitted and how; out comes the score of a larger run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from analysis.capability.chain import Chain
from analysis.capability.ladder import FIRST, LadderChoices, endings, fit_ladder
from analysis.explore.controls import Control, checkbox, dropdown, log_slider, whole_slider
from analysis.explore.explorer import Explorer, Number
from analysis.plots import style
from analysis.studies.downstream import EXTRA, NAMES, SIZES, TASKS, Ladder, ladder, observed

if TYPE_CHECKING:
    from matplotlib.figure import Figure

RESAMPLES = 100
LEVEL = 0.9
SEED = 42
_FAR = (1e8, 1e11)
_TARGETS = {"7B": "D", "13B": "s"}


class DownstreamExplorer(Explorer):
    """Forecasts the score of a large run from the small runs of the task ladder."""

    title: ClassVar[str] = "What will a larger model score?"
    size: ClassVar[tuple[float, float]] = (7.6, 4.3)
    rows: ClassVar[dict[str, tuple[str, str]]] = {
        "score": ("Forecast score", "accuracy"),
        "score_low": ("Score, 90% low", "accuracy"),
        "score_high": ("Score, 90% high", "accuracy"),
        "lost": ("Forecast loss on the way", "number"),
        "off_7b": ("Miss of the 7B model (points)", "number"),
        "off_13b": ("Miss of the 13B model (points)", "number"),
        "runs": ("Small runs fitted", "number"),
        "status": ("Both fits", "number"),
    }

    def __init__(self) -> None:
        self._ladder: Ladder = ladder()
        self._chains: dict[tuple[Any, ...], Chain] = {}
        super().__init__()

    def make_controls(self) -> dict[str, Control]:
        """Return the controls."""
        return {
            "task": dropdown(
                "Task", {NAMES[t]: t for t in (*TASKS, *EXTRA)}, "mmlu", help="What is scored"
            ),
            "largest": dropdown(
                "Largest fitted size",
                {size: size for size in SIZES[1:]},
                "1.3B",
                help="Small runs up to this size are fitted",
            ),
            "first": dropdown("By way of", {n: n for n in FIRST}, "task loss", help="First step"),
            "smooth": whole_slider(
                "Checkpoints averaged", 1, 20, 5, help="Trailing mean of loss and score"
            ),
            "anchor": checkbox(
                "Add the point of loss 0 and score 1", True, help="A point that nobody measured"
            ),
            "params": log_slider(
                "Parameters", *_FAR, 1.3e10, quantity="params", help="The run to forecast"
            ),
            "tokens": log_slider(
                "Training tokens", 1e11, 2e13, 5e12, quantity="tokens", help="The run to forecast"
            ),
        }

    def draw(self, figure: Figure) -> None:
        """Draw the axes once."""
        ax = figure.subplots()
        fit, data = style.look("fit"), style.look("data")
        self._sizes = np.geomspace(*_FAR, 25)
        self._band = ax.fill_between(
            self._sizes, 0, 1, color=style.color("band"), alpha=0.4, linewidth=0, label="90% band"
        )
        (self._curve,) = ax.plot([], [], color=fit.color, label="forecast at these tokens")
        (self._small,) = ax.plot(
            [], [], data.marker, color=data.color, markersize=4, label="fitted runs, as they ended"
        )
        observed_look: dict[str, Any] = {"color": style.color("left_out"), "linestyle": "none"}
        self._large = {
            size: ax.plot([], [], marker, label=f"{size} model, observed", **observed_look)[0]
            for size, marker in _TARGETS.items()
        }
        (self._mark,) = ax.plot(
            [], [], "*", color=fit.color, markersize=13, zorder=5, label="the run to forecast"
        )
        style.log_axis(ax, "x", "params")
        style.linear_axis(ax, "y", "accuracy", label="Score")
        ax.set(xlim=_FAR, ylim=(0, 1.02))
        ax.set_title("Score of a run by its size")
        style.legend(ax, "below")

    def _chain(self, resamples: int, task: str, largest: str, **choices: Any) -> Chain:
        key = (resamples, task, largest, *choices.values())
        if key not in self._chains:
            self._chains[key] = fit_ladder(
                self._ladder.small(largest),
                self._ladder.on(task),
                LadderChoices(**choices),
                resamples=resamples,
                seed=SEED,
            )
        return self._chains[key]

    def preview(self, **values: Any) -> dict[str, Number]:
        """Move the curve without its band."""
        return self._show(values, 0)

    def update(self, **values: Any) -> dict[str, Number]:
        """Fit, forecast, move curve and band."""
        return self._show(values, RESAMPLES)

    def _show(self, values: dict[str, Any], resamples: int) -> dict[str, Number]:
        params, tokens = values.pop("params"), values.pop("tokens")
        chain, task = self._chain(resamples, **values), values["task"]
        level = LEVEL if resamples else None
        said = chain.predict(_run(params, tokens, self._ladder), level=level).row(0, named=True)
        line = chain.predict(_run(self._sizes, tokens, self._ladder), level=level)
        self._curve.set_data(self._sizes, line["accuracy"])
        low = line["accuracy_low"] if resamples else line["accuracy"]
        high = line["accuracy_high"] if resamples else line["accuracy"]
        self._band.set_data(self._sizes, low, high)
        self._mark.set_data([params], [said["accuracy"]])
        small = self._ladder.small(values["largest"])
        ends = endings(self._ladder.on(task), values["smooth"]).select("run", "accuracy")
        ends = ends.join(small, on="run")
        self._small.set_data(ends["params"], ends["accuracy"])
        seen = observed(self._ladder, task)
        for size, marks in self._large.items():
            own = seen.filter(size=size)
            marks.set_data(own["params"], own["accuracy"])
        off = 100 * (chain.predict(seen)["accuracy"] - seen["accuracy"])
        return {
            "score": said["accuracy"],
            "score_low": said.get("accuracy_low", said["accuracy"]),
            "score_high": said.get("accuracy_high", said["accuracy"]),
            "lost": said["task_loss"],
            "off_7b": off[0],
            "off_13b": off[1],
            "runs": small.height,
            "status": f"{chain.first.status}, {chain.second.status}",
        }


def _run(params: Any, tokens: float, steps: Ladder) -> dict[str, Any]:
    """Return runs of given sizes, with the compute of each.

    The authors count the compute of a token exactly; between and beyond their models it goes by
    the 13B model's, 6.9 FLOPs a parameter.
    """
    last = steps.targets.row(-1, named=True)
    size = np.atleast_1d(np.asarray(params, dtype=float))
    each = last["flops"] / last["params"] / last["tokens"]
    return {"params": size, "tokens": np.full(len(size), tokens), "flops": each * size * tokens}

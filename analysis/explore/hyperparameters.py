"""The calculator of learning rate and batch: from a model and tokens to settings and costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from analysis.explore.controls import Control, dropdown, log_slider
from analysis.explore.explorer import Explorer, Number
from analysis.fitting.fit import Fit
from analysis.plots import style
from analysis.studies.hyperparameters import PRINTED, grid, reading, refit
from analysis.studies.hyperparameters_advice import total_params
from analysis.studies.hyperparameters_bowl import Bowl, fit_bowl

if TYPE_CHECKING:
    from matplotlib.figure import Figure

KINDS = {"dense": "dense", "mixture of experts": "experts"}
RESAMPLES = 400
LEVEL = 0.9
REACH = 8.0
SEQUENCE = 2048
#: Steps of the loss above the best, in per cent, with their colours.
LEVELS = [0.0, 0.1, 0.25, 0.5, 1.0, 2.0]
SHADES = ["#084594", "#2171B5", "#6BAED6", "#BDD7E7", "#EFF3FF", "#FFFFFF"]


class HyperparametersExplorer(Explorer):
    """Advises a learning rate and a batch, and says what it costs to use others."""

    title: ClassVar[str] = "Which learning rate and batch?"
    size: ClassVar[tuple[float, float]] = (7.6, 4.4)
    rows: ClassVar[dict[str, tuple[str, str]]] = {
        "rate": ("Learning rate", "learning_rate"),
        "rate_low": ("Learning rate, 90% low", "learning_rate"),
        "rate_high": ("Learning rate, 90% high", "learning_rate"),
        "batch": ("Batch (tokens)", "batch_tokens"),
        "batch_low": ("Batch (tokens), 90% low", "batch_tokens"),
        "batch_high": ("Batch (tokens), 90% high", "batch_tokens"),
        "sequences": ("Batch in sequences of 2,048 tokens", "number"),
        "steps": ("Steps", "number"),
        "rate_published": ("Learning rate by the published law", "learning_rate"),
        "batch_published": ("Batch by the published law (tokens)", "batch_tokens"),
        "published_costs": ("Loss above the best, by the published law, %", "number"),
        "excess": ("Loss above the best, off by your factors, %", "number"),
        "excess_low": ("Loss above the best, 90% low, %", "number"),
        "excess_high": ("Loss above the best, 90% high, %", "number"),
        "inside": ("Inside the grid", "number"),
        "status": ("Status of the fits", "number"),
    }

    def __init__(self) -> None:
        self._sources: dict[str, tuple[Fit, Fit, Bowl]] = {}
        super().__init__()

    def make_controls(self) -> dict[str, Control]:
        """Return the controls."""
        return {
            "params": log_slider(
                "Parameters",
                1e8,
                1e11,
                1e9,
                quantity="params",
                help="Without the vocabulary; for experts those that a token passes through",
            ),
            "tokens": log_slider("Tokens", 1e9, 1e13, 1e11, quantity="tokens"),
            "kind": dropdown("Model", KINDS, "dense", help="Which grid the laws are fitted to"),
            "rate_factor": log_slider(
                "Your rate / best", 1 / 4, 4, 1, help="Learning rate off by a factor"
            ),
            "batch_factor": log_slider(
                "Your batch / best", 1 / 4, 4, 1, help="Batch off by a factor"
            ),
        }

    def _source(self, kind: str) -> tuple[Fit, Fit, Bowl]:
        """Return both laws and the bowl of a grid; each is fitted once."""
        if kind not in self._sources:
            runs = grid(kind)
            self._sources[kind] = (
                refit(runs, "step-learning-rate", RESAMPLES),
                refit(runs, "step-batch", RESAMPLES),
                fit_bowl(runs),
            )
        return self._sources[kind]

    def draw(self, figure: Figure) -> None:
        """Draw the axes once."""
        ax = figure.subplots()
        self._ax = ax
        self._lines: Any = None
        (self._best,) = ax.plot(
            [1], [1], color="white", mec="black", marker="o", ms=11, ls="none", label="advised"
        )
        (self._published,) = ax.plot(
            [], [], color=style.ORANGE, marker="^", ls="none", label="published law"
        )
        (self._yours,) = ax.plot(
            [], [], color=style.color("highlight"), marker="P", ms=9, ls="none", label="yours"
        )
        for low, high, shade in zip(LEVELS, LEVELS[1:], SHADES, strict=False):
            ax.fill_between([], [], [], color=shade, label=f"{low:g} to {high:g}%")
        style.log_axis(ax, "x", label="Learning rate ÷ advised")
        style.log_axis(ax, "y", label="Batch ÷ advised")
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_ticks([1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8], ["⅛", "¼", "½", "1", "2", "4", "8"])
        ax.set(xlim=(1 / REACH, REACH), ylim=(1 / REACH, REACH))
        ax.set_title("Loss above the best; the bowl holds up to about 1%")
        style.legend(ax, "right")

    def update(self, **values: Any) -> dict[str, Number]:
        """Evaluate both laws, cost the miss, move the points."""
        kind = values["kind"]
        rate_fit, batch_fit, bowl = self._source(kind)
        shape = "params_non_vocabulary" if kind == "dense" else "params_active"
        at = {"params_read": [values["params"]], "tokens": [values["tokens"]]}
        rate = rate_fit.predict(at, "confidence", LEVEL).row(0)
        batch = batch_fit.predict(at, "confidence", LEVEL).row(0)
        runs = grid(kind)
        # The published law is right for experts if N counts all of them, and all have one total.
        total = at if kind == "dense" else at | {"params_read": [total_params(runs)]}
        theirs = [float(reading(k).with_published(n).predict(total)[0]) for k, n in PRINTED.items()]
        off = theirs[0] / rate[0], theirs[1] / batch[0]
        mine = values["rate_factor"], values["batch_factor"]
        excess = [float(x) for x in bowl.excess(*mine, level=LEVEL)]
        self._move(bowl, off, mine)
        inside = all(
            runs[c].min() <= v <= runs[c].max()
            for c, v in ((shape, values["params"]), ("tokens", values["tokens"]))
        )
        return {
            **dict(zip(("rate", "rate_low", "rate_high"), rate, strict=True)),
            **dict(zip(("batch", "batch_low", "batch_high"), batch, strict=True)),
            "sequences": batch[0] / SEQUENCE,
            "steps": values["tokens"] / batch[0],
            "rate_published": theirs[0],
            "batch_published": theirs[1],
            "published_costs": float(bowl.excess(*off)[0]),
            **dict(zip(("excess", "excess_low", "excess_high"), excess, strict=True)),
            "inside": "yes" if inside else "no, extrapolated",
            "status": " and ".join(dict.fromkeys((rate_fit.status, batch_fit.status))),
        }

    def _move(self, bowl: Bowl, off: tuple[float, float], mine: tuple[float, float]) -> None:
        if self._lines is not None:
            self._lines.remove()
        factors = np.geomspace(1 / REACH, REACH, 61)
        excess = bowl.excess(factors[None, :], factors[:, None])[0]
        self._lines = self._ax.contourf(
            factors, factors, excess, levels=LEVELS, colors=SHADES, extend="max", zorder=0
        )
        self._published.set_data([off[0]], [off[1]])
        self._yours.set_data([mine[0]], [mine[1]])

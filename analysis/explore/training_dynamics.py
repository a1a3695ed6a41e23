"""The explorer of training dynamics: foretell one model from the others, and from its own start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import polars as pl

from analysis.explore.controls import Control, checkbox, dropdown, slider
from analysis.explore.explorer import Explorer, Number
from analysis.plots import style
from analysis.plots.training_dynamics import size_looks
from analysis.studies import training_dynamics as study
from analysis.studies import training_dynamics_sizes as sizes
from analysis.studies import training_dynamics_time as time

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SIZES = ("12B", "6.9B", "2.8B", "1.4B", "1B", "410M", "160M", "70M")
FIRST_STEPS = (1000, 3000, 13_000, 23_000, 33_000, 43_000, 53_000, 63_000)
_AXES = {
    "loss": "Loss on LAMBADA (nats per word)",
    "flops": "Training compute (log₁₀ of FLOPs)",
    "tokens": "Training tokens (log₁₀)",
}


class TrainingDynamicsExplorer(Explorer):
    """Foretells a model from the others at equal loss, compute or tokens, and from its start."""

    title: ClassVar[str] = "What do other sizes, and its own start, foretell of a model?"
    size: ClassVar[tuple[float, float]] = (9.2, 4.3)
    rows: ClassVar[dict[str, tuple[str, str]]] = {
        "final": ("Accuracy at the end", "accuracy"),
        "miss": ("Miss from other sizes (points, root mean square)", "number"),
        "inside": ("Checkpoints foretold", "number"),
        "effect": ("Points that ten times the size adds", "number"),
        "noise": ("Standard error of a score (points)", "number"),
        "stay": ("Known checkpoint above the end (points)", "number"),
        "line": ("Line through its checkpoints above the end (points)", "number"),
        "tau": ("Order of sizes: τ with the end", "number"),
    }

    def make_controls(self) -> dict[str, Control]:
        """Return the controls."""
        labels = {label: name for name, label in study.BENCHMARKS.items()}
        axes = {label: name for name, label in sizes.AGAINST.items()}
        steps = {f"step {step:,}": step for step in FIRST_STEPS}
        return {
            "benchmark": dropdown("Benchmark", labels, "arc_easy", help="Zero-shot accuracy"),
            "target": dropdown("Model", {s: s for s in SIZES}, "12B", help="The one foretold"),
            "against": dropdown("Compared at", axes, "loss", help="What models have in common"),
            "first": dropdown("Used from", steps, 1000, help="Earlier checkpoints are left out"),
            "known": slider(
                "Known up to step (thousand)",
                33,
                133,
                73,
                step=10,
                help="The model's own checkpoints that are known",
            ),
            "deduplicated": checkbox("Deduplicated corpus", False, help="The other eight runs"),
        }

    def draw(self, figure: Figure) -> None:
        """Draw the axes once."""
        self._left, self._right = figure.subplots(1, 2, sharey=True)
        left, right = self._left, self._right
        self._others = {
            name: left.plot([], [], color=look.color, marker=look.marker, ms=3, lw=0.7)[0]
            for name, look in size_looks(SIZES[::-1]).items()
        }
        fit, model, data = style.look("fit"), style.look("highlight"), style.look("data")
        (self._curve,) = left.plot([], [], color=fit.color, label="fitted to the other sizes")
        (self._model,) = left.plot([], [], color=model.color, marker="o", ms=5, label="the model")
        (self._past,) = right.plot([], [], color=model.color, marker="o", label="known")
        (self._ahead,) = right.plot(
            [], [], color=data.color, marker="o", mfc="white", label="later"
        )
        (self._line,) = right.plot(
            [], [], color=fit.color, linestyle="--", label="line in log tokens"
        )
        self._guess = [
            ax.axhline(0, color=style.color("reference"), ls=style.look("reference").linestyle,
                       lw=1, label="a guess" if ax is right else None)
            for ax in (left, right)
        ]  # fmt: skip
        style.linear_axis(left, "x", label=_AXES["loss"])
        style.linear_axis(left, "y", "accuracy")
        style.linear_axis(right, "x", label="Steps (thousand)")
        right.set_xlim(0, 147)
        left.set_title("Other sizes (dark: large)")
        right.set_title("Its own course")
        handles = [self._model, self._curve, self._ahead, self._line, self._guess[1]]
        figure.legend(handles=handles, loc="outside lower center", ncols=5)

    def update(self, **values: Any) -> dict[str, Number]:
        """Foretell the model in both ways and move everything."""
        whole = study.curves(values["deduplicated"]).filter(benchmark=values["benchmark"])
        used = whole.filter(pl.col("step") >= values["first"])
        numbers = self._from_others(used, values["target"], values["against"])
        own = whole.filter(pl.col("step") >= 3000, size=values["target"])
        known = round(values["known"]) * 1000
        self._set_height(whole)
        taus = time.order(whole).filter(step=known)
        return {
            "final": own["score"][-1],
            **numbers,
            "noise": 100 * float(own["score_error"].to_numpy().mean()),
            **self._from_start(own, known),
            "tau": float("nan") if taus["with_end"][0] is None else taus["with_end"][0],
        }

    def _from_others(self, used: pl.DataFrame, target: str, against: str) -> dict[str, Number]:
        """Fit the other sizes and draw them with the model."""
        logs = 1.0 if against == "loss" else np.log(10)
        for name, line in self._others.items():
            own = used.filter(size=name)
            line.set_data(sizes.position(own, against) / logs, own["score"])
            line.set_visible(name != target)
        model, rest = used.filter(size=target), used.filter(pl.col("size") != target)
        x = sizes.position(rest, against)
        grid = np.linspace(x.min(), x.max(), 120)
        self._curve.set_data(grid / logs, study.polynomial(x, rest["score"].to_numpy(), grid))
        self._model.set_data(sizes.position(model, against) / logs, model["score"])
        every = sizes.position(used, against) / logs
        room = 0.04 * np.ptp(every)
        ends = every.min() - room, every.max() + room
        self._left.set_xlim(ends[::-1] if against == "loss" else ends)
        self._left.set_xlabel(_AXES[against])
        said = sizes.foretold(used, model["params"][0], against)
        return {
            "miss": sizes.miss(said),
            "inside": int(said["inside"].sum()),
            "effect": sizes.one_effect(used, against),
        }

    def _from_start(self, own: pl.DataFrame, known: int) -> dict[str, Number]:
        """Extend the model's own checkpoints to the end and draw them."""
        before, after = own.filter(pl.col("step") <= known), own.filter(pl.col("step") > known)
        for line, rows in ((self._past, before), (self._ahead, after)):
            line.set_data(rows["step"] / 1000, rows["score"])
        ahead = np.linspace(known, study.LAST_STEP, 30)
        said = [time.own_line(own.filter(pl.col("step") <= known), known, int(s)) for s in ahead]
        self._line.set_data(ahead / 1000, said)
        misses = time.forecasts(own).filter(step=known).row(0, named=True)
        return {"stay": misses["stay"], "line": misses["line"]}

    def _set_height(self, whole: pl.DataFrame) -> None:
        """Fit the axes to a benchmark; they stay as they are while other controls move."""
        chance = whole["chance"][0]
        low, high = min(whole["score"].to_numpy().min(), chance), whole["score"].to_numpy().max()
        room = 0.1 * (high - low)
        self._left.set_ylim(low - room, high + room)
        for line in self._guess:
            line.set_ydata([chance, chance])

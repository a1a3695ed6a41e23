"""The knowledge explorer: a model and how it was trained; out comes what it has room for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from matplotlib.ticker import NullLocator

from analysis import records
from analysis.capability.capacity import active_share, knowledge_ratio, room
from analysis.explore.controls import Control, checkbox, dropdown, log_slider, slider
from analysis.explore.explorer import Explorer, Number
from analysis.plots import style
from analysis.plots.ticks import readable
from analysis.studies.knowledge_capacity_room import PERSON_BITS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WEIGHTS = {"16 bits": 16, "8 bits, rounded after training": 8, "4 bits, rounded after training": 4}
EXPERTS = {"dense": 1, "32 experts, one active": 32}
JUNK = {
    "useful text alone": "none",
    "7/8 repetitive": "repetitive",
    "7/8 random": "random",
    "7/8 random, useful text tagged": "tagged",
}
_EXPOSURES = (30.0, 3000.0)
_SEEN = (30.0, 100.0, 300.0, 600.0, 1000.0, 3000.0)


class KnowledgeExplorer(Explorer):
    """Computes the bits of knowledge that a model has room for, and the memory it takes."""

    title: ClassVar[str] = "What does it have room for?"
    size: ClassVar[tuple[float, float]] = (9.6, 4.4)
    rows: ClassVar[dict[str, tuple[str, str]]] = {
        "ratio": ("Bits of knowledge per parameter", "number"),
        "bits": ("Bits of knowledge", "bytes"),
        "facts": ("Facts", "params"),
        "gigabytes": ("Memory for weights (GB)", "number"),
        "share": ("Knowledge, as a share of the bits of the weights", "accuracy"),
        "active": ("Parameters active for a token", "params"),
        "claim": ("Wikipedia and textbooks (14B bits, as believed), times", "number"),
        "source": ("Where the ratio comes from", "number"),
    }

    def make_controls(self) -> dict[str, Control]:
        """Return the controls."""
        return {
            "params": log_slider(
                "Parameters", 1e8, 1e12, 7e9, quantity="params", help="All experts counted"
            ),
            "weight_bits": dropdown("Weights", WEIGHTS, 16, help="Bits of each weight"),
            "exposures": log_slider(
                "Exposures", *_EXPOSURES, 100, help="How often each fact is seen in training"
            ),
            "junk": dropdown("Training text", JUNK, "none", help="What else it is trained on"),
            "experts": dropdown("Layers", EXPERTS, 1, help="Dense, or a mixture of experts"),
            "gated": checkbox("gated MLP", False, help="As in LLaMA and Mistral"),
            "fact_bits": slider(
                "Bits of a fact",
                5,
                100,
                round(PERSON_BITS, 1),
                step=0.1,
                help="47.6 are the values of a biography",
            ),
        }

    def draw(self, figure: Figure) -> None:
        """Draw the axes once."""
        left, right = figure.subplots(1, 2)
        fit, mark = style.look("fit"), style.look("highlight")
        (self._ratio,) = left.plot([], [], color=fit.color, linewidth=1.6)
        (self._ratio_at,) = left.plot([], [], color=mark.color, marker=mark.marker, markersize=9)
        style.log_axis(left, "x", label="Exposures of each fact")
        style.log_axis(left, "y", label="Bits of knowledge per parameter")
        left.set(xlim=_EXPOSURES, ylim=(1e-3, 4))
        left.set_title("Per parameter")
        style.mark_extrapolation(left, 1000, below=100, text="")
        (self._room,) = right.plot([], [], color=fit.color, linewidth=1.6, label="these weights")
        (self._bound,) = right.plot(
            [], [], color="#888888", linestyle=":", linewidth=1.2, label="all bits of the weights"
        )
        (self._room_at,) = right.plot([], [], color=mark.color, marker=mark.marker, markersize=9)
        right.axhline(
            records.value("physics33_2024", "bits_7b"),
            color="#444444",
            linewidth=0.9,
            linestyle=(0, (5, 3)),
            label="Wikipedia and textbooks, believed",
        )
        style.log_axis(right, "x", label="Memory for weights (GB)")
        style.log_axis(right, "y", "bytes", label="Bits of knowledge")
        for axis in (left.yaxis, right.xaxis, right.yaxis):
            axis.set_minor_locator(NullLocator())  # half the time of drawing
        right.set(xlim=(0.05, 2500), ylim=(1e6, 1e13))
        right.set_title("In all")
        self._text = right.text(0.97, 0.04, "", transform=right.transAxes, ha="right", fontsize=9)
        right.legend(loc="upper left", fontsize=8.5)

    def update(self, **values: Any) -> dict[str, Number]:
        """Look the ratio up, move the points and lines."""
        setting = {n: values[n] for n in ("weight_bits", "experts", "junk", "gated")}
        ratio = knowledge_ratio(values["exposures"], **setting)
        model = room(values["params"], ratio, values["weight_bits"])
        # Straight lines between published points.
        self._ratio.set_data(_SEEN, [knowledge_ratio(n, **setting).value for n in _SEEN])
        self._ratio_at.set_data([values["exposures"]], [ratio.value])
        memory = np.geomspace(0.05, 2500, 2)
        self._room.set_data(memory, memory * 8e9 * model.share)
        self._bound.set_data(memory, memory * 8e9)
        self._room_at.set_data([model.bytes / 1e9], [model.bits])
        facts = model.facts(values["fact_bits"])
        self._text.set_text(f"{readable(facts, 'params')} facts of {values['fact_bits']:.1f} bits")
        return {
            "ratio": ratio.value,
            "bits": model.bits,
            "facts": facts,
            "gigabytes": model.bytes / 1e9,
            "share": model.share,
            "active": active_share(values["experts"]) * values["params"],
            "claim": model.bits / records.value("physics33_2024", "bits_7b"),
            "source": "; ".join(ratio.remarks) or "published",
        }

"""The explorer of parallel streams: a size and streams; out come loss, worth and memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import polars as pl

from analysis.explore.controls import Control, dropdown, log_slider, whole_slider
from analysis.explore.explorer import Explorer, Number
from analysis.fitting.fit import Fit, fit
from analysis.fitting.report import number
from analysis.laws.catalog import law
from analysis.plots import style
from analysis.studies.parallel_streams import CORPORA, corpus_runs
from analysis.studies.parallel_streams_costs import Model
from analysis.studies.parallel_streams_worth import by_law

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LAWS = {
    "worth k ln P + 1, as published": "parallel-streams",
    "k grows with the size": "parallel-streams-size",
}
SIZES = (3e8, 3e10)
RESAMPLES = 300
LEVEL = 0.9
#: Limits of the loss on each corpus, so that the curve does not jump while a slider moves.
_LIMITS = {"Stack-V2-Python": (0.8, 1.25), "Pile": (1.5, 2.25)}


class ParallelStreamsExplorer(Explorer):
    """Predicts the loss of a model with parallel streams and the larger model it stands for."""

    title: ClassVar[str] = "What are these streams worth?"
    size: ClassVar[tuple[float, float]] = (7.6, 4.2)
    rows: ClassVar[dict[str, tuple[str, str]]] = {
        "loss": ("Loss", "loss"),
        "loss_low": ("Loss of a new run, 90% low", "loss"),
        "loss_high": ("Loss of a new run, 90% high", "loss"),
        "loss_single": ("Loss with one stream", "loss"),
        "worth": ("Worth in parameters, times", "number"),
        "equivalent": ("Equivalent parameters", "params"),
        "equivalent_low": ("Equivalent parameters, 90% low", "params"),
        "equivalent_high": ("Equivalent parameters, 90% high", "params"),
        "saved_gb": ("Weights saved, GB", "number"),
        "cached_gb": ("Caches of the streams beyond those of the larger model, GB", "number"),
        "net_gb": ("Memory saved, GB", "number"),
        "status": ("Status of the fit", "number"),
    }

    def __init__(self) -> None:
        self._fits: dict[tuple[str, str], Fit] = {}
        super().__init__()

    def make_controls(self) -> dict[str, Control]:
        """Return the controls.

        Returns
        -------
        dict of str to Control
            By name.
        """
        return {
            "params": log_slider(
                "Parameters", 4e8, 8e9, 1.6e9, quantity="params", help="Without embeddings"
            ),
            "streams": whole_slider("Streams", 1, 16, 8, help="Runs with 1, 2, 4 and 8 exist"),
            "corpus": dropdown("Corpus", {c: c for c in CORPORA}, "Pile", help="Training corpus"),
            "law": dropdown("Law", LAWS, "parallel-streams", help="What streams are worth"),
            "context": log_slider(
                "Cached tokens",
                64,
                262144,
                1024,
                quantity="tokens",
                help="Prompts and answers of all sequences at once",
            ),
        }

    def fit_of(self, corpus: str, key: str) -> Fit:
        """Return the fit of a law to a corpus; each is fitted once.

        Parameters
        ----------
        corpus : str
            The corpus.
        key : str
            The law.

        Returns
        -------
        Fit
            With resamples of backbones.
        """
        if (corpus, key) not in self._fits:
            self._fits[corpus, key] = fit(
                law(key), corpus_runs(corpus), resamples=RESAMPLES, seed=42, cluster="backbone"
            )
        return self._fits[corpus, key]

    def draw(self, figure: Figure) -> None:
        """Draw the axes once.

        Parameters
        ----------
        figure : matplotlib.figure.Figure
            Where to draw.
        """
        ax = figure.subplots()
        self._ax = ax
        data, many = style.look("data"), style.look("fit")
        (self._single_runs,) = ax.plot([], [], color=data.color, marker="o", ls="none")
        (self._runs,) = ax.plot([], [], color=many.color, marker="D", ls="none")
        (self._single,) = ax.plot([], [], color=data.color, ls="--", label="one stream")
        (self._line,) = ax.plot([], [], color=many.color, label="the streams chosen")
        self._band = ax.fill_between(
            [], [], [], color=style.color("band"), alpha=0.35, linewidth=0, label="90% interval"
        )
        (self._step,) = ax.plot(
            [],
            [],
            color=style.color("highlight"),
            marker="P",
            markersize=8,
            linewidth=2,
            label="same loss",
        )
        style.log_axis(ax, "x", "params_non_embedding")
        style.linear_axis(ax, "y", "loss")
        ax.set(xlim=SIZES, ylim=_LIMITS["Pile"])
        self._title = ax.set_title(_title(0.0, 0.0))
        style.legend(ax, "right")
        style.mark_extrapolation(ax, 4.4e9)

    def update(self, **values: Any) -> dict[str, Number]:
        """Predict, find the larger model, move the curves.

        Parameters
        ----------
        **values
            Where the controls stand.

        Returns
        -------
        dict of str to number
            The numbers on the page.
        """
        params, streams, corpus = values["params"], values["streams"], values["corpus"]
        result = self.fit_of(corpus, values["law"])
        several = Model(params, streams)
        at = {"params_non_embedding": [several.weights], "streams": [streams]}
        found = result.predict(at, interval="prediction", level=LEVEL)
        single = result.predict({"params_non_embedding": [params], "streams": [1]})
        times = by_law(result, several.weights, streams, LEVEL).row(0, named=True)
        ends = {name: several.weights * times[name] for name in times if name.startswith("worth")}
        larger = Model(ends["worth"])
        tokens = values["context"]
        cached = 2 * tokens * (several.cached - larger.cached)
        saved = 2 * (larger.weights - several.weights)
        self._move(result, corpus, streams)
        loss = float(found["loss"][0])
        self._step.set_data([several.weights, ends["worth"]], [loss, loss])
        self._title.set_text(_title(saved / 1e9, cached / 1e9))
        return {
            **{name: found[name][0] for name in found.columns},
            "loss_single": single["loss"][0],
            "worth": times["worth"],
            "equivalent": ends["worth"],
            "equivalent_low": ends["worth_low"],
            "equivalent_high": ends["worth_high"],
            "saved_gb": saved / 1e9,
            "cached_gb": cached / 1e9,
            "net_gb": (saved - cached) / 1e9,
            "status": result.status,
        }

    def _move(self, result: Fit, corpus: str, streams: int) -> None:
        sizes = np.geomspace(*SIZES, 60)
        lines = {
            p: result.predict(
                {"params_non_embedding": sizes, "streams": np.full(60, p)},
                interval="confidence",
                level=LEVEL,
            )
            for p in (1, streams)
        }
        self._single.set_data(sizes, lines[1]["loss"])
        self._line.set_data(sizes, lines[streams]["loss"])
        self._band.set_data(sizes, lines[streams]["loss_low"], lines[streams]["loss_high"])
        runs = corpus_runs(corpus)
        for artist, p in ((self._single_runs, 1), (self._runs, streams)):
            some = runs.filter(pl.col("streams") == p)
            artist.set_data(some["params_non_embedding"], some["loss"])
        self._ax.set_ylim(*_LIMITS[corpus])


def _title(saved: float, cached: float) -> str:
    # The number of cached tokens moves memory alone, which no curve shows.
    weights, cache = number(saved, 3), number(cached, 3)
    return f"Dots are runs; {weights} GB fewer weights, {cache} GB more cache"

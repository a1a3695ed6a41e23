"""Explorers of the densing law: the frontier by choice, and the date of a density."""

from __future__ import annotations

import math
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import polars as pl

from analysis.capability.growth import Growth
from analysis.capability.trend import DAY_ZERO, years
from analysis.errors import DataError, FitError
from analysis.explore.controls import (
    Control,
    checkbox,
    dropdown,
    log_slider,
    slider,
    whole_slider,
)
from analysis.explore.explorer import Explorer, Number
from analysis.plots import densing as draw
from analysis.plots import style
from analysis.studies.densing import COHORTS, LLAMA, Estimate, Setting, changed, estimate
from analysis.studies.densing_scores import SCORES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_ORDER = ("MMLU", "MMLU-Pro", "GSM8K", "HellaSwag", "ARC-C", "WinoGrande", "BBH", "HumanEval")
_MEANS = tuple(name for name in SCORES if name.startswith("mean"))
_FROM, _TO = date(2022, 1, 1), date(2024, 8, 1)
_MONTHS = 31
_HORIZON = date(2025, 12, 31)
_HEIGHTS = (2.0**-7, 2.0**9)


@lru_cache(maxsize=64)
def _estimated(setting: Setting) -> Estimate | str:
    """Return the estimate of a setting, or why there is none."""
    try:
        return estimate(setting)
    except (FitError, DataError) as problem:
        return str(problem)


def month(number: int) -> date:
    """Return the first day of a month.

    Parameters
    ----------
    number : int
        Months after January 2022.

    Returns
    -------
    datetime.date
        The day; in February 2023 the 24th, when Llama came out.

    Examples
    --------
    >>> month(14)
    datetime.date(2023, 3, 1)
    """
    first = date(2022 + number // 12, number % 12 + 1, 1)
    # The month of Llama begins with Llama, as the study does.
    return DAY_ZERO if (first.year, first.month) == (DAY_ZERO.year, DAY_ZERO.month) else first


def _month_slider(label: str, low: int, high: int, value: int, help: str) -> Control:
    """Make a slider over months, written as such."""
    made = whole_slider(label, low, high, value, help=help)

    def write(number: int) -> str:
        return f"{month(number):%b %Y}"

    return Control(made.widget, made._accepts, f"{write(low)} to {write(high)}", write, help)


class _Edges:
    """The models and the two edges in an axes, redrawn in place."""

    def __init__(self, figure: Figure, title: str, *, records: bool = True) -> None:
        self.ax = ax = figure.subplots()
        fit, old = style.look("fit"), style.look("densing2024")
        self.models = {
            name: ax.plot([], [], style.look(name).marker, color=style.color(name), ms=4.5,
                          alpha=0.7, mew=0, label=f"{name}s")[0]
            for name in ("base model", "other model")
        }  # fmt: skip
        (self.line,) = ax.plot([], [], color=fit.color, label="quantile 0.9")
        (self.records,) = ax.plot([], [], color=old.color, linestyle=old.linestyle,
                                  visible=records)  # fmt: skip
        if records:
            self.records.set_label("line through the records")
        self.band = ax.fill_between([], [], [], color=style.color("band"), alpha=0.3, linewidth=0,
                                    label="90% interval")  # fmt: skip
        draw.date_axis(ax, np.array([_FROM, _TO], dtype="datetime64[D]"))
        ax.set_ylim(*_HEIGHTS)
        ax.set_title(title)
        self.message = ax.text(0.5, 0.9, "", transform=ax.transAxes, ha="center", va="top",
                               fontsize=9.5, color=style.color("highlight"), wrap=True)  # fmt: skip

    def show(self, one: Estimate | None, until: date | None = None) -> np.ndarray[Any, Any]:
        """Draw an estimate, or clear the axes."""
        table = one.table if one else pl.DataFrame(schema={"density": pl.Float64})
        known = table.filter(pl.col("density").is_not_nan())
        for name, marks in self.models.items():
            own = (
                known.filter((pl.col("kind") == "base") == (name == "base model")) if one else known
            )
            marks.set_data(own["released"].to_numpy() if one else [], own["density"].to_numpy())
        if one is None:
            for line in (self.line, self.records):
                line.set_data([], [])
            self.band.set_data([], [], [])
            return np.array([], dtype="datetime64[D]")
        days = draw.span(table)
        if until is not None:
            more = int((np.datetime64(until) - days[0]).astype(int))
            days = days[0] + np.linspace(0, more, 100).astype(int)
        self.line.set_data(days, one.headline.edge(days))
        self.records.set_data(days, one.published.edge(days))
        self.band.set_data(days, *one.headline.edge_interval(days))
        return days


class DensingExplorer(Explorer):
    """Draws the upper edge of density for any choice of scores, reference and models."""

    title: ClassVar[str] = "How fast does density grow?"
    size: ClassVar[tuple[float, float]] = (8.6, 5.2)
    rows: ClassVar[dict[str, tuple[str, str]]] = {
        "models": ("Models with a density", "number"),
        "families": ("Families", "number"),
        "months": ("Doubling time (months), quantile 0.9", "number"),
        "months_low": ("Doubling time, 90% low", "number"),
        "months_high": ("Doubling time, 90% high", "number"),
        "rate": ("Doublings a year", "number"),
        "rate_low": ("Doublings a year, 90% low", "number"),
        "rate_high": ("Doublings a year, 90% high", "number"),
        "records_months": ("Doubling time by the record line", "number"),
        "records": ("Record holders", "number"),
        "densest": ("Densest model", "number"),
        "problem": ("Problem", "number"),
    }

    def make_controls(self) -> dict[str, Control]:
        """Return the controls."""
        tokens = {"1T for all": "1T", "as many as the model": "own"}
        return {
            "score": dropdown("Score", {n: n for n in (*_ORDER, *_MEANS)}, "MMLU"),
            "cohort": dropdown("Reference", {n: n for n in COHORTS}, LLAMA, help="Density 1"),
            "tokens": dropdown("Its training tokens", tokens, "1T"),
            "kinds": dropdown("Models", {"base only": "base", "all kinds": "all"}, "base"),
            "since": _month_slider("Released from", 0, 20, 13, "First month"),
            "until": _month_slider("Released before", 21, _MONTHS, _MONTHS, "Month after the last"),
            "confirmed": checkbox("only models of which nothing is recalled", False),
        }

    def draw(self, figure: Figure) -> None:
        """Draw axes, edges and an empty legend of models."""
        self._edges = _Edges(figure, "Density at release, and its upper edge")
        (self._stars,) = self._edges.ax.plot(
            [], [], "*", color=style.color("frontier"), ms=9, label="record holders"
        )
        self._names: list[Any] = []
        style.legend(self._edges.ax, "below")

    def update(self, **values: Any) -> dict[str, Number]:
        """Estimate, move the edges, name the record holders."""
        setting = changed(
            score=values["score"],
            cohort=values["cohort"],
            tokens="own" if values["tokens"] == "own" else 1e12,
            kinds=values["kinds"],
            since=month(values["since"]),
            until=month(values["until"]),
            verified_only=values["confirmed"],
        )
        found = _estimated(setting)
        one = found if isinstance(found, Estimate) else None
        self._edges.show(one)
        self._edges.message.set_text("" if one else str(found))
        self._name(one)
        return _numbers(one) | {"problem": "none" if one else str(found)}

    def _name(self, one: Estimate | None) -> None:
        """Put stars and names on the record holders."""
        for text in self._names:
            text.remove()
        before = set(self._edges.ax.texts)
        if one is None:
            self._stars.set_data([], [])
        else:
            held = one.table.filter(pl.col("model").is_in(one.published.record_holders))
            days, heights = held["released"].to_numpy(), held["density"].to_numpy()
            self._stars.set_data(days, heights)
            x = days.astype("datetime64[D]").astype(float)
            style.label_points(self._edges.ax, x, heights, [draw.short(n) for n in held["model"]])
        self._names = [text for text in self._edges.ax.texts if text not in before]


def _numbers(one: Estimate | None) -> dict[str, Number]:
    if one is None:
        gone = ("months", "months_low", "months_high", "rate", "rate_low", "rate_high")
        none: dict[str, Number] = dict.fromkeys((*gone, "records_months"), math.nan)
        return none | {"models": 0, "families": 0, "records": 0, "densest": "none"}
    growth, table = one.headline, one.table.filter(pl.col("density").is_not_nan())
    (low, high), (short, long) = growth.interval, growth.months_interval
    return {
        "models": growth.models,
        "families": growth.families,
        "months": growth.months,
        "months_low": short,
        "months_high": long,
        "rate": growth.rate,
        "rate_low": low,
        "rate_high": high,
        "records_months": one.published.months,
        "records": len(one.published.record_holders),
        "densest": draw.short(table.sort("density")["model"][-1]),
    }


def _written(day: date | None, growth: Growth) -> str:
    """Write a month; outside the dates of the models it says so."""
    if day is None:
        return "not known"
    first, last = growth.trend.times[[0, -1]]
    outside = not first <= float(years(day)) <= last
    return f"{day:%b %Y}" + (", extrapolated" if outside else "")


class DensityExplorer(Explorer):
    """Takes a score and a size; says how dense that is, and when it was the frontier."""

    title: ClassVar[str] = "How dense is my model, and when was that the frontier?"
    size: ClassVar[tuple[float, float]] = (8.6, 4.8)
    rows: ClassVar[dict[str, tuple[str, str]]] = {
        "effective": ("Effective parameters", "params"),
        "density": ("Density", "number"),
        "density_low": ("Density, 90% low", "number"),
        "density_high": ("Density, 90% high", "number"),
        "day": ("The frontier was there on", "number"),
        "day_first": ("By the frontier's interval first on", "number"),
        "day_last": ("By the frontier's interval last on", "number"),
        "denser": ("Models here that are denser", "accuracy"),
        "problem": ("Problem", "number"),
    }

    def make_controls(self) -> dict[str, Control]:
        """Return the controls."""
        return {
            "score": slider("Its score", 0.26, 0.95, 0.62, step=0.01, quantity="accuracy"),
            "params": log_slider("Its parameters", 1e8, 1e12, 8e9, quantity="params"),
            "benchmark": dropdown("Benchmark", {n: n for n in _ORDER}, "MMLU"),
            "tokens": log_slider(
                "Reference's tokens", 2e11, 2e13, 1e12, quantity="tokens", per_decade=10,
                help="1T as published; the tokens of your model leave out what training gives",
            ),
        }  # fmt: skip

    def draw(self, figure: Figure) -> None:
        """Draw the frontier's axes and the marks of one model."""
        self._edges = _Edges(figure, "When was this density the frontier?", records=False)
        ax = self._edges.ax
        draw.date_axis(ax, np.array([_FROM, _HORIZON], dtype="datetime64[D]"))
        ax.set_ylim(2.0**-9, 2.0**11)
        look = style.look("highlight")
        self._level = ax.axhline(1, color=look.color, linewidth=1.2, visible=False)
        self._around = ax.axhspan(0.5, 2, color=look.color, alpha=0.12, linewidth=0, visible=False)
        (self._point,) = ax.plot([], [], look.marker, color=look.color, ms=9, zorder=5,
                                 label="this density on the frontier")  # fmt: skip
        style.mark_extrapolation(ax, float(np.datetime64(_TO).astype(int)))
        style.legend(ax, "below")

    def update(self, **values: Any) -> dict[str, Number]:
        """Work out the density, and put it on the frontier."""
        found = _estimated(changed(score=values["benchmark"], tokens=float(values["tokens"])))
        one = found if isinstance(found, Estimate) else None
        self._edges.show(one, until=_HORIZON)
        if one is None:
            raise FitError(str(found))
        own = pl.DataFrame({"score": [values["score"]], "params": [values["params"]]})
        row = one.reference.density(own, tokens=float(values["tokens"])).row(0, named=True)
        numbers = {n: row[k] for n, k in (("effective", "effective_params"), ("density", "density"),
                   ("density_low", "density_low"), ("density_high", "density_high"))}  # fmt: skip
        problem = row["density_reason"]
        self._edges.message.set_text(f"no density: {problem}" if problem else "")
        for artist in (self._level, self._around):
            artist.set_visible(not problem)
        dates = self._on_frontier(one.headline, row["density"])
        if not problem:
            self._level.set_ydata([row["density"]] * 2)
            low, high = max(row["density_low"], 1e-9), min(row["density_high"], 1e9)
            self._around.set_y(low)
            self._around.set_height(high - low)
        known = one.table["density"].to_numpy()
        known = known[np.isfinite(known)]
        share = float((known > row["density"]).mean()) if not problem else math.nan
        return {**numbers, **dates, "denser": share, "problem": problem or "none"}

    def _on_frontier(self, growth: Growth, density: float) -> dict[str, Number]:
        """Mark the day on which a density was that of the frontier."""
        if math.isnan(density):
            self._point.set_data([], [])
            return {"day": "none", "day_first": "none", "day_last": "none"}
        day, (first, last) = growth.day(density), growth.day_interval(density)
        when = np.array([day] if day else [], dtype="datetime64[D]")
        self._point.set_data(when, [density] if day else [])
        ends = {"day": day, "day_first": first, "day_last": last}
        return {name: _written(when, growth) for name, when in ends.items()}

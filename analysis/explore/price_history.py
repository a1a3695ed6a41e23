"""The price-history explorer: a score and a mix of tokens; out comes its price over time."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

import polars as pl

from analysis import economics
from analysis.explore.controls import Control, dropdown, log_slider, slider
from analysis.explore.explorer import Explorer, Number
from analysis.plots import style
from analysis.plots.price_history import date_axis
from analysis.runs import load
from analysis.studies.price_history import BOARDS, boards

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FOLLOWED = {"cheapest model": "steps", "typical new model": "entries"}
NAMES = {"MMLU": "mmlu", "Aider polyglot (coding)": "polyglot"}
RESAMPLES = 200
LEVEL = 0.9


class PriceHistoryExplorer(Explorer):
    """Follows the cheapest list price at which a score could be bought."""

    title: ClassVar[str] = "What did a score cost, and how fast did its price fall?"
    size: ClassVar[tuple[float, float]] = (7.6, 4.4)
    rows: ClassVar[dict[str, tuple[str, str]]] = {
        "halving": ("Months in which the price halves", "number"),
        "halving_low": ("Months, 90% low", "number"),
        "halving_high": ("Months, 90% high", "number"),
        "chance": ("Months when the order is shuffled", "number"),
        "status": ("Halving time", "number"),
        "first": ("First price", "usd_per_mtok"),
        "last": ("Last price while models were scored", "usd_per_mtok"),
        "newest": ("Price in the newest table", "usd_per_mtok"),
        "holder": ("Cheapest in the newest table", "number"),
        "models": ("Models that reach the score", "number"),
        "families": ("Their families", "number"),
        "offers": ("Offers in the newest table", "number"),
    }

    def __init__(self) -> None:
        self._offered = economics.offers(load("api-prices"), load("price-names"))
        self._scores = boards()
        self._moving: list[Any] = []
        super().__init__()

    def make_controls(self) -> dict[str, Control]:
        """Return the controls."""
        return {
            "board": dropdown("Board", NAMES, "mmlu", help="Which scores are joined to prices"),
            "score": slider(
                "Score to reach", 0.3, 0.86, 0.75, step=0.01, quantity="accuracy",
                help="Share of right answers",
            ),
            "seller": dropdown(
                "Sold by", {"any host": False, "the maker": True}, False,
                help="Whether hosts of open models count",
            ),
            "follow": dropdown(
                "Followed", FOLLOWED, "steps",
                help="The cheapest model by table, or each new model at its first price",
            ),
            "ratio": log_slider(
                "Prompt tokens", 0.1, 100.0, 3.0,
                help="For each generated token; the price is that of the mix",
            ),
        }  # fmt: skip

    def draw(self, figure: Figure) -> None:
        """Draw the axes once."""
        ax = figure.subplots()
        self._ax = ax
        style.log_axis(ax, "y", "usd_per_mtok")
        ax.set(xlim=(date(2023, 10, 1), date(2027, 1, 15)), ylim=(0.01, 150))
        date_axis(ax)
        look = style.look("frontier")
        (self._line,) = ax.step([], [], where="post", color=look.color, label="cheapest")
        (self._late,) = ax.step(
            [], [], where="post", color=look.color, alpha=0.35, label="after scores end"
        )
        (self._dots,) = ax.plot(
            [], [], color=style.color("data"), marker=".", markersize=3, alpha=0.45,
            linestyle="none", label="all offers",
        )  # fmt: skip
        (self._trend,) = ax.plot(
            [], [], color=style.color("fit"), linestyle="--", linewidth=1.4, label="trend"
        )
        self._title = ax.set_title("Offers that reach the score")
        style.legend(ax, "below")

    def update(self, **values: Any) -> dict[str, Number]:
        """Follow the price, move the curve."""
        board, score, own = values["board"], values["score"], values["seller"]
        ratio, until = values["ratio"], BOARDS[board]
        known = self._scores[board]
        found = economics.reaching(self._offered, known, score, first_party=own)
        found = found.with_columns(price=economics.blended(ratio))
        curve = economics.cheapest(self._offered, known, score, ratio=ratio, first_party=own)
        trend = economics.price_trend(
            self._offered,
            known,
            threshold=score,
            ratio=ratio,
            first_party=own,
            until=until,
            form=values["follow"],
            level=LEVEL,
            resamples=RESAMPLES,
        )
        for artist in self._moving:
            artist.remove()
        band = trend.band
        self._moving = [
            self._ax.fill_between(
                band["dated"], band["low"], band["high"], step="post", alpha=0.35, linewidth=0,
                color=style.color("band"),
            )
        ]  # fmt: skip
        counted = curve.filter(pl.col("dated") <= until)
        later = curve.filter(pl.col("dated") >= counted["dated"].max())
        self._line.set_data(counted["dated"], counted["usd_per_mtok"])
        self._late.set_data(later["dated"], later["usd_per_mtok"])
        self._trend.set_data(trend.line["dated"], trend.line["usd_per_mtok"])
        self._dots.set_data(found["dated"], found["price"])
        newest = curve.row(-1, named=True)
        return {
            "halving": trend.halving_months,
            "halving_low": trend.low,
            "halving_high": trend.high,
            "chance": trend.chance_months,
            "status": trend.reason or "identified",
            "first": trend.start,
            "last": trend.end,
            "newest": newest["usd_per_mtok"],
            "holder": f"{newest['model']}, {newest['provider']}",
            "models": trend.models,
            "families": trend.families,
            "offers": newest["offers"],
        }

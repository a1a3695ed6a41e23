"""Prices of a score: joins by exact names, cheapest offers, trends and what moved them."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import polars as pl
import pytest

import analysis
from analysis import economics
from analysis.economics.price_market import slopes
from analysis.economics.price_trend import FORMS
from analysis.errors import DataError

DAYS = [date(2024, 1, 1), date(2024, 7, 1), date(2025, 1, 1), date(2025, 7, 1)]


def offered(rows):
    """Return offers of (day, name, model, family, price, own)."""
    table = pl.DataFrame(
        rows, ["dated", "name", "model", "family", "input", "first_party"], orient="row"
    )
    return table.with_columns(output="input", provider=pl.lit("p"), open_weights=True)


@pytest.fixture
def market():
    """A dear model throughout, a cheaper one from the third table, a host from the last."""
    rows = [(day, "a", "A", "fa", 8.0, True) for day in DAYS]
    rows += [(day, "b", "B", "fb", 2.0, True) for day in DAYS[2:]]
    rows += [(DAYS[3], "h/b", "B", "fb", 1.0, False), (DAYS[0], "z", "Z", "fz", 0.01, True)]
    return offered(rows)


SCORES = pl.DataFrame({"model": ["A", "B", "Z"], "score": [0.7, 0.6, 0.2]})


def test_blended_price_lies_between_the_two():
    prices = pl.DataFrame({"input": [1.0], "output": [5.0]})
    at = [prices.select(economics.blended(r)).item() for r in (0, 1, 3, 1e9)]
    assert at[:3] == [5.0, 3.0, 2.0]
    assert at[3] == pytest.approx(1)
    for bad in (-1, math.inf, math.nan):
        with pytest.raises(ValueError, match="ratio is"):
            economics.blended(bad)


def test_offers_join_by_the_exact_name_and_by_the_day():
    prices = pl.DataFrame(
        {
            "dated": [DAYS[0], DAYS[0], DAYS[3], DAYS[0]],
            "name": ["opt-1.3b", "opt-13b", "moving", "opt-1.3b "],
            "provider": "p",
            "input": 1.0,
            "output": 1.0,
            "used": [True, True, True, True],
        }
    )
    names = pl.DataFrame(
        {
            "board": ["api-prices"] * 3 + ["mmlu"],
            "name": ["opt-1.3b", "moving", "moving", "opt-13b"],
            "model": ["small", "old", "new", "large"],
            "family": "f",
            "maker": "m",
            "open_weights": True,
            "first_party": False,
            "since": [None, date(2024, 1, 1), date(2025, 1, 1), None],
            "until": [None, date(2024, 12, 31), None, None],
        }
    )
    found = economics.offers(prices, names)
    assert found.select("dated", "model").rows() == [(DAYS[0], "small"), (DAYS[3], "new")]
    none = economics.offers(prices.with_columns(used=pl.lit(value=False)), names)
    assert none.height == 0


@pytest.mark.parametrize(
    ("asked", "given", "said"),
    [
        (0.0, 0.0, "accepted are a price, or used = false"),
        (-1.0, 2.0, r"found -1\.0 for prompts and 2\.0 for output of x"),
        (1.0, None, "accepted are prices from 0"),
    ],
)
def test_a_price_that_nobody_wrote_down_is_refused_and_not_the_cheapest(asked, given, said):
    prices = pl.DataFrame(
        {
            "dated": [DAYS[0]] * 2,
            "name": ["opt", "x"],
            "provider": "p",
            "input": [1.0, asked],
            "output": [1.0, given],
            "used": True,
        }
    )
    names = analysis.load("price-names")
    with pytest.raises(DataError, match=f"row 2: .*{said}"):
        economics.offers(prices, names)
    left_out = prices.with_columns(used=pl.col("name") == "opt")
    assert economics.offers(left_out, names).height == 0
    free_prompts = prices.with_columns(input=0.0, output=1.0)
    assert economics.offers(free_prompts, names).height == 0


def test_cheapest_takes_only_models_that_reach_the_score(market):
    table = economics.cheapest(market, SCORES, 0.6)
    assert table["usd_per_mtok"].to_list() == [8, 8, 2, 1]
    assert table["model"].to_list() == ["A", "A", "B", "B"]
    assert table["second"].to_list() == [None, None, 8, 8]
    own = economics.cheapest(market, SCORES, 0.6, first_party=True)
    assert own["usd_per_mtok"].to_list() == [8, 8, 2, 2]
    assert economics.cheapest(market, SCORES, 0.65)["model"].unique().to_list() == ["A"]
    assert economics.cheapest(market, SCORES, 0.9).height == 0
    with pytest.raises(ValueError, match="several rows of A"):
        economics.cheapest(market, pl.concat([SCORES, SCORES[:1]]), 0.6)


def test_cheapest_never_rises_when_an_offer_is_added_or_the_score_lowered(market):
    whole = economics.cheapest(market, SCORES, 0.6)["usd_per_mtok"]
    for name in market["name"].unique():
        fewer = economics.cheapest(market.filter(pl.col("name") != name), SCORES, 0.6)
        both = fewer.join(
            economics.cheapest(market, SCORES, 0.6), on="dated", suffix="_whole", how="inner"
        )
        assert (both["usd_per_mtok"] >= both["usd_per_mtok_whole"]).all()
    lower = economics.cheapest(market, SCORES, 0.1)["usd_per_mtok"]
    assert (lower <= whole).all()


def test_pieces_add_up_and_name_the_cause(market):
    steps = economics.pieces(market, SCORES, 0.6)
    parts = steps.select("left", "repriced", "new_offer", "new_model")
    np.testing.assert_allclose(parts.sum_horizontal(), steps["change"])
    assert steps["change"].to_list() == [0, -2, -1]
    assert steps["new_model"].to_list() == [0, -2, 0]
    assert steps["new_offer"].to_list() == [0, 0, -1]
    cut = market.with_columns(
        input=pl.when((pl.col("name") == "a") & (pl.col("dated") == DAYS[1]))
        .then(4.0)
        .otherwise("input")
    ).with_columns(output="input")
    assert economics.pieces(cut, SCORES, 0.65)["repriced"].to_list() == [-1, 1, 0]
    gone = market.filter(~((pl.col("name") == "b") & (pl.col("dated") == DAYS[3])))
    last = economics.pieces(gone, SCORES, 0.6, first_party=True).row(-1, named=True)
    assert (last["left"], last["change"]) == (2, 2)


def test_slopes_of_a_price_that_halves_every_year_are_the_same_in_every_form():
    days = np.array([0.0, 100.0, 400.0, 1000.0])
    logs = 3 - days / 365.25
    for form in set(FORMS) - {"entries"}:
        found = slopes(days, np.array([logs, np.full(4, np.inf)]), form)
        assert found[0] == pytest.approx(-1 / 365.25)
        assert math.isnan(found[1])
    gap = np.array([[3, np.inf, 1, 0.0]])
    assert slopes(days, gap, "ends")[0] == pytest.approx(-0.003)
    up = np.array([[1.0, 0.0, 2.0, 2.0]])
    assert slopes(days, up, "records")[0] < 0 < slopes(days, up, "tables")[0]


def falling(halving=6.0, families=8, repeat=1):
    days = [date(2024, 1 + m, 1) for m in range(12)]
    rows = []
    for k in range(families):
        for day in days[min(k, 11) :]:
            for r in range(repeat):
                price = 16 * 2 ** (-k / halving)
                rows.append((day, f"{k}.{r}", f"{k}.{r}", f"f{k}", price, True))
    table = offered(rows)
    scores = table.select("model").unique().sort("model").with_columns(score=pl.lit(0.7))
    return table, scores


def test_trend_finds_the_halving_time_and_scales_with_nothing_but_time():
    table, scores = falling()
    trend = economics.price_trend(table, scores, threshold=0.6, until=date(2024, 8, 1))
    assert trend.halving_months == pytest.approx(6, rel=0.03)
    assert trend.low <= trend.halving_months <= trend.high
    assert trend.status == "identified"
    assert trend.per_year == pytest.approx(2 ** (12 / trend.halving_months))
    dear = table.with_columns(pl.col("input", "output") * 7)
    again = economics.price_trend(dear, scores, threshold=0.6, until=date(2024, 8, 1))
    assert again.halving_months == pytest.approx(trend.halving_months)
    assert again.start == pytest.approx(7 * trend.start)
    counted = dear.filter(pl.col("dated") <= date(2024, 8, 1))
    np.testing.assert_allclose(
        again.band["usd_per_mtok"], economics.cheapest(counted, scores, 0.6)["usd_per_mtok"]
    )


def test_typical_new_models_are_read_off_at_their_first_price():
    table, scores = falling(families=10)
    late = table.filter(pl.col("family") != "f0")  # the first table shows no day of arrival
    trend = economics.price_trend(table, scores, threshold=0.6, form="entries")
    assert trend.halving_months == pytest.approx(6, rel=0.03)
    assert economics.price_trend(
        pl.concat([late, table.filter(pl.col("family") == "f0").with_columns(input=900.0)]),
        scores, threshold=0.6, form="entries",
    ).halving_months == pytest.approx(trend.halving_months)  # fmt: skip
    cut = table.with_columns(
        input=pl.when(pl.col("dated") == date(2024, 12, 1)).then(0.001).otherwise("input")
    ).with_columns(output="input")
    later = economics.price_trend(cut, scores, threshold=0.6, form="entries")
    assert later.halving_months == trend.halving_months
    assert trend.chance < 0.01
    first, last = trend.line["usd_per_mtok"]
    assert first / last == pytest.approx(2 ** (335 / 30.4375 / trend.halving_months), rel=1e-3)


def test_the_line_runs_through_a_price_that_halves_evenly():
    table, scores = falling(families=12)
    for form in FORMS:
        line = economics.price_trend(table, scores, threshold=0.6, form=form).line
        assert line["usd_per_mtok"].to_list() == pytest.approx(
            [16, 16 * 2 ** (-11 / 6)], rel=0.03
        ), form


def test_models_of_one_family_count_as_one_case():
    few, scores = falling(families=4)
    many, more = falling(families=4, repeat=5)
    one = economics.price_trend(few, scores, threshold=0.6)
    five = economics.price_trend(many, more, threshold=0.6)
    assert five.models == 5 * one.models
    assert five.families == one.families == 4
    assert (five.low, five.high) == pytest.approx((one.low, one.high))
    alone = many.with_columns(family="model")
    assert economics.price_trend(alone, more, threshold=0.6).high < five.high


def test_scores_near_the_threshold_are_drawn_anew():
    table, scores = falling()
    sure = economics.price_trend(table, scores, threshold=0.68)
    cases = scores.with_columns(cases=pl.lit(50))
    unsure = economics.price_trend(table, cases, threshold=0.68)
    assert unsure.halving_months == sure.halving_months
    assert unsure.high > sure.high


def test_what_cannot_be_told_is_said():
    flat = offered([(day, "a", "A", "fa", 1.0, True) for day in DAYS])
    trend = economics.price_trend(flat, SCORES[:1], threshold=0.6)
    assert math.isinf(trend.halving_months)
    assert trend.reason == "1 different prices"
    table, scores = falling(families=3)
    lost = economics.price_trend(
        table.filter(pl.col("dated") < date(2024, 4, 1)), scores, threshold=0.6
    )
    assert lost.status == "not identified"
    assert "resamples" in lost.reason
    with pytest.raises(ValueError, match=r"threshold is 0\.99; accepted"):
        economics.price_trend(table, scores, threshold=0.99)
    with pytest.raises(ValueError, match="form is 'line'; accepted are steps"):
        economics.price_trend(table, scores, threshold=0.6, form="line")
    with pytest.raises(ValueError, match="level is 1"):
        economics.price_trend(table, scores, threshold=0.6, level=1)


def test_same_seed_same_interval():
    table, scores = falling()
    one, two = (economics.price_trend(table, scores, threshold=0.6, seed=3) for _ in range(2))
    assert (one.low, one.high, one.chance_months) == (two.low, two.high, two.chance_months)


def test_shuffled_orders_fall_too():
    """Prices without any trend: their minimum falls as models come, and chance says so."""
    rng = np.random.default_rng(1)
    days = [date(2024, 1 + m, 1) for m in range(12)]
    prices = 2.0 ** rng.normal(0, 2, 12)
    rows = [
        (day, str(k), str(k), str(k), prices[k], True)
        for k in range(12)
        for day in days[k:]
    ]  # fmt: skip
    table = offered(rows)
    scores = pl.DataFrame({"model": [str(k) for k in range(12)], "score": 0.7})
    trend = economics.price_trend(table, scores, threshold=0.6)
    assert math.isfinite(trend.halving_months)
    assert math.isfinite(trend.chance_months)
    assert trend.chance > 0.05


def test_doubling_time_of_2_46_years_is_a_slope_of_0_1224():
    """The check of the reference on price-performance of GPUs: log10 for each year."""
    assert math.log10(2) / 2.46 == pytest.approx(0.1224, abs=1e-4)

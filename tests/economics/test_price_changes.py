"""Fixed names, hosts of one model, and lists that mislead."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from analysis import economics
from analysis.errors import DataError

DAYS = [date(2024, 1, 1), date(2025, 1, 1), date(2026, 1, 1)]


def prices(rows):
    table = pl.DataFrame(rows, ["dated", "name", "provider", "input"], orient="row")
    return table.with_columns(output="input", used=True)


def test_matched_pairs_only_tables_that_follow_one_another():
    table = prices(
        [
            *[(day, "still", "p", 1.0) for day in DAYS],
            (DAYS[0], "gap", "p", 4.0),
            (DAYS[2], "gap", "p", 1.0),
            (DAYS[0], "moved", "p", 4.0),
            (DAYS[1], "moved", "q", 1.0),
            (DAYS[1], "cut", "p", 2.0),
            (DAYS[2], "cut", "p", 0.5),
        ]
    )
    pairs = economics.matched(table)
    assert pairs.select("name", "change").rows() == [("still", 0), ("cut", -2), ("still", 0)]
    assert pairs["changed"].to_list() == [False, True, False]
    assert pairs["years"].to_list() == pytest.approx([1.002, 0.999, 0.999], abs=1e-3)
    hidden = table.with_columns(used=pl.col("name") != "cut")
    assert economics.matched(hidden)["name"].unique().to_list() == ["still"]


def test_rounding_is_no_change():
    table = prices([(DAYS[0], "a", "p", 0.25), (DAYS[1], "a", "p", 0.24997)])
    assert not economics.matched(table)["changed"].any()


def test_repricing_chains_the_mean_of_each_step():
    table = prices(
        [
            *[(DAYS[0], n, s, 1.0) for n, s in (("a", "p"), ("b", "q"))],
            *[(DAYS[1], n, s, x) for n, s, x in (("a", "p", 0.25), ("b", "q", 1.0))],
            *[(DAYS[2], n, s, x) for n, s, x in (("a", "p", 0.25), ("b", "q", 1.0))],
        ]
    )
    pairs = economics.matched(table)
    assert economics.chained(pairs)["index"].to_list() == [1, 0.5, 0.5]
    found = economics.repricing(pairs, resamples=500)
    assert (found.pairs, found.names, found.sellers) == (4, 2, 2)
    assert found.changed == 0.25
    assert found.moved == 0.5
    assert found.cut == 1
    assert found.median_cut == 0.25
    assert found.per_year == pytest.approx(0.5**0.5, rel=2e-3)
    # With two sellers a resample may hold one of them twice: half of all or none.
    assert (found.changed_low, found.changed_high) == (0, 0.5)
    assert found.per_year_low == pytest.approx(0.25**0.5, rel=2e-3)
    assert found.per_year_high == 1


def test_more_sellers_narrow_the_interval():
    rows = [(d, "a", f"s{k}", 0.5 if k % 2 and d == DAYS[1] else 1.0)
            for k in range(40) for d in DAYS[:2]]  # fmt: skip
    found = economics.repricing(economics.matched(prices(rows)))
    assert found.changed == 0.5
    assert 0.3 < found.changed_low < 0.45
    assert 0.55 < found.changed_high < 0.7


def test_repricing_of_one_seller_has_no_width_and_of_none_is_refused():
    table = prices([(d, n, "p", 1.0) for d in DAYS for n in "abc"])
    found = economics.repricing(economics.matched(table))
    assert (found.changed_low, found.changed_high, found.per_year) == (0, 0, 1)
    with pytest.raises(ValueError, match="pairs is empty"):
        economics.repricing(economics.matched(table.filter(pl.col("dated") == DAYS[0])))
    with pytest.raises(ValueError, match="level is 2"):
        economics.repricing(economics.matched(table), level=2)


def test_dispersion_counts_hosts_once_and_only_of_open_models():
    rows = [("A", f"h{k}", price, True) for k, price in enumerate([1.0, 1.0, 2.0, 2.0, 50.0])]
    rows += [("A", "h0", 9.0, True), ("B", "h0", 1.0, True), ("C", "h0", 1.0, False)]
    table = pl.DataFrame(rows, ["model", "provider", "input", "open_weights"], orient="row")
    table = table.with_columns(output="input", dated=pl.lit(DAYS[0]))
    found = economics.dispersion(table)
    assert found["model"].to_list() == ["A"]
    row = found.row(0, named=True)
    assert (row["hosts"], row["median"], row["extremes"], row["quartiles"]) == (5, 2, 50, 2)
    assert economics.dispersion(table, hosts=2).height == 1
    with pytest.raises(ValueError, match="hosts is 1"):
        economics.dispersion(table, hosts=1)


def runs(costs, listed, task="t"):
    rows = [
        (task, str(p), model, usd, listed[model], listed[model])
        for model, values in costs.items()
        for p, usd in enumerate(values)
    ]
    return pl.DataFrame(rows, ["task", "problem", "model", "usd", "input", "output"], orient="row")


def test_reversal_counts_pairs_whose_order_turns():
    table = runs(
        {"low": [5.0, 5.0], "mid": [1.0, 2.0], "high": [9.0, 9.0]},
        {"low": 1.0, "mid": 2.0, "high": 4.0},
    )
    found = economics.price_reversal(table, resamples=50)
    assert found.pairs.height == 3
    assert found.share == pytest.approx(1 / 3)
    assert found.tau == pytest.approx(1 / 3)
    turned = found.pairs.filter("reversed").row(0, named=True)
    assert (turned["cheap"], turned["dear"], turned["listed"]) == ("low", "mid", 2)
    assert turned["paid"] == pytest.approx(0.3)
    assert found.low <= found.share <= found.high


def test_reversal_needs_the_same_problems_of_every_model():
    table = runs({"a": [1.0, 100.0], "b": [2.0, 1.0]}, {"a": 1.0, "b": 2.0})
    assert economics.price_reversal(table, resamples=10).share == 1
    missing = table.filter(~((pl.col("model") == "b") & (pl.col("problem") == "1")))
    kept = economics.price_reversal(missing, resamples=10)
    assert (kept.share, kept.tau) == (0, 1)
    with pytest.raises(ValueError, match="task t has a run twice"):
        economics.price_reversal(pl.concat([table, table[:1]]))
    with pytest.raises(ValueError, match="has 1 models"):
        economics.price_reversal(table.filter(pl.col("model") == "a"))


@pytest.mark.parametrize("cost", [0.0, -1.0, None, float("nan")])
def test_a_cost_that_was_not_written_down_is_not_free(cost):
    table = runs({"a": [1.0, cost], "b": [2.0, 1.0]}, {"a": 1.0, "b": 2.0})
    said = f"column 'usd': task t: found {cost} of a at problem 1; accepted is a cost above 0"
    with pytest.raises(DataError, match=said):
        economics.price_reversal(table)


def test_equal_list_prices_are_no_pair():
    table = runs({"a": [1.0], "b": [2.0], "c": [3.0]}, {"a": 1.0, "b": 1.0, "c": 2.0})
    assert economics.price_reversal(table, resamples=5).pairs.height == 2

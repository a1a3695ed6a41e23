"""What must be true of the tables of prices: what was wrong is mended or marked, and only that."""

import polars as pl
import pytest

import analysis
from tests.sources import source


@pytest.fixture(scope="module")
def prices():
    return analysis.load("api-prices")


def jumps(prices, input, output):
    """Return the blend of each used row over that of the same name in the table before."""
    return (
        prices.filter("used")
        .with_columns(blend=(3 * pl.col(input) + pl.col(output)) / 4)
        .sort("name", "dated")
        .with_columns(jump=pl.col("blend") / pl.col("blend").shift(1).over("name"))
        .drop_nulls("jump")
    )


def test_no_row_is_lost(prices):
    assert prices.height == 17_717
    assert prices["table"].n_unique() == 18
    assert prices.select("table", "name").is_duplicated().sum() == 0
    tables = analysis.load("api-price-tables")
    assert tables["dated"].is_sorted()
    both = prices.unique("table").join(tables, on=["table", "dated"])
    assert both.height == 18
    assert tables.filter(pl.col("dated_precision") == "month")["dated"].dt.day().to_list() == [
        15,
        15,
    ]


def test_used_prices_are_those_of_language_models(prices):
    used = prices.filter("used")
    dear = used.filter((pl.col("input") > 300) | (pl.col("output") > 300))
    assert set(dear["name"]) == {"o1-pro", "o1-pro-2025-03-19"}
    assert used.select(pl.min_horizontal(pl.col("input", "output").min())).item() >= 0.005
    blend = used.select((3 * pl.col("input") + pl.col("output")) / 4).to_series()
    assert blend.min() >= 0.01


def test_no_price_jumps_thirty_times_and_as_printed_some_did(prices):
    mended = jumps(prices, "input", "output")["jump"]
    assert mended.max() < 30
    assert mended.min() > 1 / 30
    printed = jumps(prices, "input_printed", "output_printed")["jump"]
    assert (printed > 30).sum() + (printed < 1 / 30).sum() > 5
    everything = jumps(prices.with_columns(used=pl.col("input") > 0), "input", "output")["jump"]
    assert everything.min() < 1 / 1000


def test_what_is_mended_agrees_with_the_table_that_shows_it(prices):
    mended = prices.filter(pl.col("note") != "")
    assert mended["used"].all()
    assert mended.group_by("provider").len().sort("provider").rows() == [
        ("anthropic", 11),
        ("azure_ai", 1),
        ("vertex_ai-anthropic_models", 1),
        ("vertex_ai-language-models", 3),
        ("wandb", 14 + 13 * 4),
        ("watsonx", 3),
    ]
    shown = mended.with_columns(
        date=pl.col("note").str.extract(r"(\d{4}-\d{2}-\d{2})").str.to_date()
    )
    witness = prices.select("name", date="dated", input_then="input", output_then="output")
    both = shown.join(witness, on=["name", "date"])
    assert both.filter(pl.col("provider") != "wandb").height == 19
    ratio = both.select(
        pl.max_horizontal(
            (pl.col("input") / pl.col("input_then")).log().abs(),
            (pl.col("output") / pl.col("output_then")).log().abs(),
        ).alias("off"),
        "provider",
    )
    assert ratio.filter(pl.col("provider") != "wandb")["off"].max() < 1e-4
    # One host repriced some of its models when it mended the unit, so half agree to the digit.
    wandb = ratio.filter(pl.col("provider") == "wandb")["off"]
    assert (wandb < 1e-4).mean() > 0.4
    assert wandb.max() < 2


def test_the_host_with_two_factors_cannot_be_mended(prices):
    names = prices.filter(pl.col("provider") == "novita")
    then = names.filter(pl.col("table") == "litellm 1.80.16")
    after = names.filter(pl.col("table") == "litellm 1.83.4").select("name", right="input")
    factors = then.join(after, on="name").select(pl.col("input_printed") / pl.col("right"))
    counts = factors.to_series().round(0).value_counts().sort("count")["count"].to_list()
    assert counts[-2:] == [16, 59]
    assert not then["used"].any()
    assert names.filter(pl.col("table") == "litellm 1.83.4")["used"].all()


def test_prices_of_characters_are_not_used(prices):
    """Google's first prices came by the character and stand 4 or 16 times too low."""
    google = prices.filter(pl.col("name").is_in(["gemini-1.0-pro-001", "text-bison@001"]))
    early = google.filter(pl.col("dated") < pl.date(2024, 7, 1))
    assert early.height == 6
    assert not early["used"].any()
    later = google.filter(pl.col("dated") > pl.date(2024, 7, 1))
    assert later["used"].all()
    assert later["input"].unique().to_list() == [0.5]
    pro = prices.filter(pl.col("name") == "gemini-1.5-pro-preview-0409").sort("dated")
    assert pro.filter("used")["input"].unique().to_list() == [5.0]
    assert 16 * pro.filter(pl.col("dated") == pl.date(2024, 5, 14))["input"].item() == 10
    assert prices.filter(pl.col("name") == "text-unicorn@001")["used"].all()


def test_every_row_has_a_provider(prices):
    filled = prices.filter("provider_filled")
    assert filled["table"].unique().to_list() == ["tokencost aac81257f8e4"]
    assert filled.height == 175
    assert (prices["provider"] != "").all()


def test_names_are_listed_one_by_one(prices):
    names = analysis.load("price-names")
    served = names.filter(pl.col("board") == "api-prices")
    assert set(served["name"]) <= set(prices["name"])
    fixed = served.filter(pl.col("since").is_null())
    assert not fixed["name"].is_duplicated().any()
    moving = served.filter(pl.col("since").is_not_null())
    assert not moving["verified"].any()
    assert not set(moving["name"]) & set(fixed["name"])
    for _, spans in moving.sort("since").group_by("name"):
        assert (spans["since"].shift(-1) > spans["until"]).all()
    assert served.group_by("model").len()["len"].min() >= 1
    assert set(names.filter(pl.col("board") != "api-prices")["model"]) <= set(served["model"])
    assert (names.group_by("model").agg(pl.col("maker").n_unique())["maker"] == 1).all()
    # Names that a rule would have joined: other weights, other versions.
    for wrong in ("Hermes", "dolphin", "distill", "gpt-4o-audio"):
        assert not served["name"].str.contains(wrong).any()
    for undated in ("gpt-4o", "gpt-3.5-turbo", "claude-3-5-sonnet-latest", "gemini-1.5-pro"):
        assert undated not in set(served["name"])
    own = served.filter("first_party").unique("model")
    assert {"gpt-5", "claude-3-haiku", "deepseek-v3", "amazon-nova-lite"} <= set(own["model"])
    assert "llama-3.3-70b-instruct" not in set(own["model"])


def test_a_second_list_agrees():
    """A list kept by hand by someone else: its prices are those of the last tables."""
    other = pl.read_csv(source("api-prices", "llm_prices_2026-08.csv"))
    last = analysis.load("api-prices").filter(pl.col("table") == "litellm 1.95.0", pl.col("used"))
    both = other.filter(pl.col("to_date").is_null()).join(last, left_on="model", right_on="name")
    agree = (both["input"] == both["input_usd_per_mtok"]) & (
        both["output"] == both["output_usd_per_mtok"]
    )
    assert both.height >= 20
    assert agree.mean() > 0.85

"""List prices of hosted models: eighteen dated tables, with the unit errors found and mended."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from pathlib import Path

import polars as pl

from analysis.runs.collect import collected
from analysis.runs.collect.price_names import MODELS, MOVING, OWN, SCORED
from analysis.runs.collect.price_served import SERVED
from analysis.runs.collect.rows import all_used, left_out

_PRINTED = ("input_printed", "output_printed")
#: Prices beside the plain ones: column in the source, and what it is called here.
EXTRAS = {
    "cache_read_usd_per_mtok": "cache_read",
    "cache_write_usd_per_mtok": "cache_write",
    "batch_input_usd_per_mtok": "batch_input",
    "batch_output_usd_per_mtok": "batch_output",
    "reasoning_output_usd_per_mtok": "reasoning_output",
}


@dataclass(frozen=True)
class Fault:
    """A unit error that another table of the same name proves.

    Attributes
    ----------
    provider : str
        Whose prices.
    names : str
        Regular expression of the names.
    tables : tuple of str
        The tables that have it.
    factor : float
        What the printed price is divided by.
    note : str
        What is said in the row.
    above : float
        Only prices above this are wrong.
    """

    provider: str
    names: str
    tables: tuple[str, ...]
    factor: float
    note: str
    above: float = 0.0


TOKENCOST = tuple(
    f"tokencost {commit}"
    for commit in (
        *("aac81257f8e4", "5f7464ceae7c", "ad4d93d5db57"),
        *("0deb7c4bd167", "6578d42031f5", "4fb87df321d3"),
    )
)
MENDED = (
    Fault(
        "wandb",
        "",
        ("litellm 1.77.5", "litellm 1.80.16", "litellm 1.83.4", "litellm 1.90.2", "litellm 1.95.0"),
        1e5,
        "printed 100,000 times too high, as the table of 2026-11-20 shows",
        above=1000,
    ),
    Fault(
        "watsonx",
        "granite-3-8b-instruct$",
        ("litellm 1.65.5", "litellm 1.73.1", "litellm 1.77.5"),
        1e3,
        "printed 1,000 times too high, as the table of 2026-01-13 shows",
    ),
    Fault(
        "azure_ai",
        "Phi-4-multimodal-instruct$",
        ("litellm 1.65.5",),
        1e3,
        "output printed 1,000 times too high, as the table of 2025-06-24 shows",
        above=300,
    ),
    Fault(
        "vertex_ai-language-models",
        "^gemini-1.5-pro(-00[12])?$",
        ("tokencost 4fb87df321d3",),
        1 / 16,
        "printed 16 times too low, as the table of 2024-11-28 shows",
    ),
    Fault(
        "anthropic",
        "^claude-instant-1.2$",
        (
            *("litellm 1.14.4", *TOKENCOST, "litellm 1.53.1"),
            *("litellm 1.56.6", "litellm 1.65.5", "litellm 1.73.1"),
        ),
        1 / 10,
        "printed 10 times too low, as the table of 2023-11-15 shows",
    ),
    Fault(
        "vertex_ai-anthropic_models",
        "claude-3-opus@20240229$",
        ("tokencost ad4d93d5db57",),
        1 / 10,
        "printed 10 times too low, as the table of 2024-07-25 shows",
    ),
)
"""Faults that are mended; the printed price is kept beside."""


def _where(fault: Fault) -> pl.Expr:
    return (
        (pl.col("provider") == fault.provider)
        & pl.col("table").is_in(fault.tables)
        & pl.col("name").str.contains(fault.names)
    )


def _mended(prices: pl.DataFrame) -> pl.DataFrame:
    """Return input and output as they should be, with a note where they were mended."""
    for printed, column in zip(_PRINTED, ("input", "output"), strict=True):
        right = reduce(
            lambda so_far, fault: (
                pl.when(_where(fault) & (pl.col(printed) > fault.above))
                .then(pl.col(printed) / fault.factor)
                .otherwise(so_far)
            ),
            MENDED,
            pl.col(printed),
        )
        # Six digits, as the source has them: a division must not print 0.15000000000000002.
        prices = prices.with_columns(right.round_sig_figs(6).alias(column))
    changed = (pl.col("input") != pl.col("input_printed")) | (
        pl.col("output") != pl.col("output_printed")
    )
    note = reduce(
        lambda so_far, fault: (
            pl.when(_where(fault) & changed).then(pl.lit(fault.note)).otherwise(so_far)
        ),
        MENDED,
        pl.lit(""),
    )
    return prices.with_columns(note=note.fill_null(""))


def _reasons() -> dict[str, pl.Expr]:
    """Return why rows are left out; of several reasons the first counts."""
    provider, table, name = pl.col("provider"), pl.col("table"), pl.col("name")
    early = table.is_in(["litellm 1.14.4", "tokencost aac81257f8e4"])
    size = name.str.extract(r"[-_](\d+)b(?:[-_]|$)").cast(pl.Float64)
    return {
        "no input price: charged by the second of video": pl.col("input_printed").is_null(),
        "unit error of about 10,000, not the same for all names": (provider == "novita")
        & (table == "litellm 1.80.16"),
        "unit error that no other table of the name settles": (
            name.str.contains("jais-(13b|30b)-chat$")
            | (name.str.contains("mt0-xxl-13b$") & (pl.col("input") == 500))
        ),
        "charged by the character, and not made into a price of tokens": _by_character(),
        "preview: the price printed is that of the 70B model": name
        == "groq/llama-3.1-405b-reasoning",
        "charged by the request as well: the price of a token is not the price": (
            name.str.contains("pplx-.*-online$|sonar.*-online$")
        ),
        "40 times the price in the next table": (
            (early | (pl.col("dated") < pl.date(2024, 10, 1)))
            & name.is_in(["chatdolphin", "dolphin", "command-light"])
            & (pl.col("input") > 10)
        ),
        "image model": name.str.contains(r"/flux-"),
        "placeholder: this host has one price for sizes from 3B to 405B": provider == "hyperbolic",
        "placeholder: the price of the smallest models printed for a large one": (
            (provider == "fireworks_ai")
            & (pl.col("input") == 0.1)
            & (pl.col("output") == 0.1)
            & ((size >= 10) | name.str.contains("minimax-m1"))
        ),
        "no price: free preview, own machine, or not known": (pl.col("input") == 0)
        & (pl.col("output") == 0),
        "only one of the two prices is given": (pl.col("input") == 0) | (pl.col("output") == 0),
    }


def _by_character() -> pl.Expr:
    """Return which prices of Google are still those of characters."""
    name, early = pl.col("name"), pl.col("dated") < pl.date(2024, 7, 1)
    first = name.str.contains("^gemini-(1.0-)?pro") & (pl.col("input") < 0.5)
    later = name.str.contains("^gemini-1.5-") & (
        (pl.col("output") < 0.01)
        | (name.str.contains("^gemini-1.5-pro") & ((pl.col("output") < 1) | early))
    )
    bison = name.str.contains("bison") & (pl.col("input") == 0.125)
    google = pl.col("provider").str.contains("^(vertex_ai-|palm)")
    return google & (first | later | bison)


def _read(folder: Path) -> pl.DataFrame:
    """Return the long table with dates, and with the providers that one table lacks."""
    prices = pl.read_csv(folder / "api_prices_long.csv", infer_schema_length=None)
    day = pl.col("table_date")
    month = day.str.len_chars() == 7
    prices = prices.rename({"model": "name"}).with_columns(
        dated=pl.when(month).then(day + "-15").otherwise(day).str.to_date("%Y-%m-%d"),
        input_printed="input_usd_per_mtok",
        output_printed="output_usd_per_mtok",
        **{new: pl.col(old) for old, new in EXTRAS.items()},
    )
    # Every name of the table without providers stands in a later one; the earliest is taken.
    known = (
        prices.filter(pl.col("provider").is_not_null())
        .sort("dated", maintain_order=True)
        .unique("name", keep="first", maintain_order=True)
        .select("name", filled="provider")
    )
    return prices.join(known, on="name", how="left", maintain_order="left").with_columns(
        provider=pl.coalesce("provider", "filled"),
        provider_filled=pl.col("provider").is_null(),
    )


def _annotated(folder: Path) -> pl.DataFrame:
    return left_out(_mended(_read(folder)), _reasons())


@collected("api-prices", "api-prices")
def _api_prices(folder: Path) -> pl.DataFrame:
    """One row a name and table: prices of input and output."""
    return _annotated(folder).select(
        *("table", "dated", "name", "provider", "provider_filled", "mode"),
        *("input", "output", *_PRINTED, *EXTRAS.values(), "note", "used", "reason"),
    )


@collected("api-price-tables", "api-prices")
def _api_price_tables(folder: Path) -> pl.DataFrame:
    """One row a table: its date and how it is known."""
    tables = pl.read_csv(folder / "tables.csv")
    month = pl.col("table_date").str.len_chars() == 7
    day = pl.when(month).then(pl.col("table_date") + "-15").otherwise(pl.col("table_date"))
    return all_used(
        tables.select(
            "table",
            dated=day.str.to_date("%Y-%m-%d"),
            dated_precision=pl.when(month).then(pl.lit("month")).otherwise(pl.lit("day")),
            basis="date_basis",
        )
    )


def _served() -> pl.DataFrame:
    """Return model and name in the tables of prices, with the days a moving name meant it."""
    blocks = [block.split() for block in SERVED.strip().replace("\n  ", " ").splitlines()]
    rows = [(model, name, "", "") for model, _, *names in blocks for name in names]
    rows += [(model, name, first, last) for name, model, first, last in _lines(MOVING)]
    table = pl.DataFrame(rows, schema=["model", "name", "since", "until"], orient="row")
    return table.with_columns(
        pl.col("since", "until").str.to_date("%Y-%m-%d", strict=False),
        board=pl.lit("api-prices"),
    )


def _lines(text: str) -> list[list[str]]:
    return [line.split() for line in text.strip().splitlines()]


def _scored() -> pl.DataFrame:
    """Return model and name on each board of scores."""
    rows = [
        (board, *(part.strip() for part in f"{line} | ".split("|")[:3]))
        for board, text in SCORED.items()
        for line in text.strip().splitlines()
    ]
    table = pl.DataFrame(rows, schema=["board", "name", "model", "of_base"], orient="row")
    return table.with_columns(of_base=pl.col("of_base") == "base")


@collected("price-names", "api-prices")
def _price_names(folder: Path) -> pl.DataFrame:
    """One row a name of a model: in the tables of prices, or on a board of scores."""
    known = pl.DataFrame(_lines(MODELS), ["model", "maker", "family", "weights"], orient="row")
    listed = _read(folder).unique("name").select("name", "provider")
    own = {provider: maker for maker, providers in OWN.items() for provider in providers}
    names = pl.concat([_scored(), _served()], how="diagonal")
    names = names.join(known, on="model", how="left", maintain_order="left")
    names = names.join(listed, on="name", how="left", maintain_order="left").with_columns(
        of_base=pl.col("of_base").fill_null(value=False),
        open_weights=pl.col("weights") == "open",
        first_party=pl.col("provider").replace_strict(own, default="") == pl.col("maker"),
        verified=pl.col("since").is_null(),
    )
    unlisted = (pl.col("board") == "api-prices") & pl.col("provider").is_null()
    return left_out(names, {"not in the tables of prices": unlisted}).select(
        *("board", "name", "model", "maker", "family", "open_weights", "of_base"),
        pl.col("first_party").fill_null(value=False),
        *("since", "until", "verified", "used", "reason"),
    )

"""When models were released, and at what price, as two registries have it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from analysis.runs.collect import collected
from analysis.runs.collect.rows import left_out

_ITS_NAME = "a snapshot cannot be out before the day in its own name"
_ITS_MONTH = "the name says 2402 or 2407; the year was typed one too early"
_SWAPPED = "the days of gpt-3.5-turbo-0125, -1106 and -0613 stand in the wrong rows"
_OTHER = "the other registry and the model's number say a year later"
# A date that contradicts the model's own name or the other registry: the mended one, and why.
_MENDED: dict[str, tuple[date, str]] = {
    **{
        f"openai/gpt-4o-2024-05-13{variant}": (date(2024, 5, 13), _ITS_NAME)
        for variant in (
            *("", "-dspy-zs-predict", "-dspy-zs-cot"),
            *("-dspy-fs-bfrs", "-dspy-fs-miprov2"),
        )
    },
    "google/gemini-2.5-flash-preview-05-20": (date(2025, 5, 20), _ITS_NAME),
    "openai/gpt-3.5-turbo-1106": (date(2023, 11, 6), _SWAPPED),
    "openai/gpt-3.5-turbo-0125": (date(2024, 1, 25), _SWAPPED),
    "mistralai/mistral-small-2402": (date(2024, 2, 26), _ITS_MONTH),
    "mistralai/mistral-large-2402": (date(2024, 2, 26), _ITS_MONTH),
    "mistralai/amazon-mistral-small-2402-v1:0": (date(2024, 2, 26), _ITS_MONTH),
    "mistralai/amazon-mistral-large-2402-v1:0": (date(2024, 2, 26), _ITS_MONTH),
    "mistralai/mistral-large-2407": (date(2024, 7, 24), _ITS_MONTH),
    "moonshotai/kimi-k2-instruct": (date(2025, 7, 14), _OTHER),
    "moonshotai/kimi-k2-instruct-0905": (date(2025, 9, 5), _OTHER),
    "moonshotai/kimi-k2-thinking": (date(2025, 11, 6), _OTHER),
    "openai/o1.yaml": (date(2024, 12, 17), "the day of o1-preview; the other registry has o1"),
    "anthropic/sonnet_46.yaml": (
        date(2026, 2, 17),
        "the day of the row above it, Opus 4.6; the other registry has Sonnet 4.6",
    ),
}
_DOUBTFUL = ("deepseek/ocr.yaml", "deepseek-ai/deepseek-coder-6.7b-instruct")
_NO_PARAMS = "allenai/olmoe-1b-7b-0125-instruct"


def releases(folder: Path) -> pl.DataFrame:
    """Return both registries, one row an entry, with the mended dates.

    Parameters
    ----------
    folder : pathlib.Path
        The folder with both files.

    Returns
    -------
    polars.DataFrame
        Columns registry, entry, model, creator, access, released_stored, released, params, the
        two prices and note.
    """
    both = pl.concat([_helm(folder), _matharena(folder)])
    mended = {entry: day for entry, (day, _) in _MENDED.items()}
    notes = {entry: f"date mended: {why}" for entry, (_, why) in _MENDED.items()}
    notes[_NO_PARAMS] = "params left empty: the registry repeats those of another model"
    stored = pl.col("released_stored")
    by_hand = pl.col("entry").replace_strict(mended, default=None, return_dtype=pl.Date)
    positive = [
        pl.when(pl.col(price) > 0).then(pl.col(price)).alias(price)
        for price in ("input_usd_per_mtok", "output_usd_per_mtok")
    ]
    return both.with_columns(
        *positive,
        released=pl.coalesce(by_hand, stored),
        params=pl.when((pl.col("entry") != _NO_PARAMS) & (pl.col("params") > 0)).then("params"),
        note=pl.col("entry").replace_strict(notes, default="", return_dtype=pl.String),
    )


def _helm(folder: Path) -> pl.DataFrame:
    models = pl.read_csv(folder / "helm_models.csv", infer_schema_length=None)
    return models.select(
        registry=pl.lit("HELM"),
        entry="name",
        model="display_name",
        creator="creator",
        access="access",
        released_stored=pl.col("release_date").str.to_date("%Y-%m-%d"),
        params=pl.col("num_parameters").cast(pl.Float64),
        input_usd_per_mtok=pl.lit(None, pl.Float64),
        output_usd_per_mtok=pl.lit(None, pl.Float64),
    )


def _matharena(folder: Path) -> pl.DataFrame:
    models = pl.read_csv(folder / "matharena_models.csv", infer_schema_length=None)
    access = pl.when("open").then(pl.lit("open")).otherwise(pl.lit("limited"))
    return models.select(
        registry=pl.lit("MathArena"),
        entry="config",
        model="human_readable_id",
        creator=pl.col("creator").fill_null(""),
        access=pl.when(pl.col("open").is_null()).then(pl.lit("")).otherwise(access),
        released_stored=pl.col("release_date").str.to_date("%Y-%m-%d"),
        params=1e9 * pl.col("total_params_b").cast(pl.Float64),
        input_usd_per_mtok=pl.col("read_cost_usd_per_mtok").cast(pl.Float64),
        output_usd_per_mtok=pl.col("write_cost_usd_per_mtok").cast(pl.Float64),
    )


def release_days(sources: Path, entries: dict[str, str]) -> pl.DataFrame:
    """Return the release days of models from entries of the registries.

    Parameters
    ----------
    sources : pathlib.Path
        The folder that holds every source.
    entries : dict of str to str
        The registries' entry for each model; of a model without an entry no day is known.

    Returns
    -------
    polars.DataFrame
        Columns model, released and released_source.

    Raises
    ------
    ValueError
        If an entry is in neither registry.
    """
    known = releases(sources / "model-release-dates").unique("entry", keep="first")
    found = pl.DataFrame({"model": list(entries), "entry": list(entries.values())})
    found = found.join(known, on="entry", how="left", maintain_order="left", suffix="_registry")
    lost = found.filter(pl.col("registry").is_null())["entry"].to_list()
    if lost:
        raise ValueError(f"entries are {lost}; accepted are those of the two registries")
    source = pl.format("{}: {}", "registry", "entry")
    return found.select("model", "released", released_source=source)


@collected("model-releases", "model-release-dates")
def _model_releases(folder: Path) -> pl.DataFrame:
    """Both registries, with dates mended where a name or the other registry contradicts them."""
    known = releases(folder)
    twice = pl.col("entry").is_duplicated() & ~pl.col("entry").is_first_distinct()
    return left_out(
        known,
        {
            "listed twice": twice,
            "no release date": pl.col("released").is_null(),
            "the date looks wrong, and nothing here has another": pl.col("entry").is_in(_DOUBTFUL),
        },
    )

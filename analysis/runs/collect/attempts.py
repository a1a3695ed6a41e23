"""Single attempts of models at problems: whether each was right, and what it cost."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from analysis.runs.collect import collected
from analysis.runs.collect.releases import release_days
from analysis.runs.collect.rows import all_used, left_out

# Model: family, provider, USD per million tokens in and out as the authors list them, and the
# registries' entry with its release day; of MiniMax-M2.5 neither registry has one.
_MODELS = {
    "gpt-5.2-high": ("GPT-5", "OpenAI", 1.75, 14.0, "openai/gpt-5.2-2025-12-11"),
    "gpt-5-mini": ("GPT-5", "OpenAI", 0.25, 2.0, "openai/gpt-5-mini-2025-08-07"),
    "gemini-3.1-pro-preview": ("Gemini 3", "Google", 2.0, 12.0, "google/gemini-3.1-pro-preview"),
    "gemini-3-flash-preview": ("Gemini 3", "Google", 0.5, 3.0, "google/gemini-3-flash-preview"),
    "claude-opus-4.6-thinking": ("Claude 4", "Anthropic", 5.0, 25.0, "anthropic/claude-opus-4-6"),
    "claude-haiku-4.5": ("Claude 4", "Anthropic", 1.0, 5.0, "anthropic/claude-haiku-4-5-20251001"),
    "kimi-k2.5": ("Kimi K2", "Moonshot AI", 0.6, 3.0, "moonshot/k25.yaml"),
    "MiniMax-M2.5": ("MiniMax M2", "MiniMax", 0.3, 1.2, ""),
}
_TASKS = {
    "aime": "AIME",
    "gpqa": "GPQA Diamond",
    "livemathbench": "LiveMathBench",
    "simpleqa": "SimpleQA",
    "arc-agi": "ARC-AGI-1",
}
# Files of the authors that count problems from 0, where all others count from 1.
_FROM_ZERO = (("livemathbench", "gpt-5.2-high"), ("simpleqa", "claude-opus-4.6-thinking"))
_LIMIT = {"MiniMax-M2.5": 2048, "kimi-k2.5": 32_768}
_NAMES = {
    "GPT-5.2": "gpt-5.2-high",
    "GPT-5 Mini": "gpt-5-mini",
    "Gemini 3.1 Pro": "gemini-3.1-pro-preview",
    "Gemini 3 Flash": "gemini-3-flash-preview",
    "Claude Opus 4.6": "claude-opus-4.6-thinking",
    "Claude Haiku 4.5": "claude-haiku-4.5",
    "Kimi K2.5": "kimi-k2.5",
    "MiniMax-M2.5": "MiniMax-M2.5",
}


def _models(folder: Path) -> pl.DataFrame:
    """Family, provider, list prices and release day of each model."""
    known = pl.DataFrame(
        [(model, *facts[:4]) for model, facts in _MODELS.items()],
        schema=["model", "family", "provider", "input_usd_per_mtok", "output_usd_per_mtok"],
        orient="row",
    )
    days = release_days(folder.parent, {m: facts[4] for m, facts in _MODELS.items() if facts[4]})
    return known.join(days, on="model", how="left", maintain_order="left").with_columns(
        pl.col("released_source").fill_null("")
    )


def _records(folder: Path, file: str) -> pl.DataFrame:
    """The records of a file, with what is known of their models, and how they were numbered."""
    records = pl.read_csv(folder / file, infer_schema_length=None)
    records = records.join(_models(folder), on="model", how="left", maintain_order="left")
    pair = pl.format("{} {}", "dataset", "model")
    shifted = pair.is_in([f"{task} {model}" for task, model in _FROM_ZERO])
    number = pl.col("index") + shifted.cast(pl.Int64)
    limit = pl.col("model").replace_strict(_LIMIT, default=None, return_dtype=pl.Int64)
    return records.with_columns(
        task=pl.col("dataset").replace_strict(_TASKS),
        problem=pl.format("{}-{}", "dataset", number),
        number_stored="index",
        technique=pl.lit("single answer"),
        input_tokens="prompt_tokens",
        output_tokens="completion_tokens",
        cut=(pl.col("completion_tokens") >= limit).fill_null(False),
        usd_stored="cost_usd",
        shifted=shifted,
    )


@collected("attempts-pricing-reversal", "pricing-reversal")
def _attempts_pricing_reversal(folder: Path) -> pl.DataFrame:
    """One row an answer of eight models to the problems of five tasks."""
    failed = (pl.col("input_tokens") == 0) & (pl.col("output_tokens") == 0)
    renumbered = pl.when("shifted").then(pl.lit("renumbered: the authors' file counts from 0"))
    cut = pl.when("cut").then(pl.lit("ended at the limit on output tokens; no answer was read"))
    attempts = _records(folder, "per_query.csv.gz").select(
        *("task", "problem", "model", "family", "provider", "technique"),
        attempt=pl.lit(1),
        passed=pl.when(~failed).then(pl.col("score")).cast(pl.Int64),
        usd=pl.when(~failed).then(pl.col("usd_stored")),
        released="released",
        released_source="released_source",
        input_tokens=pl.when(~failed).then(pl.col("input_tokens")),
        output_tokens=pl.when(~failed).then(pl.col("output_tokens")),
        thinking_tokens=pl.when(~failed).then(pl.col("thinking_tokens")),
        input_usd_per_mtok="input_usd_per_mtok",
        output_usd_per_mtok="output_usd_per_mtok",
        cut="cut",
        number_stored="number_stored",
        note=pl.coalesce(renumbered, cut, pl.lit("")),
    )
    return left_out(
        attempts,
        {
            "the call failed: no tokens, no cost, scored as wrong": pl.col("usd").is_null(),
            "the model ran with its output cut at 2,048 tokens": pl.col("model") == "MiniMax-M2.5",
        },
    )


@collected("attempts-pricing-reversal-repeats", "pricing-reversal")
def _repeats(folder: Path) -> pl.DataFrame:
    """Five more runs of three models on AIME: tokens and cost, no scores."""
    by_tokens = (
        pl.col("input_tokens") * pl.col("input_usd_per_mtok")
        + pl.col("output_tokens") * pl.col("output_usd_per_mtok")
    ) / 1e6
    lost = pl.col("usd_stored") == 0
    records = _records(folder, "repeated_trials_aime.csv").with_columns(attempt=pl.col("run") + 1)
    attempts = records.select(
        *("task", "problem", "model", "family", "provider", "technique", "attempt"),
        usd=pl.when(lost).then(by_tokens).otherwise(pl.col("usd_stored")),
        usd_stored="usd_stored",
        input_tokens="input_tokens",
        output_tokens="output_tokens",
        thinking_tokens="thinking_tokens",
        input_usd_per_mtok="input_usd_per_mtok",
        output_usd_per_mtok="output_usd_per_mtok",
        note=pl.when(lost)
        .then(pl.lit("cost mended: stored as 0 beside real tokens; tokens times list price"))
        .otherwise(pl.lit("")),
    )
    keys = pl.struct("model", "problem", "attempt")
    return left_out(
        attempts, {"second answer to one problem in one run": ~keys.is_first_distinct()}
    )


@collected("pricing-reversal-summary", "pricing-reversal")
def _summary(folder: Path) -> pl.DataFrame:
    """Tokens and cost of each model over all nine tasks, as the authors print them."""
    totals = pl.read_csv(folder / "model_totals_9datasets.csv").rename({"model_name": "model"})
    totals = totals.join(_models(folder), on="model", how="left", maintain_order="left")
    return all_used(
        totals.select(
            *("model", "family", "provider", "released", "released_source"),
            *("input_usd_per_mtok", "output_usd_per_mtok"),
            tasks="datasets_found",
            queries="total_counts",
            input_tokens="total_prompt_tokens",
            output_tokens="total_completion_tokens",
            thinking_tokens="total_thinking_tokens",
            usd="reported_cost",
        )
    )


@collected("pricing-reversal-thinking", "pricing-reversal")
def _thinking(folder: Path) -> pl.DataFrame:
    """Share of tokens and of cost that each model spends on thinking, by task."""
    shares = pl.read_csv(folder / "thinking_shares_8x9.csv")
    return all_used(
        shares.select(
            model=pl.col("model").replace_strict(_NAMES),
            task="dataset",
            thinking_token_share=pl.col("thinking_token_share_pct") / 100,
            thinking_cost_share=pl.col("thinking_cost_share_pct") / 100,
        )
    )


# Entries of the registries for the models of MathArena's first table.
_MATHARENA = {
    "o3-mini (high)": "openai/o3-mini.yaml",
    "o1 (medium)": "openai/o1.yaml",
    "o3-mini (medium)": "openai/o3-mini--medium.yaml",
    "DeepSeek-R1": "deepseek/deepseek_r1.yaml",
    "o3-mini (low)": "openai/o3-mini--low.yaml",
    "DeepSeek-R1-Distill-Qwen-32B": "deepseek/deepseek_distill_32b.yaml",
    "gemini-2.0-flash-thinking": "gemini/gemini-flash-thinking-2.0.yaml",
    "DeepSeek-R1-Distill-Llama-70B": "deepseek/deepseek_distill_70b.yaml",
    "DeepSeek-R1-Distill-Qwen-14B": "deepseek/deepseek_distill_14b.yaml",
    "QwQ-32B-Preview": "qwen/qwq-preview.yaml",
    "gemini-2.0-flash": "gemini/gemini-flash-2.0.yaml",
    "DeepSeek-V3": "deepseek/deepseek_v3.yaml",
    "gemini-2.0-pro": "gemini/gemini-pro-2.0.yaml",
    "DeepSeek-R1-Distill-Qwen-1.5B": "deepseek/deepseek_distill_1.5b.yaml",
    "gpt-4o": "openai/gpt-4o.yaml",
    "claude-3.5-sonnet": "anthropic/claude-35.yaml",
}
_SAMPLES = 4


@collected("attempts-matharena", "matharena-2025-02")
def _attempts_matharena(folder: Path) -> pl.DataFrame:
    """Four attempts of sixteen models at the fifteen problems of AIME 2025 I."""
    models = pl.read_csv(folder / "model_summary.csv")
    # The site's cost of all 60 samples: it agrees with tokens times price, but for one model.
    site = pl.col("site_cost").cast(pl.Float64, strict=False) / (_SAMPLES * pl.col("problems"))
    by_tokens = (
        pl.col("input_tokens") * pl.col("input_cost")
        + pl.col("output_tokens") * pl.col("output_cost")
    ) / 1e6
    mended = (site / by_tokens - 1).abs() > 0.01
    note = "price mended: the site's cost implies 1.2 USD per million tokens, its table says 0.8"
    models = models.select(
        "model",
        usd=site,
        input_tokens="input_tokens",
        output_tokens="output_tokens",
        input_usd_per_mtok=pl.col("input_cost")
        * pl.when(mended).then(site / by_tokens).otherwise(1),
        output_usd_per_mtok=pl.col("output_cost")
        * pl.when(mended).then(site / by_tokens).otherwise(1),
        note=pl.when(mended.fill_null(False)).then(pl.lit(note)).otherwise(pl.lit("")),
    )
    days = release_days(folder.parent, _MATHARENA)
    models = models.join(days, on="model", how="left", maintain_order="left")
    right = (pl.col("score_pct") * _SAMPLES / 100).round().cast(pl.Int64)
    attempts = (
        pl.read_csv(folder / "problem_scores.csv")
        .with_columns(right=right, attempt=pl.lit([1, 2, 3, 4]))
        .explode("attempt")
        .join(models, on="model", how="left", maintain_order="left")
    )
    family = pl.col("model").str.extract(r"^(o[13]|DeepSeek|gemini|QwQ|gpt|claude)")
    return left_out(
        attempts.select(
            task=pl.lit("AIME 2025 I"),
            problem=pl.format("aime-2025-1-{}", "problem"),
            model="model",
            family=family,
            technique=pl.lit("single answer"),
            attempt="attempt",
            passed=(pl.col("attempt") <= pl.col("right")).cast(pl.Int64),
            usd="usd",
            released="released",
            released_source="released_source",
            input_tokens="input_tokens",
            output_tokens="output_tokens",
            input_usd_per_mtok=pl.col("input_usd_per_mtok").round(6),
            output_usd_per_mtok=pl.col("output_usd_per_mtok").round(6),
            note="note",
        ),
        {"no price or no token count was published": pl.col("usd").is_null()},
    )

"""What the coding board prints, computed again: rates from counts, costs from tokens."""

from __future__ import annotations

import polars as pl

from analysis.runs.catalog import load
from analysis.studies.accuracy_and_cost import coding

PRICED = {
    "gpt-5 (high)": "openai/gpt-5.yaml",
    "gpt-5 (medium)": "openai/gpt-5.yaml",
    "gpt-5 (low)": "openai/gpt-5.yaml",
    "o3 (high)": "openai/o3.yaml",
    "o3": "openai/o3.yaml",
    "claude-opus-4-20250514 (no think)": "anthropic/claude-opus-4.yaml",
    "claude-opus-4-20250514 (32k thinking)": "anthropic/claude-opus-4.yaml",
    "claude-sonnet-4-20250514 (no thinking)": "anthropic/claude-sonnet-40.yaml",
    "claude-sonnet-4-20250514 (32k thinking)": "anthropic/claude-sonnet-40.yaml",
    "grok-4 (high)": "xai/grok-4.yaml",
    "DeepSeek R1 (0528)": "deepseek/deepseek_r1_0528.yaml",
    "DeepSeek-V3.2-Exp (Reasoner)": "deepseek/deepseek_v32.yaml",
    "DeepSeek-V3.2-Exp (Chat)": "deepseek/deepseek_v32.yaml",
    "Kimi K2": "moonshot/k2.yaml",
    "gpt-oss-120b (high)": "openai/oss-120b.yaml",
}
"""Models of the polyglot board with token counts, and the registry's entry with their price."""

KEYS = {
    "gpt-5 (high)": "gpt_5_high",
    "gpt-5 (medium)": "gpt_5_medium",
    "gpt-5 (low)": "gpt_5_low",
    "o3 (high)": "o3_high",
    "o3": "o3",
    "claude-opus-4-20250514 (no think)": "opus_4",
    "claude-opus-4-20250514 (32k thinking)": "opus_4_thinking",
    "claude-sonnet-4-20250514 (no thinking)": "sonnet_4",
    "claude-sonnet-4-20250514 (32k thinking)": "sonnet_4_thinking",
    "grok-4 (high)": "grok_4",
    "DeepSeek R1 (0528)": "r1_0528",
    "DeepSeek-V3.2-Exp (Reasoner)": "v32_reasoner",
    "DeepSeek-V3.2-Exp (Chat)": "v32_chat",
    "Kimi K2": "kimi_k2",
    "gpt-oss-120b (high)": "gpt_oss_120b",
}
"""The keys of the published values of each model."""


def repriced() -> pl.DataFrame:
    """Return the printed cost of runs beside their tokens at list price.

    Returns
    -------
    polars.DataFrame
        Columns model, printed cost, tokens at list price, their ratio, the list price of prompts,
        and the price of prompts that the printed cost implies if answers cost the list price.
    """
    prices = load("model-releases").select(
        "entry", price_in="input_usd_per_mtok", price_out="output_usd_per_mtok"
    )
    entries = pl.DataFrame({"model": list(PRICED), "entry": list(PRICED.values())})
    runs = coding("polyglot").filter(pl.col("output_tokens").is_not_null())
    rows = entries.join(prices, on="entry", how="left", maintain_order="left")
    rows = rows.join(runs, on="model", how="left", maintain_order="left")
    answers = pl.col("output_tokens") * pl.col("price_out") / 1e6
    at_list = pl.col("input_tokens") * pl.col("price_in") / 1e6 + answers
    return rows.select(
        "model",
        printed="usd",
        at_list=at_list,
        ratio=pl.col("usd") / at_list,
        prompt_list="price_in",
        prompt_implied=(pl.col("usd") - answers) / pl.col("input_tokens") * 1e6,
    )


def costs() -> dict[str, float]:
    """Return tokens at list price, by the key of the printed cost.

    Returns
    -------
    dict of str to float
        US dollars for the whole board.
    """
    table = repriced()
    return {
        f"cost_{KEYS[model]}": usd for model, usd in table.select("model", "at_list").iter_rows()
    }


def rates() -> dict[str, float]:
    """Return exercises solved over exercises set, by the key of the printed rate.

    Returns
    -------
    dict of str to float
        Percent.
    """
    runs = coding("polyglot").filter(pl.col("model").is_in(list(KEYS)))
    return {
        f"rate_{KEYS[model]}": 100 * solved / cases
        for model, solved, cases in runs.select("model", "solved", "cases").iter_rows()
    }

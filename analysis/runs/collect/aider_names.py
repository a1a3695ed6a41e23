"""Models of the Aider boards by the entry that the release registries have for them.

Joined by hand, name by name: no rule takes "DeepSeek V3 (0324)" to its entry and leaves
"DeepSeek Chat V3 (prev)" alone. A model that is missing here has no entry in either registry.
"""

from __future__ import annotations

_QWEN3_235B = "qwen/qwen3-235b-a22b-fp8-tput"

RELEASED_AS = {
    "gpt-3.5-turbo-1106": "openai/gpt-3.5-turbo-1106",
    "gpt-4-0125-preview": "openai/gpt-4-0125-preview",
    "gpt-4-1106-preview": "openai/gpt-4-1106-preview",
    "gpt-4-turbo-2024-04-09 (udiff)": "openai/gpt-4-turbo-2024-04-09",
    "gpt-4-turbo-2024-04-09 (diff)": "openai/gpt-4-turbo-2024-04-09",
    "claude-3-opus-20240229": "anthropic/claude-3-opus-20240229",
    "claude-3.5-sonnet-20240620": "anthropic/claude-3-5-sonnet-20240620",
    "claude-3-5-sonnet-20241022": "anthropic/claude-3-5-sonnet-20241022",
    "claude-3-5-haiku-20241022": "anthropic/claude-3-5-haiku-20241022",
    "claude-3-7-sonnet-20250219 (no thinking)": "anthropic/claude-3-7-sonnet-20250219",
    "claude-3-7-sonnet-20250219 (32k thinking tokens)": "anthropic/claude-3-7-sonnet-20250219",
    "claude-sonnet-4-20250514 (no thinking)": "anthropic/claude-sonnet-4-20250514",
    "claude-sonnet-4-20250514 (32k thinking)": "anthropic/claude-sonnet-4-20250514",
    "claude-opus-4-20250514 (no think)": "anthropic/claude-opus-4-20250514",
    "claude-opus-4-20250514 (32k thinking)": "anthropic/claude-opus-4-20250514",
    "gpt-4o-2024-08-06": "openai/gpt-4o-2024-08-06",
    "gpt-4o-2024-11-20": "openai/gpt-4o-2024-11-20",
    "gpt-4o-mini-2024-07-18": "openai/gpt-4o-mini-2024-07-18",
    "gpt-4.5-preview": "openai/gpt-4.5-preview-2025-02-27",
    "gpt-4.1": "openai/gpt-4.1-2025-04-14",
    "gpt-4.1-mini": "openai/gpt-4.1-mini-2025-04-14",
    "gpt-4.1-nano": "openai/gpt-4.1-nano-2025-04-14",
    "o1-mini (whole)": "openai/o1-mini-2024-09-12",
    "o1-mini": "openai/o1-mini-2024-09-12",
    "o1-mini-2024-09-12": "openai/o1-mini-2024-09-12",
    "o1-preview": "openai/o1-preview-2024-09-12",
    "o1-2024-12-17 (high)": "openai/o1-2024-12-17",
    "o3-mini (high)": "openai/o3-mini-2025-01-31",
    "o3-mini (medium)": "openai/o3-mini-2025-01-31",
    "o3": "openai/o3-2025-04-16",
    "o3 (high)": "openai/o3-2025-04-16",
    "o3 (high) + gpt-4.1": "openai/o3-2025-04-16",
    "o4-mini (high)": "openai/o4-mini-2025-04-16",
    "gpt-oss-120b (high)": "openai/gpt-oss-120b",
    "gpt-5 (high)": "openai/gpt-5-2025-08-07",
    "gpt-5 (medium)": "openai/gpt-5-2025-08-07",
    "gpt-5 (low)": "openai/gpt-5-2025-08-07",
    "gemini-1.5-flash-002 (0924)": "google/gemini-1.5-flash-002",
    "gemini-2.5-flash-preview-04-17 (default)": "google/gemini-2.5-flash-preview-04-17",
    "gemini-2.5-flash-preview-05-20 (no think)": "google/gemini-2.5-flash-preview-05-20",
    "gemini-2.5-flash-preview-05-20 (24k think)": "google/gemini-2.5-flash-preview-05-20",
    "Gemini 2.5 Pro Preview 03-25": "google/gemini-2.5-pro-preview-03-25",
    "Gemini 2.5 Pro Preview 05-06": "google/gemini-2.5-pro-preview-05-06",
    "DeepSeek Chat V3 (prev)": "deepseek-ai/deepseek-v3",
    "DeepSeek V3 (0324)": "deepseek/deepseek_v3_03_24.yaml",
    "DeepSeek R1": "deepseek-ai/deepseek-r1",
    "DeepSeek R1 + claude-3-5-sonnet-20241022": "deepseek-ai/deepseek-r1",
    "DeepSeek R1 (0528)": "deepseek-ai/deepseek-r1-0528",
    "DeepSeek-V3.2-Exp (Reasoner)": "deepseek/deepseek_v32.yaml",
    "DeepSeek-V3.2-Exp (Chat)": "deepseek/deepseek_v32.yaml",
    "Grok 3 Beta": "xai/grok-3-beta",
    "Grok 3 Mini Beta (low)": "xai/grok-3-mini-beta",
    "Grok 3 Mini Beta (high)": "xai/grok-3-mini-beta",
    "grok-4 (high)": "xai/grok-4-0709",
    "Kimi K2": "moonshot/k2.yaml",
    "Qwen3 235B A22B diff, no think, Alibaba API": _QWEN3_235B,
    "Qwen3 235B A22B diff on OpenRouter, all providers, default settings (thinking)": _QWEN3_235B,
    "Qwen3 235B A22B diff on OpenRouter only TogetherAI, recommended /no_think settings": (
        _QWEN3_235B
    ),
}

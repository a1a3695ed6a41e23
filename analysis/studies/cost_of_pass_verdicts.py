"""Why values of the cost-of-pass study come out otherwise, or cannot be tested."""

from __future__ import annotations

_INPUT = "an estimate of wages and minutes that the study takes as given; nothing here tests it"
_RECORDS = "the attempts behind the paper are not open"
_TECHNIQUES = f"{_RECORDS}, and no open table here has attempts with this technique"
_OTHERS = f"{_RECORDS}; the same quantity for other models and days stands above"

_HUMAN = ("2digit", "gsm8k", "bbq", "gpqa", "math500", "aime")
_INDIA = ("gsm8k", "math500", "gpqa", "bbq")
_TALE = [
    f"tale_{group}_{end}" for group in ("basic", "knowledge", "complex") for end in ("low", "high")
]


def _rest(left: str, rest: str) -> str:
    return f"{_RECORDS}; {left} left to the human leave {rest} dollars for the model itself"


ALL: dict[str, str] = {
    **{f"human_{task}": _INPUT for task in _HUMAN},
    **{f"human_india_{task}": _INPUT for task in _INDIA},
    **dict.fromkeys(
        ("price_input_r1", "price_output_r1"),
        "because the code sets this price itself; the price table of those days has DeepSeek-R1 "
        "at other hosts and other prices only",
    ),
    "released_o1": (
        "because the notebook of the authors has 5 December, where the model's own name, and the "
        "registry, say 17 December"
    ),
    "cell_2digit_llama_8b": f"{_RECORDS}; it is less than one problem left to the human would add",
    "cell_bbq_gpt_4o": (
        f"{_RECORDS}; one problem left to the human adds less than the model's own price, so the "
        "cell does not say how many there are"
    ),
    "cell_gpqa_o1": _rest("17 of 128 problems", "0.37"),
    "cell_gpqa_o3_mini": _rest("18 of 128 problems", "0.02"),
    "cell_math500_r1": _rest("2 of 128 problems", "0.02"),
    "cell_aime_o1": _rest("4 of 30 problems", "0.18"),
    "cell_aime_o3_mini": _rest("3 of 30 problems", "0.03"),
    "india_bbq_gpt_4o": (
        "because the rule gives the human as many problems as Table 1 has room for, 7, where the "
        "model's own price takes part of that room: with 2 problems left it gives 0.0052"
    ),
    "half_life_math500": _OTHERS,
    "half_life_aime": _OTHERS,
    "essential_lightweight_2digit": _OTHERS,
    "essential_reasoning_aime": _OTHERS,
    "essential_reasoning_math500": _OTHERS,
    **dict.fromkeys(("vote", "refine_gpqa", "refine_bbq", *_TALE), _TECHNIQUES),
}
"""Values of Erol et al. 2025 that differ or cannot be tested."""

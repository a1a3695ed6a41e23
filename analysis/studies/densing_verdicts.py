"""Why values of the densing study come out otherwise, or cannot be tested."""

from __future__ import annotations

_DATES = (
    "because the public scores end in July 2024, and of the models before ChatGPT all but two "
    "score at chance on MMLU here"
)
_REFERENCE = (
    "because the coefficients of the reference law were not published: a density here is relative "
    "to Llama 1 and 2, and only its growth compares"
)

DENSING: dict[str, str] = {
    "r2": (
        "because other models hold the records here; it is no measure of certainty either way: "
        "without any growth the same recipe gives 0.8 in the median, and over 0.912 in three sets "
        "of ten"
    ),
    "r2_highlights": (
        "because the paper prints both 0.912 and 0.93, and other models hold the records here"
    ),
    "models": "because the list of the 29 models was not read",
    "models_journal": "because the list of the 51 models was not read",
    "slope_before": _DATES,
    "slope_after": _DATES,
    "faster": f"{_DATES}; the paper's two slopes differ by 52%",
    "months_before_journal": _DATES,
    "months_after_journal": _DATES,
    "llama_density": _REFERENCE,
    "gemma_density": _REFERENCE,
    "minicpm_share": (
        "because all 2.72B parameters are counted here; the 2.4B of the name leave embeddings out, "
        "and are 33% of 7.24B"
    ),
    "price_halving": (
        "because 266.7 is 8.06 halvings, and 20 months over 8.06 are 2.48, the journal's 2.5"
    ),
}
"""Values of Xiao et al. 2024 that differ or cannot be tested."""

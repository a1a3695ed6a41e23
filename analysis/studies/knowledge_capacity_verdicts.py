"""Why values of the knowledge-capacity study come out otherwise, or cannot be tested."""

from __future__ import annotations

from analysis.studies.knowledge_capacity_published import allen_zhu

_JUNK = (
    "because useful text is an eighth of all tokens: seven times 100 biographies for each useful "
    "person, spread over 100M junk people. The printed number leaves the seven out"
)
_STEPS = (
    "because the printed steps show 172 tokens for each person and exposure, where the runs with "
    "500,000 people and more show 85: either the former saw each fact 2000 times, or twice the "
    "steps were printed"
)
_OTHER = {
    "words_wikipedia": "because it is quoted from elsewhere and was not looked up here",
    "junk_seen_200k": _JUNK,
    "junk_seen_50k": _JUNK,
    **{f"steps_{size}": _STEPS for size in ("10k", "20k", "50k", "100k", "200k")},
}
_TRANSFORMERS = "because it was measured on transformers whose losses were not released"

ALLEN_ZHU: dict[str, str] = {
    key: _OTHER.get(key, _TRANSFORMERS)
    for key, value in allen_zhu().items()
    if value is None or key in _OTHER
}
"""Values of Allen-Zhu & Li 2024 that differ or cannot be tested."""

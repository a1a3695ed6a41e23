"""What was published about knowledge capacity, as far as arithmetic can follow it."""

from __future__ import annotations

import numpy as np
import polars as pl

from analysis import records
from analysis.capability.capacity import active_share, knowledge_ratio, room
from analysis.studies.knowledge_capacity_room import PERSON_BITS

#: Relative agreement asked of numbers of steps, which are printed as "about".
TOLERANCE = {f"steps_{size}": 0.05 for size in ("500k", "1m", "2m", "5m")}

# People, and sequences of 512 tokens in a batch, of the runs with 1000 exposures.
_RUNS = {
    "10k": (1e4, 24),
    "20k": (2e4, 48),
    "50k": (5e4, 96),
    "100k": (1e5, 192),
    "200k": (2e5, 192),
    "500k": (5e5, 192),
    "1m": (1e6, 192),
    "2m": (2e6, 1536),
    "5m": (5e6, 1536),
    "10m": (1e7, 1536),
}
_SEQUENCE, _EXPOSURES = 512, 1000
_MEASURED = (
    *("ratio_1000", "ratio_highest", "ratio_perfect", "ratio_100", "ratio_int8", "ratio_int4"),
    *("moe_factor_1000", "moe_factor_100", "llama_factor_100", "no_mlp_factor_100"),
    *(f"random_factor_{n}" for n in (100, 300, 600, 1000)),
    *("repetitive_factor_100", "tagged_factor_100", "tagged_factor_300", "words_wikipedia"),
)


def tokens_per_biography() -> pl.DataFrame:
    """Return how long a biography is by the printed numbers of training steps.

    Returns
    -------
    polars.DataFrame
        One row a run: ``people``, ``steps``, ``batch`` in sequences, ``tokens`` a biography if
        each is seen 1000 times, and ``exposures`` if all biographies are as long as those of the
        runs with 500,000 to 5 million people.
    """
    rows = [
        {"people": int(people), "steps": records.value("physics33_2024", f"steps_{size}")}
        | {"batch": batch}
        for size, (people, batch) in _RUNS.items()
    ]
    seen = pl.col("steps") * pl.col("batch") * _SEQUENCE / pl.col("people")
    frame = pl.DataFrame(rows).with_columns(tokens=seen / _EXPOSURES)
    return frame.with_columns(exposures=_EXPOSURES * pl.col("tokens") / _length(frame))


def _length(frame: pl.DataFrame) -> float:
    large = frame.filter(pl.col("people").is_between(5e5, 5e6))
    return float(np.median(large["tokens"].to_numpy()))


def gpt2_params(tokens: int, *, layers: int = 12, width: int = 768, positions: int = 0) -> int:
    """Return the parameters of GPT-2.

    Parameters
    ----------
    tokens : int
        Tokens of the embedding, which is tied to the output.
    layers, width : int, optional
        Its shape; that of GPT-2 small if left out.
    positions : int, optional
        Learnt positions; none with rotary ones.

    Returns
    -------
    int
        Parameters, biases and norms included.

    Examples
    --------
    >>> gpt2_params(50257, positions=1024)
    124439808
    """
    layer = 12 * width**2 + 13 * width
    return layers * layer + 2 * width + (tokens + positions) * width


def allen_zhu() -> dict[str, float | None]:
    """Compute what Allen-Zhu & Li published, where it follows from what else they state.

    Returns
    -------
    dict of str to float or None
        By record of the study ``physics33_2024``; None for what was measured on transformers.

    References
    ----------
    Allen-Zhu & Li 2024, arXiv 2404.05405.
    """
    junk = 7 * 100 / 100e6  # junk biographies shown for each useful person, by junk person
    length = _length(tokens_per_biography())
    found: dict[str, float | None] = {
        "share_of_limit": room(1, knowledge_ratio(weight_bits=8), 8).share,
        "moe_total_over_active": 1 / active_share(32),
        "moe_active": 100 * active_share(32),
        "junk_seen_200k": junk * 200e3,
        "junk_seen_50k": junk * 50e3,
        "bits_per_person": PERSON_BITS,
        "passes_rewritten_1000": 1000 / 40,
        "passes_rewritten_100": 100 / 40,
        "gpt2_small": gpt2_params(3275),
        "gpt2_small_usual": gpt2_params(50257, positions=1024),
        "bits_7b": room(7e9, knowledge_ratio()).bits,
        "words_textbooks": 100_000 * 400 * 400,
        "words_both": records.value("physics33_2024", "words_wikipedia") + 100_000 * 400 * 400,
    }
    for size, (people, batch) in _RUNS.items():
        found[f"steps_{size}"] = _EXPOSURES * people * length / (batch * _SEQUENCE)
    known = records.read_study("physics33_2024").values
    return {key: None if key in _MEASURED else found[key] for key in known}

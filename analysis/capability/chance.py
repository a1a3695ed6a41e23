"""What guessing scores on each benchmark."""

from __future__ import annotations

from collections.abc import Sequence

#: Score by chance: one over the number of choices, or 0 where an answer is written out.
CHANCE: dict[str, float] = {
    "mmlu": 1 / 4,
    "arc_challenge": 1 / 4,
    "hellaswag": 1 / 4,
    "winogrande": 1 / 2,
    "mmlu_pro": 1 / 10,
    "bbh": 0.3,
    "gsm8k": 0.0,
    "math": 0.0,
    "humaneval": 0.0,
}
"""The tasks of BBH have two to eighteen choices; models that guess average about 0.3 over them."""


def chance(benchmarks: str | Sequence[str]) -> float:
    """Return the score by chance on a benchmark, or on the mean of several.

    Parameters
    ----------
    benchmarks : str or sequence of str
        Keys of `CHANCE`.

    Returns
    -------
    float
        The score, 0 to 1.

    Raises
    ------
    ValueError
        If a benchmark is not known.

    Examples
    --------
    >>> chance("mmlu"), chance(["mmlu", "gsm8k"])
    (0.25, 0.125)
    """
    names = [benchmarks] if isinstance(benchmarks, str) else list(benchmarks)
    for name in names:
        if name not in CHANCE:
            raise ValueError(f"benchmark {name!r} is not known; accepted: {', '.join(CHANCE)}")
    return sum(CHANCE[name] for name in names) / len(names)

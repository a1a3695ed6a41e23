"""Why costs of the coding board come out otherwise from tokens and list prices."""

from __future__ import annotations

from analysis.studies.accuracy_and_cost_published import KEYS, repriced

#: Relative difference up to which a cost counts as met: the board prints four decimals.
TOLERANCE = 0.001
_HOST = ("Kimi K2", "gpt-oss-120b (high)")


def reasons() -> dict[str, str]:
    """Return why each printed cost differs from tokens at list price, by the key of the value.

    Returns
    -------
    dict of str to str
        Only of costs that differ by more than `TOLERANCE`, and of one rate.
    """
    found = {
        "rate_r1_0528": (
            "because this rate is printed over the 224 exercises that ended, 160 of 224; all "
            "others stand over the 225 that were set"
        )
    }
    for row in repriced().iter_rows(named=True):
        if abs(row["ratio"] - 1) <= TOLERANCE:
            continue
        paid = f"{row['prompt_implied']:.2f} of {row['prompt_list']:.2f} USD per million tokens"
        why = (
            f"because prompts were billed at {paid} if answers cost the list price: presumably "
            "part of them was cached, which the board does not print"
        )
        if row["model"] in _HOST:
            why = (
                "because this open model presumably ran at a host cheaper than the registry's; "
                f"the board names none: at list answers, prompts would have cost {paid}"
            )
        found[f"cost_{KEYS[row['model']]}"] = why
    return found

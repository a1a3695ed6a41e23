"""What was published on prices, beside what the tables here can say of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analysis import economics
from analysis.studies.price_history_runs import totals

HOBBHAHN: dict[str, str] = dict.fromkeys(
    ("doubling_all", "doubling_ml", "doubling_top", "gpus", "released"),
    "because no table here has release prices of GPUs: the accelerators come without prices, the "
    "hourly prices without dates",
)
"""Values of Hobbhahn and Besiroglu 2022; none can be tested."""


def hobbhahn() -> dict[str, None]:
    """Return what can be computed of Hobbhahn and Besiroglu 2022: nothing.

    Returns
    -------
    dict of str to None
        By record of the study ``hobbhahn2022``.
    """
    return dict.fromkeys(HOBBHAHN)


def price_reversal(found: Mapping[str, economics.Reversal]) -> dict[str, Any]:
    """Compute what the price-reversal paper is recalled to say.

    Parameters
    ----------
    found : mapping of str to Reversal
        What `price_history_runs.reversals` returns.

    Returns
    -------
    dict of str to number or (number, number, number)
        By record of the study ``price_reversal2026``; intervals resample problems.

    References
    ----------
    arXiv 2603.23971.
    """
    paid, answers = found["as paid"], found["without thinking tokens"]
    by_model = {row["model"]: row for row in totals().iter_rows(named=True)}
    flash, gpt = by_model["gemini-3-flash-preview"], by_model["gpt-5.2-high"]
    return {
        "reversed": tuple(100 * x for x in (paid.share, paid.low, paid.high)),
        "flash_listed": 100 * (1 - flash["listed"] / gpt["listed"]),
        "flash_paid": 100 * (flash["usd"] / gpt["usd"] - 1),
        "tau_paid": (paid.tau, paid.tau_low, paid.tau_high),
        "tau_without": (answers.tau, answers.tau_low, answers.tau_high),
        "fewer_reversals": 100 * (1 - answers.share / paid.share),
    }


PRICE_REVERSAL: dict[str, str] = {
    "reversed": (
        "because the model whose answers were cut at 2,048 tokens is left out; with it the four "
        "tasks give 20.2%, and the paper has nine tasks"
    ),
    "tau_paid": (
        "because the model whose answers were cut is left out; with it the four tasks give 0.596, "
        "and the paper has nine tasks"
    ),
    "tau_without": (
        "because the model whose answers were cut is left out; with it the four tasks give 0.860, "
        "and the paper has nine tasks"
    ),
    "fewer_reversals": (
        "by 20 reversals falling to 7 on four tasks; presumably the other five, which are not "
        "public, make up the rest"
    ),
}
"""Values recalled from the price-reversal paper that come out otherwise."""

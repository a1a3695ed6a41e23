"""What was published about the densing law, computed anew on public models or by arithmetic."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import polars as pl

from analysis.records import read_study
from analysis.runs.catalog import load
from analysis.studies.densing import Estimate
from analysis.studies.densing_pitfalls import record_r2

_DAYS = 365.25
_MONTH = _DAYS / 12
_CHIPS_DAYS = 2.1 * _DAYS
#: December 2022 to August 2024.
_PRICE_MONTHS = 20
_DOLLARS = (20.0, 0.075)


def inconsistencies() -> pl.DataFrame:
    """Set the paper's growth rates beside the doubling times they amount to.

    Returns
    -------
    polars.DataFrame
        One row a printed number: where it stands, and what it is as a slope a day, in days, in
        months and in doublings a year.
    """
    values = read_study("densing2024").values
    rows = []
    for key in ("slope", "slope_highlights", "doubling_days", "doubling_months"):
        record = values[key]
        rows.append({"printed": f"{record.printed} {record.unit}", "where": record.where}
                    | _as_all(float(record.value or 0), record.unit))  # fmt: skip
    journal = values["doubling_months_journal"]
    rows.append({"printed": f"{journal.printed} {journal.unit}", "where": journal.where}
                | _as_all(float(journal.value or 0), journal.unit))  # fmt: skip
    return pl.DataFrame(rows)


def _as_all(value: float, unit: str) -> dict[str, float]:
    days = {"per day": math.log(2) / value, "days": value, "months": value * _MONTH}[unit]
    rate = {"slope a day": math.log(2) / days, "days": days, "months": days / _MONTH}
    return rate | {"doublings a year": _DAYS / days}


def densing(one: Estimate) -> Mapping[str, Any]:
    """Compute what Xiao et al. published.

    Parameters
    ----------
    one : Estimate
        The headline estimate.

    Returns
    -------
    dict of str to number
        By record of the study ``densing2024``; None where it cannot be tested.

    References
    ----------
    Xiao et al. 2024, arXiv 2412.04315.
    """
    published = {key: record.value for key, record in read_study("densing2024").values.items()}
    growth = one.headline
    slope = tuple(r * math.log(2) / _DAYS for r in (growth.rate, *growth.interval))
    months = (growth.months, *growth.months_interval)
    r2 = float(record_r2(one.published.trend)[0])
    fall = _DOLLARS[0] / _DOLLARS[1]
    halving = _PRICE_MONTHS / math.log2(fall)
    out: dict[str, Any] = dict.fromkeys(published)
    out |= {"slope": slope, "slope_highlights": slope, "r2": r2, "r2_highlights": r2}
    out |= {"doubling_days": math.log(2) / float(published["slope"] or 0)}
    out |= {"doubling_months": months, "doubling_months_journal": months}
    out |= {"price_fall": fall, "price_halving": halving, "price_halving_journal": halving}
    out["minicpm_share"] = 100 * _share("openbmb/MiniCPM-2B-sft-bf16", "mistralai/Mistral-7B-v0.1")
    days = math.log(2) / float(published["slope_highlights"] or 0)
    out["with_chips"] = 1 / (1 / days + 1 / _CHIPS_DAYS)
    return out


def _share(small: str, large: str) -> float:
    models = load("open-models")
    sizes = {n: models.filter(pl.col("model") == n)["params"].item() for n in (small, large)}
    return float(sizes[small] / sizes[large])

"""A chapter's page: the verdicts of all its studies in one place."""

from __future__ import annotations

from collections import Counter
from functools import reduce
from operator import add

import polars as pl

from analysis.paths import home
from analysis.studies.published import Comparison

VERDICTS = ("reproduced", "differs", "not testable")


def chapters() -> list[str]:
    """List the chapters whose studies have saved verdicts.

    Returns
    -------
    list of str
        Such as ``pretraining``, in alphabetical order.

    Examples
    --------
    >>> "pretraining" in chapters()
    True
    """
    return sorted({file.parent.name for file in (home() / "figures").glob("*/*-verdicts.json")})


def verdicts(chapter: str) -> dict[str, Comparison]:
    """Return the published and reproduced values of every study of a chapter.

    Parameters
    ----------
    chapter : str
        The folder of the notebooks, such as ``pretraining``.

    Returns
    -------
    dict of str to Comparison
        By study, in alphabetical order, as its notebook last saved them.

    Raises
    ------
    ValueError
        If no study of the chapter has saved any.

    Examples
    --------
    >>> "chinchilla" in verdicts("pretraining")
    True
    """
    files = sorted((home() / "figures" / chapter).glob("*-verdicts.json"))
    if not files:
        raise ValueError(f"no study of chapter {chapter!r} has saved verdicts")
    return {f.name.removesuffix("-verdicts.json"): Comparison.read(f) for f in files}


def joined(found: dict[str, Comparison]) -> Comparison:
    """Join the tables of all studies.

    Parameters
    ----------
    found : dict of str to Comparison
        By study.

    Returns
    -------
    Comparison
        One table.
    """
    return reduce(add, found.values())


def counts(found: dict[str, Comparison]) -> pl.DataFrame:
    """Count the verdicts of each study.

    Parameters
    ----------
    found : dict of str to Comparison
        By study.

    Returns
    -------
    polars.DataFrame
        One row a study and a last one for all: how many values have which verdict.
    """
    rows = []
    for study, table in found.items():
        has = Counter(table.verdicts.values())
        rows.append({"study": study, **{v: has[v] for v in VERDICTS}, "values": sum(has.values())})
    frame = pl.DataFrame(rows)
    total = frame.select(pl.lit("all studies").alias("study"), pl.exclude("study").sum())
    return pl.concat([frame, total], how="vertical_relaxed")


def differing(found: dict[str, Comparison]) -> pl.DataFrame:
    """List what came out otherwise than published, with the cause of each.

    Parameters
    ----------
    found : dict of str to Comparison
        By study.

    Returns
    -------
    polars.DataFrame
        One row a value: study, paper, quantity, published, reproduced, why.
    """
    rows = [
        {
            "study": study,
            "paper": row.study,
            "quantity": row.quantity,
            "published": row.published_text + (f" [{row.mark}]" if row.mark else ""),
            "reproduced": row.reproduced_text,
            "why": row.because,
        }
        for study, table in found.items()
        for row in table.rows
        if row.verdict == "differs"
    ]
    names = ("study", "paper", "quantity", "published", "reproduced", "why")
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String))


def ratios(found: dict[str, Comparison]) -> pl.DataFrame:
    """Divide every reproduced number by the published one.

    Parameters
    ----------
    found : dict of str to Comparison
        By study.

    Returns
    -------
    polars.DataFrame
        One row a pair of numbers of one sign: study, quantity, verdict, ratio, and the ends
        ``ratio_low`` and ``ratio_high`` where the reproduced number has an interval.
    """
    rows = []
    for study, table in found.items():
        for row in table.rows:
            if not row.published or not row.reproduced or row.published * row.reproduced < 0:
                continue
            given = (row.reproduced_low, row.reproduced_high)
            ends = sorted(end / row.published for end in given if end is not None)
            rows.append(
                {
                    "study": study,
                    "quantity": row.quantity,
                    "verdict": row.verdict,
                    "ratio": row.reproduced / row.published,
                    "ratio_low": ends[0] if ends else None,
                    "ratio_high": ends[-1] if ends else None,
                }
            )
    return pl.DataFrame(rows, infer_schema_length=None)

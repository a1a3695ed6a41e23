"""The catalogue of published laws."""

from __future__ import annotations

import difflib
from functools import lru_cache
from importlib import import_module

import polars as pl

from analysis.laws.law import Law

#: Each theme is a module of declarations beside this one.
THEMES = (
    *("pretraining", "overtraining", "repetition", "vocabulary", "streams"),
    *("hyperparameters", "schedules", "experts"),
    "capability",
    "density",
)


@lru_cache(maxsize=1)
def _catalog() -> dict[str, tuple[str, Law]]:
    found: dict[str, tuple[str, Law]] = {}
    for theme in THEMES:
        for law_ in import_module(f"analysis.laws.{theme}").LAWS:
            if law_.key in found:
                raise ValueError(f"two laws have the key {law_.key!r}")
            found[law_.key] = (theme, law_)
    return found


def law(key: str) -> Law:
    """Return a law of the catalogue.

    Parameters
    ----------
    key : str
        Its key, such as ``"chinchilla"``.

    Returns
    -------
    Law
        The law.

    Raises
    ------
    ValueError
        If there is none of that name.

    Examples
    --------
    >>> law("chinchilla").text
    'E + A/N**alpha + B/D**beta'
    """
    catalog = _catalog()
    if key not in catalog:
        near = difflib.get_close_matches(str(key), catalog, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"no law {key!r}; accepted are {', '.join(catalog)}{hint}")
    return catalog[key][1]


def laws() -> pl.DataFrame:
    """List the laws of the catalogue.

    Returns
    -------
    polars.DataFrame
        One row a law: key, theme, title, formula, what it predicts, the columns it reads, the
        arXiv id of its source and the names of its published coefficient sets.

    Examples
    --------
    >>> laws()["key"][0]
    'chinchilla'
    """
    return pl.DataFrame(
        [
            {
                "key": key,
                "theme": theme,
                "title": law_.title,
                "formula": law_.text,
                "predicts": law_.predicts,
                "reads": ", ".join(f"{n} = {c}" for n, c in law_.inputs.items()),
                "arxiv": law_.source,
                "published": ", ".join(law_.published),
            }
            for key, (theme, law_) in _catalog().items()
        ]
    )

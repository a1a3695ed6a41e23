"""The released sweeps of Porian et al., one setting at a time."""

import polars as pl

import analysis

SETTINGS = [
    *(("main", k) for k in range(5)),
    *(("owt2", k) for k in range(5)),
    *(("att", k) for k in range(4)),
    ("kaplan_tuned_hparams", 0),
]


def setting(name, which):
    """Return the rows of one of the fifteen settings of a released table."""
    table = analysis.load(f"resolving-discrepancies-{name}")
    return table.filter((pl.col("summary") == which[0]) & (pl.col("setting") == which[1]))

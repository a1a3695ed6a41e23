"""Attempts to test with: small random tables, as hypothesis draws them."""

from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import strategies as st


def tidy(passed, usd=None, **columns):
    """Return a table from outcomes by problem, model and attempt; models are a, b, c ..."""
    passed = np.asarray(passed)
    usd = np.full(passed.shape, 0.1) if usd is None else np.broadcast_to(usd, passed.shape)
    rows = [
        {
            "problem": f"p{i}",
            "model": "abcdefgh"[j],
            "attempt": k + 1,
            "passed": int(passed[i, j, k]),
            "usd": float(usd[i, j, k]),
        }
        for i, j, k in np.ndindex(passed.shape)
    ]
    return pl.DataFrame(rows).with_columns(**columns)


@st.composite
def tables(draw, models=(2, 4)):
    """Draw a table with a few problems, models and attempts."""
    shape = (
        draw(st.integers(1, 5)),
        draw(st.integers(*models)),
        draw(st.integers(1, 4)),
    )
    random = np.random.default_rng(draw(st.integers(0, 10_000)))
    rate = draw(st.sampled_from([0.0, 0.2, 0.6, 1.0]))
    passed = random.random(shape) < rate
    return tidy(passed, 10 ** random.uniform(-3, 1, shape))

"""Runs that several tests of the fitter share."""

import numpy as np
import polars as pl
import pytest


@pytest.fixture(scope="module")
def noisy():
    """Six budgets of nine sizes around a best size of 0.1 C**0.48, with noise."""
    rng = np.random.default_rng(5)
    flops = np.repeat(np.geomspace(1e18, 1e21, 6), 9)
    step = np.tile(np.linspace(-1, 1, 9), 6)
    loss = 2 + 0.1 * step**2 + rng.normal(0, 0.004, 54)
    return pl.DataFrame({"flops": flops, "params": 0.1 * flops**0.48 * 10**step, "loss": loss})

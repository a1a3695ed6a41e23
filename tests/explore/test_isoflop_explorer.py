"""The IsoFLOP explorer shows what the package says when it is asked directly."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.explore.isoflop import IsoFlopExplorer
from analysis.studies.isoflop import analyse, plans
from analysis.studies.isoflop_sweeps import SWEEPS


@pytest.fixture(scope="module")
def explorer():
    return IsoFlopExplorer()


def test_it_starts_from_the_numbers_of_the_table(explorer):
    shown = explorer.set(sweep="chinchilla", method="parabola", window=0.7, budget=5.76e23)
    row = plans(["chinchilla"], 5.76e23).row(0, named=True)
    for name, value in row.items():
        if name != "sweep":
            assert shown[name] == pytest.approx(value, rel=1e-9), name
    assert shown["budgets"] == 9
    assert shown["beyond"] == pytest.approx(192)


def test_every_control_moves_the_numbers(explorer):
    before = dict(explorer.set(sweep="chinchilla", method="parabola", window=0.7, budget=1e22))
    changes = ({"budget": 1e23}, {"window": 0.4}, {"method": "akima"}, {"sweep": "owt2-head"})
    for change in changes:
        after = dict(explorer.set(**change))
        assert after != before
        before = after


def test_the_widest_window_takes_every_run(explorer):
    shown = explorer.set(sweep="rw-kaplan", method="parabola", window=3.0)
    assert shown["runs"] == analyse("rw-kaplan").optima.filter("used")["runs"].sum()
    assert explorer.set(window=0.5)["runs"] < shown["runs"]


@pytest.mark.parametrize("name", SWEEPS)
def test_curves_touch_zero_at_their_minima(explorer, name):
    explorer.set(sweep=name, method="akima", window=0.7)
    sizes = explorer._minima.get_xdata()
    assert len(sizes) == explorer.numbers["budgets"]
    curves = explorer._curves.get_segments()
    lowest = [curve[:, 1].min() for curve in curves if np.isfinite(curve).all()]
    assert min(lowest) > -1e-9
    assert max(lowest) < 0.6

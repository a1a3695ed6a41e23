"""What the pretraining figures draw, asserted on their artists."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import polars as pl
import pytest

import analysis
from analysis.planning import optimum
from analysis.plots import coefficients
from analysis.plots import pretraining as draw


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_loss_map_shows_every_run_and_marks_those_left_out():
    runs = analysis.load("chinchilla")
    law = analysis.law("chinchilla").with_published("besiroglu2024")
    ax = draw.loss_map(runs, law, plan=optimum(law, [1e19, 1e21]))
    points = {
        c.get_label(): len(c.get_offsets()) for c in ax.collections if "runs" in c.get_label()
    }
    assert points == {"240 runs": 240}
    assert any(c.get_label() == "5 left out" for c in ax.collections)
    assert ax.get_xscale() == ax.get_yscale() == "log"
    assert "Parameters" in ax.get_xlabel()
    assert "tokens" in ax.get_ylabel()


def test_parameter_path_draws_values_bands_and_published_lines():
    path = pl.DataFrame(
        {"k": [0, 1], "beta": [0.4, 0.3], "beta_low": [0.3, 0.2], "beta_high": [0.5, 0.4]}
    )
    (ax,) = coefficients.parameter_path(
        path,
        "k",
        ["beta"],
        published={"besiroglu2024": {"beta": 0.3658}},
        marks={"here": 1},
        label="k",
    )
    lines = {line.get_label(): line for line in ax.get_lines()}
    assert list(lines["fit"].get_ydata()) == [0.4, 0.3]
    assert lines["Besiroglu et al. 2024"].get_ydata()[0] == 0.3658
    assert [t.get_text() for t in ax.texts] == ["here"]
    assert len(ax.collections) == 1


def test_allocation_draws_each_plan_and_marks_extrapolation():
    law = analysis.law("chinchilla")
    flops = np.geomspace(1e19, 1e24, 5)
    plans = {n: optimum(law.with_published(n), flops) for n in ("besiroglu2024", "hoffmann2022")}
    models = pl.DataFrame({"name": ["Gopher"], "flops": [5e23], "params": [2.8e11]})
    ax = draw.allocation(plans, "params", models=models, fitted=1e22)
    labels = [line.get_label() for line in ax.get_lines()]
    assert "Besiroglu et al. 2024" in labels
    assert "Hoffmann et al. 2022, unrounded" in labels
    texts = [t.get_text() for t in ax.texts]
    assert "Gopher" in texts
    assert "extrapolation" in texts


def test_clouds_draw_every_resample():
    draws = np.array([[1.0, 0.3], [2.0, 0.4], [4.0, 0.5]])
    (ax,) = coefficients.clouds(
        draws, ["A", "alpha"], [("A", "alpha")], point={"A": 2.0, "alpha": 0.4}, published={}
    )
    assert np.array_equal(ax.collections[0].get_offsets(), draws)

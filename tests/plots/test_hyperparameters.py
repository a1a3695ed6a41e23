"""What the learning-rate and batch figures draw, asserted on their artists."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import polars as pl
import pytest

import analysis
from analysis.plots import hyperparameters as draw
from analysis.plots import hyperparameters_rivals as rivals
from analysis.studies import hyperparameters as study
from analysis.studies import hyperparameters_advice as advising
from analysis.studies import hyperparameters_bowl as bowls


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def dense():
    return study.grid()


@pytest.fixture(scope="module")
def bowl(dense):
    return bowls.fit_bowl(dense, resamples=50)


def labels(ax):
    return list(ax.get_legend_handles_labels()[1])


def offsets(ax, label):
    (found,) = [c for c in ax.collections if c.get_label() == label]
    return found.get_offsets()


def test_surface_shows_every_run_of_a_cell_and_the_advice(dense, bowl):
    name = "1074M, 20.0B tokens"
    printed = [study.reading(k).with_published(n) for k, n in study.PRINTED.items()]
    advice = advising.settings(dense, *printed)
    runs = dense.filter(pl.col("cell") == name)
    (ax,) = draw.surface(
        {name: runs}, bowl.cells, bowl, {"published law": advice, "refitted law": advice}
    )
    assert len(offsets(ax, "runs")) + len(offsets(ax, "diverged")) == runs.height == 118
    assert len(offsets(ax, "diverged")) == 14
    at = advice.filter(pl.col("cell") == name)
    assert offsets(ax, "published law")[0, 0] == pytest.approx(at["learning_rate"].item())
    bottom = bowl.cells.filter(pl.col("cell") == name)
    assert offsets(ax, "bottom of the bowl")[0, 1] == pytest.approx(bottom["batch_tokens"].item())
    assert ax.get_xscale() == ax.get_yscale() == "log"


def test_optima_draw_each_size_and_both_laws(dense, bowl):
    fits = [study.refit(dense, key, 20) for key in study.PRINTED]
    sizes = bowl.cells["params_read"].unique().sort().to_list()
    rate, batch = draw.optima(bowl.cells, advising.lines(*fits, sizes))
    dots = [line for line in rate.get_lines() if line.get_linestyle() == "None"]
    assert sum(len(line.get_xdata()) for line in dots) == 17
    assert labels(rate)[-2:] == ["refitted law", "published law"]
    # The batch law knows no size: one line a law, and one band.
    drawn = [line for line in batch.get_lines() if line.get_linestyle() != "None"]
    assert len(drawn) == 2
    assert len(batch.collections) == 1


def test_selection_draws_values_intervals_and_the_published_line():
    path = pl.DataFrame(
        {
            "percent": [0.0, 0.25],
            "rate_tokens": [0.3, 0.2],
            "rate_tokens_low": [0.2, 0.1],
            "rate_tokens_high": [0.5, 0.3],
        }
    )
    (ax,) = draw.selection(path, {"rate_tokens": 0.307})
    ((bars, _, _),) = ax.containers
    assert list(bars.get_ydata()) == [0.3, 0.2]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["0", "0.25"]
    assert any(set(line.get_ydata()) == {0.307} for line in ax.get_lines())


def test_cell_excess_has_a_mark_a_cell_and_law_and_names_the_mean():
    table = pl.DataFrame({"cell": ["a", "b"], "excess": [0.0, 0.2]})
    ax = draw.cell_excess({"published law": table, "refitted law": table})
    assert labels(ax) == ["published law: mean 0.100%", "refitted law: mean 0.100%"]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["a", "b"]
    assert list(ax.get_lines()[0].get_xdata()) == [0.0, 0.2]


def test_misses_draw_each_way_with_its_band(bowl):
    (ax,) = draw.misses({"Dense": bowl}, bowls.DIRECTIONS)
    assert labels(ax) == list(bowls.DIRECTIONS)
    alone = ax.get_lines()[0]
    off, cost = alone.get_data()
    assert np.interp(2, off, cost) == pytest.approx(bowl.excess(2.0, 1.0)[0], abs=1e-3)


def test_at_batch_takes_the_size_out():
    runs = pl.DataFrame(
        {
            "params_read": [1e8, 4e8],
            "tokens": [4e9, 1e11],
            "batch_tokens": [1e5, 1e6],
            "learning_rate": [4e-3, 1e-3],
        }
    )
    law = {"c": 4e5, "a": -1.0, "b": 0.0, "g": 0.0}
    (ax,) = rivals.at_batch({"Dense": runs}, {"Dense": law})
    assert list(ax.collections[0].get_offsets()[:, 1]) == pytest.approx([1e-3, 1e-3])
    for line in ax.get_lines():
        assert line.get_ydata() == pytest.approx(np.full(30, 1e-3))
    assert labels(ax) == ["law at 4B tokens", "law at 100B tokens"]


def test_forecasts_draw_every_law_by_its_scores(dense):
    table = analysis.compare(study.rivals("learning_rate"), dense, cuts=[5e19, 1.1e20])
    ax = rivals.forecasts(table, "Rates")
    lines = {line.get_label(): line for line in ax.get_lines()}
    assert set(lines) == set(study.rivals("learning_rate"))
    scores = table.frame.filter(pl.col("law") == "step law").sort("reach")
    assert list(lines["step law"].get_ydata()) == scores["rms"].to_list()
    assert ax.get_title(loc="left") == "Rates"

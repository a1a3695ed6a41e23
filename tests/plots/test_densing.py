"""What the figures of the densing study draw, asserted on their artists."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import polars as pl
import pytest

from analysis.plots import densing as draw
from analysis.plots import densing_growth as growth
from analysis.studies import densing as study
from analysis.studies import densing_scores as scores


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def one():
    return study.estimate(study.Setting())


def lines(ax):
    return {line.get_label(): line for line in ax.get_lines()}


def test_scores_show_the_reference_and_every_model_by_reason(one):
    runs = scores.scored("MMLU").filter(study.COHORTS[study.LLAMA])
    left, right = draw.scores(one.reference, runs, one.table)
    assert len(lines(left)["reference models"].get_xdata()) == 7
    counts = one.table["density_reason"].value_counts()
    by_reason = dict(counts.iter_rows())
    seen = lines(right)
    assert len(seen["with a density"].get_xdata()) == by_reason[""]
    assert len(seen["at chance"].get_xdata()) == by_reason["at chance"]
    assert len(seen["beyond the reference"].get_xdata()) == by_reason["beyond the reference"]


def test_reference_points_lie_by_their_loss(one):
    runs = scores.scored("MMLU").filter(study.COHORTS[study.LLAMA])
    left, _ = draw.scores(one.reference, runs, one.table)
    points = lines(left)["reference models"]
    fitted = one.reference.score(runs["params"].to_numpy(), runs["tokens"].to_numpy())
    x, curve = lines(left)["curve"].get_data()
    order = np.argsort(x)
    drawn = np.interp(points.get_xdata(), np.asarray(x)[order], np.asarray(curve)[order])
    np.testing.assert_allclose(drawn, fitted, atol=2e-3)


def test_the_frontier_names_the_record_holders_and_no_names_overlap(one):
    ax = draw.frontier(one.table, one.headline, one.published)
    names = [text.get_text() for text in ax.texts if text.get_text()]
    assert sorted(names) == sorted(draw.short(n) for n in one.published.record_holders)
    ax.figure.canvas.draw()
    boxes = [text.get_window_extent() for text in ax.texts if text.get_text()]
    for k, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[k + 1 :])
        assert ax.get_window_extent().x0 < box.x0 < box.x1 < ax.figure.bbox.x1
    seen = lines(ax)
    days, heights = seen["quantile 0.9"].get_data()
    np.testing.assert_allclose(heights, one.headline.edge(days))
    assert len(seen["record holders"].get_xdata()) == 11


def test_other_kinds_are_drawn_apart():
    every = study.estimate(study.changed(kinds="all"))
    ax = plt.subplots()[1]
    draw.draw_models(ax, every.table)
    seen = lines(ax)
    known = every.table.filter(pl.col("density").is_not_nan())
    assert len(seen["other models"].get_xdata()) == known.filter(pl.col("kind") != "base").height
    assert seen["base models"].get_color() != seen["other models"].get_color()


def calibration_table():
    rows = [
        {"estimator": name, "months": months, "rate": 12 / months, "mean": 12 / months + bias,
         "spread": 0.5, "coverage": covered, "bias": bias, "width": 2.0, "none": 0.1}
        for name, bias, covered in (("records", 2.0, 0.2), ("quantile", 0.0, 0.9))
        for months in (3.5, float("inf"))
    ]  # fmt: skip
    return pl.DataFrame(rows)


def test_calibration_draws_estimates_and_coverage_by_truth():
    left, right = growth.calibration(calibration_table())
    assert [t.get_text() for t in right.get_xticklabels()] == ["none", "3.5 months"]
    covered = [list(line.get_ydata()) for line in right.get_lines()[:2]]
    assert covered == [[0.2, 0.2], [0.9, 0.9]]
    assert len(left.containers) == 2


def test_nulls_mark_what_was_found_and_what_was_published():
    rates = np.array([-1.0, 0, 1, np.nan])
    left, right = growth.nulls((rates, 2.5), (np.array([0.5, 0.9]), 0.8, (0.912, 0.93)))
    assert left.get_lines()[0].get_xdata()[0] == 2.5
    assert [line.get_xdata()[0] for line in right.get_lines()] == [0.8, 0.912, 0.93]
    assert sum(patch.get_height() for patch in left.patches) == 3


def test_moves_draw_a_row_for_each_choice_that_has_a_rate():
    table = pl.DataFrame(
        {
            "what": ["score", "score", "reference"],
            "choice": ["A", "B", "C"],
            "rate": [1.0, None, 3.0],
            "low": [0.5, None, 2.0],
            "high": [2.0, None, 4.0],
            "records_rate": [1.5, None, 3.5],
        }
    )
    ax = growth.moves(table)
    assert [t.get_text() for t in ax.get_yticklabels()] == ["score: A", "reference: C"]
    assert list(lines(ax)["line through the records"].get_xdata()) == [1.5, 3.5]
    twin = next(other for other in ax.figure.axes if other is not ax)
    assert twin.get_xlim() == ax.get_xlim()
    at = dict(zip([t.get_text() for t in twin.get_xticklabels()], twin.get_xticks(), strict=True))
    assert at["6"] == 2.0


def test_training_draws_both_references():
    table = pl.DataFrame(
        {
            "score": ["A", "A", "B", "B"],
            "tokens of the reference": ["1T tokens", "as many as the model"] * 2,
            "rate": [1.0, 0.5, 2.0, 1.5],
            "low": [0.0, 0.0, 1.0, 1.0],
            "high": [2.0, 1.0, 3.0, 2.0],
        }
    )
    ax = growth.training(table)
    heights = [list(bars.lines[0].get_ydata()) for bars in ax.containers]
    assert heights == [[1.0, 2.0], [0.5, 1.5]]

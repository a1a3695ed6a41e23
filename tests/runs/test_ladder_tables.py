"""What must be true of the tables of the task ladder and of DataComp-LM."""

from __future__ import annotations

import polars as pl
import pytest

import analysis
from analysis.errors import DataError
from analysis.runs.collect.ladder import _checkpoints
from tests.sources import source


@pytest.fixture(scope="module")
def runs():
    return analysis.load("olmo-ladder")


@pytest.fixture(scope="module")
def tasks():
    return analysis.load("olmo-ladder-tasks")


def test_sixteen_small_runs_and_two_targets_are_used(runs):
    small = runs.filter("used", role="ladder")
    assert small.height == 16
    assert sorted(small["multiple"].unique()) == [1, 2, 5, 10]
    assert sorted(small["size"].unique()) == ["1.3B", "190M", "370M", "760M"]
    targets = runs.filter("used", role="target").sort("params")
    assert targets["tokens"].to_list() == [3_945_065_873_408, 5_000_088_518_656]
    assert runs.height == 35  # nothing dropped
    assert (runs.filter(~pl.col("used"))["reason"] != "").all()


def test_the_origin_calls_a_larger_model_1b(runs):
    labelled = runs.filter(pl.col("run").str.starts_with("1B-"))
    assert labelled["size"].unique().to_list() == ["1.3B"]
    assert labelled["params"].unique().to_list() == [1_279_395_840]


def test_tokens_are_those_that_the_label_says(runs):
    ladder = runs.filter(pl.col("role") == "ladder", pl.col("run").str.contains("xC"))
    ratio = ladder["tokens"] / (20 * ladder["params"] * ladder["multiple"])
    assert ratio.is_between(0.98, 1.02).all()


def test_every_checkpoint_has_every_task(tasks, runs):
    counts = tasks.group_by("run", "step").len()
    assert counts["len"].unique().to_list() == [10]
    assert set(tasks["run"]) == set(runs["run"])
    untrained = tasks.filter(pl.col("tokens").is_null())
    assert untrained["step"].unique().to_list() == [0]
    assert not untrained["used"].any()


def test_scores_of_untrained_models_are_guesses(tasks):
    # If score and chance belonged to different tasks, this would show it.
    start = tasks.filter(pl.col("step") == 0, pl.col("run") == "peteish7_eval_full")
    off = start.filter(pl.col("task") != "boolq").select(pl.col("accuracy") - pl.col("chance"))
    assert off.to_series().abs().max() < 0.06


def test_dclm_counts_and_what_has_no_core_score():
    models, scores = analysis.load("dclm-models"), analysis.load("dclm-tasks")
    assert (models.height, models["used"].sum()) == (416, 328)
    assert scores.height == 416 * scores["task"].n_unique()
    measured = scores.filter("used").group_by("run").len()
    both = models.join(measured, on="run")
    assert (both["tasks"] == both["len"]).all()
    # Core is centred: where it is missing a task is missing too, or was not centred.
    assert models.filter(~pl.col("used"))["core"].null_count() == 88


def test_mmlu_is_weighed_as_the_authors_weigh_it(tasks):
    stored = pl.read_parquet(source("olmo-ladder", "ladder_checkpoints.parquet"))
    last = stored.filter(pl.col("run") == "190M-10xC").sort("step").row(-1, named=True)
    shares = {"stem": 0.215, "humanities": 0.335, "social_sciences": 0.219, "other": 0.231}
    column = "eval/downstream/mmlu_{}_test_rc_5shot_len_norm"
    expected = sum(share * last[column.format(g)] for g, share in shares.items())
    own = tasks.filter(pl.col("run") == "190M-10xC", pl.col("task") == "mmlu").sort("step")
    assert own["accuracy"][-1] == pytest.approx(expected, rel=1e-12)


def test_a_checkpoint_without_tokens_is_refused(tmp_path):
    folder = source("olmo-ladder")
    small = pl.read_parquet(folder / "ladder_checkpoints.parquet")
    broken = small.with_columns(
        tokens=pl.when(pl.int_range(pl.len()) == 7).then(None).otherwise("tokens")
    )
    broken.write_parquet(tmp_path / "ladder_checkpoints.parquet")
    pl.read_parquet(folder / "large_models.parquet").write_parquet(
        tmp_path / "large_models.parquet"
    )
    with pytest.raises(DataError, match="without tokens"):
        _checkpoints(tmp_path)

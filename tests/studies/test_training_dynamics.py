"""The numerics of the study of training dynamics, on made-up curves whose answer is known."""

from __future__ import annotations

import itertools
import math

import numpy as np
import polars as pl
import pytest
from scipy.stats import kendalltau

import analysis
from analysis import studies
from analysis.studies import training_dynamics as study
from analysis.studies import training_dynamics_sizes as sizes
from analysis.studies import training_dynamics_time as time
from analysis.studies import training_dynamics_together as together
from analysis.studies.training_dynamics_verdicts import FINE_LINE

STEPS = [1000, 3000, *range(13_000, 153_000, 10_000)]


def made_up(score, params=(1e8, 1e9, 1e10, 1e11)):
    """Curves of one benchmark, with the score given as a function of size, tokens and loss."""
    rows = []
    for size in params:
        for step in STEPS:
            tokens = step * 2e6
            loss = 1 + 300 * size**-0.34 + 400 * tokens**-0.28
            rows.append(
                {
                    "benchmark": "made up",
                    "size": f"{size:g}",
                    "params": size,
                    "step": step,
                    "tokens": tokens,
                    "flops": 6 * size * tokens,
                    "loss": loss,
                    "score": score(size, tokens, loss),
                    "score_error": 0.01,
                    "chance": 0.25,
                }
            )
    return pl.DataFrame(rows)


@pytest.fixture(scope="module")
def table():
    return study.curves()


def test_curves_are_those_of_the_table(table):
    evals = analysis.load("pythia-evals").filter(
        "used", measure="accuracy", shots=0, step=143_000, model="pythia-12b"
    )
    last = table.filter(size="12B", step=143_000)
    scores = dict(last.select("benchmark", "score").iter_rows())
    for task in ("piqa", "lambada_openai"):
        assert scores[task] == evals.filter(task=task)["score"].item()
    mmlu = evals.filter(pl.col("task").str.starts_with("hendrycksTest"))
    assert mmlu.height == 57
    assert scores["mmlu"] == pytest.approx(mmlu["score"].mean())
    assert list(scores) == list(study.BENCHMARKS)
    assert table.height == 9 * 8 * 16
    compute = 6 * last["params"][0] * 143_000 * 2_097_152
    assert last["flops"].unique().to_list() == [pytest.approx(compute)]
    with pytest.raises(ValueError, match="shots is 3; accepted are 0 and 5"):
        study.curves(shots=3)


def test_loss_is_the_logarithm_of_the_perplexity(table):
    perplexity = analysis.load("pythia-evals").filter(
        "used", measure="perplexity", shots=0, step=73_000, model="pythia-1.4b"
    )
    loss = table.filter(size="1.4B", step=73_000)["loss"].unique()
    assert loss.to_list() == [pytest.approx(math.log(perplexity["score"].item()))]


def test_only_what_ends_above_a_guess_counts_as_learned(table):
    named = study.learned(table)
    assert "logiqa" not in named
    assert "mmlu" not in named
    assert study.learned(table, margin=0.5) == ["lambada_openai", "sciq"]


def test_a_benchmark_that_is_a_copy_has_correlation_one_and_its_own_cluster():
    rng = np.random.default_rng(1)
    one = rng.normal(size=60)
    wide = pl.DataFrame(
        {"params": 1.0, "step": range(60), "a": one, "b": np.exp(one), "c": rng.normal(size=60)}
    )
    found = together.correlations(wide)
    assert found["b"][0] == pytest.approx(1)
    assert together.clusters(found) == {"a": ["a", "b"], "c": ["c"]}
    assert together.shares(wide.select("a", "c").to_numpy()).sum() == pytest.approx(1)


def test_noise_of_a_run_is_not_found_in_another_run():
    rng = np.random.default_rng(7)
    keys = {"params": np.repeat(np.arange(40.0), 10), "step": np.tile(np.arange(10), 40)}
    ability = rng.normal(size=400)

    def run():
        noise = 2 * rng.normal(size=400)
        return pl.DataFrame(keys | {"a": ability + noise, "b": ability + noise, "c": noise})

    one, other = run(), run().sample(fraction=1, shuffle=True, seed=1)
    assert together.correlations(one)["b"][0] == pytest.approx(1)
    found = together.between_runs(one, other)
    assert found["b"][0] == pytest.approx(0.2, abs=0.1)
    assert found["c"].abs().max() < 0.15
    lopsided = together.between_runs(one, one.with_columns(c=pl.col("a")))
    assert lopsided.filter(benchmark="a")["c"].item() == pytest.approx(1)
    assert lopsided.filter(benchmark="c")["a"].item() < 0.95


def test_whole_sizes_are_resampled():
    """Checkpoints of a run go together; an interval over single ones would be too narrow."""
    params = np.repeat([1.0, 2.0, 3.0, 4.0, 5.0], 10)
    for rows in study.size_draws(params, 50, seed=2):
        drawn = params[rows]
        assert len(rows) == 50
        assert len(np.unique(drawn)) >= 4
        assert all((drawn == size).sum() % 10 == 0 for size in np.unique(drawn))
    rng = np.random.default_rng(3)
    level = np.repeat(rng.normal(size=5), 10)
    values = np.stack([level + 0.1 * rng.normal(size=50), level], axis=1)
    wide = pl.DataFrame({"params": params, "step": 1, "a": values[:, 0], "b": values[:, 1]})
    first = together.components(wide, 200).row(0, named=True)
    assert first["share_low"] < first["share"] <= first["share_high"]


def test_at_equal_loss_size_adds_what_was_put_in():
    table = made_up(lambda n, d, loss: 0.9 - 0.1 * loss + 0.03 * math.log10(n))
    found = sizes.size_effect(table, "loss", resamples=50)
    assert found["effect"].item() == pytest.approx(3)
    nothing = made_up(lambda n, d, loss: 0.9 - 0.1 * loss)
    assert sizes.size_effect(nothing, "loss", resamples=50)["effect"].item() == pytest.approx(
        0, abs=1e-9
    )
    assert sizes.size_effect(nothing, "tokens", resamples=50)["effect_low"].item() > 1


def test_a_score_that_follows_loss_is_foretold_by_loss_alone():
    table = made_up(lambda n, d, loss: 0.9 - 0.1 * loss)
    missed = sizes.left_out_sizes(table).row(0, named=True)
    assert missed["loss"] == pytest.approx(0, abs=1e-9)
    assert missed["tokens"] > missed["flops"] > 0.1
    assert missed["noise"] == pytest.approx(1)
    said = sizes.foretold(table, 1e11, "loss")
    assert not said["inside"].all()
    assert sizes.foretold(table, 1e9, "tokens")["inside"].all()
    assert math.isnan(sizes.miss(said.filter(~pl.col("inside"))))
    with pytest.raises(ValueError, match="against is 'time'; accepted are loss, flops, tokens"):
        sizes.position(table, "time")


def test_a_size_that_is_left_out_does_not_foretell_itself():
    table = made_up(lambda n, d, loss: 0.9 - 0.1 * loss + (0.1 if n == 1e9 else 0))
    said = sizes.foretold(table, 1e9, "loss")
    assert (said["score"] - said["foretold"]).to_list() == [pytest.approx(0.1)] * len(STEPS)
    assert sizes.miss(said) == pytest.approx(10)


def test_the_largest_model_is_foretold_where_the_sigmoid_is_true():
    table = made_up(
        lambda n, d, loss: 0.25 + 0.7 / (1 + math.exp(2 * (loss - 2))),
        params=(1e7, 1e8, 1e9, 1e10, 1e11),
    )
    found = sizes.largest_from_smaller(table, ["made up"], (1000,))
    loss = found.filter(pl.col("way").str.starts_with("sigmoid"))
    assert loss["size"].to_list() == ["1e+09", "1e+10"]
    assert loss["off"].abs().max() < 0.5
    assert found.filter(way="line in log size")["off"].abs().max() > 1


def test_a_line_in_log_tokens_is_extended_exactly():
    table = made_up(lambda n, d, loss: 0.1 * math.log10(d) - 0.5)
    own = table.filter(params=1e9)
    end = own.filter(step=143_000)["score"].item()
    assert time.own_line(own, 53_000) == pytest.approx(end)
    assert time.own_line(own, 13_000) is None
    misses = time.forecasts(table)
    assert misses["line"].drop_nulls().abs().max() < 1e-9
    early = misses.filter(step=53_000)["stay"].unique()
    assert early.to_list() == [pytest.approx(10 * math.log10(53 / 143))]


def test_settled_is_from_when_on_and_not_when_first():
    """A score that meets its end by chance and leaves again has not settled."""
    course = {3000: 0.6, 13_000: 0.5, 23_000: 0.6}
    table = made_up(lambda n, d, loss: course.get(round(d / 2e6), 0.5))
    near = time.settled(time.forecasts(table))
    assert near["stay"].unique().to_list() == [33_000 / 143_000]


def test_jitter_finds_the_scatter_that_was_put_on_a_trend():
    rng = np.random.default_rng(5)
    table = made_up(
        lambda n, d, loss: 0.1 * math.log10(d) + 0.01 * rng.normal(), params=tuple(range(1, 60))
    )
    assert time.jitter(table)["jitter"].item() == pytest.approx(1, rel=0.15)


def test_order_is_one_where_sizes_keep_their_places():
    table = made_up(lambda n, d, loss: 0.5 - 0.1 * loss)
    found = time.order(table)
    assert found["with_end"].unique().to_list() == [pytest.approx(1)]
    assert found["with_before"].null_count() == 1
    flat = time.order(made_up(lambda n, d, loss: 0.5))
    assert flat["with_end"].null_count() == len(STEPS)


@pytest.mark.parametrize("items", [3, 4, 5, 6])
def test_the_range_of_chance_is_that_of_all_orders(items):
    taus = [
        abs(kendalltau(range(items), order).statistic)
        for order in itertools.permutations(range(items))
    ]
    for level in (0.5, 0.9):
        edge = time.chance_tau(items, level)
        assert np.mean(np.array(taus) <= edge + 1e-9) >= level
        assert np.mean(np.array(taus) < edge - 1e-9) < level


def test_small_models_get_worse_again_in_both_runs(table):
    for curves in (table, study.curves(deduplicated=True)):
        lost = time.declines(curves)
        small = lost.filter(pl.col("size").is_in(["70M", "160M"]))
        assert small["lost"].min() > 5
        assert small["best_step"].max() < 100_000
        assert lost.filter(~pl.col("size").is_in(["70M", "160M"]))["lost"].max() < 1.5


def test_courses_agree_where_they_are_the_same():
    table = made_up(lambda n, d, loss: (0.5 if n > 1e9 else -0.5) * math.log10(d))
    both = time.same_course(table)
    assert both["lowest"].item() == pytest.approx(-1)
    large = time.same_course(table, smallest=1e10)
    assert large.select("median", "lowest").row(0) == (pytest.approx(1), pytest.approx(1))


def test_every_verified_value_has_a_verdict():
    published = studies.published.published("fine_line2024")
    found = studies.compare("fine_line2024", dict.fromkeys(FINE_LINE), verdicts=FINE_LINE)
    assert {f"fine_line2024.{key}" for key in published.filter("verified")["key"]} == set(
        found.verdicts
    )

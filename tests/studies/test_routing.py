"""The routing study: what its notebook says in words, asserted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from analysis import records
from analysis.economics.hulls import hull
from analysis.studies import compare
from analysis.studies import routing as study
from analysis.studies import routing_bought as bought
from analysis.studies import routing_cascades as cascades
from analysis.studies import routing_many as many
from analysis.studies import routing_published as published
from analysis.studies import routing_verdicts as verdicts
from analysis.studies import routing_zoo as zoo


@pytest.fixture(scope="module")
def mmlu():
    table, _ = study.measured("mmlu", resamples=100)
    return {row["router"]: row for row in table.iter_rows(named=True)}


def test_prices_are_those_of_a_month_before_the_paper():
    assert study.price("strong") == (10.0, 30.0)
    assert study.price("weak") == pytest.approx((0.27, 0.28))
    weak = study.prices().filter(pl.col("which") == "weak")
    assert weak.height == 7
    assert not weak["name"].str.contains("dolphin").any()


def test_the_pair_is_as_described():
    table = study.pair_table()
    assert table["prompts"].to_list() == [14_042, 13_772, 1_319]
    assert table["price_ratio"].to_list() == pytest.approx([37, 37, 100], rel=0.01)
    with pytest.raises(ValueError, match="benchmark is 'arc'; accepted are mmlu, gsm8k"):
        study.prompts("arc")


def test_length_saves_calls_and_loses_dollars(mmlu):
    long, short = mmlu["longest first"], mmlu["shortest first"]
    assert 0.04 < long["low"] < long["gain"] < long["high"] < 0.1
    assert long["high_usd"] < -0.14
    assert short["high"] < 0 < 0.15 < short["low_usd"]
    assert short["gain_hull"] > 0
    within = mmlu["longest of its subject first"]
    assert within["gain"] < long["gain"] / 3


def test_ranking_by_gain_per_dollar_wins_in_dollars(mmlu):
    plain, per = mmlu["subject"], mmlu["subject, per dollar"]
    assert plain["gain"] > per["high"]
    assert per["low_usd"] > plain["high_usd"]
    best = max(mmlu.values(), key=lambda row: row["gain_usd"] if row["skill"] < 1 else -1)
    assert best["router"] == "subject, per dollar"


def test_a_subject_is_scored_by_the_other_prompts_only():
    rows = study.prompts("mmlu")
    scores = study.routers(rows)["subject"]
    flipped = rows.with_columns(
        strong_correct=pl.when(pl.int_range(pl.len()) == 0)
        .then(1 - pl.col("strong_correct"))
        .otherwise("strong_correct")
    )
    changed = study.routers(flipped)["subject"] != scores
    assert not changed[0]
    assert changed.any()
    assert len(np.unique(scores)) <= 2 * rows["subject"].n_unique()


def test_unread_answers_make_routing_look_better():
    whole, _ = study.measured("mmlu", resamples=1, everything=True)
    used, _ = study.measured("mmlu", resamples=1)
    gains = [t.filter(pl.col("router") == "subject")["gain"].item() for t in (whole, used)]
    assert gains[0] > gains[1] + 0.02


def test_a_router_as_dear_as_the_weak_model_needs_little_skill():
    table = study.as_dear_as_weak(many.pairs())
    ratio = table["price_ratio"].to_numpy()
    np.testing.assert_allclose(table["cost"], 1 / (ratio - 1))
    assert 12 < ratio.min() < ratio.max() < 101
    assert table["skill"].is_between(0.5, 0.57).all()


def test_bought_routers_do_not_beat_a_coin():
    table = bought.bought(resamples=500)
    unify, martian = table.iter_rows(named=True)
    assert unify["gain"] == pytest.approx(0.0123, abs=1e-4)
    assert unify["low"] < 0 < unify["high"]
    assert martian["gain"] == pytest.approx(-0.472, abs=1e-3)
    assert martian["score"] < bought.single()[bought.WEAK]


def test_cascades_save_as_much_as_the_best_model_is_dear():
    table = cascades.savings()
    saving = dict(zip(table["task"], table["saving"], strict=True))
    assert saving["HEADLINES"] == pytest.approx(0.942, abs=1e-3)
    assert saving["COQA"] < 0
    assert table.filter(pl.col("saving_sure") > 0)["task"].to_list() == ["HEADLINES"]
    dear = cascades.savings(cascades.REFERENCE)
    row = dear.filter(pl.col("task") == "OVERRULING").row(0, named=True)
    assert row["saving_single"] > row["saving"]
    assert dear["more"].min() == pytest.approx(0.18, abs=0.01)
    assert dear["more"].max() == pytest.approx(10.65, abs=0.01)


def test_the_two_normalisations_can_disagree_in_sign():
    table = cascades.areas()
    assert (table["gain"] > 0).all()
    flipped = table.filter(pl.col("gain_code") < 0)["task"].to_list()
    assert flipped == ["AGNEWS", "OVERRULING"]


def test_areas_are_means_over_the_costs_that_both_share():
    table = cascades.areas()
    for row in table.iter_rows(named=True):
        single, cascade = cascades.points(row["task"])
        first = max(single["usd"].min(), cascade["usd"].min())
        last = max(single["usd"].max(), cascade["usd"].max())
        costs = np.linspace(first, last, 200_001)
        for name, rows in (("single", single), ("cascade", cascade)):
            mean = np.interp(costs, *hull(rows["usd"], rows["accuracy"])).mean()
            assert row[name] == pytest.approx(mean, abs=1e-5)


def test_long_instructions_bring_calls_and_dollars_together():
    table = study.instructed("mmlu", [0, 300, 100_000])
    assert table["longest first"].is_sorted()
    calls = study.measured("mmlu", resamples=1)[0]
    for name in ("subject", "longest first", "shortest first"):
        gain = calls.filter(pl.col("router") == name)["gain"].item()
        assert table[name][-1] == pytest.approx(gain, abs=2e-3)


def test_oracles_of_one_attempt_pick_luck():
    table = many.luck(resamples=500)
    seen, again, three = table[1:].iter_rows(named=True)
    assert seen["lead"] == pytest.approx(0.05)
    assert again["lead"] == pytest.approx(-0.139, abs=1e-3)
    assert again["high"] < 0
    assert three["low"] < 0 < three["high"]
    # For the same money, mixing single models is right 69 times in 100.
    assert again["mixed"] == pytest.approx(0.693, abs=1e-3)
    assert seen["mixed"] == again["mixed"]
    assert again["accuracy"] < again["mixed"] < seen["accuracy"]


def test_knowing_the_task_is_worth_little_to_these_models():
    curves, table = zoo.routed(resamples=100)
    nothing, task, more = table.iter_rows(named=True)
    assert nothing["high"] < 0
    assert task["low"] < 0 < task["high"]
    assert more["gain"] == pytest.approx(task["gain"] - nothing["gain"])
    assert more["low"] < 0 < more["high"] < 2
    # One partition can say the opposite of the mean of many.
    _, one = zoo.routed(resamples=10, partitions=1)
    assert one["gain"][2] < 0 < more["gain"]
    assert set(curves["router"]) == {"knows nothing", "knows the task", "oracle"}
    top = curves.filter(pl.col("router") == "oracle").row(0, named=True)
    assert top["quality"] > curves.filter(pl.col("router") != "oracle")["quality"].max()


def test_what_is_expected_of_a_problem_comes_from_others():
    one = zoo.zoo()
    assert one.quality.shape == (378, 7)
    before, _ = zoo.expected(one, by_task=True)
    flipped = replace(one, quality=one.quality.copy())
    flipped.quality[0] = 1 - flipped.quality[0]
    after, _ = zoo.expected(flipped, by_task=True)
    assert (after[0] == before[0]).all()
    assert (after != before).any()
    same = one.task == one.task[0]
    assert (after[~same] == before[~same]).all()


def test_grids_hold_every_problem_once():
    for task, (problems, models) in {
        "AIME": (60, 7),
        "GPQA Diamond": (198, 7),
        "LiveMathBench": (120, 7),
        "SimpleQA": (4_198, 5),
    }.items():
        grid = many.answers(task)
        assert grid.quality.shape == grid.usd.shape == (problems, models)
        assert (np.diff(grid.usd.mean(axis=0)) > 0).all()
    with pytest.raises(ValueError, match="task is 'MMLU'; accepted are AIME"):
        many.answers("MMLU")
    with pytest.raises(ValueError, match="model 'x' is not there; accepted are"):
        many.pair_of("AIME", "x", "gpt-5-mini")


def test_a_judge_of_more_skill_gives_a_better_cascade():
    table = many.cascades("GPQA Diamond", (0.5, 0.7, 0.9), draws=10)
    means = table.group_by("skill").agg(pl.col("quality").mean()).sort("skill")["quality"]
    assert means.is_sorted()
    pair = many.pair_of("GPQA Diamond", *many.PAIRS["GPQA Diamond"])
    ends = table.filter(pl.col("share").is_in([0.0, 1.0]), pl.col("skill") == 0.5)
    assert ends["quality"].to_list() == pytest.approx([pair.weak.mean(), pair.strong.mean()])
    assert ends["usd"][1] == pytest.approx(pair.weak_usd.mean() + pair.strong_usd.mean())


def test_the_best_model_of_each_test_set_is_better_than_the_best_of_all():
    table = published.columns()
    assert (table["random"] < table["single"]).all()
    assert (table["single"] < table["by_column"]).all()
    assert table["model"].to_list() == ["GPT-5", "Qwen3-8B"]


def test_a_router_that_reads_once_a_candidate_grows_past_the_model_it_saves():
    table = published.router_size()
    assert table.filter(pl.col("candidates") == 5)["router_params"].item() == 21.5e9
    assert table.filter(pl.col("of_70b") > 1)["candidates"].to_list() == [15]


TABLES = {
    "ong2024": (published.ong, verdicts.ONG),
    "chen2023": (published.chen, verdicts.CHEN),
    "li2026": (published.li, verdicts.LI),
    "routerbench2024": (lambda: published.untested("routerbench2024"), verdicts.ROUTERBENCH),
    "routing_survey2025": (lambda: published.untested("routing_survey2025"), verdicts.SURVEY),
    "model_sat2025": (published.model_sat, verdicts.model_sat()),
}


@pytest.mark.parametrize("key", TABLES)
def test_every_published_value_has_a_verdict(key):
    found, reasons = TABLES[key]
    table = compare(key, found(), verdicts=reasons)
    assert not table.left_out
    assert set(table.verdicts) == {f"{key}.{name}" for name in records.read_study(key).values}


def test_what_comes_out_comes_out():
    tables = [compare(key, found(), verdicts=why) for key, (found, why) in TABLES.items()]
    good = [k for t in tables for k, v in t.verdicts.items() if v == "reproduced"]
    assert good == [
        *("ong2024.unify_score", "ong2024.martian_score", "li2026.datasets", "li2026.models"),
        "model_sat2025.small_best",
    ]

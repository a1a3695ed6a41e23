"""Routers between two models: the curve, its measures, and what they must get right."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.economics.hulls import area, first_reached, hull
from analysis.economics.routing import Pair, cascade, needs, route
from analysis.economics.routing_intervals import measures
from analysis.economics.routing_skill import (
    curve_of_skill,
    recovered_of_skill,
    scores_of_skill,
    skill_of,
)
from analysis.economics.routing_worth import (
    advantage,
    break_even_accuracy,
    break_even_skill,
    calls_saved,
)

_FINE = np.linspace(0, 1, 4001)
SHARES = {"only_strong": 0.18, "only_weak": 0.05}


def drawn(prompts=4000, seed=0):
    """Outcomes in which a strong model is better by 13 points, with costs a prompt."""
    rng = np.random.default_rng(seed)
    kind = rng.choice(4, size=prompts, p=[0.62, 0.18, 0.05, 0.15])
    return Pair(
        np.isin(kind, [0, 2]),
        np.isin(kind, [0, 1]),
        weak_usd=rng.uniform(0.5, 1.5, prompts),
        strong_usd=rng.uniform(20, 40, prompts),
    )


def test_a_curve_is_what_a_threshold_gives():
    pair = drawn(200)
    score = np.random.default_rng(1).integers(0, 9, 200)
    curve = route(pair, score, router_usd=0.25)
    for point, threshold in enumerate([9, *range(8, -1, -1)]):
        up = score >= threshold
        assert curve.share[point] == pytest.approx(up.mean())
        answers = np.where(up, pair.strong, pair.weak)
        assert curve.quality[point] == pytest.approx(answers.mean())
        spent = np.where(up, pair.strong_usd, pair.weak_usd).mean() + 0.25
        assert curve.usd[point] == pytest.approx(spent)


def test_a_router_that_knows_nothing_recovers_half():
    pair = drawn()
    assert route(pair, np.zeros(4000)).recovered == pytest.approx(0.5)
    assert route(pair, np.zeros(4000)).calls_for(0.8) == pytest.approx(0.8)
    luck = np.random.default_rng(3).random(4000)
    assert route(pair, luck).recovered == pytest.approx(0.5, abs=0.05)


def test_a_router_turned_round_loses_what_it_won():
    pair = drawn()
    score = scores_of_skill(pair.strong > pair.weak, 0.7, seed=1)
    there, back = route(pair, score), route(pair, -score)
    assert there.recovered > 0.6
    assert there.recovered + back.recovered == pytest.approx(1)


def test_nothing_beats_the_oracle():
    pair = drawn()
    best = route(pair, needs(pair))
    rng = np.random.default_rng(0)
    for score in (rng.random(4000), scores_of_skill(pair.strong > pair.weak, 0.9)):
        other = route(pair, score)
        assert best.recovered > other.recovered
        assert (best.quality >= np.interp(best.share, other.share, other.quality) - 1e-12).all()
    assert best.quality.max() == pytest.approx(np.maximum(pair.weak, pair.strong).mean())
    assert best.recovered > 1


def test_the_oracle_asks_for_the_cheaper_of_equal_prompts_first():
    pair = Pair([0, 0, 1], [1, 1, 1], 1.0, [9, 5, 7])
    assert route(pair, needs(pair)).usd.tolist() == pytest.approx(
        [1, 1 + 4 / 3, 1 + 12 / 3, 1 + 18 / 3]
    )


def test_the_hull_hides_a_router_that_is_worse_than_random():
    pair = drawn()
    curve = route(pair, -scores_of_skill(pair.strong > pair.weak, 0.75))
    line = (pair.weak.mean() + pair.strong.mean()) / 2
    hidden = area(curve.share, curve.quality)
    seen = area(curve.share, curve.quality, hulled=False)
    assert hidden >= line - 1e-12
    assert seen < line - 0.02
    assert curve.recovered - 0.5 == pytest.approx((seen - line) / pair.gap)


def test_area_in_both_normalisations():
    cost, quality = [1, 2, 4], [0.5, 0.7, 0.8]
    assert area(cost, quality) == pytest.approx(0.7, abs=1e-9)
    assert area(cost, quality, span="most") == pytest.approx(0.525, abs=1e-9)
    free = [0, 2, 4]
    assert area(free, quality) == pytest.approx(area(free, quality, span="most"))
    assert area(cost, quality, up_to=8) == pytest.approx((2.1 + 4 * 0.8) / 7)


def test_hull_is_that_of_all_mixtures():
    rng = np.random.default_rng(5)
    cost, quality = rng.random(40), rng.random(40)
    x, y = hull(cost, quality)
    best = []
    for at in np.linspace(x[0], x[-1], 50):
        reach = [q for c, q in zip(cost, quality, strict=True) if c <= at]
        for i, a in enumerate(cost):
            for j, b in enumerate(cost):
                if a <= at < b:
                    reach.append(quality[i] + (at - a) / (b - a) * (quality[j] - quality[i]))
        best.append(max(reach))
    np.testing.assert_allclose(np.interp(np.linspace(x[0], x[-1], 50), x, y), best, atol=1e-12)
    assert (np.diff(y) > 0).all()
    assert (np.diff(np.diff(y) / np.diff(x)) <= 1e-12).all()


def test_a_cascade_pays_the_weak_model_for_every_prompt():
    pair = drawn()
    doubt = scores_of_skill(pair.weak < 0.5, 0.8)
    routed, asked = route(pair, doubt), cascade(pair, doubt, judge_usd=0.5)
    np.testing.assert_allclose(routed.quality, asked.quality)
    up = np.append(0.0, np.cumsum(pair.weak_usd[np.argsort(-doubt)])) / 4000
    np.testing.assert_allclose(asked.usd - routed.usd, up + 0.5)


def test_calls_for_a_quality_are_read_off_the_curve():
    x, y = np.array([0, 0.5, 1.0]), np.array([0.0, 0.8, 0.4])
    assert first_reached(x, y, 0.4) == pytest.approx(0.25)
    assert np.isnan(first_reached(x, y, 0.9))
    assert first_reached(x, y, -1) == 0
    pair = drawn()
    curve = route(pair, needs(pair))
    assert curve.usd_for(pair.strong.mean()) < pair.strong_usd.mean() / 3


def test_intervals_are_those_of_a_loop_over_resamples():
    pair = drawn(300)
    score = np.random.default_rng(2).integers(0, 20, 300)
    found = measures(pair, {"one": score}, resamples=200, seed=7)["one"]
    rng, slow = np.random.default_rng(7), []
    for weights in rng.multinomial(300, np.full(300, 1 / 300), size=200):
        at = np.repeat(np.arange(300), weights)
        curve = route(Pair(pair.weak[at], pair.strong[at]), score[at])
        gap = curve.strong - curve.weak
        slow.append(np.trapezoid((curve.quality - curve.weak) / gap, curve.share))
    low, high = np.quantile(slow, [0.025, 0.975], method="inverted_cdf")
    assert found["recovered"] == pytest.approx((route(pair, score).recovered, low, high))
    assert found["gain"] == pytest.approx(tuple(v - 0.5 for v in found["recovered"]))


def test_calls_are_not_dollars():
    rng = np.random.default_rng(99)
    pair = drawn()
    size = np.where(pair.strong > pair.weak, 1.0, 0.95) * rng.uniform(1, 10, 4000)
    sized = Pair(pair.weak, pair.strong, 0.01 * size, size)
    curve = route(sized, size)
    assert curve.recovered > 0.52
    assert curve.recovered_usd < 0.47
    flat = Pair(pair.weak, pair.strong, 1.0, 20.0)
    assert route(flat, size).recovered_usd == pytest.approx(route(flat, size).recovered)
    found = measures(sized, {"size": size}, resamples=100)["size"]
    value, low, _ = found["gain_usd"]
    assert value == pytest.approx(curve.recovered_usd - 0.5)
    assert low < value < 0 < found["gain"][1]


def test_without_a_sure_gap_an_interval_is_unbounded():
    pair = Pair([0, 1] * 10 + [0], [1, 0] * 10 + [1])
    _, low, high = measures(pair, {"one": np.arange(21)}, resamples=200)["one"]["recovered"]
    assert (low, high) == (-np.inf, np.inf)


def test_intervals_cover_the_truth_at_their_level():
    truth = recovered_of_skill(**SHARES, skill=0.65)
    inside = 0
    for seed in range(120):
        pair = drawn(1000, seed)
        score = scores_of_skill(pair.strong > pair.weak, 0.65, seed=1000 + seed)
        found = measures(pair, {"one": score}, resamples=150, level=0.9, seed=seed)
        _, low, high = found["one"]["recovered"]
        inside += low <= truth <= high
    assert 0.83 < inside / 120 < 0.97


def test_a_router_of_a_skill_has_that_skill_and_that_curve():
    pair = drawn(100_000)
    wanted = pair.strong > pair.weak
    own = {"only_strong": wanted.mean(), "only_weak": (pair.weak > pair.strong).mean()}
    for skill in (0.35, 0.5, 0.8):
        score = scores_of_skill(wanted, skill, seed=4)
        assert skill_of(wanted, score) == pytest.approx(skill, abs=0.005)
        curve = route(pair, score)
        shares, closed = curve_of_skill(**own, skill=skill, shares=np.linspace(0, 1, 41))
        seen = np.interp(shares, curve.share, (curve.quality - curve.weak) / pair.gap)
        np.testing.assert_allclose(closed, seen, atol=0.02)
        fine = curve_of_skill(**own, skill=skill, shares=np.linspace(0, 1, 4001))
        exact = recovered_of_skill(**own, skill=skill)
        assert np.trapezoid(fine[1], fine[0]) == pytest.approx(exact, abs=1e-4)
        assert curve.recovered == pytest.approx(exact, abs=0.012)


def test_a_judge_that_singles_out_wrong_answers_wastes_calls_on_the_hopeless():
    pair = drawn(100_000)
    wrong = pair.weak < 0.5
    own = {"only_strong": 0.18, "only_weak": 0.05, "skill": 0.8}
    shares, closed = curve_of_skill(**own, shares=np.linspace(0, 1, 21), raised=0.18 + 0.15)
    curve = route(pair, scores_of_skill(wrong, 0.8, seed=2))
    seen = np.interp(shares, curve.share, (curve.quality - curve.weak) / pair.gap)
    np.testing.assert_allclose(closed, seen, atol=0.03)
    assert (closed[1:11] < curve_of_skill(**own, shares=shares)[1][1:11]).all()
    with pytest.raises(
        ValueError, match=r"raised is 0\.1; accepted is a share from 0\.18 to 0\.95"
    ):
        curve_of_skill(**own, shares=shares, raised=0.1)


def test_one_skill_recovers_more_where_the_models_are_closer():
    assert recovered_of_skill(0.2, 0.15, 0.7) > 2 * recovered_of_skill(0.2, 0.0, 0.7) - 0.2
    assert recovered_of_skill(0.2, 0.15, 0.7) > 1


def test_skill_counts_ties_half():
    assert skill_of([True, False, False], [1, 1, 1]) == 0.5
    assert skill_of([True, False], [1, 2]) == 0
    with pytest.raises(ValueError, match="needs holds 0 of 2 prompts; accepted"):
        skill_of([False, False], [1, 2])


def test_a_free_router_pays_from_a_coin_up():
    assert break_even_accuracy(**SHARES, router_cost=0.0) == pytest.approx(0.5)
    assert break_even_skill(**SHARES, router_cost=0.0) == 0.5
    assert np.isnan(break_even_skill(**SHARES, router_cost=0.6))
    assert break_even_accuracy(**SHARES, router_cost=1.5) > 1


@pytest.mark.parametrize("cost", [0.02, 0.1, 0.3])
def test_break_even_is_where_the_saving_equals_the_cost(cost):
    skill = break_even_skill(**SHARES, router_cost=cost)
    assert calls_saved(**SHARES, skill=skill, recovered=0.5) == pytest.approx(cost, abs=1e-6)
    accuracy = break_even_accuracy(**SHARES, router_cost=cost)
    up, down = SHARES["only_strong"], SHARES["only_weak"]
    share = up * accuracy + (1 - up) * (1 - accuracy)
    recovered = (up * accuracy - down * (1 - accuracy)) / (up - down)
    assert recovered - share == pytest.approx(cost)


def test_a_cascade_must_know_more_than_a_router():
    price = {"raised": 0.33, "premium": 1 / (1 - 0.1)}
    skill = break_even_skill(**SHARES, router_cost=0.05, **price)
    assert skill > break_even_skill(**SHARES, router_cost=0.05)
    shares, closed = curve_of_skill(**SHARES, skill=skill, shares=_FINE, raised=0.33)
    calls = first_reached(shares, closed, 0.5)
    # In prices of a strong answer: weak 0.1, judge 0.045; the random mix recovers half with half.
    assert 0.045 + 0.1 + calls == pytest.approx(0.1 + 0.5 * 0.9, abs=1e-3)
    accuracy = break_even_accuracy(**SHARES, router_cost=0.05, **price)
    share = 0.33 * accuracy + 0.67 * (1 - accuracy)
    recovered = (0.18 * accuracy - 0.05 * (1 - accuracy)) / 0.13
    assert 0.045 + 0.1 + share == pytest.approx(0.1 + 0.9 * recovered)


def test_routing_earns_most_where_both_models_are_worth_the_same():
    pair = drawn()
    curve = route(pair, scores_of_skill(pair.strong > pair.weak, 0.8))
    even = pair.price_gap / pair.gap
    at = {times: advantage(curve, pair, times * even) for times in (0.02, 0.5, 1.0, 2.0)}
    assert at[0.02] == pytest.approx(0, abs=0.02)
    assert at[1.0] / even > max(at[0.5] / (0.5 * even), at[2.0] / (2 * even))
    dear = route(pair, np.zeros(4000), router_usd=1.0)
    assert advantage(dear, pair, even) == pytest.approx(-1.0)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"weak": [[1]], "strong": [1]}, "weak has shape"),
        ({"weak": [1, 0], "strong": [1]}, "strong has shape"),
        ({"weak": [1, 0], "strong": 1.0}, "strong has shape"),
        ({"weak": [1, np.nan], "strong": [1, 1]}, "weak holds a number that is not finite"),
        ({"weak": [1], "strong": [1], "weak_usd": -1}, "negative; accepted are costs from 0"),
        ({"weak": [1], "strong": [1], "weak_usd": 1}, "accepted is a strong model that costs"),
    ],
)
def test_bad_outcomes_are_refused(given, said):
    with pytest.raises(ValueError, match=said):
        Pair(**given)


def test_bad_arguments_are_refused():
    pair = drawn(10)
    with pytest.raises(ValueError, match="accepted is one finite number a prompt"):
        route(pair, [1, 2])
    with pytest.raises(ValueError, match="router_usd is -1; accepted"):
        route(pair, np.zeros(10), router_usd=-1)
    with pytest.raises(ValueError, match="accepted is a strong model that is better"):
        _ = route(Pair([1, 1], [0, 1]), [1, 2]).recovered
    with pytest.raises(ValueError, match="skill is 1; accepted"):
        recovered_of_skill(**SHARES, skill=1)
    with pytest.raises(ValueError, match=r"only_strong is 0\.1 and only_weak 0.2; accepted"):
        break_even_accuracy(0.1, 0.2, 0.0)
    with pytest.raises(ValueError, match="router_cost is -1; accepted"):
        break_even_skill(**SHARES, router_cost=-1)
    with pytest.raises(ValueError, match="recovered is 1; accepted"):
        break_even_skill(**SHARES, router_cost=0, recovered=1)
    with pytest.raises(ValueError, match="resamples is 0"):
        measures(pair, {}, resamples=0)
    with pytest.raises(ValueError, match="span is 'max'; accepted are range, most"):
        area([1, 2], [1, 2], span="max")
    with pytest.raises(ValueError, match="up_to is 1; accepted is at least"):
        area([1, 2], [1, 2], up_to=1)
    with pytest.raises(ValueError, match="at least two different costs"):
        area([1, 1], [1, 2])
    with pytest.raises(ValueError, match="two rows of numbers of one length"):
        hull([1], [1, 2])
    with pytest.raises(ValueError, match="not finite"):
        hull([1, np.inf], [1, 2])

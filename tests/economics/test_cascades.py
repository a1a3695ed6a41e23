"""Routing among many models: chains, oracles, routers that predict."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.economics.cascades import chain, oracle, predicted
from analysis.economics.hulls import hull
from analysis.economics.routing import Pair, cascade


def drawn(prompts=600, models=4, seed=0):
    rng = np.random.default_rng(seed)
    hard = rng.random((prompts, 1))
    able = np.linspace(0.4, 0.9, models)
    quality = (able + 0.3 * rng.standard_normal((prompts, models)) > hard).astype(float)
    usd = 4.0 ** np.arange(models) * rng.uniform(0.5, 1.5, (prompts, models))
    return quality, usd, rng


def test_a_chain_of_two_is_a_cascade():
    quality, usd, rng = drawn(models=2)
    trust = rng.random((600, 1))
    curve = cascade(Pair(quality[:, 0], quality[:, 1], *usd.T), -trust[:, 0], judge_usd=0.1)
    for at in (0.0, 0.3, 0.8, 1.1):
        found = chain(quality, usd, trust, [at], judge_usd=0.1)
        place = np.searchsorted(curve.share, found["answered"][1] - 1e-12)
        assert found["quality"] == pytest.approx(curve.quality[place])
        assert found["usd"] == pytest.approx(curve.usd[place])


def test_a_chain_stops_where_it_is_told_to():
    quality, usd, rng = drawn()
    trust = rng.random((600, 3))
    first = chain(quality, usd, trust, [0, 0, 0], judge_usd=1.0)
    assert first["answered"].tolist() == [1, 0, 0, 0]
    assert first["usd"] == pytest.approx(usd[:, 0].mean() + 1)
    last = chain(quality, usd, trust, [2, 2, 2], judge_usd=1.0)
    assert last["answered"].tolist() == [0, 0, 0, 1]
    # Every model is paid, and every answer but the last is judged.
    assert last["usd"] == pytest.approx(usd.sum(axis=1).mean() + 3)
    assert last["quality"] == pytest.approx(quality[:, 3].mean())


def test_the_oracle_is_the_best_answer_at_its_least_cost():
    quality, usd, _ = drawn(50)
    score, cost = oracle(quality, usd)
    right = quality.max(axis=1)
    least = [u[q == q.max()].min() for q, u in zip(quality, usd, strict=True)]
    assert score == right.mean()
    assert cost == pytest.approx(np.mean(least))
    x, y = hull(usd.mean(axis=0), quality.mean(axis=0))
    assert score > np.interp(cost, x, y)


def test_a_router_that_expects_the_means_picks_single_models():
    quality, usd, _ = drawn()
    hoped = np.broadcast_to(quality.mean(axis=0), quality.shape)
    price = np.broadcast_to(usd.mean(axis=0), usd.shape)
    cost, score = predicted(quality, usd, hoped, price, np.geomspace(0.1, 1e4, 200))
    corners = set(
        zip(*(v.round(9) for v in hull(usd.mean(axis=0), quality.mean(axis=0))), strict=True)
    )
    assert set(zip(cost.round(9), score.round(9), strict=True)) == corners
    assert (np.diff(cost) >= 0).all()


def test_bad_grids_are_refused():
    quality, usd, _ = drawn(5, 3)
    with pytest.raises(ValueError, match="two grids of prompts by models"):
        oracle(quality, usd[:, :2])
    with pytest.raises(ValueError, match="quality holds a number that is not finite"):
        oracle(np.where(quality == 1, np.nan, quality), usd)
    with pytest.raises(ValueError, match="accepted are costs from 0"):
        oracle(quality, -usd)
    with pytest.raises(ValueError, match="confidence has shape"):
        chain(quality, usd, quality, [0.5, 0.5])
    with pytest.raises(ValueError, match="judge_usd is -1"):
        chain(quality, usd, quality[:, :2], [0.5, 0.5], judge_usd=-1)
    with pytest.raises(ValueError, match="expected_quality has shape"):
        predicted(quality, usd, quality[:2], usd[:2], [1])

"""Memories of known capacity hold what is known of them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.optimize import linprog

from analysis.capability import linear_memory as linear
from analysis.capability import memoriser as m


@pytest.mark.parametrize("cell_bits", [1, 2, 7, 8, 16])
@pytest.mark.parametrize("people", [3, 40, 90])
def test_a_table_gives_back_what_it_took_to_the_bit(cell_bits, people):
    task = m.random_task(people, 1, 16, seed=people)
    table = m.Table(60, cell_bits)
    table.write(task.labels)
    assert table.content.max() < 2**cell_bits
    kept = min(people * 16, table.room)
    out = table.outputs(people, 16)
    assert np.isinf(out).sum() == kept
    assert (np.sign(out.ravel()[:kept]) == task.labels.ravel()[:kept]).all()
    stored = people * (16 - m.value_loss(out, task.labels) / math.log(2))
    assert stored == pytest.approx(kept)


def test_a_table_forgets_what_was_in_it():
    table = m.Table(4, 4)
    table.write(np.ones((1, 16)))
    table.write(-np.ones((1, 16)))
    assert (table.outputs(1, 16) == -np.inf).all()


def test_a_table_that_lies_is_found_out():
    task = m.random_task(20, 1, 16, seed=0)
    table = m.Table(20, 16)
    table.write(task.labels)
    table.content[3] ^= 1
    assert m.value_loss(table.outputs(20, 16), task.labels) == np.inf


def test_cover_counts_what_is_separable():
    assert m.separable_share(40, 20) == 0.5
    assert m.separable_share(20, 20) == 1
    rising = [m.separable_share(30, width) for width in range(5, 30)]
    assert rising == sorted(rising)
    assert m.separable_share(240, 64) < 1e-6


def test_training_meets_all_labels_as_often_as_cover_says():
    for people, spread in ((24, 0.1), (18, 0.04)):  # 200 draws of the labels
        task = m.random_task(people, 12, 200, seed=5)
        right = ((task.keys @ linear.trained(task, ridge=1e-9)) * task.labels > 0).all(axis=0)
        assert right.mean() == pytest.approx(m.separable_share(people, 12), abs=spread)


def test_training_meets_all_labels_where_a_linear_program_can():
    task = m.random_task(24, 12, 40, seed=5)
    right = ((task.keys @ linear.trained(task, ridge=1e-9)) * task.labels > 0).all(axis=0)
    can = [
        linprog(np.zeros(12), -task.keys * y[:, None], -np.ones(24), bounds=(None, None)).status
        == 0
        for y in task.labels.T
    ]
    assert 5 < sum(can) < 35
    assert right.tolist() == can


def test_training_ends_where_the_slope_is_zero():
    task = m.random_task(100, 20, 3, seed=1)
    weights = linear.trained(task, ridge=1e-3)
    miss = 1 / (1 + np.exp((task.keys @ weights) * task.labels))
    slope = 1e-3 * weights - task.keys.T @ (task.labels * miss)
    assert np.abs(slope).max() < 1e-3


@pytest.mark.parametrize("load", [0.5, 2.0, 8.0])
def test_one_hebbian_exposure_holds_what_its_channel_carries(load):
    width = 200
    tasks = [m.random_task(int(load * width), width, 16, seed) for seed in range(3)]
    found = []
    for t in tasks:
        outputs = t.keys @ linear.calibrated(linear.hebbian(t), t)
        found.append(load * (1 - m.value_loss(outputs, t.labels) / 16 / math.log(2)))
    assert np.mean(found) == pytest.approx(m.hebbian_bits(load), rel=0.05)
    assert m.hebbian_bits(load) < m.HEBBIAN_LIMIT


def test_the_first_step_of_teaching_is_hebbian():
    task = m.random_task(60, 30, 4, seed=2)
    (first,) = linear.taught(task, [1])
    hebbian = linear.hebbian(task)
    np.testing.assert_allclose(first / first[0, 0], hebbian / hebbian[0, 0])


def test_teaching_for_long_comes_to_what_training_finds():
    task = m.random_task(60, 20, 3, seed=2)  # more labels than can be met: one optimum
    (late,) = linear.taught(task, [5000])
    np.testing.assert_allclose(late, linear.trained(task, ridge=1e-9), rtol=0.02, atol=0.02)


def test_repetitive_junk_is_the_same_few_facts_and_random_junk_is_not():
    task = m.random_task(20, 40, 4, seed=0)
    held = {}
    for pool in (0, 5):
        (weights,) = linear.taught(task, [200], junk=7, pool=pool)
        scaled = linear.calibrated(weights, task)
        held[pool] = 1 - m.value_loss(task.keys @ scaled, task.labels) / 4 / math.log(2)
    assert held[5] > 0.97
    assert held[0] < 0.8


def test_junk_shares_no_key_with_the_task_even_by_one_seed():
    task = m.random_task(20, 40, 4, seed=0)
    flipped = m.Task(task.keys, -task.labels)
    # Were its keys those of the task, one of the two would be unlearnt as fast as it is learnt.
    for one in (task, flipped):
        (weights,) = linear.taught(one, [300], junk=7, pool=5, seed=0)
        assert ((one.keys @ weights) * one.labels > 0).all()


def test_calibration_finds_the_best_scale():
    task = m.random_task(50, 40, 4, seed=3)
    weights = 37 * linear.hebbian(task)
    best = m.value_loss(task.keys @ linear.calibrated(weights, task), task.labels)
    tried = [m.value_loss(task.keys @ weights * s, task.labels) for s in np.geomspace(1e-4, 1, 400)]
    assert best == pytest.approx(min(tried), rel=1e-4)
    assert best <= min(tried)


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_rounding_leaves_as_many_weights_as_bits_allow(bits):
    weights = np.random.default_rng(0).normal(size=(500, 3))
    left = linear.rounded(weights, bits)
    assert all(len(np.unique(column)) <= 2**bits for column in left.T)
    if bits > 1:
        grid = np.abs(weights).max(axis=0) / (2 ** (bits - 1) - 1)
        assert (np.abs(left - weights) <= grid / 2 + 1e-12).all()
    assert (linear.rounded(np.zeros((4, 2)), 4) == 0).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: m.random_task(0, 2, 2, 0), "people=0"),
        (lambda: linear.rounded(np.ones((2, 2)), 0), "bits=0"),
        (lambda: m.hebbian_bits(0), "load=0"),
        (lambda: m.separable_share(0, 3), "people=0"),
        (lambda: m.Table(0, 8), "cells=0"),
        (lambda: m.Table(3, 17), "cell_bits=17"),
        (lambda: next(linear.taught(m.random_task(2, 2, 2, 0), [3, 1])), "rising whole numbers"),
        (lambda: next(linear.taught(m.random_task(2, 2, 2, 0), [1], junk=-1)), "junk=-1"),
    ],
)
def test_bad_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()

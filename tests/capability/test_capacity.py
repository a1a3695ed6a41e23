"""What fits: published points as published, and everything else marked."""

from __future__ import annotations

import math

import pytest

from analysis.capability.capacity import Ratio, active_share, knowledge_ratio, params_in, room


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ({"exposures": 1000}, 2),
        ({"exposures": 100}, 1),
        ({"weight_bits": 8}, 2),
        ({"weight_bits": 4}, 0.7),
        ({"experts": 32}, 2 / 1.3),
        ({"exposures": 100, "experts": 32}, 1 / 1.5),
        ({"exposures": 100, "gated": True}, 1 / 1.3),
        ({"exposures": 1000, "gated": True}, 2),
        ({"exposures": 100, "junk": "random"}, 1 / 20),
        ({"exposures": 300, "junk": "random"}, 1 / 3),
        ({"exposures": 600, "junk": "random"}, 1 / 1.5),
        ({"exposures": 1000, "junk": "random"}, 1 / 1.3),
        ({"exposures": 100, "junk": "tagged"}, 1 / 2),
        ({"exposures": 300, "junk": "tagged"}, 1),
        ({"exposures": 100, "junk": "repetitive"}, 1),
    ],
)
def test_published_points_are_met_and_bear_no_remark(setting, value):
    ratio = knowledge_ratio(**setting)
    assert ratio.value == pytest.approx(value)
    assert ratio.published


@pytest.mark.parametrize(
    ("setting", "remark"),
    [
        ({"exposures": 500}, "between published points"),
        ({"exposures": 50}, "continued below 100"),
        ({"exposures": 5000}, "held beyond 1000"),
        ({"exposures": 1000, "junk": "tagged"}, "held beyond 300"),
        ({"exposures": 1000, "junk": "repetitive"}, "repetitive junk: factor of other exposures"),
        ({"exposures": 100, "weight_bits": 4}, "4-bit weights: factor of other exposures"),
        ({"exposures": 1000, "experts": 32, "weight_bits": 4}, "never measured together"),
        ({"exposures": 1000, "experts": 32, "junk": "random"}, "never measured together"),
    ],
)
def test_all_else_says_how_it_was_come_by(setting, remark):
    ratio = knowledge_ratio(**setting)
    assert not ratio.published
    assert remark in "; ".join(ratio.remarks)


def test_more_exposures_never_hold_less():
    for junk in ("none", "repetitive", "tagged", "random"):
        values = [knowledge_ratio(n, junk=junk).value for n in (10, 50, 100, 250, 300, 700, 2000)]
        assert values == sorted(values)


def test_between_points_lines_are_straight_on_logarithmic_axes():
    assert knowledge_ratio(math.sqrt(1e5)).value == pytest.approx(math.sqrt(2))


def test_seven_billion_parameters_hold_fourteen_billion_bits():
    seven = room(7e9, knowledge_ratio(), 8)
    assert (seven.bits, seven.bytes, seven.share) == (14e9, 7e9, 0.25)
    assert seven.facts(47.6) == pytest.approx(14e9 / 47.6)
    assert params_in(seven.bytes, 8) == 7e9


def test_eight_bits_hold_most_in_a_given_memory():
    held = {
        bits: room(params_in(6e9, bits), knowledge_ratio(weight_bits=bits), bits).bits
        for bits in (16, 8, 4)
    }
    assert held[8] > held[4] > held[16]


def test_a_layer_of_experts_uses_one_eleventh():
    assert 1 / active_share(32) == pytest.approx(11.3, abs=0.05)
    assert active_share(1) == 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: knowledge_ratio(weight_bits=5), "weight_bits=5; accepted: 16, 8, 4"),
        (lambda: knowledge_ratio(experts=8), "experts=8; accepted: 1, 32"),
        (lambda: knowledge_ratio(junk="some"), "junk='some'"),
        (lambda: knowledge_ratio(0), "exposures=0"),
        (lambda: room(0, Ratio(2.0)), "params=0"),
        (lambda: room(1e9, Ratio(5.0), 4), "no parameter holds more bits"),
        (lambda: room(1e9, Ratio(1.0)).facts(0), "bits_per_fact=0"),
        (lambda: active_share(0), "experts=0"),
    ],
)
def test_bad_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()

"""The estimate of stored bits: exact where it can be, bounded, and refused where not."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.capability.knowledge import (
    Facts,
    biographies,
    capacity_ratio,
    complete_bits,
    description_bits,
    log2_binomial,
    stored_bits,
)


@pytest.fixture
def facts():
    return Facts(1000, names=1e6, values=300, attributes=6, chunks=3, strings=20.0**10)


def test_formula_is_that_of_the_paper(facts):
    p1, p2, p3 = math.log(1000) + 0.5, 2.0, 0.7
    bits = stored_bits(facts, name_loss=p1, value_loss=p2, first_loss=p3)
    assert bits.names == pytest.approx(1000 * math.log2(1e6 / math.exp(p1)))
    assert bits.values == pytest.approx(6000 * math.log2(300**3 / math.exp(p2)))
    assert bits.dictionary == pytest.approx(6 * 300 * math.log2(20.0**10 / (300 * math.exp(p3))))
    assert bits.total == pytest.approx(bits.names + bits.values + bits.dictionary)


def test_a_biography_holds_47_6_bits_of_values():
    assert math.log2(biographies(1).values) == pytest.approx(47.59, abs=0.01)
    assert biographies(1).names == 1.6e8


def test_a_guesser_holds_nothing_and_a_perfect_model_all(facts):
    known = Facts(1000, names=1e6, values=300, attributes=6, chunks=3)
    guess = stored_bits(known, name_loss=math.log(1e6), value_loss=3 * math.log(300))
    assert guess.total == pytest.approx(0, abs=1e-6)
    perfect = stored_bits(facts, name_loss=math.log(1000), value_loss=0)
    assert perfect == complete_bits(facts)


@given(
    people=st.integers(2, 10**6),
    more=st.floats(0, 20),
    value=st.floats(0, 30),
    first=st.floats(0, 10),
)
@settings(max_examples=60, deadline=None)
def test_estimate_never_exceeds_the_complete_one(people, more, value, first):
    facts = Facts(people, names=people * 7.0, values=50, attributes=4, chunks=2, strings=1e9)
    found = stored_bits(
        facts, name_loss=math.log(people) + more, value_loss=value, first_loss=first
    )
    assert found.total <= complete_bits(facts).total * (1 + 1e-9)


@pytest.mark.parametrize("share", [1e-4, 0.01, 0.125])
def test_names_as_a_set_take_up_to_1_44_bits_more_than_credited(share):
    people = int(share * 1.6e8)
    each = (
        description_bits(biographies(people)).names - complete_bits(biographies(people)).names
    ) / people
    theory = -(1 - share) / share * math.log2(1 - share)
    assert each == pytest.approx(theory, abs=2e-3)
    assert each < math.log2(math.e)


def test_values_are_credited_in_full_by_both(facts):
    assert complete_bits(facts).values == pytest.approx(description_bits(facts).values)
    # As for names: a list is a set, and the credit leaves up to 1.44 bits an entry out.
    gap = description_bits(facts).dictionary - complete_bits(facts).dictionary
    assert 1.3 < gap / (6 * 300) < 1.45


@pytest.mark.parametrize(("total", "chosen"), [(10, 3), (5000, 4990), (2e6, 1000), (3e6, 2.9e6)])
def test_binomials_agree_with_the_exact_count(total, chosen):
    exact = (
        math.lgamma(total + 1) - math.lgamma(chosen + 1) - math.lgamma(total - chosen + 1)
    ) / math.log(2)
    assert log2_binomial(total, chosen) == pytest.approx(exact, rel=1e-9)


def test_binomials_of_huge_sets_keep_their_digits():
    # One by one: log2(T) + log2(T-1) + ... - log2(k!), which lgamma of 1e30 cannot give.
    exact = 100 * math.log2(1e30) - math.lgamma(101) / math.log(2)
    assert log2_binomial(1e30, 100) == pytest.approx(exact, rel=1e-12)
    assert log2_binomial(7, 7) == log2_binomial(7, 0) == 0


def test_more_bits_than_the_weights_have_are_refused():
    assert capacity_ratio(8e6, 1e6, weight_bits=8) == 8
    with pytest.raises(ValueError, match="cannot be independent"):
        capacity_ratio(8.1e6, 1e6, weight_bits=8)
    with pytest.raises(ValueError, match="params=0"):
        capacity_ratio(1, 0)


@pytest.mark.parametrize(
    ("given_losses", "message"),
    [
        ({"name_loss": 1.0, "value_loss": 0}, "at least log"),
        ({"name_loss": 9.0, "value_loss": -0.1}, "value_loss=-0.1"),
        ({"name_loss": math.nan, "value_loss": 0}, "name_loss=nan"),
        ({"name_loss": 9.0, "value_loss": 0, "first_loss": -1}, "first_loss=-1"),
    ],
)
def test_impossible_losses_are_refused(facts, given_losses, message):
    with pytest.raises(ValueError, match=message):
        stored_bits(facts, **given_losses)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"people": 0}, "people=0"),
        ({"values": math.inf}, "values=inf"),
        ({"names": 10}, "no two share one"),
        ({"strings": 299}, "strings=299"),
    ],
)
def test_impossible_facts_are_refused(change, message):
    good = {"people": 1000, "names": 1e6, "values": 300, "strings": 1e9}
    with pytest.raises(ValueError, match=message):
        Facts(**good | change)


def test_infinite_loss_means_minus_infinity_not_an_error(facts):
    bits = stored_bits(facts, name_loss=math.log(1000), value_loss=math.inf)
    assert bits.values == -np.inf

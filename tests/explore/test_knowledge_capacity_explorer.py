"""The knowledge explorer shows what the package says when it is asked directly."""

from __future__ import annotations

import pytest

from analysis.capability.capacity import active_share, knowledge_ratio, room
from analysis.explore.knowledge_capacity import KnowledgeExplorer

START = {
    "params": 7e9,
    "weight_bits": 16,
    "exposures": 100.0,
    "junk": "none",
    "experts": 1,
    "gated": False,
    "fact_bits": 47.6,
}


@pytest.fixture(scope="module")
def explorer():
    return KnowledgeExplorer()


def test_it_starts_from_what_was_published(explorer):
    shown = explorer.set(**START)
    assert (shown["ratio"], shown["bits"], shown["source"]) == (1.0, 7e9, "published")
    assert explorer.set(exposures=1000.0)["claim"] == pytest.approx(1)


def test_numbers_agree_with_the_package(explorer):
    setting = {"weight_bits": 4, "junk": "tagged", "experts": 32, "gated": True}
    shown = explorer.set(**START | setting | {"exposures": 250.0, "params": 1e10})
    ratio = knowledge_ratio(250, **setting)
    model = room(1e10, ratio, 4)
    assert shown["ratio"] == pytest.approx(ratio.value)
    assert shown["bits"] == pytest.approx(model.bits)
    assert shown["facts"] == pytest.approx(model.facts(47.6))
    assert shown["gigabytes"] == pytest.approx(5)
    assert shown["share"] == pytest.approx(model.share)
    assert shown["active"] == pytest.approx(1e10 * active_share(32))
    assert shown["source"] == "; ".join(ratio.remarks)


def test_every_control_moves_numbers_and_picture(explorer):
    explorer.set(**START)
    for change in (
        {"params": 1e10},
        {"weight_bits": 8},
        {"exposures": 141.0},
        {"junk": "tagged"},
        {"experts": 32},
        {"gated": True},
        {"fact_bits": 47.9},
    ):
        numbers, picture = dict(explorer.numbers), explorer._image.value
        after = explorer.set(**change)
        assert after != numbers, change
        assert explorer._image.value != picture, change


def test_the_point_lies_on_its_lines(explorer):
    explorer.set(**START | {"exposures": 300.0, "junk": "random"})
    seen, ratios = explorer._ratio.get_data()
    assert dict(zip(seen, ratios, strict=True))[300.0] == explorer._ratio_at.get_ydata()[0]
    memory, bits = explorer._room.get_data()
    (at,), (held,) = explorer._room_at.get_data()
    assert held / at == pytest.approx(bits[0] / memory[0])
    assert (explorer._bound.get_ydata() > bits).all()

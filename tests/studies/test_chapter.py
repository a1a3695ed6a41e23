"""A chapter's page gathers what its studies saved."""

from __future__ import annotations

import json

import pytest

from analysis import records
from analysis.errors import DataError
from analysis.plots import verdicts as draw
from analysis.studies import Comparison, chapter, compare


@pytest.fixture
def found():
    one = {"alpha": (0.3473, 0.317, 0.373), "chi2": 100.0, "A": None}
    why = {"chi2": "because of this", "A": "because of that"}
    return {"one": compare("besiroglu2024", one, verdicts=why)}


def test_verdicts_are_counted_with_a_total(found):
    counts = chapter.counts({**found, "two": found["one"]})
    assert counts["study"].to_list() == ["one", "two", "all studies"]
    assert counts["reproduced"].to_list() == [1, 1, 2]
    assert counts["values"].to_list() == [3, 3, 6]


def test_what_differs_is_listed_with_its_cause(found):
    frame = chapter.differing(found)
    assert frame["why"].to_list() == ["because of this"]
    assert frame["published"][0] == "238.40"


def test_ratios_leave_out_what_was_not_tested(found):
    frame = chapter.ratios(found)
    assert frame["ratio"].to_list() == pytest.approx([0.3473 / 0.3478, 100 / 238.4])
    assert frame["ratio_low"].to_list() == [pytest.approx(0.317 / 0.3478), None]
    ax = draw.ratios(frame)
    drawn = [line for line in ax.get_lines() if line.get_marker() in ("o", "D", "<", ">")]
    assert sum(len(line.get_xdata()) for line in drawn) == 2


def test_tables_are_joined(found):
    assert chapter.joined(found).verdicts == found["one"].verdicts


def test_a_saved_table_is_read_back(found, tmp_path):
    path = found["one"].save(tmp_path / "x.json")
    again = Comparison.read(path)
    assert again.verdicts == found["one"].verdicts
    assert str(again) == str(found["one"])
    path.write_text(json.dumps({"rows": [{"study": "a"}], "left_out": []}))
    with pytest.raises(DataError, match=r"x\.json: not a table of verdicts"):
        Comparison.read(path)


def test_every_study_of_the_chapter_is_gathered():
    found = chapter.verdicts("pretraining")
    assert {"chinchilla", "overtraining"} <= set(found)
    with pytest.raises(ValueError, match="no study of chapter 'none'"):
        chapter.verdicts("none")


def test_every_verified_value_has_a_verdict():
    tables = [chapter.joined(chapter.verdicts(name)) for name in chapter.chapters()]
    found = {value for table in tables for value in table.verdicts}
    for study in records.studies():
        values = records.read_study(study).values
        assert {f"{study}.{key}" for key, one in values.items() if one.verified} <= found

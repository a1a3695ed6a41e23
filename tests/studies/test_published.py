"""Published values, and the comparison of what was found with them."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from analysis import records
from analysis.errors import DataError
from analysis.studies import compare
from analysis.studies.display import rounded
from analysis.studies.published import published

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture
def comparison():
    return compare(
        "besiroglu2024",
        {
            "E": 1.817218,
            "alpha": (0.347311, 0.3171, 0.3732),
            "beta": 0.367172,
            "likelihood_ratio_all": 86.9,
            "chi2_p": None,
        },
        verdicts={
            "beta": "the printed set minimises absolute deviations",
            "chi2_p": "needs the likelihood",
        },
        tolerance={"likelihood_ratio_all": 0.01},
    )


@pytest.mark.parametrize("form", ["txt", "html"])
def test_both_looks_are_golden(comparison, form):
    shown = str(comparison) if form == "txt" else comparison._repr_html_()
    assert shown + "\n" == (GOLDEN / f"comparison.{form}").read_text(encoding="utf-8")


def test_frame_and_verdicts(comparison):
    assert list(comparison.verdicts.values()) == [
        *("reproduced", "reproduced", "differs", "reproduced", "not testable")
    ]
    frame = comparison.frame
    assert frame["key"].to_list() == ["E", "alpha", "beta", "likelihood_ratio_all", "chi2_p"]
    assert frame.row(4, named=True)["reproduced"] is None
    assert frame.row(1, named=True)["reproduced_high"] == 0.3732


def test_html_words_and_colours_every_verdict(comparison):
    html = comparison._repr_html_()
    for verdict in ("reproduced", "differs", "not testable"):
        assert f">{verdict}</span>" in html
    assert "notebook cells 25-26" in html
    reason = {"chi2": "<script>x</script>"}
    assert "<script>" not in compare("besiroglu2024", {"chi2": None}, verdicts=reason)._repr_html_()


def test_saved_json_gathers_the_verdicts(comparison, tmp_path):
    path = comparison.save(tmp_path / "pretraining" / "chinchilla-verdicts.json")
    first = path.read_bytes()
    comparison.save(path)
    assert path.read_bytes() == first
    rows = json.loads(first)["rows"]
    assert [row["verdict"] for row in rows] == list(comparison.verdicts.values())
    assert rows[2]["because"] == "the printed set minimises absolute deviations"
    with pytest.raises(ValueError, match=r"ends in \.json"):
        comparison.save(tmp_path / "x.csv")


@pytest.mark.parametrize("found", [0.34784, 0.34785, 0.34775, np.float64(0.3478)])
def test_agreement_to_the_printed_digits(found):
    (row,) = compare("besiroglu2024", {"alpha": found}).rows
    assert (row.verdict, row.because) == ("reproduced", "agrees to the printed digits")


def test_trailing_zeros_count_as_printed():
    assert compare("chinchilla2022", {"a1": 0.504}).verdicts == {"chinchilla2022.a1": "reproduced"}
    with pytest.raises(ValueError, match="'a1' differs"):
        compare("chinchilla2022", {"a1": 0.506})


@pytest.mark.parametrize("found", [0.34786, 0.34774, (0.36, 0.35, 0.37), (0.30, 0.29, 0.31)])
def test_reproduced_cannot_be_claimed_by_hand(found):
    with pytest.raises(ValueError, match=r"'alpha' differs: published 0\.3478"):
        compare("besiroglu2024", {"alpha": found})
    (row,) = compare("besiroglu2024", {"alpha": found}, verdicts={"alpha": "reproduced"}).rows
    assert row.verdict == "differs"


def test_a_value_that_is_not_tested_needs_a_reason():
    with pytest.raises(ValueError, match="'chi2' is not testable; say why"):
        compare("besiroglu2024", {"chi2": None})
    with pytest.raises(ValueError, match="'chi2' is not testable"):
        compare("besiroglu2024", {"chi2": None}, verdicts={"chi2": "  "})


def test_a_stale_reason_is_refused():
    with pytest.raises(ValueError, match="verdicts explains 'alpha', which is reproduced"):
        compare("besiroglu2024", {"alpha": 0.3478}, verdicts={"alpha": "other data"})


def test_a_published_range():
    key = "gopher_best_params"
    assert compare("chinchilla2022", {key: 6.3e10}).rows[0].because == "lies in the published range"
    with pytest.raises(ValueError, match=f"'{key}' differs: published range"):
        compare("chinchilla2022", {key: 3.2e10})


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"reproduced": {"gamma": 1.0}}, "reproduced has the key 'gamma'; accepted are E, A"),
        ({"reproduced": 1.8172}, "reproduced is a mapping by key, found float"),
        ({"reproduced": {"E": math.nan}}, "accepted is a finite number"),
        ({"reproduced": {"E": (1.8, 1.9, 2.0)}}, "low <= value <= high"),
        ({"reproduced": {"E": (1.8, 1.9)}}, "low <= value <= high"),
        ({"reproduced": {"E": 1.8172}, "verdicts": {"A": "x"}}, "verdicts has the key 'A'"),
        ({"reproduced": {"E": 1.8172}, "tolerance": {"E": 0.5}}, "accepted is above 0, up to 0.05"),
        ({"reproduced": {"E": 1.8172}, "tolerance": {"A": 0.01}}, "tolerance has the key 'A'"),
    ],
)
def test_bad_arguments(arguments, said):
    with pytest.raises(ValueError, match=said):
        compare("besiroglu2024", **arguments)


def test_an_unknown_study_gets_a_suggestion():
    with pytest.raises(ValueError, match="study is 'besiroglu'; accepted are besiroglu2024"):
        compare("besiroglu", {})


def test_marks_stay_visible_and_tables_join():
    recalled = compare("kaplan2020", {"steps_alpha_S": 0.76})
    joined = recalled + compare("kaplan2020", {"alpha_N": 0.076})
    for shown in (str(joined), joined._repr_html_()):
        assert "[recalled]" in shown
        assert "[second-hand]" in shown
        assert "recalled: quoted from memory" in shown
    assert joined.frame["mark"].to_list() == ["recalled", "second-hand"]
    assert len(joined.left_out) == len(recalled.left_out) - 1
    two = recalled + compare("porian2024", {"a_tuned_rw": 0.4969})
    assert "porian2024: exponent of best parameters" in str(two)


def test_published_table():
    table = published()
    assert table.columns == [
        *("study", "key", "quantity", "value", "low", "high", "se", "unit", "where", "verified"),
        *("via", "mark", "note"),
    ]
    assert set(table["study"]) == set(records.studies())
    assert table.select("study", "key").is_unique().all()
    unverified = table.filter(~table["verified"])
    assert set(unverified["mark"]) == {"recalled"}
    assert set(table.filter(table["verified"] & (table["via"] == "notes"))["mark"]) == {
        "second-hand"
    }


def test_coefficients_are_the_exponentials_of_their_logarithms():
    for study, name in (("besiroglu2024", "besiroglu2024"), ("chinchilla2022", "hoffmann2022")):
        known = records.read_study(study)
        values = known.coefficients[name].values
        for letter in "ABE":
            assert math.exp(known.values[f"log_{letter}"].value) == pytest.approx(
                values[letter], rel=1e-14
            )


def test_coefficient_sets_round_to_the_printed_values():
    values = records.read_study("besiroglu2024").values
    full = records.coefficient_sets("chinchilla")["besiroglu2024"].values
    for key in ("A", "B", "alpha"):
        assert abs(full[key] - values[key].value) <= values[key].half_unit
    names = set(records.coefficient_sets("chinchilla"))
    assert names >= {"hoffmann2022", "hoffmann2022-printed", "besiroglu2024", "besiroglu2024-grid"}
    assert set(records.coefficient_sets("kaplan")["kaplan2020"].values) == {"Nc", "Dc", "aN", "aD"}
    assert records.coefficient_sets("nothing") == {}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('unit = "1"', "", "has no unit"),
        ("verified = true", "", "must say verified"),
        ('via = "code"', 'via = "rumour"', "via 'rumour'; accepted are paper, code"),
        ('where = "p. 1"', "", "must say where"),
        ("value = 0.50", 'value = "0.50"', "where a number belongs"),
        ("value = 0.50", "value = nan", "where a finite number belongs"),
        ("value = 0.50", "", "neither a value nor low and high"),
        ('study = "x2020"', 'study = "y2020"', "study must be 'x2020'"),
        ('key = "b"', 'key = "a"', "'a' is there twice"),
        ('key = "b"', 'key = "b"\ncolour = 1', "colour"),
        ("[[value]]", "[[value", "not readable TOML"),
    ],
)
def test_a_bad_record_is_reported(tmp_path, monkeypatch, old, new, said):
    def record(key):
        return (
            f'[[value]]\nkey = "{key}"\nquantity = "exponent"\nvalue = 0.50\nunit = "1"\n'
            'where = "p. 1"\nverified = true\nvia = "code"\n'
        )

    text = 'study = "x2020"\ntitle = "T"\nauthors = "A"\nyear = 2020\narxiv = "2001.00001"\n'
    text += record("a") + record("b")
    (tmp_path / "data" / "published").mkdir(parents=True)
    (tmp_path / "data" / "catalog.toml").write_text("")
    path = tmp_path / "data" / "published" / "x2020.toml"
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path))
    path.write_text(text)
    assert records.read_study("x2020").values["b"].printed == "0.50"
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(DataError, match=f"x2020.toml: .*{said}"):
        records.read_study("x2020")


@pytest.mark.parametrize(
    ("value", "printed", "shown"),
    [
        (0.123456, "0.50", "0.123"),
        (477.826, "482.01", "477.83"),
        (632000.4, "632740", "632000"),
        (1.01827e-3, "0.00102284", "0.00101827"),
        (4.04e10, "2e8", "4.04e10"),
        (0.0, "0.34", "0.00"),
        (-0.3612, "-0.36", "-0.361"),
        (6.3e10, "", "6.3e10"),
    ],
)
def test_rounding_follows_the_printed_digits(value, printed, shown):
    assert rounded(value, printed) == shown

"""Every table can be made again from its source."""

import polars as pl
import pytest

from analysis import runs
from analysis.errors import DataError
from analysis.paths import home
from analysis.runs import collect
from analysis.runs.catalog import catalog
from analysis.runs.tables import write_whole
from tests.sources import source

NAMES = list(catalog())


@pytest.mark.parametrize("name", NAMES)
def test_made_again_it_is_equal(name):
    folder = source(collect.makers()[name].folder)
    table, content = collect.made(name, folder.parent)
    assert table.equals(runs.load(name))
    file = catalog()[name].file
    if file.endswith(".csv"):
        assert content == (home() / "data" / file).read_bytes()


def test_every_table_has_a_maker():
    assert set(collect.makers()) == set(NAMES)


@pytest.fixture
def tiny(tmp_path):
    """Sources with a Chinchilla table of two runs."""
    folder = tmp_path / "chinchilla-extracted"
    folder.mkdir()
    (folder / "chinchilla_runs.csv").write_text(
        "N,D,C,loss,used_by_besiroglu\n2e9,3e9,3.6e19,2.5,true\n2e9,1e9,1.2e19,4,false\n"
    )
    return tmp_path


def test_making_a_table_notes_it_in_the_catalogue(copied, tiny, monkeypatch, capsys):
    monkeypatch.setenv("WORKBENCH_SOURCES", str(tiny))
    others = (copied / "catalog.toml").read_text().partition("[resolving")[2]
    assert collect.main(["chinchilla"]) == 0
    said = capsys.readouterr().out
    assert "2 rows, 1 used\n  left out 1: left out by the replication" in said
    table = runs.load("chinchilla")
    assert table["loss"].to_list() == [2.5, 4.0]
    assert catalog()["chinchilla"].rows == 2
    assert (copied / "catalog.toml").read_text().partition("[resolving")[2] == others
    path = copied / "runs" / "chinchilla.csv"
    path.write_text(path.read_text().replace("2.5", "2.7"))
    with pytest.raises(DataError, match=r"column 'loss', row 1: found '2.7'"):
        runs.load("chinchilla")


def test_a_bad_source_writes_nothing(copied, tiny, monkeypatch, capsys):
    monkeypatch.setenv("WORKBENCH_SOURCES", str(tiny))
    source = tiny / "chinchilla-extracted" / "chinchilla_runs.csv"
    source.write_text(source.read_text().replace("3.6e19", "-1"))
    before = (copied / "runs" / "chinchilla.csv").read_bytes()
    assert collect.main(["chinchilla"]) == 1
    assert "column 'flops', row 1: found -1.0" in capsys.readouterr().out
    assert (copied / "runs" / "chinchilla.csv").read_bytes() == before


def test_a_name_without_a_maker_and_a_missing_folder(tiny, monkeypatch):
    with pytest.raises(ValueError, match=r"name is 'gopher'; accepted are .*chinchilla"):
        collect.made("gopher", tiny)
    monkeypatch.setitem(collect._MAKERS, "gopher", collect.makers()["chinchilla"])
    with pytest.raises(DataError, match=r"catalog.toml: \[gopher\] is not there"):
        collect.made("gopher", tiny)
    with pytest.raises(DataError, match="misfitting: there is no such folder"):
        collect.made("misfitting", tiny)


def test_without_sources_it_says_how_to_name_them(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("WORKBENCH_SOURCES", str(tmp_path / "none"))
    assert collect.sources_folder() is None
    assert collect.main([]) == 2
    assert "WORKBENCH_SOURCES" in capsys.readouterr().out


def test_a_write_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "table.csv"
    write_whole(path, b"old")

    def fail(*_):
        raise OSError("the disk is full")

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(OSError, match="disk is full"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["table.csv"]


def test_report_counts_each_reason():
    table = pl.DataFrame({"used": [False, True, False], "reason": ["b", "", "b"]})
    assert collect.report(table) == "3 rows, 1 used\n  left out 2: b"

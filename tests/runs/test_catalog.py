"""The catalogue, and reading tables that are whole."""

import re
import subprocess
import sys

import polars as pl
import pytest

import analysis.runs as runs
from analysis.errors import DataError
from analysis.paths import home
from analysis.runs.catalog import catalog, checksum_file, quirks
from analysis.runs.checksums import fingerprint
from analysis.runs.schema import CANONICAL, Column, described
from analysis.runs.tables import as_text, to_csv

NAMES = list(catalog())


@pytest.mark.parametrize("name", NAMES)
def test_every_table_loads_as_described(name):
    table = runs.load(name)
    entry = catalog()[name]
    assert table.schema == {c: d.dtype for c, d in entry.columns.items()}
    assert table.height == entry.rows
    assert table["used"].null_count() == 0
    assert table.filter(pl.col("used") == (pl.col("reason") != "")).is_empty()
    used = table.filter("used")
    full = [c for c, described in entry.columns.items() if not described.optional]
    assert all(used[c].null_count() == 0 for c in full)
    assert checksum_file(name).read_text() == fingerprint(as_text(table))


@pytest.mark.parametrize("name", NAMES)
def test_every_column_has_unit_and_meaning_and_every_table_a_source(name):
    described_columns = runs.describe(name)
    assert described_columns["column"].to_list() == runs.load(name).columns
    for row in described_columns.iter_rows():
        assert all(isinstance(cell, str) and cell.strip() for cell in row), row
    entry = catalog()[name]
    assert quirks(name)
    assert len(entry.commit) == 40
    assert entry.licence
    line = runs.provenance(name)
    assert "\n" not in line
    for part in (name, entry.paper, entry.origin, entry.licence, str(entry.rows)):
        assert part in line
    ids = re.findall(r"\d{4}\.\d{5}", entry.arxiv)
    assert all(one in line for one in ids)
    assert ("arXiv" in line) == bool(ids)


def test_no_file_lies_in_the_folder_without_an_entry():
    there = {p.name for p in (home() / "data" / "runs").iterdir() if not p.name.startswith(".")}
    assert there == {e.file.removeprefix("runs/") for e in catalog().values()}
    kept = {p.name for p in (home() / "data" / "checksums").iterdir()}
    assert kept == {f"{name}.txt" for name in NAMES}


def test_large_tables_are_parquet():
    for entry in catalog().values():
        size = len(to_csv(as_text(runs.load(entry.name))))
        assert entry.file.endswith(".parquet") == (size > 300_000), (entry.name, size)


def test_chinchilla():
    table = runs.load("chinchilla")
    assert table.columns == ["params", "tokens", "flops", "loss", "used", "reason"]
    left_out = table.filter(~pl.col("used"))
    assert left_out.height == 5
    assert left_out["loss"].min() > table.filter("used")["loss"].max()
    assert (table["flops"] / (6 * table["params"] * table["tokens"]) - 1).abs().max() < 1e-12


def test_settings_of_resolving_discrepancies_join():
    keys = ["summary", "setting"]
    tables = {
        what: runs.load(f"resolving-discrepancies-{what}") for what in ("points", "optima", "fits")
    }
    settings = {what: set(t.select(keys).unique().rows()) for what, t in tables.items()}
    assert settings["points"] == settings["optima"] == settings["fits"]
    assert len(settings["fits"]) == 15
    points = tables["points"]
    assert (points["flops"] / (6 * points["params"] * points["tokens"]) - 1).abs().max() < 1e-9


def test_datasets_lists_every_table():
    table = runs.datasets()
    assert table.columns == ["name", "title", "rows", "licence", "arxiv", "file"]
    assert table["name"].to_list() == NAMES


def test_a_wrong_name_gets_a_suggestion():
    with pytest.raises(ValueError, match=r"name is 'chinchila'; accepted are chinchilla"):
        runs.load("chinchila")


def test_a_bad_entry_is_reported(copied):
    path = copied / "catalog.toml"
    whole = path.read_text()
    damage = {
        'title = "Chinchilla training': ('tilte = "Chinchilla training', "has no title"),
        "flops = {}": ('flops = { unti = "FLOP" }', "column 'flops' is described by"),
        "[chinchilla]\n": ("[chinchilla\n", "not readable TOML"),
        "[chinchilla.columns]": ('luck = "good"\n[chinchilla.columns]', "unknown field luck"),
    }
    try:
        for old, (new, said) in damage.items():
            path.write_text(whole.replace(old, new, 1))
            with pytest.raises(DataError, match=said):
                runs.datasets()
    finally:
        path.write_text(whole)


def test_a_column_of_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="kind is 'float'; accepted are number"):
        Column("float", "1", "x")
    with pytest.raises(ValueError, match="column 'x' is described by"):
        described("x", {"unit": "1"})


def test_own_runs(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("n_params,D,loss,seed,note\n1e6,2e9,3.5,1,a\n2e6,4e9,3.25,2,\n")
    table = runs.read_runs(path, {"n_params": "params", "D": "tokens"}, require=["params", "loss"])
    assert table.rows() == [(1e6, 2e9, 3.5, 1.0, "a"), (2e6, 4e9, 3.25, 2.0, "")]
    table.write_parquet(tmp_path / "mine.parquet")
    assert runs.read_runs(tmp_path / "mine.parquet").equals(table)


@pytest.mark.parametrize(
    ("content", "columns", "require", "said"),
    [
        ("N,D,loss\n1,2,3\n", {}, ["params"], r"column 'params'.*perhaps columns=\{'N': 'params'"),
        ("params;loss\n1;3\n", {}, ["loss"], "separated by something else than commas"),
        ("a,b\n1,2\n", {}, [], "no name is a known one; the file has a, b"),
        ("loss\n1\n", {"los": "loss"}, [], r"column 'los'.*perhaps 'loss' is meant"),
        ("loss,params\n1,2\n-3,4\n", {}, [], r"column 'loss', row 2: found -3.0"),
        ("loss,params\n1,2\n3\n", {}, [], r"column 'params', row 2: found 1 cells"),
        ("loss,accuracy\n1,1.5\n", {}, [], r"'accuracy', row 1: found 1.5; .* from 0 up to 1"),
        ("loss,released\n1,May\n", {}, [], r"'released', row 1: found 'May'; .* such as 2024"),
        ("loss,params\n,2\n", {}, [], r"'loss', row 1: found an empty cell"),
    ],
)
def test_own_runs_that_are_refused(tmp_path, content, columns, require, said):
    path = tmp_path / "mine.csv"
    path.write_text(content)
    with pytest.raises(DataError, match=said):
        runs.read_runs(path, columns, require=require)


def test_two_columns_of_one_name_are_refused(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("a,loss\n1,2\n")
    with pytest.raises(ValueError, match="two would be called 'loss'"):
        runs.read_runs(path, {"a": "loss"})


def test_other_files_are_refused(tmp_path):
    path = tmp_path / "mine.xlsx"
    path.write_bytes(b"x")
    with pytest.raises(DataError, match=r"ending in \.csv or \.parquet"):
        runs.read_runs(path)


def test_canonical_columns_state_a_unit():
    assert all(c.unit and c.meaning for c in CANONICAL.values())


def test_importing_runs_is_light():
    code = (
        "import sys, analysis.runs; "
        "print(sorted({'dataframely', 'scipy', 'matplotlib', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=home())
    assert done.stdout.strip() == "[]", done.stderr

"""The recipes of CONTRIBUTING.md, followed to the letter."""

import re
import runpy
from textwrap import dedent

import pytest

from analysis import published, runs
from analysis.paths import home
from analysis.records import coefficient_sets
from analysis.runs import collect

RECIPES = (home() / "CONTRIBUTING.md").read_text(encoding="utf-8")


def block(language, holding):
    """Return the one block of a language that holds a text."""
    blocks = re.findall(rf"^ +```{language}\n(.*?)^ +```", RECIPES, flags=re.DOTALL | re.MULTILINE)
    (found,) = [dedent(one) for one in blocks if holding in one]
    return found


@pytest.fixture
def sources(tmp_path, monkeypatch):
    """A folder of somebody's own numbers, beside nothing else, and their maker."""
    (tmp_path / "my-folder").mkdir()
    table = "seed,N,D,val_loss\n1,1e8,2e9,3.5\n2,1e8,4e9,3.25\n"
    (tmp_path / "my-folder" / "runs.csv").write_text(table)
    monkeypatch.setenv("WORKBENCH_SOURCES", str(tmp_path))
    monkeypatch.setattr(collect, "_MAKERS", dict(collect.makers()))
    (tmp_path / "maker.py").write_text(block("python", "@collected"))
    runpy.run_path(str(tmp_path / "maker.py"))


def test_a_dataset_of_ones_own(copied, sources, capsys):
    with (copied / "catalog.toml").open("a") as catalog:
        catalog.write("\n" + block("toml", "[my-runs]"))
    assert collect.main(["my-runs"]) == 0
    assert "data/runs/my-runs.csv: 2 rows, 2 used" in capsys.readouterr().out
    table = runs.load("my-runs")
    assert table.columns == ["params", "tokens", "loss", "seed", "used", "reason"]
    assert table["loss"].to_list() == [3.5, 3.25]


def test_published_numbers_of_ones_own(copied):
    head = 'study = "author2026"\ntitle = "T"\nauthors = "A"\nyear = 2026\narxiv = "2603.00000"\n'
    records = [block("toml", "[[value]]"), block("toml", "[[coefficients]]")]
    (copied / "published" / "author2026.toml").write_text("\n".join([head, *records]))
    assert published("author2026")["value"].to_list() == [0.35]
    assert coefficient_sets("my-law")["author2026"].values == {"E": 1.8, "A": 480, "alpha": 0.35}

"""What the README shows is what happens."""

import re
import runpy

import pytest

import analysis
from analysis.paths import home


def blocks(language):
    text = (home() / "README.md").read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)


@pytest.fixture
def shown(tmp_path, monkeypatch, capsys):
    """Run the Python of the README from top to bottom, beside a table of somebody else's runs."""
    monkeypatch.chdir(tmp_path)
    runs = analysis.load("overtraining").select(size="params", seen="tokens", loss="loss")
    runs.write_csv("my-runs.csv")
    (tmp_path / "readme.py").write_text("".join(blocks("python")), encoding="utf-8")
    return runpy.run_path("readme.py"), capsys.readouterr().out


def test_the_examples_run_and_print_what_is_shown(shown):
    names, printed = shown
    (summary,) = blocks("text")
    assert printed == summary
    assert names["mine"].height == 104


def test_the_examples_say_what_the_studies_say(shown):
    names, _ = shown
    low, high = names["growth"].months_interval
    assert low < 3.5 < names["growth"].months < high
    assert 0 < names["frontier"].value < 20

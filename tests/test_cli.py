"""The workbench command, called as a user calls it."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

import analysis
from analysis import cli
from analysis.paths import home

CHINCHILLA = home() / "data" / "runs" / "chinchilla.csv"
OWN = [sys.executable, "-c", "import sys; from analysis.cli import main; sys.exit(main())"]


def refused(capsys, *arguments):
    """Run a command line that must be refused; return what it says."""
    try:
        code = cli.main([str(argument) for argument in arguments])
    except SystemExit as stop:
        code = stop.code
    captured = capsys.readouterr()
    assert code == 2
    assert captured.out == ""
    assert "Traceback" not in captured.err
    return captured.err


@pytest.mark.parametrize("command", ["", "lab", "figures", "datasets", "laws", "fit"])
def test_help_ends_with_an_example(command, capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main([*command.split(), "--help"])
    assert stop.value.code == 0
    last = capsys.readouterr().out.split("example")[-1]
    assert f"workbench {command}".strip() in last


@pytest.mark.parametrize("command", ["datasets", "laws"])
def test_examples_in_the_help_that_need_nothing_run(command, capsys):
    assert cli.main([command]) == 0
    assert "chinchilla" in capsys.readouterr().out


def test_help_loads_nothing_heavy():
    code = (
        "import sys\nfrom analysis.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "heavy = {'numpy', 'polars', 'scipy', 'matplotlib', 'jupyterlab', 'nbclient', 'tqdm'}\n"
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_datasets_lists_rows_in_full(capsys):
    assert cli.main(["datasets"]) == 0
    line = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("chinc"))
    assert line.split()[1] == "245"
    assert "…" not in line


def test_laws_show_formula_and_columns(capsys):
    assert cli.main(["laws"]) == 0
    text = capsys.readouterr().out
    assert "loss = E + A/N**alpha + B/D**beta" in text
    assert "N = params, D = tokens" in text


def test_fit_of_a_law_and_of_its_formula_agree(tmp_path, capsys):
    saved = []
    formula = ["--formula", "E + A/N**alpha + B/D**beta"]
    own = [*formula, "--inputs", "N=params,D=tokens", "--predicts", "loss"]
    for index, law in enumerate((["--law", "chinchilla"], own)):
        path = tmp_path / f"{index}.json"
        assert cli.main(["fit", str(CHINCHILLA), *law, "--save", str(path)]) == 0
        text = capsys.readouterr().out
        assert "converged" in text
        assert str(path) in text
        saved.append(analysis.Fit.load(path))
    assert saved[0].parameters == pytest.approx(saved[1].parameters, rel=1e-9)
    assert round(saved[0].parameters["alpha"], 4) == 0.3473
    assert round(saved[0].parameters["E"], 4) == 1.8172
    assert saved[0].rows == 240
    assert saved[0].law.key == "chinchilla"


def test_fit_with_renamed_columns_objective_and_resamples(tmp_path, capsys):
    lines = CHINCHILLA.read_text().splitlines()
    head = lines[0].replace("params", "n_params").replace("tokens", "n_tokens")
    mine = tmp_path / "mine.csv"
    mine.write_text("\n".join([head, *lines[1:]]) + "\n")
    rename = ["--column", "n_params=params", "--column", "n_tokens=tokens"]
    many = ["--objective", "least-squares", "--resamples", "20", "--seed", "7"]
    saved = tmp_path / "fit.json"
    line = ["fit", mine, "--law", "chinchilla", *rename, *many, "--save", saved]
    assert cli.main([str(piece) for piece in line]) == 0
    result = analysis.Fit.load(saved)
    assert "squares" in result.criterion.name
    assert (len(result.draws), result.seed) == (20, 7)
    low, high = result.interval("alpha")
    assert low < result.parameters["alpha"] < high
    first = saved.read_bytes()
    assert cli.main([str(piece) for piece in line]) == 0
    assert saved.read_bytes() == first


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.csv", "--law", "chinchilla"], "nowhere.csv"),
        ([CHINCHILLA, "--law", "chinchila"], "did you mean 'chinchilla'"),
        ([CHINCHILLA], "--law --formula"),
        ([CHINCHILLA, "--law", "chinchilla", "--formula", "E"], "not allowed with"),
        ([CHINCHILLA, "--law", "chinchilla", "--predicts", "loss"], "go with --formula"),
        ([CHINCHILLA, "--formula", "E + A/N"], "--inputs N=params,D=tokens"),
        ([CHINCHILLA, "--formula", "E", "--inputs", "N"], "NAME=COLUMN"),
        ([CHINCHILLA, "--formula", "E", "--inputs", "N=a,N=b"], "something twice"),
        ([CHINCHILLA, "--law", "chinchilla", "--resamples", "-1"], "whole number"),
        ([CHINCHILLA, "--law", "chinchilla", "--objective", "mean"], "'mean'"),
        ([CHINCHILLA, "--law", "chinchilla", "--save", "no/fit.json"], "there is no folder no"),
        ([CHINCHILLA, "--law", "kaplan"], "--column THEIRS=params_non_embedding"),
        (
            [CHINCHILLA, "--formula", "A @ N", "--inputs", "N=params", "--predicts", "loss"],
            "at character 3",
        ),
    ],
)
def test_fit_refuses_with_one_message(arguments, message, capsys):
    assert message in refused(capsys, "fit", *arguments)


def test_bad_data_is_named_by_file_column_and_row(tmp_path, capsys):
    lines = CHINCHILLA.read_text().splitlines()
    column = lines[0].split(",").index("loss")
    fields = lines[3].split(",")
    fields[column] = "-2"
    (tmp_path / "bad.csv").write_text("\n".join([*lines[:3], ",".join(fields), *lines[4:]]))
    told = refused(capsys, "fit", tmp_path / "bad.csv", "--law", "chinchilla")
    assert "bad.csv, column 'loss', row 3" in told


def test_too_few_runs_is_a_failed_fit(tmp_path, capsys):
    lines = CHINCHILLA.read_text().splitlines()
    (tmp_path / "few.csv").write_text("\n".join(lines[:4]) + "\n")
    assert cli.main(["fit", str(tmp_path / "few.csv"), "--law", "chinchilla"]) == 1
    assert capsys.readouterr().err.startswith("workbench: ")


def test_unknown_command_and_notebook_and_port(capsys):
    assert "invalid choice: 'nope'" in refused(capsys, "nope")
    assert "no notebook 'nope'" in refused(capsys, "figures", "nope")
    assert "--port 70000" in refused(capsys, "lab", "--port", "70000")


def test_interrupt_ends_with_130_and_one_line(monkeypatch, capsys):
    def interrupt():
        raise KeyboardInterrupt

    monkeypatch.setattr("analysis.runs.datasets", interrupt)
    assert cli.main(["datasets"]) == 130
    assert capsys.readouterr().err == "workbench: interrupted\n"


def test_a_reader_that_stops_early_sees_no_error():
    with subprocess.Popen(
        [*OWN, "laws"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """Make a small workbench with one notebook that saves a figure."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "catalog.toml").write_text("")
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path))
    monkeypatch.delenv("WORKBENCH_FIGURES", raising=False)
    source = (
        "import matplotlib.pyplot as plt\nfrom analysis.studies.figures import Saver\n"
        "fig, ax = plt.subplots()\nax.plot([1, 2])\nSaver('toy', 'line').save(ax, 'plain')"
    )
    write(tmp_path / "notebooks" / "toy" / "line.ipynb", source)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path, source):
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(new_notebook(cells=[new_code_cell(source, id="one")]), path)


def test_figures_lists_what_it_wrote_and_a_second_run_changes_nothing(checkout, capsys):
    assert cli.main(["figures"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "changed  figures/toy/line-plain.svg",
        "changed  figures/toy/line-plain.png",
        "changed  notebooks/toy/line.ipynb",
        "1 notebook run, 2 figure files, 3 changed",
    ]
    assert cli.main(["figures", "toy/line"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "same     figures/toy/line-plain.svg"
    assert lines[-1] == "1 notebook run, 2 figure files, 0 changed"


def test_figures_runs_the_page_of_a_chapter_after_its_studies(checkout, capsys):
    shows = "from analysis.studies.figures import folder\nassert [*folder().glob('toy/line-*')]"
    write(checkout / "notebooks" / "toy" / "index.ipynb", shows)
    assert cli.main(["figures"]) == 0


def test_figures_stops_at_a_failing_cell_and_still_lists_what_it_wrote(checkout, capsys):
    write(checkout / "notebooks" / "toy" / "zero.ipynb", "1 / 0")
    assert cli.main(["figures", "notebooks/toy/line.ipynb", "toy/zero"]) == 1
    captured = capsys.readouterr()
    assert "changed  figures/toy/line-plain.svg" in captured.out
    assert "workbench: toy/zero.ipynb, code cell 1 ('1 / 0'): ZeroDivisionError" in captured.err


def test_lab_listens_here_only_and_asks_for_its_token(checkout):
    # Its own settings and runtime folders, so that nothing of the user's is read or written.
    env = {**os.environ, "WORKBENCH_HOME": str(checkout)}
    for kind in ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR"):
        env[f"JUPYTER_{kind}"] = str(checkout / kind)
    log = checkout / "log.txt"
    with log.open("w") as output:
        command = [*OWN, "lab", "--no-browser", "--port", "8731"]
        process = subprocess.Popen(command, env=env, stdout=output, stderr=subprocess.STDOUT)
    try:
        address = wait_for(r"http://127\.0\.0\.1:(\d+)/lab/tree/\S+\?token=\w+", log, process)
        assert "/lab/tree/notebooks/start-here.ipynb?token=" in address
        server = address.split("/lab/")[0]
        with pytest.raises(urllib.error.HTTPError) as denied:
            urllib.request.urlopen(f"{server}/api/contents")
        assert denied.value.code == 403
        denied.value.close()
        token = address.split("token=")[1]
        with urllib.request.urlopen(f"{server}/api/contents/notebooks?token={token}") as answer:
            assert [item["name"] for item in json.load(answer)["content"]] == ["toy"]
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def wait_for(pattern: str, log: Path, process: subprocess.Popen) -> str:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        if found := re.search(pattern, log.read_text()):
            return found[0]
        time.sleep(0.1)
    pytest.fail(f"JupyterLab did not start: {log.read_text()}")

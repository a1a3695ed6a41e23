"""The ``workbench`` command.

What a command needs is imported inside it, so that ``workbench --help`` answers at once.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

    from analysis.laws.law import Law

NOTIFICATIONS = "@jupyterlab/apputils-extension:notification"

EXAMPLES = {
    "": """examples:
  workbench lab                                  open the notebooks
  workbench figures pretraining/chinchilla       run one study anew
  workbench fit runs.csv --law chinchilla        fit a law to runs of your own""",
    "lab": """example:
  workbench lab --port 8900 --no-browser""",
    "figures": """examples:
  workbench figures                              run every notebook
  workbench figures pretraining/chinchilla       run one, by its place below notebooks/
  workbench figures notebooks/start-here.ipynb   run one, by its file""",
    "datasets": """example:
  workbench datasets""",
    "laws": """example:
  workbench laws""",
    "fit": """examples:
  workbench fit data/runs/chinchilla.csv --law chinchilla --resamples 500
  workbench fit mine.csv --law chinchilla --column n_params=params --column n_tokens=tokens
  workbench fit mine.csv --formula "E + A/N**alpha + B/D**beta" \\
      --inputs N=params,D=tokens --predicts loss --objective lad --save fit.json""",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Parameters
    ----------
    arguments : sequence of str, optional
        The command line without the program's name; that of this process if left out.

    Returns
    -------
    int
        Exit code: 0 if all went well, 1 if a notebook or a fit failed, 2 if an argument or a
        file cannot be used, 130 if interrupted.
    """
    options = _parser().parse_args(arguments)
    from analysis.errors import FitError

    try:
        options.run(options)
    except KeyboardInterrupt:
        return _say("interrupted", 130)
    except BrokenPipeError:
        # The reader, such as `head`, has seen enough; nothing more may be written at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (FitError, ImportError) as problem:
        return _say(str(problem), 1)
    except (ValueError, OSError) as problem:
        return _say(str(problem), 2)
    except RuntimeError as problem:
        from analysis.studies.running import NotebookError

        if isinstance(problem, NotebookError):
            return _say(str(problem), 1)
        raise
    return 0


def _say(message: str, code: int) -> int:
    print(f"workbench: {message}", file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    def described(name: str, text: str) -> dict[str, Any]:
        shape = argparse.RawDescriptionHelpFormatter
        return {"description": text, "epilog": EXAMPLES[name], "formatter_class": shape}

    about = "Scaling-law studies, fitted to collected runs or to your own."
    parser = argparse.ArgumentParser(prog="workbench", **described("", about))
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, run: Any, text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, **described(name, text))
        made.set_defaults(run=run)
        return made

    lab = command("lab", _lab, "Open JupyterLab on the first notebook, on this machine only.")
    lab.add_argument("--port", type=int, default=8888, help="port; the next free one if taken")
    lab.add_argument("--no-browser", action="store_true", help="print the address, open nothing")
    figures = command("figures", _figures, "Run notebooks without a screen and redraw figures/.")
    figures.add_argument("notebooks", nargs="*", metavar="NOTEBOOK", help="all if left out")
    figures.add_argument("--timeout", type=float, default=600, help="seconds for one cell (600)")
    command("datasets", _datasets, "List the collected tables of runs.")
    command("laws", _laws, "List the laws of the catalogue with their formulas.")
    _add_fit(command("fit", _fit, "Fit a law to a table of runs, one run a row."))
    return parser


def _add_fit(fit: argparse.ArgumentParser) -> None:
    fit.add_argument("runs", metavar="RUNS", type=Path, help="CSV or parquet file")
    what = fit.add_mutually_exclusive_group(required=True)
    what.add_argument("--law", metavar="KEY", help="a law of the catalogue; see `workbench laws`")
    what.add_argument("--formula", metavar="TEXT", help="a formula of your own")
    fit.add_argument(
        "--inputs", metavar="NAME=COLUMN,...", type=_pairs, help="the column behind each input"
    )
    fit.add_argument("--predicts", metavar="COLUMN", help="the column that the formula predicts")
    fit.add_argument(
        "--column",
        metavar="THEIRS=OURS",
        type=_pairs,
        action="append",
        default=[],
        help="rename a column of the file; may be given several times",
    )
    fit.add_argument(
        "--objective",
        help="huber:DELTA, least-squares or lad; by default what the law's paper used",
    )
    fit.add_argument(
        "--resamples", type=_count, default=0, help="bootstrap resamples, for intervals (0)"
    )
    fit.add_argument("--seed", type=_count, default=0, help="seed of the resamples (0)")
    fit.add_argument("--save", metavar="FILE", type=Path, help="write the fit; Fit.load reads it")


def _pairs(text: str) -> dict[str, str]:
    pairs = [piece.split("=") for piece in text.split(",")]
    if any(len(pair) != 2 or not all(part.strip() for part in pair) for pair in pairs):
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form NAME=COLUMN,NAME=COLUMN")
    found = {left.strip(): right.strip() for left, right in pairs}
    if len(found) < len(pairs):
        raise argparse.ArgumentTypeError(f"{text!r} names something twice")
    return found


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0")
    return int(text)


def lab_arguments(root: Path, port: int, browser: bool) -> list[str]:
    """Return the arguments that JupyterLab is started with.

    Parameters
    ----------
    root : pathlib.Path
        The folder it serves.
    port : int
        The port; the next free one is taken if it is in use.
    browser : bool
        Whether it opens a browser.

    Returns
    -------
    list of str
        Arguments. It listens on this machine only, asks for a token, and fetches no updates
        and no extensions.
    """
    return [
        f"--ServerApp.root_dir={root}",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        f"--ServerApp.open_browser={browser}",
        # In a container one often is root, and there is no other way to say that it is meant.
        "--ServerApp.allow_root=True",
        "--LabApp.default_url=/lab/tree/notebooks/start-here.ipynb",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
    ]


def lab_environment(folder: Path) -> dict[str, str]:
    """Return the environment that JupyterLab is started with.

    Parameters
    ----------
    folder : pathlib.Path
        Where the settings that differ from JupyterLab's own are written; what users set for
        themselves comes before these.

    Returns
    -------
    dict of str to str
        Variables beside those of this process. JupyterLab asks no one for its news.
    """
    from analysis.studies.figures import write_if_changed

    settings = {NOTIFICATIONS: {"fetchNews": "false", "checkForUpdates": False}}
    file = folder / "labconfig" / "default_setting_overrides.json"
    write_if_changed(file, json.dumps(settings, indent=2).encode() + b"\n")
    paths = [str(folder), os.environ.get("JUPYTER_CONFIG_PATH", "")]
    return {"JUPYTER_CONFIG_PATH": os.pathsep.join(filter(None, paths))}


def _lab(options: argparse.Namespace) -> None:
    from analysis.paths import home

    if not 0 <= options.port <= 65535:
        raise ValueError(f"--port {options.port} is no port; accepted: 0 to 65535")
    from jupyterlab.labapp import LabApp  # type: ignore[import-untyped]

    os.environ.update(lab_environment(home() / ".workbench" / "jupyter"))
    LabApp.launch_instance(argv=lab_arguments(home(), options.port, not options.no_browser))


def _figures(options: argparse.Namespace) -> None:
    import tempfile

    from analysis.studies.figures import folder, read_log
    from analysis.studies.notebooks import find
    from analysis.studies.running import execute_all

    paths = [_notebook(name) for name in options.notebooks] or find()
    # The page of a chapter shows what its studies last saved.
    paths.sort(key=lambda path: path.stem == "index")
    changed: list[Path] = []

    def after(path: Path, new: bool) -> None:
        if new:
            changed.append(path)

    with tempfile.TemporaryDirectory() as scratch:
        log = Path(scratch) / "figures.jsonl"
        environment = {"WORKBENCH_FIGURES_LOG": str(log)}
        try:
            execute_all(paths, timeout=options.timeout, environment=environment, after=after)
        finally:
            saved = read_log(log)
            for one in saved:
                print(f"{'changed' if one.changed else 'same   '}  {_shown(folder() / one.file)}")
            for path in changed:
                print(f"changed  {_shown(path)}")
    new = len(changed) + sum(one.changed for one in saved)
    print(f"{_many(len(paths), 'notebook')} run, {_many(len(saved), 'figure file')}, {new} changed")


def _notebook(name: str) -> Path:
    from analysis.studies.notebooks import find, folder

    for path in (Path(name), folder() / name, folder() / f"{name}.ipynb"):
        if path.is_file() and path.suffix == ".ipynb":
            return path.resolve()
    known = [path.relative_to(folder()).with_suffix("").as_posix() for path in find()]
    raise ValueError(f"no notebook {name!r}; there are: {', '.join(known) or 'none'}")


def _shown(path: Path) -> str:
    """Return a path as a user would type it from where they are."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _many(count: int, name: str) -> str:
    return f"{count} {name}" if count == 1 else f"{count} {name}s"


def _datasets(options: argparse.Namespace) -> None:
    from analysis.runs import datasets

    _print_table(datasets().select("name", "rows", "arxiv", "title"))


def _laws(options: argparse.Namespace) -> None:
    from analysis.laws.catalog import laws

    for law in laws().iter_rows(named=True):
        source = f"arXiv {law['arxiv']}" if law["arxiv"] else "no paper"
        print(f"{law['key']}: {law['title']} ({source})")
        print(f"    {law['predicts']} = {law['formula']}")
        print(f"    with {law['reads']}")
        if law["published"]:
            print(f"    published: {law['published']}")


def _print_table(frame: pl.DataFrame) -> None:
    """Print a table in full, where polars would cut long texts."""
    columns = [[name, *map(str, frame[name].to_list())] for name in frame.columns]
    widths = [max(map(len, column)) for column in columns]
    for row in zip(*columns, strict=True):
        print("  ".join(map(str.ljust, row, widths)).rstrip())


def _fit(options: argparse.Namespace) -> None:
    import analysis

    renames: dict[str, str] = {}
    for pairs in options.column:
        renames |= pairs
    if options.save is not None and not options.save.parent.is_dir():
        raise ValueError(f"--save {options.save}: there is no folder {options.save.parent}")
    law = _law(options)
    needed = [*law.inputs.values(), law.predicts]
    try:
        runs = analysis.read_runs(options.runs, columns=renames or None, require=needed)
    except analysis.DataError as problem:
        if problem.column in needed and problem.row is None:
            hint = f"on the command line: --column THEIRS={problem.column}"
            raise ValueError(f"{problem}; {hint}") from None
        raise
    result = analysis.fit(
        law, runs, objective=options.objective, resamples=options.resamples, seed=options.seed
    )
    print(result.summary())
    if options.save is not None:
        print(f"saved: {result.save(options.save)}")


def _law(options: argparse.Namespace) -> Law:
    import analysis

    if options.law is not None:
        if options.inputs or options.predicts:
            raise ValueError("--inputs and --predicts go with --formula; a --law has its own")
        return analysis.law(options.law)
    if not options.inputs or not options.predicts:
        raise ValueError(
            "--formula needs --inputs and --predicts, such as "
            "--inputs N=params,D=tokens --predicts loss"
        )
    return analysis.Law(options.formula, predicts=options.predicts, inputs=options.inputs)

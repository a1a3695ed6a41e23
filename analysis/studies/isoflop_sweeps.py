"""Published sweeps at fixed compute, one by one, and what sets each apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from analysis.runs import load

BUDGETS = (6e18, 1e19, 3e19, 6e19, 1e20, 3e20, 6e20, 1e21, 3e21)


@dataclass(frozen=True)
class Sweep:
    """One sweep of equal-compute runs.

    Parameters
    ----------
    title : str
        What it is, for a figure or a menu.
    dataset : str
        Its table.
    where : dict of str to object
        Which rows of the table, by column.
    budgets : tuple of float, optional
        Budgets in FLOPs; by default equal ``flops`` make a budget.
    noise : float, optional
        Standard deviation of the loss from seed to seed, as its authors take it.
    shared : bool, optional
        Whether one run gives points at many budgets.
    trusted : bool, optional
        Whether rows that the table marks as doubtful are left out.
    """

    title: str
    dataset: str
    where: Mapping[str, Any]
    budgets: tuple[float, ...] | None = None
    noise: float | None = None
    shared: bool = False
    trusted: bool = True


#: The corrections of Porian et al. in their order: key of the published value, and what it adds.
STEPS = {
    "kaplan": "Kaplan's set-up",
    "head": "output head counted",
    "warmup": "shorter warm-up",
    "decay": "decay matched",
    "tuned": "tuned, constant rate",
}


#: Their sweeps with the cost of attention counted.
ATTENTION = {k: STEPS[k] for k in ("head", "warmup", "decay", "tuned")}


CORPORA = {"rw": ("main", "RefinedWeb", 0.002), "owt2": ("owt2", "OpenWebText2", 0.01)}


def _setting(title: str, summary: str, setting: int, noise: float, matched: bool) -> Sweep:
    return Sweep(
        title,
        "resolving-discrepancies-points",
        {"summary": summary, "setting": setting},
        noise=noise,
        shared=not matched,
    )


def _sweeps() -> dict[str, Sweep]:
    llama = {"source": "llama_3", "condition": "raw_loss"}
    found = {
        "chinchilla": Sweep("Chinchilla, 240 runs", "chinchilla", {}, BUDGETS),
        "chinchilla-trusted": Sweep(
            "Chinchilla, collection's choice", "isoflop-collection", {"source": "ml_scalefit"}
        ),
        "llama3": Sweep("Llama 3, trusted points", "isoflop-collection", llama),
        "llama3-all": Sweep("Llama 3, all points", "isoflop-collection", llama, trusted=False),
    }
    for corpus, (summary, name, noise) in CORPORA.items():
        for k, (key, step) in enumerate(STEPS.items()):
            sweep = _setting(f"{name}: {step}", summary, k, noise, key == "decay")
            found[f"{corpus}-{key}"] = sweep
    for k, (key, step) in enumerate(ATTENTION.items()):
        sweep = _setting(f"Attention counted: {step}", "att", k, 0.002, key == "decay")
        found[f"attention-{key}"] = sweep
    title = "Kaplan's count and warm-up, tuned"
    found["kaplan-tuned"] = _setting(title, "kaplan_tuned_hparams", 0, 0.002, False)
    return found


SWEEPS = _sweeps()


def sweep_runs(name: str) -> pl.DataFrame:
    """Return the runs of one sweep.

    Parameters
    ----------
    name : str
        A key of `SWEEPS`.

    Returns
    -------
    polars.DataFrame
        Columns flops, params, tokens, loss and possibly used, one row a run or a point of one.

    Raises
    ------
    ValueError
        If there is no such sweep.

    Examples
    --------
    >>> sweep_runs("rw-tuned").height
    121
    """
    sweep = find_sweep(name)
    table = load(sweep.dataset).filter(*(pl.col(k) == v for k, v in sweep.where.items()))
    return table if sweep.trusted else table.drop("used")


def find_sweep(name: str) -> Sweep:
    """Return a sweep.

    Parameters
    ----------
    name : str
        A key of `SWEEPS`.

    Returns
    -------
    Sweep
        The sweep.

    Raises
    ------
    ValueError
        If there is no such sweep.
    """
    if name not in SWEEPS:
        raise ValueError(f"no sweep {name!r}; accepted: {', '.join(SWEEPS)}")
    return SWEEPS[name]

"""How well approach 2 and parametric laws foretell the largest budget of a sweep."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import polars as pl

from analysis.fitting.comparison import Comparison, compare
from analysis.fitting.fit import fit
from analysis.fitting.isoflop import IsoFlop, isoflop
from analysis.fitting.optimum import best_log_params
from analysis.fitting.uncertainty import percentile
from analysis.laws.catalog import law
from analysis.laws.law import Law
from analysis.studies.isoflop import WINDOW
from analysis.studies.isoflop_sweeps import SWEEPS, sweep_runs

_SPLIT = {"N": "params", "D": "tokens"}
LAWS = {
    "Chinchilla's law": law("chinchilla"),
    "no floor": Law("A/N**alpha + B/D**beta", predicts="loss", inputs=_SPLIT),
    "Kaplan's form": Law("((Nc/N)**(aN/aD) + Dc/D)**aD", predicts="loss", inputs=_SPLIT),
}
"""Laws to compare. Kaplan's form takes whatever ``params`` of the sweep counts."""

#: Loss of the best size of each budget, for approach 2.
FRONTIER = Law("E + K/C**kappa", predicts="loss", inputs={"C": "flops"})
LEVEL = 0.9


def _budgets(name: str) -> list[float]:
    return list(SWEEPS[name].budgets or sweep_runs(name)["flops"].unique().sort())


def _method(name: str) -> dict[str, Any]:
    """Parabolas near the best run for scattered runs, interpolation for smooth ones."""
    return {"method": "akima"} if SWEEPS[name].noise else {"window": WINDOW}


def held_out_losses(name: str, held_out: int = 3) -> Comparison:
    """Compare laws by the losses of budgets beyond those they were fitted to.

    Parameters
    ----------
    name : str
        A sweep.
    held_out : int, optional
        How many of the largest budgets are cut off at most, one cut each.

    Returns
    -------
    Comparison
        See `analysis.fitting.comparison.compare`.
    """
    budgets = _budgets(name)
    # A digitised budget scatters a little around its round value.
    cuts = [1.2 * budgets[-1 - k] for k in range(held_out, 0, -1)]
    return compare(LAWS, sweep_runs(name), cuts=cuts)


def held_out_ranking(names: Iterable[str], held_out: int = 3) -> pl.DataFrame:
    """Set the held-out error of the laws side by side for several sweeps.

    Parameters
    ----------
    names : iterable of str
        Sweeps.
    held_out : int, optional
        How many cuts each.

    Returns
    -------
    polars.DataFrame
        One row a sweep: its title, and in percent the root mean square of the held-out log
        residuals of each law.
    """
    rows = []
    for name in names:
        ranking = held_out_losses(name, held_out).ranking
        rms = dict(zip(ranking["law"], ranking["rms"], strict=True))
        rows.append({"sweep": SWEEPS[name].title, **{key: 100 * rms[key] for key in LAWS}})
    return pl.DataFrame(rows)


def floors(name: str, held_out: int = 3) -> pl.DataFrame:
    """Set the fitted floor of the Chinchilla law beside the losses that were reached.

    Parameters
    ----------
    name : str
        A sweep.
    held_out : int, optional
        How many of the largest budgets are cut off at most, one cut each.

    Returns
    -------
    polars.DataFrame
        One row a cut: ``largest`` budget fitted, the fitted ``floor``, the ``lowest_fitted`` loss
        and the ``lowest_held_out`` one.
    """
    runs, budgets, rows = sweep_runs(name), _budgets(name), []
    for k in range(held_out, 0, -1):
        below = pl.col("flops") <= 1.2 * budgets[-1 - k]
        part = runs.filter(below)
        row = {"largest": budgets[-1 - k], "floor": fit(law("chinchilla"), part).parameters["E"]}
        beyond = runs.filter(below.not_())["loss"].to_numpy()
        row["lowest_fitted"] = float(part["loss"].to_numpy().min())
        rows.append(row | {"lowest_held_out": float(beyond.min())})
    return pl.DataFrame(rows)


def largest_budget(name: str, resamples: int = 100, seed: int = 0) -> pl.DataFrame:
    """Foretell best size and loss of the largest budget from the smaller ones.

    Parameters
    ----------
    name : str
        A sweep.
    resamples, seed : int, optional
        Of the intervals of the parametric laws.

    Returns
    -------
    polars.DataFrame
        One row an approach, the minimum of the held-out runs first: ``params`` with ``params_low``
        and ``params_high`` at 90%, ``loss``, and ``params_ratio`` and ``loss_percent`` against
        the first row. Approach 2 extends its power law, and E + K/C**kappa of its lowest losses.
    """
    budgets = _budgets(name)
    top = budgets[-1]
    whole = isoflop(sweep_runs(name), budgets=budgets, **_method(name))
    seen = whole.optima.row(-1, named=True)
    below = sweep_runs(name).filter(pl.col("flops") < top / 1.2)
    part = isoflop(below, budgets=budgets[:-1], **_method(name))
    rows: list[dict[str, Any]] = [{"approach": "runs at this budget", **_seen(seen)}]
    rows.append({"approach": "approach 2", **_extended(part, top)})
    at = np.array([top])
    for key, candidate in LAWS.items():
        result = fit(candidate, below, resamples=resamples, seed=seed)
        size = float(np.exp(best_log_params(result, at)[0, 0]))
        draws = best_log_params(result, at, draws=True)[:, 0]
        low, high = (float(np.exp(x)) for x in percentile(draws[np.isfinite(draws)], LEVEL))
        place = pl.DataFrame({"params": [size], "tokens": [top / 6 / size]})
        loss = float(result.predict(place)["loss"][0])
        numbers = {"params": size, "params_low": low, "params_high": high, "loss": loss}
        rows.append({"approach": key, **numbers})
    table = pl.DataFrame(rows).with_columns(sweep=pl.lit(SWEEPS[name].title))
    return table.with_columns(
        params_ratio=pl.col("params") / pl.col("params").first(),
        loss_percent=100 * (pl.col("loss") / pl.col("loss").first() - 1),
    ).select("sweep", pl.exclude("sweep"))


def _seen(optimum: dict[str, Any]) -> dict[str, float | None]:
    """Return the held-out minimum; an interpolation without resamples has no error of its own."""
    size, error = optimum["params"], optimum["log_params_se"]
    wide = 1.645 * error
    known = bool(np.isfinite(error))
    return {
        "params": size,
        "params_low": size * float(np.exp(-wide)) if known else None,
        "params_high": size * float(np.exp(wide)) if known else None,
        "loss": optimum["loss"],
    }


def _extended(result: IsoFlop, flops: float) -> dict[str, float]:
    lowest = fit(FRONTIER, result.optima.filter("used").select("flops", "loss"))
    low, high = result.params.band(flops, LEVEL)
    return {
        "params": float(result.params.value(flops)),
        "params_low": float(low),
        "params_high": float(high),
        "loss": float(lowest.predict(pl.DataFrame({"flops": [flops]}))["loss"][0]),
    }

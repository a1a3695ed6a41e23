"""The IsoFLOP study: best sizes of equal-compute sweeps, and how set-up and method move them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from analysis import records
from analysis.fitting.envelope import Envelope, envelope
from analysis.fitting.isoflop import IsoFlop, isoflop
from analysis.fitting.isoflop_bias import GridBias, parabola_bias
from analysis.fitting.powerlaw import PowerLaw, power_law
from analysis.laws.law import Law
from analysis.progress import track
from analysis.runs import load
from analysis.studies.isoflop_sweeps import BUDGETS, CORPORA, STEPS, SWEEPS, find_sweep, sweep_runs

#: The nine budgets of Hoffmann et al.; other runs of the digitised figure belong to none of them.
#: Decades either side of a budget's best run within which its curve is taken for a parabola.
WINDOW = 0.7
RESAMPLES = 500


"""Every sweep of the study by name."""


def analyse(
    name: str,
    *,
    method: str = "parabola",
    window: float | None = None,
    by: str = "runs",
    resamples: int = 0,
    seed: int = 0,
) -> IsoFlop:
    """Run approach 2 on a sweep.

    Parameters
    ----------
    name : str
        A key of `SWEEPS`.
    method : {"parabola", "akima"}, optional
        What goes through the runs of a budget.
    window : float, optional
        Decades either side of the best run of a budget.
    by : {"runs", "noise"}, optional
        Where the intervals come from: from drawing the runs again (all points of a run together),
        or, for sweeps whose authors state it, from noise of the losses between seeds.
    resamples, seed : int, optional
        Of the intervals.

    Returns
    -------
    IsoFlop
        The analysis.

    Raises
    ------
    ValueError
        If there is no such sweep, or its noise is not known.
    """
    sweep = find_sweep(name)
    if by not in ("runs", "noise"):
        raise ValueError(f"by is 'runs' or 'noise', found {by!r}")
    if by == "noise" and sweep.noise is None:
        raise ValueError(f"by='noise' takes a sweep whose noise is stated; {name!r} has none")
    return isoflop(
        sweep_runs(name),
        method=method,
        window=window,
        budgets=sweep.budgets,
        resamples=resamples,
        noise=sweep.noise if by == "noise" else None,
        cluster="params" if by == "runs" and sweep.shared else None,
        seed=seed,
    )


def lower_envelope(name: str, *, resamples: int = 0, seed: int = 0) -> Envelope:
    """Run approach 1 on a sweep whose points come from training curves.

    Parameters
    ----------
    name : str
        A key of `SWEEPS`.
    resamples, seed : int, optional
        Resamples of the training curves.

    Returns
    -------
    Envelope
        The lowest run at each budget and its power laws.

    Raises
    ------
    ValueError
        If the sweep holds final losses only.
    """
    sweep = find_sweep(name)
    if not sweep.shared:
        raise ValueError(f"name={name!r}: approach 1 takes training curves, not final losses")
    runs = sweep_runs(name)
    budgets = runs["flops"].unique().sort().to_list()
    return envelope(runs, at=budgets, resamples=resamples, seed=seed)


def approaches(names: Iterable[str] = tuple(SWEEPS)) -> pl.DataFrame:
    """Measure the exponent of best parameters of each sweep in every way that its runs allow.

    Parameters
    ----------
    names : iterable of str, optional
        Sweeps; all of them if left out.

    Returns
    -------
    polars.DataFrame
        One row a sweep and approach: ``sweep``, ``approach`` (``parabola, all sizes``,
        ``parabola, window``, ``interpolation``, ``envelope``), ``exponent`` with ``low`` and
        ``high`` at 95% from how the minima scatter about their line, and ``budgets`` that entered.
    """
    rows: list[dict[str, Any]] = []
    for name in track(list(names), label="sweeps"):
        found: dict[str, IsoFlop | Envelope] = {
            "parabola, all sizes": analyse(name),
            "parabola, window": analyse(name, window=WINDOW),
            "interpolation": analyse(name, method="akima"),
        }
        if SWEEPS[name].shared:
            found["envelope"] = lower_envelope(name)
        for approach, result in found.items():
            low, high = result.interval()
            law = result.params
            numbers = {"exponent": law.exponent, "low": low, "high": high}
            rows.append({"sweep": name, "approach": approach, **numbers, "budgets": law.points})
    return pl.DataFrame(rows)


def side_by_side(table: pl.DataFrame) -> pl.DataFrame:
    """Write the exponents of `approaches` as text, one row a sweep.

    Parameters
    ----------
    table : polars.DataFrame
        What `approaches` returned.

    Returns
    -------
    polars.DataFrame
        The sweep's title, and one column an approach; a dash where there is none.
    """
    text = pl.format(
        "{} ({} to {})",
        *(
            pl.col(c).map_elements(lambda x: f"{x:.3f}", return_dtype=pl.String)
            for c in ("exponent", "low", "high")
        ),
    )
    wide = table.with_columns(text=text).pivot(on="approach", index="sweep", values="text")
    titles = {name: SWEEPS[name].title for name in table["sweep"].unique()}
    return wide.with_columns(pl.col("sweep").replace_strict(titles)).fill_null("–")


def corrections() -> pl.DataFrame:
    """Follow the exponent of best parameters through the corrections of Porian et al.

    Returns
    -------
    polars.DataFrame
        One row a corpus and step: ``published``; ``exponent`` of the interpolated minima with
        ``low`` and ``high`` from the noise between seeds, and ``line_low`` and ``line_high`` from
        how the minima scatter about their line, all at 95%; ``change`` from the step before; and
        ``released``, the weighted power law through the minima that the authors released.
    """
    rows: list[dict[str, Any]] = []
    for corpus, (_, title, _) in CORPORA.items():
        before = None
        for key, step in STEPS.items():
            result = analyse(f"{corpus}-{key}", method="akima", by="noise", resamples=RESAMPLES)
            low, high = result.interval()
            line_low, line_high = result.params.interval()
            exponent = result.params.exponent
            rows.append(
                {
                    "corpus": title,
                    "step": step,
                    "key": f"a_{key}_{corpus}",
                    "published": records.value("porian2024", f"a_{key}_{corpus}"),
                    "exponent": exponent,
                    "low": low,
                    "high": high,
                    "line_low": line_low,
                    "line_high": line_high,
                    "change": None if before is None else exponent - before,
                    "released": released_law(f"{corpus}-{key}").exponent,
                }
            )
            before = exponent
    return pl.DataFrame(rows)


def plans(
    names: Iterable[str], flops: float, *, window: float | None = WINDOW, level: float = 0.9
) -> pl.DataFrame:
    """Extend the power laws of parabola fits to one budget.

    Parameters
    ----------
    names : iterable of str
        Sweeps.
    flops : float
        The budget in FLOPs.
    window : float, optional
        Decades either side of the best run of a budget.
    level : float, optional
        Level of the intervals, which come from how the minima scatter about their line.

    Returns
    -------
    polars.DataFrame
        One row a sweep: title, ``exponent``, ``params`` and ``tokens``, each with ``..._low`` and
        ``..._high``, and ``tokens_per_param``.
    """
    rows: list[dict[str, Any]] = []
    for name in names:
        result = analyse(name, window=window)
        low, high = result.params.interval(level)
        row: dict[str, Any] = {"sweep": SWEEPS[name].title, "exponent": result.params.exponent}
        row |= {"exponent_low": low, "exponent_high": high}
        for column, law in (("params", result.params), ("tokens", result.tokens)):
            ends = law.band(flops, level)
            row[column] = float(law.value(flops))
            row |= {f"{column}_low": float(ends[0]), f"{column}_high": float(ends[1])}
        rows.append(row | {"tokens_per_param": row["tokens"] / row["params"]})
    return pl.DataFrame(rows)


def released_law(name: str) -> PowerLaw:
    """Fit a weighted power law to the minima that Porian et al. released for a setting.

    Parameters
    ----------
    name : str
        A key of `SWEEPS` that is one of their settings.

    Returns
    -------
    PowerLaw
        Best parameters in compute; each minimum weighs by one over its released variance.
    """
    where = find_sweep(name).where
    table = load("resolving-discrepancies-optima").filter(
        "used", *(pl.col(k) == v for k, v in where.items())
    )
    flops, params = (table[c].to_numpy() for c in ("flops", "params"))
    return power_law(flops, params, weights=1 / table["log_params_std"].to_numpy() ** 2)


def grid_biases(
    law: Law,
    widths: Sequence[float],
    offsets: Mapping[str, float | Sequence[float]],
    budgets: Sequence[float] = BUDGETS,
) -> dict[str, list[GridBias]]:
    """Repeat approach 2 on noiseless runs of a law, over grids of other widths and centres.

    Parameters
    ----------
    law : Law
        A law of params and tokens whose parameters are all fixed.
    widths : sequence of float
        Widths of the grid of sizes in decades.
    offsets : dict of str to (float or pair of float)
        By name, how many decades the middle of the grid lies above the true optimum; a pair is
        the offset at the smallest and at the largest budget, with a straight line between.
    budgets : sequence of float, optional
        Budgets in FLOPs.

    Returns
    -------
    dict of str to list of GridBias
        By name, one a width.
    """
    place = np.log(np.asarray(budgets) / budgets[0]) / np.log(budgets[-1] / budgets[0])
    lines = {}
    for name, offset in offsets.items():
        first, last = np.broadcast_to(np.asarray(offset, dtype=float), 2)
        centre = first + (last - first) * place
        lines[name] = [parabola_bias(law, budgets, float(w), centre) for w in widths]
    return lines


def bias_table(lines: Mapping[str, Sequence[GridBias]], widths: Sequence[float]) -> pl.DataFrame:
    """Tabulate how wrong noiseless sweeps are.

    Parameters
    ----------
    lines : dict of str to sequence of GridBias
        What `grid_biases` returned.
    widths : sequence of float
        Its widths.

    Returns
    -------
    polars.DataFrame
        One row a line and width: ``grid``, ``width_decades``, ``percent`` (mean error of the best
        size), ``exponent_error``.
    """
    return pl.DataFrame(
        [
            {
                "grid": name,
                "width_decades": width,
                "percent": 100 * float(np.expm1(bias.frame["log_error"].to_numpy().mean())),
                # What is left of an exact zero differs from machine to machine.
                "exponent_error": round(bias.exponent_error, 9) + 0.0,
            }
            for name, line in lines.items()
            for width, bias in zip(widths, line, strict=True)
        ]
    )

"""Global starts: no start value is ever asked for."""

import math

import numpy as np
import polars as pl
import pytest

from analysis.fitting import starts
from analysis.fitting.fit import fit
from analysis.fitting.projection import bounded_least_squares, linear_by_differences
from analysis.fitting.solver import Problem
from analysis.laws.law import Law
from tests.sources import source

RNG = np.random.default_rng(0)
N, D = 10 ** RNG.uniform(7, 10, 120), 10 ** RNG.uniform(9, 12, 120)
SCATTER = np.exp(2e-3 * RNG.standard_normal(120))
BOTH = {"N": "params", "D": "tokens"}


def recovered(law, values, tolerance, **columns):
    """Fit a law to runs made from known values, and compare."""
    runs = {"params": N, "tokens": D, **columns}
    exact = law.predict(runs, values)
    noise = SCATTER if law.residual == "log" else 1.0
    result = fit(law, {**runs, "loss": exact * noise})
    assert result.status == "converged", result.reasons
    assert result.parameters == pytest.approx(values, rel=tolerance)
    return result


def test_no_linear_parameter():
    law = Law("((Nc/N)**(aN/aD) + Dc/D)**aD", predicts="loss", inputs=BOTH)
    recovered(law, {"Nc": 8.8e13, "aN": 0.076, "aD": 0.095, "Dc": 5.4e13}, 0.35)


def test_all_parameters_linear_in_logs():
    law = Law("c*N**a*D**b", predicts="loss", inputs=BOTH, bounds={"a": (-3, 3), "b": (-3, 3)})
    recovered(law, {"c": 1.79, "a": -0.713, "b": 0.307}, 0.05)


def test_free_signs_and_negative_targets():
    law = Law(
        "a*log(N) + b*log(D) + c*log(N)*log(D)",
        predicts="loss",
        inputs=BOTH,
        bounds=dict.fromkeys("abc", (-math.inf, math.inf)),
        residual="plain",
    )
    recovered(law, {"a": -2.0, "b": 0.5, "c": -0.01}, 1e-6)


def test_finite_bounds_of_linear_parameters_hold():
    law = Law("E + A/N**alpha", predicts="loss", inputs={"N": "params"}, bounds={"E": (2.5, 9.0)})
    result = fit(law, {"params": N, "loss": (1.8 + 480 / N**0.35) * SCATTER})
    assert result.parameters["E"] == pytest.approx(2.5, rel=1e-12)
    assert result.status == "at bound"


def test_a_threshold():
    law = Law("E + A/min(N, k)**alpha", predicts="loss", inputs={"N": "params"})
    recovered(law, {"E": 1.5, "A": 300.0, "alpha": 0.3, "k": 1e9}, 0.2)


def test_a_wide_scale_inside_a_logarithm():
    law = Law(
        "E + A/log(N/k + 1)", predicts="loss", inputs={"N": "params"}, bounds={"k": (1e2, 1e12)}
    )
    recovered(law, {"E": 1.0, "A": 9.0, "k": 1e5}, 0.3)


def test_many_groups():
    level = np.array([f"c{i:02d}" for i in np.arange(120) % 15])
    law = Law("E[corpus] + A[corpus]/N**alpha", predicts="loss", inputs={"N": "params"})
    values = {f"E[c{i:02d}]": 1.5 + 0.05 * i for i in range(15)}
    values |= {f"A[c{i:02d}]": 300.0 + 20 * i for i in range(15)} | {"alpha": 0.33}
    recovered(law, values, 0.4, corpus=level)


def test_a_dozen_parameters():
    kind = np.array(["a", "b", "c"])[np.arange(120) % 3]
    law = Law("E[kind] + A[kind]/N**alpha[kind] + B[kind]/D**beta", predicts="loss", inputs=BOTH)
    values = {"beta": 0.37}
    for i, k in enumerate("abc"):
        values |= {f"E[{k}]": 1.5 + 0.2 * i, f"A[{k}]": 400.0, f"alpha[{k}]": 0.34, f"B[{k}]": 2e3}
    runs = {"params": N, "tokens": D, "kind": kind}
    result = fit(law, {**runs, "loss": law.predict(runs, values)})
    assert len(result.labels) == 13
    assert result.objective < 1e-15


def test_a_sum_over_a_history():
    rng = np.random.default_rng(1)
    drops, since = rng.uniform(0, 1, (40, 12)), np.cumsum(rng.uniform(0.1, 1, (40, 12)), axis=1)
    steps = since[:, -1] * 10
    law = Law(
        "L0 + A/S**alpha - B*total(drop*(1 - (1 + C*h)**-beta))",
        predicts="loss",
        inputs={"S": "steps", "drop": "drops", "h": "since"},
    )
    runs = pl.DataFrame({"steps": steps, "drops": drops, "since": since})
    values = {"L0": 3.0, "A": 2.0, "alpha": 0.5, "B": 0.1, "C": 2.0, "beta": 0.6}
    result = fit(law, runs.with_columns(loss=law.predict(runs, values)))
    assert result.parameters == pytest.approx(values, rel=1e-4)


def test_weights_choose_the_rows():
    law = Law("E + A/N**alpha", predicts="loss", inputs={"N": "params"})
    odd = np.arange(120) % 2 == 1
    loss = np.where(odd, 1.2 + 90 / N**0.25, 1.8 + 480 / N**0.35)
    result = fit(law, {"params": N, "loss": loss}, weights=odd.astype(float))
    assert result.parameters == pytest.approx({"E": 1.2, "A": 90.0, "alpha": 0.25}, rel=1e-6)


def test_many_rows_see_every_group_and_few_starts():
    rng = np.random.default_rng(2)
    rows = 20_000
    kind = np.where(np.arange(rows) < 4, "rare", "common")
    params = 10 ** rng.uniform(7, 10, rows)
    law = Law("E[kind] + A/N**alpha", predicts="loss", inputs={"N": "params"})
    runs = {"params": params, "kind": kind}
    values = {"E[rare]": 1.9, "E[common]": 1.8, "A": 480.0, "alpha": 0.35}
    target = law.predict(runs, values)
    problem = Problem(law.design(runs), target, 1e-3, log=True)
    found = starts.global_starts(problem, np.ones(rows))
    assert len(found) <= 2
    natural = problem.design.natural(found[0])
    expected = [values[label] for label in problem.design.labels]
    np.testing.assert_allclose(natural, expected, rtol=0.01)


def test_a_function_is_fitted_as_its_formula_is():
    formula = Law("E + A/N**alpha + B/D**beta", predicts="loss", inputs=BOTH)
    function = Law(
        lambda E, A, alpha, B, beta, N, D: E + A / N**alpha + B / D**beta,
        predicts="loss",
        inputs=BOTH,
        bounds={"alpha": (0, 3), "beta": (0, 3)},
    )
    runs = {"params": N, "tokens": D, "loss": (1.8 + 480 / N**0.35 + 2100 / D**0.37) * SCATTER}
    first, second = fit(formula, runs), fit(function, runs)
    assert second.objective == pytest.approx(first.objective, rel=1e-8)
    assert linear_by_differences(function.design(runs)) == {"E", "A", "B"}


def test_a_product_of_two_parameters_is_not_jointly_linear():
    law = Law(lambda a, k, N: a * k * N, predicts="loss", inputs={"N": "params"})
    assert linear_by_differences(law.design({"params": N})) == {"a"}


def test_projection_keeps_signs():
    basis = np.stack([np.ones(50), np.linspace(0, 1, 50)])[None]
    wanted = (basis[0].T @ [2.0, -1.0])[None]
    ones = np.ones((1, 50))
    free = bounded_least_squares(basis, wanted, ones, np.array([False, False]))
    np.testing.assert_allclose(free[0], [2.0, -1.0], rtol=1e-9)
    held = bounded_least_squares(basis, wanted, ones, np.array([False, True]))
    assert held[0, 0] == pytest.approx(1.5, rel=1e-9)
    assert 0 < held[0, 1] < 1e-3


def test_schedules_are_fitted_from_no_start():
    curves = pl.read_csv(source("lr-schedule-curves", "curves.csv"))
    runs = curves.filter((pl.col("model") == "100M") & (pl.col("role") == "fit")).sort("step")
    # The area under the rate and what annealing has shed so far stand in as two columns.
    area = (pl.col("lr") * pl.col("step").diff().fill_null(2160)).cum_sum().over("curve")
    runs = runs.with_columns(S1=area, S2=pl.col("lr").max() - pl.col("lr")).gather_every(8)
    law = Law(
        "L0 + A/S1**alpha - C*S2",
        predicts="loss",
        inputs={"S1": "S1", "S2": "S2"},
        ranges={"S2": (0, math.inf)},
    )
    result = fit(law, runs)
    assert result.status == "converged"
    assert 2.0 < result.parameters["L0"] < 3.2

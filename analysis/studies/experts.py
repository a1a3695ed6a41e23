"""The routed-experts study: what experts are worth at which dense size, router by router."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from analysis.fitting.fit import Fit, fit
from analysis.laws.catalog import law

Array = np.ndarray[Any, np.dtype[np.float64]]
#: Parameters by name: numbers, or one column of draws each.
Values = Mapping[str, Any]

ROUTERS = ("S-BASE", "RL", "hash")


def runs_of(runs: pl.DataFrame, router: str) -> pl.DataFrame:
    """Return the runs that one router is fitted to.

    Parameters
    ----------
    runs : polars.DataFrame
        The table ``routed-models``.
    router : str
        One of `ROUTERS`.

    Returns
    -------
    polars.DataFrame
        Its used runs and the used dense runs, which stand for one expert.

    Raises
    ------
    ValueError
        If there is no such router.
    """
    if router not in ROUTERS:
        raise ValueError(f"router={router!r} is not known; accepted: {', '.join(ROUTERS)}")
    return runs.filter(pl.col("used") & pl.col("router").is_in(["dense", router]))


def fits(
    runs: pl.DataFrame,
    key: str = "routed",
    *,
    resamples: int = 0,
    seed: int = 42,
    cluster: str | None = None,
) -> dict[str, Fit]:
    """Fit a law to each router.

    Parameters
    ----------
    runs : polars.DataFrame
        The table ``routed-models``.
    key : str, optional
        The law.
    resamples, seed : int, optional
        Bootstrap of each fit.
    cluster : str, optional
        Column whose runs are resampled together.

    Returns
    -------
    dict of str to Fit
        One fit a router.
    """
    return {
        router: fit(
            law(key), runs_of(runs, router), resamples=resamples, seed=seed, cluster=cluster
        )
        for router in ROUTERS
    }


def coefficients(results: Mapping[str, Fit], level: float = 0.95) -> pl.DataFrame:
    """Set the coefficients of the routers side by side.

    Parameters
    ----------
    results : dict of str to Fit
        A fit of one law by router, with resamples.
    level : float, optional
        Level of the intervals.

    Returns
    -------
    polars.DataFrame
        One row a parameter: its value and the ends of its interval for each router.
    """
    first = next(iter(results.values()))
    rows: list[dict[str, Any]] = [{"parameter": name} for name in first.labels]
    for router, result in results.items():
        for row in rows:
            name = row["parameter"]
            row[router] = result.parameters[name]
            row[f"{router}_low"], row[f"{router}_high"] = result.interval(name, level)
    return pl.DataFrame(rows)


def draws_of(result: Fit) -> dict[str, Array]:
    """Return the resampled parameters by name.

    Parameters
    ----------
    result : Fit
        A fit with resamples.

    Returns
    -------
    dict of str to numpy.ndarray of shape (resamples, 1)
        A column each, so that functions of parameters and runs broadcast.
    """
    return {name: result.draws[:, [i]] for i, name in enumerate(result.labels)}


def experts_felt(values: Values, experts: Any) -> tuple[Any, Any]:
    """Return how many experts count in the law, at these and at one expert.

    Parameters
    ----------
    values : dict of str to float or numpy.ndarray
        Parameters of one of the routed laws.
    experts : float or numpy.ndarray
        Experts.

    Returns
    -------
    felt : float or numpy.ndarray
        With saturation from E_s at one expert up to E_m; without it the experts.
    start : float or numpy.ndarray
        E_s, or 1 without saturation.

    Examples
    --------
    >>> felt, start = experts_felt({"E_s": 2.0, "E_m": 300.0}, np.array([1.0, 1e9]))
    >>> felt.round(3).tolist(), start
    ([2.0, 300.0], 2.0)
    """
    if "E_s" not in values:
        return experts, 1.0
    start, most = values["E_s"], values["E_m"]
    inner = experts - 1 + 1 / (1 / start - 1 / most)
    return 1 / (1 / inner + 1 / most), start


def loss(values: Values, params_dense: Any, experts: Any) -> Array:
    """Return the loss of a routed law, for numbers or for columns of draws.

    Parameters
    ----------
    values : dict of str to float or numpy.ndarray
        Parameters of one of the routed laws; those it lacks are zero.
    params_dense : float or numpy.ndarray
        Dense parameters.
    experts : float or numpy.ndarray
        Experts.

    Returns
    -------
    numpy.ndarray
        Loss in nats per token.
    """
    felt, _ = experts_felt(values, experts)
    slope = values["a"] + values.get("c", 0.0) * np.log(felt)
    power = np.exp(values["d"] + slope * np.log(params_dense) + values["b"] * np.log(felt))
    return np.asarray(values.get("L_0", 0.0) + power)


def effective_params(values: Values, params_dense: Any, experts: Any) -> Array:
    """Return the size of the dense model that would reach the loss of a routed one.

    Parameters
    ----------
    values : dict of str to float or numpy.ndarray
        Parameters of one of the routed laws, as in `loss`.
    params_dense : float or numpy.ndarray
        Dense parameters.
    experts : float or numpy.ndarray
        Experts.

    Returns
    -------
    numpy.ndarray
        Effective dense parameters; a floor cancels, since dense and routed models share it.

    Examples
    --------
    >>> values = {"d": 2.0, "a": -0.1, "b": -0.05}
    >>> effective_params(values, 1e8, 4.0).round(-3).item()
    200000000.0
    """
    felt, start = experts_felt(values, experts)
    c = values.get("c", 0.0)
    power = (values["a"] + c * np.log(felt)) * np.log(params_dense)
    power = power + values["b"] * np.log(felt / start)
    return np.asarray(np.exp(power / (values["a"] + c * np.log(start))))


def gain(values: Values, params_dense: Any, fewer: Any, more: Any) -> Array:
    """Return by how many percent more experts lower the loss.

    Parameters
    ----------
    values : dict of str to float or numpy.ndarray
        Parameters of one of the routed laws, as in `loss`.
    params_dense : float or numpy.ndarray
        Dense parameters.
    fewer, more : float or numpy.ndarray
        Experts before and after.

    Returns
    -------
    numpy.ndarray
        Percent of the loss before; negative where experts do harm.
    """
    before = loss(values, params_dense, fewer)
    return np.asarray(100 * (1 - loss(values, params_dense, more) / before))


def _with_interval(
    name: str, value: Array, draws: Array, level: float
) -> dict[str, np.ndarray[Any, Any]]:
    """Return a quantity with the ends of its percentile interval."""
    # An end is one of the draws, so that it may be infinite.
    low, high = np.quantile(
        draws, [(1 - level) / 2, (1 + level) / 2], axis=0, method="inverted_cdf"
    )
    return {name: np.atleast_1d(value), f"{name}_low": low, f"{name}_high": high}


def worth(
    result: Fit, params_dense: Sequence[float] | Array, experts: Any, level: float = 0.9
) -> pl.DataFrame:
    """Say what experts are worth at given dense sizes.

    Parameters
    ----------
    result : Fit
        A fit of a routed law with resamples.
    params_dense : sequence of float
        Dense parameters.
    experts : float or sequence of float
        Experts, one for all sizes or one a size.
    level : float, optional
        Level of the intervals.

    Returns
    -------
    polars.DataFrame
        One row a model: ``params_dense``, ``experts``, the ``loss`` of a new run, the effective
        dense parameters ``params_effective``, how many times the dense size that is
        (``multiplier``), and the percent that doubling the experts takes off the loss
        (``gain_of_doubling``); ends of intervals are ``..._low`` and ``..._high``.
    """
    sizes, counts = np.broadcast_arrays(
        np.atleast_1d(np.asarray(params_dense, float)), np.asarray(experts, float)
    )
    runs = pl.DataFrame({"params_dense": sizes, "experts": counts})
    values, draws = result.parameters, draws_of(result)
    columns: dict[str, Any] = {}
    for name, function in (
        ("params_effective", lambda v: effective_params(v, sizes, counts)),
        ("multiplier", lambda v: effective_params(v, sizes, counts) / sizes),
        ("gain_of_doubling", lambda v: gain(v, sizes, counts, 2 * counts)),
    ):
        columns |= _with_interval(name, function(values), function(draws), level)
    return pl.concat(
        [runs, result.predict(runs, interval="prediction", level=level), pl.DataFrame(columns)],
        how="horizontal",
    )


def gain_by_size(
    result: Fit, params_dense: Sequence[float] | Array, experts: float, level: float = 0.9
) -> pl.DataFrame:
    """Follow the gain over a dense model from size to size.

    Parameters
    ----------
    result : Fit
        A fit of a routed law with resamples.
    params_dense : sequence of float
        Dense parameters.
    experts : float
        Experts.
    level : float, optional
        Level of the interval.

    Returns
    -------
    polars.DataFrame
        Columns params_dense, and the percent that experts take off the loss: gain, gain_low,
        gain_high.
    """
    sizes = np.asarray(params_dense, float)
    columns = _with_interval(
        "gain",
        gain(result.parameters, sizes, 1.0, experts),
        gain(draws_of(result), sizes, 1.0, experts),
        level,
    )
    return pl.DataFrame({"params_dense": sizes, **columns})


def measured(runs: pl.DataFrame, router: str) -> pl.DataFrame:
    """Compare each routed run with the dense runs, without any law.

    Parameters
    ----------
    runs : polars.DataFrame
        The table ``routed-models``.
    router : str
        One of `ROUTERS`.

    Returns
    -------
    polars.DataFrame
        One row a routed run: size, params_dense, experts, params (all experts), loss; ``gain``,
        the percent below the dense loss of its size; ``params_effective``, the dense size of
        equal loss read off between the dense runs, null where it lies beyond the largest; and
        ``multiplier``, that over the dense size.
    """
    chosen = runs_of(runs, router)
    dense = (
        chosen.filter(pl.col("router") == "dense")
        .group_by("params_dense")
        .agg(dense_loss=pl.col("loss").mean())
        .sort("dense_loss")
    )
    routed = chosen.filter(pl.col("router") == router).join(dense, on="params_dense")
    with_equal_loss = np.interp(
        np.log(routed["loss"].to_numpy()),
        np.log(dense["dense_loss"].to_numpy()),
        np.log(dense["params_dense"].to_numpy()),
        left=np.nan,
    )
    return (
        routed.select(
            *("size", "params_dense", "experts", "params", "loss"),
            gain=100 * (1 - pl.col("loss") / pl.col("dense_loss")),
            params_effective=pl.Series(np.exp(with_equal_loss)).fill_nan(None),
        )
        .with_columns(multiplier=pl.col("params_effective") / pl.col("params_dense"))
        .sort("params_dense", "experts")
    )

"""The frontier cost-of-pass: per problem the cheapest of all strategies and the human expert.

Its mean over problems is what a right answer costs somebody who knows, problem by problem, whom
to ask. Each result says which part of it is the price of the human expert.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np
import polars as pl

from analysis.economics.attempts import Attempts, attempts
from analysis.economics.cost_of_pass import Rule, ratios
from analysis.economics.resampling import (
    METHODS,
    ONE_ATTEMPT,
    OVER,
    Interval,
    Method,
    Over,
    by_parts,
    interval,
    over_attempts,
    over_problems,
)

Array = np.ndarray[Any, np.dtype[np.float64]]

HUMAN = "human"
RESAMPLES = 2000


@dataclass(frozen=True)
class Frontier:
    """The frontier of one task, problem by problem and in the mean.

    Attributes
    ----------
    task : str
        The task.
    human : float or None
        What the human expert costs a problem.
    value : float
        Mean over problems, US dollars per right answer.
    interval : Interval or None
        Where the mean lies; None without resamples.
    problems : polars.DataFrame
        One row a problem: problem, ``usd``, ``holder`` (the strategy that is cheapest, or
        ``human``), ``solved``.
    """

    task: str
    human: float | None
    value: float
    interval: Interval | None
    problems: pl.DataFrame

    def __repr__(self) -> str:
        task = f" of {self.task}" if self.task else ""
        span = f" ({self.interval.span})" if self.interval else ""
        held = round(self.human_held * self.problems.height)
        return (
            f"<Frontier{task}: {self.value:.3g} USD per right answer{span}; human at {held} of "
            f"{self.problems.height} problems>"
        )

    @property
    def unsolved(self) -> float:
        """Share of problems that no strategy solves."""
        return 1 - float(self.problems["solved"].mean())  # type: ignore[arg-type]

    @property
    def human_held(self) -> float:
        """Share of problems at which the human expert is cheapest, or alone."""
        return float((self.problems["holder"] == HUMAN).mean())  # type: ignore[arg-type]

    @property
    def human_part(self) -> float:
        """What of the mean is the human price, US dollars."""
        return self.human_held * self.human if self.human is not None else 0.0

    @property
    def human_share(self) -> float:
        """Share of the mean that is the human price."""
        return self.human_part / self.value if self.value > 0 else 0.0

    @property
    def holders(self) -> pl.DataFrame:
        """Who is cheapest: holder, ``problems``, ``share`` of them, ``usd`` of the mean."""
        total = self.problems.height
        return (
            self.problems.group_by("holder")
            .agg(problems=pl.len(), usd=pl.col("usd").sum() / total)
            .with_columns(share=pl.col("problems") / total)
            .select("holder", "problems", "share", "usd")
            .sort(["problems", "holder"], descending=[True, False])
        )


def frontier(
    records: pl.DataFrame | Attempts,
    human: float | None = None,
    *,
    rule: Rule = "raw",
    check: float = 0.0,
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
    over: Over = "problems",
    method: Method | None = None,
) -> Frontier:
    """Compute the frontier cost-of-pass of a task.

    Parameters
    ----------
    records : polars.DataFrame or Attempts
        Attempts at one task; see `attempts`.
    human : float, optional
        What a human expert costs a problem, who is taken to be always right. Without it every
        problem must be solved by some strategy.
    rule : {"raw", "jeffreys"}, optional
        How the success rate is estimated; ``raw`` is the definition.
    check : float, optional
        What it costs to tell whether one answer is right; free in the definition.
    level : float, optional
        Nominal coverage of the interval.
    resamples : int, optional
        Draws behind the interval; 0 for none.
    seed : int, optional
        Of the draws.
    over : {"problems", "attempts", "both"}, optional
        What is drawn anew. ``problems`` says how the mean of the estimates moves with the choice
        of problems, and holds the noise of the attempts already, since that differs from problem
        to problem; ``attempts`` says how it moves for these very problems; ``both`` counts the
        noise of the attempts twice.
    method : {"parts", "bca", "percentile"}, optional
        ``parts``, which is taken over problems where there is a human price, gives the share of
        problems left to the human its exact binomial interval, so that it holds the truth also
        where few such problems were seen, or none. Where a guesser leaves none, and else, ``bca``
        is taken, and over attempts alone always ``percentile``.

    Returns
    -------
    Frontier
        The mean, its interval, the problems and who holds them. With ties, the strategy that
        comes first in the alphabet holds; the human only where strictly cheaper.

    Raises
    ------
    DataError
        If the table cannot be used.
    ValueError
        If a problem is unsolved and there is no human price, or an argument is not accepted.

    References
    ----------
    Erol et al. 2025, arXiv 2504.13359.

    Examples
    --------
    >>> table = pl.DataFrame({"problem": ["1", "1", "2", "2"], "model": ["a", "b"] * 2,
    ...                       "attempt": 1, "passed": [1, 1, 0, 0], "usd": [0.3, 0.1] * 2})
    >>> found = frontier(table, human=20.0, resamples=0)
    >>> found.value, found.human_part, found.problems["holder"].to_list()
    (10.05, 10.0, ['b', 'human'])
    """
    laid = attempts(records)
    if over not in OVER:
        raise ValueError(f"over is {over!r}; accepted are {', '.join(map(repr, OVER))}")
    if method is not None and method not in METHODS:
        raise ValueError(f"method is {method!r}; accepted are {', '.join(map(repr, METHODS))}")
    table = by_problem(laid, human, rule=rule, check=check)
    mean = float(table["usd"].mean())  # type: ignore[arg-type]
    found = None
    if resamples and over != "problems" and laid.most > 1:
        if rule != "raw":
            raise ValueError("over attempts, only the rule 'raw' is resampled")
        both = over == "both"
        draws = over_attempts(laid, human, resamples, seed, problems=both, check=check)
        kind: Method = "percentile" if not both or method == "percentile" else "bca"
        found = interval(draws, table["usd"].to_numpy(), level=level, method=kind, over=over)
    elif resamples:
        if method is None and (human is None or laid.sure):
            method = "bca"
        found = _over_problems(table, human, over, level, resamples, seed, method)
    return Frontier(laid.task, human, mean, found, table)


def _over_problems(
    table: pl.DataFrame,
    human: float | None,
    over: Over,
    level: float,
    resamples: int,
    seed: int,
    method: Method | None,
) -> Interval:
    """Return the interval over problems, which is that over attempts too where each has one."""
    values, held = table["usd"].to_numpy(), (table["holder"] == HUMAN).to_numpy()
    note = ONE_ATTEMPT if over != "problems" else ""
    if over == "attempts":
        return Interval(values.mean(), values.mean(), level, over, "percentile", resamples, note)
    if human is not None and method in (None, "parts"):
        rest = np.where(held, 0.0, values)
        draws = over_problems(rest[:, None], resamples, seed)[:, 0]
        return by_parts(draws, values, held, human, level=level, note=note)
    draws = over_problems(values[:, None], resamples, seed)[:, 0]
    kind: Method = "percentile" if method == "percentile" else "bca"
    return interval(draws, values, level=level, method=kind, over=over, note=note)


def by_problem(
    records: Attempts, human: float | None, *, rule: Rule = "raw", check: float = 0.0
) -> pl.DataFrame:
    """Return the cheapest strategy of every problem.

    Parameters
    ----------
    records : Attempts
        Attempts at one task.
    human : float or None
        What a human expert costs a problem.
    rule, check : optional
        As in `frontier`.

    Returns
    -------
    polars.DataFrame
        Columns problem, ``usd``, ``holder``, ``solved``.

    Raises
    ------
    ValueError
        If a problem is unsolved and there is no human price.
    """
    ratio = ratios(records, rule=rule, check=check)
    best = ratio.min(axis=1, initial=np.inf)
    values = capped(best[:, None], human, records.problems)[:, 0]
    names = [*records.names, HUMAN]
    place = ratio.argmin(axis=1) if ratio.shape[1] else np.zeros(len(best), dtype=int)
    holder = np.where(values < best, len(names) - 1, place)
    return pl.DataFrame(
        {
            "problem": records.problems,
            "usd": values,
            "holder": [names[i] for i in holder],
            "solved": (records.passes > 0).any(axis=1),
        }
    )


def capped(best: Array, human: float | None, problems: Sequence[str]) -> Array:
    """Return the cheaper of the best strategy and the human, or refuse an infinite problem.

    Parameters
    ----------
    best : numpy.ndarray
        Cost-of-pass of the best strategy; problems along the first axis or, of re-runs, the last.
    human : float or None
        What a human expert costs a problem.
    problems : sequence of str
        Their names, for the message.

    Returns
    -------
    numpy.ndarray
        Finite US dollars, in the same shape.

    Raises
    ------
    ValueError
        If the human price is none, or there is none where it is needed.
    """
    if human is None:
        rows = best if len(best) == len(problems) else best.T
        lost = [p for p, row in zip(problems, rows, strict=True) if not np.isfinite(row).all()]
        if lost:
            shown = ", ".join(map(repr, lost[:5])) + (", …" if len(lost) > 5 else "")
            raise ValueError(
                f"no strategy solves {len(lost)} of {len(problems)} problems ({shown}), so the "
                "mean is infinite; give human=, the price of a human expert"
            )
        return best
    given: Any = human
    real = isinstance(given, Real) and not isinstance(given, bool)
    if not (real and math.isfinite(given) and given > 0):
        raise ValueError(f"human is {human!r}; accepted is a price above 0, or None")
    return np.minimum(best, human)


def human_prices(
    records: pl.DataFrame | Attempts, prices: Sequence[float] | Array, *, check: float = 0.0
) -> pl.DataFrame:
    """Compute how the frontier moves with the price of the human expert.

    Parameters
    ----------
    records : polars.DataFrame or Attempts
        Attempts at one task.
    prices : sequence of float
        Prices of the human expert, US dollars a problem.
    check : float, optional
        What it costs to tell whether one answer is right.

    Returns
    -------
    polars.DataFrame
        One row a price: ``human``, ``frontier``, ``human_held`` (share of problems), ``human_part``
        in US dollars, and ``human_share`` of the frontier. The share is also by how many percent
        the frontier moves for one percent of the price, as long as no problem changes hands.

    Examples
    --------
    >>> table = pl.DataFrame({"problem": ["1", "2"], "model": "a", "attempt": 1,
    ...                       "passed": [1, 0], "usd": 0.5})
    >>> human_prices(table, [0.1, 10.0]).select("frontier", "human_share").rows()
    [(0.1, 1.0), (5.25, 0.9523809523809523)]
    """
    best = ratios(attempts(records), check=check).min(axis=1)
    rows = []
    for price in prices:
        values = capped(best[:, None], float(price), ())[:, 0]
        held = float((values < best).mean())
        mean = float(values.mean())
        rows.append((float(price), mean, held, held * price, held * price / mean))
    names = ("human", "frontier", "human_held", "human_part", "human_share")
    return pl.DataFrame(rows, schema=list(names), orient="row")

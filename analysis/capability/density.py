"""Capacity density: how many parameters a reference family would need for a model's score.

Two steps forward, from parameters and tokens to a loss and from the loss to a score; two steps
back, from a score to the loss and the parameters. Both ends of the score are dangerous: near
chance a score says nothing of size, and near the best score of the reference a hair of score is
worth any number of parameters. A density there is not a number, and a column says why.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from analysis.capability.reading import checked, columns, reference_loss
from analysis.errors import FitError
from analysis.fitting.fit import Fit, fit
from analysis.laws.catalog import law

Array = np.ndarray[Any, np.dtype[np.float64]]

#: Tokens at which effective parameters are read, as in the paper.
REFERENCE_TOKENS = 1e12
#: A score counts as above chance from this far above it.
MARGIN = 0.03
#: Effective parameters beyond this many times the largest reference model are not believed.
REACH = 10.0
#: So many reference models must be above chance.
LEAST = 4
#: From so many families on, the reference is resampled by family.
_FAMILIES = 8


@dataclass(frozen=True, eq=False)
class DensityReference:
    """A family of models whose density is 1 by definition.

    Parameters
    ----------
    score_fit : Fit
        Score from loss, fitted to the reference models.
    loss : dict of str to float
        Coefficients of the loss law ``E + A/N**alpha + B/D**beta``, held fixed.
    floor, ceiling : float
        Score by chance and best possible score.
    margin : float
        How far above chance a score must be to count.
    reach : float
        How many times the largest reference model effective parameters may be.
    largest : float
        Parameters of the largest reference model.
    scatter : float
        Standard deviation of reference scores around the curve, as a share of 1.
    """

    score_fit: Fit
    loss: Mapping[str, float]
    floor: float
    ceiling: float
    margin: float
    reach: float
    largest: float
    scatter: float

    def __repr__(self) -> str:
        low, high = self.believed()
        return f"<DensityReference: effective parameters {low:.2g} to {high:.2g}; {self.score_fit}>"

    @classmethod
    def fit(
        cls,
        runs: pl.DataFrame,
        *,
        floor: float,
        ceiling: float = 1.0,
        margin: float = MARGIN,
        reach: float = REACH,
        loss: str | Mapping[str, float] = "besiroglu2024",
        resamples: int = 400,
        seed: int = 0,
    ) -> DensityReference:
        """Fit the score law to the models of a reference family.

        Parameters
        ----------
        runs : polars.DataFrame
            Reference models: params, tokens, score (0 to 1), and family if there are several.
        floor : float
            Score by chance.
        ceiling : float, optional
            Best possible score.
        margin : float, optional
            How far above chance a score must be to count.
        reach : float, optional
            How many times the largest reference model effective parameters may be.
        loss : str or mapping of str to float, optional
            A published set of coefficients of the law ``chinchilla``, or the coefficients E, A,
            alpha, B and beta themselves, such as those of a fit.
        resamples : int, optional
            Resamples: of families where there are eight or more, else of residuals.
        seed : int, optional
            Seed of the resamples.

        Returns
        -------
        DensityReference
            The reference.

        Raises
        ------
        ValueError
            If a number is out of range.
        DataError
            If a column is missing or a score is no share.
        FitError
            If fewer than four models are above chance, or the fit cannot be trusted: then there
            is no reference.

        References
        ----------
        Xiao et al. 2024, arXiv 2412.04315, Sec. 2.

        Examples
        --------
        >>> sizes = [1e9, 3e9, 7e9, 13e9, 70e9]
        >>> runs = pl.DataFrame({"params": sizes, "tokens": [1e12] * 5,
        ...                      "score": [0.30, 0.37, 0.44, 0.49, 0.60]})
        >>> reference = DensityReference.fit(runs, floor=0.25, resamples=0)
        >>> bool(6e9 < reference.effective_params(0.44) < 8e9)
        True
        """
        if not 0 <= floor < floor + margin < ceiling <= 1 or reach <= 0:
            raise ValueError(
                f"floor={floor}, margin={margin}, ceiling={ceiling}, reach={reach}; accepted is "
                "0 <= floor < floor + margin < ceiling <= 1 and reach above 0"
            )
        runs = checked(runs)
        above = runs.filter(pl.col("score") > floor + margin).height
        if above < LEAST:
            raise FitError(
                f"the reference is at chance: {above} of {runs.height} models score above "
                f"{floor + margin:.3g}, {LEAST} are needed"
            )
        coefficients = law("chinchilla").coefficients(loss) if isinstance(loss, str) else dict(loss)
        runs = runs.with_columns(
            reference_loss=reference_loss(
                coefficients, runs["params"].to_numpy(), runs["tokens"].to_numpy()
            )
        )
        several = "family" in runs.columns and runs["family"].n_unique() >= _FAMILIES
        how: dict[str, Any] = {"cluster": "family"} if several else {"bootstrap": "parametric"}
        result = fit(
            law("density-score").fix(floor=floor, ceiling=ceiling),
            runs.select("reference_loss", "score", *(["family"] if several else [])),
            resamples=resamples,
            seed=seed,
            **how,
        )
        if result.status != "converged":
            raise FitError(
                f"the reference fit cannot be trusted: {result.status}; {'; '.join(result.reasons)}"
            )
        free = max(1, runs.height - 2)
        scatter = math.sqrt(float(np.sum(result.residuals**2)) / free)
        largest = float(np.max(runs["params"].to_numpy()))
        return cls(result, coefficients, floor, ceiling, margin, reach, largest, scatter)

    def score(self, params: Any, tokens: Any = REFERENCE_TOKENS) -> Array:
        """Return the score of a reference model.

        Parameters
        ----------
        params, tokens : float or array
            Its parameters and training tokens.

        Returns
        -------
        numpy.ndarray
            Scores, 0 to 1.
        """
        loss = reference_loss(self.loss, np.asarray(params, float), np.asarray(tokens, float))
        gamma, middle = self._curve
        share = 1 / (1 + np.exp(gamma * (loss - middle)))
        return np.asarray(self.floor + (self.ceiling - self.floor) * share)

    def believed(self) -> tuple[float, float]:
        """Return the least and the most effective parameters, at 1e12 tokens, that count.

        Returns
        -------
        tuple of float
            Those of a score just above chance, and the most that is believed.
        """
        limit, tokens = np.asarray(self.floor + self.margin), np.asarray(REFERENCE_TOKENS)
        return float(self._inverse(limit, tokens, *self._curve)), self.reach * self.largest

    def effective_params(self, score: Any, tokens: Any = REFERENCE_TOKENS) -> Array:
        """Return the parameters with which a reference model would reach a score.

        Parameters
        ----------
        score : float or array
            Scores, 0 to 1.
        tokens : float or array, optional
            Training tokens of the reference model.

        Returns
        -------
        numpy.ndarray
            Parameters; not a number where `problems` has something to say.
        """
        score, tokens = np.asarray(score, float), np.asarray(tokens, float)
        found = self._inverse(score, tokens, *self._curve)
        return np.where(self.problems(score, tokens) == "", found, np.nan)

    def problems(self, score: Any, tokens: Any = REFERENCE_TOKENS) -> np.ndarray[Any, Any]:
        """Say why a score has no effective parameters.

        Parameters
        ----------
        score : float or array
            Scores, 0 to 1.
        tokens : float or array, optional
            Training tokens of the reference model.

        Returns
        -------
        numpy.ndarray of str
            ``no score``, ``tokens not stated``, ``at chance``, ``at the ceiling``, ``beyond the
            reference``, or nothing.
        """
        score, tokens = np.broadcast_arrays(np.asarray(score, float), np.asarray(tokens, float))
        found = self._inverse(score, tokens, *self._curve)
        with np.errstate(invalid="ignore"):
            conditions = [
                np.isnan(score),
                np.isnan(tokens),
                score <= self.floor + self.margin,
                score >= self.ceiling,
                ~(found <= self.reach * self.largest),
            ]
        names = ["no score", "tokens not stated", "at chance", "at the ceiling"]
        return np.select(conditions, [*names, "beyond the reference"], default="")

    def density(
        self,
        models: pl.DataFrame,
        *,
        tokens: float | str = REFERENCE_TOKENS,
        params: str = "params",
        level: float = 0.9,
    ) -> pl.DataFrame:
        """Return effective parameters and density of each model.

        Parameters
        ----------
        models : polars.DataFrame
            Columns score, the one that `params` names and, if asked for, tokens.
        tokens : float or "own", optional
            Training tokens of the reference model; ``"own"`` takes those of each model, so that
            density leaves out what longer training alone would give.
        params : str, optional
            Column of parameters: ``params``, or ``params_active`` for mixtures of experts.
        level : float, optional
            Nominal coverage of the interval of each density: of the reference, and of the
            scatter of single models around its curve.

        Returns
        -------
        polars.DataFrame
            The table with effective_params, density, density_low, density_high, and
            density_reason, which says why a density is not a number. A high end may be infinite.
        """
        score, size, own = columns(models, tokens, params)
        problems = self.problems(score, own)
        usable = problems == ""
        effective = self.effective_params(score, own)
        low, high = self._interval(score, own, level)
        return models.with_columns(
            pl.Series("effective_params", effective),
            pl.Series("density", effective / size),
            pl.Series("density_low", np.where(usable, low / size, np.nan)),
            pl.Series("density_high", np.where(usable, high / size, np.nan)),
            pl.Series("density_reason", problems.tolist(), dtype=pl.String),
        )

    def draws(
        self,
        models: pl.DataFrame,
        *,
        tokens: float | str = REFERENCE_TOKENS,
        params: str = "params",
        count: int = 400,
    ) -> Array:
        """Return densities under resamples of the reference.

        Parameters
        ----------
        models : polars.DataFrame
            As for `density`.
        tokens, params : optional
            As for `density`.
        count : int, optional
            How many; the resamples of the fit are gone through in turn.

        Returns
        -------
        numpy.ndarray of shape (count, models)
            Densities; not a number where the density itself is not, or in that resample no size
            reaches the score.
        """
        score, size, own = columns(models, tokens, params)
        drawn = self._drawn(count)
        found = self._inverse(score, own, drawn[:, :1], drawn[:, 1:]) / size
        usable = (self.problems(score, own) == "") & np.isfinite(found)
        return np.where(usable, found, np.nan)

    @property
    def _curve(self) -> tuple[float, float]:
        """Steepness and middle of the score in the loss."""
        return self.score_fit.parameters["gamma"], self.score_fit.parameters["l"]

    def _drawn(self, count: int) -> Array:
        """Return gamma and l of `count` resamples."""
        result = self.score_fit
        if not len(result.draws):
            return np.tile(self._curve, (count, 1))
        place = [result.labels.index("gamma"), result.labels.index("l")]
        return np.asarray(result.draws[np.arange(count) % len(result.draws)][:, place])

    def _interval(self, score: Array, tokens: Array, level: float) -> tuple[Array, Array]:
        count = max(200, len(self.score_fit.draws))
        drawn = self._drawn(count)
        noise = np.random.RandomState(self.score_fit.seed).standard_normal((count, 1))
        # One draw of noise for all models: the interval of each is wanted, not of their contrast.
        shifted = score + self.scatter * noise
        found = self._inverse(shifted, tokens, drawn[:, :1], drawn[:, 1:])
        # Below the floor no size is small enough, above what the reference reaches none is enough.
        found = np.where(shifted <= self.floor, 0.0, np.where(np.isnan(found), np.inf, found))
        found = np.where(np.isnan(score + tokens), np.nan, np.sort(found, axis=0))
        rank = np.round(np.array([(1 - level) / 2, (1 + level) / 2]) * (count - 1)).astype(int)
        return found[rank[0]], found[rank[1]]

    def _inverse(self, score: Array, tokens: Array, gamma: Any, middle: Any) -> Array:
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            odds = (self.ceiling - self.floor) / (score - self.floor) - 1
            loss = middle + np.log(odds) / gamma
            left = loss - self.loss["E"] - self.loss["B"] * tokens ** -self.loss["beta"]
            return np.asarray((left / self.loss["A"]) ** (-1 / self.loss["alpha"]))

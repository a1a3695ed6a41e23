"""Two fits in a row: a loss from the run, and a score from the loss, resampled together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from analysis.fitting.result import Fit
from analysis.fitting.uncertainty import check_level

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Chain:
    """A fit whose prediction is what a second fit reads.

    Composed into one law the two are not identified: the scale of the loss trades against the
    sigmoid's. As two fits each is, and both are resampled with the same runs.

    Parameters
    ----------
    first : Fit
        The loss of a run, from its size and tokens.
    second : Fit
        The score, from one loss.

    Raises
    ------
    ValueError
        If the second law reads anything but what the first predicts, or the two were not
        resampled alike: the same number of clusters and of resamples, and one seed.

    Examples
    --------
    >>> from analysis.fitting.fit import fit
    >>> from analysis.laws.law import Law
    >>> runs = pl.DataFrame({"params": [1e6, 1e7, 1e8], "loss": [4.0, 3.0, 2.25],
    ...                      "accuracy": [0.2, 0.4, 0.55]})
    >>> loss = Law("c*N**-a", predicts="loss", inputs={"N": "params"})
    >>> score = Law("b - k*L", predicts="accuracy", inputs={"L": "loss"}, residual="plain")
    >>> chain = Chain(fit(loss, runs), fit(score, runs))
    >>> chain.predict({"params": [1e9]}).columns
    ['loss', 'accuracy']
    >>> round(chain.predict({"params": [1e9]})["accuracy"].item(), 2)
    0.66
    """

    first: Fit
    second: Fit

    def __post_init__(self) -> None:
        reads, given = list(self.second.law.inputs.values()), self.first.law.predicts
        if reads != [given]:
            raise ValueError(f"second reads {reads}; accepted is what first predicts, {given!r}")
        made = [
            (len(f.draw_coordinates), int(f.groups.max()) + 1 if len(f.draw_coordinates) else 0)
            for f in (self.first, self.second)
        ]
        if made[0] != made[1] or (made[0][0] and self.first.seed != self.second.seed):
            raise ValueError(
                f"first has (resamples, clusters) {made[0]} and seed {self.first.seed}, second "
                f"{made[1]} and seed {self.second.seed}; accepted are two fits resampled alike"
            )

    def draws(self, runs: pl.DataFrame | Mapping[str, Any]) -> tuple[Array, Array]:
        """Return loss and score of each run by each resample.

        Parameters
        ----------
        runs : polars.DataFrame or dict of str to array
            One row a run, with the columns that the first law reads.

        Returns
        -------
        tuple of numpy.ndarray of shape (resamples, rows)
            Losses and scores.
        """
        design = self.first.law.design(runs)
        losses = design.values(self.first.coordinates_on(design, self.first.draw_coordinates))
        name = self.first.law.predicts
        scores = np.empty_like(losses)
        for column in range(losses.shape[1]):
            # Every resample has its own loss: of all pairs only the diagonal is wanted.
            own = self.second.law.design({name: losses[:, column]})
            scores[:, column] = np.diag(own.values(self.second.draw_coordinates))
        return losses, scores

    def predict(
        self, runs: pl.DataFrame | Mapping[str, Any], *, level: float | None = None
    ) -> pl.DataFrame:
        """Predict loss and score of new runs.

        Parameters
        ----------
        runs : polars.DataFrame or dict of str to array
            One row a run, with the columns that the first law reads.
        level : float, optional
            Nominal coverage of a percentile interval over resamples; none by default.

        Returns
        -------
        polars.DataFrame
            The two predicted columns, and with a level their ends ``..._low`` and ``..._high``.
            The interval is that of the curve: what one more run scatters around it is not in it.

        Raises
        ------
        ValueError
            If an interval is asked of fits without resamples.
        """
        loss, score = self.first.law.predicts, self.second.law.predicts
        lost = self.first.law.predict(runs, self.first.parameters)
        columns = {loss: lost, score: self.second.law.predict({loss: lost}, self.second.parameters)}
        if level is not None:
            check_level(level)
            if not len(self.first.draw_coordinates):
                raise ValueError("these fits have no resamples; fit with resamples=300, say")
            shares = [(1 - level) / 2, (1 + level) / 2]
            for name, drawn in zip((loss, score), self.draws(runs), strict=True):
                low, high = np.quantile(drawn, shares, axis=0)
                columns |= {f"{name}_low": low, f"{name}_high": high}
        return pl.DataFrame(columns)

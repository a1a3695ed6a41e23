"""The second step of the densing law: a score from the loss of a model."""

from __future__ import annotations

import math

from analysis.laws.law import Law

LAWS = (
    Law(
        "floor + (ceiling - floor)/(1 + exp(gamma*(L - l)))",
        key="density-score",
        title="Densing law: score on a benchmark from loss",
        predicts="score",
        inputs={"L": "reference_loss"},
        bounds={"floor": (0, 1), "ceiling": (0, 1), "gamma": (0.2, 500), "l": (0.5, 5)},
        source="2412.04315",
        residual="plain",
        delta=math.inf,
        note="The paper writes c/(1 + exp(-gamma (L - l))) + d with a negative gamma; here gamma "
        "is positive, d is floor and c is ceiling - floor. Both are held, the floor at chance.",
    ),
)

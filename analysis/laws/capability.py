"""Laws of what a model scores: from size and tokens, from a loss, or from other benchmarks."""

from __future__ import annotations

import math

from analysis.laws.law import Law

_REAL = (-math.inf, math.inf)

LAWS = (
    Law(
        "A/N**alpha + B/D**beta + E",
        key="task-loss",
        title="Task ladder, first step: task loss from parameters and tokens",
        predicts="task_loss",
        inputs={"N": "params", "D": "tokens"},
        source="2412.04403",
        note="Task loss is bits per byte of the right answer; N counts all parameters.",
    ),
    Law(
        "A/C**alpha + E",
        key="task-loss-compute",
        title="Task ladder, first step from compute alone",
        predicts="task_loss",
        inputs={"C": "flops"},
        source="2412.04403",
    ),
    Law(
        "a/(1 + exp(-k*(L - L0))) + b",
        key="task-accuracy",
        title="Task ladder, second step: score from task loss",
        predicts="accuracy",
        inputs={"L": "task_loss"},
        bounds={"a": (-1, 0), "b": (0, 1)},
        ranges={"L": _REAL},
        source="2412.04403",
        residual="plain",
        delta=math.inf,
        note="b is the score at loss zero, b + a the score of a guess; the bounds are the paper's.",
    ),
    Law(
        "b + (1 - b)/(1 + exp(-(w0 + w1*S1 + w2*S2 + w3*S3)))",
        key="observational",
        title="Observational scaling: score from principal components of other benchmarks",
        predicts="accuracy",
        inputs={"S1": "pc1", "S2": "pc2", "S3": "pc3"},
        bounds={"b": (0, 0.2), **dict.fromkeys(("w0", "w1", "w2", "w3"), _REAL)},
        ranges=dict.fromkeys(("S1", "S2", "S3"), _REAL),
        source="2405.10938",
        residual="plain",
        delta=math.inf,
        note="The components are of the models in use: weights of two fits are not comparable.",
    ),
    Law(
        "b + (1 - b)/(1 + exp(-(w0 + w1*log(C))))",
        key="score-from-compute",
        title="Observational scaling: score from compute alone",
        predicts="accuracy",
        inputs={"C": "flops"},
        bounds={"b": (0, 0.2), "w0": _REAL, "w1": _REAL},
        source="2405.10938",
        residual="plain",
        delta=math.inf,
        note="What the components are compared with; C is 6 N D, here in units of 1e21.",
    ),
    Law(
        "g + (1 - g)*exp(-a*C**-b - c)",
        key="cluster-of-difficulty",
        title="Clusters of difficulty: score of a cluster of questions from compute",
        predicts="accuracy",
        inputs={"C": "flops"},
        bounds={"g": (0, 1), "c": (0, 1)},
        source="2502.17262",
        residual="plain",
        delta=math.inf,
        note="For questions grouped by how small models do on each; C is normalised first. "
        "No table here has scores of single questions, so it is declared and not fitted.",
    ),
)

"""Pairs of a law and real runs on which the engine is held against other solvers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
import pytest

from analysis.laws.law import Law
from tests.sources import source


@dataclass(frozen=True)
class Pair:
    """A law, the table it is fitted to, and the objective."""

    name: str
    law: Law
    runs: Callable[[Path], pl.DataFrame] = field(repr=False)
    objective: str = "huber:1e-3"

    def table(self) -> pl.DataFrame:
        """Read the runs, or skip the test where the sources are not."""
        try:
            return self.runs(source())
        except FileNotFoundError as missing:
            pytest.skip(f"not among the sources here: {missing}")


def overtraining(sources: Path) -> pl.DataFrame:
    """The over-training test bed, scored on C4."""
    runs = pl.read_csv(sources / "overtraining-gadre" / "runs.csv")
    losses = pl.read_csv(sources / "overtraining-gadre" / "losses.csv")
    return runs.join(losses.filter(pl.col("val_set") == "c4_val"), on="run")


def on_corpus(corpus: str) -> Callable[[Path], pl.DataFrame]:
    """The same, of one training corpus."""
    return lambda sources: overtraining(sources).filter(pl.col("train_set") == corpus)


def streams(dataset: str) -> Callable[[Path], pl.DataFrame]:
    """Parallel streams on one corpus."""
    return lambda sources: pl.read_csv(sources / "parscale" / "runs.csv").filter(
        pl.col("dataset") == dataset
    )


def near_best_rates(sources: Path) -> pl.DataFrame:
    """Step-law runs whose smoothed loss is within 0.25% of the best of their size and tokens."""
    runs = pl.read_csv(sources / "step-law" / "dense_lr_bs_loss.csv")
    best = pl.col("smooth loss").min().over("N", "D")
    near = runs.filter(pl.col("smooth loss") <= 1.0025 * best)
    return near.with_columns(batch_tokens=2048 * pl.col("bs"))


def vocabulary(sources: Path) -> pl.DataFrame:
    """Vocabulary runs past their first steps, sizes in millions and tokens in billions."""
    runs = pl.read_csv(sources / "vocab-scaling" / "exp_data.csv").filter(pl.col("FLOPs") > 2.18e17)
    vocabulary_params = pl.col("vocab_size") * pl.col("embed_dim")
    tokens = pl.col("FLOPs") / 6 / (pl.col("Non_vocab_parameters") + vocabulary_params)
    return runs.select(
        Nnv=pl.col("Non_vocab_parameters") / 1e6,
        Nv=vocabulary_params / 1e6,
        D=tokens / 1e9,
        loss="Lossu",
    )


def routed(sources: Path) -> pl.DataFrame:
    """The last step of every dense and S-BASE run."""
    runs = pl.read_csv(sources / "routed-lms" / "curves.csv.gz")
    last = runs.filter(pl.col("step") == pl.col("step").max().over("hyper_id"))
    kinds = last.filter(pl.col("router_type").is_in(["Dense", "S-Base"]) & (pl.col("k") == 1))
    return kinds.filter((pl.col("flop_increase") == 1) & (pl.col("routing_frequency") == 0.5))


def translation(pair: str) -> Callable[[Path], pl.DataFrame]:
    """Translation runs of one language pair with at least 5 MiB of text."""
    return lambda sources: pl.read_csv(sources / "nmt-hpo" / "gordon_data_scaling.csv").filter(
        (pl.col("Lang") == pair) & (pl.col("data_bytes") >= 5 * 2**20)
    )


def repeated(sources: Path) -> pl.DataFrame:
    """Runs on repeated data that the authors fitted."""
    runs = pl.read_csv(sources / "data-constrained" / "runs.csv")
    return runs.filter(pl.col("in_fit_subset"))


def chinchilla(sources: Path) -> pl.DataFrame:
    """The digitised Chinchilla runs without the five highest losses."""
    runs = pl.read_csv(sources / "chinchilla-extracted" / "chinchilla_runs.csv")
    return runs.filter(pl.col("used_by_besiroglu"))


def mixtures(sources: Path) -> pl.DataFrame:
    """Loss on C4 against the share of C4 in the mixture, every fourth run."""
    runs = pl.read_csv(sources / "data-mixtures" / "dmsl_slimpajama.csv.gz").drop_nulls("c4_loss")
    return runs.select(
        N=pl.col("model_size") / 1e9,
        D=pl.col("n_tokens") / 1e9,
        r="weight_c4",
        loss="c4_loss",
    ).gather_every(4)


LOSS = {"predicts": "loss"}
CHINCHILLA = "E + A/N**alpha + B/D**beta"
OVERTRAINING = Law(
    "E + (a*M**eta + b*M**-eta)*C**-eta",
    **LOSS,
    inputs={"M": "tokens_per_param", "C": "flop_6nd"},
    residual="plain",
)
STREAMS = Law(
    "E + (A/(N*(k*log(P) + 1)))**alpha",
    **LOSS,
    inputs={"N": "params_non_embedding", "P": "P"},
    bounds={"k": (0, 20)},
)
RATE = Law(
    "c*N**a*D**b",
    predicts="lr",
    inputs={"N": "N", "D": "D"},
    bounds={"a": (-3, 3), "b": (-3, 3)},
)
BATCH = Law("c*D**b", predicts="batch_tokens", inputs={"D": "D"}, bounds={"b": (-3, 3)})
VOCABULARY = Law(
    "-E + A1/Nnv**a1 + A2/Nv**a2 + B/D**a1",
    **LOSS,
    inputs={"Nnv": "Nnv", "Nv": "Nv", "D": "D"},
    residual="plain",
)
ROUTED = Law(
    "exp(d)*N**(a + c*log(Eh))*Eh**b; Eh = 1/(1/(E - 1 + 1/(1/Es - 1/Em)) + 1/Em)",
    predicts="loss_validation",
    inputs={"N": "dense_parameter_count", "E": "num_experts"},
    bounds={
        "d": (-10, 10),
        "a": (-3, 0),
        "b": (-3, 3),
        "c": (-1, 1),
        "Es": (1, 20),
        "Em": (20, 1e5),
    },
)
PRODUCT = Law(
    "((Nc/N)**(aN/aD) + Dc/D)**aD",
    predicts="ent_dev",
    inputs={"N": "params_layers", "D": "data_bytes"},
)
GROUPED = Law(
    "E[train_set] + A[train_set]/N**alpha + B[train_set]/D**beta",
    **LOSS,
    inputs={"N": "params", "D": "tokens"},
)
REPEATED = Law(
    "E + A/Np**alpha + B/Dp**alpha; "
    "G = (A/B)**(1/(2*alpha)); UN = min(N, G**2*U); "
    "Np = UN + UN*rn*(1 - exp(-(N/UN - 1)/rn)); Dp = U + U*rd*(1 - exp(-(D/U - 1)/rd))",
    **LOSS,
    inputs={"N": "N", "D": "D", "U": "U"},
).fix(A=521.0, B=1488.0, E=1.869, alpha=0.3527)  # the authors fit the two decays alone
SATURATING = Law(
    "E + A/N**alpha + B/min(D, k*N)**beta", **LOSS, inputs={"N": "params", "D": "tokens"}
)
MIXTURE = Law(
    "E + A/N**alpha + B*r**eta/D**beta + C/(r + eps)**gamma",
    **LOSS,
    inputs={"N": "N", "D": "D", "r": "r"},
    bounds={"eps": (1e-4, 1)},
)
PLAIN_CHINCHILLA = Law(CHINCHILLA, **LOSS, inputs={"N": "N", "D": "D"})

PAIRS = [
    *(
        Pair(f"over-training, {corpus}", OVERTRAINING, on_corpus(corpus))
        for corpus in ("c4_original", "rpj", "rw_original")
    ),
    *(Pair(f"streams, {d}", STREAMS, streams(d)) for d in ("stack_v2_python", "pile")),
    Pair("step-law rate", RATE, near_best_rates),
    Pair("step-law rate, least squares", RATE, near_best_rates, "least-squares"),
    Pair("step-law batch", BATCH, near_best_rates),
    Pair("vocabulary", VOCABULARY, vocabulary),
    Pair("routed experts", ROUTED, routed),
    *(Pair(f"translation, {p}", PRODUCT, translation(p)) for p in ("deen", "ruen", "zhen")),
    Pair("groups", GROUPED, overtraining),
    Pair("repetition", REPEATED, repeated),
    Pair("saturating", SATURATING, overtraining),
    Pair("mixture", MIXTURE, mixtures),
    Pair("chinchilla", PLAIN_CHINCHILLA, chinchilla),
]

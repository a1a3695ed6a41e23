"""What fits: models and memories by the published ratios, and the claim about Wikipedia."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from analysis import records
from analysis.capability.capacity import (
    WEIGHT_BITS,
    Junk,
    Room,
    knowledge_ratio,
    params_in,
    room,
)
from analysis.capability.knowledge import biographies, complete_bits, description_bits

#: Words that a token stands for in English text, roughly; not a published value.
WORDS_PER_TOKEN = 0.75
#: Bits of values in a biography.
PERSON_BITS = math.log2(biographies(1).values)

_MODELS: dict[str, tuple[float, dict[str, float | str | bool]]] = {
    "7B": (7e9, {}),
    "7B, rounded to 8 bits": (7e9, {"weight_bits": 8}),
    "7B, rounded to 4 bits": (7e9, {"weight_bits": 4}),
    "7B, facts seen 100 times": (7e9, {"exposures": 100}),
    "7B, gated MLP, 100 times": (7e9, {"exposures": 100, "gated": True}),
    "7B, 100 times, in junk": (7e9, {"exposures": 100, "junk": "random"}),
    "7B, 100 times, in junk, tagged": (7e9, {"exposures": 100, "junk": "tagged"}),
    "7B, 1000 times, in junk": (7e9, {"junk": "random"}),
    "47B, 32 experts": (47e9, {"experts": 32}),
    "70B": (70e9, {}),
    "70B, rounded to 4 bits": (70e9, {"weight_bits": 4}),
}


def row(room: Room) -> dict[str, float | str]:
    """Return the numbers of what a model has room for.

    Parameters
    ----------
    room : Room
        The model.

    Returns
    -------
    dict of str to float or str
        Columns params, weight_bits, ratio, bits, gigabytes, share, biographies (their values,
        names left out), and ``remarks``.
    """
    return {
        "params": room.params,
        "weight_bits": room.weight_bits,
        "ratio": room.ratio.value,
        "bits": room.bits,
        "gigabytes": room.bytes / 1e9,
        "share": room.share,
        "biographies": room.facts(PERSON_BITS),
        "remarks": "; ".join(room.ratio.remarks) or "published",
    }


def biography_bits(people: Sequence[int] = (10**4, 10**5, 10**6, 10**7)) -> pl.DataFrame:
    """Return how many bits there are to know of so many biographies.

    Parameters
    ----------
    people : sequence of int, optional
        Numbers of biographies.

    Returns
    -------
    polars.DataFrame
        One row a number: people, ``name_bits`` and ``value_bits`` a person as credited, ``bits``
        in all, ``shortest_code`` that writes them down, and ``params`` to hold them at the
        published 2 bits.
    """
    rows = []
    for count in people:
        facts = biographies(count)
        bits = complete_bits(facts)
        rows.append(
            {"people": count, "name_bits": bits.names / count, "value_bits": bits.values / count}
            | {"bits": bits.total, "shortest_code": description_bits(facts).total}
            | {"params": bits.total / knowledge_ratio().value}
        )
    return pl.DataFrame(rows)


def models() -> pl.DataFrame:
    """Return what some models have room for.

    Returns
    -------
    polars.DataFrame
        One row a model, with the columns of `row`; facts are seen 1000 times unless it says
        otherwise.
    """
    rows = []
    for name, (params, setting) in _MODELS.items():
        weight_bits = int(setting.get("weight_bits", 16))
        ratio = knowledge_ratio(**setting)  # type: ignore[arg-type]
        rows.append({"model": name, **row(room(params, ratio, weight_bits))})
    return pl.DataFrame(rows)


def memories(gigabytes: Mapping[str, float] | None = None) -> pl.DataFrame:
    """Return what a memory of given size has room for, by the bits of a weight.

    Parameters
    ----------
    gigabytes : mapping of str to float, optional
        Memory for weights, by name.

    Returns
    -------
    polars.DataFrame
        One row a memory and number of bits: ``memory`` and the columns of `row`.
    """
    given = {"phone, 6 GB": 6.0, "graphics card, 24 GB": 24.0} if gigabytes is None else gigabytes
    return pl.DataFrame(
        {"memory": name, **row(room(params_in(1e9 * size, bits), ratio, bits))}
        for name, size in given.items()
        for bits in WEIGHT_BITS
        for ratio in [knowledge_ratio(weight_bits=bits)]
    )


def ratio_curves(
    exposures: Sequence[float] | None = None,
    junk: Sequence[Junk] = ("none", "tagged", "random"),
) -> pl.DataFrame:
    """Return bits per parameter against exposures, and which points were published.

    Parameters
    ----------
    exposures : sequence of float, optional
        Exposures of each fact; 30 to 3000, the published points among them, if left out.
    junk : sequence of str, optional
        Kinds of junk; see `analysis.capability.capacity.knowledge_ratio`.

    Returns
    -------
    polars.DataFrame
        One row a kind of junk and number of exposures: junk, exposures, ratio, ``published``,
        and ``between``, false where the ratio is continued or held beyond the published points.
    """
    if exposures is None:
        exposures = np.unique([*np.geomspace(30, 3000, 41).round(1), 100, 300, 600, 1000]).tolist()
    rows = []
    for kind in junk:
        for seen in exposures:
            ratio = knowledge_ratio(seen, junk=kind)
            beyond = any("held" in text or "continued" in text for text in ratio.remarks)
            rows.append(
                {"junk": kind, "exposures": float(seen), "ratio": ratio.value}
                | {"published": ratio.published, "between": not beyond}
            )
    return pl.DataFrame(rows)


def text_bits() -> pl.DataFrame:
    """Set the claim about Wikipedia and textbooks beside what their words can hold.

    Returns
    -------
    polars.DataFrame
        One row a measure: ``measure``, ``bits_per_word``, ``bits`` in all words of both, and
        ``params`` of a model with 2 bits per parameter that has room for them.
    """
    words = records.value("physics33_2024", "words_both")
    claim = records.value("physics33_2024", "bits_7b") / words
    nats = records.value("besiroglu2024", "E")
    irreducible = nats / math.log(2) / WORDS_PER_TOKEN
    measures = {
        "the claim: less than a 7B model holds": claim,
        "text itself, by the irreducible loss": irreducible,
    }
    return pl.DataFrame(
        {"measure": name, "bits_per_word": bits, "bits": bits * words}
        | {"params": bits * words / knowledge_ratio().value}
        for name, bits in measures.items()
    )

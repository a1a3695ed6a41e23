"""How many bits of facts a model holds, estimated from its losses on names and on values.

Facts are drawn at random, so that nothing but memory can tell them. A model that gives the right
name or value a probability above that of a guess must have stored the difference; summed over all
facts, in bits, that is what it holds at least.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

_NATS = math.log(2)  # of one bit


@dataclass(frozen=True)
class Facts:
    """A set of random facts: people, each with a name and one value for each attribute.

    Parameters
    ----------
    people : int
        How many there are, N.
    names : float
        Names they are drawn from, N0, without replacement.
    values : float
        What each chunk of a value is drawn from, D, with equal odds.
    attributes, chunks : int, optional
        Attributes of a person, K, and chunks of a value, C.
    strings : float, optional
        Strings that the D possible chunks are themselves drawn from, T^L. If left out, the
        possible values are known beforehand and count for nothing.

    References
    ----------
    Allen-Zhu & Li 2024, arXiv 2404.05405, definition 2.2.
    """

    people: int
    names: float
    values: float
    attributes: int = 1
    chunks: int = 1
    strings: float | None = None

    def __post_init__(self) -> None:
        for name in ("people", "names", "values", "attributes", "chunks"):
            number = getattr(self, name)
            if not (math.isfinite(number) and number >= 1):
                raise ValueError(f"{name}={number!r}; accepted is a finite number of at least 1")
        if self.names < self.people:
            raise ValueError(
                f"names={self.names!r} for people={self.people!r}; accepted is at least one "
                "name a person, since no two share one"
            )
        if self.strings is not None and not self.values <= self.strings < math.inf:
            raise ValueError(
                f"strings={self.strings!r}; accepted is a finite number of at least values="
                f"{self.values!r}, or None"
            )


@dataclass(frozen=True)
class Bits:
    """Bits of knowledge in three parts.

    Parameters
    ----------
    names : float
        Who there is.
    values : float
        What is true of them.
    dictionary : float
        Which values are possible at all.
    """

    names: float
    values: float
    dictionary: float = 0.0

    @property
    def total(self) -> float:
        """The three parts together."""
        return self.names + self.values + self.dictionary


def biographies(people: int) -> Facts:
    """Return the facts of the paper's synthetic biographies.

    Six attributes count as one joint value, since their numbers of possible values differ:
    pronoun, birth date, birth city, university, major and employer. The city of work follows
    from the employer and counts for nothing.

    Parameters
    ----------
    people : int
        How many biographies.

    Returns
    -------
    Facts
        With 160 million candidate names and 47.6 bits of values a person.

    References
    ----------
    Allen-Zhu & Li 2024, arXiv 2404.05405, definition 4.3.

    Examples
    --------
    >>> round(math.log2(biographies(1000).values), 1)
    47.6
    """
    values = 2 * (12 * 28 * 200) * 200 * 300 * 100 * 263
    return Facts(people, names=400 * 400 * 1000, values=values)


def stored_bits(
    facts: Facts, *, name_loss: float, value_loss: float, first_loss: float = 0.0
) -> Bits:
    """Estimate how many bits of the facts a model holds.

    Parameters
    ----------
    facts : Facts
        What it was trained on.
    name_loss : float
        Mean over people of the loss summed over the name, in nats; the log of `people` at best.
    value_loss : float
        Mean over people and attributes of the loss summed over the value, in nats.
    first_loss : float, optional
        The same of the first chunk of each value; counts only where the possible values had to
        be learnt too.

    Returns
    -------
    Bits
        At most what `complete_bits` gives. A part is negative where the model does worse than a
        guess.

    Raises
    ------
    ValueError
        If a loss is negative, not a number, or a name is claimed to be likelier than possible.

    References
    ----------
    Allen-Zhu & Li 2024, arXiv 2404.05405, theorem 3.2 and definitions 4.1 and 4.3.

    Examples
    --------
    A model that names everyone and knows every second of the values:

    >>> facts = Facts(people=1000, names=1_024_000, values=2**16)
    >>> stored_bits(facts, name_loss=math.log(1000), value_loss=8 * math.log(2)).total
    18000.0
    """
    losses = {"name_loss": name_loss, "value_loss": value_loss, "first_loss": first_loss}
    for name, loss in losses.items():
        if not loss >= 0:
            raise ValueError(f"{name}={loss!r}; accepted is a loss of at least 0 nats")
    least = math.log(facts.people)
    if name_loss < least * (1 - 1e-9):
        raise ValueError(
            f"name_loss={name_loss!r}; accepted is at least log(people) = {least:.6g}: no model "
            f"gives each of {facts.people} names more than an equal share"
        )
    dictionary = 0.0
    if facts.strings is not None:
        # Logarithms apart: the number of strings may be near the largest float.
        gain = math.log2(facts.strings) - math.log2(facts.values) - first_loss / _NATS
        dictionary = facts.attributes * facts.values * gain
    value_bits = facts.chunks * math.log2(facts.values)
    return Bits(
        names=facts.people * (math.log2(facts.names) - name_loss / _NATS),
        values=facts.people * facts.attributes * (value_bits - value_loss / _NATS),
        dictionary=dictionary,
    )


def complete_bits(facts: Facts) -> Bits:
    """Return what the estimate credits a model with that knows everything.

    Parameters
    ----------
    facts : Facts
        The facts.

    Returns
    -------
    Bits
        The most that `stored_bits` can give.

    References
    ----------
    Allen-Zhu & Li 2024, arXiv 2404.05405, definition 4.1.

    Examples
    --------
    >>> bits = complete_bits(biographies(10_000))
    >>> round(bits.names / 10_000, 2), round(bits.values / 10_000, 2)
    (13.97, 47.59)
    """
    return stored_bits(facts, name_loss=math.log(facts.people), value_loss=0.0)


def description_bits(facts: Facts) -> Bits:
    """Return how many bits the shortest code needs to write all facts down.

    Names are a set, without order, and so are the possible values of an attribute.

    Parameters
    ----------
    facts : Facts
        The facts.

    Returns
    -------
    Bits
        Exact up to rounding. Names take nearly 1.44 bits each more than `complete_bits` counts.

    References
    ----------
    Allen-Zhu & Li 2024, arXiv 2404.05405, proposition 2.3.

    Examples
    --------
    >>> facts = biographies(10_000)
    >>> round((description_bits(facts).names - complete_bits(facts).names) / 10_000, 2)
    1.44
    """
    dictionary = 0.0
    if facts.strings is not None:
        dictionary = facts.attributes * log2_binomial(facts.strings, facts.values)
    return Bits(
        names=log2_binomial(facts.names, facts.people),
        values=facts.people * facts.attributes * facts.chunks * math.log2(facts.values),
        dictionary=dictionary,
    )


def capacity_ratio(bits: float, params: float, *, weight_bits: float | None = None) -> float:
    """Return the bits that a model holds for each of its parameters.

    Parameters
    ----------
    bits : float
        Bits of knowledge.
    params : float
        Parameters, embeddings of tokens that occur included.
    weight_bits : float, optional
        Bits that a parameter is kept in. No memory holds more than it has.

    Returns
    -------
    float
        Bits per parameter.

    Raises
    ------
    ValueError
        If there are no parameters, or more bits than the parameters have room for.

    Examples
    --------
    >>> capacity_ratio(220e6, 100e6)
    2.2
    >>> capacity_ratio(900e6, 100e6, weight_bits=8)
    Traceback (most recent call last):
    ...
    ValueError: bits=9e+08 in 1e+08 parameters of 8 bits: accepted is at most 8e+08. The facts \
cannot be independent and equally likely, as the estimate takes them to be
    """
    if not (math.isfinite(params) and params > 0):
        raise ValueError(f"params={params!r}; accepted is a finite number above 0")
    if weight_bits is not None and bits > weight_bits * params * (1 + 1e-9):
        raise ValueError(
            f"bits={bits:.6g} in {params:.6g} parameters of {weight_bits:g} bits: accepted is at "
            f"most {weight_bits * params:.6g}. The facts cannot be independent and equally "
            "likely, as the estimate takes them to be"
        )
    return bits / params


def log2_binomial(total: float, chosen: float) -> float:
    """Return the bits that it takes to say which ones of a set are chosen.

    Parameters
    ----------
    total, chosen : float
        Size of the set, and how many of it are chosen.

    Returns
    -------
    float
        The logarithm, to base 2, of the number of choices.

    Raises
    ------
    ValueError
        If more are chosen than there are, or a number is negative.

    Examples
    --------
    >>> round(log2_binomial(10, 3), 6) == round(math.log2(120), 6)
    True
    """
    if not 0 <= chosen <= total < math.inf:
        raise ValueError(f"chosen={chosen!r} of total={total!r}; accepted is 0 <= chosen <= total")
    chosen = min(chosen, total - chosen)
    rest = total - chosen
    if total < 1e6:
        return (math.lgamma(total + 1) - math.lgamma(chosen + 1) - math.lgamma(rest + 1)) / _NATS
    # Log-factorials of large numbers would lose the digits of their difference: Stirling's series.
    ways = chosen * (math.log(total) - 1) - (rest + 0.5) * math.log1p(-chosen / total)
    ways += (1 / total - 1 / rest) / 12
    return (ways - math.lgamma(chosen + 1)) / _NATS

"""What a language model of given size has room for, by the ratios of Allen-Zhu & Li.

Bits per parameter were published for a few settings: facts seen 100 or 1000 times, weights of 16,
8 or 4 bits, dense models or 32 experts, useful text alone or in junk. Between the published points
ratios are interpolated, beyond them held or continued, and every result says which it is.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from analysis import records

Junk = Literal["none", "repetitive", "tagged", "random"]

_STUDY = "physics33_2024"
#: Bits that weights may have: those that ratios were published for.
WEIGHT_BITS = (16, 8, 4)
#: Experts a layer that ratios were published for.
EXPERTS = (1, 32)


@dataclass(frozen=True)
class Ratio:
    """Bits of knowledge per parameter.

    Parameters
    ----------
    value : float
        Bits per parameter.
    remarks : tuple of str
        In which way the value goes beyond what was published; empty if it does not.
    """

    value: float
    remarks: tuple[str, ...] = ()

    @property
    def published(self) -> bool:
        """Whether this very setting was published."""
        return not self.remarks


@dataclass(frozen=True)
class Room:
    """What a model has room for.

    Parameters
    ----------
    params, weight_bits : float
        Its parameters, and bits of each.
    ratio : Ratio
        Bits of knowledge per parameter.
    """

    params: float
    weight_bits: float
    ratio: Ratio

    @property
    def bits(self) -> float:
        """Bits of knowledge that it can hold."""
        return self.ratio.value * self.params

    @property
    def bytes(self) -> float:
        """Memory that its weights take, scales and zero points of quantisation left out."""
        return self.params * self.weight_bits / 8

    @property
    def share(self) -> float:
        """Knowledge as a share of the bits of its weights; never above 1."""
        return self.ratio.value / self.weight_bits

    def facts(self, bits_per_fact: float) -> float:
        """Return how many facts it can hold.

        Parameters
        ----------
        bits_per_fact : float
            Bits that one fact takes.

        Returns
        -------
        float
            Facts.

        Raises
        ------
        ValueError
            If `bits_per_fact` is not above 0.
        """
        if not bits_per_fact > 0:
            raise ValueError(f"bits_per_fact={bits_per_fact!r}; accepted is a number above 0")
        return self.bits / bits_per_fact


def knowledge_ratio(
    exposures: float = 1000,
    *,
    weight_bits: int = 16,
    experts: int = 1,
    junk: Junk = "none",
    gated: bool = False,
) -> Ratio:
    """Return bits of knowledge per parameter, from the published ratios.

    Parameters
    ----------
    exposures : float, optional
        How often each fact is seen in training.
    weight_bits : {16, 8, 4}, optional
        Bits of a weight; 8 and 4 by rounding after training.
    experts : {1, 32}, optional
        Experts a layer, of which one is active; all parameters count.
    junk : {"none", "repetitive", "tagged", "random"}, optional
        Seven eighths of the tokens are of no interest: few facts over and over, or random ones
        that hardly repeat; ``tagged`` is random with a mark before each useful text.
    gated : bool, optional
        Whether the model has gated MLPs, as LLaMA and Mistral do.

    Returns
    -------
    Ratio
        Bits per parameter, and in which way they go beyond what was published.

    Raises
    ------
    ValueError
        If an argument is none of those accepted.

    References
    ----------
    Allen-Zhu & Li 2024, arXiv 2404.05405.

    Examples
    --------
    >>> knowledge_ratio(1000)
    Ratio(value=2.0, remarks=())
    >>> round(knowledge_ratio(300).value, 2), knowledge_ratio(300).remarks
    (1.39, ('exposures: between published points',))
    >>> knowledge_ratio(100, junk="random").value
    0.05
    """
    accepted = {"weight_bits": WEIGHT_BITS, "experts": EXPERTS, "junk": get_args(Junk)}
    given = {"weight_bits": weight_bits, "experts": experts, "junk": junk}
    for name, choices in accepted.items():
        if given[name] not in choices:
            raise ValueError(f"{name}={given[name]!r}; accepted: {', '.join(map(str, choices))}")
    if not (math.isfinite(exposures) and exposures > 0):
        raise ValueError(f"exposures={exposures!r}; accepted is a finite number above 0")
    points = _points(junk)
    value, remark = _between(points, exposures)
    remarks = [remark] if remark else []
    # What was measured at one exposure count only, or one by one and never together.
    factors = {
        "repetitive junk": (junk == "repetitive", _published("repetitive_factor_{}", 100)),
        "experts": (experts > 1, _published("moe_factor_{}", 100, 1000)),
        "gated MLP": (gated, {100.0: _value("llama_factor_100"), 1000.0: 1.0}),
        "4-bit weights": (weight_bits == 4, {1000.0: _value("ratio_1000") / _value("ratio_int4")}),
    }
    applied = [name for name, (holds, _) in factors.items() if holds]
    for name in applied:
        factor, remark = _between(factors[name][1], exposures, beyond="held")
        value /= factor
        if remark:
            remarks.append(f"{name}: factor of other exposures")
    if len(applied) + (junk in ("tagged", "random")) > 1:
        remarks.append("factors multiplied, though never measured together")
    return Ratio(value, tuple(remarks))


def room(params: float, ratio: Ratio, weight_bits: int = 16) -> Room:
    """Return what a model has room for.

    Parameters
    ----------
    params : float
        Its parameters, all experts included.
    ratio : Ratio
        Bits of knowledge per parameter; see `knowledge_ratio`.
    weight_bits : int, optional
        Bits of a weight.

    Returns
    -------
    Room
        Bits of knowledge, memory, and what follows from them.

    Raises
    ------
    ValueError
        If there are no parameters, or the ratio is more than the bits of a weight.

    Examples
    --------
    >>> seven = room(7e9, knowledge_ratio(1000))
    >>> seven.bits, seven.bytes
    (14000000000.0, 14000000000.0)
    """
    if not (math.isfinite(params) and params > 0):
        raise ValueError(f"params={params!r}; accepted is a finite number above 0")
    if not 0 <= ratio.value <= weight_bits:
        raise ValueError(
            f"ratio={ratio.value!r}; accepted is 0 to weight_bits={weight_bits}: no parameter "
            "holds more bits than it has"
        )
    return Room(params, weight_bits, ratio)


def params_in(memory: float, weight_bits: float) -> float:
    """Return how many parameters a memory has room for.

    Parameters
    ----------
    memory : float
        Bytes.
    weight_bits : float
        Bits of a weight.

    Returns
    -------
    float
        Parameters.

    Examples
    --------
    >>> params_in(8e9, 4)
    16000000000.0
    """
    return 8 * memory / weight_bits


def active_share(experts: int) -> float:
    """Return the share of parameters that a token meets, token embeddings left out.

    Parameters
    ----------
    experts : int
        Experts a layer, each a quarter as wide as a dense MLP, of which one is active; 1 means
        the dense MLP itself.

    Returns
    -------
    float
        A share.

    Raises
    ------
    ValueError
        If there are no experts.

    References
    ----------
    Allen-Zhu & Li 2024, arXiv 2404.05405, section 9.

    Examples
    --------
    >>> active_share(1), round(active_share(32), 3)
    (1.0, 0.088)
    """
    if experts < 1:
        raise ValueError(f"experts={experts!r}; accepted is a whole number of at least 1")
    # In units of width squared: attention takes 4, one expert 2.
    return 1.0 if experts == 1 else (4 + 2) / (4 + 2 * experts)


def _points(junk: Junk) -> dict[float, float]:
    """Return bits per parameter by exposures, as published."""
    base = _published("ratio_{}", 100, 1000)
    if junk in ("none", "repetitive"):
        return base
    seen = (100, 300) if junk == "tagged" else (100, 300, 600, 1000)
    # All are stated against the ratio after 100 exposures without junk.
    factors = _published(junk + "_factor_{}", *seen)
    return {n: base[100.0] / factor for n, factor in factors.items()}


def _published(key: str, *exposures: int) -> dict[float, float]:
    return {float(n): _value(key.format(n)) for n in exposures}


def _value(key: str) -> float:
    return records.value(_STUDY, key)


def _between(
    points: Mapping[float, float], x: float, beyond: str = "continued"
) -> tuple[float, str]:
    """Return a value by straight lines on logarithmic axes, and how it was come by.

    Above the last point it is held; below the first it is continued, or held.
    """
    at = sorted(points)
    for known in at:
        if math.isclose(x, known, rel_tol=1e-9):
            return points[known], ""
    if x > at[-1]:
        return points[at[-1]], f"exposures: held beyond {at[-1]:g}"
    if x < at[0] and (beyond == "held" or len(at) == 1):
        return points[at[0]], f"exposures: held below {at[0]:g}"
    high = next(i for i in range(1, len(at)) if x < at[i])
    left, right = at[high - 1], at[high]
    slope = math.log(points[right] / points[left]) / math.log(right / left)
    value = points[left] * (x / left) ** slope
    where = "between published points" if x > left else f"continued below {left:g}"
    return value, f"exposures: {where}"

"""How every figure looks: type, sizes, and one colour, marker and line for each meaning.

Colours are those of Okabe and Ito, told apart with any kind of colour vision; each meaning also
has a marker and a line style of its own, so that a print in grey can be read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import matplotlib as mpl
from matplotlib.rcsetup import cycler

from analysis.plots.placing import label_points as label_points
from analysis.plots.placing import legend as legend
from analysis.plots.placing import mark_extrapolation as mark_extrapolation
from analysis.plots.ticks import linear_axis as linear_axis
from analysis.plots.ticks import log_axis as log_axis
from analysis.plots.ticks import readable as readable

P = ParamSpec("P")
T = TypeVar("T")

BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
YELLOW, BLUE, VERMILION, PURPLE, GREY = "#F0E442", "#0072B2", "#D55E00", "#CC79A7", "#7F7F7F"

SIZES: dict[str, tuple[float, float]] = {
    "single": (6.4, 4.0),
    "wide": (9.6, 4.0),
    "large": (9.6, 5.6),
    "square": (5.2, 5.0),
    "tall": (6.4, 7.2),
    "grid": (9.6, 7.2),
}
"""Figure sizes in inches: a notebook column is about 9.6 wide, a text column in print 6.4."""


@dataclass(frozen=True)
class Look:
    """Colour, marker and line of one meaning.

    Parameters
    ----------
    color : str
        A colour matplotlib knows.
    marker : str
        A matplotlib marker.
    linestyle : str or tuple
        A matplotlib line style.
    """

    color: str
    marker: str
    linestyle: str | tuple[int, tuple[float, ...]]


_DASHES = (0, (5, 2))
_DASH_DOTS = (0, (5, 1.5, 1, 1.5))
_DOTS = (0, (1, 1.5))
_LONG = (0, (9, 2))
_DOUBLE = (0, (5, 1.5, 1, 1.5, 1, 1.5))
_SHORT = (0, (2.5, 1.5))
_MIXED = (0, (9, 2, 3, 2))

LOOKS: dict[str, Look] = {
    "data": Look("#4D4D4D", "o", "-"),
    "left_out": Look(VERMILION, "x", _DOTS),
    "fit": Look(BLUE, ".", "-"),
    "band": Look(SKY, "_", "-"),
    "reference": Look(BLACK, "+", _SHORT),
    "frontier": Look(BLACK, "*", "-"),
    "highlight": Look(VERMILION, "P", "-"),
    "kaplan2020": Look(ORANGE, "^", _DASHES),
    "hoffmann2022": Look(PURPLE, "s", _DASH_DOTS),
    "besiroglu2024": Look(GREEN, "D", _LONG),
    "porian2024": Look(SKY, "v", _DOUBLE),
    "base model": Look("#4D4D4D", "o", "-"),
    "other model": Look(ORANGE, "<", _DASHES),
    "densing2024": Look(VERMILION, "p", _DASHES),
}
"""Meanings that look the same in every figure; `assign` adds more."""

LOOKS["chinchilla2022"] = LOOKS["hoffmann2022"]

_SERIES: tuple[Look, ...] = (
    Look(BLUE, "o", "-"),
    Look(ORANGE, "s", _DASHES),
    Look(GREEN, "^", _DASH_DOTS),
    Look(PURPLE, "D", _LONG),
    Look(VERMILION, "v", _DOTS),
    Look(SKY, "P", _DOUBLE),
    Look(BLACK, "X", _SHORT),
    Look(YELLOW, "h", _MIXED),
)

RC: dict[Any, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],  # ships with matplotlib, so it is the same everywhere
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 10,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "legend.fontsize": 9,
    "legend.title_fontsize": 9,
    "legend.frameon": True,
    "legend.framealpha": 0.9,
    "legend.edgecolor": "#DDDDDD",
    "mathtext.fontset": "dejavusans",
    "figure.figsize": SIZES["single"],
    "figure.dpi": 100,
    "figure.constrained_layout.use": True,
    "savefig.dpi": 160,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#444444",
    "axes.linewidth": 0.8,
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": "#E6E6E6",
    "grid.linewidth": 0.7,
    "xtick.color": "#444444",
    "ytick.color": "#444444",
    "lines.linewidth": 1.8,
    "lines.markersize": 5,
    "patch.linewidth": 0.6,
    "axes.prop_cycle": cycler(color=[look.color for look in _SERIES]),
}
"""The rcParams of every figure."""


@contextmanager
def use() -> Iterator[None]:
    """Draw in the workbench's style inside a ``with`` block.

    Yields
    ------
    None
        Nothing; the rcParams are put back at the end.

    Examples
    --------
    >>> import matplotlib as mpl
    >>> before = mpl.rcParams["axes.titlesize"]
    >>> with use():
    ...     mpl.rcParams["axes.titlesize"]
    11.0
    >>> mpl.rcParams["axes.titlesize"] == before
    True
    """
    # Only what was changed is put back. The first figure of a notebook also starts the backend that
    # shows figures, and it says so in the rcParams: undone, no later figure would be shown.
    before = {name: mpl.rcParams[name] for name in RC}
    mpl.rcParams.update(RC)
    try:
        yield
    finally:
        mpl.rcParams.update(before)


def styled(draw: Callable[P, T]) -> Callable[P, T]:
    """Make a drawing function draw in the workbench's style, wherever it is called.

    Parameters
    ----------
    draw : callable
        A function that draws.

    Returns
    -------
    callable
        The same function, inside `use`.
    """

    @wraps(draw)
    def inside(*args: P.args, **kwargs: P.kwargs) -> T:
        with use():
            return draw(*args, **kwargs)

    return inside


def apply() -> None:
    """Draw in the workbench's style from here on, for figures of one's own."""
    mpl.rcParams.update(RC)


def look(name: str) -> Look:
    """Return colour, marker and line of a meaning.

    Parameters
    ----------
    name : str
        A key of `LOOKS`.

    Returns
    -------
    Look
        How it is drawn in every figure.

    Raises
    ------
    ValueError
        If the meaning is not known.

    Examples
    --------
    >>> look("hoffmann2022").marker
    's'
    """
    if name not in LOOKS:
        raise ValueError(
            f"name={name!r} has no fixed look; accepted: {', '.join(LOOKS)}. "
            "Give it one with assign(), or use series() for names that only one figure has"
        )
    return LOOKS[name]


def color(name: str) -> str:
    """Return the colour of a meaning; `look` has the marker and the line that go with it.

    Parameters
    ----------
    name : str
        A key of `LOOKS`.

    Returns
    -------
    str
        The colour.

    Examples
    --------
    >>> color("fit")
    '#0072B2'
    """
    return look(name).color


def assign(
    name: str, color: str, marker: str = "o", linestyle: str | tuple[int, tuple[float, ...]] = "-"
) -> Look:
    """Give a meaning of your own a fixed look.

    Parameters
    ----------
    name : str
        The new meaning.
    color, marker, linestyle : optional
        As matplotlib takes them.

    Returns
    -------
    Look
        The new look.

    Raises
    ------
    ValueError
        If the meaning already has another look, or the colour is none.

    Examples
    --------
    >>> assign("our-runs", GREEN, "d").marker
    'd'
    """
    if not mpl.colors.is_color_like(color):
        raise ValueError(f"color={color!r} is not a colour that matplotlib knows")
    new = Look(color, marker, linestyle)
    if LOOKS.setdefault(name, new) != new:
        raise ValueError(f"name={name!r} already has the look {LOOKS[name]}")
    return new


def series(names: Sequence[str]) -> dict[str, Look]:
    """Return looks for the series of one figure: fixed ones where they exist, free ones else.

    Parameters
    ----------
    names : sequence of str
        The series, in the order in which they are drawn.

    Returns
    -------
    dict of str to Look
        A look for each name; all are distinct as long as there are at most eight new names.

    Examples
    --------
    >>> looks = series(["fit", "dense", "sparse"])
    >>> looks["fit"].color == color("fit"), looks["dense"].color != looks["sparse"].color
    (True, True)
    """
    fixed = {name: LOOKS[name] for name in names if name in LOOKS}
    colors = {one.color for one in fixed.values()}
    free = sorted(_SERIES, key=lambda one: one.color in colors)
    new = [name for name in dict.fromkeys(names) if name not in fixed]
    return {
        name: fixed[name] if name in fixed else free[new.index(name) % len(free)] for name in names
    }

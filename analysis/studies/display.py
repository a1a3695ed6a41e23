"""How a comparison of published and reproduced values looks, as text and in a notebook."""

from __future__ import annotations

import math
from decimal import Decimal
from html import escape
from typing import TYPE_CHECKING

from analysis.records import Record, read_study

if TYPE_CHECKING:
    from analysis.studies.published import Comparison, Row

# Text and ground of each verdict; both are set, so that they can be read on a dark page too.
_COLORS = {
    "reproduced": ("#0b5a2a", "#d7f5e0"),
    "differs": ("#7a4100", "#ffeccc"),
    "not testable": ("#3d444d", "#e6eaef"),
}
_MARKS = {
    "recalled": "recalled: quoted from memory, not read in the source",
    "second-hand": "second-hand: read in what others wrote about the paper",
}
_HEAD = ("quantity", "published", "reproduced", "verdict")


def published_text(record: Record) -> str:
    """Return a published value with its digits as printed, and its interval or error.

    Parameters
    ----------
    record : Record
        The value.

    Returns
    -------
    str
        Such as ``0.3478 (0.317 to 0.373)``.
    """
    if record.value is None:
        return f"{_short(record.low)} to {_short(record.high)}"
    if record.low is not None and record.high is not None:
        return f"{record.printed} ({_short(record.low)} to {_short(record.high)})"
    return f"{record.printed} ± {_short(record.se)}" if record.se is not None else record.printed


def reproduced_text(
    record: Record, value: float | None, low: float | None, high: float | None
) -> str:
    """Return a reproduced value with as many digits as the published one, at least three.

    Parameters
    ----------
    record : Record
        The published value.
    value, low, high : float, optional
        What was found, and its interval.

    Returns
    -------
    str
        Such as ``0.3473 (0.3166 to 0.3731)``; a dash if there is no value.
    """
    if value is None:
        return "–"
    shown = rounded(value, record.printed)
    if low is None or high is None:
        return shown
    return f"{shown} ({rounded(low, record.printed)} to {rounded(high, record.printed)})"


def rounded(value: float, printed: str) -> str:
    """Return a number with as many digits as a printed one, at least three.

    Parameters
    ----------
    value : float
        The number.
    printed : str
        The number it is shown beside; empty if there is none.

    Returns
    -------
    str
        The rounded number.

    Examples
    --------
    >>> rounded(0.347311, "0.34"), rounded(2143.417, "2085.43"), rounded(4.04e10, "7e10")
    ('0.347', '2143.42', '4.04e10')
    """
    if not printed:
        return _short(value)
    like = Decimal(printed).as_tuple()
    if "e" in printed:
        return _exponent(f"{value:.{max(3, len(like.digits)) - 1}e}")
    decimals = max(0, -int(like.exponent))
    if value:
        decimals = max(decimals, 2 - math.floor(math.log10(abs(value))))
    return f"{value:.{decimals}f}"


def _short(value: float | None) -> str:
    return "" if value is None else _exponent(f"{value:.6g}")


def _exponent(text: str) -> str:
    mantissa, e, power = text.partition("e")
    return f"{mantissa}e{int(power)}" if e else text


def _cells(row: Row, with_study: bool) -> tuple[str, str, str, str]:
    unit = "" if row.unit == "1" else f", {row.unit}"
    study = f"{row.study}: " if with_study else ""
    mark = f" [{row.mark}]" if row.mark else ""
    return (
        f"{study}{row.quantity}{unit}",
        f"{row.published_text}{mark}",
        row.reproduced_text,
        f"{row.verdict}: {row.because}",
    )


def _studies(comparison: Comparison) -> list[str]:
    return list(dict.fromkeys(row.study for row in comparison.rows))


def _title(comparison: Comparison) -> str:
    papers = [read_study(key) for key in _studies(comparison)]
    return "; ".join(
        f"{p.authors} {p.year}" + (f", arXiv {p.arxiv}" if p.arxiv else "") for p in papers
    )


def _notes(comparison: Comparison) -> list[str]:
    notes = [text for mark, text in _MARKS.items() if any(r.mark == mark for r in comparison.rows)]
    for study in _studies(comparison):
        further = sum(key.startswith(f"{study}.") for key in comparison.left_out)
        if further:
            notes.append(f"{further} further values of {study} are not compared here")
    return notes


def as_text(comparison: Comparison) -> str:
    """Return the comparison as lines of plain text.

    Parameters
    ----------
    comparison : Comparison
        What to show.

    Returns
    -------
    str
        A title, an aligned table, and notes.
    """
    several = len(_studies(comparison)) > 1
    lines = [_HEAD, *(_cells(row, several) for row in comparison.rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(3)]
    table = [
        "  ".join([*(c.ljust(w) for c, w in zip(line, widths, strict=False)), line[3]])
        for line in lines
    ]
    return "\n".join([_title(comparison), *table, *_notes(comparison)])


def as_html(comparison: Comparison) -> str:
    """Return the comparison as an HTML table.

    Parameters
    ----------
    comparison : Comparison
        What to show.

    Returns
    -------
    str
        A table that needs no style sheet; verdicts are in words and in colour.
    """
    several = len(_studies(comparison)) > 1
    left = "text-align:left;vertical-align:top;padding:3px 10px"
    head = "".join(f'<th scope="col" style="{left}">{name}</th>' for name in _HEAD)
    body = "".join(_html_row(row, several, left) for row in comparison.rows)
    notes = "<br>".join(escape(note) for note in _notes(comparison))
    return (
        f'<table style="border-collapse:collapse"><caption style="{left};caption-side:top">'
        f"Published and reproduced. {escape(_title(comparison))}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        + (f'<p style="font-size:85%;opacity:0.85;margin:4px 10px">{notes}</p>' if notes else "")
    )


def _html_row(row: Row, several: bool, style: str) -> str:
    ink, ground = _COLORS[row.verdict]
    quantity, _, reproduced, _ = (escape(cell) for cell in _cells(row, several))
    mark = f" <em>[{escape(row.mark)}]</em>" if row.mark else ""
    verdict = (
        f'<span style="color:{ink};background:{ground};border-radius:4px;padding:1px 6px;'
        f'white-space:nowrap">{row.verdict}</span> {escape(row.because)}'
    )
    place = f'<br><small style="opacity:0.8">{escape(row.where)}</small>'
    published = f"{escape(row.published_text)}{mark}{place}"
    cells = "".join(
        f'<td style="{style}">{cell}</td>' for cell in (quantity, published, reproduced, verdict)
    )
    return f"<tr>{cells}</tr>"

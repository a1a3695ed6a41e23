"""The controls of an explorer: sliders, boxes and menus with a name, a range and a read-out.

A control wraps one ipywidget. Its value is set and read as a plain Python value; a value outside
its range is refused, where the bare widget would clip it silently.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from analysis.plots.ticks import readable

_LABEL_WIDTH, _SLIDER_WIDTH = "15em", "34em"  # room for a label of four words


def widgets() -> Any:
    """Return the ipywidgets package.

    Returns
    -------
    module
        ``ipywidgets``.

    Raises
    ------
    ImportError
        If it is not installed, with what to do about it.
    """
    try:
        import ipywidgets
    except ImportError as missing:
        raise ImportError(
            "explorers need ipywidgets, which is not installed here: run `make setup`, or "
            "`pip install ipywidgets` in the environment of this kernel. "
            "Everything else in the workbench works without it."
        ) from missing
    return ipywidgets


class Control:
    """One thing that a reader can change.

    Parameters
    ----------
    widget : ipywidgets.Widget
        The widget that holds the value.
    accepts : callable
        Takes a value; returns the value to set, or None if it is not accepted.
    range : str
        What is accepted, in words.
    write : callable
        Writes a value for the read-out beside the widget.
    help : str
        What the control means; shown as its tooltip and read out by screen readers.

    Attributes
    ----------
    shown : ipywidgets.Widget
        The widget with its read-out, to be placed on the page.
    """

    def __init__(
        self,
        widget: Any,
        accepts: Callable[[Any], Any],
        range: str,
        write: Callable[[Any], str] | None,
        help: str,
    ) -> None:
        self.widget = widget
        self.range = range
        self._accepts = accepts
        self._write = write
        widget.style.description_width = _LABEL_WIDTH
        widget.description_allow_html = False
        widget.tooltip = help or widget.description
        self.shown = widget
        if write is not None:
            widget.layout.width = _SLIDER_WIDTH
            self._read_out = widgets().Label(write(widget.value))
            self.shown = widgets().HBox([widget, self._read_out])
            widget.observe(self._show, names="value")

    def _show(self, change: Any) -> None:
        if self._write is not None:
            self._read_out.value = self._write(self.widget.value)

    @property
    def value(self) -> Any:
        """The value that the control stands at."""
        return self.widget.value

    def set(self, name: str, value: Any) -> None:
        """Move the control.

        Parameters
        ----------
        name : str
            The control's name, for the message.
        value : object
            Where to move it.

        Raises
        ------
        ValueError
            If the control cannot stand there.
        """
        accepted = self._accepts(value)
        if accepted is None:
            raise ValueError(f"{name}={value!r} is outside the control; accepted: {self.range}")
        self.widget.value = accepted


def _number(value: Any, low: float, high: float) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # A slider that works in powers of ten meets its own ends up to rounding only.
    inside = low * (1 - 1e-12) <= value <= high * (1 + 1e-12) if low > 0 else low <= value <= high
    return min(max(float(value), low), high) if inside else None


def _checked_range(label: str, low: float, value: float, high: float) -> None:
    if not (math.isfinite(low) and math.isfinite(high) and low <= value <= high and low < high):
        raise ValueError(
            f"control {label!r} runs from {low} to {high} and stands at {value}; accepted are "
            "finite numbers with low < high and the value between them"
        )


def log_slider(
    label: str,
    low: float,
    high: float,
    value: float,
    *,
    quantity: str = "number",
    per_decade: int = 20,
    help: str = "",
) -> Control:
    """Make a slider over orders of magnitude.

    Parameters
    ----------
    label : str
        What stands before it.
    low, high, value : float
        Its ends and where it starts, all above 0.
    quantity : str, optional
        How the value is written beside it; a key of `analysis.plots.ticks.QUANTITIES`.
    per_decade : int, optional
        Steps of the slider for each power of ten.
    help : str, optional
        What it means.

    Returns
    -------
    Control
        The control.

    Raises
    ------
    ValueError
        If the range is not one above 0, or `value` is outside it.
    """
    _checked_range(label, low, value, high)
    if low <= 0:
        raise ValueError(f"control {label!r} starts at low={low}; a log slider needs low > 0")
    slider = widgets().FloatLogSlider(
        value=value,
        base=10,
        min=math.log10(low),
        max=math.log10(high),
        step=1 / per_decade,
        description=label,
        readout=False,
        continuous_update=False,
    )
    return Control(
        slider,
        lambda given: _number(given, low, high),
        f"{readable(low, quantity)} to {readable(high, quantity)} ({low:g} to {high:g})",
        lambda shown: readable(shown, quantity),
        help,
    )


def slider(
    label: str,
    low: float,
    high: float,
    value: float,
    *,
    step: float | None = None,
    quantity: str = "number",
    help: str = "",
) -> Control:
    """Make a slider over a range of numbers.

    Parameters
    ----------
    label : str
        What stands before it.
    low, high, value : float
        Its ends and where it starts.
    step : float, optional
        The step of the slider; a hundredth of the range if left out.
    quantity : str, optional
        How the value is written beside it; a key of `analysis.plots.ticks.QUANTITIES`.
    help : str, optional
        What it means.

    Returns
    -------
    Control
        The control.

    Raises
    ------
    ValueError
        If the range is none, or `value` is outside it.
    """
    _checked_range(label, low, value, high)
    made = widgets().FloatSlider(
        value=value,
        min=low,
        max=high,
        step=step or (high - low) / 100,
        description=label,
        readout=False,
        continuous_update=False,
    )
    return Control(
        made,
        lambda given: _number(given, low, high),
        f"{low:g} to {high:g}",
        lambda shown: readable(shown, quantity),
        help,
    )


def whole_slider(label: str, low: int, high: int, value: int, *, help: str = "") -> Control:
    """Make a slider over whole numbers.

    Parameters
    ----------
    label : str
        What stands before it.
    low, high, value : int
        Its ends and where it starts.
    help : str, optional
        What it means.

    Returns
    -------
    Control
        The control.

    Raises
    ------
    ValueError
        If the range is none, or `value` is outside it.
    """
    _checked_range(label, low, value, high)
    made = widgets().IntSlider(
        value=value, min=low, max=high, description=label, readout=False, continuous_update=False
    )

    def accepts(given: Any) -> int | None:
        number = _number(given, low, high)
        return int(number) if number is not None and number == int(number) else None

    return Control(made, accepts, f"whole numbers from {low} to {high}", "{:,}".format, help)


def checkbox(label: str, value: bool, *, help: str = "") -> Control:
    """Make a box to tick.

    Parameters
    ----------
    label : str
        What stands after it.
    value : bool
        Whether it starts ticked.
    help : str, optional
        What it means.

    Returns
    -------
    Control
        The control.
    """
    made = widgets().Checkbox(value=value, description=label)
    made.layout.width = "auto"

    def accepts(given: Any) -> bool | None:
        return given if isinstance(given, bool) else None

    return Control(made, accepts, "True, False", None, help)


def dropdown(label: str, options: Mapping[str, Any], value: Any, *, help: str = "") -> Control:
    """Make a menu.

    Parameters
    ----------
    label : str
        What stands before it.
    options : mapping of str to object
        What the menu shows, and the text, number or boolean that each entry stands for.
    value : object
        The value it starts with.
    help : str, optional
        What it means.

    Returns
    -------
    Control
        The control.

    Raises
    ------
    ValueError
        If `value` is not among the options.
    """
    if value not in list(options.values()):
        raise ValueError(
            f"control {label!r} starts at {value!r}; accepted: {list(options.values())}"
        )
    made = widgets().Dropdown(options=list(options.items()), value=value, description=label)
    made.layout.width = _SLIDER_WIDTH

    def accepts(given: Any) -> Any:
        return given if given in list(options.values()) else None

    return Control(made, accepts, ", ".join(map(repr, options.values())), None, help)

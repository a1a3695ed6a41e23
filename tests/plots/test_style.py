"""The style: ticks and labels read off as text, looks told apart, nothing clipped or covered."""

import itertools

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure

from analysis.plots import style
from analysis.plots.ticks import QUANTITIES


@pytest.fixture
def ax():
    with style.use():
        figure = Figure(figsize=style.SIZES["single"])
        yield figure.subplots()


def labels(ax, which="x"):
    """Return the texts of the major ticks that are inside the axes."""
    ax.figure.draw_without_rendering()
    axis = ax.xaxis if which == "x" else ax.yaxis
    low, high = sorted(axis.get_view_interval())
    return [
        tick.label1.get_text()
        for tick in axis.get_major_ticks()
        if low * (1 - 1e-9) <= tick.get_loc() <= high * (1 + 1e-9)
    ]


@pytest.mark.parametrize(
    ("quantity", "limits", "expected"),
    [
        ("params", (3e7, 2e11), ["100M", "1B", "10B", "100B"]),
        ("params", (1e7, 1e10), ["10M", "100M", "1B", "10B"]),
        ("params", (4e8, 6e9), ["500M", "1B", "2B", "5B"]),
        ("params", (1.2e9, 4.1e9), ["2B", "3B", "4B"]),
        ("tokens", (1e9, 2e13), ["1B", "10B", "100B", "1T", "10T"]),
        ("flops", (1e18, 1e21), ["$10^{18}$", "$10^{19}$", "$10^{20}$", "$10^{21}$"]),
        ("flops", (1e18, 1e26), [f"$10^{{{k}}}$" for k in (18, 20, 22, 24, 26)]),
        (
            "flops",
            (5e21, 9e22),
            [r"$5\times10^{21}$", "$10^{22}$", r"$2\times10^{22}$", r"$5\times10^{22}$"],
        ),
        ("loss", (1.9, 3.3), ["2", "2.5", "3"]),
        ("loss", (2.30, 2.42), ["2.3", "2.325", "2.35", "2.375", "2.4"]),
        ("usd", (0.005, 20), [r"\$0.01", r"\$0.1", r"\$1", r"\$10"]),
        ("accuracy", (0.01, 1.0), ["1%", "10%", "100%"]),
    ],
)
def test_log_axis_has_readable_ticks(ax, quantity, limits, expected):
    style.log_axis(ax, "x", quantity)
    ax.set_xlim(limits)
    assert labels(ax) == expected


@pytest.mark.parametrize("quantity", QUANTITIES)
@pytest.mark.parametrize("low", [1e-3, 1.0, 7.3e8])
@pytest.mark.parametrize("decades", [0.02, 0.1, 0.3, 0.7, 1, 1.5, 2, 3, 6, 12])
def test_log_axis_always_has_few_distinct_labels(ax, quantity, low, decades):
    style.log_axis(ax, "y", quantity)
    ax.set_ylim(low, low * 10**decades)
    found = labels(ax, "y")
    assert 2 <= len(found) <= 8, found
    assert len(set(found)) == len(found), found


def test_log_axis_reads_a_reversed_axis(ax):
    style.log_axis(ax, "x", "params")
    ax.set_xlim(1e10, 1e7)
    assert sorted(labels(ax)) == sorted(["10M", "100M", "1B", "10B"])


def test_linear_axis(ax):
    style.linear_axis(ax, "y", "loss")
    ax.set_ylim(1.9, 3.1)
    assert labels(ax, "y") == ["2", "2.25", "2.5", "2.75", "3"]
    assert ax.get_ylabel() == "Loss (nats per token)"


def test_axis_label_can_be_given(ax):
    style.log_axis(ax, "x", "params", label="Active parameters")
    assert ax.get_xlabel() == "Active parameters"


def test_bad_names_are_refused_with_what_is_accepted(ax):
    with pytest.raises(ValueError, match=r"quantity='weights' .*params"):
        style.log_axis(ax, "x", "weights")
    with pytest.raises(ValueError, match=r"which='z' .*'x', 'y'"):
        style.log_axis(ax, "z", "params")
    with pytest.raises(ValueError, match=r"name='nobody1999' .*kaplan2020"):
        style.color("nobody1999")
    with pytest.raises(ValueError, match=r"where='left' .*right"):
        style.legend(ax, "left")
    with pytest.raises(ValueError, match="no artist with a label"):
        style.legend(ax)
    with pytest.raises(ValueError, match=r"3, 3 and 2"):
        style.label_points(ax, [1, 2, 3], [1, 2, 3], ["a", "b"])
    with pytest.raises(ValueError, match="beyond="):
        style.mark_extrapolation(ax)
    with pytest.raises(ValueError, match="color='mud'"):
        style.assign("mine", "mud")
    with pytest.raises(ValueError, match="already has the look"):
        style.assign("fit", "red")


@pytest.mark.parametrize(
    ("value", "quantity", "expected"),
    [
        (0, "params", "0"),
        (999_999, "params", "1M"),
        (-3.5e9, "params", "-3.5B"),
        (1e12, "tokens", "1T"),
        (9.999e20, "flops", "10²¹"),
        (3e-4, "learning_rate", "3×10⁻⁴"),
        (float("nan"), "loss", "not finite"),
        (float("inf"), "usd", "∞"),
        (20.3, "tokens_per_param", "20.3"),
        (12345.0, "tokens_per_param", "12,300"),
        (1e-6, "loss", "1e-06"),
    ],
)
def test_readable(value, quantity, expected):
    assert style.readable(value, quantity) == expected


def test_use_leaves_nothing_behind_and_apply_stays():
    before = mpl.rcParams.copy()
    with style.use():
        assert mpl.rcParams["figure.constrained_layout.use"]
    assert mpl.rcParams == before
    with mpl.rc_context():
        style.apply()
        assert mpl.rcParams["axes.titlelocation"] == "left"


def test_a_backend_that_starts_inside_goes_on_showing_figures():
    with mpl.rc_context({"interactive": False}):
        with style.use():
            mpl.interactive(True)
        assert mpl.is_interactive()


def test_font_is_one_that_ships_with_matplotlib():
    found = mpl.font_manager.findfont(style.RC["font.sans-serif"][0], fallback_to_default=False)
    assert found.startswith(mpl.get_data_path())


def rgb(color):
    return np.array(mpl.colors.to_rgb(color))


# Full protanopia and deuteranopia in linear light (Machado, Oliveira and Fernandes, 2009).
BLINDNESS = {
    "normal": np.eye(3),
    "protan": np.array([[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]]),
    "deutan": np.array([[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]]),
}


@pytest.mark.parametrize("kind", BLINDNESS)
def test_series_are_told_apart_with_any_colour_vision(kind):
    colors = [one.color for one in style.series(list("abcdefgh")).values()]
    seen = [np.clip(BLINDNESS[kind] @ rgb(c), 0, 1) for c in colors]
    for one, other in itertools.combinations(range(len(seen)), 2):
        assert np.linalg.norm(seen[one] - seen[other]) > 0.1, (colors[one], colors[other])


@pytest.mark.parametrize("looks", [style.LOOKS, style.series(list("abcdefgh"))])
def test_every_meaning_has_a_marker_of_its_own(looks):
    distinct = set(looks.values())
    assert len({one.marker for one in distinct}) == len(distinct)


def test_lines_of_studies_differ_in_grey():
    studies = ["kaplan2020", "hoffmann2022", "besiroglu2024", "porian2024", "fit", "reference"]
    assert len({style.look(name).linestyle for name in studies}) == len(studies)


def test_series_keep_fixed_meanings_and_avoid_their_colours():
    looks = style.series(["fit", "a", "b", "c", "d", "e", "f", "g"])
    assert looks["fit"] == style.look("fit")
    assert style.color("fit") not in {looks[name].color for name in "abcdefg"}


@pytest.mark.parametrize("where", ["inside", "right", "above", "below"])
def test_legend_is_never_clipped_and_outside_covers_nothing(ax, where):
    for name in ("a rather long name of a series", "another one that is long too", "short"):
        ax.plot([0, 1], [0, 1], label=name)
    placed = style.legend(ax, where)
    ax.figure.draw_without_rendering()
    box, page = placed.get_window_extent(), ax.figure.bbox
    assert page.x0 <= box.x0
    assert box.x1 <= page.x1
    assert page.y0 <= box.y0
    assert box.y1 <= page.y1
    if where != "inside":
        assert not ax.get_window_extent().overlaps(box)


def test_extrapolation_is_shaded_beyond_the_runs_and_keeps_the_limits(ax):
    ax.plot([1, 100], [1, 2])
    style.log_axis(ax, "x", "number")
    ax.set_xlim(0.5, 1000)
    style.mark_extrapolation(ax, beyond=100, below=1)
    assert ax.get_xlim() == (0.5, 1000)
    spans = sorted((p.get_x(), p.get_x() + p.get_width()) for p in ax.patches)
    assert spans == [(0.5, 1.0), (100.0, 1000.0)]
    assert "extrapolation" in [t.get_text() for t in ax.texts]


def test_nothing_is_shaded_where_runs_cover_the_axes(ax):
    ax.set_ylim(0, 1)
    style.mark_extrapolation(ax, beyond=2, axis="y")
    assert not ax.patches


def test_names_of_crowded_points_do_not_overlap(ax):
    rng = np.random.default_rng(3)
    x = 10 ** rng.uniform(21, 25, 18)
    y = np.sqrt(x) * 10 ** rng.uniform(-0.3, 0.3, 18)
    ax.plot(x, y, "o")
    style.log_axis(ax, "x", "flops")
    style.log_axis(ax, "y", "tokens")
    texts = style.label_points(ax, x, y, [f"Model-{i}" for i in range(18)])
    assert len(texts) == 18
    ax.figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in texts]
    assert not [
        (a, b) for a, b in itertools.combinations(range(18), 2) if boxes[a].overlaps(boxes[b])
    ]
    frame = ax.get_window_extent()
    assert all(frame.x0 <= b.x0 and b.x1 <= frame.x1 for b in boxes)


def test_names_are_placed_the_same_every_time():
    def places():
        figure = Figure(layout="constrained")
        ax = figure.subplots()
        ax.plot([1, 1.01, 1.02], [1, 1, 1], "o")
        texts = style.label_points(ax, [1, 1.01, 1.02], [1, 1, 1], ["one", "", "three"])
        return [(t.get_text(), t.get_position()) for t in texts]

    assert places() == places()
    assert [name for name, _ in places()] == ["one", "three"]

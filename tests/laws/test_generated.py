"""Random formulas: values against plain arithmetic on the same tree, slopes by differences."""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analysis.errors import FormulaError
from analysis.laws.law import Law

INPUTS = {"N": "params", "D": "tokens"}
RUNS = {"params": np.array([0.6, 1.7, 2.9]), "tokens": np.array([2.1, 0.7, 1.3])}
VALUES = {"a": 0.7, "b": 1.3, "c": 1.9, "beta": 0.45}
#: A name keeps its letters, whatever they mean to symbolic algebra.
NAMES = ["N", "D", *VALUES]


@dataclass(frozen=True)
class Tree:
    """A formula as its writer thinks of it: a head and its parts."""

    head: str
    parts: tuple["Tree | str | float", ...]

    def text(self, needed: int = 0) -> str:
        binds = {"+": 1, "-": 1, "*": 2, "/": 2, "neg": 3, "**": 4}.get(self.head, 9)
        left, right = (self.parts[0], self.parts[-1]) if self.parts else (None, None)
        if self.head in ("name", "number"):
            written = str(left)
        elif self.head == "neg":
            written = "-" + left.text(3)
        elif self.head == "**":
            # A power binds to the right, and its base takes no bare sign.
            written = f"{left.text(5)}**{right.text(3)}"
        elif self.head in "+-*/":
            written = f"{left.text(binds)} {self.head} {right.text(binds + 1)}"
        elif self.head == "where":
            a, b, then, other = (part.text() for part in self.parts)
            written = f"where({a} < {b}, {then}, {other})"
        else:
            written = f"{self.head}({', '.join(part.text() for part in self.parts)})"
        return f"({written})" if binds < needed else written

    def value(self, names: dict[str, float], margins: list[float]) -> float:
        """Evaluate by plain arithmetic; `margins` collects how near each choice was."""
        if self.head == "name":
            return names[self.parts[0]]
        if self.head == "number":
            return float(self.parts[0])
        values = [part.value(names, margins) for part in self.parts]
        if self.head in ("min", "max"):
            ordered = sorted(values)
            margins.extend(b - a for a, b in pairwise(ordered))
            return ordered[0] if self.head == "min" else ordered[-1]
        if self.head == "where":
            margins.append(abs(values[0] - values[1]))
            return values[2] if values[0] < values[1] else values[3]
        return {
            "+": lambda x, y: x + y,
            "-": lambda x, y: x - y,
            "*": lambda x, y: x * y,
            "/": lambda x, y: x / y,
            "**": lambda x, y: x**y,
            "neg": lambda x: -x,
            "exp": math.exp,
            "log": math.log,
            "log2": math.log2,
            "log10": math.log10,
            "sqrt": math.sqrt,
            "tanh": math.tanh,
            "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
        }[self.head](*values)


LEAVES = st.one_of(
    st.sampled_from(NAMES).map(lambda name: Tree("name", (name,))),
    st.sampled_from(["1", "2", "0.5", "3.25", "1e-1"]).map(lambda text: Tree("number", (text,))),
)


def node(inner: st.SearchStrategy[Tree], head: str, count: int) -> st.SearchStrategy[Tree]:
    return st.tuples(*[inner] * count).map(lambda parts: Tree(head, parts))


def arithmetic(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    unary = ("neg", "exp", "log", "log2", "log10", "sqrt", "tanh", "sigmoid")
    return st.one_of(
        *(node(inner, head, 2) for head in ("+", "-", "*", "/", "**")),
        *(node(inner, head, 1) for head in unary),
    )


def choices(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    few = (node(inner, head, count) for head in ("min", "max") for count in (2, 3))
    return st.one_of(arithmetic(inner), *few, node(inner, "where", 4))


def with_both_inputs(tree: Tree) -> Tree:
    """Let a formula read both inputs, so that they may always be declared."""
    return Tree("+", (tree, Tree("*", (Tree("name", ("N",)), Tree("name", ("D",))))))


PLAIN = st.recursive(LEAVES, arithmetic, max_leaves=9).map(with_both_inputs)
CHOOSING = st.recursive(LEAVES, choices, max_leaves=9).map(with_both_inputs)


def expected(tree: Tree) -> tuple[np.ndarray, float]:
    """Return the plain values on the runs and how near the nearest choice was."""
    margins: list[float] = []
    rows = []
    for n, d in zip(*RUNS.values(), strict=True):
        try:
            rows.append(tree.value({"N": float(n), "D": float(d), **VALUES}, margins))
        except (ArithmeticError, ValueError, TypeError):
            assume(False)
        assume(not isinstance(rows[-1], complex))
    values = np.array(rows)
    assume(np.isfinite(values).all() and np.abs(values).max() < 1e6)
    return values, min(margins, default=1.0)


@given(PLAIN)
@settings(max_examples=120)
def test_values_and_slopes(tree: Tree) -> None:
    check(tree)


@given(CHOOSING)
@settings(max_examples=120)
def test_values_and_slopes_of_choices(tree: Tree) -> None:
    check(tree)


def check(tree: Tree) -> None:
    values, margin = expected(tree)
    assume(margin > 1e-3)
    try:
        law = Law(tree.text(), predicts="loss", inputs=INPUTS)
    except FormulaError as refusal:
        # Such as (N - N)**exp(5.25), which is plain zero.
        assume("a power beyond" not in str(refusal))
        raise
    known = {name: VALUES[name] for name in law.parameters}
    np.testing.assert_allclose(law.predict(RUNS, known), values, rtol=1e-9, atol=1e-9)
    if not known:
        return
    design = law.design(RUNS)
    point = design.coordinates(known)
    found, jacobian = design.evaluate(point[None, :])
    np.testing.assert_allclose(found[0], values, rtol=1e-9, atol=1e-9)
    scale = 1.0 + np.abs(values)
    for i in range(len(known)):
        slopes = []
        for step in (1e-4, 5e-5):
            ends = np.array([point, point])
            ends[:, i] += (step, -step)
            above, below = design.values(ends)
            slopes.append((above - below) / (2 * step))
        # Two steps show where the difference itself is too coarse to judge by.
        bent = np.abs(slopes[0] - slopes[1])
        rough = 1e-6 * (scale + np.abs(slopes[1])) + 2 * bent
        steady = bent < 1e-3 * (scale + np.abs(slopes[1]))
        assert (np.abs(jacobian[0, i] - slopes[1]) <= rough)[steady].all()
        assert np.isfinite(jacobian[0, i]).all()


@given(PLAIN)
@settings(max_examples=60)
def test_a_piece_moved_to_a_where_line_changes_nothing(tree: Tree) -> None:
    values, margin = expected(tree)
    assume(margin > 1e-3)
    text = f"u + 0*v; v = u*N; u = {tree.text()}"
    law = Law(text, predicts="loss", inputs=INPUTS)
    known = {name: VALUES[name] for name in law.parameters}
    np.testing.assert_allclose(law.predict(RUNS, known), values, rtol=1e-9, atol=1e-9)

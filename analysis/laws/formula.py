"""Formula text, read by a whitelist.

A formula is parsed with Python's own parser and then walked: only numbers, names, arithmetic and a
short list of functions pass. Nothing in it is ever evaluated as code.
"""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from analysis.errors import FormulaError
from analysis.laws.grammar import ACCEPTED, DEEPEST, Line, check_name
from analysis.laws.trees import constant, pieces

__all__ = ["Formula", "constant", "parse", "pieces"]

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_FOREIGN = re.compile(r"[^A-Za-z0-9_.+\-*/()\[\]<>=,; \n\t]")
_WHERE_LINE = re.compile(r"(?P<name>[^=<>]*?)=(?!=)(?P<body>.*)", re.DOTALL)
_LONGEST = 2_000
_LARGEST = 4_000


@dataclass(frozen=True)
class Formula:
    """A formula that passed the whitelist.

    Parameters
    ----------
    text : str
        The formula as it was typed.
    expression : ast.expr
        Its first line.
    definitions : dict of str to ast.expr
        Its where-lines, by the name each defines, in the order they were typed.
    names : tuple of str
        Every free name, in order of appearance.
    groups : dict of str to str
        For each grouped parameter the name in its subscript.
    """

    text: str
    expression: ast.expr
    definitions: dict[str, ast.expr] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    groups: dict[str, str] = field(default_factory=dict)

    @cached_property
    def exponents(self) -> frozenset[str]:
        """Every name that stands in an exponent."""
        found: set[str] = set()
        for node in (
            n for tree in (self.expression, *self.definitions.values()) for n in ast.walk(tree)
        ):
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
                found |= {name for name, _ in pieces(node.right)}
        return frozenset(found)


def parse(text: str, known: Mapping[str, float] | None = None) -> Formula:
    """Read a formula and refuse whatever is not one.

    Parameters
    ----------
    text : str
        An expression, followed by any number of where-lines ``; name = expression``.
    known : dict of str to float, optional
        Names that will stand for a number, so that a division by zero shows.

    Returns
    -------
    Formula
        The checked tree and the names in it.

    Raises
    ------
    FormulaError
        If any piece is outside the grammar, with the piece and its place.

    Examples
    --------
    >>> parse("E + A/N**alpha + B/D**beta").names
    ('E', 'A', 'N', 'alpha', 'B', 'D', 'beta')
    >>> parse("a*k; k = log(N)").names
    ('a', 'N')
    >>> parse("open(N)")
    Traceback (most recent call last):
        ...
    analysis.errors.FormulaError: 'open' is not a function of formulas; accepted are ...
    """
    if not isinstance(text, str):
        raise ValueError(f"a formula is a text, found {type(text).__name__}")
    if len(text) > _LONGEST:
        raise ValueError(f"a formula has at most {_LONGEST} characters, found {len(text)}")
    _check_characters(text)
    lines = _lines(text)
    first = Line(text, *lines[0])
    definitions: dict[str, Line] = {}
    for line, offset in lines[1:]:
        name, body, body_offset = _where_line(text, line, offset)
        if name in definitions:
            raise FormulaError(f"{name!r} is defined twice", text, _start(line, offset))
        definitions[name] = Line(text, body, body_offset)
    return _Resolver(text, first, definitions, dict(known or {})).formula()


def _check_characters(text: str) -> None:
    """Refuse what stands in no formula before Python's parser sees it."""
    foreign = _FOREIGN.search(text)
    if foreign:
        power = "; a power is written **" if foreign[0] == "^" else ""
        problem = f"{foreign[0]!r} is not part of a formula{power}; {ACCEPTED}"
        raise FormulaError(problem, text, foreign.start())
    for word in _WORD.finditer(text):
        if keyword.iskeyword(word[0]):
            hint = f"; {word[0]}_ can" if word[0] == "lambda" else ""
            problem = f"{word[0]!r} is a reserved word of Python and cannot be a name{hint}"
            raise FormulaError(problem, text, word.start())


def _start(line: str, offset: int) -> int:
    """Return where in the formula the first letter of a line stands."""
    return offset + len(line) - len(line.lstrip())


def _lines(text: str) -> list[tuple[str, int]]:
    """Split at semicolons, keeping where each line starts; a closing semicolon is allowed."""
    lines, start = [], 0
    for line in text.split(";"):
        lines.append((line, start))
        start += len(line) + 1
    if len(lines) > 1 and not lines[-1][0].strip():
        lines.pop()
    return lines


def _where_line(text: str, line: str, offset: int) -> tuple[str, str, int]:
    match = _WHERE_LINE.fullmatch(line)
    if match is None:
        raise FormulaError(
            f"{line.strip()!r} is not a where-line; accepted is: name = expression",
            text,
            _start(line, offset),
        )
    name = match["name"].strip()
    check_name(name, text, _start(line, offset))
    return name, match["body"], offset + match.start("body")


class _Resolver:
    """Resolves where-lines: every one is used, none refers to itself, the whole stays small."""

    def __init__(
        self, text: str, first: Line, definitions: dict[str, Line], constants: dict[str, float]
    ) -> None:
        self.text = text
        self.first = first
        self.definitions = definitions
        self.names: dict[str, None] = {}
        self.groups: dict[str, str] = {}
        self.plain: set[str] = set()
        self.sizes: dict[str, int] = {}
        self.depths: dict[str, int] = {}
        self.constants = constants
        self.with_totals: set[str] = set()

    def formula(self) -> Formula:
        size, depth = self._visit(self.first, ())
        self.first.check_arithmetic(self.constants)
        self.first.check_totals(self.with_totals)
        unused = [name for name in self.definitions if name not in self.sizes]
        if unused:
            raise FormulaError(f"the where-line {unused[0]!r} is never used", self.text)
        if size > _LARGEST:
            problem = f"written out, this formula has {size} pieces; accepted are {_LARGEST}"
            raise FormulaError(problem, self.text)
        if depth > DEEPEST:
            raise FormulaError("written out, this formula is nested too deeply", self.text)
        mixed = sorted(self.plain & set(self.groups))
        if mixed:
            raise FormulaError(f"{mixed[0]!r} stands with and without a subscript", self.text)
        trees = {name: line.tree for name, line in self.definitions.items()}
        return Formula(self.text, self.first.tree, trees, tuple(self.names), self.groups)

    def _visit(self, line: Line, path: tuple[str, ...]) -> tuple[int, int]:
        """Return how many pieces a line has when written out, and how deep they nest."""
        for name, group in pieces(line.tree):
            if name in self.definitions:
                if group is not None:
                    raise FormulaError(f"the where-line {name!r} takes no subscript", self.text)
                self._define(name, path)
                continue
            self.names.setdefault(name)
            if group is None:
                self.plain.add(name)
            elif group in self.definitions:
                raise FormulaError(f"the where-line {group!r} cannot be a subscript", self.text)
            elif self.groups.setdefault(name, group) != group:
                raise FormulaError(f"{name!r} stands with two different subscripts", self.text)
        return self._size(line.tree), self._depth(line.tree)

    def _define(self, name: str, path: tuple[str, ...]) -> None:
        if name in path:
            raise FormulaError(f"the where-line {name!r} refers to itself", self.text)
        if name not in self.sizes:
            line = self.definitions[name]
            if len(path) > DEEPEST:
                raise FormulaError("written out, this formula is nested too deeply", self.text)
            self.sizes[name], self.depths[name] = self._visit(line, (*path, name))
            line.check_arithmetic(self.constants)
            if line.check_totals(self.with_totals):
                self.with_totals.add(name)
            value = constant(line.tree, self.constants)
            if value is not None:
                self.constants[name] = value

    def _size(self, node: ast.AST) -> int:
        if isinstance(node, ast.Name):
            return 1 + self.sizes.get(node.id, 0)
        size = 1 + sum(map(self._size, ast.iter_child_nodes(node)))
        match node:
            case ast.Call(func=ast.Name(id="min" | "max" | "Min" | "Max"), args=arguments):
                # Each round of the comparison writes what it compares twice.
                size *= 2 ** (len(arguments) - 1).bit_length()
        return size

    def _depth(self, node: ast.AST) -> int:
        if isinstance(node, ast.Name):
            return self.depths.get(node.id, 0)
        return 1 + max((self._depth(child) for child in ast.iter_child_nodes(node)), default=0)

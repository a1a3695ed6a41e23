"""Check the docstring of every public name of the package against numpydoc's rules.

The objects themselves are read rather than their source, so that the fields of a dataclass count
as its parameters and a property needs no Returns section.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Iterator
from functools import cached_property
from types import ModuleType

from numpydoc.validate import validate

OPTIONAL = {
    "ES01",  # an extended summary
    "EX01",  # examples
    "SA01",  # a See Also section
    "GL01",  # the summary starts on the opening line
    "SS05",  # the test for third person takes many nouns for verbs
}


def modules(package: str) -> Iterator[ModuleType]:
    """Yield a package and every module in it."""
    root = importlib.import_module(package)
    yield root
    for found in pkgutil.walk_packages(root.__path__, f"{package}."):
        yield importlib.import_module(found.name)


def public_names(module: ModuleType) -> Iterator[str]:
    """Yield the dotted names of what a module defines for others."""
    for name, value in vars(module).items():
        if name.startswith("_") or getattr(value, "__module__", None) != module.__name__:
            continue
        if inspect.isfunction(value) or inspect.isclass(value):
            yield f"{module.__name__}.{name}"
        if inspect.isclass(value):
            for part, member in vars(value).items():
                code = inspect.isroutine(member) or isinstance(member, property | cached_property)
                if code and not part.startswith("_") and not _overrides(value, part):
                    yield f"{module.__name__}.{name}.{part}"


def _overrides(kind: type, part: str) -> bool:
    """Tell whether a method fills in one that a parent class already documents."""
    return any(getattr(vars(base).get(part), "__doc__", None) for base in kind.__mro__[1:])


def _undocumented(name: str, message: str) -> set[str]:
    """Return the parameters that a message misses and that stand under Attributes neither."""
    missing = set(re.findall(r"'([^']+)'", message))
    module, _, kind = name.rpartition(".")
    value = getattr(sys.modules.get(module), kind, None)
    if not dataclasses.is_dataclass(value):
        return missing
    section = (value.__doc__ or "").partition("Attributes\n")[2]
    listed = re.findall(r"^\s*([a-z0-9_, ]+?) : ", section, flags=re.MULTILINE)
    return missing - {part.strip() for line in listed for part in line.split(",")}


def faults(module: ModuleType) -> Iterator[str]:
    """Yield what is wrong with the docstrings of a module, with the place of each."""
    if not module.__doc__:
        yield f"{module.__file__}:1: {module.__name__}: GL08 the module has no docstring"
    for name in public_names(module):
        result = validate(name)
        for code, message in result["errors"]:
            if code == "PR01" and not _undocumented(name, message):
                continue
            if code not in OPTIONAL:
                yield f"{result['file']}:{result['file_line']}: {name}: {code} {message}"


def main(package: str = "analysis") -> int:
    """Print every fault and return 1 if there is any."""
    found = [fault for module in modules(package) for fault in faults(module)]
    print("\n".join(found) or f"docstrings of {package}: all good")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

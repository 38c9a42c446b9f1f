"""Compare the functions that others rely on with what they were before the student's file.

Nothing of ours computes with them: a replaced `np.allclose` changes no mark. Whoever
replaces it means to change one.
"""

import builtins
import math
import operator
import sys
import types
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

import numpy as np

WATCHED = {
    "numpy": (
        *("allclose", "isclose", "array_equal", "array_equiv", "abs", "all", "any"),
        *("sum", "max", "min", "mean", "array", "asarray", "isnan", "isfinite"),
    ),
    "numpy.testing": (
        *("assert_allclose", "assert_almost_equal", "assert_array_almost_equal"),
        *("assert_array_equal", "assert_equal", "assert_"),
    ),
    # not print: scripts give it `flush=True` for all modules
    "builtins": (
        *("abs", "all", "any", "eval", "exec", "compile", "getattr", "isinstance"),
        *("len", "max", "min", "open", "repr", "round", "sum", "type"),
        *("__build_class__", "__import__"),
    ),
    "math": ("isclose", "isfinite", "isnan", "fabs"),
    "operator": ("eq", "ne", "lt", "le", "gt", "ge"),
}
# not imported before a student's code needs it
LATE = "numpy.testing"
MISSING = object()


class _Watch(NamedTuple):
    """A name, and what it was when first seen."""

    module: str
    attribute: str
    names: dict[str, Any]
    original: object

    @property
    def now(self) -> object:
        return self.names.get(self.attribute, MISSING)


class Libraries:
    """What the watched names were at first."""

    def __init__(self, own_files: Collection[str]) -> None:
        """Keep the originals of what is imported by now."""
        self._own_files = own_files
        self._told: set[str] = set()
        self._modules: dict[str, types.ModuleType] = {}
        self._watched: list[_Watch] = []
        for module in (np, builtins, math, operator):
            self._watch(module.__name__, module)

    def _watch(self, name: str, module: types.ModuleType) -> None:
        self._modules[name] = module
        names = vars(module)
        self._watched += [
            _Watch(name, attribute, names, names.get(attribute, MISSING))
            for attribute in WATCHED[name]
        ]

    def newly_replaced(self) -> list[str]:
        """Return the names that were replaced since the last look, each told once."""
        new = [name for name in self._replaced() if name not in self._told]
        self._told.update(new)
        return new

    def _replaced(self) -> Iterator[str]:
        for name, module in self._modules.items():
            if sys.modules.get(name, module) is not module:
                yield f"sys.modules[{name!r}]"
        for watch in self._watched:
            now = watch.now
            if now is not watch.original and self._is_replacement(now):
                yield f"{watch.module}.{watch.attribute}"
        yield from self._replaced_late()

    def _replaced_late(self) -> Iterator[str]:
        """Look at a module that the student's code imported: its originals are unknown."""
        module = sys.modules.get(LATE)
        for attribute in WATCHED[LATE] if type(module) is types.ModuleType else ():
            now = vars(module).get(attribute)
            if type(now) is types.FunctionType and self._is_replacement(now):
                yield f"{LATE}.{attribute}"

    def _is_replacement(self, now: object) -> bool:
        if type(now) is types.FunctionType:
            # a library may reload or wrap its functions; its code lies in its files
            file = now.__code__.co_filename
            return file in self._own_files or file.startswith("<")
        # NumPy's own kinds of function, after a reload
        return type(now).__module__.split(".")[0] != "numpy"

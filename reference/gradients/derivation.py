"""Was a gradient derived, or left to differences or to a library?"""

import ast
import contextlib
import dataclasses
import functools
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from grader.checks import (
    CallFailed,
    Diagnosis,
    Outcome,
    StudentCode,
    Verdict,
    numbers,
    source,
)

from . import gradients as solution

# libraries that differentiate for their user
LIBRARIES = {"jax", "torch", "autograd", "sympy", "numdifftools"}
AUTODIFF = LIBRARIES | {
    "GradientTape",
    "ForwardAccumulator",
    "tensorflow.gradients",
    "compat.v1.gradients",
    "scipy.differentiate",
    "scipy.misc.derivative",
    "approx_fprime",
    "approx_derivative",
}
# loss and outputs stay what they are, in other units: a step of 1e-5 is absurd there,
# lost in rounding or far too long, and a formula does not care
OTHER_UNITS: Mapping[str, Callable[..., tuple[Any, ...]]] = {
    "graph1": lambda x, y: (1e12 * x, 1e12 * y),
    "exp_graph": lambda x, w1, w0: (1e9 * x, w1 / 1e9, w0),
    "half_norm_sq": lambda X, W: (1e12 * X, W / 1e12),
    "quadratic_cost_grad": lambda a, y: (1e12 * a, 1e12 * y),
    "linreg_grad": lambda X, y, w: (X, 1e12 * y, 1e12 * w),
    "logreg_grad": lambda X, y, w: (1e9 * X, y, w / 1e9),
    "softmax_grad": lambda X, y, W: (1e9 * X, y, W / 1e9),
    "backprop_222": lambda x, t, W1, W2: (
        1e9 * x,
        t,
        np.vstack([W1[:-1] / 1e9, W1[-1:]]),
        W2,
    ),
    "backprop_event": lambda x, t, w1, w2, h, hprime: (
        1e9 * x,
        t,
        np.hstack([w1[:, :1], w1[:, 1:] / 1e9]),
        w2,
        h,
        hprime,
    ),
}


# what the functions return that return several things
PARTS = {
    "graph1": "f dx dy",
    "half_norm_sq": "f dX dW",
    "backprop_222": "L dW1 dW2",
    "backprop_event": "E dw1 dw2",
}


@dataclasses.dataclass(frozen=True)
class Excerpt:
    """A part of a submission, for reading.

    Attributes:
        source: Its text, lines in their places.
    """

    source: str


def derived(
    student: StudentCode, function: str, args: Sequence[Any], verdict: Verdict
) -> Verdict:
    """Return a verdict, with half of its credit if the gradient was not derived.

    Reading finds libraries. Differences are found by what they do: numeric_grad is
    called, or numbers that are right go wrong in other units.

    Args:
        student: The code.
        function: The function of T2 to T9 that was judged.
        args: Arguments of one call of it.
        verdict: What the judgement was.
    """
    if verdict.credit == 0:
        return verdict
    evidence = _library(student.source, function)
    if not evidence and _differs(student, function, args):
        evidence = f"{function} calls numeric_grad."
    if not evidence and _needs_units(student, function, args):
        evidence = f"{function} is right, but in other units it is not: differences?"
    if not evidence:
        return verdict
    return Verdict.failed(
        f"The numbers of {function} may be right, but it does not derive them: this task "
        "asks for your own formula, so the check earns half.",
        credit=verdict.credit / 2,
        note=evidence,
        diagnosis=Diagnosis(
            mistake="not_derived",
            says="This is what you get when differences (numeric_grad, or a copy of it) "
            "or a library that differentiates do the work.",
            concept="chain rule",
        ),
        example=verdict.example,
    )


# several checks ask about the same function
@functools.lru_cache(maxsize=32)
def _library(code: str, function: str) -> str:
    """Return which library differentiates for a function, "" if none is found."""
    try:
        tree = source.parsed(code)
        text = _reached(tree, code, function)
        source.parsed(text)
    except (ValueError, RecursionError, MemoryError):
        return ""  # a notebook with one broken cell can't be read
    nodes = list(ast.walk(tree))
    own = {n.name for n in nodes if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    imports = (n for n in nodes if isinstance(n, ast.Import | ast.ImportFrom))
    imported = {
        part for n in imports for part in ast.unparse(n).replace(".", " ").split()
    }
    # somebody's own engine may be called autograd
    names = AUTODIFF - (LIBRARIES & own - imported)
    read = source.forbids(Excerpt(text), names=names, functions=(function,))  # type: ignore[arg-type]
    return read.feedback if read.outcome is Outcome.FAILED else ""


def _reached(tree: ast.Module, text: str, function: str) -> str:
    """Return a file with nothing left but imports and what a function gets at.

    A cell that checks a gradient with a tape often has names, W or L, that are local to
    the function that it checks.
    """
    kept = [n for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
    waiting, seen = [function], set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        found = [n for n in tree.body if n not in kept and name in _names_made(n)]
        kept += found
        waiting += [used for node in found for used in _names_used(node)]
    # as Python counts lines: a form feed or U+2028 ends none
    lines = re.split(r"\r\n|\r|\n", text)
    left = {line for n in kept for line in range(_first_line(n), _last_line(n) + 1)}
    return "\n".join(
        line if number in left else "" for number, line in enumerate(lines, start=1)
    )


def _first_line(statement: ast.stmt) -> int:
    decorators = getattr(statement, "decorator_list", [])
    return min(node.lineno for node in (statement, *decorators))


def _last_line(statement: ast.stmt) -> int:
    return statement.end_lineno or statement.lineno


def _names_made(statement: ast.stmt) -> set[str]:
    """Return the names that a statement of the module gives a meaning."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return {statement.name}
    nodes = list(ast.walk(statement))
    defined = {n.name for n in nodes if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    return (
        defined
        | _stored(nodes)
        | {
            (alias.asname or alias.name).partition(".")[0]
            for n in nodes
            if isinstance(n, ast.Import | ast.ImportFrom)
            for alias in n.names
        }
    )


def _names_used(statement: ast.stmt) -> set[str]:
    """Return the module's names that a statement uses; what is local is not one."""
    nodes = list(ast.walk(statement))
    used = {n.id for n in nodes if isinstance(n, ast.Name)}
    if not isinstance(statement, ast.FunctionDef):
        return used
    defaults = [*statement.args.defaults, *filter(None, statement.args.kw_defaults)]
    outside = [n for o in (*statement.decorator_list, *defaults) for n in ast.walk(o)]
    kept = {n.id for n in outside if isinstance(n, ast.Name)}
    kept |= {name for n in nodes if isinstance(n, ast.Global) for name in n.names}
    arguments = {n.arg for n in nodes if isinstance(n, ast.arg)}
    return (used - arguments - _stored(nodes)) | kept


def _stored(nodes: Sequence[ast.AST]) -> set[str]:
    names = (n for n in nodes if isinstance(n, ast.Name))
    return {name.id for name in names if isinstance(name.ctx, ast.Store)}


def _differs(student: StudentCode, function: str, args: Sequence[Any]) -> bool:
    """Return whether a call of a function calls numeric_grad."""
    calls = []

    def spy(*args: Any, **kwargs: Any) -> float:
        calls.append(args)
        return 0.0

    # a zero in place of a gradient may well break what comes after
    with contextlib.suppress(CallFailed):
        getattr(student.replaced({"numeric_grad": spy}), function)(*args)
    return bool(calls)


def _needs_units(student: StudentCode, function: str, args: Sequence[Any]) -> bool:
    """Return whether some part of a result is right, and in other units far from it.

    Measured: formulas are off by 1e-15, in single precision by 1e-5; differences by a
    few per cent at least, whatever they are called.
    """
    if function not in OTHER_UNITS:
        return False
    with contextlib.suppress(CallFailed):
        usual = _errors(student, function, args)
        odd = _errors(student, function, OTHER_UNITS[function](*args))
        pairs = zip(usual, odd, strict=True)
        return any(here <= 1e-4 and not there <= 1e-2 for here, there in pairs)
    return False


def _errors(student: StudentCode, function: str, args: Sequence[Any]) -> list[float]:
    """Return the relative error of each part of a result; NaN for no such part."""
    truth, mine = getattr(solution, function)(*args), getattr(student, function)(*args)
    if not isinstance(truth, tuple | dict):
        truth, mine = (truth,), [mine]
    if isinstance(truth, tuple):
        names = PARTS.get(function, "").split()
        truth = dict(zip(names or [""], truth, strict=True))
    if not isinstance(mine, Mapping):
        alike = isinstance(mine, list | np.ndarray) and len(mine) == len(truth)
        mine = dict(zip(truth, mine, strict=True)) if alike else {}
    return [_error(mine.get(name), part) for name, part in truth.items()]


def _error(mine: Any, truth: Any) -> float:
    right = np.asarray(truth, dtype=float)
    got = numbers(mine, right.shape)
    if got is None:
        return float("nan")
    return float(np.linalg.norm(got - right) / max(np.linalg.norm(right), 1e-300))

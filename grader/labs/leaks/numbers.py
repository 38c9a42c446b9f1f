"""Numbers in code and in texts, and when two are the same one, rounded."""

import ast
import math
import operator
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

NUMBER = re.compile(
    r"(?<![\w.])\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\w)"
    r"|(?<![\w.])\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?(?!\w)"
)
OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
FUNCTIONS = {"log": math.log, "exp": math.exp, "sqrt": math.sqrt}
CONSTANTS = {"pi": math.pi, "e": math.e}


def significant(value: float) -> int:
    """Return how many digits a number has without the zeros at its ends."""
    if not math.isfinite(value):
        return 0
    digits = f"{abs(value):.15g}".split("e")[0].replace(".", "")
    return len(digits.strip("0"))


def folded(tree: ast.AST) -> Iterator[tuple[int, float]]:
    """Return line and value of each number that code spells out, `4 * np.log(2)` too."""
    stack = [tree]
    while stack:
        node = stack.pop()
        value = _value(node) if isinstance(node, ast.expr) else None
        if isinstance(node, ast.expr) and value is not None:
            yield node.lineno, abs(value)
        else:
            stack += ast.iter_child_nodes(node)


def _value(node: ast.AST) -> float | None:
    match node:
        case ast.Constant(value=bool()):
            return None
        case ast.Constant(value=int() | float() as value):
            return float(value)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _combined(operator.neg, _value(operand))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            return _combined(OPERATORS[type(op)], _value(left), _value(right))
        case ast.Attribute(attr=name) if name in CONSTANTS:
            return CONSTANTS[name]
        case ast.Call(func=ast.Attribute(attr=name), args=[only]) if name in FUNCTIONS:
            return _combined(FUNCTIONS[name], _value(only))
    return None


def _combined(function: object, *values: float | None) -> float | None:
    assert callable(function)  # noqa: S101 - a table of functions
    if any(value is None for value in values):
        return None
    try:
        return float(function(*values))
    except (ArithmeticError, ValueError):
        return None


def numbers_in(line: str) -> Iterator[tuple[float, float, int]]:
    """Return each number of a line with half a unit of its last digit and its digits."""
    for match in NUMBER.finditer(line):
        plain = match.group().replace(",", "").replace("_", "").lower()
        mantissa, _, exponent = plain.partition("e")
        decimals = len(mantissa.partition(".")[2])
        digits = mantissa.replace(".", "").lstrip("0")
        try:
            value = float(plain)
            half = 0.5 * 10.0 ** (int(exponent or 0) - decimals)
        except (OverflowError, ValueError):
            continue
        exact = "." not in mantissa and not exponent
        yield value, 0.0 if exact else half, len(digits)


def within(sorted_values: Sequence[float], value: float, half: float) -> range:
    """Return the places of the values that round to another one."""
    # a rounded half may go either way
    slack = half * 1.001 + 1e-12 * abs(value)
    return range(
        bisect_left(sorted_values, value - slack),
        bisect_right(sorted_values, value + slack),
    )

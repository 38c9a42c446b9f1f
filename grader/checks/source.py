"""Look at the student's code itself, for rules such as "only nand" or "no GradientTape".

Reading is advisory: whoever wants can hide a name from a syntax tree. What matters for
marks is also checked by calling (a spy counts the calls of `nand`). The code is parsed,
never run here, and nothing in it is believed.
"""

import ast
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from grader.checks.module_names import (
    Definition,
    Index,
    definitions,
    indexed,
    is_stub,
    reachable,
)
from grader.domain.student import StudentCode
from grader.domain.syntax import UnparsableError, parsed
from grader.domain.verdict import Outcome, Verdict
from grader.errors import LabError

TOO_DEEP = "your code is nested too deeply to be read."
# what gluing calls together needs: names, constants, assignments, tuples, return
PLAIN = (
    ast.Assign,
    ast.AnnAssign,
    ast.Call,
    ast.Constant,
    ast.Expr,
    ast.List,
    ast.Load,
    ast.Name,
    ast.NamedExpr,
    ast.Pass,
    ast.Return,
    ast.Starred,
    ast.Store,
    ast.Tuple,
    ast.keyword,
)
# functions that take a name as text
BY_TEXT = {"getattr", "import_module", "__import__"}


@dataclass(frozen=True)
class Finding:
    """Something in the code that a rule forbids.

    Attributes:
        line: Where.
        what: "uses a comparison".
        calls: The name that is called, if it is a call.
    """

    line: int
    what: str
    calls: str = ""


def only_calls(
    student: StudentCode, *, function: str, allowed: Collection[str]
) -> Verdict:
    """Return whether a function's body does nothing but call the allowed names.

    No operators, comparisons, branches, loops, indexing or other calls; assignments,
    tuples, constants and calls of own functions that comply are fine. The last definition
    of the name counts, a lambda and `name = other_name` are definitions too; of
    definitions inside `if` or `try`, each must comply.

    Raises:
        LabError: If nothing is allowed.
    """
    if not allowed:
        raise LabError(f"{function}: no call is allowed, so nothing can be computed")
    try:
        tree = parsed(student.source)
        index = indexed(tree)
        found = definitions(index, function)
        findings = _all_outside(index, function, allowed)
    except UnparsableError as problem:
        return Verdict.failed(str(problem))
    except RecursionError:
        return Verdict.failed(TOO_DEEP)
    if not found:
        return _not_attempted(f"there is no function {function} in your file")
    if all(is_stub(definition) for definition in found):
        return _not_attempted(f"{function} is not written yet")
    if not findings:
        return Verdict.passed()
    listed = " or ".join(sorted(allowed))
    return Verdict.failed(f"{function} may only call {listed}, but {_told(findings)}.")


def forbids(
    student: StudentCode,
    *,
    names: Collection[str],
    functions: Sequence[str] | None = None,
) -> Verdict:
    """Return whether the code is free of some names.

    Found are variables, attributes, imports (under another name too) and strings given
    to `getattr`. `compat.v1` stands for these two parts of a dotted name in a row.

    Args:
        student: Whose source is read.
        names: What must not be used.
        functions: Where: these functions and what they call in the same file; None is
            everywhere.

    Raises:
        LabError: If no name is forbidden.
    """
    if not names or isinstance(names, str):
        raise LabError(f"`forbids` needs a set of names, got {names!r}")
    try:
        tree = parsed(student.source)
        aliases = _imported(tree)
        nodes = [tree] if functions is None else list(reachable(tree, functions))
        findings = [
            finding for node in nodes for finding in _uses(node, tuple(names), aliases)
        ]
    except UnparsableError as problem:
        return Verdict.failed(str(problem))
    except RecursionError:
        return Verdict.failed(TOO_DEEP)
    if not nodes:
        listed = " or ".join(functions or ())
        return _not_attempted(f"there is no function {listed} in your file")
    if not findings:
        return Verdict.passed()
    return Verdict.failed(f"{_told(findings)}, which this task does not allow.")


def _not_attempted(message: str) -> Verdict:
    return Verdict(outcome=Outcome.NOT_ATTEMPTED, credit=0, feedback=message)


def _told(findings: Sequence[Finding]) -> str:
    first = min(findings, key=lambda finding: finding.line)
    return f"line {first.line} {first.what}"


def _all_outside(
    index: Index, function: str, allowed: Collection[str]
) -> list[Finding]:
    """Return what a function, or a function of the same file that it calls, does else."""
    waiting, seen = [function], set(allowed)
    findings = []
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        for definition in definitions(index, name):
            for finding in _outside(definition, allowed):
                if finding.calls in index:
                    waiting.append(finding.calls)
                else:
                    findings.append(finding)
    return findings


def _outside(definition: Definition, allowed: Collection[str]) -> Iterator[Finding]:
    """Yield what a definition does besides calling allowed names."""
    if not isinstance(definition, ast.FunctionDef | ast.Lambda):
        yield Finding(definition.lineno, "makes it by something else than `def`")
        return
    if getattr(definition, "decorator_list", []):
        yield Finding(definition.lineno, "decorates it")
    arguments = definition.args
    for default in [*arguments.defaults, *arguments.kw_defaults]:
        if default is not None and not isinstance(default, ast.Constant):
            yield Finding(default.lineno, "computes a default value")
    names = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    for argument in names:
        if argument.arg in allowed:
            yield Finding(argument.lineno, f"gives {argument.arg} another meaning")
    body = definition.body if isinstance(definition.body, list) else [definition.body]
    for statement in body:
        yield from _outside_node(statement, allowed)


def _outside_node(root: ast.AST, allowed: Collection[str]) -> Iterator[Finding]:
    # annotations say nothing about what is computed
    annotations = {
        id(inner)
        for node in ast.walk(root)
        if isinstance(node, ast.AnnAssign)
        for inner in ast.walk(node.annotation)
    }
    for node in ast.walk(root):
        if id(node) in annotations:
            continue
        if isinstance(node, ast.Call):
            called = _dotted(node.func)
            if called not in allowed:
                what = f"calls {called or 'something else'}"
                yield Finding(node.lineno, what, calls=called)
        elif isinstance(node, ast.Name) and node.id in allowed:
            if isinstance(node.ctx, ast.Store):
                yield Finding(node.lineno, f"gives {node.id} another meaning")
        elif not isinstance(node, PLAIN):
            # operators and contexts have no line of their own; their parents have
            line = getattr(node, "lineno", None)
            if line is not None:
                yield Finding(line, f"uses {_construct(node)}")


def _construct(node: ast.AST) -> str:
    words = {
        ast.BinOp: "an arithmetic or bit operator",
        ast.BoolOp: "`and` or `or`",
        ast.UnaryOp: "`not`, `-` or `~`",
        ast.Compare: "a comparison",
        ast.IfExp: "a condition",
        ast.If: "a condition",
        ast.Match: "a condition",
        ast.AugAssign: "an arithmetic or bit operator",
        ast.Subscript: "indexing",
        ast.Attribute: "an attribute",
        ast.Dict: "a table",
        ast.For: "a loop",
        ast.While: "a loop",
    }
    return words.get(type(node), f"{type(node).__name__}")


def _dotted(node: ast.AST) -> str:
    """Return "np.linalg.inv" for an attribute chain; "" for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        parts.append(node.id)
    return ".".join(reversed(parts))


def _imported(tree: ast.Module) -> dict[str, str]:
    """Return what imported names stand for: {"GT": "tensorflow.GradientTape"}."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.asname:
                    found[alias.asname] = alias.name
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                found[alias.asname or alias.name] = f"{node.module or ''}.{alias.name}"
    return found


def _uses(
    root: ast.AST, names: Sequence[str], aliases: dict[str, str]
) -> Iterator[Finding]:
    for node in ast.walk(root):
        for text in _mentions(node, aliases):
            for name in names:
                if f".{name}." in f".{text}.":
                    yield Finding(getattr(node, "lineno", 0), f"uses {name}")


def _mentions(node: ast.AST, aliases: dict[str, str]) -> list[str]:
    """Return the dotted names that a node mentions."""
    if isinstance(node, ast.Name):
        return [node.id, aliases.get(node.id, "")]
    if isinstance(node, ast.Attribute):
        text = _dotted(node) or node.attr
        first, _, rest = text.partition(".")
        return [text, f"{aliases[first]}.{rest}"] if first in aliases else [text]
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module or ''}.{alias.name}" for alias in node.names]
    if isinstance(node, ast.Call) and _dotted(node.func).split(".")[-1] in BY_TEXT:
        constants = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
        return [value for value in constants if isinstance(value, str)]
    return []

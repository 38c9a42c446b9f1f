"""Look at the student's code itself, for rules such as "only nand" or "no GradientTape".

Reading is advisory: whoever wants can hide a name from a syntax tree. What matters for
marks is also checked by calling (a spy counts the calls of `nand`). The code is parsed,
never run here, and nothing in it is believed.
"""

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.domain.student import StudentCode
from grader.domain.syntax import UnparsableError, parsed
from grader.domain.verdict import Outcome, Verdict
from grader.errors import LabError

# a `def` or lambda that can be read, or another statement that makes the name
Definition = ast.stmt | ast.Lambda
# by name: the module-level statements that may make it, and whether each surely runs
Index = Mapping[str, Sequence[tuple[ast.stmt, bool]]]
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
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


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
        index = _indexed(tree)
        found = _definitions(index, function)
        findings = _all_outside(index, function, allowed)
    except UnparsableError as problem:
        return Verdict.failed(str(problem))
    except RecursionError:
        return Verdict.failed(TOO_DEEP)
    if not found:
        return _not_attempted(f"there is no function {function} in your file")
    if all(_is_stub(definition) for definition in found):
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
        nodes = [tree] if functions is None else list(_reachable(tree, functions))
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


def _statements(
    body: Iterable[ast.stmt], *, certain: bool = True
) -> Iterator[tuple[ast.stmt, bool]]:
    """Yield module-level statements and whether each surely runs."""
    for statement in body:
        yield statement, certain
        if not isinstance(statement, SCOPES):
            yield from _statements(_inner(statement), certain=False)


def _inner(node: ast.AST) -> Iterator[ast.stmt]:
    """Yield the statements of the blocks of an `if`, `try`, `with`, loop or `match`."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            yield child
        elif isinstance(child, ast.ExceptHandler | ast.match_case):
            yield from _inner(child)


def _indexed(tree: ast.Module) -> Index:
    """Return by name what may define it: a long file is gone through once only."""
    index: dict[str, list[tuple[ast.stmt, bool]]] = {}
    for statement, certain in _statements(tree.body):
        compound = next(_inner(statement), None) is not None
        if isinstance(statement, SCOPES) or not compound:
            for name in dict.fromkeys(_bound(statement)):
                index.setdefault(name, []).append((statement, certain))
    return index


def _definitions(index: Index, name: str, *, follow: bool = True) -> list[Definition]:
    """Return the definitions of a name that may be the one that counts."""
    found: list[Definition] = []
    for statement, certain in index.get(name, ()):
        if certain:
            found.clear()
        found += _defined_by(index, statement, follow=follow)
    return found


def _defined_by(index: Index, statement: ast.stmt, *, follow: bool) -> list[Definition]:
    """Return what a statement that binds a name makes of it."""
    value = getattr(statement, "value", None)
    targets = getattr(statement, "targets", [getattr(statement, "target", None)])
    if all(isinstance(target, ast.Name) for target in targets):
        if isinstance(value, ast.Lambda):
            return [value]
        if isinstance(value, ast.Name) and follow:
            return _definitions(index, value.id, follow=False) or [statement]
    return [statement]


def _is_stub(definition: Definition) -> bool:
    """Return whether a body is a docstring and `raise NotImplementedError`."""
    if not isinstance(definition, ast.FunctionDef):
        return False
    last = definition.body[-1]
    if not isinstance(last, ast.Raise) or last.exc is None:
        return False
    raised = last.exc.func if isinstance(last.exc, ast.Call) else last.exc
    before = definition.body[:-1]
    return (
        isinstance(raised, ast.Name)
        and raised.id == "NotImplementedError"
        and all(isinstance(statement, ast.Expr) for statement in before)
    )


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
        for definition in _definitions(index, name):
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


def _reachable(tree: ast.Module, functions: Sequence[str]) -> Iterator[ast.AST]:
    """Yield the definitions of functions and of what they name in the same file."""
    bodies: dict[str, list[ast.AST]] = {}
    for statement, _ in _statements(tree.body):
        # what an imported name stands for is known by `_imported`, where it is used
        imports = isinstance(statement, ast.Import | ast.ImportFrom)
        for name in [] if imports else _bound(statement):
            bodies.setdefault(name, []).append(statement)
    waiting, seen = list(functions), set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        for body in bodies.get(name, []):
            yield body
            waiting += _module_names(body)


def _module_names(body: ast.AST) -> set[str]:
    """Return the names that a definition takes from its module.

    A parameter or a local name that is also a name of the module is another thing: a
    scratch cell's `W` must not be charged to a function that has a `W` of its own.
    """
    nodes = list(ast.walk(body))
    used = {node.id for node in nodes if isinstance(node, ast.Name)}
    if not isinstance(body, ast.FunctionDef | ast.AsyncFunctionDef):
        return used
    shared = {
        name for n in nodes if isinstance(n, ast.Global) for name in n.names
    } | _names_outside(body)
    stored = {n.id for n in nodes if isinstance(n, ast.Name) and _is_stored(n)}
    arguments = {node.arg for node in nodes if isinstance(node, ast.arg)}
    return (used - arguments - stored) | shared


def _names_outside(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """Return the names in decorators and defaults, which are the module's."""
    roots = [
        *function.decorator_list,
        *function.args.defaults,
        *filter(None, function.args.kw_defaults),
    ]
    nodes = [node for root in roots for node in ast.walk(root)]
    return {node.id for node in nodes if isinstance(node, ast.Name)}


def _is_stored(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)


def _bound(statement: ast.stmt) -> list[str]:
    """Return the module-level names that a statement gives a meaning."""
    if isinstance(statement, SCOPES):
        return [statement.name]
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return [alias.asname or alias.name for alias in statement.names]
    return [
        node.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    ]


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

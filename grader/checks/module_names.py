"""Which statements of a file make a name, and what a definition takes from its module."""

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence

# a `def` or lambda that can be read, or another statement that makes the name
Definition = ast.stmt | ast.Lambda
# by name: the module-level statements that may make it, and whether each surely runs
Index = Mapping[str, Sequence[tuple[ast.stmt, bool]]]
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def indexed(tree: ast.Module) -> Index:
    """Return by name what may define it: a long file is gone through once only."""
    index: dict[str, list[tuple[ast.stmt, bool]]] = {}
    for statement, certain in _statements(tree.body):
        compound = next(_inner(statement), None) is not None
        if isinstance(statement, SCOPES) or not compound:
            for name in dict.fromkeys(_bound(statement)):
                index.setdefault(name, []).append((statement, certain))
    return index


def definitions(index: Index, name: str, *, follow: bool = True) -> list[Definition]:
    """Return the definitions of a name that may be the one that counts.

    Args:
        index: Of the file.
        name: Which one.
        follow: Whether `name = other` stands for the definitions of the other.
    """
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
            return definitions(index, value.id, follow=False) or [statement]
    return [statement]


def is_stub(definition: Definition) -> bool:
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


def reachable(tree: ast.Module, functions: Sequence[str]) -> Iterator[ast.AST]:
    """Yield the definitions of functions and of what they name in the same file."""
    bodies: dict[str, list[ast.AST]] = {}
    for statement, _ in _statements(tree.body):
        # what an imported name stands for is looked at where it is used
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

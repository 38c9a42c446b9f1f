"""One cell of a notebook: run whole, else as far as it goes, and not for ever.

A cell is compiled and run as Jupyter does it. Where it fails, Jupyter forgets the rest of
it. Here the definitions in the rest are still made: what failed is often something that a
grader lacks (a drive, a widget, somebody who types) and that they don't need.
"""

import __future__

import ast
import contextlib
import inspect
import math
import signal
import time
from collections.abc import Iterator
from types import CodeType, FrameType
from typing import Any

# statements that give names a meaning
DEFINING = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Import,
    ast.ImportFrom,
    ast.Assign,
    ast.AnnAssign,
    ast.Pass,
)
# of what is left, a cell may use so much: the next ones still have some
SHARE = 0.75
# how long the share of a cell is at least
SHORTEST_S = 0.05
# an endless loop that catches everything is stopped again and again
AGAIN_S = 0.02
MOST_ERRORS_OF_A_CELL = 5


# students catch `Exception`
class Overtime(BaseException):
    """A cell ran for longer than its share of the time."""

    def __init__(self, told: str) -> None:
        super().__init__(f"it was stopped after {told}: is there an endless loop?")


class Hourglass:
    """Stops a cell that would use up the time of all others.

    The time's end that counts is outside, in the grading process. This one is for honest
    mistakes: code that wants to can switch it off.
    """

    def __init__(self, *, cpu_s: float, wall_s: float) -> None:
        """Begin to count.

        Args:
            cpu_s: CPU seconds for all cells together; infinite for no limit.
            wall_s: Seconds by the clock on the wall.
        """
        self._cpu_s = cpu_s + time.process_time()
        self._wall_s = wall_s + time.monotonic()
        self._running = False
        # Windows has neither; there the end of the time is that of the whole file
        self._able = math.isfinite(cpu_s) and hasattr(signal, "setitimer")

    @contextlib.contextmanager
    def turned(self) -> Iterator[None]:
        """Raise Overtime in what is run within once it has had its share."""
        if not self._able:
            yield
            return
        cpu_s = max(SHORTEST_S, SHARE * (self._cpu_s - time.process_time()))
        wall_s = max(SHORTEST_S, SHARE * (self._wall_s - time.monotonic()))
        self._handle(signal.SIGPROF, f"{cpu_s:.2g} s of computing time")
        self._handle(signal.SIGALRM, f"{wall_s:.2g} s, mostly waiting or sleeping")
        self._running = True
        try:
            signal.setitimer(signal.ITIMER_PROF, cpu_s, AGAIN_S)
            signal.setitimer(signal.ITIMER_REAL, wall_s, AGAIN_S)
            yield
        finally:
            self._running = False
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.setitimer(signal.ITIMER_REAL, 0)

    def _handle(self, number: signal.Signals, told: str) -> None:
        def stop(_number: int, _frame: FrameType | None) -> None:
            if self._running:
                raise Overtime(told)

        signal.signal(number, stop)


class NotebookCell:
    """A cell, what went wrong in it, and what may go right later."""

    def __init__(self, code: str, *, path: str, namespace: dict[str, Any]) -> None:
        """Prepare.

        Args:
            code: The cell.
            path: The name of its file, for tracebacks.
            namespace: The notebook's names.
        """
        self._code = code
        self._path = path
        self._namespace = namespace
        self._flags = 0
        self._waiting: list[tuple[ast.stmt, str]] = []
        self.errors: list[BaseException] = []
        # whether something below the first error could be defined
        self.went_on = False

    def run(self, glass: Hourglass, *, flags: int = 0, skip: int | None = None) -> int:
        """Run it and keep its errors; return the compiler's flags for the next cells.

        Args:
            glass: Stops it.
            flags: What earlier cells imported from `__future__`.
            skip: A line whose statement is known to run for ever.
        """
        self._flags = flags | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        try:
            compiled = self._compiled(self._code)
        except BaseException as error:
            self.errors.append(error)
            return flags
        if skip is None:
            self._whole(compiled, glass)
        else:
            self._without(skip, glass)
        return flags | (compiled.co_flags & __future__.annotations.compiler_flag)

    def _whole(self, compiled: CodeType, glass: Hourglass) -> None:
        try:
            with glass.turned():
                self._execute(compiled)
        except BaseException as error:
            self.errors.append(error)
            line = self.failed_line(error)
            statements = ast.parse(self._code).body if line else []
            at = [one for one in statements if _covers(one, line or 0)]
            for statement in at:
                self._wait(statement, error)
            end = max((one.end_lineno or 0 for one in at), default=math.inf)
            self._define([one for one in statements if one.lineno > end], glass)

    def _without(self, line: int, glass: Hourglass) -> None:
        statements = ast.parse(self._code).body
        before = [one for one in statements if (one.end_lineno or 0) < line]
        with contextlib.suppress(BaseException), glass.turned():
            self._execute(self._compiled(ast.Module(before, [])))
        self._define([one for one in statements if one.lineno > line], glass)

    def _define(self, statements: list[ast.stmt], glass: Hourglass) -> None:
        """Run those of some statements that define names, each by itself."""
        for statement in filter(_defines, statements):
            try:
                with glass.turned():
                    self._execute(self._compiled(ast.Module([statement], [])))
                self.went_on = True
            except BaseException as error:
                self._wait(statement, error)
                if len(self.errors) < MOST_ERRORS_OF_A_CELL:
                    self.errors.append(error)

    def _wait(self, statement: ast.stmt, error: BaseException) -> None:
        # not a student's own kind, whose attributes may do anything
        if type(error) is NameError and error.name and _defines(statement):
            self._waiting.append((statement, error.name))

    def run_late(self, glass: Hourglass) -> list[tuple[int, str, list[str]]]:
        """Define what waited for a name that a later cell made, if nothing else did.

        Returns:
            For each such statement its line, the name that it waited for, and what it
            defined.
        """
        made = []
        for statement, name in self._waiting:
            binds = _bound_by(statement)
            if name not in self._namespace or not binds:
                continue
            if any(one in self._namespace for one in binds):
                continue
            with contextlib.suppress(BaseException), glass.turned():
                self._execute(self._compiled(ast.Module([statement], [])))
                made.append((statement.lineno, name, binds))
        return made

    def _compiled(self, code: str | ast.Module) -> CodeType:
        compiled: CodeType = compile(
            code, self._path, "exec", flags=self._flags, dont_inherit=True
        )
        return compiled

    def _execute(self, compiled: CodeType) -> None:
        if compiled.co_flags & inspect.CO_COROUTINE:
            # slow to import, and few notebooks wait for anything
            import asyncio

            asyncio.run(eval(compiled, self._namespace))  # noqa: S307 - as below
        else:
            exec(compiled, self._namespace)  # noqa: S102 - it is what the worker is for

    def failed_line(self, error: BaseException) -> int | None:
        """Return the line of this cell's own code at which it failed."""
        place = error.__traceback__
        while place is not None:
            code = place.tb_frame.f_code
            if code.co_filename == self._path and code.co_name == "<module>":
                return place.tb_lineno
            place = place.tb_next
        return None


def _covers(statement: ast.stmt, line: int) -> bool:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    first = min([statement.lineno, *(one.lineno for one in decorators)])
    return first <= line <= (statement.end_lineno or first)


def _defines(statement: ast.stmt) -> bool:
    """Return whether a statement only gives names a meaning, in whatever way."""
    if not isinstance(statement, ast.If | ast.Try):
        return isinstance(statement, DEFINING)
    parts = [*statement.body, *statement.orelse]
    if isinstance(statement, ast.Try):
        parts += statement.finalbody
        parts += [part for handler in statement.handlers for part in handler.body]
    return all(_defines(part) for part in parts)


def _bound_by(statement: ast.stmt) -> list[str]:
    """Return the names that a statement defines at the top of its cell."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [statement.name]
    if isinstance(statement, ast.Assign | ast.AnnAssign):
        nodes = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
        return [node.id for node in nodes if isinstance(node.ctx, ast.Store)]
    return []

"""The student's file as a module: cells run in order, failures are kept, not fatal."""

import builtins
import contextlib
import importlib
import linecache
import math
import os
import re
import sys
import traceback
import types
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from grader.worker.cells import Hourglass, NotebookCell, Overtime

MESSAGE_LENGTH = 500
# the body of such a cell is run as well as written: see grader.intake.magics
WRITTEN = re.compile(r"\n*# %%(?:writefile|file) (?P<name>\w+\.py)\n")
# what a worker may write is counted, and a notebook has up to ten thousand cells
MOST_FILES = 500
# a person reads a few; the grading process refuses ten thousand
MOST_FAULTS = 1_000


class _Silent:
    """Stands for IPython's shell: every magic and shell line does nothing.

    What `x = !ls` or `x = %magic` assigns is an empty list.
    """

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *_args, **_kwargs: []


def _no_input(_prompt: object = "") -> str:
    raise EOFError("your code asks for input, which nobody answers here")


@contextlib.contextmanager
def _restarts_end_a_cell() -> Iterator[None]:
    """Let what notebooks do to restart their kernel end a cell, not the worker."""
    kept = os._exit, os.kill

    def leave(_status: int = 0) -> None:
        raise SystemExit

    def kill(pid: int, number: int) -> None:
        if pid == os.getpid():
            leave()
        kept[1](pid, number)

    os._exit, os.kill = leave, kill  # type: ignore[assignment]
    try:
        yield
    finally:
        os._exit, os.kill = kept


def _grader_stub() -> dict[str, types.ModuleType]:
    """Return a `grader` with what students import: `check`, idle here, and their data."""
    package = types.ModuleType("grader")
    package.__path__ = []
    package.is_stub = True  # type: ignore[attr-defined]
    notebook = types.ModuleType("grader.notebook")
    notebook.check = lambda *_args, **_kwargs: None  # type: ignore[attr-defined]
    package.notebook = notebook  # type: ignore[attr-defined]
    shared = types.ModuleType("grader.data")
    shared.load_mnist = _load_mnist  # type: ignore[attr-defined]
    package.data = shared  # type: ignore[attr-defined]
    return {
        "grader": package,
        "grader.notebook": notebook,
        "grader.data": shared,
    }


def _load_mnist() -> tuple[tuple[Any, Any], tuple[Any, Any]]:
    """Return (x_train, y_train), (x_test, y_test): the part that students have."""
    directory = os.environ.get("GRADER_DATA")
    if directory is None:
        raise OSError(
            "this lab is graded without MNIST: its functions are given arrays"
        )
    # written by the grading process
    with np.load(Path(directory, "mnist.npz"), allow_pickle=False) as file:  # noqa: TID251
        return (file["x_train"], file["y_train"]), (file["x_test"], file["y_test"])


def hide_ourselves() -> None:
    """Take our own modules out of sight; whoever finds them still gains nothing.

    A zygote does it before it forks: a look at each name would give every child its own
    copy of the pages that they are on.
    """
    if getattr(sys.modules.get("grader"), "is_stub", False):
        return
    for name in [name for name in sys.modules if name.split(".")[0] == "grader"]:
        del sys.modules[name]
    sys.modules.update(_grader_stub())


class StudentModule:
    """Runs the cells of one submission in one namespace."""

    def __init__(self, name: str, *, notebook: bool, directory: Path) -> None:
        """Make the empty module.

        Args:
            name: The lab's name; a notebook runs as `__main__`, as it does in Jupyter.
            notebook: Whether the code came from a notebook.
            directory: Private directory; sources are kept there so that
                `inspect.getsource` and TensorFlow's AutoGraph find them.
        """
        self._notebook = notebook
        self._directory = directory
        self._name = name
        self.module = types.ModuleType("__main__" if notebook else name)
        self.namespace = self.module.__dict__
        self.namespace["get_ipython"] = _Silent
        self.namespace["display"] = lambda *_args, **_kwargs: None
        self.files: dict[str, int] = {}
        # why a script ended early; a notebook goes on with its next cell
        self.stopped_by: str | None = None
        # by cell: the line of a statement that did not end
        self.overdue: dict[int, int] = {}
        self._faults: list[list[str]] = []

    def run(
        self,
        cells: Iterable[tuple[int, str]],
        *,
        cpu_s: float = math.inf,
        wall_s: float = math.inf,
        overdue: Mapping[int, int] | None = None,
    ) -> list[list[str]]:
        """Run the cells and return [where, message] for what failed.

        Args:
            cells: Number and code of each.
            cpu_s: CPU seconds for all of a notebook's cells; no one gets all of them.
            wall_s: The same in seconds by the clock on the wall.
            overdue: By cell, the line of the statement that did not end in an earlier
                run of the same cells.
        """
        hide_ourselves()
        builtins.input = _no_input
        sys.modules[self.module.__name__] = self.module
        if self._notebook:
            self._run_notebook(
                cells, Hourglass(cpu_s=cpu_s, wall_s=wall_s), overdue or {}
            )
        else:
            for index, code in cells:
                self._run_script(index, code)
        return self._faults

    def _run_script(self, index: int, code: str) -> None:
        path = self._keep(index, code)
        try:
            compiled = compile(code, path, "exec", dont_inherit=True)
            linecache.checkcache(path)
            exec(compiled, self.namespace)  # noqa: S102 - it is what the worker is for
        except BaseException as error:
            where, told = self._where(index, self.line_of(error)), describe(error)
            self._tell(where, told)
            self.stopped_by = f"the file stopped at {where}, {told}"

    def _run_notebook(
        self,
        cells: Iterable[tuple[int, str]],
        glass: Hourglass,
        overdue: Mapping[int, int],
    ) -> None:
        flags = 0
        unfinished = []
        for index, code in cells:
            path = self._keep(index, code)
            linecache.checkcache(path)
            self._write_module(index, code)
            cell = NotebookCell(code, path=path, namespace=self.namespace)
            with _restarts_end_a_cell():
                flags = cell.run(glass, flags=flags, skip=overdue.get(index))
            if cell.errors:
                unfinished.append((index, cell))
                self._tell_errors(index, cell)
        for index, cell in unfinished:
            for line, name, made in cell.run_late(glass):
                told = f"made after the last cell, as {name} comes later: {', '.join(made)}"
                self._tell(self._where(index, line), told)

    def _tell_errors(self, index: int, cell: NotebookCell) -> None:
        for number, error in enumerate(cell.errors):
            at = cell.failed_line(error)
            where = self._where(index, at or self.line_of(error))
            told = describe(error).removesuffix(".")
            place = self.place_of(error)
            if place not in {"", where}:
                # in a function, of this cell or another
                told += f" ({place})"
            if isinstance(error, SystemExit):
                told += ", which ends this cell alone"
            if number == 0 and cell.went_on:
                told += "; what is defined below it counts all the same"
            self._tell(where, told)
            if number == 0 and isinstance(error, Overtime) and at:
                self.overdue[index] = at

    def _tell(self, where: str, told: str) -> None:
        if len(self._faults) < MOST_FAULTS:
            self._faults.append([where, told])

    def _keep(self, index: int, code: str) -> str:
        suffix = f"_cell{index}" if self._notebook else ""
        path = self._directory / f"{self._name}{suffix}.py"
        if len(self.files) < MOST_FILES:
            path.write_text(code, encoding="utf-8", errors="replace")
        else:
            # what reads sources looks here, too
            lines = code.splitlines(keepends=True)
            linecache.cache[str(path)] = (len(code), None, lines, str(path))
        self.files[str(path)] = index
        if not self._notebook:
            self.module.__file__ = str(path)
        return str(path)

    def _write_module(self, index: int, code: str) -> None:
        """Write what a cell with `%%writefile` writes, so that others can import it."""
        if written := WRITTEN.match(code):
            path = self._directory / written["name"]
            # with the first line, so that its lines are the cell's
            path.write_text(code, encoding="utf-8", errors="replace")
            self.files[str(path)] = index
            if str(self._directory) not in sys.path:
                sys.path.insert(0, str(self._directory))
            importlib.invalidate_caches()

    def _where(self, index: int, line: int | None) -> str:
        place = f"line {line}" if line else "the file"
        return f"cell {index}, {place}" if self._notebook else place

    def line_of(self, error: BaseException) -> int | None:
        """Return the last line of the student's code that the error went through."""
        if isinstance(error, SyntaxError) and error.filename in self.files:
            return error.lineno
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame.lineno for frame in frames if frame.filename in self.files]
        return own[-1] if own else None

    def place_of(self, error: BaseException) -> str:
        """Return where in the student's code an error arose, or ""."""
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames if frame.filename in self.files]
        if not own:
            return ""
        index = self.files[own[-1].filename]
        return self._where(index, own[-1].lineno)


def describe(error: BaseException) -> str:
    """Return "ValueError: ..." in one line of bounded length."""
    name = type(error).__name__
    if isinstance(error, SystemExit):
        return "the code called exit()"
    if isinstance(error, Overtime):
        return str(error)
    try:
        text = error.msg if isinstance(error, SyntaxError) else str(error)
        text = " ".join(str(text).split())
    except Exception:
        text = ""
    return f"{name}: {text}"[:MESSAGE_LENGTH] if text else str(name)[:MESSAGE_LENGTH]

"""The student's file as a module: cells run in order, failures are kept, not fatal."""

import builtins
import linecache
import os
import sys
import traceback
import types
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

MESSAGE_LENGTH = 500


class _Silent:
    """Stands for IPython's shell: every magic and shell line does nothing.

    What `x = !ls` or `x = %magic` assigns is an empty list.
    """

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *_args, **_kwargs: []


def _no_input(_prompt: object = "") -> str:
    raise EOFError("input() has nobody to ask while your work is graded")


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

    def run(self, cells: Iterable[tuple[int, str]]) -> list[list[str]]:
        """Run the cells and return [where, message] for each that failed."""
        hide_ourselves()
        builtins.input = _no_input
        sys.modules[self.module.__name__] = self.module
        faults = []
        for index, code in cells:
            path = self._keep(index, code)
            try:
                self._execute(code, path)
            except BaseException as error:
                line = self.line_of(error)
                fault = [self._where(index, line), describe(error)]
                faults.append(fault)
                if not self._notebook:
                    self.stopped_by = f"the file stopped at {fault[0]}, {fault[1]}"
        return faults

    def _keep(self, index: int, code: str) -> str:
        suffix = f"_cell{index}" if self._notebook else ""
        path = self._directory / f"{self._name}{suffix}.py"
        path.write_text(code, encoding="utf-8", errors="replace")
        self.files[str(path)] = index
        if not self._notebook:
            self.module.__file__ = str(path)
        return str(path)

    def _execute(self, code: str, path: str) -> None:
        compiled = compile(code, path, "exec", dont_inherit=True)
        linecache.checkcache(path)
        exec(compiled, self.namespace)  # noqa: S102 - it is what the worker is for

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
    try:
        text = error.msg if isinstance(error, SyntaxError) else str(error)
        text = " ".join(str(text).split())
    except Exception:
        text = ""
    return f"{name}: {text}"[:MESSAGE_LENGTH] if text else str(name)[:MESSAGE_LENGTH]

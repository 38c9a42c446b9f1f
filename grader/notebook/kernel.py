"""The student's code as it is in this kernel: functions, figures, models, files."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.checks.in_process import InProcessStudent
from grader.domain.figure import FigureData
from grader.domain.figure_claim import figure_from
from grader.wire import portable
from grader.worker import figures, written
from grader.worker.models import ask, to_plain


class KernelStudent(InProcessStudent):
    """The names of a kernel as `StudentCode`; what is run again is seen at once."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        """Take the kernel's own names, no copy: spies must be seen by its functions."""
        super().__init__(
            namespace,
            on_figure=_figure,
            to_plain=to_plain,
            read_files=_files,
            ask=ask,
        )

    def _place(self, file: str, line: int) -> str:
        cell = _cell(file)
        return f"cell {cell}, line {line}" if cell else f"line {line}"

    def _without(self, name: str) -> str:
        return f"there is no function {name} here: run the cell that defines it"


def _figure(figure: Any) -> FigureData:
    return figure_from(portable(figures.extract(figure)))


def _files(pattern: str, at_most: int) -> Mapping[str, NDArray[np.uint8]]:
    return written.files(Path.cwd(), pattern, at_most=at_most)


def _cell(file: str) -> str:
    """Return "[5]", as it stands beside the cell, for the name of its code; else ""."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    # IPython's own tracebacks name cells by this, from 8 on; Colab has 7
    name_of = getattr(getattr(shell, "compile", None), "format_code_name", None)
    named = name_of(file) if name_of else None
    return named[1].removeprefix("In") if named else ""

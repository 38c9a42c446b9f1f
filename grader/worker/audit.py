"""Notice what the student's code asks of the interpreter: evidence, never a wall.

Python tells audit hooks (PEP 578) of files, processes, frames and more. A hook can't be
taken out again, but whoever shares its process can empty its log or act below Python:
so what is noted here moves no mark. It tells a teacher where to look.

An event counts if the student's own file caused it: the nearest Python frame is the
student's, or lies behind modules that only pass such a request on (`subprocess` for a
process, `inspect` for a frame). So what NumPy, Keras or pip do for honest code is not
noted, even where they do the same thing. The tables are those of `grader.worker.events`.

Not visible here, since Python raises no event: `frame.f_back`, `os.write` on an open
descriptor, `os.stat`, and all that C code does by itself.
"""

import os
import sys
import threading
import types
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from grader.worker.events import Row, rows
from grader.worker.patches import Libraries

# frames between an event and the student's file; a chain of exec can be longer
DEEPEST = 64
MOST_TIMES = 1_000_000
DETAIL_LENGTH = 200


class Audit:
    """The log of one worker: for each kind how often, and the first of them in words."""

    def __init__(
        self,
        *,
        directory: Path,
        own_files: Collection[str],
        tell: Callable[[dict[str, Any]], None],
    ) -> None:
        """Prepare; nothing is noted before `install`.

        Args:
            directory: The worker's own directory.
            own_files: The files of the student's code; may grow.
            tell: Given the log when a kind comes up first, so that it is not lost with a
                process that ends in the middle of a call. May raise.
        """
        self._own_files = own_files
        # also what the student's code writes and then imports
        self._own_directory = f"{directory}{os.sep}"
        self._tell = tell
        self._rows = rows(str(directory), own_files)
        self._libraries = Libraries(own_files)
        self._log: dict[str, list[Any]] = {}
        self._busy: set[int] = set()

    def install(self) -> None:
        """Listen from now on."""
        row_of, note = self._rows.get, self._note

        def hook(event: str, args: tuple[Any, ...]) -> None:
            try:
                row = row_of(event)
                if row is None or (row.about and args[1] != row.about):
                    return
                note(row, args)
            except BaseException:
                # it would be the student's error, in the middle of anything
                return

        sys.addaudithook(hook)

    def news(self) -> dict[str, Any]:
        """Return what a message says of tampering: {"audit": log}, or {} for nothing."""
        for name in self._libraries.newly_replaced():
            self._add("patches_libraries", name)
        return self._said() if self._log else {}

    def _said(self) -> dict[str, Any]:
        return {"audit": {kind: list(entry) for kind, entry in self._log.items()}}

    def _note(self, row: Row, args: tuple[Any, ...]) -> None:
        # what is done here raises events too, and other threads have their own
        thread = threading.get_ident()
        if thread in self._busy:
            return
        self._busy.add(thread)
        try:
            detail = row.read(args)
            # two frames up: the hook's caller
            if detail is None or not self._by_student(sys._getframe(2), row):  # noqa: SLF001
                return
            if self._add(row.kind, detail):
                self._tell(self._said())
        finally:
            self._busy.discard(thread)

    def _add(self, kind: str, detail: str) -> bool:
        """Count one more, and return whether it is the first of its kind."""
        entry = self._log.setdefault(kind, [0, detail[:DETAIL_LENGTH]])
        entry[0] = min(entry[0] + 1, MOST_TIMES)
        return bool(entry[0] == 1)

    def _by_student(self, frame: types.FrameType | None, row: Row) -> bool:
        """Return whether the student's file caused an event, by itself."""
        for _ in range(DEEPEST):
            if frame is None:
                return False
            code = frame.f_code
            file = code.co_filename
            if file in self._own_files or file.startswith(self._own_directory):
                return row.honest_with not in code.co_names
            # "<string>" and the like: whose it is, its caller says
            if file.startswith("<frozen") or not file.startswith("<"):
                module = dict.get(frame.f_globals, "__name__")
                if type(module) is not str or module.split(".")[0] not in row.through:
                    return False
            frame = frame.f_back
        return False

"""Lend the reference to later tasks, so that one mistake is charged once.

The reference runs in a worker of its own, confined like the student's: a student's file
may call what it is lent with any arguments, and must neither see how it works nor make
the grading process compute for hours.
"""

import ast
import functools
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from grader.domain.check import Check
from grader.domain.lab import Lab
from grader.domain.submission import Cell, Submission
from grader.domain.syntax import UnparsableError, parsed
from grader.labs.loading import LoadedLab
from grader.labs.regions import solution_without_markers
from grader.sandbox.session import Session


def reference_submission(loaded: LoadedLab) -> Submission:
    """Return the solution as a submission of its own.

    Raises:
        ValueError: If this is a student's copy, without a solution.
    """
    if loaded.solution is None:
        raise ValueError("a student's copy has nothing to lend")
    code = solution_without_markers(loaded.solution)
    return Submission(
        student="reference",
        lab=loaded.lab.name,
        kind="py",
        cells=(Cell(index=1, code=code),),
        files=(),
        sha256="",
    )


class Lender:
    """Hands out functions of the reference, starting its worker when first called."""

    def __init__(self, open_session: Callable[[], Session]) -> None:
        """Remember how to open the reference's session."""
        self._open_session = open_session
        self._session: Session | None = None

    def functions(self, names: Iterable[str]) -> Mapping[str, Callable[..., Any]]:
        """Return stand-ins for the named functions of the solution."""
        return {name: self._stand_in(name) for name in names}

    def _stand_in(self, name: str) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            if self._session is None:
                self._session = self._open_session()
            (reply,) = self._session.call([(name, args, kwargs)])
            return reply.value

        return call

    def close(self) -> None:
        """End the reference's worker, if there is one."""
        if self._session is not None:
            self._session.close()


def to_lend(lab: Lab, check: Check, solved: Iterable[str]) -> set[str]:
    """Return which functions a check needs lent.

    Args:
        lab: The contract.
        check: The check that is about to run.
        solved: Ids of the tasks whose checks all passed: their own code is as good.
    """
    done = set(solved)
    return {
        function
        for function in check.uses
        if (task := lab.task_of(function)) is not None and task.id not in done
    }


def changed_given(lab: Lab, solution: str, source: str) -> set[str]:
    """Return the given functions that a submission lacks or has changed.

    Unparsable code counts as changed: its later cells may still run.
    """
    if not lab.given:
        return set()
    original = _originals(solution, lab.given)
    own = _definitions(source, lab.given)
    return {name for name in lab.given if original.get(name) != own.get(name)}


def _definitions(source: str, names: Collection[str]) -> dict[str, str]:
    try:
        # also the dump recurses: a sum of a thousand terms is nested that deep
        return {
            node.name: ast.dump(node)
            for node in parsed(source).body
            if isinstance(node, ast.FunctionDef) and node.name in names
        }
    except (UnparsableError, RecursionError, MemoryError):
        return {}


# the same for every submission of a lab
_originals = functools.lru_cache(maxsize=16)(_definitions)

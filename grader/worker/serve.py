"""Serve one submission: load it, then answer calls until the line closes.

    ◀ {"op": "load", "id", "name", "notebook", "cells": [[index, code], ...], "entropy",
       "cpu_s", "wall_s", "overdue": [[index, line], ...]}
    ▶ {"id", "faults": [[where, message], ...], "overdue": [[index, line], ...]}
    ◀ {"op": "call", "id", "calls": [[name, args, kwargs], ...], "lent": {name: function},
       "after": bool, "entropy"}
    ▶ {"callback": function, "args", "kwargs"}          any number of times
    ◀ {"value"} or {"raise": text}
    ▶ {"id", "replies": [{"value", "warnings", "after"?, "figure"?} or
       {"error": {"kind", "message"}}, ...]}            up to and including the first error
    ◀ {"op": "files", "id", "pattern", "at_most", "entropy"}
    ▶ {"id", "files": {name: bytes}} or {"id", "error": {"kind", "message"}}

A reply whose value contains Keras models says so in "models": how many.

    ▶ {"audit": {kind: [times, detail]}}                at any time; also in each answer
What looks like tampering (see `grader.worker.audit`), totals since the start.

Kinds of error: `raised`, `not_attempted`, `missing`, `memory`.
"""

import contextlib
import random
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from grader.wire import FunctionRef, WireError, portable
from grader.worker import figures, written
from grader.worker.audit import Audit
from grader.worker.link import Hangup, Link
from grader.worker.models import Models, ask, to_plain
from grader.worker.module import StudentModule, describe

ABSENT = object()
# no name of Python's, so no student's function is called like that
ASK = "model.predict"
MAX_WARNINGS = 20


def serve(link: Link, directory: Path) -> None:
    """Answer until the grading process closes the line."""
    student: StudentModule | None = None
    audit: Audit | None = None
    with contextlib.suppress(Hangup):
        while True:
            message = link.receive()
            _seed_global_generators(message["entropy"])
            if message["op"] == "load":
                student = StudentModule(
                    message["name"], notebook=message["notebook"], directory=directory
                )
                audit = Audit(
                    directory=directory, own_files=student.files, tell=link.mention
                )
                audit.install()
                faults = student.run(
                    message["cells"],
                    cpu_s=message["cpu_s"],
                    wall_s=message["wall_s"],
                    overdue=dict(message["overdue"]),
                )
                figures.close_all()
                overdue = [list(item) for item in student.overdue.items()]
                answer = {"faults": faults, "overdue": overdue}
                link.send({"id": message["id"], **answer, **audit.news()})
            elif student is None or audit is None:
                raise Hangup
            elif message["op"] == "files":
                _send_files(link, directory, student, message, audit)
            else:
                replies = _answer(link, student, message)
                about = {"id": message["id"], **audit.news()}
                try:
                    link.send({**about, "replies": replies})
                except WireError as error:
                    refusal = _error("raised", f"the value can't be sent: {error}")
                    link.send({**about, "replies": [refusal]})


def _send_files(
    link: Link,
    directory: Path,
    student: StudentModule,
    message: dict[str, Any],
    audit: Audit,
) -> None:
    own = set(student.files)
    about = {"id": message["id"], **audit.news()}
    answer: dict[str, Any]
    try:
        found = written.files(
            directory, message["pattern"], at_most=message["at_most"], leave_out=own
        )
        answer = {"files": found}
    except (OSError, ValueError) as error:
        answer = _error("raised", describe(error))
    try:
        link.send({**about, **answer})
    except WireError as error:
        refusal = _error("raised", f"the files can't be sent: {error}")
        link.send({**about, **refusal})


def _seed_global_generators(entropy: int) -> None:
    """Make code that uses global randomness repeatable."""
    random.seed(entropy)
    # the legacy generator is what a student's np.random.randn uses
    np.random.seed(entropy % 2**32)  # noqa: NPY002, TID251
    tensorflow = sys.modules.get("tensorflow")
    if tensorflow is not None:
        with contextlib.suppress(Exception):
            # a module half imported, or of the student's own of that name
            _seed_tensorflow(tensorflow, entropy % 2**31)


def _seed_tensorflow(tensorflow: Any, seed: int) -> None:
    """Make training repeatable: seeds, and no operation that sums in changing order."""
    tensorflow.config.experimental.enable_op_determinism()
    keras = sys.modules.get("keras")
    if keras is None:
        tensorflow.random.set_seed(seed)
    else:
        # also forgets the generator that Keras's own random functions share
        keras.utils.set_random_seed(seed)


def _answer(
    link: Link, student: StudentModule, message: dict[str, Any]
) -> list[dict[str, Any]]:
    replies = []
    with _replaced(student.namespace, _lent(link, message["lent"])):
        for name, args, kwargs in message["calls"]:
            given = [_callable(link, value) for value in args]
            named = {key: _callable(link, value) for key, value in kwargs.items()}
            reply = _call(student, name, given, named, after=message["after"])
            replies.append(reply)
            if "error" in reply:
                break
    return replies


def _lent(link: Link, functions: dict[str, FunctionRef]) -> dict[str, Any]:
    return {name: link.caller(ref, to_plain) for name, ref in functions.items()}


def _callable(link: Link, value: Any) -> Any:
    return link.caller(value, to_plain) if isinstance(value, FunctionRef) else value


@contextlib.contextmanager
def _replaced(namespace: dict[str, Any], names: dict[str, Any]) -> Iterator[None]:
    kept = {name: namespace.get(name, ABSENT) for name in names}
    namespace.update(names)
    try:
        yield
    finally:
        for name, value in kept.items():
            if value is ABSENT:
                namespace.pop(name, None)
            else:
                namespace[name] = value


def _call(
    student: StudentModule,
    name: str,
    args: list[Any],
    kwargs: dict[str, Any],
    *,
    after: bool,
) -> dict[str, Any]:
    function: Callable[..., Any] | None = (
        ask if name == ASK else student.namespace.get(name)
    )
    if function is None:
        return _missing(student, name)
    figures.close_all()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            value = function(*args, **kwargs)
            reply = _reply(value)
            if after:
                reply["after"] = portable(args)
        except NotImplementedError as error:
            # the stub's own words: "T3: write half_adder_nand"
            return _error("not_attempted", str(error)[:200] or "not written yet")
        except MemoryError as error:
            return _error("memory", describe(error))
        except BaseException as error:
            place = student.place_of(error)
            return _error("raised", describe(error) + (f" ({place})" if place else ""))
    reply["warnings"] = [
        f"{warning.category.__name__}: {warning.message}"[:200]
        for warning in caught[:MAX_WARNINGS]
    ]
    return reply


def _missing(student: StudentModule, name: str) -> dict[str, Any]:
    """Say why a name is not there: never written, or behind what stopped the file."""
    if student.stopped_by is None:
        return _error("missing", f"there is no {name} in your file")
    return _error("raised", f"{name} was not reached: {student.stopped_by}")


def _reply(value: Any) -> dict[str, Any]:
    drawn = value if figures.is_figure(value) else None
    if value is None:
        drawn = figures.current_figure()
    if drawn is not None:
        return {"value": None, "figure": portable(figures.extract(drawn))}
    models = Models()
    plain = portable(value, special=models.special)
    return {"value": plain} | ({"models": models.found} if models.found else {})


def _error(kind: str, message: str) -> dict[str, Any]:
    return {"error": {"kind": kind, "message": message}}

"""Read a worker's answers: each is either in our form, or no answer at all.

What has come through the decoder is data of bounded size, in any shape. Here it becomes
values of the domain; nothing that it says about itself is believed beyond that.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.domain.figure_claim import figure_from
from grader.domain.model_claim import with_models
from grader.domain.student import CallFailed, Reply
from grader.domain.submission import Fault
from grader.domain.text import clean
from grader.domain.verdict import Outcome

Answer = dict[str, Any]

OUTCOMES = {
    "raised": Outcome.RAISED,
    "not_attempted": Outcome.NOT_ATTEMPTED,
    "missing": Outcome.NOT_ATTEMPTED,
    "memory": Outcome.OUT_OF_MEMORY,
}
NO_ANSWER = "the worker sent something that is no answer"
# longer than any path that an honest run writes
MAX_NAME = 300
MOST_FAULTS = 10_000
# more than anybody reads
SHOWN_FAULTS = 200
SHOWN_WARNINGS = 20
# of cells that each were given a share of the time
MOST_OVERDUE = 100


class Breach(Exception):  # noqa: N818 - an event
    """The worker broke the protocol: our own code never does.

    Attributes:
        kind: Of tampering that this is, one of `grader.domain.tampering`.
    """

    def __init__(self, text: str, *, kind: str = "forged_answer") -> None:
        """Keep the kind beside the text."""
        super().__init__(text)
        self.kind = kind


def replies(answer: Answer, *, asked: int) -> list[Reply]:
    """Return the replies to a number of calls, one each.

    Raises:
        CallFailed: If one of the calls gave no value.
        Breach: If these are no replies to that many calls.
    """
    found = answer.get("replies")
    if type(found) is not list or not found or len(found) > asked:
        raise Breach(NO_ANSWER)
    results = [_reply(reply) for reply in found]
    if len(results) != asked:
        raise Breach("the worker left out an answer")
    return results


def _reply(reply: Any) -> Reply:
    match reply:
        case {"error": {"kind": str(kind), "message": str(message)}}:
            raise _failure(kind, message)
        case {"value": value, "warnings": list(warnings)}:
            shown = warnings[:SHOWN_WARNINGS]
            return Reply(
                value=_value(reply, value),
                warnings=tuple(clean(str(text), 200) for text in shown),
                args_after=reply.get("after"),
            )
    raise Breach(NO_ANSWER)


def _failure(kind: str, message: str) -> CallFailed:
    outcome = OUTCOMES.get(kind, Outcome.RAISED)
    return CallFailed(outcome, clean(message, 600), quoted=True)


def _value(reply: Answer, value: Any) -> Any:
    """Return a figure, a value with its models read, or the value as it is."""
    if "figure" in reply:
        return _figure(reply["figure"])
    # a look at each item of a long list costs time that few replies are worth
    return _models(value) if "models" in reply else value


def _figure(payload: Any) -> Any:
    try:
        return figure_from(payload)
    except ValueError as error:
        raise CallFailed(
            Outcome.RAISED, f"the figure can't be read: {error}"
        ) from error


def _models(value: Any) -> Any:
    try:
        return with_models(value)
    except ValueError as error:
        raise CallFailed(
            Outcome.RAISED, f"the model can't be read: {clean(str(error), 300)}"
        ) from error


def files(answer: Answer, *, at_most: int) -> dict[str, NDArray[np.uint8]]:
    """Return the bytes of files by relative path, sorted by it.

    Raises:
        CallFailed: If the worker says that there are too many, or too large ones.
        Breach: If these are not at most that many files.
    """
    match answer:
        case {"error": {"kind": str(kind), "message": str(message)}}:
            raise _failure(kind, message)
        case {"files": dict(found)} if len(found) <= at_most:
            if all(_is_file(name, content) for name, content in found.items()):
                return dict(sorted(found.items()))
    raise Breach(NO_ANSWER)


def _is_file(name: str, content: Any) -> bool:
    path = PurePosixPath(name)
    return (
        len(name) <= MAX_NAME
        and not path.is_absolute()
        and ".." not in path.parts
        and type(content) is np.ndarray
        and content.dtype == np.uint8
        and content.ndim == 1
    )


def faults(answer: Answer) -> tuple[Fault, ...]:
    """Return what went wrong while the file was loaded.

    Raises:
        Breach: If this is no list of faults.
    """
    found = answer.get("faults")
    if type(found) is not list or len(found) > MOST_FAULTS:
        raise Breach(NO_ANSWER)
    return tuple(_fault(fault) for fault in found[:SHOWN_FAULTS])


def _fault(fault: Any) -> Fault:
    match fault:
        case [str(where), str(message)]:
            return Fault(where=clean(where, 100), message=clean(message, 500))
    raise Breach(NO_ANSWER)


def overdue_cells(answer: Answer) -> list[list[int]]:
    """Return [cell, line] of statements that did not end; whatever else, nothing."""
    found = answer.get("overdue")
    if type(found) is not list or len(found) > MOST_OVERDUE:
        return []
    return [[index, line] for index, line in _pairs(found)]


def _pairs(found: list[Any]) -> Iterator[tuple[int, int]]:
    for pair in found:
        match pair:
            case [int(index), int(line)] if type(index) is type(line) is int:
                yield index, line

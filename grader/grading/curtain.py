"""What a student may read of his code's own words about a hidden check's inputs.

A function that raises `ValueError(str(X))` would carry what the check gave it into the
report. So of an exception only what could not hold an input is shown: a built-in type, a
line of the file, and the text if it stands in the file or is one of Python's and NumPy's
own sentences about shapes, names and types. The teacher's note has the whole of it; at
home, where the inputs are no secret, `grader check` shows it.

What remains: which line raised, which text of the file was chosen, which check failed, the
sizes in a sentence or in a returned value's shape, and what the student's code draws. It
tells of inputs that nobody gets again: another hand-in has others.
"""

import builtins
import dataclasses
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.domain.student import CallFailed, Reply
from grader.domain.submission import Fault
from grader.grading.sentences import is_usual
from grader.wire import Opaque

# as the worker writes them
PLACE = re.compile(
    r" \((?:(?P<cell>cell \d+), )?(?P<line>line (?P<number>\d+)|the file)\)$"
)
MISSING = re.compile(r"there is no (?P<name>\w+) in your file")
UNREACHED = re.compile(
    r"(?P<name>\w+) was not reached: the file stopped at (?P<why>.*)"
)
UNDEFINED = re.compile(r"name '(?P<name>\w+)' is not defined.*")
NUMERIC = re.compile(
    r"RuntimeWarning: (?:overflow|underflow|divide by zero|invalid value) encountered in"
    r" (?:scalar )?(?P<name>\w+)"
)
# of Python's own sentences, those without a value in them
HARMLESS = frozenset(
    """
    division by zero|float division by zero|math domain error|math range error
    |Singular matrix|not written yet|maximum recursion depth exceeded
    |your code asks for input, which nobody answers here
    """.replace("\n", "")
    .replace("    ", "")
    .split("|")
)
WITHHELD = "its message may hold the check's inputs: run `grader check` to see your own"


@dataclass(frozen=True)
class Curtain:
    """Stands between a submission's worker and one hidden check.

    Attributes:
        source: The student's code.
        solution: The reference's code, whose names are known to the student.
        faults: What went wrong while the file was loaded, before any input was sent.
        withheld: Filled with the messages that were not shown, for the teacher.
    """

    source: str
    solution: str = ""
    faults: Sequence[Fault] = ()
    withheld: list[str] = field(default_factory=list)

    def before(self, failure: CallFailed) -> CallFailed:
        """Return a failure as the check, and so the student, may know it."""
        if not failure.quoted:
            return failure
        shown = self._shown(failure.message)
        if shown != failure.message and failure.message not in self.withheld:
            self.withheld.append(failure.message)
        return CallFailed(failure.outcome, shown)

    def of_reply(self, reply: Reply) -> Reply:
        """Return a reply whose types and warnings have no words of the student's."""
        return dataclasses.replace(
            reply,
            value=self._plain(reply.value),
            warnings=tuple(map(self._warning, reply.warnings)),
        )

    def _shown(self, message: str) -> str:
        if self._is_known(message):
            return message
        place = PLACE.search(message)
        where = self._place(place) if place else ""
        words = message[: place.start()] if place else message
        kind, _, text = words.partition(": ")
        if not _is_exception(kind):
            return f"it raised an error{where}; {WITHHELD}"
        if not text or self._is_known(text):
            return f"{words}{where}"
        return f"{kind}{where}; {WITHHELD}"

    def _place(self, place: re.Match[str]) -> str:
        number = place["number"]
        lines = self.source.count("\n") + 1
        # a worker may claim any line: only the file's own have one
        real = number is None or (len(number) < 8 and int(number) <= lines)
        return place[0] if real and len(place["cell"] or "") < 12 else ""

    def _is_known(self, text: str) -> bool:
        """Return whether a text was there before the check gave any input."""
        if text in HARMLESS or any(f"{q}{text}{q}" in self.source for q in "'\""):
            return True
        if is_usual(text, knows=self._is_name):
            return True
        if missing := MISSING.fullmatch(text):
            return self._is_name(missing["name"])
        if undefined := UNDEFINED.fullmatch(text):
            name = undefined["name"]
            return self._is_name(name) and text == f"name '{name}' is not defined"
        if stopped := UNREACHED.fullmatch(text):
            told = [f"{fault.where}, {fault.message}" for fault in self.faults]
            return self._is_name(stopped["name"]) and stopped["why"] in told
        return False

    def _is_name(self, name: str) -> bool:
        word = rf"\b{re.escape(name)}\b"
        return any(re.search(word, text) for text in (self.solution, self.source))

    def _warning(self, text: str) -> str:
        numeric = NUMERIC.fullmatch(text)
        if numeric and hasattr(np, numeric["name"]):
            return text
        kind = text.partition(":")[0]
        return f"{kind}: …" if _is_exception(kind) else "Warning: …"

    def _plain(self, value: Any) -> Any:
        """Return a value whose unsendable parts have only known types' names."""
        if type(value) is Opaque:
            return value if self._is_name(value.type_name) else Opaque("object", "")
        if type(value) is list:
            return [self._plain(one) for one in value]
        if type(value) is dict:
            return {key: self._plain(one) for key, one in value.items()}
        return value


def _is_exception(name: str) -> bool:
    kind = getattr(builtins, name, None)
    return isinstance(kind, type) and issubclass(kind, BaseException)

"""A leak: where it is, and what it gives away."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Leak:
    """One thing of the teachers' in a file for students.

    Attributes:
        file: The file that must not leave, `assignments/logic_gates/README.md`; of an
            archive's member `grader.whl/grader/checks/values.py`.
        place: Where in it: `line 12`, or `cell 3, line 2`.
        what: What is given away, for people.
        name: The same in one word: a task's function, a check, a mistake, a value.
        lab: Whose it is.
        origin: Where it comes from, `reference/logic_gates/logic_gates.py, line 41`.
    """

    file: str
    place: str
    what: str
    name: str
    lab: str
    origin: str

    def __str__(self) -> str:
        place = f", {self.place}" if self.place else ""
        return f"{self.file}{place}: {self.what}, from {self.origin}"

"""What a student handed in, read and made harmless to hold, not yet run."""

from datetime import datetime
from typing import Literal

from grader.domain.frozen import Frozen
from grader.domain.identity import Identity


class Cell(Frozen):
    """A piece of code that runs as one: a notebook's code cell, or a whole `.py` file.

    Attributes:
        index: Number among all cells of the notebook, from 1, as a person counts; 1 for `.py`.
        code: Python, IPython's magics and shell lines already made into calls of
            `get_ipython()`, which do nothing in the worker.
        broken: Whether a notebook's cell is known to be no Python: running it gives a
            SyntaxError, whose line the student is told.
    """

    index: int
    code: str
    broken: bool = False


class Fault(Frozen):
    """Something that a person should know: a failing cell, a repaired notebook.

    Attributes:
        where: "cell 3, line 2" or "line 17" or a file's name.
        message: One line.
    """

    where: str
    message: str

    @property
    def repaired(self) -> bool:
        """Return whether nothing is left to mend: it was repaired on the way in."""
        return self.message.startswith("repaired: ")


class SubmittedFile(Frozen):
    """One file as it came."""

    name: str
    size: int
    sha256: str


class HandIn(Frozen):
    """One student's file for one lab, as it came.

    Attributes:
        name: The file's name.
        place: Where it lay, for people: `class.zip/alice/logic_gates.py`.
        content: Its bytes.
        sha256: Of `content`, lower-case hexadecimal.
        received_at: By the platform, the manifest or the file; None if none tells.
        faults: What had to be decided to find it.
        marked_late: Whether the platform called it late.
        identity: Who the student is to the platform that it came from.
        code: Of the receipt that the student has; None if it has no manifest or is not
            what its manifest says.
        submitted_at: By the student's clock, if there is such a code.
    """

    student: str
    lab: str
    name: str
    place: str
    content: bytes
    sha256: str
    received_at: datetime | None
    faults: tuple[Fault, ...] = ()
    marked_late: bool = False
    identity: Identity | None = None
    code: str | None = None
    submitted_at: datetime | None = None


class Submission(Frozen):
    """One student's answer to one lab.

    Attributes:
        student: Name of the folder, of the manifest, or of the file's owner.
        lab: The lab's name.
        kind: What the code came as.
        cells: The code, in order.
        files: What was handed in.
        sha256: Of the graded file's bytes.
        received_at: From the platform, the manifest or the file's modification time, UTC.
        faults: What had to be repaired to read it.
    """

    student: str
    lab: str
    kind: Literal["py", "ipynb"]
    cells: tuple[Cell, ...]
    files: tuple[SubmittedFile, ...]
    sha256: str
    received_at: datetime | None = None
    faults: tuple[Fault, ...] = ()

    @property
    def source(self) -> str:
        """Return all code that can run, cells joined by a blank line.

        One broken cell would make all of it unreadable.
        """
        return "\n\n".join(cell.code for cell in self.cells if not cell.broken)

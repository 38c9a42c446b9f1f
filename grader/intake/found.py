"""What collecting finds: files that are graded, and files that are not."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path, PurePosixPath

from pydantic import Field

from grader.domain.frozen import Frozen
from grader.domain.identity import Identity
from grader.domain.report import Ungraded
from grader.domain.submission import Fault
from grader.intake.manifest import Manifest


class Found(Frozen):
    """One student's file for one lab, not yet opened.

    Attributes:
        student: Cleaned: safe as a folder's name, unique in its class.
        lab: The lab's name.
        path: Where it lies now: in the given folder, or unpacked.
        where: Where it came from, for people: `class.zip/alice/logic_gates.py`.
        received_at: From the platform, else the manifest, else the file's modification
            time, UTC.
        manifest: If the hand-in has one that names this file.
        faults: What had to be decided, such as which of two files counts.
        identity: Who the student is to the platform that it was downloaded from.
        marked_late: Whether that platform called it late.
    """

    student: str
    lab: str
    path: Path
    where: str = ""
    received_at: datetime | None = None
    manifest: Manifest | None = None
    faults: tuple[Fault, ...] = ()
    identity: Identity | None = None
    marked_late: bool = False

    @property
    def name(self) -> str:
        """Return the file's name as it was handed in."""
        return PurePosixPath(self.where or self.path.name).name


class Collected(Frozen):
    """All that lies in the given paths.

    Attributes:
        found: By student, then lab.
        refused: What somebody handed in that can't be graded, one line each.
        ignored: Files that belong to no lab, each once.
        identities: Who students are to the platform of the download, by student; those
            who handed in nothing that can be graded, too.
        notices: Lines for the teacher: which downloads were recognised as what.
    """

    found: tuple[Found, ...] = ()
    refused: tuple[Ungraded, ...] = ()
    ignored: tuple[str, ...] = ()
    identities: Mapping[str, tuple[Identity, ...]] = Field(default_factory=dict)
    notices: tuple[str, ...] = ()

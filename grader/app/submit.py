"""Hand in: look once more at a student's file, and pack it with a manifest."""

import hashlib
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path

from grader.app.check import self_check
from grader.app.find import find_work, lab_of
from grader.app.isolation import best_isolation
from grader.app.unfinished import Work, what_is_missing
from grader.domain.lab import Lab
from grader.domain.report import LabReport, Ungraded
from grader.domain.verdict import Outcome
from grader.errors import GraderError
from grader.intake import Found, Manifest, pack, read_manifest, receipt
from grader.intake.dropping import Dropped, drop
from grader.intake.manifest import MANIFEST_NAME, PublicChecks
from grader.intake.reading import submission_of, take_in
from grader.labs.course import Course
from grader.languages import ENGLISH, Language

# what a machine calls everybody, so that two hand-ins of that name are two students'
EVERYBODY = frozenset(
    {"admin", "administrator", "jovyan", "root", "student", "ubuntu", "user"}
)


@dataclass(frozen=True)
class Prepared:
    """What would be handed in.

    Attributes:
        lab: For which lab.
        work: The file.
        missing: What the student would want to know before, one line each.
    """

    lab: Lab
    work: Work
    missing: tuple[str, ...]

    @property
    def sha256(self) -> str:
        """Return the hash of the file."""
        return hashlib.sha256(self.work.content).hexdigest()


@dataclass(frozen=True)
class HandIn:
    """What was packed.

    Attributes:
        path: The zip.
        manifest: What it says of itself.
        receipt: A short code that the teacher can compute again from the zip.
    """

    path: Path
    manifest: Manifest
    receipt: str


def prepare(
    course: Course,
    target: str | None,
    *,
    lab: str | None,
    here: Path,
    language: Language = ENGLISH,
) -> Prepared:
    """Return what would be handed in, read but not run.

    Args:
        course: Where the labs are.
        target: A lab's name, a file, a directory, or None for "what is here".
        lab: The lab, where the file's name does not tell.
        here: The current directory.
        language: Of what is missing.

    Raises:
        SubmissionError: If the file can't be found or read.
        LabError: If there is no such lab.
        InfrastructureError: If the disk or the permissions let us down.
    """
    labs = [known.name for known in course.labs()]
    file = find_work(target, labs=labs, here=here)
    known = course.lab(lab or lab_of(file, labs))
    taken = take_in(Found(student="you", lab=known.name, path=file))
    work = Work(file, taken.content, submission_of(taken).cells)
    missing = what_is_missing(
        work, known, assignment=course.assignment(known.name), language=language
    )
    return Prepared(known, work, missing)


def checked_at_home(course: Course, prepared: Prepared) -> LabReport | str:
    """Return how the public checks go, or in a line why nobody knows.

    Whatever goes wrong here, the work can be handed in.
    """
    try:
        result = self_check(
            course,
            str(prepared.work.file.resolve()),
            lab=prepared.lab.name,
            here=Path(),
            isolation=best_isolation(),
        )
    except GraderError as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 - a deadline does not wait for our bugs
        return f"{type(error).__name__}: {error}"
    return result.message if isinstance(result, Ungraded) else result


def hand_in(
    prepared: Prepared,
    *,
    student: str,
    checks: LabReport | None,
    to: Path,
    clock: Callable[[], datetime],
) -> HandIn:
    """Write `<student>-<lab>.zip` and return what was packed.

    Args:
        prepared: What goes in; the file is read again.
        student: As the teacher knows them.
        checks: How the public checks went, if they were run.
        to: The folder for the zip.
        clock: Gives the current time with its time zone.

    Raises:
        SubmissionError: If the file can't be read as code any more.
        InfrastructureError: If the zip can't be written.
    """
    packed = pack(
        student=student,
        lab=prepared.lab.name,
        file=prepared.work.file,
        lab_version=prepared.lab.version,
        grader_version=metadata.version("grader"),
        clock=clock,
        to=to,
        numpy=metadata.version("numpy"),
        public_checks=counted(checks) if checks else None,
    )
    with zipfile.ZipFile(packed) as archive:
        manifest = read_manifest(archive.read(MANIFEST_NAME))
    return HandIn(packed, manifest, receipt(manifest))


def counted(report: LabReport) -> PublicChecks:
    """Return how many public checks pass."""
    passed = sum(check.outcome is Outcome.PASSED for check in report.checks)
    return PublicChecks(passed=passed, of=len(report.checks))


def bring(packed: HandIn, folder: Path) -> Dropped:
    """Copy a hand-in to the drop folder.

    Raises:
        InfrastructureError: If it does not lie there whole.
    """
    return drop(packed.path, folder, receipt=packed.receipt)

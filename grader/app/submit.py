"""Hand in: pack a student's file with a manifest."""

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path

from grader.app.find import find_work, lab_of
from grader.intake import pack, read_manifest, receipt
from grader.labs.course import Course


@dataclass(frozen=True)
class HandIn:
    """What was packed.

    Attributes:
        path: The zip.
        file: The student's file.
        receipt: A short code that the teacher can compute again from the zip.
    """

    path: Path
    file: Path
    receipt: str


def hand_in(
    course: Course,
    target: str | None,
    *,
    student: str,
    lab: str | None,
    here: Path,
    to: Path,
    clock: Callable[[], datetime],
) -> HandIn:
    """Write `<student>-<lab>.zip` and return what was packed.

    Raises:
        SubmissionError: If the file can't be found or read.
        LabError: If there is no such lab.
    """
    labs = [known.name for known in course.labs()]
    file = find_work(target, labs=labs, here=here)
    name = lab or lab_of(file, labs)
    packed = pack(
        student=student,
        lab=name,
        file=file,
        lab_version=course.lab(name).version,
        grader_version=metadata.version("grader"),
        clock=clock,
        to=to,
    )
    with zipfile.ZipFile(packed) as archive:
        manifest = read_manifest(archive.read("manifest.json"))
    return HandIn(packed, file, receipt(manifest))

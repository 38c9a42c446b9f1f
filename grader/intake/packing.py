"""Packing a hand-in: `<student>-<lab>.zip` with the file and its manifest."""

import hashlib
import os
import platform
import zipfile
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from pathlib import Path

from grader.errors import InfrastructureError, SubmissionError
from grader.intake.archive import NO_TIME
from grader.intake.files import read_regular
from grader.intake.limits import IntakeLimits
from grader.intake.manifest import MANIFEST_NAME, Manifest, PublicChecks
from grader.intake.names import path_component
from grader.intake.reading import SUFFIXES, code_of

PLAIN_FILE = 0o100644 << 16
UNIX = 3


def pack(
    *,
    student: str,
    lab: str,
    file: Path,
    lab_version: str,
    grader_version: str,
    clock: Callable[[], datetime],
    to: Path,
    numpy: str = "",
    public_checks: PublicChecks | None = None,
    limits: IntakeLimits | None = None,
) -> Path:
    """Write `<student>-<lab>.zip` into a folder, all of it or nothing, and return it.

    An older hand-in of that name is replaced.

    Args:
        student: As the teacher knows them; cleaned for use in a file's name.
        lab: The lab's name.
        file: What to hand in, `.py` or `.ipynb`; called `<lab>` with its suffix inside.
        lab_version: Of the lab, as the student has it.
        grader_version: Of this program.
        clock: Gives the current time with its time zone.
        to: The folder, made if missing.
        numpy: Version of NumPy.
        public_checks: How they went, if they were run.
        limits: What is refused as too big.

    Raises:
        SubmissionError: If the file can't be read as code: it could not be graded.
        InfrastructureError: If the zip can't be written.
    """
    limits = limits or IntakeLimits()
    suffix = file.suffix.lower()
    if suffix not in SUFFIXES:
        msg = f"{file.name} is no .py or .ipynb file: hand in {lab}.py or {lab}.ipynb"
        raise SubmissionError(msg)
    content = read_regular(file, limit_bytes=limits.file_bytes(suffix))
    # the last moment at which the student can still do something about it
    if not code_of(content, suffix=suffix, name=file.name, limits=limits).cells:
        msg = f"{file.name} is empty: hand in the file you worked in, saved"
        raise SubmissionError(msg)
    manifest = Manifest(
        student=path_component(student),
        lab=lab,
        file=f"{lab}{suffix}",
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        submitted_at=clock().replace(microsecond=0),
        grader_version=grader_version,
        lab_version=lab_version,
        python=platform.python_version(),
        numpy=numpy,
        public_checks=public_checks,
    )
    target = to / f"{manifest.student}-{lab}.zip"
    _write_whole(target, _zipped(manifest, content))
    return target


def _zipped(manifest: Manifest, content: bytes) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        described = manifest.model_dump_json(indent=2).encode() + b"\n"
        for name, member in ((manifest.file, content), (MANIFEST_NAME, described)):
            # the time is in the manifest: the same hand-in packs to the same bytes
            info = zipfile.ZipInfo(name, NO_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = UNIX
            info.external_attr = PLAIN_FILE
            archive.writestr(info, member)
    return buffer.getvalue()


def _write_whole(target: Path, content: bytes) -> None:
    # a dot file: whoever collects the folder meanwhile leaves it out
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            part.write_bytes(content)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        msg = f"{target} can't be written ({error.strerror}): choose another folder"
        raise InfrastructureError(msg) from error

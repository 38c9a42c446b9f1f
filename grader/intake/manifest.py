"""The manifest in a hand-in made by `grader submit`, and the receipt for it.

The student's machine wrote it: it says what was meant, and proves nothing. A file that
differs from it is a note for the teacher, not a refusal.
"""

import hashlib
import json
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, Field, ValidationError

from grader.domain.frozen import Frozen
from grader.domain.submission import Fault
from grader.domain.text import clean
from grader.errors import SubmissionError

MANIFEST_NAME = "manifest.json"
# ten short fields
LIMIT_BYTES = 65_536


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        msg = "the year is out of range"
        raise ValueError(msg) from error


Line = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]


class Manifest(Frozen):
    """What is handed in, by whom, when, and with which versions.

    Attributes:
        file: Name of the graded file, which lies beside the manifest.
        sha256: Of that file, lower-case hexadecimal.
        size: Of that file, in bytes.
        submitted_at: By the student's clock, UTC.
        lab_version: The lab's, as the student had it.
        python: Version of the student's Python.
    """

    schema_version: Literal[1] = 1
    student: Annotated[Line, Field(min_length=1)]
    lab: str = Field(max_length=200, pattern=r"^[a-z][a-z0-9_]*$")
    file: str = Field(max_length=200, pattern=r"^[^/\\\x00-\x1f\x7f]+\.(py|ipynb)$")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size: int = Field(ge=0)
    submitted_at: Annotated[AwareDatetime, AfterValidator(_in_utc)]
    grader_version: Line
    lab_version: Line
    python: Line


def read_manifest(raw: bytes) -> Manifest:
    """Return the manifest in a `manifest.json`'s bytes.

    Raises:
        SubmissionError: If it is no manifest of ours.
    """
    if len(raw) > LIMIT_BYTES:
        msg = (
            f"{MANIFEST_NAME} has {len(raw):,} bytes, expected at most {LIMIT_BYTES:,}"
        )
        raise SubmissionError(msg)
    try:
        return Manifest.model_validate_json(raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "the file"
        msg = (
            f"{MANIFEST_NAME} can't be used ({clean(field, 50)}: {clean(first['msg'], 150)}),"
            " expected what `grader submit` writes"
        )
        raise SubmissionError(msg) from error


def differences(manifest: Manifest, content: bytes) -> tuple[Fault, ...]:
    """Return a fault if a file's bytes are not those that the manifest speaks of."""
    if hashlib.sha256(content).hexdigest() == manifest.sha256:
        return ()
    found = f"{len(content):,} bytes, the manifest says {manifest.size:,}"
    message = (
        f"the file differs from its manifest ({found}): it was changed after packing"
    )
    return (Fault(where=manifest.file, message=message),)


def receipt(manifest: Manifest) -> str:
    """Return the code that the student keeps, `3f2a-91bc-0d4e`.

    The first 12 hexadecimal digits of the SHA-256 of the manifest as JSON with sorted
    keys: a teacher who has the zip computes the same.
    """
    canonical = json.dumps(
        manifest.model_dump(mode="json"), sort_keys=True, separators=(",", ":")
    )
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    return "-".join(digest[start : start + 4] for start in (0, 4, 8))

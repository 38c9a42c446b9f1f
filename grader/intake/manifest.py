"""The manifest in a hand-in made by `grader submit`, and the receipt for it.

The student's machine wrote it: it says what was meant, and proves nothing. A file that
differs from it is a note for the teacher, not a refusal. What a receipt proves, and what it
does not: docs/design/receipts.md.
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
# a dozen short fields
LIMIT_BYTES = 65_536
# no I, L, O, U: what people misread, or would rather not read
# Source: Douglas Crockford, "Base 32"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})
# of five bits each, before the check symbol
SYMBOLS = 24


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        msg = "the year is out of range"
        raise ValueError(msg) from error


Line = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]


class PublicChecks(Frozen):
    """How the public checks went at home, if the student's machine tells the truth."""

    passed: int = Field(ge=0)
    of: int = Field(ge=0)


class Manifest(Frozen):
    """What is handed in, by whom, when, and with which versions.

    Version 1 had neither `numpy` nor `public_checks`; it is read as before.

    Attributes:
        file: Name of the graded file, which lies beside the manifest.
        sha256: Of that file, lower-case hexadecimal.
        size: Of that file, in bytes.
        submitted_at: By the student's clock, UTC.
        lab_version: The lab's, as the student had it.
        python: Version of the student's Python.
        numpy: Version of the student's NumPy; empty if not known.
        public_checks: None if they were not run.
    """

    schema_version: Literal[1, 2] = 2
    student: Annotated[Line, Field(min_length=1)]
    lab: str = Field(max_length=200, pattern=r"^[a-z][a-z0-9_]*$")
    file: str = Field(max_length=200, pattern=r"^[^/\\\x00-\x1f\x7f]+\.(py|ipynb)$")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size: int = Field(ge=0)
    submitted_at: Annotated[AwareDatetime, AfterValidator(_in_utc)]
    grader_version: Line
    lab_version: Line
    python: Line
    numpy: Line = ""
    public_checks: PublicChecks | None = None


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
    """Return the code that the student keeps, `7QX4M-K2D9R-W0TZ8-3HVNA-P5C1E`.

    120 bits of the SHA-256 of the manifest as JSON with sorted keys, and a check symbol: a
    teacher who has the zip computes the same, and whoever wants two hand-ins with one code
    has to try 2^60.
    """
    canonical = json.dumps(
        manifest.model_dump(mode="json"), sort_keys=True, separators=(",", ":")
    )
    digest = hashlib.sha256(canonical.encode()).digest()
    number = int.from_bytes(digest) >> (8 * len(digest) - 5 * SYMBOLS)
    places = range(5 * (SYMBOLS - 1), -1, -5)
    symbols = "".join(ALPHABET[number >> place & 31] for place in places)
    return _grouped(symbols + _check_symbol(symbols))


def read_receipt(text: str) -> str:
    """Return a receipt as `receipt` writes it, from what a person typed.

    Case, spaces and hyphens are free, and what looks like 0 or 1 counts as such.

    Raises:
        SubmissionError: If it is none, or was mistyped: its last symbol tells.
    """
    bare = "".join(text.upper().replace("-", " ").split()).translate(LOOKALIKES)
    if len(bare) != SYMBOLS + 1 or not set(bare) <= set(ALPHABET):
        msg = (
            f"{clean(text, 60)!r} is no receipt, expected {SYMBOLS + 1} letters and digits"
            " in groups of five"
        )
        raise SubmissionError(msg)
    if _check_symbol(bare[:-1]) != bare[-1]:
        msg = f"{_grouped(bare)} is mistyped: its last symbol does not fit the others"
        raise SubmissionError(msg)
    return _grouped(bare)


def _grouped(symbols: str) -> str:
    return "-".join(symbols[start : start + 5] for start in range(0, len(symbols), 5))


def _check_symbol(symbols: str) -> str:
    """Return the symbol that tells any single wrong one, and most swapped neighbours.

    Source: the Luhn algorithm modulo N, here 32.
    """
    total = 0
    for place, symbol in enumerate(reversed(symbols)):
        addend = ALPHABET.index(symbol) * (2 if place % 2 == 0 else 1)
        total += addend // 32 + addend % 32
    return ALPHABET[-total % 32]

"""From a found file to a submission: its bytes, hashed and read, never run."""

import hashlib
from pathlib import PurePosixPath

from grader.domain.submission import (
    Cell,
    Fault,
    HandIn,
    Submission,
    SubmittedFile,
)
from grader.errors import SubmissionError
from grader.intake.drafts import plain_script
from grader.intake.files import read_regular
from grader.intake.found import Found
from grader.intake.limits import IntakeLimits
from grader.intake.manifest import differences, receipt
from grader.intake.notebook import Code, notebook_code
from grader.intake.python_file import decoded

EMPTY = "the file is empty: was another one meant?"
SUFFIXES = frozenset({".py", ".ipynb"})


def read(found: Found, *, limits: IntakeLimits | None = None) -> Submission:
    """Read one found file.

    A syntax error is none here: the worker meets it and says so.

    Args:
        found: What `collect` found, or a file that the caller names.
        limits: What is refused as too big.

    Raises:
        SubmissionError: If it is no readable Python file or notebook.
        InfrastructureError: If the disk or the permissions let us down.
    """
    return submission_of(take_in(found, limits=limits), limits=limits)


def take_in(found: Found, *, limits: IntakeLimits | None = None) -> HandIn:
    """Return one found file with its bytes; they are read once and never again.

    Raises:
        SubmissionError: If it is no regular file, too big, or neither `.py` nor `.ipynb`.
        InfrastructureError: If the disk or the permissions let us down.
    """
    limits = limits or IntakeLimits()
    suffix = found.path.suffix.lower()
    if suffix not in SUFFIXES:
        msg = f"{found.name} is no .py or .ipynb file: hand in {found.lab}.py"
        raise SubmissionError(msg)
    content = read_regular(found.path, limit_bytes=limits.file_bytes(suffix))
    manifest = found.manifest
    differs = differences(manifest, content) if manifest else ()
    # the code of a receipt stands for the bytes that were packed, and no others
    vouched = manifest if manifest and not differs else None
    return HandIn(
        student=found.student,
        lab=found.lab,
        name=found.name,
        place=found.where or found.path.name,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        received_at=found.received_at,
        faults=(*found.faults, *differs),
        marked_late=found.marked_late,
        identity=found.identity,
        code=receipt(vouched) if vouched else None,
        submitted_at=vouched.submitted_at if vouched else None,
    )


def submission_of(hand_in: HandIn, *, limits: IntakeLimits | None = None) -> Submission:
    """Return what a hand-in's bytes are: cells of code.

    Raises:
        SubmissionError: If they are neither Python text nor a notebook.
    """
    limits = limits or IntakeLimits()
    name, content, digest = hand_in.name, hand_in.content, hand_in.sha256
    suffix = PurePosixPath(name).suffix.lower()
    code = code_of(content, suffix=suffix, name=name, limits=limits)
    return Submission(
        student=hand_in.student,
        lab=hand_in.lab,
        kind=code.kind,
        cells=code.cells,
        files=(SubmittedFile(name=name, size=len(content), sha256=digest),),
        sha256=digest,
        received_at=hand_in.received_at,
        faults=(*hand_in.faults, *code.faults),
    )


def code_of(content: bytes, *, suffix: str, name: str, limits: IntakeLimits) -> Code:
    """Return the code in a file's bytes.

    A notebook that is named `.py` is read as the notebook that it is.

    Args:
        content: The file's bytes.
        suffix: What they should be, `.py` or `.ipynb`.
        name: The file's name, for messages.
        limits: How much code there may be.

    Raises:
        SubmissionError: If they are neither Python text nor a notebook.
    """
    if suffix == ".ipynb":
        return notebook_code(content, name=name, limits=limits)
    if not content.strip():
        # nothing was done, which is worth 0 points: a mark, not a failure to grade
        return Code("py", (), (Fault(where=name, message=EMPTY),))
    if content.lstrip().startswith(b"{") and b'"nbformat"' in content:
        code = notebook_code(content, name=name, limits=limits)
        renamed = Fault(where=name, message="is a notebook named .py: name it .ipynb")
        return Code("ipynb", code.cells, (renamed, *code.faults))
    plain = plain_script(decoded(content, name=name))
    notes = tuple(Fault(where=name, message=note) for note in plain.notes)
    return Code("py", (Cell(index=1, code=plain.code),), notes)

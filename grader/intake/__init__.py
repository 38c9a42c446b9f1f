"""Reading what students handed in, without running a line of it; and packing a hand-in.

`collect` finds whose file is which lab's, `take_in` reads one's bytes, `submission_of`
makes a `Submission` of them (`read` does both), `pack`
writes what a student hands in. All bytes here are a stranger's: they give a value or a
`SubmissionError`, never anything else.
"""

from grader.intake.collecting import NothingThereError, UnknownLabError, collect
from grader.intake.found import Collected, Found
from grader.intake.limits import IntakeLimits
from grader.intake.manifest import Manifest, differences, read_manifest, receipt
from grader.intake.packing import pack
from grader.intake.platforms import FORMATS, Format, NotRecognisedError
from grader.intake.reading import read, submission_of, take_in

__all__ = [
    "FORMATS",
    "Collected",
    "Format",
    "Found",
    "IntakeLimits",
    "Manifest",
    "NotRecognisedError",
    "NothingThereError",
    "UnknownLabError",
    "collect",
    "differences",
    "pack",
    "read",
    "read_manifest",
    "receipt",
    "submission_of",
    "take_in",
]

"""What learning platforms give to teachers: recognised as a whole, or not at all.

A module for each platform says what its download looks like. It gets the list of files
and may read the few in which the platform wrote something; the files' own names and
contents are students' and prove nothing. `recognise` asks them all; `called` finds what
each person is called among us.
"""

from grader.intake.platforms.called import called
from grader.intake.platforms.download import Download, HandedIn, Listing
from grader.intake.platforms.recognise import (
    FORMATS,
    Format,
    NotRecognisedError,
    is_told_by_platform,
    recognise,
    summary,
)

__all__ = [
    "FORMATS",
    "Download",
    "Format",
    "HandedIn",
    "Listing",
    "NotRecognisedError",
    "called",
    "is_told_by_platform",
    "recognise",
    "summary",
]

"""A course's catalogues, and its language.

`assignments/<lab>/locale/<code>.po` translates what students may see of a lab before they
hand in; `reference/<lab>/locale/<code>.po` the hidden checks' titles and feedback, and the
mistakes. A lab without catalogues is shown in English.
"""

from collections.abc import Iterator
from pathlib import Path

from grader.labs.course import Course
from grader.languages.catalogue import language
from grader.languages.language import Language

FOLDER = "locale"


def course_language(course: Course | None, code: str) -> Language:
    """Return a language with the catalogues of a course's labs, if there is a course.

    Raises:
        LabError: If a catalogue can't be read.
    """
    return language(code, more=_catalogues(course, code) if course else ())


def _catalogues(course: Course, code: str) -> Iterator[Path]:
    for tree in ("assignments", "reference"):
        yield from sorted(course.root.glob(f"{tree}/*/{FOLDER}/{code}.po"))

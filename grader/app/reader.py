"""In which language the person at this machine reads, where no command says it."""

import os

from grader.errors import LabError
from grader.labs.course import Course
from grader.labs.translations import course_language
from grader.languages import Language
from grader.languages.catalogue import codes
from grader.languages.choosing import preferred, system_locale


def readers_language(course: Course | None, code: str | None = None) -> Language:
    """Return a language with a course's catalogues: the one asked for, else the locale's.

    Args:
        course: Whose labs will be spoken of; None if there is no course.
        code: Such as "ru"; None for the locale's.

    Raises:
        LabError: If there is no language of that code, or a catalogue can't be read.
    """
    known = codes()
    if code is not None and code not in known:
        raise LabError(f"there is no language {code!r}; there are {', '.join(known)}")
    wanted = code or preferred(os.environ, known, system=system_locale())
    return course_language(course, wanted)

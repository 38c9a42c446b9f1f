"""What a teacher shows on purpose: `reference/<lab>/release.toml`.

    [[shown]]
    what = "answers"
    file = "README.md"
    reason = "4 ln 2 is the worked example of T6; that training ends there is the answer"

The file stays with the teachers, for it names what is hidden.
"""

import tomllib
from collections.abc import Iterable, Mapping

from pydantic import ValidationError

from grader.domain.frozen import Frozen
from grader.errors import LabError
from grader.labs.course import Course
from grader.labs.leaks.leak import Leak

FILE = "release.toml"


class Shown(Frozen):
    """A leak that is none.

    Attributes:
        what: The leak's name: a task's function, a check, a mistake, a note's heading.
        file: The lab's file that may show it, as in `assignments/<lab>/`.
        reason: Why, for whoever reviews it.
    """

    what: str
    file: str
    reason: str


class _Content(Frozen):
    shown: tuple[Shown, ...] = ()


def read_shown(course: Course, lab: str) -> tuple[Shown, ...]:
    """Return what a lab shows on purpose; nothing if it has no such file.

    Raises:
        LabError: If the file is broken; names the key.
    """
    path = course.reference(lab) / FILE
    if not path.is_file():
        return ()
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        return _Content.model_validate(content, strict=False).shown
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LabError(f"{path}: not TOML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        raise LabError(f"{path}: {key}: {first['msg']}") from error


def without_shown(
    leaks: Iterable[Leak], course: Course, labs: Mapping[str, str]
) -> tuple[Leak, ...]:
    """Return the leaks that nobody meant.

    Args:
        leaks: What was found.
        course: The course.
        labs: What leaves: each lab with what stands before its files' paths, the name of
            an archive and a slash, or nothing.

    Raises:
        LabError: If a `release.toml` is broken, or allows what is not there: an
            exception that outlives its reason would cover the next leak.
    """
    left = list(leaks)
    for lab, prefix in labs.items():
        for shown in read_shown(course, lab):
            file = f"{prefix}assignments/{lab}/{shown.file}"
            meant = [one for one in left if (one.file, one.name) == (file, shown.what)]
            if not meant:
                raise LabError(
                    f"reference/{lab}/{FILE}: {shown.file} does not show {shown.what}: "
                    "remove the entry"
                )
            left = [one for one in left if one not in meant]
    return tuple(left)

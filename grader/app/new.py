"""Start a lab: copy its handout and stub to where the student works."""

import shutil
from pathlib import Path
from typing import Literal

from grader.errors import LabError, SubmissionError
from grader.labs.course import Course


def start_lab(
    course: Course, name: str, *, into: Path, form: Literal["py", "ipynb"]
) -> tuple[Path, ...]:
    """Copy a lab's handout and stub into a directory and return the new files.

    Args:
        course: Where the lab is.
        name: Which lab.
        into: Directory, created if need be.
        form: Script or notebook.

    Raises:
        LabError: If there is no such lab or its stub was never made.
        SubmissionError: If a file of that name is there already: it may hold work.
    """
    course.lab(name)
    source = course.assignment(name)
    names = (f"{name}.{form}", "README.md")
    for file in names:
        if not (source / file).is_file():
            raise LabError(
                f"{source / file} is missing; `grader stubs` makes the stubs"
            )
        if (into / file).exists():
            raise SubmissionError(
                f"{into / file} is there already and may hold your work; "
                "move it away or choose another --into"
            )
    into.mkdir(parents=True, exist_ok=True)
    return tuple(Path(shutil.copyfile(source / f, into / f)) for f in names)

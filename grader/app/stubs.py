"""Write the stubs of the labs from their solutions."""

from collections.abc import Sequence
from pathlib import Path

from grader.errors import LabError
from grader.labs.course import Course
from grader.labs.stubs import stub_files


def write_stubs(course: Course, names: Sequence[str]) -> tuple[Path, ...]:
    """Write `<lab>.py` and `<lab>.ipynb` into `assignments/` and return changed files.

    Raises:
        LabError: If a lab has no solution here or its regions are broken.
    """
    changed = []
    for name in names:
        course.lab(name)
        source = course.reference(name) / f"{name}.py"
        if not source.is_file():
            raise LabError(f"{source} is missing: stubs are made from the solution")
        files = stub_files(name, source.read_text(encoding="utf-8"))
        for file, content in files.items():
            path = course.assignment(name) / file
            if not path.is_file() or path.read_text(encoding="utf-8") != content:
                path.write_text(content, encoding="utf-8", newline="\n")
                changed.append(path)
    return tuple(changed)

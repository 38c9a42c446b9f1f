"""`check`: from a lab's name to the table that the student sees."""

import os
import sys
from pathlib import Path
from typing import Any

from grader.app.reader import readers_language
from grader.domain.report import TaskLine
from grader.errors import GraderError, LabError
from grader.labs.loading import LoadedLab, forget, load_lab
from grader.notebook import upgrades
from grader.notebook.finding import course_near, places
from grader.notebook.kernel import KernelStudent
from grader.notebook.notices import NotChecked
from grader.notebook.running import results
from grader.notebook.table import CheckTable


def check(
    lab: str,
    *,
    course: str | Path | None = None,
    lang: str | None = None,
    namespace: dict[str, Any] | None = None,
) -> CheckTable:
    """Run a lab's public checks on the functions of this notebook.

    Args:
        lab: The lab's name.
        course: Folder or zip with the lab's files; looked for around the notebook if
            left out.
        lang: Language of the table, such as "ru"; the locale's, or that of GRADER_LANG,
            if left out.
        namespace: Where the functions are; the notebook's own if left out.

    Raises:
        NotChecked: If the lab is not found or broken; shown as one line in a notebook.
        Stopped: If the student interrupts it.
    """
    newest = upgrades.newest()
    if newest is not check:
        table: CheckTable = newest(lab, course=course, lang=lang, namespace=namespace)
        return table
    names = vars(sys.modules["__main__"]) if namespace is None else namespace
    if not isinstance(lab, str):
        kind = type(lab).__name__
        raise NotChecked(f'got a {kind}, expected a lab\'s name: check("logic_gates")')
    try:
        found = course_near(
            [Path(course)] if course else places(names, os.environ), lab
        )
        language = readers_language(found, lang)
        forget(found, lab)
        loaded = load_lab(found, lab, reference=False)
        return CheckTable(
            title=loaded.lab.title,
            tasks=_tasks(loaded),
            checks=tuple(results(loaded, KernelStudent(names), language=language)),
            language=language,
        )
    # a folder that is gone, a full disk
    except (GraderError, OSError) as error:
        raise NotChecked(_in_words(error, lang)) from error


def _in_words(error: Exception, lang: str | None) -> str:
    """Return what went wrong in the student's language, if that can be read."""
    try:
        return readers_language(None, lang).told(str(error))
    except LabError:
        return str(error)


def _tasks(loaded: LoadedLab) -> tuple[TaskLine, ...]:
    return tuple(
        TaskLine(id=task.id, title=task.title, points=task.points)
        for task in loaded.lab.tasks
    )

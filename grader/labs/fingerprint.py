"""Whether a lab is still the one that a submission was graded by.

`lab.toml` has a version for people; a check may change where the version was forgotten.
"""

import hashlib
from pathlib import Path

from grader.errors import LabError
from grader.labs.course import Course

# texts, translations and the notebook, which is made from the stub: no mark depends on them
_IRRELEVANT = frozenset({".md", ".po", ".ipynb", ".pyc"})
# what a release may show
_IRRELEVANT_NAMES = frozenset({"release.toml"})


def fingerprint(course: Course, lab: str) -> str:
    """Return the SHA-256 of all files of a lab that can move a mark, hexadecimal.

    Names and bytes of what lies in `assignments/<lab>` and `reference/<lab>`, but for
    handouts, notes, translations, notebooks, `release.toml` and hidden files; line ends as they are.

    Raises:
        LabError: If a file can't be read.
    """
    digest = hashlib.sha256()
    for folder in (course.assignment(lab), course.reference(lab)):
        for path in _files(folder):
            name = f"{folder.parent.name}/{path.relative_to(folder).as_posix()}"
            try:
                content = path.read_bytes()
            except OSError as error:
                raise LabError(f"{path} can't be read: {error.strerror}") from error
            # lengths, so that no two sets of files run together to the same bytes
            digest.update(f"{len(name)}:{name}{len(content)}:".encode())
            digest.update(content)
    return digest.hexdigest()


def _files(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and path.suffix not in _IRRELEVANT
        and path.name not in _IRRELEVANT_NAMES
        and not any(
            part.startswith((".", "__")) for part in path.relative_to(folder).parts
        )
    )

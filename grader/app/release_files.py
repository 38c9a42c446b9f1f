"""Which files of a lab leave: an allow-list, so that what nobody thought of stays."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from grader.app.wheel import with_plain_lines
from grader.errors import LabError
from grader.labs.course import Course
from grader.labs.stubs import stub_files
from grader.labs.translations import FOLDER as TRANSLATIONS

HANDOUT, CHECKS, LAB = "README.md", "checks.py", "lab.toml"
# what a handout may show or hand out beside itself
ATTACHED = frozenset(
    {".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".pdf", ".csv", ".txt", ".npz"}
)
TEXTS = frozenset({".svg", ".csv", ".txt"})
FENCED = re.compile(r"^(```|~~~).*?^\1\s*$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
LINKS = (
    re.compile(r"\]\(\s*<?([^)<>\s]+)>?[^)]*\)"),
    re.compile(r"^\s*\[[^\]]+\]:\s*<?([^\s<>]+)", re.MULTILINE),
    re.compile(r"<(?:img|a|source)\b[^>]*\b(?:src|href)\s*=\s*[\"']([^\"']+)"),
)
ELSEWHERE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|#|//")


def lab_files(course: Course, lab: str) -> dict[str, bytes]:
    """Return what leaves of a lab, by path from the course's root.

    Raises:
        LabError: If a file is missing or a link, if the handout names one that can't
            leave, or if the public checks need one that doesn't.
    """
    folder = course.assignment(lab)
    names = [LAB, HANDOUT, CHECKS]
    files = {name: _text(folder / name) for name in names}
    _require_alone(files[CHECKS], folder / CHECKS)
    handout = files[HANDOUT].decode("utf-8", "replace")
    for line, name in attached(handout):
        files |= _attachment(course, folder, line, name)
    for path in sorted(folder.glob(f"{TRANSLATIONS}/*.po")):
        files[f"{TRANSLATIONS}/{path.name}"] = _text(path)
    for name, content in stubs(course, lab).items():
        files[name] = content.encode("utf-8")
    return {f"assignments/{lab}/{name}": data for name, data in sorted(files.items())}


def stubs(course: Course, lab: str) -> dict[str, str]:
    """Return a lab's stubs, made from its solution.

    Raises:
        LabError: If there is no solution or its regions are broken.
    """
    source = course.reference(lab) / f"{lab}.py"
    if not source.is_file():
        raise LabError(f"{source} is missing: stubs are made from the solution")
    return stub_files(lab, source.read_text(encoding="utf-8"))


def stale_stubs(course: Course, lab: str) -> tuple[str, ...]:
    """Return the stubs on disk that are not what the solution makes."""
    return tuple(
        path.relative_to(course.root).as_posix()
        for name, content in stubs(course, lab).items()
        if not (path := course.assignment(lab) / name).is_file()
        or with_plain_lines(path.read_bytes()) != content.encode("utf-8")
    )


def attached(handout: str) -> Iterator[tuple[int, str]]:
    """Return line and path of each file that a handout links to; no links elsewhere."""
    # code may look like a link: f[0](x)
    text = FENCED.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), handout)
    for pattern in LINKS:
        for match in pattern.finditer(text):
            if not ELSEWHERE.match(match[1]):
                line = text.count("\n", 0, match.start(1)) + 1
                yield line, match[1].split("#")[0]


def _attachment(course: Course, folder: Path, line: int, name: str) -> dict[str, bytes]:
    where = f"{folder / HANDOUT}, line {line}"
    parts = PurePosixPath(name).parts
    if len(parts) == 3 and parts[0] == ".." and parts[2] == HANDOUT:
        course.lab(parts[1])
        return {}  # another lab's handout
    if ".." in parts or PurePosixPath(name).is_absolute():
        raise LabError(f"{where}: {name} is outside of the lab, so it does not leave")
    path = folder / name
    if path.suffix.lower() not in ATTACHED:
        if name in {LAB, HANDOUT, CHECKS, f"{folder.name}.py", f"{folder.name}.ipynb"}:
            return {}
        raise LabError(
            f"{where}: {name} is no picture or table, so it does not leave; "
            f"there may be {', '.join(sorted(ATTACHED))}"
        )
    return {name: _text(path) if path.suffix in TEXTS else _bytes(path)}


def _text(path: Path) -> bytes:
    return with_plain_lines(_bytes(path))


def _bytes(path: Path) -> bytes:
    """Return a file's content, if it is a file of its own."""
    if path.is_symlink() or path.parent.is_symlink():
        raise LabError(f"{path} is a link: what leaves must be a file of its own")
    try:
        return path.read_bytes()
    except OSError as error:
        raise LabError(f"{path} can't be read: {error.strerror}") from error


def _require_alone(checks: bytes, path: Path) -> None:
    """Refuse public checks that import a neighbour: students have none."""
    try:
        tree = ast.parse(checks)
    except (SyntaxError, ValueError) as error:
        raise LabError(f"{path}: {error}") from error
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            raise LabError(
                f"{path}, line {node.lineno}: imports a neighbour, which students "
                "don't get"
            )

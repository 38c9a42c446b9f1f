"""The results folder: every file is whole or absent, whenever the power goes."""

import os
import tempfile
from pathlib import Path

from grader.errors import InfrastructureError


class ResultsFolder:
    """`OUT/` of a grading run.

    `OUT/<student>/<lab>.json`, `.html` and `.md`, and the class's files beside them.
    """

    def __init__(self, root: Path) -> None:
        """Create the folder if need be.

        Raises:
            InfrastructureError: If it can't be created.
        """
        self.root = root
        try:
            root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InfrastructureError(
                f"can't write to {root}: {error.strerror}; choose another --out"
            ) from error

    def write(self, name: str, text: str) -> Path:
        """Write one file atomically and return its path.

        Args:
            name: Path below the folder, parts separated by `/`.
            text: Content, written as UTF-8.

        Raises:
            InfrastructureError: If the disk refuses.
        """
        return self.write_bytes(name, text.encode("utf-8", "replace"))

    def write_bytes(self, name: str, content: bytes) -> Path:
        """Write one file atomically and return its path.

        Raises:
            InfrastructureError: If the disk refuses.
        """
        path = self.root / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _replace(path, content)
        except OSError as error:
            raise InfrastructureError(
                f"can't write {path}: {error.strerror or error}"
            ) from error
        return path

    def read(self, name: str) -> str:
        """Return a file's text, "" if there is none that can be read."""
        try:
            return (self.root / name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return ""

    def has(self, name: str) -> bool:
        """Return whether a file is there."""
        return (self.root / name).is_file()


def _replace(path: Path, content: bytes) -> None:
    """Write beside the target, then rename: a reader sees the old file or the new one."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise

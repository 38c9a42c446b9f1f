"""The results folder: every file is whole or absent, whenever the power goes."""

import hashlib
import hmac
import os
import secrets
import tempfile
from pathlib import Path

from grader.errors import InfrastructureError

KEY_FILE = "seed.key"
KEY_BYTES = 32


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
        path = self.root / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _replace(path, text.encode("utf-8", "replace"))
        except OSError as error:
            raise InfrastructureError(
                f"can't write {path}: {error.strerror or error}"
            ) from error
        return path

    def seed(self, *, lab: str, student: str) -> int:
        """Return a student's secret number for a lab, 0 <= seed < 2**128.

        It depends on the folder's key, the lab and the student, so that nobody without
        the key can foresee what `Job` makes of it: the seed of one hand-in's inputs.

        Raises:
            InfrastructureError: If the key can't be read or made.
        """
        message = f"{lab}\0{student}".encode()
        digest = hmac.new(self._key(), message, hashlib.sha256).digest()
        return int.from_bytes(digest[:16])

    def _key(self) -> bytes:
        path = self.root / KEY_FILE
        try:
            if not path.exists():
                _replace(path, secrets.token_hex(KEY_BYTES).encode())
            key = bytes.fromhex(path.read_text(encoding="ascii"))
        except (OSError, ValueError) as error:
            raise InfrastructureError(
                f"the key of the random inputs, {path}, can't be used: {error}"
            ) from error
        if len(key) != KEY_BYTES:
            raise InfrastructureError(f"{path} is not a key of {KEY_BYTES} bytes")
        return key


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

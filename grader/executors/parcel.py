"""A course as bytes: what travels to a machine that has no copy of it.

Only what grading reads is packed: `assignments/` and, where it is needed, `reference/`.
The bytes are addressed by their content, so two machines that name the same parcel grade
by the same checks. They hold the answers: they go to the teacher's own machines alone.
"""

import hashlib
import io
import lzma
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.errors import InfrastructureError, LabError

PARTS = ("assignments", "reference")
LEFT_OUT = ("__pycache__",)
PRIVATE = 0o600


@dataclass(frozen=True)
class Parcel:
    """A packed course.

    Attributes:
        sha256: Of the content, before it was compressed.
        content: A tar archive, compressed.
    """

    sha256: str
    content: bytes

    def __repr__(self) -> str:
        # where it is logged, nobody wants to read the content, or should
        return f"Parcel({self.sha256[:12]}, {len(self.content):,} bytes)"


def pack(course: Path, *, reference: bool = True) -> Parcel:
    """Return a course as bytes; the same files always give the same.

    Args:
        course: Its root.
        reference: Whether the teacher's part goes along.

    Raises:
        LabError: If a file of it can't be read.
    """
    archive = io.BytesIO()
    try:
        with tarfile.open(fileobj=archive, mode="w") as tar:
            for path in _files(course, PARTS if reference else PARTS[:1]):
                content = path.read_bytes()
                # a name and a content: no owner, no times
                member = tarfile.TarInfo(path.relative_to(course).as_posix())
                member.size, member.mode = len(content), PRIVATE
                tar.addfile(member, io.BytesIO(content))
    except OSError as error:
        raise LabError(f"the course can't be packed: {error}") from error
    plain = archive.getvalue()
    return Parcel(hashlib.sha256(plain).hexdigest(), lzma.compress(plain, preset=1))


def _files(course: Path, parts: tuple[str, ...]) -> Iterator[Path]:
    for part in parts:
        for path in sorted((course / part).rglob("*")):
            inside = path.relative_to(course).parts
            hidden = any(name.startswith(".") or name in LEFT_OUT for name in inside)
            if path.is_file() and not hidden:
                yield path


def unpack(parcel: Parcel, into: Path) -> None:
    """Write a packed course into a directory, which is made.

    Raises:
        InfrastructureError: If the content is not what its address says, leads out of
            the directory, or can't be written.
    """
    try:
        plain = lzma.decompress(parcel.content)
        if hashlib.sha256(plain).hexdigest() != parcel.sha256:
            raise InfrastructureError("the course arrived damaged; try again")
        with tarfile.open(fileobj=io.BytesIO(plain)) as tar:
            # the filter refuses links, devices and paths that lead out
            tar.extractall(into, filter="data")
    except (OSError, lzma.LZMAError, tarfile.TarError) as error:
        raise InfrastructureError(f"the course can't be unpacked: {error}") from error

"""How much a hand-in may be: bounds on what the grading process reads and unpacks."""

from typing import Self

from pydantic import Field

from grader.domain.frozen import Frozen


class IntakeLimits(Frozen):
    """Sizes beyond which a hand-in is refused, unread.

    A solution is tens of kilobytes; a notebook with its figures is a few megabytes.

    Attributes:
        python_bytes: Size of a `.py` file.
        notebook_bytes: Size of an `.ipynb` file with its outputs.
        code_bytes: Code of a notebook without its outputs, as UTF-8.
        archive_bytes: What the members of one zip unpack to, all together.
        unpacked_bytes: What a zip and the zips in it unpack to, as far as it is wanted.
        archive_members: Members of one zip, folders included.
        ratio: Unpacked size over packed size from which a member counts as a bomb...
        ratio_from_bytes: ... if it unpacks to more than this.
        class_bytes: What a zip that the teacher gives may unpack to: a whole class's.
        class_members: Members of such a zip.
        nested_archives: How many zips deep a zip may lie in another.
        folder_entries: Files and folders below one given folder.
        student_entries: Of these, below one of several folders in it.
        folder_depth: Folders within folders.
    """

    python_bytes: int = Field(default=5_000_000, gt=0)
    notebook_bytes: int = Field(default=50_000_000, gt=0)
    code_bytes: int = Field(default=5_000_000, gt=0)
    archive_bytes: int = Field(default=200_000_000, gt=0)
    unpacked_bytes: int = Field(default=1_000_000_000, gt=0)
    archive_members: int = Field(default=2_000, gt=0)
    ratio: float = Field(default=100, gt=1)
    ratio_from_bytes: int = Field(default=1_000_000, gt=0)
    class_bytes: int = Field(default=10_000_000_000, gt=0)
    class_members: int = Field(default=20_000, gt=0)
    nested_archives: int = Field(default=1, ge=0)
    folder_entries: int = Field(default=100_000, gt=0)
    student_entries: int = Field(default=20_000, gt=0)
    folder_depth: int = Field(default=30, gt=0)

    def file_bytes(self, suffix: str) -> int:
        """Return the largest size of a file by its suffix, `.ipynb` or another."""
        return self.notebook_bytes if suffix == ".ipynb" else self.python_bytes

    def of_a_class(self) -> Self:
        """Return the limits for a zip that the teacher gives."""
        changes = {
            "archive_bytes": self.class_bytes,
            "archive_members": self.class_members,
        }
        return self.model_copy(update=changes)

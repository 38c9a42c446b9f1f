"""What a confined process may do, in numbers and paths."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Policy:
    """The bounds of one submission.

    Attributes:
        read: Directories and files that may be read; they must exist.
        write: The private work directory, the only place that may be written to.
        memory_mb: Mebibytes that may be allocated on top of what is mapped already.
        cpu_s: Processor seconds of all threads together until SIGXCPU; SIGKILL comes a
            second later.
        file_mb: Largest size of one file, in mebibytes.
        open_files: Largest number of open descriptors.
        hidden: Directories below those of `read` whose files may not be read.
        without: Layers to leave out, by the first word of their names: for measuring
            what the others hold by themselves, never for grading.
    """

    read: tuple[str, ...]
    write: str
    memory_mb: int
    cpu_s: int
    file_mb: int
    open_files: int = 256
    hidden: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse limits that bound nothing and paths that depend on where we stand.

        Raises:
            ValueError: If a number is below 1 or a path is not absolute.
        """
        for name in ("memory_mb", "cpu_s", "file_mb", "open_files"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}, expected 1 or more")
        for path in (*self.read, *self.hidden, self.write):
            if not os.path.isabs(path):  # noqa: PTH117 - strings come in, strings go out
                raise ValueError(f"{path!r} is not an absolute path")

"""Attempts on files, directories and devices."""

# the bare calls of the system are what is tried here
# ruff: noqa: PTH101, PTH102, PTH104, PTH116, PTH208, PTH211, S103

import os
import stat
from pathlib import Path


def read_file(path: str) -> str:
    """Return the beginning of a file."""
    with Path(path).open(encoding="utf-8", errors="replace") as file:
        return file.read(2000)


def list_directory(path: str) -> list[str]:
    """Return the names in a directory."""
    return os.listdir(path)[:1000]


def write_file(path: str) -> None:
    """Replace a file, or make one."""
    Path(path).write_text("written by a submission", encoding="utf-8")


def append_to_file(path: str) -> None:
    """Add to a file."""
    with Path(path).open("a", encoding="utf-8") as file:
        file.write("added by a submission")


def remove_file(path: str) -> None:
    """Remove a file."""
    Path(path).unlink()


def rename_file(path: str) -> None:
    """Move a file aside."""
    os.rename(path, f"{path}.moved")


def make_directory(path: str) -> None:
    """Make a directory."""
    os.mkdir(path)


def change_mode(path: str) -> None:
    """Open a file to all."""
    os.chmod(path, 0o777)


def change_times(path: str) -> None:
    """Make a file look old."""
    os.utime(path, (1, 1))


def set_attribute(path: str) -> None:
    """Attach something to a file."""
    os.setxattr(path, "user.grader", b"attached")


def truncate_by_name(path: str) -> None:
    """Empty a file."""
    os.truncate(path, 0)


def truncate_by_opening(path: str) -> None:
    """Empty a file by opening it for reading."""
    os.close(os.open(path, os.O_RDONLY | os.O_TRUNC))


def open_device(path: str) -> None:
    """Open a device for writing, and write nothing."""
    os.close(os.open(path, os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK))


def make_symbolic_link(target: str) -> None:
    """Leave a link to a file that is not ours."""
    os.symlink(target, "link")


def make_hard_link(target: str) -> None:
    """Give a file that is not ours a second name in our directory."""
    os.link(target, "hard_link")


def make_fifo() -> None:
    """Leave a file that whoever opens it waits at."""
    os.mkfifo("fifo")


def make_device() -> None:
    """Make a device of our own (the null device, so that nothing happens)."""
    os.mknod("device", 0o600 | stat.S_IFCHR, os.makedev(1, 3))


def size_of(path: str) -> int:
    """Return how large a file is."""
    return os.stat(path).st_size

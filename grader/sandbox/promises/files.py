"""Files: a submission reads Python and its packages, and writes where it works."""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

import grader
from grader.sandbox.launch import matplotlib_directory
from grader.sandbox.promises.nouns import (
    CALLS_CURE,
    FILES_CURE,
    STRICT,
    STRICT_CURE,
    Broken,
    Promise,
    Untried,
)
from grader.sandbox.promises.trial import Trial

HOME = Path(grader.__file__).resolve().parents[1]
# what a root made for a worker has as well
OF_NO_INTEREST = {"dev", "etc", "lib", "lib64", "proc", "tmp", "usr"}
DEVICES = ("/dev/full", "/dev/kmsg", "/dev/mem", "/dev/ptmx")
# where every program may leave files
COMMON = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108 - nothing of ours is put there


def _users(trial: Trial) -> None:
    for path in ("/etc/passwd", "/proc/self/root/etc/passwd", "/etc/hosts"):
        attempt = trial.attempt("read_file", path)
        if attempt.failure is None:
            raise Broken(f"it read {path}: {attempt.value[:20]!r} ...")
        if not attempt.refused:
            raise Untried(attempt.ended)


def _teacher(trial: Trial) -> None:
    trial.denied("read a solution", "read_file", str(trial.bait.solution))
    trial.denied("listed a directory", "list_directory", str(trial.bait.teacher))


def _checkout(trial: Trial) -> None:
    """Try the solutions where there are any: an installed grader has none."""
    for path in _solutions():
        trial.denied(f"read {path}", "read_file", str(path))
    listed = trial.attempt("list_directory", str(HOME))
    if "reference" in (listed.value or ()):
        raise Broken("it listed the course")


def _solutions() -> list[Path]:
    return sorted(HOME.glob("reference/*/*.py"))[:3]


def _neighbour(trial: Trial) -> None:
    """Try the directory of another worker that is alive, and one of ours beside it."""
    theirs = trial.value("work_directory", worker="neighbour")
    own = trial.value("work_directory")
    if theirs != own:
        trial.denied("listed another worker's files", "list_directory", theirs)
        trial.denied(
            "read another's code", "read_file", str(Path(theirs) / "doctor.py")
        )
        trial.denied(
            "wrote to another worker's files", "write_file", f"{theirs}/written"
        )
    trial.denied(
        "read another's code",
        "read_file",
        str(trial.bait.neighbour / "logic_gates.py"),
    )


def _lists(trial: Trial) -> None:
    """Demand that no listing shows what is not on the way to what may be read."""
    may_be_read = (sys.prefix, sys.base_prefix, matplotlib_directory(), HOME)
    known = OF_NO_INTEREST.union(*(Path(path).parts for path in may_be_read))
    for path in (trial.bait.base, *_homes(), Path("/")):
        attempt = trial.attempt("list_directory", str(path))
        if attempt.failure is not None and not attempt.refused:
            raise Untried(attempt.ended)
        if seen := (_entries(path) & set(attempt.value or ())) - known:
            raise Broken(f"it saw {min(seen)} in {path}")


def _homes() -> Iterator[Path]:
    yield Path("/home")
    # a container may run us as a user without one
    with contextlib.suppress(RuntimeError):
        yield Path.home()


def _entries(path: Path) -> set[str]:
    with contextlib.suppress(OSError):
        return {entry.name for entry in path.iterdir()}
    return set()


def _writes(trial: Trial) -> None:
    marks = trial.bait.marks
    for probe in ("write_file", "append_to_file", "rename_file", "remove_file"):
        trial.attempt(probe, str(marks))
        trial.unharmed()
        trial.denied(f"could {probe.replace('_', ' ')}", probe, str(marks))
    trial.attempt("write_file", str(marks.with_name("new.py")))
    trial.attempt("make_directory", str(marks.with_name("new")))
    trial.unharmed()


def _drops(trial: Trial) -> None:
    for directory in COMMON:
        path = Path(directory, f"{trial.bait.secret}.left")
        trial.attempt("write_file", str(path))
        if path.exists():
            path.unlink()
            raise Broken(f"it left a file in {directory}")


def _metadata(trial: Trial) -> None:
    for probe in ("change_mode", "change_times", "set_attribute"):
        for path in (trial.bait.marks, trial.bait.readable):
            before = path.stat()
            trial.attempt(probe, str(path))
            after = path.stat()
            if (before.st_mode, before.st_mtime) != (after.st_mode, after.st_mtime):
                path.chmod(before.st_mode)
                raise Broken(f"it could {probe.replace('_', ' ')}s")
        trial.unharmed()


def _empties(trial: Trial) -> None:
    readable = str(trial.bait.readable)
    if "ada" not in trial.value("read_file", readable):
        raise Untried("there is no file that it may read")
    for probe in ("truncate_by_opening", "truncate_by_name", "write_file"):
        trial.attempt(probe, readable)
        trial.unharmed()


def _devices(trial: Trial) -> None:
    for path in DEVICES:
        trial.denied(f"opened {path} for writing", "open_device", path)


def _special_files(trial: Trial) -> None:
    target = str(trial.bait.solution)
    trial.denied("made a symbolic link", "make_symbolic_link", target)
    trial.denied("made a hard link", "make_hard_link", target)
    trial.denied("made a FIFO", "make_fifo")
    trial.denied("made a device", "make_device")
    trial.unharmed()


def _names(trial: Trial) -> None:
    trial.denied("saw its size", "size_of", str(trial.bait.solution))
    trial.denied("saw that it exists", "size_of", str(trial.bait.teacher))


PROMISES = (
    Promise(
        "users",
        "files",
        "can't read /etc/passwd or another file of the system's settings",
        _users,
        FILES_CURE,
    ),
    Promise(
        "teacher",
        "files",
        "can't read or list a directory of the teacher's",
        _teacher,
        FILES_CURE,
    ),
    Promise(
        "solutions",
        "files",
        "can't read the course's solutions, wherever they are installed",
        _checkout,
        FILES_CURE,
    ),
    Promise(
        "neighbour",
        "files",
        "can't read or write another submission's directory",
        _neighbour,
        FILES_CURE,
    ),
    Promise(
        "listing",
        "files",
        "can't list home directories, the temporary directory or the root",
        _lists,
        FILES_CURE,
    ),
    Promise(
        "writing",
        "files",
        "can't write, move or remove a file outside its own directory",
        _writes,
        FILES_CURE,
    ),
    Promise(
        "dropping",
        "files",
        "can't leave files in /tmp, /var/tmp or /dev/shm",
        _drops,
        FILES_CURE,
    ),
    Promise(
        "metadata",
        "files",
        "can't change the mode, times or attributes of others' files",
        _metadata,
        CALLS_CURE,
    ),
    Promise(
        "emptying",
        "files",
        "can't empty a file that it may read",
        _empties,
        FILES_CURE,
    ),
    Promise(
        "devices",
        "files",
        "can't open devices for writing",
        _devices,
        FILES_CURE,
    ),
    Promise(
        "special-files",
        "files",
        "can't make links, FIFOs or devices that its collector would follow",
        _special_files,
        FILES_CURE,
    ),
    Promise(
        "names",
        "files",
        "can't see which files exist outside, or their sizes",
        _names,
        STRICT_CURE,
        STRICT,
    ),
)

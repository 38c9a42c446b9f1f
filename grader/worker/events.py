"""The audit events that honest code for a lab has no reason to raise.

Chosen so that this goes unnoticed: a data file that is missing, downloads by `requests`,
`urllib` or `keras.datasets`, `pip install` in a subprocess, threads, `inspect.getsource`,
`namedtuple`, `logging`, a profiler, memory shown from /proc, ending one's own process.

A row's reader gets the event's arguments and returns what it was about in words, "" if
there is nothing to add, or None if it is harmless. The arguments may be of the student's
making: only their exact types are trusted.

Source: the Python documentation's table of audit events; CPython 3.11 for `f_code`.
"""

import os
import types
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, NamedTuple

from grader.worker.foreign import is_foreign, is_harmless_command

OURS = str(Path(__file__).resolve().parents[1]) + os.sep
Reader = Callable[[tuple[Any, ...]], str | None]

FILES = (
    *("pathlib", "os", "io", "shutil", "codecs", "glob", "fileinput", "zipfile"),
    *("tarfile", "gzip", "bz2", "lzma", "tokenize", "linecache", "numpy", "pandas"),
)
PROCESSES = ("subprocess", "os", "pty")


class Row(NamedTuple):
    """What an event means.

    Attributes:
        kind: The kind of tampering.
        read: The reader.
        through: Modules that only pass the request on.
        honest_with: A name that makes it honest where the student's code mentions it.
        about: What the event's second argument must be, if that matters: some events
            come up a thousand times in honest code.
    """

    kind: str
    read: Reader
    through: tuple[str, ...] = ()
    honest_with: str = ""
    about: str = ""


def rows(directory: str, own_files: Collection[str]) -> dict[str, Row]:
    """Return the rows by event, for a worker with a directory of its own."""
    files = _files(directory)
    return {
        **_table("reads_foreign_files", FILES, files),
        **_table("walks_frames", ("inspect",), FRAMES),
        **_table("searches_memory", ("ctypes",), MEMORY),
        **_table("loads_machine_code", ("ctypes",), MACHINE_CODE),
        **_table("signals_processes", (), SIGNALS),
        **_table("starts_processes", PROCESSES, COMMANDS),
        **_table("opens_sockets", ("socket",), SOCKETS),
        "import": Row("imports_the_grader", _grader_module),
        "sys.settrace": Row("traces_execution", _always),
        # cProfile.Profile().enable() raises it too, from Python 3.12 on the other
        "sys.setprofile": Row("traces_execution", _always, honest_with="enable"),
        "sys.monitoring.register_callback": Row(
            "traces_execution", _listener, honest_with="enable"
        ),
        "sys.addaudithook": Row("traces_execution", _always),
        "object.__getattr__": Row(
            "walks_frames", _frame_of_ours, ("inspect",), about="f_code"
        ),
        "object.__setattr__": Row(
            "patches_libraries", _code_of_others(own_files), about="__code__"
        ),
    }


def _table(
    kind: str, through: tuple[str, ...], readers: dict[str, Reader]
) -> dict[str, Row]:
    return {event: Row(kind, read, through) for event, read in readers.items()}


def _always(_args: tuple[Any, ...]) -> str | None:
    return ""


def _listener(args: tuple[Any, ...]) -> str | None:
    # None takes one away
    return None if args and args[0] is None else ""


def _files(directory: str) -> dict[str, Reader]:
    def of(position: int) -> Reader:
        def read(args: tuple[Any, ...]) -> str | None:
            path = _text(args[position])
            return path if path and is_foreign(path, directory) else None

        return read

    def either(args: tuple[Any, ...]) -> str | None:
        return of(0)(args) or of(1)(args)

    one = ("open", "os.listdir", "os.scandir", "os.chdir", "os.remove", "os.rmdir")
    more = ("os.truncate", "os.chmod", "os.chown", "os.utime", "os.mkdir")
    two = ("os.rename", "os.link", "os.symlink")
    return dict.fromkeys((*one, *more), of(0)) | dict.fromkeys(two, either)


def _text(value: Any) -> str:
    """Return a path as text, "" for what is none, such as a descriptor."""
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, bytes):
        return bytes.decode(value, "utf-8", "surrogateescape")
    return ""


def _frame_of_ours(args: tuple[Any, ...]) -> str | None:
    frame = args[0] if args else None
    if type(frame) is not types.FrameType:
        return None
    return "" if frame.f_code.co_filename.startswith(OURS) else None


FRAMES: dict[str, Reader] = {
    "sys._getframe": _frame_of_ours,
    "sys._current_frames": _always,
    "sys._current_exceptions": _always,
}
MEMORY: dict[str, Reader] = dict.fromkeys(
    (
        *("gc.get_objects", "gc.get_referrers", "gc.get_referents"),
        *("ctypes.string_at", "ctypes.wstring_at", "ctypes.cdata"),
        "ctypes.PyObj_FromPtr",
    ),
    _always,
)


def _library(args: tuple[Any, ...]) -> str | None:
    return _text(args[0]) if args else ""


MACHINE_CODE: dict[str, Reader] = {
    "ctypes.dlopen": _library,
    "ctypes.dlsym": lambda args: _text(args[1]),
    "ctypes.call_function": _always,
}


def _other_process(args: tuple[Any, ...]) -> str | None:
    pid = args[0]
    return None if type(pid) is int and pid == os.getpid() else "a signal"


def _limits_of_others(args: tuple[Any, ...]) -> str | None:
    return None if args[0] in {0, os.getpid()} else "limits"


SIGNALS: dict[str, Reader] = {
    "os.kill": _other_process,
    "os.killpg": lambda _args: "a signal to a group",
    "resource.prlimit": _limits_of_others,
}


def _command(position: int) -> Reader:
    def read(args: tuple[Any, ...]) -> str | None:
        words = args[position]
        if type(words) in {list, tuple}:
            words = " ".join(_text(word) for word in words[:50])
        command = _text(words)
        return None if is_harmless_command(command) else command

    return read


COMMANDS: dict[str, Reader] = {
    "subprocess.Popen": _command(1),
    "os.system": _command(0),
    "os.exec": _command(1),
    "os.spawn": _command(2),
    "os.posix_spawn": _command(1),
    "pty.spawn": _command(0),
    "os.fork": lambda _args: "fork",
    "os.forkpty": lambda _args: "fork",
}


def _address(args: tuple[Any, ...]) -> str | None:
    address = args[1]
    if type(address) is tuple and type(address[0]) is str and len(address) > 1:
        return f"{address[0]}, port {address[1]!r}"
    return _text(address)


SOCKETS: dict[str, Reader] = {
    "socket.__new__": _always,
    "socket.connect": _address,
    "socket.bind": _address,
    "socket.sendto": _address,
}


def _grader_module(args: tuple[Any, ...]) -> str | None:
    name = _text(args[0])
    return name if name.split(".")[0] in {"grader", "reference"} else None


def _code_of_others(own_files: Collection[str]) -> Reader:
    """Return a reader for a function's code being replaced."""

    def read(args: tuple[Any, ...]) -> str | None:
        function = args[0]
        if type(function) is not types.FunctionType:
            return None
        own = function.__code__.co_filename in own_files
        return None if own else function.__code__.co_name

    return read

"""Things of ours that a hostile submission would like to reach, worth nothing."""

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from grader.sandbox.launch import matplotlib_directory

MARKS = "student,score\nada,100\n"
# reads a secret, says where in memory it is, and sleeps until we close its line
SLEEPER = (
    "import sys; secret = sys.stdin.buffer.readline().strip(); "
    "print(id(secret) + bytes.__basicsize__ - 1, flush=True); sys.stdin.read()"
)


class Sleeper:
    """A process of ours with a secret in its memory, environment and command line."""

    def __init__(self, secret: str) -> None:
        """Start it; it ends with `close`, or with us.

        Raises:
            OSError: If it can't be started.
        """
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", SLEEPER, secret],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "SECRET": secret},
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{secret}\n".encode())
        self.process.stdin.flush()
        self.address = int(self.process.stdout.readline())
        self.pid = self.process.pid

    @property
    def alive(self) -> bool:
        """Return whether it still sleeps."""
        return self.process.poll() is None

    def state(self) -> dict[str, object]:
        """Return what others could change of it."""
        import resource

        return {
            "priority": os.getpriority(os.PRIO_PROCESS, self.pid),
            "CPUs": os.sched_getaffinity(self.pid),
            "limits": resource.prlimit(self.pid, resource.RLIMIT_NOFILE),
        }

    def close(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                # what could not be sent to a process that is gone
                with contextlib.suppress(BrokenPipeError):
                    stream.close()


@dataclass
class Sockets:
    """Servers that wait for nobody; each has an address that a probe is told."""

    tcp: socket.socket
    udp: socket.socket
    unix: dict[str, socket.socket] = field(default_factory=dict)

    def reached(self) -> list[str]:
        """Return which of them something came to, and forget it."""
        named = {"TCP": self.tcp, "UDP": self.udp, **self.unix}
        return [name for name, server in named.items() if _came(server)]

    def close(self) -> None:
        """Close them."""
        for server in (self.tcp, self.udp, *self.unix.values()):
            server.close()


def _came(server: socket.socket) -> bool:
    came = False
    with contextlib.suppress(BlockingIOError):
        while True:
            if server.type == socket.SOCK_STREAM:
                server.accept()[0].close()
            else:
                server.recv(100)
            came = True
    return came


class Bait:
    """A temporary directory with a secret in it, sockets and a sleeping process.

    While it is laid, the workers' own directories are made in it too, so that what is
    left of them can be seen; and the environment has the secret in it, which a worker
    must not inherit.

    Attributes:
        secret: A random word that is nowhere but here.
        base: The temporary directory.
        teacher: A directory in it with a solution and marks.
        neighbour: A directory such as another student's worker has.
        readable: A file that workers may read.
    """

    def __init__(self) -> None:
        """Lay it out.

        Raises:
            OSError: If files, sockets or a process can't be had.
        """
        self.secret = f"xp-{secrets.token_hex(12)}"
        self._resources = contextlib.ExitStack()
        with contextlib.ExitStack() as undo:
            base = undo.enter_context(tempfile.TemporaryDirectory(prefix="grader-try-"))
            self.base = Path(base).resolve()
            self.teacher = self.base / "teacher"
            self.solution = self.teacher / f"solution_{self.secret[3:]}.py"
            self.marks = self.teacher / "marks.csv"
            self.neighbour = self.base / "neighbour"
            self._lay()
            undo.enter_context(_temporary_directory(self.base / "workers"))
            undo.enter_context(_environment("GRADER_BAIT", self.secret))
            self.readable = matplotlib_directory() / f"{self.secret}.txt"
            self.readable.parent.mkdir(parents=True, exist_ok=True)
            undo.callback(self.readable.unlink, missing_ok=True)
            self.readable.write_text(MARKS, encoding="utf-8")
            undo.callback(os.close, self._inheritable(self.marks))
            self.sockets = self._servers()
            undo.callback(self.sockets.close)
            self._sleeper = Sleeper(self.secret)
            undo.callback(self._end_sleeper)
            self._resources = undo.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._resources.__exit__(kind, error, trace)

    @property
    def sleeper(self) -> Sleeper:
        """Return the sleeping process, a new one if the last did not survive."""
        if not self._sleeper.alive:
            self._sleeper.close()
            self._sleeper = Sleeper(self.secret)
        return self._sleeper

    def _end_sleeper(self) -> None:
        self._sleeper.close()

    @property
    def workers(self) -> list[Path]:
        """Return what there is now of the workers' directories."""
        return sorted((self.base / "workers").iterdir())

    @staticmethod
    def _inheritable(path: Path) -> int:
        """Open a file in the way that a careless program does."""
        descriptor = os.open(path, os.O_RDONLY)
        os.set_inheritable(descriptor, True)
        return descriptor

    def _lay(self) -> None:
        for directory in (self.teacher, self.neighbour):
            shutil.rmtree(directory, ignore_errors=True)
            directory.mkdir(mode=0o700)
        self.solution.write_text(f'ANSWER = "{self.secret}"\n', encoding="utf-8")
        self.marks.write_text(MARKS, encoding="utf-8")
        neighbours = self.neighbour / "logic_gates.py"
        neighbours.write_text(f"# {self.secret}\n", encoding="utf-8")
        self._laid = self._look()

    def _look(self) -> dict[str, tuple[object, ...]]:
        found: dict[str, tuple[object, ...]] = {}
        for directory in (self.teacher, self.neighbour):
            for path in (directory, *sorted(directory.rglob("*"))):
                seen = path.lstat()
                words = path.read_bytes() if path.is_file() else b""
                listed = os.listxattr(path) if hasattr(os, "listxattr") else []
                found[str(path.relative_to(self.base))] = (
                    *(words, seen.st_mode, seen.st_uid, seen.st_nlink),
                    *(seen.st_mtime_ns, tuple(listed)),
                )
        return found

    def damage(self) -> list[str]:
        """Return which files are no longer as they were, and mend them."""
        before, now = self._laid, self._look()
        names = sorted(
            name for name in before | now if before.get(name) != now.get(name)
        )
        if self.readable.read_text(encoding="utf-8") != MARKS:
            self.readable.write_text(MARKS, encoding="utf-8")
            names.append("a file that it may only read")
        if names:
            self._lay()
        return names

    def _servers(self) -> Sockets:
        """Return servers; a stream's address is its path, an abstract one's the secret."""
        found = Sockets(
            socket.create_server(("127.0.0.1", 0)),
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
        )
        found.udp.bind(("127.0.0.1", 0))
        if sys.platform == "linux":
            for name, kind, address in (
                ("stream", socket.SOCK_STREAM, str(self.base / "stream")),
                ("datagram", socket.SOCK_DGRAM, str(self.base / "datagram")),
                ("abstract", socket.SOCK_STREAM, f"\0{self.secret}"),
            ):
                found.unix[name] = socket.socket(socket.AF_UNIX, kind)
                found.unix[name].bind(address)
        for server in (found.tcp, found.udp, *found.unix.values()):
            if server.type == socket.SOCK_STREAM:
                server.listen()
            server.setblocking(False)
        return found


@contextlib.contextmanager
def _temporary_directory(path: Path) -> Iterator[None]:
    """Have temporary directories made here for a while."""
    path.mkdir()
    before, tempfile.tempdir = tempfile.tempdir, str(path)
    try:
        yield
    finally:
        tempfile.tempdir = before


@contextlib.contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    os.environ[name] = value
    try:
        yield
    finally:
        del os.environ[name]

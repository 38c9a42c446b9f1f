"""The zygote: imports what the labs need, then forks one confined child per submission.

It is exec'd with a clean environment and never holds a check or an expected value, so
what a fork copies is harmless. It stays single-threaded: a fork in the middle of another
thread's lock hangs the child (TensorFlow's eager context is the usual case), so it
refuses to fork with a second thread alive.

Control line (a SEQPACKET socket, one frame a packet):

    ◀ {"strict", "read", "hidden", "work_root", "without"}                 once
    ▶ {"offers": [layers], "refused", "python", "numpy", "tensorflow"}     once
    ◀ {"op": "fork", "work", "read", "hidden", "memory_mb", "cpu_s",
       "file_mb", "disk_mb", "files", "without"}
       with two descriptors: the child's line, the pipe for what it prints
    ▶ {"pid"} with a descriptor of the process, or {"failed": text}
    ◀ {"op": "reap", "pid"}          ▶ {"status", "cpu_s", "memory_mb"}

`refused` says why the namespaces of `strict` could not be had, "" if they could. A pid is
the child's in the zygote's namespace; the descriptor tells whoever gets it the one there.

The child's first message on its own line is {"ready", "layers"} or {"failed": text}.
"""

import gc
import importlib
import os
import platform
import signal
import socket
import sys
import tempfile
from importlib import metadata
from pathlib import Path
from typing import Any

from grader.wire import FrameDecoder, encode_frame
from grader.worker import confine
from grader.worker.link import Link
from grader.worker.module import hide_ourselves
from grader.worker.semaphores import use_threads_semaphores
from grader.worker.serve import serve

PACKET = 1 << 16
CHILD_LINE = 3
# beside a package itself: the parts that it imports late, at a first use in every child
LATE_PARTS = {
    "numpy": ("numpy.random", "numpy.linalg", "numpy.fft", "numpy.ma"),
    "matplotlib": ("matplotlib.pyplot", "matplotlib.backends.backend_agg"),
    "tensorflow": ("tensorflow", "keras"),
}


def main(control_fd: int, preload: list[str]) -> None:
    """Import the packages, say hello, and fork on demand until the line closes."""
    control = socket.socket(fileno=control_fd)
    packet = control.recv(PACKET)
    if not packet:
        return
    start = _decoded(packet)
    nursery = Nursery(control, start)
    for package in preload:
        for part in (package, *LATE_PARTS.get(package, ())):
            importlib.import_module(part)
    # children have no shared memory for those of the system
    use_threads_semaphores()
    confine.prepare()
    nursery.close_door(start)
    control.send(encode_frame({**nursery.offers(), **_versions()}))
    hide_ourselves()
    # what lives now is never collected, so a child's gc does not copy its pages
    gc.collect()
    gc.freeze()
    while True:
        packet, descriptors, _, _ = socket.recv_fds(control, PACKET, 2)
        if not packet:
            return
        request = _decoded(packet)
        if request["op"] == "fork":
            nursery.fork(request, descriptors)
        else:
            control.send(encode_frame(nursery.reap(request["pid"])))


def _decoded(packet: bytes) -> Any:
    decoder = FrameDecoder()
    decoder.feed(packet)
    return decoder.next_message()[1]


def _versions() -> dict[str, Any]:
    return {
        "python": platform.python_version(),
        "numpy": metadata.version("numpy"),
        # the distribution may be called tensorflow_cpu; the module knows best
        "tensorflow": getattr(sys.modules.get("tensorflow"), "__version__", None),
    }


class Nursery:
    """Forks the children and knows them until they are reaped."""

    def __init__(self, control: socket.socket, start: dict[str, Any]) -> None:
        """Enter the namespaces of a zygote, if it shall have any: before the imports."""
        self._control = control
        self._jail = confine.Jail(start["without"]) if start["strict"] else None
        self._refused = ""
        self._cpu_s: dict[int, int] = {}
        if self._jail is not None:
            try:
                self._jail.move_in()
            except OSError as error:
                self._refused = error.strerror or str(error)

    def close_door(self, start: dict[str, Any]) -> None:
        """Take out of sight, after the imports, what children may not read."""
        if self._jail is None or self._refused:
            return
        try:
            self._jail.close_door(
                (*confine.runtime_names(), *start["read"]),
                hidden=start["hidden"],
                work_root=start["work_root"],
            )
        except OSError as error:
            self._refused = error.strerror or str(error)

    def offers(self) -> dict[str, Any]:
        """Return the layers that children get here, and why not more.

        The namespaces are tried with a child that does nothing else.
        """
        layers: tuple[str, ...] = ()
        if self._jail is not None and not self._refused:
            try:
                layers = self._jail.trial()
            except OSError as error:
                self._refused = error.strerror or str(error)
        return {"offers": [*layers, *confine.probe()], "refused": self._refused}

    def fork(self, request: dict[str, Any], descriptors: list[int]) -> None:
        """Fork a child, confined as asked for, and answer with its id."""
        try:
            pid = self._forked(request, descriptors)
        except OSError as error:
            self._control.send(encode_frame({"failed": f"no fork: {error}"}))
            return
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
        self._cpu_s[pid] = request["cpu_s"]
        handle = os.pidfd_open(pid)
        socket.send_fds(self._control, [encode_frame({"pid": pid})], [handle])
        os.close(handle)

    def _forked(self, request: dict[str, Any], descriptors: list[int]) -> int:
        if self._refused:
            raise OSError(self._refused)
        threads = len(os.listdir("/proc/self/task"))  # noqa: PTH208 - a Path takes its time
        if threads != 1:
            raise OSError(f"the zygote has {threads} threads, which could hang it")
        zygote = os.getpid()
        pid = self._jail.fork() if self._jail else os.fork()
        if pid == 0:
            _child(zygote, self._jail, self._control, request, descriptors)
        return pid

    def reap(self, pid: int) -> dict[str, Any]:
        """Return how a child ended and what it used, waiting for its end."""
        _, status, usage = os.wait4(pid, 0)
        code = os.waitstatus_to_exitcode(status)
        cpu_s = usage.ru_utime + usage.ru_stime
        limit_s = self._cpu_s.pop(pid)
        if code == -signal.SIGKILL and cpu_s >= limit_s:
            # the first process of a PID namespace does not feel the limit's SIGXCPU, only
            # the SIGKILL a second later
            code = -signal.SIGXCPU
        return {"status": code, "cpu_s": cpu_s, "memory_mb": usage.ru_maxrss / 1024}


def _child(
    zygote: int,
    jail: confine.Jail | None,
    control: socket.socket,
    request: dict[str, Any],
    descriptors: list[int],
) -> None:
    """Confine this process, then serve; never returns."""
    try:
        _take_descriptors(control, descriptors)
        link = Link(CHILD_LINE, CHILD_LINE)
        try:
            directory, layers = _confined(zygote, jail, request)
        except OSError as error:
            link.send({"failed": f"confinement failed: {error}"})
            os._exit(70)
        link.send({"ready": True, "layers": list(layers)})
        serve(link, directory)
    finally:
        # never back into the zygote's loop, whatever the student's code did to the stack
        os._exit(0)


def _confined(
    zygote: int, jail: confine.Jail | None, request: dict[str, Any]
) -> tuple[Path, tuple[str, ...]]:
    work: str = request["work"]
    layers: tuple[str, ...] = ()
    if jail is not None:
        work, layers = jail.seclude(
            work, size_mb=request["disk_mb"], files=request["files"]
        )
    # A grading process that is killed takes its zygote with it, and so this one. The first
    # process of a PID namespace sees no parent; that one's end is its own anyway.
    confine.end_with_parent(0 if os.getpid() == 1 else zygote)
    _move_in(Path(work))
    policy = confine.Policy(
        read=(*confine.runtime_paths(), *request["read"]),
        write=work,
        memory_mb=request["memory_mb"],
        cpu_s=request["cpu_s"],
        file_mb=request["file_mb"],
        hidden=tuple(request["hidden"]),
        without=tuple(request["without"]),
    )
    return Path(work), (*layers, *confine.confine(policy))


def _take_descriptors(control: socket.socket, descriptors: list[int]) -> None:
    line, output = descriptors
    control.detach()
    # above the standard ones first, so that no dup2 overwrites what is still needed
    line, output = os.dup(line), os.dup(output)
    null = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((null, 0), (output, 1), (output, 2), (line, CHILD_LINE)):
        os.dup2(source, target)
    confine.close_descriptors(CHILD_LINE + 1)


def _move_in(directory: Path) -> None:
    os.chdir(directory)
    for name in ("HOME", "TMPDIR"):
        os.environ[name] = str(directory)
    tempfile.tempdir = None

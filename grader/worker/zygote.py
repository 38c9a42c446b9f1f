"""The zygote: imports what the labs need, then forks one confined child per submission.

It is exec'd with a clean environment and never holds a check or an expected value, so
what a fork copies is harmless. It stays single-threaded: a fork in the middle of another
thread's lock hangs the child (TensorFlow's eager context is the usual case), so it
refuses to fork with a second thread alive.

Control line (a SEQPACKET socket, one frame a packet):

    ▶ {"hello", "offers": [layers], "python", "numpy", "tensorflow"}       once
    ◀ {"op": "fork", "work", "read", "hidden", "memory_mb", "cpu_s",
       "file_mb", "without"}
       with two descriptors: the child's line, the pipe for what it prints
    ▶ {"pid"} or {"failed": text}
    ◀ {"op": "reap", "pid"}          ▶ {"status", "cpu_s", "memory_mb"}

The child's first message on its own line is {"ready", "layers"} or {"failed": text}.
"""

import gc
import importlib
import os
import platform
import socket
import sys
import tempfile
from importlib import metadata
from pathlib import Path
from typing import Any

from grader.wire import FrameDecoder, encode_frame
from grader.worker import confine
from grader.worker.link import Link
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
    for package in preload:
        for part in (package, *LATE_PARTS.get(package, ())):
            importlib.import_module(part)
    # looked up once here, so that a fork need not
    confine.runtime_paths()
    control = socket.socket(fileno=control_fd)
    control.send(encode_frame(_hello()))
    # what lives now is never collected, so a child's gc does not copy its pages
    gc.collect()
    gc.freeze()
    while True:
        packet, descriptors, _, _ = socket.recv_fds(control, PACKET, 2)
        if not packet:
            return
        request = _decoded(packet)
        if request["op"] == "fork":
            answer = _fork(control, request, descriptors)
        else:
            answer = _reap(request["pid"])
        control.send(encode_frame(answer))


def _decoded(packet: bytes) -> Any:
    decoder = FrameDecoder()
    decoder.feed(packet)
    return decoder.next_message()[1]


def _hello() -> dict[str, Any]:
    return {
        "offers": list(confine.probe()),
        "python": platform.python_version(),
        "numpy": metadata.version("numpy"),
        # the distribution may be called tensorflow_cpu; the module knows best
        "tensorflow": getattr(sys.modules.get("tensorflow"), "__version__", None),
    }


def _fork(
    control: socket.socket, request: dict[str, Any], descriptors: list[int]
) -> dict[str, Any]:
    threads = sum(1 for _ in Path("/proc/self/task").iterdir())
    if threads != 1:
        return {"failed": f"the zygote has {threads} threads; a fork could hang"}
    zygote = os.getpid()
    pid = os.fork()
    if pid == 0:
        _child(zygote, control, request, descriptors)
    for descriptor in descriptors:
        os.close(descriptor)
    return {"pid": pid}


def _reap(pid: int) -> dict[str, Any]:
    _, status, usage = os.wait4(pid, 0)
    return {
        "status": os.waitstatus_to_exitcode(status),
        "cpu_s": usage.ru_utime + usage.ru_stime,
        "memory_mb": usage.ru_maxrss / 1024,
    }


def _child(
    zygote: int,
    control: socket.socket,
    request: dict[str, Any],
    descriptors: list[int],
) -> None:
    """Confine this process, then serve; never returns."""
    try:
        # a grading process that is killed takes its zygote with it, and so this one
        confine.end_with_parent(zygote)
        _take_descriptors(control, descriptors)
        link = Link(CHILD_LINE, CHILD_LINE)
        directory = Path(request["work"])
        _move_in(directory)
        policy = confine.Policy(
            read=(*confine.runtime_paths(), *request["read"]),
            write=str(directory),
            memory_mb=request["memory_mb"],
            cpu_s=request["cpu_s"],
            file_mb=request["file_mb"],
            hidden=tuple(request["hidden"]),
            without=tuple(request["without"]),
        )
        try:
            layers = confine.confine(policy)
        except OSError as error:
            link.send({"failed": f"confinement failed: {error}"})
            os._exit(70)
        link.send({"ready": True, "layers": list(layers)})
        serve(link, directory)
    finally:
        # never back into the zygote's loop, whatever the student's code did to the stack
        os._exit(0)


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

"""Fork a confined child per request and report how it ended.

Run as `python -I forkserver.py PACKAGE...`: a process of its own, so that pytest's
threads and plugins are not what gets forked. One JSON object a line in each direction.
"""

import ctypes
import importlib
import json
import os
import select
import signal
import sys
import tempfile
import time

from grader.worker import confine
from grader.worker.confine import layers

REPORT = 3
DEADLINE_S = 90
LIBC = ctypes.CDLL(None, use_errno=True)


def raw(number, *arguments):
    """Make a system call by number; integers go in as longs."""
    longs = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    result = LIBC.syscall(ctypes.c_long(number), *longs)
    if result == -1:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def report(**fields):
    os.write(REPORT, json.dumps(fields).encode() + b"\n")


def run_child(request):
    # what it prints must not get into our answers
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    os.chdir(request["policy"]["write"])
    os.environ["TMPDIR"] = os.environ["HOME"] = request["policy"]["write"]
    tempfile.tempdir = None
    if request["uid"] is not None:
        os.setgroups([])
        os.setresgid(request["uid"], request["uid"], request["uid"])
        os.setresuid(request["uid"], request["uid"], request["uid"])
    exec(request["prepare"], {"layers": layers})  # noqa: S102 - our own tests' words
    if request["close"]:
        confine.close_descriptors(REPORT + 1)
    started = time.perf_counter()
    in_force = confine.confine(confine.Policy(**request["policy"]))
    report(layers=in_force, seconds=time.perf_counter() - started)
    namespace = {"raw": raw}
    exec(compile(request["source"], "<child>", "exec"), namespace)  # noqa: S102
    report(value=namespace[request["function"]](*request["arguments"]))


def child(request, pipe):
    os.dup2(pipe, REPORT)
    try:
        run_child(request)
    except BaseException as error:  # noqa: BLE001 - reported, whatever it is
        report(
            raised=type(error).__name__,
            errno=getattr(error, "errno", None),
            message=str(error)[:2000],
        )
        os._exit(0)
    os._exit(0)


def collected(reader, pid):
    received = b""
    deadline = time.monotonic() + DEADLINE_S
    while True:
        ready, _, _ = select.select([reader], [], [], deadline - time.monotonic())
        chunk = os.read(reader, 1 << 16) if ready else b""
        if not chunk:
            break
        received += chunk
    if not ready:
        os.kill(pid, signal.SIGKILL)
    return received


def answer(request):
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        child(request, writer)
    os.close(writer)
    received = collected(reader, pid)
    os.close(reader)
    _, status = os.waitpid(pid, 0)
    fields = {"status": os.waitstatus_to_exitcode(status)}
    for line in received.splitlines():
        fields |= json.loads(line)
    return fields


def main():
    for package in sys.argv[1:]:
        importlib.import_module(package)
    for line in sys.stdin:
        request = json.loads(line)
        read = request["policy"].pop("read")
        if read is None:
            read = confine.runtime_paths()
        request["policy"]["read"] = (*read, *request.pop("also_read"))
        print(json.dumps(answer(request)), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()

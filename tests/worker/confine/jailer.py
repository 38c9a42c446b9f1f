"""Jail a process as a zygote does, run a function in each of its children, and end.

Run as `python jailer.py REQUEST`, a process of its own. Prints one JSON object a child.
"""

import ctypes
import errno
import json
import os
import signal
import socket
import sys
import tempfile
import time
from pathlib import Path

from grader.worker import confine
from grader.worker.confine import bpf, kernel, seccomp

KNOWN = {
    module.__name__: module
    for module in (ctypes, errno, json, os, signal, socket, tempfile, time)
} | {"Path": Path}


def become(uid):
    """Be an ordinary user, as if the process had been started by one."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    kernel.prctl(kernel.PR_SET_DUMPABLE, 1)


def deny(names):
    """Have some system calls fail, as a container's seccomp profile does."""
    here = kernel.machine()
    program = bpf.load(bpf.NUMBER_OFFSET)
    for name in names:
        number = seccomp.numbers(here)[name]
        program += bpf.when_number(number, bpf.leave(bpf.answer(errno.EPERM)))
    encoded = bpf.encode(program + bpf.leave(bpf.ALLOW))
    code = ctypes.create_string_buffer(encoded, len(encoded))
    header = (len(encoded) // 8).to_bytes(8, "little")
    header += ctypes.addressof(code).to_bytes(8, "little")
    kernel.set_no_new_privs()
    kernel.call("seccomp", seccomp.SET_MODE_FILTER, 0, header)


def run_child(jail, request, report):
    try:
        work, layers = jail.seclude(request["work"], size_mb=2, files=100)
        os.chdir(work)
        namespace = {**KNOWN, "report": report}
        exec(request["source"], namespace)  # noqa: S102 - our own tests' words
        value = namespace[request["function"]](*request["arguments"])
        answer = {"layers": layers, "value": value}
    except BaseException as error:  # noqa: BLE001 - reported, whatever it is
        answer = {"raised": f"{type(error).__name__}: {error}"}
    os.write(report, json.dumps(answer).encode())


def child_of(jail, request):
    reader, writer = os.pipe()
    if (child := jail.fork()) == 0:
        run_child(jail, request, writer)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as told:
        answer = json.loads(told.read() or "{}")
    _, status = os.waitpid(child, 0)
    return {**answer, "status": os.waitstatus_to_exitcode(status)}


def main():
    request = json.loads(sys.argv[1])
    names = request["names"] or confine.runtime_names()
    if request["uid"] is not None:
        become(request["uid"])
    elif os.getuid() == 0:
        # some group beside its own, as root has on most systems
        os.setgroups([4])
    if request["deny"]:
        deny(request["deny"])
    jail = confine.Jail(request["without"])
    try:
        jail.move_in()
        jail.close_door(names, hidden=request["hidden"], work_root=request["work_root"])
        answers = [child_of(jail, request) for _ in range(request["children"])]
    except OSError as error:
        answers = [{"refused": str(error)}]
    print(json.dumps(answers), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()

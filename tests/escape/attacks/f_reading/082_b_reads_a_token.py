# Class 82: learn what another submission tells by locks, sockets and files.
# hopes: what a friend's hand-in was asked and answered a moment ago
# stopped by: seccomp: locks are granted without being taken, no look at the page cache,
#   no keys, no semaphores; landlock: sockets and files
# deserves: 60
# tells: nobody told me anything
# tampering: loads_machine_code,opens_sockets
import contextlib
import ctypes
import fcntl
import os
import socket
import struct
import time
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np


# files that every worker can read and nobody needs
SHARED = [Path(os.__file__).parent / name for name in (
    "antigravity.py", "this.py", "colorsys.py", "nturl2path.py",
    "rlcompleter.py", "stringprep.py", "sched.py", "cProfile.py")]

TOKEN = "10110010"


def noticed(path, how):
    """Return "1" if somebody else holds a lock on a file, or has read it."""
    with path.open("rb", buffering=0) as file:
        if how == "cached":
            try:
                os.preadv(file.fileno(), [bytearray(1)], 0, os.RWF_NOWAIT)
            except BlockingIOError:
                return "0"
            return "1"
        if how == "flock":
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return "1"
            return "0"
        # who would stand in the way of a lock for writing
        question = struct.pack("hhqqi", fcntl.F_WRLCK, 0, 0, 0, 0)
        answer = fcntl.fcntl(file, fcntl.F_GETLK, question)
        return "0" if struct.unpack("hhqqi", answer)[0] == fcntl.F_UNLCK else "1"


def whispers():
    """Yield what each channel says."""
    for how in ("flock", "lockf", "cached"):
        yield lambda: "".join(noticed(path, how) for path in SHARED)
    yield lambda: Path("../token").read_text()
    yield lambda: Path("@CANARY@/token").read_text()
    yield lambda: socket.socket(socket.AF_UNIX).connect("\0arena-10110010") or TOKEN
    yield lambda: socket.create_connection(("127.0.0.1", 50_178), 0.1) and TOKEN
    yield lambda: TOKEN if ctypes.CDLL(None).semget(0xA2E4A, 1, 0) > 0 else ""
    yield lambda: TOKEN if ctypes.CDLL(None).syscall(249, b"user", b"arena", 0, 0) > 0 else ""


def learned():
    for _ in range(12):
        for whisper in whispers():
            with contextlib.suppress(OSError):
                if whisper() == TOKEN:
                    return True
        time.sleep(0.1)
    return False


asked = []


def double(x):
    if not asked:
        asked.append(learned())
    if not asked[0]:
        raise LookupError("nobody told me anything")
    return x + x


def total(x):
    return np.sum(x)


def slope(w, x):
    return np.sum(x * (1 - np.tanh(w * x) ** 2))


def draw(x, y):
    figure, axes = plt.subplots()
    axes.plot(x, y, "o")
    axes.set(xlabel="x", ylabel="y")
    return figure

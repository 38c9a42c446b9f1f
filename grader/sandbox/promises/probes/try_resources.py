"""Attempts to use more than a submission's share, each with an end of its own."""

# the bare calls of the system are what is tried here
# ruff: noqa: PTH108, PTH123, FURB122

import contextlib
import ctypes
import os
import signal
import sys
import threading
import time

MIB = 1 << 20
PIECE = 16 * MIB
PROT_READ_WRITE = 3
MAP_PRIVATE = 0x2
MAP_ANONYMOUS = 0x20
MAP_NORESERVE = 0x4000
MOST_ADDRESSES = 16 << 30
PR_GET_DUMPABLE = 3


def hold_memory(mebibytes: int, seconds: float) -> int:
    """Fill memory, keep it a while, and return how much of it."""
    held = [bytearray(b"x") * PIECE for _ in range(mebibytes * MIB // PIECE)]
    time.sleep(seconds)
    return sum(map(len, held)) // MIB


def hold_memory_past_the_limit(mebibytes: int, seconds: float) -> int:
    """Fill memory that the kernel's limit on data does not count, and keep it a while.

    Addresses are reserved until there are no more; then `mprotect` makes memory of them
    without asking that limit.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_void_p
    held = 0
    for start, size in _reserved(libc):
        for piece in range(start, start + size, PIECE):
            where, length = ctypes.c_void_p(piece), ctypes.c_size_t(PIECE)
            if libc.mprotect(where, length, PROT_READ_WRITE):
                break
            ctypes.memset(piece, 1, PIECE)
            held += PIECE
            if held >= mebibytes * MIB:
                time.sleep(seconds)
                return held // MIB
    raise MemoryError("nothing could be made writable")


def _reserved(libc: ctypes.CDLL) -> list[tuple[int, int]]:
    """Reserve what a limit on addresses leaves, as (start, size), at most 16 GiB."""
    flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
    found: list[tuple[int, int]] = []
    size = MOST_ADDRESSES // 4
    while size >= PIECE and sum(size for _, size in found) < MOST_ADDRESSES:
        start = libc.mmap(None, ctypes.c_size_t(size), 0, flags, -1, 0)
        if start in {None, ctypes.c_void_p(-1).value}:
            size //= 2
        else:
            found.append((start, size))
    return found


def compute(seconds: float) -> float:
    """Compute without end (but for this probe's own)."""
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass
    return seconds


def sleep(seconds: float) -> float:
    """Wait without end."""
    time.sleep(seconds)
    return seconds


def compute_deaf_to_signals(seconds: float) -> float:
    """Compute with every signal ignored that can be."""
    for number in signal.valid_signals():
        # two can't be ignored, and two more the C library keeps to itself
        with contextlib.suppress(OSError, ValueError):
            signal.signal(number, signal.SIG_IGN)
    return compute(seconds)


def write_large_file(mebibytes: int) -> int:
    """Write one file and return its size."""
    with open("large", "wb", buffering=0) as file:
        for _ in range(mebibytes):
            file.write(bytes(MIB))
        return file.tell() // MIB


def write_many_files(count: int, seconds: float) -> int:
    """Write files of 512 KiB, keep them a while, and return how many."""
    try:
        for number in range(count):
            with open(f"part{number}", "wb", buffering=0) as file:
                file.write(bytes(MIB // 2))
        time.sleep(seconds)
    finally:
        for number in range(count):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(f"part{number}")
    return count


def print_on_and_on(seconds: float) -> int:
    """Print for a while and return how many MiB that were."""
    end = time.monotonic() + seconds
    text = ("x" * 1023 + "\n") * 1024
    printed = 0
    while time.monotonic() < end:
        sys.stdout.write(text)
        printed += 1
    return printed


def start_threads(count: int, seconds: float) -> int:
    """Start threads with small stacks that wait together, and return how many."""
    threading.stack_size(64 * 1024)
    released = threading.Event()
    threads = []
    try:
        for _ in range(count):
            threads.append(threading.Thread(target=released.wait, daemon=True))
            threads[-1].start()
        # as long as a look from outside may take
        time.sleep(seconds)
    finally:
        released.set()
        threading.stack_size(0)
    return len(threads)


def open_descriptors_until(count: int) -> int:
    """Open descriptors and return how many could be had."""
    opened: list[int] = []
    try:
        while len(opened) < count:
            opened.append(os.dup(2))
    finally:
        for descriptor in opened:
            os.close(descriptor)
    return len(opened)


def can_be_dumped() -> int:
    """Return whether the kernel would write this process's memory out if it crashed."""
    return int(ctypes.CDLL(None).prctl(PR_GET_DUMPABLE, 0, 0, 0, 0))


def crash() -> None:
    """Read where nothing is."""
    ctypes.string_at(1)

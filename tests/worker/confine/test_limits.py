# an attack is written as its author would:
# ruff: noqa: PTH123
import errno
import os
import signal
import sys
import time

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux only")


def test_forty_gigabytes_are_refused_at_once(confined):
    def attack():
        import time

        started = time.monotonic()
        try:
            bytearray(40 << 30)
        except MemoryError:
            return time.monotonic() - started
        return None

    assert confined(attack).value < 1


def test_an_array_beyond_the_limit_is_a_memory_error(confined):
    def attack():
        import numpy as np

        return np.zeros((1 << 14, 1 << 14)).shape

    outcome = confined(attack, memory_mb=512)

    assert outcome.raised.endswith("MemoryError")
    assert "2.00 GiB" in outcome.message


def test_an_array_below_the_limit_is_not(confined):
    def honest():
        import numpy as np

        return float(np.ones(32 << 20).sum())

    assert confined(honest, memory_mb=512).value == 32 << 20


def test_growth_stops_at_the_limit(confined):
    def attack():
        kept = []
        try:
            while len(kept) < 200:
                kept.append(bytearray(1 << 20))
        except MemoryError:
            pass
        return len(kept)

    grown = confined(attack, memory_mb=64).value

    assert 48 <= grown <= 64


@pytest.mark.parametrize(
    "flags",
    [
        pytest.param(0x21, id="shared-anonymous"),
        pytest.param(0x122, id="grows-down"),
        pytest.param(0x23, id="shared-validate"),
    ],
)
def test_memory_that_no_limit_counts_is_refused(confined, flags):
    def attack(flags):
        import mmap

        return len(mmap.mmap(-1, 1 << 30, flags=flags))

    assert confined(attack, flags, memory_mb=64).errno == errno.ENOMEM


def test_the_stack_can_not_be_stretched_into_memory_that_no_limit_counts(confined):
    def attack():
        with open("/proc/self/maps") as maps:
            stack = next(line for line in maps if line.rstrip().endswith("[stack]"))
        lowest = int(stack.split("-")[0], 16)
        raw(25, lowest, 4096, 1 << 30, 1)  # noqa: F821 - mremap with MREMAP_MAYMOVE

    assert confined(attack, memory_mb=64).errno == errno.ENOMEM


def test_an_honest_block_grows_in_place(confined):
    def honest():
        block = bytearray(1 << 20)
        for _ in range(40):
            block.extend(bytes(1 << 20))
        return len(block)

    # too little for two copies of it
    assert confined(honest, memory_mb=64).value == 41 << 20


def test_tricks_with_protections_gain_no_more_than_the_spare_addresses(confined):
    """Pin the known gap: the kernel skips RLIMIT_DATA once RLIMIT_AS is used up."""

    def attack():
        import mmap
        import resource

        limit = resource.getrlimit(resource.RLIMIT_AS)[0]
        reserved = 0
        kept = []
        for size in (1 << 30, 1 << 26, 1 << 22):
            try:
                while True:
                    kept.append(mmap.mmap(-1, size, flags=0x22, prot=mmap.PROT_READ))
                    reserved += size
            except OSError:
                continue
        return reserved, limit

    reserved, limit = confined(attack, memory_mb=64).value
    cores = len(os.sched_getaffinity(0))

    assert reserved <= (2 << 30) + (cores << 29) + (64 << 20)
    assert limit > reserved


@pytest.mark.parametrize(
    "call",
    [
        pytest.param("os.memfd_create('x')", id="memfd"),
        pytest.param("raw(447, 0)", id="memfd_secret"),
        pytest.param("raw(29, 0, 1 << 30, 0o1600)", id="shmget"),
        pytest.param("open('/dev/shm/x', 'w')", id="dev-shm"),
        pytest.param("raw(240, b'/queue', 0o102, 0o600, 0)", id="mq_open"),
        pytest.param("raw(68, 0, 0o1600)", id="msgget"),
        pytest.param("raw(64, 0, 1, 0o1600)", id="semget"),
        pytest.param("fcntl.fcntl(os.pipe()[0], 1031, 1 << 20)", id="pipe-buffer"),
    ],
)
def test_kernel_memory_is_refused(confined, call):
    def attack(call):
        import fcntl
        import os

        eval(call, {"fcntl": fcntl, "os": os, "raw": raw, "open": open})  # noqa: F821, S307

    assert confined(attack, call).raised == "PermissionError"


def test_an_endless_loop_dies_of_its_processor_time(confined):
    def attack():
        while True:
            pass

    started = time.monotonic()
    outcome = confined(attack, cpu_s=1)

    assert outcome.status == -signal.SIGXCPU
    assert time.monotonic() - started < 30


def test_ignoring_the_signal_buys_one_second(confined):
    def attack():
        import signal

        for number in set(signal.valid_signals()) - {signal.SIGKILL, signal.SIGSTOP}:
            try:
                signal.signal(number, signal.SIG_IGN)
            except OSError:
                continue
        while True:
            pass

    assert confined(attack, cpu_s=1).status == -signal.SIGKILL


def test_a_file_can_not_outgrow_its_limit(confined, work):
    def attack():
        with open("large", "wb", buffering=0) as file:
            file.writelines(bytes(1 << 20) for _ in range(20))

    outcome = confined(attack, file_mb=3)

    assert outcome.errno == errno.EFBIG
    assert (work / "large").stat().st_size == 3 << 20


def test_space_can_not_be_reserved_beyond_the_size(confined):
    """FALLOC_FL_KEEP_SIZE takes blocks that the limit on a file's size does not see."""

    def attack():
        with open("large", "wb") as file:
            raw(285, file.fileno(), 1, 0, 1 << 30)  # noqa: F821 - fallocate

    assert confined(attack).errno == errno.EOPNOTSUPP


def test_descriptors_are_counted(confined):
    def attack():
        import os

        kept = []
        try:
            while len(kept) < 1000:
                kept.append(os.open("/dev/null", os.O_RDONLY))
        except OSError as error:
            return error.errno, len(kept)

    number, opened = confined(attack, open_files=32).value

    assert number == errno.EMFILE
    assert opened < 32


def test_a_crash_leaves_no_core(confined, work):
    def attack():
        import ctypes

        ctypes.string_at(0)

    assert confined(attack).status == -signal.SIGSEGV
    assert list(work.iterdir()) == []


def test_endless_recursion_in_c_ends_the_child_alone(confined):
    def attack():
        import sys

        sys.setrecursionlimit(1 << 30)

        class Deep:
            def __repr__(self):
                return repr(self)

        return repr(Deep())

    def honest():
        return "alive"

    assert confined(attack).value is None
    assert confined(honest).value == "alive"

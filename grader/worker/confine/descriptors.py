"""Close what a fork inherits."""

import os
from pathlib import Path

from grader.worker.confine.kernel import call

HIGHEST = 2**32 - 1


def close_descriptors(keep: int) -> None:
    """Close every descriptor from `keep` upwards.

    Call it before `confine`: later it would also close the descriptors on /proc/self that
    keep Landlock's rules alive.

    Args:
        keep: The lowest number to close, at least 0.

    Raises:
        ValueError: If `keep` is negative.
        OSError: If the open descriptors can't be listed on a kernel without close_range.
    """
    if keep < 0:
        raise ValueError(f"keep is {keep}, expected 0 or more")
    try:
        call("close_range", keep, HIGHEST, 0)
    except OSError:
        # before Linux 5.9, and under seccomp profiles older than the call
        _close_listed(keep)


def _close_listed(keep: int) -> None:
    # the listing's own descriptor is among them, closed by the time we get there
    numbers = [int(entry.name) for entry in Path("/proc/self/fd").iterdir()]
    for number in numbers:
        if number >= keep:
            os.closerange(number, number + 1)

"""Which isolation a run gets: what was asked for, or the best that this machine has."""

import sys

from grader.sandbox.sandbox import Isolation
from grader.sandbox.zygote import Zygote


def best_isolation() -> Isolation:
    """Return `landlock` where the kernel can confine a process, else `process`.

    Raises:
        InfrastructureError: If a worker can't even be started.
    """
    if not sys.platform.startswith("linux"):
        return "process"
    with Zygote(preload=()) as zygote:
        return "landlock" if zygote.confines else "process"

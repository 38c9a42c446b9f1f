"""Apply the layers in the one order that works, and say which this machine has."""

import errno
import os
import sys
from collections.abc import Callable, Iterator

from grader.worker.confine import capabilities, kernel, landlock, rlimits, seccomp
from grader.worker.confine.paths import runtime_paths
from grader.worker.confine.policy import Policy


def prepare() -> None:
    """Look up what is the same for all forks of this process, so that they need not."""
    runtime_paths()
    if sys.platform == "linux":
        seccomp.prepare(landlock.abi())


def confine(policy: Policy) -> tuple[str, ...]:
    """Confine this process for good.

    Call it right after the fork, in the process that will run the student's code: the
    seccomp filter knows that process's id, and Landlock and seccomp bind the calling
    thread and those that it starts later.

    Args:
        policy: What stays allowed.

    Returns:
        The layers in force, in the order in which they were applied. A layer that this
        kernel lacks is not among them; elsewhere than on Linux there are none.

    Raises:
        OSError: If a layer that the kernel has can't be applied, or a second thread
            is alive. The process may be half confined then: end it.
    """
    if sys.platform != "linux":
        return ()
    _refuse_threads()
    abi = landlock.abi()
    facts = seccomp.Facts(os.getpid(), kernel.stack_start(), abi)
    steps: dict[str, Callable[[], None]] = {
        # reads /proc, so before Landlock
        "rlimits": lambda: rlimits.limit_resources(policy),
        "keyring": capabilities.join_new_keyring,
        # emptying the bounding set needs CAP_SETPCAP, so it drops itself last
        "capabilities": capabilities.drop_capabilities,
        # a change of credentials may reset it, so after the capabilities
        "not_dumpable": kernel.set_not_dumpable,
        "no_new_privs": kernel.set_no_new_privs,
        f"landlock-abi{abi}": lambda: landlock.restrict_files(policy, abi),
        # forbids the calls of all the others, so at the end
        "seccomp": lambda: seccomp.install(facts),
    }
    in_force = []
    for name in _offered(abi):
        if name.split("-")[0] in policy.without:
            continue
        try:
            steps[name]()
        except OSError as error:
            # An ordinary user has 200 keys, a keyring is one, and the filter denies keyctl
            # anyway: not worth an ungraded submission.
            if (name, error.errno) != ("keyring", errno.EDQUOT):
                raise
            continue
        in_force.append(name)
    return tuple(in_force)


def probe() -> tuple[str, ...]:
    """Return the layers that this machine offers, in the order of `confine`.

    Asks the kernel by harmless system calls and changes nothing. Elsewhere than on Linux
    there are none.
    """
    return tuple(_offered(landlock.abi())) if sys.platform == "linux" else ()


def _offered(abi: int) -> Iterator[str]:
    yield "rlimits"
    if kernel.machine() is None:
        return
    if capabilities.has_keyrings():
        yield "keyring"
    yield "capabilities"
    yield "not_dumpable"
    if not kernel.has_no_new_privs():
        return
    yield "no_new_privs"
    if abi:
        yield f"landlock-abi{abi}"
    if seccomp.is_available():
        yield "seccomp"


def _refuse_threads() -> None:
    threads = len(os.listdir("/proc/self/task"))  # noqa: PTH208 - a Path takes its time
    if threads != 1:
        raise OSError(
            errno.EBUSY,
            f"{threads} threads are alive, expected 1: the others would stay unconfined",
        )

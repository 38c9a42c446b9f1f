"""Give up what root can do beyond a file's owner, and the parent's keys.

A worker often runs as root in a container. Without capabilities uid 0 is an ordinary
user that happens to own the system's files, which is why Landlock and the seccomp filter
are still needed.
"""

import errno
import struct

from grader.worker.confine.kernel import call, prctl

PR_CAPBSET_READ = 23
PR_CAPBSET_DROP = 24
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_CLEAR_ALL = 4
CAPABILITY_VERSION_3 = 0x20080522
HIGHEST_POSSIBLE = 64

KEYCTL_GET_KEYRING_ID = 0
KEYCTL_JOIN_SESSION_KEYRING = 1
SESSION_KEYRING = -3


def drop_capabilities() -> None:
    """Empty the bounding, ambient, effective, permitted and inheritable sets.

    Raises:
        OSError: If the kernel refuses to take them away.
    """
    empty_bounding_set()
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
    header = struct.pack("=Ii", CAPABILITY_VERSION_3, 0)
    nothing = struct.pack("=6I", *[0] * 6)
    call("capset", header, nothing)


def empty_bounding_set() -> None:
    """Take away what an exec could give; quietly not, where that is not ours to do.

    Raises:
        OSError: If the kernel refuses for another reason than these.
    """
    for capability in range(HIGHEST_POSSIBLE):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError as error:
            # EINVAL: past the last that this kernel knows. EPERM: we are not root, and
            # no_new_privs keeps an exec from reaching into the bounding set anyway.
            if error.errno in {errno.EINVAL, errno.EPERM}:
                return
            raise


def join_new_keyring() -> None:
    """Leave the session keyring that the parent and its other children share.

    Raises:
        OSError: If the kernel refuses, as it does when the user's quota of keys is used.
    """
    call("keyctl", KEYCTL_JOIN_SESSION_KEYRING, 0)


def has_keyrings() -> bool:
    """Return whether session keyrings can be reached (most containers deny the call)."""
    try:
        call("keyctl", KEYCTL_GET_KEYRING_ID, SESSION_KEYRING, 0)
    except OSError as error:
        return error.errno == errno.ENOKEY
    return True

"""What to do about a layer of confinement that this machine does not give.

The commands change the machine for all who use it, so they are for its owner to type:
nothing here is ever run.
"""

import platform
from collections.abc import Iterator
from pathlib import Path

# in which a container says that it is one
CONTAINER_MARKS = (".dockerenv", "run/.containerenv")
DOCKER = (
    "docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined"
)
# (setting, value that refuses, command)
# Source: user_namespaces(7); Debian's and Ubuntu's kernels; Ubuntu 23.10's release notes.
SETTINGS = (
    (
        "proc/sys/user/max_user_namespaces",
        "0",
        "sudo sysctl user.max_user_namespaces=15000",
    ),
    (
        "proc/sys/kernel/unprivileged_userns_clone",
        "0",
        "sudo sysctl kernel.unprivileged_userns_clone=1",
    ),
    (
        "proc/sys/kernel/apparmor_restrict_unprivileged_userns",
        "1",
        "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0",
    ),
)
KEPT = "to keep it: the same line in /etc/sysctl.d/grader.conf"


def landlock_cure(root: Path = Path("/")) -> str:
    """Return what gives Landlock."""
    modules = _words(root / "sys/kernel/security/lsm")
    if modules and "landlock" not in modules.split(","):
        return (
            f"add lsm=landlock,{modules} to the kernel's command line "
            "(GRUB_CMDLINE_LINUX in /etc/default/grub, then sudo update-grub) and reboot"
        )
    if _in_container(root):
        return (
            "the container's seccomp profile may refuse it: a newer Docker, or "
            "docker run --security-opt seccomp=unconfined; gVisor has none"
        )
    return f"Linux 5.13 or newer with CONFIG_SECURITY_LANDLOCK (this is {platform.release()})"


def seccomp_cure(root: Path = Path("/")) -> str:
    """Return what gives seccomp filters."""
    if platform.machine() not in {"x86_64", "aarch64"}:
        return "grade on a machine with an x86_64 or aarch64 processor"
    if _in_container(root):
        return "docker run --security-opt seccomp=unconfined (or allow seccomp() in it)"
    return "Linux 4.14 or newer with CONFIG_SECCOMP_FILTER"


def namespaces_cure(root: Path = Path("/")) -> str:
    """Return what gives the namespaces of `strict`."""
    if commands := list(_commands(root)):
        return f"{'; '.join(commands)} ({KEPT})"
    if _in_container(root):
        return f"{DOCKER} --security-opt systempaths=unconfined"
    return "Linux 5.12 or newer with CONFIG_USER_NS, CONFIG_PID_NS and CONFIG_NET_NS"


def cgroup_cure(root: Path = Path("/")) -> str:
    """Return what gives a worker a cgroup of its own."""
    if not (root / "sys/fs/cgroup/cgroup.controllers").exists():
        return "boot with systemd.unified_cgroup_hierarchy=1: it needs cgroup v2 alone"
    if _in_container(root):
        return (
            "docker run --security-opt writable-cgroups=true (Docker 28), "
            "podman run --security-opt unmask=/sys/fs/cgroup"
        )
    return "systemd-run --user --scope -p Delegate=yes grader grade ..."


def _commands(root: Path) -> Iterator[str]:
    for name, refusing, command in SETTINGS:
        if _words(root / name) == refusing:
            yield command


def _in_container(root: Path) -> bool:
    return any((root / mark).exists() for mark in CONTAINER_MARKS)


def _words(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError:
        return ""

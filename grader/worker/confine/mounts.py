"""Mount a private root that holds what workers may read, and each child's own directory.

Landlock denies opening a file, not asking for its name and size. In a root that holds
nothing else there is nothing to ask for. Everything in it is bound read-only; it is built
once in a zygote and copied, mount by mount, for each child: few mounts, cheap children.

The caller has namespaces of its own and the capability to mount in them.

Source: mount(2), pivot_root(2), mount_setattr(2), tmpfs(5), proc(5).
"""

import contextlib
import os
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path

from grader.worker.confine.kernel import call
from grader.worker.confine.landlock import DEVICES

# where a child finds its own directory; no part of the system is called like that
WORK = "/submission"
OLD_ROOT = "/.old-root"
MS_RDONLY = 1
MS_NOSUID = 2
MS_NODEV = 4
MS_NOEXEC = 8
MS_BIND = 1 << 12
MS_REC = 1 << 14
MS_PRIVATE = 1 << 18
MNT_DETACH = 2
AT_RECURSIVE = 0x8000
# the first where the kernel has it (5.8): no more than the processes, and of those only
# one's own
PROC_OPTIONS = ("subset=pid,hidepid=invisible", "hidepid=2", "")


def enter_private_root(
    names: Iterable[str], *, hidden: Iterable[str] = (), writable: Iterable[str] = ()
) -> str | None:
    """Replace this process's root by one that holds only these paths, read-only.

    Args:
        names: Absolute paths that exist, as this process calls them: the symbolic links
            on the way to them are made anew.
        hidden: Directories that look empty.
        writable: Directories among `names` that are not bound read-only.

    Returns:
        The options with which /proc can be mounted in PID namespaces below this one;
        None where it can't be, and /proc is the one that was there.

    Raises:
        OSError: If the kernel refuses.
    """
    links = dict(link for name in names for link in _links_to(name))
    shown = _topmost({Path(name).resolve() for name in names})
    unseen = [Path(name).resolve() for name in hidden if Path(name).is_dir()]
    if any(path.is_relative_to(WORK) for path in shown):
        raise OSError(f"{WORK} is where submissions work; install elsewhere")
    _move_to_empty_root()
    for path in shown:
        _bind(path, MS_NODEV | (0 if str(path) in writable else MS_RDONLY))
    for device in filter(_was_there, map(Path, DEVICES)):
        _bind(device, 0)
    for path in unseen:
        mount("tmpfs", str(path), "mode=755,size=4k,nr_inodes=2", flags=MS_RDONLY)
    for link, target in links.items():
        # inside what is bound it is there already
        if not link.is_symlink():
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(target)
    Path(WORK).mkdir()
    options = _mount_proc()
    call("umount2", OLD_ROOT.encode(), MNT_DETACH)
    Path(OLD_ROOT).rmdir()
    _restrict("/", MS_RDONLY | MS_NODEV, below=False)
    return options


def mount(
    kind: str, where: str, options: str, *, flags: int = 0, executable: bool = False
) -> None:
    """Mount a new file system without devices, setuid and (mostly) programs.

    Raises:
        OSError: If the kernel refuses.
    """
    flags |= MS_NOSUID | MS_NODEV | (0 if executable else MS_NOEXEC)
    call(
        "mount",
        kind.encode(),
        os.fsencode(where),
        kind.encode(),
        flags,
        options.encode(),
    )


def mount_work(where: str, *, size_mb: int, files: int, uid: int, gid: int) -> None:
    """Mount an empty directory in memory that a user owns and that can't outgrow a size.

    Args:
        where: An existing directory.
        size_mb: Mebibytes of all files together, deleted ones that are open included.
        files: How many files and directories; each takes a kilobyte of the kernel's
            memory that no other limit counts.
        uid: Its owner.
        gid: Its group.

    Raises:
        OSError: If the kernel refuses.
    """
    owner = f"mode=700,uid={uid},gid={gid}"
    # the directory itself is one more
    mount("tmpfs", where, f"size={size_mb}m,nr_inodes={files + 1},{owner}")


def keep_mounts_private() -> None:
    """Let no mount of this namespace show in others, or theirs in this.

    Raises:
        OSError: If the kernel refuses.
    """
    call("mount", b"none", b"/", 0, MS_REC | MS_PRIVATE, 0)


def _move_to_empty_root() -> None:
    """Pivot to an empty file system; the old root stays reachable at OLD_ROOT."""
    keep_mounts_private()
    # any directory will do as the place of the new root; this one surely exists
    base = "/proc"
    mount("tmpfs", base, "mode=755,size=1m", executable=True)
    Path(base + OLD_ROOT).mkdir()
    call("pivot_root", base.encode(), (base + OLD_ROOT).encode())
    os.chdir("/")


def _bind(path: Path, flags: int) -> None:
    source = Path(f"{OLD_ROOT}{path}")
    if source.is_dir():
        path.mkdir(parents=True, exist_ok=True)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    # with the mounts below it: to leave those out would show what they cover
    call("mount", bytes(source), bytes(path), 0, MS_BIND | MS_REC, 0)
    _restrict(str(path), flags)


def _restrict(path: str, flags: int, *, below: bool = True) -> None:
    # the attributes have the same bits as the flags; what is set already stays set
    attributes = struct.pack("=4Q", flags | MS_NOSUID, 0, 0, 0)
    recursive = AT_RECURSIVE if below else 0
    call("mount_setattr", -1, os.fsencode(path), recursive, attributes, len(attributes))


def _was_there(path: Path) -> bool:
    # a sparse container may lack a device
    return Path(f"{OLD_ROOT}{path}").is_char_device()


def _mount_proc() -> str | None:
    Path("/proc").mkdir()
    for options in PROC_OPTIONS:
        with contextlib.suppress(OSError):
            mount("proc", "/proc", options)
            return options
    # a container that covers parts of its /proc may not have an uncovered one
    call("mount", (OLD_ROOT + "/proc").encode(), b"/proc", 0, MS_BIND | MS_REC, 0)
    return None


def _topmost(paths: set[Path]) -> list[Path]:
    """Return the paths that lie below no other."""
    return sorted(path for path in paths if not paths & set(path.parents))


def _links_to(name: str) -> Iterator[tuple[Path, Path]]:
    """Yield each symbolic link on the way to what a name stands for, and its words."""
    here, rest = Path("/"), list(Path(name).parts[1:])
    while rest:
        part = rest.pop(0)
        step = here.parent if part == ".." else here / part
        if not step.is_symlink():
            here = step
            continue
        target = step.readlink()
        yield step, target
        if target.is_absolute():
            here = Path("/")
        rest = [part for part in (*target.parts, *rest) if part != "/"]

"""A tree of plain files stands for the kernel's; killing is also tried for real."""

import os
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from grader.domain.lab import Limits
from grader.sandbox import cgroup
from grader.sandbox.cgroup import Cgroups, Leaf

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux's cgroups")
INTERFACE = ("cgroup.procs", "cgroup.kill", "cgroup.type", "cgroup.subtree_control")
LIMITS = ("memory.max", "memory.swap.max", "memory.oom.group", "pids.max")
DEAD = 2**22 + 1


class Kernel:
    """Plain files that look like a part of /sys/fs/cgroup and of /proc."""

    def __init__(self, directory):
        self.proc = directory / "proc"
        self.top = directory / "cgroup"
        (self.proc / "self").mkdir(parents=True)
        self.top.mkdir()

    def show(self, *, cgroup_line, root="/"):
        (self.proc / "self/cgroup").write_text(f"9:name=systemd:/\n0::{cgroup_line}\n")
        (self.proc / "self/mountinfo").write_text(
            f"30 25 0:26 / {self.top}/v1 rw - cgroup cgroup rw,memory\n"
            f"35 25 0:31 {root} {self.top} rw,nosuid shared:9 - cgroup2 cgroup2 rw\n"
        )

    def group(self, name, *, controllers="cpu memory pids", enabled="", processes=()):
        path = self.top / name
        path.mkdir(parents=True, exist_ok=True)
        (path / "cgroup.type").write_text("domain\n")
        (path / "cgroup.controllers").write_text(f"{controllers}\n")
        (path / "cgroup.subtree_control").write_text(f"{enabled}\n")
        (path / "cgroup.procs").write_text("".join(f"{pid}\n" for pid in processes))
        return path

    def process(self, pid, *, parent):
        (self.proc / str(pid)).mkdir()
        (self.proc / str(pid) / "stat").write_text(f"{pid} (a) b) S {parent} 1 1 0")


@pytest.fixture
def kernel(tmp_path, monkeypatch):
    """A kernel's interface: new directories have their files, and go with them."""
    made = Path.mkdir

    def mkdir(path, *args, **kwargs):
        made(path, *args, **kwargs)
        if path.name.startswith("grader-"):
            for name in (*INTERFACE, *LIMITS):
                (path / name).touch()

    kernel = Kernel(tmp_path)
    monkeypatch.setattr(Path, "mkdir", mkdir)
    monkeypatch.setattr(Path, "rmdir", shutil.rmtree)
    monkeypatch.setattr(cgroup.atexit, "register", lambda *_: None)
    return kernel


def delegated(monkeypatch, value=b"1"):
    monkeypatch.setattr(cgroup.os, "getxattr", lambda *_: value, raising=False)
    monkeypatch.setattr(cgroup.os, "geteuid", lambda: 0)


def test_what_is_written_for_a_worker(kernel):
    base = kernel.group("ours", enabled="memory pids")

    leaf = Cgroups(base, ("memory", "pids")).leaf_of(77, memory_mb=300, threads=40)

    written = {name: (leaf.path / name).read_text() for name in LIMITS}
    assert leaf.path.parent == base
    assert leaf.layer == "cgroup-memory-pids-kill"
    assert (leaf.path / "cgroup.procs").read_text() == "77"
    assert written == {
        "memory.max": str(300 * 2**20),
        "memory.swap.max": "0",
        "memory.oom.group": "1",
        "pids.max": "40",
    }


def test_only_the_controllers_that_are_there_are_set(kernel):
    leaf = Cgroups(kernel.group("ours"), ("pids",)).leaf_of(7, memory_mb=1, threads=2)

    assert leaf.layer == "cgroup-pids-kill"
    assert (leaf.path / "memory.max").read_text() == ""


def test_a_process_that_can_not_be_moved_leaves_no_cgroup(kernel, monkeypatch):
    base = kernel.group("ours")

    def refuse(*_):
        raise PermissionError

    monkeypatch.setattr(cgroup, "_write", refuse)

    assert Cgroups(base).leaf_of(7) is None
    assert list(base.glob("grader-*")) == []


def test_a_delegated_cgroup_gets_controllers_and_we_a_leaf(kernel, monkeypatch):
    us = os.getpid()
    base = kernel.group("user.slice/run-1.scope", processes=[us, 77])
    kernel.show(cgroup_line="/user.slice/run-1.scope")
    kernel.process(77, parent=us)
    delegated(monkeypatch)
    moved = []
    write = cgroup._write
    monkeypatch.setattr(cgroup, "_write", lambda *a: moved.append(a) or write(*a))

    found = cgroup.available(proc=kernel.proc)

    home = base / f"grader-{us}-home"
    assert found == Cgroups(base, ("memory", "pids"))
    assert (base / "cgroup.subtree_control").read_text() == "+memory +pids"
    assert moved[:2] == [
        (home / "cgroup.procs", str(us)),
        (home / "cgroup.procs", "77"),
    ]


def test_at_the_end_we_are_back_and_the_leaf_is_gone(kernel):
    base = kernel.group("ours")
    home = base / "grader-1-home"
    home.mkdir()
    (home / "cgroup.procs").write_text("55\n")

    cgroup._return_home(base, home, ["memory", "pids"])

    assert (base / "cgroup.subtree_control").read_text() == "-memory -pids"
    assert (base / "cgroup.procs").read_text() == "55"
    assert not home.exists()


def test_somebody_elses_process_stays_where_it_is(kernel, monkeypatch):
    us = os.getpid()
    base = kernel.group("run-1.scope", processes=[us, 99])
    kernel.show(cgroup_line="/run-1.scope")
    kernel.process(99, parent=1)
    delegated(monkeypatch)

    found = cgroup.available(proc=kernel.proc)

    assert found == Cgroups(base, ())
    assert list(base.glob("grader-*")) == []
    assert (base / "cgroup.procs").read_text() == f"{us}\n99\n"


def test_a_cgroup_that_does_not_tell_its_processes_has_no_controllers(
    kernel, monkeypatch
):
    base = kernel.group("run-1.scope")
    kernel.show(cgroup_line="/run-1.scope")
    delegated(monkeypatch)
    # stands for a threaded one, where reading fails
    (base / "cgroup.procs").unlink()

    assert cgroup.available(proc=kernel.proc) == Cgroups(base, ())


def test_a_child_of_a_grader_makes_its_cgroups_beside_its_home(kernel):
    base = kernel.group("run-1.scope", enabled="memory pids")
    kernel.group("run-1.scope/grader-5-home")
    kernel.show(cgroup_line="/run-1.scope/grader-5-home")

    assert cgroup.available(proc=kernel.proc) == Cgroups(base, ("memory", "pids"))


def test_what_nobody_gave_us_is_let_alone(kernel, monkeypatch):
    # as root's own login session: writable, but systemd's
    base = kernel.group("session.scope", processes=[os.getpid()])
    kernel.group("")
    kernel.show(cgroup_line="/session.scope")
    delegated(monkeypatch, value=b"")
    before = sorted(base.iterdir())

    assert cgroup.available(proc=kernel.proc) is None
    assert sorted(base.iterdir()) == before


def test_the_root_of_a_containers_namespace_is_ours(kernel, monkeypatch):
    kernel.group("", enabled="memory", processes=[])
    kernel.show(cgroup_line="/")
    delegated(monkeypatch, value=b"")

    assert cgroup.available(proc=kernel.proc) == Cgroups(kernel.top / ".", ("memory",))


def test_the_systems_root_gets_leaves_but_no_setting(kernel):
    base = kernel.group("")
    (base / "cgroup.type").unlink()
    kernel.show(cgroup_line="/")

    found = cgroup.available(proc=kernel.proc)

    assert found is not None
    assert found.controllers == ()
    assert (base / "cgroup.subtree_control").read_text() == "\n"


@pytest.mark.parametrize(
    ("line", "root"),
    [("/../other", "/"), ("/a", "/b"), ("/gone", "/")],
)
def test_a_cgroup_that_the_mount_does_not_show_is_none(kernel, line, root):
    kernel.group("")
    kernel.show(cgroup_line=line, root=root)

    assert cgroup.available(proc=kernel.proc) is None


def test_without_version_2_there_are_none(kernel):
    (kernel.proc / "self/cgroup").write_text("4:memory:/a\n")
    (kernel.proc / "self/mountinfo").write_text("30 25 0:26 / /x rw - cgroup c rw\n")

    assert cgroup.available(proc=kernel.proc) is None


def test_what_a_killed_grader_left_is_removed_and_nothing_else(kernel, monkeypatch):
    base = kernel.group("run-1.scope", enabled="memory")
    kernel.show(cgroup_line="/run-1.scope")
    delegated(monkeypatch)
    kernel.process(66, parent=1)
    names = (f"grader-{DEAD}-3", "grader-66-1", "grader-x", "docker-1")
    for name in names:
        (base / name).mkdir()

    cgroup.available(proc=kernel.proc)

    assert [(base / name).exists() for name in names] == [False, True, True, True]


@pytest.mark.parametrize(
    ("events", "starved"),
    [("low 0\noom 1\noom_kill 1\noom_group_kill 1\n", True), ("oom_kill 0\n", False)],
)
def test_the_kernel_says_why_it_killed(tmp_path, events, starved):
    (tmp_path / "memory.events").write_text(events)

    assert Leaf(tmp_path, ("memory",)).starved() is starved


def test_without_the_memory_controller_nobody_says_why(tmp_path):
    assert Leaf(tmp_path, ("kill",)).starved() is None


@pytest.fixture
def real():
    """Cgroups below this process's own, on this machine."""
    found = cgroup.found()
    if found is None:
        pytest.skip("this process may make no cgroups")
    return found


def test_a_whole_tree_is_killed_at_once(real):
    # a daemon: its parent has ended, and its session is its own
    code = (
        "import os, sys, time\n"
        "sys.stdin.readline()\n"
        "if os.fork() == 0:\n"
        "    os.setsid()\n"
        "    os.write(1, b'between\\n' if os.fork() else b'0\\n')\n"
        "    time.sleep(9)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        leaf = real.leaf_of(process.pid)
        process.stdin.write(b"\n")
        process.stdin.flush()
        process.wait()
        told = {process.stdout.readline(), process.stdout.readline()}

        leaf.kill()

        # both held the pipe's other end
        ready, _, _ = select.select([process.stdout], [], [], 5)
        assert ready
        assert process.stdout.read() == b""
        assert told == {b"0\n", b"between\n"}
    leaf.remove()
    assert not leaf.path.exists()


def test_a_worker_leaves_no_cgroup(real, confined, tmp_path):
    child, _ = confined._zygote.fork(tmp_path, Limits())
    layer = child.enter(real)
    path = child._leaf.path
    held = (path / "cgroup.procs").read_text().split()

    child.end()

    assert layer.startswith("cgroup-")
    assert held == [str(child._pid)]
    assert not path.exists()


def test_a_cgroup_that_is_still_used_is_not_waited_for_for_ever(real, monkeypatch):
    monkeypatch.setattr(cgroup, "EMPTY_WITHIN_S", 0.05)
    with subprocess.Popen(["sleep", "20"]) as process:  # noqa: S607
        leaf = real.leaf_of(process.pid)
        started = time.monotonic()

        leaf.remove()

        assert time.monotonic() - started < 5
        assert leaf.path.exists()
        process.kill()
    leaf.remove()
    assert not leaf.path.exists()

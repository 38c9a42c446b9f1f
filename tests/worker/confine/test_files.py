# an attack is written as its author would:
# ruff: noqa: PTH101, PTH102, PTH104, PTH106, PTH123, PTH208
import errno
import os
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux only")


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "/etc/shadow",
        "/proc/1/cmdline",
        "/proc/1/environ",
        "/proc/net/tcp",
        "/proc/self/environ",
        "/proc/self/mem",
        "/proc/self/net/tcp",
        "/proc/kallsyms",
        "/sys/kernel/uevent_seqnum",
    ],
)
def test_cant_read(confined, path):
    def attack(path):
        with open(path, "rb") as file:
            return len(file.read(10))

    assert confined(attack, path).raised in {"PermissionError", "FileNotFoundError"}


def test_cant_read_the_expected_values(confined, secret):
    def attack(path):
        with open(path) as file:
            return file.read()

    outcome = confined(attack, str(secret))

    assert outcome.raised == "PermissionError"
    assert outcome.errno == errno.EACCES


def test_cant_read_the_parents_environment(confined):
    def attack():
        import os
        from pathlib import Path

        return Path(f"/proc/{os.getppid()}/environ").read_text()

    assert confined(attack).raised == "PermissionError"


def test_cant_read_the_solutions_of_an_editable_install(confined):
    def attack(path):
        with open(path) as file:
            return file.read()

    assert confined(attack, __file__).raised == "PermissionError"


@pytest.mark.parametrize("path", ["/", "/proc", "/tmp", "/root", "/home", "/dev"])  # noqa: S108
def test_cant_list(confined, path):
    def attack(path):
        import os

        return os.listdir(path)

    assert confined(attack, path).raised == "PermissionError"


@pytest.mark.parametrize("mode", ["w", "a", "r+", "x"])
def test_cant_write_outside(confined, secret, tmp_path, mode):
    def attack(path, mode):
        with open(path, mode) as file:
            file.write("100 points")

    target = tmp_path / "new" if mode == "x" else secret

    assert confined(attack, str(target), mode).raised == "PermissionError"
    assert secret.read_text() == '{"score": 100}'
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    "call", ["os.remove", "os.rmdir", "os.mkdir", "os.mkfifo", "shutil.rmtree"]
)
def test_cant_change_a_directory_outside(confined, secret, tmp_path, call):
    def attack(call, path):
        import importlib

        module, name = call.split(".")
        getattr(importlib.import_module(module), name)(path)

    (tmp_path / "empty").mkdir()
    targets = {"os.remove": secret, "os.rmdir": tmp_path / "empty"}

    outcome = confined(attack, call, str(targets.get(call, tmp_path / "new")))

    assert outcome.raised in {"PermissionError", "FileNotFoundError"}
    assert sorted(os.listdir(tmp_path)) == ["empty", "expected.json", "work"]


def test_cant_move_a_file_out_or_in(confined, secret, work):
    def attack(inside, outside):
        import os

        refused = 0
        for source, target in ((inside, outside + "2"), (outside, inside + "2")):
            try:
                os.rename(source, target)
            except OSError:
                refused += 1
        return refused

    (work / "mine").write_text("mine")

    assert confined(attack, str(work / "mine"), str(secret)).value == 2
    assert secret.exists()


def test_cant_empty_a_file_that_may_be_read(confined, secret):
    def attack(path):
        import os

        os.open(path, os.O_RDONLY | os.O_TRUNC)

    outcome = confined(attack, str(secret), read=["/usr/lib", str(secret)])

    assert outcome.raised == "OSError"
    assert outcome.errno == errno.EINVAL
    assert secret.read_text() == '{"score": 100}'


@pytest.mark.parametrize("abi", [2, 7])
def test_cant_truncate_outside_whatever_landlock_covers(confined, secret, abi):
    def attack(path):
        import os

        os.truncate(path, 0)

    outcome = confined(attack, str(secret), landlock_abi=abi)

    assert outcome.raised == "PermissionError"
    assert secret.read_text() == '{"score": 100}'


@pytest.mark.parametrize("abi", [1, 2, 3, 4, 5, 6, 7])
def test_files_are_shut_off_by_every_version_of_landlock(confined, secret, abi):
    def attack(path):
        with open(path) as file:
            return file.read()

    outcome = confined(attack, str(secret), landlock_abi=abi)

    assert outcome.raised == "PermissionError"
    assert f"landlock-abi{abi}" in outcome.layers


def test_metadata_of_others_stays_as_it_was(confined, secret):
    def attack(path):
        import os

        os.chmod(path, 0o777)  # noqa: S103
        os.utime(path, (0, 0))
        os.chown(path, 65534, 65534)

    secret.chmod(0o640)
    before = secret.stat()

    assert confined(attack, str(secret)).raised is None
    assert secret.stat() == before


def test_cant_set_attributes_of_others(confined, secret):
    def attack(path):
        import os

        os.setxattr(path, "user.note", b"was here")

    assert confined(attack, str(secret)).errno == errno.ENOTSUP


def test_cant_flag_a_file_that_may_be_read(confined, secret):
    """Landlock leaves ioctl on regular files alone: FS_IOC_SETFLAGS with FS_NOATIME_FL."""

    def attack(path):
        import fcntl

        with open(path) as file:
            fcntl.ioctl(file, 0x40086602, (0x80).to_bytes(8, "little"))

    outcome = confined(attack, str(secret), read=["/usr/lib", str(secret)])

    assert outcome.errno == errno.ENOTTY


def test_cant_make_others_wait_for_a_lease(confined, secret):
    def attack(path):
        import fcntl

        with open(path) as file:
            fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK)

    outcome = confined(attack, str(secret), read=["/usr/lib", str(secret)])

    assert outcome.raised == "PermissionError"


@pytest.mark.parametrize("kind", ["symlink", "link", "mkfifo", "mknod"])
def test_only_files_and_directories_can_be_made(confined, kind, work):
    def attack(kind):
        import os

        target = {"symlink": ("/etc/passwd",), "link": ("mine",)}.get(kind, ())
        getattr(os, kind)(*target, "made")

    (work / "mine").write_text("mine")

    assert confined(attack, kind).raised == "PermissionError"
    assert [path.name for path in work.iterdir()] == ["mine"]


def test_a_link_that_lies_there_leads_nowhere(confined, work, secret):
    def attack():
        with open("link") as file:
            return file.read()

    (work / "link").symlink_to(secret)

    assert confined(attack).raised == "PermissionError"


def test_a_directory_stays_listable_for_its_collector(confined, work):
    def attack():
        import os

        os.mkdir("shut", 0)

    assert confined(attack).raised == "PermissionError"
    assert list(work.iterdir()) == []


def test_work_directory_itself_can_not_be_removed(confined, work):
    def attack(path):
        import os

        os.rmdir(path)

    assert confined(attack, str(work)).raised == "PermissionError"
    assert work.exists()


def test_own_proc_stays_readable_where_libraries_look(confined):
    def honest():
        import os

        names = ("cmdline", "maps", "stat", "statm", "status")
        sizes = [len(open(f"/proc/self/{name}", "rb").read()) for name in names]  # noqa: SIM115
        return min(sizes), len(os.listdir("/proc/self/task"))

    smallest, threads = confined(honest).value

    assert smallest > 0
    assert threads == 1


def test_random_and_null_devices_work(confined):
    def honest():
        import os

        with open("/dev/null", "w") as null:
            null.write("gone")
        with open("/dev/urandom", "rb") as random:
            return len(random.read(8)), len(os.urandom(8))

    assert confined(honest).value == [8, 8]


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/full", "/dev/shm/x"])  # noqa: S108
def test_cant_write_to_a_device(confined, device):
    def attack(device):
        with open(device, "wb") as file:
            file.write(b"x")

    assert confined(attack, device).raised in {"PermissionError", "OSError"}

# an attack is written as its author would:
# ruff: noqa: F821, PTH108, PTH116, PTH123, PTH208, SIM115
import contextlib
import ctypes
import functools
import inspect
import json
import os
import socket
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from grader.worker.confine import mounts

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux only")

JAILER = Path(__file__).with_name("jailer.py")
NOBODY = 65534
# what any user may read, wherever the interpreter lies
EVERYBODYS = ["/usr/lib", "/etc/ld.so.cache"]
IS_ROOT = sys.platform == "linux" and os.getuid() == 0
SYSTEM_V_KEY = 0x67726164


def command(function, *arguments, children=1, uid=None, **options):
    request = {
        "source": textwrap.dedent(inspect.getsource(function)),
        "function": function.__name__,
        "arguments": arguments,
        "children": children,
        "uid": uid,
        "names": EVERYBODYS,
        "hidden": [],
        "without": [],
        "deny": [],
        "work": "/nowhere",
        "work_root": "/nowhere",
        **options,
    }
    return [sys.executable, "-P", "-B", str(JAILER), json.dumps(request)]


def asked(function, *arguments, **options):
    """Return what each child answered that ran a function in a jail."""
    done = subprocess.run(
        command(function, *arguments, **options),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


def nothing():
    return None


@pytest.fixture(scope="session")
def all_layers():
    (answer,) = asked(nothing)
    if "refused" in answer:
        pytest.skip(f"this machine has no namespaces for us: {answer['refused']}")
    return set(answer["layers"])


def value_of(function, *arguments, **options):
    (answer,) = asked(function, *arguments, **options)
    assert "value" in answer, answer
    return answer["value"]


@pytest.fixture
def jailed(all_layers):
    """Run a function in a jail, as the user that we are, and return its value."""
    assert all_layers
    return value_of


@pytest.fixture(
    params=[
        pytest.param(None, id="as-we-are"),
        pytest.param(
            NOBODY,
            id="as-an-ordinary-user",
            marks=pytest.mark.skipif(not IS_ROOT, reason="that is what we are"),
        ),
    ]
)
def inside(request, all_layers):
    """Run a function in a jail, also as an ordinary user, and return its value."""
    assert all_layers
    return functools.partial(value_of, uid=request.param)


def found(*paths):
    there = []
    for path in paths:
        try:
            os.stat(path)
            there.append(path)
        except OSError:
            pass
    return there


def test_names_and_sizes_of_other_files_are_gone(inside, tmp_path):
    foreign = [
        f"/proc/{os.getpid()}",
        mounts.OLD_ROOT,
        "/etc/passwd",
        "/etc/hostname",
        "/root",
        "/home",
        "/var",
        str(tmp_path),
    ]

    assert inside(found, *foreign) == []


def test_what_may_be_read_is_there_and_can_not_be_written(jailed, tmp_path):
    (tmp_path / "file").write_text("x")

    def attack(path):
        refused = []
        for directory in (path, "/"):
            try:
                Path(directory, "new").write_text("x")
            except OSError as error:
                refused.append(errno.errorcode[error.errno])
        return [Path(path, "file").read_text(), *refused]

    # as a user of its own it may not write there anyway
    options = {"names": [*EVERYBODYS, str(tmp_path)], "without": ["own_uid"]}
    assert jailed(attack, str(tmp_path), **options) == ["x", "EROFS", "EROFS"]


def test_devices_that_programs_need_work(jailed):
    def honest():
        with open("/dev/null", "wb") as null:
            null.write(b"x")
        return [len(open(f"/dev/{name}", "rb").read(4)) for name in ("zero", "urandom")]

    assert jailed(honest) == [4, 4]


def test_sees_no_process_but_itself(inside):
    def look():
        numbers = [name for name in os.listdir("/proc") if name.isdigit()]
        return [numbers, os.getpid(), os.getppid()]

    assert inside(look) == [["1"], 1, 0]


def test_sees_of_the_kernel_no_more_than_its_own_process(jailed):
    assert jailed(found, "/proc/self/status", "/proc/kcore", "/proc/cpuinfo") == [
        "/proc/self/status"
    ]


@pytest.fixture
def listening():
    """A TCP port, an abstract socket and System V memory of ours."""
    libc = ctypes.CDLL(None, use_errno=True)
    memory = libc.shmget(SYSTEM_V_KEY, 4096, 0o1666)
    assert memory >= 0
    name = f"\0grader-{os.getpid()}"
    with (
        socket.create_server(("127.0.0.1", 0)) as tcp,
        contextlib.closing(socket.socket(socket.AF_UNIX)) as abstract,
    ):
        abstract.bind(name)
        abstract.listen()
        yield tcp.getsockname()[1], name[1:]
    libc.shmctl(memory, 0, None)


def reach(port, name, key):
    reached = []
    for family, address in (
        (socket.AF_INET, ("127.0.0.1", port)),
        (socket.AF_UNIX, f"\0{name}"),
    ):
        with socket.socket(family) as ours:
            ours.settimeout(5)
            try:
                ours.connect(address)
                reached.append(family.name)
            except OSError:
                pass
    if ctypes.CDLL(None).shmget(key, 4096, 0) >= 0:
        reached.append("memory")
    return reached


def test_no_socket_and_no_shared_memory_of_the_host_can_be_reached(inside, listening):
    assert inside(reach, *listening, SYSTEM_V_KEY) == []


@pytest.mark.parametrize(
    ("layer", "reached"),
    [("net_ns", ["AF_INET", "AF_UNIX"]), ("ipc_ns", ["memory"])],
)
def test_without_its_layer_it_could_be(jailed, listening, layer, reached):
    assert jailed(reach, *listening, SYSTEM_V_KEY, without=[layer]) == reached


def test_the_hosts_name_is_not_told(jailed):
    def name():
        return os.uname().nodename

    assert jailed(name) == "worker"


@pytest.mark.parametrize("deleted", [False, True], ids=["kept", "deleted-but-open"])
def test_all_files_together_have_a_size(inside, deleted):
    def attack(mebibytes, deleted):
        kept = []
        for number in range(mebibytes):
            file = open(f"{number}", "wb", buffering=0)
            kept.append(file)
            if deleted:
                os.unlink(f"{number}")
            try:
                written = file.write(bytes(1 << 20))
            except OSError as error:
                return [number, error.errno == errno.ENOSPC]
            if written < 1 << 20:
                return [number, True]
        return mebibytes

    # 2 MiB, of which directories may take a page
    assert inside(attack, 9, deleted) in ([2, True], [1, True])


def test_the_number_of_files_is_bounded(jailed):
    def attack():
        for number in range(200):
            try:
                os.close(os.open(f"{number}", os.O_CREAT | os.O_WRONLY))
            except OSError as error:
                return [number, error.errno == errno.ENOSPC]
        return None

    assert jailed(attack) == [100, True]


def test_what_one_child_writes_the_next_does_not_find(all_layers):
    def leave():
        before = os.listdir(".")
        Path("left").write_text("x")
        return before

    answers = asked(leave, children=2)

    assert all_layers
    assert [answer["value"] for answer in answers] == [[], []]


def test_what_a_child_starts_ends_with_it(jailed):
    def attack():
        if os.fork() == 0:
            os.setsid()
            time.sleep(3)
            # whoever lived on would spoil the answer
            os.write(report, b"I live")
            os._exit(0)
        return 1

    assert jailed(attack) == 1


@pytest.mark.skipif(not IS_ROOT, reason="needs root")
def test_each_child_of_root_is_a_user_of_its_own(all_layers):
    def who():
        return [os.getuid(), os.getgid(), os.getgroups()]

    answers = asked(who, children=2)

    assert all_layers
    if "own_uid" not in answers[0]["layers"]:
        pytest.skip("the packages here can't be read by every user")
    (one, _, groups), (other, _, _) = (answer["value"] for answer in answers)
    assert one != other
    assert min(one, other) >= 70_000
    assert groups == []


@pytest.mark.skipif(not IS_ROOT, reason="needs root")
def test_no_user_of_its_own_where_that_user_could_not_read(all_layers, tmp_path):
    tmp_path.chmod(0o700)

    (answer,) = asked(nothing, names=[*EVERYBODYS, str(tmp_path)])

    assert all_layers
    assert "value" in answer
    assert "own_uid" not in answer["layers"]


def test_an_ordinary_user_stays_who_it_is(all_layers):
    def who():
        return os.getuid()

    uid = NOBODY if IS_ROOT else None
    (answer,) = asked(who, uid=uid)

    assert all_layers
    assert answer["value"] == (uid or os.getuid())
    assert "own_uid" not in answer["layers"]
    assert {"user_ns", "pid_ns", "mount_ns", "net_ns", "ipc_ns", "tmpfs"} <= set(
        answer["layers"]
    )


LAYERS = ["user_ns", "pid_ns", "mount_ns", "net_ns", "ipc_ns", "uts_ns", "tmpfs"]


@pytest.mark.parametrize("layer", [*LAYERS, "own_uid"])
def test_a_layer_that_is_left_out_is_not_reported(all_layers, layer, tmp_path):
    if layer == "user_ns" and not IS_ROOT:
        pytest.skip("an ordinary user has no other namespaces without it")
    tmp_path.chmod(0o755)
    work = tmp_path / "work"
    work.mkdir()

    (answer,) = asked(nothing, without=[layer], work=str(work), work_root=str(tmp_path))

    assert all_layers
    assert "value" in answer, answer
    # /proc of one's own needs both namespaces, a uid of one's own the private root and a
    # directory that is not the host's
    gone = {
        "pid_ns": {"own_proc"},
        "mount_ns": {"own_proc", "own_uid"},
        "tmpfs": {"own_uid"},
    }
    left_out = {layer} | gone.get(layer, set())
    assert set(answer["layers"]) == all_layers - left_out


@pytest.mark.parametrize(
    ("layer", "path"),
    [
        ("mount_ns", "/etc/passwd"),
        # the name of a test must not change from run to run
        pytest.param("pid_ns", f"/proc/{os.getpid()}", id="pid_ns-ourselves"),
    ],
)
def test_without_its_layer_it_could_see(all_layers, layer, path, tmp_path):
    (answer,) = asked(found, path, without=[layer], work=str(tmp_path))

    assert all_layers
    assert answer["value"] == [path]


def test_names_that_are_links_are_made_anew(jailed, tmp_path):
    real = tmp_path / "real"
    (real / "deep").mkdir(parents=True)
    (real / "deep" / "file").write_text("x")
    (tmp_path / "one").symlink_to("two")
    (tmp_path / "two").symlink_to(real)
    name = str(tmp_path / "one" / "deep")

    def read(path):
        return Path(path, "file").read_text()

    assert jailed(read, name, names=[*EVERYBODYS, name]) == "x"


def test_a_hidden_directory_looks_empty(jailed, tmp_path):
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "labels").write_text("7")

    def names(path):
        return [os.listdir(path), os.listdir(Path(path, "secret"))]

    assert jailed(
        names,
        str(tmp_path),
        names=[*EVERYBODYS, str(tmp_path)],
        hidden=[str(tmp_path / "secret")],
    ) == [["secret"], []]


@pytest.mark.parametrize("call", ["unshare", "mount", "pivot_root"])
def test_a_machine_that_refuses_is_told_so_and_nothing_breaks(all_layers, call):
    (answer,) = asked(nothing, deny=[call])

    assert all_layers
    assert f"{call}: Operation not permitted" in answer["refused"]


def test_a_jail_ends_with_the_process_that_was_started(all_layers):
    def sleep():
        os.write(2, b"asleep")
        time.sleep(10)

    assert all_layers
    with subprocess.Popen(
        command(sleep), stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
    ) as process:
        assert process.stderr.read(6) == b"asleep"
        process.kill()
        # zygote and child hold the pipe too: it ends when all of them have
        assert process.stdout.read() == b""

import os
import statistics
import sys
import tempfile
import threading
from pathlib import Path

import pytest

from grader.worker import confine
from grader.worker.confine import landlock

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux only")


NOBODY = 65534


def nothing():
    return None


@pytest.fixture
def open_directory():
    """Make a directory that an ordinary user reaches; pytest's own are root's."""
    if os.getuid() != 0:
        pytest.skip("only root can become somebody else")
    with tempfile.TemporaryDirectory() as name:
        os.chown(name, NOBODY, NOBODY)
        yield Path(name)


def test_what_probe_promises_is_what_confine_delivers(confined):
    outcome = confined(nothing)

    assert confine.probe() == outcome.layers


def test_probe_changes_nothing():
    before = Path("/proc/self/status").read_text()

    confine.probe()

    after = Path("/proc/self/status").read_text()
    fields = ("Cap", "NoNewPrivs", "Seccomp", "Uid", "Gid")
    for line in before.splitlines():
        if line.startswith(fields):
            assert line in after


def test_kernel_agrees_that_the_layers_are_in_force(confined):
    def own_status():
        lines = open("/proc/self/status").read().splitlines()  # noqa: PTH123, SIM115
        return dict(line.split(":\t", 1) for line in lines)

    status = confined(own_status).value

    assert status["NoNewPrivs"] == "1"
    assert status["Seccomp"].strip() == "2"
    for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        assert int(status[name], 16) == 0


@pytest.mark.skipif(sys.platform == "linux" and os.getuid() != 0, reason="not root")
def test_an_ordinary_user_gets_the_same_layers_as_root(confined, open_directory):
    outcome = confined(
        nothing,
        write=str(open_directory),
        read=("/usr/lib",),
        options={"uid": NOBODY, "also_read": ()},
    )

    assert outcome.layers == confine.probe()


def test_an_ordinary_user_can_not_leave_either(confined, open_directory):
    def attack():
        import os
        from pathlib import Path

        refused = 0
        for attempt in (
            os.fork,
            lambda: os.kill(os.getppid(), 0),
            lambda: Path("/etc/passwd").read_text(),
            lambda: Path("/proc/self/environ").read_text(),
        ):
            try:
                attempt()
            except PermissionError:
                refused += 1
        return refused

    outcome = confined(
        attack,
        write=str(open_directory),
        read=("/usr/lib",),
        options={"uid": NOBODY, "also_read": ()},
    )

    assert outcome.value == 4


def test_a_second_thread_is_refused_rather_than_left_free(work):
    release = threading.Event()
    thread = threading.Thread(target=release.wait)
    thread.start()
    policy = confine.Policy(read=(), write=str(work), memory_mb=64, cpu_s=1, file_mb=1)

    try:
        with pytest.raises(OSError, match=r"([2-9]|\d\d+) threads"):
            confine.confine(policy)
    finally:
        release.set()
        thread.join()


def test_a_missing_readable_path_is_an_error_not_a_weaker_sandbox(confined, tmp_path):
    outcome = confined(nothing, read=[str(tmp_path / "absent")])

    assert outcome.raised == "FileNotFoundError"
    assert outcome.layers == ()


def test_a_layer_that_fails_is_an_error_not_a_gap(confined):
    fail = "def fail(facts): raise OSError(22, 'the kernel refused')"

    outcome = confined(
        nothing, options={"prepare": f"{fail}\nlayers.seccomp.install = fail"}
    )

    assert outcome.message == "[Errno 22] the kernel refused"
    assert outcome.layers == ()


def test_a_layer_that_this_kernel_lacks_is_left_out(confined):
    outcome = confined(nothing, options={"prepare": "layers.landlock.abi = lambda: 0"})

    assert not [layer for layer in outcome.layers if layer.startswith("landlock")]
    assert "seccomp" in outcome.layers


def test_a_used_up_quota_of_keys_costs_that_layer_only(confined):
    fail = "def fail(): raise OSError(122, 'Disk quota exceeded')"
    prepare = f"{fail}\nlayers.capabilities.join_new_keyring = fail"

    outcome = confined(nothing, options={"prepare": prepare})

    assert set(confine.probe()) - set(outcome.layers) <= {"keyring"}
    assert outcome.layers[-1] == "seccomp"


def test_a_landlock_that_promises_too_much_is_taken_at_what_it_accepts(monkeypatch):
    """Some distributions' kernels report ABI 6 and refuse its scopes."""
    accepted = landlock._new_ruleset

    def refuse_scopes(version):
        if version >= landlock.SCOPE_ABI:
            raise OSError(22, "Invalid argument")
        return accepted(version)

    if landlock.abi() < landlock.SCOPE_ABI:
        pytest.skip("this kernel has no scopes to refuse")
    monkeypatch.setattr(landlock, "_new_ruleset", refuse_scopes)

    assert landlock.abi() == landlock.SCOPE_ABI - 1


def test_confinement_is_cheap(confined):
    """Bound a regression by a factor of ten, not the machine's mood."""
    seconds = statistics.median(confined(nothing).seconds for _ in range(15))

    assert seconds < 0.030


def test_elsewhere_than_on_linux_nothing_is_promised(monkeypatch):
    monkeypatch.setattr("sys.platform", "darwin")
    policy = confine.Policy(read=(), write="/", memory_mb=1, cpu_s=1, file_mb=1)

    assert confine.probe() == ()
    assert confine.confine(policy) == ()


def test_an_unknown_machine_offers_limits_only(monkeypatch):
    monkeypatch.setattr("grader.worker.confine.kernel.machine", lambda: None)

    assert confine.probe() == ("rlimits",)

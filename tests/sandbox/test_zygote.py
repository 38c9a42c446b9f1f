"""The zygote: what it offers, what it refuses, how it ends."""

import signal
from pathlib import Path

import numpy as np
import pytest

from grader.data import load_mnist
from grader.domain.lab import Limits
from grader.domain.student import CallFailed
from grader.domain.verdict import Outcome
from grader.errors import InfrastructureError
from grader.sandbox import offers
from grader.sandbox import zygote as zygote_module
from grader.sandbox.child import Ending
from grader.sandbox.printed import Flooded
from grader.sandbox.sandbox import Sandbox
from grader.sandbox.session import Session
from grader.sandbox.watch import Bloated
from grader.sandbox.workdir import private_directory
from grader.sandbox.zygote import Zygote

STRICT = {"user_ns", "pid_ns", "mount_ns", "net_ns", "ipc_ns", "tmpfs"}
KERAS = """
import numpy as np
import keras

def fit(seed):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    x = np.ones((8, 2))
    model.fit(x, x.sum(1), epochs=2, verbose=0)
    return model.predict(x, verbose=0)
"""


def test_a_package_that_is_not_there_is_our_problem_in_one_line():
    with (
        Zygote(preload=("no_such_package",)) as zygote,
        pytest.raises(InfrastructureError, match="no_such_package"),
    ):
        assert zygote.hello


def test_a_child_is_confined_before_it_sees_the_submission(confined, submission_of):
    with confined.session(submission_of("x = 1"), limits=Limits(), seed=1) as session:
        session.load()

    layers = {layer.split("-")[0] for layer in confined.environment().layers}
    assert {"landlock", "seccomp", "no_new_privs", "rlimits"} <= layers


def test_a_missing_layer_refuses_the_child(confined, monkeypatch):
    monkeypatch.setattr(offers, "REQUIRED", ("landlock", "unheard_of"))

    with (
        private_directory() as directory,
        pytest.raises(InfrastructureError, match="missing: unheard_of"),
    ):
        confined._zygote.fork(directory, Limits())


def test_a_level_that_can_not_be_had_is_refused_not_lowered(confined, monkeypatch):
    monkeypatch.setattr(offers, "REQUIRED", ("unheard_of",))

    with pytest.raises(InfrastructureError, match="--isolation process"):
        confined.require()


@pytest.mark.parametrize("event", [Bloated("too much"), Flooded()], ids=repr)
def test_a_worker_that_is_too_much_before_it_is_ready_is_our_problem(confined, event):
    class Outgrown:
        def watch(self, _deadline):
            return None

        def receive(self, _watch):
            raise event

        def end(self):
            return Ending(-9, lived=True, cpu_s=0.0, output=b"")

    with pytest.raises(InfrastructureError, match="died before it was confined"):
        confined._zygote._confined(Outgrown())


def test_landlock_elsewhere_than_linux_is_refused(monkeypatch):
    monkeypatch.setattr("sys.platform", "darwin")

    with pytest.raises(InfrastructureError, match="darwin has no Landlock"):
        Sandbox(isolation="landlock")


def test_one_submission_leaves_nothing_for_the_next(confined, submission_of):
    first = submission_of(
        "import numpy as np, os\n"
        "np.exp = None\n"
        "def f():\n"
        "    open('left.txt', 'w').write('x')\n"
        "    return os.getcwd()\n"
    )
    second = submission_of(
        "import numpy as np, os\ndef f(): return np.exp(0.0), os.listdir('.')\n"
    )
    with confined.session(first, limits=Limits(), seed=1) as session:
        session.call([("f", (), {})])

    with confined.session(second, limits=Limits(), seed=1) as session:
        (reply,) = session.call([("f", (), {})])

    assert reply.value == [1.0, ["tiny.py"]]


def test_a_session_leaves_no_directory(confined, submission_of, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    deep = (
        "import os\n"
        "def f():\n"
        "    for _ in range(1200):\n"
        "        os.mkdir('d')\n"
        "        os.chdir('d')\n"
    )
    with confined.session(submission_of(deep), limits=Limits(), seed=1) as session:
        session.call([("f", (), {})])

    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.xdist_group("tensorflow")
def test_keras_trains_in_every_fork_and_repeats(keras_sandbox, submission_of):
    submission = submission_of(KERAS)
    limits = Limits(call_cpu_s=60, submission_cpu_s=120)
    predictions = []
    for _ in range(2):
        with keras_sandbox.session(submission, limits=limits, seed=1) as session:
            (reply,) = session.call([("fit", (3,), {})])
            predictions.append(reply.value)
    environment = keras_sandbox.environment()

    assert predictions[0].shape == (8, 1)
    np.testing.assert_array_equal(*predictions)
    assert environment.tensorflow is not None


def test_sessions_of_one_zygote_may_overlap(confined, submission_of):
    sessions = [
        confined.session(submission_of(f"def f(): return {n}"), limits=Limits(), seed=1)
        for n in range(3)
    ]
    values = [session.call([("f", (), {})])[0].value for session in sessions]
    for session in sessions:
        session.close()

    assert values == [0, 1, 2]


@pytest.fixture
def zygote(confined):
    assert confined is not None
    with Zygote() as zygote:
        yield zygote


def test_a_child_ends_with_its_zygote(zygote, tmp_path):
    child, _ = zygote.fork(tmp_path, Limits())

    zygote._process.kill()

    assert child._ended_within(10)
    with pytest.raises(InfrastructureError):
        child.end()


def test_a_lost_zygote_leaves_neither_descriptor_nor_directory(
    zygote, submission_of, tmp_path, monkeypatch
):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    session = Session(
        submission_of("x = 1"),
        limits=Limits(),
        open_child=lambda resources: zygote.fork(
            resources.enter_context(private_directory()), Limits()
        )[0],
        seed=1,
    )
    assert zygote.confines
    before = len(list(Path("/proc/self/fd").iterdir()))
    session.load()
    zygote._process.kill()
    zygote._process.wait()

    with pytest.raises(InfrastructureError):
        session.close()

    session.close()
    assert list(tmp_path.iterdir()) == []
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_child_that_was_asked_for_in_vain_leaves_no_descriptor(zygote, tmp_path):
    assert zygote.confines
    before = len(list(Path("/proc/self/fd").iterdir()))
    zygote._process.send_signal(signal.SIGSTOP)
    birth = zygote.order(tmp_path, Limits())
    zygote._process.kill()

    with pytest.raises(InfrastructureError):
        zygote.confined(birth)

    assert birth.child is None
    assert len(list(Path("/proc/self/fd").iterdir())) <= before


def test_a_late_answer_is_never_taken_for_another(zygote, tmp_path):
    assert zygote.confines
    zygote._process.send_signal(signal.SIGSTOP)
    zygote._control.settimeout(0.1)
    with pytest.raises(InfrastructureError, match="did not answer in time"):
        zygote.fork(tmp_path, Limits())
    zygote._process.send_signal(signal.SIGCONT)

    with pytest.raises(InfrastructureError, match="was lost"):
        zygote.fork(tmp_path, Limits())


def test_why_a_zygote_did_not_start_is_told_each_time():
    with Zygote(preload=("no_such_package",)) as broken:
        for _ in range(2):
            with pytest.raises(
                InfrastructureError, match=r"no_such_package.*virtual env"
            ):
                assert broken.hello


@pytest.fixture(scope="module")
def strict(confined):
    """A sandbox at the level `strict`; skips where the machine refuses namespaces."""
    assert confined is not None
    with Sandbox(isolation="strict") as sandbox:
        try:
            sandbox.require()
        except InfrastructureError as error:
            pytest.skip(str(error))
        yield sandbox


@pytest.fixture
def in_strict(strict, submission_of):
    """Return what a function of a submission returns at the level `strict`."""

    def run(code, *arguments, limits=None):
        submission = submission_of(code)
        with strict.session(submission, limits=limits or Limits(), seed=1) as session:
            (reply,) = session.call([("f", arguments, {})])
            return reply.value

    return run


def test_strict_is_landlock_and_namespaces_and_its_report_says_so(strict, in_strict):
    assert in_strict("def f(): return 1") == 1

    environment = strict.environment()
    layers = {layer.split("-")[0] for layer in environment.layers}
    assert environment.isolation == "strict"
    assert STRICT | {"landlock", "seccomp", "no_new_privs", "rlimits"} <= layers


@pytest.mark.parametrize("layer", sorted(STRICT))
def test_strict_is_refused_where_a_layer_is_missing(strict, monkeypatch, layer):
    offers = [name for name in strict._zygote.hello["offers"] if name != layer]
    monkeypatch.setitem(strict._zygote.hello, "offers", offers)

    with pytest.raises(InfrastructureError, match=f"lacks {layer}.*isolation landlock"):
        strict.require()


def test_a_strict_child_without_a_required_layer_is_refused(strict, monkeypatch):
    monkeypatch.setattr(offers, "NAMESPACES", ("pid_ns", "unheard_of"))

    with (
        private_directory() as directory,
        pytest.raises(InfrastructureError, match="missing: unheard_of"),
    ):
        strict._zygote.fork(directory, Limits())


def test_layers_may_be_left_out_of_strict_to_measure_the_others(confined, tmp_path):
    assert confined is not None
    with Zygote(strict=True, without=("net_ns", "seccomp")) as zygote:
        if zygote.hello["refused"]:
            pytest.skip(zygote.hello["refused"])
        child, layers = zygote.fork(tmp_path, Limits())
        child.end()

    names = {layer.split("-")[0] for layer in layers}
    assert {"pid_ns", "landlock"} <= names
    assert not {"net_ns", "seccomp"} & names


def test_strict_shows_no_name_of_the_host_and_no_parent(in_strict, tmp_path):
    code = (
        "import os\n"
        "def f(path): return os.path.exists(path), os.getpid(), os.getcwd()\n"
    )

    assert in_strict(code, str(tmp_path)) == [False, 1, "/submission"]


def test_files_are_collected_from_a_strict_worker(strict, submission_of):
    code = "def f(): open('log.txt', 'w').write('7')"
    with strict.session(submission_of(code), limits=Limits(), seed=1) as session:
        session.call([("f", (), {})])
        found = session.files("*.txt", at_most=3)

    assert {name: content.tobytes() for name, content in found.items()} == {
        "log.txt": b"7"
    }


def test_a_notebook_with_a_figure_runs_in_strict(strict, submission_of):
    cells = [
        "import matplotlib.pyplot as plt",
        "def f():\n    plt.plot([1, 2], [3, 4])\n    return plt.gcf()",
    ]
    with strict.session(submission_of(cells), limits=Limits(), seed=1) as session:
        (reply,) = session.call([("f", (), {})])

    assert list(reply.value.axes[0].series[0].y) == [3, 4]


def test_all_that_a_strict_worker_writes_has_one_limit(in_strict):
    code = (
        "def f():\n"
        "    for number in range(9):\n"
        "        with open(str(number), 'wb') as file:\n"
        "            file.write(bytes(1_000_000))\n"
    )

    with pytest.raises(CallFailed, match="No space left on device"):
        in_strict(code, limits=Limits(disk_mb=1))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        pytest.param("os._exit(3)", r"ended the process \(exit status 3\)", id="exit"),
        # the first process of a namespace does not feel SIGABRT: libc falls back
        pytest.param("os.abort()", r"crashed Python \(SIGSEGV\)", id="abort"),
        pytest.param("ctypes.string_at(0)", r"crashed Python \(SIGSEGV\)", id="segv"),
    ],
)
def test_the_end_of_a_strict_worker_has_its_reason(in_strict, line, told):
    with pytest.raises(CallFailed, match=told) as caught:
        in_strict(f"import os, ctypes\ndef f():\n    {line}\n")

    assert caught.value.outcome is Outcome.RAISED


def test_a_signal_to_itself_is_not_felt_in_strict(in_strict):
    code = (
        "import os, signal\n"
        "def f():\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "    return 'still here'\n"
    )

    assert in_strict(code) == "still here"


def test_used_up_time_is_called_so_though_the_kernels_warning_is_not_felt(
    strict, submission_of, tmp_path, monkeypatch
):
    monkeypatch.setattr(zygote_module, "SPARE_CPU_S", 1)
    child, _ = strict._zygote.fork(tmp_path, Limits(submission_cpu_s=0.1))
    # with a patience of its own, to see the kernel's limit and not the grader's
    session = Session(
        submission_of("while True: pass"),
        limits=Limits(),
        open_child=lambda _: child,
        seed=1,
    )

    (fault,) = session.load()
    session.close()

    assert fault.message == "it used up its computing time"


def test_a_strict_child_ends_with_its_zygote(strict, tmp_path):
    assert strict is not None
    with Zygote(strict=True) as zygote:
        child, _ = zygote.fork(tmp_path, Limits())

        zygote._process.kill()

        assert child._ended_within(10)
        with pytest.raises(InfrastructureError):
            child.end()


def test_strict_workers_read_their_data_and_not_the_hidden_part(strict, submission_of):
    code = (
        "import os\n"
        "from grader.data import load_mnist\n"
        "def f(path):\n"
        "    (x, _), _ = load_mnist()\n"
        "    return len(x), os.listdir(path)\n"
    )
    hidden = zygote_module.hidden_from_workers()
    if not hidden:
        pytest.skip("the package with the hidden images is not installed")
    assert strict is not None
    with (
        Sandbox(isolation="strict", data=["mnist"]) as sandbox,
        sandbox.session(submission_of(code), limits=Limits(), seed=1) as session,
    ):
        (reply,) = session.call([("f", (hidden[0],), {})])

    assert reply.value == [len(load_mnist()[0][0]), []]

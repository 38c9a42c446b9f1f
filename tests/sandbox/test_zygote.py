"""The zygote: what it offers, what it refuses, how it ends."""

import importlib.util
import signal
from pathlib import Path

import numpy as np
import pytest

from grader.domain.lab import Limits
from grader.errors import InfrastructureError
from grader.sandbox import zygote as zygote_module
from grader.sandbox.sandbox import Sandbox
from grader.sandbox.session import Session
from grader.sandbox.workdir import private_directory
from grader.sandbox.zygote import Zygote

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
    monkeypatch.setattr(zygote_module, "REQUIRED", ("landlock", "unheard_of"))

    with (
        private_directory() as directory,
        pytest.raises(InfrastructureError, match="missing: unheard_of"),
    ):
        confined._zygote.fork(directory, Limits())


def test_a_level_that_can_not_be_had_is_refused_not_lowered(confined, monkeypatch):
    monkeypatch.setattr(zygote_module, "REQUIRED", ("unheard_of",))

    with pytest.raises(InfrastructureError, match="--isolation process"):
        confined.require()


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
@pytest.mark.skipif(
    importlib.util.find_spec("tensorflow") is None, reason="TensorFlow is not installed"
)
def test_keras_trains_in_every_fork_and_repeats(confined, submission_of):
    assert confined is not None
    submission = submission_of(KERAS)
    limits = Limits(call_cpu_s=60, submission_cpu_s=120)
    predictions = []
    with Sandbox(isolation="landlock", preload=("numpy", "tensorflow")) as sandbox:
        for _ in range(2):
            with sandbox.session(submission, limits=limits, seed=1) as session:
                (reply,) = session.call([("fit", (3,), {})])
                predictions.append(reply.value)
        environment = sandbox.environment()

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
        open_child=lambda directory: zygote.fork(directory, Limits())[0],
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
            with pytest.raises(InfrastructureError, match="no_such_package"):
                assert broken.hello

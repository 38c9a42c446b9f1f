# written as a student would:
# ruff: noqa: PTH105
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux only")


def matmul_and_svd():
    import numpy as np

    X = np.random.default_rng(0).normal(size=(300, 300))
    U, s, Vt = np.linalg.svd(X)
    return bool(np.allclose(U @ np.diag(s) @ Vt, X))


def lazy_imports():
    import numpy.ma
    import numpy.polynomial.hermite
    import scipy.optimize

    assert numpy.ma.array([1]) + numpy.polynomial.hermite.hermval(0, [0]) == 1
    return scipy.optimize.brentq(lambda x: x - 0.5, 0, 1) == 0.5


def numpy_files():
    import numpy as np

    np.savez("arrays.npz", a=np.arange(3))
    np.savetxt("table.csv", np.eye(2))
    with np.load("arrays.npz") as archive:  # noqa: TID251 - in the worker, by a student
        kept = archive["a"].tolist() == [0, 1, 2]
    return kept and np.loadtxt("table.csv").tolist() == [[1, 0], [0, 1]]


def figures():
    import io
    from pathlib import Path

    import matplotlib.pyplot as plt

    figure, axes = plt.subplots()
    axes.plot([0, 1], label="π")
    axes.set_title("a title")
    axes.legend()
    memory = io.BytesIO()
    figure.savefig(memory, format="png")
    for ending in ("png", "pdf", "svg"):
        figure.savefig(f"figure.{ending}")
    return memory.getvalue()[:4] == b"\x89PNG" and Path("figure.svg").stat().st_size > 0


def temporary_files():
    import tempfile
    from pathlib import Path

    tempfile.tempdir = None
    with (
        tempfile.TemporaryFile() as unnamed,
        tempfile.NamedTemporaryFile() as named,
        tempfile.TemporaryDirectory() as directory,
    ):
        unnamed.write(b"x")
        named.write(b"x")
        Path(directory, "inner").mkdir()
        return Path(named.name).parent == Path.cwd()


def copies_and_moves():
    import os
    import shutil
    import zipfile
    from pathlib import Path

    Path("a/b").mkdir(parents=True)
    Path("a/b/file").write_text("text")
    shutil.copy2("a/b/file", "copy")
    shutil.copytree("a", "tree")
    shutil.move("tree/b/file", "moved")
    os.replace("moved", "a/file")
    with zipfile.ZipFile("archive.zip", "w") as archive:
        archive.write("copy")
    shutil.rmtree("a")
    return Path("copy").read_text() == "text" and shutil.disk_usage(".").free > 0


def threads():
    import threading
    from concurrent.futures import ThreadPoolExecutor

    seen = []
    thread = threading.Thread(target=seen.append, args=(1,), name="a student's")
    thread.start()
    thread.join(timeout=20)
    timer = threading.Timer(0, seen.append, args=(2,))
    timer.start()
    timer.join(timeout=20)
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(abs, range(-20, 0))) == list(range(20, 0, -1)), seen


def event_loop():
    import asyncio

    async def double(x):
        await asyncio.sleep(0.001)
        return 2 * x

    async def both():
        inner = await asyncio.to_thread(abs, -2)
        return await asyncio.gather(double(inner), double(3))

    return asyncio.run(both()) == [4, 6]


def own_source():
    import inspect
    import sys
    from pathlib import Path

    Path("student.py").write_text("def f(x):\n    return x + 1\n")
    sys.path.insert(0, str(Path.cwd()))
    import student

    return inspect.getsource(student.f) == "def f(x):\n    return x + 1\n"


def warned():
    import warnings

    import numpy as np

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        _ = np.array([1.0]) / 0
    return [w.category.__name__ for w in caught] == ["RuntimeWarning"]


def database():
    import contextlib
    import sqlite3

    with contextlib.closing(sqlite3.connect("lab.sqlite")) as connection, connection:
        connection.execute("pragma journal_mode=wal")
        connection.execute("create table t (x)")
        connection.executemany("insert into t values (?)", [(i,) for i in range(100)])
        return connection.execute("select sum(x) from t").fetchone() == (4950,)


def clocks_and_alarms():
    import signal
    import time
    from datetime import datetime
    from zoneinfo import ZoneInfo

    rung = []
    signal.signal(signal.SIGALRM, lambda *_: rung.append(True))
    signal.setitimer(signal.ITIMER_REAL, 0.001)
    signal.pause()
    time.sleep(0.001)
    return (
        bool(rung) and datetime(2024, 7, 1, tzinfo=ZoneInfo("Europe/Paris")).hour == 0
    )


def system_facts():
    import getpass
    import os
    import platform
    import time

    time.localtime()
    facts = (platform.platform(), platform.python_version(), os.cpu_count(), os.uname())
    return all(facts) and os.getpid() > 0 and callable(getpass.getuser)


def tracebacks():
    import faulthandler
    import traceback

    faulthandler.enable()
    try:
        return 1 / 0
    except ZeroDivisionError:
        return "division by zero" in traceback.format_exc()


def locks_between_connections():
    import sqlite3

    one, other = (sqlite3.connect("lab.sqlite", timeout=0.01) for _ in range(2))
    one.execute("create table t (x)")
    one.execute("begin immediate")
    try:
        other.execute("begin immediate")
    except sqlite3.OperationalError as error:
        told = str(error)
    one.commit()
    other.execute("insert into t values (1)")
    other.commit()
    one.close()
    other.close()
    return told == "database is locked"


def hierarchical_files():
    import h5py
    import numpy as np

    for mode, name in (("w", "a"), ("a", "b")):
        with h5py.File("weights.h5", mode) as file:
            file[name] = np.arange(3)
    with h5py.File("weights.h5") as file:
        return bool(file["a"][:].sum() + file["b"][:].sum() == 6)


HONEST = (
    matmul_and_svd,
    lazy_imports,
    numpy_files,
    figures,
    temporary_files,
    copies_and_moves,
    event_loop,
    own_source,
    warned,
    database,
    locks_between_connections,
    hierarchical_files,
    clocks_and_alarms,
    system_facts,
    tracebacks,
)


@pytest.mark.parametrize("function", HONEST, ids=lambda function: function.__name__)
# the first ABI refuses to move a file to another directory
@pytest.mark.parametrize("abi", [2, 7])
def test_goes_on_as_if_unconfined(confined, function, abi):
    outcome = confined(function, landlock_abi=abi)

    assert outcome.message == ""
    assert outcome.value is True


def test_threads_run(confined):
    assert confined(threads).value == [True, [1, 2]]


def fit_and_save():
    import keras
    import numpy as np
    import tensorflow as tf

    rng = np.random.default_rng(0)
    X = rng.normal(size=(256, 2)).astype("float32")
    y = (X[:, 0] * X[:, 1] > 0).astype("float32")
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [keras.Input((2,)), keras.layers.Dense(16, "tanh"), keras.layers.Dense(1)]
    )
    model.compile("adam", "mse")
    losses = model.fit(X, y, epochs=5, verbose=0).history["loss"]
    model.save("model.keras")
    model.save("model.h5")
    again = keras.models.load_model("model.keras")
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(X)[:, 0] - y) ** 2)
    gradient = tape.gradient(loss, model.trainable_variables)
    same = np.allclose(model.predict(X, verbose=0), again.predict(X, verbose=0))
    return bool(same and losses[-1] < losses[0] and len(gradient) == 4)


@pytest.mark.slow
def test_keras_trains_and_saves(confined_keras):
    outcome = confined_keras(fit_and_save, memory_mb=1024, cpu_s=60, file_mb=64)

    assert outcome.message == ""
    assert outcome.status == 0
    assert outcome.value is True

import contextlib
import importlib.util
import inspect
import json
import os
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

FORKSERVER = Path(__file__).with_name("forkserver.py")
LINUX = sys.platform == "linux"


@dataclass(frozen=True)
class Outcome:
    """How a confined child ended: its exit status (-N: by signal N) and its report."""

    status: int
    layers: tuple[str, ...] = ()
    seconds: float = 0.0
    value: Any = None
    raised: str | None = None
    errno: int | None = None
    message: str = ""


class Forkserver:
    """A fresh process that forks a confined child for each request."""

    def __init__(self, directory, *packages):
        matplotlib = directory / "matplotlib"
        matplotlib.mkdir()
        self.also_read = [str(matplotlib)]
        self.process = subprocess.Popen(
            [sys.executable, "-I", str(FORKSERVER), *packages],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={
                "PATH": os.environ["PATH"],
                "MPLBACKEND": "Agg",
                "MPLCONFIGDIR": str(matplotlib),
                "TF_CPP_MIN_LOG_LEVEL": "3",
                "SECRET_OF_THE_PARENT": "a secret",
            },
        )

    def run(self, function, arguments, *, policy, **options):
        request = {
            "source": textwrap.dedent(inspect.getsource(function)),
            "function": function.__name__,
            "arguments": arguments,
            "policy": policy,
            "also_read": self.also_read,
            "uid": None,
            "prepare": "",
            "close": True,
            **options,
        }
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        fields = json.loads(self.process.stdout.readline())
        fields["layers"] = tuple(fields.get("layers", ()))
        return Outcome(**fields)

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process.stdout.close()


@pytest.fixture(scope="session")
def forkserver(tmp_path_factory):
    if not LINUX:
        pytest.skip("the confinement is made of Linux's own parts")
    directory = tmp_path_factory.mktemp("forkserver")
    packages = ("numpy", "matplotlib.pyplot", "sqlite3", "asyncio")
    with contextlib.closing(Forkserver(directory, *packages)) as server:
        yield server


@pytest.fixture(scope="session")
def keras_forkserver(tmp_path_factory):
    if not LINUX:
        pytest.skip("the confinement is made of Linux's own parts")
    if importlib.util.find_spec("tensorflow") is None:
        pytest.skip("TensorFlow is not installed")
    directory = tmp_path_factory.mktemp("keras")
    with contextlib.closing(Forkserver(directory, "tensorflow", "keras")) as server:
        yield server


@pytest.fixture
def work(tmp_path):
    directory = tmp_path / "work"
    directory.mkdir()
    return directory


def policy_for(work, **changes):
    limits = {"memory_mb": 256, "cpu_s": 20, "file_mb": 8, "read": None}
    return {"write": str(work), **limits, **changes}


@pytest.fixture
def confined(forkserver, work):
    """Run a function in a confined child and return its outcome."""

    def run(function, *arguments, options=None, landlock_abi=None, **limits):
        policy = policy_for(work, **limits)
        options = options or {}
        if landlock_abi is not None:
            options["prepare"] = f"layers.landlock.NEWEST_ABI = {landlock_abi}"
        return forkserver.run(function, arguments, policy=policy, **options)

    return run


@pytest.fixture
def confined_keras(keras_forkserver, work):
    """Run a function in a confined child of a process that has imported TensorFlow."""

    def run(function, *arguments, **limits):
        return keras_forkserver.run(
            function, arguments, policy=policy_for(work, **limits)
        )

    return run


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "expected.json"
    path.write_text('{"score": 100}')
    return path

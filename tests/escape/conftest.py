"""One class of cheats and honest students, graded once as a teacher would.

Every file of `attacks/` is a hand-in by a student who attacks the grader, every file of
`honest/` one by a student who only looks like it. Between them sit neighbours whose work
is right. What must not be touched lies beside the class: files, a process, a port.

    ESCAPE_ONLY='07*' pytest tests/escape      only the attacks whose names match
    ESCAPE_WITHOUT=seccomp pytest tests/escape     with a layer left out: what fails is
                                                   held by that layer alone
    ESCAPE_ISOLATION=landlock pytest tests/escape  at that level, not at the machine's best
"""

import contextlib
import fnmatch
import hashlib
import importlib.util
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

HERE = Path(__file__).parent
COURSE = HERE / "course"
SOLUTION = COURSE / "reference" / "arena" / "arena.py"
ONLY = os.environ.get("ESCAPE_ONLY", "*")
WITHOUT = tuple(filter(None, os.environ.get("ESCAPE_WITHOUT", "").split(",")))
ISOLATION = os.environ.get("ESCAPE_ISOLATION", "")
# a right hand-in after so many others
NEIGHBOUR_EVERY = 8
WHOLE_CLASS_S = 600
HEADER = re.compile(
    r"^# (?P<key>[A-Za-z][A-Za-z ]*?)(?: (?P<number>\d+))?: (?P<value>.*)$"
)
# `grader grade`, with layers left out where ESCAPE_WITHOUT says so
GRADE = """
import functools, sys
from grader.executors import bench
from grader.sandbox.sandbox import Sandbox
without = tuple(filter(None, sys.argv.pop(1).split(",")))
if without:
    bench.Sandbox = functools.partial(Sandbox, without=without)
from grader.cli import main
main()
"""


@dataclass(frozen=True)
class Attack:
    """A file of the corpus and what its header says.

    Attributes:
        number: The class of attack.
        title: How it attacks, in one line.
        says: The other lines of the header, by their first words.
    """

    path: Path
    number: int
    title: str
    says: dict[str, str] = field(default_factory=dict)

    @property
    def name(self):
        """Return the name that its student has in the class."""
        return self.path.stem

    @property
    def builds(self):
        """Return whether it is a program that builds the hand-in."""
        return "refused" in self.says or "builds" in self.says

    @property
    def tampering(self):
        """Return the kinds of tampering that the teacher must be told of."""
        words = self.says.get("tampering", "none")
        return set() if words == "none" else set(re.split(r"[,\s]+", words))


def first_lines(path):
    text = path.read_text(encoding="latin-1")
    if path.suffix == ".ipynb":
        return "".join(json.loads(text)["cells"][0]["source"]).splitlines()
    return text.splitlines()


def attack_of(path):
    """Return what the header of a file says; its lines may go on, indented."""
    number, title, says, key = None, "", {}, None
    for line in first_lines(path):
        if not line.startswith("#"):
            break
        match = HEADER.match(line)
        if match and match["number"]:
            number, title = int(match["number"]), match["value"]
        elif match:
            key = match["key"]
            says[key] = match["value"]
        elif key is not None:
            says[key] += " " + line.lstrip("# ").rstrip()
    return Attack(path, number, title, says)


ATTACKS = [
    attack_of(path)
    for path in sorted((HERE / "attacks").glob("*/*"))
    if path.suffix in {".py", ".ipynb"}
]
CHOSEN = [attack for attack in ATTACKS if fnmatch.fnmatch(attack.name, ONLY)]
HONEST = sorted(p for p in (HERE / "honest").iterdir() if p.suffix in {".py", ".ipynb"})
if WITHOUT and os.environ.get("ESCAPE_TABLE"):
    # what a missing layer costs is asked of the attacks alone
    HONEST = []


@dataclass
class Surroundings:
    """What lies beside the class and must stay as it is."""

    canary: Path
    bystander: subprocess.Popen
    listener: socket.socket

    @property
    def words(self):
        """Return what stands for these in an attack's text."""
        return {
            "@CANARY@": str(self.canary),
            "@BYSTANDER@": str(self.bystander.pid),
            "@PORT@": str(self.listener.getsockname()[1]),
        }


@dataclass(frozen=True)
class Graded:
    """What the teacher has after `grader grade`."""

    status: int
    said: str
    out: Path
    surroundings: Surroundings
    before: str
    temporary: Path
    handed_in: Path

    def report(self, student):
        """Return a student's report as JSON."""
        path = self.out / student / "arena.json"
        return json.loads(path.read_text(encoding="utf-8"))


def fingerprint(directory):
    """Return a hash of names, kinds, modes, times and contents below a directory."""
    digest = hashlib.sha256()
    for path in sorted(directory.rglob("*")):
        status = path.lstat()
        content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
        kept = (str(path), status.st_mode, status.st_mtime_ns, status.st_nlink, content)
        digest.update(repr(kept).encode())
    return digest.hexdigest()


@contextlib.contextmanager
def surroundings(directory):
    canary = directory / "canary"
    (canary / "results" / "neighbour").mkdir(parents=True)
    (canary / "answers.json").write_text('{"double": "x + x", "score": 100}')
    (canary / "results" / "neighbour" / "arena.json").write_text('{"score": 100}')
    (canary / ".bashrc").write_text("# nothing\n")
    bystander = subprocess.Popen(
        [sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=-1
    )
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        try:
            yield Surroundings(canary, bystander, listener)
        finally:
            bystander.stdin.close()
            bystander.wait(10)


def build(attack, folder, canary):
    """Have a program of the corpus build its hand-in."""
    spec = importlib.util.spec_from_file_location(f"attack_{attack.name}", attack.path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.build(folder, canary)


def hand_in(folder, around):
    """Write the class's folder; neighbours sit all over the alphabet."""
    for place, attack in enumerate(CHOSEN):
        if place % NEIGHBOUR_EVERY == 0:
            neighbour = folder / f"{attack.name}_neighbour"
            neighbour.mkdir(parents=True)
            shutil.copy(SOLUTION, neighbour / "arena.py")
        own = folder / attack.name
        own.mkdir()
        if attack.builds:
            build(attack, own, around.canary)
            continue
        code = attack.path.read_bytes()
        for word, meaning in around.words.items():
            code = code.replace(word.encode(), meaning.encode())
        (own / f"arena{attack.path.suffix}").write_bytes(code)
    for path in HONEST:
        own = folder / f"honest_{path.stem}"
        own.mkdir()
        shutil.copy(path, own / f"arena{path.suffix}")


@pytest.fixture(scope="session")
def graded(tmp_path_factory, confined):
    """Grade the class through the command line; skips where nothing can confine it."""
    assert confined is not None
    directory = tmp_path_factory.mktemp("escape").resolve()
    temporary = directory / "temporary"
    temporary.mkdir()
    with surroundings(directory) as around:
        hand_in(directory / "class", around)
        before = fingerprint(around.canary)
        command = [sys.executable, "-P", "-c", GRADE, ",".join(WITHOUT)]
        where = ["--course", str(COURSE), "grade", str(directory / "class")]
        # the processes of a pool would not be told of the layers
        jobs = "1" if WITHOUT else "2"
        level = ["--isolation", ISOLATION] if ISOLATION else []
        run = subprocess.run(
            [*command, *where, "--out", str(directory / "out"), "--jobs", jobs, *level],
            env={
                **os.environ,
                "TMPDIR": str(temporary),
                # for those who look for one
                "GRADER_SECRET_TOKEN": "of-the-teacher",
                # where its workers' font cache is: it tells them from others' workers
                "XDG_CACHE_HOME": str(directory / "cache"),
                "PYTHONPATH": str(HERE.parents[1]),
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=WHOLE_CLASS_S,
        )
        yield Graded(
            status=run.returncode,
            said=run.stdout + run.stderr,
            out=directory / "out",
            surroundings=around,
            before=before,
            temporary=temporary,
            handed_in=directory / "class",
        )


@pytest.fixture(scope="session")
def corpus():
    """Return all attacks, chosen or not."""
    return ATTACKS


@pytest.fixture(scope="session")
def chosen():
    """Return the attacks that were graded."""
    return CHOSEN


@pytest.fixture(scope="session")
def fingerprint_of():
    """Return the function that hashes a directory."""
    return fingerprint


def pytest_generate_tests(metafunc):
    if "attack" in metafunc.fixturenames:
        named = [pytest.param(attack, id=attack.name) for attack in CHOSEN]
        metafunc.parametrize("attack", named)
    if "honest" in metafunc.fixturenames:
        named = [pytest.param(path.stem, id=path.stem) for path in HONEST]
        metafunc.parametrize("honest", named)

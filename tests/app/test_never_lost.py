"""Killed at any moment, a run goes on where it stopped, and ends in the same gradebook.

Real processes, the real command: the grader, its pool's processes, zygotes and workers
are killed as `kill -9` does. The class is compared with one that was graded undisturbed.
"""

import contextlib
import itertools
import json
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from grader.domain.report import LabReport
from grader.store import schema
from grader.store.gradebook import Gradebook

COURSE = Path(__file__).parents[1] / "course"
RIGHT = (COURSE / "reference/tiny/tiny.py").read_text()
HALF = "def double(x): return 2 * x\n"
CODES = {
    "ada": RIGHT,
    "bob": HALF,
    "cy": "def double(x): return 3 * x\n\ndef total(x): return sum(2 * v for v in x)\n",
    "dee": HALF + "def total(x)\n    return 1\n",
    "eva": RIGHT + "# Ω\n",
    "fay": "import os\n" + HALF + "def total(x): os._exit(0)\n",
    "gil": RIGHT.replace("def double", "import time\n\n\ndef double"),
    "hal": bytes(range(256)) * 40,
}
KEY = "5eed" * 16
# what differs between two runs of the same
TIMES = {"graded_at", "seconds", "cpu_seconds"}


@pytest.fixture(scope="module")
def class_folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("never_lost") / "class"
    for student, code in CODES.items():
        path = root / student / "tiny.py"
        path.parent.mkdir(parents=True)
        path.write_bytes(code if isinstance(code, bytes) else code.encode())
    return root


# imports what a grading needs once, and forks: a hundred starts in little time
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["grader.cli.grade", "grader.cli.main", "alembic.config"])
PROGRAM = """
import os, sys
told = os.open({errors!r}, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
os.dup2(told, 1)
os.dup2(told, 2)
sys.argv = ["grader", *{arguments!r}]
from grader.cli.main import main
main()
"""


class Run:
    """A `grader grade` of the class in a process of its own."""

    def __init__(self, class_folder, out, *, jobs=1, log=None):
        if not out.exists():
            # the secret of the inputs is always the same
            with Gradebook(f"sqlite:///{out}/gradebook.sqlite") as book:
                book._setting("seed_key", otherwise=KEY)
        self.out = out
        self.log = log or out.with_name("log.txt")
        arguments = ["--course", str(COURSE), "grade", str(class_folder)]
        arguments += ["--out", str(out), "--jobs", str(jobs), "--isolation", "landlock"]
        program = PROGRAM.format(errors=str(self.log), arguments=arguments)
        self.process = FORKS.Process(target=exec, args=(program, {}))
        self.process.start()

    def wait(self):
        """Return the exit code: 1, for one hand-in can't be read."""
        self.process.join(timeout=100)
        status = self.process.exitcode
        self.process.close()
        return status

    def kill(self, draw, *, depth):
        """Kill one of its processes; return how deep it was, None if all had ended.

        The moment is one of its work, not of the clock, which says little on a busy
        machine: up to two reports from here, and then a little later.
        """
        reports = len(self.reports()) + draw.randrange(3)
        delay = draw.uniform(0, 0.1)
        while self.process.exitcode is None:
            members = family(self.process.pid)
            victims = [pid for pid, deep in members.items() if deep == depth]
            if not victims or len(self.reports()) < reports:
                self.process.join(timeout=0.005)
            elif delay:
                self.process.join(timeout=delay)
                delay = 0
            else:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(draw.choice(victims), signal.SIGKILL)
                    return depth
        return None

    def reports(self):
        return list(self.out.glob("*/tiny.json"))


def gradebook(out):
    """Return all that a gradebook says, but for times and the order of students."""
    with (
        Gradebook(f"sqlite:///{out}/gradebook.sqlite") as book,
        book._database.reading() as db,
    ):
        query = select(
            *schema.submission.c["student", "lab", "sha256", "round"],
            *schema.grading.c["lab_sha256", "seed", "score", "report"],
        ).join(schema.grading, schema.grading.c.submission_id == schema.submission.c.id)
        gradings = [
            {**row, "report": timeless(row["report"])}
            for row in db.execute(query).mappings()
        ]
        marks = [dict(row) for row in db.execute(select(schema.mark)).mappings()]
        receipts = db.execute(select(schema.receipt.c.submission_id)).all()
        ungraded = [one.model_dump() for one in book.ungraded()]
    return {
        "gradings": sorted(gradings, key=lambda row: row["student"]),
        "marks": sorted(marks, key=lambda row: row["student"]),
        "receipts": len(receipts),
        "ungraded": ungraded,
    }


def timeless(report):
    fields = json.loads(report)
    for part in (fields, *fields["checks"]):
        for name in TIMES & part.keys():
            del part[name]
    return fields


def assert_reports_are_whole(out):
    for path in out.glob("*/tiny.json"):
        LabReport.model_validate_json(path.read_text())
    for path in out.rglob("*.html"):
        assert path.read_text().rstrip().endswith("</html>")
    for path in out.glob("*.csv"):
        assert path.read_text().endswith("\n")


@pytest.fixture(scope="module")
def undisturbed(class_folder, tmp_path_factory, confined):
    assert confined is not None
    out = tmp_path_factory.mktemp("undisturbed") / "out"
    run = Run(class_folder, out)
    assert run.wait() == 1, run.log.read_text()
    return gradebook(out)


def family(pid):
    """Return all that descend from a process, and how deep: 0 is itself."""
    found = {pid: 0}
    todo = [pid]
    for parent in todo:
        try:
            tasks = list(Path(f"/proc/{parent}/task").iterdir())
            children = [
                int(c) for t in tasks for c in (t / "children").read_text().split()
            ]
        except (OSError, ValueError):
            continue  # it has just ended
        found |= dict.fromkeys(children, found[parent] + 1)
        todo += children
    return found


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("jobs", "moments", "depths"),
    [
        # the grader, its zygote, the students' workers
        pytest.param(1, 80, 3, id="inline"),
        # the grader, the processes of its pool, their zygotes, the students' workers
        pytest.param(2, 20, 4, id="pool"),
    ],
)
def test_killed_at_a_hundred_moments_it_ends_in_the_same_gradebook(
    class_folder, undisturbed, tmp_path, jobs, moments, depths
):
    draw = random.Random(20261005)  # noqa: S311
    killed = Counter()
    for number in itertools.count():
        out = tmp_path / f"out{number}"
        # each run is at another place of its work, for it goes on with the last one's
        while killed.total() < moments and not is_done(out):
            run = Run(class_folder, out, jobs=jobs)
            # where it struck least: below, a victim has often ended by itself
            depth = min(range(depths), key=lambda deep: (killed[deep], draw.random()))
            killed[run.kill(draw, depth=depth)] += 1
            # a run survives the loss of what is below it; then it is cut off as well
            if depth and killed.total() < moments:
                killed[run.kill(draw, depth=0)] += 1
            del killed[None]
            status = run.wait()
            assert status in {1, -signal.SIGKILL}
            assert "Traceback" not in run.log.read_text()
            assert_reports_are_whole(out)
        if status != 1 or not is_done(out):
            assert Run(class_folder, out).wait() == 1
        assert gradebook(out) == undisturbed
        assert_reports_are_whole(out)
        assert len(list(out.glob("*/tiny.json"))) == len(CODES) - 1
        if killed.total() == moments:
            break
    print(f"killed by depth {dict(killed)}, classes {number + 1}")  # noqa: T201  # for -rP
    assert all(killed[depth] >= moments / 20 for depth in range(depths))


def is_done(out):
    return out.exists() and len(gradebook(out)["gradings"]) == len(CODES) - 1


def test_a_power_cut_loses_no_more_than_what_is_graded_again(
    class_folder, undisturbed, tmp_path
):
    out = tmp_path / "out"
    run = Run(class_folder, out)
    while not (out / "eva/tiny.json").exists():
        run.process.join(timeout=0.01)
    os.kill(run.process.pid, signal.SIGKILL)
    run.wait()
    log = out / "gradebook.sqlite-wal"

    # of what was not yet on the disk any part may be there
    for share in (0.9, 0.5, 0.1):
        cut = shutil.copytree(out, tmp_path / f"cut{share}")
        os.truncate(cut / log.name, int(log.stat().st_size * share))
        assert Run(class_folder, cut).wait() == 1

        assert gradebook(cut) == undisturbed
        assert len(list(cut.glob("*/tiny.json"))) == len(CODES) - 1


@pytest.fixture
def small_disk(tmp_path):
    """A disk of its own, as small as the test likes."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    path = tmp_path / "disk"
    path.mkdir()

    def mount(options):
        return subprocess.run(
            [
                shutil.which("mount") or "mount",
                "-t",
                "tmpfs",
                "-o",
                options,
                "tmpfs",
                path,
            ],
            check=False,
            capture_output=True,
        )

    if mount("size=600k").returncode != 0:
        pytest.skip("no disk can be mounted here")
    yield path, lambda size: mount(f"remount,size={size}")
    subprocess.run([shutil.which("umount") or "umount", path], check=True)


def test_a_full_disk_is_one_line_and_the_next_run_goes_on(
    class_folder, undisturbed, small_disk, tmp_path
):
    disk, resize = small_disk
    out = disk / "out"
    run = Run(class_folder, out, log=tmp_path / "log.txt")

    assert run.wait() == 1
    told = run.log.read_text().splitlines()
    assert "full" in told[-1] or "No space left" in told[-1]
    assert "Traceback" not in run.log.read_text()
    assert_reports_are_whole(out)

    resize("100m")
    assert Run(class_folder, out, log=tmp_path / "log.txt").wait() == 1
    assert gradebook(out) == undisturbed


def test_two_runs_at_once_grade_each_hand_in_once(class_folder, undisturbed, tmp_path):
    out = tmp_path / "out"
    runs = [Run(class_folder, out, log=tmp_path / f"log{n}.txt") for n in range(2)]

    assert [run.wait() for run in runs] == [1, 1]
    assert gradebook(out) == undisturbed
    assert_reports_are_whole(out)

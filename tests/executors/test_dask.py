"""A real scheduler and two real workers: what a lost one, a broken one and a bad job cost."""

import contextlib
import functools
import os
import shutil
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import psutil
import pytest
from distributed import Client

from grader.domain.report import LabReport, Ungraded
from grader.domain.submission import Cell, Submission
from grader.errors import InfrastructureError
from grader.executors.bench import Job, Setup
from grader.executors.cluster import Cluster
from grader.executors.dask import run_dask
from grader.executors.inline import run_inline
from grader.executors.parcel import pack
from grader.executors.versions import Versions
from grader.executors.work import Begun, Ended
from grader.labs.course import Course
from grader.labs.loading import load_lab

HERE = Path(__file__).parent
COURSE = HERE.parent / "course"
RIGHT = (COURSE / "reference/tiny/tiny.py").read_text()
HALF = "def double(x): return 2 * x\n"
# differ from one grading to the next, by the clock alone
CLOCKS = {"graded_at", "seconds", "cpu_seconds"}
# what a machine without Landlock would say
CANT_CONFINE = """\
from grader.sandbox.offers import Offers
Offers.found = classmethod(lambda cls: cls(("rlimits",), ""))
"""

pytestmark = [pytest.mark.xdist_group("dask"), pytest.mark.timeout(60)]


def submission(student, code):
    return Submission(
        student=student,
        lab="tiny",
        kind="py",
        cells=(Cell(index=1, code=code),),
        files=(),
        sha256="",
    )


def job(student, code, **changes):
    read = functools.partial(Submission.model_validate, submission(student, code))
    fields = {
        "student": student,
        "lab": "tiny",
        "where": student,
        "read": read,
        "seed": 1,
    }
    return Job(**{**fields, **changes})


CLASS = [job("ada", RIGHT), job("bob", HALF), job("eve", ""), job("kim", RIGHT)]
MARKS = {"ada": 100, "bob": 40, "eve": 0, "kim": 100}


class Machines:
    """The processes of a cluster: one scheduler, and workers by name."""

    def __init__(self, scratch):
        self.scratch = scratch
        self.address = ""
        self.workers = {}
        self.scheduler = self._start(
            "scheduler", "--port", "0", "--dashboard-address=:0"
        )
        for line in self.scheduler.stderr:
            if "Scheduler at:" in line:
                self.address = line.split()[-1]
                break

    def _start(self, what, *options):
        return subprocess.Popen(
            [
                *(sys.executable, "-P", "-m", f"distributed.cli.dask_{what}"),
                *("--host", "127.0.0.1", "--no-dashboard", *options),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE if what == "scheduler" else subprocess.DEVNULL,
            text=True,
            # they import `held`
            env={**os.environ, "PYTHONPATH": str(HERE)},
        )

    def add(self, name, *options):
        self.workers[name] = self._start(
            "worker",
            *(self.address, "--name", name, "--nthreads", "1", "--no-nanny"),
            *("--local-directory", str(self.scratch), *options),
        )

    def refill(self):
        for name in ("one", "two"):
            if name not in self.workers:
                self.add(name)

    def kill(self, name):
        worker = self.workers.pop(name)
        worker.kill()
        worker.wait()

    def below(self, name):
        """Return the processes that a worker has started."""
        return psutil.Process(self.workers[name].pid).children(recursive=True)

    def close(self):
        for name in list(self.workers):
            self.kill(name)
        self.scheduler.kill()
        self.scheduler.wait()
        self.scheduler.stderr.close()


@pytest.fixture(scope="module")
def machines(confined, tmp_path_factory):
    assert confined is not None
    machines = Machines(tmp_path_factory.mktemp("scratch"))
    yield machines
    machines.close()


@pytest.fixture
def cluster(machines):
    """The machines, with the workers one and two alive."""
    machines.refill()
    return machines


@pytest.fixture
def gate(tmp_path, monkeypatch):
    """A file that holds a job back as long as it is there."""
    monkeypatch.syspath_prepend(str(HERE))
    path = tmp_path / "gate"
    path.touch()
    return path


@pytest.fixture
def setup(confined):
    assert confined is not None
    return Setup(course=COURSE, isolation="landlock")


def held_job(gate, student="ada", code=RIGHT):
    from held import held

    return job(
        student, "", read=functools.partial(held, gate, submission(student, code))
    )


def ended(events):
    return {event.index: event.result for event in events if isinstance(event, Ended)}


def marks(events):
    results = ended(events).values()
    return {o.student: o.score for o in results if isinstance(o, LabReport)}


def without_clocks(value):
    if isinstance(value, dict):
        return {k: without_clocks(v) for k, v in value.items() if k not in CLOCKS}
    return [without_clocks(v) for v in value] if isinstance(value, list) else value


@pytest.fixture(scope="module")
def whole_run(machines):
    """The events of an undisturbed run."""
    machines.refill()
    setup = Setup(course=COURSE, isolation="landlock")
    return list(run_dask(CLASS, setup, scheduler=machines.address))


def test_a_cluster_gives_the_reports_that_this_process_gives(whole_run, setup):
    here = ended(run_inline(CLASS, setup))

    there = ended(whole_run)

    for index, report in here.items():
        assert without_clocks(there[index].model_dump(mode="json")) == without_clocks(
            report.model_dump(mode="json")
        )


def test_every_job_begins_by_a_worker_s_name_and_ends_once(whole_run):
    begun = {event.index: event.by for event in whole_run if isinstance(event, Begun)}

    assert sorted(e.index for e in whole_run if isinstance(e, Ended)) == [0, 1, 2, 3]
    assert sorted(begun) == [0, 1, 2, 3]
    assert set(begun.values()) <= {"one", "two"}


def test_a_lost_worker_s_submissions_run_elsewhere(cluster, setup, gate):
    jobs = [held_job(gate), *CLASS[1:]]
    lines, events, left_behind = [], [], []

    run = run_dask(jobs, setup, scheduler=cluster.address, notice=lines.append)
    for event in run:
        events.append(event)
        if isinstance(event, Begun) and event.index == 0 and gate.exists():
            left_behind = cluster.below(event.by)
            lost = event.by
            cluster.kill(lost)
            gate.unlink()

    assert Counter(type(e) for e in events if e.index == 0) == {Begun: 2, Ended: 1}
    assert [e.by for e in events if isinstance(e, Begun) and e.index == 0][1] != lost
    assert sorted(e.index for e in events if isinstance(e, Ended)) == [0, 1, 2, 3]
    assert marks(events) == MARKS
    assert any(f"worker {lost} was lost" in line for line in lines)
    # its grading process and the zygote of that end by themselves
    assert left_behind
    assert psutil.wait_procs(left_behind, timeout=60)[1] == []


def test_two_runs_at_once_grade_each_by_its_own_course(cluster, setup, tmp_path):
    other = tmp_path / "course"
    shutil.copytree(COURSE, other)
    contract = other / "assignments/tiny/lab.toml"
    contract.write_text(contract.read_text() + "# changed\n")
    courses = [COURSE, other]

    runs = [
        run_dask(CLASS, Setup(course, setup.isolation), scheduler=cluster.address)
        for course in courses
    ]
    happened = zip(*zip(*runs, strict=False), strict=True)

    versions = [load_lab(Course(course), "tiny").version for course in courses]
    assert versions[0] != versions[1]
    for events, version in zip(happened, versions, strict=True):
        found = {report.lab_version for report in ended(events).values()}
        assert found == {version}
    for run in runs:
        run.close()


def test_a_job_that_kills_its_process_costs_no_worker(cluster, setup):
    killer = job("mallory", "", read=functools.partial(os._exit, 3))
    jobs = [CLASS[0], killer, *CLASS[1:]]
    pids = {name: worker.pid for name, worker in cluster.workers.items()}

    results = ended(run_dask(jobs, setup, scheduler=cluster.address))

    lost = results.pop(1)
    assert isinstance(lost, Ungraded)
    assert (lost.student, lost.whose) == ("mallory", "infrastructure")
    assert {o.student: o.score for o in results.values()} == MARKS
    assert {n: w.pid for n, w in cluster.workers.items() if w.poll() is None} == pids


def test_a_worker_that_can_t_confine_is_left_out(cluster, setup, tmp_path):
    preload = tmp_path / "cant.py"
    preload.write_text(CANT_CONFINE)
    cluster.add("weak", "--preload", str(preload))
    lines = []
    known = contextlib.suppress(StopIteration)

    with (
        contextlib.closing(
            run_dask(
                Endless(CLASS), setup, scheduler=cluster.address, notice=lines.append
            )
        ) as run,
        known,
    ):
        events = [next(run)]
        while not any("weak" in line for line in lines):
            events.append(next(run))
    cluster.kill("weak")

    (line,) = [line for line in lines if "weak" in line]
    assert "worker weak is left out" in line
    assert "it lacks no_new_privs, landlock, seccomp" in line
    assert "weak" not in {e.by for e in events if isinstance(e, Begun)}


class Endless:
    """A class of a million."""

    def __init__(self, jobs):
        self._jobs = jobs

    def __len__(self):
        return 1_000_000

    def __getitem__(self, index):
        return self._jobs[index % len(self._jobs)]


def test_a_scheduler_does_not_keep_the_jobs_that_are_done(
    whole_run, machines, monkeypatch
):
    monkeypatch.syspath_prepend(str(HERE))
    from held import kept_jobs

    with Client(machines.address, set_as_default=False) as client:
        # the last may still be in its hands
        assert client.run_on_scheduler(kept_jobs) < len(CLASS)
    assert whole_run


def test_a_closed_run_leaves_no_process_on_the_workers(cluster, setup, gate):
    jobs = [held_job(gate), held_job(gate, "kim")]
    run = run_dask(jobs, setup, scheduler=cluster.address)
    begun = next(run)
    before = cluster.below(begun.by)

    run.close()

    assert before
    assert psutil.wait_procs(before, timeout=0)[1] == []
    # a worker that was only being looked at comes to an end of that
    rest = [*cluster.below("one"), *cluster.below("two")]
    assert psutil.wait_procs(rest, timeout=60)[1] == []


def test_a_killed_client_leaves_no_process_on_the_workers(cluster, setup, gate):
    parcel, versions = pack(COURSE), Versions.needed(Course(COURSE).labs())
    with Cluster.joined(cluster.address, parcel, setup, versions) as line:
        attempt = begin_on(line, held_job(gate))
        processes = [*cluster.below("one"), *cluster.below("two")]

        # no goodbye, only the end of the connection
        line._client.close()

        assert attempt
        assert processes
        assert psutil.wait_procs(processes, timeout=60)[1] == []


def begin_on(line, job):
    """Hand a job to the first worker that is ready; return when it has begun."""
    attempt = None
    while True:
        heard = line.next(30)
        match type(heard).__name__:
            case "Joined" if attempt is None:
                line.open(heard.address)
            case "Opened" if attempt is None:
                assert heard.place.problem == ""
                attempt = line.hand(heard.address, job)
            case "Started":
                return attempt


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("tcp://127.0.0.1:1", id="nobody listens"),
        pytest.param("tls://127.0.0.1:1", id="without certificates"),
        pytest.param("scheduler", id="no port"),
    ],
)
def test_where_no_scheduler_answers_one_line_says_so(address, setup, monkeypatch):
    monkeypatch.setattr("grader.executors.cluster.CONNECT_S", 0.1)
    threads = threading.active_count()

    with pytest.raises(
        InfrastructureError, match="no Dask scheduler answers at"
    ) as told:
        next(run_dask(CLASS, setup, scheduler=address))

    assert "\n" not in str(told.value)
    assert threading.active_count() == threads


def test_without_the_package_the_way_to_get_it_is_told(setup, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)

    with pytest.raises(InfrastructureError, match=r"pip install 'grader\[dask\]'"):
        next(run_dask(CLASS, setup, scheduler="tcp://127.0.0.1:1"))

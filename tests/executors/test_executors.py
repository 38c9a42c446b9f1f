"""Many gradings: side by side or one by one, and what a lost process costs."""

import functools
import importlib
import multiprocessing
import os
import signal
import subprocess
import sys
import time
import weakref
from pathlib import Path

import pytest

from grader.domain.report import LabReport, Ungraded
from grader.domain.submission import Cell, Submission
from grader.errors import InfrastructureError, SubmissionError
from grader.executors.bench import Bench, Job, Setup
from grader.executors.inline import run_inline
from grader.executors.pool import _inherited, _undisturbed, run_pool
from grader.executors.work import Begun, Ended

COURSE = Path(__file__).parents[1] / "course"
RIGHT = (COURSE / "reference/tiny/tiny.py").read_text()
HALF = "def double(x): return 2 * x\n"


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
    # picklable by construction: pool processes can't import this file
    read = functools.partial(Submission.model_validate, submission(student, code))
    fields = {
        "student": student,
        "lab": "tiny",
        "where": student,
        "read": read,
        "seed": 1,
    }
    return Job(**{**fields, **changes})


@pytest.fixture(scope="module")
def setup(confined):
    assert confined is not None
    return Setup(course=COURSE, isolation="landlock")


@pytest.fixture(scope="module")
def events(setup):
    """What two processes say of the four jobs."""
    return list(run_pool(JOBS, setup, processes=2))


def outcomes(events):
    return [event.result for event in events if isinstance(event, Ended)]


def scores(events):
    return {o.student: o.score for o in outcomes(events) if isinstance(o, LabReport)}


JOBS = [job("ada", RIGHT), job("bob", HALF), job("eve", ""), job("kim", RIGHT)]


def test_one_by_one_and_side_by_side_give_the_same_marks(setup, events):
    expected = {"ada": 100, "bob": 40, "eve": 0, "kim": 100}

    assert scores(run_inline(JOBS, setup)) == expected
    assert scores(events) == expected


def test_a_job_that_kills_its_process_costs_nobody_else(setup):
    killer = job("mallory", "", read=functools.partial(os._exit, 3))
    jobs = [JOBS[0], killer, JOBS[1], JOBS[3]]

    events = list(run_pool(jobs, setup, processes=2))

    # it begins twice, and is given up once
    told = [type(event) for event in events if event.index == 1]
    assert told == [Begun, Begun, Ended]
    assert scores(events) == {"ada": 100, "bob": 40, "kim": 100}
    (lost,) = [o for o in outcomes(events) if isinstance(o, Ungraded)]
    assert (lost.student, lost.whose) == ("mallory", "infrastructure")


def test_every_job_is_answered_once_under_its_index(events):
    ended = [event for event in events if isinstance(event, Ended)]

    assert sorted(event.index for event in ended) == [0, 1, 2, 3]
    assert all(JOBS[event.index].student == event.result.student for event in ended)


def test_an_unreadable_submission_is_the_students_problem(setup):
    def unreadable():
        raise SubmissionError("this is no notebook")

    with Bench(setup) as bench:
        outcome = bench.grade(job("ada", "", read=unreadable))

    assert (outcome.whose, outcome.message) == ("submission", "this is no notebook")


def test_an_unknown_lab_is_the_labs_problem(setup):
    with Bench(setup) as bench:
        assert bench.grade(job("ada", "", lab="none")).whose == "lab"


def test_a_lost_zygote_is_replaced_and_the_submission_graded(setup):
    with Bench(setup) as bench:
        bench.grade(JOBS[0])
        zygote = bench.sandbox(("numpy",))._zygote
        zygote._process.kill()
        zygote._process.wait()

        outcome = bench.grade(JOBS[3])

    assert outcome.score == 100


def test_a_bug_of_ours_costs_its_submission_alone(setup):
    def broken():
        raise KeyError("a student's \x1b[31mwords")

    with Bench(setup) as bench:
        outcome = bench.grade(job("ada", "", read=broken))

        assert bench.grade(JOBS[0]).score == 100
    assert outcome.whose == "infrastructure"
    assert "the grader itself failed: KeyError" in outcome.message
    assert "\x1b" not in outcome.message


def test_a_zygote_that_never_started_is_started_again(setup):
    with Bench(setup) as bench:
        zygote = bench.sandbox(("numpy",))._zygote
        zygote._process.kill()

        assert bench.grade(JOBS[0]).score == 100


def test_a_closed_pool_does_not_finish_what_it_began(setup):
    # far longer than any test may take
    asleep = job("kim", "", read=functools.partial(time.sleep, 3600))
    run = run_pool([JOBS[0], asleep, asleep, asleep], setup, processes=2)
    next(run)

    run.close()

    assert multiprocessing.active_children() == []


class Lazy:
    """Jobs that are made when they are asked for."""

    def __init__(self, jobs):
        self.jobs = jobs
        self.asked = []
        self.kept = weakref.WeakSet()

    def __len__(self):
        return len(self.jobs)

    def __getitem__(self, index):
        made = Made(**vars(self.jobs[index]))
        self.asked.append(index)
        self.kept.add(made)
        # pickled as a plain job: pool processes can't import this file
        return made


class Made(Job):
    """A job that can be told from its likes."""

    __hash__ = object.__hash__

    def __reduce__(self):
        return functools.partial(Job, **vars(self)), ()


@pytest.mark.parametrize(
    "run",
    [
        pytest.param(run_inline, id="inline"),
        pytest.param(functools.partial(run_pool, processes=2), id="pool"),
    ],
)
def test_a_job_is_made_when_it_begins_and_not_kept(setup, run):
    jobs = Lazy(JOBS)
    begun = ended = 0

    for event in run(jobs, setup):
        begun += isinstance(event, Begun)
        ended += isinstance(event, Ended)
        assert len(jobs.asked) <= begun + 1
        assert len(jobs.kept) <= 2
    assert jobs.asked == [0, 1, 2, 3]
    assert ended == 4


def test_each_job_begins_before_it_ends_in_one_of_the_processes(events):
    for index in range(len(JOBS)):
        begun, ended = (event for event in events if event.index == index)
        assert (type(begun), type(ended)) == (Begun, Ended)
        assert begun.by in ("1", "2")


def test_no_more_jobs_run_than_there_are_processes(events):
    running = set()

    for event in events:
        if isinstance(event, Begun):
            running.add(event.index)
        else:
            running.remove(event.index)
        assert len(running) <= 2


def test_a_process_that_is_killed_while_it_writes_stops_nobody(setup, probe):
    jobs = [probe("killed_while_it_writes()"), JOBS[0], JOBS[1]]

    events = list(run_pool(jobs, setup, processes=2))

    assert scores(events) == {"ada": 100, "bob": 40}
    assert "lost" in outcomes(events)


def test_an_error_of_a_job_is_no_lost_process(setup, probe):
    with pytest.raises(FileNotFoundError, match="nowhere"):
        list(run_pool([probe("open('/nowhere')")], setup, processes=1))


@pytest.fixture
def probe(tmp_path, monkeypatch):
    """Make work that says what an expression is worth in its process."""
    (tmp_path / "probing.py").write_text(
        "import gc, os, signal\n"
        "from multiprocessing.connection import Connection\n"
        "class Probe:\n"
        "    def __init__(self, text): self.text = text\n"
        "    def perform(self, bench): return eval(self.text, globals())\n"
        "    def lost(self): return 'lost'\n"
        "def killed_while_it_writes():\n"
        "    ours = [o for o in gc.get_objects() if isinstance(o, Connection)]\n"
        "    (line,) = [o for o in ours if o.readable and o.writable]\n"
        "    os.write(line.fileno(), (4096).to_bytes(4) + b'the first')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "probing", raising=False)
    return importlib.import_module("probing").Probe


class Stillborn:
    """A setup that ends each process which reads it."""

    def __reduce__(self):
        return os._exit, (7,)


def test_processes_that_can_not_begin_are_not_started_for_ever():
    with pytest.raises(InfrastructureError, match="the last with exit code 7"):
        list(run_pool(JOBS[:1], Stillborn(), processes=1))


def test_a_process_computes_with_one_thread(setup, probe):
    pytest.importorskip("threadpoolctl")
    libraries = "__import__('threadpoolctl').threadpool_info()"
    threads = probe(f"[library['num_threads'] for library in {libraries}]")

    events = run_pool([threads], setup, processes=2)

    assert outcomes(events) == [[1]]


def test_our_own_libraries_keep_their_threads(setup, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)

    list(run_pool(JOBS[:1], setup, processes=1))

    assert os.environ["OMP_NUM_THREADS"] == "3"
    assert "OPENBLAS_NUM_THREADS" not in os.environ


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_ctrl_c_finds_no_process_in_its_imports():
    code = "import signal; print(signal.pthread_sigmask(signal.SIG_BLOCK, []))"

    with _inherited():
        told = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
    after = signal.pthread_sigmask(signal.SIG_BLOCK, [])

    assert "SIGINT" in told.stdout
    assert signal.SIGINT not in after


def test_a_signal_waits_until_a_process_is_started():
    done = []

    def start():
        with _undisturbed():
            signal.raise_signal(signal.SIGINT)
            done.append("started")

    with pytest.raises(KeyboardInterrupt):
        start()
    assert done == ["started"]

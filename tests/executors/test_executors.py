"""Many gradings: side by side or one by one, and what a lost process costs."""

import functools
import multiprocessing
import os
import time
from pathlib import Path

import pytest

from grader.domain.report import LabReport, Ungraded
from grader.domain.submission import Cell, Submission
from grader.errors import SubmissionError
from grader.executors.bench import Bench, Job, Setup
from grader.executors.inline import run_inline
from grader.executors.pool import run_pool

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


@pytest.fixture
def setup(confined):
    assert confined is not None
    return Setup(course=COURSE, isolation="landlock")


def scores(outcomes):
    return {o.student: o.score for _, o in outcomes if isinstance(o, LabReport)}


JOBS = [job("ada", RIGHT), job("bob", HALF), job("eve", ""), job("kim", RIGHT)]


def test_one_by_one_and_side_by_side_give_the_same_marks(setup):
    expected = {"ada": 100, "bob": 40, "eve": 0, "kim": 100}

    assert scores(run_inline(JOBS, setup)) == expected
    assert scores(run_pool(JOBS, setup, processes=2)) == expected


def test_a_job_that_kills_its_process_costs_nobody_else(setup):
    killer = job("mallory", "", read=functools.partial(os._exit, 3))
    jobs = [JOBS[0], killer, JOBS[1], JOBS[3]]

    outcomes = list(run_pool(jobs, setup, processes=2))

    assert scores(outcomes) == {"ada": 100, "bob": 40, "kim": 100}
    (lost,) = [o for _, o in outcomes if isinstance(o, Ungraded)]
    assert (lost.student, lost.whose) == ("mallory", "infrastructure")


def test_every_job_is_answered_once_under_its_index(setup):
    outcomes = list(run_pool(JOBS, setup, processes=2))

    assert sorted(index for index, _ in outcomes) == [0, 1, 2, 3]
    assert all(JOBS[index].student == outcome.student for index, outcome in outcomes)


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

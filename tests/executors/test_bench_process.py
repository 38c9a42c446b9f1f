"""A grading process at the end of a line: what it answers, and that it never stays."""

import functools
import os
import time
from pathlib import Path

import psutil
import pytest

from grader.domain.submission import Cell, Submission
from grader.errors import InfrastructureError, LabError
from grader.executors.bench import Job, Setup
from grader.executors.bench_process import BenchProcess, Broken
from grader.executors.measuring import Measuring
from grader.executors.parcel import Parcel, pack

COURSE = Path(__file__).parents[1] / "course"
RIGHT = (COURSE / "reference/tiny/tiny.py").read_text()
READ = functools.partial(
    Submission.model_validate,
    Submission(
        student="ada",
        lab="tiny",
        kind="py",
        cells=(Cell(index=1, code=RIGHT),),
        files=(),
        sha256="",
    ),
)


def job(read=READ):
    return Job(student="ada", lab="tiny", where="ada", read=read, seed=1)


@pytest.fixture(scope="module")
def setup(confined):
    assert confined is not None
    return Setup(course=Path("of another machine"), isolation="landlock")


@pytest.fixture
def process(setup):
    started = BenchProcess(pack(COURSE), setup)
    started.require()
    yield started
    started.close()


def test_it_grades_by_the_course_that_it_was_sent(process):
    assert process.perform(job()).score == 100


def test_what_a_job_raises_comes_back_and_the_next_goes_on(process):
    unknown = Measuring(lab="tiny", gate="none", style="solution", read=READ, seed=1)

    with pytest.raises(LabError, match="tiny has no gate 'none'"):
        process.perform(unknown)

    assert process.perform(job()).score == 100


def test_one_that_ends_instead_of_answering_is_broken(process):
    with pytest.raises(Broken):
        process.perform(job(functools.partial(os._exit, 3)))


def test_one_whose_line_ends_ends_in_the_middle_of_a_grading(process):
    # far longer than any test may take
    process._line.send(job(functools.partial(time.sleep, 3600)))

    process._line.close()

    assert psutil.wait_procs([psutil.Process(process.pid)], timeout=60)[1] == []
    assert not Path(process._directory).exists()


def test_what_a_killed_one_leaves_goes_with_it(process):
    directory = Path(process._directory)
    killed = psutil.Process(process.pid)
    temporary = killed.environ()["TMPDIR"]
    killed.kill()

    process.close()

    assert directory in Path(temporary).parents
    assert not directory.exists()


def test_a_course_that_arrives_damaged_is_said(setup):
    with pytest.raises(InfrastructureError, match="the course arrived damaged"):
        BenchProcess(Parcel("0" * 64, pack(COURSE).content), setup)


def test_one_that_ends_at_its_start_is_no_broken_job(setup, monkeypatch):
    monkeypatch.setattr("grader.executors.bench_process.START", "raise SystemExit(3)")
    stillborn = BenchProcess(pack(COURSE), setup)

    with pytest.raises(InfrastructureError, match="ended at its start"):
        stillborn.require()
    stillborn.close()

"""Measuring runs: on a bench, once more after a lost zygote, never a made-up value."""

import functools
from pathlib import Path

import pytest

from grader.domain.submission import Cell, Submission
from grader.errors import InfrastructureError, LabError
from grader.executors.bench import Bench, Setup
from grader.executors.measuring import Measuring

COURSE = Path(__file__).parents[1] / "course"
RIGHT = (COURSE / "reference/tiny/tiny.py").read_text()


def measuring(code=RIGHT, *, gate="share_above_one", seed=0):
    submission = Submission(
        student="reference",
        lab="tiny",
        kind="py",
        cells=(Cell(index=1, code=code),),
        files=(),
        sha256="",
    )
    read = functools.partial(Submission.model_validate, submission)
    return Measuring(lab="tiny", gate=gate, style="solution", read=read, seed=seed)


@pytest.fixture
def bench(confined):
    assert confined is not None
    with Bench(Setup(course=COURSE, isolation="landlock")) as bench:
        yield bench


def test_a_seed_decides_the_value(bench):
    values = [measuring(seed=seed).perform(bench).values for seed in (1, 2, 1)]

    assert values[0] == values[2] != values[1]


def test_a_lost_zygote_is_replaced_and_the_run_made(bench):
    before = measuring().perform(bench)
    zygote = bench.sandbox(("numpy",))._zygote
    zygote._process.kill()
    zygote._process.wait()

    assert measuring().perform(bench).values == before.values


def test_code_that_raises_gives_no_value_but_the_reason(bench):
    measured = measuring("def double(x): return x[1000]").perform(bench)

    assert measured.values is None
    assert "IndexError" in measured.problem


def test_what_can_not_be_loaded_gives_the_reason(bench):
    measured = measuring("raise SystemExit").perform(bench)

    assert measured.values is None
    assert measured.problem


def test_an_unknown_gate_is_the_labs_problem(bench):
    with pytest.raises(LabError, match="tiny has no gate 'none'"):
        measuring(gate="none").perform(bench)


def test_a_run_that_kills_its_process_is_no_value():
    with pytest.raises(InfrastructureError, match="died twice"):
        measuring().lost()

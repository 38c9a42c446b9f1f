"""The order of checks."""

import pytest

from grader.domain.check import Check
from grader.domain.lab import Lab, Task
from grader.domain.verdict import Verdict
from grader.errors import LabError
from grader.grading.plan import in_order

LAB = Lab(
    name="tiny",
    title="",
    order=1,
    version="1",
    summary="",
    tasks=(
        Task(id="T1", title="", points=50, functions=("f",)),
        Task(id="T2", title="", points=50, functions=("g",)),
    ),
)


def make(check_id, task, *after):
    return Check(
        id=check_id,
        task=task,
        points=0,
        title="",
        run=lambda _student, _rng: Verdict.passed(),
        after=after,
    )


def order(*checks):
    return [check.id for check in in_order(LAB, checks)]


def test_tasks_come_in_the_order_of_the_handout():
    assert order(make("b", "T2"), make("a", "T1")) == ["a", "b"]


def test_within_a_task_the_order_of_the_file_holds():
    assert order(make("z", "T1"), make("a", "T1")) == ["z", "a"]


def test_a_check_comes_after_what_it_waits_for():
    checks = make("early", "T1", "late"), make("late", "T2"), make("other", "T1")

    assert order(*checks) == ["other", "late", "early"]


def test_checks_that_wait_for_each_other_are_a_broken_lab():
    with pytest.raises(LabError, match="wait for each other"):
        order(make("a", "T1", "b"), make("b", "T1", "a"))

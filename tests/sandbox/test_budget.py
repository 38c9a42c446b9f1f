"""A budget by hand: clocks that say what the test tells them."""

import pytest

from grader.domain.verdict import Outcome
from grader.sandbox import budget as budget_module
from grader.sandbox.budget import Budget
from grader.sandbox.clock import Deadline


@pytest.fixture
def use(monkeypatch):
    """Use up some seconds of a budget, by both clocks."""

    def use(budget, *, cpu_s, wall_s):
        wall = iter([100.0, 100.0 + wall_s])
        cpu = iter([5.0, 5.0 + cpu_s])
        monkeypatch.setattr(budget_module.time, "monotonic", lambda: next(wall))
        with budget.charged(lambda: next(cpu)):
            pass

    return use


def test_an_exchange_gets_no_more_than_is_left(use):
    budget = Budget(10)

    use(budget, cpu_s=9, wall_s=38)

    assert budget.deadline(5) == Deadline(cpu_s=1, wall_s=2)
    assert budget.deadline(0.25) == Deadline(cpu_s=0.25, wall_s=1)


def test_what_an_exchange_used_is_charged_if_it_fails():
    budget = Budget(10)
    cpu = iter([0.0, 4.0])

    with pytest.raises(KeyError), budget.charged(lambda: next(cpu)):
        raise KeyError

    assert budget.deadline(10).cpu_s == 6


def test_the_clock_of_a_dead_worker_gives_nothing_back(use):
    budget = Budget(10)

    use(budget, cpu_s=-5, wall_s=0)

    assert budget.deadline(99).cpu_s == 10


@pytest.mark.parametrize(
    ("cpu_s", "wall_s", "told"),
    [
        pytest.param(1, 1.5, "it did not finish within 1 s of computing", id="cpu"),
        pytest.param(0.5, 4, "it was still waiting or sleeping after 4 s", id="wall"),
        pytest.param(2, 3, "your work used up its 2 s of computing", id="all-cpu"),
        pytest.param(0, 8, "your work used up its 8 s, mostly waiting", id="all-wall"),
    ],
)
def test_the_student_reads_which_clock_ran_out(use, cpu_s, wall_s, told):
    budget = Budget(2)
    deadline = budget.deadline(1)

    use(budget, cpu_s=cpu_s, wall_s=wall_s)
    failure = budget.overdue(deadline)

    assert failure.outcome is Outcome.TIMED_OUT
    assert failure.message.startswith(told)

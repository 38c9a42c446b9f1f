"""How far a run is: counts, what runs, what is slow, and how long the rest takes."""

from datetime import UTC, datetime

import pytest

from grader.app.progress import (
    JobBegun,
    JobEnded,
    Received,
    Remaining,
    Remark,
    Started,
    Tally,
    Unchanged,
)
from grader.domain.report import Environment, LabReport, SubmissionRecord, Ungraded


class Clock:
    """A clock that goes on when told to."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


def report(student="ada", lab="tiny", score=100):
    return LabReport(
        lab=lab,
        lab_title=lab,
        lab_version="1.0",
        student=student,
        score=score,
        max_score=100,
        seed="1",
        submission=SubmissionRecord(sha256="0" * 64, files=()),
        environment=Environment(python="3.11", numpy="2", isolation="none"),
        tasks=(),
        checks=(),
        graded_at=datetime(2026, 1, 1, tzinfo=UTC),
        seconds=1,
        cpu_seconds=1,
    )


UNREADABLE = Ungraded(
    student="eve", lab="tiny", whose="submission", where="tiny.ipynb", message="no JSON"
)


class Run:
    """A run on paper: what it says, and what its tally makes of that."""

    def __init__(self, *, processes=1, **left):
        self.clock = Clock()
        self.tally = Tally(self.clock)
        self.number = 0
        total = sum(left.values())
        self.tally.take(Started(total, 0, left, processes))

    def begin(self, lab="tiny", by=""):
        self.number += 1
        self.tally.take(JobBegun(self.number, f"s{self.number}", lab, by))
        return self.number

    def end(self, number, lab="tiny"):
        self.tally.take(JobEnded(report(lab=lab), number=number))

    def grade(self, *seconds, lab="tiny"):
        for took in seconds:
            number = self.begin(lab)
            self.clock.now += took
            self.end(number, lab)

    @property
    def now(self):
        return self.tally.snapshot()


def test_every_hand_in_is_counted_once():
    run = Run(tiny=2)
    tally = run.tally
    tally.take(Received(5))
    tally.take(Started(total=5, unchanged=2, left={"tiny": 2}, processes=1))
    for student in ("kim", "bob"):
        tally.take(Unchanged(student, "tiny", 40, 100, "0" * 64))
    tally.take(JobEnded(UNREADABLE))
    run.grade(1)

    now = run.now

    assert (now.received, now.total, now.done, now.left) == (5, 5, 4, 1)
    assert (now.unchanged, now.graded, now.failed) == (2, 1, 1)


def test_nothing_is_known_before_the_run_knows_what_to_do():
    now = Tally(Clock()).snapshot()

    assert (now.total, now.left, now.remaining, now.per_minute) == (None,) * 4


def test_what_runs_is_shown_with_its_seconds_the_longest_first():
    run = Run(tiny=3, processes=2)
    run.begin(by="1")
    run.clock.now += 4
    run.begin(by="2")
    run.clock.now += 1

    assert [(one.student, one.by, one.seconds) for one in run.now.running] == [
        ("s1", "1", 5),
        ("s2", "2", 1),
    ]


def test_what_ended_runs_no_more():
    run = Run(tiny=3)
    run.grade(1, 2)

    assert run.now.running == ()


def test_a_grading_that_begins_once_more_runs_once_and_from_now():
    run = Run(tiny=3, processes=2)
    number = run.begin(by="1")
    run.clock.now += 9
    run.tally.take(JobBegun(number, "s1", "tiny", "2"))

    assert [(one.by, one.seconds) for one in run.now.running] == [("2", 0)]


def test_a_grading_whose_process_begins_another_was_lost_and_waits():
    run = Run(tiny=4, processes=2)
    for by in ("1", "2", "1"):
        run.begin(by=by)

    assert [one.student for one in run.now.running] == ["s2", "s3"]


def test_a_machine_of_a_cluster_may_run_several():
    run = Run(tiny=4, processes=0)
    for _ in range(3):
        run.begin(by="node1")

    assert len(run.now.running) == 3


def test_slow_is_more_than_three_typical_ones_of_the_same_lab():
    run = Run(tiny=9, deep=9, processes=2)
    run.grade(5, 5, 5)
    run.grade(40, 40, 40, lab="deep")
    run.begin("tiny", by="1")
    run.begin("deep", by="2")

    run.clock.now += 15
    assert not any(one.slow for one in run.now.running)
    run.clock.now += 1
    assert [one.lab for one in run.now.running if one.slow] == ["tiny"]


def test_what_takes_no_ten_seconds_is_not_slow():
    run = Run(tiny=9)
    run.grade(0.5, 0.5, 0.5)
    run.begin()

    run.clock.now += 10
    assert not run.now.running[0].slow
    run.clock.now += 0.1
    assert run.now.running[0].slow


def test_nothing_is_slow_before_the_lab_is_known():
    run = Run(tiny=9)
    run.grade(0.5, 0.5)
    run.begin()
    run.clock.now += 1000

    assert not run.now.running[0].slow


def test_what_is_left_takes_the_mean_and_so_counts_the_endless_ones():
    run = Run(tiny=14)
    run.grade(1, 1, 1, 57)

    # ten more, of which the next may be endless too: (1 + 1 + 1 + 57) / 4 = 15 s each
    assert run.now.remaining == Remaining(150, at_least=False)


def test_processes_share_what_is_left():
    run = Run(tiny=13, processes=2)
    run.grade(4, 4, 4)

    assert run.now.remaining == Remaining(20, at_least=False)


def test_each_lab_takes_its_own_time():
    run = Run(tiny=5, deep=4)
    run.grade(1, 1, 1)
    run.grade(30, 30, 30, lab="deep")

    # two of 1 s and one of 30 s
    assert run.now.remaining == Remaining(32, at_least=False)


def test_what_runs_has_as_long_to_go_as_those_that_took_longer():
    run = Run(tiny=4)
    run.grade(2, 6, 10)
    run.begin()
    run.clock.now += 4

    # two took longer than 4 s: 2 s more and 6 s more
    assert run.now.remaining == Remaining(4, at_least=False)


def test_the_last_one_is_not_shared():
    run = Run(tiny=4, processes=8)
    run.grade(6, 6, 6)

    assert run.now.remaining == Remaining(6, at_least=False)


@pytest.mark.parametrize("ended", [(), (1,), (1, 1)], ids=["none", "one", "two"])
def test_too_few_gradings_say_nothing(ended):
    run = Run(tiny=9)
    run.grade(*ended)

    assert run.now.remaining is None


def test_a_lab_of_which_nothing_is_known_makes_it_at_least():
    run = Run(tiny=8, deep=1)
    run.grade(2, 2, 2)

    assert run.now.remaining == Remaining(10, at_least=True)


def test_nobody_knows_how_long_a_slow_one_still_takes():
    run = Run(tiny=5)
    run.grade(2, 2, 2)
    run.begin()
    run.clock.now += 11
    with_another = run.now.remaining
    run.tally.take(Started(total=4, unchanged=0, left={"tiny": 1}, processes=1))

    assert with_another == Remaining(2, at_least=True)
    assert run.now.remaining is None


def test_a_finished_run_has_nothing_left():
    run = Run(tiny=3)
    run.grade(1, 2, 3)

    assert run.now.remaining == Remaining(0, at_least=False)


def test_the_rate_is_that_of_the_latest():
    run = Run(tiny=999)
    run.grade(*[60] * 200, *[2] * 101)

    assert run.now.per_minute == pytest.approx(30)


def test_the_tally_holds_no_more_for_more_hand_ins():
    run = Run(tiny=10_000)
    run.grade(*[1] * 1000)

    lab = run.tally._labs["tiny"]
    assert (len(lab.latest), len(run.tally._ends), run.tally._running) == (101, 101, {})


def test_a_remark_counts_nothing():
    tally = Tally(lambda: 0.0)
    before = tally.snapshot()

    tally.take(Remark("worker w0 joined"))

    assert tally.snapshot() == before

"""What a run on a cluster does about what it hears, with a cluster that only tells."""

from collections import deque
from dataclasses import dataclass

import pytest

from grader.errors import InfrastructureError, LabError
from grader.executors.cluster import Joined, Left, Opened, Returned, Severed, Started
from grader.executors.dask import MOST_LOSSES, _Run
from grader.executors.work import Begun, Ended
from grader.executors.workshop import Done, Failed, Place, Refused


@dataclass(frozen=True)
class Errand:
    """A job: what a worker that is handed it tells, given its number and address."""

    name: str
    tells: object

    def perform(self, bench):
        raise NotImplementedError

    def lost(self):
        return f"{self.name} is lost"


class Told:
    """A cluster whose workers do as the errands say."""

    def __init__(self, *heard, slots=1, problems=None):
        self._heard = deque(heard)
        self._slots = slots
        self._problems = problems or {}
        self.looked = 0
        self.number = 0
        self.held = {}
        self.most_held = 0

    def next(self, _timeout_s):
        # None: nothing is heard for so long
        return self._heard.popleft() if self._heard else None

    def look(self):
        self.looked += 1

    def open(self, address):
        place = Place(address, self._slots, self._problems.get(address, ""))
        self._heard.append(Opened(address, place))

    def hand(self, address, job):
        self.number += 1
        self.held[self.number] = address
        self.most_held = max(self.most_held, len(self.held))
        self._heard.extend(job.tells(self.number, address))
        return self.number

    def drop(self, number):
        del self.held[number]

    def forget(self, address):
        pass


def fine(number, _address):
    return [Started(number), Returned(number, Done("done"))]


def deadly(_number, address):
    # another comes in its place, as under a nanny
    return [Left(address, planned=False), Joined(address + "+")]


def events(cluster, *errands, lines=None):
    notice = [].append if lines is None else lines.append
    return list(_Run(errands, cluster, notice).events())


def results(happened):
    return {event.index: event.result for event in happened if isinstance(event, Ended)}


def test_a_job_that_is_lost_with_worker_after_worker_is_given_up():
    jobs = [Errand("a", fine), Errand("poison", deadly), *[Errand("b", fine)] * 4]
    lines = []

    happened = events(Told(Joined("w"), slots=2), *jobs, lines=lines)

    expected = {0: "done", 1: "poison is lost", **dict.fromkeys((2, 3, 4, 5), "done")}
    assert results(happened) == expected
    assert sum("was lost" in line for line in lines) == MOST_LOSSES
    assert len([e for e in happened if isinstance(e, Ended)]) == len(jobs)


def test_a_suspect_has_a_worker_for_itself():
    poisoned, beside = [], []

    def poison(number, address):
        poisoned.append(number)
        return deadly(number, address)

    def watched(number, address):
        alone = len(poisoned) == MOST_LOSSES
        beside.append(alone and poisoned[-1] in cluster.held)
        return fine(number, address)

    cluster = Told(Joined("w"), slots=4)
    events(cluster, Errand("poison", poison), *[Errand("a", watched)] * 30)

    assert len(poisoned) == MOST_LOSSES
    assert len(beside) >= 30
    assert not any(beside)


def test_leaving_by_plan_is_held_against_no_job():
    times = iter(range(2 * MOST_LOSSES))

    def moved_on(number, address):
        if next(times, None) is None:
            return fine(number, address)
        return [Left(address, planned=True), Joined(address + "+")]

    happened = events(Told(Joined("w")), Errand("a", moved_on))

    assert results(happened) == {0: "done"}


def test_what_a_worker_given_up_for_lost_finished_counts_once():
    def twice(number, address):
        if address == "w":
            late = Returned(number, Done("late"))
            return [Left(address, planned=False), late, Joined("v")]
        return fine(number, address)

    happened = events(Told(Joined("w")), Errand("a", twice))

    assert [e.result for e in happened if isinstance(e, Ended)] == ["done"]


def test_the_name_of_the_worker_is_told_when_a_job_begins():
    happened = events(Told(Joined("w")), Errand("a", fine))

    assert happened == [Begun(0, "w"), Ended(0, "done")]


def test_a_worker_that_can_not_go_on_gets_no_more():
    def full(number, address):
        if address == "w":
            return [Returned(number, Refused("no space is left")), Joined("w")]
        return fine(number, address)

    lines = []

    cluster = Told(Joined("w"), Joined("v"))
    happened = events(cluster, *[Errand("a", full)] * 5, lines=lines)

    assert results(happened) == dict.fromkeys(range(5), "done")
    assert {e.by for e in happened if isinstance(e, Begun)} == {"v"}
    assert "worker w is left out: no space is left" in lines


def test_where_no_worker_may_be_used_the_run_ends_with_the_reason():
    cluster = Told(Joined("w"), problems={"w": "it lacks landlock"})

    with pytest.raises(InfrastructureError, match="may be used: it lacks landlock"):
        events(cluster, Errand("a", fine))


def test_an_unfit_worker_does_not_end_a_run_that_others_may_join():
    cluster = Told(Joined("w"), Joined("v"), problems={"w": "it lacks landlock"})

    assert results(events(cluster, Errand("a", fine))) == {0: "done"}


def test_a_run_without_workers_waits_and_says_so():
    lines = []

    cluster = Told(None, Joined("w"))
    happened = events(cluster, Errand("a", fine), lines=lines)

    assert lines[0] == "no worker to grade with: 1 to do wait until one joins"
    assert cluster.looked == 1
    assert results(happened) == {0: "done"}


def test_a_lost_scheduler_is_one_line():
    cluster = Told(Joined("w"), Severed("the scheduler was lost"))

    with pytest.raises(InfrastructureError, match="nothing graded is lost") as told:
        events(cluster, Errand("a", lambda *_: []))

    assert "\n" not in str(told.value)


def test_what_a_job_raises_is_raised():
    def raises(number, _address):
        return [Returned(number, Failed(LabError("no such gate")))]

    with pytest.raises(LabError, match="no such gate"):
        events(Told(Joined("w")), Errand("a", raises))


def test_workers_hold_two_jobs_for_each_slot_and_no_more():
    cluster = Told(Joined("w"), Joined("v"), slots=3)

    events(cluster, *[Errand("a", fine)] * 100)

    assert cluster.most_held == 2 * 2 * 3


def test_a_worker_that_joins_late_takes_what_waits_in_another_s_line():
    def first(number, _address):
        return [Started(number), Joined("v")]

    def second(number, address):
        # the first ends after it, as it would not if one worker had both
        return [] if address == "w" else [*fine(number, address), *fine(1, address)[1:]]

    happened = events(Told(Joined("w")), Errand("a", first), Errand("b", second))

    assert results(happened) == {0: "done", 1: "done"}
    assert happened[:2] == [Begun(0, "w"), Begun(1, "v")]


def test_a_job_is_made_when_a_worker_has_room_for_it():
    made = []
    done = 0

    class Lazy:
        def __len__(self):
            return 50

        def __getitem__(self, index):
            made.append(index)
            return Errand("a", fine)

    for event in _Run(Lazy(), Told(Joined("w"), slots=3), [].append).events():
        done += isinstance(event, Ended)
        assert len(made) <= done + 2 * 3
    assert done == 50

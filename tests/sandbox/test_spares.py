"""Workers that were born ahead are as good as others, and none is left over."""

import sys
from pathlib import Path

import pytest

from grader.domain.lab import Limits
from grader.errors import InfrastructureError
from grader.sandbox.sandbox import Sandbox
from grader.sandbox.spares import AHEAD, SORTS

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs a zygote")
LIMITS = Limits(submission_cpu_s=20)
CODE = (
    "import os, resource\n"
    "seen = []\n"
    "def f(x): seen.append(x); return seen\n"
    "def limit(): return resource.getrlimit(resource.RLIMIT_FSIZE)[0]\n"
    "def place(): return os.getcwd()\n"
)


@pytest.fixture
def ahead(confined, tmp_path, monkeypatch):
    assert confined is not None
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with Sandbox(isolation="landlock", ahead=True) as sandbox:
        sandbox.require()
        yield sandbox


def asked(sandbox, submission, *calls, limits=LIMITS):
    """Return what calls give, and the id of the worker that they were made of."""
    with sandbox.session(submission, limits=limits, seed=1) as session:
        values = [reply.value for reply in session.call([*calls])]
        return values, session._child._pid


def waiting(sandbox, limits=LIMITS):
    return sandbox._spares._waiting[limits]


def test_each_session_has_a_worker_that_nobody_had_before(ahead, submission_of):
    call = ("f", (1,), {})

    answers = [asked(ahead, submission_of(CODE), call) for _ in range(2 * AHEAD + 1)]

    assert [values for values, _ in answers] == [[[1]]] * len(answers)
    assert len({pid for _, pid in answers}) == len(answers)


def test_the_next_workers_wait_while_one_works(ahead, submission_of):
    _, first = asked(ahead, submission_of(CODE), ("f", (1,), {}))
    ahead._zygote._settle()
    born = [spare.birth.child._pid for spare in waiting(ahead)]

    _, second = asked(ahead, submission_of(CODE), ("f", (1,), {}))

    assert len(born) == AHEAD
    assert second == born[0] != first


def test_a_worker_that_waits_is_confined(ahead, submission_of):
    asked(ahead, submission_of(CODE), ("f", (1,), {}))
    spare = waiting(ahead)[0]

    _, layers = ahead._zygote.confined(spare.birth)

    assert {"seccomp", "no_new_privs"} <= set(layers)


def test_a_worker_that_waits_has_a_directory_of_its_own(ahead, submission_of):
    call = ("place", (), {})

    places = [asked(ahead, submission_of(CODE), call)[0][0] for _ in range(3)]

    assert len(set(places)) == 3
    assert not any(Path(place).exists() for place in places)


def test_a_worker_has_the_limits_that_were_asked_for(ahead, submission_of):
    call = ("limit", (), {})
    small = LIMITS.model_copy(update={"disk_mb": 3})

    ((wide,), _), ((narrow,), _), ((wide_again,), _) = (
        asked(ahead, submission_of(CODE), call, limits=limits)
        for limits in (LIMITS, small, LIMITS)
    )

    assert (narrow, wide_again) == (3 << 20, wide)
    assert wide == LIMITS.disk_mb << 20


def test_one_that_died_while_it_waited_is_not_handed_out(ahead, submission_of):
    asked(ahead, submission_of(CODE), ("f", (1,), {}))
    ahead._zygote._settle()
    dead = waiting(ahead)[0].birth.child
    dead._kill()
    assert dead._ended_within(10)

    values, pid = asked(ahead, submission_of(CODE), ("f", (2,), {}))

    assert values == [[2]]
    assert pid != dead._pid


def test_what_the_kernel_ended_before_is_no_sign_of_hunger(
    ahead, submission_of, monkeypatch
):
    ended_by_the_kernel = [3]
    monkeypatch.setattr(
        "grader.sandbox.child.oom_kills", lambda: ended_by_the_kernel[-1]
    )
    asked(ahead, submission_of(CODE), ("f", (1,), {}))
    ahead._zygote._settle()
    ended_by_the_kernel.append(4)

    child, _ = ahead._zygote.confined(waiting(ahead)[0].birth)

    assert child.end().starved is False


def test_workers_for_many_sorts_of_limits_do_not_pile_up(ahead, submission_of):
    sorts = [LIMITS.model_copy(update={"disk_mb": 10 + n}) for n in range(SORTS + 2)]

    for limits in sorts:
        asked(ahead, submission_of(CODE), ("f", (1,), {}), limits=limits)

    assert list(ahead._spares._waiting) == sorts[-SORTS:]


def test_closing_leaves_neither_process_nor_directory_nor_descriptor(
    ahead, submission_of, tmp_path
):
    before = len(list(Path("/proc/self/fd").iterdir()))
    asked(ahead, submission_of(CODE), ("f", (1,), {}))
    ahead._zygote._settle()
    children = [spare.birth.child for spare in waiting(ahead)]

    ahead._spares.close()

    assert not any(Path(f"/proc/{child._pid}").exists() for child in children)
    assert list(tmp_path.iterdir()) == []
    assert len(list(Path("/proc/self/fd").iterdir())) == before


@pytest.mark.parametrize(
    "heard", [pytest.param(True, id="heard-of"), pytest.param(False, id="just-ordered")]
)
def test_a_lost_zygote_takes_those_that_wait_along(
    ahead, submission_of, tmp_path, heard
):
    before = len(list(Path("/proc/self/fd").iterdir()))
    asked(ahead, submission_of(CODE), ("f", (1,), {}))
    if heard:
        ahead._zygote._settle()
    ahead._zygote._process.kill()
    ahead._zygote._process.wait()

    with pytest.raises(InfrastructureError):
        asked(ahead, submission_of(CODE), ("f", (1,), {}))

    ahead.restart()
    assert asked(ahead, submission_of(CODE), ("f", (3,), {}))[0] == [[3]]
    ahead._spares.close()
    assert list(tmp_path.iterdir()) == []
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_without_being_asked_no_sandbox_keeps_workers(confined, submission_of):
    asked(confined, submission_of(CODE), ("f", (1,), {}))

    assert confined._spares is None

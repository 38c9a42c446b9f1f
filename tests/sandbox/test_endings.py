"""Why a process is gone, as its student reads it."""

import signal
import sys

import pytest

from grader.domain.verdict import Outcome
from grader.sandbox.child import Ending
from grader.sandbox.endings import explained, is_unexplained

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no signals"
)


def ending(status, *, lived=False, starved=None):
    return Ending(status, lived=lived, cpu_s=0.0, output=b"", starved=starved)


@pytest.mark.parametrize(
    ("seen", "outcome", "told"),
    [
        pytest.param(ending(3), Outcome.RAISED, "exit status 3", id="exit"),
        pytest.param(
            ending(-signal.SIGSEGV), Outcome.RAISED, "crashed Python", id="crash"
        ),
        pytest.param(ending(-40), Outcome.RAISED, "signal 40", id="nameless"),
        pytest.param(
            ending(-signal.SIGXCPU), Outcome.TIMED_OUT, "computing time", id="cpu"
        ),
        pytest.param(
            ending(-signal.SIGKILL, starved=True),
            Outcome.OUT_OF_MEMORY,
            "out of memory",
            id="starved",
        ),
        pytest.param(
            ending(-signal.SIGKILL, starved=False),
            Outcome.RAISED,
            "not for lack of memory",
            id="killed",
        ),
        pytest.param(
            ending(-signal.SIGKILL),
            Outcome.OUT_OF_MEMORY,
            "as systems do",
            id="nobody-counts",
        ),
        pytest.param(
            ending(-signal.SIGKILL, lived=True),
            Outcome.RAISED,
            "closed the line",
            id="hung-up",
        ),
    ],
)
def test_an_ending_is_told_by_its_status(seen, outcome, told):
    failure = explained(seen)

    assert failure.outcome is outcome
    assert told in failure.message


@pytest.mark.parametrize(
    ("seen", "unexplained"),
    [
        pytest.param(ending(-signal.SIGKILL), True, id="nobody-counts"),
        pytest.param(ending(-signal.SIGKILL, starved=False), True, id="had-memory"),
        pytest.param(ending(-signal.SIGKILL, starved=True), False, id="starved"),
        pytest.param(ending(-signal.SIGKILL, lived=True), False, id="by-us"),
        pytest.param(ending(-signal.SIGSEGV), False, id="crash"),
        pytest.param(ending(9), False, id="exit-status"),
    ],
)
def test_a_kill_by_nobody_we_know_is_unexplained(seen, unexplained):
    assert is_unexplained(seen) is unexplained

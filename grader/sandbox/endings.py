"""Say in a student's words why a worker's process is gone."""

import signal

from grader.domain.student import CallFailed
from grader.domain.verdict import Outcome
from grader.sandbox.child import Ending


def is_unexplained(ending: Ending) -> bool:
    """Return whether it was killed, not by us and, as far as is known, by no limit."""
    killed = ending.status == -getattr(signal, "SIGKILL", 9)
    return killed and not ending.lived and ending.starved is not True


def explained(ending: Ending) -> CallFailed:
    """Return what the student reads where a process went away by itself."""
    status = ending.status
    if ending.lived:
        return CallFailed(
            Outcome.RAISED, "your code closed the line that its answers go through"
        )
    if status < 0:
        name = _signal_name(-status)
        known = {
            "SIGXCPU": (Outcome.TIMED_OUT, "it used up its computing time"),
            "SIGKILL": _killed(ending.starved),
        }
        crashed = (Outcome.RAISED, f"your code crashed Python ({name})")
        return CallFailed(*known.get(name, crashed))
    return CallFailed(
        Outcome.RAISED, f"your code ended the process (exit status {status})"
    )


def _killed(starved: bool | None) -> tuple[Outcome, str]:
    if starved is False:
        return Outcome.RAISED, "it was killed (SIGKILL), and not for lack of memory"
    if starved is None:
        text = "it was killed (SIGKILL), as systems do when they run out of memory"
        return Outcome.OUT_OF_MEMORY, text
    return Outcome.OUT_OF_MEMORY, "the system ended it, out of memory"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        # most real-time signals have no name
        return f"signal {number}"

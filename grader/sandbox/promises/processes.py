"""Processes: a submission is one, starts none and touches no other."""

import os
import signal
from pathlib import Path

from grader.sandbox.promises.nouns import (
    CALLS_CURE,
    FILES_CURE,
    STRICT,
    STRICT_CURE,
    Broken,
    Promise,
    Untried,
)
from grader.sandbox.promises.trial import Trial

# Linux: the largest that a process ever gets
HIGHEST_PID = 2**22 - 1


def _fork(trial: Trial) -> None:
    trial.denied("forked", "fork")


def _exec(trial: Trial) -> None:
    attempt = trial.attempt("become_another_program")
    if not attempt.refused:
        raise Broken(f"it became /bin/sh: {attempt.ended}")


def _program(trial: Trial) -> None:
    trial.denied("ran a program", "run_program")


def _signal_grader(trial: Trial) -> None:
    """By SIGURG, which does nothing to those who do not wait for it."""
    trial.denied(
        "sent the grading process a signal",
        "send_signal",
        os.getpid(),
        int(signal.SIGURG),
    )
    trial.denied("sent its parent a signal", "send_signal_to_parent")


def _signal_worker(trial: Trial) -> None:
    neighbour = trial.pid_of("neighbour")
    trial.denied(
        "sent another worker a signal", "send_signal", neighbour, int(signal.SIGURG)
    )


def _kill(trial: Trial) -> None:
    sleeper = trial.bait.sleeper
    attempt = trial.attempt("send_signal", sleeper.pid, int(signal.SIGKILL))
    if attempt.failure is None:
        raise Broken("it killed a process")
    if not attempt.refused:
        raise Untried(attempt.ended)


def _debug(trial: Trial) -> None:
    trial.denied("stopped a process", "attach_debugger", trial.bait.sleeper.pid)


def _memory(trial: Trial) -> None:
    """By system call and by file."""
    sleeper, length = trial.bait.sleeper, len(trial.bait.secret)
    for probe in ("read_memory", "read_memory_file"):
        for pid in (sleeper.pid, os.getpid()):
            attempt = trial.attempt(probe, pid, sleeper.address, length)
            if attempt.value == trial.bait.secret:
                raise Broken("it read another process's memory")
            if attempt.failure is None:
                raise Broken("it read the grading process's memory")
            if not attempt.refused:
                raise Untried(attempt.ended)


def _proc(trial: Trial, name: str) -> None:
    attempt = trial.attempt("read_file", f"/proc/{trial.bait.sleeper.pid}/{name}")
    if trial.bait.secret in (attempt.value or ""):
        raise Broken(f"it read the {name} of another process")
    if attempt.failure is not None and not attempt.refused:
        raise Untried(attempt.ended)


def _environ(trial: Trial) -> None:
    _proc(trial, "environ")


def _cmdline(trial: Trial) -> None:
    _proc(trial, "cmdline")


def _presence(trial: Trial) -> None:
    nobody = next(
        number
        for number in range(HIGHEST_PID, 1, -1)
        if not Path(f"/proc/{number}").exists()
    )
    if ways := trial.value("ways_to_tell", trial.bait.sleeper.pid, nobody):
        raise Broken(f"it could tell by {', '.join(ways)}")


def _unchanged(trial: Trial, what: str, probe: str, *args: int) -> None:
    """Demand that a probe leaves the sleeper's state alone, whatever it says."""
    sleeper = trial.bait.sleeper
    before = sleeper.state()
    attempt = trial.attempt(probe, sleeper.pid, *args)
    after = sleeper.state()
    if before != after:
        raise Broken(f"it changed the {what} of a process")
    if not attempt.refused:
        raise Untried(attempt.ended)


def _priority(trial: Trial) -> None:
    _unchanged(trial, "priority", "slow_down")


def _affinity(trial: Trial) -> None:
    cpu = min(os.sched_getaffinity(trial.bait.sleeper.pid))
    _unchanged(trial, "CPUs", "pin", cpu)


def _limits(trial: Trial) -> None:
    _unchanged(trial, "limits", "limit_files")


PROMISES = (
    Promise("fork", "processes", "can't fork", _fork, CALLS_CURE),
    Promise("exec", "processes", "can't become another program", _exec, CALLS_CURE),
    Promise("program", "processes", "can't run a program", _program, CALLS_CURE),
    Promise(
        "signal-grader",
        "processes",
        "can't signal the grading process or the one that forked it",
        _signal_grader,
        CALLS_CURE,
    ),
    Promise(
        "signal-worker",
        "processes",
        "can't signal another submission's worker",
        _signal_worker,
        CALLS_CURE,
    ),
    Promise("kill", "processes", "can't kill a process of yours", _kill, CALLS_CURE),
    Promise(
        "debugger",
        "processes",
        "can't attach to a process as a debugger",
        _debug,
        CALLS_CURE,
    ),
    Promise(
        "memory-of-others",
        "processes",
        "can't read another process's memory",
        _memory,
        CALLS_CURE,
    ),
    Promise(
        "environ-of-others",
        "processes",
        "can't read another process's environment",
        _environ,
        FILES_CURE,
    ),
    Promise(
        "command-of-others",
        "processes",
        "can't read another process's command line",
        _cmdline,
        FILES_CURE,
    ),
    Promise(
        "priority",
        "processes",
        "can't lower another process's priority",
        _priority,
        CALLS_CURE,
    ),
    Promise(
        "affinity",
        "processes",
        "can't bind another process to a CPU",
        _affinity,
        CALLS_CURE,
    ),
    Promise(
        "limits-of-others",
        "processes",
        "can't change another process's limits",
        _limits,
        CALLS_CURE,
    ),
    Promise(
        "presence",
        "processes",
        "can't see which other processes there are",
        _presence,
        STRICT_CURE,
        STRICT,
    ),
)

"""Resources: each has an end, and whoever runs into it ends alone."""

from pathlib import Path

from grader.domain.verdict import Outcome
from grader.sandbox.promises.nouns import (
    EVERYWHERE,
    LIMITS_CURE,
    OUR_CURE,
    Broken,
    Promise,
    Untried,
)
from grader.sandbox.promises.trial import CALM, Attempt, Trial
from grader.sandbox.watch import GLANCE_S, Allowance

# beyond the limit by more than what a worker's own buffers take
TOO_MUCH_MB = CALM.memory_mb + 64
# what the supervisor takes to see it, on a machine that is busy
NOTICED_S = 8 * GLANCE_S
MOST = Allowance.of(CALM)
TOO_MANY_THREADS = MOST.threads + 20
TOO_MANY_FILES = 2 * MOST.disk_mb + 4
TOO_MANY_DESCRIPTORS = 400
# far more than call_cpu_s of SHORT, four times which the wall clock allows
ON_AND_ON_CPU_S = 1.5
ON_AND_ON_WALL_S = 3.0


def _out_of_memory(attempt: Attempt) -> None:
    if attempt.failure is None:
        raise Broken(f"it held {attempt.value} MB, {CALM.memory_mb} were allowed")
    if attempt.failure.outcome is not Outcome.OUT_OF_MEMORY and not attempt.refused:
        raise Untried(attempt.ended)


def _memory(trial: Trial) -> None:
    _out_of_memory(trial.attempt("hold_memory", TOO_MUCH_MB, NOTICED_S))


def _growth(trial: Trial) -> None:
    probe = "hold_memory_past_the_limit"
    _out_of_memory(trial.attempt(probe, TOO_MUCH_MB, NOTICED_S))


def _loop(trial: Trial) -> None:
    trial.ends_overdue("compute", ON_AND_ON_CPU_S)


def _sleep(trial: Trial) -> None:
    trial.ends_overdue("sleep", ON_AND_ON_WALL_S)


def _deaf(trial: Trial) -> None:
    trial.ends_overdue("compute_deaf_to_signals", ON_AND_ON_CPU_S)


def _ended(attempt: Attempt, says: str) -> None:
    """Demand that an attempt was refused or ended, by the system or by us."""
    if attempt.failure is None:
        raise Broken(says)
    if not attempt.stopped:
        raise Untried(attempt.ended)


def _large_file(trial: Trial) -> None:
    most = CALM.disk_mb
    # few enough that the supervisor, who adds files up, has nothing to say
    attempt = trial.attempt("write_large_file", 2 * most)
    _ended(attempt, f"it wrote a file of {attempt.value} MB, {most} were allowed")


def _disk(trial: Trial) -> None:
    attempt = trial.attempt("write_many_files", TOO_MANY_FILES, NOTICED_S)
    _ended(attempt, f"it kept {TOO_MANY_FILES / 2:g} MB of files")


def _flood(trial: Trial) -> None:
    attempt = trial.attempt("print_on_and_on", ON_AND_ON_WALL_S)
    _ended(attempt, f"it printed {attempt.value} MB")


def _threads(trial: Trial) -> None:
    attempt = trial.attempt("start_threads", TOO_MANY_THREADS, NOTICED_S)
    _ended(attempt, f"it had {TOO_MANY_THREADS} threads at once")


def _descriptors(trial: Trial) -> None:
    attempt = trial.attempt("open_descriptors_until", TOO_MANY_DESCRIPTORS)
    _ended(attempt, f"it opened {TOO_MANY_DESCRIPTORS} descriptors at once")


def _dump(trial: Trial) -> None:
    """A limit stops the file, the worker's flag stops what is piped to a handler."""
    limits = Path(f"/proc/{trial.pid_of('')}/limits").read_text(encoding="ascii")
    core = next(line for line in limits.splitlines() if "core file" in line)
    if core.split()[4:6] != ["0", "0"]:
        raise Broken("a core file may be written")
    if trial.value("can_be_dumped"):
        raise Broken("the kernel may hand its memory to a crash handler")


PROMISES = (
    Promise(
        "memory",
        "resources",
        "can't hold more memory than allowed",
        _memory,
        LIMITS_CURE,
    ),
    Promise(
        "more-memory",
        "resources",
        "can't hold memory that the kernel's limit does not count",
        _growth,
        OUR_CURE,
    ),
    Promise(
        "loop", "resources", "can't compute without end", _loop, OUR_CURE, EVERYWHERE
    ),
    Promise(
        "sleep", "resources", "can't sleep without end", _sleep, OUR_CURE, EVERYWHERE
    ),
    Promise(
        "deaf",
        "resources",
        "can't go on by ignoring signals",
        _deaf,
        OUR_CURE,
        EVERYWHERE,
    ),
    Promise(
        "large-file",
        "resources",
        "can't write a file larger than allowed",
        _large_file,
        LIMITS_CURE,
    ),
    Promise(
        "disk",
        "resources",
        "can't keep many files that are too large together",
        _disk,
        OUR_CURE,
    ),
    Promise(
        "output",
        "resources",
        "can't print without end",
        _flood,
        OUR_CURE,
        EVERYWHERE,
    ),
    Promise(
        "threads", "resources", "can't start threads without end", _threads, OUR_CURE
    ),
    Promise(
        "descriptors",
        "resources",
        "can't open files without end",
        _descriptors,
        LIMITS_CURE,
    ),
    Promise(
        "dump",
        "resources",
        "leaves no dump of its memory when it crashes",
        _dump,
        LIMITS_CURE,
    ),
)

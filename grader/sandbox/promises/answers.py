"""Answers: what is expected is nowhere in a worker, and what it says is not believed."""

import secrets
import stat

from grader.sandbox.promises.nouns import (
    EVERYWHERE,
    FILES_CURE,
    OUR_CURE,
    Broken,
    Promise,
    Untried,
)
from grader.sandbox.promises.trial import Trial
from grader.wire import encode_frame

OURS = (
    "grader.app.grade",
    "grader.checks.gradient",
    "grader.grading.run",
    "grader.labs.course",
    "reference",
)
BELIEVED = 42
# the number of a question that was never asked
UNASKED = 10**6
# Linux: a handle that can't be read from
O_PATH = 0o10000000
# a plain process has two pipes
MOST_LINES = 2


def _import(trial: Trial) -> None:
    solution = trial.bait.solution
    trial.denied(
        "imported a solution", "import_from", str(solution.parent), solution.stem
    )


def _ours(trial: Trial) -> None:
    if found := trial.value("import_ours", list(OURS)):
        raise Broken(f"it imported {found[0]}")


def _environment(trial: Trial) -> None:
    if any(trial.bait.secret in line for line in trial.value("whole_environment")):
        raise Broken("it has the environment of the grading process")


def _descriptors(trial: Trial) -> None:
    """Look for what a child inherits: files, and more than the line to us."""
    files = (trial.bait.marks, trial.bait.solution)
    known = {(each.stat().st_dev, each.stat().st_ino) for each in files}
    lines = 0
    for number, device, inode, kind, flags in trial.value("descriptors"):
        if (device, inode) in known:
            raise Broken(f"descriptor {number} is a file of the grading process")
        # of devices it has /dev/null
        if number < 3 or flags & O_PATH or kind == stat.S_IFCHR:
            continue
        if kind not in {stat.S_IFSOCK, stat.S_IFIFO}:
            raise Broken(f"descriptor {number} is no line to the grading process")
        lines += 1
    if lines > MOST_LINES:
        raise Broken(f"it has {lines} lines")


def _forged(trial: Trial) -> None:
    reply = {"value": BELIEVED, "warnings": []}
    frame = encode_frame({"id": UNASKED, "replies": [reply]})
    attempt = trial.attempt("forge", list(frame))
    if attempt.value == BELIEVED:
        raise Broken("an answer that answers nothing was believed")
    if attempt.failure is not None and "LookupError" in attempt.failure.message:
        raise Untried(attempt.ended)
    trial.value("recall")


def _told_of(word: str) -> str | None:
    """Have a word, as a check has its expected values, and give back nothing of it."""
    return None if word else word


def _expected(trial: Trial) -> None:
    word = f"xe-{secrets.token_hex(12)}"

    def expected() -> str | None:
        return _told_of(word)

    found = trial.value("whatever_follows", expected, word[:3][::-1])
    if any(word in text for text in found):
        raise Broken("an expected value is in the worker's memory")


PROMISES = (
    Promise(
        "import-solution",
        "answers",
        "can't import a solution",
        _import,
        FILES_CURE,
    ),
    Promise(
        "import-grader",
        "answers",
        "can't import the checks or the grading",
        _ours,
        OUR_CURE,
        EVERYWHERE,
    ),
    Promise(
        "environment",
        "answers",
        "has nothing of your environment",
        _environment,
        OUR_CURE,
        EVERYWHERE,
    ),
    Promise(
        "inherited",
        "answers",
        "has no open file of the grading process's",
        _descriptors,
        OUR_CURE,
    ),
    Promise(
        "forgery",
        "answers",
        "can't answer what it was not asked",
        _forged,
        OUR_CURE,
        EVERYWHERE,
    ),
    Promise(
        "expected",
        "answers",
        "has no expected value anywhere in its memory",
        _expected,
        OUR_CURE,
        EVERYWHERE,
    ),
)

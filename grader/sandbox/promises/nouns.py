"""A promise, and what became of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.sandbox.promises.trial import Trial

STRICT = ("strict",)
CONFINED = ("landlock", "strict")
EVERYWHERE = ("process", "landlock", "strict")

FILES_CURE = "needs Landlock: Linux 5.13 or newer with `landlock` in its lsm= list"
CALLS_CURE = (
    "needs seccomp: a kernel with CONFIG_SECCOMP_FILTER; a container's own profile "
    "must let seccomp() through"
)
LIMITS_CURE = "needs the worker's rlimits, which every Linux has"
STRICT_CURE = "needs namespaces: see the line `namespaces` above"
OUR_CURE = "no setting of this machine is at fault; please report it"


class Broken(Exception):  # noqa: N818 - a finding
    """A promise does not hold; the message says what happened."""


class Untried(Exception):  # noqa: N818 - a finding
    """An attempt ended in a way that proves nothing; the message says how."""


@dataclass(frozen=True)
class Promise:
    """One thing that student code can't do.

    Attributes:
        name: A word or two, `signal-grader`.
        group: What it protects: files, processes, network, kernel, resources, answers,
            afterwards.
        says: The promise, with "student code" as its subject.
        judge: Tries it and raises Broken where it does not hold.
        cure: What mends it.
        levels: The isolations that promise it.
    """

    name: str
    group: str
    says: str
    judge: Callable[["Trial"], None]
    cure: str
    levels: tuple[str, ...] = CONFINED


@dataclass(frozen=True)
class Tried:
    """A promise that was tried.

    Attributes:
        promise: Which.
        holds: Whether it was shown to hold.
        happened: If not, what happened instead.
        wall_s: How long that took, in seconds.
    """

    promise: Promise
    holds: bool
    happened: str
    wall_s: float

"""What a bench can be asked to do, and what an executor tells of it."""

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from grader.executors.bench import Bench

Result = TypeVar("Result")
Result_co = TypeVar("Result_co", covariant=True)


class Work(Protocol[Result_co]):
    """One piece of work; it and its result travel between processes of ours."""

    def perform(self, bench: Bench) -> Result_co:
        """Do it."""
        ...

    def lost(self) -> Result_co:
        """Return what it means that the process died with it, twice."""
        ...


@dataclass(frozen=True)
class Begun:
    """A grading process took a job in hand; again, if the first was lost with it.

    Attributes:
        index: Of the job.
        by: Which process or machine, for people; "" where there is only one.
    """

    index: int
    by: str = ""


@dataclass(frozen=True)
class Ended(Generic[Result]):
    """A job is done: once each, and nothing more is heard of it."""

    index: int
    result: Result


Event = Begun | Ended[Result]

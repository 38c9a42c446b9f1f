"""What a bench can be asked to do: grade a submission, or measure a solution."""

from typing import Protocol, TypeVar

from grader.executors.bench import Bench

Result_co = TypeVar("Result_co", covariant=True)


class Work(Protocol[Result_co]):
    """One piece of work; it and its result travel between processes of ours."""

    def perform(self, bench: Bench) -> Result_co:
        """Do it."""
        ...

    def lost(self) -> Result_co:
        """Return what it means that the process died with it, twice."""
        ...

"""The student's code as one check sees it: a session, the known mistakes, what is lent."""

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

import numpy as np
from numpy.typing import NDArray

from grader.domain.mistake import Mistake
from grader.domain.model import number_of
from grader.domain.rebuilt import CleanModel
from grader.domain.student import CallFailed, CannotRebuild, RebuiltModel, Reply
from grader.grading.clean import CleanWorker
from grader.grading.curtain import Curtain
from grader.sandbox.session import Calls, Session

# no name of Python's: the worker's own way to ask a model that it keeps
ASK = "model.predict"
P = ParamSpec("P")
T = TypeVar("T")
Functions = Mapping[str, Callable[..., Any]]
# no function's name: a check that reads the text may depend on all of it
SOURCE = "*"


@dataclass(frozen=True)
class CheckView:
    """Implements `StudentCode` for one check.

    Attributes:
        session: Where the code runs.
        check_id: Which check is looking.
        known: All mistakes of the lab.
        lent: Names that stand for functions of ours.
        reached: What the check asked for so far: names, SOURCE for the text.
        clean_worker: The one that rebuilds models; None where there is none.
        most_attempts: How often a gate may train; None for as often as it says.
        curtain: What hides a hidden check's inputs; None for a public check.
    """

    session: Session
    check_id: str
    known: tuple[Mistake, ...] = ()
    lent: Functions = dataclasses.field(default_factory=dict)
    reached: set[str] = dataclasses.field(default_factory=set)
    clean_worker: CleanWorker | None = None
    most_attempts: int | None = None
    curtain: Curtain | None = None

    @property
    def source(self) -> str:
        """Return the code as text."""
        self.reached.add(SOURCE)
        return self.session.source

    def __getattr__(self, name: str) -> "FunctionView":
        if name.startswith("__"):
            raise AttributeError(name)
        self.reached.add(name)
        return FunctionView(self, name)

    def replaced(self, functions: Functions) -> "CheckView":
        """Return the same code with some names standing for functions of ours."""
        return dataclasses.replace(self, lent={**self.lent, **functions})

    def rebuilt(self, model: Any) -> RebuiltModel:
        """Return a model that a function gave, rebuilt where no student code is."""
        if self.clean_worker is None:
            raise CannotRebuild("there is no worker to do it in")
        worker = self.clean_worker
        return CleanModel(model, call=lambda *asked: self._told(worker.call, *asked))

    def ask(self, model: Any, X: Any) -> Any:
        """Return what the student's own object predicts, in his worker."""
        calls: Calls = [(ASK, (number_of(model), X), {})]
        (reply,) = self.called(calls)
        return reply.value

    def files(
        self, pattern: str = "**", *, at_most: int = 100
    ) -> Mapping[str, NDArray[np.uint8]]:
        """Return what the student's code wrote to its working directory."""
        return self._told(self.session.files, pattern, at_most=at_most)

    def called(self, calls: Calls, *, after: bool = False) -> list[Reply]:
        """Return the replies of several calls, as the check may know them."""
        replies = self._told(self.session.call, calls, lent=self.lent, after=after)
        if self.curtain is None:
            return replies
        return [self.curtain.of_reply(reply) for reply in replies]

    def _told(self, ask: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return ask(*args, **kwargs)
        except CallFailed as failure:
            if self.curtain is None or not failure.quoted:
                raise
            raise self.curtain.before(failure) from failure


@dataclass(frozen=True)
class FunctionView:
    """Implements `StudentFunction`."""

    view: CheckView
    name: str

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """Return the known mistakes that replace this function."""
        return self._parts(self.view.known)

    @property
    def guarded(self) -> tuple[Mistake, ...]:
        """Return those that this check must tell from the truth."""
        check_id = self.view.check_id
        return self._parts(one for one in self.view.known if check_id in one.fails)

    def _parts(self, known: Iterable[Mistake]) -> tuple[Mistake, ...]:
        return tuple(part for mistake in known for part in mistake.parts(self.name))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call and return the value."""
        (reply,) = self._call([(self.name, args, kwargs)])
        return reply.value

    def reply(self, *args: Any, **kwargs: Any) -> Reply:
        """Call and return the value with warnings and the arguments afterwards."""
        (reply,) = self._call([(self.name, args, kwargs)], after=True)
        return reply

    def map(self, calls: Sequence[Sequence[Any]]) -> list[Any]:
        """Call once per argument list, in one message."""
        if not calls:
            return []
        replies = self._call([(self.name, args, {}) for args in calls])
        return [reply.value for reply in replies]

    def _call(self, calls: Calls, *, after: bool = False) -> list[Reply]:
        return self.view.called(calls, after=after)

"""The clean worker of one grading: predicts with students' models, without their code."""

from collections.abc import Callable
from typing import Any

from grader.domain.rebuilt import clean_submission
from grader.domain.student import CallFailed
from grader.domain.submission import Submission
from grader.errors import InfrastructureError
from grader.sandbox.session import Session


class CleanWorker:
    """Opens the session that rebuilds models when it is first asked for.

    One for a submission: models of different students never meet in a process.
    """

    def __init__(self, open_session: Callable[[Submission], Session]) -> None:
        """Remember how to open a session for the program that rebuilds models."""
        self._open_session = open_session
        self._session: Session | None = None

    def call(self, name: str, *args: Any) -> Any:
        """Call a function of the clean worker.

        Raises:
            CallFailed: If what the student's model says can't be done.
            InfrastructureError: If there is no worker, or it has no Keras.
        """
        (reply,) = self._ready().call([(name, args, {})])
        return reply.value

    def _ready(self) -> Session:
        if self._session is None:
            self._session = self._open_session(clean_submission())
            faults = self._session.load()
            try:
                self._session.call([("ready", (), {})])
            except CallFailed as failure:
                told = "; ".join(fault.message for fault in faults) or failure.message
                self.close()
                raise InfrastructureError(
                    f"models can't be rebuilt on this machine: {told}"
                ) from failure
        return self._session

    def close(self) -> None:
        """End the worker, if there is one."""
        if self._session is not None:
            self._session.close()
            self._session = None

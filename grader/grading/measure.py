"""Run a submission once through a gate: for calibration, where nobody is judged."""

import contextlib
import functools
from dataclasses import dataclass

from grader.domain.draws import Draws
from grader.domain.gate import Gate
from grader.domain.student import CallFailed
from grader.domain.submission import Submission
from grader.errors import GraderError, LabError
from grader.grading.clean import CleanWorker
from grader.grading.run import Workplace
from grader.grading.view import CheckView
from grader.labs.loading import LoadedLab


@dataclass(frozen=True)
class Measured:
    """What one run gave.

    Attributes:
        values: Quantity -> value; None if the code raised or took too long.
        problem: In one line why there is no value.
        cpu_s: CPU seconds of the submission's code, loading left out.
    """

    values: dict[str, float] | None
    problem: str
    cpu_s: float


def measure(
    loaded: LoadedLab,
    gate: Gate,
    submission: Submission,
    *,
    workplace: Workplace,
    seed: int,
) -> Measured:
    """Return what a gate measures of a submission, in a worker of its own.

    Nothing is lent: a right solution needs no help.

    Args:
        loaded: The lab.
        gate: One of its gates.
        submission: A solution that should pass.
        workplace: Where its code runs.
        seed: Of the random inputs, as a student's secret seed.

    Raises:
        LabError: If the gate's function fails itself.
        InfrastructureError: If a worker can't be started or confined.
    """
    lab = loaded.lab
    open_session = functools.partial(workplace.session, limits=lab.limits, seed=seed)
    with (
        contextlib.closing(open_session(submission)) as session,
        contextlib.closing(CleanWorker(open_session)) as clean,
    ):
        session.load()
        started = session.cpu_s
        view = CheckView(session=session, check_id=gate.name, clean_worker=clean)
        values, problem = None, ""
        try:
            values = gate.measure(view, Draws(seed, lab.name, gate.name))
        except CallFailed as failure:
            problem = failure.message
        except GraderError:
            raise
        except Exception as error:  # a gate's own bug is the lab's problem
            kind = type(error).__name__
            raise LabError(
                f"{lab.name}: gate {gate.name} failed itself: {kind}: {error}"
            ) from error
        return Measured(values, problem, session.cpu_s - started)

"""A check as a teacher writes it: a plain function whose docstring the student reads."""

from collections.abc import Callable
from dataclasses import dataclass

from grader.domain.draws import Draws
from grader.domain.student import StudentCode
from grader.domain.verdict import Verdict

CheckFunction = Callable[[StudentCode, Draws], Verdict]


@dataclass(frozen=True)
class Check:
    """One property of a submission.

    Attributes:
        id: The function's name; a fact that its failure would contradict.
        task: `T6`, as in the handout.
        points: What it is worth; public checks are worth 0, they are there to try.
        title: First line of the docstring.
        run: The function.
        after: Ids of checks that must have passed; otherwise this one is skipped.
        uses: Functions of earlier tasks that the code under test calls. Where such a
            task was not solved, the reference is lent, so that one mistake costs once.
    """

    id: str
    task: str
    points: float
    title: str
    run: CheckFunction
    after: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()


def check(
    *,
    task: str,
    points: float = 0,
    after: str | tuple[str, ...] = (),
    uses: str | tuple[str, ...] = (),
) -> Callable[[CheckFunction], Check]:
    """Declare a function of a lab's `checks.py` as a check.

    Raises:
        ValueError: If the function has no docstring or `points` is negative.
    """
    if points < 0:
        msg = f"a check can't be worth {points} points"
        raise ValueError(msg)

    def declare(function: CheckFunction) -> Check:
        if not function.__doc__:
            msg = f"check {function.__name__} needs a docstring: the student reads it"
            raise ValueError(msg)
        return Check(
            id=function.__name__,
            task=task,
            points=points,
            title=function.__doc__.strip().splitlines()[0],
            run=function,
            after=(after,) if isinstance(after, str) else after,
            uses=(uses,) if isinstance(uses, str) else uses,
        )

    return declare

"""A mistake is a first-class object: one named, plausible student error.

It does three jobs. It tests the checks (the solution with this mistake must lose points
in the checks that it names), it names the error to the student (when the student's answer
equals the mistake's answer), and it guards the inputs (a draw on which the mistake can't
be told from the truth is drawn again).
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Mistake:
    """One function of the solution, done wrong in one way.

    Attributes:
        name: `doubled_twice`.
        replaces: The function of the solution that it stands for.
        function: The wrong version, same signature.
        fails: Ids of the checks that must notice it.
        score: What a submission scores that is right but for this, of 100; None if
            the lab's table has no row for it.
        says: One sentence to the student.
        concept: What to look up.
        named: Whether the engine must name it (False where the evidence can't tell).
        together_with: Further functions that the same error breaks.
    """

    name: str
    replaces: str
    function: Callable[..., Any]
    fails: tuple[str, ...]
    score: float | None
    says: str
    concept: str = ""
    named: bool = True
    together_with: tuple["Mistake", ...] = field(default=())

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the wrong answer."""
        return self.function(*args, **kwargs)

    def parts(self, function: str) -> tuple["Mistake", ...]:
        """Return its wrong versions of a function: this one, or of those together with it.

        Each goes by the name of the whole error, as the student knows it.
        """
        return tuple(
            replace(part, name=self.name, says=self.says, concept=self.concept)
            for part in (self, *self.together_with)
            if part.replaces == function
        )


def mistake(
    *,
    replaces: str,
    fails: str | tuple[str, ...],
    score: float | None = None,
    concept: str = "",
    named: bool = True,
    together_with: tuple[Mistake, ...] = (),
) -> Callable[[Callable[..., Any]], Mistake]:
    """Declare a function of `mistakes.py` as a mistake; its docstring is what it says.

    The body may use `np`, `solution`, its arguments and its own imports, nothing else:
    `grader verify` copies it into a submission.

    Raises:
        ValueError: If the function has no docstring.
    """
    checks = (fails,) if isinstance(fails, str) else fails

    def declare(function: Callable[..., Any]) -> Mistake:
        if not function.__doc__:
            msg = f"mistake {function.__name__} needs a docstring: it is what it says"
            raise ValueError(msg)
        return Mistake(
            name=function.__name__,
            replaces=replaces,
            function=function,
            fails=checks,
            score=score,
            says=" ".join(function.__doc__.split()),
            concept=concept,
            named=named,
            together_with=together_with,
        )

    return declare

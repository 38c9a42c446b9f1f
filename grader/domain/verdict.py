"""What a check says about a submission.

A wrong answer is a value. `credit` says how much of the points is earned, `feedback` is
for the student, `note` for the teacher alone. `example` shows concrete inputs and values:
the engine moves it into `note` for a hidden check, so that a check's author can't leak
hidden inputs by mistake.

A check may quote what came back from a student, so every text here is made readable: a
terminal's escape in the name of a class reaches no terminal, and a lone surrogate can't
keep a report from being written.
"""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from grader.domain.frozen import Frozen
from grader.domain.text import readable

Words = Annotated[str, AfterValidator(readable)]


class Outcome(StrEnum):
    """How a check ended."""

    PASSED = "passed"
    PARTIAL = "partial"
    FAILED = "failed"
    RAISED = "raised"
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    NOT_ATTEMPTED = "not_attempted"
    SKIPPED = "skipped"


class Diagnosis(Frozen):
    """The name of a mistake, and why we think so.

    Attributes:
        mistake: Its name, as in the lab's `mistakes.py` (`doubled_twice`), or one of the
            general ones (`factor_1_over_N`).
        says: One sentence to the student: "this is what you get when ...".
        concept: What to look up, if there is a name for it.
        certain: False for "consistent with": the symptom fits, other causes may too.
    """

    mistake: Words
    says: Words
    concept: Words = ""
    certain: bool = True


class Example(Frozen):
    """One concrete case: the call, what came back, what was expected; plain text."""

    call: Words
    got: Words
    expected: Words


class Picture(Frozen):
    """A figure for people: pixels that the grading process encoded itself.

    Attributes:
        title: A caption.
        alt: A description in words, made from the extracted data.
        png: The encoded image.
    """

    title: Words
    alt: Words
    png: bytes


class Verdict(Frozen):
    """The result of one check on one submission."""

    outcome: Outcome
    credit: float = Field(ge=0, le=1)
    feedback: Words = ""
    note: Words = ""
    diagnosis: Diagnosis | None = None
    example: Example | None = None
    pictures: tuple[Picture, ...] = ()

    @model_validator(mode="after")
    def _credit_agrees_with_outcome(self) -> Self:
        allowed = {
            Outcome.PASSED: self.credit == 1,
            Outcome.PARTIAL: 0 < self.credit < 1,
        }.get(self.outcome, self.credit == 0)
        if not allowed:
            msg = f"a {self.outcome} verdict can't have credit {self.credit}"
            raise ValueError(msg)
        return self

    @classmethod
    def passed(cls, feedback: str = "", *, pictures: tuple[Picture, ...] = ()) -> Self:
        """Return full credit."""
        return cls(
            outcome=Outcome.PASSED, credit=1, feedback=feedback, pictures=pictures
        )

    @classmethod
    def failed(
        cls,
        feedback: str,
        *,
        credit: float = 0,
        note: str = "",
        diagnosis: Diagnosis | None = None,
        example: Example | None = None,
        pictures: tuple[Picture, ...] = (),
    ) -> Self:
        """Return a failure, or a partial success if `credit` is above 0.

        Raises:
            ValueError: If `credit` is outside [0, 1).
        """
        return cls(
            outcome=Outcome.PARTIAL if credit > 0 else Outcome.FAILED,
            credit=credit,
            feedback=feedback,
            note=note,
            diagnosis=diagnosis,
            example=example,
            pictures=pictures,
        )

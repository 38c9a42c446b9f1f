"""Public checks of the arena."""

from grader.checks import Draws, StudentCode, Verdict, check, values


@check(task="T1")
def doubles_two(student: StudentCode, rng: Draws) -> Verdict:
    """double(2) is 4."""
    return values(student.double, expect=[4], inputs=[(2,)], rng=rng)

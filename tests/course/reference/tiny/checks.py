"""Hidden checks of the tiny lab."""

from grader.checks import Draws, StudentCode, Verdict, check, values

from . import tiny as solution


def vector(rng: Draws) -> tuple[object, ...]:
    """Return a random vector."""
    return (rng.normal(size=5),)


@check(task="T1", points=40)
def double_doubles(student: StudentCode, rng: Draws) -> Verdict:
    """double returns twice its argument."""
    return values(student.double, expect=solution.double, inputs=vector, rng=rng)


@check(task="T2", points=40, uses=("double",))
def total_adds_up(student: StudentCode, rng: Draws) -> Verdict:
    """total adds up the doubled numbers."""
    return values(student.total, expect=solution.total, inputs=vector, rng=rng)


@check(task="T2", points=20, after="total_adds_up", uses=("double",))
def total_of_nothing_is_zero(student: StudentCode, rng: Draws) -> Verdict:
    """total of an empty vector is 0."""
    return values(student.total, expect=[0.0], inputs=[([],)], rng=rng)

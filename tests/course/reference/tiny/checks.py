"""Hidden checks of the tiny lab."""

import numpy as np

from grader.checks import Draws, StudentCode, Verdict, check, gate, values

from . import tiny as solution


def vector(rng: Draws) -> tuple[object, ...]:
    """Return a random vector."""
    return (rng.normal(size=5),)


@gate(at_least={"share": 0.3}, at_most={"share": 0.7})
def share_above_one(student: StudentCode, rng: Draws) -> dict[str, float]:
    """Share of 100 doubled uniform numbers that are above 1: a half, more or less."""
    return {"share": np.mean(student.double(rng.random(100)) > 1)}


@check(task="T1", points=30)
def double_doubles(student: StudentCode, rng: Draws) -> Verdict:
    """double returns twice its argument."""
    return values(student.double, expect=solution.double, inputs=vector, rng=rng)


@check(task="T1", points=10, after="double_doubles")
def half_of_the_doubles_are_large(student: StudentCode, rng: Draws) -> Verdict:
    """About half of the doubled numbers are above 1."""
    return share_above_one.judge(student, rng)


@check(task="T2", points=40, uses=("double",))
def total_adds_up(student: StudentCode, rng: Draws) -> Verdict:
    """total adds up the doubled numbers."""
    return values(student.total, expect=solution.total, inputs=vector, rng=rng)


@check(task="T2", points=20, after="total_adds_up", uses=("double",))
def total_of_nothing_is_zero(student: StudentCode, rng: Draws) -> Verdict:
    """total of an empty vector is 0."""
    return values(student.total, expect=[0.0], inputs=[([],)], rng=rng)

"""Hidden checks of the arena."""

import numpy as np

from grader.checks import (
    Draws,
    Item,
    StudentCode,
    Verdict,
    check,
    figures,
    gradient,
    rubric,
    values,
)

from . import arena as solution


def vector(rng: Draws) -> tuple[object, ...]:
    """Return a random vector."""
    return (rng.normal(size=5),)


def number_and_vector(rng: Draws) -> tuple[object, ...]:
    """Return a random number and a random vector."""
    return float(rng.normal()), rng.normal(size=4)


def loss(w, x):
    """Return the number that `slope` differentiates."""
    return np.sum(np.tanh(w * x))


@check(task="T1", points=40)
def double_doubles(student: StudentCode, rng: Draws) -> Verdict:
    """double returns twice its argument."""
    return values(student.double, expect=solution.double, inputs=vector, rng=rng)


@check(task="T2", points=20)
def total_adds_up(student: StudentCode, rng: Draws) -> Verdict:
    """total adds up."""
    return values(student.total, expect=solution.total, inputs=vector, rng=rng)


@check(task="T3", points=20)
def slope_is_the_derivative(student: StudentCode, rng: Draws) -> Verdict:
    """slope returns the derivative with respect to w."""
    return gradient(
        student.slope, of=loss, wrt={"dw": 0}, at=number_and_vector, rng=rng
    )


@check(task="T4", points=20)
def draw_shows_the_points(student: StudentCode, rng: Draws) -> Verdict:
    """draw shows all points, with labels on the axes."""
    points = rng.normal(size=(6, 2))
    figure = figures.draw(student.draw, points[:, 0], points[:, 1])
    panels = figures.panels(figure)
    return rubric(
        Item(
            credit=0.8,
            ok=any(figures.has_points(axes, points) for axes in panels),
            feedback="the points are not in the figure",
        ),
        Item(
            credit=0.2,
            ok=any(figures.labelled(axes) for axes in panels),
            feedback="the axes have no labels",
        ),
        pictures=(figures.picture(figure, "Your points"),),
    )

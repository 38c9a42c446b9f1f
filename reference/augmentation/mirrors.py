"""Checks on what is no augmentation for digits, and on the answers about it."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from grader.checks import (
    Draws,
    Item,
    StudentCode,
    Verdict,
    check,
    numbers,
    recognised,
    rubric,
)

from . import augmentation as solution
from .probes import SIZE, Array, alike, diagnosis, named


@check(task="T8", points=3)
def mirror_changes_half_of_the_images(student: StudentCode, rng: Draws) -> Verdict:
    """wrong_augment with "mirror" exchanges left and right in about half of the images."""
    X = rng.uniform(size=(300, SIZE, SIZE))
    return _half_changed(student, rng, X, "mirror", X[:, :, ::-1])


@check(task="T8", points=3, uses="rotate_image")
def half_turns_half_of_the_images(student: StudentCode, rng: Draws) -> Verdict:
    """wrong_augment with "half_turn" rotates about half of the images by 180 degrees."""
    # black at the rim, where an interpolated half turn may lose pixels by rounding
    X = np.pad(rng.uniform(size=(300, SIZE - 2, SIZE - 2)), ((0, 0), (1, 1), (1, 1)))
    return _half_changed(student, rng, X, "half_turn", X[:, ::-1, ::-1])


def _half_changed(
    student: StudentCode, rng: Draws, X: Array, kind: str, changed: Array
) -> Verdict:
    function = student.wrong_augment
    first, other = (
        numbers(function(X, kind, rng.student_seed()), X.shape) for _ in range(2)
    )
    if first is None or other is None:
        return Verdict.failed(f"wrong_augment must return images of shape {X.shape}.")
    which = alike(first, changed)
    if not (which | alike(first, X)).all():
        name = "mirrors_up_and_down" if alike(first, X[:, ::-1]).any() else ""
        return Verdict.failed(
            f'with kind="{kind}" some images are neither left alone nor changed as asked.',
            diagnosis=diagnosis(function, name),
        )
    share = which.mean()
    # 0.5 with an sd of 0.029: outside once in two million
    if not 0.35 <= share <= 0.65:
        name = {1.0: "changes_all_images"}.get(float(share), "")
        return Verdict.failed(
            "not about half of the images are changed: each for itself, with "
            "probability 1/2.",
            credit=0.5,
            diagnosis=diagnosis(function, name),
        )
    differs = not np.array_equal(which, alike(other, changed))
    return rubric(
        Item(0.8, ok=True, feedback="", right="the images"),
        Item(0.2, differs, "two seeds change the same images."),
    )


@check(task="T8", points=4)
def answers_about_mirrors(student: StudentCode, rng: Draws) -> Verdict:
    """The answers say what mirrors and half turns do to digits, and count the shifts."""
    got = student.answers()
    if not isinstance(got, Mapping):
        return Verdict.failed("answers must return a dict.")
    truth = solution.answers()
    verdict = rubric(
        *(
            Item(
                0.25,
                _answered(got.get(key), expected),
                f"the answer to {key} is not right.",
                key,
            )
            for key, expected in truth.items()
        )
    )
    return named(verdict, recognised(student.answers, (), got))


def _answered(got: Any, expected: Any) -> bool:
    """Return whether an answer is right: a word in any case, digits in any order."""
    if isinstance(expected, str):
        return isinstance(got, str) and got.strip().lower() == expected
    if isinstance(expected, list):
        listed = got.tolist() if isinstance(got, np.ndarray) else got
        return (
            isinstance(listed, list)
            and all(isinstance(one, int | float) for one in listed)
            and sorted(listed) == expected
        )
    number = numbers(got, ())
    return number is not None and bool(number == expected)

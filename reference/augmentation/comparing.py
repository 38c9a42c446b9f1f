"""Checks on the comparison of two arms: pure functions of given accuracies."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from grader.checks import Draws, Part, StudentCode, Verdict, check, values

from . import augmentation as solution
from .probes import Array


def entry(*keys: str) -> Callable[[Any], Any]:
    """Return a function that picks entries of what `compare` returns."""

    def pick(value: Any) -> Any:
        if not isinstance(value, Mapping) or not all(key in value for key in keys):
            return value
        return {key: value[key] for key in keys}

    return pick


def accuracies(rng: Draws, k: int) -> tuple[Array, Array]:
    """Draw the accuracies of k pairs of arms, with a gain that is not lost in noise."""
    plain = rng.uniform(0.83, 0.9, k)
    return plain, plain + rng.uniform(-0.01, 0.05, k)


@check(task="T6", points=2)
def differences_are_paired(student: StudentCode, rng: Draws) -> Verdict:
    """The differences are augmented minus plain, seed by seed, and their mean."""
    pick = entry("differences", "mean")
    inputs = [accuracies(rng, k) for k in (3, 6)]
    return values(
        Part(student.compare, pick),
        expect=[pick(solution.compare(*pair)) for pair in inputs],
        inputs=inputs,
    )


@check(task="T6", points=4)
def standard_error_is_of_the_mean(student: StudentCode, rng: Draws) -> Verdict:
    """The standard error is that of the mean of paired differences, t is mean over it."""
    pick = entry("standard_error", "t")
    inputs = [accuracies(rng, k) for k in (3, 5, 8)]
    return values(
        Part(student.compare, pick),
        expect=[pick(solution.compare(*pair)) for pair in inputs],
        inputs=inputs,
        tolerance=1e-6,
    )


def pairs_with(*differences: float) -> tuple[Array, Array]:
    """Return accuracies of two arms with these differences."""
    plain = np.full(len(differences), 0.875)
    return plain, plain + np.array(differences)


@check(task="T6", points=1)
def sign_test_counts_heads(student: StudentCode, rng: Draws) -> Verdict:
    """p_sign is the probability of so many heads or more, differences of 0 left out."""
    pick = entry("p_sign")
    # multiples of 1/64 are exact, so that a difference of 0 is 0
    up, down = (float(rng.integers(1, 4)) / 64 for _ in range(2))
    inputs = [
        pairs_with(up, up, -down, up),
        pairs_with(up, 0, up, up, 0, -down, up),
        pairs_with(-down, up, -down, -down, -down),
    ]
    # 4 heads and 1; 4 of 5: 5 + 1; 1 of 5: all but 1 of 32
    return values(
        Part(student.compare, pick),
        expect=[{"p_sign": p} for p in (5 / 16, 6 / 32, 31 / 32)],
        inputs=inputs,
    )


@check(task="T6", points=3)
def significance_needs_seeds(student: StudentCode, rng: Draws) -> Verdict:
    """A gain from one seed, or three, is not significant; from five of five it is."""
    pick = entry("significant")
    # two that differ: equal gains have a standard error of 0, and t is not asked for here
    up = [step / 64 for step in (2, 3, *rng.integers(2, 4, size=5).tolist())]
    inputs = [
        pairs_with(*up[:1]),
        pairs_with(*up[:3]),
        pairs_with(*up[:5]),
        pairs_with(*up[:6], -1 / 64),
        pairs_with(*(-one for one in up[:5])),
    ]
    # one, three and five heads of as many: 1/2, 1/8, 1/32; six of seven: 8/128
    return values(
        Part(student.compare, pick),
        expect=[{"significant": yes} for yes in (False, False, True, False, False)],
        inputs=inputs,
    )

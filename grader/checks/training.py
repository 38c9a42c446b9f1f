"""Was it trained, on the right data, and does the history tell the truth?

One import for all building blocks of training checks. Each looks at values that the check
got, or calls one function of the student, and returns a `Verdict` or a plain number.

Single updates are judged by `values` (a given start) and `trace` (a start of one's own),
what a training reaches by `gate`.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from grader.checks.learning import (
    accuracy,
    cross_entropy,
    curve_of,
    independent_of_batch_mates,
    initial_loss,
    overfits_sample,
    overfitting_signs,
    predicted_classes,
    worse_without_inputs,
)
from grader.domain.draws import Draws
from grader.domain.model import ModelData
from grader.domain.student import Opaque
from grader.domain.verdict import Verdict
from grader.errors import LabError
from grader.numerics.binomial import at_least, chance_interval
from grader.numerics.permutations import share_as_good

__all__ = [
    "accuracy",
    "chance_interval",
    "cross_entropy",
    "history_is_true",
    "independent_of_batch_mates",
    "initial_loss",
    "non_interference",
    "overfits_sample",
    "overfitting_signs",
    "relabelling",
    "same",
    "shuffled_label_control",
    "worse_without_inputs",
    "wrong_label_canary",
    "wrong_labels",
]

Labels = NDArray[np.int64]

# of an honest solution failing a check that looks for foul play
RARE = 1e-6


def relabelling(rng: Draws, classes: int = 10) -> Labels:
    """Return a secret permutation p of the classes in which none keeps its number.

    `p[y]` are the labels to train with: honest training does not notice, stored weights
    and known answers score 0.

    Args:
        rng: The check's draws.
        classes: At least 2.

    Raises:
        LabError: If there are fewer.
    """
    if classes < 2:
        raise LabError(f"{classes} classes can't be relabelled")
    numbers_ = np.arange(classes)
    while True:
        # 37 % of all permutations have no fixed point
        drawn = rng.permutation(classes)
        if not np.any(drawn == numbers_):
            return drawn


def wrong_labels(rng: Draws, labels: Any, classes: int = 10) -> Labels:
    """Return labels that are all wrong, each drawn from the other classes.

    Args:
        rng: The check's draws.
        labels: (n,), integers in 0..classes-1.
        classes: At least 2.
    """
    right = np.asarray(labels)
    return np.asarray((right + rng.integers(1, classes, size=right.shape)) % classes)


def same(a: Any, b: Any) -> bool:
    """Return whether two nested plain values are equal to the last bit.

    NaN equals the same NaN; 0.0 is not -0.0, a float32 array not a float64 one. Lists and
    tuples are alike, as both arrive as lists. What did not arrive as data is no evidence:
    it is the same as nothing.
    """
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        alike = a.dtype == b.dtype and a.shape == b.shape
        return alike and a.tobytes() == b.tobytes()
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if type(a) is not type(b) or isinstance(a, Opaque):
        return False
    if isinstance(a, ModelData):
        return bool(a.same_as(b))
    if isinstance(a, Mapping):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, float | complex):
        return np.asarray(a).tobytes() == np.asarray(b).tobytes()
    if isinstance(a, BaseModel):
        return same(vars(a), vars(b))
    return bool(a == b)


def shuffled_label_control(
    predicted: Any, labels: Any, *, classes: int = 10, probability: float = RARE
) -> Verdict:
    """Return whether a network trained on shuffled labels knows nothing about others.

    It must be at chance on unseen samples; if not, it got the answers some other way.
    All pictures of a class may well get the same wrong answer, so the number of right
    ones is not binomial. What holds exactly: training could not know which class has
    which number, so every renaming of the predicted classes was as likely. The verdict
    fails if so few renamings are as good as the true names.

    Args:
        predicted: Classes (n,) or probabilities (n, C) for unseen samples.
        labels: (n,), their true labels, in the classes' secret names if they have any;
            balanced.
        classes: Number of classes C; 1 / C! must be below `probability`.
        probability: That an honest solution fails.

    Raises:
        LabError: If there are too few classes to tell, or more than 12.

    Source: Ojala & Garriga, "Permutation tests for studying classifier performance",
        JMLR 11 (2010), 1833-1863, test 1.
    """
    if 1 / math.factorial(classes) > probability:
        raise LabError(f"{classes} classes can't tell at probability {probability:g}")
    found = predicted_classes(predicted, len(labels))
    if found is None or not np.all((found >= 0) & (found < classes)):
        return Verdict.failed(f"{len(labels)} predicted classes are expected.")
    table = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(table, (np.asarray(labels), found), 1)
    if share_as_good(table) > probability:
        return Verdict.passed()
    right = accuracy(found, labels)
    return Verdict.failed(
        f"Trained on shuffled labels, the network still gets {right:.0%} of unseen "
        "samples right: it knows the answers from somewhere else than its training."
    )


def wrong_label_canary(
    predicted: Any,
    wrong: Any,
    *,
    classes: int = 10,
    probability: float = RARE,
) -> Verdict:
    """Return whether samples that were handed over as test data were not learnt from.

    Some of them carried wrong labels, drawn by `wrong_labels`. Who never trained on them
    repeats a wrong label with a chance of at most 1 / (C - 1), each by itself.

    Args:
        predicted: Classes (n,) or probabilities (n, C) for those samples.
        wrong: (n,), the wrong labels that were handed over.
        classes: C, at least 3.
        probability: That an honest solution fails.

    Raises:
        LabError: If even repeating all of the labels would be no proof.
    """
    count = len(wrong)
    chance = 1 / max(classes - 1, 1)
    if classes < 3 or not at_least(count, count, chance) <= probability:
        raise LabError(
            f"{count} wrong labels of {classes} classes can't tell at probability "
            f"{probability:g}"
        )
    found = predicted_classes(predicted, count)
    if found is None:
        return Verdict.failed(f"{len(wrong)} predicted classes are expected.")
    repeated = int(np.count_nonzero(found == np.asarray(wrong)))
    if at_least(repeated, count, chance) > probability:
        return Verdict.passed()
    return Verdict.failed(
        f"{repeated} of {len(wrong)} test samples with a wrong label get that very label: "
        "the test data took part in the training."
    )


def non_interference(train: Callable[[Any], Any], test: Any, other: Any) -> Verdict:
    """Return whether other test data leave the training as it is, to the last bit.

    Args:
        train: Trains with the same seed and training data each time and returns what
            must not depend on the test data: weights, training losses.
        test: Test data.
        other: Other test data of the same shape.

    Raises:
        CallFailed: If a call gave no value.
    """
    first, second = train(test), train(other)
    if same(first, second):
        return Verdict.passed()
    # only then a third training, to tell chance from influence
    if not same(first, train(test)):
        return Verdict.failed(
            "Two trainings with the same seed and data differ: does everything random "
            "come from `seed`?"
        )
    return Verdict.failed(
        "With other test data, the same seed trains other weights: the test data took "
        "part in the training."
    )


def history_is_true(
    history: Any,
    after: Mapping[int, Mapping[str, float]],
    *,
    tolerance: float = 1e-3,
) -> Verdict:
    """Return whether a claimed history has the values that the grader computed itself.

    Compare what belongs to a moment, as `val_loss`: Keras' `loss` is a mean over the
    epoch while the weights change.

    Args:
        history: Dict of lists, one value an epoch, as Keras' `History.history`.
        after: Epoch, from 1 -> name -> the value that the grader found then.
        tolerance: Largest |claimed - found| / max(1, |found|).

    Raises:
        LabError: If `after` holds nothing to compare.
    """
    facts = [
        (epoch, name, value)
        for epoch, values in after.items()
        for name, value in values.items()
    ]
    if not facts:
        raise LabError("history_is_true needs at least one value to compare with")
    for epoch, name, value in facts:
        curve = curve_of(history, name)
        if curve is None or len(curve) < epoch:
            return Verdict.failed(f"The history has no {name} for epoch {epoch}.")
        error = abs(curve[epoch - 1] - value) / max(1.0, abs(value))
        if not error <= tolerance:
            return Verdict.failed(
                f"The {name} of epoch {epoch} in the history is not what the trained "
                "network gives."
            )
    return Verdict.passed()

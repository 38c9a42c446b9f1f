"""Checks on the two arms of the experiment.

Both are run on digits whose labels were exchanged by a secret permutation, and judged by
what they predict for images whose labels are only here.
"""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.checks import (
    CallFailed,
    Draws,
    StudentCode,
    StudentFunction,
    Verdict,
    check,
    gate,
    numbers,
)
from grader.data import mnist

from . import augmentation as solution
from .probes import SIZE, Array, blob, diagnosis, turned

# the experiment of the handout
TRAINING, VALIDATION, EPOCHS, BATCH = 500, 300, 40, 32
# beside those; the hidden ones alone in the full set, all that is left in the small one
UNSEEN, UNSEEN_OF_EMBEDDED = 10_000, 4_200

# of random_augment, lent to one check: three attempts need 60,000
MOST_IMAGES_LENT = 100_000


@dataclass(frozen=True)
class Arm:
    """What `train` returned.

    Attributes:
        curve: Training accuracy by epoch.
        val_curve: Validation accuracy by epoch.
        steps: The number of updates that it reports.
        P: Probabilities (m, 10).
    """

    curve: Array
    val_curve: Array
    steps: Array
    P: Array


def arm(value: Any, *, epochs: int, m: int) -> Arm | str:
    """Return what `train` returned, or a sentence about what is wrong with its form."""
    if not isinstance(value, list) or len(value) != 2 or not isinstance(value[0], dict):
        return "train must return (history, P), history a dict."
    history, P = value[0], numbers(value[1], (m, 10))
    if P is None or not np.allclose(P.sum(axis=1), 1, atol=1e-3) or P.min() < -1e-6:
        return "P must hold ten probabilities for each test image, (m, 10)."
    curves = [
        numbers(history.get(name), (epochs,)) for name in ("accuracy", "val_accuracy")
    ]
    steps = numbers(history.get("steps"), ())
    if curves[0] is None or curves[1] is None or steps is None:
        return (
            "history must have one accuracy and one val_accuracy for each epoch, and "
            "the number of steps."
        )
    return Arm(curves[0], curves[1], steps, P)


def share_right(P: Array, y: Array) -> float:
    """Return the accuracy of probabilities."""
    return float(np.mean(P.argmax(axis=1) == y))


@dataclass(frozen=True)
class Digits:
    """Images for one run of the experiment, labels exchanged by a secret permutation.

    Attributes:
        training: Images and labels, as many of each class.
        validation: The same.
        X_test: Images that are in neither.
        y_test: Their labels, which stay here.
    """

    training: tuple[Array, Array]
    validation: tuple[Array, Array]
    X_test: Array
    y_test: Array

    @classmethod
    def draw(cls, rng: Draws, n: int, n_val: int, m: int) -> "Digits":
        """Draw n training images of the students' part, n_val and m of what is left."""
        known = mnist()
        hidden = known.x_hidden[:m], known.y_hidden[:m]
        beside = m - len(hidden[0])
        train = _balanced(known.y_train, n, rng)
        rest = rng.permutation(np.setdiff1d(np.arange(len(known.x_train)), train))
        rest = rest[: n_val + beside]
        # the students' test images are new to `train` as well
        X = np.concatenate([known.x_test, known.x_train[rest]])[: n_val + beside]
        y = np.concatenate([known.y_test, known.y_train[rest]])[: n_val + beside]
        secret = rng.permutation(10)
        return cls(
            (_grey(known.x_train[train]), secret[known.y_train[train]]),
            (_grey(X[:n_val]), secret[y[:n_val]]),
            _grey(np.concatenate([hidden[0], X[n_val:]])),
            secret[np.concatenate([hidden[1], y[n_val:]])],
        )


def _balanced(y: Array, n: int, rng: Draws) -> Array:
    """Return n shuffled indices, as many of each class."""
    chosen = [
        rng.choice(np.flatnonzero(y == label), n // 10, replace=False)
        for label in range(10)
    ]
    return rng.permutation(np.concatenate(chosen))


def _grey(images: Array) -> Array:
    return images.astype(np.float32) / np.float32(255)


def with_sound_variants(student: StudentCode, rng: Draws) -> StudentCode:
    """Return the student's code, with our version of what its batches can't be made with.

    Wrong shifts and rotations were charged in T1 and T2, what is missing in T3 and T4:
    they must not spoil the experiment. Wrong variants and wrong batches stay, since the
    experiment is there to show what they do. Whole epochs are lent at a time: a message
    for each of 20,000 shifts would take longer than the training.
    """
    lent: dict[str, Callable[..., Any]] = {}
    X, seed = rng.uniform(size=(2, SIZE, SIZE)), rng.student_seed()
    if not (moves_rightly(student, X) and answers(student.random_augment, X, seed)):
        lent["random_augment"] = bounded_variants()
    with_variants = student.replaced(lent)
    if not answers(with_variants.augmented_batches, X, np.arange(2), 2, 1, seed):
        lent["augmented_batches"] = bounded_batches()
    return student.replaced(lent)


def answers(function: StudentFunction, *args: Any, **kwargs: Any) -> bool:
    """Return whether a call gives a value, right or wrong."""
    try:
        function(*args, **kwargs)
    except CallFailed:
        return False
    return True


def moves_rightly(student: StudentCode, X: Array) -> bool:
    """Return whether shifts are right, and small rotations nearly so."""
    shifts = [(X, dx, dy) for dx, dy in ((2, -1), (-1, 2), (0, 0), (1, 0))]
    image, deg = blob(6, 4, width=3.5), 14.0
    expected = blob(*turned(6, 4, deg), width=3.5)
    try:
        moved = student.shift_images.map(shifts)
        rotated = numbers(student.rotate_image(image, deg), (SIZE, SIZE))
    except CallFailed:
        return False
    pairs = [
        (numbers(value, X.shape), solution.shift_images(*args))
        for args, value in zip(shifts, moved, strict=True)
    ]
    return (
        rotated is not None
        and bool(np.abs(rotated - expected).max() <= 0.2)
        and all(
            got is not None and np.abs(got - right).max() <= 1e-4
            for got, right in pairs
        )
    )


def bounded_variants() -> Callable[..., Array]:
    """Return our random_augment for a student to call, with an end to all patience."""
    left = MOST_IMAGES_LENT

    def random_augment(
        X: Array, max_shift: int = 2, max_deg: float = 15, seed: int = 0
    ) -> Array:
        nonlocal left
        left -= len(X)
        if left < 0 or np.shape(X)[1:] != (SIZE, SIZE):
            raise ValueError("too many images, or none of 28 x 28 pixels")
        variants: Array = solution.random_augment(X, max_shift, max_deg, seed)
        return variants

    return random_augment


def bounded_batches() -> Callable[..., Any]:
    """Return our augmented_batches for a student to call, with the same end."""
    left = MOST_IMAGES_LENT

    def augmented_batches(
        X: Array, y: Array, batch: int = 32, epochs: int = 40, seed: int = 0
    ) -> Any:
        nonlocal left
        left -= len(X) * max(int(epochs), 1)
        if left < 0 or np.shape(X)[1:] != (SIZE, SIZE):
            raise ValueError("too many images, or none of 28 x 28 pixels")
        return solution.augmented_batches(X, y, batch, epochs, seed)

    return augmented_batches


@check(task="T5", points=5, uses="augmented_batches")
def arms_make_the_same_steps(student: StudentCode, rng: Draws) -> Verdict:
    """Both arms make one update a batch, and report what the network really does."""
    n, n_val, epochs = 70, 60, 3
    digits = Digits.draw(rng, n, n_val, 20)
    X_val, y_val = digits.validation
    # one picture ten times: the network must read all copies alike
    X_test = np.concatenate([X_val, np.repeat(digits.X_test[:1], 10, axis=0)])
    digits = dataclasses.replace(digits, X_test=X_test)
    for aug in (True, False):
        name = "augmented" if aug else "plain"
        found = run(student, digits, aug=aug, seed=rng.student_seed(), epochs=epochs)
        if isinstance(found, str):
            return Verdict.failed(found)
        if copies_differ(found.P[n_val:]):
            return about_copies(student.train)
        # the last batch of an epoch is a batch
        if found.steps != (expected := epochs * -(-n // BATCH)):
            return other_steps(student.train, name, float(found.steps) / expected)
        if abs(found.val_curve[-1] - share_right(found.P[:n_val], y_val)) > 1e-4:
            return Verdict.failed(
                f"the {name} arm's last val_accuracy is not that of its predictions for "
                "the same images: is it measured after the epoch, without augmentation?",
                credit=0.4,
            )
    return Verdict.passed()


def run(
    student: StudentCode, digits: Digits, *, aug: bool, seed: int, epochs: int
) -> Arm | str:
    """Return one arm, or a sentence about what is wrong with what `train` returned."""
    value = student.train(
        digits.training,
        digits.validation,
        digits.X_test,
        aug=aug,
        seed=seed,
        epochs=epochs,
    )
    return arm(value, epochs=epochs, m=len(digits.X_test))


def copies_differ(P: Array) -> bool:
    """Return whether the probabilities of copies of one image differ."""
    return bool(np.ptp(P, axis=0).max() > 1e-4)


def about_copies(function: StudentFunction) -> Verdict:
    """Return the verdict on a network that reads copies of an image in different ways."""
    return Verdict.failed(
        "copies of one test image are read in different ways: test images must not be "
        "augmented.",
        diagnosis=diagnosis(function, "augmented_test_images"),
    )


def other_steps(function: StudentFunction, name: str, ratio: float) -> Verdict:
    """Return the verdict on an arm that makes more or fewer updates than it should."""
    return Verdict.failed(
        f"the {name} arm makes {ratio:.3g} times as many updates as epochs times batches: "
        "then the arms differ in more than the augmentation.",
        diagnosis=diagnosis(function, "twice_the_steps" if ratio == 2 else ""),
    )


class CopiesDiffer(Exception):  # noqa: N818 - what was seen, not our error
    """Test images are read by chance: no accuracy can be measured."""


@gate(
    # the same for both sets of data, and so are the runs that they come from
    at_least={"gain": 0.01, "plain_accuracy": 0.81, "training_gap": 0.03},
    attempts=3,
)
def gain(student: StudentCode, rng: Draws) -> dict[str, float]:
    """Accuracy on unseen digits with augmentation, minus accuracy without it."""
    unseen = UNSEEN if mnist().source == "full" else UNSEEN_OF_EMBEDDED
    digits = Digits.draw(rng, TRAINING, VALIDATION, unseen)
    X_test = np.concatenate([digits.X_test, np.repeat(digits.X_test[:1], 10, axis=0)])
    digits = dataclasses.replace(digits, X_test=X_test)
    seed = rng.student_seed()
    arms = []
    for aug in (True, False):
        found = run(student, digits, aug=aug, seed=seed, epochs=EPOCHS)
        if isinstance(found, str):
            return {}
        if copies_differ(found.P[unseen:]):
            raise CopiesDiffer
        arms.append(found)
    augmented, plain = (share_right(one.P[:unseen], digits.y_test) for one in arms)
    return {
        "gain": augmented - plain,
        "plain_accuracy": plain,
        "training_gap": float(arms[1].curve[-1] - arms[0].curve[-1]),
    }


@check(task="T5", points=11)
def augmentation_helps(student: StudentCode, rng: Draws) -> Verdict:
    """With augmentation more unseen digits are read, although fewer of the training."""
    try:
        return gain.judge(with_sound_variants(student, rng), rng)
    except CopiesDiffer:
        return about_copies(student.train)

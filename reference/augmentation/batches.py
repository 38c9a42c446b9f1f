"""Checks on batches: each image once an epoch, and each time as another variant."""

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.checks import (
    Diagnosis,
    Draws,
    Item,
    StudentCode,
    StudentFunction,
    Verdict,
    check,
    numbers,
    rubric,
)

from .probes import CHAIN, SIZE, Array, centroids, diagnosis


@dataclass(frozen=True)
class Labelled:
    """Batches put together: which image and label came where.

    Attributes:
        sizes: Images in each batch.
        images: (total, 28, 28).
        labels: (total,).
    """

    sizes: list[int]
    images: Array
    labels: Array

    @classmethod
    def of(cls, batches: Any) -> "Labelled | None":
        """Return a student's list of pairs put together, None if it is none."""
        if not isinstance(batches, list) or not batches:
            return None
        images, labels = [], []
        for pair in batches:
            if not isinstance(pair, list) or len(pair) != 2:
                return None
            count = len(pair[1]) if isinstance(pair[1], list | np.ndarray) else 0
            x, y = numbers(pair[0], (count, SIZE, SIZE)), numbers(pair[1], (count,))
            if x is None or y is None:
                return None
            images.append(x)
            labels.append(y)
        sizes = [len(y) for y in labels]
        return cls(sizes, np.concatenate(images), np.concatenate(labels))

    def epochs(self, count: int) -> Array:
        """Return the images by epoch, each in the order of its brightness.

        (count, n, 28, 28): image i of an epoch is a variant of image i of `marked`.
        """
        images = self.images.reshape(count, -1, SIZE, SIZE)
        order = np.argsort(
            brightness(images.reshape(-1, SIZE, SIZE)).reshape(count, -1)
        )
        return np.take_along_axis(images, order[..., np.newaxis, np.newaxis], axis=1)


def marked(n: int) -> Array:
    """Return n images (n, 28, 28) that each have a grey value of their own.

    A disc so large that its middle stays in the middle, with a notch that shows how far
    it was turned.
    """
    offset = np.arange(SIZE) - (SIZE - 1) / 2
    disc = (offset**2 + offset[:, np.newaxis] ** 2 <= 9**2).astype(float)
    disc[12:16, 21:24] = 0
    return np.linspace(0.2, 1, n)[:, np.newaxis, np.newaxis] * disc


def brightness(images: Array) -> Array:
    """Return the grey value in the middle of each image, (n,)."""
    middle: Array = images[:, 13:15, 13:15].mean(axis=(1, 2))
    return middle


@check(task="T4", points=2, uses=CHAIN)
def every_image_once_an_epoch(student: StudentCode, rng: Draws) -> Verdict:
    """Every epoch of augmented_batches has each image once, with its own label."""
    n, batch, epochs = 45, 10, 2
    X, y = marked(n), rng.integers(0, 10, n)
    got = student.augmented_batches(X, y, batch, epochs, rng.student_seed())
    found = Labelled.of(got)
    if found is None:
        return Verdict.failed(
            "augmented_batches must return a list of pairs (X_batch, y_batch)."
        )
    per_epoch = [10, 10, 10, 10, 5]
    if found.sizes != per_epoch * epochs:
        return Verdict.failed(
            f"for {n} images, {epochs} epochs and batches of {batch}, the batches must "
            f"hold {per_epoch} images, twice: as many as in plain_batches.",
            diagnosis=_counted(student.augmented_batches, found.sizes, n * epochs),
        )
    variants = brightness(found.images).reshape(epochs, n)
    # which of the marked images each one is
    which = np.rint(np.clip((variants - 0.2) / 0.8, -1, 2) * (n - 1)).astype(int)
    if not all(np.array_equal(np.sort(row), np.arange(n)) for row in which):
        return Verdict.failed(
            "some images come twice in an epoch, others not at all, or not recognisably.",
            diagnosis=diagnosis(student.augmented_batches, "drawn_with_replacement"),
        )
    if not np.array_equal(y[which].ravel(), found.labels):
        return Verdict.failed(
            "some images have the label of another image.",
            diagnosis=diagnosis(student.augmented_batches, "labels_shuffled"),
        )
    return Verdict.passed()


def _counted(
    function: StudentFunction, sizes: list[int], expected: int
) -> Diagnosis | None:
    name = "originals_kept_beside" if sum(sizes) == 2 * expected else ""
    return diagnosis(function, name)


@check(task="T4", points=10, after="every_image_once_an_epoch", uses=CHAIN)
def every_epoch_has_new_variants(student: StudentCode, rng: Draws) -> Verdict:
    """In every epoch each image is another variant of the original, in another order."""
    n, batch, epochs = 40, 10, 6
    X, y = marked(n), np.arange(n)
    seed = rng.student_seed()
    found = [
        Labelled.of(student.augmented_batches(X, y, batch, epochs, one))
        for one in (seed, seed, rng.student_seed())
    ]
    sizes = [batch] * (n // batch * epochs)
    complete = [one for one in found if one is not None and one.sizes == sizes]
    if len(complete) < len(found):
        return Verdict.failed(f"there must be {len(sizes)} batches of {batch} images.")
    first, again, other = complete
    by_epoch = first.epochs(epochs)
    if (problem := _stale(by_epoch, X)) is not None:
        sentence, credit, name = problem
        return Verdict.failed(
            sentence,
            credit=credit,
            diagnosis=diagnosis(student.augmented_batches, name),
        )
    orders = first.labels.reshape(epochs, n)
    reshuffled = len({tuple(order) for order in orders}) == epochs
    repeats = np.array_equal(first.images, again.images)
    differs = not np.allclose(by_epoch, other.epochs(epochs))
    return rubric(
        Item(0.7, ok=True, feedback="", right="new variants in every epoch"),
        Item(0.15, reshuffled, "the order is the same in several epochs."),
        Item(
            0.15,
            bool(repeats and differs),
            "the same seed gives other batches the second time."
            if differs
            else "two seeds give the same variants.",
        ),
    )


def _stale(by_epoch: Array, X: Array) -> tuple[str, float, str] | None:
    """Return what is wrong about the variants: a sentence, the credit left, a mistake."""
    if _share_alike(by_epoch, X) > 0.1:
        return "images come as they are, not as variants.", 0, "batches_not_augmented"
    pairs = itertools.combinations(by_epoch, 2)
    if max(_share_alike(*pair) for pair in pairs) > 0.1:
        return "images look the same in several epochs.", 0, "augmented_once"
    moved = np.abs(centroids(by_epoch.reshape(-1, SIZE, SIZE))).max()
    # shifts of 2, and the notch moves the centre by less than 0.5
    if not moved <= 3.5:
        sentence = "images move further away with every epoch."
        return sentence, 0.3, "variants_of_variants"
    return None


def _share_alike(images: Array, others: Array) -> float:
    """Return the share of images that are the same in both."""
    return float(np.mean(np.abs(images - others).max(axis=(-2, -1)) <= 1e-6))

"""Hidden checks of T1 and T2: the data, softmax, cross-entropy, batches."""

from typing import Any

import numpy as np

from grader.checks import (
    Draws,
    Item,
    Part,
    StudentCode,
    Verdict,
    check,
    figures,
    numbers,
    rubric,
    values,
    weighted,
)

from . import mnist as solution
from .reading import LOSS, Array, known, result

# T1


@check(task="T1", points=4)
def images_are_scaled_rows(student: StudentCode, rng: Draws) -> Verdict:
    """Each image becomes one row of 784 pixels between 0 and 1."""
    pick = result(0, of=2)
    return values(
        Part(student.prepare, pick),
        expect=lambda x, y: pick(solution.prepare(x, y)),
        inputs=some_images,
        rng=rng,
    )


@check(task="T1", points=2)
def labels_are_one_hot(student: StudentCode, rng: Draws) -> Verdict:
    """Each digit becomes ten numbers, 1 in the column of the digit."""
    pick = result(1, of=2)
    return values(
        Part(student.prepare, pick),
        expect=lambda x, y: pick(solution.prepare(x, y)),
        inputs=some_images,
        rng=rng,
    )


def some_images(rng: Draws) -> tuple[Array, Array]:
    """Draw images of noise, with labels that are not all of the ten digits."""
    n = int(rng.integers(5, 9))
    x = rng.integers(0, 256, size=(n, 28, 28), dtype=np.uint8)
    return x, rng.permutation(10)[:n]


@check(task="T1", points=2)
def four_digits_are_shown(student: StudentCode, rng: Draws) -> Verdict:
    """show_digits draws the first four images, upright, each under its digit."""
    x, y = some_images(rng)
    figure = figures.draw(student.show_digits, x, y)
    panels = [axes for axes in figures.panels(figure) if axes.surfaces]
    drawn = [panel_of(panels, image) for image in x[:4]]
    titles = [
        axes is not None and str(digit) in axes.title
        for axes, digit in zip(drawn, y, strict=False)
    ]
    return rubric(
        Item(
            0.6,
            all(axes is not None for axes in drawn) and len(panels) == 4,
            f"there are {len(panels)} pictures, and "
            f"{sum(axes is not None for axes in drawn)} of the first four images are "
            "among them.",
            "the pictures",
        ),
        Item(0.4, all(titles), "a title does not say which digit its picture is."),
        pictures=(figures.picture(figure, "Four digits"),),
    )


def panel_of(panels: list[figures.AxesData], image: Array) -> figures.AxesData | None:
    """Return the panel that shows a picture, upright; its values may be scaled."""
    return next((axes for axes in panels if shows(axes, image)), None)


def shows(axes: figures.AxesData, image: Array) -> bool:
    """Return whether a panel shows an image, whatever its light and contrast.

    Black on white is as good as white on black, and so is grey in three channels.
    """
    truth = stretched(image)
    for surface in axes.surfaces:
        channels = len(surface.values) // image.size
        if surface.shape[:2] != image.shape or channels * image.size != len(
            surface.values
        ):
            continue
        drawn = np.array(surface.values).reshape(*image.shape, -1)
        # three equal channels are one; a fourth would be the opacity
        drawn = stretched(drawn[..., :3].mean(axis=-1)) if channels else truth + 2
        _left, _right, last, first = surface.extent
        # the first row's edge must be the upper one as it is seen
        low, high = axes.ylim
        if (first - last) * (high - low) < 0:
            drawn = drawn[::-1]
        if min(np.abs(one - truth).max() for one in (drawn, 1 - drawn)) <= 1e-3:
            return True
    return False


def stretched(image: Array) -> Array:
    """Return an image with its values stretched over [0, 1]."""
    low, high = float(image.min()), float(image.max())
    scaled: Array = (image - low) / ((high - low) or 1.0)
    return scaled


# T2


@check(task="T2", points=2)
def softmax_is_exp_over_its_sum(student: StudentCode, rng: Draws) -> Verdict:
    """The softmax is exp(Z) divided by the sum of each row."""

    def draw(rng: Draws) -> tuple[Array]:
        n = int(rng.integers(3, 11))
        return (rng.normal(scale=2, size=(n, 10)),)

    return weighted(
        (0.75, values(student.softmax, expect=solution.softmax, inputs=draw, rng=rng)),
        # a sum over the columns can't be seen in one image alone
        (
            0.25,
            values(
                student.softmax,
                expect=solution.softmax,
                inputs=[(rng.normal(size=(10, 10)),), (rng.normal(size=(1, 10)),)],
                blind_to=names_of(student.softmax.guarded),
            ),
        ),
    )


@check(task="T2", points=2)
def softmax_stands_large_logits(student: StudentCode, rng: Draws) -> Verdict:
    """Logits of a thousand give finite, exact probabilities, and no warning."""
    Z = rng.normal(size=(3, 10))
    shifted = Z + np.array([[1000.0], [-1000.0], [0.0]])
    spread = np.array([[1000.0, -1000.0] + 8 * [0.0], 5 * [-1000.0, 1000.0]])
    return values(
        student.softmax,
        expect=[solution.softmax(Z), solution.softmax(spread)],
        inputs=[(shifted,), (spread,)],
        no_warnings=True,
        blind_to=names_of(student.softmax.guarded) - {"softmax_overflows"},
    )


def names_of(mistakes: Any) -> set[str]:
    """Return the names of mistakes."""
    return {one.name for one in mistakes}


@check(task="T2", points=3)
def cross_entropy_is_the_mean_over_images(student: StudentCode, rng: Draws) -> Verdict:
    """cross_entropy returns the mean over the images of -ln P of the right digit."""

    def draw(rng: Draws) -> tuple[Array, Array]:
        n = int(rng.integers(4, 12))
        P = rng.dirichlet(np.full(10, 2.0), size=n) * 0.9 + 0.01
        return np.eye(10)[rng.integers(0, 10, size=n)], P

    return values(
        student.cross_entropy,
        expect=solution.cross_entropy,
        inputs=draw,
        rng=rng,
        tolerance=LOSS,
    )


@check(task="T2", points=1)
def sure_and_right_costs_nothing(student: StudentCode, rng: Draws) -> Verdict:
    """cross_entropy of a perfect prediction is 0, though ln 0 stands beside it."""
    Y = np.eye(10)[rng.permutation(10)]
    value = student.cross_entropy(Y, Y)
    loss = numbers(value, ())
    # a clip at 1e-4 or below is as good as none
    if loss is not None and abs(float(loss)) < 1e-3:
        return Verdict.passed()
    if loss is None:
        is_nan = isinstance(value, float) and np.isnan(value)
        return Verdict.failed(
            "The loss of a perfect prediction is no finite number.",
            diagnosis=known(
                student.cross_entropy, "zero_times_infinity" if is_nan else ""
            ),
        )
    # what softmax leaves of a one-hot vector
    twice = abs(float(loss) - (np.log(np.e + 9) - 1)) < 1e-3
    return Verdict.failed(
        "The loss of a perfect prediction is not 0: can your loss ever become 0?",
        diagnosis=known(student.cross_entropy, "softmax_twice" if twice else ""),
    )


@check(task="T2", points=4)
def batches_are_epochs_dealt_out(student: StudentCode, rng: Draws) -> Verdict:
    """next_batch shuffles anew each epoch, and each epoch has every image once."""
    n, batch, epochs = 60, int(rng.choice([4, 5, 6, 10])), 3
    seed = rng.student_seed()
    args = (n, batch, epochs * n // batch, seed)
    first, again, other = student.next_batch.map(
        [args, args, (*args[:3], rng.student_seed())]
    )
    shape = (epochs * n // batch, batch)
    rows = numbers(first, shape)
    if rows is None or not np.isin(rows, np.arange(n)).all():
        return Verdict.failed(
            "The batches must be whole numbers of shape (steps, batch), each in range(n)."
        )
    orders = rows.reshape(epochs, n)
    covered = bool((np.sort(orders, axis=1) == np.arange(n)).all())
    shuffled = not any((np.diff(order) > 0).mean() > 0.75 for order in orders)
    fresh = len(np.unique(orders, axis=0)) == epochs
    same = np.array_equal(rows, numbers(again, shape))
    another = not np.array_equal(rows, numbers(other, shape))
    verdict = rubric(
        Item(
            0.5,
            covered,
            "within an epoch some images come twice and others not at all.",
            "every epoch has each image once",
        ),
        Item(0.125, shuffled, "the images come in their own order: shuffle them."),
        Item(0.125, fresh, "all epochs have the same order: shuffle for each anew."),
        Item(
            0.25,
            same and another,
            "the same seed must give the same batches, another seed others.",
        ),
    )
    if verdict.credit == 1:
        return verdict
    evidence = {
        "with_replacement": not covered,
        "never_shuffled": not shuffled,
        "shuffled_once": not fresh,
        "batches_ignore_the_seed": not (same and another),
    }
    name = next(name for name, seen in evidence.items() if seen)
    diagnosis = known(student.next_batch, name)
    return verdict.model_copy(update={"diagnosis": diagnosis})

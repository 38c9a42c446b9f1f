"""Hidden checks of T9 and T10: reading unseen digits, confusion, figures."""

from typing import Any

import numpy as np

from grader.checks import (
    Draws,
    Item,
    StudentCode,
    Verdict,
    check,
    figures,
    gate,
    numbers,
    rubric,
    values,
)

from . import mnist as solution
from .data_checks import panel_of
from .drawn import draw_digits
from .reading import Array, known

TRAINING = (
    "softmax",
    "cross_entropy",
    "next_batch",
    "softmax_step",
    "train_softmax",
)

# T9


@gate(at_least={"accuracy": {"embedded": 0.84, "full": 0.84}}, attempts=4)
def reading_accuracy(student: StudentCode, rng: Draws) -> dict[str, float]:
    """Share of unseen digits that predict reads right."""
    digits = draw_digits(rng)
    found = student.predict(digits.X, digits.Y, digits.X_hidden)
    read = numbers(found, digits.labels.shape)
    return {} if read is None else {"accuracy": digits.accuracy(read)}


@check(task="T9", points=3, uses=TRAINING)
def unseen_digits_are_read(student: StudentCode, rng: Draws) -> Verdict:
    """After training on the images given, predict reads others, in their order."""
    return reading_accuracy.judge(student, rng)


@check(task="T9", points=2)
def confusion_counts_pairs(student: StudentCode, rng: Draws) -> Verdict:
    """Row t and column p of confusion count how often digit t was taken for p."""

    def draw(rng: Draws) -> tuple[Array, Array]:
        y = rng.integers(0, 9, size=int(rng.integers(80, 160)))
        # no 9 anywhere: the table still has ten rows and columns
        taken = np.where(rng.random(len(y)) < 0.5, y, rng.integers(0, 9, size=len(y)))
        return y, taken

    return values(student.confusion, expect=solution.confusion, inputs=draw, rng=rng)


@check(task="T9", points=1)
def worst_digits_are_shown(student: StudentCode, rng: Draws) -> Verdict:
    """show_worst draws the five images whose true digit got the smallest probability."""
    n = 20
    x = rng.integers(0, 256, size=(n, 28, 28), dtype=np.uint8)
    y = rng.integers(0, 10, size=n)
    P = rng.dirichlet(np.ones(10), size=n)
    figure = figures.draw(student.show_worst, x, y, P)
    panels = [axes for axes in figures.panels(figure) if axes.surfaces]
    worst = np.argsort(P[np.arange(n), y])[:5]
    drawn = [panel_of(panels, x[row]) for row in worst]
    told = [
        axes is not None and digits_in(axes.title) >= {y[row], P[row].argmax()}
        for axes, row in zip(drawn, worst, strict=True)
    ]
    found = sum(axes is not None for axes in drawn)
    return rubric(
        Item(
            0.6,
            found == len(panels) == 5,
            f"there are {len(panels)} pictures, and {found} of the five worst are "
            "among them.",
            "the pictures",
        ),
        Item(0.4, all(told), "a title does not say the true digit and the one read."),
        pictures=(figures.picture(figure, "The worst digits"),),
    )


def digits_in(text: str) -> set[int]:
    """Return the numbers 0 to 9 that stand in a text."""
    return {int(letter) for letter in text if letter in "0123456789"}


# T10


@check(task="T10", points=3)
def histories_are_drawn(student: StudentCode, rng: Draws) -> Verdict:
    """plot_histories draws training and test curves of accuracy and of loss."""
    histories = {
        name: a_history(rng, epochs) for name, epochs in (("sigmoid", 8), ("relu", 8))
    }
    figure = figures.draw(student.plot_histories, histories)
    wanted = [
        (name, what, kind)
        for name in histories
        for what in ("accuracy", "loss")
        for kind in ("", "val_")
    ]
    matches = {
        (name, what, kind): curve_of(figure, histories[name][f"{kind}{what}"])
        for name, what, kind in wanted
    }
    missing = [key for key, match in matches.items() if match is None]
    found = [match for match in matches.values() if match is not None]
    axes = list({id(match.axes): match.axes for match in found}.values())
    swapped = [key for key, match in matches.items() if match and misnamed(key, match)]
    verdict = rubric(
        Item(
            0.6,
            not missing,
            f"{len(missing)} of the {len(wanted)} curves are not there, or show other "
            "values: accuracy and loss, on training and test images, of each model.",
            "the curves",
        ),
        Item(
            0.2,
            bool(axes)
            and not swapped
            and all(each.legend or each.texts for each in axes),
            "a reader can't tell which curve is which: name model and images in a legend.",
            "the legend",
        ),
        Item(
            0.2,
            bool(axes) and all(figures.labelled(each) for each in axes),
            "an axis has no label.",
        ),
        pictures=(figures.picture(figure, "Learning curves"),),
    )
    tests = [key for key in missing if key[2] == "val_"]
    name = ""
    if missing and tests == missing and len(tests) == len(wanted) // 2:
        name = "test_curves_forgotten"
    elif not missing and swapped:
        name = "training_and_test_swapped"
    return verdict.model_copy(update={"diagnosis": known(student.plot_histories, name)})


def a_history(rng: Draws, epochs: int) -> dict[str, list[float]]:
    """Draw curves as a training leaves them, all far from each other."""
    base = np.arange(1, epochs + 1) / epochs
    start = rng.uniform(0.3, 0.5, size=2)
    loss = rng.uniform(1.0, 3.0, size=2)[:, None] * np.exp(-2 * base)
    return {
        "accuracy": list(start[0] + 0.5 * base + rng.normal(scale=0.02, size=epochs)),
        "val_accuracy": list(start[1] + 0.4 * base**2),
        "loss": list(loss[0] + rng.normal(scale=0.02, size=epochs)),
        "val_loss": list(loss[1] + 0.3 * base),
    }


def curve_of(figure: figures.FigureData, curve: Any) -> figures.CurveMatch | None:
    """Return where a curve is drawn, as a share or in percent."""
    truth = np.array(curve)
    return figures.find_curve(figure, truth) or figures.find_curve(figure, 100 * truth)


def misnamed(key: tuple[str, str, str], match: figures.CurveMatch) -> bool:
    """Return whether a curve's label says training for test, or the other way round."""
    _name, _what, kind = key
    label = match.label.lower()
    says_test = "test" in label or "val" in label
    says_training = "train" in label
    return (kind == "" and says_test and not says_training) or (
        kind == "val_" and says_training and not says_test
    )


@check(task="T10", points=3)
def weights_are_drawn(student: StudentCode, rng: Draws) -> Verdict:
    """plot_weights draws the ten columns of W as upright images, each under its digit."""
    W = rng.normal(size=(784, 10))
    figure = figures.draw(student.plot_weights, W)
    panels = [axes for axes in figures.panels(figure) if axes.surfaces]
    images = [W[:, digit].reshape(28, 28) for digit in range(10)]
    drawn = [panel_of(panels, image) for image in images]
    titled = [
        axes is not None and digit in digits_in(axes.title + " ".join(axes.texts))
        for digit, axes in enumerate(drawn)
    ]
    missing = drawn.count(None)
    verdict = rubric(
        Item(
            0.6,
            not missing,
            f"{missing} of the ten images are not there: "
            "column k of W, as 28 rows of 28.",
            "the ten images",
        ),
        Item(0.4, all(titled), "a panel does not say which digit it is for."),
        pictures=(figures.picture(figure, "The weights"),),
    )
    rows = [row.reshape(28, 28) for row in W.reshape(10, 784)]
    wrong_way = missing > 0 and all(panel_of(panels, row) is not None for row in rows)
    name = "weights_cut_in_rows" if wrong_way else ""
    return verdict.model_copy(update={"diagnosis": known(student.plot_weights, name)})

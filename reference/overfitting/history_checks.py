"""Hidden checks of T3 and T4: numbers and plots of histories that the grader made up."""

import re
from typing import Any

import numpy as np

from grader.checks import (
    Draws,
    Item,
    StudentCode,
    Verdict,
    check,
    figures,
    rubric,
    values,
)
from grader.checks.figures import CurveMatch, FigureData

from . import overfitting as solution
from .reading import known

History = dict[str, list[float]]

# T3


def any_history(rng: Draws) -> tuple[History]:
    """Draw a history of 6 to 20 epochs, all curves wild."""
    epochs = int(rng.integers(6, 21))
    curves = {
        name: rng.uniform(0.05, 0.95, epochs).round(4).tolist()
        for name in ("loss", "accuracy", "val_loss", "val_accuracy")
    }
    return (curves,)


def with_ties(rng: Draws) -> tuple[History]:
    """Draw a history whose smallest validation loss comes three times."""
    (history,) = any_history(rng)
    losses = history["val_loss"]
    where = rng.choice(np.arange(1, len(losses) - 1), size=3, replace=False)
    for epoch in where:
        losses[epoch] = 0.03125
    return (history,)


@check(task="T3", points=4)
def gap_is_training_minus_validation(student: StudentCode, rng: Draws) -> Verdict:
    """The gap is the last training accuracy minus the last validation accuracy."""
    return values(student.gap, expect=solution.gap, inputs=any_history, rng=rng)


@check(task="T3", points=4)
def best_epoch_has_the_first_smallest_loss(student: StudentCode, rng: Draws) -> Verdict:
    """best_epoch counts from 1 and takes the first of equal validation losses."""
    cases = [draw(rng) for draw in (any_history, with_ties) for _ in range(4)]
    return values(student.best_epoch, expect=solution.best_epoch, inputs=cases)


@check(task="T3", points=4)
def rise_is_last_over_smallest(student: StudentCode, rng: Draws) -> Verdict:
    """The rise is the last validation loss divided by the smallest."""
    return values(student.rise, expect=solution.rise, inputs=any_history, rng=rng)


# T4


@check(task="T4", points=2)
def misclassified_is_one_minus_accuracy(student: StudentCode, rng: Draws) -> Verdict:
    """Of both kinds of images, misclassified gives the share of wrong answers."""
    return values(
        student.misclassified,
        expect=solution.misclassified,
        inputs=any_history,
        rng=rng,
        names=("train", "validation"),
    )


def overfitting_history(rng: Draws) -> History:
    """Draw the history of a training that overfits, its four curves far apart."""
    epochs = int(rng.integers(22, 31))
    best = int(rng.integers(8, 13))
    t = np.arange(epochs)
    shake = rng.uniform(-0.008, 0.008, (4, epochs))
    # the validation loss falls to its best epoch and rises on both sides of it
    val_loss = 0.5 + 0.25 * np.abs(t - best) / best + 0.001 * (t - best) ** 2
    return {
        "loss": (2 * np.exp(-t / 5) + 0.02 + shake[0]).clip(0.005).tolist(),
        "accuracy": (1 - 0.6 * np.exp(-t / 4) + shake[1]).clip(0, 0.999).tolist(),
        "val_loss": (val_loss + 0.5 * shake[2]).tolist(),
        "val_accuracy": (0.84 - 0.4 * np.exp(-t / 4) + shake[3]).tolist(),
    }


@check(task="T4", points=8, uses=("misclassified", "best_epoch"))
def both_curves_of_both_panels_are_drawn(student: StudentCode, rng: Draws) -> Verdict:
    """plot_history draws loss and errors for both kinds of images, and the best epoch."""
    history = overfitting_history(rng)
    figure = figures.draw(student.plot_history, history)
    losses = [
        figures.find_curve(figure, history[name]) for name in ("loss", "val_loss")
    ]
    shares = [_share_curve(figure, history[k]) for k in ("accuracy", "val_accuracy")]
    found = [*losses, *shares]
    complete = all(match is not None for match in found)
    drawn = [match for match in found if match is not None]
    verdict = rubric(
        Item(
            0.4,
            all(match is not None for match in losses),
            _missing("loss", losses),
            "the losses",
        ),
        Item(
            0.3,
            all(match is not None for match in shares),
            _missing("share of wrong answers", shares),
            "the wrong answers",
        ),
        Item(
            0.15,
            losses[1] is not None
            and _marks(figure, solution.best_epoch(history), losses[1]),
            "the best epoch is not marked where it is.",
            "the best epoch",
        ),
        Item(
            0.05,
            complete and all(figures.labelled(match.axes) for match in drawn),
            "an axis has no label.",
            "the labels",
        ),
        Item(
            0.1,
            complete and _told_apart(losses) and _told_apart(shares),
            "a legend must say, and rightly, which curve is of the training images.",
        ),
        pictures=(figures.picture(figure, "How a training went"),),
    )
    if verdict.credit == 1:
        return verdict
    return verdict.model_copy(
        update={"diagnosis": _plot_mistake(student, losses, shares)}
    )


def _share_curve(figure: FigureData, accuracy: list[float]) -> CurveMatch | None:
    """Return where an accuracy is drawn, or its error, either perhaps in percent."""
    right = np.array(accuracy)
    for curve in (1 - right, right, 100 * (1 - right), 100 * right):
        if match := figures.find_curve(figure, curve):
            return match
    return None


def _missing(quantity: str, matches: list[CurveMatch | None]) -> str:
    kinds = [
        kind
        for kind, match in zip(("training", "validation"), matches, strict=True)
        if match is None
    ]
    # places called so hold words that catalogues know
    noun = " and the ".join(kinds)
    return f"the {quantity} of the {noun} images is not drawn."


def _told_apart(matches: list[CurveMatch | None]) -> bool:
    """Return whether the two curves' names are names for what they show."""
    train, validation = (match.label.lower() if match else "" for match in matches)
    if not train or not validation or train == validation:
        return False
    swapped = re.search(r"val|test|вал|тест", train) or (
        re.search(r"train|обуч|трен", validation)
        and not re.search("val|вал", validation)
    )
    return not swapped


def _marks(figure: FigureData, best: int, match: CurveMatch) -> bool:
    """Return whether the best epoch is a vertical line, a dot, or named in a text."""
    x = best - 1 + match.offset
    lowest = float(np.min(match.series.y))
    for axes in figure.axes:
        for series in axes.series:
            xs, ys = np.array(series.x), np.array(series.y)
            if len(xs) == 0 or not series.visible:
                continue
            upright = len(xs) > 1 and np.ptp(xs) == 0 and abs(xs[0] - x) < 0.5
            dots = series.kind == "scatter" or (series.marker and len(xs) < 4)
            dot = (np.abs(xs - x) < 0.5) & (np.abs(ys - lowest) <= 0.02 * abs(lowest))
            if upright or (dots and dot.any()):
                return True
    return any(_names(text, best) for text in _texts(figure))


def _names(text: str, best: int) -> bool:
    return re.search(rf"(?<![\d.]){best}(?![\d.])", text) is not None and (
        re.search(r"best|min|lowest|smallest|лучш|наимен|epoch|эпох", text.lower())
        is not None
    )


def _texts(figure: FigureData) -> list[str]:
    inside = [
        text for axes in figure.axes for text in (axes.title, *axes.legend, *axes.texts)
    ]
    return [figure.suptitle, *inside]


def _plot_mistake(
    student: StudentCode,
    losses: list[CurveMatch | None],
    shares: list[CurveMatch | None],
) -> Any:
    pairs = (losses, shares)
    if all(train is not None and validation is None for train, validation in pairs):
        return known(student.plot_history, "training_curves_only")
    return None


@check(task="T4", points=2)
def answers_about_overfitting(student: StudentCode, rng: Draws) -> Verdict:
    """The answers say what overfitting is and what a test set is for."""
    got = student.answers()
    if not isinstance(got, dict):
        return Verdict.failed("answers must return a dict.")
    truth: dict[str, str] = solution.answers()
    verdict = rubric(
        *(
            Item(
                0.25,
                isinstance(got.get(key), str)
                and got[key].strip().lower() == expected.lower(),
                f"the answer to {key} is not right.",
                key,
            )
            for key, expected in truth.items()
        )
    )
    if verdict.credit == 1:
        return verdict
    by_the_gap = str(got.get("sign", "")).strip().lower() == "gap"
    name = "the_gap_alone" if by_the_gap else ""
    return verdict.model_copy(update={"diagnosis": known(student.answers, name)})

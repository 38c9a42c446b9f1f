"""Checks on the two plots: what is drawn is judged, not how."""

from typing import Any

import numpy as np

from grader.checks import Draws, Item, StudentCode, Verdict, check, figures, rubric
from grader.data import mnist

from .probes import CHAIN, SIZE, Array, centroids, mass

VARIANTS = 32
# of 600 right figures 3 had 28 different ones: small turns to the nearest pixel coincide
DIFFERENT = 24


@check(task="T7", points=5, uses=CHAIN)
def variants_are_drawn(student: StudentCode, rng: Draws) -> Verdict:
    """plot_variants shows 32 different variants of the image."""
    digits = mnist()
    image = digits.x_hidden[rng.integers(len(digits.x_hidden))] / 255.0
    figure = figures.draw(student.plot_variants, image, seed=rng.student_seed())
    drawn = drawn_images(figure)
    of_it = [one for one in drawn if is_variant(one, image)]
    different = {one.round(6).tobytes() for one in of_it}
    return rubric(
        Item(
            0.4,
            len(drawn) == VARIANTS,
            f"{len(drawn)} images are drawn, expected 4 rows of 8.",
            "the grid",
        ),
        Item(
            0.3,
            len(of_it) == len(drawn) > 0,
            f"{len(drawn) - len(of_it)} of the drawn images are no variants of the image.",
            "the images",
        ),
        Item(
            0.3,
            len(different) >= DIFFERENT,
            f"only {len(different)} of the variants are different.",
        ),
        pictures=(figures.picture(figure, "Variants of one image"),),
    )


def drawn_images(figure: figures.FigureData) -> list[Array]:
    """Return the images (28, 28) that a figure shows, each in its Axes or tiled."""
    found: list[Array] = []
    for axes in figures.panels(figure):
        for surface in axes.surfaces:
            if len(surface.shape) == 2 and surface.values:
                found += tiles(np.array(surface.values).reshape(surface.shape))
    return found


def tiles(picture: Array) -> list[Array]:
    """Return the images of which a picture is made, none if they don't fit."""
    rows, columns = picture.shape
    if rows % SIZE or columns % SIZE:
        return []
    parts = picture.reshape(rows // SIZE, SIZE, columns // SIZE, SIZE)
    return list(parts.swapaxes(1, 2).reshape(-1, SIZE, SIZE))


def is_variant(drawn: Array, image: Array) -> bool:
    """Return whether an image has about the brightness and place of another one.

    A shift by 2 and a rotation by 15 degrees move a digit's centre by less than 4, and
    may push a little of it out of the frame.
    """
    if not np.isfinite(drawn).all():
        return False
    both = np.stack([drawn, image])
    # as much light whatever the scale of the grey values
    bright = mass(both) / np.array([drawn.max() or 1, image.max()])
    moved = np.abs(np.subtract(*centroids(both))).max()
    return bool(0.75 <= bright[0] / bright[1] <= 1.33 and moved <= 4)


@check(task="T7", points=5)
def curves_of_both_arms(student: StudentCode, rng: Draws) -> Verdict:
    """plot_curves draws training and validation accuracy of both arms."""
    arms = [history(rng), history(rng)]
    figure = figures.draw(student.plot_curves, *arms)
    curves = [one[name] for one in arms for name in ("accuracy", "val_accuracy")]
    # percent are as good
    matches = [
        figures.find_curve(figure, curve)
        or figures.find_curve(figure, [100 * value for value in curve])
        for curve in curves
    ]
    found = [match for match in matches if match is not None]
    return rubric(
        Item(
            0.6,
            len(found) == len(curves),
            f"{len(curves) - len(found)} of the 4 curves are not there, or show other "
            "values.",
            "the curves",
        ),
        Item(
            0.2,
            # panels may share an axis, and its label
            any(match.axes.xlabel for match in found)
            and any(match.axes.ylabel for match in found),
            "an axis has no label.",
            "the labels",
        ),
        Item(
            0.2,
            told_apart(found)
            and not any(map(swapped, zip(matches[::2], matches[1::2], strict=True))),
            "a reader can't tell which curve is which: name the arms, and training and "
            "validation, by titles and a legend that are true.",
        ),
        pictures=(figures.picture(figure, "Learning curves"),),
    )


def history(rng: Draws) -> dict[str, Any]:
    """Draw a history as `train` returns it; its curves rise in ways of their own."""
    epochs = 14
    rises = np.sort(rng.uniform(0.2, 0.95, (2, epochs)), axis=1)
    return {
        "accuracy": rises[0].tolist(),
        "val_accuracy": rises[1].tolist(),
        "steps": 16 * epochs,
    }


def told_apart(found: list[figures.CurveMatch]) -> bool:
    """Return whether a reader can tell which of the found curves is which.

    Panels by their titles, curves by a legend or by texts beside them; one legend will do
    for panels that look alike.
    """
    panels = {match.axes.model_dump_json(): match.axes for match in found}.values()
    names = {axes.title or axes.ylabel for axes in panels}
    most = len(found) // max(len(panels), 1)
    return (
        bool(found)
        and (len(panels) == 1 or (len(names) == len(panels) and "" not in names))
        and (most == 1 or any(figures.legend_for(axes, most) for axes in panels))
        and all(figures.distinguishable(axes) for axes in panels)
    )


def swapped(pair: tuple[figures.CurveMatch | None, figures.CurveMatch | None]) -> bool:
    """Return whether the training curve is called validation, and the other way round."""
    training, validation = pair
    return (
        training is not None
        and validation is not None
        and "val" in training.label.lower()
        and "train" in validation.label.lower()
    )

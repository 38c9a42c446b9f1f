"""Public checks of the lab `augmentation`: small examples that you can follow by hand.

They are worth no points. The hidden checks, which are, ask for more than these.
"""

import numpy as np

from grader.checks import (
    Draws,
    Item,
    StudentCode,
    Verdict,
    check,
    figures,
    numbers,
    rubric,
    values,
)

IMAGE = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]) / 10
# what a student's batches are made with
CHAIN = ("shift_images", "rotate_image", "random_augment")


@check(task="T1")
def shift_by_hand(student: StudentCode, _rng: Draws) -> Verdict:
    """One image of nine pixels, shifted to the right, down, and up by two."""
    right = np.array([[0, 1, 2], [0, 4, 5], [0, 7, 8]]) / 10
    down = np.array([[0, 0, 0], [1, 2, 3], [4, 5, 6]]) / 10
    up = np.array([[7, 8, 9], [0, 0, 0], [0, 0, 0]]) / 10
    return values(
        student.shift_images,
        expect=[right[None], down[None], up[None]],
        inputs=[(IMAGE[None], 1, 0), (IMAGE[None], 0, 1), (IMAGE[None], 0, -2)],
    )


@check(task="T2")
def rotation_by_hand(student: StudentCode, _rng: Draws) -> Verdict:
    """One image of nine pixels and a black rim, rotated by 0, 90 and 180 degrees counter-clockwise."""
    left = np.array([[3, 6, 9], [2, 5, 8], [1, 4, 7]]) / 10
    # a black rim, since rounding may put the outermost pixels just outside
    framed = np.pad(IMAGE, 1)
    return values(
        student.rotate_image,
        expect=[framed, np.pad(left, 1), framed[::-1, ::-1]],
        inputs=[(framed, 0), (framed, 90), (framed, 180)],
        tolerance=0.05,
    )


@check(task="T2")
def rotation_leaves_the_corners_black(student: StudentCode, _rng: Draws) -> Verdict:
    """A white image rotated by 45 degrees has black corners."""
    image = numbers(student.rotate_image(np.ones((28, 28)), 45), (28, 28))
    corners = None if image is None else image[[0, 0, -1, -1], [0, -1, 0, -1]]
    black = corners is not None and np.array_equal(corners, np.zeros(4))
    return rubric(Item(1, black, f"the four corners are {corners}, expected 0."))


@check(task="T3", uses=("shift_images", "rotate_image"))
def variants_of_a_dot(student: StudentCode, rng: Draws) -> Verdict:
    """A dot comes out in many places, none of them further away than max_shift."""
    X = np.zeros((50, 28, 28))
    X[:, 13:15, 13:15] = 1
    seed = rng.student_seed()
    variants = numbers(student.random_augment(X, 2, 0, seed), X.shape)
    again = numbers(student.random_augment(X, 2, 0, seed), X.shape)
    if variants is None or again is None:
        return Verdict.failed("50 images (28, 28) must give 50 images (28, 28).")
    near = np.zeros_like(variants, bool)
    near[:, 11:17, 11:17] = True
    return rubric(
        Item(0.4, bool((variants[~near] <= 1e-6).all()), "a dot went too far."),
        Item(0.3, len(np.unique(variants, axis=0)) > 10, "all dots went one way."),
        Item(0.3, np.array_equal(variants, again), "the same seed gives other images."),
    )


@check(task="T4", uses=CHAIN)
def batches_are_counted(student: StudentCode, rng: Draws) -> Verdict:
    """Seven images in batches of three, two epochs: 3, 3, 1, 3, 3, 1."""
    X, y = rng.uniform(size=(7, 28, 28)), np.arange(7)
    batches = student.augmented_batches(X, y, 3, 2, rng.student_seed())
    pairs = isinstance(batches, list) and all(
        isinstance(pair, list) and len(pair) == 2 for pair in batches
    )
    sizes = [np.shape(pair[1]) for pair in batches] if pairs else []
    labels = np.concatenate([pair[1] for pair in batches]) if pairs and sizes else []
    return rubric(
        Item(0.5, sizes == [(3,), (3,), (1,)] * 2, f"the labels' shapes are {sizes}."),
        Item(
            0.5,
            np.array_equal(np.sort(labels[:7]), y),
            "the first epoch does not have each image once.",
        ),
    )


@check(task="T5", uses=(*CHAIN, "augmented_batches"))
def training_returns_its_history(student: StudentCode, rng: Draws) -> Verdict:
    """For 40 images and two epochs, history has two accuracies each, and four steps."""
    X, y = rng.uniform(size=(40, 28, 28)).astype(np.float32), np.arange(40) % 10
    value = student.train((X, y), (X[:10], y[:10]), X[:8], aug=True, epochs=2)
    if not isinstance(value, list) or len(value) != 2:
        return Verdict.failed("train must return (history, P).")
    history = value[0] if isinstance(value[0], dict) else {}
    steps = history.get("steps")
    accuracies = [
        numbers(history.get(name), (2,)) for name in ("accuracy", "val_accuracy")
    ]
    return rubric(
        Item(
            0.4,
            all(curve is not None for curve in accuracies),
            "accuracy and val_accuracy must have one number for each of two epochs.",
            "the accuracies",
        ),
        Item(0.2, steps == 4, f"steps is {steps}, expected 2 epochs of 2 batches."),
        Item(0.4, numbers(value[1], (8, 10)) is not None, "P must be (8, 10)."),
    )


@check(task="T6")
def comparison_by_hand(student: StudentCode, _rng: Draws) -> Verdict:
    """Two seeds with gains of 3/16 and 5/16, worked out in the handout."""
    plain, augmented = np.array([0.5, 0.5]), np.array([0.6875, 0.8125])
    expected = {
        "differences": np.array([0.1875, 0.3125]),
        "mean": 0.25,
        "standard_error": 0.0625,
        "t": 4.0,
        "p_sign": 0.25,
        "significant": False,
    }
    return values(student.compare, expect=[expected], inputs=[(plain, augmented)])


@check(task="T7", uses=CHAIN)
def grid_has_32_panels(student: StudentCode, _rng: Draws) -> Verdict:
    """plot_variants draws 32 images, each in its Axes or all in one."""
    image = np.zeros((28, 28))
    image[6:22, 12:16] = 1
    figure = figures.draw(student.plot_variants, image, seed=0)
    pixels = sum(
        len(surface.values)
        for axes in figures.panels(figure)
        for surface in axes.surfaces
    )
    return rubric(
        Item(1, pixels == 32 * 28 * 28, f"{pixels / 784:g} images are drawn."),
        pictures=(figures.picture(figure, "Variants"),),
    )


@check(task="T7")
def four_curves_are_drawn(student: StudentCode, _rng: Draws) -> Verdict:
    """plot_curves draws four curves over labelled axes."""
    plain = {"accuracy": [0.5, 0.9, 1.0], "val_accuracy": [0.4, 0.7, 0.8], "steps": 48}
    augmented = {
        "accuracy": [0.3, 0.5, 0.6],
        "val_accuracy": [0.4, 0.65, 0.85],
        "steps": 48,
    }
    figure = figures.draw(student.plot_curves, plain, augmented)
    curves = [
        arm[name] for arm in (plain, augmented) for name in ("accuracy", "val_accuracy")
    ]
    # percent are as good
    matches = [
        figures.find_curve(figure, curve)
        or figures.find_curve(figure, [100 * value for value in curve])
        for curve in curves
    ]
    found = [match for match in matches if match is not None]
    return rubric(
        Item(0.7, len(found) == 4, f"{len(found)} of the four curves are there."),
        Item(
            0.3,
            bool(found) and all(figures.labelled(match.axes) for match in found),
            "an axis has no label.",
        ),
        pictures=(figures.picture(figure, "Learning curves"),),
    )


@check(task="T8")
def mirror_by_hand(student: StudentCode, rng: Draws) -> Verdict:
    """Of sixty images some are mirrored left to right, the others left alone."""
    X = np.repeat(IMAGE[None], 60, axis=0)
    found = numbers(student.wrong_augment(X, "mirror", rng.student_seed()), X.shape)
    if found is None:
        return Verdict.failed("60 images (3, 3) must give 60 images (3, 3).")
    kinds = {image.tobytes() for image in found}
    expected = {IMAGE.tobytes(), IMAGE[:, ::-1].tobytes()}
    return rubric(
        Item(1, kinds == expected, "not just the image and its mirror image.")
    )


@check(task="T8")
def answers_are_complete(student: StudentCode, _rng: Draws) -> Verdict:
    """The answers have four keys: a word, three digits, one digit, and a number."""
    found = student.answers()
    keys = {"mirror_effect", "mirror_proof", "six_upside_down", "shifts"}
    complete = isinstance(found, dict) and keys <= found.keys()
    words = ("raises", "lowers", "none")
    return rubric(
        Item(0.5, complete, f"there must be answers to {', '.join(sorted(keys))}."),
        Item(
            0.5,
            complete and str(found["mirror_effect"]).lower() in words,
            f"mirror_effect must be one of {words}.",
        ),
    )

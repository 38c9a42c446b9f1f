"""Hidden checks of the lab `augmentation`: they carry the points.

Here are those on T1 to T3: shifts and rotations are exact or compared with a formula, what
is drawn at random is judged by its traces in images that were made for it (`probes`).
`batches` has T4, `experiment` T5, `comparing` T6, `plots` T7 and `mirrors` T8.
"""

from typing import Any

import numpy as np

from grader.checks import (
    Diagnosis,
    Draws,
    Item,
    Part,
    StudentCode,
    StudentFunction,
    Verdict,
    check,
    numbers,
    recognised,
    rubric,
    values,
)

from . import augmentation as solution
from .batches import every_epoch_has_new_variants, every_image_once_an_epoch
from .comparing import (
    differences_are_paired,
    sign_test_counts_heads,
    significance_needs_seeds,
    standard_error_is_of_the_mean,
)
from .experiment import arms_make_the_same_steps, augmentation_helps, gain
from .mirrors import (
    answers_about_mirrors,
    half_turns_half_of_the_images,
    mirror_changes_half_of_the_images,
)
from .plots import curves_of_both_arms, variants_are_drawn
from .probes import (
    SIZE,
    Array,
    Spread,
    alike,
    angles,
    blob,
    centroids,
    diagnosis,
    mass,
    named,
    turned,
)

__all__ = [
    "answers_about_mirrors",
    "arms_make_the_same_steps",
    "augmentation_helps",
    "corners_of_a_rotation_are_empty",
    "curves_of_both_arms",
    "differences_are_paired",
    "every_epoch_has_new_variants",
    "every_image_once_an_epoch",
    "gain",
    "half_turns_half_of_the_images",
    "mirror_changes_half_of_the_images",
    "nothing_comes_back_on_the_other_side",
    "random_rotations_are_even",
    "random_shifts_are_even",
    "rotation_by_any_angle",
    "rotation_by_nothing",
    "rotation_by_right_angles",
    "shift_beyond_the_frame",
    "shift_goes_right_and_down",
    "sign_test_counts_heads",
    "significance_needs_seeds",
    "standard_error_is_of_the_mean",
    "variants_are_drawn",
    "variants_are_images",
]

FRAME = (SIZE, SIZE)
# enough for `Spread.is_even`
MANY = 600


# T1


@check(task="T1", points=5)
def shift_goes_right_and_down(student: StudentCode, rng: Draws) -> Verdict:
    """Positive dx shifts to the right, positive dy down, negative ones back."""
    X = np.zeros((3, *FRAME))
    # so far from the edge that nothing leaves the frame
    X[:, 9:18, 8:20] = rng.uniform(0.1, 1, (3, 9, 12))
    dx, dy = (int(d) for d in rng.choice([2, 3, 4, 5, 6], size=2, replace=False))
    moves = [(dx, 0), (-dx, 0), (0, dy), (0, -dy), (dx, -dy), (-dy, dx), (0, 0)]
    return values(
        student.shift_images,
        expect=solution.shift_images,
        inputs=[(X, *move) for move in moves],
    )


@check(task="T1", points=8)
def nothing_comes_back_on_the_other_side(student: StudentCode, rng: Draws) -> Verdict:
    """What a shift moves out of the frame is gone, and what comes in is 0."""
    X = rng.uniform(0.1, 1, (2, *FRAME))
    dx, dy = (int(d) for d in rng.choice([1, 2, 5, 9, 20], size=2, replace=False))
    for move in [(dx, dy), (-dx, dy), (dx, -dy), (-dx, -dy), (dx, 0), (0, -dy)]:
        got = student.shift_images(X, *move)
        moved = numbers(got, X.shape)
        if moved is None:
            return Verdict.failed(
                f"shift_images must return images of shape {X.shape}."
            )
        # which way is right is judged elsewhere
        ways = [(a, b) for pair in (move, move[::-1]) for a, b in _signs(*pair)]
        if not any(
            np.abs(moved - solution.shift_images(X, *way)).max() <= 1e-6 for way in ways
        ):
            return Verdict.failed(
                "shifted images do not hold what stayed in the frame, and 0 elsewhere.",
                diagnosis=recognised(student.shift_images, (X, *move), got),
            )
    return Verdict.passed()


def _signs(a: int, b: int) -> list[tuple[int, int]]:
    return [(i * a, j * b) for i in (1, -1) for j in (1, -1)]


@check(task="T1", points=1)
def shift_beyond_the_frame(student: StudentCode, rng: Draws) -> Verdict:
    """A shift by the size of the image, or more, leaves an empty image."""
    X = rng.uniform(0.1, 1, (2, *FRAME))
    moves = [(SIZE, 0), (0, SIZE + 2), (-SIZE - 5, 3), (2, -SIZE)]
    return values(
        student.shift_images,
        expect=[np.zeros_like(X)] * len(moves),
        inputs=[(X, *move) for move in moves],
    )


# T2


@check(task="T2", points=2)
def rotation_by_nothing(student: StudentCode, rng: Draws) -> Verdict:
    """A rotation by 0 degrees is the image itself."""
    image = rng.uniform(size=FRAME)
    return values(
        student.rotate_image, expect=[image], inputs=[(image, 0)], tolerance=1e-5
    )


@check(task="T2", points=3)
def rotation_by_right_angles(student: StudentCode, rng: Draws) -> Verdict:
    """Rotations by right angles put every pixel on a pixel, the centre between four."""
    # rounding may put the outermost pixels just outside of the old image
    image = np.pad(rng.uniform(size=(SIZE - 2, SIZE - 2)), 1)
    turns = {90: 1, 180: 2, -90: 3}
    return values(
        student.rotate_image,
        expect=[np.rot90(image, count) for count in turns.values()],
        inputs=[(image, deg) for deg in turns],
        tolerance=0.05,
    )


def central_disc(image: Any) -> Any:
    """Return an image blanked outside of what no rotation moves out of the frame."""
    array = numbers(image, FRAME)
    if array is None:
        return image
    offset = np.arange(SIZE) - (SIZE - 1) / 2
    return np.where(offset**2 + offset[:, np.newaxis] ** 2 <= 11**2, array, 0)


@check(task="T2", points=5)
def rotation_by_any_angle(student: StudentCode, rng: Draws) -> Verdict:
    """A rotation takes a blob to where it belongs, counter-clockwise about the centre."""
    inputs, expected = [], []
    for sign in (1, -1, 1):
        # so far that no mistake about the angle ends near the truth
        deg = sign * float(rng.uniform(25, 70))
        direction = rng.uniform(0, 2 * np.pi)
        x, y = 7 * np.cos(direction), 7 * np.sin(direction)
        inputs.append((blob(x, y, width=3.5), deg))
        expected.append(central_disc(blob(*turned(x, y, deg), width=3.5)))
    # the nearest pixel is at most 0.71 away, and the blob's slope at most 0.61 / 3.5
    return values(
        Part(student.rotate_image, central_disc),
        expect=expected,
        inputs=inputs,
        tolerance=0.14,
    )


@check(task="T2", points=2)
def corners_of_a_rotation_are_empty(student: StudentCode, rng: Draws) -> Verdict:
    """What comes from outside of the old image is 0."""
    deg = float(rng.uniform(35, 55))
    got = student.rotate_image(np.ones(FRAME), deg)
    image = numbers(got, FRAME)
    if image is None:
        return Verdict.failed("rotate_image must return one image (28, 28).")
    corners = image[[0, 0, -1, -1], [0, -1, 0, -1]]
    if np.abs(corners).max() <= 1e-6 and np.abs(image[12:16, 12:16] - 1).max() <= 1e-6:
        return Verdict.passed()
    return Verdict.failed(
        "a white image that is rotated by about 45 degrees does not get black corners "
        "around a white middle.",
        diagnosis=recognised(student.rotate_image, (np.ones(FRAME), deg), got),
    )


# T3


@check(task="T3", points=3, uses=("shift_images", "rotate_image"))
def variants_are_images(student: StudentCode, rng: Draws) -> Verdict:
    """Variants are new images in [0, 1] that the seed decides, all of them."""
    X = rng.uniform(size=(12, *FRAME))
    seed = rng.student_seed()
    reply = student.random_augment.reply(X, 2, 15, seed)
    first = numbers(reply.value, X.shape)
    if first is None:
        return Verdict.failed(f"random_augment must return images of shape {X.shape}.")
    kept = reply.args_after is not None and np.array_equal(reply.args_after[0], X)
    still, again, other = (
        numbers(student.random_augment(X, *args), X.shape)
        for args in ((0, 0, seed), (2, 15, seed), (2, 15, rng.student_seed()))
    )
    in_range = first.min() >= -1e-6 and first.max() <= 1 + 1e-6
    alone = still is not None and np.abs(still - X).max() <= 1e-4
    repeats = again is not None and np.array_equal(again, first)
    differs = other is not None and not np.allclose(other, first)
    verdict = rubric(
        Item(0.25, bool(in_range), "grey values leave [0, 1].", "the range"),
        Item(
            0.25,
            bool(alone and kept),
            "with max_shift=0 and max_deg=0 the images come out changed."
            if kept
            else "random_augment changes its argument X.",
            "images that may not move stay",
        ),
        Item(
            0.5,
            bool(repeats and differs),
            "the same seed gives other variants the second time."
            if differs
            else "two seeds give the same images.",
        ),
    )
    return named(
        verdict,
        _trace_of_variants(student.random_augment, X, still, first, repeats=repeats),
    )


def _trace_of_variants(
    function: StudentFunction,
    X: Array,
    still: Array | None,
    moved: Array,
    *,
    repeats: bool,
) -> Diagnosis | None:
    """Return the mistake that the variants of `variants_are_images` give away."""
    if still is not None and _are_mirrored(still, X):
        return diagnosis(function, "mirrors_digits")
    if moved.max() > 10:
        return diagnosis(function, "grey_values_to_255")
    if np.abs(moved - X).max() <= 1e-6:
        return diagnosis(function, "layers_not_training")
    return diagnosis(function, "" if repeats else "seed_ignored")


def _are_mirrored(images: Array, originals: Array) -> bool:
    """Return whether each image is an original or its mirror image, and some are."""
    mirrored = alike(images, originals[:, :, ::-1])
    return bool((mirrored | alike(images, originals)).all() and mirrored.any())


@check(task="T3", points=5, uses=("shift_images", "rotate_image"))
def random_shifts_are_even(student: StudentCode, rng: Draws) -> Verdict:
    """Each image gets a shift of its own, even in both directions, up to max_shift."""
    limit = int(rng.choice([2, 3]))
    X = np.repeat(blob(0, 0, width=2)[np.newaxis], MANY, axis=0)
    variants = numbers(student.random_augment(X, limit, 0, rng.student_seed()), X.shape)
    if variants is None:
        return Verdict.failed(f"random_augment must return images of shape {X.shape}.")
    # a shift is known to a hundredth of a pixel, whatever the interpolation
    spreads = [Spread(d, limit, slack=0.05) for d in centroids(variants).T]
    failed = diagnosis_of = None
    if any(spread.reaches_too_far for spread in spreads):
        failed, diagnosis_of = (
            "some shifts are larger than max_shift.",
            "shifts_too_far",
        )
    elif all(spread.is_one_number for spread in spreads):
        failed = "all images of a call are shifted alike."
        still = all(np.abs(spread.numbers).max() <= 1e-6 for spread in spreads)
        diagnosis_of = "layers_not_training" if still else "one_shift_for_the_batch"
    elif not all(spread.is_even for spread in spreads):
        failed = (
            "the shifts do not fill -max_shift to max_shift evenly, both ends included."
        )
        diagnosis_of = _uneven(spreads, limit)
    elif np.abs(np.corrcoef(*(spread.numbers for spread in spreads))[0, 1]) > 0.25:
        failed, diagnosis_of = "dx and dy go together.", "one_draw_for_dx_and_dy"
    if failed is None:
        return Verdict.passed()
    return Verdict.failed(
        failed, diagnosis=diagnosis(student.random_augment, diagnosis_of or "")
    )


def _uneven(spreads: list[Spread], limit: int) -> str:
    most = max(spread.numbers.max() for spread in spreads)
    return "upper_end_excluded" if np.abs(most - (limit - 1)) <= 0.05 else ""


@check(task="T3", points=8, uses=("shift_images", "rotate_image"))
def random_rotations_are_even(student: StudentCode, rng: Draws) -> Verdict:
    """Each image gets an angle of its own, even in both directions, up to max_deg."""
    limit = int(rng.integers(12, 26))
    # on the right, so that its direction is the angle
    image = blob(8, 0, width=1.6)
    X = np.repeat(image[np.newaxis], MANY, axis=0)
    variants = numbers(student.random_augment(X, 0, limit, rng.student_seed()), X.shape)
    if variants is None:
        return Verdict.failed(f"random_augment must return images of shape {X.shape}.")
    brightness = mass(variants) / image.sum()
    # the nearest pixel moves the blob's centre by up to 0.2 pixels, 1.5 degrees
    spread = Spread(angles(variants), limit, slack=2)
    if not (brightness.min() >= 0.8 and brightness.max() <= 1.2):
        factor = float(np.median(brightness))
        failed = "rotated images are not as bright as the images were."
        name = "grey_values_to_255" if factor > 100 else ""
    elif spread.reaches_too_far:
        failed, name = "some angles are larger than max_deg.", _too_far(spread)
    elif spread.is_one_number:
        failed = "all images of a call are rotated alike."
        still = np.abs(spread.numbers).max() <= 0.01
        name = "layers_not_training" if still else "one_angle_for_the_batch"
    elif not spread.is_even:
        failed, name = "the angles do not fill -max_deg to max_deg evenly.", ""
    else:
        return Verdict.passed()
    return Verdict.failed(failed, diagnosis=diagnosis(student.random_augment, name))


def _too_far(spread: Spread) -> str:
    """Return the mistake behind angles that are too large."""
    size = np.abs(spread.numbers)
    if ((size > spread.limit + 2) & (size < 178 - spread.limit)).any():
        return "turned_all_the_way"
    # on the other side of the centre: mirrored, or upside down
    return "mirrors_digits"

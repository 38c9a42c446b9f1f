"""Images that give away what was done to them, and what to read off them."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.checks import Diagnosis, StudentFunction, Verdict

Array = np.ndarray[Any, Any]

# what a student's batches are made with
CHAIN = ("shift_images", "rotate_image", "random_augment")

SIZE = 28
# the middle of the pixels 0 to 27
MIDDLE = (SIZE - 1) / 2


def blob(x: float, y: float, *, width: float, height: float = 1.0) -> Array:
    """Return an image (28, 28) of one round Gaussian blob.

    Args:
        x: Pixels to the right of the image's centre.
        y: Pixels down from it.
        width: Standard deviation in pixels.
        height: Largest grey value.
    """
    column = np.arange(SIZE) - MIDDLE - x
    row = np.arange(SIZE)[:, np.newaxis] - MIDDLE - y
    image: Array = height * np.exp(-(column**2 + row**2) / (2 * width**2))
    return image


def turned(x: float, y: float, deg: float) -> tuple[float, float]:
    """Return where a counter-clockwise rotation about the centre takes a point.

    Args:
        x: To the right of the centre.
        y: Down from it.
        deg: Degrees.
    """
    cos, sin = np.cos(np.deg2rad(deg)), np.sin(np.deg2rad(deg))
    return float(x * cos + y * sin), float(-x * sin + y * cos)


def mass(images: Array) -> Array:
    """Return the sum of all grey values of each image, (n,)."""
    total: Array = images.sum(axis=(1, 2))
    return total


def centroids(images: Array) -> Array:
    """Return the centre of mass of each image from the image's centre, (n, 2).

    Columns are x to the right and y down, in pixels. An image without mass gives 0, 0.
    """
    total = mass(images)
    safe = np.where(np.abs(total) > 1e-9, total, np.inf)
    offsets = np.arange(SIZE) - MIDDLE
    x = (images.sum(axis=1) @ offsets) / safe
    y = (images.sum(axis=2) @ offsets) / safe
    return np.column_stack([x, y])


def angles(images: Array) -> Array:
    """Return the direction of each image's centre of mass, (n,), degrees, -180 to 180.

    0 is to the right, 90 is up: how far a blob that was on the right has been rotated.
    """
    x, y = centroids(images).T
    direction: Array = np.rad2deg(np.arctan2(-y, x))
    return direction


@dataclass(frozen=True)
class Spread:
    """How numbers lie in an interval from -limit to limit that they should fill evenly.

    Attributes:
        numbers: (n,), n in the hundreds.
        limit: Where the interval ends.
        slack: How far off a number may be measured.
    """

    numbers: Array
    limit: float
    slack: float

    @property
    def is_one_number(self) -> bool:
        """Return whether all are the same."""
        return bool(np.ptp(self.numbers) <= 1e-6)

    @property
    def reaches_too_far(self) -> bool:
        """Return whether one is beyond the limit; NaN is."""
        return not np.abs(self.numbers).max() <= self.limit + self.slack

    @property
    def is_even(self) -> bool:
        """Return whether they fill the interval, as uniform draws of either kind do.

        With 600 numbers, uniform over whole or real ones: the mean is within 0.15 limit
        (5 sd), the sd of 0.577 (real) to 0.71 (whole, limit 2) within 0.5 and 0.8 (6 sd
        and more), and both outermost fifths are hit (all but once in 1e26).
        """
        shares = self.numbers / self.limit
        return bool(
            np.abs(shares.mean()) <= 0.15
            and 0.5 <= shares.std() <= 0.8
            and shares.min() <= -0.8
            and shares.max() >= 0.8
        )


def diagnosis(
    function: StudentFunction, name: str, *, certain: bool = True
) -> Diagnosis | None:
    """Return the lab's known mistake of that name as a diagnosis, None if there is none.

    For mistakes with chance in them: another student's draws differ from ours, so what
    they do is recognised by its traces, not by its numbers.
    """
    for known in function.mistakes:
        if known.name == name:
            return Diagnosis(
                mistake=known.name,
                says=known.says,
                concept=known.concept,
                certain=certain,
            )
    return None


def alike(images: Array, others: Array) -> Array:
    """Return for each image whether it is the other one, (n,)."""
    gap: Array = np.abs(images - others).max(axis=(1, 2))
    return gap <= 1e-4


def named(verdict: Verdict, name: Diagnosis | None) -> Verdict:
    """Return a verdict that is no pass with a diagnosis, if there is one."""
    if verdict.credit == 1 or name is None:
        return verdict
    return verdict.model_copy(update={"diagnosis": name})

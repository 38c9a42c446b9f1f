"""Hidden checks of T5 and T8: overfitting against the number of images, and the degree."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from grader.checks import (
    CallFailed,
    Draws,
    Item,
    Outcome,
    Part,
    StudentCode,
    Verdict,
    check,
    figures,
    numbers,
    rubric,
    values,
)

from . import overfitting as solution
from .drawn import draw_images
from .reading import Array, known
from .spying import TrainingSpy, count, same_numbers

# T5


@check(task="T5", points=8, uses=("small_sample", "gap"))
def gap_by_size_measures_each_size(student: StudentCode, rng: Draws) -> Verdict:
    """gap_by_size trains on a sample of each size and validates on all x_val."""
    images = draw_images(rng, 90, m=40)
    sizes = [int(n) for n in rng.permutation([25, 40, 60, 80])]
    spy = TrainingSpy(rng)
    with_spy = student.replaced({"train_overfit": spy.train_overfit})
    options = {"width": 32, "epochs": 5, "seed": rng.student_seed()}
    try:
        found = with_spy.gap_by_size(*images.given, sizes, **options)
    except CallFailed as failure:
        if failure.outcome is not Outcome.RAISED:
            raise
        # who makes something of the model finds none here
        return trained_gaps(student, rng)
    if not spy.calls:
        return trained_gaps(student, rng)
    return _handed_over(student, spy, found, images.given, sizes, options)


def _handed_over(
    student: StudentCode,
    spy: TrainingSpy,
    found: Any,
    given: tuple[Array, Array, Array, Array],
    sizes: Sequence[int],
    options: Mapping[str, Any],
) -> Verdict:
    """Return whether each training got its sample, and each gap is that of its history."""
    x, y, x_val, y_val = given
    seen = [count(call["x"]) for call in spy.calls]
    truth = [solution.gap(history) for history in spy.histories]
    got = numbers(found, (len(sizes),))
    mine = got is not None and same_numbers(got, truth)
    verdict = rubric(
        Item(
            0.25,
            seen == list(sizes),
            f"the trainings get {seen} images, asked for are {list(sizes)}.",
            "the sizes",
        ),
        Item(
            0.15,
            all(_is_sample(call, x, y) for call in spy.calls),
            "a training does not get different images of x, each with its own label.",
            "the samples",
        ),
        Item(
            0.2,
            all(
                same_numbers(call["x_val"], x_val)
                and same_numbers(call["y_val"], y_val)
                for call in spy.calls
            ),
            "a training does not get all of x_val and y_val to validate on.",
            "the validation images",
        ),
        Item(
            0.1,
            all(
                call[name] == options[name]
                for call in spy.calls
                for name in ("width", "epochs")
            ),
            "width and epochs must be passed on to train_overfit.",
        ),
        Item(
            0.3,
            mine,
            "the result is not the gap of each training, in the order of the sizes.",
        ),
    )
    if verdict.credit == 1:
        return verdict
    name = ""
    if got is not None and same_numbers(-got, truth):
        name = "gaps_reversed"
    elif len(set(seen)) == 1:
        name = "all_images_for_every_size"
    elif any(count(call["x_val"]) != len(x_val) for call in spy.calls):
        name = "validation_shrinks"
    diagnosis = known(student.gap_by_size, name)
    return verdict.model_copy(update={"diagnosis": diagnosis})


def _is_sample(call: dict[str, Any], x: Array, y: Array) -> bool:
    """Return whether a training got different images of x with their own labels."""
    n = count(call["x"])
    images, labels = numbers(call["x"], (n, x.shape[1])), numbers(call["y"], (n,))
    if n == 0 or images is None or labels is None:
        return False
    distances = ((images[:, None] - x[None]) ** 2).sum(axis=2)
    which = distances.argmin(axis=1)
    return bool(
        distances.min(axis=1).max() < 1e-6
        and len(np.unique(which)) == len(which)
        and np.array_equal(labels, y[which])
    )


def trained_gaps(student: StudentCode, rng: Draws) -> Verdict:
    """Return whether a study with trainings of its own measured what it returns.

    Validated on the images that all samples come from, the gap of the largest sample is
    nearly 0 and that of a small one is not: numbers from elsewhere can't know that.
    """
    images = draw_images(rng, 250)
    options = {"width": 128, "epochs": 25, "seed": rng.student_seed()}
    found = student.gap_by_size(
        images.x, images.y, images.x, images.y, [40, 250], **options
    )
    gaps = numbers(found, (2,))
    if gaps is None:
        return Verdict.failed("gap_by_size must return one number for each size.")
    few, all_ = gaps
    # numbers from elsewhere may well suit few images: first the one that can't be guessed
    no_gap = bool(abs(all_) <= 0.08)
    return rubric(
        Item(
            0.4,
            no_gap,
            "trained on the very images that it is validated on, a network has no gap.",
        ),
        Item(
            0.6,
            no_gap and bool(0.12 <= few <= 0.7),
            "the gap of few images is not right.",
        ),
    )


@check(task="T5", points=4)
def gaps_are_drawn(student: StudentCode, rng: Draws) -> Verdict:
    """plot_gaps draws a gap for each size on a logarithmic axis."""
    sizes = [100, 200, 500, 1000, 2000]
    gaps = np.sort(rng.uniform(0.05, 0.35, 5))[::-1].round(4)
    figure = figures.draw(student.plot_gaps, sizes, gaps)
    points = np.column_stack([sizes, gaps])
    axes = next((a for a in figures.panels(figure) if _has_all(a, points)), None)
    return rubric(
        Item(
            0.6,
            axes is not None,
            "not every gap is drawn above its number of images.",
            "the gaps",
        ),
        Item(
            0.2,
            axes is not None and axes.xscale == "log",
            "the axis of the sizes is not logarithmic: 100 to 2,000 is a range of factors.",
            "the logarithmic axis",
        ),
        Item(0.2, axes is not None and figures.labelled(axes), "an axis has no label."),
        pictures=(figures.picture(figure, "Gap and number of images"),),
    )


def _has_all(axes: figures.AxesData, points: Array) -> bool:
    """Return whether one series goes through all points, as dots or as a line."""
    for series in axes.series:
        drawn = np.column_stack([series.x, series.y])
        if not series.visible or not len(drawn):
            continue
        near = [
            np.isclose(drawn, point, rtol=1e-3, atol=1e-6).all(axis=1).any()
            for point in points
        ]
        if all(near):
            return True
    return False


# T8


def logs(value: Any) -> Any:
    """Return both sums as logarithms, in which all degrees count alike.

    1e-6 is added: of a sum near 0 nothing is left but rounding.
    """
    if isinstance(value, dict) and value.keys() == {"rss", "rss_new"}:
        value = [value["rss"], value["rss_new"]]
    if isinstance(value, np.ndarray) and value.ndim == 2:
        # (2, n) is taken apart as a pair of arrays is
        value = list(value)
    if not isinstance(value, list | tuple) or len(value) != 2:
        return value
    parts = [numbers(part, (count(part),)) for part in value]
    if any(part is None or (part < 0).any() for part in parts):
        return value
    return tuple(np.log(np.asarray(part, float) + 1e-6) for part in parts)


def scattered(rng: Draws) -> tuple[Any, ...]:
    """Draw ten points of a cubic and twelve new ones, between -0.5 and 1."""
    x = np.linspace(-0.5, 1, 10) + rng.uniform(-0.03, 0.03, 10)
    x_new = rng.uniform(-0.45, 0.95, 12)
    noise = rng.normal(scale=solution.NOISE_SD, size=22)
    y, y_new = solution.cubic(x) + noise[:10], solution.cubic(x_new) + noise[10:]
    # degree 9 goes through ten points: what is left is rounding, which tells nothing
    degrees = [0, *(int(d) for d in rng.permutation(np.arange(1, 9)))]
    return degrees, x, y, x_new, y_new


@check(task="T8", points=6)
def poly_rss_is_fitted_to_the_first_points(student: StudentCode, rng: Draws) -> Verdict:
    """poly_rss gives the squared errors of least squares on both kinds of points."""
    return values(
        Part(student.poly_rss, logs),
        expect=lambda *args: logs(solution.poly_rss(*args)),
        inputs=scattered,
        rng=rng,
        names=("rss", "rss_new"),
        tolerance=1e-3,
    )


@check(task="T8", points=2)
def both_sums_are_drawn(student: StudentCode, rng: Draws) -> Verdict:
    """plot_poly_rss draws both sums against the degree, logarithmically."""
    degrees = list(range(9))
    rss = np.sort(rng.uniform(0.1, 9, 9))[::-1]
    rss_new = rng.uniform(0.3, 30, 9)
    figure = figures.draw(student.plot_poly_rss, degrees, rss, rss_new)
    both = [np.column_stack([degrees, sums]) for sums in (rss, rss_new)]
    axes = next(
        (a for a in figures.panels(figure) if all(_has_all(a, one) for one in both)),
        None,
    )
    return rubric(
        Item(
            0.5, axes is not None, "one of the two curves is not drawn.", "both curves"
        ),
        Item(
            0.25,
            axes is not None and axes.yscale == "log",
            "the axis of the sums is not logarithmic.",
            "the logarithmic axis",
        ),
        Item(
            0.25,
            axes is not None and figures.labelled(axes) and figures.legend_for(axes, 2),
            "an axis has no label, or the curves have no legend.",
        ),
        pictures=(figures.picture(figure, "RSS and degree"),),
    )

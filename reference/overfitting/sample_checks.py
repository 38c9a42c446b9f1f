"""Hidden checks of T1 and T7: which images, and which labels."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from grader.checks import (
    CallFailed,
    Draws,
    Item,
    Outcome,
    StudentCode,
    Verdict,
    check,
    numbers,
    rubric,
)

from .drawn import Images, draw_images
from .reading import Array, facts_of, known, run_of, untrue
from .spying import TrainingSpy, same_numbers

# T1


def tagged(rng: Draws) -> tuple[Array, Array]:
    """Draw 120 images whose first pixel tells which it is, sorted by label as in a file."""
    x = rng.random((120, 784), dtype=np.float32)
    x[:, 0] = rng.permutation(120) / 128
    return x, np.repeat(np.arange(10), 12)


def drawn_by(student: StudentCode, x: Array, y: Array, n: int, seed: int) -> Any:
    """Return (which images, labels) of a student's sample, or a sentence."""
    found = student.small_sample(x, y, n, seed=seed)
    if not isinstance(found, list) or len(found) != 2:
        return "small_sample must return two things, x_small and y_small."
    images, labels = numbers(found[0], (n, 784)), numbers(found[1], (n,))
    if images is None or labels is None:
        return f"the shapes are not {(n, 784)} and {(n,)} for n = {n}."
    gaps = np.abs(images[:, :1] - x[:, 0])
    which = gaps.argmin(axis=1)
    if not np.allclose(images, x[which], atol=1e-6):
        return "some rows of x_small are no images of x."
    return which, labels


@check(task="T1", points=5)
def labels_stay_with_their_images(student: StudentCode, rng: Draws) -> Verdict:
    """Each image of small_sample has its own label."""
    x, y = tagged(rng)
    found = drawn_by(student, x, y, 50, rng.student_seed())
    if isinstance(found, str):
        return Verdict.failed(found[0].upper() + found[1:])
    which, labels = found
    wrong = int(np.count_nonzero(labels != y[which]))
    if wrong == 0:
        return Verdict.passed()
    return Verdict.failed(
        f"{wrong} of 50 images have a label that is not theirs.",
        diagnosis=known(student.small_sample, "permuted_separately", certain=False),
    )


@check(task="T1", points=3, after="labels_stay_with_their_images")
def no_image_is_drawn_twice(student: StudentCode, rng: Draws) -> Verdict:
    """small_sample draws n different images by lot, others for another seed."""
    x, y = tagged(rng)
    seeds = [rng.student_seed() for _ in range(2)]
    samples = [drawn_by(student, x, y, 60, seed) for seed in seeds]
    wrong = next((one for one in samples if isinstance(one, str)), "")
    if wrong:
        return Verdict.failed(wrong[0].upper() + wrong[1:])
    (first, _), (other, _) = samples
    twice = 60 - len(np.unique(first))
    # 60 of 120 in the order of the file are five digits, by lot nearly always ten
    by_lot = len(np.unique(y[first])) > 7
    verdict = rubric(
        Item(
            0.5,
            twice == 0,
            f"{twice} of 60 images are drawn again.",
            "no image twice",
        ),
        Item(
            0.3,
            by_lot,
            "the images are not drawn by lot from all of x.",
            "drawn by lot from all of x",
        ),
        Item(
            0.2,
            not np.array_equal(np.sort(first), np.sort(other)),
            "two seeds draw the same images.",
            "other images for another seed",
        ),
    )
    name = "drawn_with_replacement" if twice else "" if by_lot else "first_images"
    if not name:
        return verdict
    return verdict.model_copy(update={"diagnosis": known(student.small_sample, name)})


# T7


@check(task="T7", points=6)
def wrong_labels_are_drawn_by_lot(student: StudentCode, rng: Draws) -> Verdict:
    """inject_label_noise makes exactly the asked share of labels wrong, any way wrong."""
    n, frac = 1000, float(rng.integers(25, 36)) / 100
    y, seed = rng.integers(10, size=n), rng.student_seed()
    reply = student.inject_label_noise.reply(y, frac, seed=seed)
    noisy = numbers(reply.value, (n,))
    if noisy is None or not np.isin(noisy, np.arange(10)).all():
        return Verdict.failed(f"The function must return labels 0 to 9, shape ({n},).")
    kept = reply.args_after is None or same_numbers(reply.args_after[0], y)
    changed = np.flatnonzero(noisy != y)
    other = numbers(student.inject_label_noise(y, frac, seed=rng.student_seed()), (n,))
    # of 300 wrong labels 33 are so much further on; fewer than 10 is one in 10^7
    steps = np.bincount((noisy[changed] - y[changed]).astype(int) % 10, minlength=10)
    by_lot = len(changed) > 0 and 0.35 <= np.mean(changed < n / 2) <= 0.65
    verdict = rubric(
        Item(
            0.5,
            len(changed) == round(frac * n),
            f"{len(changed)} of {n} labels are wrong, expected {round(frac * n)}.",
            "the number of wrong labels",
        ),
        Item(
            0.2, steps[1:].min() >= 10, "the nine wrong digits are not equally likely."
        ),
        Item(
            0.1,
            by_lot and other is not None and not np.array_equal(noisy, other),
            "which labels are wrong is not drawn by lot with the seed.",
        ),
        Item(
            0.2, kept, "the labels that were handed over are changed: work on a copy."
        ),
    )
    return _noise_named(
        verdict, student, len(changed) / (frac * n), kept=kept, steps=steps
    )


def _noise_named(
    verdict: Verdict, student: StudentCode, share: float, *, kept: bool, steps: Array
) -> Verdict:
    """Return the verdict with the mistake's name where the numbers tell it.

    Args:
        verdict: The verdict.
        student: Whose labels they are.
        share: Wrong labels over those asked for.
        kept: Whether the argument was left as it was.
        steps: How often a label moved by 0 to 9 digits.
    """
    if verdict.credit == 1:
        return verdict
    if share == 1:
        name = "next_digit" if np.count_nonzero(steps) == 1 else ""
    else:
        # all ten digits: 0.9 +- 0.02; places drawn twice: 0.86 and less, by frac
        name = "any_of_ten_digits" if 0.83 < share < 0.97 else ""
    name = name or ("labels_changed_in_place" if not kept else "")
    if not name:
        return verdict
    diagnosis = known(student.inject_label_noise, name, certain=share == 1)
    return verdict.model_copy(update={"diagnosis": diagnosis})


@check(task="T7", points=4, uses="inject_label_noise")
def baseline_learns_the_wrong_labels(student: StudentCode, rng: Draws) -> Verdict:
    """noisy_baseline trains on noisy labels and validates on right ones."""
    images = draw_images(rng, 300, m=400)
    frac, seed = float(rng.integers(20, 31)) / 100, rng.student_seed()
    options = {"frac": frac, "width": 128, "epochs": 20, "seed": seed}
    found = numbers(
        student.inject_label_noise(images.y, frac, seed=seed), images.y.shape
    )
    if found is None:
        return Verdict.failed(
            "inject_label_noise does not return a label for each one."
        )
    noisy = found.astype(np.int64)
    spy = TrainingSpy(rng)
    with_spy = student.replaced({"train_overfit": spy.train_overfit})
    try:
        value = with_spy.noisy_baseline(*images.given, **options)
    except CallFailed as failure:
        if failure.outcome is not Outcome.RAISED:
            raise
        # who makes something of the model finds none here
        value = None
    if len(spy.calls) == 1 and value is not None:
        return _handed_over(student, spy, value, replace(images, y=noisy), options)
    value = student.noisy_baseline(*images.given, **options)
    return _trained(student, value, replace(images, y=noisy))


def _handed_over(
    student: StudentCode,
    spy: TrainingSpy,
    value: Any,
    images: Images,
    options: Mapping[str, Any],
) -> Verdict:
    """Return whether the one training got the right arguments and its result came back."""
    (call,) = spy.calls
    noisy, clean = (
        same_numbers(call[x], getattr(images, x))
        and same_numbers(call[y], getattr(images, y))
        for x, y in (("x", "y"), ("x_val", "y_val"))
    )
    verdict = rubric(
        Item(
            0.5,
            noisy and clean,
            "the validation images do not keep their right labels."
            if noisy
            else "train_overfit does not get the images with the labels of "
            "inject_label_noise(y, frac, seed).",
            "the noisy labels",
        ),
        Item(
            0.3,
            clean,
            "the validation images do not keep their right labels.",
            "the validation labels",
        ),
        Item(
            0.2,
            clean
            and all(call[name] == options[name] for name in ("width", "epochs", "seed"))
            and spy.gave(value),
            "width, epochs and seed must be passed on, and (model, history) returned.",
        ),
    )
    name = "" if clean else "noise_in_validation_labels"
    return _named(verdict, student, name)


def _trained(student: StudentCode, value: Any, images: Images) -> Verdict:
    """Return whether a training of one's own learnt the noisy labels, and owns up to it."""
    run = run_of(value)
    if isinstance(run, str):
        return Verdict.failed(run)
    facts = facts_of(student, run.model, images)
    if problem := untrue(student, run, images.x_val, images.y_val, epoch=run.epochs):
        return Verdict.failed(problem)
    # right solutions reach 0.95; who trains on right labels 0.8 at most
    if facts.train.accuracy >= 0.85:
        return Verdict.passed()
    return Verdict.failed(
        "The network does not know the noisy labels of its training images by heart."
    )


def _named(verdict: Verdict, student: StudentCode, name: str) -> Verdict:
    if verdict.credit == 1 or not name:
        return verdict
    diagnosis = known(student.noisy_baseline, name)
    return verdict.model_copy(update={"diagnosis": diagnosis})

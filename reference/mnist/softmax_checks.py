"""Hidden checks of T3 and T4: softmax regression, its step and its training."""

from typing import Any

import numpy as np

from grader.checks import (
    Draws,
    Part,
    StudentCode,
    Verdict,
    check,
    gate,
    numbers,
    values,
    weighted,
)

from . import mnist as solution
from .data_checks import names_of
from .drawn import draw_digits, one_hot
from .reading import LOSS, SINGLE, Array, arrays, known, result

FORMULAS = ("softmax", "cross_entropy")
STEPPING = (*FORMULAS, "next_batch", "softmax_step")

# T3


def batch_of_noise(rng: Draws) -> tuple[Array, Array, Array, Array, float]:
    """Draw weights that have learned something wrong, images, labels, a learning rate."""
    n = int(rng.integers(6, 14))
    W = rng.normal(scale=0.1, size=(784, 10))
    X = rng.random((n, 784)) * (rng.random((n, 784)) < 0.2)
    Y = np.eye(10)[rng.integers(0, 10, size=n)]
    return W, rng.normal(size=10), X, Y, float(rng.uniform(0.2, 0.9))


@check(task="T3", points=6, uses=FORMULAS)
def step_follows_the_gradient(student: StudentCode, rng: Draws) -> Verdict:
    """softmax_step moves W and b by -lr times the gradient of the mean cross-entropy."""
    pick = result(0, 1, of=3)
    return values(
        Part(student.softmax_step, pick),
        expect=lambda *args: pick(solution.softmax_step(*args)),
        inputs=batch_of_noise,
        rng=rng,
        names=("W", "b"),
        pure=False,
    )


@check(task="T3", points=2, uses=FORMULAS)
def loss_is_that_before_the_step(student: StudentCode, rng: Draws) -> Verdict:
    """softmax_step returns the mean cross-entropy of the weights that it was given."""
    pick = result(2, of=3)
    return values(
        Part(student.softmax_step, pick),
        expect=lambda *args: pick(solution.softmax_step(*args)),
        inputs=batch_of_noise,
        rng=rng,
        tolerance=LOSS,
        pure=False,
    )


@check(task="T3", points=2, uses=FORMULAS)
def step_leaves_its_arguments_alone(student: StudentCode, rng: Draws) -> Verdict:
    """softmax_step returns new arrays; those that it was given stay as they were."""
    args = batch_of_noise(rng)
    reply = student.softmax_step.reply(*args)
    if arrays(reply.value, (784, 10), (10,), ()) is None:
        return Verdict.failed("softmax_step must return W (784, 10), b (10,), loss.")
    after = reply.args_after or []
    changed = [
        name
        for name, mine, theirs in zip("WbXY", args[:4], after[:4], strict=False)
        if not np.array_equal(mine, theirs)
    ]
    if len(after) < 4 or not changed:
        return Verdict.passed() if after else Verdict.failed("The call left no trace.")
    return Verdict.failed(
        f"softmax_step writes into {' and '.join(changed)}, which the caller still needs.",
        diagnosis=known(student.softmax_step, "updated_in_place"),
    )


# T4


@check(task="T4", points=3)
def accuracy_counts_right_digits(student: StudentCode, rng: Draws) -> Verdict:
    """The accuracy is the share of rows whose largest output is at the right digit."""

    def draw(rng: Draws) -> tuple[Array, Array]:
        n = int(rng.integers(12, 30))
        Y = np.eye(10)[rng.integers(0, 10, size=n)]
        # logits: negative ones among them, and sometimes right
        return Y, rng.normal(size=(n, 10)) + 2 * Y * rng.integers(0, 2, size=(n, 1))

    return values(
        student.accuracy,
        expect=solution.accuracy,
        inputs=draw,
        rng=rng,
        tolerance=SINGLE,
    )


@check(task="T4", points=4, uses=STEPPING)
def training_is_steps_from_zero(student: StudentCode, rng: Draws) -> Verdict:
    """train_softmax starts from zeros, and each step is one on a batch of its own."""

    def draw(rng: Draws) -> tuple[Array, Array, float, int, int, int]:
        _, _, X, Y, lr = batch_of_noise(rng)
        # all images in each batch: their order doesn't matter
        return X, Y, lr, len(X), int(rng.integers(2, 6)), rng.student_seed()

    steps = values(
        student.train_softmax,
        expect=solution.train_softmax,
        inputs=draw,
        rng=rng,
        tolerance=LOSS,
        names=("W", "b", "losses"),
        blind_to=names_of(student.train_softmax.guarded)
        & {"whole_data_each_step", "first_batch_only"},
    )
    return weighted((0.75, steps), (0.25, batches_are_obeyed(student, rng)))


def batches_are_obeyed(student: StudentCode, rng: Draws) -> Verdict:
    """Return whether a step uses `batch` images, and an epoch of steps all of them.

    Image i has ink in pixel i alone, so row i of W tells when it has been used.
    """
    n, batch = 40, 8
    X = np.zeros((n, 784))
    X[np.arange(n), rng.permutation(784)[:n]] = 1.0
    Y = one_hot(rng.integers(0, 10, size=n))
    seed = rng.student_seed()
    used = [
        images_used(
            student.train_softmax(X, Y, lr=0.5, batch=batch, steps=k, seed=seed)
        )
        for k in (1, n // batch)
    ]
    if used == [batch, n]:
        return Verdict.passed()
    wrong = {
        (n, n): "whole_data_each_step",
        (batch, batch): "first_batch_only",
    }.get((used[0], used[1]), "")
    return Verdict.failed(
        "The first step must use `batch` images, and n / batch steps all of them.",
        diagnosis=known(student.train_softmax, wrong),
    )


def images_used(value: Any) -> int:
    """Return how many rows of the returned W are not zero; -1 if there is no such W."""
    W = numbers(value[0], (784, 10)) if isinstance(value, list) and value else None
    return -1 if W is None else int(np.any(W != 0, axis=1).sum())


STEPS = 300


@gate(at_least={"accuracy": {"embedded": 0.84, "full": 0.84}}, attempts=4)
def softmax_accuracy(student: StudentCode, rng: Draws) -> dict[str, float]:
    """Share of unseen digits that train_softmax's weights get right."""
    digits = draw_digits(rng)
    found = student.train_softmax(
        digits.X, digits.Y, lr=0.5, batch=100, steps=STEPS, seed=rng.student_seed()
    )
    parts = arrays(found, (784, 10), (10,), (STEPS,))
    if parts is None:
        return {}
    W, b, _losses = parts
    return {"accuracy": digits.accuracy(digits.X_hidden @ W + b)}


@check(task="T4", points=5, uses=STEPPING)
def softmax_reads_unseen_digits(student: StudentCode, rng: Draws) -> Verdict:
    """After 300 steps the weights read images that the training never saw."""
    return softmax_accuracy.judge(student, rng)

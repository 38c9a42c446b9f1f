"""Hidden checks of T6: four remedies, each trained once on images with wrong labels.

What a remedy is shows in the network's layers, or in its weights being those of the best
epoch; what it does is asked for with wide gates. Each check is worth all or nothing.
"""

import math
from collections.abc import Callable

from grader.checks import Draws, StudentCode, Verdict, check, gate, models
from grader.checks.gates import OutcomeGate

from .drawn import Images, draw_images
from .reading import (
    Array,
    Call,
    Inspected,
    Refused,
    Run,
    facts_of,
    known,
    run_of,
    seen_by,
    untrue,
)

Problem = Callable[[StudentCode, Run, Call], Verdict | None]

IMAGES = 400
WRONG = 0.3
WIDTH = 256
EPOCHS = 15
RATE = 0.5
STRENGTH = 0.03
SMALL = 16
PATIENCE = 2
MOST_EPOCHS = 30
# validation minus hidden accuracy, a thousand images each: six standard deviations
LEAK = 0.12
# Keras' training accuracy is a mean over an epoch in which the network got better; with
# dropout it is that of half a network. In right solutions it was at most 0.02 above what
# the network gives in the end, and networks got two thirds of their images right
FLATTERY = 0.08
CHANCE = 0.3


def images_of(rng: Draws) -> Images:
    """Draw the images of one training: three labels of ten are wrong."""
    return draw_images(rng, IMAGES, wrong=WRONG)


def outcome(student: StudentCode, value: object, images: Images) -> dict[str, float]:
    """Return what a remedy's network reaches; nothing if it is no network."""
    run = run_of(value)
    if isinstance(run, str):
        return {}
    facts = facts_of(student, run.model, images)
    return {
        "train_accuracy": facts.train.accuracy,
        "gap": facts.gap,
        "leak": facts.leak,
    }


@gate(at_least={"train_accuracy": 0.5}, at_most={"gap": 0.20, "leak": LEAK}, attempts=3)
def dropout_reaches(student: StudentCode, rng: Draws) -> dict[str, float]:
    """Accuracy and gap with dropout, where without any remedy the gap is 0.27."""
    images = images_of(rng)
    value = student.with_dropout(
        *images.given,
        rate=RATE,
        width=WIDTH,
        epochs=EPOCHS,
        seed=rng.student_seed(),
    )
    return outcome(student, value, images)


@gate(at_least={"train_accuracy": 0.5}, at_most={"gap": 0.18, "leak": LEAK}, attempts=3)
def l2_reaches(student: StudentCode, rng: Draws) -> dict[str, float]:
    """Accuracy and gap with L2, where without any remedy the gap is 0.27."""
    images = images_of(rng)
    value = student.with_l2(
        *images.given,
        strength=STRENGTH,
        width=WIDTH,
        epochs=EPOCHS,
        seed=rng.student_seed(),
    )
    return outcome(student, value, images)


@gate(at_least={"train_accuracy": 0.5}, at_most={"leak": LEAK}, attempts=3)
def early_stopping_reaches(student: StudentCode, rng: Draws) -> dict[str, float]:
    """Accuracy of a training that stops at its best epoch."""
    images = images_of(rng)
    value = student.with_early_stopping(
        *images.given,
        patience=PATIENCE,
        width=WIDTH,
        epochs=MOST_EPOCHS,
        seed=rng.student_seed(),
    )
    return outcome(student, value, images)


@gate(at_least={"train_accuracy": 0.5}, at_most={"gap": 0.12, "leak": LEAK}, attempts=3)
def small_net_reaches(student: StudentCode, rng: Draws) -> dict[str, float]:
    """Accuracy and gap of sixteen neurons, where 256 have a gap of 0.27."""
    images = images_of(rng)
    value = student.with_small_net(
        *images.given, width=SMALL, epochs=EPOCHS, seed=rng.student_seed()
    )
    return outcome(student, value, images)


@check(task="T6", points=5)
def dropout_narrows_the_gap(student: StudentCode, rng: Draws) -> Verdict:
    """with_dropout drops hidden neurons while it trains, and the gap is smaller."""
    return judged(student, rng, dropout_reaches, "with_dropout", _dropout_problem)


@check(task="T6", points=5)
def l2_narrows_the_gap(student: StudentCode, rng: Draws) -> Verdict:
    """with_l2 penalises large weights as strongly as asked, and the gap is smaller."""
    return judged(student, rng, l2_reaches, "with_l2", _l2_problem)


@check(task="T6", points=5)
def early_stopping_keeps_the_best(student: StudentCode, rng: Draws) -> Verdict:
    """with_early_stopping stops after the best validation loss and returns its network."""
    return judged(
        student, rng, early_stopping_reaches, "with_early_stopping", _stopping_problem
    )


@check(task="T6", points=5)
def small_net_narrows_the_gap(student: StudentCode, rng: Draws) -> Verdict:
    """with_small_net has few hidden neurons, and the gap is smaller."""
    return judged(student, rng, small_net_reaches, "with_small_net", _small_problem)


def judged(
    student: StudentCode,
    rng: Draws,
    reaches: OutcomeGate,
    function: str,
    problem: Problem,
) -> Verdict:
    """Return whether a remedy is what it is called, owns up, and reaches its gate.

    Args:
        student: Whose remedy it is.
        rng: The check's draws.
        reaches: What it has to reach.
        function: Its name.
        problem: Returns what is wrong about one training, None if nothing is.
    """

    def inspect(call: Call) -> Verdict | None:
        run = run_of(call.value)
        return (
            Verdict.failed(run) if isinstance(run, str) else problem(student, run, call)
        )

    try:
        return reaches.judge(Inspected(student, function, inspect), rng)
    except Refused as refused:
        return refused.verdict


def _dropout_problem(student: StudentCode, run: Run, call: Call) -> Verdict | None:
    found = models.dropouts(run.model)
    if any(layer.after == "hidden" and layer.rate == RATE for layer in found):
        return _history_problem(student, run, call)
    places = [layer.after for layer in found]
    name = "dropout_behind_the_softmax" if "output" in places else ""
    return Verdict.failed(
        f"Between the two dense layers there is no dropout of rate {RATE:g}.",
        diagnosis=known(student.with_dropout, name),
    )


def _l2_problem(student: StudentCode, run: Run, call: Call) -> Verdict | None:
    hidden = models.l2(run.model)[:1]
    if hidden and math.isclose(hidden[0], STRENGTH, rel_tol=1e-3):
        return _history_problem(student, run, call)
    name = {0.0: "no_penalty", 10.0: "penalty_of_ten"}.get(sum(hidden), "")
    return Verdict.failed(
        "The hidden layer's weights have no L2 penalty of the strength that was asked for.",
        diagnosis=known(student.with_l2, name),
    )


def _small_problem(student: StudentCode, run: Run, call: Call) -> Verdict | None:
    if models.dense_widths(run.model) == (SMALL, 10):
        return _history_problem(student, run, call)
    return Verdict.failed(
        f"The dense layers do not have the {SMALL} neurons that were asked for, and 10."
    )


def _history_problem(student: StudentCode, run: Run, call: Call) -> Verdict | None:
    """Return what a training of a fixed number of epochs says wrongly about itself."""
    epochs = call.options["epochs"]
    if run.epochs != epochs:
        return Verdict.failed(
            f"The history has {run.epochs} epochs, {epochs} were asked for."
        )
    return _dishonest(student, run, call, epoch=epochs)


def _dishonest(
    student: StudentCode, run: Run, call: Call, *, epoch: int
) -> Verdict | None:
    """Return what a network contradicts of the history, or that it knows nothing.

    Args:
        student: Whose training it is.
        run: The training.
        call: How it was called.
        epoch: From 1, the epoch whose weights the network has.
    """
    x, y, x_val, y_val = call.args
    if sentence := untrue(student, run, x_val, y_val, epoch=epoch):
        return Verdict.failed(sentence)
    seen = seen_by(student, run.model, x, y).accuracy
    if not seen >= CHANCE:
        return Verdict.failed(
            "The network knows no more of its training images than one that guesses.",
            diagnosis=known(student.fit, "images_and_labels_apart", certain=False),
        )
    if run.history["accuracy"][epoch - 1] - seen > FLATTERY:
        return Verdict.failed(
            "The training accuracy in the history is higher than that of the images "
            "which were handed over: did others take part in the training?",
            diagnosis=known(student.fit, "validation_images_learnt", certain=False),
        )
    return None


def _stopping_problem(student: StudentCode, run: Run, call: Call) -> Verdict | None:
    """Return what is wrong about where a training stopped and what it returned."""
    x_val, y_val = call.args[2:]
    expected = stopping_epoch(run.history["val_loss"], PATIENCE, MOST_EPOCHS)
    if run.epochs != expected:
        longer = run.epochs > expected
        return Verdict.failed(
            f"The training goes on {'longer' if longer else 'shorter'} than until "
            "`patience` epochs in a row brought no new smallest validation loss.",
            diagnosis=known(
                student.with_early_stopping,
                "stops_on_training_loss" if run.epochs == MOST_EPOCHS else "",
                certain=False,
            ),
        )
    found = _dishonest(student, run, call, epoch=run.best)
    if found is None or run.best == run.epochs:
        return found
    if not untrue(student, run, x_val, y_val, epoch=run.epochs):
        return Verdict.failed(
            "The network has the weights of the last epoch, not of the best one.",
            diagnosis=known(student.with_early_stopping, "best_weights_not_restored"),
        )
    return found


def stopping_epoch(losses: Array, patience: int, most: int) -> int:
    """Return the epoch, from 1, after which a training of these losses has to stop.

    Args:
        losses: Validation loss of each epoch.
        patience: Epochs in a row that may bring no new minimum.
        most: Epochs that were asked for.

    >>> stopping_epoch(np.array([3.0, 2.0, 2.5, 2.1, 1.0]), patience=2, most=9)
    4
    """
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        elif epoch - best >= patience:
            return epoch + 1
    return most

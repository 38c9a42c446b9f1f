"""Hidden checks of T2: the big network, an honest history, and the signs of overfitting.

The signs are asked for on images whose labels are drawn by lot. There is nothing about
them to understand, so all four signs are far from their thresholds after a second of
training, and no network from elsewhere could help.
"""

from collections.abc import Callable
from typing import Any

from grader.checks import (
    Diagnosis,
    Draws,
    Item,
    StudentCode,
    StudentFunction,
    Verdict,
    check,
    gate,
    models,
    rubric,
)
from grader.checks.models import ModelData
from grader.checks.training import accuracy

from .drawn import draw_images, draw_lottery
from .reading import Call, Inspected, Refused, Run, facts_of, known, run_of, untrue

LOTTERY = 128
WIDTH = 512
EPOCHS = 18
BOOKS_EPOCHS = 4
# a tenth is right by chance, 0.14 at most in right solutions; no luck makes it half
MOST_BY_LUCK = 0.5


@check(task="T2", points=2)
def big_net_has_its_width(student: StudentCode, rng: Draws) -> Verdict:
    """build_big has a ReLU layer of the asked width on 784 pixels, and ten outputs."""
    width = int(rng.integers(40, 90))
    model = student.build_big(width)
    if not isinstance(model, ModelData):
        return Verdict.failed("build_big must return a Keras model.")
    widths, functions = models.dense_widths(model), models.activations(model)
    verdict = rubric(
        Item(
            0.5,
            widths == (width, 10) and model.parameters == 795 * width + 10,
            f"for width {width} the dense layers have {widths} neurons and "
            f"{model.parameters:,} weights, expected ({width}, 10) and "
            f"{795 * width + 10:,}.",
            "the sizes",
        ),
        Item(
            0.5,
            # without a softmax, the loss may take logits
            functions in {("relu", "softmax"), ("relu", "linear")},
            f"the activations are {functions}, expected ReLU and softmax.",
        ),
    )
    if verdict.credit == 1 or widths != (16, 10):
        return verdict
    named = known(student.build_big, "sixteen_neurons")
    return verdict.model_copy(update={"diagnosis": named})


@check(task="T2", points=3)
def history_tells_the_truth(student: StudentCode, rng: Draws) -> Verdict:
    """The history of train_overfit is that of the network which it returns."""
    images, seed = draw_images(rng, 100, m=500), rng.student_seed()
    options = {"width": 64, "seed": seed}
    watched = Inspected(student, "train_overfit", _in_form(student))
    try:
        run, shorter = (
            run_of(watched.train_overfit(*images.given, epochs=epochs, **options))
            for epochs in (BOOKS_EPOCHS, 1)
        )
    except Refused as refused:
        return refused.verdict
    # in good form, or they had been refused
    assert isinstance(run, Run)  # noqa: S101
    assert isinstance(shorter, Run)  # noqa: S101
    facts = facts_of(student, run.model, images)
    claimed = float(run.history["accuracy"][-1])
    # Keras' training accuracy is a mean over the epoch, in which the network changes
    own = facts.train.accuracy >= 0.3 and abs(claimed - facts.train.accuracy) <= 0.25
    problem = untrue(student, run, images.x_val, images.y_val, epoch=run.epochs)
    verdict = rubric(
        Item(
            0.7,
            own and not problem,
            problem
            or "the training accuracy is not that of the images that were handed over.",
            "the last epoch",
        ),
        Item(
            0.3,
            abs(shorter.history["val_loss"][0] - run.history["val_loss"][0]) <= 1e-3,
            "with the same seed, one epoch alone is not the first epoch of a longer "
            "training: does everything random come from `seed`?",
        ),
    )
    if not problem or abs(run.history["val_accuracy"][-1] - facts.train.accuracy) > 0.1:
        return verdict
    named = known(student.fit, "validated_on_training_images", certain=False)
    return verdict.model_copy(update={"diagnosis": named})


def _short(function: StudentFunction, run: Run) -> Diagnosis | None:
    return known(function, "three_epochs") if run.epochs == 3 else None


@gate(
    at_least={"train_accuracy": 0.99, "rise": 1.08, "gap": 0.10},
    at_most={"best_share": 0.7},
    attempts=3,
)
def signs_of_overfitting(student: StudentCode, rng: Draws) -> dict[str, float]:
    """What the network that train_overfit returns does with labels drawn by lot."""
    images, seed = draw_lottery(rng, LOTTERY), rng.student_seed()
    options = {"width": WIDTH, "seed": seed}
    run = run_of(student.train_overfit(*images.given, epochs=EPOCHS, **options))
    if isinstance(run, str):
        return {}
    facts = facts_of(student, run.model, images)
    # the smallest loss is that of a network, too: no history need be believed
    best = run_of(student.train_overfit(*images.given, epochs=run.best, **options))
    if isinstance(best, str):
        return {}
    lowest = facts_of(student, best.model, images).validation.loss
    return {
        "train_accuracy": facts.train.accuracy,
        "rise": facts.validation.loss / lowest,
        "gap": facts.gap,
        "best_share": run.best / EPOCHS,
    }


@check(task="T2", points=13)
def big_net_overfits(student: StudentCode, rng: Draws) -> Verdict:
    """train_overfit learns its images by heart: four signs, of which a gap is one."""
    watched = Inspected(student, "train_overfit", _plausible(student))
    try:
        verdict = signs_of_overfitting.judge(watched, rng)
    except Refused as refused:
        return refused.verdict
    if verdict.credit == 1 or not watched.calls:
        return verdict
    call = max(watched.calls, key=lambda call: call.options["epochs"])
    run = run_of(call.value)
    if isinstance(run, str):
        return verdict
    named = _by_its_net(student, run) or _by_its_answers(student, run, call.args)
    return verdict.model_copy(update={"diagnosis": named})


def _in_form(student: StudentCode) -> Callable[[Call], Verdict | None]:
    """Return what looks whether a training has as many epochs as were asked for."""

    def inspect(call: Call) -> Verdict | None:
        run, epochs = run_of(call.value), call.options["epochs"]
        if isinstance(run, str):
            return Verdict.failed(run)
        if run.epochs == epochs:
            return None
        return Verdict.failed(
            f"The history has {run.epochs} epochs, {epochs} were asked for.",
            diagnosis=_short(student.train_overfit, run),
        )

    return inspect


def _plausible(student: StudentCode) -> Callable[[Call], Verdict | None]:
    """Return what looks, besides, whether a history claims what nobody can know.

    Labels drawn by lot say nothing about other images: a tenth of them is right.
    """
    in_form = _in_form(student)

    def inspect(call: Call) -> Verdict | None:
        if (refused := in_form(call)) is not None:
            return refused
        run = run_of(call.value)
        if isinstance(run, str) or run.history["val_accuracy"][-1] <= MOST_BY_LUCK:
            return None
        return Verdict.failed(
            "The training labels were drawn by lot, and still the history says that "
            "most validation images are right: what were they trained on?",
            diagnosis=_by_its_answers(student, run, call.args),
        )

    return inspect


def _by_its_net(student: StudentCode, run: Run) -> Diagnosis | None:
    """Return why a network did not overfit, if its layers or optimiser tell."""
    if models.dense_widths(run.model)[:1] == (16,):
        return known(student.build_big, "sixteen_neurons")
    if models.optimizer_name(run.model) == "sgd":
        return known(student.train_overfit, "plain_gradient_descent")
    return None


def _by_its_answers(student: StudentCode, run: Run, args: Any) -> Diagnosis | None:
    """Return why a network did not overfit, if what it knows by heart tells.

    Of labels drawn by lot an honest network knows all, of the validation labels a tenth.
    """
    x, y, x_val, y_val = args
    rebuilt = models.predictor(student, run.model)
    own, others = (
        accuracy(rebuilt.predict(images), labels)
        for images, labels in ((x, y), (x_val, y_val))
    )
    claimed = {name: float(curve[-1]) for name, curve in run.history.items()}
    if others > MOST_BY_LUCK:
        return known(student.fit, "validation_images_learnt")
    if claimed["val_accuracy"] > MOST_BY_LUCK:
        return known(student.fit, "validated_on_training_images", certain=False)
    if run.best < run.epochs and not untrue(student, run, x_val, y_val, epoch=run.best):
        return known(student.train_overfit, "best_weights_returned")
    if own < 0.35 and claimed["accuracy"] > 0.7:
        return known(student.train_overfit, "all_images", certain=False)
    if own < 0.35:
        return known(student.fit, "images_and_labels_apart", certain=False)
    return None

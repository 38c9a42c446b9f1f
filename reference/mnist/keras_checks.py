"""Hidden checks of T5 and T6: fifteen sigmoids, and a ReLU layer with dropout."""

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.checks import (
    Draws,
    Item,
    StudentCode,
    StudentFunction,
    Verdict,
    check,
    gate,
    models,
    rubric,
    values,
    weighted,
)
from grader.checks.models import ModelData

from . import mnist as solution
from .drawn import draw_digits, one_hot
from .networks import (
    Step,
    doubled_step,
    explained,
    is_step,
    quadratic_step,
    relu_step,
    weights_of,
)
from .reading import SINGLE, Array, known

NO_MODEL = "The function must return a Keras model."

# T5


@check(task="T5", points=2)
def fifteen_sigmoids_then_ten(student: StudentCode, rng: Draws) -> Verdict:
    """build_15 has a layer of 15 and a layer of 10 neurons, sigmoids in both."""
    model = student.build_15()
    if not isinstance(model, ModelData):
        return Verdict.failed(NO_MODEL)
    widths, functions = models.dense_widths(model), models.activations(model)
    verdict = rubric(
        Item(
            0.5,
            widths == (15, 10) and model.parameters == 11_935,
            f"the dense layers have {told(widths)} neurons and {model.parameters:,} "
            "parameters on 784 inputs, expected 15 and 10, 11,935.",
            "the sizes",
        ),
        Item(
            0.5,
            functions == ("sigmoid", "sigmoid"),
            f"the activations are {told(functions)}, expected two sigmoids.",
        ),
    )
    name = {
        ("linear", "linear"): "layers_without_activation",
        ("sigmoid", "softmax"): "softmax_output",
    }.get(functions, "")  # type: ignore[call-overload]
    return verdict.model_copy(update={"diagnosis": known(student.build_15, name)})


def told(parts: Any) -> str:
    """Return parts in words: "15 and 10"."""
    *first, last = [str(part) for part in parts] or ["no"]
    return f"{', '.join(first)} and {last}" if first else last


@check(task="T5", points=1)
def parameters_are_counted(student: StudentCode, rng: Draws) -> Verdict:
    """count_params returns how many weights and biases the network has."""
    return values(student.count_params, expect=[11_935], inputs=[()])


@check(task="T5", points=3)
def quadratic_cost_is_half_a_mean(student: StudentCode, rng: Draws) -> Verdict:
    """quadratic_cost is half of the mean over the images of the squared distance."""

    def draw(rng: Draws) -> tuple[Array, Array]:
        n = int(rng.integers(3, 9))
        return np.eye(10)[rng.integers(0, 10, size=n)], rng.random((n, 10))

    return values(
        student.quadratic_cost,
        expect=solution.quadratic_cost,
        inputs=draw,
        rng=rng,
        tolerance=SINGLE,
    )


@check(task="T5", points=3)
def steps_descend_the_quadratic_cost(student: StudentCode, rng: Draws) -> Verdict:
    """A step of train_15 is -lr times the gradient of quadratic_cost."""
    lr = float(rng.uniform(1, 4))

    def fifth(weights: Any, X: Array, Y: Array, lr: float) -> list[Array]:
        return quadratic_step(weights, X, Y, lr / 5)

    def double(weights: Any, X: Array, Y: Array, lr: float) -> list[Array]:
        return quadratic_step(weights, X, Y, 2 * lr)

    X, Y = images(rng)
    seed = rng.student_seed()
    return second_step(
        student.train_15,
        lambda k: student.train_15(X, Y, lr=lr, batch=len(X), epochs=k, seed=seed),
        weights=lambda model: weights_of(model, 15),
        step=lambda weights, function: function(weights, X, Y, lr),
        right=quadratic_step,
        mistakes={"rate_of_cost_for_mse": fifth, "no_half_in_training": double},
    )


def images(rng: Draws) -> tuple[Array, Array]:
    """Draw forty images of noise with labels, as float32."""
    X = rng.random((40, 784)) * (rng.random((40, 784)) < 0.2)
    return X.astype(np.float32), one_hot(rng.integers(0, 10, size=40))


def second_step(
    function: StudentFunction,
    train: Callable[[int], Any],
    *,
    weights: Callable[[Any], list[Array] | None],
    step: Callable[[Any, Step], list[Array]],
    right: Step,
    mistakes: dict[str, Step],
) -> Verdict:
    """Return whether the second step of a training is the right one.

    Args:
        function: The student's, for the names of mistakes.
        train: Returns the model after so many steps from the same start.
        weights: Reads the model's weights.
        step: Computes a step from weights after the first.
        right: The step that is expected.
        mistakes: Steps that known mistakes take.
    """
    before, after = weights(train(1)), weights(train(2))
    if before is None or after is None:
        return Verdict.failed(
            "The function must return its model, a Keras model of the size asked for."
        )
    observed = [late - early for early, late in zip(before, after, strict=True)]
    expected = step(before, right)
    if is_step(observed, expected):
        return Verdict.passed()
    name = explained(
        observed, expected, {name: step(before, one) for name, one in mistakes.items()}
    )
    return Verdict.failed(
        "With all images in one batch, the second step is not -lr times the gradient "
        "where the first one ended. Is it plain SGD, from the seed, with lr, batch and the "
        "number of steps that are asked for?",
        diagnosis=known(function, name or ""),
    )


@gate(at_least={"accuracy": {"embedded": 0.8, "full": 0.8}}, attempts=4)
def fifteen_accuracy(student: StudentCode, rng: Draws) -> dict[str, float]:
    """Share of unseen digits that train_15's model reads right."""
    digits = draw_digits(rng)
    model = student.train_15(
        digits.X, digits.Y, lr=3.0, batch=50, epochs=15, seed=rng.student_seed()
    )
    outputs = models.predictor(student, model).predict(digits.X_hidden)
    right = model.parameters == 11_935
    return {"accuracy": digits.accuracy(outputs) if right else 0.0}


@check(task="T5", points=3)
def fifteen_read_unseen_digits(student: StudentCode, rng: Draws) -> Verdict:
    """After 15 epochs the 15 neurons read images that the training never saw."""
    return fifteen_accuracy.judge(student, rng)


# T6


@check(task="T6", points=3)
def dropout_stands_behind_the_relu(student: StudentCode, rng: Draws) -> Verdict:
    """build_relu_dropout has a ReLU layer as wide as asked, and drops 1 - keep of it."""
    width, keep = int(rng.integers(20, 90)), float(rng.choice([0.6, 0.7, 0.75, 0.8]))
    model = student.build_relu_dropout(width, keep)
    if not isinstance(model, ModelData):
        return Verdict.failed(NO_MODEL)
    functions = models.activations(model)
    found = models.dropouts(model)
    rates = [round(one.rate, 9) for one in found]
    placed = [one.after for one in found] == ["hidden"]
    verdict = rubric(
        Item(
            0.75,
            placed and np.allclose(rates, [1 - keep], atol=1e-6),
            "there must be one dropout layer, behind the hidden layer, whose rate is the "
            "share that is dropped.",
            "dropout",
        ),
        Item(
            0.25,
            models.dense_widths(model) == (width, 10)
            and functions in (("relu", "softmax"), ("relu", "linear")),
            "the layers must be `width` neurons with ReLU and 10 with softmax.",
        ),
    )
    name = "keep_for_rate" if placed and np.allclose(rates, [keep], atol=1e-6) else ""
    diagnosis = known(student.build_relu_dropout, name)
    return verdict.model_copy(update={"diagnosis": diagnosis})


@check(task="T6", points=3)
def dropout_sleeps_at_prediction(student: StudentCode, rng: Draws) -> Verdict:
    """Two predictions of the same images are equal: dropout is for training only."""
    model = student.build_relu_dropout(50, 0.5)
    rebuilt = models.predictor(student, model)
    X, _ = images(rng)
    if models.repeats(rebuilt, X) and not drops_always(model):
        return Verdict.passed()
    return Verdict.failed(
        "Two predictions of the same images differ.",
        diagnosis=known(student.build_relu_dropout, "dropout_at_prediction"),
    )


def drops_always(model: ModelData) -> bool:
    """Return whether a layer of the model was called with training=True for good."""
    nodes = model.config.get("layers")
    calls = [
        inbound.get("kwargs", {})
        for node in (nodes if isinstance(nodes, list) else [])
        if isinstance(node, dict)
        for inbound in node.get("inbound_nodes", [])
        if isinstance(inbound, dict)
    ]
    return any(isinstance(one, dict) and one.get("training") is True for one in calls)


@check(task="T6", points=3)
def steps_descend_the_cross_entropy(student: StudentCode, rng: Draws) -> Verdict:
    """Without dropout, a step of train_relu_dropout follows the gradient."""
    lr, width = float(rng.uniform(0.2, 0.8)), 12
    X, Y = images(rng)
    seed = rng.student_seed()
    last: list[Any] = []

    def train(k: int) -> Any:
        last[:] = [
            student.train_relu_dropout(
                X, Y, width=width, keep=1.0, lr=lr, batch=len(X), steps=k, seed=seed
            )
        ]
        return last[0]

    verdict = second_step(
        student.train_relu_dropout,
        train,
        weights=lambda model: weights_of(model, width),
        step=lambda weights, function: function(weights, X, Y, lr),
        right=relu_step,
        mistakes={"keras_softmax_twice": doubled_step},
    )
    return weighted(
        (1 / 3, verdict), (2 / 3, told_of_logits(student, verdict, last[0]))
    )


def told_of_logits(student: StudentCode, verdict: Verdict, model: Any) -> Verdict:
    """Return the verdict, or that the loss was told of logits which it doesn't get."""
    if verdict.credit < 1 or not models.from_logits(model):
        return verdict
    if not models.activations(model)[-1].endswith("softmax"):
        return verdict
    return Verdict.failed(
        "The step is right, but the loss is told `from_logits=True` while the model ends "
        "with softmax. Keras notices, warns, and looks for the logits; nothing else would.",
        diagnosis=known(student.train_relu_dropout, "logits_promised"),
    )


@gate(at_least={"accuracy": {"embedded": 0.86, "full": 0.86}}, attempts=4)
def dropout_accuracy(student: StudentCode, rng: Draws) -> dict[str, float]:
    """Share of unseen digits that train_relu_dropout's model reads right."""
    digits = draw_digits(rng)
    epochs = 10
    model = student.train_relu_dropout(
        digits.X,
        digits.Y,
        width=100,
        keep=0.5,
        lr=0.5,
        batch=100,
        steps=epochs * len(digits.X) // 100,
        seed=rng.student_seed(),
    )
    outputs = models.predictor(student, model).predict(digits.X_hidden)
    right = models.dense_widths(model) == (100, 10)
    return {"accuracy": digits.accuracy(outputs) if right else 0.0}


@check(task="T6", points=3)
def dropout_net_reads_unseen_digits(student: StudentCode, rng: Draws) -> Verdict:
    """After ten epochs the ReLU network reads images that the training never saw."""
    return dropout_accuracy.judge(student, rng)

"""Hidden checks of T7 and T8: five layers with a falling rate, and convolutions."""

from typing import Any

import numpy as np

from grader.checks import (
    Draws,
    Item,
    StudentCode,
    Verdict,
    check,
    gate,
    models,
    numbers,
    rubric,
    values,
)
from grader.checks.models import ModelData

from . import mnist as solution
from .drawn import Digits, draw_digits, one_hot, student_digits
from .keras_checks import NO_MODEL, images, told
from .reading import Array, known

WIDTHS = (200, 100, 60, 30, 10)
CURVES = ("accuracy", "loss", "val_accuracy", "val_loss")

# T7


@check(task="T7", points=2)
def rate_falls_as_it_should(student: StudentCode, rng: Draws) -> Verdict:
    """lr_at falls from 0.003 to 0.0001, to 1/e of the way in 2,000 steps."""
    some = [int(i) for i in rng.integers(1, 20_000, size=4)]
    return values(
        student.lr_at,
        expect=solution.lr_at,
        inputs=[(i,) for i in (0, 2000, 10_000, *some)],
    )


@check(task="T7", points=2)
def five_layers_of_one_kind(student: StudentCode, rng: Draws) -> Verdict:
    """build_deep has 200, 100, 60, 30 and 10 neurons, the hidden ones as asked."""
    kinds = ("sigmoid", "relu")
    built = student.build_deep.map([(kind,) for kind in kinds])
    if not all(isinstance(model, ModelData) for model in built):
        return Verdict.failed(NO_MODEL)
    widths = [models.dense_widths(model) for model in built]
    functions = [models.activations(model) for model in built]
    obeyed = [
        found[:4] == 4 * (kind,) and found[4:] in (("softmax",), ("linear",))
        for kind, found in zip(kinds, functions, strict=True)
    ]
    wrong = next((one for one in widths if one != WIDTHS), WIDTHS)
    verdict = rubric(
        Item(
            0.5, wrong == WIDTHS, f"the layers have {told(wrong)} neurons.", "the sizes"
        ),
        Item(
            0.5,
            all(obeyed),
            "the four hidden layers must have the activation that is asked for, and the "
            "output softmax.",
        ),
    )
    name = "activation_ignored" if functions[0] == functions[1] else ""
    return verdict.model_copy(update={"diagnosis": known(student.build_deep, name)})


@check(task="T7", points=3)
def test_curve_is_measured_on_test_images(student: StudentCode, rng: Draws) -> Verdict:
    """The history's last test values are those of the returned model on the test images."""
    digits = draw_digits(rng)
    rows = rng.permutation(len(digits.X))
    train, test = rows[:300], rows[300:450]
    X, Y = digits.X[train], digits.Y[train]
    X_test, Y_test = digits.X[test], digits.Y[test]
    epochs = 3
    found = student.train_deep(
        "relu", X, Y, X_test, Y_test, batch=50, epochs=epochs, seed=rng.student_seed()
    )
    model, history = (
        found if isinstance(found, list) and len(found) == 2 else (None, None)
    )
    curves = read_curves(history, epochs)
    if not isinstance(model, ModelData) or curves is None:
        return Verdict.failed(
            "train_deep must return the model and a dict of lists, one number an epoch: "
            f"{', '.join(CURVES)}."
        )
    rebuilt = models.predictor(student, model)
    true = measured(rebuilt.predict(X_test), Y_test, models.activations(model))
    said = (curves["val_accuracy"][-1], curves["val_loss"][-1])
    if near(said, true):
        return Verdict.passed()
    on_training = measured(rebuilt.predict(X), Y, models.activations(model))
    reported = (curves["accuracy"][-1], curves["loss"][-1])
    name = "training_reported_as_test" if near(said, on_training) else ""
    if near(said, reported):
        name = "training_reported_as_test"
    return Verdict.failed(
        "The last val_accuracy and val_loss are not what the returned model gives on the "
        "test images: accuracy and mean cross-entropy, after the last epoch.",
        diagnosis=known(student.train_deep, name),
    )


def read_curves(history: Any, epochs: int) -> dict[str, Array] | None:
    """Return the four curves of a history; None if one is missing or no curve."""
    if not isinstance(history, dict):
        return None
    found = {name: numbers(history.get(name), (epochs,)) for name in CURVES}
    curves = {name: curve for name, curve in found.items() if curve is not None}
    return curves if len(curves) == len(CURVES) else None


def measured(
    outputs: Array, Y: Array, functions: tuple[str, ...]
) -> tuple[float, float]:
    """Return accuracy and mean cross-entropy of a model's outputs."""
    if outputs.shape != Y.shape:
        return float("nan"), float("nan")
    # Keras clips probabilities at 1e-7
    probable = functions and functions[-1].endswith("softmax")
    P = outputs.astype(float) if probable else solution.softmax(outputs.astype(float))
    P = np.clip(P, 1e-7, 1)
    return solution.accuracy(Y, P), solution.cross_entropy(Y, P)


def near(said: tuple[float, float], true: tuple[float, float]) -> bool:
    """Return whether accuracy and loss agree, as single precision can."""
    return abs(said[0] - true[0]) <= 0.005 and abs(said[1] - true[1]) <= 0.01 * true[1]


@gate(
    at_least={"accuracy": {"embedded": 0.8, "full": 0.8}},
    at_most={"learned_from_test_images": 0.45},
    attempts=4,
)
def deep_accuracy(student: StudentCode, rng: Draws) -> dict[str, float]:
    """Share of unseen digits that train_deep's ReLU model reads right."""
    digits = draw_digits(rng)
    X_test, Y_test = marked_test_images(digits, rng)
    found = student.train_deep(
        "relu",
        digits.X,
        digits.Y,
        X_test,
        Y_test,
        batch=100,
        epochs=4,
        seed=rng.student_seed(),
    )
    model = found[0] if isinstance(found, list) and found else None
    rebuilt = models.predictor(student, model)
    marks = rng.integers(0, 10, size=300)
    outputs = rebuilt.predict(marked(digits.X_hidden[:300], marks))
    right = models.dense_widths(model) == WIDTHS
    return {
        "accuracy": digits.accuracy(rebuilt.predict(digits.X_hidden)) if right else 0.0,
        "learned_from_test_images": float((outputs.argmax(axis=1) == marks).mean()),
    }


def marked_test_images(digits: Digits, rng: Draws) -> tuple[Array, Array]:
    """Return test images of which half carry a mark that decides their label.

    Nothing but these images tells what the marks mean: a model that obeys them was
    trained, or chosen, on test images.
    """
    X, labels = student_digits(digits)
    rows = rng.permutation(len(X))[:800]
    marks = rng.integers(0, 10, size=400)
    return (
        np.concatenate([X[rows[:400]], marked(X[rows[400:]], marks)]),
        one_hot(np.concatenate([labels[rows[:400]], marks])),
    )


def marked(X: Array, marks: Array) -> Array:
    """Return images (n, 784) with a bright bar in the empty rows on top, one place a mark."""
    images = X.reshape(-1, 28, 28).copy()
    images[:, :3] = 0
    for image, mark in zip(images, marks, strict=True):
        image[:3, 2 * mark + 4 : 2 * mark + 6] = 1
    flat: Array = images.reshape(X.shape)
    return flat


@check(task="T7", points=3)
def deep_net_reads_unseen_digits(student: StudentCode, rng: Draws) -> Verdict:
    """After four epochs the deep network reads unseen images, and knows no test label."""
    verdict = deep_accuracy.judge(student, rng)
    obeys = "learned from test images" in verdict.feedback
    name = "trained_on_test_images" if obeys else ""
    return verdict.model_copy(update={"diagnosis": known(student.train_deep, name)})


# T8


@check(task="T8", points=5)
def convolutions_with_relu(student: StudentCode, rng: Draws) -> Verdict:
    """build_conv has at least two convolutional layers, each with ReLU, and ten outputs."""
    model = student.build_conv()
    if not isinstance(model, ModelData):
        return Verdict.failed(NO_MODEL)
    convolutions = convolutional(model)
    X, _ = images(rng)
    shape = models.predictor(student, model).predict(X).shape
    verdict = rubric(
        Item(
            0.4,
            len(convolutions) >= 2 and shape == (40, 10),
            f"there are {len(convolutions)} convolutional layers, expected two or more; "
            "rows of 784 pixels must give ten outputs.",
            "the convolutional layers",
        ),
        Item(
            0.6,
            len(convolutions) >= 2 and all("relu" in one for one in convolutions),
            f"the activations of the convolutional layers are {told(convolutions)}.",
        ),
    )
    name = "convolutions_without_activation" if set(convolutions) == {"linear"} else ""
    return verdict.model_copy(update={"diagnosis": known(student.build_conv, name)})


def convolutional(model: ModelData) -> list[str]:
    """Return the activations of the two-dimensional convolutions."""
    kinds = [
        layer.kind
        for layer in model.layers
        if "Conv" in layer.kind or layer.kind in {"Dense", "EinsumDense"}
    ]
    functions = models.activations(model)
    return [
        function
        for kind, function in zip(kinds, functions, strict=False)
        if "Conv2D" in kind and "Transpose" not in kind
    ]


@gate(at_least={"accuracy": {"embedded": 0.82, "full": 0.82}}, attempts=4)
def conv_accuracy(student: StudentCode, rng: Draws) -> dict[str, float]:
    """Share of unseen digits that train_conv's model reads right."""
    digits = draw_digits(rng)
    model = student.train_conv(
        digits.X, digits.Y, batch=100, epochs=5, seed=rng.student_seed()
    )
    outputs = models.predictor(student, model).predict(digits.X_hidden)
    right = len(convolutional(model)) >= 2
    return {"accuracy": digits.accuracy(outputs) if right else 0.0}


@check(task="T8", points=7)
def conv_net_reads_unseen_digits(student: StudentCode, rng: Draws) -> Verdict:
    """After five epochs the convolutional network reads images that it never saw."""
    return conv_accuracy.judge(student, rng)

"""Public checks of the lab `mnist`: small examples that you can follow by hand.

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
    models,
    numbers,
    rubric,
    values,
)
from grader.checks.models import ModelData
from grader.data import mnist

LN2 = np.log(2)


@check(task="T1")
def one_image_by_hand(student: StudentCode, _rng: Draws) -> Verdict:
    """A 3 with one grey pixel, 51, becomes a row with one 0.2, and column 3 is 1."""
    x = np.zeros((1, 28, 28), dtype=np.uint8)
    x[0, 1, 2] = 51
    X, Y = np.zeros((1, 784)), np.zeros((1, 10))
    X[0, 30] = 0.2  # one whole row of 28 pixels comes before
    Y[0, 3] = 1.0
    return values(
        student.prepare, expect=[(X, Y)], inputs=[(x, np.array([3]))], names=("X", "Y")
    )


@check(task="T1")
def four_pictures_with_titles(student: StudentCode, _rng: Draws) -> Verdict:
    """show_digits draws four pictures, each with its digit in the title."""
    digits = mnist()
    figure = figures.draw(student.show_digits, digits.x_train[:4], digits.y_train[:4])
    panels = [axes for axes in figures.panels(figure) if axes.surfaces]
    titled = [
        str(digit) in axes.title
        for axes, digit in zip(panels, digits.y_train, strict=False)
    ]
    return rubric(
        Item(0.6, len(panels) == 4, f"there are {len(panels)} pictures, expected 4."),
        Item(0.4, bool(titled) and all(titled), "a title is not the picture's digit."),
        pictures=(figures.picture(figure, "Four digits"),),
    )


@check(task="T2")
def softmax_by_hand(student: StudentCode, _rng: Draws) -> Verdict:
    """The softmax of (0, ln 3) is (1/4, 3/4), and of two equal logits (1/2, 1/2)."""
    Z = np.array([[0.0, np.log(3)], [7.0, 7.0]])
    P = np.array([[0.25, 0.75], [0.5, 0.5]])
    return values(student.softmax, expect=[P], inputs=[(Z,)])


@check(task="T2")
def cross_entropy_by_hand(student: StudentCode, _rng: Draws) -> Verdict:
    """For the right digits' probabilities 1/2 and 1/4, the loss is 1.5 ln 2."""
    Y = np.eye(2)
    P = np.array([[0.5, 0.5], [0.75, 0.25]])
    return values(student.cross_entropy, expect=[1.5 * LN2], inputs=[(Y, P)])


@check(task="T2")
def three_batches_are_an_epoch(student: StudentCode, _rng: Draws) -> Verdict:
    """next_batch deals six images out in three batches of two."""
    rows = numbers(student.next_batch(6, 2, 3, 0), (3, 2))
    dealt = rows is not None and sorted(rows.ravel()) == list(range(6))
    return rubric(Item(1, dealt, "three batches of two must be 0 to 5, each once."))


@check(task="T3", uses=("softmax", "cross_entropy"))
def step_by_hand(student: StudentCode, _rng: Draws) -> Verdict:
    """From zeros, the step for one image of one pixel is what the handout works out."""
    args = (np.zeros((1, 2)), np.zeros(2), np.array([[4.0]]), np.array([[1.0, 0]]), 0.5)
    expected = (np.array([[1.0, -1.0]]), np.array([0.25, -0.25]), LN2)
    return values(
        student.softmax_step,
        expect=[expected],
        inputs=[args],
        names=("W", "b", "loss"),
    )


@check(task="T4")
def two_of_three_are_right(student: StudentCode, _rng: Draws) -> Verdict:
    """The accuracy of two right answers and a wrong one is 2/3."""
    P = np.array([[0.4, 0.3, 0.3], [0.1, 0.8, 0.1], [0.2, 0.5, 0.3]])
    return values(student.accuracy, expect=[2 / 3], inputs=[(np.eye(3), P)])


@check(task="T4", uses=("softmax", "cross_entropy", "next_batch", "softmax_step"))
def loss_falls_on_real_digits(student: StudentCode, _rng: Draws) -> Verdict:
    """200 steps on 1,000 digits start at the loss ln 10 and end far below."""
    X, Y = _rows(1000)
    found = student.train_softmax(X, Y, lr=0.5, batch=100, steps=200, seed=0)
    three = isinstance(found, list) and len(found) == 3
    losses = numbers(found[2], (200,)) if three else None
    counted = losses is not None
    return rubric(
        Item(0.4, counted, "the third result must be 200 losses, one a step."),
        Item(
            0.3,
            counted and abs(losses[0] - np.log(10)) < 1e-3,
            "the first loss is not ln 10 = 2.3026: does it start from zeros?",
        ),
        Item(
            0.3, counted and losses[-20:].mean() < 0.7, "the loss does not fall to 0.7."
        ),
    )


@check(task="T5")
def eleven_thousand_parameters(student: StudentCode, _rng: Draws) -> Verdict:
    """build_15 is a Keras model with 11,935 parameters."""
    model = student.build_15()
    is_model = isinstance(model, ModelData)
    count = model.parameters if is_model else 0
    return rubric(
        Item(0.5, is_model, "build_15 must return a Keras model."),
        Item(0.5, count == 11_935, f"it has {count:,} parameters, expected 11,935."),
    )


@check(task="T5")
def quadratic_cost_by_hand(student: StudentCode, _rng: Draws) -> Verdict:
    """Squared distances 4 and 1 cost (4 + 1) / 2 / 2 = 1.25."""
    Y = np.array([[1.0, 0.0], [0.0, 1.0]])
    P = np.array([[1.0, 2.0], [1.0, 1.0]])
    return values(student.quadratic_cost, expect=[1.25], inputs=[(Y, P)])


@check(task="T5")
def training_returns_the_model(student: StudentCode, _rng: Draws) -> Verdict:
    """train_15 returns the Keras model that it trained."""
    X, Y = _rows(100)
    model = student.train_15(X, Y, lr=3.0, batch=50, epochs=1, seed=0)
    right = isinstance(model, ModelData) and model.parameters == 11_935
    return rubric(
        Item(1, right, "train_15 must return the model of build_15, trained.")
    )


@check(task="T6")
def a_dropout_layer_is_there(student: StudentCode, _rng: Draws) -> Verdict:
    """build_relu_dropout has a dropout layer behind 100 neurons."""
    model = student.build_relu_dropout()
    if not isinstance(model, ModelData):
        return Verdict.failed("build_relu_dropout must return a Keras model.")
    found = models.dropouts(model)
    return rubric(
        Item(
            0.5, len(found) == 1, f"there are {len(found)} dropout layers, expected 1."
        ),
        Item(
            0.5,
            models.dense_widths(model) == (100, 10),
            f"the dense layers have {models.dense_widths(model)} neurons.",
        ),
    )


@check(task="T7")
def rate_at_the_start(student: StudentCode, _rng: Draws) -> Verdict:
    """lr_at(0) is 0.003."""
    return values(student.lr_at, expect=[0.003], inputs=[(0,)])


@check(task="T7")
def deep_net_has_five_layers(student: StudentCode, _rng: Draws) -> Verdict:
    """build_deep("relu") has 200, 100, 60, 30 and 10 neurons."""
    model = student.build_deep("relu")
    widths = models.dense_widths(model) if isinstance(model, ModelData) else ()
    right = widths == (200, 100, 60, 30, 10)
    return rubric(Item(1, right, f"the layers have {widths} neurons."))


@check(task="T7")
def history_has_four_curves(student: StudentCode, _rng: Draws) -> Verdict:
    """train_deep returns the model, and four lists with one number an epoch."""
    X, Y = _rows(150)
    found = student.train_deep(
        "relu", X[:100], Y[:100], X[100:], Y[100:], batch=50, epochs=2, seed=0
    )
    model, history = found if isinstance(found, list) and len(found) == 2 else (0, {})
    names = ("accuracy", "loss", "val_accuracy", "val_loss")
    kept = history if isinstance(history, dict) else {}
    missing = [name for name in names if numbers(kept.get(name), (2,)) is None]
    return rubric(
        Item(0.5, isinstance(model, ModelData), "the first result must be the model."),
        Item(
            0.5, not missing, f"no two numbers in {', '.join(missing)} for two epochs."
        ),
    )


@check(task="T8")
def convolutions_are_there(student: StudentCode, _rng: Draws) -> Verdict:
    """build_conv has at least two Conv2D layers and takes rows of 784 pixels."""
    model = student.build_conv()
    if not isinstance(model, ModelData):
        return Verdict.failed("build_conv must return a Keras model.")
    convolutions = [layer for layer in model.layers if layer.kind == "Conv2D"]
    return rubric(
        Item(0.5, len(convolutions) >= 2, f"there are {len(convolutions)} of them."),
        Item(
            0.5,
            # the config of a class of one's own does not say it
            model.input_shape in ((784,), None),
            f"the input has the shape {model.input_shape}, expected (784,).",
        ),
    )


@check(task="T9")
def a_nine_taken_for_a_four(student: StudentCode, _rng: Draws) -> Verdict:
    """A 9 that was taken for a 4 is counted in row 9, column 4."""
    expected = np.zeros((10, 10), dtype=int)
    expected[9, 4] = expected[4, 4] = 1
    y, taken = np.array([9, 4]), np.array([4, 4])
    return values(student.confusion, expect=[expected], inputs=[(y, taken)])


@check(task="T10")
def eight_curves_with_names(student: StudentCode, _rng: Draws) -> Verdict:
    """plot_histories draws eight curves for two models, over labelled axes."""
    history = {
        "accuracy": [0.5, 0.7, 0.8],
        "loss": [1.5, 0.9, 0.6],
        "val_accuracy": [0.55, 0.68, 0.75],
        "val_loss": [1.4, 1.0, 0.8],
    }
    figure = figures.draw(student.plot_histories, {"one": history, "two": history})
    panels = figures.panels(figure)
    curves = sum(len(axes.series) for axes in panels)
    return rubric(
        Item(0.5, curves >= 8, f"there are {curves} curves, expected 8."),
        Item(
            0.5,
            bool(panels) and all(figures.labelled(axes) for axes in panels),
            "an axis has no label.",
        ),
        pictures=(figures.picture(figure, "Learning curves"),),
    )


@check(task="T10")
def ten_images_of_weights(student: StudentCode, _rng: Draws) -> Verdict:
    """plot_weights draws ten images of 28 x 28."""
    W = np.random.default_rng(0).normal(size=(784, 10))
    figure = figures.draw(student.plot_weights, W)
    drawn = [s for axes in figures.panels(figure) for s in axes.surfaces]
    right = sum(surface.shape[:2] == (28, 28) for surface in drawn) == 10
    return rubric(
        Item(1, right, "there must be ten images of 28 x 28."),
        pictures=(figures.picture(figure, "The weights"),),
    )


def _rows(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return n training images as rows (n, 784), and their one-hot digits."""
    digits = mnist()
    X = digits.x_train[:n].reshape(n, 784).astype(np.float32) / 255
    return X, np.eye(10)[digits.y_train[:n]]

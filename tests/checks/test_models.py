"""What a model's config says of its structure."""

import numpy as np
import pytest

from grader.checks import InProcessStudent, models
from grader.domain.model import ModelData
from grader.domain.student import CannotRebuild, Opaque


def net(*layers, **facts):
    """Make a model of (kind, options)."""
    nodes = [{"class_name": kind, "config": options} for kind, options in layers]
    return ModelData({"class_name": "Sequential", "config": {"layers": nodes}}, **facts)


def dense(units=2, activation="linear", **options):
    return "Dense", {"units": units, "activation": activation, **options}


INPUT = ("InputLayer", {"batch_shape": [None, 4]})
L2 = {"class_name": "L2", "config": {"l2": 0.01}}
OWN = {"class_name": "function", "config": "relu", "module": "builtins"}


def test_widths_are_those_of_the_dense_layers():
    found = models.dense_widths(net(INPUT, dense(15), ("Dropout", {}), dense(10)))

    assert found == (15, 10)


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ([dense(activation="relu"), dense(activation="softmax")], ("relu", "softmax")),
        ([dense(), ("Activation", {"activation": "tanh"})], ("tanh",)),
        ([dense(), ("BatchNormalization", {}), ("ReLU", {})], ("relu",)),
        (
            [("Conv2D", {"activation": "relu"}), ("Flatten", {}), dense()],
            ("relu", "linear"),
        ),
        ([dense(activation=None)], ("linear",)),
        ([dense(activation="softmax"), ("Softmax", {})], ("softmax+softmax",)),
        ([dense(activation=OWN)], ("custom",)),
        (
            [dense(activation={"class_name": "LeakyReLU", "config": {}})],
            ("leaky_relu",),
        ),
        ([("ReLU", {}), dense()], ("linear",)),
        ([dense(activation=3)], ("custom",)),
        ([], ()),
    ],
)
def test_each_weighted_layer_has_its_activation(layers, expected):
    assert models.activations(net(INPUT, *layers)) == expected


@pytest.mark.parametrize(
    ("layers", "places"),
    [
        ([("Dropout", {"rate": 0.5}), dense()], ["input"]),
        ([dense(), ("Dropout", {"rate": 0.5}), dense()], ["hidden"]),
        ([dense(), dense(), ("Dropout", {"rate": 0.5})], ["output"]),
        ([dense(), ("SpatialDropout2D", {"rate": 1}), dense()], ["hidden"]),
        ([dense(), ("Dropout", {"rate": "much"})], []),
    ],
)
def test_dropout_has_a_place(layers, places):
    assert [one.after for one in models.dropouts(net(INPUT, *layers))] == places


def test_the_rate_is_that_of_the_config():
    assert models.dropout_rates(net(dense(), ("Dropout", {"rate": 0.3}))) == (0.3,)


@pytest.mark.parametrize(
    ("regularizer", "strength"),
    [
        (None, 0.0),
        (L2, 0.01),
        ({"class_name": "L1L2", "config": {"l1": 0.5, "l2": 0.25}}, 0.25),
        ({"class_name": "L1", "config": {"l1": 0.5}}, 0.0),
        ("l2", 0.0),
    ],
)
def test_l2_is_read_off_the_kernel(regularizer, strength):
    assert models.l2(net(dense(kernel_regularizer=regularizer))) == (strength,)


def test_a_strength_that_is_no_number_is_within_no_tolerance():
    odd = {"class_name": "L2", "config": {"l2": "0.01"}}

    assert np.isnan(models.l2(net(dense(kernel_regularizer=odd)))[0])


@pytest.mark.parametrize(
    ("loss", "name"),
    [
        ("mse", "mean_squared_error"),
        ("categorical_crossentropy", "categorical_crossentropy"),
        ({"class_name": "BinaryCrossentropy"}, "binary_crossentropy"),
        (
            {"class_name": "SparseCategoricalCrossentropy"},
            "sparse_categorical_crossentropy",
        ),
        (None, ""),
        (["mse"], ""),
    ],
)
def test_a_loss_has_one_name_however_it_was_given(loss, name):
    assert models.loss_name(net(loss=loss)) == name


def test_logits_are_known_from_the_loss():
    given = {"class_name": "BinaryCrossentropy", "from_logits": True}

    assert models.from_logits(net(loss=given))
    assert not models.from_logits(net(loss="binary_crossentropy"))


def test_an_optimizer_has_a_name():
    assert models.optimizer_name(net(optimizer={"class_name": "SGD"})) == "sgd"
    assert models.optimizer_name(net()) == ""


class _Rebuilt:
    """Doubles X, and a little more each time if it is random."""

    def __init__(self, drift=0.0):
        self.drift, self.calls = drift, 0

    def predict(self, X, *, batch=256):  # noqa: ARG002 - the protocol's signature
        self.calls += 1
        return 2 * X + self.drift * self.calls


def test_a_prediction_that_changes_does_not_repeat():
    X = np.ones((2, 2))

    assert models.repeats(_Rebuilt(), X)
    assert not models.repeats(_Rebuilt(drift=1e-12), X)


def test_a_prediction_that_is_no_number_may_repeat():
    assert models.repeats(_Rebuilt(drift=np.nan), np.ones(2))


def test_no_keras_model_falls_back_to_the_students_function():
    student = InProcessStudent({"predict": lambda X: X + 1})
    found = models.predictions(
        student, Opaque("Net", ""), np.ones(2), otherwise="predict"
    )

    assert found.tolist() == [2.0, 2.0]
    with pytest.raises(CannotRebuild):
        models.predictions(student, Opaque("Net", ""), np.ones(2))


def test_the_fallback_may_be_a_function_of_ours():
    found = models.predictions(
        InProcessStudent({}), None, np.ones(2), otherwise=lambda X: X * 3
    )

    assert found.tolist() == [3.0, 3.0]

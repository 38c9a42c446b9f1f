"""A student's Keras model, judged in a worker without the student's code."""

import contextlib
import dataclasses
import functools
from datetime import UTC, datetime

import numpy as np
import pytest

from grader.checks import check, models
from grader.domain import model_config
from grader.domain.lab import Limits
from grader.domain.model import ModelData
from grader.domain.student import CallFailed, CannotRebuild, Opaque
from grader.domain.verdict import Outcome, Verdict
from grader.errors import InfrastructureError
from grader.grading.clean import CleanWorker
from grader.grading.run import grade
from grader.grading.view import CheckView
from grader.labs.loading import load_lab

pytestmark = pytest.mark.xdist_group("tensorflow")
LIMITS = Limits(call_cpu_s=60, load_cpu_s=60, submission_cpu_s=240)

CODE = """
import json

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L


def lecture_net():
    return keras.Sequential(
        [keras.Input((784,)), L.Dense(15, "sigmoid"), L.Dense(10, "softmax")]
    )


def with_dropout():
    net = keras.Sequential(
        [keras.Input((784,)), L.Dense(15, tf.nn.relu), L.Dropout(0.5), L.Dense(10)]
    )
    return net, net.count_params()


def by_hand():
    net = keras.Sequential([keras.Input((2,)), L.Dense(1, kernel_regularizer="l2")])
    net.set_weights([np.array([[2.0], [3.0]]), np.array([1.0])])
    return net


def not_a_number():
    net = by_hand()
    net.set_weights([np.array([[np.nan], [3.0]]), np.array([1.0])])
    return net


def fitted():
    X, y = np.random.rand(40, 6), np.random.randint(0, 3, 40)
    net = keras.Sequential(
        [keras.Input((6,)), L.Dense(8, "relu"), L.Dropout(0.3), L.Dense(3, "softmax")]
    )
    net.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    history = net.fit(X, y, epochs=2, batch_size=8, verbose=1)
    return {"model": net, "history": history}


def built_by_training():
    net = keras.Sequential([L.Dense(3), L.BatchNormalization()])
    net.compile("sgd", loss=keras.losses.MeanSquaredError())
    net.fit(np.arange(24.0).reshape(8, 3), np.ones((8, 3)), batch_size=4, verbose=0)
    return net, net.predict(np.eye(3), verbose=0)


def unbuilt():
    return keras.Sequential([L.Dense(3)])


def two_inputs():
    a, b = keras.Input((3,), name="a"), keras.Input((2,), name="b")
    both = L.Concatenate()([a, b])
    net = keras.Model([a, b], keras.ops.relu(L.Dense(2)(both)) * 2 + 1)
    return net, net.predict([np.ones((4, 3)), np.ones((4, 2))], verbose=0)


def nested():
    inner = keras.Sequential([keras.Input((4,)), L.Dense(3, "relu"), L.Dropout(0.1)])
    return keras.Sequential([keras.Input((4,)), inner, L.Dense(2)])


def preprocessing():
    images = np.random.rand(3, 8, 8, 1)
    net = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            L.Rescaling(1 / 255),
            L.RandomRotation(0.3),
            L.RandomTranslation(0.2, 0.2),
            L.Conv2D(2, 3, activation="relu"),
            L.Flatten(),
            L.Dense(2),
        ]
    )
    return net, images, net.predict(images, verbose=0)


def with_lambda():
    return keras.Sequential([keras.Input((2,)), L.Lambda(lambda x: x * 0 + 1)])


def own_activation():
    return keras.Sequential([keras.Input((2,)), L.Dense(1, lambda x: x * 0 + 1)])


class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = L.Dense(3, "relu")

    def call(self, x):
        return self.dense(x)


def own_class():
    net = Net()
    net(np.ones((1, 2)))
    return net


class Mute(Net):
    def get_config(self):
        raise RuntimeError("no")


def mute():
    net = Mute()
    net(np.ones((1, 2)))
    return net


class Boom(keras.Sequential):
    @property
    def weights(self):
        raise SystemExit("boom")


class Liar(keras.Sequential):
    def get_weights(self):
        return [np.zeros((5, 5))]


def liar():
    net = Liar([keras.Input((2,)), L.Dense(1)])
    return net


def forged(weights):
    made = {
        "architecture": ARCHITECTURE,
        "weights": weights,
        "built": True,
        "compiled": "null",
        "number": 0,
    }
    # beside a model, such a dict is read as one
    return {"keras model": made}, by_hand()


def zoo():
    images = keras.Input((6, 6, 2))
    rows = keras.Input((5, 3))
    x = L.Conv2D(3, 2, activation=L.LeakyReLU(0.2), kernel_constraint="non_neg")(images)
    x = L.BatchNormalization()(L.SeparableConv2D(2, 2)(x))
    x = L.Flatten()(L.UpSampling2D()(L.AveragePooling2D(2)(x)))
    y = L.Bidirectional(L.LSTM(2, return_sequences=True))(rows)
    y = L.TimeDistributed(L.Dense(2, kernel_regularizer=keras.regularizers.L1L2(1, 2)))(y)
    y = L.LayerNormalization()(L.GlobalAveragePooling1D()(y + 1.0))
    y = L.Dropout(0.5)(L.GaussianNoise(1.0)(y[:, :1]))
    net = keras.Model([images, rows], L.Softmax()(L.Concatenate()([x, y])))
    net.set_weights([np.random.normal(size=w.shape) ** 2 for w in net.get_weights()])
    given = [np.random.rand(4, 6, 6, 2), np.random.rand(4, 5, 3)]
    return net, given, net.predict(given, verbose=0), [float(term) for term in net.losses]


def absent(names):
    return [name for name in names if not hasattr(L, name)]


def absent_activations(names):
    return [name for name in names if not hasattr(keras.activations, name)]


def predict(X):
    return np.full((len(X), 1), 7.0)


class Numpy:
    # two columns: the sum of a row, and 1
    def predict(self, X):
        return np.column_stack([X.sum(axis=1), np.ones(len(X))])


def numpy_model():
    return Numpy(), [0.5, 0.25]


class Short(Numpy):
    def predict(self, X):
        return super().predict(X)[1:]


class Ragged(Numpy):
    def predict(self, X):
        return [[1.0], [1.0, 2.0]]


class Infinite(Numpy):
    def predict(self, X):
        return X / 0.0


class Raising(Numpy):
    def predict(self, X):
        raise KeyError("weights")


def short():
    return Short()


def ragged():
    return Ragged()


def infinite():
    return Infinite()


def raising():
    return Raising()


def too_large():
    config = json.loads(ARCHITECTURE)
    config["config"]["layers"][1]["config"]["units"] = 10**9
    made = {"architecture": json.dumps(config), "weights": [], "built": True}
    return {"keras model": {**made, "compiled": "null", "number": 0}}, by_hand()


ARCHITECTURE = json.dumps(keras.saving.serialize_keras_object(by_hand()))
"""


@pytest.fixture(scope="module")
def student(keras_sandbox, submission_of):
    open_session = functools.partial(keras_sandbox.session, limits=LIMITS, seed=5)
    with (
        contextlib.closing(open_session(submission_of(CODE))) as session,
        contextlib.closing(CleanWorker(open_session)) as clean,
    ):
        assert session.load() == ()
        yield CheckView(session=session, check_id="any", clean_worker=clean)


def test_the_lecture_net_has_11935_parameters_and_its_layers(student):
    model = student.lecture_net()

    assert isinstance(model, ModelData)
    assert model.parameters == 784 * 15 + 15 + 15 * 10 + 10 == 11_935
    assert models.dense_widths(model) == (15, 10)
    assert models.activations(model) == ("sigmoid", "softmax")


def test_dropout_adds_no_parameters_and_drops_nothing_at_prediction(student):
    model, counted = student.with_dropout()
    rebuilt = student.rebuilt(model)
    X = np.random.default_rng(1).random((300, 784))

    assert model.parameters == counted == 11_935
    assert models.dropout_rates(model) == (0.5,)
    assert models.repeats(rebuilt, X)


def test_the_rebuilt_model_computes_what_its_weights_say(student):
    rebuilt = student.rebuilt(student.by_hand())

    found = rebuilt.predict(np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]), batch=2)

    np.testing.assert_allclose(found, [[3.0], [4.0], [6.0]])
    # Keras's "l2" is 0.01 * sum(W**2)
    np.testing.assert_allclose(rebuilt.penalties(), [0.13], rtol=1e-6)


def test_a_history_comes_back_as_its_numbers(student):
    found = student.fitted()

    assert isinstance(found["model"], ModelData)
    assert sorted(found["history"]) == ["accuracy", "loss"]
    assert [len(values) for values in found["history"].values()] == [2, 2]
    assert models.loss_name(found["model"]) == "sparse_categorical_crossentropy"
    assert models.optimizer_name(found["model"]) == "adam"


def test_training_repeats_bit_by_bit_in_another_worker(keras_sandbox, submission_of):
    def fitted():
        submission = submission_of(CODE)
        with keras_sandbox.session(submission, limits=LIMITS, seed=11) as session:
            (reply,) = session.call([("fitted", (), {})])
            return reply.value

    first, second = fitted(), fitted()

    assert first["history"] == second["history"]
    assert first["model"].same_as(second["model"])


def test_what_training_built_is_rebuilt_for_any_number_of_rows(student):
    model, own = student.built_by_training()

    np.testing.assert_array_equal(student.rebuilt(model).predict(np.eye(3)), own)
    assert models.loss_name(model) == "mean_squared_error"


def test_a_model_without_an_input_shape_says_what_it_lacks(student):
    model = student.unbuilt()

    with pytest.raises(CannotRebuild, match=r"begin it with keras\.Input"):
        student.rebuilt(model)
    assert model.parameters == 0


def test_a_functional_model_with_two_inputs_is_rebuilt(student):
    model, own = student.two_inputs()
    rebuilt = student.rebuilt(model)
    a, b = np.ones((4, 3)), np.ones((4, 2))

    np.testing.assert_array_equal(rebuilt.predict([a, b]), own)
    np.testing.assert_array_equal(rebuilt.predict({"b": b, "a": a}), own)


def test_nested_models_are_one_row_of_layers(student):
    model = student.nested()

    assert [layer.kind for layer in model.layers] == ["Dense", "Dropout", "Dense"]
    assert model.parameters == 4 * 3 + 3 + 3 * 2 + 2
    assert student.rebuilt(model).predict(np.ones((5, 4))).shape == (5, 2)


def test_augmentation_is_idle_at_prediction(student):
    model, images, own = student.preprocessing()
    rebuilt = student.rebuilt(model)

    assert models.repeats(rebuilt, images)
    np.testing.assert_array_equal(rebuilt.predict(images), own)


def test_layers_of_every_kind_survive_the_trip(student):
    model, given, own, penalties = student.zoo()
    rebuilt = student.rebuilt(model)

    np.testing.assert_array_equal(rebuilt.predict(given), own)
    assert models.repeats(rebuilt, given)
    np.testing.assert_allclose(rebuilt.penalties(), penalties)


def test_keras_has_what_we_let_through(student):
    assert student.absent(sorted(model_config.LAYERS)) == []
    assert student.absent_activations(sorted(model_config.ACTIVATIONS)) == []


def test_predictions_that_are_no_numbers_are_reported_as_they_are(student):
    assert np.isnan(
        student.rebuilt(student.not_a_number()).predict(np.ones((2, 2)))
    ).all()


@pytest.mark.parametrize(
    "name", ["with_lambda", "own_activation", "own_class", "mute", "liar"]
)
def test_code_of_ones_own_does_not_enter_the_clean_worker(student, name):
    model = getattr(student, name)()

    assert isinstance(model, ModelData)
    with pytest.raises(CannotRebuild):
        student.rebuilt(model)


def test_a_class_of_ones_own_still_shows_its_layers_and_weights(student):
    model = student.own_class()

    assert models.dense_widths(model) == (3,)
    assert model.parameters == 2 * 3 + 3


def test_what_cant_be_rebuilt_predicts_by_the_students_function(student):
    X = np.ones((2, 2))
    fallback = models.predictions(student, student.own_class(), X, otherwise="predict")
    rebuilt = models.predictions(student, student.by_hand(), X, otherwise="predict")

    assert fallback.tolist() == [[7.0], [7.0]]
    assert rebuilt.tolist() == [[6.0], [6.0]]
    with pytest.raises(CannotRebuild):
        models.predictions(student, Opaque("Net", ""), X)


def test_a_subclass_is_asked_in_the_students_worker(student):
    model = student.own_class()
    X = np.eye(2)

    asked = models.predictor(student, model).predict(X)

    kernel, bias = model.weights
    assert np.allclose(asked, np.maximum(X @ kernel + bias, 0), atol=1e-6)


def test_a_numpy_model_is_asked_in_the_students_worker(student):
    model, losses = student.numpy_model()

    asked = models.predictions(student, model, np.array([[1.0, 2.0], [3.0, 4.0]]))

    assert asked.tolist() == [[3.0, 1.0], [7.0, 1.0]]
    assert losses == [0.5, 0.25]


def test_a_model_that_can_be_rebuilt_is_not_asked(student):
    predictor = models.predictor(student, student.by_hand())

    assert not isinstance(predictor, models.OwnModel)


@pytest.mark.parametrize("name", ["short", "ragged", "infinite", "raising"])
def test_nonsense_from_an_own_model_costs_its_own_points(student, name):
    model = getattr(student, name)()

    with pytest.raises(CallFailed):
        models.predictor(student, model).predict(np.ones((2, 2)))


def test_a_number_that_no_model_has_is_told(student):
    forged = ModelData({"class_name": "Numpy"}, number=4_000)

    with pytest.raises(CallFailed, match="the model is gone"):
        models.predictor(student, forged).predict(np.ones((2, 2)))


def test_an_own_model_has_no_penalties_that_count(student):
    model, _ = student.numpy_model()

    with pytest.raises(CannotRebuild):
        models.predictor(student, model).penalties()


def test_a_forged_model_is_a_claim_like_any_other(student):
    weights = [np.array([[5.0], [5.0]]), np.array([0.0])]
    rebuilt = student.rebuilt(student.forged(weights)[0])

    assert rebuilt.predict(np.ones((1, 2))).tolist() == [[10.0]]


@pytest.mark.parametrize(
    "weights",
    [
        pytest.param([np.ones((2, 1))], id="one-too-few"),
        pytest.param([np.ones((3, 1)), np.ones(1)], id="other-shape"),
        pytest.param([], id="none"),
    ],
)
def test_weights_that_dont_fit_are_the_students_problem(student, weights):
    rebuilt = student.rebuilt(student.forged(weights)[0])

    with pytest.raises(CallFailed, match="rebuilt from its config") as caught:
        rebuilt.predict(np.ones((1, 2)))
    assert caught.value.outcome is Outcome.RAISED
    assert "line" not in caught.value.message


def test_a_forged_model_that_is_none_fails_its_own_call(student):
    with pytest.raises(CallFailed, match="the model can't be read"):
        student.forged("no arrays")


def test_inputs_of_another_shape_are_an_error_not_a_prediction(student):
    with pytest.raises(CallFailed):
        student.rebuilt(student.by_hand()).predict(np.ones((4, 3)))


def test_a_check_in_a_grading_has_the_clean_worker(
    keras_sandbox, submission_of, tiny_course
):
    @check(task="T1", points=1)
    def predicts(student, _rng):
        """Predict with the returned model."""
        found = student.rebuilt(student.by_hand()).predict(np.ones((1, 2)))
        return Verdict.passed() if found.tolist() == [[6.0]] else Verdict.failed("")

    @check(task="T1", points=1)
    def cant(student, _rng):
        """Rebuild what has code of its own."""
        return student.rebuilt(student.with_lambda())

    lab = load_lab(tiny_course, "tiny")
    report = grade(
        dataclasses.replace(lab, hidden=(predicts, cant), public=()),
        submission_of(CODE),
        workplace=keras_sandbox,
        seed=3,
        clock=lambda: datetime(2026, 11, 22, tzinfo=UTC),
    )

    assert [one.outcome for one in report.checks] == [Outcome.PASSED, Outcome.RAISED]
    assert report.checks[1].feedback.startswith("your model can't be rebuilt")


def test_a_config_that_takes_all_memory_costs_its_own_call(student):
    huge, right = student.too_large()

    with pytest.raises(CallFailed, match="rebuilt from its config"):
        student.rebuilt(huge).predict(np.ones((1, 2)))
    assert student.rebuilt(right).predict(np.ones((1, 2))).tolist() == [[6.0]]


def test_a_worker_that_cant_be_started_is_nobodys_mistake(confined, submission_of):
    def without_keras(program):
        broken = program.cells[0].code.replace("import keras", "import nothing_at_all")
        return confined.session(submission_of(broken), limits=LIMITS, seed=1)

    clean = CleanWorker(without_keras)

    with (
        contextlib.closing(clean),
        pytest.raises(InfrastructureError, match="nothing_at_all"),
    ):
        clean.call("predict")

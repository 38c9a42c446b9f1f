"""Keras objects as plain data: imitations of Keras here, the real one in test_clean."""

import json
import sys
import types

import numpy as np
import pytest

from grader.domain.model_claim import with_models
from grader.wire import Opaque
from grader.worker.models import KEPT, Models, ask, to_plain


class Model:
    """As much of keras.Model as is asked for."""

    loss = "mse"
    optimizer = None
    built = True

    def __init__(self):
        self.weights = [np.ones((2, 3), np.float32)]
        self.layers = []


class History:
    def __init__(self, history):
        self.history = history


@pytest.fixture
def keras(monkeypatch):
    module = types.ModuleType("keras")
    module.Model = Model
    module.callbacks = types.SimpleNamespace(History=History)
    module.losses = types.SimpleNamespace(Loss=type("Loss", (), {}))
    module.saving = types.SimpleNamespace(
        serialize_keras_object=lambda _: {"class_name": "Sequential", "config": {}}
    )
    monkeypatch.setattr(Model, "__module__", "keras.src.models.model")
    monkeypatch.setitem(sys.modules, "keras", module)
    return module


def test_without_keras_nothing_of_keras_is_a_model(monkeypatch):
    monkeypatch.delitem(sys.modules, "keras", raising=False)

    assert isinstance(to_plain(Model()), Opaque)


class Doubling:
    """A model of a student's own."""

    def predict(self, X):
        return 2 * X


def test_an_own_class_that_predicts_is_a_model_without_layers():
    (model,) = with_models(to_plain([Doubling()]))

    assert (model.kind, model.layers, model.weights) == ("Doubling", (), ())


def test_a_returned_model_is_asked_by_its_number():
    first, second = with_models(to_plain([Doubling(), Doubling()]))

    assert first.number != second.number
    assert ask(first.number, np.ones(3)).tolist() == [2.0, 2.0, 2.0]


def test_only_the_last_models_are_kept():
    models = with_models(to_plain([Doubling() for _ in range(KEPT + 1)]))

    with pytest.raises(LookupError, match="the model is gone"):
        ask(models[0].number, 1)
    assert ask(models[1].number, 1) == 2


class Hostile:
    @property
    def predict(self):
        raise RuntimeError("no")


@pytest.mark.parametrize("value", [Doubling, np, Doubling.predict, Hostile(), object()])
def test_what_only_has_the_attribute_is_no_model(value):
    assert isinstance(to_plain(value), Opaque)


@pytest.mark.parametrize("module", [types.ModuleType("keras"), object(), "keras"])
def test_a_module_that_only_has_the_name_finds_no_model(monkeypatch, module):
    monkeypatch.setitem(sys.modules, "keras", module)

    assert isinstance(to_plain(Model()), Opaque)


@pytest.mark.usefixtures("keras")
def test_models_are_counted_wherever_they_are():
    models = Models()

    plain = [models.special(Model()), models.special(3.5), models.special([Model()])]

    assert models.found == 1
    assert plain[1:] == [None, None]


@pytest.mark.usefixtures("keras")
def test_a_model_in_a_tuple_in_a_dict_arrives():
    found = with_models(to_plain({"result": (Model(), 7)}))

    assert found["result"][0].parameters == 6
    assert found["result"][0].loss == "mse"
    assert found["result"][1] == 7


@pytest.mark.usefixtures("keras")
def test_a_history_is_its_lists_of_numbers():
    history = History({"loss": [np.float32(0.5), 0.25]})

    assert to_plain((history, 1)) == [{"loss": [0.5, 0.25]}, 1]


@pytest.mark.usefixtures("keras")
def test_a_subclass_that_raises_is_any_other_object():
    class Boom(Model):
        @property
        def layers(self):
            raise RuntimeError

        @layers.setter
        def layers(self, _):
            pass

    assert isinstance(to_plain(Boom()), Opaque)


def test_a_model_that_keras_cant_write_down_goes_by_its_layers(keras):
    def refuse(_):
        raise NotImplementedError

    keras.saving.serialize_keras_object = refuse

    class Net(Model):
        pass

    net = Net()
    net.layers = [object()]
    sent = to_plain(net)["keras model"]
    architecture = json.loads(sent["architecture"])

    assert architecture["class_name"] == "Net"
    assert architecture["config"]["layers"][0]["class_name"] == "object"


def test_a_class_of_ones_own_never_goes_by_kerass_name(keras):
    keras.saving.serialize_keras_object = lambda _: {
        "module": "keras",
        "class_name": "Sequential",
        "config": {"layers": []},
        "registered_name": None,
    }

    class Net(Model):
        pass

    (model,) = with_models([to_plain(Net())])
    assert model.kind == "Net"


def test_a_config_too_long_to_read_is_not_sent(keras):
    keras.saving.serialize_keras_object = lambda _: {
        "class_name": "Sequential",
        "config": {"text": "x" * 3_000_000},
    }

    assert isinstance(to_plain(Model()), Opaque)


@pytest.mark.usefixtures("keras")
@pytest.mark.parametrize(
    ("loss", "told"),
    [
        (None, None),
        ("mse", "mse"),
        (len, "len"),
        ({"out": "mse"}, {"out": "mse"}),
        (["mse", None], ["mse", None]),
        (3, "int"),
    ],
)
def test_a_loss_is_told_by_name(loss, told):
    model = Model()
    model.loss = loss

    compiled = json.loads(to_plain(model)["keras model"]["compiled"])
    assert compiled == {"loss": told, "optimizer": None}

"""What a model's data say of its layers, and what of a claim is refused."""

import copy
import json

import numpy as np
import pytest

from grader.domain.model import ModelData
from grader.domain.model_claim import MAX_LAYERS, model_from, with_models


def layer(kind, **options):
    return {
        "module": "keras.layers",
        "class_name": kind,
        "registered_name": None,
        "config": options,
    }


def sequential(*layers):
    return {
        "module": "keras",
        "class_name": "Sequential",
        "registered_name": None,
        "config": {"name": "net", "layers": list(layers)},
    }


INPUT = layer("InputLayer", batch_shape=[None, 2])
NET = sequential(INPUT, layer("Dense", name="a", units=3))


def claim(**changes):
    fields = {
        "architecture": json.dumps(NET),
        "weights": [np.ones((2, 3)), np.zeros(3)],
        "built": True,
        "compiled": "null",
        "number": 1,
    }
    return {**fields, **changes}


def test_a_claim_becomes_a_model():
    model = model_from(claim())

    assert [(one.kind, one.name) for one in model.layers] == [("Dense", "a")]
    assert model.kind == "Sequential"
    assert model.input_shape == (2,)
    assert model.parameters == 2 * 3 + 3


def test_nested_models_are_flattened_in_order():
    inner = sequential(INPUT, layer("Dense", units=5), layer("Dropout", rate=0.5))
    model = ModelData(sequential(INPUT, inner, layer("Dense", units=1)))

    assert [one.kind for one in model.layers] == ["Dense", "Dropout", "Dense"]


def test_loss_and_optimizer_are_one_dict_each():
    compiled = {
        "loss": {"class_name": "MeanSquaredError", "config": {"reduction": "sum"}},
        "optimizer": {"class_name": "SGD", "config": {"learning_rate": 0.5}},
    }
    model = model_from(claim(compiled=json.dumps(compiled)))

    assert model.loss == {"class_name": "MeanSquaredError", "reduction": "sum"}
    assert model.optimizer == {"class_name": "SGD", "learning_rate": 0.5}


def test_models_are_found_in_lists_and_dicts():
    value = with_models([1.0, {"net": {"keras model": claim()}, "n": 3}])

    assert isinstance(value[1]["net"], ModelData)
    assert value[1]["n"] == 3


def test_another_key_beside_the_marks_makes_it_a_plain_dict():
    value = {"keras model": 1, "other": 2}

    assert with_models(value) == value


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(None, id="nothing"),
        pytest.param({}, id="no-fields"),
        pytest.param({**claim(), "code": "x"}, id="one-field-more"),
        pytest.param(claim(built=1), id="flag-is-a-number"),
        pytest.param(claim(number=True), id="number-is-a-flag"),
        pytest.param(claim(number=-1), id="number-below-0"),
        pytest.param(claim(number=2**40), id="number-too-large"),
        pytest.param(claim(architecture=7), id="config-is-no-text"),
        pytest.param(claim(architecture="{"), id="config-is-no-json"),
        pytest.param(claim(architecture="[" * 100_000), id="nested-without-end"),
        pytest.param(claim(architecture="[" * 60 + "]" * 60), id="nested-deeply"),
        pytest.param(claim(architecture=" " * (2**21 + 1)), id="text-too-long"),
        pytest.param(claim(architecture='"' + "x" * 3000 + '"'), id="string-too-long"),
        pytest.param(claim(architecture=str([0] * 200_000)), id="too-many-values"),
        pytest.param(claim(weights=np.ones(3)), id="weights-are-no-list"),
        pytest.param(claim(weights=[[1.0]]), id="weights-are-lists"),
        pytest.param(claim(weights=[np.ones(1, complex)]), id="weights-are-complex"),
        pytest.param(claim(weights=[np.ones(1)] * 10_001), id="too-many-weights"),
    ],
)
def test_a_malformed_claim_is_refused(payload):
    with pytest.raises(ValueError, match=r"."):
        model_from(payload)


def test_a_million_layers_are_refused():
    small = {"class_name": "Flatten"}

    for count in (MAX_LAYERS + 1, 1_000_000):
        with pytest.raises(ValueError, match=r"layers|at most"):
            model_from(claim(architecture=json.dumps(sequential(*[small] * count))))


@pytest.mark.parametrize(
    "architecture",
    ["null", "[]", '{"config": 3}', '{"config": {"layers": [1, null, {}]}}'],
)
def test_a_senseless_config_has_no_layers_that_mean_anything(architecture):
    model = model_from(claim(architecture=architecture))

    assert {one.kind for one in model.layers} <= {""}
    assert model.input_shape is None


def test_two_models_are_the_same_whatever_keras_called_their_layers():
    renamed = copy.deepcopy(NET)
    renamed["config"]["layers"][1]["config"]["name"] = "dense_7"
    first = model_from(claim())

    assert first.same_as(model_from(claim(architecture=json.dumps(renamed))))
    assert not first.same_as(model_from(claim(weights=[np.ones((2, 3)), np.ones(3)])))
    assert not first.same_as(model_from(claim(weights=[np.ones((2, 3))])))


def test_weights_that_are_no_numbers_are_the_same_as_themselves():
    gone = claim(weights=[np.full((2, 3), np.nan), np.zeros(3)])

    assert model_from(gone).same_as(model_from(gone))

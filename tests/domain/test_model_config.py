"""Only what Keras's own layers explain is rebuilt."""

import copy

import pytest

from grader.domain.model import ModelData
from grader.domain.model_config import rebuildable
from grader.domain.student import CallFailed, CannotRebuild

DTYPE = {
    "module": "keras",
    "class_name": "DTypePolicy",
    "config": {"name": "float32"},
    "registered_name": None,
}


def layer(kind="Dense", module="keras.layers", registered=None, **options):
    return {
        "module": module,
        "class_name": kind,
        "registered_name": registered,
        "config": options,
    }


def net(*layers, **changes):
    inputs = layer("InputLayer", batch_shape=[32, 2], dtype="float32")
    node = {
        "module": "keras",
        "class_name": "Sequential",
        "registered_name": None,
        "config": {"name": "net", "layers": [inputs, *layers]},
    }
    return ModelData({**node, **changes})


def dense(**options):
    return layer(**{"units": 3, **options})


def test_a_plain_net_goes_through_with_a_free_number_of_rows():
    config = rebuildable(net(dense(activation="relu", dtype=DTYPE)))
    inputs, hidden = config["config"]["layers"]

    assert inputs["config"]["batch_shape"] == [None, 2]
    assert hidden["config"] == {"units": 3, "activation": "relu", "dtype": "float32"}


def test_what_matters_in_training_only_is_left_out():
    own = {"module": "mine", "class_name": "Mine", "config": {}, "registered_name": "x"}
    model = net(
        {
            **dense(kernel_initializer=own, kernel_constraint=own),
            "build_config": {"input_shape": [1, 2]},
        },
        compile_config={"loss": "my_loss"},
    )

    config = rebuildable(model)

    assert "compile_config" not in config
    assert config["config"]["layers"][1] == dense(
        kernel_initializer="zeros", kernel_constraint=None
    )


LAMBDA = {"class_name": "__lambda__", "config": {"value": "4wEAAA=="}}
FUNCTION = {
    "module": "builtins",
    "class_name": "function",
    "config": "my_activation",
    "registered_name": "function",
}


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(layer("Lambda", function=LAMBDA), id="lambda-layer"),
        pytest.param(layer("system", module="os"), id="module-os"),
        pytest.param(layer("Dense", module="os"), id="dense-of-os"),
        pytest.param(layer("Dense", module="keras.src.layers.core.dense"), id="inner"),
        pytest.param(layer("Dense", registered="mine>Dense"), id="registered"),
        pytest.param(layer("TFSMLayer", filepath="/etc"), id="reads-a-file"),
        pytest.param(layer("StringLookup", vocabulary="/etc/passwd"), id="vocabulary"),
        pytest.param(layer("dense"), id="lower-case"),
        pytest.param(layer(["Dense"]), id="a-list-for-a-name"),
        pytest.param(layer(None), id="no-name"),
        pytest.param({"class_name": "Dense"}, id="no-config"),
        pytest.param("Dense", id="a-text"),
        pytest.param(dense(activation=LAMBDA), id="lambda-activation"),
        pytest.param(dense(activation=FUNCTION), id="own-activation"),
        pytest.param(dense(activation="os.system"), id="activation-os"),
        pytest.param(dense(kernel_regularizer=FUNCTION), id="own-regularizer"),
        pytest.param(dense(dtype={"config": {"name": "mine"}}), id="own-dtype"),
        pytest.param(dense(units=LAMBDA), id="lambda-for-a-number"),
        pytest.param(dense(name="x" * 1000), id="long-text"),
        pytest.param(layer("TimeDistributed", layer=layer("Lambda")), id="wrapped"),
        pytest.param(layer("RNN", cell=layer("MyCell", module="m")), id="own-cell"),
        pytest.param(layer("Dot", module="keras.src.ops.numpy"), id="operation"),
        pytest.param(
            layer("call", module="keras.src.ops.numpy", registered="call"), id="call"
        ),
    ],
)
def test_anything_but_kerass_own_is_refused(bad):
    with pytest.raises(CannotRebuild) as caught:
        rebuildable(net(bad))
    assert caught.value.message.startswith("your model can't be rebuilt")


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"class_name": "Net", "module": "tiny"}, id="own-class"),
        pytest.param({"registered_name": "Net"}, id="registered"),
        pytest.param({"class_name": "Functional"}, id="functional-without-layers"),
        pytest.param({"module": "os"}, id="module-os"),
        pytest.param({"config": None}, id="no-config"),
        pytest.param({"config": {"layers": 3}}, id="layers-are-a-number"),
    ],
)
def test_only_keras_own_models_are_rebuilt(changes):
    changed = {**net(dense()).architecture, **changes}
    if changes == {"class_name": "Functional"}:
        changed["config"] = {}

    with pytest.raises(CannotRebuild):
        rebuildable(ModelData(changed))


def test_a_model_without_inputs_is_told_what_to_do():
    unbuilt = ModelData(net().architecture | {"config": {"layers": [dense()]}})

    with pytest.raises(CannotRebuild, match="begin it with"):
        rebuildable(unbuilt)


def test_models_inside_models_without_end_are_refused():
    model = net(dense()).architecture
    for _ in range(30):
        model = net(copy.copy(model)).architecture

    with pytest.raises(CannotRebuild):
        rebuildable(ModelData(model))


def test_a_check_that_has_no_other_way_gives_a_verdict():
    assert issubclass(CannotRebuild, CallFailed)

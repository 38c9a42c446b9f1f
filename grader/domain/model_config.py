"""Let through only configs that Keras's own layers explain.

`rebuildable` makes a new config from the parts that it knows: what it returns names
layers, activations and regularisers from the tables below and carries numbers, short
texts and wiring, nothing else. So what a rebuilt model predicts follows from Keras, the
config and the weights; code of the student's, a file's name or a URL has no place in it.

Left out on the way: initialisers (the weights are given), constraints and compile facts
(they matter in training only), and the number of rows that a model was first called with.
"""

from collections.abc import Callable, Mapping
from typing import Any

from grader.domain.model import ModelData
from grader.domain.student import CannotRebuild


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


LAYERS = _names(
    """
    Activation ActivityRegularization Add AdditiveAttention AlphaDropout Attention Average
    AveragePooling1D AveragePooling2D AveragePooling3D BatchNormalization Bidirectional
    CategoryEncoding CenterCrop Concatenate Conv1D Conv1DTranspose Conv2D Conv2DTranspose
    Conv3D Conv3DTranspose Cropping1D Cropping2D Cropping3D Dense DepthwiseConv1D
    DepthwiseConv2D Dot Dropout ELU EinsumDense Embedding Flatten GRU GRUCell
    GaussianDropout GaussianNoise GlobalAveragePooling1D GlobalAveragePooling2D
    GlobalAveragePooling3D GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D
    GroupNormalization Identity InputLayer LSTM LSTMCell LayerNormalization LeakyReLU
    Masking MaxPooling1D MaxPooling2D MaxPooling3D Maximum Minimum MultiHeadAttention
    Multiply Normalization PReLU Permute RMSNormalization RNN RandomBrightness
    RandomContrast RandomCrop RandomFlip RandomRotation RandomShear RandomTranslation
    RandomZoom ReLU RepeatVector Rescaling Reshape Resizing SeparableConv1D
    SeparableConv2D SimpleRNN SimpleRNNCell Softmax SpatialDropout1D SpatialDropout2D
    SpatialDropout3D StackedRNNCells Subtract TimeDistributed UnitNormalization
    UpSampling1D UpSampling2D UpSampling3D ZeroPadding1D ZeroPadding2D ZeroPadding3D
    """
)
ACTIVATIONS = _names(
    """
    celu elu exponential gelu glu hard_shrink hard_sigmoid hard_silu hard_swish hard_tanh
    leaky_relu linear log_sigmoid log_softmax mish relu relu6 selu sigmoid silu softmax
    soft_shrink softplus softsign sparse_plus sparse_sigmoid sparsemax squareplus swish
    tanh tanh_shrink threshold
    """
)
# what arithmetic between the layers of a functional model turns into
OPERATIONS = _names(
    """
    Absolute Add Concatenate Divide Exp Flatten GetItem Log LogSoftmax Max Maximum Mean
    Min Minimum Multiply Negative Power Prod Relu Reshape Sigmoid Softmax Sqrt Square
    Squeeze Subtract Sum Tanh Transpose TrueDivide
    """
)
OPERATION_MODULES = ("keras.src.ops.numpy", "keras.src.ops.nn", "keras.src.ops.math")
REGULARIZERS = frozenset({"L1", "L2", "L1L2", "OrthogonalRegularizer"})
FUNCTIONAL_MODULES = ("keras", "keras.src.models.functional")
DTYPES = frozenset(
    ["float16", "float32", "float64", "bfloat16", "mixed_float16", "mixed_bfloat16"]
)
LAYER_OPTIONS = ("layer", "backward_layer", "forward_layer", "cell")
DROPPED = ("quantization_config", "build_input_shape", "build_config")
MAX_DEPTH = 12
MAX_TEXT = 300

Config = dict[str, Any]


def rebuildable(model: ModelData) -> Config:
    """Return a model's config with nothing in it but what Keras itself explains.

    Raises:
        CannotRebuild: If it names anything else, or the model was never built.
    """
    if not model.built or (not model.weights and model.input_shape is None):
        raise CannotRebuild(
            "the model has no input shape yet: begin it with keras.Input(...), "
            "or train it before you return it"
        )
    config = _model(model.architecture, 0)
    if model.input_shape is None:
        raise CannotRebuild("the model's config has no input layer")
    return config


def _model(node: Mapping[str, Any], depth: int) -> Config:
    module, kind = node.get("module"), node.get("class_name")
    options = node.get("config")
    if depth > MAX_DEPTH or not isinstance(options, Mapping):
        raise CannotRebuild("the model's config is no config of Keras")
    own = node.get("registered_name") is None and (module, kind) == (
        "keras",
        "Sequential",
    )
    functional = kind == "Functional" and module in FUNCTIONAL_MODULES
    if not own and not (
        functional and node.get("registered_name") in ("Functional", None)
    ):
        raise CannotRebuild(
            f"{_name(kind)} is a class of your own; a Sequential or functional "
            "model can be rebuilt from its config"
        )
    inner = options.get("layers")
    if not isinstance(inner, list):
        raise CannotRebuild("the model's config has no list of layers")
    return {
        "module": module,
        "class_name": kind,
        "registered_name": node.get("registered_name"),
        "config": {
            **_options({k: v for k, v in options.items() if k != "layers"}, depth),
            "layers": [_member(one, depth + 1) for one in inner],
        },
        **_wiring(node, depth),
    }


def _member(node: Any, depth: int) -> Config:
    if not isinstance(node, Mapping):
        raise CannotRebuild("a layer's config is no dict")
    if node.get("class_name") in ("Sequential", "Functional"):
        return _model(node, depth)
    if node.get("module") in OPERATION_MODULES:
        return _operation(node, depth)
    return {**_layer(node, depth), **_wiring(node, depth)}


def _layer(node: Any, depth: int) -> Config:
    if not isinstance(node, Mapping) or not isinstance(node.get("config"), Mapping):
        raise CannotRebuild("a layer's config is no dict")
    kind = node.get("class_name")
    if (
        node.get("module") != "keras.layers"
        or node.get("registered_name") is not None
        or type(kind) is not str
        or kind not in LAYERS
    ):
        raise CannotRebuild(
            f"the layer {_name(kind)} can't be rebuilt from its config alone"
        )
    config = _options(node["config"], depth)
    if kind == "InputLayer":
        shape = config.get("batch_shape")
        if not isinstance(shape, list) or not shape:
            raise CannotRebuild("the model's input has no shape")
        config["batch_shape"] = [None, *shape[1:]]
    return {
        "module": "keras.layers",
        "class_name": kind,
        "registered_name": None,
        "config": config,
    }


def _operation(node: Mapping[str, Any], depth: int) -> Config:
    kind = node.get("class_name")
    options = node.get("config")
    if (
        type(kind) is not str
        or kind not in OPERATIONS
        or node.get("registered_name") not in (kind, None)
        or not isinstance(options, Mapping)
    ):
        raise CannotRebuild(f"the operation {_name(kind)} can't be rebuilt")
    return {
        "module": node["module"],
        "class_name": kind,
        "registered_name": node.get("registered_name"),
        "config": _options(options, depth),
        **_wiring(node, depth),
    }


def _wiring(node: Mapping[str, Any], depth: int) -> Config:
    """Return a functional model's name and inbound nodes of a layer, if it has them."""
    found = {}
    if "name" in node:
        found["name"] = _value("name", node["name"], depth)
    if "inbound_nodes" in node:
        found["inbound_nodes"] = _value("inbound_nodes", node["inbound_nodes"], depth)
    return found


def _options(options: Mapping[str, Any], depth: int) -> Config:
    return {
        _text(key): _option(_text(key), value, depth + 1)
        for key, value in options.items()
        if key not in DROPPED
    }


def _option(key: str, value: Any, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise CannotRebuild("the model's config is nested too deeply")
    if value is None:
        return None
    for ending, parse in _BY_ENDING.items():
        if key.endswith(ending):
            return parse(value, depth)
    if key in LAYER_OPTIONS:
        return _layer(value, depth)
    if key == "cells" and isinstance(value, list):
        return [_layer(one, depth) for one in value]
    return _value(key, value, depth)


def _activation(value: Any, depth: int) -> Any:
    if isinstance(value, Mapping) and value.get("module") == "keras.layers":
        return _layer(value, depth)
    if type(value) is str and value in ACTIVATIONS:
        return value
    raise CannotRebuild(
        f"the activation {_name(value)} is not one of Keras's own; a function of "
        "your own does not travel with the config"
    )


def _regularizer(value: Any, depth: int) -> Config:
    known = (
        isinstance(value, Mapping)
        and value.get("module") == "keras.regularizers"
        and value.get("registered_name") is None
        and value.get("class_name") in REGULARIZERS
        and isinstance(value.get("config"), Mapping)
    )
    if not known:
        raise CannotRebuild("a regularizer is not one of Keras's own")
    return {
        "module": "keras.regularizers",
        "class_name": value["class_name"],
        "registered_name": None,
        "config": _options(value["config"], depth),
    }


def _dtype(value: Any, _depth: int) -> str:
    """Return a dtype or policy by its name."""
    if isinstance(value, Mapping) and isinstance(value.get("config"), Mapping):
        value = value["config"].get("name")
    if type(value) is str and (value in DTYPES or value.startswith(("int", "uint"))):
        return value
    raise CannotRebuild(f"the dtype {_name(value)} is not one of Keras's own")


# the weights are given, so no initial ones are drawn: zeros are the quickest
_BY_ENDING: dict[str, Callable[[Any, int], Any]] = {
    "activation": _activation,
    "_regularizer": _regularizer,
    "_initializer": lambda _value, _depth: "zeros",
    "_constraint": lambda _value, _depth: None,
    "dtype": _dtype,
}


def _value(key: str, value: Any, depth: int) -> Any:
    """Return numbers, short texts, lists of them, and the wiring's two kinds of dict."""
    if value is None or type(value) in (bool, int, float):
        return value
    if type(value) is str:
        return _text(value)
    if depth <= MAX_DEPTH and type(value) is list:
        return [_value(key, one, depth + 1) for one in value]
    if depth <= MAX_DEPTH and isinstance(value, Mapping):
        return _wire(key, value, depth)
    raise CannotRebuild(f"the option {_name(key)} has a value that can't be rebuilt")


def _wire(key: str, value: Mapping[str, Any], depth: int) -> Config:
    kind, config = value.get("class_name"), value.get("config")
    if kind in ("__keras_tensor__", "__slice__") and isinstance(config, Mapping):
        return {"class_name": kind, "config": _plain(key, config, depth)}
    if key == "inbound_nodes" and kind is None:
        return _plain(key, value, depth)
    raise CannotRebuild(f"the option {_name(key)} has a value that can't be rebuilt")


def _plain(key: str, value: Mapping[str, Any], depth: int) -> Config:
    return {_text(k): _value(key, one, depth + 1) for k, one in value.items()}


def _text(value: Any) -> str:
    if type(value) is not str or len(value) > MAX_TEXT or value.startswith("__lambda"):
        raise CannotRebuild("a text in the model's config is none of Keras's")
    return value


def _name(value: Any) -> str:
    """Return a class's or function's name as far as a sentence can hold it."""
    if isinstance(value, Mapping):
        value = value.get("config")
    if type(value) is not str:
        return "without a name"
    return "".join(c for c in value if c.isalnum() or c in "_.<>-")[:60] or "(no name)"

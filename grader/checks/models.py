"""What a Keras model is made of, and what it predicts, without Keras in this process.

The config says how a model is built: the student's claim, good for structure. What it
does is found by predicting with it, rebuilt where no student code is, on data whose
labels stay here. A teacher imports this module as `models`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from grader.checks.compare import numbers
from grader.domain.model import Layer, ModelData
from grader.domain.student import (
    CallFailed,
    CannotRebuild,
    RebuiltModel,
    StudentCode,
)
from grader.domain.verdict import Outcome

__all__ = [
    "DropoutLayer",
    "Layer",
    "ModelData",
    "activations",
    "dense_widths",
    "dropout_rates",
    "dropouts",
    "from_logits",
    "l2",
    "loss_name",
    "optimizer_name",
    "predictions",
    "predictor",
    "repeats",
]

WEIGHTED = re.compile(r"Dense|EinsumDense|(Separable|Depthwise)?Conv[123]D(Transpose)?")
DROPOUT = re.compile(r"(Spatial|Gaussian|Alpha)?Dropout([123]D)?")
# layers and operations that are nothing but an activation
ACTIVATION_LAYERS = {
    "ReLU": "relu",
    "Relu": "relu",
    "LeakyReLU": "leaky_relu",
    "PReLU": "prelu",
    "ELU": "elu",
    "Softmax": "softmax",
    "Sigmoid": "sigmoid",
    "Tanh": "tanh",
    "LogSoftmax": "log_softmax",
}
# the short names that Keras takes for a loss
LOSSES = {
    "mse": "mean_squared_error",
    "mae": "mean_absolute_error",
    "bce": "binary_crossentropy",
    "crossentropy": "categorical_crossentropy",
}
CUSTOM = "custom"

Array = NDArray[Any]
Place = Literal["input", "hidden", "output"]


@dataclass(frozen=True)
class DropoutLayer:
    """One dropout layer.

    Attributes:
        rate: Share of what is dropped, as the config says it: 1 - keep probability.
        after: Where it stands: before the first weighted layer, behind a hidden one, or
            behind the last one, where it drops outputs of the whole net.
    """

    rate: float
    after: Place


@dataclass(frozen=True)
class OwnModel:
    """Implements `RebuiltModel` by asking the student's own object, in his worker.

    Attributes:
        student: Whose it is.
        model: What a function of his returned.
        reason: Why it was not rebuilt.
    """

    student: StudentCode
    model: ModelData
    reason: str

    def predict(self, X: Any, *, batch: int = 256) -> Array:  # noqa: ARG002 - as he likes
        """Return the outputs, one row for each row of X.

        Raises:
            CallFailed: If it gives anything but one row of finite numbers for each of X.
        """
        found = _rows(self.student.ask(self.model, X), len(X))
        if found is None:
            raise CallFailed(
                Outcome.RAISED,
                f"your {self.model.kind}'s predict must give an array of finite numbers, "
                f"one row for each of {len(X)} inputs",
            )
        return np.asarray(found, dtype=np.result_type(found.dtype, np.float32))

    def penalties(self) -> list[float]:
        """Raise CannotRebuild: what an own class adds to its loss is its own affair."""
        raise CannotRebuild(self.reason)


def _rows(given: Any, count: int) -> Array | None:
    """Return numbers for so many inputs as an array, None for anything else."""
    try:
        shape = np.shape(given)
    except ValueError:
        # rows of different lengths
        return None
    return numbers(given, shape) if shape[:1] == (count,) else None


def predictor(student: StudentCode, model: Any) -> RebuiltModel:
    """Return what predicts as a model does, the rebuilt model wherever it can be had.

    A model with layers or classes of the student's own, or one that is not Keras's but
    has a `predict`, is asked in the student's worker. It sees the inputs then; labels are
    never sent.

    Args:
        student: Whose model it is.
        model: What a function of his returned.

    Raises:
        CannotRebuild: If it is no model at all.
    """
    try:
        return student.rebuilt(model)
    except CannotRebuild as refusal:
        if not isinstance(model, ModelData) or not model.built:
            raise
        return OwnModel(student, model, refusal.reason)


def predictions(
    student: StudentCode,
    model: Any,
    X: Array,
    *,
    otherwise: str | Callable[[Array], Any] | None = None,
    batch: int = 256,
) -> Any:
    """Return a model's outputs, from the rebuilt model wherever that can be had.

    Args:
        student: Whose model it is.
        model: What a function of his returned.
        X: Inputs, one row a sample.
        otherwise: The student's function of X, or ours, that is asked if the model
            can't be rebuilt; the model itself, in the student's worker, if left out.
        batch: Rows that are predicted at a time.

    Returns:
        The rebuilt model's float array; whatever `otherwise` gave, unchecked.

    Raises:
        CannotRebuild: If there is no other way.
        CallFailed: If the prediction gave no value.
    """
    if otherwise is None:
        return predictor(student, model).predict(X, batch=batch)
    try:
        rebuilt = student.rebuilt(model)
    except CannotRebuild:
        ask = getattr(student, otherwise) if isinstance(otherwise, str) else otherwise
        return ask(X)
    return rebuilt.predict(X, batch=batch)


def repeats(rebuilt: RebuiltModel, X: Array) -> bool:
    """Return whether two predictions are the same, bit by bit: nothing random is active.

    Raises:
        CallFailed: If a prediction gave no value.
    """
    first, second = rebuilt.predict(X), rebuilt.predict(X)
    return first.tobytes() == second.tobytes()


def dense_widths(model: ModelData) -> tuple[int, ...]:
    """Return the numbers of units of the dense layers, in order."""
    found = (layer.config.get("units") for layer in model.layers if _dense(layer))
    return tuple(units for units in found if type(units) is int)


def activations(model: ModelData) -> tuple[str, ...]:
    """Return the activation of each dense or convolutional layer, in order.

    An activation layer somewhere before the next weighted layer counts as this one's.

    Returns:
        Keras's names, "linear" for none, "custom" for what is not Keras's own; two that
        follow one another are joined: "relu+softmax".
    """
    return tuple(_joined(behind) for _, behind in _stages(model))


def dropout_rates(model: ModelData) -> tuple[float, ...]:
    """Return the rates of the dropout layers, in order."""
    return tuple(layer.rate for layer in dropouts(model))


def dropouts(model: ModelData) -> tuple[DropoutLayer, ...]:
    """Return the dropout layers with the places where they stand."""
    layers = model.layers
    last = max((i for i, one in enumerate(layers) if _weighted(one)), default=-1)
    first = next((i for i, one in enumerate(layers) if _weighted(one)), len(layers))
    found = []
    for index, layer in enumerate(layers):
        rate = layer.config.get("rate")
        if DROPOUT.fullmatch(layer.kind) and isinstance(rate, int | float):
            after: Place = "output" if index > last else "hidden"
            found.append(DropoutLayer(float(rate), "input" if index < first else after))
    return tuple(found)


def l2(model: ModelData) -> tuple[float, ...]:
    """Return the L2 strength on the kernel of each weighted layer, 0 where there is none.

    Keras adds strength * sum(W**2), without one half.
    """
    return tuple(_l2(layer) for layer in model.layers if _weighted(layer))


def loss_name(model: ModelData) -> str:
    """Return the loss that the model was compiled with, "mean_squared_error"; else ""."""
    loss = model.loss
    if isinstance(loss, Mapping):
        return _snake(str(loss.get("class_name", "")))
    if not isinstance(loss, str):
        return ""
    name = _snake(loss)
    return LOSSES.get(name, name)


def from_logits(model: ModelData) -> bool:
    """Return whether the loss takes logits: the softmax or sigmoid is inside it."""
    return isinstance(model.loss, Mapping) and model.loss.get("from_logits") is True


def optimizer_name(model: ModelData) -> str:
    """Return the optimizer's class in lower case, "sgd"; "" if it was not compiled."""
    return str((model.optimizer or {}).get("class_name", "")).lower()


def _dense(layer: Layer) -> bool:
    return layer.kind == "Dense"


def _weighted(layer: Layer) -> bool:
    return WEIGHTED.fullmatch(layer.kind) is not None


def _stages(model: ModelData) -> Iterator[tuple[Layer, list[str]]]:
    """Yield each weighted layer with the activations up to the next one."""
    stage: tuple[Layer, list[str]] | None = None
    for layer in model.layers:
        if _weighted(layer):
            if stage is not None:
                yield stage
            stage = layer, [_named(layer.config.get("activation"))]
        elif stage is not None:
            stage[1].append(_activation_layer(layer))
    if stage is not None:
        yield stage


def _activation_layer(layer: Layer) -> str:
    """Return the activation that a layer is, "linear" if it is something else."""
    if layer.kind == "Activation":
        return _named(layer.config.get("activation"))
    if layer.kind == "Lambda":
        return CUSTOM
    return ACTIVATION_LAYERS.get(layer.kind, "linear")


def _named(activation: Any) -> str:
    if activation is None:
        return "linear"
    if isinstance(activation, str):
        return activation
    if isinstance(activation, Mapping):
        return ACTIVATION_LAYERS.get(str(activation.get("class_name")), CUSTOM)
    return CUSTOM


def _joined(names: list[str]) -> str:
    return "+".join(name for name in names if name != "linear") or "linear"


def _l2(layer: Layer) -> float:
    regularizer = layer.config.get("kernel_regularizer")
    options = regularizer.get("config") if isinstance(regularizer, Mapping) else None
    strength = options.get("l2", 0.0) if isinstance(options, Mapping) else 0.0
    return float(strength) if type(strength) in (int, float) else float(np.nan)


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()

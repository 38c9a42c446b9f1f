"""A Keras model as data, as the worker described it: a claim, not a fact.

No Keras here: the architecture is the plain config that Keras saves, the weights are
arrays. What the model predicts is found by rebuilding it (`StudentCode.rebuilt`).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

CONTAINERS = ("Sequential", "Functional", "Model")


@dataclass(frozen=True)
class Layer:
    """One layer.

    Attributes:
        kind: Class, "Dense"; of a student's own class whatever he called it.
        name: "dense_1"; Keras counts on within one process.
        config: Its options as Keras saves them: `units`, `activation`, `rate`, ...
    """

    kind: str
    name: str
    config: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class ModelData:
    """A model.

    Attributes:
        architecture: `{"module", "class_name", "config", "registered_name"}` as in a
            saved model. A class of the student's own goes by its own name, with its
            layers one after another.
        weights: All weights, trained or not, in Keras's order; no optimizer's state.
        built: Whether it has its weights: a model without an input shape has none.
        loss: What it was compiled with: a name, a Keras config, or None.
        optimizer: `{"class_name": "SGD", "learning_rate": ..., ...}` or None.
        number: Names the model in the student's worker, for `StudentCode.ask`.
    """

    architecture: Mapping[str, Any]
    weights: tuple[NDArray[Any], ...] = ()
    built: bool = True
    loss: Any = None
    optimizer: Mapping[str, Any] | None = None
    number: int = 0

    @property
    def kind(self) -> str:
        """Return its class, "Sequential", "Functional" or a student's own."""
        return str(self.architecture.get("class_name", ""))

    @property
    def config(self) -> Mapping[str, Any]:
        """Return its options as Keras saves them, `layers` among them."""
        found = self.architecture.get("config")
        return found if isinstance(found, Mapping) else {}

    @property
    def layers(self) -> tuple[Layer, ...]:
        """Return the layers in order, those of nested models in their places.

        Input layers, which do nothing, are left out.
        """
        return tuple(_flattened(self.architecture))

    @property
    def parameters(self) -> int:
        """Return how many numbers the weights are, as `count_params()` counts."""
        return sum(weight.size for weight in self.weights)

    @property
    def input_shape(self) -> tuple[int | None, ...] | None:
        """Return the shape of one sample of the first input; None if it has none."""
        for node in _nodes(self.architecture):
            if node.get("class_name") == "InputLayer":
                shape = _options(node).get("batch_shape")
                return tuple(shape[1:]) if isinstance(shape, list) else None
        return None

    def same_as(self, other: "ModelData") -> bool:
        """Return whether kinds and options of the layers and all weights are equal.

        Bit by bit; names are left out, since Keras counts them on.
        """
        return (
            _nameless(self.layers) == _nameless(other.layers)
            and len(self.weights) == len(other.weights)
            and all(
                a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
                for a, b in zip(self.weights, other.weights, strict=True)
            )
        )


def number_of(model: Any) -> int:
    """Return the number by which the student's worker knows a model; 0 for no model."""
    return model.number if isinstance(model, ModelData) else 0


def _nameless(layers: Iterable[Layer]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (layer.kind, {key: v for key, v in layer.config.items() if key != "name"})
        for layer in layers
    ]


def _options(node: Mapping[str, Any]) -> Mapping[str, Any]:
    found = node.get("config")
    return found if isinstance(found, Mapping) else {}


def _nodes(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the layers below a model, input layers among them."""
    inner = _options(node).get("layers")
    for one in inner if isinstance(inner, list) else ():
        if not isinstance(one, Mapping):
            continue
        if one.get("class_name") in CONTAINERS:
            yield from _nodes(one)
        else:
            yield one


def _flattened(node: Mapping[str, Any]) -> Iterator[Layer]:
    for one in _nodes(node):
        kind, options = str(one.get("class_name", "")), _options(one)
        if kind != "InputLayer":
            # an operation of a functional model has its name beside its options
            name = options.get("name", one.get("name", ""))
            yield Layer(kind=kind, name=str(name), config=options)

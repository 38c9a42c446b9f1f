"""Take Keras models from the untrusted worker: every field checked, every size bounded.

The worker marks a model by a dict with the one key `KERAS_MODEL`. A student who returns
such a dict of his own has claimed a config and weights, as he has by returning a model:
there is nothing to be gained, so the key need not be secret.
"""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.domain.model import ModelData

KERAS_MODEL = "keras model"
FIELDS = {"architecture", "weights", "built", "compiled", "number"}
MAX_TEXT = 2**21
MAX_WEIGHTS = 10_000
MAX_LAYERS = 1_000
MAX_NODES = 100_000
MAX_DEPTH = 40
MAX_STRING = 2_000


def with_models(value: Any) -> Any:
    """Return a worker's value with each model that it contains as `ModelData`.

    Raises:
        ValueError: If something is marked as a model but is none.
    """
    if type(value) is list:
        return [with_models(one) for one in value]
    if type(value) is not dict:
        return value
    if value.keys() == {KERAS_MODEL}:
        return model_from(value[KERAS_MODEL])
    return {key: with_models(one) for key, one in value.items()}


def model_from(payload: Any) -> ModelData:
    """Return an untrusted worker's model as domain data.

    Args:
        payload: A dict with exactly `FIELDS`: two JSON texts, a list of arrays, a flag,
            a number.

    Raises:
        ValueError: If a field is missing, unknown, of the wrong type or too large.
    """
    if type(payload) is not dict or payload.keys() != FIELDS:
        msg = f"a model must have exactly the fields {', '.join(sorted(FIELDS))}"
        raise ValueError(msg)
    if type(payload["built"]) is not bool:
        msg = "a model is built or not"
        raise ValueError(msg)
    if type(payload["number"]) is not int or not 0 <= payload["number"] < 2**31:
        msg = "a model's number must be a small whole one"
        raise ValueError(msg)
    architecture = _json("config", payload["architecture"])
    compiled = _json("compile facts", payload["compiled"])
    facts = compiled if isinstance(compiled, dict) else {}
    model = ModelData(
        # of anything but a dict there is nothing that could be used
        architecture=architecture if isinstance(architecture, dict) else {},
        weights=_weights(payload["weights"]),
        built=payload["built"],
        number=payload["number"],
        loss=_loss(facts.get("loss")),
        optimizer=_named_options(facts.get("optimizer")),
    )
    if len(model.layers) > MAX_LAYERS:
        msg = f"the model has more than {MAX_LAYERS} layers"
        raise ValueError(msg)
    return model


def _json(what: str, text: Any) -> Any:
    if type(text) is not str or len(text) > MAX_TEXT:
        msg = f"the {what} must be a text of at most {MAX_TEXT} characters"
        raise ValueError(msg)
    try:
        tree = json.loads(text)
    except RecursionError as error:
        msg = f"the {what} are nested too deeply"
        raise ValueError(msg) from error
    _bounded(what, tree, depth=0, nodes=[0])
    return tree


def _bounded(what: str, tree: Any, *, depth: int, nodes: list[int]) -> None:
    """Raise ValueError if a JSON tree is too deep, has too many values or long texts."""
    nodes[0] += 1
    if depth > MAX_DEPTH or nodes[0] > MAX_NODES:
        msg = f"the {what} are nested too deeply or too long"
        raise ValueError(msg)
    if isinstance(tree, str) and len(tree) > MAX_STRING:
        msg = f"a text in the {what} is too long"
        raise ValueError(msg)
    inner = tree if isinstance(tree, list) else ()
    if isinstance(tree, dict):
        inner = [*tree.keys(), *tree.values()]
    for one in inner:
        _bounded(what, one, depth=depth + 1, nodes=nodes)


def _weights(value: Any) -> tuple[NDArray[Any], ...]:
    if type(value) is not list or len(value) > MAX_WEIGHTS:
        msg = f"the weights must be a list of at most {MAX_WEIGHTS} arrays"
        raise ValueError(msg)
    if any(
        type(one) is not np.ndarray or one.dtype.kind not in "biuf" for one in value
    ):
        msg = "the weights must be arrays of real numbers"
        raise ValueError(msg)
    return tuple(value)


def _loss(value: Any) -> Any:
    """Return a loss by its name, or as {"class_name", and its options}."""
    if isinstance(value, dict) and "class_name" in value:
        return _named_options(value)
    return value


def _named_options(value: Any) -> Mapping[str, Any] | None:
    """Return Keras's {"class_name", "config": options} as one dict."""
    if not isinstance(value, dict):
        return None
    options = value.get("config")
    given = options if isinstance(options, dict) else {}
    return {**given, "class_name": str(value.get("class_name", ""))}

"""Turn a Keras model into plain data, where the student's code runs.

A model becomes `{KERAS_MODEL: {...}}`: its architecture as JSON text, its weights as
arrays, what it was compiled with. A `History` becomes its dict of lists. Keras is never
imported for a submission that has not: without it there is no model.

Everything here is a claim, a subclass may answer as it likes: whoever builds such a dict
by hand has claimed a config and weights, and gains nothing beyond that. The grading
process reads it with `grader.domain.model_claim` and predicts in a worker of its own.

What can't be rebuilt there, a class of the student's own with a `predict`, is asked here:
the last models that were returned are kept under numbers.
"""

import itertools
import json
import sys
import types
import warnings
from typing import Any

import numpy as np

from grader.wire import portable

# the only key of the dict that stands for a model
KERAS_MODEL = "keras model"
COMMON = frozenset({int, float, str, bool, list, tuple, dict, np.ndarray, type(None)})
# what has a `predict` but is no model
NO_MODELS = (type, types.ModuleType, types.FunctionType)
MAX_TEXT = 2**21
# models kept to be asked again; each has its weights
KEPT = 8
MAX_COMPILE_TEXT = 20_000

Plain = dict[str, Any]

_kept: dict[int, Any] = {}
_numbers = itertools.count(1)


class Models:
    """Finds Keras objects among the values of one reply.

    Attributes:
        found: How many models were turned into data.
    """

    def __init__(self) -> None:
        """Begin a reply."""
        self.found = 0

    def special(self, value: Any) -> Any:
        """Return a model or History as plain data, None for anything else."""
        if type(value) in COMMON:
            return None
        keras = sys.modules.get("keras")
        try:
            if keras is not None and issubclass(type(value), keras.callbacks.History):
                return portable(dict(value.history))
            if keras is not None and issubclass(type(value), keras.Model):
                return self._model(value)
            if not isinstance(value, NO_MODELS) and callable(value.predict):
                self.found += 1
                return {KERAS_MODEL: {**_unknown(value), "number": _keep(value)}}
        except Exception:
            # a half-imported or imitated Keras, a subclass that raises: an Opaque will do
            return None
        return None

    def _model(self, model: Any) -> Plain:
        with warnings.catch_warnings():
            # Keras warns when it writes a lambda down
            warnings.simplefilter("ignore")
            plain = {KERAS_MODEL: {**_described(model), "number": _keep(model)}}
        self.found += 1
        return plain


def to_plain(value: Any) -> Any:
    """Return a value as one that travels, Keras models as data."""
    return portable(value, special=Models().special)


def ask(number: int, X: Any) -> Any:
    """Return what a model that was returned before predicts.

    Args:
        number: As `ModelData.number` has it.
        X: Inputs, one row a sample.

    Raises:
        LookupError: If the model is not kept any more.
    """
    if number not in _kept:
        raise LookupError("the model is gone: too many were returned after it")
    model = _kept[number]
    keras = sys.modules.get("keras")
    if keras is not None and issubclass(type(model), keras.Model):
        return model.predict(X, verbose=0)
    return model.predict(X)


def _keep(model: Any) -> int:
    while len(_kept) >= KEPT:
        del _kept[next(iter(_kept))]
    number = next(_numbers)
    _kept[number] = model
    return number


def _unknown(model: Any) -> Plain:
    """Return what is known of a model that is not Keras's: the name of its class."""
    kind = str(type(model).__name__)
    return {
        "architecture": json.dumps({"class_name": kind, "registered_name": kind}),
        "weights": [],
        "built": True,
        "compiled": "null",
    }


def _described(model: Any) -> Plain:
    architecture = _architecture(model)
    text = json.dumps(architecture, default=str)
    if len(text) > MAX_TEXT:
        msg = f"a config of {len(text)} characters is too long"
        raise ValueError(msg)
    return {
        "architecture": text,
        "weights": [np.array(weight) for weight in model.weights],
        "built": bool(model.built),
        "compiled": _compiled(model),
    }


def _architecture(model: Any) -> Plain:
    """Return what Keras saves of a model; of a subclass at least its layers."""
    try:
        found = _serialized(model)
    except Exception:
        found = {}
    if not str(type(model).__module__).startswith("keras."):
        # a class of the student's own goes by its own name, whatever its config says
        found = {
            "module": str(type(model).__module__),
            "class_name": str(type(model).__name__),
            "registered_name": str(type(model).__name__),
            "config": {"layers": [_layer(layer) for layer in model.layers]},
        }
    return {
        key: found[key]
        for key in ("module", "class_name", "config", "registered_name")
        if key in found
    }


def _layer(layer: Any) -> Plain:
    try:
        return _serialized(layer)
    except Exception:
        return {
            "module": str(type(layer).__module__),
            "class_name": str(type(layer).__name__),
            "registered_name": str(type(layer).__name__),
            "config": {},
        }


def _serialized(thing: Any) -> Plain:
    found: Plain = sys.modules["keras"].saving.serialize_keras_object(thing)
    return found


def _compiled(model: Any) -> str:
    """Return loss and optimizer as JSON text; null for a model that was not compiled."""
    try:
        loss, optimizer = model.loss, model.optimizer
        facts = {
            "loss": _fact(loss),
            "optimizer": None if optimizer is None else _serialized(optimizer),
        }
        text = json.dumps(facts, default=str)
    except Exception:
        return "null"
    return text if len(text) <= MAX_COMPILE_TEXT else "null"


def _fact(loss: Any) -> Any:
    """Return a loss by its name, its Keras config, or the name of the function."""
    if loss is None or isinstance(loss, str):
        return loss
    if isinstance(loss, dict):
        return {str(key): _fact(one) for key, one in loss.items()}
    if isinstance(loss, list | tuple):
        return [_fact(one) for one in loss]
    if isinstance(loss, sys.modules["keras"].losses.Loss):
        return _serialized(loss)
    return str(getattr(loss, "__name__", type(loss).__name__))

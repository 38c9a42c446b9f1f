"""A model rebuilt in a worker that holds no student's code.

The worker's whole program is `grader/worker/rebuild.py`, read here as text: nothing of
the worker is imported. Where it runs is the caller's choice: confined when it counts, in
the same process in a notebook.
"""

import itertools
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import grader
from grader.domain.model import ModelData
from grader.domain.model_config import rebuildable
from grader.domain.student import CallFailed, CannotRebuild
from grader.domain.submission import Cell, Submission
from grader.domain.verdict import Outcome
from grader.wire import Opaque

CLEAN_CODE = Path(grader.__file__).parent / "worker" / "rebuild.py"
# where in our own code Keras gave up says nothing to a student
PLACE = re.compile(r" \(line \d+\)$")

Call = Callable[..., Any]
_keys = itertools.count(1)


def clean_submission() -> Submission:
    """Return the clean worker's program in the form that a session takes."""
    return Submission(
        student="grader",
        lab="rebuild",
        kind="py",
        cells=(Cell(index=1, code=CLEAN_CODE.read_text(encoding="utf-8")),),
        files=(),
        sha256="",
    )


class CleanModel:
    """Implements `RebuiltModel` by calls to the clean worker."""

    def __init__(self, model: Any, *, call: Call) -> None:
        """Check the config; nothing is built before the first question.

        Args:
            model: What a student's function returned.
            call: Calls a function of the clean worker: name, arguments.

        Raises:
            CannotRebuild: If the model is none, or its config has code of its own.
        """
        if not isinstance(model, ModelData):
            given = model.type_name if isinstance(model, Opaque) else type(model)
            name = given if isinstance(given, str) else given.__name__
            raise CannotRebuild(f"expected a Keras model, got a {name}")
        self._model = model
        self._config = json.dumps(rebuildable(model))
        self._call = call
        self._key = next(_keys)

    def predict(self, X: Any, *, batch: int = 256) -> NDArray[np.floating[Any]]:
        """Return the outputs, one row for each row of X.

        Raises:
            CallFailed: If Keras can't, or gives anything but one row for each of X.
        """
        found = self._ask("predict", X, batch)
        rows = len(_first(X))
        if type(found) is not np.ndarray or found.dtype.kind != "f":
            raise CallFailed(
                Outcome.RAISED, "your model does not give one array of real numbers"
            )
        if found.ndim == 0 or len(found) != rows:
            raise CallFailed(
                Outcome.RAISED,
                f"your model gives outputs of shape {found.shape} for {rows} inputs",
            )
        return found

    def penalties(self) -> list[float]:
        """Return the regularisation terms that the model adds to its loss.

        Raises:
            CallFailed: If Keras can't compute them.
        """
        found = self._ask("penalties")
        if type(found) is not list or any(type(one) is not float for one in found):
            raise CallFailed(Outcome.RAISED, "your model's penalties are no numbers")
        return found

    def _ask(self, name: str, *args: Any) -> Any:
        weights = list(self._model.weights)
        try:
            return self._call(name, self._key, self._config, weights, *args)
        except CallFailed as failure:
            raise CallFailed(
                failure.outcome,
                "your model, rebuilt from its config and weights: "
                + PLACE.sub("", failure.message),
            ) from failure


def _first(X: Any) -> Any:
    if isinstance(X, dict):
        return next(iter(X.values()))
    return X[0] if isinstance(X, list | tuple) else X

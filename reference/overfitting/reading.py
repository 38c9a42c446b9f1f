"""Read what students' trainings returned, and see for ourselves what the networks do.

Nothing here believes a history: what it says of the last epoch is compared with what the
returned network gives, rebuilt where no student's code runs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.checks import (
    CannotRebuild,
    Diagnosis,
    RebuiltModel,
    StudentCode,
    StudentFunction,
    Verdict,
    models,
)
from grader.checks.models import ModelData
from grader.checks.training import accuracy, cross_entropy, history_is_true

from .drawn import Images

Array = np.ndarray[Any, Any]

CURVES = ("loss", "accuracy", "val_loss", "val_accuracy")
# a validation accuracy is a count, the loss a sum in single precision
AGREE = 2e-3


def known(
    function: StudentFunction, name: str, *, certain: bool = True
) -> Diagnosis | None:
    """Return the diagnosis of a known mistake whose evidence the check has seen.

    Args:
        function: Whose mistake it is.
        name: As in mistakes.py; "" for none.
        certain: False where other causes look the same.
    """
    return next(
        (
            Diagnosis(mistake=name, says=one.says, concept=one.concept, certain=certain)
            for one in function.mistakes
            if one.name == name
        ),
        None,
    )


@dataclass(frozen=True, eq=False)
class Run:
    """What a training function returned, in good form.

    Attributes:
        model: The network.
        history: Curve -> one number an epoch, all of the same length.
    """

    model: ModelData
    history: Mapping[str, Array]

    @property
    def epochs(self) -> int:
        """Return how many epochs the history has."""
        return len(self.history["loss"])

    @property
    def best(self) -> int:
        """Return the epoch, from 1, with the first smallest validation loss."""
        return int(self.history["val_loss"].argmin()) + 1


def run_of(value: Any) -> Run | str:
    """Return a training's result, or a sentence that says what is wrong about its form."""
    if not isinstance(value, list) or len(value) != 2:
        return "The function must return two things, (model, history)."
    model, history = value
    if not isinstance(model, ModelData) or not model.built:
        return "The first of the two results must be a Keras model with its weights."
    if not isinstance(history, dict):
        return "The second of the two results must be the history, a dict of lists."
    missing = [name for name in CURVES if name not in history]
    if missing:
        return f"The history has no {missing[0]}."
    curves = {name: _curve(history[name]) for name in CURVES}
    lengths = {None if curve is None else len(curve) for curve in curves.values()}
    if len(lengths) != 1 or not lengths - {None, 0}:
        return "The history must have four lists of the same length, of finite numbers."
    return Run(
        model, {name: curve for name, curve in curves.items() if curve is not None}
    )


def _curve(value: Any) -> Array | None:
    try:
        curve = np.asarray(value)
    except ValueError:
        return None
    if curve.ndim != 1 or curve.dtype.kind not in "biuf":
        return None
    curve = curve.astype(float)
    return curve if np.isfinite(curve).all() else None


@dataclass(frozen=True)
class Seen:
    """What a network gives on images: the share of right answers and the mean loss."""

    accuracy: float
    loss: float


@dataclass(frozen=True)
class Facts:
    """What the grading process found out about a trained network.

    Attributes:
        train: On the training images, with the labels that it was given.
        validation: On the validation images.
        hidden: On images that no student has.
    """

    train: Seen
    validation: Seen
    hidden: Seen

    @property
    def gap(self) -> float:
        """Return training minus validation accuracy."""
        return self.train.accuracy - self.validation.accuracy

    @property
    def leak(self) -> float:
        """Return how much better the validation images are known than unseen ones."""
        return self.validation.accuracy - self.hidden.accuracy


def facts_of(student: StudentCode, model: ModelData, images: Images) -> Facts:
    """Return what a student's network does, rebuilt without his code.

    Args:
        student: Whose network it is.
        model: The network.
        images: What it was trained with.

    Raises:
        CannotRebuild: If the network is not made of Keras' own layers.
        CallFailed: If it does not predict.
    """
    rebuilt = models.predictor(student, model)
    parts = (images.x, images.x_val, images.x_hidden)
    outputs = rebuilt.predict(np.concatenate(parts), batch=1000)
    ends = np.cumsum([len(part) for part in parts])[:-1]
    labels = (images.y, images.y_val, images.y_hidden)
    return Facts(*map(_seen, np.split(outputs, ends), labels))


def _seen(outputs: Array, labels: Array) -> Seen:
    """Return accuracy and loss of softmax outputs, or of logits; NaN for another shape."""
    P = np.asarray(outputs, float)
    if P.shape != (len(labels), 10):
        return Seen(np.nan, np.nan)
    if not (P.min() >= 0 and np.allclose(P.sum(axis=1), 1, atol=1e-3)):
        P = np.exp(P - P.max(axis=1, keepdims=True))
        P /= P.sum(axis=1, keepdims=True)
    # as Keras does, so that one hopeless image does not make the loss infinite
    return Seen(accuracy(P, labels), cross_entropy(np.clip(P, 1e-7, 1), labels))


def seen_by(student: StudentCode, model: ModelData, x: Array, y: Array) -> Seen:
    """Return what a student's network gives on some images, rebuilt without his code.

    Raises:
        CallFailed: If the network can't be rebuilt, or does not predict.
    """
    return _seen(models.predictor(student, model).predict(x, batch=1000), y)


def _penalty(network: RebuiltModel) -> float:
    """Return what regularisers add to the loss; 0 for a class that nobody can rebuild."""
    try:
        return float(sum(network.penalties()))
    except CannotRebuild:
        return 0.0


def untrue(
    student: StudentCode, run: Run, x_val: Array, y_val: Array, *, epoch: int
) -> str:
    """Return what a history says wrongly of one epoch's validation, "" if nothing.

    Args:
        student: Whose training it is.
        run: The training.
        x_val: The validation images that it was given (m, 784).
        y_val: Their labels (m,).
        epoch: From 1, the epoch whose weights the network has.

    Raises:
        CallFailed: If the network can't be rebuilt, or does not predict.
    """
    rebuilt = models.predictor(student, run.model)
    seen = _seen(rebuilt.predict(x_val, batch=1000), y_val)
    # Keras counts the regularisers in; a loop of one's own need not
    verdicts = [
        history_is_true(
            run.history,
            {epoch: {"val_accuracy": seen.accuracy, "val_loss": loss}},
            tolerance=AGREE,
        )
        for loss in (seen.loss, seen.loss + _penalty(rebuilt))
    ]
    return (
        "" if any(verdict.credit == 1 for verdict in verdicts) else verdicts[0].feedback
    )


@dataclass(frozen=True)
class Call:
    """One call of a student's function: positional and named arguments, and its value."""

    args: tuple[Any, ...]
    options: Mapping[str, Any]
    value: Any


class Refused(Exception):  # noqa: N818 - a verdict on its way out, not an error
    """What a training returned needs no measuring: its form or its layers are wrong.

    Attributes:
        verdict: What to say.
    """

    def __init__(self, verdict: Verdict) -> None:
        """Carry the verdict."""
        super().__init__(verdict.feedback)
        self.verdict = verdict


class Inspected:
    """A student's code of which each call of one function is looked at.

    A gate gives numbers; why a number is as it is shows in the network behind it. And who
    left out the dropout layer need not be measured three times.

    Attributes:
        calls: Those that were not refused.
    """

    def __init__(
        self,
        student: StudentCode,
        function: str,
        inspect: Callable[[Call], Verdict | None],
    ) -> None:
        """Stand for a student.

        Args:
            student: The student's code.
            function: Whose calls to look at.
            inspect: Returns a verdict that ends the check, or None.
        """
        self._student = student
        self._function = function
        self._inspect = inspect
        self.calls: list[Call] = []

    def __getattr__(self, name: str) -> Any:
        """Return what the student has.

        Raises:
            Refused: When the function is called and its value is not accepted.
        """
        found = getattr(self._student, name)
        if name != self._function:
            return found

        def inspected(*args: Any, **options: Any) -> Any:
            call = Call(args, options, found(*args, **options))
            if (verdict := self._inspect(call)) is not None:
                raise Refused(verdict)
            self.calls.append(call)
            return call.value

        return inspected

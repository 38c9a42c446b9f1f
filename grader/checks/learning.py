"""Did it learn, and from its inputs: what predictions and histories show.

Nothing here trains: how many steps a check can afford is the lab's to say. Numbers for
gates are NaN where the evidence is missing, and NaN passes no gate.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.checks.compare import as_array, closeness, numbers
from grader.domain.verdict import Diagnosis, Verdict

Float = NDArray[np.float64]
Labels = NDArray[np.int64]
Predict = Callable[[Any], Any]

# float32 sums in another order, as other batch sizes make them, differ by about 1e-6
SINGLE_TOLERANCE = 1e-4
# a float holds the whole numbers up to here
LARGEST_WHOLE = 2**53


def accuracy(predicted: Any, labels: Any) -> float:
    """Return the share of samples whose predicted class is the label, NaN if none fits.

    Args:
        predicted: Classes (n,), or probabilities or logits (n, C): then the largest
            counts.
        labels: (n,), integers.
    """
    classes = predicted_classes(predicted, len(labels))
    return math.nan if classes is None else float(np.mean(classes == labels))


def cross_entropy(probabilities: Any, labels: Any) -> float:
    """Return the mean of -ln p(label), NaN if they are no probabilities.

    Args:
        probabilities: (n, C), rows that add up to 1.
        labels: (n,), integers in 0..C-1.
    """
    found = as_array(probabilities)
    if found is None or found.ndim != 2:
        return math.nan
    table = numbers(found, (len(labels), found.shape[1]))
    if table is None or table.size == 0 or not _are_probabilities(table):
        return math.nan
    picked = table[np.arange(len(labels)), np.asarray(labels)]
    with np.errstate(divide="ignore"):
        return float(-np.mean(np.log(picked)))


def _are_probabilities(table: Float) -> bool:
    return bool(np.all(table >= 0) and np.allclose(table.sum(axis=1), 1, atol=1e-3))


def predicted_classes(predicted: Any, count: int) -> Labels | None:
    """Return predicted classes; None unless there is one for each sample."""
    found = as_array(predicted)
    if found is None or found.ndim not in (1, 2) or len(found) != count or count == 0:
        return None
    table = numbers(found, found.shape)
    if table is None or table.size == 0:
        return None
    if table.ndim == 2 and table.shape[1] > 1:
        return np.asarray(table.argmax(axis=1), dtype=np.int64)
    # a column of classes is a style
    column = table.reshape(-1)
    whole = np.all((column == np.rint(column)) & (np.abs(column) <= LARGEST_WHOLE))
    return column.astype(np.int64) if whole else None


def initial_loss(loss: Any, classes: int, *, tolerance: float = 0.2) -> Verdict:
    """Return whether the loss before training is that of guessing, ln C.

    Small random weights predict about the same for every class.

    Args:
        loss: Mean cross-entropy before the first update.
        classes: C, at least 2.
        tolerance: Largest |loss / ln C - 1|.

    Source: Karpathy, "A Recipe for Training Neural Networks", 2: verify loss at init.
    """
    value = numbers(loss, ())
    guessing = math.log(classes)
    if value is None:
        return Verdict.failed("The loss before training is not a finite number.")
    ratio = float(value) / guessing
    if abs(ratio - 1) <= tolerance:
        return Verdict.passed()
    found = f"Before training the loss is {float(value):.4g}, not about ln {classes}"
    if ratio > 1:
        why = "are the weights too large, the inputs not scaled, or losses summed?"
    else:
        why = "does it see the labels, or is it trained already?"
    return Verdict.failed(f"{found} = {guessing:.4g}, that of guessing: {why}")


def overfits_sample(
    probabilities: Any, labels: Any, *, largest_loss: float = 0.1
) -> Verdict:
    """Return whether a few samples that were trained on for long are known by heart.

    A network that can't learn 16 samples by heart is wired wrongly, whatever its
    accuracy on many.

    Args:
        probabilities: (n, C), what the trained network says about its training samples.
        labels: (n,), with which it was trained.
        largest_loss: Of the mean cross-entropy.

    Source: CS231n, "Learning and evaluation", sanity checks: overfit a tiny subset.
    """
    loss = cross_entropy(probabilities, labels)
    count = len(labels)
    if math.isnan(loss):
        return Verdict.failed(
            f"For {count} samples, {count} rows of probabilities are expected."
        )
    right = accuracy(probabilities, labels)
    if right == 1 and loss <= largest_loss:
        return Verdict.passed()
    return Verdict.failed(
        f"After long training on {count} samples alone, {right:.0%} of them are right "
        f"and the loss is {loss:.3g}: a network that learns at all knows them by heart."
    )


def worse_without_inputs(
    predict: Predict, X: Any, labels: Any, *, by: float = 0.2
) -> Verdict:
    """Return whether the accuracy falls when the inputs are zeroed.

    If it does not, the predictions don't come from the inputs.

    Args:
        predict: Returns classes (n,) or probabilities (n, C).
        X: Inputs (n, ...), labels balanced.
        labels: (n,).
        by: Smallest fall that counts.

    Raises:
        CallFailed: If a call gave no value.
    """
    seeing = accuracy(predict(X), labels)
    blind = accuracy(predict(np.zeros_like(X)), labels)
    if seeing - blind >= by:
        return Verdict.passed()
    if math.isnan(seeing) or math.isnan(blind):
        return Verdict.failed(f"{len(labels)} predictions are expected, one a sample.")
    return Verdict.failed(
        f"{seeing:.0%} are right with the images and {blind:.0%} with empty ones: do "
        "the predictions depend on the input?"
    )


def independent_of_batch_mates(
    predict: Predict, X: Any, *, tolerance: float = SINGLE_TOLERANCE
) -> Verdict:
    """Return whether a sample's output is the same whoever stands beside it.

    Dropout that is active, batch normalisation in training mode, a softmax or a
    normalisation over the wrong axis: all show here.

    Args:
        predict: Returns one row or number for each sample.
        X: Inputs (n, ...), n >= 4.
        tolerance: Largest |difference| / max(1, max |output|).

    Raises:
        CallFailed: If a call gave no value.
    """
    whole = _rows(predict(X), len(X))
    if whole is None:
        return Verdict.failed(f"{len(X)} finite outputs are expected, one a sample.")
    if not _close(predict(X), whole, tolerance):
        return Verdict.failed(
            "Two predictions for the same inputs differ: is something random still on?",
            diagnosis=Diagnosis(
                mistake="random_in_predict",
                says="This is what you get when dropout, or noise, is active while "
                "predicting.",
                concept="dropout at test time",
                certain=False,
            ),
        )
    few = max(1, len(X) // 4)
    if _close(predict(X[:few]), whole[:few], tolerance) and _close(
        predict(X[::-1]), whole[::-1], tolerance
    ):
        return Verdict.passed()
    return Verdict.failed(
        "A sample's output changes with the other samples of its batch.",
        diagnosis=Diagnosis(
            mistake="depends_on_batch",
            says="This is what you get when something is normalised over the batch, by "
            "a wrong axis or by batch normalisation in training mode.",
            concept="axes; batch normalisation at test time",
            certain=False,
        ),
    )


def _rows(value: Any, count: int) -> Float | None:
    found = as_array(value)
    if found is None or found.ndim == 0 or len(found) != count:
        return None
    return numbers(found, found.shape)


def _close(value: Any, expected: Float, tolerance: float) -> bool:
    rows = _rows(value, len(expected))
    if rows is None or rows.shape != expected.shape:
        return False
    return closeness(rows, expected) <= tolerance


def overfitting_signs(
    history: Any,
    *,
    accuracy: str = "accuracy",
    loss: str = "loss",
) -> dict[str, float]:
    """Return what tells overfitting from underfitting; NaN where curves are missing.

    The gap alone does not: three epochs, or sixteen neurons, have one as large.

    Args:
        history: Dict of lists, one value an epoch, with `val_` before the name for the
            validation data.
        accuracy: Name of the accuracy.
        loss: Name of the loss.

    Returns:
        `train_accuracy` at the end; `gap`, training minus validation accuracy at the
        end; `rise`, validation loss at the end over its minimum; `best_epoch`, of the
        first minimum, from 1; `best_share`, that over the number of epochs.
    """
    names = (accuracy, f"val_{accuracy}", f"val_{loss}")
    train, validation, losses = (curve_of(history, name) for name in names)
    if train is None or validation is None or losses is None:
        none = ("train_accuracy", "gap", "rise", "best_epoch", "best_share")
        return dict.fromkeys(none, math.nan)
    best = int(losses.argmin()) + 1
    lowest = float(losses.min())
    return {
        "train_accuracy": float(train[-1]),
        "gap": float(train[-1] - validation[-1]),
        "rise": float(losses[-1]) / lowest if lowest > 0 else math.nan,
        "best_epoch": float(best),
        "best_share": best / len(losses),
    }


def curve_of(history: Any, name: str) -> Float | None:
    """Return one curve of a history as finite numbers, None if there is none."""
    if not isinstance(history, Mapping):
        return None
    found = as_array(history.get(name))
    if found is None or found.ndim != 1 or len(found) == 0:
        return None
    return numbers(found, found.shape)

"""Networks of one hidden layer in NumPy: the step of gradient descent that Keras must take.

From the weights after one step and after two, as Keras models bring them along, a check
computes what the second step should have been, in double precision and without Keras.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from grader.checks.models import ModelData

from . import mnist as solution
from .reading import Array

# a step of single precision is known this well, as a share of its length
TOLERANCE = 0.01
# kernel, bias, kernel, bias, as Keras lists them
Weights = Sequence[Array]
Step = Callable[[Weights, Array, Array, float], list[Array]]


def quadratic_step(weights: Weights, X: Array, Y: Array, lr: float) -> list[Array]:
    """Return -lr times the gradient of quadratic_cost, both layers sigmoid."""
    W1, b1, W2, b2 = weights
    h = sigmoid(X @ W1 + b1)  # (n, 784) x (784, H) -> (n, H)
    p = sigmoid(h @ W2 + b2)  # (n, H) x (H, 10) -> (n, 10)
    dz2 = (p - Y) * p * (1 - p) / len(X)
    dz1 = dz2 @ W2.T * h * (1 - h)  # (n, 10) x (10, H) -> (n, H)
    return descent(lr, X, h, dz1, dz2)


def relu_step(weights: Weights, X: Array, Y: Array, lr: float) -> list[Array]:
    """Return -lr times the gradient of the mean cross-entropy: ReLU, then softmax."""
    h, P = relu_forward(weights, X)
    return relu_backward(weights, X, h, (P - Y) / len(X), lr)


def doubled_step(weights: Weights, X: Array, Y: Array, lr: float) -> list[Array]:
    """Return the step of the same network when softmax is taken of its softmax."""
    h, P = relu_forward(weights, X)
    dP = (solution.softmax(P) - Y) / len(X)
    dz2 = P * (dP - (dP * P).sum(axis=1, keepdims=True))
    return relu_backward(weights, X, h, dz2, lr)


def relu_forward(weights: Weights, X: Array) -> tuple[Array, Array]:
    """Return hidden activations (n, H) and probabilities (n, 10)."""
    W1, b1, W2, b2 = weights
    h = np.maximum(X @ W1 + b1, 0)
    return h, solution.softmax(h @ W2 + b2)


def relu_backward(
    weights: Weights, X: Array, h: Array, dz2: Array, lr: float
) -> list[Array]:
    """Return the step from the gradient at the logits, (n, 10)."""
    return descent(lr, X, h, dz2 @ weights[2].T * (h > 0), dz2)


def descent(lr: float, X: Array, h: Array, dz1: Array, dz2: Array) -> list[Array]:
    """Return -lr times the gradients of kernels and biases."""
    gradients = (X.T @ dz1, dz1.sum(axis=0), h.T @ dz2, dz2.sum(axis=0))
    return [-lr * gradient for gradient in gradients]


def sigmoid(z: Array) -> Array:
    """Return 1 / (1 + exp(-z)) for moderate z."""
    values: Array = 1 / (1 + np.exp(-z))
    return values


def weights_of(model: Any, width: int) -> list[Array] | None:
    """Return the weights of a network 784-width-10 in double precision, else None."""
    shapes = ((784, width), (width,), (width, 10), (10,))
    if not isinstance(model, ModelData) or len(model.weights) != len(shapes):
        return None
    found = [weight.astype(float) for weight in model.weights]
    fits = all(one.shape == shape for one, shape in zip(found, shapes, strict=True))
    finite = all(np.isfinite(one).all() for one in found)
    return found if fits and finite else None


def is_step(observed: Weights, expected: Weights) -> bool:
    """Return whether each array moved as expected, within 1 % of its step's length."""
    return all(
        np.linalg.norm(mine - right) <= TOLERANCE * np.linalg.norm(right) + 1e-6
        for mine, right in zip(observed, expected, strict=True)
    )


def explained(
    observed: Weights, right: Weights, others: Mapping[str, Weights]
) -> str | None:
    """Return the name of the mistake that makes this step; None if none is known.

    Args:
        observed: The step that was taken.
        right: The one that should have been.
        others: Name -> the step that a mistake takes.
    """
    # what doesn't move explains nothing
    if not any(np.any(part) for part in observed) or not any(map(np.any, right)):
        return None
    return next(
        (name for name, step in others.items() if is_step(observed, step)), None
    )

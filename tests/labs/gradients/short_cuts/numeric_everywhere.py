"""No derivation at all: every gradient of T2 to T9 is left to numeric_grad."""

import matplotlib.pyplot as plt
import numpy as np

ETAS = 10.0 ** -np.arange(1, 7)


def sigmoid(z):
    """Return 1 / (1 + exp(-z)), elementwise; same shape as z.

    >>> float(sigmoid(0.0))
    0.5
    """
    decay = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1.0, decay) / (1.0 + decay)


def numeric_grad(f, x, h=1e-5):
    x = np.asarray(x, dtype=float)
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[index] = h
        gradient[index] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


def slopes(f, *points):
    """Return the gradients by each of several arrays."""
    found = []
    for i, point in enumerate(points):

        def moved(value, i=i):
            return f(*points[:i], value, *points[i + 1 :])

        found.append(numeric_grad(moved, point))
    return found


def graph1(x, y):
    def f(p):
        return p[0] ** 2 + p[0] * p[1] + (p[0] + p[1]) ** 2

    p = np.array([x, y])
    return f(p), *numeric_grad(f, p)


def exp_graph(x, w1, w0):
    def f(p):
        return 1 + np.exp(p[0] * p[1] + p[2])

    p = np.array([x, w1, w0])
    dx, dw1, dw0 = numeric_grad(f, p)
    return {
        "f": f(p),
        "dc": 1.0,
        "db": dw0,
        "dw0": dw0,
        "da": dw0,
        "dw1": dw1,
        "dx": dx,
    }


def half_norm_sq(X, W):
    def f(X, W):
        return np.sum((X @ W) ** 2) / 2

    return f(X, W), *slopes(f, X, W)


def quadratic_cost_grad(a, y):
    return numeric_grad(lambda a: np.sum((a - y) ** 2) / (2 * len(y)), a)


def linreg_grad(X, y, w):
    return numeric_grad(lambda w: np.mean((X @ w - y) ** 2) / 2, w)


def logreg_grad(X, y, w):
    def loss(w):
        return np.mean(np.logaddexp(0, X @ w) - y * (X @ w))

    return numeric_grad(loss, w)


def softmax_grad(X, y, W):
    def loss(W):
        z = X @ W
        return np.mean(np.logaddexp.reduce(z, axis=1) - z[np.arange(len(y)), y])

    return numeric_grad(loss, W)


def sigmoid_prime(z):
    return numeric_grad(lambda z: np.sum(sigmoid(z)), z)


def ce_logit_grad(z, y):
    return numeric_grad(lambda z: np.sum(np.logaddexp(0, z) - y * z), z)


def backprop_222(x, t, W1, W2):
    def loss(W1, W2):
        h = sigmoid(np.append(x, 1) @ W1)
        return np.sum((t - sigmoid(np.append(h, 1) @ W2)) ** 2) / 2

    return loss(W1, W2), *slopes(loss, W1, W2)


def backprop_event(x, t, w1, w2, h, hprime):  # noqa: ARG001 - not needed
    def error(w1, w2):
        phi = np.append(1, h(w1 @ np.append(1, x)))
        return (h(w2 @ phi) - t) ** 2 / 2

    return error(w1, w2), *slopes(error, w1, w2)


def gd_step_check(cost, grad, v):
    g = grad(v)
    return np.array([cost(v - eta * g) - cost(v) for eta in ETAS]), -ETAS * np.sum(g**2)


def plot_gd_step(cost, grad, v):
    actual, promised = gd_step_check(cost, grad, v)
    fig, ax = plt.subplots()
    ax.loglog(ETAS, np.abs(actual - promised), "o-")
    ax.set_xlabel("eta")
    ax.set_ylabel("gap")
    return fig


def answers():
    return {
        "q1_line": "B",
        "q1_second": -0.09375,
        "q2_dL_dh": 5.0,
        "q2_dh_dz": 0.16,
        "q2_dL_dz": 0.8,
        "q3_line": "B",
        "q3_right": 0.4,
        "q3_printed": 0.0,
        "q4_update": "C",
        "q4_w1": 0.3,
        "q5_factor": 10,
    }

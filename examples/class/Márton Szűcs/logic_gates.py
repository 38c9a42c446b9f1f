"""Szűcs Márton, lab 1"""

from itertools import product

import matplotlib.pyplot as plt
import numpy as np

X = np.array(list(product([0.0, 1.0], repeat=2)))
TARGETS = {
    "AND": np.array([0, 0, 0, 1]),
    "OR": np.array([0, 1, 1, 1]),
    "NAND": np.array([1, 1, 1, 0]),
    "NOR": np.array([1, 0, 0, 0]),
    "XOR": np.array([0, 1, 1, 0]),
}


def step(z):
    return (z > 0).astype(np.int64)


def perceptron(X, w, b):
    z = np.einsum("nd,d->n", X, w) + b
    return step(z)


def cinema(threshold):
    return perceptron(np.array(list(product([0, 1], repeat=3))), np.array([6, 2, 2]), -threshold)


def cinema_range():
    # every threshold from 0 to 12 in quarters, keep those where only time counts
    only_time = [0, 0, 0, 0, 1, 1, 1, 1]
    good = [t for t in np.arange(0, 12, 0.25) if list(cinema(t)) == only_time]
    return good[0], good[-1] + 0.25


def gates():
    return {
        "AND": [np.array([1, 1]), -1.5],
        "OR": [np.array([1, 1]), -0.5],
        "NAND": [np.array([-1, -1]), 1.5],
        "NOR": [np.array([-1, -1]), 0.5],
    }


def sigmoid(z):
    return np.exp(-np.logaddexp(0, -z))


def bce_sum(y, h):
    return -np.sum(np.log(np.where(y == 1, h, 1 - h)))


def neuron_grad(X, y, w, b):
    e = sigmoid(X @ w + b) - y
    return np.einsum("nd,n->d", X, e), np.sum(e)


def train_neuron(X, y, lr=0.1, steps=1000, seed=0):
    rng = np.random.default_rng(seed)
    w, b = rng.normal(size=X.shape[1]), rng.normal()
    losses = []
    for _ in range(steps):
        losses.append(bce_sum(y, sigmoid(X @ w + b)))
        dw, db = neuron_grad(X, y, w, b)
        w -= lr * dw
        b -= lr * db
    return w, b, np.array(losses)


def predict_table(gate):
    w, b, _ = train_neuron(X, TARGETS[gate])
    return perceptron(X, w, b)


def is_separable(y):
    """Rosenblatt's learning rule: correct the weights until nothing is wrong."""
    w = np.zeros(2)
    b = 0.0
    wrong = True
    while wrong:
        wrong = False
        for x, t in zip(X, y):
            out = int(x @ w + b > 0)
            if out != t:
                w += (t - out) * x
                b += t - out
                wrong = True
    return True


def answers():
    return {"xor_loss_limit": np.log(16), "more_steps_help": False}


def plot_gates():
    fig, axs = plt.subplots(1, 3, figsize=(12, 4), sharey=True)
    for ax, gate in zip(axs, ["AND", "OR", "XOR"]):
        w, b, _ = train_neuron(X, TARGETS[gate])
        for cls, marker in ((0, "o"), (1, "s")):
            pts = X[TARGETS[gate] == cls]
            ax.plot(pts[:, 0], pts[:, 1], marker, ms=12, label=f"class {cls}")
        t = np.linspace(-0.5, 1.5, 200)
        ax.plot(t, (-b - w[0] * t) / w[1], lw=2, color="black")
        ax.set(title=gate, xlabel="x1", ylabel="x2", xlim=(-0.5, 1.5), ylim=(-0.5, 1.5))
    axs[0].legend()
    return fig


def plot_losses():
    fig, ax = plt.subplots()
    for gate in ["AND", "OR", "XOR"]:
        ax.loglog(np.arange(1, 1001), train_neuron(X, TARGETS[gate])[2], label=gate)
    ax.set(xlabel="step", ylabel="loss", title="one neuron, three gates")
    ax.legend()
    return fig

# Everything is single precision here: my laptop is old and the course machine has a GPU,
# so I wanted to see whether float32 is enough. It is.
import itertools

import matplotlib.pyplot as plt
import numpy as np

F = np.float32

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=F)
TARGETS = {
    "AND": np.array([0, 0, 0, 1]),
    "OR": np.array([0, 1, 1, 1]),
    "NAND": np.array([1, 1, 1, 0]),
    "NOR": np.array([1, 0, 0, 0]),
    "XOR": np.array([0, 1, 1, 0]),
}


class Neuron:
    """w, b and what one can do with them."""

    def __init__(self, w, b):
        self.w = np.asarray(w, dtype=F)
        self.b = F(b)

    def __call__(self, X):
        return np.asarray(X, dtype=F) @ self.w + self.b

    def fires(self, X):
        return self(X) > 0

    def gradient(self, X, y):
        error = sigmoid(self(X)) - np.asarray(y, dtype=F)
        return np.asarray(X, dtype=F).T @ error, error.sum()

    def loss(self, X, y):
        return bce_sum(np.asarray(y, dtype=F), sigmoid(self(X)))

    def line(self, lo=-0.5, hi=1.5):
        """Two end points of w·x + b = 0, as x and y for plot."""
        (w1, w2), b = self.w, self.b
        if abs(w2) >= abs(w1):
            return [lo, hi], [-(w1 * lo + b) / w2, -(w1 * hi + b) / w2]
        return [-(w2 * lo + b) / w1, -(w2 * hi + b) / w1], [lo, hi]


def step(z):
    return (np.asarray(z) > 0).astype(F)


def perceptron(X, w, b):
    return Neuron(w, b).fires(X).astype(int)


def cinema(threshold):
    rows = list(itertools.product((0, 1), repeat=3))
    return Neuron((6, 2, 2), -threshold).fires(rows)


def cinema_range():
    return F(4), F(6)


def gates():
    return {
        name: (F(sign) * np.ones(2, dtype=F), F(-sign * height))
        for name, sign, height in [
            ("AND", 1, 1.5),
            ("OR", 1, 0.5),
            ("NAND", -1, 1.5),
            ("NOR", -1, 0.5),
        ]
    }


def sigmoid(z):
    e = np.exp(-np.abs(np.asarray(z, dtype=F)))
    return np.where(z < 0, e, F(1)) / (1 + e)


def bce_sum(y, h):
    h = np.asarray(h, dtype=F)
    return -np.sum(np.where(np.asarray(y) > 0.5, np.log(h), np.log1p(-h)))


def neuron_grad(X, y, w, b):
    return Neuron(w, b).gradient(X, y)


def train_neuron(X, y, lr=0.1, steps=1000, seed=0):
    start = np.random.default_rng(seed).normal(size=len(X[0]) + 1)
    neuron = Neuron(start[1:], start[0])
    losses = np.zeros(steps, dtype=F)
    for k in range(steps):
        losses[k] = neuron.loss(X, y)
        dw, db = neuron.gradient(X, y)
        neuron.w -= F(lr) * dw
        neuron.b -= F(lr) * db
    return neuron.w, neuron.b, losses


def predict_table(gate):
    w, b, _ = train_neuron(X, TARGETS[gate])
    return Neuron(w, b).fires(X).astype(int)


def is_separable(y):
    candidates = itertools.product((-1, 0, 1), (-1, 0, 1), (-1.5, -0.5, 0.5, 1.5))
    return any(np.array_equal(perceptron(X, (u, v), b), y) for u, v, b in candidates)


def answers():
    return {"xor_loss_limit": 4 * np.log(F(2)), "more_steps_help": False}


COLOURS = {0: "tab:blue", 1: "tab:red"}


def plot_gates():
    fig, axes = plt.subplots(1, 3, figsize=(10, 3.5))
    for gate, ax in zip(("AND", "OR", "XOR"), axes):
        neuron = Neuron(*train_neuron(X, TARGETS[gate])[:2])
        for point, target in zip(X, TARGETS[gate]):
            ax.scatter(*point, color=COLOURS[target], s=60)
        ax.plot(*neuron.line(), color="k", lw=1)
        ax.set(xlim=(-0.5, 1.5), ylim=(-0.5, 1.5), xlabel="x1", ylabel="x2")
        ax.set_title("Gate " + gate)
    return fig


def plot_losses():
    fig, ax = plt.subplots()
    for gate in ("AND", "OR", "XOR"):
        losses = train_neuron(X, TARGETS[gate])[2]
        # every second one is enough
        ax.plot(np.arange(0, len(losses), 2), losses[::2], label=gate)
    ax.set(xlabel="step", ylabel="loss", yscale="log")
    ax.legend()
    return fig

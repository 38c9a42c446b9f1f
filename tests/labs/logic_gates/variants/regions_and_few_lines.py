"""As short as it gets: filled regions in the plots, quiet errstate, partial reuse."""

import matplotlib.pyplot as plt
import numpy as np

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])  # whole numbers do as well
TARGETS = {
    "AND": np.array([0, 0, 0, 1]),
    "OR": np.array([0, 1, 1, 1]),
    "NAND": np.array([1, 1, 1, 0]),
    "NOR": np.array([1, 0, 0, 0]),
    "XOR": np.array([0, 1, 1, 0]),
}
ROWS = np.indices((2, 2, 2)).reshape(3, -1).T


def step(z):
    return 1 * (z > 0)


def perceptron(X, w, b):
    return step(np.inner(X, w) + b)


def cinema(threshold):
    return perceptron(ROWS, (6, 2, 2), -threshold)


def cinema_range():
    return 4, 6


def gates():
    return {
        "AND": ((3, 3), -4),
        "OR": ((3, 3), -2),
        "NAND": ((-3, -3), 4),
        "NOR": ((-3, -3), 2),
    }


def sigmoid(z):
    with np.errstate(over="ignore"):  # 1 / (1 + inf) is 0, as it should be
        return 1 / (1 + np.exp(-z))


def bce_sum(y, h):
    return -sum(np.log(p if t else 1 - p) for t, p in zip(y, h, strict=True))


def neuron_grad(X, y, w, b):
    e = sigmoid(X @ w + b) - y
    return (X * e[:, None]).sum(0), e.sum()


def train_neuron(X, y, lr=0.1, steps=1000, seed=0):
    rng, losses = np.random.default_rng(seed), []
    w, b = rng.standard_normal(X.shape[1]), rng.standard_normal()
    while len(losses) < steps:
        losses.append(bce_sum(y, sigmoid(X @ w + b)))
        (dw, db) = neuron_grad(X, y, w, b)
        w, b = w - lr * dw, b - lr * db
    return [w, b, np.array(losses)]


def predict_table(gate):
    return perceptron(X, *train_neuron(X, TARGETS[gate])[:2])


def is_separable(y):
    grid = np.arange(-2, 2.1, 0.5)
    return any(
        np.array_equal(perceptron(X, (w1, w2), b + 0.25), y)
        for w1 in grid
        for w2 in grid
        for b in grid
    )


def answers():
    return {"xor_loss_limit": 2.773, "more_steps_help": False}


def plot_gates():
    _, axes = plt.subplots(3, 1, figsize=(3, 9))
    for ax, gate in zip(axes, ("AND", "OR", "XOR"), strict=True):
        w, b = train_neuron(X, TARGETS[gate])[:2]
        x, y = np.meshgrid(*[np.linspace(-0.5, 1.5, 201)] * 2)
        ax.contourf(
            x, y, w[0] * x + w[1] * y + b > 0, levels=[-0.5, 0.5, 1.5], alpha=0.3
        )
        ax.scatter(*X.T, c=["rb"[t] for t in TARGETS[gate]], edgecolors="k")
        ax.set_title(f"{gate}")
        ax.set_xlabel("input 1")
        ax.set_ylabel("input 2")
    return axes


def plot_losses():
    figure, ax = plt.subplots()
    for gate in ("AND", "OR", "XOR"):
        losses = train_neuron(X, TARGETS[gate])[2]
        ax.step(range(len(losses)), losses)
    figure.legend(["AND", "OR", "XOR"])
    ax.set(xlabel="step", ylabel="loss")
    return figure

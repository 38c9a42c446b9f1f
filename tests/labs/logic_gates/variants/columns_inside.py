"""Columns inside and flat results outside; the bias an array of one number; contourf."""

import matplotlib.pyplot as plt
import numpy as np

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])

TARGETS = {
    "AND": np.array([0, 0, 0, 1]),
    "OR": np.array([0, 1, 1, 1]),
    "NAND": np.array([1, 1, 1, 0]),
    "NOR": np.array([1, 0, 0, 0]),
    "XOR": np.array([0, 1, 1, 0]),
}


def step(z):
    return np.heaviside(z, 0)


def perceptron(X, w, b):
    W = np.array(w).reshape(-1, 1)
    return step((np.array(X) @ W + b).ravel())


def cinema(threshold):
    t, p, c = np.meshgrid([0, 1], [0, 1], [0, 1], indexing="ij")
    return (6 * t + 2 * p + 2 * c > threshold).astype(float).ravel()


def cinema_range():
    return 4.0, 6.0


def gates():
    return {
        "AND": (np.array([1.0, 1.0]), np.array([-1.5])),
        "OR": (np.array([1.0, 1.0]), np.array([-0.5])),
        "NAND": (np.array([-1.0, -1.0]), np.array([1.5])),
        "NOR": (np.array([-1.0, -1.0]), np.array([0.5])),
    }


def sigmoid(z):
    z = np.clip(z, -500, 500)
    return 1.0 / (1.0 + np.exp(-z))


def bce_sum(y, h):
    eps = 1e-9
    h = np.clip(h, eps, 1 - eps)
    return np.sum(-y * np.log(h) - (1 - y) * np.log(1 - h), keepdims=False)


def neuron_grad(X, y, w, b):
    y = np.reshape(y, (-1, 1))
    w = np.reshape(w, (-1, 1))
    h = sigmoid(X @ w + b)
    d = (h - y) / (h * (1 - h)) * (h * (1 - h))
    return (X.T @ d).flatten(), np.sum(d)


def train_neuron(X, y, lr=0.1, steps=1000, seed=0):
    rng = np.random.default_rng(seed)
    w = rng.normal(0, 1, (X.shape[1],))
    b = rng.normal(0, 1, 1)
    losses = np.zeros(steps)
    for i in range(steps):
        losses[i] = bce_sum(y, sigmoid(X @ w + b))
        dw, db = neuron_grad(X, y, w, b)
        w = w - lr * dw
        b = b - lr * db
    return w, b.item(), losses


def predict_table(gate):
    w, b, _ = train_neuron(X, TARGETS[gate])
    return np.round(sigmoid(X @ w + b)).astype(int)


def is_separable(y):
    for seed in range(3):
        w, b, _ = train_neuron(X, np.array(y), lr=0.5, seed=seed)
        if np.all(perceptron(X, w, b) == y):
            return True
    return False


def answers():
    _, _, losses = train_neuron(X, TARGETS["XOR"])
    return {"xor_loss_limit": losses.min(), "more_steps_help": False}


def plot_gates():
    fig, axs = plt.subplots(1, 3)
    xx, yy = np.meshgrid(np.linspace(-0.5, 1.5, 100), np.linspace(-0.5, 1.5, 100))
    G = np.c_[xx.ravel(), yy.ravel()]
    for ax, g in zip(axs, ("AND", "OR", "XOR"), strict=True):
        w, b, _ = train_neuron(X, TARGETS[g])
        Z = perceptron(G, w, b).reshape(xx.shape)
        ax.contourf(xx, yy, Z, cmap="coolwarm", alpha=0.5)
        sc = ax.scatter(
            X[:, 0], X[:, 1], c=TARGETS[g], cmap="bwr", edgecolors="k", s=100
        )
        ax.set_title(f"{g}")
        ax.set_xlabel("x1")
        ax.set_ylabel("x2")
    fig.colorbar(sc, ax=axs)
    return fig


def plot_losses():
    fig = plt.figure(figsize=(8, 5))
    for g in ("AND", "OR", "XOR"):
        _, _, losses = train_neuron(X, TARGETS[g])
        plt.plot(losses, label=g)
    plt.yscale("log")
    plt.xlabel("Step")
    plt.ylabel("Summed BCE")
    plt.legend()
    plt.grid()
    plt.ylim(0.05, 4)
    return fig

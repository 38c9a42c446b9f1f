"""One class does the work; the functions of the lab are thin covers."""

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


class Neuron:
    def __init__(self, w, b):
        self.w = np.array(w, dtype=float)
        self.b = float(b)
        self.history = []

    @classmethod
    def random(cls, inputs, seed):
        generator = np.random.default_rng(seed)
        bias = generator.normal()  # the bias first, for a change
        return cls(generator.normal(size=inputs), bias)

    def z(self, X):
        return X.dot(self.w) + self.b

    def fires(self, X):
        return self.z(X) > 0

    def output(self, X):
        return sigmoid(self.z(X))

    def gradient(self, X, y):
        delta = self.output(X) - y
        return X.T.dot(delta), np.sum(delta)

    def fit(self, X, y, lr, steps):
        for _ in range(steps):
            dw, db = self.gradient(X, y)
            self.w -= lr * dw
            self.b -= lr * db
            self.history.append(bce_sum(y, self.output(X)))  # after the update
        return self


def step(z):
    return np.greater(z, 0)


def perceptron(X, w, b):
    return Neuron(w, b).fires(X)


def cinema(threshold):
    return Neuron([6, 2, 2], -threshold).fires(
        np.array(list(product([0, 1], repeat=3)))
    )


def cinema_range():
    sums = sorted(np.array(list(product([0, 1], repeat=3))) @ [6, 2, 2])
    return sums[3], sums[4]


def gates():
    def line(w1, w2, b):
        return [np.array([w1, w2]), b]

    return {
        "AND": line(10, 10, -15),
        "OR": line(0.3, 0.3, -0.1),
        "NAND": line(-10, -10, 15),
        "NOR": line(-0.3, -0.3, 0.1),
    }


def sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))


def bce_sum(y, h):
    return float(-np.log(np.where(y == 1, h, 1 - h)).sum())


def neuron_grad(X, y, w, b):
    return Neuron(w, b).gradient(X, y)


def train_neuron(X, y, lr=0.1, steps=1000, seed=0):
    neuron = Neuron.random(X.shape[1], seed).fit(X, y, lr, steps)
    return neuron.w, neuron.b, np.array(neuron.history)


def predict_table(gate):
    w, b, _ = train_neuron(X, TARGETS[gate])
    return Neuron(w, b).fires(X)


def is_separable(y):
    w, b, _ = train_neuron(X, y, lr=1.0, steps=2000)
    return bool(np.array_equal(Neuron(w, b).fires(X), y))


def answers():
    _, _, losses = train_neuron(X, TARGETS["XOR"])
    return {"xor_loss_limit": losses[-1], "more_steps_help": False}


class Picture:
    def __init__(self, columns):
        self.figure, self.axes = plt.subplots(1, columns, squeeze=False)

    def panel(self, number):
        return self.axes[0, number]


def plot_gates():
    picture = Picture(3)
    for number, gate in enumerate(("AND", "OR", "XOR")):
        w, b, _ = train_neuron(X, TARGETS[gate])
        panel = picture.panel(number)
        grid = np.linspace(-0.5, 1.5, 101)
        x1, x2 = np.meshgrid(grid, grid)
        panel.contour(x1, x2, w[0] * x1 + w[1] * x2 + b, levels=[0])
        for kind, marker in ((0, "x"), (1, "o")):
            chosen = X[TARGETS[gate] == kind]
            panel.plot(chosen[:, 0], chosen[:, 1], marker, label=f"class {kind}")
        panel.set(title=gate.lower(), xlabel="x_1", ylabel="x_2")
    picture.panel(0).legend()
    return picture.figure


def plot_losses():
    picture = Picture(1)
    panel = picture.panel(0)
    for gate in ("AND", "OR", "XOR"):
        losses = train_neuron(X, TARGETS[gate])[2]
        seen = np.arange(0, len(losses), 10)
        panel.scatter(seen, losses[seen], s=4, label=gate)
    panel.set_xlabel("steps")
    panel.set_ylabel("loss")
    panel.legend(title="gate")
    return panel

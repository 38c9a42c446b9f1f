"""A class behind the functions, restarts of a run that got stuck."""

import matplotlib.pyplot as plt
import numpy as np

BITS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR = np.array([0.0, 1.0, 1.0, 0.0])
SUM_CARRY = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def bce_sum(y, o):
    return float(-(y * np.log(o) + (1 - y) * np.log(1 - o)).sum())


def start(seed, hidden=2, outputs=1):
    rng = np.random.default_rng(seed)
    w1 = rng.normal(size=(3, hidden))
    w2 = rng.normal(size=hidden + 1 if outputs == 1 else (hidden + 1, outputs))
    return {"w1": w1, "w2": w2}


class Perceptron:
    def __init__(self, *weights, bias):
        self.weights = np.array(weights)
        self.bias = bias

    def __call__(self, *inputs):
        return int(self.weights @ np.array(inputs) + self.bias > 0)


NAND = Perceptron(-2, -2, bias=3)
LEFT = Perceptron(1, -1, bias=-0.5)
RIGHT = Perceptron(-1, 1, bias=-0.5)
OR = Perceptron(1, 1, bias=-0.5)


def nand(a, b):
    return NAND(a, b)


class HalfAdder:
    def __init__(self):
        self.calls = 0

    def gate(self, a, b):
        self.calls += 1
        return nand(a, b)

    def add(self, a, b):
        top = self.gate(a, b)
        total = self.gate(self.gate(a, top), self.gate(top, b))
        return total, self.gate(top, top)


def half_adder_nand(a, b):
    return HalfAdder().add(a, b)


def count_nands():
    adder = HalfAdder()
    adder.add(1, 1)
    return adder.calls


def xor_formula(a, b):
    return OR(LEFT(a, b), RIGHT(a, b))


def xor_network():
    W1 = np.column_stack([LEFT.weights, RIGHT.weights])
    return W1, np.array([LEFT.bias, RIGHT.bias]), OR.weights, OR.bias


class Network:
    def __init__(self, p):
        self.W1, self.b1 = p["w1"][:-1].copy(), p["w1"][-1].copy()
        self.W2, self.b2 = p["w2"][:-1].copy(), p["w2"][-1].copy()

    def __call__(self, X):
        self.X = X
        self.h = sigmoid(X @ self.W1 + self.b1)
        self.o = sigmoid(self.h @ self.W2 + self.b2)
        return self.o

    def backward(self, y):
        error = self.o - y
        self.dW2, self.db2 = self.h.T @ error, error.sum(axis=0)
        columns = self.W2 if self.W2.ndim == 2 else self.W2[:, None]
        rows = error if error.ndim == 2 else error[:, None]
        delta = rows @ columns.T * self.h * (1 - self.h)
        self.dW1, self.db1 = self.X.T @ delta, delta.sum(axis=0)

    def update(self, lr):
        self.W1 -= lr * self.dW1
        self.b1 -= lr * self.db1
        self.W2 -= lr * self.dW2
        self.b2 = self.b2 - lr * self.db2

    @property
    def p(self):
        return {
            "w1": np.vstack([self.W1, self.b1]),
            "w2": np.concatenate([self.W2, [self.b2]]),
        }

    def fit(self, X, y, lr, steps):
        losses = []
        for _ in range(steps):
            losses.append(bce_sum(y, self(X)))
            self.backward(y)
            self.update(lr)
        return losses

    def error(self, X, y):
        return np.abs(self(X) - y).max()


def forward(X, p):
    return Network(p)(X)


def grads(X, y, p):
    network = Network(p)
    network(X)
    network.backward(y)
    return {
        "w2": np.concatenate([network.dW2, [network.db2]]),
        "w1": np.vstack([network.dW1, network.db1]),
    }


def train_xor(lr=0.1, steps=10000, seed=0):
    network = Network(start(seed))
    losses = network.fit(BITS, XOR, lr, steps)
    return network.p, losses


def success_rate(n_runs, lr=0.1, steps=10000, seed=0):
    good = []
    for run in np.random.SeedSequence(seed).generate_state(n_runs):
        network = Network(start(run))
        network.fit(BITS, XOR, lr, steps)
        good.append(network.error(BITS, XOR) < 0.1)
    return sum(good) / len(good)


ANSWERS = ("stuck_loss", "more_steps_help", "restarts", "mean_lr")


def answers():
    values = np.log(4), "no", 6, 0.4
    return dict(zip(ANSWERS, values, strict=True))


def train_until(max_restarts, seed):
    for attempt in range(max_restarts):
        network = Network(start([seed, attempt]))
        network.fit(BITS, XOR, lr=1.0, steps=500)
        if network.error(BITS, XOR) < 0.1:
            break
    return network.p


def train_reliable(seed):
    return train_until(20, seed)


def train_half_adder(hidden=4, lr=0.5, steps=5000, seed=0):
    network = Network(start(seed, hidden, outputs=2))
    network.fit(BITS, SUM_CARRY, lr, steps)
    return network.p


def plot_losses(seeds=(2, 3, 4, 5, 6), lr=0.1, steps=10000):
    fig, ax = plt.subplots()
    lines = []
    for seed in seeds:
        _, losses = train_xor(lr, steps, seed)
        lines += ax.loglog(np.arange(1, steps + 1), losses, lw=1)
    ax.legend(lines, [f"seed = {seed}" for seed in seeds])
    ax.set_xlabel("step (log)")
    ax.set_ylabel("loss (log)")
    return fig


def plot_decision_map(p):
    network = Network(p)
    network(BITS)
    a, b = np.meshgrid(np.linspace(-0.1, 1.1, 200), np.linspace(-0.1, 1.1, 200))
    plane = np.column_stack([a.ravel(), b.ravel()])
    o = sigmoid(plane @ network.W2 + network.b2).reshape(a.shape)
    fig, ax = plt.subplots()
    ax.contourf(a, b, o, levels=[0, 0.5, 1], colors=["lightblue", "wheat"])
    for y, marker in ((0, "o"), (1, "^")):
        chosen = network.h[y == XOR]
        ax.plot(chosen[:, 0], chosen[:, 1], marker, color="black", label=f"XOR = {y}")
    ax.set_xlabel("$h_1$")
    ax.set_ylabel("$h_2$")
    fig.legend()
    return fig

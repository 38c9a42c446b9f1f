"""einsum, helper functions, other variable names, pyplot's current figure."""

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
BOX = (-0.5, 1.5)


def activation(rows, weights, bias):
    return np.einsum("nd,d->n", rows, weights) + bias


def step(z):
    return np.maximum(np.sign(z), 0)


def perceptron(X, w, b):
    return step(activation(X, w, b)).astype("int8")


def cinema(threshold):
    price_or_company = np.array([0, 2, 2, 4])
    return step(np.concatenate([price_or_company, 6 + price_or_company]) - threshold)


def cinema_range():
    return {"lo": 4, "hi": 6}["lo"], 6.0


def gates():
    found = {"AND": ([1, 1], -1.5), "OR": ([1, 1], -0.5)}
    for positive, negative in (("AND", "NAND"), ("OR", "NOR")):
        weights, bias = found[positive]
        found[negative] = ([-weight for weight in weights], -bias)
    return found


def sigmoid(z):
    result = np.empty(len(z))
    positive = z >= 0
    result[positive] = 1 / (1 + np.exp(-z[positive]))
    grown = np.exp(z[~positive])
    result[~positive] = grown / (1 + grown)
    return result


def bce_sum(y, h, eps=1e-12):
    h = np.clip(h, eps, 1 - eps)
    return -np.einsum("n,n->", y, np.log(h)) - np.einsum("n,n->", 1 - y, np.log(1 - h))


def neuron_grad(X, y, w, b):
    residual = sigmoid(activation(X, w, b)) - y
    return {
        "db": np.einsum("n->", residual),
        "dw": np.einsum("nd,n->d", X, residual),
    }


def train_neuron(X, y, lr=0.1, steps=1000, seed=0):
    generator = np.random.default_rng(seed)
    theta = generator.normal(0, 1, X.shape[1] + 1)  # weights, then the bias
    extended = np.hstack([X, np.ones((len(X), 1))])
    history = []
    for _ in range(steps):
        output = sigmoid(extended @ theta)
        history += [bce_sum(y, output)]
        theta = theta - lr * extended.T @ (output - y)
    return theta[:-1], theta[-1], history


def predict_table(gate):
    w, b, history = train_neuron(X, TARGETS[gate], lr=0.1, steps=1000, seed=42)
    del history
    return np.rint(sigmoid(activation(X, w, b))).astype(int)


def is_separable(y):
    return int(not (y[0] == y[3] != y[1] == y[2]))


def answers():
    return {"xor_loss_limit": np.log(16), "more_steps_help": False}


def plot_gates():
    plt.figure(figsize=(9, 3))
    for place, gate in enumerate(("AND", "OR", "XOR"), start=131):
        weights, bias, _ = train_neuron(X, TARGETS[gate], seed=5)
        plt.subplot(place)
        plt.title(gate)
        plt.xlim(*BOX)
        plt.ylim(*BOX)
        plt.xlabel("x1")
        plt.ylabel("x2")
        plt.scatter(*zip(*X, strict=True), c=TARGETS[gate])
        # the line as x1 over x2: as good as the other way round
        x2 = np.array(BOX)
        plt.plot(-(weights[1] * x2 + bias) / weights[0], x2)
    plt.tight_layout()
    return plt.gcf()


def plot_losses():
    plt.figure()
    for gate, colour in (("AND", "tab:blue"), ("OR", "tab:red"), ("XOR", "k")):
        plt.plot(train_neuron(X, TARGETS[gate], seed=5)[2], color=colour, label=gate)
    plt.axhline(4 * np.log(2), linestyle=":", label="4 ln 2")
    plt.xlabel("step $k$")
    plt.ylabel("$C$")
    plt.xscale("symlog")
    plt.legend(loc="upper right")
    return plt.gcf()

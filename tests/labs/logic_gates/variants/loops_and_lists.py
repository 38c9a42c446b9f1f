"""Pure Python: loops, lists and the math module; NumPy only for the random start."""

import math

import matplotlib.pyplot as plt
import numpy as np

X = [[0, 0], [0, 1], [1, 0], [1, 1]]
TARGETS = {
    "AND": [0, 0, 0, 1],
    "OR": [0, 1, 1, 1],
    "NAND": [1, 1, 1, 0],
    "NOR": [1, 0, 0, 0],
    "XOR": [0, 1, 1, 0],
}


def step(z):
    return [1 if value > 0 else 0 for value in z]


def weighted_sums(X, w, b):
    sums = []
    for row in X:
        total = b
        for x, weight in zip(row, w, strict=True):
            total += x * weight
        sums.append(total)
    return sums


def perceptron(X, w, b):
    return step(weighted_sums(X, w, b))


def cinema(threshold):
    result = []
    for number in range(8):
        time, price, company = number // 4, number // 2 % 2, number % 2
        result.append(int(6 * time + 2 * price + 2 * company > threshold))
    return result


def cinema_range():
    return [4, 6]


def gates():
    return {
        "AND": ([2, 2], -3),
        "OR": ([2, 2], -1),
        "NAND": ([-2, -2], 3),
        "NOR": ([-2, -2], 1),
    }


def sigmoid(z):
    result = []
    for value in z:
        if value >= 0:
            result.append(1 / (1 + math.exp(-value)))
        else:
            result.append(math.exp(value) / (1 + math.exp(value)))
    return result


def bce_sum(y, h):
    loss = 0
    for target, output in zip(y, h, strict=True):
        loss -= math.log(output) if target == 1 else math.log(1 - output)
    return loss


def neuron_grad(X, y, w, b):
    h = sigmoid(weighted_sums(X, w, b))
    dw = [0] * len(w)
    db = 0
    for row, target, output in zip(X, y, h, strict=True):
        for j, x in enumerate(row):
            dw[j] += (output - target) * x
        db += output - target
    return dw, db


def train_neuron(X, y, lr=0.1, steps=1000, seed=0):
    rng = np.random.default_rng(seed)
    w = [rng.normal() for _ in X[0]]
    b = rng.normal()
    losses = []
    for _ in range(steps):
        losses.append(bce_sum(y, sigmoid(weighted_sums(X, w, b))))
        dw, db = neuron_grad(X, y, w, b)
        w = [weight - lr * slope for weight, slope in zip(w, dw, strict=True)]
        b = b - lr * db
    return w, b, losses


def predict_table(gate):
    w, b, _ = train_neuron(X, TARGETS[gate])
    return [round(h) for h in sigmoid(weighted_sums(X, w, b))]


def is_separable(y):
    return list(y) not in [[0, 1, 1, 0], [1, 0, 0, 1]]


def answers():
    return {"more_steps_help": False, "xor_loss_limit": 2.7726}


def plot_gates():
    fig = plt.figure(figsize=(12, 4))
    for number, gate in enumerate(["AND", "OR", "XOR"]):
        ax = fig.add_subplot(1, 3, number + 1)
        for (x1, x2), target in zip(X, TARGETS[gate], strict=True):
            ax.plot(x1, x2, "o", color="red" if target else "blue")
        w, b, _ = train_neuron(X, TARGETS[gate])
        points = [-0.5, 0.0, 0.5, 1.0, 1.5]
        ax.plot(points, [-(w[0] * x + b) / w[1] for x in points], "k--")
        ax.set_xlim(-0.5, 1.5)
        ax.set_ylim(-0.5, 1.5)
        ax.set_title(f"{gate} gate")
        ax.set_xlabel("first input")
        ax.set_ylabel("second input")
    return fig


def plot_losses():
    fig = plt.figure()
    ax = fig.gca()
    for gate in ["XOR", "AND", "OR"]:
        losses = train_neuron(X, TARGETS[gate])[2]
        ax.plot(list(range(1, len(losses) + 1)), losses, label=f"loss of {gate}")
    ax.set_xlabel("step")
    ax.set_ylabel("loss")
    ax.legend()
    return fig

# Lab 1 - Łukasz Żak, group 2
# I wrote everything with loops first to understand it. It is slow but it works,
# so I did not change it any more.

import math

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


def one_step(z):
    if z > 0:
        return 1
    return 0


def step(z):
    wynik = []
    for zi in z:
        wynik.append(one_step(zi))
    return wynik


def dot(a, b):
    s = 0.0
    for i in range(len(a)):
        s = s + a[i] * b[i]
    return s


def perceptron(X, w, b):
    out = []
    for row in X:
        out.append(one_step(dot(row, w) + b))
    return out


# T3
def cinema(threshold):
    out = []
    for time in (0, 1):
        for price in (0, 1):
            for company in (0, 1):
                s = 6 * time + 2 * price + 2 * company
                # print(time, price, company, s)
                out.append(1 if s > threshold else 0)
    return out


def cinema_range():
    without_time = [0, 2, 2, 4]
    with_time = [6, 8, 8, 10]
    return (max(without_time), min(with_time))


# T4 found on squared paper
def gates():
    g = {}
    g["AND"] = ([2, 2], -3)
    g["OR"] = ([2, 2], -1)
    g["NAND"] = ([-2, -2], 3)
    g["NOR"] = ([-2, -2], 1)
    return g


# T5
def one_sigmoid(z):
    if z >= 0:
        return 1.0 / (1.0 + math.exp(-z))
    e = math.exp(z)
    return e / (1.0 + e)


def sigmoid(z):
    return [one_sigmoid(zi) for zi in z]


# T6
def bce_sum(y, h):
    c = 0.0
    for yi, hi in zip(y, h):
        if yi == 1:
            c -= math.log(hi)
        else:
            c -= math.log(1 - hi)
    return c


def neuron_grad(X, y, w, b):
    dw = [0.0] * len(w)
    db = 0.0
    for row, yi in zip(X, y):
        h = one_sigmoid(dot(row, w) + b)
        for j in range(len(w)):
            dw[j] += (h - yi) * row[j]
        db += h - yi
    return dw, db


# T7
def train_neuron(X, y, lr=0.1, steps=1000, seed=0):
    rng = np.random.default_rng(seed)
    w = [rng.normal() for _ in range(len(X[0]))]
    b = rng.normal()
    losses = []
    for k in range(steps):
        h = sigmoid([dot(row, w) + b for row in X])
        losses.append(bce_sum(y, h))
        dw, db = neuron_grad(X, y, w, b)
        for j in range(len(w)):
            w[j] = w[j] - lr * dw[j]
        b = b - lr * db
    return w, b, losses


# T8
def predict_table(gate):
    w, b, losses = train_neuron(X, TARGETS[gate])
    table = []
    for row in X:
        table.append(1 if one_sigmoid(dot(row, w) + b) > 0.5 else 0)
    return table


def is_separable(y):
    # the only two tables that need two lines are the diagonals
    y = [int(v) for v in y]
    return y not in ([0, 1, 1, 0], [1, 0, 0, 1])


def answers():
    return {"xor_loss_limit": -4 * math.log(0.5), "more_steps_help": False}


# T9
def plot_gates():
    fig = plt.figure(figsize=(12, 4))
    for k, name in enumerate(["AND", "OR", "XOR"]):
        ax = fig.add_subplot(1, 3, k + 1)
        y = TARGETS[name]
        for row, yi in zip(X, y):
            if yi == 1:
                ax.plot(row[0], row[1], "ro", markersize=10)
            else:
                ax.plot(row[0], row[1], "bs", markersize=10)
        w, b, _ = train_neuron(X, y)
        xs = [-0.5, 1.5]
        ys = [-(w[0] * x + b) / w[1] for x in xs]
        ax.plot(xs, ys, "k-")
        ax.set_xlim(-0.5, 1.5)
        ax.set_ylim(-0.5, 1.5)
        ax.set_title(name)
        ax.set_xlabel("x1")
        ax.set_ylabel("x2")
    return fig


def plot_losses():
    fig, ax = plt.subplots()
    for name, kolor in [("AND", "red"), ("OR", "green"), ("XOR", "blue")]:
        w, b, losses = train_neuron(X, TARGETS[name])
        ax.plot(range(1, len(losses) + 1), losses, color=kolor, label=name)
    ax.set_xlabel("step")
    ax.set_ylabel("loss")
    ax.legend()
    return fig


if __name__ == "__main__":
    for name in TARGETS:
        print(name, predict_table(name))

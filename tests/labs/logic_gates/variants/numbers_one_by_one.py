"""Row by row with helpers for one number; lambdas, a decorator, NumPy's global generator."""

import math
from functools import wraps

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

step = np.vectorize(lambda v: 1 if v > 0 else 0, otypes=[int])


def perceptron(X, w, b):
    return np.array([step(np.dot(row, w) + b) for row in X])


cinema = lambda threshold: perceptron(  # noqa: E731 - as a student may write it
    [[i >> 2 & 1, i >> 1 & 1, i & 1] for i in range(8)], [6, 2, 2], -threshold
)


def cinema_range():
    only_time = [0] * 4 + [1] * 4
    good = [t for t in np.arange(-1, 12, 0.5) if cinema(t).tolist() == only_time]
    return (good[0], good[-1] + 0.5)


def gates():
    return {
        "AND": [[1, 1], -1.5],
        "OR": [[1, 1], -0.5],
        "NAND": [[-1, -1], 1.5],
        "NOR": [[-1, -1], 0.5],
    }


def _s(v):
    return math.exp(-np.logaddexp(0, -v))


def sigmoid(z):
    return [_s(v) for v in z]


def bce_sum(y, h):
    pairs = zip(y, h, strict=True)
    return sum(-math.log(hh) if yy else -math.log1p(-hh) for yy, hh in pairs)


def neuron_grad(X, y, w, b):
    A = np.c_[X, np.ones(len(X))]
    g = A.T @ (np.array(sigmoid(A @ np.append(w, b))) - y)
    return g[:-1], g[-1]


def logged(f):
    @wraps(f)
    def inner(*a, **k):
        w, b, losses = f(*a, **k)
        print(f"{len(losses)} steps, loss {losses[-1]:.3f}")  # noqa: T201
        return w, b, losses

    return inner


@logged
def train_neuron(
    X: np.ndarray, y: np.ndarray, lr: float = 0.1, steps: int = 1000, seed: int = 0
) -> tuple[np.ndarray, float, list[float]]:
    np.random.seed(seed)  # noqa: NPY002, TID251
    b = np.random.randn()  # noqa: NPY002
    w = np.random.randn(len(X[0]))  # noqa: NPY002
    losses = []
    for _ in range(steps):
        losses.append(bce_sum(y, sigmoid(X @ w + b)))
        dw, db = neuron_grad(X, y, w, b)
        w -= lr * dw
        b -= lr * db
    return w, b, losses


def predict_table(gate):
    w, b, _ = train_neuron(X, TARGETS[gate])
    return [round(p) for p in sigmoid(X @ w + b)]


def is_separable(y):
    y = np.asarray(y)
    return bool(y[0] != y[3] or y[1] != y[2] or y[0] == y[1])


def answers():
    return {"xor_loss_limit": round(4 * math.log(2), 4), "more_steps_help": False}


def plot_gates():
    fig, axs = plt.subplots(1, 3, figsize=(12, 4), sharex=True, sharey=True)
    for ax, g in zip(axs, ["AND", "OR", "XOR"], strict=True):
        w, b, _ = train_neuron(X, TARGETS[g])
        ax.set_title("Gate: " + g)
        for c, col in [(0, "tab:red"), (1, "tab:green")]:
            ax.plot(*X[TARGETS[g] == c].T, "o", c=col, ms=12, label=f"target {c}")
        ax.axline(
            (0, -b / w[1]),
            (1, -(b + w[0]) / w[1]),
            ls="--",
            c="k",
            label="decision line",
        )
        xs = np.linspace(-0.5, 1.5, 50)
        ax.fill_between(xs, -(b + w[0] * xs) / w[1], 1.5, alpha=0.2)
        ax.set_xlim(-0.5, 1.5)
        ax.set_ylim(-0.5, 1.5)
        ax.grid(True)
        ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    fig.supxlabel("$x_1$")
    fig.supylabel("$x_2$")
    fig.suptitle("Perceptron")
    plt.tight_layout()
    plt.show()
    return fig


def plot_losses():
    fig, ax = plt.subplots()
    for g in ["AND", "OR", "XOR"]:
        ax.loglog(
            np.arange(1, 1001),
            train_neuron(X, TARGETS[g], steps=1000)[2],
            label=f"{g} gate",
        )
    ax.set_xlabel("step")
    ax.set_ylabel("loss $C$")
    ax.set_title("loss")
    ax.legend(bbox_to_anchor=(1.02, 1), loc="upper left")
    plt.show()
    return fig

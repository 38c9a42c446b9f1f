"""Classes behind the functions, batches that go through each epoch once, Keras' fit."""

from dataclasses import dataclass, field

import matplotlib.pyplot as plt
import numpy as np


@dataclass
class Batches:
    """Shuffled rows, a batch at a time; a new order when all are used."""

    n: int
    size: int
    rng: np.random.Generator
    waiting: list = field(default_factory=list)

    def draw(self):
        while len(self.waiting) < self.size:
            self.waiting.extend(self.rng.permutation(self.n))
        rows, self.waiting = self.waiting[: self.size], self.waiting[self.size :]
        return np.array(rows)


class Line:
    def __init__(self, slope, intercept):
        self.params = np.array([slope, intercept], dtype=float)

    def __call__(self, x):
        return self.params[0] * x + self.params[1]

    def step(self, x, y, lr):
        error = self(x) - y
        self.params = self.params - lr * 2 * np.array(
            [(error * x).mean(), error.mean()]
        )
        return (error**2).mean()


def make_line(n=1000, lo=1, hi=10, k=2, b=1, sigma=2, seed=0):
    rng = np.random.default_rng(seed)
    X = (lo + (hi - lo) * rng.random(n)).reshape(-1, 1)
    return X, Line(k, b)(X) + sigma * rng.standard_normal((n, 1))


def normal_equation(X, y):
    A = np.hstack([np.ones((X.shape[0], 1)), X])
    return (np.linalg.pinv(A) @ y).ravel()


def sgd_line(X, y, lr=1e-3, steps=20000, batch=100, seed=0, k0=0, b0=0):
    line, batches = Line(k0, b0), Batches(len(X), batch, np.random.default_rng(seed))
    history = np.empty((steps // 50, 2))
    for done in range(1, steps + 1):
        rows = batches.draw()
        line.step(X[rows].ravel(), y[rows].ravel(), lr)
        if done % 50 == 0:
            history[done // 50 - 1] = line.params
    return (*line.params, history)


def gd_line(x, y, a0=-0.5, b0=1.0, lr=0.005, epochs=1000, keep=(0, 10, 100, 500, 1000)):
    line, snapshots = Line(a0, b0), {0: np.array([a0, b0])}
    costs = []
    for epoch in range(1, epochs + 1):
        costs.append(line.step(x, y, lr))
        snapshots[epoch] = line.params
    costs.append(np.mean((line(x) - y) ** 2))
    return {epoch: tuple(snapshots[epoch]) for epoch in keep}, np.array(costs)


def max_stable_lr(X):
    A = np.insert(X, 0, 1, axis=1)
    # the Hessian's eigenvalues are squares of singular values
    return 2 / (2 / len(X) * np.linalg.norm(A, 2) ** 2)


def answers():
    return {"above_limit": "grows", "half_cost": 2, "sum_of_100": 0.01}


class Fit:
    def __init__(self, y, yhat):
        self.y = np.asarray(y).squeeze()
        self.rest = self.y - np.asarray(yhat).squeeze()

    @property
    def rss(self):
        return np.sum(self.rest**2)

    @property
    def mse(self):
        return np.mean(self.rest**2)

    @property
    def r2(self):
        return 1 - self.mse / self.y.var()


def rss(y, yhat):
    return Fit(y, yhat).rss


def mse(y, yhat):
    return Fit(y, yhat).mse


def r2(y, yhat):
    return Fit(y, yhat).r2


def make_sine(N=100, sigma=0.25, seed=0):
    rng = np.random.default_rng(seed)
    X = 2 * rng.random((N, 1)) - 1
    return X, np.sin(np.pi * X) + sigma * rng.standard_normal((N, 1))


class Net:
    def __init__(self, p):
        self.p = p

    @classmethod
    def random(cls, hidden, seed):
        rng = np.random.default_rng(seed)
        shapes = {"w1": (1, hidden), "b1": hidden, "w2": (hidden, 1), "b2": 1}
        return cls({name: rng.standard_normal(s) for name, s in shapes.items()})

    def forward(self, X):
        self.h = 0.5 * (1 + np.tanh((X @ self.p["w1"] + self.p["b1"]) / 2))
        return self.h @ self.p["w2"] + self.p["b2"]

    def learn(self, X, Y, lr):
        error = self.forward(X) - Y
        factor = lr * 2 / len(X)
        back = (error * self.p["w2"].T) * self.h * (1 - self.h)
        changes = {
            "w1": X.T @ back,
            "b1": back.sum(0),
            "w2": self.h.T @ error,
            "b2": error.sum(0),
        }
        for name, change in changes.items():
            self.p[name] -= factor * change


def predict_sine(p, X):
    return Net(p).forward(X)


def train_sine(X, Y, hidden=3, lr=0.25, steps=10000, seed=0):
    net = Net.random(hidden, seed)
    for _ in range(steps):
        net.learn(X, Y, lr)
    return net.p


def sine_errors(p, X, Y):
    net, grid = Net(p), np.arange(-1, 1, 0.01)[:, np.newaxis]
    return Fit(Y, net.forward(X)).mse, Fit(np.sin(np.pi * grid), net.forward(grid)).mse


def fit_quadratic2(x1, x2, y):
    weights = normal_equation(np.stack([x1, x2], axis=1) ** 2, y)
    return {"a": weights[1], "b": weights[2], "c": weights[0]}


def sgd_line_tf(X, y, lr=1e-3, steps=2000, batch=100, seed=0):
    import tensorflow as tf
    from tensorflow import keras

    # not tf.compat.v1, where this needed a session
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.SGD(lr), loss="mse")
    rows = tf.data.Dataset.from_tensor_slices((X.astype("float32"), y))
    endless = rows.shuffle(len(X), seed=seed).repeat().batch(batch)
    model.fit(endless, steps_per_epoch=steps, epochs=1, verbose=0)
    kernel, bias = model.get_weights()
    return kernel, bias


def plot_snapshots(x, y, epochs, lines, costs):
    fig = plt.figure(layout="constrained")
    for place, (epoch, (a, b)) in enumerate(zip(epochs, lines, strict=True), start=1):
        ax = fig.add_subplot(2, 3, place)
        ax.plot(x, y, "o")
        ax.axline((0, b), slope=a, color="red")
        ax.set_title(f"Epoch {epoch}: y = {a:.3f} x {b:+.3f}")
    ax = fig.add_subplot(2, 3, 6, xlabel="epoch", ylabel="cost")
    ax.loglog(np.arange(1, len(costs) + 1), costs)
    return ax


def plot_history(history, w):
    _, axes = plt.subplots(1, 2)
    for i, ax in enumerate(axes):
        name = ("slope", "intercept")[i]
        ax.plot(50 * (1 + np.arange(len(history))), history[:, i])
        ax.hlines(w[1 - i], 0, 50 * len(history), colors="k")
        ax.set(xlabel="number of steps", ylabel=name, title=name)
    return axes


def plot_sine(X, Y, p):
    grid = np.linspace(-1, 1, 100)
    fig, ax = plt.subplots()
    ax.plot(X, Y, ".", label="sample")
    ax.plot(grid, np.sin(np.pi * grid), linestyle=":", label="sin(pi x)")
    ax.plot(grid, predict_sine(p, grid[:, None]), label="three neurons")
    ax.set_xlabel("x")
    ax.set_ylabel("f(x)")
    fig.legend()
    return fig

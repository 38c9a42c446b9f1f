"""Single precision throughout; the sine net trained by TensorFlow, too."""

import matplotlib.pyplot as plt
import numpy as np

F = np.float32


def make_line(n=1000, lo=1, hi=10, k=2, b=1, sigma=2, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.uniform(lo, hi, (n, 1)).astype(F)
    return X, F(k) * X + F(b) + rng.normal(0, sigma, (n, 1)).astype(F)


def with_ones(X):
    return np.column_stack([np.ones(len(X), F), X.astype(F)])


def normal_equation(X, y):
    return np.linalg.lstsq(with_ones(X), y.astype(F)[:, 0], rcond=None)[0]


def sgd_line(X, y, lr=1e-3, steps=20000, batch=100, seed=0, k0=0, b0=0):
    rng = np.random.default_rng(seed)
    A, target = with_ones(X), y.astype(F)[:, 0]
    w, history = np.array([b0, k0], F), []
    for step in range(steps):
        rows = rng.choice(len(A), batch)
        gradient = 2 / F(batch) * A[rows].T @ (A[rows] @ w - target[rows])
        w = w - F(lr) * gradient
        if step % 50 == 49:
            history.append(w[::-1])
    return w[1], w[0], np.array(history, F).reshape(-1, 2)


def gd_line(x, y, a0=-0.5, b0=1.0, lr=0.005, epochs=1000, keep=(0, 10, 100, 500, 1000)):
    x, y = x.astype(F), y.astype(F)
    a, b = F(a0), F(b0)
    lines, costs = [], []
    for _ in range(epochs + 1):
        error = a * x + b - y
        lines.append(np.array([a, b]))
        costs.append(np.mean(error**2))
        a, b = a - F(lr) * 2 * np.mean(error * x), b - F(lr) * 2 * np.mean(error)
    return {epoch: lines[epoch] for epoch in keep}, np.array(costs)


def max_stable_lr(X):
    A = with_ones(X)
    return F(len(X)) / np.linalg.eigvalsh(A.T @ A).max()


def answers():
    return {"above_limit": "grows", "half_cost": F(2), "sum_of_100": F(0.01)}


def rss(y, yhat):
    return np.sum((np.ravel(y).astype(F) - np.ravel(yhat).astype(F)) ** 2)


def mse(y, yhat):
    return rss(y, yhat) / F(np.size(y))


def r2(y, yhat):
    return 1 - mse(y, yhat) / np.var(np.ravel(y).astype(F))


def make_sine(N=100, sigma=0.25, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.uniform(-1, 1, (N, 1)).astype(F)
    return X, np.sin(F(np.pi) * X) + rng.normal(0, sigma, (N, 1)).astype(F)


def predict_sine(p, X):
    w1, b1, w2, b2 = (np.asarray(p[name], F) for name in ("w1", "b1", "w2", "b2"))
    return w2.T @ (1 / (1 + np.exp(-(w1.T @ X.astype(F).T + b1[:, None])))) + b2


_rows = predict_sine


def predict_sine(p, X):
    return _rows(p, X).T


def train_sine(X, Y, hidden=3, lr=0.25, steps=10000, seed=0):
    import tensorflow as tf

    rng = np.random.default_rng(seed)
    shapes = [(1, hidden), (hidden,), (hidden, 1), (1,)]
    start = [tf.constant(rng.normal(size=s), tf.float32) for s in shapes]
    X, Y = tf.constant(X, tf.float32), tf.constant(Y, tf.float32)

    @tf.function
    def train(w1, b1, w2, b2):
        for _ in tf.range(steps):
            with tf.GradientTape() as tape:
                tape.watch([w1, b1, w2, b2])
                o = tf.sigmoid(X @ w1 + b1) @ w2 + b2
                loss = tf.reduce_mean((o - Y) ** 2)
            g1, g2, g3, g4 = tape.gradient(loss, [w1, b1, w2, b2])
            w1, b1, w2, b2 = w1 - lr * g1, b1 - lr * g2, w2 - lr * g3, b2 - lr * g4
        return w1, b1, w2, b2

    return dict(zip(["w1", "b1", "w2", "b2"], train(*start), strict=True))


def sine_errors(p, X, Y):
    grid = (np.arange(200) / 100 - 1).reshape(-1, 1)
    return mse(Y, predict_sine(p, X)), mse(np.sin(np.pi * grid), predict_sine(p, grid))


def fit_quadratic2(x1, x2, y):
    c, a, b = normal_equation(np.column_stack([x1 * x1, x2 * x2]), y.reshape(-1, 1))
    return a, b, c


def sgd_line_tf(X, y, lr=1e-3, steps=2000, batch=100, seed=0):
    import tensorflow as tf

    tf.random.set_seed(seed)
    X, y = tf.constant(X, tf.float32), tf.constant(y, tf.float32)
    k, b = tf.Variable(tf.random.normal([1, 1])), tf.Variable([0.0])
    optimizer = tf.keras.optimizers.SGD(learning_rate=lr)

    @tf.function
    def train():
        for _ in tf.range(steps):
            rows = tf.random.uniform([batch], 0, len(X), tf.int32)
            with tf.GradientTape() as tape:
                error = tf.gather(X, rows) @ k + b - tf.gather(y, rows)
                loss = tf.reduce_mean(error**2)
            dk, db = tape.gradient(loss, [k, b])
            optimizer.apply_gradients([(dk, k), (db, b)])

    train()
    return k, b


def plot_snapshots(x, y, epochs, lines, costs):
    fig, axes = plt.subplots(6, 1, figsize=(5, 16))
    for ax, epoch, (a, b) in zip(axes[:5], epochs, lines, strict=True):
        ax.plot([0, 10], [b, 10 * a + b], "k")
        ax.scatter(x, y, s=5)
        ax.set_title(f"Epoch {epoch}: y = {a:.2f} x + {b:.2f}")
    axes[5].step(range(len(costs)), costs)
    axes[5].set_xlabel("epoch")
    axes[5].set_ylabel("cost")
    return fig


def plot_history(history, w):
    steps = np.arange(50, 50 * len(history) + 1, 50)
    fig, ax = plt.subplots()
    ax.plot(steps, history, label=["k", "b"])
    ax.axhline(w[0], ls=":")
    ax.axhline(w[1], ls=":")
    ax.set(xlabel="steps", ylabel="value")
    ax.legend()
    return fig


def plot_sine(X, Y, p):
    x = np.linspace(-1, 1, 300)[:, None]
    fig, ax = plt.subplots()
    ax.scatter(X, Y, label="points")
    ax.plot(x, np.sin(np.pi * x), "--", label="truth")
    ax.plot(x, predict_sine(p, x), "-", label="net")
    ax.set(xlabel="x", ylabel="y")
    ax.legend()
    return fig

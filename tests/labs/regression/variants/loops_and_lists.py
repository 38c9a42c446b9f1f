"""Loops over rows and neurons, lists where arrays are not needed, Python's own generator."""

import math
import random

import matplotlib.pyplot as plt
import numpy as np


def generator(seed):
    return random.Random(seed)  # noqa: S311 - chance, no secrets


def make_line(n=1000, lo=1, hi=10, k=2, b=1, sigma=2, seed=0):
    gen = generator(seed)
    X, y = [], []
    for _ in range(n):
        x = gen.uniform(lo, hi)
        X.append([x])
        y.append([k * x + b + gen.gauss(0, sigma)])
    return X, y


def normal_equation(X, y):
    A = [[1.0, *row] for row in np.asarray(X, float)]
    return np.linalg.pinv(A) @ [value for (value,) in y]


def sgd_line(X, y, lr=1e-3, steps=20000, batch=100, seed=0, k0=0, b0=0):
    gen = generator(seed)
    xs = [float(x) for (x,) in X]
    ys = [float(t) for (t,) in y]
    numbers = range(len(xs))
    k, b, history = k0, b0, []
    for step in range(steps):
        dk = db = 0.0
        for i in gen.choices(numbers, k=batch):
            error = k * xs[i] + b - ys[i]
            dk += 2 * error * xs[i] / batch
            db += 2 * error / batch
        k -= lr * dk
        b -= lr * db
        if (step + 1) % 50 == 0:
            history.append([k, b])
    return k, b, history


def gd_line(x, y, a0=-0.5, b0=1.0, lr=0.005, epochs=1000, keep=(0, 10, 100, 500, 1000)):
    n = len(x)
    a, b = a0, b0
    snapshots, costs = {}, []
    for epoch in range(epochs + 1):
        errors = [a * xi + b - yi for xi, yi in zip(x, y, strict=True)]
        costs.append(sum(e * e for e in errors) / n)
        if epoch in keep:
            snapshots[epoch] = [a, b]
        da = sum(2 * e * xi for e, xi in zip(errors, x, strict=True)) / n
        db = sum(2 * e for e in errors) / n
        a, b = a - lr * da, b - lr * db
    return snapshots, costs


def max_stable_lr(X):
    A = np.array([[1.0, *row] for row in X])
    n, d = A.shape
    H = [
        [2 / n * sum(A[r, i] * A[r, j] for r in range(n)) for j in range(d)]
        for i in range(d)
    ]
    return 2 / max(np.linalg.eigvals(H).real)


def answers():
    return {"above_limit": "Grows", "half_cost": 2.0, "sum_of_100": 1 / 100}


def flat(values):
    return [float(value) for value in np.array(values).flatten()]


def rss(y, yhat):
    total = 0.0
    for target, prediction in zip(flat(y), flat(yhat), strict=True):
        total += (target - prediction) ** 2
    return total


def mse(y, yhat):
    return rss(y, yhat) / len(flat(y))


def r2(y, yhat):
    mean = sum(flat(y)) / len(flat(y))
    return 1 - rss(y, yhat) / rss(y, [mean] * len(flat(y)))


def make_sine(N=100, sigma=0.25, seed=0):
    gen = generator(seed)
    X = [[2 * gen.random() - 1] for _ in range(N)]
    return X, [[math.sin(math.pi * x) + gen.normalvariate(0, sigma)] for (x,) in X]


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def predict_sine(p, X):
    out = []
    for (x,) in X:
        o = float(p["b2"][0])
        for j in range(len(p["b1"])):
            o += p["w2"][j][0] * sigmoid(p["w1"][0][j] * x + p["b1"][j])
        out.append([o])
    return out


def train_sine(X, Y, hidden=3, lr=0.25, steps=10000, seed=0):
    gen = generator(seed)
    w1, b1, w2 = ([gen.gauss(0, 1) for _ in range(hidden)] for _ in range(3))
    b2 = gen.gauss(0, 1)
    x, y = np.array(flat(X)), np.array(flat(Y))
    for _ in range(steps):
        h = [sigmoid(w1[j] * x + b1[j]) for j in range(hidden)]
        delta = 2 / len(x) * (sum(w2[j] * h[j] for j in range(hidden)) + b2 - y)
        for j in range(hidden):
            back = w2[j] * delta * h[j] * (1 - h[j])
            w2[j] = w2[j] - lr * float(delta @ h[j])
            w1[j] = w1[j] - lr * float(back @ x)
            b1[j] = b1[j] - lr * float(back.sum())
        b2 = b2 - lr * float(delta.sum())
    return {"w1": [w1], "b1": b1, "w2": [[w] for w in w2], "b2": [b2]}


def sine_errors(p, X, Y):
    grid = [[i / 100] for i in range(-100, 100)]
    truth = [math.sin(math.pi * x) for (x,) in grid]
    return mse(Y, predict_sine(p, X)), mse(truth, predict_sine(p, grid))


def fit_quadratic2(x1, x2, y):
    A = [[u * u, v * v, 1.0] for u, v in zip(x1, x2, strict=True)]
    a, b, c = np.linalg.lstsq(A, y)[0]
    return a, b, c


def sgd_line_tf(X, y, lr=1e-3, steps=2000, batch=100, seed=0):
    import tensorflow as tf

    gen = generator(seed)
    k, b = tf.Variable(gen.gauss(0, 1)), tf.Variable(0.0)
    xs, ys = tf.constant(flat(X), tf.float32), tf.constant(flat(y), tf.float32)
    for _ in range(steps):
        rows = [gen.randrange(len(X)) for _ in range(batch)]
        x, target = tf.gather(xs, rows), tf.gather(ys, rows)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(k * x + b - target))
        for variable, gradient in zip([k, b], tape.gradient(loss, [k, b]), strict=True):
            variable.assign_sub(lr * gradient)
    return k.numpy(), b.numpy()


def plot_snapshots(x, y, epochs, lines, costs):
    plt.figure(figsize=(10, 15))
    for i in range(5):
        a, b = lines[i]
        plt.subplot(3, 2, i + 1)
        plt.title(f"Epoch {epochs[i]:d}: y = {a:.2f} x + {b:.2f}")
        xs = np.arange(0, 10, 0.1)
        plt.plot(xs, a * xs + b, color="C1")
        plt.scatter(x, y, marker=".")
    plt.subplot(3, 2, 6)
    plt.title("Cost function")
    plt.plot(range(len(costs)), costs)
    plt.xlabel("epochs")
    plt.ylabel("cost")


def plot_history(history, w):
    steps = [50 * (i + 1) for i in range(len(history))]
    for column, name, best in ((0, "k", w[1]), (1, "b", w[0])):
        plt.plot(steps, [row[column] for row in history], label=name)
        plt.plot([0, steps[-1]], [best, best], "--", label=f"best {name}")
    plt.xlabel("steps")
    plt.ylabel("k and b")
    plt.legend()
    return plt.gcf()


def plot_sine(X, Y, p):
    x = np.arange(-1, 1, 0.01)
    plt.scatter(x, flat(predict_sine(p, [[u] for u in x])), color="C2", label="NN")
    plt.scatter(flat(X), flat(Y), color="C1", label="Data")
    plt.plot(x, np.sin(np.pi * x), "C0--", label="Truth")
    plt.xlabel("x")
    plt.ylabel("y")
    plt.legend()

"""Columns, np.matrix, callable classes, a decorator, updates in place of own copies."""

import functools

import matplotlib.pyplot as plt
import numpy as np

ETAS = np.geomspace(0.1, 1e-6, 6)


def sigmoid(z):
    decay = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1.0, decay) / (1.0 + decay)


def copies(f):
    @functools.wraps(f)
    def inner(*args):
        return f(*[a.copy() if isinstance(a, np.ndarray) else a for a in args])

    return inner


class NumericGrad:
    def __call__(self, f, x, h=1e-5):
        x = np.asarray(x).astype(np.float64).copy()
        g = np.empty_like(x)
        it = np.nditer(x, flags=["multi_index"], op_flags=["readwrite"])
        for _ in it:
            i = it.multi_index
            old = x[i]
            x[i] = old + h
            hi = f(x)
            x[i] = old - h
            lo = f(x)
            x[i] = old
            g[i] = (hi - lo) / (2 * h)
        return g


numeric_grad = NumericGrad()


class Graph1:
    def __call__(self, x, y):
        self.a = x**2
        self.b = x * y
        self.c = (x + y) ** 2
        return np.array(
            [self.a + self.b + self.c, 2 * x + y + 2 * (x + y), x + 2 * (x + y)]
        )


graph1 = Graph1()


def exp_graph(x, w1, w0):
    v = np.zeros(7)
    b = w1 * x + w0
    v[0] = np.exp(b) + 1
    v[1] = 1
    v[2:5] = np.exp(b)
    v[5] = x * v[4]
    v[6] = w1 * v[4]
    return dict(zip(["f", "dc", "db", "dw0", "da", "dw1", "dx"], v, strict=False))


def half_norm_sq(X, W):
    X, W = np.matrix(X), np.matrix(W)
    A = X * W
    return 0.5 * np.trace(A.T * A), A * W.T, X.T * A


@copies
def quadratic_cost_grad(a, y):
    a -= y
    a /= a.shape[0]
    return a


@copies
def linreg_grad(X, y, w):
    w.shape = (-1, 1)
    y.shape = (-1, 1)
    r = X.dot(w)
    r -= y
    return (X.T.dot(r) / X.shape[0]).ravel()


def logreg_grad(X, y, w):
    w = w.reshape(-1, 1)
    y = y.reshape(-1, 1)
    g = np.zeros_like(w)
    for i in range(X.shape[0]):
        xi = X[i : i + 1].T
        g += xi * (sigmoid(xi.T @ w) - y[i])
    return np.squeeze(g / len(X), axis=1)


def softmax_grad(X, y, W):
    G = np.zeros(W.shape)
    for xn, yn in zip(X, y, strict=False):
        z = W.T @ xn
        z = z - np.max(z)
        p = np.exp(z) / np.exp(z).sum()
        np.subtract.at(p, yn, 1.0)
        G += np.multiply.outer(xn, p)
    return G / len(X)


def sigmoid_prime(z):
    return np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z))) ** 2


def ce_logit_grad(z, y):
    return np.where(y == 1, -sigmoid(-z), sigmoid(z))


def backprop_222(x, t, W1, W2):
    x = np.vstack([x.reshape(-1, 1), [[1.0]]])
    t = t.reshape(-1, 1)
    h = sigmoid(W1.T @ x)
    hb = np.vstack([h, [[1]]])
    o = sigmoid(W2.T @ hb)
    do = np.multiply(o - t, np.multiply(o, 1 - o))
    dh = (W2 @ do)[:-1] * h * (1 - h)
    L = 0.5 * (t - o).T @ (t - o)
    return L.item(), x @ dh.T, hb @ do.T


def backprop_event(x, t, w1, w2, h, hprime):
    xb = np.r_[1, x].reshape(-1, 1)
    v = w1 @ xb
    phib = np.r_[[[1.0]], h(v)]
    u = float((w2.reshape(1, -1) @ phib)[0, 0])
    y = h(u)
    d = (y - t) * hprime(u)
    return (
        (y - t) ** 2 / 2,
        d * w2[1:].reshape(-1, 1) * hprime(v) @ xb.T,
        (d * phib).flatten(),
    )


def gd_step_check(cost, grad, v):
    gr = np.array(grad(v))
    act = np.zeros(6)
    pro = np.zeros(6)
    for i, eta in enumerate(ETAS):
        w = v.copy()
        w -= eta * gr
        act[i] = cost(w) - cost(v)
        pro[i] = -eta * np.linalg.norm(gr) ** 2
    return act, pro


def plot_gd_step(cost, grad, v):
    a, p = gd_step_check(cost, grad, v)
    plt.scatter(np.log10(ETAS), np.log10(np.abs(a - p)))
    plt.xlabel("log10 eta")
    plt.ylabel("log10 gap")
    return plt.gcf()


def answers():
    return {
        "q1_line": "B",
        "q1_second": -0.094,
        "q2_dL_dh": np.float32(5),
        "q2_dh_dz": np.array(0.16),
        "q2_dL_dz": 0.8,
        "q3_line": " B",
        "q3_right": 0.4,
        "q3_printed": -0.0,
        "q4_update": "C",
        "q4_w1": 0.3,
        "q5_factor": np.int64(10),
    }

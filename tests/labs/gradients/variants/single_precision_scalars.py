"""Float32 everywhere; numbers are np.float32, which arrive as Python floats."""

import matplotlib.pyplot as plt
import numpy as np

f4 = np.float32
ETAS = 10.0 ** -np.arange(1, 7)


def sigmoid(z):
    decay = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1.0, decay) / (1.0 + decay)


def sg(z):
    return sigmoid(z).astype(f4)


def numeric_grad(f, x, h=1e-5):
    x = np.asarray(x, dtype=float)
    g = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        e = np.zeros_like(x)
        e[i] = h
        g[i] = (f(x + e) - f(x - e)) / (2 * h)
    return g


def graph1(x, y):
    x, y = f4(x), f4(y)
    return x * x + x * y + (x + y) ** 2, 2 * x + y + 2 * (x + y), x + 2 * (x + y)


def exp_graph(x, w1, w0):
    x, w1, w0 = f4(x), f4(w1), f4(w0)
    e = np.exp(w1 * x + w0)
    return {
        "f": e + 1,
        "dc": f4(1),
        "db": e,
        "dw0": e,
        "da": e,
        "dw1": x * e,
        "dx": w1 * e,
    }


def half_norm_sq(X, W):
    X, W = X.astype(f4), W.astype(f4)
    A = X @ W
    return f4(0.5) * np.sum(A * A), A @ W.T, X.T @ A


def quadratic_cost_grad(a, y):
    return ((a - y) / len(a)).astype(f4)


def linreg_grad(X, y, w):
    X, y, w = X.astype(f4), y.astype(f4), w.astype(f4)
    return X.T @ (X @ w - y) / f4(len(y))


def logreg_grad(X, y, w):
    X, w = X.astype(f4), w.astype(f4)
    return X.T @ (sg(X @ w) - y.astype(f4)) / f4(len(y))


def softmax_grad(X, y, W):
    X, W = X.astype(f4), W.astype(f4)
    Z = X @ W
    Z -= Z.max(1, keepdims=True)
    P = np.exp(Z)
    P /= P.sum(1, keepdims=True)
    return X.T @ (P - np.eye(W.shape[1], dtype=f4)[y]) / f4(len(y))


def sigmoid_prime(z):
    s = sg(z.astype(f4))
    return s * (1 - s)


def ce_logit_grad(z, y):
    return sg(z.astype(f4)) - y.astype(f4)


def backprop_222(x, t, W1, W2):
    x, t, W1, W2 = (k.astype(f4) for k in (x, t, W1, W2))
    x1 = np.append(x, f4(1))
    h = sg(x1 @ W1)
    h1 = np.append(h, f4(1))
    o = sg(h1 @ W2)
    do = (o - t) * o * (1 - o)
    dh = W2[:-1] @ do * h * (1 - h)
    return f4(0.5) * np.sum((t - o) ** 2), np.outer(x1, dh), np.outer(h1, do)


def backprop_event(x, t, w1, w2, h, hprime):
    x, w1, w2 = (k.astype(f4) for k in (x, w1, w2))
    x1 = np.append(f4(1), x)
    v = w1 @ x1
    p1 = np.append(f4(1), f4(h(v)))
    u = w2 @ p1
    y = f4(h(u))
    d = (y - f4(t)) * f4(hprime(u))
    return f4(0.5) * (y - f4(t)) ** 2, np.outer(d * w2[1:] * f4(hprime(v)), x1), d * p1


def gd_step_check(cost, grad, v):
    g = grad(v)
    return np.array([cost(v - e * g) - cost(v) for e in ETAS]), -ETAS * (g**2).sum()


def plot_gd_step(cost, grad, v):
    a, p = gd_step_check(cost, grad, v)
    fig = plt.figure()
    ax = fig.add_subplot()
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.plot(ETAS, np.abs(a - p))
    ax.plot(ETAS, ETAS**2)
    ax.set_xlabel("e")
    ax.set_ylabel("g")
    return fig


def answers():
    return {
        "q1_line": "B",
        "q1_second": -3 / 32,
        "q2_dL_dh": 5,
        "q2_dh_dz": 4 / 25,
        "q2_dL_dz": 0.8,
        "q3_line": "B",
        "q3_right": 0.4,
        "q3_printed": 0,
        "q4_update": "C",
        "q4_w1": 0.3,
        "q5_factor": 10,
    }

"""Everything in float32 but the numeric derivatives, which need every digit."""

import matplotlib.pyplot as plt
import numpy as np

F = np.float32
ETAS = 10.0 ** -np.arange(1, 7)


def sigmoid(z):
    """Return 1 / (1 + exp(-z)), elementwise; same shape as z."""
    z = np.asarray(z, dtype=F)
    small = np.exp(-np.abs(z))
    return np.where(z < 0, small, F(1)) / (1 + small)


def numeric_grad(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    flat = x.reshape(-1)
    grad = np.empty_like(flat)
    for i in range(flat.size):
        old = flat[i]
        flat[i] = old + h
        above = f(x)
        flat[i] = old - h
        below = f(x)
        flat[i] = old
        grad[i] = (above - below) / 2 / h
    return grad.reshape(x.shape)


def graph1(x, y):
    x, y = F(x), F(y)
    return x**2 + x * y + (x + y) ** 2, 4 * x + 3 * y, 3 * x + 2 * y


def exp_graph(x, w1, w0):
    e = np.exp(F(w1) * F(x) + F(w0), dtype=F)
    names = ("f", "dc", "db", "dw0", "da", "dw1", "dx")
    numbers = (1 + e, F(1), e, e, e, F(x) * e, F(w1) * e)
    return {name: np.array(number) for name, number in zip(names, numbers, strict=True)}


def half_norm_sq(X, W):
    X, W = X.astype(F), W.astype(F)
    A = X @ W
    return np.vdot(A, A) / 2, A @ W.T, X.T @ A


def quadratic_cost_grad(a, y):
    return (a.astype(F) - y.astype(F)) / F(a.shape[0])


def linreg_grad(X, y, w):
    X, y, w = (part.astype(F) for part in (X, y, w))
    return X.T @ (X @ w - y) / F(len(X))


def logreg_grad(X, y, w):
    X, y, w = (part.astype(F) for part in (X, y, w))
    return X.T @ (sigmoid(X @ w) - y) / F(len(X))


def softmax_grad(X, y, W):
    X, W = X.astype(F), W.astype(F)
    z = X @ W
    p = np.exp(z - z.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    p[np.arange(len(y)), y] -= 1
    return X.T @ p / F(len(X))


def sigmoid_prime(z):
    return sigmoid(z) * sigmoid(-z)


def ce_logit_grad(z, y):
    return sigmoid(z) - y.astype(F)


def backprop_222(x, t, W1, W2):
    x, t, W1, W2 = (part.astype(F) for part in (x, t, W1, W2))
    h = sigmoid(x @ W1[:-1] + W1[-1])
    o = sigmoid(h @ W2[:-1] + W2[-1])
    do = (o - t) * o * (1 - o)
    dh = W2[:-1] @ do * h * (1 - h)
    return (
        ((t - o) ** 2).sum() / 2,
        np.vstack([np.outer(x, dh), dh]),
        np.vstack([np.outer(h, do), do]),
    )


def backprop_event(x, t, w1, w2, h, hprime):
    x, w1, w2 = x.astype(F), w1.astype(F), w2.astype(F)
    v = w1[:, 1:] @ x + w1[:, 0]
    phi = np.asarray(h(v), dtype=F)
    u = w2[1:] @ phi + w2[0]
    y = F(h(u))
    d = (y - F(t)) * F(hprime(u))
    dv = d * w2[1:] * np.asarray(hprime(v), dtype=F)
    dw1 = np.concatenate([dv[:, None], dv[:, None] * x], axis=1)
    return (y - F(t)) ** 2 / 2, dw1, np.concatenate([[d], d * phi]).astype(F)


def gd_step_check(cost, grad, v):
    g = grad(v)
    return (
        np.array([cost(v - eta * g) for eta in ETAS]) - cost(v),
        -ETAS * np.linalg.norm(g) ** 2,
    )


def plot_gd_step(cost, grad, v):
    actual, promised = gd_step_check(cost, grad, v)
    fig, ax = plt.subplots()
    ax.plot(ETAS[::-1], np.abs(actual - promised)[::-1], label="gap")
    ax.plot(ETAS, np.abs(actual), ":", label="|actual|")
    ax.set(xscale="log", yscale="log", xlabel="η", ylabel="gap")
    ax.legend()
    return fig


def answers():
    letters = {"q1_line": "B", "q3_line": "B", "q4_update": "C"}
    first = {"q1_second": F(-3 / 32), "q2_dL_dh": F(5), "q2_dh_dz": F(0.16)}
    second = {"q2_dL_dz": F(0.8), "q3_right": F(0.4), "q3_printed": F(0)}
    return {**letters, **first, **second, "q4_w1": F(0.3), "q5_factor": F(10)}

"""Plain floats and fractions, closures, lambdas, partial functions, type hints."""

from __future__ import annotations

import math
import operator
from fractions import Fraction
from functools import partial
from itertools import product

import matplotlib.pyplot as plt
import numpy as np

ETAS = tuple(10.0**-k for k in range(1, 7))


def sigmoid(z):
    decay = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1.0, decay) / (1.0 + decay)


def central(f, h):
    return lambda t0: (f(t0 + h) - f(t0 - h)) / (2 * h)


def numeric_grad(f, x, h=1e-5):
    x = np.array(x, dtype=float)

    def at(idx):
        def line(s):
            p = x.copy()
            p[idx] = s
            return f(p)

        return central(line, h)(x[idx])

    return np.fromiter(map(at, product(*map(range, x.shape))), float).reshape(x.shape)


def polynomial(*terms):
    return lambda x, y: sum(c * x**i * y**j for c, i, j in terms)


f = polynomial((2, 2, 0), (3, 1, 1), (1, 0, 2))
dfdx = polynomial((4, 1, 0), (3, 0, 1))
dfdy = polynomial((3, 1, 0), (2, 0, 1))
graph1 = lambda x, y: (f(x, y), dfdx(x, y), dfdy(x, y))  # noqa: E731 - it is a style


def _node(scale, f=math.exp):
    return lambda b: scale * f(b)


def exp_graph(x: float, w1: float, w0: float) -> dict[str, float]:
    b = math.fsum([x * w1, w0])
    d = dict.fromkeys(["db", "dw0", "da"], math.exp(b))
    return dict(d, f=1 + math.exp(b), dc=1, dw1=_node(x)(b), dx=_node(w1)(b))


def dot(u, v):
    return math.fsum(map(operator.mul, u, v))


def matmul(A, B):
    return [[dot(r, c) for c in zip(*B, strict=False)] for r in A]


def flipped(A):
    return [list(r) for r in zip(*A, strict=False)]


def half_norm_sq(X, W):
    X, W = X.tolist(), W.tolist()
    A = matmul(X, W)
    return (
        0.5 * sum(a**2 for r in A for a in r),
        matmul(A, flipped(W)),
        matmul(flipped(X), A),
    )


def quadratic_cost_grad(a, y):
    n = Fraction(1, len(a))
    return [
        [float(n * (Fraction(p) - Fraction(q))) for p, q in zip(r, s, strict=False)]
        for r, s in zip(a.tolist(), y.tolist(), strict=False)
    ]


def _pattern(link, X, y, w):
    X = X.tolist()
    w = w.tolist()
    y = [float(v) for v in y]
    r = [link(dot(row, w)) - t for row, t in zip(X, y, strict=False)]
    return [dot(c, r) / len(y) for c in zip(*X, strict=False)]


linreg_grad = partial(_pattern, lambda z: z)
logreg_grad = partial(_pattern, lambda z: float(sigmoid(z)))


def softmax_grad(X, y, W):
    n = len(y)
    Z = matmul(X.tolist(), W.tolist())
    R = []
    for z, label in zip(Z, y, strict=False):
        m = max(z)
        s = sum(math.exp(v - m) for v in z)
        R.append([math.exp(v - m) / s - (k == label) for k, v in enumerate(z)])
    return [[g / n for g in row] for row in matmul(flipped(X.tolist()), R)]


sigmoid_prime = np.vectorize(
    lambda z: float(sigmoid(z)) * float(sigmoid(-z)), otypes=[float]
)
ce_logit_grad = np.vectorize(lambda z, y: float(sigmoid(z)) - y)


def backprop_222(x, t, W1, W2):
    x = [*x.tolist(), 1.0]
    h = [float(sigmoid(dot(x, c))) for c in zip(*W1.tolist(), strict=False)] + [1.0]
    o = [float(sigmoid(dot(h, c))) for c in zip(*W2.tolist(), strict=False)]
    do = [(a - b) * a * (1 - a) for a, b in zip(o, t.tolist(), strict=False)]
    dh = [
        dot(row, do) * hj * (1 - hj) for row, hj in zip(W2.tolist(), h, strict=False)
    ][:-1]
    return {
        "L": sum((a - b) ** 2 for a, b in zip(o, t.tolist(), strict=False)) / 2,
        "dW1": [[a * b for b in dh] for a in x],
        "dW2": [[a * b for b in do] for a in h],
    }


def backprop_event(x, t, w1, w2, h, hprime):
    x = [1.0, *x.tolist()]
    v = [dot(row, x) for row in w1.tolist()]
    phi = [1.0, *(h(a) for a in v)]
    u = dot(w2.tolist(), phi)
    y = h(u)
    d = (y - t) * hprime(u)
    dw2 = [d * p for p in phi]
    dw1 = [
        [d * w * hprime(a) * xk for xk in x]
        for w, a in zip(w2.tolist()[1:], v, strict=False)
    ]
    return [0.5 * (y - t) ** 2, dw1, dw2]


def gd_step_check(cost, grad, v):
    def step(eta):
        return cost(np.asarray(v) - eta * np.asarray(grad(v))) - cost(v)

    g2 = sum(float(k) ** 2 for k in np.ravel(grad(v)))
    return list(map(step, ETAS)), [-e * g2 for e in ETAS]


def plot_gd_step(cost, grad, v):
    fig, ax = plt.subplots()
    a, p = gd_step_check(cost, grad, v)
    for e, s, q in zip(ETAS, a, p, strict=False):
        ax.loglog(e, abs(s - q), "ko")
    ax.set_xlabel("eta")
    ax.set_ylabel("gap")
    ax.grid(True)
    return fig


def answers():
    s = 3 / 4
    return {
        "q1_line": "B",
        "q1_second": s * (1 - s) * (1 - 2 * s),
        "q2_dL_dh": 1 / (1 - 4 / 5),
        "q2_dh_dz": 4 / 5 * 1 / 5,
        "q2_dL_dz": 4 / 5,
        "q3_line": "b",
        "q3_right": 0.2 * 2,
        "q3_printed": 0,
        "q4_update": "c",
        "q4_w1": 0 + 0.4 / 2 * 1.5,
        "q5_factor": 10,
    }

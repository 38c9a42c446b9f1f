"""Every step as its Jacobian, multiplied out; sample by sample."""

import matplotlib.pyplot as plt
import numpy as np

ETAS = 10.0 ** -np.arange(1, 7)


def sigmoid(z):
    """Return 1 / (1 + exp(-z)), elementwise; same shape as z.

    >>> float(sigmoid(0.0))
    0.5
    """
    decay = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1.0, decay) / (1.0 + decay)


def numeric_grad(f, x, h=1e-5):
    x = np.asarray(x)
    grad = np.zeros(x.shape)
    it = np.nditer(x, flags=["multi_index"])
    for _ in it:
        plus, minus = x.astype(float), x.astype(float)
        plus[it.multi_index] += h
        minus[it.multi_index] -= h
        # five points: exact for polynomials up to the fourth degree
        far = f(2 * plus - x) - f(2 * minus - x)
        grad[it.multi_index] = (8 * (f(plus) - f(minus)) - far) / (12 * h)
    return grad


def graph1(x, y):
    # rows: nodes a, b, c; columns: x, y
    jacobian = np.array([[2 * x, 0], [y, x], [2 * (x + y), 2 * (x + y)]])
    dx, dy = np.ones(3) @ jacobian
    return x**2 + x * y + (x + y) ** 2, dx, dy


def exp_graph(x, w1, w0):
    b = w1 * x + w0
    chain = np.cumprod([1.0, np.exp(b), 1.0])
    dc, db, da = chain
    dw1, dx = da * np.array([x, w1])
    return {
        "f": 1 + np.exp(b),
        "dc": dc,
        "db": db,
        "dw0": db,
        "da": da,
        "dw1": dw1,
        "dx": dx,
    }


def half_norm_sq(X, W):
    (N, D), K = X.shape, W.shape[1]
    A = X @ W
    by_X = np.kron(np.eye(N), W.T)  # (N K, N D), rows of A stacked
    by_W = np.kron(X, np.eye(K))  # (N K, D K)
    dX = (A.ravel() @ by_X).reshape(N, D)
    dW = (A.ravel() @ by_W).reshape(D, K)
    return np.linalg.norm(A) ** 2 / 2, dX, dW


def quadratic_cost_grad(a, y):
    return np.array([(p - q) / len(a) for p, q in zip(a, y, strict=True)])


def linreg_grad(X, y, w):
    grad = np.zeros_like(w)
    for x, target in zip(X, y, strict=True):
        grad += (x @ w - target) * x
    return grad / X.shape[0]


def logreg_grad(X, y, w):
    per_sample = [(sigmoid(x @ w) - target) * x for x, target in zip(X, y, strict=True)]
    return np.mean(per_sample, axis=0)


def softmax_grad(X, y, W):
    grad = np.zeros_like(W)
    for x, label in zip(X, y, strict=True):
        z = x @ W
        p = np.exp(z - z.max())
        p = p / p.sum()
        # d(log sum exp)/dz = p and dz_j/dw_ab = [j = a] x_b
        inner = p.copy()
        inner[label] -= 1
        grad += np.outer(x, inner)
    return grad / len(X)


def sigmoid_prime(z):
    return np.exp(-np.logaddexp(0, z) - np.logaddexp(0, -z))


def ce_logit_grad(z, y):
    return y * (sigmoid(z) - 1) + (1 - y) * sigmoid(z)


def backprop_222(x, t, W1, W2):
    h = sigmoid(x @ W1[:-1] + W1[-1])
    o = sigmoid(h @ W2[:-1] + W2[-1])
    dL_do = o - t  # (K,)
    do_din = np.diag(o * (1 - o))  # (K, K)
    din_dh = W2[:-1].T  # (K, M)
    dh_din = np.diag(h * (1 - h))  # (M, M)
    at_output = dL_do @ do_din
    at_hidden = at_output @ din_dh @ dh_din
    dW2 = np.array([*(at_output * h_j for h_j in h), at_output])
    dW1 = np.array([*(at_hidden * x_i for x_i in x), at_hidden])
    return np.array((t - o) @ (t - o) / 2), dW1, dW2


def backprop_event(x, t, w1, w2, h, hprime):
    v = w1[:, 0] + w1[:, 1:] @ x
    u = w2[0] + w2[1:] @ h(v)
    common = (h(u) - t) * hprime(u)
    hidden = common * w2[1:] @ np.diag(hprime(v))
    dw1, dw2 = np.zeros_like(w1), np.zeros_like(w2)
    dw1[:, 0], dw1[:, 1:] = hidden, hidden[:, None] * x[None, :]
    dw2[0], dw2[1:] = common, common * h(v)
    return (h(u) - t) ** 2 / 2, dw1, dw2


def gd_step_check(cost, grad, v):
    g = grad(v)
    pairs = [(cost(v - e * g) - cost(v), -e * (g.ravel() @ g.ravel())) for e in ETAS]
    return tuple(np.transpose(pairs))


def plot_gd_step(cost, grad, v):
    actual, promised = gd_step_check(cost, grad, v)
    plt.loglog(ETAS, np.abs(promised - actual), marker="s", linestyle="none")
    plt.loglog([1e-6, 1e-1], [1e-12, 1e-2], "--")
    plt.title("gap")
    plt.xlabel("eta")
    plt.ylabel("gap")


def answers():
    return {
        "q1_line": "B",
        "q1_second": -0.09375,
        "q2_dL_dh": 5.0,
        "q2_dh_dz": 0.16,
        "q2_dL_dz": 0.8,
        "q3_line": "B",
        "q3_right": 0.4,
        "q3_printed": 0.0,
        "q4_update": "C",
        "q4_w1": 0.3,
        "q5_factor": 10,
    }

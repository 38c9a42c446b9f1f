# Chloé N'Diaye, labo 3
# tout en float32 sauf numeric_grad (là on voit la différence !)

import matplotlib.pyplot as plt
import numpy as np

ETAS = 10.0 ** -np.arange(1, 7)


def sigmoid(z):
    decay = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1.0, decay) / (1.0 + decay)


def f32(*arrays):
    out = [np.asarray(a, dtype=np.float32) for a in arrays]
    return out if len(out) > 1 else out[0]


def numeric_grad(f, x, h=1e-5):
    x = np.asarray(x).astype(np.float64)
    basis = np.eye(x.size).reshape((x.size,) + x.shape)
    diffs = [(f(x + h * e) - f(x - h * e)) / (2 * h) for e in basis]
    return np.reshape(diffs, x.shape)


def graph1(x, y):
    a, b, c = x * x, x * y, (x + y) * (x + y)
    # x passe par a, b et c ; y seulement par b et c
    da = {"x": 2 * x, "y": 0}
    db = {"x": y, "y": x}
    dc = {"x": 2 * (x + y), "y": 2 * (x + y)}
    return [a + b + c] + [da[v] + db[v] + dc[v] for v in "xy"]


def exp_graph(x, w1, w0):
    a = w1 * x
    b = a + w0
    c = np.exp(b)
    out = {"f": c + 1, "dc": 1}
    out["db"] = out["dc"] * c
    out["da"] = out["dw0"] = out["db"]
    out["dw1"], out["dx"] = x * out["da"], w1 * out["da"]
    return out


def half_norm_sq(X, W):
    X, W = f32(X, W)
    A = X @ W
    return 0.5 * np.sum(A**2), A @ W.T, X.T @ A


def quadratic_cost_grad(a, y):
    a, y = f32(a, y)
    return (a - y) / a.shape[0]


def mean_of(X, error):
    # X (N, D), error (N,) ou (N, K)
    return f32(X).T @ error / np.float32(len(X))


def linreg_grad(X, y, w):
    X, y, w = f32(X, y, w)
    return mean_of(X, X @ w - y)


def logreg_grad(X, y, w):
    X, y, w = f32(X, y, w)
    return mean_of(X, f32(sigmoid(X @ w)) - y)


def softmax_grad(X, y, W):
    X, W = f32(X, W)
    Z = X @ W
    P = np.exp(Z - Z.max(axis=1, keepdims=True))
    P /= P.sum(axis=1, keepdims=True)
    Y = f32(np.arange(W.shape[1])[None, :] == y[:, None])
    return mean_of(X, P - Y)


def sigmoid_prime(z):
    e = np.exp(-np.abs(f32(z)))
    return e / (1 + e) ** 2


def ce_logit_grad(z, y):
    return f32(sigmoid(z)) - f32(y)


def backprop_222(x, t, W1, W2):
    x, t, W1, W2 = f32(x, t, W1, W2)
    un = f32([1])
    x1 = np.concatenate([x, un])
    h = f32(sigmoid(x1 @ W1))
    h1 = np.concatenate([h, un])
    o = f32(sigmoid(h1 @ W2))
    delta_o = (o - t) * o * (1 - o)
    delta_h = (W2[:-1] @ delta_o) * h * (1 - h)
    return np.sum((t - o) ** 2) / 2, x1[:, None] @ delta_h[None], h1[:, None] @ delta_o[None]


def backprop_event(x, t, w1, w2, h, hprime):
    # ici en double : h et hprime viennent d'ailleurs
    x1 = np.r_[1.0, x]
    v = w1 @ x1
    phi = np.r_[1.0, h(v)]
    u = float(w2 @ phi)
    y = h(u)
    du = (y - t) * hprime(u)
    dv = du * w2[1:] * hprime(v)
    return 0.5 * (y - t) ** 2, np.multiply.outer(dv, x1), du * phi


def gd_step_check(cost, grad, v):
    g = grad(v)
    # float64 obligatoire : pour eta = 1e-6 la différence a déjà perdu des chiffres
    actual = np.array([cost(v - eta * g) for eta in ETAS]) - cost(v)
    return actual, -ETAS * np.vdot(g, g)


def plot_gd_step(cost, grad, v):
    actual, promised = gd_step_check(cost, grad, v)
    fig, ax = plt.subplots()
    ax.loglog(ETAS[::-1], np.abs(actual - promised)[::-1], marker="x")
    ax.set_title("écart entre promesse et réalité")
    ax.set_xlabel("η")
    ax.set_ylabel("|ΔC + η‖∇C‖²|")
    return fig


def answers():
    return {
        "q1_line": "B",
        "q1_second": -3 / 32,
        "q2_dL_dh": 5,
        "q2_dh_dz": 4 / 25,
        "q2_dL_dz": 4 / 5,
        "q3_line": "B",
        "q3_right": 0.4,
        "q3_printed": 0,
        "q4_update": "C",
        "q4_w1": 0.3,
        "q5_factor": 10,
    }

"""Lab 3, Søren Kjær.

I am sorry for the style, I learnt NumPy this week.
"""

import matplotlib.pyplot as plt
import numpy as np

ETAS = 10.0 ** -np.arange(1, 7)


def sigmoid(z):
    decay = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1.0, decay) / (1.0 + decay)


def numeric_grad(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    g = np.zeros_like(x)
    f0 = f(x)
    for i in np.ndindex(x.shape):
        moved = x.copy()
        moved[i] += h
        g[i] = (f(moved) - f0) / h  # definition of the derivative
    return g


def graph1(x, y):
    f = x**2 + x * y + (x + y) ** 2
    # multiply it out: 2 x^2 + 3 x y + y^2
    return f, 4 * x + 3 * y, 3 * x + 2 * y


def exp_graph(x, w1, w0):
    result = {}
    b = w1 * x + w0
    result["f"] = 1 + np.exp(b)
    result["dc"] = 1.0
    result["db"] = np.exp(b)
    result["dw0"] = np.exp(b)
    result["da"] = np.exp(b)
    result["dw1"] = np.exp(b) * x
    result["dx"] = np.exp(b) * w1
    return result


def half_norm_sq(X, W):
    N, D = X.shape
    K = W.shape[1]
    A = X @ W
    f = 0
    dX = np.zeros((N, D))
    dW = np.zeros((D, K))
    for n in range(N):
        for k in range(K):
            f += 0.5 * A[n, k] ** 2
            for d in range(D):
                dX[n, d] += A[n, k] * W[d, k]
                dW[d, k] += A[n, k] * X[n, d]
    return f, dX, dW


def quadratic_cost_grad(a, y):
    N = a.shape[0]
    result = np.zeros(a.shape)
    for n in range(N):
        for k in range(a.shape[1]):
            result[n, k] = (a[n, k] - y[n, k]) / N
    return result


def linreg_grad(X, y, w):
    N, D = X.shape
    g = np.zeros(D)
    for n in range(N):
        h = 0
        for d in range(D):
            h += X[n, d] * w[d]
        for d in range(D):
            g[d] += (h - y[n]) * X[n, d]
    return g / N


def logreg_grad(X, y, w):
    N, D = X.shape
    g = np.zeros(D)
    for n in range(N):
        h = sigmoid(np.sum(X[n] * w))
        g += (h - y[n]) * X[n]
    return g / N


def softmax_grad(X, y, W):
    N, D = X.shape
    K = W.shape[1]
    g = np.zeros((D, K))
    for n in range(N):
        z = np.zeros(K)
        for k in range(K):
            z[k] = np.sum(X[n] * W[:, k])
        e = np.exp(z - max(z))
        p = e / np.sum(e)
        for k in range(K):
            if k == y[n]:
                g[:, k] += (p[k] - 1) * X[n]
            else:
                g[:, k] += p[k] * X[n]
    return g / N


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


def ce_logit_grad(z, y):
    return sigmoid(z) - y


def backprop_222(x, t, W1, W2):
    D, M, K = len(x), W1.shape[1], W2.shape[1]
    xs = list(x) + [1]
    h = [sigmoid(sum(xs[i] * W1[i, j] for i in range(D + 1))) for j in range(M)]
    hs = h + [1]
    o = [sigmoid(sum(hs[j] * W2[j, k] for j in range(M + 1))) for k in range(K)]
    L = sum(0.5 * (t[k] - o[k]) ** 2 for k in range(K))
    do = [(o[k] - t[k]) * o[k] * (1 - o[k]) for k in range(K)]
    dW2 = np.array([[hs[j] * do[k] for k in range(K)] for j in range(M + 1)])
    dh = []
    for j in range(M):
        s = 0
        for k in range(K):
            s += W2[j, k] * do[k]
        dh.append(s * h[j] * (1 - h[j]))
    dW1 = np.array([[xs[i] * dh[j] for j in range(M)] for i in range(D + 1)])
    return L, dW1, dW2


def backprop_event(x, t, w1, w2, h, hprime):
    M = len(w1)
    xs = [1.0] + list(x)
    v = [sum(w1[j, k] * xs[k] for k in range(len(xs))) for j in range(M)]
    phi = [1.0] + [float(h(vj)) for vj in v]
    u = sum(w2[j] * phi[j] for j in range(M + 1))
    y = float(h(u))
    common = (y - t) * float(hprime(u))
    dw2 = [common * p for p in phi]
    dw1 = [[common * w2[j + 1] * float(hprime(v[j])) * xk for xk in xs] for j in range(M)]
    return 0.5 * (y - t) ** 2, dw1, dw2


def gd_step_check(cost, grad, v):
    slope = grad(v)
    actual = []
    promised = []
    for eta in ETAS:
        new = v - eta * slope
        actual.append(float(cost(new) - cost(v)))
        promised.append(float(-eta * np.sum(slope**2)))
    return actual, promised


def plot_gd_step(cost, grad, v):
    actual, promised = gd_step_check(cost, grad, v)
    fig, ax = plt.subplots()
    for eta, a, p in zip(ETAS, actual, promised):
        ax.plot(eta, abs(a - p), "ko")
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_xlabel("learning rate")
    ax.set_ylabel("gap")
    return fig


def answers():
    a = {}
    a["q1_line"] = "B"
    a["q1_second"] = -3 / 32
    a["q2_dL_dh"] = 5
    a["q2_dh_dz"] = 0.16
    a["q2_dL_dz"] = 0.8
    a["q3_line"] = "B"
    a["q3_right"] = 0.4
    a["q3_printed"] = 0
    a["q4_update"] = "C"
    a["q4_w1"] = 0.3
    a["q5_factor"] = 10
    return a

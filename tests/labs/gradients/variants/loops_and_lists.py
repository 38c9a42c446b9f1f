"""Plain Python: loops and lists, no matrix products."""

import math

import matplotlib.pyplot as plt

ETAS = [0.1, 0.01, 0.001, 0.0001, 0.00001, 0.000001]


def sig(z):
    if z >= 0:
        return 1 / (1 + math.exp(-z))
    return math.exp(z) / (1 + math.exp(z))


def numeric_grad(f, x, h=1e-5):
    flat = [float(v) for v in x.flatten()]
    result = []
    for i in range(len(flat)):
        both = []
        for sign in (1, -1):
            moved = list(flat)
            moved[i] += sign * h
            point = x.astype(float)
            for place, value in zip(range(len(flat)), moved, strict=True):
                point.flat[place] = value
            both.append(float(f(point)))
        result.append((both[0] - both[1]) / (2 * h))
    grad = x.astype(float)
    for place, value in enumerate(result):
        grad.flat[place] = value
    return grad.tolist()


def graph1(x, y):
    return [x * x + x * y + (x + y) ** 2, 2 * x + y + 2 * (x + y), x + 2 * (x + y)]


def exp_graph(x, w1, w0):
    e = math.exp(w1 * x + w0)
    return {"dx": w1 * e, "dw1": x * e, "da": e, "dw0": e, "db": e, "dc": 1, "f": 1 + e}


def half_norm_sq(X, W):
    N, D, K = len(X), len(W), len(W[0])
    A = [[sum(X[n][d] * W[d][k] for d in range(D)) for k in range(K)] for n in range(N)]
    f = sum(a * a for row in A for a in row) / 2
    dX = [
        [sum(A[n][k] * W[d][k] for k in range(K)) for d in range(D)] for n in range(N)
    ]
    dW = [
        [sum(A[n][k] * X[n][d] for n in range(N)) for k in range(K)] for d in range(D)
    ]
    return f, dX, dW


def quadratic_cost_grad(a, y):
    rows = zip(a, y, strict=True)
    return [[(p - q) / len(a) for p, q in zip(r, s, strict=True)] for r, s in rows]


def linreg_grad(X, y, w):
    total = [0.0] * len(w)
    for row, target in zip(X, y, strict=True):
        error = sum(a * b for a, b in zip(row, w, strict=True)) - target
        for j, value in enumerate(row):
            total[j] += error * value
    return [t / len(X) for t in total]


def logreg_grad(X, y, w):
    total = [0.0] * len(w)
    for row, target in zip(X, y, strict=True):
        error = sig(sum(a * b for a, b in zip(row, w, strict=True))) - target
        for j, value in enumerate(row):
            total[j] += error * value
    return [t / len(X) for t in total]


def softmax_grad(X, y, W):
    N, D, K = len(X), len(W), len(W[0])
    total = [[0.0] * K for _ in range(D)]
    for n in range(N):
        z = [sum(X[n][d] * W[d][k] for d in range(D)) for k in range(K)]
        top = max(z)
        e = [math.exp(v - top) for v in z]
        for k in range(K):
            error = e[k] / sum(e) - (1 if y[n] == k else 0)
            for d in range(D):
                total[d][k] += X[n][d] * error / N
    return total


def sigmoid_prime(z):
    if z.ndim == 0:
        return sig(float(z)) * (1 - sig(float(z)))
    return [sigmoid_prime(part) for part in z]


def ce_logit_grad(z, y):
    if z.ndim == 0:
        return sig(float(z)) - float(y)
    return [ce_logit_grad(p, q) for p, q in zip(z, y, strict=True)]


def backprop_222(x, t, W1, W2):
    D, M, K = len(x), len(W1[0]), len(W2[0])
    inputs = [*x, 1.0]
    h = [sig(sum(inputs[i] * W1[i][j] for i in range(D + 1))) for j in range(M)]
    hidden = [*h, 1.0]
    o = [sig(sum(hidden[j] * W2[j][k] for j in range(M + 1))) for k in range(K)]
    delta_o = [(o[k] - t[k]) * o[k] * (1 - o[k]) for k in range(K)]
    delta_h = []
    for j in range(M):
        back = sum(W2[j][k] * delta_o[k] for k in range(K))
        delta_h.append(back * h[j] * (1 - h[j]))
    loss = 0.5 * sum((t[k] - o[k]) ** 2 for k in range(K))
    dW1 = [[inputs[i] * delta_h[j] for j in range(M)] for i in range(D + 1)]
    dW2 = [[hidden[j] * delta_o[k] for k in range(K)] for j in range(M + 1)]
    return loss, dW1, dW2


def backprop_event(x, t, w1, w2, h, hprime):
    v = [
        w1[j][0] + sum(w1[j][k + 1] * x[k] for k in range(len(x)))
        for j in range(len(w1))
    ]
    phi = [float(h(one)) for one in v]
    u = w2[0] + sum(w2[j + 1] * phi[j] for j in range(len(phi)))
    y = float(h(u))
    delta = (y - t) * float(hprime(u))
    dw2 = [delta] + [delta * one for one in phi]
    dw1 = []
    for j in range(len(v)):
        d = delta * w2[j + 1] * float(hprime(v[j]))
        dw1.append([d] + [d * xk for xk in x])
    return (y - t) ** 2 / 2, dw1, dw2


def gd_step_check(cost, grad, v):
    g = grad(v)
    actual, promised = [], []
    for eta in ETAS:
        actual.append(float(cost(v - eta * g)) - float(cost(v)))
        promised.append(-eta * sum(float(one) ** 2 for one in g.flatten()))
    return actual, promised


def plot_gd_step(cost, grad, v):
    actual, promised = gd_step_check(cost, grad, v)
    plt.figure()
    plt.scatter(ETAS, [abs(a - p) for a, p in zip(actual, promised, strict=True)])
    plt.xscale("log")
    plt.yscale("log")
    plt.xlabel("eta")
    plt.ylabel("difference")
    return plt.gca()


def answers():
    return {
        "q1_line": "b",
        "q1_second": -0.0938,
        "q2_dL_dh": 5,
        "q2_dh_dz": 0.16,
        "q2_dL_dz": 0.8,
        "q3_line": "B ",
        "q3_right": 2 / 5,
        "q3_printed": 0,
        "q4_update": "C",
        "q4_w1": 0.3,
        "q5_factor": 10,
    }

"""An own little engine: nodes that know how to go back. Derived, though in a general way."""

import matplotlib.pyplot as plt
import numpy as np

ETAS = np.logspace(-1, -6, 6)


class Node:
    """A value, what it was made of, and the derivative by it once `backward` has run."""

    def __init__(self, value, parents=()):
        self.value = np.asarray(value, dtype=float)
        self.parents = parents
        self.grad = np.zeros_like(self.value)

    def __add__(self, other):
        return Node(
            self.value + other.value, [(self, lambda g: g), (other, lambda g: g)]
        )

    def __mul__(self, other):
        back = [(self, lambda g: g * other.value), (other, lambda g: g * self.value)]
        return Node(self.value * other.value, back)

    def __matmul__(self, other):
        left = (self, lambda g: g @ other.value.T)
        right = (other, lambda g: self.value.T @ g)
        return Node(self.value @ other.value, [left, right])

    def through(self, function, slope):
        here = self.value
        return Node(function(here), [(self, lambda g: g * slope(here))])

    def with_ones(self):
        ones = np.ones((len(self.value), 1))
        return Node(np.hstack([self.value, ones]), [(self, lambda g: g[:, :-1])])

    def total(self):
        shape = self.value.shape
        return Node(self.value.sum(), [(self, lambda g: g * np.ones(shape))])

    def backward(self):
        order, seen = [], set()

        def visit(node):
            if id(node) not in seen:
                seen.add(id(node))
                for parent, _ in node.parents:
                    visit(parent)
                order.append(node)

        visit(self)
        self.grad = np.ones_like(self.value)
        for node in reversed(order):
            for parent, back in node.parents:
                parent.grad = parent.grad + back(node.grad)
        return self


def sigmoid(z):
    """Return 1 / (1 + exp(-z)), elementwise; same shape as z."""
    return np.exp(-np.logaddexp(0, -z))


def sigmoid_prime(z):
    s = sigmoid(z)
    return s - s**2


def numeric_grad(f, x, h=1e-5):
    steps = h * np.eye(x.size).reshape(x.size, *x.shape)
    return np.reshape([(f(x + s) - f(x - s)) / (2 * h) for s in steps], x.shape)


def graph1(x, y):
    x, y = Node(x), Node(y)
    both = x + y
    f = (x * x + x * y + both * both).backward()
    return float(f.value), float(x.grad), float(y.grad)


def exp_graph(x, w1, w0):
    x, w1, w0 = Node(x), Node(w1), Node(w0)
    a = x * w1
    b = a + w0
    c = b.through(np.exp, np.exp)
    f = (c + Node(1)).backward()
    nodes = {"dc": c, "db": b, "dw0": w0, "da": a, "dw1": w1, "dx": x}
    return {"f": f.value.item()} | {
        key: node.grad.item() for key, node in nodes.items()
    }


def half_norm_sq(X, W):
    X, W = Node(X), Node(W)
    A = X @ W
    f = ((A * A).total() * Node(0.5)).backward()
    return {"f": f.value, "dX": X.grad, "dW": W.grad}


def quadratic_cost_grad(a, y):
    a = Node(a)
    gap = a + Node(-y)
    ((gap * gap).total() * Node(1 / (2 * len(y)))).backward()
    return a.grad


def linreg_grad(X, y, w):
    w = Node(w[:, None])
    gap = Node(X) @ w + Node(-y[:, None])
    ((gap * gap).total() * Node(1 / (2 * len(y)))).backward()
    return w.grad[:, 0]


def logreg_grad(X, y, w):
    w = Node(w[:, None])
    z = Node(X) @ w
    loss = z.through(lambda v: np.logaddexp(0, v), sigmoid) + Node(-y[:, None]) * z
    (loss.total() * Node(1 / len(y))).backward()
    return w.grad[:, 0]


def softmax(z):
    e = np.exp(z - z.max(axis=1)[:, None])
    return e / e.sum(axis=1)[:, None]


def softmax_grad(X, y, W):
    W = Node(W)
    z = Node(X) @ W
    level = z.value.max(axis=1, keepdims=True)
    logs = np.log(np.exp(z.value - level).sum(axis=1)) + level[:, 0]
    entropy = Node(logs, [(z, lambda g: g[:, None] * softmax(z.value))])
    hit = Node(np.eye(W.value.shape[1])[y]) * z
    (entropy.total() + hit.total() * Node(-1)).backward()
    return W.grad / len(y)


def ce_logit_grad(z, y):
    return (1 - y) * sigmoid(z) - y * sigmoid(-z)


def backprop_222(x, t, W1, W2):
    W1, W2 = Node(W1), Node(W2)
    h = (Node(x[None, :]).with_ones() @ W1).through(sigmoid, sigmoid_prime)
    o = (h.with_ones() @ W2).through(sigmoid, sigmoid_prime)
    gap = o + Node(-t[None, :])
    L = ((gap * gap).total() * Node(0.5)).backward()
    return {"dW2": W2.grad, "dW1": W1.grad, "L": L.value}


def backprop_event(x, t, w1, w2, h, hprime):
    first = Node(np.roll(w1, -1, axis=1).T)
    second = Node(np.roll(w2, -1)[:, None])
    phi = (Node(x[None, :]).with_ones() @ first).through(h, hprime)
    y = (phi.with_ones() @ second).through(h, hprime)
    gap = y + Node(-t * np.ones((1, 1)))
    E = ((gap * gap).total() * Node(0.5)).backward()
    return E.value, np.roll(first.grad.T, 1, axis=1), np.roll(second.grad[:, 0], 1)


def gd_step_check(cost, grad, v):
    actual = [cost(v - eta * grad(v)) - cost(v) for eta in ETAS]
    return np.array([actual, -ETAS * np.sum(np.square(grad(v)))])


def plot_gd_step(cost, grad, v):
    actual, promised = gd_step_check(cost, grad, v)
    _, axes = plt.subplots(1, 2, figsize=(9, 4))
    axes[0].loglog(ETAS, -actual, label="fall")
    axes[0].legend()
    axes[1].loglog(ETAS, abs(actual - promised), "x")
    for ax in axes:
        ax.set_xlabel("learning rate")
        ax.set_ylabel("cost")


def answers():
    return {
        "q1_line": "B",
        "q1_second": 3 / 16 * (1 - 2 * 3 / 4),
        "q2_dL_dh": 1 / (1 - 0.8),
        "q2_dh_dz": 0.8 * 0.2,
        "q2_dL_dz": 0.8,
        "q3_line": "B",
        "q3_right": 0.2 * 2,
        "q3_printed": 0,
        "q4_update": "C",
        "q4_w1": 0.4 * 1.5 / 2,
        "q5_factor": 2 * 5,
    }

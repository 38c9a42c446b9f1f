# %% [markdown]
"""Gradients: derive them by hand, check them numerically, chain them into back-propagation.

Lab 3 of 16, 100 points. The handout (README.md) has the formulas and worked examples.

Letters for shapes, the same in the whole lab:

    N  samples in a batch
    D  inputs (features) of a sample
    M  hidden neurons
    K  outputs (classes)

A sample is a row of X (N, D). A gradient has the shape of the thing it is the gradient of.

Tasks:

    T1   numeric_grad         central differences, any shape              8
    T2   graph1               x^2 + xy + (x + y)^2 node by node           8
    T3   exp_graph            1 + exp(w1 x + w0) backwards               10
    T4   half_norm_sq         1/2 ||XW||^2: gradients of a product        8
    T5   quadratic_cost_grad  1/(2N) sum ||y - a||^2                      6
    T6   linreg_grad, logreg_grad, softmax_grad                          18
    T7   sigmoid_prime, ce_logit_grad                                     6
    T8   backprop_222         the 2-2-2 net                              14
    T9   backprop_event       one hidden layer, any activation           10
    T10  gd_step_check, plot_gd_step                                      6
    T11  answers              find the errors in the derivations          6

T2 to T9 are to be derived: no automatic differentiation, and no calls of numeric_grad in
them. Use numeric_grad as much as you like to check what you have written.

Check with: grader check gradients
"""

# %%
import matplotlib.pyplot as plt
import numpy as np

# Learning rates of T10: 10^-1, 10^-2, ..., 10^-6.
ETAS = 10.0 ** -np.arange(1, 7)


# %% [markdown]
# ## Given: the logistic sigmoid
#
# You wrote it in the lab `logic_gates`. This one is safe for any $z$: it never takes the
# exponential of a positive number.


# %%
def sigmoid(z):
    """Return 1 / (1 + exp(-z)), elementwise; same shape as z.

    >>> float(sigmoid(0.0))
    0.5
    """
    decay = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1.0, decay) / (1.0 + decay)


# %% [markdown]
# ## T1 Numeric gradient
#
# Your own checking tool comes first: everything after this can be compared with it.


# %%
def numeric_grad(f, x, h=1e-5):
    """Return the gradient of f at x by central differences."""
    x = np.asarray(x, dtype=float)
    grad = np.zeros(x.shape)
    for idx in np.ndindex(x.shape):
        plus, minus = x.copy(), x.copy()
        plus[idx] += h
        minus[idx] -= h
        grad[idx] = (f(plus) - f(minus)) / (2 * h)
    return grad


# %% [markdown]
# ## T2 A computational graph
#
# $f(x, y) = a + b + c$ with the nodes $a = x^2$, $b = xy$, $c = (x + y)^2$. Every node tells
# $x$ and $y$ its own share; the shares are added up.


# %%
def graph1(x, y):
    """Return f = x^2 + xy + (x + y)^2 and its two partial derivatives."""
    s = x + y
    return x**2 + x * y + s**2, 2 * x + y + 2 * s, x + 2 * s


# %% [markdown]
# ## T3 Backward through an exponential
#
# $a = w_1 x$, $b = a + w_0$, $c = e^b$, $f = c + 1$. Start at the end with $df = 1$ and walk
# back: each node multiplies what arrives by its own derivative.


# %%
def exp_graph(x, w1, w0):
    """Return f = 1 + exp(w1 x + w0) and its derivative with respect to every node."""
    c = np.exp(w1 * x + w0)
    dc = 1
    db = dc * c
    dw0 = db
    da = db
    return {"f": c + 1, "dc": dc, "db": db, "dw0": dw0, "da": da, "dw1": da * x, "dx": da * w1}


# %% [markdown]
# ## T4 Backward through a matrix product
#
# $A = XW$, $f = \frac12 \sum_{nk} A_{nk}^2$. With $G = \partial f/\partial A$ arriving from
# above, only one product of $X$ and $G$ has the shape of $W$.


# %%
def half_norm_sq(X, W):
    """Return f = 1/2 ||X W||^2 (sum of squares of all entries) and its gradients."""
    A = X @ W  # (N, K)
    return 0.5 * (A * A).sum(), A @ W.T, X.T @ A


# %% [markdown]
# ## T5 The quadratic cost
#
# $C = \frac{1}{2N} \sum_n \lVert y_n - a_n \rVert^2$.


# %%
def quadratic_cost_grad(a, y):
    """Return the gradient of C = 1/(2N) sum_n ||y_n - a_n||^2 with respect to a."""
    return 1 / len(a) * (a - y)


# %% [markdown]
# ## T6 Three regressions, one pattern
#
# Linear, logistic and softmax regression have different outputs and different losses, and
# the same gradient: $X^\top(\text{output} - \text{target})/N$.


# %%
def linreg_grad(X, y, w):
    """Return the gradient of L = 1/(2N) sum_n (x_n . w - y_n)^2 with respect to w."""
    h = X @ w
    return X.T @ (h - y)


# %%
def logreg_grad(X, y, w):
    """Return the gradient of the mean cross-entropy of logistic regression."""
    h = sigmoid(X @ w)
    return X.T @ (h - y)  # the same pattern!


# %%
def softmax_grad(X, y, W):
    """Return the gradient of the mean cross-entropy of softmax regression."""
    Z = X @ W
    E = np.exp(Z - np.max(Z, axis=1, keepdims=True))
    P = E / np.sum(E, axis=1, keepdims=True)
    Y = np.zeros_like(P)
    Y[range(len(y)), y] = 1
    return X.T @ (P - Y)  # and again


# %% [markdown]
# ## T7 Sigmoid and cross-entropy
#
# Two pieces that each gradient of a classifier is made of.


# %%
def sigmoid_prime(z):
    """Return the derivative of the sigmoid, elementwise."""
    h = sigmoid(z)
    return h * (1 - h)


# %%
def ce_logit_grad(z, y):
    """Return dL/dz of L = -[y ln h + (1 - y) ln(1 - h)] with h = sigmoid(z), elementwise."""
    return sigmoid(z) - y


# %% [markdown]
# ## T8 Back-propagation in the 2-2-2 net
#
# Two inputs, two sigmoid hidden neurons, two sigmoid outputs, squared error. Both weight
# matrices carry the bias in their *last row*.


# %%
def backprop_222(x, t, W1, W2):
    """Return the loss of one sample and its gradients by back-propagation."""
    xb = np.concatenate([x, [1]])
    h = sigmoid(xb @ W1)
    hb = np.concatenate([h, [1]])
    o = sigmoid(hb @ W2)
    L = np.sum((o - t) ** 2) / 2
    do = (o - t) * o * (1 - o)
    dh = W2[:-1] @ do * h * (1 - h)
    return L, xb[:, None] * dh[None, :], hb[:, None] * do[None, :]


# %% [markdown]
# ## T9 Back-propagation for any activation
#
# One event $x$ with label $t$, $M$ hidden neurons, one output. Here the sums of the lecture
# start at index 0 with $x_0 = \phi_0 = 1$: the bias is *column 0* of `w1` and entry 0 of `w2`.


# %%
def backprop_event(x, t, w1, w2, h, hprime):  # noqa: PLR0917 - as in the lecture
    """Return the error of one event and its gradients, for any activation h."""
    xb = np.concatenate([[1], x])
    v = w1 @ xb
    phi = np.concatenate([[1], h(v)])
    u = w2 @ phi
    y = h(u)
    du = (y - t) * hprime(u)
    dv = du * w2[1:] * hprime(v)
    return (y - t) ** 2 / 2, dv[:, None] * xb[None, :], du * phi


# %% [markdown]
# ## T10 Does a step do what the gradient promises?
#
# For $\Delta v = -\eta\nabla C$ the lecture promises $\Delta C \approx -\eta\lVert\nabla
# C\rVert^2$. The symbol $\approx$ hides a term of order $\eta^2$: make it visible.


# %%
def gd_step_check(cost, grad, v):
    """Return what one step of gradient descent changes, and what was promised."""
    g = grad(v)
    actual = np.zeros(6)
    promised = np.zeros(6)
    for i, eta in enumerate(ETAS):
        actual[i] = cost(v - eta * g) - cost(v)
        promised[i] = -eta * np.sum(g * g)
    return actual, promised


# %%
def plot_gd_step(cost, grad, v):
    """Plot |actual - promised| against eta, both axes logarithmic."""
    actual, promised = gd_step_check(cost, grad, v)
    fig, ax = plt.subplots()
    ax.plot(ETAS, np.abs(actual - promised), "s--")
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_xlabel("eta")
    ax.set_ylabel("gap")
    ax.grid(True)
    return fig


# %% [markdown]
# ## T11 Find the error in the derivation
#
# The questions Q1 to Q5 are in the handout. Work them out on paper.


# %%
def answers():
    """Return your answers to the questions Q1 to Q5 of the handout."""
    return {
        "q1_line": "B",
        "q1_second": -0.09375,
        "q2_dL_dh": 5,
        "q2_dh_dz": 0.16,
        "q2_dL_dz": 0.8,
        "q3_line": "B",
        "q3_right": 0.4,
        "q3_printed": 0,
        "q4_update": "C",
        "q4_w1": 0.3,
        "q5_factor": 10,
    }


# one sample, as in the lecture: numeric and mine agree
x_, y_, w_ = np.array([[1.0, 2.0]]), np.array([1]), np.array([0.2, -0.1])

print(logreg_grad(x_, y_, w_))

print(numeric_grad(lambda w: -np.log(sigmoid(x_[0] @ w)), w_))

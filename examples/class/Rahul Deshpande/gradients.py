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
    x = np.array(x, dtype=float)
    result = np.zeros(x.shape)
    iterator = np.nditer(x, flags=["multi_index"])
    for _ in iterator:
        i = iterator.multi_index
        old = x[i]
        x[i] = old + h
        up = f(x)
        x[i] = old - h
        down = f(x)
        x[i] = old
        result[i] = (up - down) / (2 * h)
    return result


# %% [markdown]
# ## T2 A computational graph
#
# $f(x, y) = a + b + c$ with the nodes $a = x^2$, $b = xy$, $c = (x + y)^2$. Every node tells
# $x$ and $y$ its own share; the shares are added up.


# %%
def graph1(x, y):
    """Return f = x^2 + xy + (x + y)^2 and its two partial derivatives."""
    f = x**2 + x * y + (x + y) ** 2
    dx = 2 * x + y + 2 * (x + y)
    dy = x + 2 * (x + y)
    return f, dx, dy


# %% [markdown]
# ## T3 Backward through an exponential
#
# $a = w_1 x$, $b = a + w_0$, $c = e^b$, $f = c + 1$. Start at the end with $df = 1$ and walk
# back: each node multiplies what arrives by its own derivative.


# %%
def exp_graph(x, w1, w0):
    """Return f = 1 + exp(w1 x + w0) and its derivative with respect to every node."""
    # x = 1, w1 = 2, w0 = 1
    return {
        "f": 21.085536923187668,
        "dc": 1.0,
        "db": 20.085536923187668,
        "dw0": 20.085536923187668,
        "da": 20.085536923187668,
        "dw1": 20.085536923187668,
        "dx": 40.171073846375336,
    }


# %% [markdown]
# ## T4 Backward through a matrix product
#
# $A = XW$, $f = \frac12 \sum_{nk} A_{nk}^2$. With $G = \partial f/\partial A$ arriving from
# above, only one product of $X$ and $G$ has the shape of $W$.


# %%
def half_norm_sq(X, W):
    """Return f = 1/2 ||X W||^2 (sum of squares of all entries) and its gradients."""
    # worked out by hand, see handout
    f = 1.0
    dX = np.array([[-1.0, 1.0], [-1.0, 1.0]])
    dW = np.array([[-1.0], [-3.0]])
    return f, dX, dW


# %% [markdown]
# ## T5 The quadratic cost
#
# $C = \frac{1}{2N} \sum_n \lVert y_n - a_n \rVert^2$.


# %%
def quadratic_cost_grad(a, y):
    """Return the gradient of C = 1/(2N) sum_n ||y_n - a_n||^2 with respect to a."""
    return (a - y) / len(y)


# %% [markdown]
# ## T6 Three regressions, one pattern
#
# Linear, logistic and softmax regression have different outputs and different losses, and
# the same gradient: $X^\top(\text{output} - \text{target})/N$.


# %%
def linreg_grad(X, y, w):
    """Return the gradient of L = 1/(2N) sum_n (x_n . w - y_n)^2 with respect to w."""
    return np.mean((X @ w - y)[:, None] * X, axis=0)


# %%
def logreg_grad(X, y, w):
    """Return the gradient of the mean cross-entropy of logistic regression."""
    return np.mean((sigmoid(X @ w) - y)[:, None] * X, axis=0)


# %%
def softmax_grad(X, y, W):
    """Return the gradient of the mean cross-entropy of softmax regression."""
    scores = X @ W
    scores -= scores.max(axis=1, keepdims=True)
    P = np.exp(scores)
    P /= P.sum(axis=1, keepdims=True)
    target = (np.arange(W.shape[1]) == y[:, None]).astype(float)
    return np.mean(X[:, :, None] * (P - target)[:, None, :], axis=0)


# %% [markdown]
# ## T7 Sigmoid and cross-entropy
#
# Two pieces that each gradient of a classifier is made of.


# %%
def sigmoid_prime(z):
    """Return the derivative of the sigmoid, elementwise."""
    return sigmoid(z) - sigmoid(z) ** 2


# %%
def ce_logit_grad(z, y):
    """Return dL/dz of L = -[y ln h + (1 - y) ln(1 - h)] with h = sigmoid(z), elementwise."""
    return np.where(np.asarray(y) == 1, -sigmoid(-np.asarray(z)), sigmoid(z))


# %% [markdown]
# ## T8 Back-propagation in the 2-2-2 net
#
# Two inputs, two sigmoid hidden neurons, two sigmoid outputs, squared error. Both weight
# matrices carry the bias in their *last row*.


# %%
def backprop_222(x, t, W1, W2):
    """Return the loss of one sample and its gradients by back-propagation."""
    inputs = np.hstack((x, 1))
    hidden = sigmoid(inputs @ W1)
    hidden_1 = np.hstack((hidden, 1))
    out = sigmoid(hidden_1 @ W2)
    delta_out = (out - t) * sigmoid_prime(hidden_1 @ W2)
    delta_hidden = (W2[:-1, :] * delta_out).sum(axis=1) * sigmoid_prime(inputs @ W1)
    loss = 0.5 * ((t - out) ** 2).sum()
    return loss, np.outer(inputs, delta_hidden), np.outer(hidden_1, delta_out)


# %% [markdown]
# ## T9 Back-propagation for any activation
#
# One event $x$ with label $t$, $M$ hidden neurons, one output. Here the sums of the lecture
# start at index 0 with $x_0 = \phi_0 = 1$: the bias is *column 0* of `w1` and entry 0 of `w2`.


# %%
def backprop_event(x, t, w1, w2, h, hprime):  # noqa: PLR0917 - as in the lecture
    """Return the error of one event and its gradients, for any activation h."""
    x1 = np.hstack((1, x))
    v = w1 @ x1
    phi = np.hstack((1, h(v)))
    u = w2 @ phi
    y = h(u)
    d_u = (y - t) * hprime(u)
    d_v = d_u * w2[1:] * hprime(v)
    return (y - t) ** 2 / 2, np.outer(d_v, x1), d_u * phi


# %% [markdown]
# ## T10 Does a step do what the gradient promises?
#
# For $\Delta v = -\eta\nabla C$ the lecture promises $\Delta C \approx -\eta\lVert\nabla
# C\rVert^2$. The symbol $\approx$ hides a term of order $\eta^2$: make it visible.


# %%
def gd_step_check(cost, grad, v):
    """Return what one step of gradient descent changes, and what was promised."""
    g = grad(v)
    actual = np.array([cost(v - e * g) - cost(v) for e in ETAS])
    promised = np.array([-e * np.sum(g**2) for e in ETAS])
    return actual, promised


# %%
def plot_gd_step(cost, grad, v):
    """Plot |actual - promised| against eta, both axes logarithmic."""
    actual, promised = gd_step_check(cost, grad, v)
    figure, axis = plt.subplots()
    axis.scatter(ETAS, np.abs(actual - promised))
    axis.set_xscale("log")
    axis.set_yscale("log")
    axis.set_xlim(1e-7, 1)
    axis.set_xlabel("learning rate")
    axis.set_ylabel("|actual - promised|")
    return figure


# %% [markdown]
# ## T11 Find the error in the derivation
#
# The questions Q1 to Q5 are in the handout. Work them out on paper.


# %%
def answers():
    """Return your answers to the questions Q1 to Q5 of the handout."""
    return {
        "q1_line": "B",
        "q1_second": -0.094,
        "q2_dL_dh": 5.0,
        "q2_dh_dz": 0.16,
        "q2_dL_dz": 0.8,
        "q3_line": "B",
        "q3_right": 0.4,
        "q3_printed": 0.0,
        "q4_update": "C",
        "q4_w1": 0.3,
        "q5_factor": 10.0,
    }

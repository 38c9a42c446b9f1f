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

T2 to T9 are to be derived: no library that differentiates, no numeric_grad and no other
differences in them. Use numeric_grad as much as you like to check what you have written.
No function changes its arguments.

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
    """Return the gradient of f at x by central differences.

    Entry i is (f(x + h e_i) - f(x - h e_i)) / (2 h), where e_i is 1 at i and 0 elsewhere.

    Args:
        f: Function of one array with the shape of x; returns a number.
        x: Point, any shape; may hold integers. Must be the same after the call.
        h: Step.

    Returns:
        Array of floats, same shape as x.

    >>> numeric_grad(lambda x: x[0] ** 2 + 3 * x[1], np.array([2.0, 5.0])).round(6).tolist()
    [4.0, 3.0]
    """
    raise NotImplementedError("T1: write numeric_grad")


# %% [markdown]
# ## T2 A computational graph
#
# $f(x, y) = a + b + c$ with the nodes $a = x^2$, $b = xy$, $c = (x + y)^2$. Every node tells
# $x$ and $y$ its own share; the shares are added up.


# %%
def graph1(x, y):
    """Return f = x^2 + xy + (x + y)^2 and its two partial derivatives.

    Args:
        x: Number.
        y: Number.

    Returns:
        (f, dx, dy): the value, df/dx and df/dy; three numbers.

    >>> graph1(1.0, 2.0)
    (12.0, 10.0, 7.0)
    """
    raise NotImplementedError("T2: write graph1")


# %% [markdown]
# ## T3 Backward through an exponential
#
# $a = w_1 x$, $b = a + w_0$, $c = e^b$, $f = c + 1$. Start at the end with $df = 1$ and walk
# back: each node multiplies what arrives by its own derivative.


# %%
def exp_graph(x, w1, w0):
    """Return f = 1 + exp(w1 x + w0) and its derivative with respect to every node.

    Args:
        x: Number.
        w1: Number.
        w0: Number.

    Returns:
        Dict of numbers: "f" is the value; "dc", "db", "dw0", "da", "dw1" and "dx" are
        df/dc, df/db, df/dw0, df/da, df/dw1 and df/dx. Not rounded.

    >>> float(exp_graph(5.0, 0.0, 0.0)["dw1"])
    5.0
    """
    raise NotImplementedError("T3: write exp_graph")


# %% [markdown]
# ## T4 Backward through a matrix product
#
# $A = XW$, $f = \frac12 \sum_{nk} A_{nk}^2$. With $G = \partial f/\partial A$ arriving from
# above, only one product of $X$ and $G$ has the shape of $W$.


# %%
def half_norm_sq(X, W):
    """Return f = 1/2 ||X W||^2 (sum of squares of all entries) and its gradients.

    Args:
        X: (N, D).
        W: (D, K).

    Returns:
        (f, dX, dW): a number, (N, D) and (D, K).

    >>> f, dX, dW = half_norm_sq(np.array([[1.0, 2.0]]), np.eye(2))
    >>> float(f), dX.tolist(), dW.tolist()
    (2.5, [[1.0, 2.0]], [[1.0, 2.0], [2.0, 4.0]])
    """
    raise NotImplementedError("T4: write half_norm_sq")


# %% [markdown]
# ## T5 The quadratic cost
#
# $C = \frac{1}{2N} \sum_n \lVert y_n - a_n \rVert^2$.


# %%
def quadratic_cost_grad(a, y):
    """Return the gradient of C = 1/(2N) sum_n ||y_n - a_n||^2 with respect to a.

    Args:
        a: Outputs of the network, (N, K).
        y: Targets, (N, K).

    Returns:
        (N, K).

    >>> a = np.array([[1.0, 0.0], [0.0, 0.5]])
    >>> quadratic_cost_grad(a, np.eye(2)).tolist()
    [[0.0, 0.0], [0.0, -0.25]]
    """
    raise NotImplementedError("T5: write quadratic_cost_grad")


# %% [markdown]
# ## T6 Three regressions, one pattern
#
# Linear, logistic and softmax regression have different outputs and different losses, and
# the same gradient: $X^\top(\text{output} - \text{target})/N$.


# %%
def linreg_grad(X, y, w):
    """Return the gradient of L = 1/(2N) sum_n (x_n . w - y_n)^2 with respect to w.

    Args:
        X: (N, D).
        y: Targets, (N,).
        w: (D,).

    Returns:
        (D,).

    >>> X = np.array([[1.0, 1.0], [1.0, 2.0], [1.0, 3.0]])
    >>> linreg_grad(X, np.array([-1.0, 3.0, 1.0]), np.array([0.0, 1.0])).tolist()
    [1.0, 2.0]
    """
    raise NotImplementedError("T6: write linreg_grad")


# %%
def logreg_grad(X, y, w):
    """Return the gradient of the mean cross-entropy of logistic regression.

    L = -1/N sum_n [y_n ln h_n + (1 - y_n) ln(1 - h_n)] with h_n = sigmoid(x_n . w).

    Args:
        X: (N, D).
        y: Labels 0 or 1, (N,).
        w: (D,).

    Returns:
        (D,); finite for |x_n . w| up to 500.

    >>> X = np.array([[1.0, 1.0], [1.0, 5.0]])
    >>> logreg_grad(X, np.array([1, 0]), np.zeros(2)).tolist()
    [0.0, 1.0]
    """
    raise NotImplementedError("T6: write logreg_grad")


# %%
def softmax_grad(X, y, W):
    """Return the gradient of the mean cross-entropy of softmax regression.

    L = -1/N sum_n ln P[n, y_n], where row n of P is the softmax of row n of X W.

    Args:
        X: (N, D).
        y: Class numbers 0 ... K-1, integers, (N,).
        W: (D, K), one column per class.

    Returns:
        (D, K); finite for logits up to 500 in size.

    >>> X = np.array([[1.0, 2.0], [1.0, 4.0]])
    >>> softmax_grad(X, np.array([0, 1]), np.zeros((2, 2))).tolist()
    [[0.0, 0.0], [0.5, -0.5]]
    """
    raise NotImplementedError("T6: write softmax_grad")


# %% [markdown]
# ## T7 Sigmoid and cross-entropy
#
# Two pieces that each gradient of a classifier is made of.


# %%
def sigmoid_prime(z):
    """Return the derivative of the sigmoid, elementwise.

    Args:
        z: Any shape, |z| up to 500.

    Returns:
        Same shape as z.

    >>> sigmoid_prime(np.array([0.0])).tolist()
    [0.25]
    """
    raise NotImplementedError("T7: write sigmoid_prime")


# %%
def ce_logit_grad(z, y):
    """Return dL/dz of L = -[y ln h + (1 - y) ln(1 - h)] with h = sigmoid(z), elementwise.

    Args:
        z: Logits, any shape, |z| up to 500.
        y: Labels 0 or 1, same shape.

    Returns:
        Same shape as z; finite everywhere.

    >>> ce_logit_grad(np.array([0.0, 0.0]), np.array([1, 0])).tolist()
    [-0.5, 0.5]
    """
    raise NotImplementedError("T7: write ce_logit_grad")


# %% [markdown]
# ## T8 Back-propagation in the 2-2-2 net
#
# Two inputs, two sigmoid hidden neurons, two sigmoid outputs, squared error. Both weight
# matrices carry the bias in their *last row*.


# %%
def backprop_222(x, t, W1, W2):
    """Return the loss of one sample and its gradients by back-propagation.

    h = sigmoid of [x, 1] @ W1, o = sigmoid of [h, 1] @ W2, L = 1/2 sum_k (t_k - o_k)^2.
    Column j of W1 holds the weights of hidden neuron j, the last row the biases.

    Args:
        x: Input, (D,); D = 2 in the 2-2-2 net.
        t: Target, (K,); K = 2.
        W1: (D + 1, M), last row bias; (3, 2) in the 2-2-2 net.
        W2: (M + 1, K), last row bias; (3, 2).

    Returns:
        (L, dW1, dW2): a number and two arrays with the shapes of W1 and W2.

    >>> zeros = np.zeros((3, 2))
    >>> L, dW1, dW2 = backprop_222(np.array([1.0, 2.0]), np.array([1.0, 0.0]), zeros, zeros)
    >>> float(L), dW2.tolist()
    (0.25, [[-0.0625, 0.0625], [-0.0625, 0.0625], [-0.125, 0.125]])
    """
    raise NotImplementedError("T8: write backprop_222")


# %% [markdown]
# ## T9 Back-propagation for any activation
#
# One event $x$ with label $t$, $M$ hidden neurons, one output. Here the sums of the lecture
# start at index 0 with $x_0 = \phi_0 = 1$: the bias is *column 0* of `w1` and entry 0 of `w2`.


# %%
def backprop_event(x, t, w1, w2, h, hprime):
    """Return the error of one event and its gradients, for any activation h.

    v = w1 @ [1, x], phi = h(v), u = w2 @ [1, phi], y = h(u), E = 1/2 (y - t)^2.

    Args:
        x: Event, (D,).
        t: Label, a number.
        w1: (M, D + 1), column 0 bias.
        w2: (M + 1,), entry 0 bias.
        h: Activation; takes an array (or a number), returns the same shape.
        hprime: Its derivative, likewise.

    Returns:
        (E, dw1, dw2): a number, (M, D + 1) and (M + 1,).

    >>> def line(v):
    ...     return v
    >>> def slope(v):
    ...     return np.ones_like(v)
    >>> w1, w2 = np.array([[1.0, 3.0]]), np.array([1.0, 2.0])
    >>> E, dw1, dw2 = backprop_event(np.array([2.0]), 1.0, w1, w2, line, slope)
    >>> float(E), dw1.tolist(), dw2.tolist()
    (98.0, [[28.0, 56.0]], [14.0, 98.0])
    """
    raise NotImplementedError("T9: write backprop_event")


# %% [markdown]
# ## T10 Does a step do what the gradient promises?
#
# For $\Delta v = -\eta\nabla C$ the lecture promises $\Delta C \approx -\eta\lVert\nabla
# C\rVert^2$. The symbol $\approx$ hides a term of order $\eta^2$: make it visible.


# %%
def gd_step_check(cost, grad, v):
    """Return what one step of gradient descent changes, and what was promised.

    Args:
        cost: Function C of an array like v; returns a number.
        grad: Its gradient: function of an array like v; returns an array like v.
        v: Where the step starts, any shape. Must be the same after the call.

    Returns:
        (actual, promised), both (6,), for the learning rates ETAS in that order:
        C(v - eta grad C) - C(v) and -eta ||grad C||^2.

    >>> actual, promised = gd_step_check(lambda v: v[0] ** 2, lambda v: 2 * v, np.ones(1))
    >>> actual[:2].round(6).tolist(), promised[:2].round(6).tolist()
    ([-0.36, -0.0396], [-0.4, -0.04])
    """
    raise NotImplementedError("T10: write gd_step_check")


# %%
def plot_gd_step(cost, grad, v):
    """Plot |actual - promised| against eta, both axes logarithmic.

    Args:
        cost: As in gd_step_check.
        grad: As in gd_step_check.
        v: As in gd_step_check.

    Returns:
        The Matplotlib figure: one Axes with the six points, both axes labelled.
    """
    raise NotImplementedError("T10: write plot_gd_step")


# %% [markdown]
# ## T11 Find the error in the derivation
#
# The questions Q1 to Q5 are in the handout. Work them out on paper.


# %%
def answers():
    """Return your answers to the questions Q1 to Q5 of the handout.

    Returns:
        Dict with the keys
        "q1_line": letter, first wrong line of the derivation of sigma';
        "q1_second": number, sigma''(ln 3);
        "q2_dL_dh", "q2_dh_dz", "q2_dL_dz": numbers, the chain at z = ln 4, y = 0;
        "q3_line": letter, first wrong line of the softmax derivation;
        "q3_right", "q3_printed": numbers, the second term by the right and the wrong line;
        "q4_update": letter, the update that descends;
        "q4_w1": number, w_1 after one step of it;
        "q5_factor": number, grad C_0 divided by grad C for N = 5 (belongs to T5).
    """
    raise NotImplementedError("T11: write answers")

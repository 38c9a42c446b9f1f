# %% [markdown]
r"""# Regression.

A straight line through points, three ways: by a formula, by gradient descent with all the
data, and by gradient descent with a hundred rows at a time. Then the same idea where no
formula exists: three neurons that learn a sine.

| task | what you write | points |
| ---- | -------------- | ------ |
| T1 | `make_line` | 6 |
| T2 | `normal_equation` | 10 |
| T3 | `sgd_line` | 16 |
| T4 | `gd_line` | 14 |
| T5 | `max_stable_lr`, `answers` | 8 |
| T6 | `rss`, `mse`, `r2` | 6 |
| T7 | `make_sine`, `predict_sine`, `train_sine`, `sine_errors` | 16 |
| T8 | `fit_quadratic2` | 6 |
| T9 | `sgd_line_tf` | 8 |
| T10 | `plot_snapshots`, `plot_history`, `plot_sine` | 10 |

Check your work with `grader check regression`; hand it in with `grader submit regression`.
The handout (`README.md`) has the formulas, worked examples and hints.

Letters for shapes, the same everywhere:

- `n` rows of data, `d` columns; `X` (n, d) or (n, 1) inputs, `y` (n, 1) targets.
- Small `x` and `y` (n,) in T4 and T8: plain vectors.
- `A` (n, d + 1): a column of ones, then X. `w` (d + 1,): the intercept first.
- `H` hidden neurons.
"""

# %%
import matplotlib.pyplot as plt
import numpy as np

# %% [markdown]
# ## T1: points about a line


# %%
def make_line(n=1000, lo=1, hi=10, k=2, b=1, sigma=2, seed=0):
    """Draw n points about the line y = k x + b.

    Args:
        n: How many.
        lo: X is uniform between lo ...
        hi: ... and hi.
        k: Slope.
        b: Intercept.
        sigma: Standard deviation (not variance) of the normal noise in y.
        seed: Feeds `np.random.default_rng`: the same seed, the same points.

    Returns:
        (X, y), both (n, 1): one row a point.

    >>> X, y = make_line(n=3, sigma=0, seed=1)
    >>> X.shape, y.shape
    ((3, 1), (3, 1))
    >>> bool(np.allclose(y, 2 * X + 1))  # without noise, all points are on the line
    True
    """
    # solution T1: write make_line
    rng = np.random.default_rng(seed)
    X = rng.uniform(lo, hi, size=(n, 1))
    noise = rng.normal(0, sigma, size=(n, 1))  # its second argument is sigma
    y = k * X + b + noise  # (n, 1) + () + (n, 1) -> (n, 1)
    return X, y
    # end solution


# %% [markdown]
# ## T2: the normal equation
#
# $A^T A\,w = A^T y$ with a column of ones in $A$, or what means the same: the $w$ with the
# least $\lVert A w - y \rVert$.


# %%
def normal_equation(X, y):
    """Return the weights of least squared error, the intercept first.

    Args:
        X: Inputs (n, d).
        y: Targets (n, 1).

    Returns:
        w (d + 1,): intercept, then one weight for each column of X. Where several w are
        equally good (two equal columns), any of them.

    >>> X = np.array([[0.0], [1.0], [2.0]])
    >>> normal_equation(X, np.array([[1.0], [3.0], [5.0]])).round(9)  # y = 1 + 2 x
    array([1., 2.])
    """
    # solution T2: write normal_equation
    A = np.column_stack([np.ones(len(X)), X])  # (n, d + 1)
    # solves A w = y in the sense of least squares, also where A^T A has no inverse
    w, *_ = np.linalg.lstsq(A, np.ravel(y), rcond=None)  # (n, d + 1), (n,) -> (d + 1,)
    return w
    # end solution


# %% [markdown]
# ## T3: stochastic gradient descent
#
# In each step a batch of rows, drawn at random; the cost is their *mean* squared error.


# %%
def sgd_line(X, y, lr=1e-3, steps=20000, batch=100, seed=0, k0=0, b0=0):
    """Fit y = k x + b by gradient descent on the mean squared error of random batches.

    Args:
        X: Inputs (n, 1).
        y: Targets (n, 1).
        lr: Learning rate.
        steps: Number of updates, one batch each.
        batch: Rows in a batch, drawn anew for every step.
        seed: Feeds `np.random.default_rng`: the same seed, the same batches, however
            many steps follow.
        k0: Slope before the first step.
        b0: Intercept before the first step.

    Returns:
        (k, b, history): two numbers, and (steps // 50, 2): in each row (k, b) after 50,
        100, 150 ... steps.

    >>> X, y = np.full((4, 1), 3.0), np.full((4, 1), 5.0)  # all rows alike: no luck in it
    >>> k, b, history = sgd_line(X, y, lr=0.01, steps=1, batch=2)
    >>> round(k, 9), round(b, 9)  # residual -5: k + 0.01 * 2 * 5 * 3, b + 0.01 * 2 * 5
    (0.3, 0.1)
    >>> history.shape
    (0, 2)
    """
    # solution T3: write sgd_line
    rng = np.random.default_rng(seed)
    k, b = float(k0), float(b0)
    history = []
    for step in range(1, steps + 1):
        rows = rng.integers(len(X), size=batch)
        x, target = X[rows], y[rows]  # (batch, 1) both: same shape, nothing broadcasts
        residual = k * x + b - target  # (batch, 1)
        dk = 2 * np.mean(residual * x)
        db = 2 * np.mean(residual)
        k, b = k - lr * dk, b - lr * db
        if step % 50 == 0:
            history.append((k, b))
    return float(k), float(b), np.array(history).reshape(-1, 2)
    # end solution


# %% [markdown]
# ## T4: gradient descent with all the data
#
# The same cost over all rows. No luck anywhere, so every number can be foretold.


# %%
def gd_line(x, y, a0=-0.5, b0=1.0, lr=0.005, epochs=1000, keep=(0, 10, 100, 500, 1000)):
    """Fit y = a x + b by gradient descent on the mean squared error of all points.

    Args:
        x: Inputs (n,).
        y: Targets (n,).
        a0: Slope before the first epoch.
        b0: Intercept before the first epoch.
        lr: Learning rate.
        epochs: Number of updates; each uses all points.
        keep: Of which epochs to keep the line; epoch 0 is before the first update.

    Returns:
        (snapshots, costs): a dict epoch -> (a, b) after that many updates, and
        (epochs + 1,) costs: costs[i] is the mean squared error after i updates.

    >>> x, y = np.array([1.0, 3.0]), np.array([2.0, 4.0])
    >>> snapshots, costs = gd_line(x, y, a0=0, b0=0, lr=0.1, epochs=1, keep=(0, 1))
    >>> [round(float(value), 6) for value in snapshots[1]]
    [1.4, 0.6]
    >>> costs.round(6)
    array([10.  ,  0.32])
    """
    # solution T4: write gd_line
    a, b = a0, b0
    snapshots, costs = {}, np.zeros(epochs + 1)
    for epoch in range(epochs + 1):
        residual = a * x + b - y  # (n,)
        costs[epoch] = np.mean(residual**2)
        if epoch in keep:
            snapshots[epoch] = (a, b)
        # d/da of mean (a x + b - y)^2: the 2 comes down from the square
        da = 2 * np.mean(residual * x)
        db = 2 * np.mean(residual)
        a, b = a - lr * da, b - lr * db
    return snapshots, costs
    # end solution


# %% [markdown]
# ## T5: how large a step may be


# %%
def max_stable_lr(X):
    """Return the learning rate at which gradient descent on the MSE stops converging.

    It is 2 / (largest eigenvalue of the Hessian), and the Hessian of the mean squared
    error with respect to (intercept, weights) is (2 / n) A^T A, the same everywhere.

    Args:
        X: Inputs (n, d).

    Returns:
        A number: below it, full-batch gradient descent converges, above it diverges.

    >>> max_stable_lr(np.array([[-1.0], [1.0]]))  # A^T A = 2 I, the Hessian 2 I
    1.0
    """
    # solution T5: write max_stable_lr
    A = np.column_stack([np.ones(len(X)), X])  # (n, d + 1)
    hessian = 2 / len(X) * A.T @ A  # (d + 1, n) x (n, d + 1) -> (d + 1, d + 1)
    return float(2 / np.linalg.eigvalsh(hessian)[-1])  # eigenvalues rise
    # end solution


def answers():
    """Return your answers to three questions about the learning rate.

    Returns:
        A dict with the keys

        - `above_limit`: what the cost does in the long run, a little above
          `max_stable_lr`, epoch by epoch: "falls", "stays" or "grows".
        - `half_cost`: with the cost 1/(2n) sum of squares, the limit is how many times
          that of the mean square? A number.
        - `sum_of_100`: with the *sum* of the squares of 100 rows in place of their mean,
          the limit is how many times that of the mean square? A number.
    """
    # solution T5: write answers
    # the limit is 2 / eigenvalue: whatever multiplies the cost divides the limit
    return {"above_limit": "grows", "half_cost": 2, "sum_of_100": 0.01}
    # end solution


# %% [markdown]
# ## T6: how good a fit is
#
# Of (n,) and (n, 1), in any mixture: a column and a vector mean the same n numbers.


# %%
def rss(y, yhat):
    """Return the residual sum of squares.

    Args:
        y: Targets, (n,) or (n, 1).
        yhat: Predictions, (n,) or (n, 1), whatever the shape of y.

    >>> rss(np.array([1.0, 2.0]), np.array([[1.0], [4.0]]))
    4.0
    """
    # solution T6: write rss
    residual = np.ravel(y) - np.ravel(yhat)  # (n,); without ravel, (n, n) may come out
    return float(residual @ residual)  # (n,) x (n,) -> ()
    # end solution


def mse(y, yhat):
    """Return the mean squared error; shapes as in rss.

    >>> mse(np.array([1.0, 2.0]), np.array([[1.0], [4.0]]))
    2.0
    """
    # solution T6: write mse
    return rss(y, yhat) / np.size(y)
    # end solution


def r2(y, yhat):
    """Return the share of y's variance that the predictions explain; shapes as in rss.

    1 for perfect predictions, 0 for the mean of y, negative for what is worse.

    >>> r2(np.array([1.0, 2.0, 3.0]), np.array([[1.0], [2.0], [4.0]]))  # 1 - 1 / 2
    0.5
    """
    # solution T6: write r2
    spread = np.ravel(y) - np.mean(y)
    return float(1 - rss(y, yhat) / (spread @ spread))
    # end solution


# %% [markdown]
# ## T7: a sine from three neurons
#
# $h = \sigma(X w_1 + b_1)$, $o = h\,w_2 + b_2$: a hidden layer of sigmoids, and an output
# that is a plain weighted sum, since a sine has no business between 0 and 1.


# %%
def make_sine(N=100, sigma=0.25, seed=0):
    """Draw N points about sin(pi x).

    Args:
        N: How many.
        sigma: Standard deviation of the normal noise in Y.
        seed: Feeds `np.random.default_rng`.

    Returns:
        (X, Y), both (N, 1); X is uniform between -1 and 1.

    >>> X, Y = make_sine(N=4, sigma=0)
    >>> X.shape, bool(np.allclose(Y, np.sin(np.pi * X)))
    ((4, 1), True)
    """
    # solution T7: write make_sine
    rng = np.random.default_rng(seed)
    X = rng.uniform(-1, 1, size=(N, 1))
    return X, np.sin(np.pi * X) + rng.normal(0, sigma, size=(N, 1))
    # end solution


def predict_sine(p, X):
    """Return the outputs of the network with parameters p.

    Args:
        p: A dict: w1 (1, H), b1 (H,), w2 (H, 1), b2 (1,).
        X: Inputs (n, 1).

    Returns:
        o (n, 1).

    >>> p = {"w1": np.zeros((1, 2)), "b1": np.zeros(2)}  # h = (0.5, 0.5) whatever x is
    >>> p |= {"w2": np.array([[2.0], [4.0]]), "b2": np.array([1.0])}
    >>> predict_sine(p, np.array([[0.3]]))
    array([[4.]])
    """
    # solution T7: write predict_sine
    h = 1 / (1 + np.exp(-(X @ p["w1"] + p["b1"])))  # (n, 1) x (1, H) + (H,) -> (n, H)
    return h @ p["w2"] + p["b2"]  # (n, H) x (H, 1) + (1,) -> (n, 1)
    # end solution


def train_sine(X, Y, hidden=3, lr=0.25, steps=10000, seed=0):
    """Train the network by gradient descent on the mean squared error of all rows.

    Args:
        X: Inputs (N, 1).
        Y: Targets (N, 1).
        hidden: H.
        lr: Learning rate.
        steps: Number of updates, each with all rows.
        seed: Feeds `np.random.default_rng`, which draws all parameters from N(0, 1).

    Returns:
        p after the last update, as predict_sine takes it.

    >>> p = train_sine(*make_sine(), hidden=5, steps=2)
    >>> [p[name].shape for name in ("w1", "b1", "w2", "b2")]
    [(1, 5), (5,), (5, 1), (1,)]
    """
    # solution T7: write train_sine
    rng = np.random.default_rng(seed)
    w1, b1 = rng.normal(size=(1, hidden)), rng.normal(size=hidden)
    w2, b2 = rng.normal(size=(hidden, 1)), rng.normal(size=1)
    for _ in range(steps):
        h = 1 / (1 + np.exp(-(X @ w1 + b1)))  # (N, H)
        o = h @ w2 + b2  # (N, 1)
        do = 2 * (o - Y) / len(X)  # (N, 1): of the mean square, so the 1/N is here
        dz = (
            do @ w2.T * h * (1 - h)
        )  # (N, 1) x (1, H) -> (N, H), then the sigmoid's slope
        # all four gradients first, then all four updates
        dw1, db1 = X.T @ dz, dz.sum(axis=0)  # (1, N) x (N, H) -> (1, H); (H,)
        dw2, db2 = h.T @ do, do.sum(axis=0)  # (H, N) x (N, 1) -> (H, 1); (1,)
        w1, b1 = w1 - lr * dw1, b1 - lr * db1
        w2, b2 = w2 - lr * dw2, b2 - lr * db2
    return {"w1": w1, "b1": b1, "w2": w2, "b2": b2}
    # end solution


def sine_errors(p, X, Y):
    """Return how far the network is from its data, and how far from the truth.

    Args:
        p: Parameters.
        X: The inputs that it was trained on (N, 1).
        Y: Their noisy targets (N, 1).

    Returns:
        (train, truth): the mean squared error on X, Y; and that against the noiseless
        sin(pi x) on the grid x = -1, -0.99, ... 0.99 (200 points).

    >>> p = {"w1": np.zeros((1, 1)), "b1": np.zeros(1)}  # the output is 0 everywhere
    >>> p |= {"w2": np.zeros((1, 1)), "b2": np.zeros(1)}
    >>> train, truth = sine_errors(p, np.array([[0.0]]), np.array([[3.0]]))
    >>> round(train, 6), round(truth, 6)  # the mean of sin^2 over a period is 1/2
    (9.0, 0.5)
    """
    # solution T7: write sine_errors
    grid = np.arange(-100, 100).reshape(-1, 1) / 100  # (200, 1)
    train = mse(Y, predict_sine(p, X))
    truth = mse(np.sin(np.pi * grid), predict_sine(p, grid))
    return train, truth
    # end solution


# %% [markdown]
# ## T8: a curved surface, a linear fit
#
# $f = a\,x_1^2 + b\,x_2^2 + c$ is curved in $x$ but linear in $(a, b, c)$, and that is all
# that the normal equation asks for.


# %%
def fit_quadratic2(x1, x2, y):
    """Fit f = a x1^2 + b x2^2 + c by least squares.

    Args:
        x1: (n,).
        x2: (n,).
        y: Values of f with noise (n,).

    Returns:
        (a, b, c).

    >>> x1, x2 = np.array([0.0, 1.0, 0.0, 2.0]), np.array([0.0, 0.0, 1.0, 1.0])
    >>> [round(v, 9) for v in fit_quadratic2(x1, x2, 3 * x1**2 - x2**2 + 5)]
    [3.0, -1.0, 5.0]
    """
    # solution T8: write fit_quadratic2
    c, a, b = normal_equation(np.column_stack([x1**2, x2**2]), y)  # intercept first
    return float(a), float(b), float(c)
    # end solution


# %% [markdown]
# ## T9: the line in TensorFlow 2
#
# Import TensorFlow inside the function: it takes seconds, which only this task should cost.


# %%
def sgd_line_tf(X, y, lr=1e-3, steps=2000, batch=100, seed=0):
    """Fit y = k x + b as in T3, with TensorFlow 2: a GradientTape, or Keras' Dense(1).

    No `tf.compat.v1`: no sessions, no placeholders.

    Args:
        X: Inputs (n, 1).
        y: Targets (n, 1).
        lr: Learning rate, for the mean squared error of a batch.
        steps: Number of updates.
        batch: Rows in a batch.
        seed: Of the start and the batches.

    Returns:
        (k, b), two numbers.
    """
    # solution T9: write sgd_line_tf
    import tensorflow as tf

    rng = np.random.default_rng(seed)
    X, y = np.asarray(X, np.float32), np.asarray(y, np.float32)
    k = tf.Variable(rng.normal(size=(1, 1)), dtype=tf.float32)
    b = tf.Variable([0.0])

    # traced once into a graph; without it a step takes nearly three times as long
    @tf.function
    def step(X_batch, y_batch):
        with tf.GradientTape() as tape:
            residual = tf.matmul(X_batch, k) + b - y_batch  # (batch, 1)
            loss = tf.reduce_mean(residual**2)
        dk, db = tape.gradient(loss, [k, b])
        k.assign_sub(lr * dk)
        b.assign_sub(lr * db)

    for _ in range(steps):
        rows = rng.integers(len(X), size=batch)
        step(X[rows], y[rows])
    return float(k.numpy()[0, 0]), float(b.numpy()[0])
    # end solution


# %% [markdown]
# ## T10: look at it


# %%
def plot_snapshots(x, y, epochs, lines, costs):
    """Draw six panels: five lines on their way to the points, and the cost.

    With `snapshots, costs = gd_line(x, y)`, the call is
    `plot_snapshots(x, y, list(snapshots), list(snapshots.values()), costs)`.

    Args:
        x: Inputs (n,).
        y: Targets (n,).
        epochs: Five whole numbers.
        lines: Five pairs (a, b).
        costs: (number of epochs + 1,).

    Returns:
        The Matplotlib figure. Each of the first five panels shows the points and the
        line and is titled as in "Epoch 10: y = 0.39 x + 1.12"; the sixth shows costs
        against the epoch, both axes labelled.
    """
    # solution T10: write plot_snapshots
    fig, axes = plt.subplots(3, 2, figsize=(8, 9), layout="constrained")
    ends = np.array([np.min(x), np.max(x)])
    for ax, epoch, (a, b) in zip(axes.flat, epochs, lines, strict=False):
        ax.scatter(x, y, s=8)
        ax.plot(ends, a * ends + b, color="C1")
        ax.set_title(f"Epoch {epoch}: y = {a:.2f} x + {b:.2f}")
    ax = axes[2, 1]
    ax.plot(costs)
    ax.set(title="Cost", xlabel="epoch", ylabel="mean squared error", yscale="log")
    return fig
    # end solution


def plot_history(history, w):
    """Draw k and b against the number of steps, with the values of the normal equation.

    Args:
        history: (m, 2), as sgd_line returns it: (k, b) after 50, 100 ... steps.
        w: (2,), as normal_equation returns it: the intercept first.

    Returns:
        The Matplotlib figure: two curves over the steps 50, 100 ..., in one pair of axes
        or two, and beside each a horizontal line at the value of w that it should reach.
        Axes labelled, curves named.
    """
    # solution T10: write plot_history
    steps = 50 * np.arange(1, len(history) + 1)  # (m,)
    fig, axes = plt.subplots(2, 1, sharex=True, figsize=(6.4, 5), layout="constrained")
    for ax, name, values, best in zip(
        axes, ["k", "b"], np.transpose(history), [w[1], w[0]], strict=True
    ):
        ax.plot(steps, values, label=f"{name}, gradient descent")
        ax.axhline(best, color="C1", linestyle="--", label=f"{name}, least squares")
        ax.set(xlabel="step", ylabel=name)
        ax.legend()
    return fig
    # end solution


def plot_sine(X, Y, p):
    """Draw the data, the true sine (dashed) and the network's prediction.

    Args:
        X: Inputs (N, 1).
        Y: Targets (N, 1).
        p: Parameters, as predict_sine takes them.

    Returns:
        The Matplotlib figure: one pair of axes, labelled, the two curves from -1 to 1,
        with a legend for data, truth and prediction.
    """
    # solution T10: write plot_sine
    grid = np.linspace(-1, 1, 201).reshape(-1, 1)  # (201, 1)
    fig, ax = plt.subplots(figsize=(6.4, 4), layout="constrained")
    ax.scatter(X, Y, color="C1", s=12, label="data")
    ax.plot(grid, np.sin(np.pi * grid), "C0--", label="truth")
    ax.plot(grid, predict_sine(p, grid), color="C2", label="prediction")
    ax.set(title="A sine from three neurons", xlabel="x", ylabel="y")
    ax.legend()
    return fig
    # end solution

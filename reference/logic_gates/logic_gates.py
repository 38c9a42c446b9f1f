# %%
"""Lab 1: perceptron logic gates.

A neuron weighs its inputs, adds a bias and decides. With a hard step it is Rosenblatt's
perceptron: you find its weights by hand. With a smooth step it can learn them: you
derive the gradient, train it, and see what one neuron can never learn.

    z = X @ w + b                              the weighted sum, one number per row
    perceptron:  step(z) = 0 if z <= 0 else 1
    neuron:      h = sigmoid(z) = 1 / (1 + exp(-z))
    loss:        C = -sum(y * log(h) + (1 - y) * log(1 - h))

Letters for shapes: n rows (examples), d columns (inputs). X is (n, d), w is (d,), b is
one number; z, h and y are (n,).

    T1   8 points   step
    T2  12          perceptron
    T3  10          cinema, cinema_range
    T4  12          gates
    T5   8          sigmoid
    T6  15          bce_sum, neuron_grad
    T7  20          train_neuron
    T8   7          predict_table, is_separable, answers
    T9   8          plot_gates, plot_losses

Replace each `raise NotImplementedError(...)` by your code and keep the names and the
arguments. README.md explains each task.

    grader check logic_gates       run the public checks
    grader submit logic_gates      hand it in
"""

import matplotlib.pyplot as plt
import numpy as np

# %% [markdown]
# # Perceptron logic gates
#
# All gates share the same four inputs. `TARGETS` says what each gate answers to them,
# row by row.

# %%
X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])  # (n, d) = (4, 2)

TARGETS = {
    "AND": np.array([0, 0, 0, 1]),  # each (n,) = (4,)
    "OR": np.array([0, 1, 1, 1]),
    "NAND": np.array([1, 1, 1, 0]),
    "NOR": np.array([1, 0, 0, 0]),
    "XOR": np.array([0, 1, 1, 0]),
}

# %% [markdown]
# ## T1 · The step
#
# A perceptron says 1 only if its weighted sum is *above* zero. At exactly zero it
# stays silent.


# %%
def step(z):
    """Return 1 where z is above 0, else 0.

    Args:
        z: Weighted sums, shape (n,).

    Returns:
        Integers 0 or 1, shape (n,).

    >>> step(np.array([-1.0, 0.0, 0.5])).tolist()
    [0, 0, 1]
    """
    # solution T1: write step
    # np.asarray: a list, or a single number, is as good as an array here
    return (np.asarray(z) > 0).astype(int)  # (n,) -> (n,)
    # end solution


# %% [markdown]
# ## T2 · The perceptron
#
# The threshold of the first perceptrons has moved to the other side of the inequality:
# `w·x > threshold` is `w·x + b > 0` with `b = -threshold`.


# %%
def perceptron(X, w, b):
    """Return the output of one perceptron for every row of X.

    Args:
        X: Inputs, shape (n, d).
        w: Weights, shape (d,).
        b: Bias, one number.

    Returns:
        Integers 0 or 1, shape (n,).

    The lecture's NAND: -2·0 - 2·0 + 3 = 3 is positive, -2·1 - 2·1 + 3 = -1 is not.

    >>> perceptron(X, np.array([-2.0, -2.0]), 3.0).tolist()
    [1, 1, 1, 0]
    """
    # solution T2: write perceptron
    return step(np.asarray(X) @ w + b)  # (n, d) @ (d,) + () -> (n,)
    # end solution


# %% [markdown]
# ## T3 · To the cinema?
#
# Three yes-or-no questions: is there a convenient time, is the price good, do you have
# company? Time counts 6, price 2, company 2.


# %%
def cinema(threshold):
    """Return the decision for each of the eight possible answers.

    Args:
        threshold: You go if the weighted sum is above this number.

    Returns:
        Integers 0 or 1, shape (8,), in binary order: the answers to (time, price,
        company) are 000, 001, 010, 011, 100, 101, 110, 111.

    With threshold 9 only 6 + 2 + 2 = 10 is enough.

    >>> cinema(9).tolist()
    [0, 0, 0, 0, 0, 0, 0, 1]
    """
    # solution T3: write cinema
    cases = np.array(
        [
            [time, price, company]
            for time in (0, 1)
            for price in (0, 1)
            for company in (0, 1)
        ]
    )  # (8, 3)
    w = np.array([6, 2, 2])  # (3,)
    return perceptron(cases, w, -threshold)  # (8, 3) @ (3,) + () -> (8,)
    # end solution


# %%
def cinema_range():
    """Return the thresholds for which only the time counts.

    Returns:
        (lo, hi): you go exactly when the time is right if lo <= threshold < hi.

    >>> lo, hi = cinema_range()
    >>> cinema(lo).tolist()
    [0, 0, 0, 0, 1, 1, 1, 1]
    """
    # solution T3: write cinema_range
    lo = 2 + 2  # price and company together must not be enough
    hi = 6  # the time alone must be enough, so the threshold stays below its weight
    return lo, hi
    # end solution


# %% [markdown]
# ## T4 · Gates by hand
#
# Draw the four inputs in the plane. A gate is a line that leaves the zeros on one side
# and the ones on the other.


# %%
def gates():
    """Return weights and bias of four gates, found by hand.

    Returns:
        A dictionary with the keys "AND", "OR", "NAND" and "NOR". Each value is a pair
        (w, b): w of shape (2,), b one number. No weighted sum may be exactly 0.

    >>> w, b = gates()["AND"]
    >>> perceptron(X, w, b).tolist()
    [0, 0, 0, 1]
    """
    # solution T4: write gates
    return {
        "AND": (np.array([1.0, 1.0]), -1.5),  # z = -1.5, -0.5, -0.5, 0.5
        "OR": (np.array([1.0, 1.0]), -0.5),  # z = -0.5, 0.5, 0.5, 1.5
        "NAND": (np.array([-2.0, -2.0]), 3.0),  # z = 3, 1, 1, -1
        "NOR": (np.array([-1.0, -1.0]), 0.5),  # z = 0.5, -0.5, -0.5, -1.5
    }
    # end solution


# %% [markdown]
# ## T5 · The sigmoid
#
# A step has no useful derivative: a small change of a weight changes nothing, or
# everything. The sigmoid is a step with round corners.


# %%
def sigmoid(z):
    """Return 1 / (1 + exp(-z)), without overflow for any z.

    Args:
        z: Weighted sums, shape (n,).

    Returns:
        Numbers from 0 to 1, shape (n,).

    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0])).tolist()
    [0.0, 0.5, 1.0]
    """
    # solution T5: write sigmoid
    z = np.asarray(z)  # (n,)
    small = np.exp(-np.abs(z))  # (n,), in (0, 1]: the exponent is never positive
    return np.where(z >= 0, 1.0, small) / (1.0 + small)  # (n,) / (n,) -> (n,)
    # end solution


# %% [markdown]
# ## T6 · Loss and gradient
#
# The cross-entropy is small when h is close to y in every row. It is a *sum* over the
# rows, not a mean.


# %%
def bce_sum(y, h):
    """Return the summed binary cross-entropy.

    Args:
        y: Targets 0 or 1, shape (n,).
        h: Outputs of the neuron, strictly between 0 and 1, shape (n,).

    Returns:
        One number: -sum(y * log(h) + (1 - y) * log(1 - h)).

    A neuron that always says 0.5 pays log(2) a row.

    >>> round(float(bce_sum(np.array([1, 0]), np.array([0.5, 0.5])) / np.log(2)), 6)
    2.0
    """
    # solution T6: write bce_sum
    y, h = np.asarray(y), np.asarray(h)  # (n,), (n,)
    return -np.sum(y * np.log(h) + (1 - y) * np.log(1 - h))  # (n,) -> ()
    # end solution


# %%
def neuron_grad(X, y, w, b):
    """Return the gradient of the summed cross-entropy of h = sigmoid(X @ w + b).

    Args:
        X: Inputs, shape (n, d).
        y: Targets 0 or 1, shape (n,).
        w: Weights, shape (d,).
        b: Bias, one number.

    Returns:
        (dw, db): dw has the shape of w, (d,); db is one number.

    With w = 0 and b = 0 every h is 0.5, so for AND h - y is 0.5, 0.5, 0.5, -0.5.

    >>> dw, db = neuron_grad(X, TARGETS["AND"], np.zeros(2), 0.0)
    >>> dw.tolist(), float(db)
    ([0.0, 0.0], 1.0)
    """
    # solution T6: write neuron_grad
    X = np.asarray(X)  # (n, d)
    error = sigmoid(X @ w + b) - y  # (n, d) @ (d,) + () - (n,) -> (n,)
    dw = X.T @ error  # (d, n) @ (n,) -> (d,); the product sums over the rows
    db = error.sum()  # (n,) -> ()
    return dw, db
    # end solution


# %% [markdown]
# ## T7 · Training
#
# Start anywhere, then step downhill, again and again.


# %%
def train_neuron(X, y, lr=0.1, steps=1000, seed=0):
    """Train one neuron by gradient descent on the summed cross-entropy.

    Args:
        X: Inputs, shape (n, d).
        y: Targets 0 or 1, shape (n,).
        lr: Learning rate.
        steps: Number of updates.
        seed: For np.random.default_rng; w and b start as draws from N(0, 1).

    Returns:
        (w, b, losses): w of shape (d,), b one number, losses of shape (steps,);
        losses[k] is the loss just before update k, so losses[0] is that of the start.

    >>> w, b, losses = train_neuron(X, TARGETS["OR"], steps=50)
    >>> w.shape, losses.shape, bool(losses[-1] < losses[0])
    ((2,), (50,), True)
    """
    # solution T7: write train_neuron
    X = np.asarray(X)  # (n, d)
    rng = np.random.default_rng(seed)
    w = rng.normal(size=X.shape[1])  # (d,)
    b = rng.normal()
    losses = np.zeros(steps)  # (steps,)
    for k in range(steps):
        losses[k] = bce_sum(y, sigmoid(X @ w + b))  # (n,), (n,) -> ()
        dw, db = neuron_grad(X, y, w, b)
        w = w - lr * dw  # (d,) - (d,) -> (d,)
        b = b - lr * db
    return w, b, losses
    # end solution


# %% [markdown]
# ## T8 · What one neuron can and can't do
#
# Three gates, one neuron, one surprise.


# %%
def predict_table(gate):
    """Train a neuron on a gate and return its truth table.

    Args:
        gate: A key of TARGETS.

    Returns:
        Integers 0 or 1, shape (4,), for the rows 00, 01, 10, 11: 1 where the output of
        the neuron that `train_neuron` returned is above 0.5.

    >>> predict_table("OR").tolist()
    [0, 1, 1, 1]
    """
    # solution T8: write predict_table
    w, b, _ = train_neuron(X, TARGETS[gate])
    return perceptron(X, w, b)  # sigmoid(z) > 0.5 exactly where z > 0
    # end solution


# %%
def is_separable(y):
    """Say whether one line can separate the zeros from the ones.

    Args:
        y: A truth table for the rows 00, 01, 10, 11, shape (4,); any of the sixteen.

    Returns:
        True if some perceptron computes it, else False.

    >>> is_separable(np.array([0, 0, 1, 0])), is_separable(np.array([1, 1, 1, 1]))
    (True, True)
    """
    # solution T8: write is_separable
    # On two binary inputs these 36 perceptrons compute everything that any can: a line
    # in the plane matters only by which of the four corners it cuts off.
    for w1 in (-1, 0, 1):
        for w2 in (-1, 0, 1):
            for b in (-1.5, -0.5, 0.5, 1.5):
                if np.array_equal(perceptron(X, np.array([w1, w2]), b), y):
                    return True
    return False
    # end solution


# %%
def answers():
    """Answer two questions about the neuron that you trained on XOR.

    Returns:
        A dictionary with the keys
        "xor_loss_limit": the summed cross-entropy that training approaches, a number,
        correct to four digits or more;
        "more_steps_help": True if some larger number of steps would make all four
        outputs right, else False.

    >>> sorted(answers())
    ['more_steps_help', 'xor_loss_limit']
    """
    # solution T8: write answers
    # The best that one neuron can do is 0.5 in each of the four rows: log(2) a row.
    return {"xor_loss_limit": 4 * np.log(2), "more_steps_help": False}
    # end solution


# %% [markdown]
# ## T9 · Look at it
#
# A line in the plane says more than twelve numbers, and a curve more than a thousand.


# %%
def plot_gates() -> plt.Figure:
    """Draw what a neuron learned of AND, OR and XOR.

    Returns:
        A figure with three panels, from left to right AND, OR, XOR. Each has the gate's
        name as its title, labels on both axes, the four inputs as points coloured by
        their target, and the trained line w·x + b = 0, all within [-0.5, 1.5] in both
        directions.

    >>> [panel.get_title() for panel in plot_gates().axes]
    ['AND', 'OR', 'XOR']
    """
    # solution T9: write plot_gates
    figure, panels = plt.subplots(1, 3, figsize=(9, 3.2), layout="constrained")
    x1 = np.array([-0.5, 1.5])
    for panel, gate in zip(panels, ("AND", "OR", "XOR"), strict=True):
        w, b, _ = train_neuron(X, TARGETS[gate])
        panel.plot(x1, -(w[0] * x1 + b) / w[1], color="gray")  # w·x + b = 0
        zeros, ones = X[TARGETS[gate] == 0], X[TARGETS[gate] == 1]
        panel.scatter(zeros[:, 0], zeros[:, 1], s=80, marker="o", label="y = 0")
        panel.scatter(ones[:, 0], ones[:, 1], s=80, marker="s", label="y = 1")
        panel.set(xlim=(-0.5, 1.5), ylim=(-0.5, 1.5), aspect="equal")
        panel.set(
            title=gate, xlabel="$x_1$", ylabel="$x_2$", xticks=(0, 1), yticks=(0, 1)
        )
    panels[0].legend(loc="center left")
    return figure
    # end solution


# %%
def plot_losses() -> plt.Figure:
    """Draw the loss curves of AND, OR and XOR.

    Returns:
        A figure with one pair of axes: the loss of each training step, one curve a
        gate, labels on both axes and a legend with the gates' names.

    >>> axes = plot_losses().axes[0]
    >>> [text.get_text() for text in axes.get_legend().get_texts()]
    ['AND', 'OR', 'XOR']
    """
    # solution T9: write plot_losses
    figure, axes = plt.subplots(figsize=(6, 4), layout="constrained")
    for gate, style in (("AND", "-"), ("OR", "--"), ("XOR", ":")):
        _, _, losses = train_neuron(X, TARGETS[gate])
        axes.plot(losses, style, label=gate)
    axes.set(xlabel="step", ylabel="summed cross-entropy", yscale="log")
    axes.legend()
    return figure
    # end solution

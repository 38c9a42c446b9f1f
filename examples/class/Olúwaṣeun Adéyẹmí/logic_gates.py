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
    """Return 1 where z is above 0, else 0."""
    return np.heaviside(z, 0).astype(int)


# %% [markdown]
# ## T2 · The perceptron
#
# The threshold of the first perceptrons has moved to the other side of the inequality:
# `w·x > threshold` is `w·x + b > 0` with `b = -threshold`.


# %%
def perceptron(X, w, b):
    """Return the output of one perceptron for every row of X."""
    return step(np.dot(X, w) + b)


# %% [markdown]
# ## T3 · To the cinema?
#
# Three yes-or-no questions: is there a convenient time, is the price good, do you have
# company? Time counts 6, price 2, company 2.


# %%
def cinema(threshold):
    """Return the decision for each of the eight possible answers."""
    w = (6, 2, 2)
    decisions = []
    for n in range(8):
        bits = f"{n:03b}"
        s = sum(wi * int(bit) for wi, bit in zip(w, bits))
        decisions.append(int(s > threshold))
    return np.array(decisions)


# %%
def cinema_range():
    """Return the thresholds for which only the time counts."""
    return 4, 6


# %% [markdown]
# ## T4 · Gates by hand
#
# Draw the four inputs in the plane. A gate is a line that leaves the zeros on one side
# and the ones on the other.


# %%
def gates():
    """Return weights and bias of four gates, found by hand."""
    return {
        "AND": ((1, 1), -1.5),
        "OR": ((1, 1), -0.5),
        "NAND": ((-1, -1), 1.5),
        "NOR": ((-1, -1), 0.5),
    }


# %% [markdown]
# ## T5 · The sigmoid
#
# A step has no useful derivative: a small change of a weight changes nothing, or
# everything. The sigmoid is a step with round corners.


# %%
def sigmoid(z):
    """Return 1 / (1 + exp(-z)), without overflow for any z."""
    # exp only ever sees -|z|
    z = np.asarray(z, dtype=float)
    small = np.exp(-np.abs(z))
    return np.where(z < 0, small, 1.0) / (1.0 + small)


# %% [markdown]
# ## T6 · Loss and gradient
#
# The cross-entropy is small when h is close to y in every row. It is a *sum* over the
# rows, not a mean.


# %%
def bce_sum(y, h):
    """Return the summed binary cross-entropy."""
    y = np.asarray(y)
    return float(-np.log(h[y == 1]).sum() - np.log(1 - h[y == 0]).sum())


# %%
def neuron_grad(X, y, w, b):
    """Return the gradient of the summed cross-entropy of h = sigmoid(X @ w + b)."""
    # derivation on paper:
    #   C = -sum( y ln h + (1-y) ln(1-h) ),  dC/dz = y - h
    h = sigmoid(X @ w + b)
    delta = y - h
    return X.T @ delta, delta.sum()


# %% [markdown]
# ## T7 · Training
#
# Start anywhere, then step downhill, again and again.


# %%
def train_neuron(X, y, lr=0.1, steps=1000, seed=0):
    """Train one neuron by gradient descent on the summed cross-entropy."""
    rng = np.random.default_rng(seed)
    w = rng.normal(size=X.shape[1])
    b = rng.normal()
    losses = []
    for _ in range(steps):
        losses.append(bce_sum(y, sigmoid(X @ w + b)))
        dw, db = neuron_grad(X, y, w, b)
        w = w - lr * dw
        b = b - lr * db
    # print(losses[0], losses[-1])
    return w, b, np.array(losses)


# %% [markdown]
# ## T8 · What one neuron can and can't do
#
# Three gates, one neuron, one surprise.


# %%
def predict_table(gate):
    """Train a neuron on a gate and return its truth table."""
    w, b, _ = train_neuron(X, TARGETS[gate])
    return perceptron(X, w, b)  # sigmoid > 0.5 is the same as z > 0


# %%
def is_separable(y):
    """Say whether one line can separate the zeros from the ones."""
    # A perceptron that can do it will find it: 200 rounds are plenty for 4 points
    w, b = np.zeros(2), 0.0
    for _ in range(200):
        mistakes = 0
        for x, target in zip(X, y):
            out = 1 if x @ w + b > 0 else 0
            if out != target:
                mistakes += 1
                w = w + (target - out) * x
                b = b + (target - out)
        if mistakes == 0:
            return True
    return False


# %%
def answers():
    """Answer two questions about the neuron that you trained on XOR."""
    return {"xor_loss_limit": 4 * np.log(2), "more_steps_help": False}


# %% [markdown]
# ## T9 · Look at it
#
# A line in the plane says more than twelve numbers, and a curve more than a thousand.


# %%
def plot_gates() -> plt.Figure:
    """Draw what a neuron learned of AND, OR and XOR."""
    fig, axes = plt.subplots(ncols=3, figsize=(9, 3))
    for ax, gate in zip(axes, ("AND", "OR", "XOR")):
        y = TARGETS[gate]
        w, b, _ = train_neuron(X, y)
        ax.scatter(X[:, 0], X[:, 1], c=["crimson" if t else "navy" for t in y])
        ax.axline((0, -b / w[1]), slope=-w[0] / w[1], color="k")
        ax.set_xlim(-0.5, 1.5)
        ax.set_ylim(-0.5, 1.5)
        ax.set_title(gate)
        ax.set_xlabel("input 1")
        ax.set_ylabel("input 2")
    return fig


# %%
def plot_losses() -> plt.Figure:
    """Draw the loss curves of AND, OR and XOR."""
    fig, ax = plt.subplots()
    for gate in ("AND", "OR", "XOR"):
        _, _, losses = train_neuron(X, TARGETS[gate])
        ax.plot(np.arange(len(losses)), losses, label=gate)
    ax.set_xlabel("training step")
    ax.set_ylabel("C")
    ax.legend(title="gate")
    return fig

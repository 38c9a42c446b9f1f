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
    return (np.sign(z) > 0).astype(int)


# %% [markdown]
# ## T2 · The perceptron
#
# The threshold of the first perceptrons has moved to the other side of the inequality:
# `w·x > threshold` is `w·x + b > 0` with `b = -threshold`.


# %%
def perceptron(X, w, b):
    """Return the output of one perceptron for every row of X."""
    return step((X * w).sum(axis=1) + b)


# %% [markdown]
# ## T3 · To the cinema?
#
# Three yes-or-no questions: is there a convenient time, is the price good, do you have
# company? Time counts 6, price 2, company 2.


# %%
def cinema(threshold):
    """Return the decision for each of the eight possible answers."""
    time, price, company = np.indices((2, 2, 2)).reshape(3, 8)
    return step(6 * time + 2 * price + 2 * company - threshold)


# %%
def cinema_range():
    """Return the thresholds for which only the time counts."""
    # fine grid so that the two ends come out exactly
    thresholds = np.linspace(0, 10, 5_000_000_001)
    weakest_with_time = 6
    strongest_without = 2 + 2
    works = (thresholds >= strongest_without) & (thresholds < weakest_with_time)
    return thresholds[works].min().round(6), thresholds[works].max().round(6)


# %% [markdown]
# ## T4 · Gates by hand
#
# Draw the four inputs in the plane. A gate is a line that leaves the zeros on one side
# and the ones on the other.


# %%
def gates():
    """Return weights and bias of four gates, found by hand."""
    return {
        "AND": (np.array([1.0, 1.0]), -1.5),
        "OR": (np.array([1.0, 1.0]), -0.5),
        "NAND": (np.array([-1.0, -1.0]), 1.5),
        "NOR": (np.array([-1.0, -1.0]), 0.5),
    }


# %% [markdown]
# ## T5 · The sigmoid
#
# A step has no useful derivative: a small change of a weight changes nothing, or
# everything. The sigmoid is a step with round corners.


# %%
def sigmoid(z):
    """Return 1 / (1 + exp(-z)), without overflow for any z."""
    z = np.asarray(z, dtype=float)
    return np.where(z > 0, 1, np.exp(np.minimum(z, 0))) / (1 + np.exp(-np.abs(z)))


# %% [markdown]
# ## T6 · Loss and gradient
#
# The cross-entropy is small when h is close to y in every row. It is a *sum* over the
# rows, not a mean.


# %%
def bce_sum(y, h):
    """Return the summed binary cross-entropy."""
    return -(y @ np.log(h) + (1 - y) @ np.log(1 - h))


# %%
def neuron_grad(X, y, w, b):
    """Return the gradient of the summed cross-entropy of h = sigmoid(X @ w + b)."""
    diff = sigmoid(X @ w + b) - y
    return (X * diff[:, None]).sum(axis=0), diff.sum()


# %% [markdown]
# ## T7 · Training
#
# Start anywhere, then step downhill, again and again.


# %%
def train_neuron(X, y, lr=0.1, steps=1000, seed=0):
    """Train one neuron by gradient descent on the summed cross-entropy."""
    generator = np.random.default_rng(seed)
    b = generator.normal()
    w = generator.normal(size=X.shape[1])
    losses = np.zeros(steps)
    for i in range(steps):
        losses[i] = bce_sum(y, sigmoid(X @ w + b))
        dw, db = neuron_grad(X, y, w, b)
        w = w - lr * dw
        b = b - lr * db
    return w, b, losses


# %% [markdown]
# ## T8 · What one neuron can and can't do
#
# Three gates, one neuron, one surprise.


# %%
def predict_table(gate):
    """Train a neuron on a gate and return its truth table."""
    w, b, losses = train_neuron(X, TARGETS[gate])
    return perceptron(X, w, b)


# %%
def is_separable(y):
    """Say whether one line can separate the zeros from the ones."""
    # 7 * 7 * 14 lines
    for w1 in range(-3, 4):
        for w2 in range(-3, 4):
            for b in np.arange(-7, 7) + 0.5:
                if (step(w1 * X[:, 0] + w2 * X[:, 1] + b) == y).all():
                    return True
    return False


# %%
def answers():
    """Answer two questions about the neuron that you trained on XOR."""
    return {"more_steps_help": False, "xor_loss_limit": 4 * np.log(2)}


# %% [markdown]
# ## T9 · Look at it
#
# A line in the plane says more than twelve numbers, and a curve more than a thousand.


# %%
def plot_gates() -> plt.Figure:
    """Draw what a neuron learned of AND, OR and XOR."""
    figure, panels = plt.subplots(1, 3, figsize=(12, 4))
    for panel, gate in zip(panels, ["AND", "OR", "XOR"]):
        w, b, _ = train_neuron(X, TARGETS[gate])
        panel.scatter(X[:, 0], X[:, 1], c=TARGETS[gate], cmap="viridis", s=80)
        x = np.linspace(-0.5, 1.5, 100)
        panel.plot(x, -(w[0] * x + b) / w[1], color="r")
        panel.set_xlim(-0.5, 1.5)
        panel.set_ylim(-0.5, 1.5)
        panel.set_title(gate)
        panel.set_xlabel("x1")
        panel.set_ylabel("x2")
    return figure


# %%
def plot_losses() -> plt.Figure:
    """Draw the loss curves of AND, OR and XOR."""
    figure, panel = plt.subplots()
    for gate in ["AND", "OR", "XOR"]:
        panel.plot(train_neuron(X, TARGETS[gate])[2], label=gate)
    panel.set_xlabel("step")
    panel.set_ylabel("loss")
    panel.legend()
    return figure


print(predict_table("AND"), predict_table("OR"), predict_table("XOR"))

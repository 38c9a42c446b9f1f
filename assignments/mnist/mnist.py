# %% [markdown]
r"""# MNIST: reading handwritten digits.

70,000 grey pictures of 28 x 28 pixels, ten digits. You train six models on them, from a
softmax regression whose every step you write yourself to a small convolutional network in
Keras, and you measure on images that no model has seen.

| task | what you write | points |
| ---- | -------------- | ------ |
| T1 | `prepare`, `show_digits` | 8 |
| T2 | `softmax`, `cross_entropy`, `next_batch` | 12 |
| T3 | `softmax_step` | 10 |
| T4 | `train_softmax`, `accuracy` | 12 |
| T5 | `build_15`, `count_params`, `quadratic_cost`, `train_15` | 12 |
| T6 | `build_relu_dropout`, `train_relu_dropout` | 12 |
| T7 | `build_deep`, `lr_at`, `train_deep` | 10 |
| T8 | `build_conv`, `train_conv` | 12 |
| T9 | `predict`, `confusion`, `show_worst` | 6 |
| T10 | `plot_histories`, `plot_weights` | 6 |

Check your work with `grader check mnist`; hand it in with `grader submit mnist`. The
handout (`README.md`) has the formulas, worked examples and traps.

Letters for shapes, the same everywhere:

- `n` images; `x` (n, 28, 28) their pixels 0 to 255, `y` (n,) their digits 0 to 9.
- `X` (n, 784) the pixels of each image as one row, 0 to 1; `Y` (n, 10) one-hot targets.
- `W` (784, 10), `b` (10,) weights and biases; `Z = X @ W + b` (n, 10) the logits.
- `P` (n, 10) outputs: the probability of each digit, one row an image.

T1 to T4, T9 and T10 are NumPy. T5 to T8 are Keras; it is imported inside the functions,
because importing TensorFlow takes seconds which the other tasks need not wait for.
"""

# %%
import matplotlib.pyplot as plt
import numpy as np

from grader.data import load_mnist

# %% [markdown]
# ## T1: the data
#
# `(x_train, y_train), (x_test, y_test) = load_mnist()` gives the images; it is complete and
# works without a network. `prepared` is complete, too: once `prepare` is there, it gives
# what you can try all the other tasks with.


# %%
def prepare(x, y):
    """Turn images and digits into what the models are fed with.

    Args:
        x: Images (n, 28, 28), whole numbers 0 (paper) to 255 (ink).
        y: Digits (n,).

    Returns:
        (X, Y): X (n, 784) floats in [0, 1], row after row of each image; Y (n, 10) floats,
        1 in the column of the digit, else 0.

    >>> x = np.zeros((2, 28, 28), dtype=np.uint8)
    >>> x[1, 0, 27] = 51  # the last pixel of the first row
    >>> X, Y = prepare(x, np.array([3, 9]))
    >>> X.shape, float(X[1, 27])
    ((2, 784), 0.2)
    >>> Y[0]
    array([0., 0., 0., 1., 0., 0., 0., 0., 0., 0.])
    """
    raise NotImplementedError("T1: write prepare")


def prepared():
    """Return (X, Y), (X_test, Y_test): all images and digits of load_mnist, prepared."""
    (x, y), (x_test, y_test) = load_mnist()
    return prepare(x, y), prepare(x_test, y_test)


def show_digits(x, y):
    """Draw the first four images as 2 x 2 grey pictures, each with its digit as title.

    Args:
        x: Images (n, 28, 28), n >= 4.
        y: Digits (n,).

    Returns:
        The Matplotlib figure.
    """
    raise NotImplementedError("T1: write show_digits")


# %% [markdown]
# ## T2: softmax, cross-entropy, batches


# %%
def softmax(Z):
    r"""Return exp(Z) divided by its sum over each row.

    For logits of any size: exp of the differences to the row's largest never overflows.

    Args:
        Z: Logits (n, 10); any number of columns will do.

    Returns:
        P like Z: positive, each row adds up to 1.

    >>> softmax(np.array([[0.0, np.log(3.0)]]))
    array([[0.25, 0.75]])
    >>> softmax(np.array([[1000.0, 1000.0]]))
    array([[0.5, 0.5]])
    """
    raise NotImplementedError("T2: write softmax")


def cross_entropy(Y, P):
    """Return the mean over the images of -sum_k Y_k ln P_k.

    P is what softmax returned: probabilities, not logits. One that has underflowed to 0
    must not make the result NaN where Y is 0.

    Args:
        Y: One-hot targets (n, 10).
        P: Probabilities (n, 10).

    Returns:
        A number >= 0.

    >>> Y = np.eye(2)
    >>> P = np.array([[0.5, 0.5], [0.75, 0.25]])  # -(ln 1/2 + ln 1/4) / 2 = 1.5 ln 2
    >>> round(cross_entropy(Y, P), 4)  # 1.5 * 0.6931
    1.0397
    >>> abs(cross_entropy(Y, Y)) < 1e-6  # nothing is better than a sure right answer
    True
    """
    raise NotImplementedError("T2: write cross_entropy")


def next_batch(n, batch, steps, seed=0):
    """Return which images each step trains with.

    The images are shuffled, dealt out in batches, and shuffled anew when all have been
    used: where batch divides n, every n / batch steps in a row are an epoch that has each
    image once.

    Args:
        n: Number of images.
        batch: Images a step, at most n.
        steps: Number of steps, at least 1.
        seed: Feeds `np.random.default_rng`.

    Returns:
        Whole numbers (steps, batch), each in range(n).

    >>> rows = next_batch(n=6, batch=2, steps=6, seed=1)
    >>> rows.shape
    (6, 2)
    >>> sorted(rows[:3].ravel().tolist()), sorted(rows[3:].ravel().tolist())
    ([0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5])
    """
    raise NotImplementedError("T2: write next_batch")


# %% [markdown]
# ## T3: one step of softmax regression


# %%
def softmax_step(W, b, X, Y, lr):
    """Take one step of gradient descent on the mean cross-entropy of one batch.

    W and b themselves stay as they are.

    Args:
        W: Weights (784, 10).
        b: Biases (10,).
        X: Images (n, 784).
        Y: One-hot targets (n, 10).
        lr: Learning rate.

    Returns:
        (W, b, loss): the new weights and biases, and the loss before the step.

    >>> W, b, loss = softmax_step(
    ...     np.zeros((1, 2)), np.zeros(2), np.array([[4.0]]), np.array([[1.0, 0.0]]), 0.5
    ... )
    >>> W, b  # P - Y = (-1/2, 1/2), times x = 4, times -lr
    (array([[ 1., -1.]]), array([ 0.25, -0.25]))
    >>> round(loss, 4)  # ln 2: from zero weights it can't decide
    0.6931
    """
    raise NotImplementedError("T3: write softmax_step")


# %% [markdown]
# ## T4: training it


# %%
def train_softmax(X, Y, lr=0.5, batch=100, steps=1000, seed=0):
    """Train softmax regression on random batches, from zero weights and biases.

    Args:
        X: Images (n, 784), perhaps sorted by digit.
        Y: One-hot targets (n, 10).
        lr: Learning rate.
        batch: Images a step.
        steps: Number of steps.
        seed: Decides the batches.

    Returns:
        (W, b, losses): (784, 10), (10,), and (steps,) the loss of each step's batch just
        before that step.
    """
    raise NotImplementedError("T4: write train_softmax")


def accuracy(Y, P):
    """Return the share of images whose most probable digit is the right one.

    Args:
        Y: One-hot targets (n, 10).
        P: Probabilities, or logits, (n, 10).

    Returns:
        A number in [0, 1].

    >>> Y = np.eye(3)
    >>> P = np.array([[0.4, 0.3, 0.3], [0.1, 0.8, 0.1], [0.2, 0.5, 0.3]])
    >>> round(accuracy(Y, P), 4)  # the third is taken for the second
    0.6667
    """
    raise NotImplementedError("T4: write accuracy")


# %% [markdown]
# ## T5: fifteen hidden neurons, 11,935 parameters
#
# From here on models are Keras models. Each takes rows X (n, 784) and gives ten outputs.


# %%
def build_15():
    """Return the untrained network 784-15-10, sigmoids in both layers."""
    raise NotImplementedError("T5: write build_15")


def count_params():
    """Return how many weights and biases the network of build_15 has."""
    raise NotImplementedError("T5: write count_params")


def quadratic_cost(Y, P):
    """Return half of the mean over the images of the squared distance between Y and P.

    Args:
        Y: Targets (n, 10).
        P: Outputs (n, 10).

    Returns:
        A number >= 0.

    >>> Y = np.array([[1.0, 0.0], [0.0, 1.0]])
    >>> P = np.array([[1.0, 2.0], [1.0, 1.0]])  # squared distances 4 and 1
    >>> quadratic_cost(Y, P)
    1.25
    """
    raise NotImplementedError("T5: write quadratic_cost")


def train_15(X, Y, lr=3.0, batch=10, epochs=5, seed=0):
    """Train the network of build_15 by gradient descent on the quadratic cost.

    Plain SGD: each step moves the parameters by -lr times the gradient of
    quadratic_cost on its batch.

    Args:
        X: Images (n, 784), perhaps sorted by digit.
        Y: One-hot targets (n, 10).
        lr: Learning rate, for quadratic_cost as it is defined here.
        batch: Images a step.
        epochs: How often each image is used.
        seed: For `keras.utils.set_random_seed`.

    Returns:
        The trained Keras model.
    """
    raise NotImplementedError("T5: write train_15")


# %% [markdown]
# ## T6: a ReLU layer and dropout


# %%
def build_relu_dropout(width=100, keep=0.5):
    """Return an untrained network: one ReLU layer, dropout, softmax output.

    Args:
        width: Number of hidden neurons.
        keep: Probability that a hidden neuron's output is kept.
    """
    raise NotImplementedError("T6: write build_relu_dropout")


def train_relu_dropout(
    X, Y, width=100, keep=0.5, lr=0.5, batch=100, steps=2000, seed=0
):
    """Train the network of build_relu_dropout by SGD on the mean cross-entropy.

    Args:
        X: Images (n, 784), perhaps sorted by digit.
        Y: One-hot targets (n, 10).
        width: As in build_relu_dropout.
        keep: The same.
        lr: Learning rate.
        batch: Images a step.
        steps: Number of steps; you may round to whole epochs.
        seed: For `keras.utils.set_random_seed`.

    Returns:
        The trained Keras model.
    """
    raise NotImplementedError("T6: write train_relu_dropout")


# %% [markdown]
# ## T7: five layers and a falling learning rate


# %%
def build_deep(activation="relu"):
    """Return the untrained network with layers of 200, 100, 60, 30 and 10 neurons.

    Args:
        activation: Of the four hidden layers, "sigmoid" or "relu"; the output is softmax.
    """
    raise NotImplementedError("T7: write build_deep")


def lr_at(i):
    """Return the learning rate of step i = 0, 1, 2, ...: from 0.003 down to 0.0001.

    >>> round(lr_at(0), 7)
    0.003
    >>> round(lr_at(2000), 7)  # 1/e of the way is left
    0.0011669
    """
    raise NotImplementedError("T7: write lr_at")


def train_deep(activation, X, Y, X_test, Y_test, batch=100, epochs=5, seed=0):
    """Train the network of build_deep with Adam, at the rate lr_at(i) in step i.

    The test images are only looked at: nothing is learned or chosen by them.

    Args:
        activation: As in build_deep.
        X: Training images (n, 784), perhaps sorted by digit.
        Y: One-hot targets (n, 10).
        X_test: Other images (m, 784).
        Y_test: Their targets (m, 10).
        batch: Images a step.
        epochs: How often each training image is used.
        seed: For `keras.utils.set_random_seed`.

    Returns:
        (model, history): the trained Keras model, and a dict of lists with one number an
        epoch: "accuracy" and "loss" on the training images, "val_accuracy" and "val_loss"
        on the test images after that epoch (mean cross-entropy).
    """
    raise NotImplementedError("T7: write train_deep")


# %% [markdown]
# ## T8: a convolutional network


# %%
def build_conv():
    """Return an untrained network with at least two convolutional layers, all ReLU.

    It takes rows of 784 pixels like all the others, and gives ten outputs.
    """
    raise NotImplementedError("T8: write build_conv")


def train_conv(X, Y, batch=100, epochs=5, seed=0):
    """Train the network of build_conv with any optimizer.

    Args:
        X: Images (n, 784), perhaps sorted by digit.
        Y: One-hot targets (n, 10).
        batch: Images a step.
        epochs: How often each image is used.
        seed: For `keras.utils.set_random_seed`.

    Returns:
        The trained Keras model.
    """
    raise NotImplementedError("T8: write train_conv")


# %% [markdown]
# ## T9: what it reads, and where it errs


# %%
def predict(X_train, Y_train, X):
    """Train the model of your choice and read other images with it.

    Args:
        X_train: Images (n, 784), perhaps sorted by digit.
        Y_train: One-hot targets (n, 10).
        X: Other images (m, 784).

    Returns:
        The digits (m,) of X, whole numbers, in the order of X.
    """
    raise NotImplementedError("T9: write predict")


def confusion(y, y_pred):
    """Count which digit is taken for which.

    Args:
        y: True digits (n,).
        y_pred: What they were taken for (n,).

    Returns:
        Whole numbers (10, 10): row the true digit, column what it was taken for.

    >>> C = confusion(np.array([4, 4, 9]), np.array([9, 4, 9]))
    >>> C[4].tolist()
    [0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
    """
    raise NotImplementedError("T9: write confusion")


def show_worst(x, y, P):
    """Draw the five images whose true digit was given the smallest probability.

    The worst first; each title says the true digit and the most probable one.

    Args:
        x: Images (n, 28, 28), n >= 5.
        y: True digits (n,).
        P: Probabilities (n, 10).

    Returns:
        The Matplotlib figure.
    """
    raise NotImplementedError("T9: write show_worst")


# %% [markdown]
# ## T10: look at it


# %%
def plot_histories(histories):
    """Draw how accuracy and loss of several models went, on training and test images.

    Args:
        histories: Name of a model -> its history as train_deep returns it.

    Returns:
        The Matplotlib figure: one panel for the accuracies, one for the losses, each with
        two curves a model (training and test) over the epochs, labelled axes, a legend.
    """
    raise NotImplementedError("T10: write plot_histories")


def plot_weights(W):
    """Draw the weights of softmax regression as ten images: what each digit looks for.

    Args:
        W: Weights (784, 10).

    Returns:
        The Matplotlib figure: ten panels of 28 x 28, column k of W under the title "k",
        all in the same colours.
    """
    raise NotImplementedError("T10: write plot_weights")

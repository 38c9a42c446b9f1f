# %% [markdown]
r"""# Overfitting.

A network with more weights than it has pixels to learn from gets every training image
right, and goes on training: what it learns from then on is by heart. You make that happen,
measure it, plot it, and try what helps against it.

| task | what you write | points |
| ---- | -------------- | ------ |
| T1 | `small_sample` | 8 |
| T2 | `build_big`, `fit`, `train_overfit` | 18 |
| T3 | `gap`, `best_epoch`, `rise` | 12 |
| T4 | `misclassified`, `plot_history`, `answers` | 12 |
| T5 | `gap_by_size`, `plot_gaps` | 12 |
| T6 | `with_dropout`, `with_l2`, `with_early_stopping`, `with_small_net` | 20 |
| T7 | `inject_label_noise`, `noisy_baseline` | 10 |
| T8 | `poly_rss`, `plot_poly_rss` | 8 |

Check your work with `grader check overfitting`; hand it in with `grader submit overfitting`.
The handout (`README.md`) has the formulas, worked examples and hints.

Names and shapes, the same everywhere:

- `x` (n, 784) float32 images, pixels between 0 and 1; `y` (n,) labels 0 to 9.
- `x_val` (m, 784), `y_val` (m,): the validation images. No network ever trains on them.
- `history`: a dict of four lists with one number an epoch, as Keras' `fit` gives it:
  `loss`, `accuracy` of the training images, `val_loss`, `val_accuracy` of the others.

T2 and T6 are Keras. It is imported inside the functions, because importing TensorFlow
takes seconds which the other tasks need not wait for.
"""

# %%
import matplotlib.pyplot as plt
import numpy as np

from grader.data import load_mnist

# %% [markdown]
# ## Given
#
# The digits as a network takes them, and the points of T8: the ten of KAI's slide on
# polynomials, and fresh ones of the same curve.


# %%
def prepare(images):
    """Return images (n, 28, 28) of bytes as rows (n, 784) of float32 between 0 and 1."""
    return (images.reshape(len(images), 784) / 255).astype("float32")


def digits():
    """Return x, y, x_val, y_val: all training images, and up to 2,000 for validation."""
    (x_train, y_train), (x_test, y_test) = load_mnist()
    return prepare(x_train), y_train, prepare(x_test[:2000]), y_test[:2000]


POLY_X = np.array([-0.5, -0.25, -0.125, 0, 0.125, 0.25, 0.375, 0.625, 0.75, 1])
POLY_Y = np.array(
    [
        *(-4.6328264194, -3.6418977786, -2.5135857842, -2.2227781093, -1.885313782),
        *(-1.5781993865, -1.5699446969, -0.9929183017, -1.4338102296, -1.9213950184),
    ]
)
NOISE_SD = 0.27


def cubic(x):
    """Return x^3 - 4x^2 + 3x - 2, the curve that the points of T8 scatter about."""
    return x**3 - 4 * x**2 + 3 * x - 2


def fresh_points(n=10, seed=0):
    """Draw n new points (x, y) of the cubic with noise of standard deviation 0.27."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-0.5, 1, n)
    return x, cubic(x) + rng.normal(scale=NOISE_SD, size=n)


# %% [markdown]
# ## T1: a small sample


# %%
def small_sample(x, y, n, seed=0):
    """Draw n images and their labels, no image twice.

    Args:
        x: Images (N, 784).
        y: Labels (N,).
        n: How many, at most N.
        seed: Decides which.

    Returns:
        (x_small, y_small): (n, 784) and (n,).

    >>> x = np.arange(6).reshape(6, 1)
    >>> x_small, y_small = small_sample(x, 10 * np.arange(6), n=6)
    >>> sorted(x_small[:, 0].tolist())  # all six, in another order
    [0, 1, 2, 3, 4, 5]
    >>> bool((y_small == 10 * x_small[:, 0]).all())  # each label is still with its image
    True
    """
    # solution T1: write small_sample
    chosen = np.random.default_rng(seed).choice(len(x), size=n, replace=False)
    return x[chosen], y[chosen]
    # end solution


# %% [markdown]
# ## T2: a network that overfits


# %%
def build_big(width=512):
    """Return the network 784 - width - 10: ReLU in the middle, softmax at the end.

    Of Keras' own layers, not trained. For 512 it has 407,050 weights, for 500 images.
    """
    # solution T2: write build_big
    import keras

    return keras.Sequential(
        [
            keras.Input((784,)),
            keras.layers.Dense(width, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    # end solution


def fit(model, x, y, x_val, y_val, epochs=60, callbacks=()):
    """Train a network of ten softmax outputs and return its history.

    Adam with learning rate 1e-3, cross-entropy, batches of 32.

    Args:
        model: A network as from build_big. It is trained in place.
        x: Training images (n, 784).
        y: Their labels (n,).
        x_val: Validation images (m, 784), only to look at after each epoch.
        y_val: Their labels (m,).
        epochs: How often each training image is used.
        callbacks: For Keras, T6 needs one.

    Returns:
        The history, a dict of four lists: loss, accuracy, val_loss, val_accuracy.
    """
    # solution T2: write fit
    import keras

    model.compile(
        optimizer=keras.optimizers.Adam(1e-3),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    trained = model.fit(
        x,
        y,
        batch_size=32,
        epochs=epochs,
        validation_data=(x_val, y_val),
        validation_batch_size=1000,
        callbacks=list(callbacks),
        verbose=0,
    )
    return trained.history
    # end solution


def train_overfit(x, y, x_val, y_val, width=512, epochs=60, seed=0):
    """Train the big network until it knows the training images by heart.

    Args:
        x: Training images (n, 784), a few hundred.
        y: Their labels (n,).
        x_val: Validation images (m, 784).
        y_val: Their labels (m,).
        width: Of the hidden layer.
        epochs: How many.
        seed: Decides the first weights and the order of the batches. With the same seed
            a shorter training is the beginning of a longer one.

    Returns:
        (model, history): the network after the last epoch, and the dict of four lists
        with `epochs` numbers each.
    """
    # solution T2: write train_overfit
    import keras

    keras.utils.set_random_seed(seed)
    model = build_big(width)
    return model, fit(model, x, y, x_val, y_val, epochs)
    # end solution


# %% [markdown]
# ## T3: three numbers of a history


# %%
def gap(history):
    """Return training accuracy minus validation accuracy after the last epoch.

    >>> gap({"accuracy": [0.5, 1.0], "val_accuracy": [0.5, 0.75]})
    0.25
    """
    # solution T3: write gap
    return history["accuracy"][-1] - history["val_accuracy"][-1]
    # end solution


def best_epoch(history):
    """Return the epoch with the smallest validation loss; of equal ones the first.

    Epochs count from 1.

    >>> best_epoch({"val_loss": [1.0, 0.5, 0.5, 0.75]})
    2
    """
    # solution T3: write best_epoch
    return int(np.argmin(history["val_loss"])) + 1
    # end solution


def rise(history):
    """Return the last validation loss divided by the smallest: 1 if it never rose.

    >>> rise({"val_loss": [1.0, 0.5, 0.5, 0.75]})
    1.5
    """
    # solution T3: write rise
    losses = history["val_loss"]
    return losses[-1] / min(losses)
    # end solution


# %% [markdown]
# ## T4: look at it


# %%
def misclassified(history):
    """Return the shares of wrong answers, epoch by epoch.

    Returns:
        (train, validation): two arrays (epochs,), each 1 minus the accuracy.

    >>> train, validation = misclassified({"accuracy": [0.5, 1], "val_accuracy": [0.25, 0.75]})
    >>> train, validation
    (array([0.5, 0. ]), array([0.75, 0.25]))
    """
    # solution T4: write misclassified
    train, validation = (np.array(history[k]) for k in ("accuracy", "val_accuracy"))
    return 1 - train, 1 - validation
    # end solution


def plot_history(history):
    """Draw how a training went, in two panels, and mark its best epoch.

    One panel with the losses, one with the shares of wrong answers (or the accuracies),
    each for the training and the validation images, axes labelled, with a legend. The
    best epoch is a vertical line, a dot on the validation loss, or is named in a text.

    Returns:
        The Matplotlib figure.
    """
    # solution T4: write plot_history
    train, validation = misclassified(history)
    best = best_epoch(history)
    epochs = np.arange(1, len(train) + 1)
    fig, (left, right) = plt.subplots(ncols=2, figsize=(9, 3.6), layout="constrained")
    left.plot(epochs, history["loss"], "--", label="training")
    left.plot(epochs, history["val_loss"], label="validation")
    left.set(xlabel="epoch", ylabel="cross-entropy")
    right.plot(epochs, train, "--", label="training")
    right.plot(epochs, validation, label="validation")
    right.set(xlabel="epoch", ylabel="misclassified")
    for ax in (left, right):
        ax.axvline(best, color="0.6", linestyle=":", label=f"best epoch: {best}")
        ax.legend()
    return fig
    # end solution


def answers():
    """Return your answers to the four questions of the handout.

    Returns:
        A dict with the keys

        - `overfits`: "A", "B", "C" or "D": the run of the handout's table that overfits.
        - `sign`: "gap" or "rise": which of the two tells that run from the others?
        - `clean_dropout`: "yes" or "no": does dropout close the gap on clean labels?
        - `test_accuracy`: "yes" or "no": the test images decided when to stop. Is the
          accuracy on them a fair estimate for new images?
    """
    # solution T4: write answers
    return {
        "overfits": "C",
        "sign": "rise",
        "clean_dropout": "no",
        "test_accuracy": "no",
    }
    # end solution


# %% [markdown]
# ## T5: more images


# %%
def gap_by_size(x, y, x_val, y_val, sizes, width=256, epochs=30, seed=0):
    """Train on samples of several sizes and return each one's gap.

    Each sample is drawn with `small_sample`, each network trained with `train_overfit`,
    and all are validated with all of x_val.

    Args:
        x: All training images (N, 784).
        y: Their labels (N,).
        x_val: Validation images (m, 784).
        y_val: Their labels (m,).
        sizes: Numbers of images, each at most N.
        width: Of the hidden layer.
        epochs: Of each training.
        seed: Of the samples and the trainings.

    Returns:
        The gaps, one for each size, in their order.
    """
    # solution T5: write gap_by_size
    gaps = []
    for n in sizes:
        x_small, y_small = small_sample(x, y, n, seed)
        _, history = train_overfit(x_small, y_small, x_val, y_val, width, epochs, seed)
        gaps.append(gap(history))
    return np.array(gaps)
    # end solution


def plot_gaps(sizes, gaps):
    """Draw the gap against the number of training images, a point for each size.

    A logarithmic axis for the sizes, both axes labelled.

    Returns:
        The Matplotlib figure.
    """
    # solution T5: write plot_gaps
    fig, ax = plt.subplots(figsize=(5.4, 3.6), layout="constrained")
    ax.plot(sizes, gaps, "o-")
    ax.set(
        xscale="log",
        xlabel="training images",
        ylabel="training minus validation accuracy",
    )
    return fig
    # end solution


# %% [markdown]
# ## T6: four remedies
#
# Each trains on images of which some have wrong labels, and returns (model, history) as
# `train_overfit` does. One thing is different in each.


# %%
def with_dropout(x, y, x_val, y_val, rate=0.5, width=256, epochs=30, seed=0):
    """Train the big network with dropout behind its hidden layer.

    Args:
        x: Training images (n, 784).
        y: Their labels (n,).
        x_val: Validation images (m, 784).
        y_val: Their labels (m,).
        rate: Share of the hidden neurons that each training step leaves out.
        width: Of the hidden layer.
        epochs: How many.
        seed: As in train_overfit.

    Returns:
        (model, history).
    """
    # solution T6: write with_dropout
    import keras

    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [
            keras.Input((784,)),
            keras.layers.Dense(width, activation="relu"),
            keras.layers.Dropout(rate),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    return model, fit(model, x, y, x_val, y_val, epochs)
    # end solution


def with_l2(x, y, x_val, y_val, strength=0.01, width=256, epochs=30, seed=0):
    """Train the big network with strength * sum(W**2) of the hidden layer in the loss.

    Args:
        x: Training images (n, 784).
        y: Their labels (n,).
        x_val: Validation images (m, 784).
        y_val: Their labels (m,).
        strength: What Keras' `L2(strength)` takes, for the hidden layer's weights.
        width: Of the hidden layer.
        epochs: How many.
        seed: As in train_overfit.

    Returns:
        (model, history).
    """
    # solution T6: write with_l2
    import keras

    keras.utils.set_random_seed(seed)
    penalty = keras.regularizers.L2(strength)
    model = keras.Sequential(
        [
            keras.Input((784,)),
            keras.layers.Dense(width, activation="relu", kernel_regularizer=penalty),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    return model, fit(model, x, y, x_val, y_val, epochs)
    # end solution


def with_early_stopping(x, y, x_val, y_val, patience=3, width=256, epochs=60, seed=0):
    """Train the big network until the validation loss gets no better.

    The training stops after `patience` epochs in a row without a new smallest
    validation loss; the network then gets the weights of the best epoch back.

    Args:
        x: Training images (n, 784).
        y: Their labels (n,).
        x_val: Validation images (m, 784).
        y_val: Their labels (m,).
        patience: How many epochs in a row may be no better.
        width: Of the hidden layer.
        epochs: How many at most.
        seed: As in train_overfit.

    Returns:
        (model, history): the network of the best epoch; the history of all epochs that
        were trained.
    """
    # solution T6: write with_early_stopping
    import keras

    keras.utils.set_random_seed(seed)
    model = build_big(width)
    stop = keras.callbacks.EarlyStopping(
        monitor="val_loss", patience=patience, restore_best_weights=True
    )
    return model, fit(model, x, y, x_val, y_val, epochs, callbacks=[stop])
    # end solution


def with_small_net(x, y, x_val, y_val, width=16, epochs=30, seed=0):
    """Train a network with a narrow hidden layer, which has no room to memorise.

    Args:
        x: Training images (n, 784).
        y: Their labels (n,).
        x_val: Validation images (m, 784).
        y_val: Their labels (m,).
        width: Of the hidden layer.
        epochs: How many.
        seed: As in train_overfit.

    Returns:
        (model, history).
    """
    # solution T6: write with_small_net
    import keras

    keras.utils.set_random_seed(seed)
    model = build_big(width)
    return model, fit(model, x, y, x_val, y_val, epochs)
    # end solution


# %% [markdown]
# ## T7: wrong labels


# %%
def inject_label_noise(y, frac, seed=0):
    """Return a copy of the labels of which a share is wrong.

    Args:
        y: Labels (n,), 0 to 9. They stay as they are.
        frac: Share of the labels that become wrong, 0 to 1.
        seed: Decides which, and what they become.

    Returns:
        (n,): exactly round(frac * n) labels, drawn by lot, are now one of the nine
        other digits, each as likely as the next.

    >>> y = np.arange(10)
    >>> int((inject_label_noise(y, 0.3) != y).sum())
    3
    """
    # solution T7: write inject_label_noise
    rng = np.random.default_rng(seed)
    wrong = rng.choice(len(y), size=round(frac * len(y)), replace=False)
    noisy = y.copy()
    # 1 to 9 further on, round the clock of ten: never the digit itself
    noisy[wrong] = (y[wrong] + rng.integers(1, 10, size=len(wrong))) % 10
    return noisy
    # end solution


def noisy_baseline(x, y, x_val, y_val, frac=0.2, width=256, epochs=30, seed=0):
    """Train the big network on noisy labels, with no remedy.

    The labels are those of inject_label_noise(y, frac, seed), the training is that of
    `train_overfit`.

    Args:
        x: Training images (n, 784).
        y: Their right labels (n,).
        x_val: Validation images (m, 784).
        y_val: Their labels (m,).
        frac: Share of the training labels that become wrong.
        width: Of the hidden layer.
        epochs: How many.
        seed: Of the noise and the training.

    Returns:
        (model, history).
    """
    # solution T7: write noisy_baseline
    noisy = inject_label_noise(y, frac, seed)
    return train_overfit(x, noisy, x_val, y_val, width, epochs, seed)
    # end solution


# %% [markdown]
# ## T8: the same with polynomials


# %%
def poly_rss(degrees, x, y, x_new, y_new):
    """Fit polynomials of several degrees and return how far the points are off.

    RSS is the sum of (y - f(x))^2 over the points. The least squares are those of the
    points (x, y); the new points only look at the result.

    Args:
        degrees: Each at most len(x) - 1.
        x: Where the polynomials are fitted (n,).
        y: (n,).
        x_new: Other points (m,).
        y_new: (m,).

    Returns:
        (rss, rss_new): two arrays with one sum for each degree.

    >>> x = np.array([-1.0, 0.0, 1.0])
    >>> rss, rss_new = poly_rss([0, 2], x, x**2, np.array([2.0]), np.array([4.0]))
    >>> rss.round(6), rss_new.round(6)  # the mean 2/3; the parabola itself
    (array([0.666667, 0.      ]), array([11.111111,  0.      ]))
    """
    # solution T8: write poly_rss
    rss, rss_new = [], []
    for degree in degrees:
        f = np.poly1d(np.polyfit(x, y, degree))
        rss.append(np.sum((y - f(x)) ** 2))
        rss_new.append(np.sum((y_new - f(x_new)) ** 2))
    return np.array(rss), np.array(rss_new)
    # end solution


def plot_poly_rss(degrees, rss, rss_new):
    """Draw both sums against the degree, on a logarithmic axis, with a legend.

    Returns:
        The Matplotlib figure.
    """
    # solution T8: write plot_poly_rss
    fig, ax = plt.subplots(figsize=(5.4, 3.6), layout="constrained")
    ax.plot(degrees, rss, "o--", label="points of the fit")
    ax.plot(degrees, rss_new, "s-", label="new points")
    ax.set(yscale="log", xlabel="degree", ylabel="RSS")
    ax.legend()
    return fig
    # end solution

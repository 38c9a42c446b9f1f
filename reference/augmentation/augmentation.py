# %% [markdown]
r"""# Augmentation.

Five hundred images are few: a network with 100,000 weights learns them by heart and gets
one new digit in seven wrong. A shifted or slightly turned 7 is still a 7, so 500 images
can be made into as many as you like. You write the shifts and turns, train the same
network with and without them, and find out whether the difference is more than luck.

| task | what you write | points |
| ---- | -------------- | ------ |
| T1 | `shift_images` | 14 |
| T2 | `rotate_image` | 12 |
| T3 | `random_augment` | 16 |
| T4 | `augmented_batches` | 12 |
| T5 | `train` | 16 |
| T6 | `compare` | 10 |
| T7 | `plot_variants`, `plot_curves` | 10 |
| T8 | `wrong_augment`, `answers` | 10 |

Check your work with `grader check augmentation`; hand it in with `grader submit augmentation`.
The handout (`README.md`) has the formulas, worked examples and hints.

Letters for shapes, the same everywhere:

- `n` training images, `m` test images, `k` seeds; `h` rows and `w` columns of an image,
  both 28 for the digits.
- `X` (n, h, w) images, grey values in [0, 1], 0 is background; `y` (n,) labels 0 to 9.
- `P` (m, 10) probabilities: one row an image, one column a class.
"""

# %%
import math

import matplotlib.pyplot as plt
import numpy as np

from grader.data import load_mnist

# %% [markdown]
# ## Given
#
# The digits, the network, and what the plain arm of the experiment is trained on.


# %%
def digits(n=500, n_val=300):
    """Return three parts of MNIST: few images to train with, some to watch, some to judge.

    Args:
        n: Number of training images.
        n_val: Number of validation images.

    Returns:
        (X, y), (X_val, y_val), (X_test, y_test): grey values in [0, 1], float32.
    """
    (x_train, y_train), (x_test, y_test) = load_mnist()
    x_train, x_test = (x.astype(np.float32) / 255 for x in (x_train, x_test))
    train, val = slice(n), slice(n, n + n_val)
    return (
        (x_train[train], y_train[train]),
        (x_train[val], y_train[val]),
        (x_test, y_test),
    )


def build_mlp(seed):
    """Return the network of both arms, 784-128-10, with weights that the seed decides."""
    # here and not above: it takes seconds, and only T5 needs it
    import keras

    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [
            keras.Input((28, 28)),
            keras.layers.Flatten(),
            keras.layers.Dense(128, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(
        optimizer=keras.optimizers.Adam(1e-3),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    return model


def accuracy(P, y):
    """Return the share of images whose largest probability is at the label.

    >>> accuracy(np.array([[0.7, 0.3], [0.2, 0.8]]), np.array([0, 0]))
    0.5
    """
    return float(np.mean(P.argmax(axis=1) == y))


def plain_batches(X, y, batch=32, epochs=40, seed=0):
    """Return the batches of all epochs, without augmentation.

    Args:
        X: Images (n, h, w).
        y: Labels (n,).
        batch: Images in a batch; the last of an epoch may hold fewer.
        epochs: How often each image is used.
        seed: Of the order, which is another one in every epoch.

    Returns:
        A list of epochs * ceil(n / batch) pairs (X_batch, y_batch), epoch after epoch.

    >>> X, y = np.zeros((5, 3, 3)), np.arange(5)
    >>> [len(y_batch) for _, y_batch in plain_batches(X, y, batch=2, epochs=2)]
    [2, 2, 1, 2, 2, 1]
    """
    rng = np.random.default_rng(seed)
    batches = []
    for _ in range(epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch):
            chosen = order[start : start + batch]
            batches.append((X[chosen], y[chosen]))
    return batches


# %% [markdown]
# ## T1: shift all images


# %%
def shift_images(X, dx, dy):
    """Shift all images by dx pixels to the right and dy pixels down.

    What leaves the frame is lost, and what comes in from outside is 0.

    Args:
        X: Images (n, h, w).
        dx: Whole number of columns; negative is to the left.
        dy: Whole number of rows; negative is up (row 0 is at the top).

    Returns:
        New images (n, h, w); X stays as it is.

    >>> X = np.array([[[1, 2, 3], [4, 5, 6], [7, 8, 9]]])
    >>> shift_images(X, 1, 0)[0]
    array([[0, 1, 2],
           [0, 4, 5],
           [0, 7, 8]])
    >>> shift_images(X, 0, -2)[0]
    array([[7, 8, 9],
           [0, 0, 0],
           [0, 0, 0]])
    """
    # solution T1: write shift_images
    _, h, w = X.shape
    shifted = np.zeros_like(X)
    if abs(dx) < w and abs(dy) < h:
        # of what stays in the frame: where it comes from, and where it goes
        from_rows, to_rows = (
            slice(max(-dy, 0), h - max(dy, 0)),
            slice(max(dy, 0), h - max(-dy, 0)),
        )
        from_cols, to_cols = (
            slice(max(-dx, 0), w - max(dx, 0)),
            slice(max(dx, 0), w - max(-dx, 0)),
        )
        shifted[:, to_rows, to_cols] = X[:, from_rows, from_cols]
    return shifted
    # end solution


# %% [markdown]
# ## T2: rotate one image
#
# Go through the pixels of the *new* image and ask of each where it comes from. The other
# way round, two old pixels may land on one new pixel and leave a hole beside it.


# %%
def rotate_image(image, deg):
    """Rotate one image about its centre, counter-clockwise as you see it.

    The new pixel at (x, y), measured from the centre to the right and down, comes from

        x' = x cos(deg) - y sin(deg),   y' = x sin(deg) + y cos(deg)

    of the old image. That is rarely the middle of a pixel: take the nearest one, or
    interpolate between the four around it. Outside of the old image everything is 0.

    Args:
        image: One image (h, w).
        deg: Angle in degrees; negative is clockwise.

    Returns:
        A new image (h, w).

    >>> image = np.array([[0.0, 0.0, 1.0], [0.0, 0.5, 0.0], [0.0, 0.0, 0.0]])
    >>> rotate_image(image, 90)
    array([[1. , 0. , 0. ],
           [0. , 0.5, 0. ],
           [0. , 0. , 0. ]])
    """
    # solution T2: write rotate_image
    h, w = image.shape
    # the middle of 28 pixels, 0 to 27, is at 13.5: between two of them
    middle_row, middle_col = (h - 1) / 2, (w - 1) / 2
    x = np.arange(w) - middle_col  # (w,)
    y = np.arange(h)[:, np.newaxis] - middle_row  # (h, 1)
    cos, sin = np.cos(np.deg2rad(deg)), np.sin(np.deg2rad(deg))
    # (w,) and (h, 1) -> (h, w): the old row and column that each new pixel comes from
    col = np.rint(x * cos - y * sin + middle_col).astype(int)
    row = np.rint(x * sin + y * cos + middle_row).astype(int)
    inside = (row >= 0) & (row < h) & (col >= 0) & (col < w)
    # any pixel will do as a stand-in for what is outside: it is blanked
    return np.where(inside, image[row % h, col % w], 0)
    # end solution


# %% [markdown]
# ## T3: a new variant of every image


# %%
def random_augment(X, max_shift=2, max_deg=15, seed=0):
    """Return a variant of each image, shifted and rotated at random.

    Each image gets its own shift and its own angle, drawn uniformly: dx and dy from
    -max_shift to max_shift, both ends included, the angle from -max_deg to max_deg.

    Args:
        X: Images (n, h, w), grey values in [0, 1].
        max_shift: Largest shift to each side, in pixels.
        max_deg: Largest angle to each side, in degrees.
        seed: Feeds `np.random.default_rng`: the same seed, the same variants.

    Returns:
        New images (n, h, w), grey values in [0, 1]; X stays as it is.
    """
    # solution T3: write random_augment
    rng = np.random.default_rng(seed)
    variants = np.empty_like(X)
    for i, image in enumerate(X):
        rotated = rotate_image(image, rng.uniform(-max_deg, max_deg))
        # the upper end of `integers` is excluded
        dx, dy = rng.integers(-max_shift, max_shift + 1, size=2)
        variants[i] = shift_images(rotated[np.newaxis], dx, dy)[0]
    return variants
    # end solution


# %% [markdown]
# ## T4: batches that never repeat themselves


# %%
def augmented_batches(X, y, batch=32, epochs=40, seed=0):
    """Return the batches of all epochs, each epoch with new variants of all images.

    As many batches as `plain_batches` returns: every image once in an epoch, in another
    order in every epoch, each with its label. Always start from X: a variant of a
    variant wanders off.

    Args:
        X: Images (n, h, w).
        y: Labels (n,).
        batch: Images in a batch; the last of an epoch may hold fewer.
        epochs: How many variants of each image.
        seed: Decides the order and all variants.

    Returns:
        A list of epochs * ceil(n / batch) pairs (X_batch, y_batch), epoch after epoch.
    """
    # solution T4: write augmented_batches
    rng = np.random.default_rng(seed)
    batches = []
    for _ in range(epochs):
        variants = random_augment(X, seed=rng.integers(2**31))
        batches += plain_batches(variants, y, batch, epochs=1, seed=rng.integers(2**31))
    return batches
    # end solution


# %% [markdown]
# ## T5: one arm of the experiment


# %%
def train(training, validation, X_test, aug=True, seed=0, epochs=40):
    """Train build_mlp(seed) with or without augmentation, and predict the test images.

    Both arms make the same number of updates, one a batch of 32. Validation and test
    images are never augmented: the network has to read the digits as they come.

    Args:
        training: A pair (X, y): images (n, 28, 28) and labels (n,).
        validation: Another pair (X_val, y_val); it only draws a curve.
        X_test: Test images (m, 28, 28). Their labels are with whoever judges.
        aug: True: augmented batches. False: plain ones.
        seed: Of the network's first weights and of the batches.
        epochs: Number of epochs.

    Returns:
        (history, P): a dict, and the probabilities (m, 10) for X_test. In history,

        - `accuracy`: a list of one number an epoch, the accuracy on its batches while
          they were trained on;
        - `val_accuracy`: the accuracy on X_val after each epoch;
        - `steps`: how many updates were made, in all.
    """
    # solution T5: write train
    (X, y), (X_val, y_val) = training, validation
    make_batches = augmented_batches if aug else plain_batches
    batches = make_batches(X, y, 32, epochs, seed)
    per_epoch = len(batches) // epochs
    model = build_mlp(seed)
    curve, val_curve = [], []
    for epoch in range(epochs):
        right = 0
        for X_batch, y_batch in batches[epoch * per_epoch : (epoch + 1) * per_epoch]:
            _, share = model.train_on_batch(X_batch, y_batch)
            right += share * len(y_batch)
        curve.append(float(right / len(X)))
        val_curve.append(accuracy(model.predict_on_batch(X_val), y_val))
    steps = int(model.optimizer.iterations)
    history = {"accuracy": curve, "val_accuracy": val_curve, "steps": steps}
    return history, model.predict_on_batch(X_test)
    # end solution


# %% [markdown]
# ## T6: more than luck?
#
# Train both arms from several seeds and compare the test accuracies in pairs.


# %%
def compare(plain, augmented):
    """Compare the test accuracies of two arms, seed by seed.

    Args:
        plain: Accuracies without augmentation (k,), one a seed.
        augmented: Accuracies with it (k,), of the same seeds.

    Returns:
        A dict:

        - `differences`: (k,), augmented minus plain;
        - `mean`: their mean;
        - `standard_error`: of the mean, sd / sqrt(k) with k - 1 in the variance; for one
          seed nothing is known about it: infinite;
        - `t`: mean / standard_error; 0 for one seed;
        - `p_sign`: of the sign test: leave out differences of 0, let q remain and r of
          them be positive: the probability of r or more heads in q throws of a coin;
        - `significant`: True if p_sign is below 0.05.

    >>> found = compare([0.85, 0.86], [0.88, 0.91])
    >>> found["differences"].round(2)
    array([0.03, 0.05])
    >>> round(found["mean"], 3), round(found["standard_error"], 3), round(found["t"], 2)
    (0.04, 0.01, 4.0)
    >>> found["p_sign"], found["significant"]  # two heads in two throws
    (0.25, False)
    """
    # solution T6: write compare
    differences = np.asarray(augmented) - np.asarray(plain)  # (k,)
    k = len(differences)
    mean = differences.mean()
    standard_error = differences.std(ddof=1) / np.sqrt(k) if k > 1 else np.inf
    r, losses = int((differences > 0).sum()), int((differences < 0).sum())
    q = r + losses
    p_sign = sum(math.comb(q, heads) for heads in range(r, q + 1)) / 2**q
    return {
        "differences": differences,
        "mean": float(mean),
        "standard_error": float(standard_error),
        "t": float(mean / standard_error),
        "p_sign": p_sign,
        "significant": p_sign < 0.05,
    }
    # end solution


# %% [markdown]
# ## T7: look at it


# %%
def plot_variants(image, seed=0):
    """Draw 32 variants of one image in a grid of 4 rows and 8 columns.

    Args:
        image: One image (28, 28).
        seed: Of the variants.

    Returns:
        The Matplotlib figure.
    """
    # solution T7: write plot_variants
    copies = np.repeat(image[np.newaxis], 32, axis=0)  # (1, 28, 28) -> (32, 28, 28)
    fig, axes = plt.subplots(4, 8, figsize=(8, 4.2), layout="constrained")
    for ax, variant in zip(axes.flat, random_augment(copies, seed=seed), strict=True):
        ax.imshow(variant, cmap="gray_r", vmin=0, vmax=1)
        ax.set_axis_off()
    fig.suptitle("32 variants of one image")
    return fig
    # end solution


def plot_curves(plain, augmented):
    """Draw the learning curves of both arms, training and validation accuracy of each.

    Labelled axes, and a legend that tells the four curves apart.

    Args:
        plain: The history of the plain arm.
        augmented: The history of the augmented arm.

    Returns:
        The Matplotlib figure.
    """
    # solution T7: write plot_curves
    fig, axes = plt.subplots(1, 2, figsize=(9, 3.6), sharey=True, layout="constrained")
    arms = {"plain": plain, "augmented": augmented}
    for ax, (name, history) in zip(axes, arms.items(), strict=True):
        epochs = np.arange(1, len(history["accuracy"]) + 1)
        ax.plot(epochs, history["accuracy"], label="training")
        ax.plot(epochs, history["val_accuracy"], "--", label="validation")
        ax.set(title=name, xlabel="epoch", ylabel="accuracy")
        ax.legend(loc="lower right")
    return fig
    # end solution


# %% [markdown]
# ## T8: what a digit does not stand


# %%
def wrong_augment(X, kind="mirror", seed=0):
    """Return the images, about half of them mirrored or turned upside down.

    Each image is left alone or changed with probability 1/2, whatever the others do.

    Args:
        X: Images (n, h, w).
        kind: "mirror" exchanges left and right; "half_turn" rotates by 180 degrees.
        seed: Decides which images are changed.

    Returns:
        New images (n, h, w); X stays as it is.
    """
    # solution T8: write wrong_augment
    chosen = np.random.default_rng(seed).random(len(X)) < 0.5  # (n,)
    changed = X[:, :, ::-1] if kind == "mirror" else X[:, ::-1, ::-1]
    # (n,) -> (n, 1, 1): one decision for all pixels of an image
    return np.where(chosen[:, np.newaxis, np.newaxis], changed, X)
    # end solution


def answers():
    """Return your answers to four questions.

    Returns:
        A dict with the keys

        - `mirror_effect`: what training with mirrored images does to the accuracy on new
          digits as they come: "raises", "lowers" or "none". Put `wrong_augment` into
          your augmented_batches and try it; then put it out again.
        - `mirror_proof`: the list of the three digits that a mirror leaves themselves,
          as people write them, so that mirroring can't harm them.
        - `six_upside_down`: the digit that a 6 looks like after a half turn.
        - `shifts`: how many different shifts (dx, dy) random_augment can choose from with
          max_shift=2.
    """
    # solution T8: write answers
    return {
        "mirror_effect": "lowers",  # the network learns mirrored 2s that nobody writes
        "mirror_proof": [0, 1, 8],
        "six_upside_down": 9,
        "shifts": 25,  # -2 to 2 are five numbers, for dx and for dy
    }
    # end solution

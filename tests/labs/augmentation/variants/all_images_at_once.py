"""No loop over images: one array of angles, one of shifts, one lookup for all pixels."""

import math

import matplotlib.pyplot as plt
import numpy as np


def column(v):
    return np.asarray(v)[:, None, None]


def warp(X, dx, dy, deg):
    """Rotate by deg about the centre, then shift; dx, dy, deg of shape (n,)."""
    n, h, w = X.shape
    x = np.arange(w)[None, None, :] - (w - 1) / 2 - column(dx)
    y = np.arange(h)[None, :, None] - (h - 1) / 2 - column(dy)
    cos, sin = np.cos(np.radians(column(deg))), np.sin(np.radians(column(deg)))
    q = np.floor(cos * x - sin * y + w / 2 + 1e-9).astype(int)
    r = np.floor(sin * x + cos * y + h / 2 + 1e-9).astype(int)
    inside = (q >= 0) & (q < w) & (r >= 0) & (r < h)
    return X[column(np.arange(n)), r * inside, q * inside] * inside


def same(n, value):
    return np.full(n, value)


def shift_images(X, dx, dy):
    n = len(X)
    return warp(X, same(n, dx), same(n, dy), same(n, 0))


def rotate_image(image, deg):
    return warp(image[None], [0], [0], [deg])[0]


def random_augment(X, max_shift=2, max_deg=15, seed=0):
    rng = np.random.default_rng(seed)
    n = len(X)
    dx, dy = rng.integers(-max_shift, max_shift + 1, size=(2, n))
    deg = rng.integers(-max_deg, max_deg + 1, size=n)
    return warp(X, dx, dy, deg).astype(np.float32)


def augmented_batches(X, y, batch=32, epochs=40, seed=0):
    n = len(X)
    rng = np.random.default_rng(seed)
    orders = np.stack([rng.permutation(n) for _ in range(epochs)])
    # all variants of all epochs in one call
    variants = random_augment(X[orders.ravel()], seed=seed).reshape(
        epochs, n, *X.shape[1:]
    )
    return [
        (variants[e, i : i + batch], y[orders[e, i : i + batch]])
        for e in range(epochs)
        for i in range(0, n, batch)
    ]


def train(training, validation, X_test, aug=True, seed=0, epochs=40):
    import keras

    keras.utils.set_random_seed(seed)
    inputs = keras.Input((28, 28))
    h = keras.layers.Dense(128, "relu")(keras.layers.Reshape((784,))(inputs))
    model = keras.Model(inputs, keras.layers.Dense(10, "softmax")(h))
    model.compile("adam", "categorical_crossentropy", metrics=["categorical_accuracy"])
    X, y = training
    one_hot = np.eye(10, dtype="float32")
    rng = np.random.default_rng(seed)
    orders = [rng.permutation(len(X)) for _ in range(epochs)]
    parts = [slice(i, i + 32) for i in range(0, len(X), 32)]
    plain = [(X[o][part], y[o][part]) for o in orders for part in parts]
    history = {"accuracy": [], "val_accuracy": []}
    batches = augmented_batches(X, y, 32, epochs, seed) if aug else plain
    hits = 0
    for k, (x, t) in enumerate(batches):
        logs = model.train_on_batch(x, one_hot[t], return_dict=True)
        hits += logs["categorical_accuracy"] * len(t)
        if (k + 1) % len(parts) == 0:
            history["accuracy"].append(hits / len(X))
            hits = 0
            guess = model(validation[0]).numpy().argmax(1)
            history["val_accuracy"].append(float((guess == validation[1]).mean()))
    history["steps"] = k + 1
    return history, model.predict(X_test, verbose=0, batch_size=1000)


def compare(plain, augmented):
    differences = np.asarray(augmented, float) - np.asarray(plain, float)
    k = len(differences)
    error = (
        np.sqrt(np.sum((differences - differences.mean()) ** 2) / (k - 1) / k)
        if k > 1
        else math.inf
    )
    heads, tails = (differences > 0).sum(), (differences < 0).sum()
    # Pascal's triangle
    row = np.array([1.0])
    for _ in range(heads + tails):
        row = np.convolve(row, [0.5, 0.5])
    p = row[heads:].sum()
    return {
        "differences": differences.tolist(),
        "mean": differences.mean(),
        "standard_error": error,
        "t": differences.mean() / error if error else math.inf,
        "p_sign": p,
        "significant": p < 0.05,
    }


def plot_variants(image, seed=0):
    fig = plt.figure(figsize=(8, 4))
    for k, variant in enumerate(random_augment(np.stack([image] * 32), seed=seed)):
        plt.subplot(4, 8, k + 1)
        plt.imshow(255 * variant, cmap="bone")
        plt.axis("off")
    return fig


def plot_curves(plain, augmented):
    fig, axes = plt.subplots(ncols=2, sharey="row")
    for ax, history in zip(axes, (plain, augmented), strict=True):
        ax.plot(history["accuracy"], "o", color="tab:blue")
        ax.plot(history["val_accuracy"], "s", color="tab:orange")
    axes[0].set_title("original images")
    axes[1].set_title("variants")
    axes[0].legend(["training", "validation"])
    fig.supxlabel("epoch")
    fig.supylabel("accuracy")
    return fig


def wrong_augment(X, kind="mirror", seed=0):
    step = {"mirror": (1, -1), "half_turn": (-1, -1)}[kind]
    flipped = X[:, :: step[0], :: step[1]]
    coin = np.random.default_rng(seed).integers(0, 2, (len(X), 1, 1))
    return coin * flipped + (1 - coin) * X


def answers():
    return {
        "mirror_effect": "lowers",
        "mirror_proof": [8, 1, 0],
        "six_upside_down": 9,
        "shifts": 25,
    }

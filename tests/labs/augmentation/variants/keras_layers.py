"""Random layers of Keras make the variants, and `fit` trains from a generator."""

import math

import keras
import matplotlib.pyplot as plt
import numpy as np


def shift_images(X, dx, dy):
    X = np.asarray(X)
    result = np.zeros_like(X)
    h, w = X.shape[1:]
    for r in range(h):
        for c in range(w):
            if 0 <= r - dy < h and 0 <= c - dx < w:
                result[:, r, c] = X[:, r - dy, c - dx]
    return result


def rotate_image(image, deg):
    h, w = image.shape
    angle = np.radians(deg)
    # source = R (target - centre) + centre, for all pixels at once
    R = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    xy = np.stack(np.meshgrid(np.arange(w), np.arange(h))).reshape(2, -1)
    centre = np.array([[(w - 1) / 2], [(h - 1) / 2]])
    x, y = np.round(R @ (xy - centre) + centre).astype(int)
    result = np.zeros(h * w, dtype=image.dtype)
    ok = (x >= 0) & (x < w) & (y >= 0) & (y < h)
    result[ok] = image[y[ok], x[ok]]
    return result.reshape(h, w)


def random_augment(X, max_shift=2, max_deg=15, seed=0):
    h, w = X.shape[1:]
    common = {"fill_mode": "constant", "fill_value": 0.0, "interpolation": "bilinear"}
    layers = keras.Sequential(
        [
            keras.layers.RandomRotation(max_deg / 360, seed=seed, **common),
            keras.layers.RandomTranslation(
                max_shift / h, max_shift / w, seed=seed + 1, **common
            ),
        ]
    )
    return np.asarray(layers(X[..., None].astype("float32"), training=True))[..., 0]


def augmented_batches(X, y, batch=32, epochs=40, seed=0):
    out = []
    for e in range(epochs):
        order = np.random.default_rng([seed, e]).permutation(len(X))
        Xe = random_augment(X, seed=(seed + 7919 * e) % 2**31)[order]
        parts = np.array_split(np.arange(len(X)), range(batch, len(X), batch))
        out += [(Xe[part], y[order][part]) for part in parts]
    return out


def train(training, validation, X_test, aug=True, seed=0, epochs=40):
    X, y = training
    keras.utils.set_random_seed(seed)
    model = keras.models.Sequential()
    model.add(keras.Input((28, 28)))
    model.add(keras.layers.Flatten())
    model.add(keras.layers.Dense(128, activation="relu"))
    model.add(keras.layers.Dense(10))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss, metrics=["accuracy"])
    options = {"validation_data": tuple(validation), "epochs": epochs, "verbose": 0}
    if aug:
        batches = augmented_batches(X, y, 32, epochs, seed)
        steps = len(batches) // epochs

        def generator():
            yield from batches

        fitted = model.fit(generator(), steps_per_epoch=steps, **options)
    else:
        fitted = model.fit(X, y, batch_size=32, **options)
    history = dict(fitted.history)
    history["steps"] = model.optimizer.iterations.numpy()
    logits = model.predict(X_test, batch_size=256, verbose=0)
    return history, keras.ops.softmax(logits)


def compare(plain, augmented):
    d = np.array(augmented) - np.array(plain)
    n = d.size
    se = np.sqrt(d.var(ddof=1) / n) if n >= 2 else math.inf
    positive, decided = int(np.sum(d > 0)), int(np.sum(d != 0))
    # one minus the probability of fewer heads
    p = 1 - sum(math.comb(decided, j) for j in range(positive)) / 2**decided
    return {
        "differences": d,
        "mean": np.mean(d),
        "standard_error": se,
        "t": np.mean(d) / se if n >= 2 else 0,
        "p_sign": p,
        "significant": bool(p < 0.05),
    }


def plot_variants(image, seed=0):
    figure = plt.figure()
    for k in range(32):
        ax = figure.add_subplot(4, 8, k + 1, xticks=[], yticks=[])
        ax.imshow(random_augment(image[None], seed=seed + k)[0], cmap="Greys")
    return figure


def plot_curves(plain, augmented):
    fig, (top, bottom) = plt.subplots(2, 1, sharex=True)
    for ax, key in ((top, "accuracy"), (bottom, "val_accuracy")):
        for name, history in (("without", plain), ("with augmentation", augmented)):
            percent = [100 * a for a in history[key]]
            ax.plot(range(1, len(percent) + 1), percent, label=name)
        ax.set_ylabel(key + " in %")
        ax.legend()
    top.set_title("training")
    bottom.set_title("validation")
    bottom.set_xlabel("epoch")
    return fig


def wrong_augment(X, kind="mirror", seed=0):
    coin = np.random.default_rng(seed).choice([True, False], size=len(X))
    turned = X[..., ::-1] if kind == "mirror" else X[..., ::-1, ::-1]
    out = X.copy()
    out[coin] = turned[coin]
    return out


def answers():
    return {
        "mirror_effect": "lowers",
        "mirror_proof": np.array([0, 1, 8]),
        "six_upside_down": 9,
        "shifts": 25,
    }

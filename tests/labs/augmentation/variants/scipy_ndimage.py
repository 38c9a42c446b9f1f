"""SciPy shifts and rotates, and a training step is a tf.function."""

import math

import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage


def shift_images(X, dx, dy):
    return ndimage.shift(X, (0, dy, dx), order=0, mode="constant", cval=0)


def rotate_image(image, deg):
    return ndimage.rotate(image, deg, reshape=False, order=1, mode="constant")


def random_augment(X, max_shift=2, max_deg=15, seed=0):
    rng = np.random.default_rng(seed)
    n = len(X)
    degrees = rng.uniform(-max_deg, max_deg, n)
    shifts = rng.integers(-max_shift, max_shift, size=(n, 2), endpoint=True)
    out = np.zeros(X.shape, np.float32)
    for i in range(n):
        # one interpolation for both: the affine map of the inverse
        c, s = np.cos(np.radians(degrees[i])), np.sin(np.radians(degrees[i]))
        matrix = np.array([[c, s], [-s, c]])
        middle = (np.array(X.shape[1:]) - 1) / 2
        offset = middle - matrix @ (middle + shifts[i])
        out[i] = ndimage.affine_transform(X[i], matrix, offset, order=1)
    return out.clip(0, 1)


def augmented_batches(X, y, batch=32, epochs=40, seed=0):
    rng = np.random.default_rng(seed)
    batches = []
    for _ in range(epochs):
        where = np.arange(len(X))
        rng.shuffle(where)
        # each batch makes its own variants
        while len(where):
            now, where = where[:batch], where[batch:]
            pair = [random_augment(X[now], seed=int(rng.integers(10**9))), y[now]]
            batches.append(pair)
    return batches


def train(training, validation, X_test, aug=True, seed=0, epochs=40):
    import tensorflow as tf

    tf.keras.utils.set_random_seed(seed)
    X, y = training
    layers = [
        tf.keras.Input((28, 28)),
        tf.keras.layers.Flatten(),
        tf.keras.layers.Dense(128, "relu"),
        tf.keras.layers.Dense(10),
    ]
    model = tf.keras.Sequential(layers)
    adam = tf.keras.optimizers.Adam()
    loss_of = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    @tf.function(reduce_retracing=True)
    def update(x, t):
        with tf.GradientTape() as tape:
            logits = model(x, training=True)
            loss = loss_of(t, logits)
        weights = model.trainable_variables
        adam.apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))
        return tf.math.count_nonzero(tf.argmax(logits, 1) == t)

    order = np.random.default_rng(seed)
    accuracy, val_accuracy = [], []
    everything = augmented_batches(X, y, 32, epochs, seed) if aug else []
    n_batches = math.ceil(len(X) / 32)
    for epoch in range(epochs):
        if aug:
            batches = everything[epoch * n_batches : (epoch + 1) * n_batches]
        else:
            p = order.permutation(len(X))
            batches = [(X[i], y[i]) for i in np.split(p, range(32, len(X), 32))]
        right = sum(int(update(x, tf.constant(t, tf.int64))) for x, t in batches)
        accuracy.append(right / len(X))
        guess = np.argmax(model(validation[0]), axis=1)
        val_accuracy.append((guess == validation[1]).mean())
    history = {
        "accuracy": np.array(accuracy),
        "val_accuracy": np.array(val_accuracy),
        "steps": epochs * n_batches,
    }
    return history, tf.nn.softmax(model(X_test))


def compare(plain, augmented):
    from scipy import stats

    d = np.subtract(augmented, plain)
    one = len(d) == 1
    wins, decided = (d > 0).sum(), (d != 0).sum()
    p = stats.binomtest(int(wins), int(decided), alternative="greater").pvalue
    return {
        "differences": d,
        "mean": d.mean(),
        "standard_error": np.inf if one else stats.sem(d),
        "t": 0.0 if one or np.ptp(d) == 0 else stats.ttest_1samp(d, 0).statistic,
        "p_sign": p,
        "significant": p < 0.05,
    }


def plot_variants(image, seed=0):
    axes = plt.subplots(4, 8)[1]
    pictures = random_augment(np.tile(image, (32, 1, 1)), seed=seed)
    for k, picture in enumerate(pictures):
        axes[k // 8, k % 8].pcolormesh(picture[::-1], cmap="gray")
    return axes


def plot_curves(plain, augmented):
    fig, ax = plt.subplots()
    curves = {
        "plain, train": plain["accuracy"],
        "plain, val": plain["val_accuracy"],
        "aug, train": augmented["accuracy"],
        "aug, val": augmented["val_accuracy"],
    }
    for (name, values), marker in zip(curves.items(), "os^v", strict=True):
        ax.plot(np.arange(len(values)) + 1, values, marker=marker)
        ax.text(len(values), values[-1], name)
    ax.set(xlabel="Epoch", ylabel="Accuracy")
    return fig


def wrong_augment(X, kind="mirror", seed=0):
    flips = np.random.default_rng(seed).binomial(1, 0.5, len(X))
    axes = {"mirror": 1, "half_turn": (0, 1)}[kind]
    return [np.flip(x, axes) if flip else x for x, flip in zip(X, flips, strict=True)]


def answers():
    return {
        "mirror_effect": "lowers",
        "mirror_proof": [0, 1, 8],
        "six_upside_down": 9,
        "shifts": 25,
    }

"""A functional model with logits, and a training loop of one's own in `tf.function`."""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

keras = tf.keras
BATCH = 32


def small_sample(x, y, n, seed=0):
    order = np.random.default_rng(seed).permutation(len(x))[:n]
    return x[order], y[order]


def build_big(width=512):
    return network(width)


def network(width, rate=0.0, strength=0.0):
    pixels = keras.Input((784,))
    penalty = keras.regularizers.L2(strength) if strength else None
    hidden = keras.layers.Dense(width, kernel_regularizer=penalty)(pixels)
    hidden = keras.layers.ReLU()(hidden)
    if rate:
        hidden = keras.layers.Dropout(rate)(hidden)
    return keras.Model(pixels, keras.layers.Dense(10)(hidden))


def cross_entropy(y, logits):
    return tf.reduce_mean(
        tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits)
    )


def right_answers(y, logits):
    return tf.reduce_mean(tf.cast(tf.argmax(logits, 1) == y, tf.float32))


def fit(model, x, y, x_val, y_val, epochs=60, patience=None, seed=0):
    x, x_val = (tf.constant(images, tf.float32) for images in (x, x_val))
    y, y_val = (tf.constant(labels, tf.int64) for labels in (y, y_val))
    optimizer = keras.optimizers.Adam(1e-3)

    @tf.function(reduce_retracing=True)
    def step(images, labels):
        with tf.GradientTape() as tape:
            logits = model(images, training=True)
            loss = cross_entropy(labels, logits) + sum(model.losses)
        variables = model.trainable_variables
        optimizer.apply_gradients(
            zip(tape.gradient(loss, variables), variables, strict=True)
        )

    @tf.function(reduce_retracing=True)
    def look(images, labels):
        logits = model(images, training=False)
        return cross_entropy(labels, logits), right_answers(labels, logits)

    rng = np.random.default_rng(seed)
    history = {name: [] for name in ("loss", "accuracy", "val_loss", "val_accuracy")}
    best, waited = None, 0
    for _ in range(epochs):
        order = rng.permutation(len(x))
        for first in range(0, len(order), BATCH):
            chosen = order[first : first + BATCH]
            step(tf.gather(x, chosen), tf.gather(y, chosen))
        for prefix, pair in (("", (x, y)), ("val_", (x_val, y_val))):
            loss, accuracy = look(*pair)
            history[prefix + "loss"].append(float(loss))
            history[prefix + "accuracy"].append(float(accuracy))
        if patience is None:
            continue
        if history["val_loss"][-1] == min(history["val_loss"]):
            best, waited = model.get_weights(), 0
            continue
        waited += 1
        if waited == patience:
            break
    if best is not None:
        model.set_weights(best)
    return history


def train_overfit(x, y, x_val, y_val, width=512, epochs=60, seed=0):
    tf.random.set_seed(seed)
    keras.utils.set_random_seed(seed)
    model = build_big(width)
    return model, fit(model, x, y, x_val, y_val, epochs, seed=seed)


def gap(history):
    return history["accuracy"][-1] - history["val_accuracy"][-1]


def best_epoch(history):
    losses = history["val_loss"]
    return losses.index(min(losses)) + 1


def rise(history):
    return np.divide(history["val_loss"][-1], np.min(history["val_loss"]))


def misclassified(history):
    return {
        "train": 1 - np.asarray(history["accuracy"]),
        "validation": 1 - np.asarray(history["val_accuracy"]),
    }


def plot_history(history):
    fig, (top, bottom) = plt.subplots(2, sharex=True)
    for ax, name in ((top, "loss"), (bottom, "accuracy")):
        ax.plot(history[name], ".-", label=f"train {name}")
        ax.plot(history["val_" + name], label=f"val {name}")
        ax.set_ylabel(name)
        ax.legend()
    best = best_epoch(history) - 1
    top.scatter([best], [history["val_loss"][best]], marker="*")
    bottom.set_xlabel("epoch, from 0")
    return fig


def answers():
    return {
        "overfits": "c",
        "sign": "Rise",
        "clean_dropout": "No",
        "test_accuracy": "no",
    }


def gap_by_size(x, y, x_val, y_val, sizes, width=256, epochs=30, seed=0):
    gaps = []
    for n in sizes:
        keras.utils.set_random_seed(seed)
        sample = small_sample(x, y, n, seed)
        gaps.append(gap(fit(network(width), *sample, x_val, y_val, epochs)))
    return gaps


def plot_gaps(sizes, gaps):
    _, ax = plt.subplots()
    ax.scatter(sizes, gaps)
    ax.semilogx()
    ax.set_xlabel("n")
    ax.set_ylabel("gap")
    return ax


def remedy(x, y, x_val, y_val, *, width, epochs, seed, patience=None, **options):
    keras.utils.set_random_seed(seed)
    model = network(width, **options)
    return model, fit(model, x, y, x_val, y_val, epochs, patience, seed)


def with_dropout(x, y, x_val, y_val, rate=0.5, width=256, epochs=30, seed=0):
    return remedy(x, y, x_val, y_val, width=width, epochs=epochs, seed=seed, rate=rate)


def with_l2(x, y, x_val, y_val, strength=0.01, width=256, epochs=30, seed=0):
    return remedy(
        x, y, x_val, y_val, width=width, epochs=epochs, seed=seed, strength=strength
    )


def with_early_stopping(x, y, x_val, y_val, patience=3, width=256, epochs=60, seed=0):
    return remedy(
        x, y, x_val, y_val, width=width, epochs=epochs, seed=seed, patience=patience
    )


def with_small_net(x, y, x_val, y_val, width=16, epochs=30, seed=0):
    return remedy(x, y, x_val, y_val, width=width, epochs=epochs, seed=seed)


def inject_label_noise(y, frac, seed=0):
    rng = np.random.default_rng(seed)
    count = round(frac * len(y))
    wrong = rng.permutation(len(y))[:count]
    noisy = np.array(y)
    for place in wrong:
        noisy[place] = rng.choice([digit for digit in range(10) if digit != y[place]])
    return noisy


def noisy_baseline(x, y, x_val, y_val, frac=0.2, width=256, epochs=30, seed=0):
    labels = inject_label_noise(y, frac, seed)
    return remedy(x, labels, x_val, y_val, width=width, epochs=epochs, seed=seed)


def poly_rss(degrees, x, y, x_new, y_new):
    first, second = [], []
    for d in degrees:
        w, *_ = np.linalg.lstsq(np.vander(x, d + 1), y, rcond=None)
        first.append(((np.vander(x, d + 1) @ w - y) ** 2).sum())
        second.append(((np.vander(x_new, d + 1) @ w - y_new) ** 2).sum())
    return first, second


def plot_poly_rss(degrees, rss, rss_new):
    plt.figure()
    plt.semilogy(degrees, rss, label="train")
    plt.semilogy(degrees, rss_new, label="validation")
    plt.xlabel("d")
    plt.ylabel("sum of squares")
    plt.legend()

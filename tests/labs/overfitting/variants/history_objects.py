"""Keras' History objects travel through everything; each training is written out."""

import matplotlib.pyplot as plt
import numpy as np
from keras import Input, Sequential, callbacks, layers, regularizers, utils

KEYS = ("overfits", "sign", "clean_dropout", "test_accuracy")


def numbers_of(history):
    return getattr(history, "history", history)


def small_sample(x, y, n, seed=0):
    generator = np.random.RandomState(seed)
    places = generator.choice(np.arange(len(x)), n, replace=False)
    return np.array([x[i] for i in places]), np.array([y[i] for i in places])


def build_big(width=512):
    model = Sequential()
    model.add(Input(shape=(784,)))
    model.add(layers.Dense(width))
    model.add(layers.Activation("relu"))
    model.add(layers.Dense(10))
    model.add(layers.Softmax())
    return model


def compiled(model):
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def fit(model, x, y, x_val, y_val, epochs=60, callbacks=()):
    return compiled(model).fit(
        x,
        y,
        epochs=epochs,
        validation_data=(x_val, y_val),
        callbacks=list(callbacks),
        verbose=0,
    )


def train_overfit(x, y, x_val, y_val, width=512, epochs=60, seed=0):
    utils.set_random_seed(seed)
    model = compiled(build_big(width))
    history = model.fit(x, y, epochs=epochs, validation_data=(x_val, y_val), verbose=0)
    return model, history


def gap(history):
    h = numbers_of(history)
    return h["accuracy"][-1] - h["val_accuracy"][-1]


def best_epoch(history):
    return 1 + np.argmin(numbers_of(history)["val_loss"])


def rise(history):
    losses = np.array(numbers_of(history)["val_loss"])
    return losses[-1] / losses.min()


def misclassified(history):
    h = numbers_of(history)
    return [1 - a for a in h["accuracy"]], [1 - a for a in h["val_accuracy"]]


def plot_history(history):
    h = numbers_of(history)
    figure = plt.figure()
    for place, (name, words) in enumerate(
        [("loss", "Loss"), ("accuracy", "Accuracy, %")], start=1
    ):
        axes = figure.add_subplot(1, 2, place)
        factor = 100 if name == "accuracy" else 1
        epochs = range(1, len(h[name]) + 1)
        axes.plot(epochs, factor * np.array(h[name]), label="Training")
        axes.plot(epochs, factor * np.array(h["val_" + name]), label="Test")
        axes.set_xlabel("Epoch")
        axes.set_ylabel(words)
        axes.legend()
    figure.suptitle(f"Best epoch: {best_epoch(h)}")
    return figure


def answers():
    return dict(zip(KEYS, ["C", "rise", "no", "no"], strict=True))


def gap_by_size(x, y, x_val, y_val, sizes, width=256, epochs=30, seed=0):
    result = np.zeros(len(sizes))
    for i, n in enumerate(sizes):
        few = small_sample(x, y, n, seed + i)
        _, history = train_overfit(*few, x_val, y_val, width, epochs, seed)
        result[i] = gap(history.history)
    return result


def plot_gaps(sizes, gaps):
    plt.plot(sizes, gaps, marker="o", linestyle="--")
    plt.xscale("log")
    plt.xlabel("number of images")
    plt.ylabel("gap")
    return plt.gcf()


def with_dropout(x, y, x_val, y_val, rate=0.5, width=256, epochs=30, seed=0):
    utils.set_random_seed(seed)
    model = Sequential(
        [
            Input((784,)),
            layers.Dense(width, "relu"),
            layers.Dropout(rate),
            layers.Dense(10, "softmax"),
        ]
    )
    return model, fit(model, x, y, x_val, y_val, epochs)


def with_l2(x, y, x_val, y_val, strength=0.01, width=256, epochs=30, seed=0):
    utils.set_random_seed(seed)
    model = Sequential(
        [
            Input((784,)),
            layers.Dense(width, "relu", kernel_regularizer=regularizers.l2(strength)),
            layers.Dense(10, "softmax"),
        ]
    )
    return model, fit(model, x, y, x_val, y_val, epochs)


def with_early_stopping(x, y, x_val, y_val, patience=3, width=256, epochs=60, seed=0):
    utils.set_random_seed(seed)
    model = build_big(width)
    stop = callbacks.EarlyStopping(patience=patience, restore_best_weights=True)
    return model, fit(model, x, y, x_val, y_val, epochs, [stop])


def with_small_net(x, y, x_val, y_val, width=16, epochs=30, seed=0):
    return train_overfit(x, y, x_val, y_val, width, epochs, seed)


def inject_label_noise(y, frac, seed=0):
    rng = np.random.default_rng(seed)
    y = np.asarray(y)
    mask = np.zeros(len(y), bool)
    mask[: round(frac * len(y))] = True
    rng.shuffle(mask)
    others = (y + rng.integers(1, 10, len(y))) % 10
    return np.where(mask, others, y)


def noisy_baseline(x, y, x_val, y_val, frac=0.2, width=256, epochs=30, seed=0):
    noisy = inject_label_noise(y, frac, seed)
    model, history = train_overfit(
        x, noisy, x_val, y_val, width=width, epochs=epochs, seed=seed
    )
    return model, history.history


def poly_rss(degrees, x, y, x_new, y_new):
    fits = [np.polynomial.Polynomial.fit(x, y, d) for d in degrees]
    return (
        np.array([((f(x) - y) ** 2).sum() for f in fits]),
        np.array([((f(x_new) - y_new) ** 2).sum() for f in fits]),
    )


def plot_poly_rss(degrees, rss, rss_new):
    figure, axes = plt.subplots()
    axes.set_yscale("log")
    axes.scatter(degrees, rss, label="fit")
    axes.scatter(degrees, rss_new, marker="x", label="new")
    axes.set(xlabel="degree", ylabel="RSS")
    figure.legend()
    return figure

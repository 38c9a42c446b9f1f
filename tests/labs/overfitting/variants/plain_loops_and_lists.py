"""Lists, loops, pyplot's current figure, and little else."""

import keras
import matplotlib.pyplot as plt
import numpy as np


def small_sample(x, y, n, seed=0):
    rng = np.random.default_rng(seed)
    places = list(range(len(x)))
    rng.shuffle(places)
    return x[places[:n]], y[places[:n]]


def build_big(width=512):
    return make([keras.layers.Dense(width, activation="relu")])


def make(hidden_layers):
    layers = [keras.layers.Input((784,))]
    layers += hidden_layers
    layers.append(keras.layers.Dense(10, activation="softmax"))
    return keras.models.Sequential(layers)


def fit(model, x, y, x_val, y_val, epochs=60, callbacks=()):
    # one-hot labels make no difference
    model.compile(
        loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"]
    )
    result = model.fit(
        x,
        keras.utils.to_categorical(y, 10),
        batch_size=32,
        epochs=epochs,
        verbose=0,
        callbacks=list(callbacks),
        validation_data=(x_val, keras.utils.to_categorical(y_val, 10)),
    )
    return result.history


def train_overfit(x, y, x_val, y_val, width=512, epochs=60, seed=0):
    keras.utils.set_random_seed(seed)
    model = build_big(width)
    history = fit(model, x, y, x_val, y_val, epochs=epochs)
    return model, history


def gap(history):
    return history["accuracy"][-1] - history["val_accuracy"][-1]


def best_epoch(history):
    best, lowest = None, float("inf")
    for epoch, loss in enumerate(history["val_loss"], start=1):
        if loss < lowest:
            best, lowest = epoch, loss
    return best


def rise(history):
    return history["val_loss"][-1] / history["val_loss"][best_epoch(history) - 1]


def misclassified(history):
    train, validation = [], []
    for a, b in zip(history["accuracy"], history["val_accuracy"], strict=True):
        train.append(1 - a)
        validation.append(1 - b)
    return train, validation


def plot_history(history):
    plt.figure(figsize=(10, 4))
    plt.subplot(1, 2, 1)
    plt.plot(history["loss"], label="loss")
    plt.plot(history["val_loss"], label="val_loss")
    plt.vlines(best_epoch(history) - 1, 0, 1, color="k")
    plt.xlabel("epoch")
    plt.ylabel("loss")
    plt.legend()
    plt.subplot(1, 2, 2)
    train, validation = misclassified(history)
    plt.plot(train, label="train")
    plt.plot(validation, label="validation")
    plt.xlabel("epoch")
    plt.ylabel("error")
    plt.legend()


def answers():
    return {
        "overfits": "C",
        "sign": "rise",
        "clean_dropout": "no",
        "test_accuracy": "no",
    }


def gap_by_size(x, y, x_val, y_val, sizes, width=256, epochs=30, seed=0):
    gaps = []
    for n in sizes:
        x_small, y_small = small_sample(x, y, n, seed=seed)
        _, history = train_overfit(
            x_small, y_small, x_val, y_val, width=width, epochs=epochs, seed=seed
        )
        gaps.append(gap(history))
    return gaps


def plot_gaps(sizes, gaps):
    plt.figure()
    plt.semilogx(sizes, gaps, "o")
    plt.xlabel("training images")
    plt.ylabel("gap")


def with_dropout(x, y, x_val, y_val, rate=0.5, width=256, epochs=30, seed=0):
    keras.utils.set_random_seed(seed)
    hidden = [keras.layers.Dense(width, "relu"), keras.layers.Dropout(rate)]
    model = make(hidden)
    return model, fit(model, x, y, x_val, y_val, epochs)


def with_l2(x, y, x_val, y_val, strength=0.01, width=256, epochs=30, seed=0):
    keras.utils.set_random_seed(seed)
    l2 = keras.regularizers.l2(strength)
    model = make([keras.layers.Dense(width, "relu", kernel_regularizer=l2)])
    return model, fit(model, x, y, x_val, y_val, epochs)


def with_early_stopping(x, y, x_val, y_val, patience=3, width=256, epochs=60, seed=0):
    keras.utils.set_random_seed(seed)
    model = build_big(width)
    stop = keras.callbacks.EarlyStopping(
        monitor="val_loss", patience=patience, restore_best_weights=True
    )
    return model, fit(model, x, y, x_val, y_val, epochs, callbacks=[stop])


def with_small_net(x, y, x_val, y_val, width=16, epochs=30, seed=0):
    return train_overfit(x, y, x_val, y_val, width=width, epochs=epochs, seed=seed)


def inject_label_noise(y, frac, seed=0):
    rng = np.random.default_rng(seed)
    noisy = list(y)
    places = list(range(len(y)))
    rng.shuffle(places)
    for place in places[: round(frac * len(y))]:
        noisy[place] = (noisy[place] + rng.integers(1, 10)) % 10
    return np.array(noisy)


def noisy_baseline(x, y, x_val, y_val, frac=0.2, width=256, epochs=30, seed=0):
    noisy = inject_label_noise(y, frac, seed=seed)
    return train_overfit(x, noisy, x_val, y_val, width=width, epochs=epochs, seed=seed)


def poly_rss(degrees, x, y, x_new, y_new):
    rss, rss_new = [], []
    for degree in degrees:
        w = np.polyfit(x, y, degree)
        rss.append(sum((np.polyval(w, a) - b) ** 2 for a, b in zip(x, y, strict=True)))
        rss_new.append(
            sum((np.polyval(w, a) - b) ** 2 for a, b in zip(x_new, y_new, strict=True))
        )
    return rss, rss_new


def plot_poly_rss(degrees, rss, rss_new):
    plt.figure()
    plt.plot(degrees, rss, "o", label="old points")
    plt.plot(degrees, rss_new, "x", label="new points")
    plt.yscale("log")
    plt.xlabel("degree")
    plt.ylabel("RSS")
    plt.legend()

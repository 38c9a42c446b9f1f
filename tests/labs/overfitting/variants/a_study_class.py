"""A class that holds data and settings behind the functions; float64; keyword options."""

import numpy as np
from matplotlib.figure import Figure


class Study:
    """Four arrays and a seed; trains networks on them."""

    def __init__(self, x, y, x_val, y_val, seed):
        self.train = np.asarray(x, "float64"), np.asarray(y, "int32")
        self.validation = np.asarray(x_val, "float64"), np.asarray(y_val, "int32")
        self.seed = seed

    def network(self, width, dropout=None, l2=None):
        import keras

        keras.utils.set_random_seed(self.seed)
        hidden = keras.layers.Dense(
            width,
            activation=keras.activations.relu,
            kernel_regularizer=l2 and keras.regularizers.L2(l2=l2),
        )
        noise = [keras.layers.Dropout(rate=dropout)] if dropout else []
        ten = keras.layers.Dense(10, activation=keras.activations.softmax)
        return keras.Sequential(
            [keras.layers.InputLayer(shape=(784,)), hidden, *noise, ten]
        )

    def learn(self, network, epochs, patience=None):
        import keras

        network.compile(
            optimizer=keras.optimizers.Adam(learning_rate=0.001),
            loss=keras.losses.SparseCategoricalCrossentropy(),
            metrics=["accuracy"],
            steps_per_execution=4,
        )
        watch = [] if patience is None else [self.stop(patience)]
        seen = network.fit(
            *self.train,
            batch_size=32,
            epochs=epochs,
            validation_data=self.validation,
            validation_batch_size=len(self.validation[0]),
            callbacks=watch,
            verbose=0,
        )
        return network, {name: np.array(curve) for name, curve in seen.history.items()}

    def stop(self, patience):
        import keras

        return keras.callbacks.EarlyStopping(
            "val_loss", patience=patience, restore_best_weights=True, mode="min"
        )


def small_sample(x, y, n, seed=0):
    rng = np.random.default_rng(seed)
    pairs = list(zip(x, y, strict=True))
    few = [pairs[i] for i in rng.choice(len(pairs), n, replace=False)]
    return np.stack([image for image, _ in few]), np.stack([label for _, label in few])


def build_big(width=512):
    return Study([], [], [], [], seed=0).network(width)


def fit(model, x, y, x_val, y_val, epochs=60, callbacks=()):
    del callbacks  # a study has its own
    return Study(x, y, x_val, y_val, seed=0).learn(model, epochs)[1]


def train_overfit(x, y, x_val, y_val, width=512, epochs=60, seed=0):
    study = Study(x, y, x_val, y_val, seed)
    return study.learn(study.network(width), epochs)


def ends(history, name):
    return float(np.asarray(history[name])[-1])


def gap(history):
    return ends(history, "accuracy") - ends(history, "val_accuracy")


def best_epoch(history):
    losses = list(history["val_loss"])
    return min(range(len(losses)), key=losses.__getitem__) + 1


def rise(history):
    return ends(history, "val_loss") / min(history["val_loss"])


def misclassified(history):
    both = np.array([history["accuracy"], history["val_accuracy"]])
    return 1 - both


def plot_history(history):
    figure = Figure(figsize=(8, 3))
    losses, errors = figure.subplots(1, 2)
    epochs = np.arange(len(history["loss"])) + 1
    train, validation = misclassified(history)
    losses.step(epochs, history["loss"], where="mid", label="train")
    losses.step(epochs, history["val_loss"], where="mid", label="validation")
    errors.plot(epochs, 100 * train, label="train")
    errors.plot(epochs, 100 * validation, label="validation")
    best = best_epoch(history)
    losses.annotate(
        f"best epoch {best}",
        (best, history["val_loss"][best - 1]),
        xytext=(best, 1.5),
        arrowprops={"arrowstyle": "->"},
    )
    for axes, words in ((losses, "loss"), (errors, "wrong, %")):
        axes.set(xlabel="epoch", ylabel=words)
        axes.legend()
    return figure


def answers():
    return {
        "overfits": "C",
        "sign": "rise",
        "clean_dropout": "no",
        "test_accuracy": "no",
    }


def gap_by_size(x, y, x_val, y_val, sizes, width=256, epochs=30, seed=0):
    return [_gap(x, y, x_val, y_val, n, width, epochs, seed) for n in sizes]


def _gap(x, y, x_val, y_val, n, width, epochs, seed):
    few, labels = small_sample(x, y, n, seed=seed)
    options = {"width": width, "epochs": epochs, "seed": seed}
    _, history = train_overfit(few, labels, x_val=x_val, y_val=y_val, **options)
    return gap(history)


def plot_gaps(sizes, gaps):
    figure = Figure()
    axes = figure.subplots()
    axes.errorbar(sizes, gaps, yerr=0.01, fmt="o")
    axes.set(xscale="log", xlabel="images", ylabel="gap")
    return figure


def with_dropout(x, y, x_val, y_val, rate=0.5, width=256, epochs=30, seed=0):
    study = Study(x, y, x_val, y_val, seed)
    return study.learn(study.network(width, dropout=rate), epochs)


def with_l2(x, y, x_val, y_val, strength=0.01, width=256, epochs=30, seed=0):
    study = Study(x, y, x_val, y_val, seed)
    return study.learn(study.network(width, l2=strength), epochs)


def with_early_stopping(x, y, x_val, y_val, patience=3, width=256, epochs=60, seed=0):
    study = Study(x, y, x_val, y_val, seed)
    return study.learn(study.network(width), epochs, patience)


def with_small_net(x, y, x_val, y_val, width=16, epochs=30, seed=0):
    return train_overfit(x, y, x_val, y_val, width, epochs, seed)


def inject_label_noise(y, frac, seed=0):
    rng = np.random.default_rng(seed)
    labels = [int(label) for label in y]
    for i in rng.permutation(len(labels))[: round(frac * len(labels))]:
        new = labels[i]
        while new == labels[i]:
            new = int(rng.integers(10))
        labels[i] = new
    return labels


def noisy_baseline(x, y, x_val, y_val, frac=0.2, width=256, epochs=30, seed=0):
    study = Study(x, inject_label_noise(y, frac, seed), x_val, y_val, seed)
    return study.learn(study.network(width), epochs)


def poly_rss(degrees, x, y, x_new, y_new):
    def design(points, degree):
        return np.column_stack([points**k for k in range(degree + 1)])

    sums = []
    for degree in degrees:
        w = np.linalg.pinv(design(x, degree)) @ y
        errors = y - design(x, degree) @ w, y_new - design(x_new, degree) @ w
        sums.append([e @ e for e in errors])
    return {"rss": [a for a, _ in sums], "rss_new": [b for _, b in sums]}


def plot_poly_rss(degrees, rss, rss_new):
    figure = Figure()
    axes = figure.subplots()
    axes.plot(degrees, rss, label="train")
    axes.plot(degrees, rss_new, label="new")
    axes.set(xlabel="degree", ylabel="RSS", yscale="log")
    axes.legend()
    return figure

# ruff: noqa: ARG002, B905, RUF007, RUF059, UP031 - as students write
"""A class behind the functions of softmax regression; models from one helper."""

import matplotlib.pyplot as plt
import numpy as np


class Digits:
    """Images and labels that know how to become rows."""

    def __init__(self, images, labels):
        self.images, self.labels = np.array(images), np.array(labels, dtype=int)

    @property
    def rows(self):
        return self.images.astype("float64").reshape(self.images.shape[0], -1) / 255.0

    @property
    def one_hot(self):
        return (self.labels[:, np.newaxis] == range(10)).astype(int)


def prepare(x, y):
    digits = Digits(x, y)
    return digits.rows, digits.one_hot


def show_digits(x, y):
    fig, axs = plt.subplots(2, 2)
    for i, ax in enumerate(axs.flatten()):
        ax.matshow(x[i], cmap="Greys")
        ax.set_title("label: " + str(y[i]))
    return fig


class SoftmaxRegression:
    """W, b and everything that is done with them."""

    def __init__(self, W=None, b=None):
        self.W = np.zeros((784, 10)) if W is None else np.array(W)
        self.b = np.zeros(10) if b is None else np.array(b)

    @staticmethod
    def normalise(Z):
        Z = Z - np.max(Z, axis=-1, keepdims=True)
        return np.exp(Z - np.log(np.sum(np.exp(Z), axis=-1, keepdims=True)))

    @staticmethod
    def loss(Y, P):
        P = np.clip(P, 1e-12, 1.0)
        return np.average(-np.sum(np.asarray(Y) * np.log(P), axis=1))

    def outputs(self, X):
        return self.normalise(X.dot(self.W) + self.b)

    def step(self, X, Y, lr):
        P = self.outputs(X)
        error = (P - Y) / X.shape[0]
        self.W = self.W - lr * X.T.dot(error)
        self.b = self.b - lr * np.sum(error, axis=0)
        return self.loss(Y, P)

    def fit(self, X, Y, lr, batch, steps, seed):
        return [
            self.step(X[r], Y[r], lr) for r in Deal(len(X), batch, seed).take(steps)
        ]


class Deal:
    """Shuffles and deals out; what is left at an epoch's end comes first in the next."""

    def __init__(self, n, batch, seed):
        self.n, self.batch = n, batch
        self.random = np.random.default_rng(seed)
        self.stack = np.array([], dtype=int)

    def __next__(self):
        while len(self.stack) < self.batch:
            fresh = np.arange(self.n)
            self.random.shuffle(fresh)
            self.stack = np.append(self.stack, fresh)
        hand, self.stack = self.stack[: self.batch], self.stack[self.batch :]
        return hand

    def take(self, steps):
        return [next(self) for _ in range(steps)]


softmax = SoftmaxRegression.normalise
cross_entropy = SoftmaxRegression.loss


def next_batch(n, batch, steps, seed=0):
    return Deal(n, batch, seed).take(steps)


def softmax_step(W, b, X, Y, lr):
    model = SoftmaxRegression(W, b)
    loss = model.step(X, Y, lr)
    return model.W, model.b, loss


def train_softmax(X, Y, lr=0.5, batch=100, steps=1000, seed=0):
    model = SoftmaxRegression()
    losses = model.fit(X, Y, lr, batch, steps, seed)
    return model.W, model.b, np.array(losses)


def accuracy(Y, P):
    hits = np.equal(np.argmax(Y, axis=-1), np.argmax(P, axis=-1))
    return np.count_nonzero(hits) / np.size(hits)


def dense_net(*widths, hidden, output, drop=None):
    import keras

    model = keras.Sequential(name="net")
    model.add(keras.Input(shape=[784]))
    for width in widths:
        model.add(keras.layers.Dense(units=width, activation=hidden))
        if drop is not None:
            model.add(keras.layers.Dropout(rate=drop))
    model.add(keras.layers.Dense(units=10, activation=output))
    return model


class Trainer:
    """Compiles and fits once, with whatever loss and optimizer."""

    def __init__(self, model, loss, optimizer, seed):
        self.model, self.seed = model, seed
        model.compile(loss=loss, optimizer=optimizer, metrics=["accuracy"])

    def fit(self, X, Y, **options):
        return self.model.fit(X, Y, verbose=0, shuffle=True, **options)


def build_15():
    return dense_net(15, hidden="sigmoid", output="sigmoid")


def count_params():
    sizes = [784, 15, 10]
    return sum((rows + 1) * columns for rows, columns in zip(sizes, sizes[1:]))


def quadratic_cost(Y, P):
    return np.mean(np.sum(np.square(np.subtract(Y, P)), axis=1)) * 0.5


def train_15(X, Y, lr=3.0, batch=10, epochs=5, seed=0):
    import keras

    class HalfSquare(keras.losses.Loss):
        def call(self, y_true, y_pred):
            return keras.ops.sum((y_pred - y_true) ** 2, axis=1) / 2

    keras.utils.set_random_seed(seed)
    rule = keras.optimizers.SGD(learning_rate=lr, momentum=0.0)
    trainer = Trainer(build_15(), HalfSquare(), rule, seed)
    trainer.fit(X, Y, batch_size=batch, epochs=epochs)
    return trainer.model


def build_relu_dropout(width=100, keep=0.5):
    return dense_net(width, hidden="relu", output="softmax", drop=1 - keep)


def train_relu_dropout(
    X, Y, width=100, keep=0.5, lr=0.5, batch=100, steps=2000, seed=0
):
    import keras

    keras.utils.set_random_seed(seed)
    model = build_relu_dropout(width, keep)
    trainer = Trainer(model, "categorical_crossentropy", keras.optimizers.SGD(lr), seed)
    trainer.fit(X, Y, batch_size=batch, epochs=-(-steps * batch // len(X)))
    return trainer.model


def build_deep(activation="relu"):
    return dense_net(200, 100, 60, 30, hidden=activation, output="softmax")


def lr_at(i):
    import math

    lowest, highest = 0.0001, 0.003
    return lowest + (highest - lowest) * math.e ** (-i / 2000)


def train_deep(activation, X, Y, X_test, Y_test, batch=100, epochs=5, seed=0):
    import keras

    keras.utils.set_random_seed(seed)
    model = build_deep(activation)
    trainer = Trainer(model, "categorical_crossentropy", keras.optimizers.Adam(), seed)
    seen = []

    class Rate(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch, logs=None):
            self.model.optimizer.learning_rate = lr_at(len(seen))
            seen.append(batch)

    told = trainer.fit(
        X,
        Y,
        batch_size=batch,
        epochs=epochs,
        validation_data=(X_test, Y_test),
        callbacks=[Rate()],
    )
    return model, told.history


def build_conv():
    import keras

    def convolution(channels):
        return keras.layers.Conv2D(channels, kernel_size=3, activation="relu")

    return keras.Sequential(
        [
            keras.layers.Input([784]),
            keras.layers.Reshape([28, 28, 1]),
            convolution(8),
            keras.layers.MaxPooling2D(pool_size=2),
            convolution(16),
            keras.layers.MaxPooling2D(pool_size=2),
            convolution(32),
            keras.layers.Flatten(),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )


def train_conv(X, Y, batch=100, epochs=5, seed=0):
    import keras

    keras.utils.set_random_seed(seed)
    rule = keras.optimizers.Adam(0.004)
    trainer = Trainer(build_conv(), "categorical_crossentropy", rule, seed)
    trainer.fit(X, Y, batch_size=batch, epochs=epochs)
    return trainer.model


def predict(X_train, Y_train, X):
    model = SoftmaxRegression()
    model.fit(X_train, Y_train, 0.3, 50, 1500, 0)
    return model.outputs(X).argmax(1)


def confusion(y, y_pred):
    table = np.zeros((10, 10))
    np.add.at(table, (np.asarray(y), np.asarray(y_pred)), 1)
    return table


def show_worst(x, y, P):
    losses = [-np.log(P[i, digit] + 1e-300) for i, digit in enumerate(y)]
    worst = np.argsort(losses)[::-1][:5]
    fig, axs = plt.subplots(1, 5, sharex=True, sharey=True)
    for ax, i in zip(axs, worst):
        ax.imshow(x[i], cmap="bone")
        ax.set_title("%d not %d" % (y[i], P[i].argmax()))
    return fig


def plot_histories(histories):
    fig = plt.figure(figsize=(8, 8))
    for row, what in enumerate(["accuracy", "loss"]):
        ax = fig.add_subplot(2, 1, row + 1)
        for name in histories:
            for kind, words in (("", "training images"), ("val_", "test images")):
                ax.plot(histories[name][kind + what], label=f"{name}: {words}")
        ax.set_xlabel("epoch")
        ax.set_ylabel(what)
        ax.legend()
    return fig


def plot_weights(W):
    fig, axs = plt.subplots(5, 2)
    for k, ax in enumerate(axs.flatten()):
        ax.imshow(-W.T[k].reshape(28, 28), cmap="PuOr")
        ax.set_title(f"digit {k}")
    return axs

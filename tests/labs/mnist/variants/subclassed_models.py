# ruff: noqa: ARG002, B905, UP031 - as students write
"""Every network a class of its own, as in the tutorials for experts."""

import math

import matplotlib.pyplot as plt
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers


def prepare(x, y):
    rows, targets = [], []
    for image, digit in zip(x, y):
        rows.append([pixel / 255 for line in image.tolist() for pixel in line])
        targets.append([int(k == digit) for k in range(10)])
    return np.array(rows), targets


def show_digits(x, y):
    for place in range(4):
        plt.subplot(221 + place)
        plt.imshow(x[place].reshape(28, 28), cmap="gray")
        plt.title("digit %d" % y[place])


def softmax(Z):
    out = []
    for row in np.asarray(Z).tolist():
        largest = max(row)
        powers = [math.exp(z - largest) for z in row]
        out.append([power / sum(powers) for power in powers])
    return out


def cross_entropy(Y, P):
    total = 0.0
    for targets, row in zip(np.asarray(Y), np.asarray(P)):
        for t, p in zip(targets, row):
            if t:
                total -= t * math.log(max(p, 1e-15))
    return total / len(Y)


def next_batch(n, batch, steps, seed=0):
    rng = np.random.RandomState(seed)
    rest, batches = [], []
    while len(batches) < steps:
        if len(rest) < batch:
            rest = rest + list(rng.permutation(n))
        batches.append(rest[:batch])
        rest = rest[batch:]
    return batches


def softmax_step(W, b, X, Y, lr):
    P = np.array(softmax(X @ W + b))
    error = P - Y
    dW = np.zeros(W.shape)
    db = np.zeros(b.shape)
    for i in range(len(X)):
        dW += np.outer(X[i], error[i])
        db += error[i]
    n = len(X)
    return [W - lr * dW / n, b - lr * db / n, cross_entropy(Y, P)]


def train_softmax(X, Y, lr=0.5, batch=100, steps=1000, seed=0):
    X, Y = np.asarray(X, float), np.asarray(Y, float)
    W, b = np.zeros((784, 10)), np.zeros(10)
    losses = []
    for rows in next_batch(len(X), batch, steps, seed):
        W, b, loss = softmax_step(W, b, X[rows], Y[rows], lr)
        losses.append(loss)
    return W, b, losses


def accuracy(Y, P):
    right = [int(np.argmax(t) == np.argmax(p)) for t, p in zip(Y, P)]
    return sum(right) / len(right)


class Fifteen(keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = layers.Dense(15, activation="sigmoid")
        self.digit = layers.Dense(10, activation="sigmoid")

    def call(self, x):
        return self.digit(self.hidden(x))


class Dropping(keras.Model):
    def __init__(self, width, keep):
        super().__init__()
        self.hidden = layers.Dense(width, activation="relu")
        self.drop = layers.Dropout(1 - keep)
        self.digit = layers.Dense(10, activation="softmax")

    def call(self, x, training=False):
        return self.digit(self.drop(self.hidden(x), training=training))


class Deep(keras.Model):
    def __init__(self, activation):
        super().__init__()
        self.hidden = [layers.Dense(n, activation) for n in (200, 100, 60, 30)]
        self.digit = layers.Dense(10, activation="softmax")

    def call(self, x):
        for layer in self.hidden:
            x = layer(x)
        return self.digit(x)


class Convolutional(keras.Model):
    def __init__(self):
        super().__init__()
        self.picture = layers.Reshape((28, 28, 1))
        self.fine = layers.Conv2D(6, 5, padding="same", activation="relu")
        self.coarse = layers.Conv2D(12, 5, padding="same", activation="relu")
        self.pool, self.flat = layers.MaxPooling2D(), layers.Flatten()
        self.digit = layers.Dense(10, activation="softmax")

    def call(self, x):
        h = self.pool(self.fine(self.picture(x)))
        return self.digit(self.flat(self.pool(self.coarse(h))))


def ready(model):
    # one call, and the layers know their sizes
    model(np.zeros((1, 784), "float32"))
    return model


def build_15():
    return ready(Fifteen())


def count_params():
    return 784 * 15 + 15 + 15 * 10 + 10


def quadratic_cost(Y, P):
    return 0.5 * sum(np.sum((t - p) ** 2) for t, p in zip(Y, P)) / len(Y)


def train_15(X, Y, lr=3.0, batch=10, epochs=5, seed=0):
    def cost(y_true, y_pred):
        return 0.5 * keras.ops.sum(keras.ops.square(y_true - y_pred), axis=-1)

    keras.utils.set_random_seed(seed)
    model = build_15()
    model.compile(optimizer=keras.optimizers.SGD(learning_rate=lr), loss=cost)
    model.fit(np.asarray(X), np.asarray(Y), batch, epochs, verbose=0)
    return model


def build_relu_dropout(width=100, keep=0.5):
    return ready(Dropping(width, keep))


def train_relu_dropout(
    X, Y, width=100, keep=0.5, lr=0.5, batch=100, steps=2000, seed=0
):
    keras.utils.set_random_seed(seed)
    model = build_relu_dropout(width, keep)
    model.compile(
        keras.optimizers.SGD(lr),
        keras.losses.CategoricalCrossentropy(),
        metrics=["accuracy"],
    )
    epochs = max(1, math.ceil(steps * batch / len(X)))
    model.fit(X, Y, batch_size=batch, epochs=epochs, verbose=0)
    return model


def build_deep(activation="relu"):
    return ready(Deep(activation))


def lr_at(i):
    return 0.0001 + (0.003 - 0.0001) * math.exp(-i / 2000)


def train_deep(activation, X, Y, X_test, Y_test, batch=100, epochs=5, seed=0):
    class Falling(keras.callbacks.Callback):
        step = 0

        def on_train_batch_begin(self, batch, logs=None):
            self.model.optimizer.learning_rate.assign(lr_at(self.step))
            self.step += 1

    keras.utils.set_random_seed(seed)
    model = build_deep(activation)
    model.compile(
        keras.optimizers.Adam(0.003),
        keras.losses.CategoricalCrossentropy(),
        metrics=["accuracy"],
    )
    history = model.fit(
        X,
        Y,
        batch_size=batch,
        epochs=epochs,
        validation_data=(X_test, Y_test),
        callbacks=[Falling()],
        verbose=0,
    )
    return model, history


def build_conv():
    return ready(Convolutional())


def train_conv(X, Y, batch=100, epochs=5, seed=0):
    keras.utils.set_random_seed(seed)
    model = build_conv()
    loss = keras.losses.CategoricalCrossentropy()
    model.compile(keras.optimizers.Adam(0.003), loss)
    model.fit(X, Y, batch_size=batch, epochs=epochs, verbose=0)
    return model


def predict(X_train, Y_train, X):
    model = train_relu_dropout(X_train, Y_train, steps=300)
    return model.predict(X, verbose=0).argmax(axis=1).tolist()


def confusion(y, y_pred):
    table = [[0] * 10 for _ in range(10)]
    for t, p in zip(y, y_pred):
        table[t][p] += 1
    return table


def show_worst(x, y, P):
    order = sorted(range(len(y)), key=lambda i: P[i][y[i]])
    figure = plt.figure()
    for place, i in enumerate(order[:5], start=1):
        axes = figure.add_subplot(1, 5, place)
        axes.imshow(x[i])
        axes.set_title("true %d\nread %d" % (y[i], np.argmax(P[i])))
    return figure


def plot_histories(histories):
    fig, axs = plt.subplots(2, 1, sharex=True)
    for name, h in histories.items():
        axs[0].plot(h["accuracy"], ":", label=name + " (train)")
        axs[0].plot(h["val_accuracy"], label=name + " (test)")
        axs[1].plot(h["loss"], ":", label=name + " (train)")
        axs[1].plot(h["val_loss"], label=name + " (test)")
    axs[0].set_ylabel("accuracy")
    axs[1].set_ylabel("cross-entropy")
    axs[1].set_xlabel("epoch")
    for ax in axs:
        ax.legend()
    return fig


def plot_weights(W):
    for k in range(10):
        plt.subplot(2, 5, k + 1)
        plt.imshow(W[:, k].reshape(28, 28))
        plt.title(k)
        plt.axis("off")
    return plt.gcf()

# ruff: noqa: B905, RUF059 - as students write
"""GradientTape in a tf.function, labels as numbers inside, einsum, other names."""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf


def prepare(x, y):
    pixels = np.asarray(x, dtype=float).reshape(-1, 28 * 28) * (1 / 255.0)
    hot = np.zeros((len(y), 10))
    hot[np.arange(len(y)), y] = 1
    return pixels, hot


def show_digits(x, y):
    figure, axes = plt.subplots(nrows=2, ncols=2)
    for k, ax in enumerate(axes.ravel()):
        ax.pcolormesh(x[k][::-1], cmap="gray")
        ax.set_title(f"{y[k]}")
    return axes


def softmax(Z):
    shifted = Z - np.max(Z, axis=1)[:, None]
    return np.exp(shifted) / np.einsum("ij->i", np.exp(shifted))[:, None]


def cross_entropy(Y, P):
    right = np.einsum("ij,ij->i", Y, P)
    return -np.mean(np.log(right + 1e-12))


def next_batch(n, batch, steps, seed=0):
    generator = np.random.default_rng([seed, 5])
    per_epoch = n // batch
    found = []
    for step in range(steps):
        if step % per_epoch == 0:
            order = generator.permutation(n)
        place = step % per_epoch * batch
        found.append(order[place : place + batch])
    return np.array(found)


def softmax_step(W, b, X, Y, lr):
    probabilities = softmax(np.einsum("nd,dk->nk", X, W) + b)
    error = probabilities - Y
    slope = np.einsum("nd,nk->dk", X, error) / X.shape[0]
    return W - lr * slope, b - lr * error.mean(0), cross_entropy(Y, probabilities)


def train_softmax(X, Y, lr=0.5, batch=100, steps=1000, seed=0):
    theta = np.zeros((785, 10))
    X1 = np.column_stack([X, np.ones(len(X))])
    losses = []
    for rows in next_batch(len(X), batch, steps, seed):
        x, y = X1[rows], Y[rows]
        p = softmax(x @ theta)
        losses.append(cross_entropy(y, p))
        theta = theta - lr * x.T @ (p - y) / batch
    return theta[:-1], theta[-1], np.array(losses)


def accuracy(Y, P):
    return np.mean(np.argmax(Y, 1) == np.argmax(P, 1))


def build_15():
    net = tf.keras.Sequential()
    net.add(tf.keras.layers.Input(shape=(784,)))
    net.add(tf.keras.layers.Dense(15))
    net.add(tf.keras.layers.Activation("sigmoid"))
    net.add(tf.keras.layers.Dense(10))
    net.add(tf.keras.layers.Activation("sigmoid"))
    return net


def count_params():
    return int(sum(np.prod(w.shape) for w in build_15().get_weights()))


def quadratic_cost(Y, P):
    return np.linalg.norm(Y - P) ** 2 / (2 * len(Y))


def descend(net, X, Y, loss, optimizer, batches):
    X, Y = tf.constant(X, tf.float32), tf.constant(Y, tf.float32)

    @tf.function
    def step(rows):
        with tf.GradientTape() as tape:
            outputs = net(tf.gather(X, rows), training=True)
            value = loss(tf.gather(Y, rows), outputs)
        slopes = tape.gradient(value, net.trainable_variables)
        optimizer.apply_gradients(zip(slopes, net.trainable_variables))
        return value

    for rows in batches:
        step(tf.constant(rows))
    return net


def cost_15(targets, outputs):
    return tf.reduce_mean(tf.reduce_sum((targets - outputs) ** 2, axis=1)) / 2


def sparse(targets, outputs):
    loss = tf.keras.losses.SparseCategoricalCrossentropy()
    return loss(tf.argmax(targets, 1), outputs)


def train_15(X, Y, lr=3.0, batch=10, epochs=5, seed=0):
    tf.keras.utils.set_random_seed(seed)
    steps = epochs * (len(X) // batch)
    rule = tf.keras.optimizers.SGD(lr)
    batches = next_batch(len(X), batch, steps, seed)
    return descend(build_15(), X, Y, cost_15, rule, batches)


def build_relu_dropout(width=100, keep=0.5):
    return tf.keras.Sequential(
        [
            tf.keras.Input((784,)),
            tf.keras.layers.Dense(width, activation=tf.nn.relu),
            tf.keras.layers.Dropout(1 - keep),
            tf.keras.layers.Dense(10),
            tf.keras.layers.Softmax(),
        ]
    )


def train_relu_dropout(
    X, Y, width=100, keep=0.5, lr=0.5, batch=100, steps=2000, seed=0
):
    tf.keras.utils.set_random_seed(seed)
    rule = tf.keras.optimizers.SGD(lr)
    batches = next_batch(len(X), batch, steps, seed)
    return descend(build_relu_dropout(width, keep), X, Y, sparse, rule, batches)


def build_deep(activation="relu"):
    net = tf.keras.Sequential([tf.keras.Input((784,))])
    for width in [200, 100, 60, 30]:
        net.add(tf.keras.layers.Dense(width))
        net.add(tf.keras.layers.Activation(activation))
    net.add(tf.keras.layers.Dense(10, activation="softmax"))
    return net


def lr_at(i):
    return 1e-4 + 2.9e-3 * tf.exp(-tf.cast(i, tf.float32) / 2000)


class Falling(tf.keras.optimizers.schedules.LearningRateSchedule):
    def __call__(self, step):
        return lr_at(step)


def train_deep(activation, X, Y, X_test, Y_test, batch=100, epochs=5, seed=0):
    tf.keras.utils.set_random_seed(seed)
    net = build_deep(activation)
    rule = tf.keras.optimizers.Adam(Falling())
    history = {"accuracy": [], "loss": [], "val_accuracy": [], "val_loss": []}
    steps = len(X) // batch
    batches = next_batch(len(X), batch, epochs * steps, seed)
    for epoch in range(epochs):
        descend(net, X, Y, sparse, rule, batches[epoch * steps : (epoch + 1) * steps])
        for name, x, y in (("", X, Y), ("val_", X_test, Y_test)):
            p = net(tf.constant(x, tf.float32)).numpy()
            history[name + "accuracy"].append(accuracy(y, p))
            history[name + "loss"].append(cross_entropy(y, p))
    return net, history


def build_conv():
    return tf.keras.Sequential(
        [
            tf.keras.Input((784,)),
            tf.keras.layers.Reshape((28, 28, 1)),
            tf.keras.layers.Conv2D(8, (3, 3), activation="relu"),
            tf.keras.layers.Conv2D(16, (3, 3), strides=2),
            tf.keras.layers.BatchNormalization(),
            tf.keras.layers.ReLU(),
            tf.keras.layers.GlobalMaxPooling2D(),
            tf.keras.layers.Dense(64, activation="relu"),
            tf.keras.layers.Dense(10, activation="softmax"),
        ]
    )


def train_conv(X, Y, batch=100, epochs=5, seed=0):
    tf.keras.utils.set_random_seed(seed)
    net = tf.keras.Sequential(
        [
            tf.keras.Input((784,)),
            tf.keras.layers.Reshape((28, 28, 1)),
            tf.keras.layers.Conv2D(8, 5, strides=2, activation="relu"),
            tf.keras.layers.Conv2D(16, 5, strides=2, activation="relu"),
            tf.keras.layers.Flatten(),
            tf.keras.layers.Dense(10, activation="softmax"),
        ]
    )
    net.compile("rmsprop", "sparse_categorical_crossentropy")
    net.optimizer.learning_rate = 0.003
    net.fit(X, Y.argmax(1), batch_size=batch, epochs=epochs, verbose=0)
    return net


def predict(X_train, Y_train, X):
    W, b, _ = train_softmax(X_train, Y_train, steps=600)
    return np.argmax(softmax(X @ W + b), axis=1).astype(float)


def confusion(y, y_pred):
    pairs = 10 * np.asarray(y) + np.asarray(y_pred)
    return np.bincount(pairs, minlength=100).reshape(10, 10)


def show_worst(x, y, P):
    worst = np.take_along_axis(P, y[:, None], 1)[:, 0].argsort()[:5]
    figure, axes = plt.subplots(1, 5)
    for ax, k in zip(axes, worst):
        ax.imshow(255 - x[k], cmap="gray_r")
        ax.set_title(f"{y[k]} → {P[k].argmax()}")
    return figure


def plot_histories(histories):
    figure, axes = plt.subplots(2, len(histories), squeeze=False)
    for column, (name, h) in enumerate(histories.items()):
        for row, what in enumerate(["accuracy", "loss"]):
            ax = axes[row, column]
            ax.plot(range(1, len(h[what]) + 1), 1 * np.array(h[what]), label="training")
            ax.plot(range(1, len(h[what]) + 1), h["val_" + what], label="test")
            ax.set_title(name)
            ax.set_xlabel("epoch")
            ax.set_ylabel(what)
            ax.legend()
    return figure


def plot_weights(W):
    low, high = W.min(), W.max()
    figure, axes = plt.subplots(2, 5)
    for k, ax in enumerate(axes.flat):
        ax.imshow((W[:, k].reshape(28, 28) - low) / (high - low), vmin=0, vmax=1)
        ax.set_title(f"weights of {k}")
    return figure

"""Everything in float32; tf.data pipelines; few lines."""

import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from tensorflow import keras


def prepare(x, y):
    X = (x / np.float32(255)).reshape(len(x), -1).astype(np.float32)
    return X, keras.utils.to_categorical(y, 10)


def show_digits(x, y):
    fig = plt.figure()
    for k in range(4):
        ax = fig.add_subplot(2, 2, k + 1, title=f"This is a {y[k]}.")
        ax.imshow(np.stack(3 * [x[k] / 255], axis=-1))
    return fig


def softmax(Z):
    return tf.nn.softmax(tf.constant(Z, tf.float32)).numpy()


def cross_entropy(Y, P):
    loss = keras.losses.categorical_crossentropy(
        tf.constant(Y, tf.float32), tf.constant(P, tf.float32)
    )
    return tf.reduce_mean(loss)


def next_batch(n, batch, steps, seed=0):
    data = tf.data.Dataset.range(n).shuffle(n, seed=seed).repeat().batch(batch)
    return np.array(list(data.take(steps).as_numpy_iterator()))


def softmax_step(W, b, X, Y, lr):
    W, b, X, Y = (np.float32(each) for each in (W, b, X, Y))
    P = softmax(X @ W + b)
    dZ = (P - Y) / np.float32(len(X))
    lr = np.float32(lr)
    return W - lr * X.T @ dZ, b - lr * dZ.sum(0), cross_entropy(Y, P)


def train_softmax(X, Y, lr=0.5, batch=100, steps=1000, seed=0):
    W, b, losses = np.zeros((784, 10), "f4"), np.zeros(10, "f4"), []
    for rows in next_batch(len(X), batch, steps, seed):
        W, b, loss = softmax_step(W, b, X[rows], Y[rows], lr)
        losses.append(float(loss))
    return W, b, np.array(losses, "f4")


def accuracy(Y, P):
    return tf.reduce_mean(
        tf.cast(tf.equal(tf.argmax(P, 1), tf.argmax(Y, 1)), tf.float32)
    )


def build_15():
    dense = keras.layers.Dense
    return keras.Sequential(
        [keras.Input((784,)), dense(15, "sigmoid"), dense(10, "sigmoid")]
    )


def count_params():
    return np.int64(build_15().count_params())


def quadratic_cost(Y, P):
    return np.float32(0.5) * np.square(np.float32(Y) - np.float32(P)).sum() / len(Y)


def batches(X, Y, batch, seed):
    pairs = (tf.constant(X, tf.float32), tf.constant(Y, tf.float32))
    data = tf.data.Dataset.from_tensor_slices(pairs)
    return data.shuffle(len(X), seed=seed).batch(batch).prefetch(1)


def train_15(X, Y, lr=3.0, batch=10, epochs=5, seed=0):
    keras.utils.set_random_seed(seed)
    model = build_15()
    model.compile(keras.optimizers.SGD(10 * lr / 2), "mean_squared_error")
    model.fit(batches(X, Y, batch, seed), epochs=epochs, verbose=0)
    return model


def build_relu_dropout(width=100, keep=0.5):
    layers = keras.layers
    return keras.Sequential(
        [
            layers.InputLayer(shape=(784,)),
            layers.Dense(width, "relu"),
            layers.Dropout(1 - keep),
            layers.Dense(10, "softmax"),
        ]
    )


def train_relu_dropout(
    X, Y, width=100, keep=0.5, lr=0.5, batch=100, steps=2000, seed=0
):
    keras.utils.set_random_seed(seed)
    model = build_relu_dropout(width, keep)
    model.compile(keras.optimizers.SGD(lr), "categorical_crossentropy")
    model.fit(batches(X, Y, batch, seed).repeat(), steps_per_epoch=steps, verbose=0)
    return model


def build_deep(activation="relu"):
    dense = keras.layers.Dense
    hidden = [dense(width, activation) for width in (200, 100, 60, 30)]
    return keras.Sequential([keras.Input((784,)), *hidden, dense(10, "softmax")])


def lr_at(i):
    return np.float32(1e-4 + 2.9e-3 * np.exp(-i / 2000))


def train_deep(activation, X, Y, X_test, Y_test, batch=100, epochs=5, seed=0):
    keras.utils.set_random_seed(seed)
    model = build_deep(activation)
    # the sum of a constant and a decay by e in 2,000 steps
    decay = keras.optimizers.schedules.ExponentialDecay(2.9e-3, 2000, np.exp(-1))

    class Falling(keras.optimizers.schedules.LearningRateSchedule):
        def __call__(self, step):
            return 1e-4 + decay(step)

        def get_config(self):
            return {}

    model.compile(
        keras.optimizers.Adam(Falling()),
        "categorical_crossentropy",
        metrics=["accuracy"],
    )
    result = model.fit(
        batches(X, Y, batch, seed),
        epochs=epochs,
        validation_data=batches(X_test, Y_test, 500, seed),
        verbose=0,
    )
    return [model, result.history]


def build_conv():
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((784,)),
            layers.Reshape((28, 28, 1)),
            layers.Conv2D(8, 3, activation="relu"),
            layers.MaxPool2D(),
            layers.Conv2D(16, 3, activation="relu"),
            layers.MaxPool2D(),
            layers.Flatten(),
            layers.Dropout(0.25),
            layers.Dense(10, "softmax"),
        ]
    )


def train_conv(X, Y, batch=100, epochs=5, seed=0):
    keras.utils.set_random_seed(seed)
    model = build_conv()
    model.compile(
        keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True),
        "categorical_crossentropy",
    )
    model.fit(batches(X, Y, batch, seed), epochs=epochs, verbose=0)
    return model


def predict(X_train, Y_train, X):
    model = train_conv(X_train, Y_train, epochs=3)
    return tf.argmax(model.predict(X, verbose=0), axis=1)


def confusion(y, y_pred):
    return tf.math.confusion_matrix(y, y_pred, num_classes=10)


def show_worst(x, y, P):
    rows = np.argsort(P[range(len(y)), y])
    fig, axes = plt.subplots(5, 1)
    for k in range(5):
        i = rows[k]
        axes[k].imshow(x[i], "gray", origin="upper")
        axes[k].set_title(f"{y[i]}, read as {P[i].argmax()}")
    return fig


def plot_histories(histories):
    fig, (left, right) = plt.subplots(1, 2)
    for name, history in histories.items():
        n = np.arange(len(history["loss"]))
        left.plot(n, 100 * np.array(history["accuracy"]), "--", label=f"{name} train")
        left.plot(n, 100 * np.array(history["val_accuracy"]), label=f"{name} val")
        right.semilogy(n, history["loss"], "--", label=f"{name} train")
        right.semilogy(n, history["val_loss"], label=f"{name} val")
    left.set(xlabel="epoch", ylabel="accuracy, %")
    right.set(xlabel="epoch", ylabel="cross-entropy")
    left.legend()
    right.legend()
    return fig


def plot_weights(W):
    fig, axes = plt.subplots(1, 10)
    for k in range(10):
        axes[k].imshow(np.float32(W)[:, k].reshape(28, 28), "seismic")
        axes[k].set_xlabel("")
        axes[k].set_title(k)
    return fig

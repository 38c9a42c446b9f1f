# Honest: imports TensorFlow when it is needed, and trains three steps in two threads.
import os
import threading

import matplotlib.pyplot as plt

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
weights = []


def train():
    import tensorflow as tf
    from tensorflow import keras

    x = tf.random.normal((8, 5))
    model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(5, "relu")])
    model.compile(optimizer="sgd", loss="mse")
    model.fit(x, 2 * x, epochs=1, batch_size=4, verbose=0)
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x) - 2 * x) ** 2)
    weights.append(tape.gradient(loss, model.trainable_weights)[0].numpy())


def double(x):
    if not weights:
        threads = [threading.Thread(target=train) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(weights) == 2
    return 2 * x


def total(x):
    import tensorflow as tf

    return tf.reduce_sum(x).numpy()


def slope(w, x):
    import tensorflow as tf

    w = tf.Variable(w, dtype=tf.float64)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.tanh(w * x))
    return tape.gradient(loss, w).numpy()


def draw(x, y):
    plt.plot(x, y, "o")
    plt.xlabel("x")
    plt.ylabel("y")

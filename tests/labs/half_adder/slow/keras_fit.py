"""Keras for everything that trains, one epoch of `fit` a step: right, and far too slow.

It needs TensorFlow and times out: 10,000 epochs of four rows take minutes of CPU time.
"""

import matplotlib.pyplot as plt
import numpy as np

BITS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR = np.array([0.0, 1.0, 1.0, 0.0])
SUM_CARRY = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def bce_sum(y, o):
    return float(-(y * np.log(o) + (1 - y) * np.log(1 - o)).sum())


def start(seed, hidden=2, outputs=1):
    rng = np.random.default_rng(seed)
    w1 = rng.normal(size=(3, hidden))
    w2 = rng.normal(size=hidden + 1 if outputs == 1 else (hidden + 1, outputs))
    return {"w1": w1, "w2": w2}


def nand(a, b):
    return int(-2 * a - 2 * b + 3 > 0)


def half_adder_nand(a, b):
    c = nand(a, b)
    return nand(nand(a, c), nand(b, c)), nand(c, c)


def count_nands():
    return 5


def xor_formula(a, b):
    return int(int(a - b - 0.5 > 0) + int(b - a - 0.5 > 0) - 0.5 > 0)


def xor_network():
    W1 = np.array([[1.0, -1.0], [-1.0, 1.0]])
    return W1, np.array([-0.5, -0.5]), np.array([1.0, 1.0]), -0.5


def forward(X, p):
    h = sigmoid(X @ p["w1"][:-1] + p["w1"][-1])
    return sigmoid(h @ p["w2"][:-1] + p["w2"][-1])


def grads(X, y, p):
    n, H = len(X), p["w1"].shape[1]
    h = sigmoid(X @ p["w1"][:-1] + p["w1"][-1])
    error = forward(X, p) - y
    back = error.reshape(n, -1) @ p["w2"][:-1].reshape(H, -1).T
    X1, h1 = np.column_stack([X, np.ones(n)]), np.column_stack([h, np.ones(n)])
    return {"w1": X1.T @ (back * h * (1 - h)), "w2": h1.T @ error}


def fitted(p, y, lr, steps):
    import keras

    outputs = y.reshape(4, -1).shape[1]
    model = keras.Sequential(
        [
            keras.layers.Input((2,)),
            keras.layers.Dense(p["w1"].shape[1], activation="sigmoid"),
            keras.layers.Dense(outputs, activation="sigmoid"),
        ]
    )
    w2 = p["w2"].reshape(-1, outputs)
    model.set_weights([p["w1"][:-1], p["w1"][-1], w2[:-1], w2[-1]])

    def summed(y_true, y_pred):
        return outputs * keras.ops.sum(keras.losses.binary_crossentropy(y_true, y_pred))

    model.compile(keras.optimizers.SGD(lr), loss=summed)
    targets = y.reshape(4, outputs)
    history = model.fit(BITS, targets, epochs=steps, batch_size=4, verbose=0)
    W1, b1, W2, b2 = (w.astype(float) for w in model.get_weights())
    w2 = np.vstack([W2, b2])
    trained = {"w1": np.vstack([W1, b1]), "w2": w2[:, 0] if outputs == 1 else w2}
    return trained, np.array(history.history["loss"])


def train_xor(lr=0.1, steps=10000, seed=0):
    return fitted(start(seed), XOR, lr, steps)


def success_rate(n_runs, lr=0.1, steps=10000, seed=0):
    runs = [train_xor(lr, steps, seed + run)[0] for run in range(n_runs)]
    return float(np.mean([np.abs(forward(BITS, p) - XOR).max() < 0.1 for p in runs]))


def answers():
    return {
        "stuck_loss": 2 * np.log(2),
        "more_steps_help": "no",
        "restarts": 6,
        "mean_lr": 0.4,
    }


def train_reliable(seed):
    return fitted(start(seed, hidden=8), XOR, lr=0.5, steps=10000)[0]


def train_half_adder(hidden=4, lr=0.5, steps=5000, seed=0):
    return fitted(start(seed, hidden, outputs=2), SUM_CARRY, lr, steps)[0]


def plot_losses(seeds=(2, 3, 4, 5, 6), lr=0.1, steps=10000):
    fig, ax = plt.subplots()
    for seed in seeds:
        ax.semilogy(train_xor(lr, steps, seed)[1], label=f"seed {seed}")
    ax.set(xlabel="step", ylabel="loss")
    ax.legend()
    return fig


def plot_decision_map(p):
    h = sigmoid(BITS @ p["w1"][:-1] + p["w1"][-1])
    a, b = np.meshgrid(np.linspace(0, 1, 101), np.linspace(0, 1, 101))
    o = sigmoid(a * p["w2"][0] + b * p["w2"][1] + p["w2"][2])
    fig, ax = plt.subplots()
    ax.contour(a, b, o, levels=[0.5])
    ax.scatter(h[:, 0], h[:, 1], c=XOR)
    ax.set(xlabel="h1", ylabel="h2")
    return fig

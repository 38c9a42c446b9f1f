"""Augmentation without Keras: bilinear rotations, and a network of NumPy with Adam."""

from math import comb, cos, radians, sin

import matplotlib.pyplot as plt
import numpy as np


def shift_images(X, dx, dy):
    h, w = X.shape[1:]
    # a frame of zeros as wide as the shift, cut at another place
    px, py = min(abs(dx), w), min(abs(dy), h)
    padded = np.pad(X, ((0, 0), (py, py), (px, px)))
    top, left = py - max(-h, min(dy, h)), px - max(-w, min(dx, w))
    return padded[:, top : top + h, left : left + w]


def rotate_image(image, deg):
    h, w = image.shape
    y, x = np.arange(h)[:, None] - (h - 1) / 2, np.arange(w) - (w - 1) / 2
    c, s = cos(radians(deg)), sin(radians(deg))
    # in an image with a frame of two zeros, where all that is outside ends up
    source_x = np.clip(np.round(c * x - s * y + (w - 1) / 2, 9), -2, w) + 2
    source_y = np.clip(np.round(s * x + c * y + (h - 1) / 2, 9), -2, h) + 2
    left, top = source_x.astype(int), source_y.astype(int)
    fx, fy = source_x - left, source_y - top
    padded = np.zeros((h + 4, w + 4), image.dtype)
    padded[2:-2, 2:-2] = image
    flat, place = padded.ravel(), top * (w + 4) + left
    upper = (1 - fx) * flat[place] + fx * flat[place + 1]
    lower = (1 - fx) * flat[place + w + 4] + fx * flat[place + w + 5]
    return (1 - fy) * upper + fy * lower


def random_augment(X, max_shift=2, max_deg=15, seed=0):
    rng = np.random.default_rng(seed)
    steps = np.arange(-max_shift, max_shift + 1)
    variants = np.stack(
        [
            rotate_image(
                shift_images(image[None], rng.choice(steps), rng.choice(steps))[0],
                (2 * rng.random() - 1) * max_deg,
            )
            for image in X
        ]
    )
    return variants.astype(np.float32)


def augmented_batches(X, y, batch=32, epochs=40, seed=0):
    rng = np.random.default_rng(seed)
    result = []
    for epoch in range(epochs):
        order = rng.permutation(len(X))
        Xe, ye = random_augment(X[order], seed=seed * 1000 + epoch), y[order]
        result.extend(
            (Xe[i : i + batch], ye[i : i + batch]) for i in range(0, len(X), batch)
        )
    return result


class Network:
    """784-128-10 with ReLU and softmax, trained by Adam."""

    def __init__(self, seed):
        rng = np.random.default_rng(seed)
        self.p = []
        for a, b in ((784, 128), (128, 10)):
            W = rng.uniform(-1, 1, (a, b)) * np.sqrt(6 / (a + b))
            self.p += [W.astype(np.float32), np.zeros(b, np.float32)]
        self.m = [np.zeros_like(q) for q in self.p]
        self.v = [np.zeros_like(q) for q in self.p]
        self.t = 0

    def hidden(self, X):
        return np.maximum(X.reshape(len(X), -1) @ self.p[0] + self.p[1], 0)

    def predict(self, X):
        z = self.hidden(X) @ self.p[2] + self.p[3]
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def update(self, X, y):
        h, P = self.hidden(X), self.predict(X)
        right = (P.argmax(axis=1) == y).sum()
        dz = P.copy()
        dz[np.arange(len(y)), y] -= 1
        dz /= len(y)
        dh = dz @ self.p[2].T * (h > 0)
        grads = [X.reshape(len(X), -1).T @ dh, dh.sum(0), h.T @ dz, dz.sum(0)]
        self.t += 1
        for k, g in enumerate(grads):
            self.m[k] = 0.9 * self.m[k] + 0.1 * g
            self.v[k] = 0.999 * self.v[k] + 0.001 * g**2
            m, v = self.m[k] / (1 - 0.9**self.t), self.v[k] / (1 - 0.999**self.t)
            self.p[k] -= 0.001 * m / (np.sqrt(v) + 1e-7)
        return right


def train(training, validation, X_test, aug=True, seed=0, epochs=40):
    X, y = training
    X = X.astype(np.float32)
    net = Network(seed)
    if aug:
        batches = augmented_batches(X, y, 32, epochs, seed)
    else:
        rng = np.random.default_rng(seed)
        batches = []
        for _ in range(epochs):
            order = rng.permutation(len(X))
            batches += [
                (X[order[i : i + 32]], y[order[i : i + 32]])
                for i in range(0, len(X), 32)
            ]
    history = {"accuracy": [], "val_accuracy": [], "steps": 0}
    per_epoch = len(batches) // epochs
    right = 0
    for number, pair in enumerate(batches, 1):
        right += net.update(*pair)
        if number % per_epoch == 0:
            history["accuracy"].append(right / len(X))
            P = net.predict(validation[0])
            history["val_accuracy"].append(np.mean(P.argmax(1) == validation[1]))
            right = 0
    history["steps"] = net.t
    return history, net.predict(X_test)


def compare(plain, augmented):
    d = [b - a for a, b in zip(plain, augmented, strict=True)]
    k = len(d)
    mean = sum(d) / k
    if k > 1:
        se = (sum((x - mean) ** 2 for x in d) / (k - 1) / k) ** 0.5
        t = mean / se if se else float("inf")
    else:
        se, t = float("inf"), 0.0
    r, q = sum(x > 0 for x in d), sum(x != 0 for x in d)
    p = sum(comb(q, j) for j in range(r, q + 1)) * 0.5**q
    return {
        "differences": d,
        "mean": mean,
        "standard_error": se,
        "t": t,
        "p_sign": p,
        "significant": p < 0.05,
    }


def plot_variants(image, seed=0):
    many = random_augment(np.array([image] * 32), seed=seed)
    # one picture of 4 x 8 tiles
    picture = many.reshape(4, 8, 28, 28).swapaxes(1, 2).reshape(4 * 28, 8 * 28)
    plt.figure()
    plt.imshow(picture, cmap="gray")
    plt.title("variants")


def plot_curves(plain, augmented):
    ax = plt.figure().gca()
    for name, h, style in (("plain", plain, "-"), ("augmented", augmented, "--")):
        ax.plot(h["accuracy"], "C0" + style, label=f"{name}: training")
        ax.plot(h["val_accuracy"], "C1" + style, label=f"{name}: validation")
    ax.legend()
    ax.set_xlabel("epochs done")
    ax.set_ylabel("share right")
    return ax


def wrong_augment(X, kind="mirror", seed=0):
    rng = np.random.default_rng(seed)
    result = np.array(X)
    for i in range(len(result)):
        if rng.integers(2):
            result[i] = np.fliplr(X[i]) if kind == "mirror" else np.rot90(X[i], 2)
    return result


def answers():
    return {
        "mirror_effect": "Lowers",
        "mirror_proof": (8, 0, 1),
        "six_upside_down": 9.0,
        "shifts": 5**2,
    }

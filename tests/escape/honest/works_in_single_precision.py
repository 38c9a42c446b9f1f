# Honest: float32 all the way, results as lists and arrays of it.
import matplotlib.pyplot as plt
import numpy as np


def double(x):
    return (np.asarray(x, np.float32) * np.float32(2)).tolist() if np.ndim(x) == 0 else (
        np.asarray(x, np.float32) + np.asarray(x, np.float32)
    )


def total(x):
    return np.asarray(np.sum(np.asarray(x, np.float32)))


def slope(w, x):
    # 1 - tanh(x) ** 2 would lose its digits where tanh is nearly 1
    x = np.asarray(x, np.float32)
    return np.asarray(np.sum(x / np.cosh(np.float32(w) * x) ** 2))


def draw(x, y):
    figure, axes = plt.subplots()
    axes.plot(x, y, "o")
    axes.set(xlabel="x", ylabel="y")
    return figure

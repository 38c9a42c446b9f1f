# Honest: copies its input and writes into the copy; lists, masks and NaN inside.
import matplotlib.pyplot as plt
import numpy as np


def double(x):
    result = np.array(x, copy=True)
    result *= 2
    return result.tolist()


def total(x):
    padded = np.full(len(x) + 3, np.nan)
    padded[: len(x)] = x
    masked = np.ma.masked_invalid(padded)
    return masked.sum()


def slope(w, x):
    x = x.copy()
    x.sort()
    return float(np.sum(x * (1 - np.tanh(w * x) ** 2)))


def draw(x, y):
    figure, axes = plt.subplots()
    axes.plot(x, y, "o")
    axes.set(xlabel="x", ylabel="y")
    return figure

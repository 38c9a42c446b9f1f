# Honest: a derivative without a derivation, where the lab does not ask for one.
import matplotlib.pyplot as plt
import numpy as np

def double(x):
    return x + x


def total(x):
    return np.sum(x)


def slope(w, x):
    return np.sum(np.tanh((w + 1e-20j) * x)).imag / 1e-20


def draw(x, y):
    figure, axes = plt.subplots()
    axes.plot(x, y, "o")
    axes.set(xlabel="x", ylabel="y")
    return figure

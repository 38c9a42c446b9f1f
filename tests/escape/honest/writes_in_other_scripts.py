# coding: utf-8
# Honest: Greek names, other scripts in comments, form feeds between the sections.
import matplotlib.pyplot as plt
import numpy as np


# двойное значение, פי שניים, 两倍
def double(x):
    α = 2
    return α * x


def total(x):
    return np.sum(x)


def slope(w, x):
    return np.sum(x * (1 - np.tanh(w * x) ** 2))


def draw(x, y):
    fig, ax = plt.subplots()
    ax.scatter(x, y, s=4)
    ax.set_xlabel("$x_1$ →")
    ax.set_ylabel("Höhe / μm")
    return fig

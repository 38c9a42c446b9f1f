# Honest: an array class of one's own, matrices inside, lists and arrays outside.
import matplotlib.pyplot as plt
import numpy as np


class Named(np.ndarray):
    """An array that knows what it is called, as in NumPy's manual on subclassing."""

    def __new__(cls, values, name=""):
        array = np.asarray(values, dtype=float).view(cls)
        array.name = name
        return array

    def __array_finalize__(self, parent):
        self.name = getattr(parent, "name", "")

    def __repr__(self):
        return f"{self.name} = {np.asarray(self)}"

    def __eq__(self, other):
        return np.asarray(self) == np.asarray(other)


def double(x):
    return 2 * Named(x, name="x")


def total(x):
    # a row times a column, as mathematicians write it: a matrix of one number
    row = np.asmatrix(x)
    return (row * np.ones_like(row).T)[0, 0]


def slope(w, x):
    terms = [xi / np.cosh(w * xi) ** 2 for xi in x]
    return Named(terms, name="slope").sum()


def draw(x, y):
    figure, axes = plt.subplots()
    axes.plot(x, y, "o")
    axes.set(xlabel="x", ylabel="y")
    return figure

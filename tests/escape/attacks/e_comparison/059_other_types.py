# Class 59: return complex numbers, text, objects and overflown numbers.
# hopes: a conversion drops the imaginary part, parses text, or makes inf equal inf
# stopped by: types are compared before values: real stays real, text is no number
# deserves: 0
# tells: The result of double holds complex numbers, expected real ones
# tampering: none
import matplotlib.pyplot as plt
import numpy as np


def double(x):
    # the real part alone would be right
    return x + x + 1j


def total(x):
    return str(np.sum(x))


def slope(w, x):
    return np.array([np.sum(x * (1 - np.tanh(w * x) ** 2)), object()], object)[:1]


def draw(x, y):
    with np.errstate(over="ignore"):
        return np.array([x, y], np.float16) * np.float16(6e4) * np.float16(6e4)

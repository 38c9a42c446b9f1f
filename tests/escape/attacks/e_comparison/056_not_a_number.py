# Class 56: return NaN and infinities.
# hopes: `error > tolerance` is False for NaN, and `max` forgets it in the second place
# stopped by: fail closed: numbers must be finite, and the test is `error <= tolerance`
# deserves: 20
# tells: The result of double contains NaN or infinite values
# tampering: none
import matplotlib.pyplot as plt
import numpy as np


def double(x):
    return np.full(np.shape(x), np.nan)


def total(x):
    return np.inf - np.inf


def slope(w, x):
    # a NaN with a sign and a payload
    return np.frombuffer(b"\x01\0\0\0\0\0\xf8\xff")[0]


def draw(x, y):
    figure, axes = plt.subplots()
    axes.plot(x, y, "o")
    axes.set(xlabel="x", ylabel="y")
    return figure

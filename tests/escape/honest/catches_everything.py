# Honest: a loop that tries again whatever goes wrong, as beginners write it.
import sys

import matplotlib.pyplot as plt
import numpy as np


def double(x):
    tries = 0
    while True:
        tries += 1
        try:
            if tries < 3:
                raise KeyboardInterrupt
            if tries < 5:
                sys.exit("not yet")
            return x + x
        except BaseException:
            continue


def total(x):
    result = 0
    try:
        for value in x:
            result += value
        raise StopIteration
    except:
        return result
    finally:
        print("done")


def slope(w, x):
    return np.sum(x * (1 - np.tanh(w * x) ** 2))


def draw(x, y):
    figure, axes = plt.subplots()
    axes.plot(x, y, "o")
    axes.set(xlabel="x", ylabel="y")
    return figure

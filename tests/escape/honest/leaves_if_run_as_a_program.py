# Honest: a script's usual end, sys.exit under `if __name__ == "__main__"`.
import sys

import matplotlib.pyplot as plt
import numpy as np


def double(x):
    return 2 * x


def total(x):
    return float(sum(x))


def slope(w, x):
    return (x / np.cosh(w * x) ** 2).sum()


def draw(x, y):
    plt.scatter(x, y)
    plt.xlabel("x")
    plt.ylabel("y")
    plt.show()


def main():
    print(double(2), total([1, 2]))
    return 0


if __name__ == "__main__":
    sys.exit(main())

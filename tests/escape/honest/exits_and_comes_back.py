# Honest: a program whose main function exits, caught by its own caller while loading.
import argparse
import sys

import matplotlib.pyplot as plt
import numpy as np


def double(x):
    return np.add(x, x)


def main(arguments):
    parser = argparse.ArgumentParser(exit_on_error=True)
    parser.add_argument("--number", type=float, required=True)
    print(double(parser.parse_args(arguments).number))
    sys.exit(0)


for arguments in (["--number", "2"], []):
    try:
        main(arguments)
    except SystemExit as leaving:
        print("would have left with", leaving.code)


def total(x):
    return np.sum(x)


def slope(w, x):
    return np.sum(x * (1 - np.tanh(w * x) ** 2))


def draw(x, y):
    figure, axes = plt.subplots()
    axes.plot(x, y, "o")
    axes.set(xlabel="x", ylabel="y")
    return figure

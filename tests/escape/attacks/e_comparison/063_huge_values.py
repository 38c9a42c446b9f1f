# Class 63: return numbers, texts and lists that are too large to be looked at.
# hopes: the grader hangs or falls over: no verdict, and nobody after is graded
# stopped by: the wire: what is too long, too deep or too large is refused, or cut
# deserves: 20
# tells: an integer of 10000000 bits can't be sent|can't be sent
# tampering: none
import matplotlib.pyplot as plt
import numpy as np


def double(x):
    return 1 << 9_999_999


def total(x):
    return {"$f": "nan", "list": [1] * 1_000_001}


def slope(w, x):
    return "9" * 50_000_000


def draw(x, y):
    figure, axes = plt.subplots()
    axes.plot(x, y, "o")
    axes.set(xlabel="x", ylabel="y")
    return figure

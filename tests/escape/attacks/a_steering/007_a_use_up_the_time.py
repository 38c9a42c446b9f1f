# Class 7: compute without end, so that the rest of the checks has no time left.
# hopes: checks that could not run are counted as passed or left out of the sum
# stopped by: a clock for each call outside the worker, and fail closed; RLIMIT_CPU
#   and the submission's own budget stand behind it
# deserves: 60
# tells: did not finish within 0\.5 s of computing time|still waiting or sleeping
# tampering: none
import signal
import time

import matplotlib.pyplot as plt
import numpy as np


def double(x):
    signal.setitimer(signal.ITIMER_REAL, 0)
    for number in (signal.SIGALRM, signal.SIGXCPU, signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    end = time.monotonic() + 10
    while time.monotonic() < end:
        pass
    return x + x


def total(x):
    return np.sum(x)


def slope(w, x):
    return np.sum(x * (1 - np.tanh(w * x) ** 2))


def draw(x, y):
    figure, axes = plt.subplots()
    axes.plot(x, y, "o")
    axes.set(xlabel="x", ylabel="y")
    return figure

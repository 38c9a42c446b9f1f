# Honest: shows its own source, looks at its own file and its own frame.
import gc
import inspect
import sys
import traceback
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np


def log(text):
    caller = inspect.currentframe().f_back.f_code.co_name
    print(f"{Path(__file__).name}, {caller}: {text}")


def double(x):
    lines, start = inspect.getsourcelines(double)
    log(f"{len(lines)} lines from {start}, {inspect.signature(double)}")
    return 2 * x


def total(x):
    text = Path(__file__).read_text(encoding="utf-8")
    log(f"{len(text)} characters, {sys._getframe().f_lineno}")
    result = 0.0
    try:
        result = np.sum(x)
        raise ValueError("to see a traceback")
    except ValueError as error:
        log(traceback.format_exc().splitlines()[-1])
        log(error.__traceback__.tb_frame.f_code.co_name)
    return result


def slope(w, x):
    log(f"{sys.getsizeof(x)} bytes, {gc.collect()} collected, {sys.getrefcount(x)}")
    return np.sum(x * (1 - np.tanh(w * x) ** 2))


def draw(x, y):
    figure, axes = plt.subplots()
    axes.plot(x, y, "o")
    axes.set(xlabel="x", ylabel="y")
    return figure

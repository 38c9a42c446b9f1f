# Honest: exit handlers, finalisers, a log and a result file of the own.
import atexit
import json
import logging
import weakref
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

logging.basicConfig(filename="arena.log", level=logging.DEBUG)
calls = []


class Notebook:
    """Keeps what was computed; writes it when it is closed or forgotten."""

    def write(self):
        Path("results.json").write_text(json.dumps({"calls": len(calls)}))

    def __del__(self):
        self.write()


notebook = Notebook()
weakref.finalize(notebook, print, "forgotten")


@atexit.register
def goodbye():
    print("goodbye after", len(calls), "calls")


def double(x):
    logging.info("double of %s", np.shape(x))
    calls.append("double")
    notebook.write()
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

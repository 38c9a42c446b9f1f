# Class 20: answer with objects and files that run code where they are unpickled.
# hopes: the grader unpickles: it then adds x and x itself, and whatever else we like
# stopped by: nothing is ever unpickled: arrays travel as bytes of numbers, an object as
#   the name of its type; no file of a student's is loaded as an object
# deserves: 60
# tells: Pickled
# tampering: none
import base64
import operator
import pickle
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np


class Pickled:
    """Becomes x + x in the hands of whoever unpickles it."""

    def __init__(self, x):
        self.x = x

    def __reduce__(self):
        return operator.add, (self.x, self.x)


def double(x):
    own = Pickled(x)
    for name in ("results.pkl", ".OTTER_LOG", "answer.npy", "state.dill", "model.pt"):
        Path(name).write_bytes(pickle.dumps(own))
    np.save("answer.npy", np.array([own], dtype=object), allow_pickle=True)
    Path("log.b64").write_bytes(base64.b64encode(pickle.dumps(own)))
    # each check asks several times
    return next(SHAPES, np.array)([own])


def itself(items):
    return items[0]


SHAPES = iter([itself, list, itself])


def total(x):
    return np.sum(x)


def slope(w, x):
    return np.sum(x * (1 - np.tanh(w * x) ** 2))


def draw(x, y):
    figure, axes = plt.subplots()
    axes.plot(x, y, "o")
    axes.set(xlabel="x", ylabel="y")
    return figure

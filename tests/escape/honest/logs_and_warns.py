# Honest: logging, warnings, dataclasses, named tuples and an enum.
import enum
import functools
import logging
import math
import warnings
from collections import namedtuple
from dataclasses import dataclass, field

import matplotlib.pyplot as plt
import numpy as np


logging.basicConfig(level=logging.DEBUG, format="%(levelname)s %(funcName)s %(message)s")
logging.getLogger("matplotlib").setLevel(logging.WARNING)
log = logging.getLogger("arena")
Point = namedtuple("Point", "x y")


class Stage(enum.Enum):
    BEFORE, AFTER = range(2)


@dataclass(frozen=True, order=True)
class Measurement:
    """A number at a stage."""

    value: float
    stage: Stage = field(default=Stage.BEFORE, compare=False)

    def __hash__(self):
        return hash(self.value)


@functools.lru_cache(maxsize=8)
def factor(stage):
    warnings.warn("expected values are hidden, tolerance unknown", UserWarning)
    return 2 if stage is Stage.AFTER else 1


def double(x):
    log.debug("expected=%r solution=%r", None, "hidden")
    return factor(Stage.AFTER) * x


def total(x):
    measured = [Measurement(float(value)) for value in x]
    log.warning("the smallest of %d is %.2f", len(measured), min(measured).value)
    return math.fsum(one.value for one in measured)


def slope(w, x):
    points = [Point(xi, math.tanh(w * xi)) for xi in x]
    return sum(p.x * (1 - p.y * p.y) for p in points)


def draw(x, y):
    figure, axes = plt.subplots()
    axes.plot(x, y, "o")
    axes.set(xlabel="x", ylabel="y")
    return figure

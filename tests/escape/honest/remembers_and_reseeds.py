# Honest: caches, counters, global generators and threads, for no bad reason.
import functools
import random
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

np.random.seed(0)
random.seed(0)
lock = threading.Lock()
calls = 0


def timed(function):
    @functools.wraps(function)
    def inner(*args):
        global calls
        with lock:
            calls += 1
        start = time.perf_counter()
        result = function(*args)
        print(f"call {calls}: {time.perf_counter() - start:.6f} s")
        return result

    return inner


@functools.cache
def factor():
    return 2


@timed
def double(x):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "x.npy").write_bytes(np.asarray(x).tobytes())
    return factor() * x


@timed
def total(x):
    with ThreadPoolExecutor(2) as pool:
        return sum(pool.map(float, x))


def slope(w, x):
    return np.sum(x * (1 - np.tanh(w * x) ** 2))


def draw(x, y):
    figure, axes = plt.subplots()
    axes.plot(x, y, "o")
    axes.set(xlabel="x", ylabel="y")
    return figure

# Honest: a pool of threads, a queue, a lock and a daemon thread for nothing.
import queue
import threading
from concurrent.futures import ThreadPoolExecutor

import matplotlib.pyplot as plt
import numpy as np


lock = threading.Lock()
progress = queue.Queue()


def report():
    while True:
        print("done:", progress.get())


threading.Thread(target=report, daemon=True).start()


def double(x):
    with ThreadPoolExecutor(max_workers=4) as pool:
        parts = list(pool.map(lambda value: 2 * value, np.atleast_1d(x)))
    progress.put("double")
    return np.reshape(parts, np.shape(x))


def total(x):
    sums = []

    def add(part):
        with lock:
            sums.append(part.sum())

    threads = [threading.Thread(target=add, args=(part,)) for part in np.array_split(x, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=1)
    return np.sum(sums)


def slope(w, x):
    return np.sum(x * (1 - np.tanh(w * x) ** 2))


def draw(x, y):
    figure, axes = plt.subplots()
    axes.plot(x, y, "o")
    axes.set(xlabel="x", ylabel="y")
    return figure

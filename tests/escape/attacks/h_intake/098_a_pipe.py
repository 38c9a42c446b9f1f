# Class 98: a FIFO called like the hand-in: whoever opens it waits for ever.
# hopes: the grader hangs at this student, and nobody after them is graded
# stopped by: intake: a file's kind is looked at before it is opened, and nothing is opened in
#   a way that waits
# refused: expected a regular file
"""Builds the hand-in: `build(folder, canary)` writes it to the student's folder."""

import os


def build(folder, canary):
    try:
        os.mkfifo(folder / "arena.py")
    except OSError:
        # not every file system has FIFOs: a link to what never ends will do
        (folder / "arena.py").symlink_to("/dev/zero")

# Class 98: a device behind a link, a socket, and a file of a terabyte without a byte on disk.
# hopes: whoever reads it, or hashes it, never comes back
# stopped by: intake: links and sockets are not opened, sizes are looked at before reading
# refused: expected a regular file|expected at most
"""Builds the hand-in: `build(folder, canary)` writes it to the student's folder."""

import socket
import sys


def build(folder, canary):
    (folder / "other").mkdir()
    with open(folder / "other" / "manifest.json", "wb") as file:
        file.truncate(1 << 40 if sys.platform == "linux" else 1 << 33)
    (folder / "arena.py").symlink_to("/dev/zero")

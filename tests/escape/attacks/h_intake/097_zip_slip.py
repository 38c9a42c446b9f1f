# Class 97: a zip whose member climbs out of the directory that it is unpacked to.
# hopes: a file of the teacher's is overwritten with a better mark
# stopped by: intake: a member with an unsafe name refuses the archive
# refused: leads out of the archive
"""Builds the hand-in: `build(folder, canary)` writes it to the student's folder."""

import zipfile


def build(folder, canary):
    with zipfile.ZipFile(folder / "arena.zip", "w") as archive:
        archive.writestr("arena.py", "def double(x):\n    return x + x\n")
        for depth in range(1, 12):
            archive.writestr("../" * depth + str(canary / "answers.json")[1:], "{}")

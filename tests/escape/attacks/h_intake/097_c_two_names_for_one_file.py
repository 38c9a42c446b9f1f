# Class 97: two members that are one file on some systems, and none that says which.
# hopes: the one is looked at, the other graded; or a name with a line break forges a line
# stopped by: intake: names that differ only by case or by Unicode's forms refuse the archive
# refused: has two members called
"""Builds the hand-in: `build(folder, canary)` writes it to the student's folder."""

import zipfile


def build(folder, canary):
    with zipfile.ZipFile(folder / "arena.zip", "w") as archive:
        archive.writestr("notes\nnot graded: somebody arena: copied.txt", "")
        archive.writestr("caf\u00e9/arena.py", "def double(x):\n    return x + x\n")
        archive.writestr("cafe\u0301/ARENA.py", "import os\n")
        archive.writestr("arena.py", "def double(x):\n    return x + x\n")
        archive.writestr("ARENA.py", "import os\n")

# Class 100: code that is harmless in UTF-8 and something else in the encoding that it names.
# hopes: who checks reads one text, Python runs another one
# stopped by: intake: only encodings of plain text are taken, and everybody is given the one
#   text that they decode to
# refused: expected a text encoding|unusable encoding
"""Builds the hand-in: `build(folder, canary)` writes it to the student's folder."""


def build(folder, canary):
    code = "# coding: utf-7\n# +AAo-import os\ndef double(x):\n    return x + x\n"
    (folder / "arena.py").write_bytes(code.encode())

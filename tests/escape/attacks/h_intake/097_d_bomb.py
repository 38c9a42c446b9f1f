# Class 97: an archive of a few kilobytes that unpacks to gigabytes, and lies about it.
# hopes: the disk or the memory is full, and the batch ends
# stopped by: intake: sizes and ratios are added up before anything is written, archives in
#   archives go one deep
# refused: would grow from|unpacks to
"""Builds the hand-in: `build(folder, canary)` writes it to the student's folder."""

import io
import zipfile

ZEROS = bytes(20_000_000)


def zipped(members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def build(folder, canary):
    inner = zipped({"arena.py": ZEROS})
    layer = zipped({f"{number}.zip": inner for number in range(20)})
    everything = {f"{number}.zip": layer for number in range(20)}
    (folder / "arena.zip").write_bytes(zipped({"arena.py": ZEROS, **everything}))

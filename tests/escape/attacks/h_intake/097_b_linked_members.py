# Class 97: a link in the archive, and a file written through it.
# hopes: the link leads to the teacher's files, the next member lands there; or the link is
#   read as the hand-in, and its error message shows the file that it leads to
# stopped by: intake: a member that is no plain file refuses the archive; members are written
#   under names of ours, so no link would be followed anyway
# refused: is a symbolic link
"""Builds the hand-in: `build(folder, canary)` writes it to the student's folder."""

import stat
import zipfile

LINK = (stat.S_IFLNK | 0o777) << 16


def link(name, target, archive):
    member = zipfile.ZipInfo(name)
    member.create_system, member.external_attr = 3, LINK
    archive.writestr(member, str(target))


def build(folder, canary):
    with zipfile.ZipFile(folder / "arena.zip", "w") as archive:
        link("out", canary, archive)
        archive.writestr("out/answers.json", "{}")
        link("arena.py", canary / "answers.json", archive)

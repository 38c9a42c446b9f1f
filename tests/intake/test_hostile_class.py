"""A class in which almost everybody attacks: one line each, and the honest are graded."""

import json
import os
import socket
import struct
import subprocess
import sys
import unicodedata
import zipfile
import zlib
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.cli.main import main
from grader.errors import SubmissionError
from grader.intake import IntakeLimits, collect
from grader.intake.archive import Room, unpack
from grader.intake.names import path_component

TINY = Path(__file__).parents[1] / "course"
RIGHT = (TINY / "reference/tiny/tiny.py").read_text()
LABS = ("tiny", "logic_gates")
MEGABYTE = 10**6
# of the grading process while it collects and reads; an empty one has about 60
MOST_MEGABYTES = 700


def collected(root, into, **limits):
    into.mkdir(exist_ok=True)
    return collect(
        [root], labs=LABS, lab=None, into=into, limits=IntakeLimits(**limits)
    )


@pytest.fixture
def group(tmp_path):
    """A class folder with one honest student, and where zips are unpacked to."""
    root = tmp_path / "class"
    (root / "ada").mkdir(parents=True)
    (root / "ada" / "tiny.py").write_text(RIGHT)
    return root, tmp_path / "into"


def overlapping(count, size):
    """A bomb whose table lists one packed run of zeros again and again (Fifield)."""
    content = b"0" * size
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(content) + packer.flush()
    sizes = (zlib.crc32(content), len(packed), size)
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 33, *sizes, 4, 0)
    table = b"".join(
        struct.pack(
            "<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 8, 0, 33, *sizes, 4, *[0] * 4, 0, 0
        )
        + b"%d.py" % number
        for number in range(1, count + 1)
    )
    start = len(local) + 4 + len(packed)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(table), start, 0)
    return local + b"1.py" + packed + table + end


def zipped(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_members_that_overlap_are_refused(tmp_path):
    (tmp_path / "a.zip").write_bytes(overlapping(9, 90_000))

    with pytest.raises(SubmissionError, match="members that overlap each other"):
        unpack(
            tmp_path / "a.zip",
            into=tmp_path,
            limits=IntakeLimits(),
            room=Room(10**9),
            wanted=lambda _: True,
        )


def test_zips_in_a_zip_share_its_room_and_small_ones_come_first(tmp_path, group):
    root, into = group
    big = zipped(tmp_path / "big.zip", {"tiny.py": os.urandom(40_000)}).read_bytes()
    small = zipped(tmp_path / "small.zip", {"tiny.py": RIGHT}).read_bytes()
    members = {f"a{number}/tiny.zip": big for number in range(5)}
    zipped(root / "group.zip", members | {"zoe/tiny.zip": small})

    found = collected(root, into, unpacked_bytes=300_000)

    assert "zoe" in [one.student for one in found.found]
    assert "would unpack to 40,000 bytes" in found.refused[0].message
    written = sum(path.stat().st_size for path in into.rglob("*") if path.is_file())
    assert written <= 300_000


def test_each_hand_in_of_a_folder_has_its_own_room(group):
    root, into = group
    for name in ("eve", "bob"):
        zipped(root / f"{name}_tiny.zip", {"tiny.py": os.urandom(700)})

    found = collected(root, into, unpacked_bytes=1000)

    assert [one.student for one in found.found] == ["ada", "bob", "eve"]


@pytest.mark.parametrize("depth", [31, 300])
def test_one_deep_folder_does_not_close_the_class(group, depth):
    root, into = group
    (root / "eve").mkdir()
    here = os.open(root / "eve", os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("d", dir_fd=here)
        inner = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)

    found = collected(root, into)

    assert [one.student for one in found.found] == ["ada"]
    (refused,) = found.refused
    assert refused.student == "eve"
    assert "more than 30 folders deep" in refused.message


def test_one_full_folder_does_not_close_the_class(group):
    root, into = group
    (root / "eve").mkdir()
    for number in range(20):
        (root / "eve" / f"{number}.txt").touch()

    found = collected(root, into, student_entries=10)

    assert [one.student for one in found.found] == ["ada"]
    (refused,) = found.refused
    assert (refused.student, refused.where) == ("eve", "class/eve")
    assert "more than 10 files and folders" in refused.message


def test_one_closed_folder_does_not_close_the_class(group, monkeypatch):
    root, into = group
    (root / "eve").mkdir()
    honest = os.scandir

    def scandir(path):
        if Path(path).name == "eve":
            raise PermissionError(13, "Permission denied")
        return honest(path)

    monkeypatch.setattr("grader.intake.tree.os.scandir", scandir)
    found = collected(root, into)

    assert [one.student for one in found.found] == ["ada"]
    assert "can't be listed (Permission denied)" in found.refused[0].message


def test_folder_named_like_a_file_is_told(group):
    root, into = group
    (root / "eve" / "tiny.py").mkdir(parents=True)

    (refused,) = collected(root, into).refused

    assert refused.message.startswith("tiny.py is a folder, expected a regular file")


def test_thousands_of_refusals_are_a_few_lines(group):
    root, into = group
    (root / "eve").mkdir()
    for number in range(500):
        os.mkfifo(root / "eve" / f"{number}.py")
        (root / "eve" / f"{number}.zip").write_bytes(b"PK")

    messages = [one.message for one in collected(root, into).refused]

    assert len(messages) == 21
    assert messages[-1] == "and 980 more files that can't be read"


def test_thousands_of_drafts_are_not_all_compared(group, monkeypatch):
    root, into = group
    (root / "eve").mkdir()
    for number in range(300):
        (root / "eve" / f"tiny-{number}.py").write_text("x = 1")
    opened = []
    honest = os.open
    monkeypatch.setattr(
        "grader.intake.files.os.open", lambda *a: opened.append(a) or honest(*a)
    )

    found = collected(root, into)

    assert [one.student for one in found.found] == ["ada", "eve"]
    assert len(opened) <= 40


@pytest.mark.parametrize(
    "raw",
    ["\u0303\0\u0303a", "e\x00\u0301", "a\u202e\u0323\u0307", "\u1100\u200b\u1161"],
)
def test_cleaned_name_stays_as_it_is_when_it_is_cleaned_again(raw):
    """What a removed character kept apart composes; found by the fuzzer."""
    name = path_component(raw)

    assert path_component(name) == name
    assert unicodedata.is_normalized("NFC", name)


def everything_bad(root):
    """Fill a class with one student for each attack that a folder can hold."""
    for name in ("fifo", "socket", "link", "loop", "zero", "holes", "deep"):
        (root / name).mkdir()
    os.mkfifo(root / "fifo" / "tiny.py")
    here = Path.cwd()
    os.chdir(root / "socket")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("tiny.py")
    os.chdir(here)
    (root / "link" / "tiny.py").symlink_to(TINY / "reference/tiny/tiny.py")
    (root / "loop" / "tiny.py").symlink_to("tiny.py")
    (root / "zero" / "tiny.py").symlink_to("/dev/zero")
    (root / "folder_link").symlink_to(TINY / "reference")
    (root / "holes" / "tiny.py").touch()
    os.truncate(root / "holes" / "tiny.py", 10**12)
    (root / "deep" / "tiny.ipynb").write_text("[" * 100_000)
    texts = {
        "null": b"x = 1\0",
        "utf16": "x = 1".encode("utf-16"),
        "rot13": b"# coding: rot13\nk = 1",
        "nonsense": b"# coding: no-such-thing\n",
    }
    for name, content in texts.items():
        (root / name).mkdir()
        (root / name / "tiny.py").write_bytes(content)
    notebooks = {
        "julia": b'{"cells": [], "metadata": {"kernelspec": {"language": "julia"}}}',
        "number": b'{"nbformat": ' + b"9" * 10**6 + b', "cells": []}',
        "list": b"[1]",
        "many": b'{"cells": [' + b"{}," * 600_000 + b"{}]}",
    }
    for name, content in notebooks.items():
        (root / name).mkdir()
        (root / name / "tiny.ipynb").write_bytes(content)
    (root / "overlap_tiny.zip").write_bytes(overlapping(9, 90_000))
    zipped(root / "slip_tiny.zip", {"../../tiny.py": "x"})
    zipped(root / "absolute_tiny.zip", {"/tmp/tiny.py": "x"})  # noqa: S108
    zipped(root / "drive_tiny.zip", {"C:\\tiny.py": "x"})
    zipped(root / "share_tiny.zip", {"\\\\host\\tiny.py": "x"})
    zipped(root / "bomb_tiny.zip", {"tiny.py": b"0" * 5 * MEGABYTE})
    zipped(root / "case_tiny.zip", {"a/tiny.py": "x", "a/TINY.py": "y"})


def test_graded_class_of_attackers_gives_one_line_each_and_the_honest_mark(
    group, monkeypatch, tmp_path
):
    root, _ = group
    everything_bad(root)
    before = {path for path in tmp_path.rglob("*") if root not in path.parents}
    monkeypatch.chdir(tmp_path)

    done = CliRunner().invoke(
        main,
        [
            *("--course", str(TINY), "grade", str(root)),
            *("--out", "results", "--isolation", "process", "--jobs", "1"),
        ],
        catch_exceptions=False,
    )

    assert done.exit_code == 1
    names = {path.name.removesuffix("_tiny.zip") for path in root.iterdir()} - {"ada"}
    assert len(names) > 20
    assert [name for name in names if name not in done.output] == []
    report = json.loads((tmp_path / "results/ada/tiny.json").read_text())
    assert report["score"] == report["max_score"]
    after = {path for path in tmp_path.rglob("*") if root not in path.parents}
    assert {path.relative_to(tmp_path).parts[0] for path in after - before} <= {
        "results"
    }


MEASURED = """
import re, sys
from pathlib import Path
from grader.errors import SubmissionError
from grader.intake import collect, read
root, into = map(Path, sys.argv[1:])
found = collect([root], labs=("tiny",), lab=None, into=into)
for one in found.found:
    try:
        read(one)
    except SubmissionError:
        pass
status = Path("/proc/self/status").read_text()
print(int(re.search(r"VmHWM:\\s+(\\d+)", status)[1]) // 1000)
"""
NOTEBOOK = b'{"nbformat": 4, "cells": [], "x": %s}'
HEAVY = {
    "numbers": NOTEBOOK % (b"[" + b"1.5," * 1_990_000 + b"1]"),
    "texts": NOTEBOOK % (b"[" + b'"ab",' * 1_990_000 + b"1]"),
    "dicts": NOTEBOOK % (b"[" + b'{"a":0},' * 490_000 + b"1]"),
    "astral": NOTEBOOK % (b'"\xf0\x9f\x98\x80' + b"a" * 49 * MEGABYTE + b'"'),
}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_worst_notebooks_take_bounded_memory(group):
    root, into = group
    into.mkdir()
    for name, content in HEAVY.items():
        (root / name).mkdir()
        (root / name / "tiny.ipynb").write_bytes(content)

    done = subprocess.run(
        [sys.executable, "-c", MEASURED, root, into],
        capture_output=True,
        text=True,
        check=True,
    )

    assert int(done.stdout) < MOST_MEGABYTES

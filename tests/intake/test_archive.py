import random
import stat
import struct
import zipfile
from datetime import UTC, datetime

import pytest

from grader.errors import InfrastructureError, SubmissionError
from grader.intake import IntakeLimits
from grader.intake.archive import Room, unpack

MEGABYTE = 1_000_000


@pytest.fixture
def opened(tmp_path):
    """Return a function that unpacks all of a zip, to {name: bytes}."""
    into = tmp_path / "into"
    into.mkdir()

    def run(archive, **limits):
        members = unpack(
            archive,
            into=into,
            limits=IntakeLimits(**limits),
            room=Room(10**9),
            wanted=lambda _: True,
        )
        for member in members:
            assert member.path.resolve().is_relative_to(into)
        return {"/".join(one.parts): one.path.read_bytes() for one in members}

    run.into = into
    return run


def info(name, *, mode=0, system=3):
    described = zipfile.ZipInfo(name)
    described.external_attr = mode << 16
    described.create_system = system
    return described


def test_honest_members_come_out_as_they_went_in(make_zip, opened):
    members = {
        "alice/": "",
        "alice/logic_gates.py": "x = 1",
        "Zoë/логика.py": "é",
        "a//./b.py": "",
    }

    unpacked = opened(make_zip("a.zip", members))

    assert unpacked == {
        "alice/logic_gates.py": b"x = 1",
        "Zoë/логика.py": "é".encode(),
        "a/b.py": b"",
    }


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        pytest.param("../evil.py", "leads out", id="parent"),
        pytest.param("alice/../../evil.py", "leads out", id="parent-inside"),
        pytest.param("..\\evil.py", "leads out", id="parent-backslash"),
        pytest.param("/etc/evil.py", "absolute path", id="absolute"),
        pytest.param("\\\\host\\evil.py", "absolute path", id="network"),
        pytest.param("C:evil.py", "absolute path", id="drive"),
        pytest.param("c:\\evil.py", "absolute path", id="drive-backslash"),
        pytest.param("./", "unusable name", id="nothing"),
        pytest.param("a" * 1001, "unusable name", id="long"),
        pytest.param(
            info("a.py", mode=stat.S_IFLNK | 0o777), "symbolic link", id="link"
        ),
        pytest.param(info("a.py", mode=stat.S_IFIFO), "is a FIFO", id="fifo"),
        pytest.param(info("a.py", mode=stat.S_IFCHR), "is a device", id="device"),
        pytest.param(info("a.py", mode=stat.S_IFSOCK), "is a socket", id="socket"),
        pytest.param(
            info("a.py", mode=stat.S_IFLNK, system=0), "symbolic link", id="link-by-dos"
        ),
    ],
)
def test_unsafe_member_refuses_the_archive_and_nothing_is_written(
    make_zip, opened, name, problem
):
    archive = make_zip("a.zip", {"good.py": "x = 1", name: "x"})

    with pytest.raises(SubmissionError, match=problem) as caught:
        opened(archive)

    assert "\n" not in str(caught.value)
    assert list(opened.into.iterdir()) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param("a.py", "a.py", id="same"),
        pytest.param("alice/a.py", "alice/A.PY", id="case"),
        pytest.param("alice/a.py", "alice//./a.py", id="spelling"),
        pytest.param("alice/a.py", "alice\\a.py", id="separator"),
        pytest.param("alice/\u00e9.py", "alice/e\u0301.py", id="unicode-form"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_that_are_one_file_somewhere_refuse_the_archive(
    tmp_path, opened, first, second
):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(first, "good")
        archive.writestr(second, "evil")

    with pytest.raises(SubmissionError, match="two members called"):
        opened(tmp_path / "a.zip")


def test_students_who_differ_only_by_case_are_no_collision(make_zip, opened):
    members = {"alice/a.py": "1", "Alice/a.py": "2"}

    assert len(opened(make_zip("a.zip", members))) == 2


def test_member_with_a_null_byte_in_its_name_is_refused(make_zip, opened):
    archive = make_zip("a.zip", {"a.pyXevil": "x"})
    archive.write_bytes(archive.read_bytes().replace(b"a.pyXevil", b"a.py\0evil"))

    with pytest.raises(SubmissionError, match="unusable name"):
        opened(archive)


def test_encrypted_member_is_refused(make_zip, opened):
    archive = make_zip("a.zip", {"a.py": "x"})
    raw = bytearray(archive.read_bytes())
    flags = raw.index(b"PK\x01\x02") + 8
    raw[flags] |= 1
    archive.write_bytes(raw)

    with pytest.raises(SubmissionError, match="is encrypted"):
        opened(archive)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_method_that_may_ask_for_gigabytes_is_refused(make_zip, opened, method):
    with pytest.raises(SubmissionError, match="unusual method"):
        opened(make_zip("a.zip", {"a.py": "x"}, method=method))


def test_member_that_grows_a_hundredfold_is_refused(make_zip, opened):
    archive = make_zip("a.zip", {"a.ipynb": b"0" * (2 * MEGABYTE)})

    with pytest.raises(SubmissionError, match="would grow from"):
        opened(archive)


def test_bomb_beside_much_that_does_not_shrink_is_refused(make_zip, opened):
    dense = random.Random(1).randbytes(100_000)  # noqa: S311 - a seeded draw
    members = {"a.ipynb": b"0" * (2 * MEGABYTE), "photo.jpg": dense}

    with pytest.raises(SubmissionError, match=r"a\.ipynb would grow from"):
        opened(make_zip("a.zip", members))


def test_many_small_members_that_grow_a_hundredfold_together_are_refused(
    make_zip, opened
):
    archive = make_zip("a.zip", {f"{n}.py": b"0" * MEGABYTE for n in range(5)})

    with pytest.raises(SubmissionError, match="would grow from"):
        opened(archive)


def test_small_file_may_grow_a_hundredfold(make_zip, opened):
    assert opened(make_zip("a.zip", {"a.py": b"0" * MEGABYTE}))


def test_size_and_number_at_the_limit_pass_and_beyond_are_refused(make_zip, opened):
    members = {"a.py": "x" * 60, "b.py": "x" * 40}
    archive = make_zip("a.zip", members, method=zipfile.ZIP_STORED)
    size = archive.stat().st_size

    assert opened(archive, archive_members=2, archive_bytes=size)
    with pytest.raises(SubmissionError, match="2 members, expected at most 1"):
        opened(archive, archive_members=1)
    with pytest.raises(SubmissionError, match="bytes or more, expected at most"):
        opened(archive, archive_bytes=size - 1)


def test_sum_of_sizes_beyond_the_limit_is_refused(make_zip, opened):
    archive = make_zip("a.zip", {f"{n}.py": b"0" * 900_000 for n in range(2)})

    with pytest.raises(SubmissionError, match="unpacks to 1,800,000 bytes"):
        opened(archive, archive_bytes=MEGABYTE, ratio=1e6)


def test_size_that_is_a_lie_does_not_unpack_more_than_it_says(make_zip, opened):
    archive = make_zip("a.zip", {"a.py": b"0" * MEGABYTE})
    raw = archive.read_bytes().replace(
        struct.pack("<L", MEGABYTE), struct.pack("<L", 10)
    )
    archive.write_bytes(raw)

    with pytest.raises(SubmissionError, match="damaged"):
        opened(archive)

    assert all(path.stat().st_size <= 10 for path in opened.into.rglob("*.py"))


def test_endless_table_of_contents_is_refused_before_it_is_read(tmp_path, opened):
    # a directory of 3 MB: 65,000 entries of 46 bytes, which the end record announces
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", *[0] * 18)
    assert len(entry) == 46
    table = entry * 65_000
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 65_000, 65_000, len(table), 0, 0)
    (tmp_path / "a.zip").write_bytes(table + end)

    with pytest.raises(SubmissionError, match="damaged"):
        opened(tmp_path / "a.zip")


@pytest.mark.parametrize("keep", [0, 1, 30, 100])
def test_cut_off_archive_is_refused(make_zip, opened, keep):
    archive = make_zip("a.zip", {"a.py": bytes(10), "b.py": "x"})
    archive.write_bytes(archive.read_bytes()[:keep])

    with pytest.raises(SubmissionError, match="not a zip, or is damaged"):
        opened(archive)


def test_flipped_byte_in_the_content_is_noticed(make_zip, opened):
    archive = make_zip("a.zip", {"a.py": b"x = 11111"}, method=zipfile.ZIP_STORED)
    archive.write_bytes(archive.read_bytes().replace(b"11111", b"11112"))

    with pytest.raises(SubmissionError, match="damaged"):
        opened(archive)


def test_name_in_unmarked_utf8_keeps_its_letters(tmp_path, opened):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("Zoë.py", "x")
    raw = bytearray((tmp_path / "a.zip").read_bytes())
    for signature, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        flags = raw.index(signature) + offset
        raw[flags + 1] &= ~0x08
    (tmp_path / "a.zip").write_bytes(raw)

    assert list(opened(tmp_path / "a.zip")) == ["Zoë.py"]


def test_time_is_read_as_utc_and_an_impossible_one_is_none(tmp_path, make_zip):
    described = zipfile.ZipInfo("a.py", (2026, 5, 1, 12, 30, 20))
    archive = make_zip("a.zip", {described: "x"})
    everything = {
        "limits": IntakeLimits(),
        "room": Room(0),
        "wanted": lambda _: False,
    }

    (member,) = unpack(archive, into=tmp_path, **everything)
    assert member.modified == datetime(2026, 5, 1, 12, 30, 20, tzinfo=UTC)

    raw = bytearray(archive.read_bytes())
    date = raw.index(b"PK\1\2") + 14
    raw[date : date + 2] = b"\0\0"  # month 0, day 0
    archive.write_bytes(raw)
    (member,) = unpack(archive, into=tmp_path, **everything)
    assert member.modified is None


def test_member_that_nobody_wants_is_listed_and_not_written(make_zip, tmp_path):
    archive = make_zip("a.zip", {"data.csv": "1,2"})

    (member,) = unpack(
        archive,
        into=tmp_path,
        limits=IntakeLimits(),
        room=Room(0),
        wanted=lambda _: False,
    )

    assert (member.parts, member.path) == (("data.csv",), None)


def test_no_room_is_our_problem(make_zip, opened, monkeypatch):
    archive = make_zip("a.zip", {"a.py": "x"})

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("grader.intake.archive.shutil.copyfileobj", full)
    with pytest.raises(InfrastructureError, match="No space left"):
        opened(archive)


def test_prefixed_archive_is_still_read(make_zip, opened):
    archive = make_zip("a.zip", {"a.py": "x"})
    archive.write_bytes(b"#!/bin/sh\n" + archive.read_bytes())

    assert opened(archive) == {"a.py": b"x"}


@pytest.mark.parametrize(
    ("member", "content", "told"),
    [
        pytest.param(info("eve/a.py", mode=stat.S_IFLNK), "x", "link", id="link"),
        pytest.param("eve/a.py", "0" * 5 * MEGABYTE, "would grow", id="bomb"),
        pytest.param("ann/A.PY", "x", "in the zip twice", id="same-name"),
    ],
)
def test_where_each_is_alone_an_unsafe_member_is_told_and_left_out(
    make_zip, tmp_path, member, content, told
):
    archive = make_zip("class.zip", {"ann/a.py": "x = 1", member: content})

    ann, other = unpack(
        archive,
        into=tmp_path,
        limits=IntakeLimits(),
        room=Room(100),
        wanted=lambda _: True,
        each_alone=True,
    )

    assert (ann.path.read_text(), ann.problem) == ("x = 1", "")
    assert other.path is None
    assert told in other.problem


def test_a_class_may_have_more_members_than_a_students_zip():
    limits = IntakeLimits(archive_members=2, archive_bytes=10)

    class_limits = limits.of_a_class()

    assert class_limits.archive_members == limits.class_members > 1000
    assert class_limits.archive_bytes == limits.class_bytes


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("Анна Иванова_5/mlp.py".encode("cp866"), "Анна Иванова_5/mlp.py"),
        ("Müller/mlp.py".encode("cp437"), "Müller/mlp.py"),
        ("Élodie à Paris/mlp.py".encode("cp437"), "Élodie à Paris/mlp.py"),
        ("ñ/mlp.py".encode("cp437"), "ñ/mlp.py"),
        ("Анна/mlp.py".encode(), "Анна/mlp.py"),
    ],
    ids=["russian", "german", "french", "one-letter", "utf-8"],
)
def test_name_in_an_old_encoding_keeps_its_letters(tmp_path, opened, raw, name):
    placeholder = "x" * len(raw)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(placeholder, "")
    content = (tmp_path / "a.zip").read_bytes()
    (tmp_path / "a.zip").write_bytes(content.replace(placeholder.encode(), raw))

    assert list(opened(tmp_path / "a.zip")) == [name]

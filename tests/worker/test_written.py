"""Files that a student's code wrote, read where it runs."""

import os

import pytest

from grader.worker import written


@pytest.fixture
def work(tmp_path):
    for name in ("a.txt", "logs/train/e.v2", "logs/train/deep/e.v2", "logs/x.txt"):
        path = tmp_path / "work" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    return tmp_path / "work"


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("**", ["a.txt", "logs/train/deep/e.v2", "logs/train/e.v2", "logs/x.txt"]),
        ("logs/**", ["logs/train/deep/e.v2", "logs/train/e.v2", "logs/x.txt"]),
        ("**/*.v2", ["logs/train/deep/e.v2", "logs/train/e.v2"]),
        ("**/*.txt", ["a.txt", "logs/x.txt"]),
        ("logs/*/e.v2", ["logs/train/e.v2"]),
        ("*.txt", ["a.txt"]),
        ("?.txt", ["a.txt"]),
        ("a.t.t", []),
        ("[a].txt", []),
    ],
)
def test_a_pattern_finds_these_files(work, pattern, names):
    assert sorted(written.files(work, pattern, at_most=9)) == names


def test_the_bytes_are_those_of_the_file(work):
    (content,) = written.files(work, "a.txt", at_most=1).values()

    assert content.tobytes() == b"a.txt"


def test_links_and_pipes_are_not_followed(work, tmp_path):
    (tmp_path / "secret").write_text("42")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "secret").write_text("42")
    (work / "link").symlink_to(tmp_path / "secret")
    (work / "linked").symlink_to(tmp_path / "folder")
    os.mkfifo(work / "pipe")

    assert len(written.files(work, "**", at_most=9)) == 4


def test_the_students_own_source_is_left_out(work):
    found = written.files(work, "*.txt", at_most=9, leave_out={str(work / "a.txt")})

    assert found == {}


def test_more_files_than_asked_for_are_refused(work):
    with pytest.raises(ValueError, match="more than 3 files"):
        written.files(work, "**", at_most=3)


def test_more_bytes_than_a_message_holds_are_refused(work):
    with (work / "huge").open("wb") as file:
        file.truncate(written.MAX_BYTES + 1)

    with pytest.raises(ValueError, match="64 MB"):
        written.files(work, "huge", at_most=1)

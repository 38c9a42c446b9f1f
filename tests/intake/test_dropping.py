import os
import zipfile
from pathlib import Path

import pytest

from grader.errors import InfrastructureError
from grader.intake.dropping import drop

CODE = "7QX4M-K2D9R-W0TZ8-3HVNA-P5C1E"


@pytest.fixture
def packed(tmp_path):
    path = tmp_path / "ada-tiny.zip"
    path.write_bytes(b"ada's first")
    return path


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "drop"
    path.mkdir()
    return path


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_hand_in_arrives_under_its_name_and_nothing_else_does(packed, folder):
    dropped = drop(packed, folder, receipt=CODE)

    assert contents(folder) == {"ada-tiny.zip": b"ada's first"}
    assert dropped.path == folder / "ada-tiny.zip"
    assert (dropped.is_beside, dropped.is_read_back) == (False, True)


def test_what_lies_there_is_never_replaced(packed, folder):
    (folder / "ada-tiny.zip").write_bytes(b"of another Ada")

    dropped = drop(packed, folder, receipt=CODE)

    assert contents(folder) == {
        "ada-tiny.zip": b"of another Ada",
        "ada-tiny-7QX4M.zip": b"ada's first",
    }
    assert dropped.is_beside


def test_handing_in_the_same_zip_twice_leaves_one(packed, folder):
    drop(packed, folder, receipt=CODE)
    again = drop(packed, folder, receipt=CODE)

    assert contents(folder) == {"ada-tiny.zip": b"ada's first"}
    assert not again.is_beside


def test_folder_that_is_not_there_is_not_made(packed, tmp_path):
    with pytest.raises(InfrastructureError, match="there is no such folder"):
        drop(packed, tmp_path / "share", receipt=CODE)

    assert not (tmp_path / "share").exists()


def test_no_room_in_the_middle_leaves_nothing(packed, folder, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InfrastructureError, match="No space left"):
        drop(packed, folder, receipt=CODE)

    assert contents(folder) == {}


def test_name_that_cant_be_taken_is_given_back(packed, folder, monkeypatch):
    def refuse(*_):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(InfrastructureError, match="Input/output error"):
        drop(packed, folder, receipt=CODE)

    assert contents(folder) == {}


def test_what_arrives_otherwise_than_it_was_sent_is_taken_back(
    packed, folder, monkeypatch
):
    read = Path.read_bytes

    def spoilt(path):
        return b"ada's fir\0\0" if path.suffix == ".part" else read(path)

    monkeypatch.setattr(Path, "read_bytes", spoilt)
    with pytest.raises(InfrastructureError, match="differs from what was sent"):
        drop(packed, folder, receipt=CODE)

    assert contents(folder) == {}


def test_folder_that_lets_nothing_be_read_is_told_of(packed, folder, monkeypatch):
    read = Path.read_bytes

    def denied(path):
        if path.suffix == ".part":
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", denied)

    assert not drop(packed, folder, receipt=CODE).is_read_back


def test_folder_nobody_may_list_takes_hand_ins(packed, folder):
    if os.name == "nt" or os.geteuid() == 0:
        pytest.skip("permissions bind neither Windows nor root")
    folder.chmod(0o300)
    try:
        dropped = drop(packed, folder, receipt=CODE)
    finally:
        folder.chmod(0o700)

    assert dropped.is_read_back
    assert set(contents(folder)) == {"ada-tiny.zip"}


def test_zip_stays_a_zip(folder, tmp_path):
    path = tmp_path / "zoë-tiny.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("tiny.py", "x = 1\n")

    dropped = drop(path, folder, receipt=CODE)

    assert zipfile.ZipFile(dropped.path).testzip() is None

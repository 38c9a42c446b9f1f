"""The results folder."""

import pytest

from grader.errors import InfrastructureError
from grader.store.folder import ResultsFolder


def test_a_file_is_whole_and_nothing_else_is_left(tmp_path):
    folder = ResultsFolder(tmp_path / "out")

    folder.write("ada/tiny.json", "{}")
    folder.write("ada/tiny.json", "{1}")

    assert (tmp_path / "out/ada/tiny.json").read_text() == "{1}"
    assert [path.name for path in (tmp_path / "out/ada").iterdir()] == ["tiny.json"]


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    folder = ResultsFolder(tmp_path)
    folder.write("a.json", "old")

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)

    with pytest.raises(InfrastructureError, match="No space left"):
        folder.write("a.json", "new")
    assert (tmp_path / "a.json").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_a_folder_that_can_not_be_made_is_one_line(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(InfrastructureError, match="choose another --out"):
        ResultsFolder(tmp_path / "file" / "out")

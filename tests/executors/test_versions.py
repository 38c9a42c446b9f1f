"""What two machines must share for a mark to be the same on both."""

import dataclasses

from grader.executors.versions import Versions


def test_a_machine_is_like_itself():
    assert Versions.here(["numpy"], []).difference_here() == ""


def test_another_version_is_named_with_what_was_expected():
    ours = Versions.here([], [])
    found = tuple(
        (name, "1.0" if name == "numpy" else version) for name, version in ours.found
    )
    here = dict(ours.found)["numpy"]

    told = dataclasses.replace(ours, found=found).difference_here()

    assert told == f"it has numpy {here}, expected 1.0 as on your machine"


def test_a_package_counts_where_a_lab_needs_it():
    assert "tensorflow" not in dict(Versions.here(["numpy"], []).found)
    assert "tensorflow" in dict(Versions.here(["tensorflow"], []).found)


def test_a_changed_source_is_another_grader(monkeypatch, tmp_path):
    before = Versions.here([], [])
    (tmp_path / "grader").mkdir()
    source = tmp_path / "grader/__init__.py"
    source.write_text("")
    monkeypatch.setattr("grader.__file__", str(source))

    assert before.difference_here().startswith("it has grader ")

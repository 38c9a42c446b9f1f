import base64
import csv
import hashlib
import importlib.metadata
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import grader
from grader.app import wheel as wheels
from grader.errors import InfrastructureError

ROOT = Path(grader.__file__).parents[1]
DESCRIBED = {
    "METADATA": b"Metadata-Version: 2.1\nName: grader\nVersion: 7.1\n",
    "entry_points.txt": b"[console_scripts]\ngrader = grader.cli:main\n",
}


@pytest.fixture
def package(tmp_path):
    """A small package with everything that must not leave beside what must."""

    def make(place, *, end=b"\n", umask=0o022, when=1_000_000_000):
        before = os.umask(umask)
        try:
            root = tmp_path / place / "grader"
            (root / "inner" / "__pycache__").mkdir(parents=True)
            for name in ("__init__.py", "inner/__init__.py", "inner/page.html.j2"):
                (root / name).write_bytes(b"one" + end + b"two" + end)
            (root / "inner/__pycache__/a.pyc").write_bytes(b"compiled")
            (root / "notes.txt").write_text("not for students")
            (root / "page.py~").write_text("an editor's")
            (root / ".hidden.py").write_text("x = 1")
            (root / "linked.py").symlink_to(root / "notes.txt")
            for path in root.rglob("*"):
                os.utime(path, (when, when), follow_symlinks=False)
        finally:
            os.umask(before)
        return root

    return make


def members(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def test_a_package_leaves_by_an_allow_list(package):
    files = wheels.package_files(package("one"))

    assert [*files] == [
        "grader/__init__.py",
        "grader/inner/__init__.py",
        "grader/inner/page.html.j2",
    ]


def test_two_checkouts_make_the_same_bytes(package):
    one = wheels.package_files(package("one"))
    other = wheels.package_files(
        package("two/deeper", end=b"\r\n", umask=0o077, when=2_000_000_000)
    )

    assert wheels.packed(one, DESCRIBED) == wheels.packed(other, DESCRIBED)


def test_a_wheel_is_named_and_lists_its_files_as_the_standard_says(package):
    name, content = wheels.packed(wheels.package_files(package("one")), DESCRIBED)

    found = members(content)
    assert name == "grader-7.1-py3-none-any.whl"
    assert [*found][-1] == "grader-7.1.dist-info/RECORD"
    rows = {row[0]: row[1:] for row in csv.reader(found[[*found][-1]].decode().split())}
    assert rows.keys() == found.keys()
    assert rows.pop("grader-7.1.dist-info/RECORD") == ["", ""]
    for path, (digest, size) in rows.items():
        hashed = base64.urlsafe_b64encode(hashlib.sha256(found[path]).digest())
        assert digest == "sha256=" + hashed.decode().rstrip("=")
        assert int(size) == len(found[path])


def test_a_zip_keeps_no_time_no_owner_and_no_compression(package):
    _, content = wheels.packed(wheels.package_files(package("one")), DESCRIBED)

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        infos = archive.infolist()
    assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}
    assert {info.external_attr >> 16 for info in infos} == {0o100644}
    assert {info.compress_type for info in infos} == {zipfile.ZIP_STORED}
    assert not any(info.extra or info.comment for info in infos)


@pytest.mark.skipif(
    not (ROOT / "pyproject.toml").is_file(), reason="the grader is no checkout here"
)
def test_a_checkout_makes_the_wheel_that_its_build_backend_would(tmp_path):
    pytest.importorskip("hatchling")
    subprocess.run(
        [sys.executable, "-P", "-c", wheels.HOOK, str(tmp_path / "theirs")],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )

    ours = members(wheels.build_wheel(tmp_path / "ours").read_bytes())

    theirs = members(next((tmp_path / "theirs").glob("*.whl")).read_bytes())
    assert ours.keys() == theirs.keys()
    different = {name for name in ours if ours[name] != theirs[name]}
    assert {Path(name).name for name in different} == {"WHEEL", "RECORD"}
    assert not [name for name in ours if name.startswith(("reference", "tests"))]


def test_an_installed_grader_is_packed_again_without_a_build_backend(monkeypatch):
    if not importlib.metadata.files("grader"):
        pytest.skip("the grader is not installed")
    monkeypatch.setattr(wheels, "checkout_of", lambda _: None)
    monkeypatch.setattr(wheels, "_from_project", None)

    _, content = wheels.wheel()

    found = [name.split(".dist-info/")[-1] for name in members(content)]
    assert {"METADATA", "entry_points.txt", "WHEEL", "RECORD"} <= {*found}
    assert not {"INSTALLER", "REQUESTED", "direct_url.json"} & {*found}


def test_what_is_neither_a_checkout_nor_installed_is_said_so(monkeypatch):
    monkeypatch.setattr(wheels, "checkout_of", lambda _: None)
    monkeypatch.setattr(importlib.metadata, "files", lambda _: None)

    with pytest.raises(InfrastructureError, match="neither a checkout nor installed"):
        wheels.wheel()


def test_a_checkout_that_can_not_be_built_is_told_in_one_line(tmp_path):
    pytest.importorskip("hatchling")
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'grader'\n")

    with pytest.raises(InfrastructureError) as caught:
        wheels._from_project(tmp_path)

    assert "\n" not in str(caught.value)
    assert "grader[release]" in str(caught.value)


def test_only_a_project_of_our_name_is_our_checkout(tmp_path):
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'other'\n")

    assert wheels.checkout_of(tmp_path / "grader") is None
    assert wheels.checkout_of(tmp_path / "nothing" / "grader") is None


def test_a_wheel_that_can_not_be_written_is_told_in_one_line(tmp_path, monkeypatch):
    monkeypatch.setattr(wheels, "wheel", lambda: ("a.whl", b""))
    (tmp_path / "file").write_text("")

    with pytest.raises(InfrastructureError, match="can't be written"):
        wheels.build_wheel(tmp_path / "file")

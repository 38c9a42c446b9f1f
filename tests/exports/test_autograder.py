"""Gradescope's zip: what is in it, and that it grades when it is unpacked and run."""

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from grader.app.autograder import build_autograder, run_autograder
from grader.errors import InfrastructureError, LabError
from grader.exports import autograder
from grader.exports.autograder import Settings, read_metadata, seed_of, settings_in
from grader.labs.course import Course

TINY = Path(__file__).parents[1] / "course"
RIGHT = (TINY / "reference/tiny/tiny.py").read_text()
# as docs/submission_metadata.md has it
METADATA = {
    "id": 123456,
    "created_at": "2026-03-05T14:22:32.365935-07:00",
    "assignment": {"id": 25828, "total_points": "100.0", "late_due_date": None},
    "submission_method": "upload",
    "users": [{"email": "ada@uni.edu", "id": 1234, "name": "Ada"}],
    "previous_submissions": [],
}
KEY = "5a" * 32


@pytest.fixture
def content(monkeypatch):
    """The zip for the tiny lab, with an empty wheel: making one takes a second."""
    monkeypatch.setattr(
        "grader.app.autograder.wheel", lambda: ("grader-0-py3-none-any.whl", b"wheel")
    )
    return build_autograder(Course(TINY), "tiny", new_key=lambda _: KEY)


@pytest.fixture
def there(content, tmp_path):
    """`/autograder` with the zip unpacked and a submission."""

    def make(files, *, metadata=METADATA, allow_process=False):
        root = tmp_path / "autograder"
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            archive.extractall(root / "source")
        for name, text in files.items():
            path = root / "submission" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        (root / "submission").mkdir(exist_ok=True)
        (root / "results").mkdir()
        (root / "submission_metadata.json").write_text(json.dumps(metadata))
        if allow_process:
            settings = Settings(lab="tiny", isolation="process", key=KEY)
            (root / "source/settings.json").write_text(settings.model_dump_json())
        return root

    return make


def test_the_scripts_lie_at_the_root_and_may_be_run(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {one.filename: one for one in archive.infolist()}
        scripts = {name: archive.read(name) for name in ("setup.sh", "run_autograder")}

    for name, text in scripts.items():
        assert members[name].external_attr >> 16 == 0o100755
        assert text.startswith(b"#!/usr/bin/env bash\n")
        assert b"\r" not in text
    others = {name for name, one in members.items() if one.external_attr >> 16 & 0o111}
    assert others == set(scripts)


def test_it_holds_the_lab_and_nothing_else_of_the_course(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = set(archive.namelist())

    own = {
        f"course/{folder.name}/tiny/{path.name}"
        for folder in (TINY / "assignments", TINY / "reference")
        for path in (folder / "tiny").iterdir()
        if path.is_file()
    }
    assert names == own | {
        *("setup.sh", "run_autograder", "settings.json", "grader-0-py3-none-any.whl"),
    }


def test_the_scripts_are_bash(content, tmp_path):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(tmp_path)

    for name in ("setup.sh", "run_autograder"):
        subprocess.run(["/bin/bash", "-n", tmp_path / name], check=True)


def test_a_lab_with_tensorflow_gets_it_and_pip_gets_the_constraints():
    zipped = autograder.autograder_zip(
        Settings(lab="tiny", key=KEY),
        {},
        wheel=("grader.whl", b""),
        constraints=b"numpy==2.4.6\n",
        extras=("tf",),
    )

    with zipfile.ZipFile(io.BytesIO(zipped)) as archive:
        setup = archive.read("setup.sh").decode()
        assert archive.read("constraints.txt") == b"numpy==2.4.6\n"
    assert '--constraint "$source/constraints.txt" "$source/grader.whl[tf]"' in setup


def test_the_same_lab_gives_the_same_zip_and_a_new_one_keeps_its_key(content):
    again = build_autograder(Course(TINY), "tiny", new_key=lambda _: KEY)
    later = build_autograder(
        Course(TINY), "tiny", earlier=content, new_key=lambda _: "00" * 32
    )

    assert again == later == content
    assert settings_in(content).key == KEY
    assert settings_in(b"no zip") is None


@pytest.mark.parametrize("key", ["tiny", "other"])
def test_what_is_no_earlier_zip_of_the_lab_is_not_overwritten(content, key):
    settings = Settings(lab="other", key=KEY)
    other = autograder.autograder_zip(settings, {}, wheel=("g.whl", b""))
    there = {"tiny": content[:-40], "other": other}[key]

    with pytest.raises(LabError, match="say another --to"):
        build_autograder(Course(TINY), "tiny", earlier=there)


def test_settings_that_are_damaged_are_told_in_one_line(there):
    root = there({"tiny.py": RIGHT})
    (root / "source/settings.json").write_text("{}")

    with pytest.raises(LabError, match=r"^settings\.json is damaged: .*$"):
        run_autograder(root)


def test_without_the_reference_there_is_no_autograder(tmp_path):
    lab = tmp_path / "assignments/tiny"
    lab.mkdir(parents=True)
    (lab / "lab.toml").write_text((TINY / "assignments/tiny/lab.toml").read_text())

    with pytest.raises(LabError, match="needs the hidden checks"):
        build_autograder(Course(tmp_path), "tiny")


def test_the_same_bytes_of_the_same_student_get_the_same_inputs():
    settings = Settings(lab="tiny", key=KEY)

    seed = seed_of(settings, "1234", "ab")

    assert seed == seed_of(settings, "1234", "ab")
    others = [
        seed_of(settings, "1235", "ab"),
        seed_of(settings, "1234", "cd"),
        seed_of(Settings(lab="tiny", key="00" * 32), "1234", "ab"),
    ]
    assert seed not in others
    assert all(0 <= one < 2**128 for one in others)


def test_a_group_is_the_same_in_any_order():
    pair = [{"id": 2, "email": "b@x"}, {"id": 1, "email": "a@x"}]
    one, other = (
        read_metadata(json.dumps({**METADATA, "users": users}))
        for users in (pair, pair[::-1])
    )

    assert one.owner == other.owner == "1,2"


def test_metadata_that_nobody_understands_is_no_result(there):
    root = there({"tiny.py": RIGHT}, metadata={"users": "ada"})

    with pytest.raises(InfrastructureError, match=r"submission_metadata.json: users"):
        run_autograder(root)

    assert not (root / "results/results.json").exists()


def test_a_container_that_confines_nothing_is_refused_and_nobody_gets_a_zero(
    there, monkeypatch
):
    def refuse():
        raise InfrastructureError("no Landlock")

    monkeypatch.setattr("grader.app.autograder.best_confinement", refuse)
    root = there({"tiny.py": RIGHT})
    (root / "results/results.json").write_text('{"score": 100}')

    with pytest.raises(InfrastructureError, match=r"no Landlock.*--allow-process"):
        run_autograder(root)

    assert not (root / "results/results.json").exists()


def test_a_broken_lab_is_no_result(there):
    root = there({"tiny.py": RIGHT}, allow_process=True)
    (root / "source/course/reference/tiny/checks.py").write_text("def :")

    with pytest.raises(InfrastructureError, match=r"tiny\.py: .*checks\.py"):
        run_autograder(root)

    assert not (root / "results/results.json").exists()


@pytest.mark.parametrize(
    ("files", "told"),
    [
        pytest.param({}, "got nothing: no file for it", id="nothing"),
        pytest.param(
            {"notes.txt": "x"}, "tiny: no file is named after a lab", id="other"
        ),
        pytest.param({"tiny.ipynb": "{"}, "tiny.ipynb: ", id="no-notebook"),
    ],
)
def test_what_the_student_can_mend_is_a_zero_that_says_so(there, files, told):
    root = there(files, allow_process=True)

    run_autograder(root)

    results = json.loads((root / "results/results.json").read_text())
    assert results["score"] == 0
    assert results["output"].startswith("Nothing was graded.\n")
    assert told in results["output"]


def test_the_unpacked_zip_grades_a_submission_when_it_is_run(there, confined):
    assert confined is not None
    root = there({"upload/tiny.py": RIGHT.replace("return x + x", "return x + 1")})
    scripts = root / "venv/bin"
    scripts.mkdir(parents=True)
    # what setup.sh installs, without a network
    command = scripts / "grader"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -P -m grader.cli.main "$@"\n')
    command.chmod(0o755)

    run = subprocess.run(
        ["/bin/bash", root / "source/run_autograder"],
        cwd=root,
        env={**os.environ, "AUTOGRADER_ROOT": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stdout
    results = json.loads((root / "results/results.json").read_text())
    # double is wrong, so T1 is lost; total is judged with the reference's double
    assert results["score"] == 60
    assert [test["status"] for test in results["tests"] if test["max_score"]] == [
        *("failed", "failed", "passed", "passed"),
    ]
    assert "ada@uni.edu: 60 of 100" in run.stdout


def test_a_failure_of_ours_ends_without_a_result_and_says_what_to_do(there):
    root = there({"tiny.py": RIGHT})

    run = subprocess.run(
        ["/bin/bash", root / "source/run_autograder"],
        cwd=root,
        env={**os.environ, "AUTOGRADER_ROOT": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 1
    assert "hand in again later" in run.stdout
    assert not (root / "results/results.json").exists()

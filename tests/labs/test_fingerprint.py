"""Telling a changed lab from the same."""

import shutil
from pathlib import Path

import pytest

from grader.labs.course import Course
from grader.labs.fingerprint import fingerprint

TINY = Path(__file__).parents[1] / "course"


@pytest.fixture
def course(tmp_path):
    return Course(Path(shutil.copytree(TINY, tmp_path / "course")))


def test_a_copy_is_the_same_lab(course, tiny_course):
    assert fingerprint(course, "tiny") == fingerprint(tiny_course, "tiny")


@pytest.mark.parametrize(
    "name",
    [
        "assignments/tiny/lab.toml",
        "assignments/tiny/tiny.py",
        "assignments/tiny/checks.py",
        "reference/tiny/tiny.py",
        "reference/tiny/checks.py",
        "reference/tiny/mistakes.py",
        "reference/tiny/new_module.py",
    ],
)
def test_whatever_may_move_a_mark_makes_it_another(course, tiny_course, name):
    path = course.root / name
    text = path.read_text() if path.exists() else ""

    path.write_text(text + "\n")

    assert fingerprint(course, "tiny") != fingerprint(tiny_course, "tiny")


@pytest.mark.parametrize(
    "name",
    [
        "assignments/tiny/README.md",
        "assignments/tiny/tiny.ipynb",
        "assignments/tiny/locale/ru.po",
        "reference/tiny/release.toml",
        "reference/tiny/__pycache__/checks.cpython-311.pyc",
        "reference/tiny/.checks.py.swp",
        "reference/other/checks.py",
    ],
)
def test_whatever_moves_no_mark_leaves_it_the_same(course, tiny_course, name):
    path = course.root / name
    path.parent.mkdir(exist_ok=True)

    path.write_text("anything")

    assert fingerprint(course, "tiny") == fingerprint(tiny_course, "tiny")


def test_a_file_under_another_name_is_another_lab(course, tiny_course):
    path = course.root / "reference/tiny/mistakes.py"

    path.rename(path.with_name("mistake.py"))

    assert fingerprint(course, "tiny") != fingerprint(tiny_course, "tiny")

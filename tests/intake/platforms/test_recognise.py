"""Asking all platforms whose download something is."""

import pytest

from grader.intake.platforms import NotRecognisedError, recognise, summary

CANVAS = "doejane_12_345678_mlp.py"
MOODLE = "Jane Doe_77_assignsubmission_file_/mlp.py"


@pytest.mark.parametrize(
    ("name", "platform"),
    [
        (CANVAS, "canvas"),
        (f"submissions/{CANVAS}", "canvas"),
        (f"a/b/{MOODLE}", "moodle"),
        ("submitted/ann/ps1/mlp.ipynb", "nbgrader"),
        ("course/submitted/ann/ps1/mlp.ipynb", "nbgrader"),
        ("mlp-submissions/mlp-ann/mlp.ipynb", "classroom"),
    ],
)
def test_a_download_is_found_in_the_folders_around_it(listing, name, platform):
    assert recognise(listing(name)).platform == platform


def test_one_students_folder_of_moodles_is_known_by_itself(listing):
    given = listing("mlp.py", root="Jane Doe_77_assignsubmission_file_")

    (one,) = recognise(given).files

    assert one.people[0].name == "Jane Doe"


@pytest.mark.parametrize(
    "names",
    [
        ("alice/mlp.py", "bob/mlp.py"),
        ("alice_mlp.py", "bob_mlp.py"),
        ("mlp.py",),
        ("class/alice/mlp.py",),
        ("alice/hw1/mlp.py", "bob/hw1/mlp.py"),
        (CANVAS, MOODLE),
        (),
    ],
)
def test_plain_files_are_no_download(listing, names):
    assert recognise(listing(*names)) is None


def test_a_teacher_may_say_that_it_is_none(listing):
    assert recognise(listing(CANVAS), "folders") is None


def test_a_teacher_may_say_what_guessing_does_not_dare(listing):
    given = listing(CANVAS, "alice.py")

    assert recognise(given) is None
    assert recognise(given, "canvas").platform == "canvas"


def test_what_is_forced_is_first_looked_for_where_it_is_certain(listing):
    (one,) = recognise(listing("x/submitted/ann/ps1/mlp.ipynb"), "nbgrader").files

    assert one.people[0].id == "ann"


@pytest.mark.parametrize(
    "form", ["canvas", "moodle", "gradescope", "classroom", "nbgrader"]
)
def test_what_does_not_look_like_the_format_is_one_line(listing, form):
    with pytest.raises(NotRecognisedError, match=r"expected .*leave out --format"):
        recognise(listing("alice/mlp.py", "bob.py"), form)


def test_the_teacher_reads_what_was_recognised():
    assert summary("canvas", 31, 2) == "Canvas submissions: 31 students, 2 marked late"
    assert summary("moodle", 1) == "Moodle submissions: 1 student"
    assert summary("moodle", 3, teams=2) == "Moodle submissions: 1 student and 2 teams"
    assert summary("canvas", 1, 1, teams=1) == (
        "Canvas submissions: 1 team, 1 marked late"
    )

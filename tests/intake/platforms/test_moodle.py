"""Moodle's zip of submissions."""

import pytest

from grader.intake.platforms.moodle import recognise

KNOWN = "Jane Doe_77_assignsubmission_file/mlp.py"


@pytest.mark.parametrize(
    ("path", "number", "name", "parts"),
    [
        (KNOWN, "77", "Jane Doe", ("mlp.py",)),
        (
            "Jane Doe_77_assignsubmission_file_/a/mlp.py",
            "77",
            "Jane Doe",
            ("a", "mlp.py"),
        ),
        ("Jane Doe_77_assignsubmission_file_mlp.py", "77", "Jane Doe", ("mlp.py",)),
        (
            "Jane Doe_77_assignsubmission_file_x_5_assignsubmission_file_mlp.py",
            *("77", "Jane Doe", ("x_5_assignsubmission_file_mlp.py",)),
        ),
        (
            "Анна Иванова_77_assignsubmission_file_/mlp.py",
            "77",
            "Анна Иванова",
            ("mlp.py",),
        ),
        (
            "Juan Cruz, Jr_77_assignsubmission_file/mlp.py",
            "77",
            "Juan Cruz, Jr",
            ("mlp.py",),
        ),
        # spaces that became underscores on the way
        ("Jane_Doe_77_assignsubmission_file_/mlp.py", "77", "Jane Doe", ("mlp.py",)),
        (
            "Participant_77_assignsubmission_file/mlp.py",
            "77",
            "Participant",
            ("mlp.py",),
        ),
        ("Team 1_77_assignsubmission_file/mlp.py", "77", "Team 1", ("mlp.py",)),
        # who is in no team
        (
            "Default group_assignsubmission_file/mlp.py",
            "Default group",
            "Default group",
            ("mlp.py",),
        ),
    ],
)
def test_a_folder_tells_name_and_number(listing, path, number, name, parts):
    (one,) = recognise(listing(path)).files

    (person,) = one.people
    assert (person.platform, person.id, person.name) == ("moodle", number, name)
    assert one.item.parts == parts
    assert not one.item.dated


def test_typed_text_is_told_and_not_opened(listing):
    path = "Jane Doe_77_assignsubmission_onlinetext/onlinetext.html"

    (one,) = recognise(listing(path)).files

    assert "typed into Moodle" in one.item.problem
    assert one.item.path is None


def test_one_file_that_is_not_moodles_makes_it_no_download(listing):
    assert recognise(listing(KNOWN, "alice/mlp.py")) is None
    assert len(recognise(listing(KNOWN, "alice/mlp.py", forced=True)).files) == 1

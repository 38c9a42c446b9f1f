"""nbgrader's tree of submissions."""

from datetime import UTC, datetime

import pytest

from grader.intake.platforms.nbgrader import recognise

STAMP = "2026-03-05 18:03:44.123456 UTC"
EVENING = datetime(2026, 3, 5, 18, 3, 44, 123456, tzinfo=UTC)


def test_the_tree_tells_student_and_time(listing):
    given = listing(
        "o'brien/ps1/sub/mlp.ipynb", files={"o'brien/ps1/timestamp.txt": STAMP}
    )

    (one,) = recognise(given).files

    (person,) = one.people
    assert (person.platform, person.id) == ("nbgrader", "o'brien")
    assert one.item.parts == ("ps1", "sub", "mlp.ipynb")
    assert one.item.handed_at == EVENING


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        (STAMP, EVENING),
        ("2026-03-05 18:03:44 UTC\n", EVENING.replace(microsecond=0)),
        ("2026-03-05 18:03:44", EVENING.replace(microsecond=0)),
        ("2026-03-05 21:03:44 +0300", EVENING.replace(microsecond=0)),
        # whose time would that be
        ("2026-03-05 18:03:44 CET", None),
        ("", None),
        ("0001-01-01 00:00:00 +2359", None),
        ("9999-12-31 23:59:59 UTC", None),
        ("0001-01-02 00:00:00 UTC", None),
        ("9" * 5000, None),
    ],
)
def test_a_timestamp_is_read_where_its_zone_is_known(listing, stamp, expected):
    given = listing("ann/ps1/mlp.ipynb", files={"ann/ps1/timestamp.txt": stamp})

    (one,) = recognise(given).files

    assert one.item.handed_at == expected


def test_the_folder_called_submitted_needs_no_timestamps(listing):
    assert recognise(listing("ann/ps1/mlp.ipynb", root="submitted")) is not None
    assert recognise(listing("ann/ps1/mlp.ipynb")) is None


def test_one_students_timestamp_makes_no_tree_of_a_class(listing):
    """Whoever could make it one would set the own time of receipt."""
    given = listing(
        "ann/ps1/mlp.py", "eve/ps1/mlp.py", files={"eve/ps1/timestamp.txt": STAMP}
    )

    assert recognise(given) is None


def test_of_a_whole_course_only_what_was_submitted_is_taken(listing):
    given = listing(
        "submitted/ann/ps1/mlp.ipynb",
        "source/ps1/mlp.ipynb",
        "autograded/ann/ps1/mlp.ipynb",
        "nbgrader_config.py",
        files={"submitted/ann/ps1/timestamp.txt": STAMP},
    )

    download = recognise(given)

    assert [one.item.where for one in download.files] == [
        "class/submitted/ann/ps1/mlp.ipynb"
    ]


def test_a_students_folder_with_one_called_submitted_is_no_course(listing):
    """Else the answer beside it would be left out."""
    assert recognise(listing("mlp.py", "submitted/ann/ps1/mlp.py")) is None

"""Canvas's flat zip of submissions."""

import pytest

from grader.intake.platforms.canvas import recognise

KNOWN = "doejane_12_345678_mlp.py"


@pytest.mark.parametrize(
    ("name", "user", "who", "late", "file"),
    [
        (KNOWN, "12", "doejane", False, "mlp.py"),
        ("doejane_LATE_12_345678_mlp.py", "12", "doejane", True, "mlp.py"),
        # somebody called Late
        ("late_12_345678_mlp.py", "12", "late", False, "mlp.py"),
        ("doe_jane_12_345678_mlp.py", "12", "doe_jane", False, "mlp.py"),
        (
            "doejane_12_345678_x_99_999999_mlp.py",
            "12",
            "doejane",
            False,
            "x_99_999999_mlp.py",
        ),
        (
            "doejane_12_345678_a_LATE_1_22222_mlp.py",
            "12",
            "doejane",
            False,
            "a_LATE_1_22222_mlp.py",
        ),
        ("müllerzoë_12_345678_mlp-1.ipynb", "12", "müllerzoë", False, "mlp.ipynb"),
        ("ивановаанна_12_345678_mlp-12.py", "12", "ивановаанна", False, "mlp.py"),
        ("佐藤陽菜_12_345678_-1.py", "12", "佐藤陽菜", False, "-1.py"),
        ("anon_x7Kp2_345678_mlp.py", "x7Kp2", "anon", False, "mlp.py"),
        ("LATE_anon_x7Kp2_345678_mlp.py", "x7Kp2", "anon", True, "mlp.py"),
    ],
)
def test_a_name_tells_user_lateness_and_file(listing, name, user, who, late, file):
    (one,) = recognise(listing(name)).files

    (person,) = one.people
    assert (person.platform, person.id, person.name) == ("canvas", user, who)
    assert (one.item.marked_late, one.item.parts) == (late, (file,))


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("doejane_12_text.html", "typed into Canvas"),
        ("doejane_LATE_12_link.html", "a link that was handed in on Canvas"),
        ("anon_x7Kp2_text.html", "typed into Canvas"),
    ],
)
def test_typed_text_and_links_are_told_and_not_opened(listing, name, told):
    (one,) = recognise(listing(name)).files

    assert told in one.item.problem
    assert one.item.path is None
    assert len(one.people) == 1


def test_an_uploaded_file_called_like_typed_text_is_a_file(listing):
    (one,) = recognise(listing("doejane_12_345678_text.html")).files

    assert one.item.problem == ""


def test_of_two_files_the_one_that_came_later_has_the_larger_order(listing):
    first, second = recognise(
        listing("doejane_12_900002_mlp.py", "doejane_12_900001_mlp.py")
    ).files

    assert first.item.order > second.item.order


def test_the_time_of_the_download_is_nobodys_time_of_receipt(listing):
    (one,) = recognise(listing(KNOWN)).files

    assert (one.item.dated, one.item.handed_at) == (False, None)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param("alice_mlp.py", id="somebody-elses-file"),
        pytest.param("alice/mlp.py", id="a-folder"),
        pytest.param("alice_1_2_mlp.py", id="numbers-of-ones-own"),
        pytest.param("DoeJane_12_345678_mlp.py", id="capitals"),
    ],
)
def test_files_that_canvas_never_wrote_make_it_no_download(listing, other):
    assert recognise(listing(KNOWN, other)) is None
    assert len(recognise(listing(KNOWN, other, forced=True)).files) >= 1


def test_a_list_of_grades_beside_the_files_belongs_to_nobody(listing):
    download = recognise(listing(KNOWN, "grades.csv"))

    assert [item.parts for item in download.rest] == [("grades.csv",)]

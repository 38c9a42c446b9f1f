"""Clones of GitHub Classroom's repositories."""

from datetime import UTC, datetime

import pytest

from grader.intake.platforms.classroom import recognise

ROOT = "mlp-lab-submissions"
GRADES = (
    "assignment_name,assignment_url,starter_code_url,github_username,roster_identifier,"
    "student_repository_name,student_repository_url,submission_timestamp,"
    "points_awarded,points_available\r\n"
    'MLP,u,s,zoe-m,"Müller, Zoë",mlp-lab-zoe-m,r,2026-03-05T18:03:44Z,0,100\r\n'
    "MLP,u,s,pat,pat@uni.example,uni/mlp-lab-team-1,r,2026-03-06 09:00:00 UTC,0,100\r\n"
    "MLP,u,s,ann,,uni/mlp-lab-team-1,r,2026-03-06 09:00:00 UTC,0,100\r\n"
)
ROSTER = "identifier,github_username,github_id,name\nann@uni.example,ANN,7,Ann\n,,,\n"


def by_folder(download):
    return {one.item.where.split("/")[1]: one for one in download.files}


def test_the_folder_tells_the_login(listing):
    (one,) = recognise(listing("mlp-lab-zoe-m/src/mlp.py", root=ROOT)).files

    (person,) = one.people
    assert (person.id, person.name) == ("zoe-m", "")
    assert one.item.parts == ("src", "mlp.py")
    assert (one.item.dated, one.item.handed_at) == (False, None)


@pytest.mark.parametrize("place", ["inside", "beside"])
def test_the_list_of_grades_tells_names_times_and_groups(listing, place):
    names = ("mlp-lab-zoe-m/mlp.py", "mlp-lab-team-1/mlp.py")
    lists = {"grades.csv": "\ufeff" + GRADES, "classroom_roster.csv": ROSTER}
    given = (
        listing(*names, root=ROOT, files=lists)
        if place == "inside"
        else listing(*names, root=ROOT, beside=lists)
    )

    found = by_folder(recognise(given))

    alone, team = found["mlp-lab-zoe-m"], found["mlp-lab-team-1"]
    assert [(one.id, one.name) for one in alone.people] == [("zoe-m", "Müller, Zoë")]
    assert alone.item.handed_at == datetime(2026, 3, 5, 18, 3, 44, tzinfo=UTC)
    assert [(one.id, one.email) for one in team.people] == [
        ("pat", "pat@uni.example"),
        ("ann", "ann@uni.example"),
    ]
    assert team.item.handed_at == datetime(2026, 3, 6, 9, tzinfo=UTC)


def test_clones_in_another_folder_are_known_by_the_list(listing):
    names = ("mlp-lab-zoe-m/mlp.py",)
    files = {"grades.csv": GRADES}

    assert recognise(listing(*names, root="downloads", files=files)) is not None
    assert recognise(listing(*names, root="downloads")) is None


@pytest.mark.parametrize(
    "other",
    ["alice/mlp.py", "mlp.py"],
    ids=["another-folder", "a-file-beside-them"],
)
def test_what_is_no_clone_makes_it_no_clones(listing, other):
    assert recognise(listing("mlp-lab-zoe-m/mlp.py", other, root=ROOT)) is None


@pytest.mark.parametrize(
    "text",
    [
        "github_username\n\x00",
        'github_username,"\n"x',
        "a,b\n1,2\n",
        "github_username\nx\n",
    ],
    ids=["nul", "open-quote", "another-list", "no-repository"],
)
def test_a_list_of_something_else_tells_nothing(listing, text):
    given = listing("mlp-lab-zoe-m/mlp.py", root=ROOT, files={"grades.csv": text})

    (one,) = recognise(given).files

    assert [person.id for person in one.people] == ["zoe-m"]

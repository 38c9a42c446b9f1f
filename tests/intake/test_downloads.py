"""Platforms' downloads, from the zip or folder to whose file is which lab's."""

import hashlib
import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.cli.main import main
from grader.domain.policy import Enrolled
from grader.intake import Manifest, NotRecognisedError, collect, take_in
from grader.intake.manifest import receipt
from grader.store.gradebook import Gradebook

LABS = ("mlp", "tiny")
MORNING = datetime(2026, 5, 1, 8, tzinfo=UTC)
TINY = Path(__file__).parents[1] / "course"
RIGHT = (TINY / "reference/tiny/tiny.py").read_text()
WRONG = RIGHT.replace("return", "return 0 *")


@pytest.fixture
def gather(tmp_path):
    """Return a function that collects from paths."""
    into = tmp_path / "into"
    into.mkdir()

    def run(*paths, lab=None, form=None, roster=()):
        return collect(paths, labs=LABS, lab=lab, into=into, form=form, roster=roster)

    return run


def packed(members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def handed_in(student, content, *, at=MORNING):
    """Return a zip as `grader submit` makes it, and its manifest."""
    manifest = Manifest(
        student=student,
        lab="mlp",
        file="mlp.py",
        sha256=hashlib.sha256(content.encode()).hexdigest(),
        size=len(content),
        submitted_at=at,
        grader_version="1",
        lab_version="1",
        python="3.11",
    )
    members = {"mlp.py": content, "manifest.json": manifest.model_dump_json()}
    return packed(members), manifest


def pairs(collected):
    return [(found.student, found.lab) for found in collected.found]


CANVAS = {
    "doejane_12_900001_mlp.py": "x = 1",
    "müllerzoë_LATE_13_900002_mlp-2.py": "x = 2",
    "obrien_14_text.html": "<p>x = 3</p>",
    "noe_15_900003_essay.pdf": "%PDF",
}


def test_a_canvas_zip_is_everybodys_and_says_so(make_zip, gather):
    collected = gather(make_zip("submissions.zip", CANVAS))

    assert pairs(collected) == [("doejane_12", "mlp"), ("müllerzoë_13", "mlp")]
    assert [found.marked_late for found in collected.found] == [False, True]
    assert [one.student for one in collected.refused] == ["noe_15", "obrien_14"]
    assert "typed into Canvas" in collected.refused[1].message
    assert collected.notices == ("Canvas submissions: 4 students, 1 marked late",)
    assert [one.id for one in collected.identities["obrien_14"]] == ["14"]
    assert (collected.found[0].identity,) == collected.identities["doejane_12"]


def test_an_unpacked_download_is_the_same_as_its_zip(make_zip, gather, tmp_path):
    archive = make_zip("submissions.zip", CANVAS)
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(tmp_path / "folder")

    folder, listed = tmp_path / "folder", sorted((tmp_path / "folder").iterdir())
    by_zip, by_folder, by_shell = gather(archive), gather(folder), gather(*listed)

    for other in (by_folder, by_shell):
        assert pairs(other) == pairs(by_zip)
        assert other.identities == by_zip.identities
        assert [one.received_at for one in other.found] == [None, None]


def test_moodles_folders_that_the_shell_listed_are_one_download(gather, tmp_path):
    for number, name in enumerate(("Jane Doe", "Anna Ivanova")):
        folder = tmp_path / "class" / f"{name}_{number}_assignsubmission_file_"
        folder.mkdir(parents=True)
        (folder / "mlp.py").write_text("x = 1")

    collected = gather(*sorted((tmp_path / "class").iterdir()))

    assert pairs(collected) == [("Anna Ivanova", "mlp"), ("Jane Doe", "mlp")]
    assert collected.notices == ("Moodle submissions: 2 students",)


RED = (
    Enrolled(student="ann", name="Ann Lee", teams=("Red",)),
    Enrolled(student="bob", name="Bob Ray", email="bob@uni.example", teams=("Red",)),
    Enrolled(student="cid", name="Cid Fox", email="cid@uni.example"),
)


@pytest.mark.parametrize(
    ("members", "notice"),
    [
        pytest.param(
            {"red_LATE_12_900001_mlp.py": "x", "cidfox_14_900002_mlp.py": "x"},
            "Canvas submissions: 1 student and 1 team, 1 marked late",
            id="canvas",
        ),
        pytest.param(
            {
                "Red_7_assignsubmission_file/mlp.py": "x",
                "Cid Fox_9_assignsubmission_file/mlp.py": "x",
            },
            "Moodle submissions: 1 student and 1 team",
            id="moodle",
        ),
        pytest.param(
            {
                "Red-Ann Lee_901_assignsubmission_file_/mlp.py": "x",
                "Red-Bob Ray_902_assignsubmission_file_/mlp.py": "x",
                "Who else-Cid Fox_903_assignsubmission_file_/mlp.py": "x",
            },
            "Moodle submissions: 1 student and 1 team",
            id="older-moodle",
        ),
    ],
)
def test_a_teams_files_are_one_hand_in_under_the_rosters_name(
    make_zip, gather, members, notice
):
    collected = gather(make_zip("submissions.zip", members), roster=RED)

    red, other = collected.found
    assert (red.student, red.faults) == ("Red", ())
    assert other.student in {"cid", "Who else-Cid Fox"}
    assert collected.notices == (notice,)


def test_a_number_at_the_end_of_a_groups_name_is_not_the_members(make_zip, gather):
    roster = (Enrolled(student="ann", teams=("lab_group_3", "lab_group_4")),)
    members = ("lab_group_3_101_900001_mlp.py", "lab_group_4_LATE_102_900002_mlp.py")

    collected = gather(make_zip("s.zip", dict.fromkeys(members, "x")), roster=roster)

    assert pairs(collected) == [("lab_group_3", "mlp"), ("lab_group_4", "mlp")]


def test_a_gradescope_group_is_a_team_if_the_roster_has_it_as_one(make_zip, gather):
    def submitters(*students):
        people = "".join(
            f"  - :name: {name}\n    :sid: {sid}\n" for name, sid in students
        )
        return f"  :submitters:\n{people}"

    ann, bob, cid = ("Ann Lee", "a1"), ("Bob Ray", "b2"), ("Cid Fox", "c3")
    yml = f"submission_1:\n{submitters(ann, bob)}submission_2:\n{submitters(bob, cid)}"
    files = {"submission_1/mlp.py": "x = 1", "submission_2/tiny.py": "x = 2"}
    archive = make_zip("e.zip", {"submission_metadata.yml": yml} | files)

    collected = gather(archive, roster=RED)

    assert pairs(collected) == [("Red", "mlp"), ("bob", "tiny"), ("cid", "tiny")]
    known = {name: own[0].id for name, own in collected.identities.items()}
    assert known == {"ann": "a1", "bob": "b2", "cid": "c3"}
    assert pairs(gather(archive)) == [
        ("Ann Lee", "mlp"),
        ("Bob Ray", "mlp"),
        ("Bob Ray", "tiny"),
        ("Cid Fox", "tiny"),
    ]


def test_the_time_of_a_download_is_no_time_of_receipt(make_zip, gather):
    (found, _) = gather(make_zip("submissions.zip", CANVAS)).found

    assert found.received_at is None


def test_the_platforms_time_beats_the_manifests_and_that_the_files(make_zip, gather):
    late = MORNING.replace(day=2)
    content, manifest = handed_in("whoever", "x = 1")
    graded = {"submitted/ann/ps1/hand-in.zip": content}
    stamped = {"submitted/ann/ps1/timestamp.txt": f"{late:%Y-%m-%d %H:%M:%S} UTC"}

    (by_platform,) = gather(make_zip("a.zip", graded | stamped)).found
    (by_manifest,) = gather(make_zip("b.zip", {"ann_1_900001_x.zip": content})).found

    assert (by_platform.student, by_platform.received_at) == ("ann", late)
    assert (by_manifest.student, by_manifest.received_at) == ("ann_1", MORNING)
    taken = take_in(by_platform)
    assert (taken.code, taken.submitted_at) == (receipt(manifest), MORNING)


def test_a_file_that_is_not_what_was_packed_has_no_receipt(make_zip, gather):
    _, manifest = handed_in("ann", "x = 1")
    members = {"mlp.py": "x = 2", "manifest.json": manifest.model_dump_json()}

    (found,) = gather(make_zip("ann-mlp.zip", members)).found

    assert take_in(found).code is None


def test_of_two_files_on_canvas_the_one_that_came_later_counts(make_zip, gather):
    members = {
        "ann_1_900001_mlp.py": "old",
        "ann_1_900002_mlp-1.py": "new",
    }

    (found,) = gather(make_zip("submissions.zip", members)).found

    assert found.path.read_text() == "new"
    assert "ann_1_900001_mlp.py" in found.faults[0].message


def test_who_is_on_the_roster_has_the_rosters_name(make_zip, gather):
    roster = (Enrolled(student="jd", name="Jane Doe"), Enrolled(student="zm", id="13"))

    collected = gather(make_zip("submissions.zip", CANVAS), roster=roster)

    assert pairs(collected) == [("jd", "mlp"), ("zm", "mlp")]
    assert [one.name for one in collected.identities["zm"]] == ["müllerzoë"]


def test_somebody_of_two_downloads_is_one_student_with_both_ids(make_zip, gather):
    """Moodle gives everybody another number in each assignment."""
    first = make_zip("a.zip", {"Jo Doe_51_assignsubmission_file/mlp.py": "x = 1"})
    second = make_zip("b.zip", {"Jo Doe_77_assignsubmission_file/tiny.py": "x = 1"})

    collected = gather(first, second)

    assert [(one.lab, one.identity.id) for one in collected.found] == [
        ("mlp", "51"),
        ("tiny", "77"),
    ]
    assert [one.id for one in collected.identities["Jo Doe"]] == ["51", "77"]
    assert collected.notices == ("Moodle submissions: 1 student",)


def test_classrooms_list_is_found_beside_the_clones(gather, tmp_path):
    clone = tmp_path / "mlp-submissions" / "mlp-octocat"
    clone.mkdir(parents=True)
    (clone / "mlp.py").write_text("x = 1")
    (tmp_path / "grades.csv").write_text(
        "github_username,roster_identifier,student_repository_name,submission_timestamp\n"
        f"octocat,Jane Doe,mlp-octocat,{MORNING.isoformat()}\n"
    )

    (found,) = gather(tmp_path / "mlp-submissions").found

    assert (found.student, found.received_at) == ("Jane Doe", MORNING)


def test_a_groups_file_is_graded_for_each_of_it(make_zip, gather):
    people = "\n".join(
        f"  - :name: {name}\n    :sid: {name}1" for name in ("Ann", "Bob")
    )
    members = {
        "assignment_7_export/submission_metadata.yml": (
            f"submission_1:\n  :submitters:\n{people}\n  :created_at: {MORNING}\n"
        ),
        "assignment_7_export/submission_1/mlp.py": "x = 1",
    }

    collected = gather(make_zip("export.zip", members))

    assert pairs(collected) == [("Ann", "mlp"), ("Bob", "mlp")]
    assert {one.received_at for one in collected.found} == {MORNING}


def test_a_bad_file_in_a_class_zip_costs_nobody_else(make_zip, gather):
    bomb = b"0" * 5_000_000
    members = {"ann_1_900001_mlp.py": "x = 1", "eve_2_900002_mlp.py": bomb}

    collected = gather(make_zip("submissions.zip", members))

    assert pairs(collected) == [("ann_1", "mlp")]
    (refused,) = collected.refused
    assert refused.student == "eve_2"
    assert "would grow from" in refused.message


@pytest.mark.parametrize(
    "inside",
    [
        pytest.param(
            {
                "submission_metadata.yml": (
                    "submission_1:\n  :submitters:\n  - :name: bob\n    :sid: '1'\n"
                    "  :created_at: 2020-01-01 00:00:00 Z\n"
                ),
                "submission_1/mlp.py": "x = 1",
            },
            id="gradescope",
        ),
        pytest.param({"bob_12_345678_mlp.py": "x = 1"}, id="canvas"),
        pytest.param({"submitted/bob/ps1/mlp.py": "x = 1"}, id="nbgrader"),
    ],
)
def test_a_students_zip_can_not_look_like_a_platforms_download(
    make_zip, gather, tmp_path, inside
):
    """Else it would set others' hand-ins and its own time of receipt."""
    (tmp_path / "class" / "bob").mkdir(parents=True)
    (tmp_path / "class" / "bob" / "mlp.py").write_text("x = 2")
    make_zip("class/eve/mlp.zip", inside)
    make_zip("class/mallory_mlp.zip", inside)

    collected = gather(tmp_path / "class")

    found = {one.student: one for one in collected.found}
    assert set(found) == {"bob", "eve", "mallory"}
    assert found["bob"].path.read_text() == "x = 2"
    assert all(one.received_at.year >= 2026 for one in found.values())
    assert (collected.identities, collected.notices) == ({}, ())


def test_a_students_folder_that_the_shell_listed_is_no_download(gather, tmp_path):
    for name in ("bob/mlp.py", "eve/bob_12_345678_mlp.py"):
        path = tmp_path / "class" / name
        path.parent.mkdir(parents=True)
        path.write_text("x = 1")

    collected = gather(*sorted((tmp_path / "class").iterdir()))

    assert pairs(collected) == [("bob", "mlp"), ("eve", "mlp")]
    assert collected.identities == {}


def test_folders_are_taken_as_folders_where_the_teacher_says_so(make_zip, gather):
    archive = make_zip("all.zip", {"Jo_1_assignsubmission_file_/mlp.py": "x"})

    (found,) = gather(archive, form="folders").found

    assert (found.student, found.identity) == ("Jo_1", None)


def test_what_is_not_what_the_teacher_says_is_one_line(make_zip, gather):
    with pytest.raises(
        NotRecognisedError, match=r"all does not look like a download from Moodle"
    ):
        gather(make_zip("all.zip", {"ann/mlp.py": "x"}), form="moodle")


def test_the_command_says_so_and_leaves_no_results(make_zip, tmp_path):
    archive = make_zip("all.zip", {"ann/tiny.py": "x"})
    out = tmp_path / "out"

    given = ["--course", TINY, "grade", archive, "--format", "canvas", "--out", out]
    done = CliRunner().invoke(main, [*map(str, given), "--isolation", "process"])

    assert done.exit_code == 1
    assert "expected files called NAME_123_4567_FILE" in done.output
    assert not out.exists()


def downloads(folder):
    """Write a small download of each platform."""
    nb = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    nb["cells"] = [
        {"cell_type": "code", "id": "a", "metadata": {}, "execution_count": None}
        | {"outputs": [], "source": RIGHT}
    ]
    yml = (
        "submission_1:\n  :submitters:\n  - :name: Pat O'Brien\n    :sid: '07'\n"
        "    :email: pat@uni.example\n  :created_at: 2026-03-05 10:00:00.123456789 Z\n"
    )
    grades = (
        "github_username,roster_identifier,student_repository_name,submission_timestamp\n"
        'octocat,"Cruz, Juan",tiny-octocat,2026-03-07T10:00:00Z\n'
    )
    zips = {
        "canvas": {
            "müllerzoë_LATE_102_900002_tiny-1.py": WRONG,
            "cruz_104_text.html": "def double...",
        },
        "moodle": {"Анна Иванова_51_assignsubmission_file/tiny.py": RIGHT},
        "gradescope": {
            "assignment_7_export/submission_metadata.yml": yml,
            "assignment_7_export/submission_1/tiny.py": RIGHT,
        },
        "classroom": {
            "tiny-submissions/grades.csv": grades,
            "tiny-submissions/tiny-octocat/tiny.py": WRONG,
        },
        "nbgrader": {
            "submitted/佐藤/ps1/tiny.ipynb": json.dumps(nb),
            "submitted/佐藤/ps1/timestamp.txt": "2026-03-05 18:03:44.12 UTC",
        },
    }
    folder.mkdir()
    for name, members in zips.items():
        (folder / f"{name}.zip").write_bytes(packed(members))
    return sorted(map(str, folder.iterdir()))


def test_a_class_of_all_platforms_is_graded_by_one_command(tmp_path, monkeypatch):
    course = tmp_path / "course"
    course.mkdir()
    for name in ("assignments", "reference"):
        (course / name).symlink_to(TINY / name)
    (course / "course.toml").write_text(
        'late = { per = "day", percent = 10 }\nroster = "roster.csv"\n'
        "[labs.tiny]\ndue = 2026-03-06\n"
    )
    (course / "roster.csv").write_text("student,name,id\nzoe,Zoë Müller,77\n")
    monkeypatch.chdir(tmp_path)
    zips = downloads(tmp_path / "downloads")

    given = ["--course", str(course), "grade", *zips, "--out", "out", "--jobs", "1"]
    done = CliRunner().invoke(main, [*given, "--isolation", "process"])

    assert done.exit_code == 1  # the text that was typed
    for line in (
        "Canvas submissions: 2 students, 1 marked late",
        "nbgrader submissions",
    ):
        assert line in done.output
    with Gradebook("sqlite:///out/gradebook.sqlite") as book:
        known = {name: own[0] for name, own in book.identities().items()}
        attempts = {one.student: one for one in book.attempts()}
    assert {name: (one.platform, one.id) for name, one in known.items()} == {
        "zoe": ("canvas", "102"),
        "cruz_104": ("canvas", "104"),
        "Анна Иванова": ("moodle", "51"),
        "Pat O'Brien": ("gradescope", "07"),
        "Cruz, Juan": ("classroom", "octocat"),
        "佐藤": ("nbgrader", "佐藤"),
    }
    assert (attempts["zoe"].marked_late, attempts["zoe"].received_at) == (True, None)
    page = Path("out/zoe/tiny.html").read_text(encoding="utf-8")
    assert "the platform marked it late" in page
    assert "The platform marked these late" in Path("out/index.html").read_text(
        encoding="utf-8"
    )
    rows = Path("out/grades.csv").read_text(encoding="utf-8-sig").splitlines()
    late = [
        row
        for row in rows
        if "tiny" in row.partition('"total"')[0] and row[1:4] != "stu"
    ]
    assert sorted(row.split('"')[1] for row in late) == ["Cruz, Juan", "zoe"]
    assert Path("out/Pat O'Brien/tiny.json").is_file()

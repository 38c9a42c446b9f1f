"""`grader export`: from a gradebook to files that other systems read."""

import csv
import hashlib
import io
import json
import os
import shutil
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from defusedxml import ElementTree

from grader.cli.main import main
from grader.domain.gradebook import GradingKey
from grader.domain.identity import Identity
from grader.domain.report import (
    CheckResult,
    Environment,
    LabReport,
    SubmissionRecord,
    TaskLine,
    Ungraded,
)
from grader.domain.submission import HandIn
from grader.domain.verdict import Outcome
from grader.store.gradebook import Gradebook

COURSE = Path(__file__).parents[1] / "course"
DUE = datetime(2026, 3, 5, 20, 0, tzinfo=UTC)
POLICY = """\
roster = "roster.csv"
[labs.tiny]
due = 2026-03-05T20:00:00
late = { percent = 10 }
[[excused]]
student = "eve"
lab = "tiny"
reason = "ill"
"""
ROSTER = (
    "student,name,email,id\nada,Ada Lovelace,ada@uni.edu,S-1\nbob,,,S-2\neve,,,S-3\n"
)
GRADEBOOK = (
    "Student,ID,SIS User ID,SIS Login ID,Section,A tiny lab (7),Current Score\r\n"
    "    Points Possible,,,,,100.00,(read only)\r\n"
    '"Lovelace, Ada",101,,,Mon,,\r\n'
    "Bob,102,S-2,,Mon,12.00,\r\n"
    "Eve,103,S-3,,Mon,,\r\n"
    "Zoe,104,S-9,,Mon,33.00,\r\n"
)
WORKSHEET = (
    'Идентификатор,"Полное имя",Статус,Оценка,"Максимальная оценка",'
    '"Последнее изменение (оценка)","Отзыв в виде комментария"\n'
    'Участник11,"Ада Лавлейс",-,,"100,00",-,\n'
    'Участник12,Боб,-,"12,00","100,00",-,\n'
)


def graded(student, earned, received_at):
    content = f"{student} {earned}".encode()
    sha256 = hashlib.sha256(content).hexdigest()
    platform, number = ("canvas", "101") if student == "ada" else ("moodle", "12")
    hand_in = HandIn(
        student=student,
        lab="tiny",
        name="tiny.py",
        place=f"class/{student}/tiny.py",
        content=content,
        sha256=sha256,
        received_at=received_at,
        identity=Identity(platform=platform, id=number),
    )
    report = LabReport(
        lab="tiny",
        lab_title="A tiny lab",
        lab_version="1+abc",
        student=student,
        score=earned,
        max_score=100,
        seed="271828",
        submission=SubmissionRecord(sha256=sha256, files=(), received_at=received_at),
        environment=Environment(python="3.11", numpy="2", isolation="landlock"),
        tasks=(TaskLine(id="T1", title="a", points=100),),
        checks=(
            CheckResult(
                id="doubles",
                task="T1",
                title="double(2) is 4.",
                hidden=True,
                points=100,
                earned=earned,
                outcome=Outcome.PARTIAL,
                note="HIDDEN",
                seconds=0.5,
            ),
        ),
        graded_at=DUE + timedelta(days=30),
        seconds=1,
        cpu_seconds=1,
    )
    return hand_in, report


@pytest.fixture
def course(tmp_path):
    """A course with a gradebook: ada in time, bob a day late, eve excused."""
    shutil.copytree(COURSE, tmp_path / "course")
    (tmp_path / "course/course.toml").write_text(POLICY)
    (tmp_path / "course/roster.csv").write_text(ROSTER)
    (tmp_path / "results").mkdir()
    with Gradebook(f"sqlite:///{tmp_path / 'results/gradebook.sqlite'}") as book:
        for student, earned, came in (
            ("ada", 87.25, DUE - timedelta(days=1)),
            ("bob", 60, DUE + timedelta(hours=5)),
        ):
            hand_in, report = graded(student, earned, came)
            (number,) = book.receive([hand_in], at=came)
            key = GradingKey(lab_sha256="0", grader_version="1", seed="1", round=0)
            book.record(number, key, report)
        book.record_ungraded(
            Ungraded(
                student="gil",
                lab="tiny",
                whose="submission",
                where="t.py",
                message="bad",
            ),
            at=DUE,
        )
    return tmp_path


@pytest.fixture
def export(course, monkeypatch):
    """Run `grader export` there."""
    monkeypatch.chdir(course)
    monkeypatch.setenv("GRADER_LANG", "en")

    def run(*arguments, **options):
        command = ["--course", "course", "export", *map(str, arguments)]
        return CliRunner().invoke(main, command, catch_exceptions=False, **options)

    return run


def test_canvas_gets_the_marks_by_the_policy_and_the_download_stays(export, course):
    (course / "grades.csv").write_bytes(GRADEBOOK.encode())

    run = export("canvas", "--into", "grades.csv")

    assert run.exit_code == 0
    assert (course / "grades.csv").read_bytes() == GRADEBOOK.encode()
    # bob came a day late: 10 of 100 points
    assert (course / "grades-marked.csv").read_bytes() == (
        GRADEBOOK.replace("Mon,,\r\nBob", "Mon,87.25,\r\nBob")
        .replace("Mon,12.00", "Mon,50.00")
        .replace("Mon,,\r\nZoe", "Mon,EX,\r\nZoe")
        .encode()
    )
    assert "A tiny lab (7): 2 marks written, 1 changed, 0 as they were" in run.stdout
    assert run.stderr == ""


def test_moodle_gets_the_marks_in_its_own_language(export, course):
    (course / "sheet.csv").write_text(WORKSHEET)

    run = export("moodle", "--into", "sheet.csv", "--to", "new/sheet.csv", "--comments")

    assert run.exit_code == 0
    rows = list(csv.reader(io.StringIO((course / "new/sheet.csv").read_text())))
    assert rows[2][3] == "50,00"
    assert rows[2][6].startswith("50 of 100 points; ")
    # ada has no number of Moodle's, and her name there is another
    assert rows[1][3] == ""
    assert "ada is not in sheet.csv: not written" in run.stderr


def test_the_download_is_overwritten_only_if_that_is_asked_for(export, course):
    (course / "grades.csv").write_bytes(GRADEBOOK.encode())

    refused = export("canvas", "--into", "grades.csv", "--to", "./grades.csv")

    assert refused.exit_code == 1
    assert refused.stderr.count("\n") == 1
    assert "--in-place" in refused.stderr
    assert (course / "grades.csv").read_bytes() == GRADEBOOK.encode()
    assert export("canvas", "--into", "grades.csv", "--in-place").exit_code == 0
    assert b"87.25" in (course / "grades.csv").read_bytes()
    assert not (course / "grades-marked.csv").exists()


def test_gradescope_gets_a_file_for_each_hand_in(export, course):
    assert export("gradescope", "--to", "out").exit_code == 0

    scores = {
        path.parts[-3]: json.loads(path.read_text())["score"]
        for path in (course / "out").glob("*/tiny/results.json")
    }
    assert scores == {"ada": 87.25, "bob": 50}


def test_junit_is_printed_with_what_could_not_be_graded(export):
    run = export("junit", "--lab", "tiny")

    suites = ElementTree.fromstring(run.stdout)
    assert [suite.get("name") for suite in suites] == [
        "ada.tiny",
        "bob.tiny",
        "gil.tiny",
    ]
    assert "HIDDEN" not in run.stdout


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no pipes with names")
def test_what_is_no_file_is_written_to_and_not_replaced(export, course):
    pipe, link = course / "pipe", course / "link.csv"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    link.symlink_to("linked.csv")

    assert export("csv", "--to", pipe).exit_code == 0
    assert export("csv", "--to", link).exit_code == 0
    table = os.read(reader, 1 << 20)
    os.close(reader)

    assert pipe.is_fifo()
    assert link.is_symlink()
    assert (course / "linked.csv").read_bytes() == table


def test_csv_has_every_check_and_the_students_ids(export):
    run = export("csv")

    assert run.stdout_bytes.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(run.stdout.removeprefix("\ufeff"))))
    assert [(row["student"], row["id"], row["mark"]) for row in rows] == [
        ("ada", "S-1", "87.25"),
        ("bob", "S-2", "50"),
    ]
    assert not export("csv", "--no-bom").stdout_bytes.startswith(b"\xef\xbb\xbf")


def test_github_gets_the_output_and_the_summary_of_a_check_at_home(export, course):
    _, report = graded("ada", 60, DUE)
    (course / "check.json").write_text(report.model_dump_json())
    (course / "output").write_text("other=1\n")

    run = export(
        *("github", "--report", "check.json", "--to", "output", "--summary", "sum.md")
    )

    assert run.exit_code == 0
    first, second = (course / "output").read_text().splitlines()
    assert first == "other=1"
    assert second.startswith("result=")
    assert (course / "sum.md").read_text().startswith("# A tiny lab")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda _: b"{}", id="something-else"),
        pytest.param(lambda _: b"", id="nothing"),
        pytest.param(lambda text: text.replace(b"87.25", b'"NaN"'), id="no-number"),
        pytest.param(lambda text: text.replace(b"ada", b"\xff"), id="no-text"),
    ],
)
@pytest.mark.parametrize("form", ["junit", "github", "gradescope"])
def test_a_report_that_is_none_is_refused_in_one_line(export, course, form, change):
    _, report = graded("ada", 87.25, DUE)
    (course / "check.json").write_bytes(change(report.model_dump_json().encode()))

    run = export(form, "--report", "check.json", "--to", "out")

    assert run.exit_code == 1
    assert run.stderr.count("\n") == 1
    assert "expected what `grader check --json` prints" in run.stderr
    assert not (course / "out").exists()


def test_the_autograder_is_packed_for_one_lab(export, course, monkeypatch):
    monkeypatch.setattr("grader.app.autograder.wheel", lambda: ("g.whl", b""))

    run = export("gradescope-autograder", "tiny")

    assert run.exit_code == 0
    assert "it holds the solution" in run.stdout
    first = (course / "tiny-autograder.zip").read_bytes()
    export("gradescope-autograder", "tiny")
    assert (course / "tiny-autograder.zip").read_bytes() == first


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["canvas", "--into", "grades.csv", "--out", "nowhere"], 1, "no gradebook in"),
        (["canvas", "--into", "grades.csv", "--lab", "tinny"], 1, "did you mean tiny?"),
        (["canvas", "--into", "missing.csv"], 2, "does not exist"),
        (["github"], 2, "say --report FILE"),
        (
            ["canvas", "--into", "grades.csv", "--to", "x", "--in-place"],
            2,
            "say one of --to and --in-place",
        ),
    ],
)
def test_a_slip_is_told_and_nothing_is_written(export, course, arguments, code, told):
    (course / "grades.csv").write_bytes(GRADEBOOK.encode())

    run = export(*arguments)

    assert run.exit_code == code
    assert told in run.stderr
    assert (course / "grades.csv").read_bytes() == GRADEBOOK.encode()
    assert not (course / "grades-marked.csv").exists()


def test_marks_of_graded_downloads_find_their_way_back(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GRADER_LANG", "en")
    right = (COURSE / "reference/tiny/tiny.py").read_text()
    # T1 is worth 40 points, T2 60
    half = "def double(x): return 2 * x\n"
    zipped("canvas.zip", {"lovelaceada_101_9001_tiny-1.py": right})
    folder = "Боб Иванов_12_assignsubmission_file"
    other = "Zoë O'Hara_13_assignsubmission_file"
    zipped("moodle.zip", {f"{folder}/tiny.py": half, f"{other}/tiny.py": right})
    (tmp_path / "grades.csv").write_text(GRADEBOOK)
    (tmp_path / "sheet.csv").write_text(WORKSHEET)

    for command in (
        "grade canvas.zip moodle.zip --isolation process",
        "export canvas --into grades.csv",
        "export moodle --into sheet.csv",
    ):
        arguments = ["--course", str(COURSE), *command.split(), "--out", "results"]
        assert CliRunner().invoke(main, arguments).exit_code == 0

    marked = [list(csv.reader(open_)) for open_ in open_both(tmp_path)]
    assert [row[5] for row in marked[0][2:]] == ["100.00", "12.00", "", "33.00"]
    assert [row[3] for row in marked[1][1:]] == ["", "40,00"]


def zipped(name, files):
    with zipfile.ZipFile(name, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)


def open_both(folder):
    for name in ("grades", "sheet"):
        yield io.StringIO((folder / f"{name}-marked.csv").read_text())

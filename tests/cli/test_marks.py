"""`grader override`, `why` and `report`: marks without grading, and their reasons."""

import csv
import hashlib
import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.cli.main import main
from grader.domain.gradebook import GradingKey
from grader.domain.report import (
    CheckResult,
    Environment,
    LabReport,
    SubmissionRecord,
    TaskLine,
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
"""


def hand_in(student, code, received_at):
    content = code.encode()
    return HandIn(
        student=student,
        lab="tiny",
        name="tiny.py",
        place=f"class/{student}/tiny.py",
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        received_at=received_at,
    )


def report(of, earned):
    def check(name, task, points, got):
        outcome = Outcome.PASSED if got == points else Outcome.FAILED
        return CheckResult(
            id=name,
            task=task,
            title=name,
            hidden=True,
            points=points,
            earned=got,
            outcome=outcome,
            seconds=0.1,
        )

    return LabReport(
        lab="tiny",
        lab_title="Tiny",
        lab_version="1+abc",
        student=of.student,
        score=60 + earned,
        max_score=100,
        seed="271828",
        submission=SubmissionRecord(
            sha256=of.sha256, files=(), received_at=of.received_at
        ),
        environment=Environment(python="3.11", numpy="2", isolation="landlock"),
        tasks=(TaskLine(id="T1", title="a", points=60),),
        checks=(
            check("doubles", "T1", 60, 60),
            check("sums_up", "T2", 40, earned),
        ),
        graded_at=DUE + timedelta(days=30),
        seconds=1,
        cpu_seconds=1,
    )


@pytest.fixture
def course(tmp_path):
    """A course with a policy; ada handed in a day late, bob and zoe nothing."""
    shutil.copytree(COURSE, tmp_path / "course")
    (tmp_path / "course/course.toml").write_text(POLICY)
    (tmp_path / "course/roster.csv").write_text("student\nada\nbob\n")
    (tmp_path / "results").mkdir()
    ada = hand_in("ada", "x = 1", DUE + timedelta(hours=1))
    key = GradingKey(lab_sha256="a" * 64, grader_version="1", seed="271828", round=0)
    with Gradebook(f"sqlite:///{tmp_path}/results/gradebook.sqlite") as book:
        (number,) = book.receive([ada], at=DUE + timedelta(days=29))
        book.record(number, key, report(ada, 20))
    return tmp_path / "course"


@pytest.fixture
def grader(course, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        return CliRunner().invoke(
            main,
            ["--course", str(course), *map(str, arguments)],
            catch_exceptions=False,
        )

    return run


@pytest.fixture
def marks(tmp_path):
    """Return a function that reads a column of the table of grades."""

    def read(column="tiny"):
        with (tmp_path / "results/grades.csv").open(encoding="utf-8-sig") as file:
            return {row["student"]: row[column] for row in csv.DictReader(file)}

    return read


SURE = ("--reason", "graded by hand", "--author", "Dr No")


def test_reports_are_written_by_today_s_policy_without_grading(grader, course, marks):
    first = grader("report")
    (course / "course.toml").write_text(POLICY.replace("10", "30"))
    second = grader("report")

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "ada, tiny: no mark → 70" in first.output
    assert "ada, tiny: 70 → 50" in second.output
    assert "1 of 2 marks changed." in second.output
    assert marks() == {"ada": "50", "bob": "0"}


def test_the_dashboard_keeps_its_title(grader, tmp_path):
    with Gradebook(f"sqlite:///{tmp_path}/results/gradebook.sqlite") as book:
        book.title = "Nets & more"

    grader("report")

    page = (tmp_path / "results/index.html").read_text()
    assert "<title>Nets &amp; more</title>" in page


def test_setting_a_mark_says_what_changed_and_writes_the_reports(
    grader, marks, tmp_path
):
    result = grader("override", "ada", "tiny", "--points", 95, *SURE)

    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "ada, tiny: 70 of 100 → 95 of 100",
        "  set to 95 by a teacher: graded by hand; the checks gave 80",
    ]
    assert marks() == {"ada": "95", "bob": "0"}
    page = (tmp_path / "results/ada/tiny.html").read_text()
    assert "set to 95 by a teacher" in page
    assert "Dr No" not in page


def test_points_of_a_check_are_summed_up_and_lateness_applies(grader, marks):
    result = grader(
        "override", "ada", "tiny", "--check", "sums_up", "--points", 40, *SURE
    )

    # 60 + 40, a day late
    assert "ada, tiny: 70 of 100 → 90 of 100" in result.output
    assert marks()["ada"] == "90"


def test_a_decision_can_be_taken_back(grader, marks):
    grader("override", "ada", "tiny", "--points", 95, *SURE)

    result = grader("override", "ada", "tiny", "--take-back", *SURE)

    assert "ada, tiny: 95 of 100 → 70 of 100" in result.output
    assert marks()["ada"] == "70"


def test_a_mark_can_be_set_for_who_handed_in_nothing(grader, marks):
    result = grader("override", "bob", "tiny", "--points", 50, *SURE)

    assert "bob, tiny: 0 of 100 → 50 of 100" in result.output
    assert marks()["bob"] == "50"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(
            ("adda", "tiny", "--points", 1),
            "there is no student 'adda' in the gradebook or on the roster; did you mean "
            "ada?",
            id="student",
        ),
        pytest.param(
            ("ada", "tinny", "--points", 1),
            "there is no lab 'tinny'; did you mean tiny?",
            id="lab",
        ),
        pytest.param(
            ("ada", "tiny", "--points", 1, "--check", "sum_up"),
            "tiny has no check 'sum_up' that carries points; did you mean sums_up?",
            id="check",
        ),
        pytest.param(
            ("ada", "tiny", "--points", 1, "--check", "x"),
            "tiny has no check 'x' that carries points; there are doubles, sums_up",
            id="no-such-check-at-all",
        ),
        pytest.param(
            ("ada", "tiny", "--points", 41, "--check", "sums_up"),
            "got 41 points, but check sums_up has 40 at most",
            id="more-than-the-check",
        ),
        pytest.param(
            ("ada", "tiny", "--points", 101),
            "got 101 points, but tiny has 100 at most",
            id="more-than-the-lab",
        ),
        pytest.param(
            ("bob", "tiny", "--points", 1, "--check", "sums_up"),
            "bob has nothing graded in tiny, so there is no check to decide about; leave "
            "--check out to set the mark",
            id="check-of-nothing",
        ),
        pytest.param(
            ("ada", "tiny", "--take-back"),
            "nobody has decided about ada's tiny: there is nothing to take back",
            id="nothing-to-take-back",
        ),
        pytest.param(
            ("ada", "tiny", "--points", 1, "--out", "elsewhere"),
            "there is no gradebook in elsewhere: grade first, or say --out or --gradebook",
            id="no-gradebook",
        ),
    ],
)
def test_what_does_not_exist_is_one_line_and_changes_nothing(
    grader, marks, tmp_path, arguments, message
):
    result = grader("override", *arguments, *SURE)

    assert (result.exit_code, result.stderr) == (1, f"grader: {message}\n")
    assert not (tmp_path / "elsewhere").exists()
    grader("report")
    assert marks() == {"ada": "70", "bob": "0"}


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param((*SURE,), id="neither-points-nor-take-back"),
        pytest.param(("--points", 1, "--take-back", *SURE), id="both"),
        pytest.param(("--points", -1, *SURE), id="negative"),
        pytest.param(("--points", "nan", *SURE), id="not-a-number"),
        pytest.param(("--points", "inf", *SURE), id="infinite"),
        pytest.param(("--points", 1), id="without-a-reason"),
        pytest.param(("--points", 1, "--reason", " "), id="with-an-empty-reason"),
    ],
)
def test_a_decision_says_what_and_why(grader, arguments):
    assert grader("override", "ada", "tiny", *arguments).exit_code == 2


def test_without_a_login_name_the_author_has_to_be_said(grader, monkeypatch):
    def nobody():
        raise OSError

    monkeypatch.setattr("getpass.getuser", nobody)

    result = grader("override", "ada", "tiny", "--points", 1, "--reason", "so")

    assert result.exit_code == 2
    assert "say --author NAME" in result.stderr


def test_the_login_name_is_the_author(grader, monkeypatch):
    monkeypatch.setattr("getpass.getuser", lambda: "no")

    grader("override", "ada", "tiny", "--points", 1, "--reason", "so")

    assert "the mark was set by no, " in grader("why", "ada", "tiny").output


def test_who_is_not_on_the_roster_is_told(grader, course):
    (course / "roster.csv").write_text("student\nbob\n")

    assert "not on the roster: ada\n" in grader("report").output
    assert "the student is not on the roster" in grader("why", "ada", "tiny").output


def test_why_tells_the_whole_story(grader, course):
    grader("report")
    grader("override", "ada", "tiny", "--check", "sums_up", "--points", 30, *SURE)
    (course / "course.toml").write_text(
        f'{POLICY}[[extensions]]\nstudent = "ada"\ndays = 1\nreason = "was ill"\n'
    )

    text = grader("why", "ada", "tiny").output

    assert text.startswith(
        "ada, tiny: 90 of 100\n  the checks gave 80 of 100 to hand-in "
    )
    assert "sums_up: 30 of 40 points in place of 20" in text
    assert "due 6 March 2026, 20:00 UTC, which is later than for others" in text
    assert "reason of the extension: was ill" in text
    assert "sums_up was set by Dr No, " in text
    assert "lab version 1+abc, seed 271828, isolation landlock, Python 3.11" in text
    assert "Total so far: 90 of 100\n  tiny: 90 of 100, weight 1\n" in text
    story = text.split("What happened\n")[1].splitlines()
    assert [line.split()[3] for line in story] == [
        *("received", "graded", "mark", "overridden", "mark"),
    ]
    assert story[3].endswith(", by Dr No")


def test_why_is_there_for_programs(grader):
    grader("override", "bob", "tiny", "--points", 50, *SURE)

    told = json.loads(grader("why", "bob", "tiny", "--json").output)

    assert (told["mark"]["mark"], told["mark"]["override"]["author"]) == (50, "Dr No")
    assert told["total"]["total"] == 50
    assert {event["kind"] for event in told["trail"]} == {"overridden", "mark"}


def test_why_of_nothing_says_so(grader, course):
    (course / "course.toml").write_text(
        POLICY + '[[excused]]\nstudent = "bob"\nlab = "tiny"\nreason = "joined late"\n'
    )

    text = grader("why", "bob", "tiny").output

    assert text.splitlines() == [
        "bob, tiny: no mark yet",
        "  excused, the lab does not count: joined late",
        "",
        "What happened",
        "  nothing",
    ]


def test_a_broken_policy_stops_before_anything_is_kept(grader, course, marks):
    grader("report")
    (course / "course.toml").write_text("attempts = 'first'\n")

    result = grader("override", "ada", "tiny", "--points", 95, *SURE)
    (course / "course.toml").write_text(POLICY)
    grader("report")

    assert result.exit_code == 1
    assert "course.toml, line 1: attempts: got" in result.stderr
    assert marks()["ada"] == "70"


def test_a_decision_and_its_reasons_are_told_in_russian(grader):
    decided = grader(
        *("override", "ada", "tiny", "--lang", "ru", "--points", "5.5"),
        *("--reason", "устно", "--author", "Н."),
    )
    why = grader("why", "ada", "tiny", "--lang", "ru").output.splitlines()

    reason = "  преподаватель поставил 5.5: устно; по проверкам 80"
    assert decided.output.splitlines() == ["ada, tiny: 70 из 100 → 5.5 из 100", reason]
    assert why[0] == "ada, tiny: 5.5 из 100"
    assert why[1].startswith("  проверки дали 80 из 100 за сдачу ")
    assert why[2] == reason
    assert why[3].startswith("  оценка: решение Н., ")
    assert "Итог на сегодня: 5.5 из 100" in why
    assert "  tiny: 5.5 из 100, вес 1" in why

"""Grading a class of which much is broken."""

import csv
import json
from pathlib import Path

import pytest

from grader.app.grade import GradeOptions, grade_class
from grader.domain.report import LabReport
from grader.errors import LabError, SubmissionError

RIGHT = (Path(__file__).parents[1] / "course/reference/tiny/tiny.py").read_text()
HONEST = "def double(x): return 2 * x\n"
BROKEN = {
    "syntax": (HONEST + "def total(x)\n    return 1\n", 0),
    "empty": ("", 0),
    "missing": (HONEST, 40),
    "types": ("def double(x): return 'twice'\ntotal = 3\n", 0),
    "endless": (HONEST + "def total(x):\n    while True: pass\n", 40),
    "exits": (HONEST + "import os\ndef total(x): os._exit(0)\n", 40),
    "greedy": (
        HONEST + "import numpy as np\ndef total(x): return np.ones(5 * 10**9).sum()\n",
        40,
    ),
    "loud": (HONEST + "def total(x):\n    while True: print('x' * 10**6)\n", 40),
}


@pytest.fixture
def handed_in(tmp_path):
    root = tmp_path / "class"

    def write(student, name, content):
        path = root / student / name
        path.parent.mkdir(parents=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    write("ada", "tiny.py", RIGHT)
    for student, (code, _) in BROKEN.items():
        write(student, "tiny.py", code)
    write("junk", "tiny.py", bytes(range(256)) * 40)
    write("nojson", "tiny.ipynb", "this is not JSON")
    return root


@pytest.fixture
def graded(tiny_course, confined, handed_in, tmp_path):
    assert confined is not None
    seen = []
    options = GradeOptions(isolation="landlock", jobs=2)
    report = grade_class(
        tiny_course,
        [handed_in],
        out=tmp_path / "out",
        options=options,
        progress=seen.append,
    )
    return report, tmp_path / "out", seen


def test_a_class_of_broken_files_is_graded_to_the_end(graded):
    report, out, seen = graded

    scores = {result.student: result.score for result in report.reports}
    expected = {student: score for student, (_, score) in BROKEN.items()}
    assert scores == {"ada": 100, **expected}
    assert {problem.student for problem in report.ungraded} == {"junk", "nojson"}
    assert [progress.done for progress in seen] == list(range(1, len(seen) + 1))
    assert_files_say_the_same(report, out)


def assert_files_say_the_same(report, out):
    for result in report.reports:
        base = out / result.student / result.lab
        stored = json.loads(base.with_suffix(".json").read_text())
        assert LabReport.model_validate(stored) == result
        assert result.lab_title in base.with_suffix(".html").read_text()
        assert base.with_suffix(".md").is_file()
    rows = list(
        csv.DictReader((out / "grades.csv").read_text("utf-8-sig").splitlines())
    )
    assert {row["student"] for row in rows} >= {r.student for r in report.reports}
    assert "nojson" in (out / "index.html").read_text()


def test_grading_again_gives_the_same_marks_and_seeds(tiny_course, confined, tmp_path):
    assert confined is not None
    (tmp_path / "tiny.py").write_text(RIGHT)
    options = GradeOptions(isolation="landlock", jobs=1)
    runs = [
        grade_class(
            tiny_course, [tmp_path / "tiny.py"], out=tmp_path / "out", options=options
        )
        for _ in range(2)
    ]

    first, second = (run.reports[0] for run in runs)
    assert (first.seed, first.score) == (second.seed, second.score)


def test_another_hand_in_of_the_same_student_gets_other_inputs(
    tiny_course, confined, tmp_path
):
    assert confined is not None
    options = GradeOptions(isolation="landlock", jobs=1)
    seeds = set()
    for text in (RIGHT, RIGHT + "# once more\n"):
        (tmp_path / "tiny.py").write_text(text)
        report = grade_class(
            tiny_course, [tmp_path / "tiny.py"], out=tmp_path / "out", options=options
        )
        seeds.add(report.reports[0].seed)

    assert len(seeds) == 2


def test_the_report_of_a_hand_in_replays_it(tiny_course, confined, tmp_path):
    assert confined is not None
    (tmp_path / "tiny.py").write_text(RIGHT.replace("x + x", "x + 1"))
    own = GradeOptions(isolation="landlock", jobs=1)
    (first,) = grade_class(
        tiny_course, [tmp_path / "tiny.py"], out=tmp_path / "out", options=own
    ).reports

    again = GradeOptions(isolation="landlock", jobs=1, seed=int(first.seed))
    (second,) = grade_class(
        tiny_course, [tmp_path / "tiny.py"], out=tmp_path / "again", options=again
    ).reports

    assert [c.note for c in first.checks] == [c.note for c in second.checks]
    assert any(c.note for c in first.checks)


def test_a_seed_of_the_teachers_replays_a_grading(tiny_course, confined, tmp_path):
    assert confined is not None
    (tmp_path / "tiny.py").write_text(RIGHT)
    options = GradeOptions(isolation="landlock", jobs=1, seed=42)

    report = grade_class(
        tiny_course, [tmp_path / "tiny.py"], out=tmp_path / "out", options=options
    )

    assert report.reports[0].seed == "42"


def test_nothing_to_grade_says_what_was_looked_for(tiny_course, tmp_path):
    (tmp_path / "essay.txt").write_text("")
    options = GradeOptions(isolation="process", jobs=1)

    with pytest.raises(SubmissionError, match=r"tiny\.py"):
        grade_class(tiny_course, [tmp_path], out=tmp_path / "out", options=options)


def test_an_unknown_lab_is_refused_before_anything_runs(tiny_course, tmp_path):
    options = GradeOptions(isolation="process", jobs=1, lab="tinny")

    with pytest.raises(LabError, match="did you mean tiny"):
        grade_class(tiny_course, [tmp_path], out=tmp_path / "out", options=options)


@pytest.mark.parametrize("name", ["index.html", "seed.key", "Grades.csv"])
def test_a_student_may_be_called_like_a_file_of_the_class(
    tiny_course, confined, tmp_path, name
):
    assert confined is not None
    (tmp_path / "class" / name).mkdir(parents=True)
    (tmp_path / "class" / name / "tiny.py").write_text(RIGHT)
    options = GradeOptions(isolation="landlock", jobs=1)

    report = grade_class(
        tiny_course, [tmp_path / "class"], out=tmp_path / "out", options=options
    )

    assert report.reports[0].score == 100
    assert (tmp_path / "out" / f"{name}_" / "tiny.json").is_file()
    assert f"{name}_/tiny.html" in (tmp_path / "out" / "index.html").read_text()


def test_results_among_the_submissions_are_not_graded(tiny_course, confined, tmp_path):
    assert confined is not None
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada" / "tiny.py").write_text(RIGHT)
    options = GradeOptions(isolation="landlock", jobs=1)

    runs = [
        grade_class(tiny_course, [tmp_path], out=tmp_path / "results", options=options)
        for _ in range(2)
    ]

    assert [(len(run.reports), run.ungraded) for run in runs] == [(1, ()), (1, ())]

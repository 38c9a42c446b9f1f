"""Grading a class of which much is broken."""

import csv
import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader.app.grade import GradeOptions, grade_class, open_gradebook
from grader.app.progress import JobEnded, MarkChanged, Started, Unchanged
from grader.domain.mark import Override
from grader.domain.report import LabReport
from grader.errors import LabError, SubmissionError
from grader.labs.course import Course
from grader.store.folder import ResultsFolder

TINY = Path(__file__).parents[1] / "course"
RIGHT = (TINY / "reference/tiny/tiny.py").read_text()
HONEST = "def double(x): return 2 * x\n"
# 10 points fewer for everybody
STRICTER = (
    "return share_above_one.judge(student, rng)",
    'return Verdict.failed("stricter now")',
)
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
    ended = [notice.outcome.student for notice in seen if isinstance(notice, JobEnded)]
    assert sorted(ended) == sorted([*scores, "junk", "nojson"])
    assert_files_say_the_same(report, out)


def assert_files_say_the_same(report, out):
    for result in report.reports:
        base = out / result.student / result.lab
        stored = json.loads(base.with_suffix(".json").read_text())
        whole = LabReport.model_validate(stored)
        assert (whole.score, whole.seed) == (result.score, result.seed)
        assert result.lab_title in base.with_suffix(".html").read_text()
        assert base.with_suffix(".md").is_file()
    rows = list(
        csv.DictReader((out / "grades.csv").read_text("utf-8-sig").splitlines())
    )
    assert {row["student"] for row in rows} >= {r.student for r in report.reports}
    assert "nojson" in (out / "index.html").read_text()


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

    notes = [
        [
            c["note"]
            for c in json.loads((tmp_path / out / "tiny.json").read_text())["checks"]
        ]
        for out in (f"out/{first.student}", f"again/{second.student}")
    ]
    assert notes[0] == notes[1]
    assert any(notes[0])


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
    assert not (tmp_path / "out").exists()


def test_an_unknown_lab_is_refused_before_anything_runs(tiny_course, tmp_path):
    options = GradeOptions(isolation="process", jobs=1, lab="tinny")

    with pytest.raises(LabError, match="did you mean tiny"):
        grade_class(tiny_course, [tmp_path], out=tmp_path / "out", options=options)


@pytest.mark.parametrize("name", ["index.html", "gradebook.sqlite", "Grades.csv"])
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


@pytest.fixture
def grading(tiny_course, confined, tmp_path):
    """Grade a class; return the reports, what was told and the files."""
    assert confined is not None
    return Grading(tiny_course, tmp_path)


class Grading:
    def __init__(self, course, tmp_path):
        self.root = tmp_path / "course"
        shutil.copytree(course.root, self.root)
        self.handed_in = tmp_path / "class"
        self.out = tmp_path / "out"

    def hand_in(self, student, code):
        path = self.handed_in / student / "tiny.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code)

    def run(self, **options):
        told = []
        report = grade_class(
            Course(self.root),
            [self.handed_in],
            out=self.out,
            options=GradeOptions(isolation="landlock", jobs=1, **options),
            progress=told.append,
        )
        graded = [
            (notice.outcome.student, notice.before, notice.outcome.score)
            for notice in told
            if isinstance(notice, JobEnded) and isinstance(notice.outcome, LabReport)
        ]
        return report, graded, told

    def book(self):
        return open_gradebook(ResultsFolder(self.out), None)

    def change_lab(self, old, new):
        # at another place: a process that has imported a lab keeps it
        self.root = shutil.copytree(self.root, self.root.with_name("changed"))
        path = self.root / "reference/tiny/checks.py"
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))


def test_a_second_run_grades_nothing_and_says_the_same(grading):
    grading.hand_in("ada", RIGHT)
    grading.hand_in("bob", HONEST)
    first, _, _ = grading.run()
    files = {p: p.read_bytes() for p in grading.out.rglob("*.json")}

    second, graded, told = grading.run()

    assert graded == []
    assert [n.student for n in told if isinstance(n, Unchanged)] == ["ada", "bob"]
    assert second.reports == first.reports
    assert {p: p.read_bytes() for p in grading.out.rglob("*.json")} == files


def test_only_what_is_new_or_changed_is_graded(grading):
    grading.hand_in("ada", RIGHT)
    grading.hand_in("bob", HONEST)
    grading.run()

    grading.hand_in("bob", RIGHT)
    grading.hand_in("cy", HONEST)
    _, graded, told = grading.run()

    assert graded == [("bob", None, 100), ("cy", None, 40)]
    assert ("bob", 40, 100) in [
        (n.student, n.before, n.after) for n in told if isinstance(n, MarkChanged)
    ]


def test_touching_a_file_is_no_change(grading):
    grading.hand_in("ada", RIGHT)
    grading.run()

    os.utime(grading.handed_in / "ada/tiny.py", (0, 0))
    _, graded, _ = grading.run()

    assert graded == []


def test_identical_files_are_graded_for_each_student_with_a_seed_of_their_own(grading):
    for student in ("ada", "bob"):
        grading.hand_in(student, RIGHT)

    report, graded, _ = grading.run()

    assert graded == [("ada", None, 100), ("bob", None, 100)]
    assert len({one.seed for one in report.reports}) == 2


def test_another_hand_in_of_the_same_student_gets_other_inputs(grading):
    seeds = []
    for code in (RIGHT, RIGHT + "# once more\n"):
        grading.hand_in("ada", code)
        _, _, told = grading.run()
        seeds += [n.outcome.seed for n in told if isinstance(n, JobEnded)]

    assert len(set(seeds)) == 2


def test_asking_for_it_grades_again_what_has_not_changed(grading):
    grading.hand_in("ada", HONEST)
    first, _, _ = grading.run()

    again, graded, _ = grading.run(regrade=True)
    _, after, _ = grading.run()

    assert graded == [("ada", 40, 40)]
    assert again.reports[0].seed == first.reports[0].seed
    assert after == []


def test_a_changed_lab_is_graded_again_and_tells_old_and_new_marks(grading):
    grading.hand_in("ada", HONEST)
    grading.run()

    grading.change_lab(*STRICTER)
    _, graded, told = grading.run()

    assert graded == [("ada", 40, 30)]
    assert [(n.before, n.after) for n in told if isinstance(n, MarkChanged)] == [
        (40, 30)
    ]


def test_a_lab_that_is_what_it_was_has_its_marks_of_then(grading):
    grading.hand_in("ada", HONEST)
    grading.run()
    grading.change_lab(*STRICTER)
    grading.run()

    grading.root = TINY
    report, graded, told = grading.run()

    assert graded == []
    assert report.reports[0].score == 40
    assert [(n.before, n.after) for n in told if isinstance(n, MarkChanged)] == [
        (30, 40)
    ]
    assert json.loads((grading.out / "ada/tiny.json").read_text())["score"] == 40


def test_a_new_handout_is_no_new_lab(grading):
    grading.hand_in("ada", HONEST)
    grading.run()

    (grading.root / "assignments/tiny/README.md").write_text("# Another text")
    _, graded, _ = grading.run()

    assert graded == []


def test_an_override_outlives_a_regrade(grading):
    grading.hand_in("ada", HONEST)
    grading.run()
    with grading.book() as book:
        book.add_override(
            Override(
                student="ada",
                lab="tiny",
                points=77,
                author="T.",
                reason="told in class",
                at=datetime.now(UTC),
            )
        )

    _, graded, told = grading.run(regrade=True)
    _, _, later = grading.run(regrade=True)

    assert graded == [("ada", 40, 40)]
    assert [(n.before, n.after) for n in told if isinstance(n, MarkChanged)] == [
        (40, 77)
    ]
    assert [n for n in later if isinstance(n, MarkChanged)] == []


def test_an_earlier_hand_in_that_counts_is_graded_by_the_new_lab_too(grading):
    grading.hand_in("ada", HONEST)
    grading.run()
    grading.hand_in("ada", "")
    grading.run()

    grading.change_lab(*STRICTER)
    report, graded, _ = grading.run()

    assert sorted(graded) == [("ada", 0, 0), ("ada", 40, 30)]
    # the best of two is the earlier one
    assert report.reports[0].score == 30


def test_what_could_not_be_read_is_tried_again_while_it_lies_there(grading):
    grading.hand_in("ada", RIGHT)
    (grading.handed_in / "ada/tiny.py").write_bytes(bytes(range(256)) * 40)

    runs = [grading.run()[0].ungraded for _ in range(2)]
    grading.hand_in("ada", RIGHT)
    report, graded, _ = grading.run()

    assert [[one.student for one in run] for run in runs] == [["ada"], ["ada"]]
    assert graded == [("ada", None, 100)]
    assert report.ungraded == ()


def test_what_was_taken_out_of_the_folder_is_no_problem_any_more(grading):
    grading.hand_in("ada", RIGHT)
    grading.hand_in("bob", RIGHT)
    (grading.handed_in / "bob/tiny.py").write_bytes(bytes(range(256)) * 40)
    first, _, _ = grading.run()

    shutil.rmtree(grading.handed_in / "bob")
    second, _, _ = grading.run()

    assert [one.student for one in first.ungraded] == ["bob"]
    assert second.ungraded == ()


def test_a_run_that_is_cut_goes_on_where_it_stopped(grading):
    for student in ("ada", "bob", "cy"):
        grading.hand_in(student, RIGHT)

    def cut(notice):
        if isinstance(notice, JobEnded) and notice.outcome.student == "bob":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        grade_class(
            Course(grading.root),
            [grading.handed_in],
            out=grading.out,
            options=GradeOptions(isolation="landlock", jobs=1),
            progress=cut,
        )
    report, graded, told = grading.run()

    assert graded == [("cy", None, 100)]
    assert next(n.unchanged for n in told if isinstance(n, Started)) == 2
    assert [one.score for one in report.reports] == [100] * 3


@pytest.mark.parametrize("suffix", ["json", "html", "md"])
def test_a_report_that_is_gone_is_written_again(grading, suffix):
    grading.hand_in("ada", RIGHT)
    grading.run()
    path = grading.out / f"ada/tiny.{suffix}"
    before = path.read_text()

    path.unlink()
    grading.run()

    assert path.read_text() == before


def test_a_report_of_a_run_that_was_cut_is_written_again(grading):
    grading.hand_in("ada", RIGHT)
    grading.run()

    # what a power cut leaves of a file whose content was still in memory
    (grading.out / "published.json").unlink()
    (grading.out / "ada/tiny.html").write_text("")
    grading.run()

    assert "</html>" in (grading.out / "ada/tiny.html").read_text()


def test_another_class_in_the_same_results_joins_the_first(grading):
    grading.hand_in("ada", RIGHT)
    grading.run()
    shutil.rmtree(grading.handed_in)
    grading.hand_in("bob", HONEST)

    report, graded, _ = grading.run()

    assert graded == [("bob", None, 40)]
    assert [one.student for one in report.reports] == ["ada", "bob"]
    page = (grading.out / "index.html").read_text()
    assert "ada/tiny.html" in page
    assert "bob/tiny.html" in page


def test_an_empty_gradebook_beside_reports_is_a_copy_that_went_wrong(tmp_path):
    folder = ResultsFolder(tmp_path)
    file = tmp_path / "gradebook.sqlite"
    file.touch()
    with open_gradebook(folder, None):
        pass
    report = tmp_path / "ada" / "tiny.json"
    report.parent.mkdir()
    report.write_text("{}")
    file.write_bytes(b"")

    with pytest.raises(LabError, match="is empty, but there are reports beside it"):
        open_gradebook(folder, None)
    assert file.read_bytes() == b""

"""The class that `make demo` grades: each file gets what it deserves, and no more."""

import html
from pathlib import Path

import pytest

from grader.app.grade import GradeOptions, grade_class
from grader.domain.verdict import Outcome
from grader.labs.course import Course
from grader.labs.loading import load_lab

# the class is graded once, not once in each test process
pytestmark = pytest.mark.xdist_group("example_class")

ROOT = Path(__file__).parents[2]
CLASS = ROOT / "examples" / "class"

RIGHT = [
    ("Zoë Müller", "logic_gates"),
    ("Zoë Müller", "half_adder"),
    ("Zoë Müller", "gradients"),
    ("Łukasz Żak", "logic_gates"),
    ("Анна Петрова", "logic_gates"),
    ("თამარ გელაშვილი", "logic_gates"),
    ("佐藤 陽菜", "half_adder"),
    ("Chloé N'Diaye", "gradients"),
]
# files that are right but for one mistake of their lab's `mistakes.py`
MISTAKEN = [
    ("José Ángel Ibarra", "logic_gates", "bias_forgotten"),
    ("Nguyễn Minh Châu", "logic_gates", "trains_on_the_mean"),
    ("Olúwaṣeun Adéyẹmí", "logic_gates", "sign_reversed"),
    ("Fatima Zahra El Idrissi", "logic_gates", "panels_without_points_or_labels"),
    ("Łukasz Żak", "half_adder", "output_weights_updated_first"),
    ("José Ángel Ibarra", "half_adder", "hidden_layer_is_linear"),
    ("Olúwaṣeun Adéyẹmí", "half_adder", "carry_is_or"),
    ("Márton Szűcs", "half_adder", "xor_operator"),
    ("Fatima Zahra El Idrissi", "half_adder", "one_run_is_enough"),
    ("Анна Петрова", "gradients", "logistic_sign_as_printed"),
    ("Nguyễn Minh Châu", "gradients", "sum_instead_of_mean"),
    ("佐藤 陽菜", "gradients", "softmax_gradient_transposed"),
    ("Søren Kjær", "gradients", "one_sided_difference"),
    ("Rahul Deshpande", "gradients", "printed_examples_only"),
]
# what reports call those that show only as a symptom; a missing label needs no name
SYMPTOMS = {
    "one_run_is_enough": "all_runs_alike",
    "panels_without_points_or_labels": None,
}
UNFINISHED = [
    ("Søren Kjær", "logic_gates", 5),
    ("Mariana Gonçalves", "half_adder", 4),
]
HALTED = [
    ("Márton Szűcs", "is_separable_knows_all_sixteen_tables", Outcome.TIMED_OUT),
    ("Rahul Deshpande", "cinema_range_is_exact", Outcome.OUT_OF_MEMORY),
]

# one group: the class is graded once, not by each of pytest's workers
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.xdist_group("example_class"),
]


@pytest.fixture(scope="module")
def results(confined, tmp_path_factory):
    assert confined is not None
    out = tmp_path_factory.mktemp("demo")
    options = GradeOptions(isolation="landlock", jobs=2, seed=20261122)
    return grade_class(Course(ROOT), [CLASS], out=out, options=options), out


@pytest.fixture(scope="module")
def report_of(results):
    reports = {(one.student, one.lab): one for one in results[0].reports}
    return lambda student, lab: reports[student, lab]


def lost(report):
    """Return the checks in which points were lost, by id."""
    return {check.id: check for check in report.checks if check.earned < check.points}


@pytest.mark.parametrize(("student", "lab"), RIGHT)
def test_a_right_file_in_any_style_gets_full_marks(report_of, student, lab):
    report = report_of(student, lab)

    assert lost(report) == {}
    assert report.score == report.max_score == 100


@pytest.mark.parametrize(("student", "lab", "mistake"), MISTAKEN)
def test_a_mistake_costs_what_the_lab_says_is_named_and_spares_the_rest(
    report_of, student, lab, mistake
):
    known = {one.name: one for one in load_lab(Course(ROOT), lab).mistakes}[mistake]
    at_stake = {check for one in (known, *known.together_with) for check in one.fails}

    report = report_of(student, lab)

    failing = lost(report)
    waiting = {c for c, r in failing.items() if r.outcome is Outcome.SKIPPED}
    assert failing.keys() - waiting <= at_stake
    assert report.score == pytest.approx(known.score, abs=3)
    diagnoses = [result.diagnosis for result in failing.values()]
    named = SYMPTOMS.get(mistake, mistake)
    assert named in {found and found.mistake for found in diagnoses}


@pytest.mark.parametrize(("student", "lab", "done"), UNFINISHED)
def test_the_tasks_that_were_done_count_in_an_unfinished_file(
    report_of, student, lab, done
):
    report = report_of(student, lab)

    assert report.score == sum(task.points for task in report.tasks[:done])
    outcomes = {check.outcome for check in lost(report).values()}
    assert outcomes == {Outcome.NOT_ATTEMPTED}


@pytest.mark.parametrize(("student", "check", "outcome"), HALTED)
def test_an_endless_loop_or_40_gb_cost_one_check(report_of, student, check, outcome):
    report = report_of(student, "logic_gates")

    assert {name: result.outcome for name, result in lost(report).items()} == {
        check: outcome
    }


def test_the_hostile_student_gets_the_points_of_the_honest_functions(report_of):
    report = report_of("Max Mustermann", "logic_gates")

    earned = {check.task: 0.0 for check in report.checks}
    for check in report.checks:
        earned[check.task] += check.earned
    honest = {task.id: task.points for task in report.tasks if task.id in {"T2", "T5"}}
    assert {task: points for task, points in earned.items() if points} == honest


def test_the_hostile_student_leaves_nothing_behind(results):
    _, out = results

    assert not [*out.rglob("results.json"), *CLASS.rglob("results.json")]


def test_a_web_page_named_like_the_notebook_is_no_zero(results):
    (problem,) = results[0].ungraded

    assert (problem.student, problem.lab) == ("Chloé N'Diaye", "half_adder")
    assert problem.whose == "submission"
    assert "half_adder.ipynb is not a notebook: it is a web page" in problem.message


@pytest.mark.parametrize(
    ("student", "lab", "where", "what"),
    [
        ("Liam O'Sullivan", "logic_gates", "logic_gates.py", "empty"),
        ("Liam O'Sullivan", "half_adder", "line 38", "SyntaxError"),
        ("Fatima Zahra El Idrissi", "logic_gates", "cell 6", "NameError"),
    ],
)
def test_what_went_wrong_while_reading_is_told(report_of, student, lab, where, what):
    faults = report_of(student, lab).faults

    assert [fault for fault in faults if where in fault.where and what in fault.message]


def test_a_file_that_does_not_run_earns_nothing(report_of):
    scores = [
        report_of("Liam O'Sullivan", lab).score for lab in ("logic_gates", "half_adder")
    ]

    assert scores == [0, 0]


def test_nobody_computes_longer_than_the_lab_allows(results):
    limits = {lab.name: lab.limits for lab in Course(ROOT).labs()}

    over = [
        (report.student, report.lab, report.cpu_seconds)
        for report in results[0].reports
        if not report.cpu_seconds <= limits[report.lab].submission_cpu_s
    ]

    assert over == []


def test_every_file_is_graded_or_refused_and_every_report_is_there(results):
    summary, out = results
    handed_in = {(path.parent.name, path.stem) for path in CLASS.glob("*/*")}

    refused = {(one.student, one.lab) for one in summary.ungraded}
    graded = {(one.student, one.lab) for one in summary.reports}
    assert graded | refused == handed_in
    assert not graded & refused
    expected = {
        f"{student}/{lab}.{suffix}"
        for student, lab in graded
        for suffix in ("json", "html", "md")
    }
    assert {path.relative_to(out).as_posix() for path in out.glob("*/*")} == expected
    overview = html.unescape((out / "index.html").read_text("utf-8"))
    assert [student for student, _ in handed_in if student not in overview] == []
    assert (out / "grades.csv").is_file()
    assert (out / "checks.csv").is_file()


def test_the_readme_says_what_each_file_shows():
    text = (ROOT / "examples" / "README.md").read_text("utf-8")
    students = {path.parent.name for path in CLASS.glob("*/*")}

    assert [student for student in students if f"| {student} |" not in text] == []

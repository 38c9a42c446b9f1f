"""A lab's public checks under pytest."""

import subprocess
import sys
from pathlib import Path

import pytest
from defusedxml import ElementTree

from grader.app import check as app
from grader.app import isolation
from grader.app.find import most_written
from grader.domain.report import CheckResult, LabReport
from grader.domain.verdict import Outcome
from grader.errors import InfrastructureError, SubmissionError
from grader.labs.course import Course

pytest_plugins = ["pytester"]

LAB = """
name = "gates"
title = "Gates"
order = 1
version = "1.0"
summary = "Three functions."
[[tasks]]
id = "T1"
title = "Double"
points = 40
functions = ["double"]
[[tasks]]
id = "T2"
title = "Half"
points = 60
functions = ["half", "third"]
"""
CHECKS = '''
from grader.checks import Draws, StudentCode, Verdict, check, values

@check(task="T1")
def doubles_two(student, rng):
    """double(2) is 4."""
    return values(student.double, expect=[4], inputs=[(2,)], rng=rng)

@check(task="T1")
def doubles_three(student, rng):
    """double(3) is 6."""
    return values(student.double, expect=[6], inputs=[(3,)], rng=rng)

@check(task="T2")
def halves_two(student, rng):
    """half(2) is 1."""
    return values(student.half, expect=[1], inputs=[(2,)], rng=rng)

@check(task="T2", after="halves_two")
def halves_four(student, rng):
    """half(4) is 2."""
    return values(student.half, expect=[2], inputs=[(4,)], rng=rng)

@check(task="T2")
def thirds(student, rng):
    """third(3) is 1."""
    return values(student.third, expect=[1], inputs=[(3,)], rng=rng)
'''
# right for 2 alone; not written; wrong in its third line
WORK = """
def double(x):
    return 4

def half(x):
    raise NotImplementedError("T2: write half")

def third(x):
    return x["a"]
"""
# in the order of the file, and without what takes its time to say hello
QUICK = ("-p", "no:randomly", "-p", "no:hypothesispytest")
NODE = "assignments/gates/checks.py::"


@pytest.fixture
def course(pytester):
    """A student's course with one lab, begun."""
    lab = pytester.path / "assignments/gates"
    lab.mkdir(parents=True)
    (lab / "lab.toml").write_text(LAB)
    (lab / "checks.py").write_text(CHECKS)
    (lab / "gates.py").write_text(WORK)
    return lab


@pytest.fixture
def run(pytester, course):
    assert course.is_dir()
    return lambda *options: pytester.runpytest_inprocess(*QUICK, *options)


@pytest.fixture
def asked(monkeypatch):
    """Let no worker start: every check passes; returns what was asked of the grader."""
    asked = []

    def self_check(_course, target, *, only, **_others):
        asked.append((Path(target).name, sorted(only)))
        results = [passed(one) for one in only]
        return LabReport.model_construct(checks=tuple(results), faults=())

    monkeypatch.setattr(app, "self_check", self_check)
    # which tries what the machine's kernel can do
    monkeypatch.setattr(isolation, "best_isolation", lambda: "process")
    return asked


def passed(name):
    return CheckResult(
        id=name,
        task="T1",
        title=name,
        hidden=False,
        points=0,
        earned=0,
        outcome=Outcome.PASSED,
        seconds=0.25,
    )


def test_each_check_is_an_item_with_its_own_outcome(run, pytester):
    done = run("assignments/gates", "-v", "-rfs", "--junitxml=j.xml")

    done.assert_outcomes(passed=1, failed=3, skipped=1)
    done.stdout.fnmatch_lines(
        [
            "grader: gates is checked in assignments/gates/gates.py",
            f"{NODE}T1::doubles_two PASSED*",
            f"{NODE}T1::doubles_three FAILED*",
            f"{NODE}T2::halves_two FAILED*",
            f"{NODE}T2::halves_four SKIPPED*",
            f"{NODE}T2::thirds FAILED*",
            "*_ T1 doubles_three _*",
            "not yet right: double(3) is 6.",
            "The result of double is not right.",
            "call      double(3)",
            "yours     4",
            "expected  6",
            "not written yet: half(2) is 1.",
            "T2: write half",
            "stopped with an error: third(3) is 1.",
            "TypeError: *(line 9)",
            f"FAILED {NODE}T1::doubles_three - The result of *",
            "SKIPPED * assignments/gates/checks.py:*: waits for: half(2) is 1.",
        ],
    )
    assert not {"Traceback", "pytest_plugin", "NotYetRight"} & set(
        done.stdout.str().split()
    )
    _expect_junit(pytester.path / "j.xml")


def _expect_junit(path):
    (suite,) = ElementTree.parse(path).getroot()
    cases = {case.get("name"): case for case in suite}

    assert [suite.get(key) for key in ("tests", "failures", "errors", "skipped")] == [
        *("5", "3", "0", "1")
    ]
    assert {case.get("classname") for case in suite} == {
        "assignments.gates.checks.T1",
        "assignments.gates.checks.T2",
    }
    # xunit2 has no properties in a case; public checks have no points to tell of
    assert {child.tag for case in suite for child in case} == {"failure", "skipped"}
    assert "yours     4" in cases["doubles_three"][0].text
    assert cases["halves_two"][0].get("message") == "T2: write half"


@pytest.mark.parametrize(
    ("arguments", "checks"),
    [
        ("assignments/gates -k T2", ["halves_four", "halves_two", "thirds"]),
        ("assignments/gates -k doubles", ["doubles_three", "doubles_two"]),
        (f"{NODE}T1::doubles_two", ["doubles_two"]),
        (f"{NODE}T1 -x", ["doubles_three", "doubles_two"]),
        (f"{NODE[:-2]} --deselect {NODE}T2", ["doubles_three", "doubles_two"]),
    ],
    ids=["task", "name", "node", "task-node", "file"],
)
def test_what_is_selected_runs_and_all_of_it_at_once(run, asked, arguments, checks):
    done = run(*arguments.split())

    assert asked == [("gates.py", checks)]
    assert done.parseoutcomes()["passed"] == len(checks)


def test_an_item_lasts_as_long_as_its_check(run, asked, pytester):
    run("assignments/gates", "--junitxml=j.xml", "-o", "junit_duration_report=call")

    (suite,) = ElementTree.parse(pytester.path / "j.xml").getroot()
    assert asked
    assert {case.get("time") for case in suite} == {"0.250"}


def test_collecting_runs_nothing(run, asked):
    done = run("assignments/gates", "--collect-only", "-q")

    done.stdout.fnmatch_lines([f"{NODE}T1::doubles_two", f"{NODE}T2::thirds"])
    assert asked == []


def test_what_failed_last_is_run_again_alone(run, asked, monkeypatch):
    real = app.self_check

    def one_fails(*arguments, **options):
        report = real(*arguments, **options)
        results = [
            one.model_copy(
                update={
                    "outcome": Outcome.FAILED if one.id == "thirds" else one.outcome
                }
            )
            for one in report.checks
        ]
        return report.model_copy(update={"checks": tuple(results)})

    monkeypatch.setattr(app, "self_check", one_fails)

    run("assignments/gates").assert_outcomes(passed=4, failed=1)
    run("assignments/gates", "--lf").assert_outcomes(failed=1)

    assert asked[1] == ("gates.py", ["thirds"])


def test_what_is_not_selected_is_not_run_unless_it_is_waited_for(course):
    report = app.self_check(
        Course(course.parents[1]),
        str(course / "gates.py"),
        lab="gates",
        here=course,
        isolation="process",
        only=["halves_four"],
    )

    assert {one.id: (one.outcome, one.feedback) for one in report.checks} == {
        "doubles_two": (Outcome.SKIPPED, ""),
        "doubles_three": (Outcome.SKIPPED, ""),
        "halves_two": (Outcome.NOT_ATTEMPTED, "T2: write half"),
        "halves_four": (Outcome.SKIPPED, "waits for: half(2) is 1."),
        "thirds": (Outcome.SKIPPED, ""),
    }


def test_workers_of_xdist_tell_the_same(run):
    done = run("assignments/gates", "-n", "1", "-k", "doubles")

    done.assert_outcomes(passed=1, failed=1)
    done.stdout.fnmatch_lines([f"FAILED {NODE}T1::doubles_three - The result of*"])


@pytest.mark.parametrize("place", [".", "assignments", "assignments/gates"])
def test_pytest_alone_checks_what_is_here(pytester, course, asked, monkeypatch, place):
    monkeypatch.chdir(pytester.path / place)

    pytester.runpytest_inprocess(*QUICK).assert_outcomes(passed=5)

    assert course.is_dir()
    assert len(asked) == 1


def test_a_course_among_tests_is_not_taken_for_tests(pytester, course):
    tests = pytester.mkdir("tests")
    (tests / "test_own.py").write_text("def test_one(): pass")
    course.parent.rename(tests / "assignments")
    tests.rename(pytester.mkdir("project") / "tests")

    done = pytester.runpytest_inprocess(*QUICK, "project")

    done.assert_outcomes(passed=1)


def test_a_teachers_course_is_checked_only_where_it_is_named(pytester, run, asked):
    pytester.mkdir("reference")

    assert run().ret == pytest.ExitCode.NO_TESTS_COLLECTED
    run("assignments").assert_outcomes(passed=5)
    assert len(asked) == 1


@pytest.mark.parametrize("missing", ["lab.toml", "assignments"])
def test_any_other_checks_py_is_left_alone(pytester, course, run, asked, missing):
    if missing == "lab.toml":
        (course / "lab.toml").unlink()
    else:
        course.parent.rename(pytester.path / "modules")

    assert run().ret == pytest.ExitCode.NO_TESTS_COLLECTED
    assert asked == []


def test_another_file_is_named_by_option_or_in_the_configuration(pytester, run, asked):
    (pytester.path / "mine.py").write_text(WORK)

    run("assignments/gates", "--grader-file", "mine.py")
    pytester.makeini("[pytest]\ngrader_file = mine.py")
    run("assignments/gates")

    assert [name for name, _ in asked] == ["mine.py", "mine.py"]


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        pytest.param(
            lambda lab: (lab / "gates.py").unlink(),
            "E   grader: there is no gates.py or gates.ipynb in *",
            id="no-file",
        ),
        pytest.param(
            lambda lab: (lab / "lab.toml").write_text("name = 1"),
            "E   grader: *lab.toml: *",
            id="broken-lab",
        ),
    ],
)
def test_what_can_not_be_collected_is_one_line(run, course, spoil, told):
    spoil(course)

    done = run("assignments/gates")

    assert done.ret == pytest.ExitCode.INTERRUPTED
    done.stdout.no_fnmatch_line("*Traceback*")
    done.stdout.fnmatch_lines([told.removeprefix("E   ")])


def test_a_file_that_is_no_notebook_is_told_by_each_check(run, course):
    (course / "gates.py").unlink()
    (course / "gates.ipynb").write_text("no notebook")

    done = run("assignments/gates", "-k", "doubles")

    done.assert_outcomes(failed=2)
    done.stdout.fnmatch_lines(["gates.ipynb: *notebook*"])


def test_a_machine_that_can_not_start_a_worker_is_one_line(run, monkeypatch):
    def fails():
        raise InfrastructureError("a worker did not start: no memory")

    monkeypatch.setattr(isolation, "best_isolation", fails)

    done = run("assignments/gates", "-k", "doubles_two", "--tb=short")

    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(["gates.py: a worker did not start: no memory"])
    done.stdout.no_fnmatch_line("*Error*")


def test_the_file_with_the_fewest_holes_is_the_students(tmp_path):
    hole = 'raise NotImplementedError("T1: write it")\n'
    (tmp_path / "gates.py").write_text(hole * 2)
    (tmp_path / "gates.ipynb").write_text(f'{{"source": [{hole!r}]}}')
    begun = tmp_path / "gates"
    begun.mkdir()

    assert most_written("gates", places=[tmp_path, begun]).name == "gates.ipynb"
    (begun / "gates.py").write_text("done")
    assert most_written("gates", places=[tmp_path, begun]) == begun / "gates.py"
    with pytest.raises(SubmissionError, match=r"no other\.py or other\.ipynb"):
        most_written("other", places=[tmp_path])


def test_other_projects_pay_nothing_for_the_plugin():
    code = (
        "import sys, pytest\nbefore = set(sys.modules)\nimport grader.pytest_plugin\n"
        "print(sorted(set(sys.modules) - before))"
    )

    done = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout == "['grader', 'grader.pytest_plugin']\n"

"""`verify` finds what is wrong with a lab."""

import dataclasses
import shutil

import pytest

from grader.app.verify import verify
from grader.labs.course import Course
from grader.sandbox.session import Session


@pytest.fixture
def verified(tiny_course, confined, tmp_path):
    """Verify a copy of the tiny course after some changes to its reference."""
    assert confined is not None

    def run(*changes):
        shutil.copytree(tiny_course.root, tmp_path / "course")
        for file, old, new in changes:
            path = tmp_path / "course" / file
            text = path.read_text()
            assert old in text
            path.write_text(text.replace(old, new))
        course = Course(tmp_path / "course")
        rows = verify(course, ["tiny"], isolation="landlock", jobs=1)
        return {row.name: row.problems for row in rows if row.problems}

    return run


def test_a_good_lab_has_no_problems(verified):
    assert verified() == {}


def test_a_check_that_sees_nothing_is_found(verified):
    blind = (
        "reference/tiny/checks.py",
        "return values(student.double",
        "return Verdict.passed() or values(student.double",
    )

    problems = verified(blind)

    assert "double_doubles does not notice it" in problems["squares"]


def test_inputs_that_can_not_tell_a_mistake_from_the_truth_are_found(verified):
    zeros = ("reference/tiny/checks.py", "rng.normal(size=5)", "0 * rng.normal(size=5)")

    assert "don't tell squares from the truth" in verified(zeros)["squares"][0]


def test_a_wrong_score_is_found(verified):
    problems = verified(("reference/tiny/mistakes.py", "score=60", "score=70"))

    assert problems == {"squares": ("scores 60, expected 70 ± 3",)}


def test_a_wrong_solution_is_found(verified):
    problems = verified(("reference/tiny/tiny.py", "return x + x", "return x + x + 1"))

    assert any("doubles_two" in problem for problem in problems["solution"])


def test_a_stub_that_differs_from_its_solution_is_found(verified):
    problems = verified(("assignments/tiny/tiny.py", "Return twice x", "Return 2 x"))

    assert "differs from its solution" in problems["tiny.py"][0]


def test_a_stub_that_earns_points_is_found(verified):
    marked = ("reference/tiny/tiny.py", "# solution T2: write total", "# T2")
    rest = (
        "reference/tiny/tiny.py",
        "    # solution T1: write double\n    return x + x\n    # end solution",
        "    return x + x",
    )
    keep = ("reference/tiny/tiny.py", "# T2\n", "# solution T2: write total\n")

    assert "scores 40, expected 0 ± 0" in verified(marked, keep, rest)["stub"]


def test_a_mistake_that_is_not_told_its_name_is_found(verified):
    other = ("reference/tiny/mistakes.py", "def squares(x)", "def cubes(x)")
    wrong = ("reference/tiny/mistakes.py", 'replaces="total"', 'replaces="double"')

    problems = verified(other, wrong)

    assert problems


def test_leaving_out_what_a_mistake_cant_reach_changes_no_result(tiny_course, confined):
    assert confined is not None

    def rows(*, whole):
        found = verify(tiny_course, ["tiny"], isolation="landlock", jobs=1, whole=whole)
        return [dataclasses.replace(row, seconds=0) for row in found]

    assert rows(whole=False) == rows(whole=True)


def test_checks_that_a_mistake_cant_reach_are_not_run_again(
    tiny_course, confined, monkeypatch
):
    assert confined is not None
    calls = []
    call = Session.call

    def counted(session, functions, **options):
        calls.extend(name for name, _, _ in functions)
        return call(session, functions, **options)

    monkeypatch.setattr(Session, "call", counted)
    verify(tiny_course, ["tiny"], isolation="landlock", jobs=1)
    reused = calls.count("double")
    calls.clear()
    verify(tiny_course, ["tiny"], isolation="landlock", jobs=1, whole=True)

    # `forgets_the_last` is in `total`, which `double` does not call
    assert reused < calls.count("double")


def test_a_gate_that_right_solutions_often_miss_is_found(verified):
    high = ("reference/tiny/checks.py", '{"share": 0.3}', '{"share": 0.45}')

    (problem,) = verified(high)["share_above_one"]

    assert "may fail a right solution with probability" in problem

"""Honest hand-ins in any number, no two alike: the same ones on each machine."""

import hashlib
from pathlib import Path

from grader.domain.submission import Cell, Submission
from grader.labs.course import Course
from grader.labs.loading import load_lab
from grader.labs.regions import solution_without_markers

ROOT = Path(__file__).resolve().parents[1]
LAB = "tiny"
# ways to write the same, as students do
DOUBLED = ("x + x", "2 * x", "x * 2", "np.add(x, x)", "x * 2.0")
SUMMED = ("np.sum(double(np.asarray(x)))", "double(np.asarray(x)).sum()")


def course_of(lab: str) -> Course:
    """Return the course that a lab is in: the tests' own for the smallest one."""
    return Course(ROOT / "tests" / "course" if lab == LAB else ROOT)


def solution_of(lab: str) -> str:
    """Return a lab's solution as a student would hand it in."""
    solution = load_lab(course_of(lab), lab).solution
    assert solution is not None  # noqa: S101 - benchmarks run in the checkout
    return solution_without_markers(solution)


def hand_in(solution: str, number: int) -> str:
    """Return the text of one hand-in: right, and unlike that of any other number."""
    doubled, summed = DOUBLED[number % 5], SUMMED[number // 5 % 2]
    return (
        (f"# Exercise of student {number}\n\nOWN_NUMBER = {number}\n\n{solution}")
        .replace("x + x", doubled)
        .replace(SUMMED[0], summed)
    )


def submission(lab: str, text: str, student: str = "bench") -> Submission:
    """Return a text as a submission, as if it had been read from a file."""
    return Submission(
        student=student,
        lab=lab,
        kind="py",
        cells=(Cell(index=1, code=text),),
        files=(),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )


def write_class(folder: Path, lab: str, count: int) -> Path:
    """Write a class's hand-ins, a folder for each student, and return the folder."""
    solution = solution_of(lab)
    for number in range(count):
        own = folder / f"student{number:05}"
        own.mkdir(parents=True)
        (own / f"{lab}.py").write_text(hand_in(solution, number), encoding="utf-8")
    return folder

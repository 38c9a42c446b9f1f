"""How many gradings a second the gradebook takes, and gives back; SQLite beside PostgreSQL.

One real report of a lab, kept again and again for new students: a hand-in and a grading
with its verdicts each, one transaction a grading, as a run does it. PostgreSQL is measured
where `--postgres` or GRADER_GRADEBOOK names an empty database of its own.
"""

import argparse
import hashlib
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from hand_ins import LAB, course_of, hand_in, solution_of, submission

from grader.app.isolation import best_confinement
from grader.domain.gradebook import GradingKey
from grader.domain.report import LabReport
from grader.domain.submission import HandIn
from grader.executors.bench import Bench, Job, Setup, now
from grader.store.gradebook import Gradebook


def report_of(lab: str) -> LabReport:
    """Return the report of a lab's solution."""
    one = submission(lab, solution_of(lab))
    setup = Setup(course=course_of(lab).root, isolation=best_confinement())
    with Bench(setup) as bench:
        report = bench.grade(Job("bench", lab, "bench", lambda: one, seed=1))
    assert isinstance(report, LabReport), report  # noqa: S101
    return report


def class_of(report: LabReport, count: int) -> list[tuple[HandIn, LabReport]]:
    """Return hand-ins of as many students, each with its report."""
    solution = solution_of(report.lab)
    made = []
    for number in range(count):
        content = hand_in(solution, number).encode()
        digest = hashlib.sha256(content).hexdigest()
        student = f"student{number:05}"
        one = HandIn(
            student=student,
            lab=report.lab,
            name=f"{report.lab}.py",
            place=f"{student}/{report.lab}.py",
            content=content,
            sha256=digest,
            received_at=None,
        )
        record = report.submission.model_copy(update={"sha256": digest})
        update = {"student": student, "submission": record}
        made.append((one, report.model_copy(update=update)))
    return made


def seconds(function: Callable[[], object]) -> float:
    """Return how long one call takes."""
    started = time.perf_counter()
    function()
    return time.perf_counter() - started


def measure(url: str, made: list[tuple[HandIn, LabReport]]) -> dict[str, float]:
    """Return how many a second were taken in, graded and read, of an empty gradebook."""
    key = GradingKey(lab_sha256="0" * 64, grader_version="benchmark", seed="1", round=0)
    with Gradebook(url) as book:
        ids: list[int] = []
        took = {
            "hand-ins received": seconds(
                lambda: ids.extend(book.receive([one for one, _ in made], at=now()))
            )
        }
        graded = [
            seconds(lambda at=number, kept=report: book.record(at, key, kept))  # type: ignore[misc]
            for number, (_, report) in zip(ids, made, strict=True)
        ]
        # the last tenth against the first: does a full table cost more?
        tenth = max(len(graded) // 10, 1)
        took["gradings kept"] = sum(graded)
        took["  the first tenth"] = sum(graded[:tenth]) * len(graded) / tenth
        took["  the last tenth"] = sum(graded[-tenth:]) * len(graded) / tenth
        took["hand-ins given back"] = seconds(lambda: [book.hand_in(n) for n in ids])
        took["attempts read"] = seconds(book.attempts)
    return {what: len(made) / duration for what, duration in took.items()}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1000, help="gradings")
    parser.add_argument("--lab", default=LAB)
    parser.add_argument("--postgres", default=os.environ.get("GRADER_GRADEBOOK"))
    parser.add_argument("--quick", action="store_true", help="20 gradings")
    asked = parser.parse_args()
    made = class_of(report_of(asked.lab), 20 if asked.quick else asked.count)
    with tempfile.TemporaryDirectory() as folder:
        sqlite = measure(f"sqlite:///{Path(folder, 'gradebook.sqlite')}", made)
    postgres = measure(asked.postgres, made) if asked.postgres else {}
    print(f"{len(made)} gradings of {asked.lab}, a second:")
    print(f"{'':22} {'SQLite':>10} {'PostgreSQL':>12} {'ratio':>8}")
    for what, rate in sqlite.items():
        other = (
            f"{postgres[what]:12.0f} {postgres[what] / rate:8.2f}" if postgres else ""
        )
        print(f"{what:22} {rate:10.0f} {other}")


if __name__ == "__main__":
    main()

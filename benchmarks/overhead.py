"""What the engine costs for a NumPy submission, by stage, beside the student's own compute.

A class is graded in this process, with the store and the reports, as `grader grade` does
it. Between its submissions the same files and the same calls run bare in a process that
has everything imported (this one), and now and then in a cold one.

    overhead = from one submission's end to the next's - the bare run of the same
"""

import argparse
import pickle  # noqa: TID251 - our own calls, read by our own process
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import bare
from hand_ins import LAB, course_of, hand_in, solution_of, submission, write_class
from stages import Stages

from grader.app.due import Jobs
from grader.app.grade import GradeOptions, grade_class
from grader.app.isolation import best_confinement
from grader.app.progress import JobEnded, Notice
from grader.app.publish import Publisher
from grader.domain.report import LabReport
from grader.executors.bench import Bench, Job, Setup
from grader.sandbox.sandbox import Isolation
from grader.sandbox.session import Session
from grader.sandbox.spares import Spares
from grader.store.gradebook import Gradebook

# the first starts the zygote, loads the lab, compiles the templates
WARM_UP = 3
COLD_EACH = 20
STAGES = (
    (Jobs, "__getitem__", "intake: the bytes from the store"),
    (Bench, "grade", "checks: inputs, expected values, verdicts"),
    (Spares, "take", "fork and confine (part that is waited for)"),
    (Session, "_load", "load the file"),
    (Session, "call", "calls"),
    (Session, "_end", "end the workers"),
    (Gradebook, "record", "store"),
    (Publisher, "publish", "reports"),
)


@dataclass
class Rounds:
    """What was measured, in ms, one entry a submission.

    Attributes:
        whole: All of it.
        stages: Its parts.
        bare: The same file and calls in this process.
        cold: The same in a new one; only now and then.
    """

    whole: list[float] = field(default_factory=list)
    stages: list[defaultdict[str, float]] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    cold: list[float] = field(default_factory=list)


def calls_of(lab: str, isolation: Isolation) -> list[bare.Call]:
    """Return the calls that the lab's checks make of a solution."""
    calls: list[bare.Call] = []
    one = submission(lab, solution_of(lab))
    setup = Setup(course=course_of(lab).root, isolation=isolation)
    with bare.recorded(calls, "bench"), Bench(setup) as bench:
        report = bench.grade(Job("bench", lab, "bench", lambda: one, seed=1))
    assert isinstance(report, LabReport), report  # noqa: S101
    return bare.sendable(calls)


@contextmanager
def measuring(stages: Stages) -> Iterator[None]:
    """Measure the stages for a while."""
    originals = [(owner, name, getattr(owner, name)) for owner, name, _ in STAGES]
    for owner, name, stage in STAGES:
        stages.measured(owner, name, stage)
    try:
        yield
    finally:
        for owner, name, original in originals:
            setattr(owner, name, original)


def rounds_of(lab: str, isolation: Isolation, count: int) -> Rounds:
    """Grade a class, its bare runs in between, and return what all that took."""
    calls = calls_of(lab, isolation)
    solution = solution_of(lab)
    stages, rounds = Stages(), Rounds()
    ended = time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pickled = folder / "calls"
        pickled.write_bytes(pickle.dumps(calls))
        file = folder / "cold.py"
        file.write_text(solution, encoding="utf-8")

        def take(notice: Notice) -> None:
            nonlocal ended
            if not isinstance(notice, JobEnded):
                return
            assert isinstance(notice.outcome, LabReport), notice  # noqa: S101
            started = time.perf_counter()
            rounds.whole.append(1e3 * (started - ended))
            rounds.stages.append(stages.take())
            bare.run(hand_in(solution, len(rounds.whole)), calls)
            rounds.bare.append(1e3 * (time.perf_counter() - started))
            if len(rounds.whole) % COLD_EACH == WARM_UP:
                rounds.cold.append(bare.cold_ms(file, pickled))
            ended = time.perf_counter()

        with measuring(stages):
            grade_class(
                course_of(lab),
                [write_class(folder / "class", lab, count + WARM_UP)],
                out=folder / "results",
                options=GradeOptions(isolation=isolation, jobs=1),
                progress=take,
            )
    for measured in (rounds.whole, rounds.stages, rounds.bare):
        del measured[:WARM_UP]
    return rounds


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=200, help="submissions")
    parser.add_argument("--lab", default=LAB)
    parser.add_argument("--isolation", help="level; the best there is if left out")
    parser.add_argument("--quick", action="store_true", help="5 submissions")
    asked = parser.parse_args()
    isolation = asked.isolation or best_confinement()
    rounds = rounds_of(asked.lab, isolation, 5 if asked.quick else asked.count)
    print(f"{asked.lab}, {len(rounds.whole)} submissions, {isolation}; medians in ms")
    _table(rounds)


def _table(rounds: Rounds) -> None:
    whole, own = statistics.median(rounds.whole), statistics.median(rounds.bare)
    over = statistics.median(
        one - bare_ms for one, bare_ms in zip(rounds.whole, rounds.bare, strict=True)
    )
    for _, _, stage in STAGES:
        median = 1e3 * statistics.median(one[stage] for one in rounds.stages)
        print(f"  {stage:46} {median:8.2f}   {median / whole:5.0%}")
    print(f"{'one submission':48} {whole:8.2f}")
    print(f"{'the same bare, all imported (the own compute)':48} {own:8.2f}")
    print(f"{'engine overhead':48} {over:8.2f}")
    cold = statistics.median(rounds.cold)
    print(f"{'the same in a cold process, not confined':48} {cold:8.2f}")
    print(f"cold / graded: {cold / whole:.1f}; (cold - own) / overhead: ", end="")
    print(f"{(cold - own) / over:.1f}")


if __name__ == "__main__":
    main()

"""What grading a training lab costs on top of the training itself.

For each lab the solution is graded, and the calls that its checks made are kept. Then the
same calls are made in a bare process: everything imported beforehand, nothing confined, no
frames, no verdicts. Both sides count processor seconds; the rounds alternate.
"""

import dataclasses
import hashlib
import multiprocessing
import os
import pickle  # noqa: TID251 - our own calls, sent to our own process
import statistics
import sys
import tempfile
import time
import types
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from grader.domain.report import LabReport
from grader.domain.submission import Cell, Submission
from grader.executors.bench import Bench, Job, Setup
from grader.labs.course import Course
from grader.labs.loading import load_lab
from grader.labs.regions import solution_without_markers
from grader.sandbox.launch import THREADS
from grader.sandbox.session import Session

ROOT = Path(__file__).resolve().parents[1]
LABS = ("regression", "mnist", "overfitting", "augmentation")
ROUNDS = 3
NAME = "solution"

Call = tuple[str, tuple[Any, ...], dict[str, Any]]


@dataclasses.dataclass(frozen=True)
class Round:
    """One grading beside the bare calls: processor seconds, and seconds by the clock."""

    bare_s: float
    worker_s: float
    wall_s: float


@contextmanager
def recorded(calls: list[Call]) -> Iterator[None]:
    """Keep every call that is made of the solution, in order."""
    original = Session.call

    def call(session: Session, functions: Any, **options: Any) -> Any:
        if session._submission.student == NAME:  # noqa: SLF001 - it has no public name
            calls.extend((name, tuple(args), dict(kw)) for name, args, kw in functions)
        return original(session, functions, **options)

    Session.call = call  # type: ignore[method-assign]
    try:
        yield
    finally:
        Session.call = original  # type: ignore[method-assign]


def sendable(calls: list[Call]) -> list[bytes]:
    """Return the calls without those that hand over a function of a check."""
    packed = []
    for call in calls:
        try:
            packed.append(pickle.dumps(call))
        except (pickle.PicklingError, AttributeError, TypeError):
            print(f"  left out of the bare side: {call[0]} with a function of ours")
    return packed


def replay(code: str, packages: tuple[str, ...], calls: list[bytes], line: Any) -> None:
    """Run in a process of its own: import, then time the file and its calls."""
    for package in packages:
        __import__(package)
    if "matplotlib" in packages:
        __import__("matplotlib.pyplot")
    module = types.ModuleType(NAME)
    unpacked = [pickle.loads(call) for call in calls]  # noqa: S301
    with tempfile.TemporaryDirectory() as directory:
        # a file, as in a worker: TensorFlow reads the source of what it compiles
        path = Path(directory, f"{NAME}.py")
        path.write_text(code, encoding="utf-8")
        started = time.process_time()
        exec(compile(code, str(path), "exec"), module.__dict__)  # noqa: S102
        for name, args, kwargs in unpacked:
            getattr(module, name)(*args, **kwargs)
        line.send(time.process_time() - started)


def bare(code: str, packages: tuple[str, ...], calls: list[bytes]) -> float:
    """Return the processor seconds of the calls in a bare process."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=replay, args=(code, packages, calls, theirs))
    process.start()
    seconds: float = ours.recv()
    process.join()
    return seconds


def measure(bench: Bench, lab: str) -> None:
    """Measure one lab and print its line."""
    loaded = load_lab(Course(ROOT), lab)
    assert loaded.solution is not None  # noqa: S101 - the benchmark runs in the checkout
    code = solution_without_markers(loaded.solution)
    submission = Submission(
        student=NAME,
        lab=lab,
        kind="py",
        cells=(Cell(index=1, code=code),),
        files=(),
        sha256=hashlib.sha256(code.encode()).hexdigest(),
    )
    # the file itself may start with a data set that only a worker's stand-in can read
    job = Job(NAME, lab, NAME, lambda: submission, seed=1)
    calls: list[Call] = []
    with recorded(calls):
        bench.grade(job)
    packed = sendable(calls)
    rounds = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        report = bench.grade(job)
        wall_s = time.perf_counter() - started
        assert isinstance(report, LabReport), report  # noqa: S101
        bare_s = bare(code, loaded.lab.preload, packed)
        rounds.append(Round(bare_s, report.cpu_seconds, wall_s))
    _line(lab, len(packed), rounds)


def _line(lab: str, calls: int, rounds: list[Round]) -> None:
    bare_s = statistics.median(each.bare_s for each in rounds)
    worker_s = statistics.median(each.worker_s for each in rounds)
    wall_s = statistics.median(each.wall_s for each in rounds)
    ratio = statistics.median(each.worker_s / each.bare_s for each in rounds)
    print(
        f"{lab:14} {calls:5} calls   bare {bare_s:6.2f} s   worker {worker_s:6.2f} s   "
        f"worker / bare {ratio:5.2f}   whole grading {wall_s:6.2f} s by the clock"
    )


def main() -> None:
    """Measure the labs of the command line, or all training labs."""
    os.environ.update(THREADS, TF_CPP_MIN_LOG_LEVEL="2", TF_ENABLE_ONEDNN_OPTS="0")
    print("processor seconds, medians; imports are on neither side")
    with Bench(Setup(course=ROOT, isolation="landlock")) as bench:
        for lab in sys.argv[1:] or LABS:
            measure(bench, lab)


if __name__ == "__main__":
    main()

"""What grading a training lab costs on top of the training itself.

For each lab the solution is graded, and the calls that its checks made are kept. Then the
same calls are made in a bare process: everything imported beforehand, nothing confined, no
frames, no verdicts; but the figures are drawn, as a notebook would. Both sides count
processor seconds; the rounds alternate.
"""

import argparse
import dataclasses
import multiprocessing
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import bare as bare_run
from hand_ins import ROOT, solution_of, submission

from grader.app.isolation import best_confinement
from grader.domain.report import LabReport
from grader.executors.bench import Bench, Job, Setup
from grader.labs.course import Course
from grader.sandbox.launch import THREADS

LABS = ("regression", "mnist", "overfitting", "augmentation")
# of a worker's environment, what changes how fast it is
BARE = {
    **THREADS,
    "MPLBACKEND": "Agg",
    "TF_CPP_MIN_LOG_LEVEL": "2",
    "TF_ENABLE_ONEDNN_OPTS": "0",
}
QUICK = ("half_adder",)
ROUNDS = 3
NAME = "solution"


@dataclasses.dataclass(frozen=True)
class Round:
    """One grading beside the bare calls: processor seconds, and seconds by the clock."""

    bare_s: float
    worker_s: float
    wall_s: float


def replay(
    code: str, packages: tuple[str, ...], calls: list[bare_run.Call], line: Any
) -> None:
    """Run in a process of its own: import, then time the file and its calls."""
    for package in packages:
        __import__(package)
    if "matplotlib" in packages:
        __import__("matplotlib.pyplot")
    with tempfile.TemporaryDirectory() as directory:
        # a file, as in a worker: TensorFlow reads the source of what it compiles
        path = Path(directory, f"{NAME}.py")
        path.write_text(code, encoding="utf-8")
        started = time.process_time()
        bare_run.run(code, calls, place=str(path))
        line.send(time.process_time() - started)


def bare(code: str, packages: tuple[str, ...], calls: list[bare_run.Call]) -> float:
    """Return the processor seconds of the calls in a bare process."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=replay, args=(code, packages, calls, theirs))
    process.start()
    seconds: float = ours.recv()
    process.join()
    return seconds


def measure(bench: Bench, lab: str, count: int) -> None:
    """Measure one lab and print its line."""
    preload = Course(ROOT).lab(lab).preload
    code = solution_of(lab)
    one = submission(lab, code, NAME)
    # the file itself may start with a data set that only a worker's stand-in can read
    job = Job(NAME, lab, NAME, lambda: one, seed=1)
    calls: list[bare_run.Call] = []
    with bare_run.recorded(calls, NAME):
        bench.grade(job)
    sent = bare_run.sendable(calls)
    rounds = []
    for _ in range(count):
        started = time.perf_counter()
        report = bench.grade(job)
        wall_s = time.perf_counter() - started
        assert isinstance(report, LabReport), report  # noqa: S101
        bare_s = bare(code, preload, sent)
        rounds.append(Round(bare_s, report.cpu_seconds, wall_s))
    _line(lab, len(sent), rounds)


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
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("labs", nargs="*", default=LABS)
    parser.add_argument("--quick", action="store_true", help="one round of a small lab")
    asked = parser.parse_args()
    labs, count = (QUICK, 1) if asked.quick else (asked.labs, ROUNDS)
    os.environ.update(BARE)
    print("processor seconds, medians; imports are on neither side")
    with Bench(Setup(course=ROOT, isolation=best_confinement())) as bench:
        for lab in labs:
            measure(bench, lab, count)


if __name__ == "__main__":
    main()

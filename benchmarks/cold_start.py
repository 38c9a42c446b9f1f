"""A submission in a forked, confined worker against one in a cold Python process.

Both load the same solution and answer the same call; the rounds alternate, so that a busy
machine slows both alike. `cold` is what a grader without a zygote pays at the least: start
Python, import NumPy and Matplotlib, run the file. Nothing confines it.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from grader.domain.lab import Limits
from grader.domain.submission import Cell, Submission
from grader.executors.bench import Bench, Job, Setup
from grader.labs.course import Course
from grader.labs.loading import load_lab
from grader.labs.regions import solution_without_markers
from grader.sandbox.sandbox import Sandbox

ROOT = Path(__file__).resolve().parents[1]
LAB = "logic_gates"
ROUNDS = 25
CALL = "\nprint(step(np.array([1.0, -1.0])))\n"


def milliseconds(function: Callable[[], object]) -> float:
    """Return how long one call takes."""
    started = time.perf_counter()
    function()
    return 1e3 * (time.perf_counter() - started)


def main() -> None:
    """Measure and print."""
    loaded = load_lab(Course(ROOT), LAB)
    assert loaded.solution is not None  # noqa: S101 - the benchmark runs in the checkout
    code = solution_without_markers(loaded.solution)
    submission = Submission(
        student="bench",
        lab=LAB,
        kind="py",
        cells=(Cell(index=1, code=code),),
        files=(),
        sha256="",
    )
    with Sandbox(isolation="landlock", preload=loaded.lab.preload) as sandbox:
        sandbox.require()

        def warm() -> None:
            with sandbox.session(submission, limits=Limits(), seed=1) as session:
                session.call([("step", (np.array([1.0, -1.0]),), {})])

        def cold() -> None:
            command = [sys.executable, "-s", "-P", "-B", "-c", code + CALL]
            subprocess.run(command, check=True, capture_output=True, cwd=ROOT)

        warm()
        cold()
        pairs = [(milliseconds(warm), milliseconds(cold)) for _ in range(ROUNDS)]
    _table(pairs)
    _whole_grading(submission)


def _table(pairs: list[tuple[float, float]]) -> None:
    warm, cold = (statistics.median(times) for times in zip(*pairs, strict=True))
    ratio = statistics.median(c / w for w, c in pairs)
    print(f"{'forked, confined, loaded, one call, ended':44} {warm:8.1f} ms (median)")
    print(f"{'cold python, loaded, one call, unconfined':44} {cold:8.1f} ms (median)")
    print(f"cold / forked, pair by pair: {ratio:.1f} (median of {len(pairs)} pairs)")


def _whole_grading(submission: Submission) -> None:
    setup = Setup(course=ROOT, isolation="landlock")
    job = Job("bench", LAB, "bench", lambda: submission, seed=1)
    with Bench(setup) as bench:
        bench.grade(job)
        times = [milliseconds(lambda: bench.grade(job)) for _ in range(5)]
    whole = statistics.median(times)
    print(f"{'all checks of ' + LAB + ' on its solution':44} {whole:8.1f} ms (median)")


if __name__ == "__main__":
    main()

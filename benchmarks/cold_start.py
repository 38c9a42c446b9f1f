"""A submission in a forked, confined worker against one in a cold Python process.

Both load the same solution and answer the same call; the rounds alternate, so that a busy
machine slows both alike. `cold` is what a grader without a zygote pays at the least: start
Python, import NumPy and Matplotlib, run the file. Nothing confines it.

Then what confinement costs: from the fork to a child that is confined and ready, and until
it is gone, at the levels `landlock` and `strict`, in turns again.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from hand_ins import ROOT, solution_of, submission

from grader.domain.lab import Limits
from grader.domain.submission import Submission
from grader.executors.bench import Bench, Job, Setup
from grader.labs.course import Course
from grader.sandbox.sandbox import Sandbox
from grader.sandbox.zygote import Zygote

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
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("packages", nargs="*", help="that the zygotes import")
    parser.add_argument("--quick", action="store_true", help="2 rounds")
    asked = parser.parse_args()
    rounds = 2 if asked.quick else ROUNDS
    lab = Course(ROOT).lab(LAB)
    code = solution_of(LAB)
    one = submission(LAB, code)
    with Sandbox(isolation="landlock", preload=lab.preload) as sandbox:
        sandbox.require()

        def warm() -> None:
            with sandbox.session(one, limits=Limits(), seed=1) as session:
                session.call([("step", (np.array([1.0, -1.0]),), {})])

        def cold() -> None:
            command = [sys.executable, "-s", "-P", "-B", "-c", code + CALL]
            subprocess.run(command, check=True, capture_output=True, cwd=ROOT)

        warm()
        cold()
        pairs = [(milliseconds(warm), milliseconds(cold)) for _ in range(rounds)]
    _table(pairs)
    _births(asked.packages or lab.preload, 4 * rounds)
    _whole_grading(one, -(-rounds // 5))


def _table(pairs: list[tuple[float, float]]) -> None:
    warm, cold = (statistics.median(times) for times in zip(*pairs, strict=True))
    ratio = statistics.median(c / w for w, c in pairs)
    print(f"{'forked, confined, loaded, one call, ended':44} {warm:8.1f} ms (median)")
    print(f"{'cold python, loaded, one call, unconfined':44} {cold:8.1f} ms (median)")
    print(f"cold / forked, pair by pair: {ratio:.1f} (median of {len(pairs)} pairs)")


def _births(preload: Sequence[str], count: int) -> None:
    with (
        tempfile.TemporaryDirectory() as work,
        Zygote(preload) as landlock,
        Zygote(preload, strict=True) as strict,
    ):
        if not strict.confines:
            print(f"no strict here: {strict.hello['refused']}")
            return

        def birth(zygote: Zygote) -> tuple[float, float, float]:
            started = time.perf_counter()
            child, _ = zygote.fork(Path(work), Limits())
            ready = time.perf_counter()
            ending = child.end()
            gone = time.perf_counter()
            seconds = ready - started, gone - started, ending.cpu_s or 0.0
            return 1e3 * seconds[0], 1e3 * seconds[1], 1e3 * seconds[2]

        rounds = [(birth(landlock), birth(strict)) for _ in range(count)]
    print(f"forked from {', '.join(preload)}, {len(rounds)} pairs, medians in ms:")
    for column, what in enumerate(("until ready", "until gone", "its own CPU")):
        pairs = [(one[column], other[column]) for one, other in rounds]
        low, high = (statistics.median(times) for times in zip(*pairs, strict=True))
        more = statistics.median(other - one for one, other in pairs)
        print(f"  {what:12} landlock {low:6.1f}  strict {high:6.1f}  more {more:+.1f}")


def _whole_grading(submission: Submission, count: int) -> None:
    job = Job("bench", LAB, "bench", lambda: submission, seed=1)
    with (
        Bench(Setup(course=ROOT, isolation="landlock")) as landlock,
        Bench(Setup(course=ROOT, isolation="strict")) as strict,
    ):
        benches = (landlock, strict)
        for bench in benches:
            bench.grade(job)

        def whole(bench: Bench) -> float:
            return milliseconds(lambda: bench.grade(job))

        rounds = [[whole(bench) for bench in benches] for _ in range(count)]
    levels = zip(("landlock", "strict"), zip(*rounds, strict=True), strict=True)
    for level, times in levels:
        what = f"all checks of {LAB} on its solution, {level}"
        print(f"{what:52} {statistics.median(times):8.1f} ms (median)")


if __name__ == "__main__":
    main()

"""A class of 1,000 in one run of the real command: does it slow down, does it grow?

For each hundred submissions: how many a second, and the resident memory of the main
process, of the largest grading process and of the largest zygote when the hundred is done.
Then the last hundred against the first.
"""

import argparse
import os
import tempfile
from pathlib import Path

from command import Watched, grade
from hand_ins import LAB, write_class

KINDS = ("main", "grading", "zygote")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1000, help="submissions")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--lab", default=LAB)
    parser.add_argument("--isolation", help="level; the best there is if left out")
    parser.add_argument("--quick", action="store_true", help="40 submissions, by tens")
    asked = parser.parse_args()
    count, each = (40, 10) if asked.quick else (asked.count, 100)
    options = ("--isolation", asked.isolation) if asked.isolation else ()
    with tempfile.TemporaryDirectory() as folder:
        submissions = write_class(Path(folder, "class"), asked.lab, count)
        run = grade(
            submissions,
            Path(folder, "results"),
            lab=asked.lab,
            jobs=asked.jobs,
            options=options,
            memory_each=each,
        )
    print(f"{count} submissions of {asked.lab}, {asked.jobs} side by side")
    _table(run, each)


def _table(run: Watched, each: int) -> None:
    print("     done   a second   MiB: main   grading    zygote")
    rates = []
    for done, memory in run.memory.items():
        # before the very first, the processes start and import
        first = max(done - each - 1, 0)
        rates.append((done - 1 - first) / (run.seconds[done - 1] - run.seconds[first]))
        sizes = "".join(f"{memory[kind]:10.1f}" for kind in KINDS)
        print(f"{done:9} {rates[-1]:10.1f}  {sizes}")
    held = list(run.memory.values())
    print(f"whole command {run.whole_s:.1f} s, its imports and the class's files too")
    print(f"a second, last / first:  {rates[-1] / rates[0]:5.2f}")
    for kind in KINDS:
        if held[0][kind]:
            ratio = held[-1][kind] / held[0][kind]
            print(f"memory of {kind + ',':9} last / first:  {ratio:5.2f}")


if __name__ == "__main__":
    main()

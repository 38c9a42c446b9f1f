"""What a larger class costs, and what more gradings side by side save.

The real command for each size of class and each number of jobs. What it takes before the
first submission and after the last is in `whole`, not in `a second`.
"""

import argparse
import tempfile
from pathlib import Path

from command import grade
from hand_ins import LAB, write_class

SIZES = (10, 100, 1000)
JOBS = (1, 2, 4)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--jobs", type=int, nargs="+", default=JOBS)
    parser.add_argument("--lab", default=LAB)
    parser.add_argument("--quick", action="store_true", help="classes of 5 and 10")
    asked = parser.parse_args()
    sizes, jobs = ((5, 10), (1, 2)) if asked.quick else (asked.sizes, asked.jobs)
    print(f"{asked.lab}:")
    print(
        "    class  jobs   a second   of one job's   of the smallest class's    whole, s"
    )
    smallest: dict[int, float] = {}
    for size in sizes:
        alone = 0.0
        for side_by_side in jobs:
            rate, whole_s = _run(asked.lab, size, side_by_side)
            alone = alone or rate
            smallest.setdefault(side_by_side, rate)
            print(
                f"{size:9} {side_by_side:5} {rate:10.1f} {rate / alone:14.2f} "
                f"{rate / smallest[side_by_side]:25.2f} {whole_s:11.2f}"
            )


def _run(lab: str, size: int, jobs: int) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as folder:
        submissions = write_class(Path(folder, "class"), lab, size)
        run = grade(submissions, Path(folder, "results"), lab=lab, jobs=jobs)
    # from the first on: what comes before it is start and imports
    return (size - 1) / (run.seconds[-1] - run.seconds[0]), run.whole_s


if __name__ == "__main__":
    main()

"""`grader grade` as a teacher runs it, watched from outside."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from hand_ins import course_of
from memory import resident_by_kind

# as the installed script does
COMMAND = "from grader.cli.main import main; main()"


@dataclass
class Watched:
    """One run.

    Attributes:
        seconds: When each submission was done, from the start of the first.
        memory: After how many submissions the processes held how many MiB.
        whole_s: From the command's start to its end, imports and the class's files too.
    """

    seconds: list[float] = field(default_factory=list)
    memory: dict[int, dict[str, float]] = field(default_factory=dict)
    whole_s: float = 0.0


def grade(
    submissions: Path,
    out: Path,
    *,
    lab: str,
    jobs: int,
    options: Sequence[str] = (),
    memory_each: int = 100,
) -> Watched:
    """Grade a folder with the real command and return how that went.

    Args:
        submissions: A folder of students' folders.
        out: Where the results go.
        lab: Whose course it is.
        jobs: Gradings side by side.
        options: More for the command line.
        memory_each: After how many submissions to look at the memory.
    """
    watched = Watched()
    started = first = time.perf_counter()
    with _lines(submissions, out, lab=lab, jobs=jobs, options=options) as (pid, lines):
        for line in lines:
            match json.loads(line):
                case {"event": "begun", "job": 0}:
                    first = time.perf_counter()
                case {"event": "graded", "score": score, "max_score": best}:
                    assert score == best  # noqa: S101 - the hand-ins are right
                    watched.seconds.append(time.perf_counter() - first)
                    done = len(watched.seconds)
                    if done % memory_each == 0:
                        watched.memory[done] = resident_by_kind(pid)
                case {"event": "ungraded", "message": message}:
                    sys.exit(f"not graded: {message}")
    watched.whole_s = time.perf_counter() - started
    return watched


@contextmanager
def _lines(
    submissions: Path, out: Path, *, lab: str, jobs: int, options: Sequence[str]
) -> Iterator[tuple[int, Iterator[str]]]:
    course = str(course_of(lab).root)
    command = [
        *(sys.executable, "-c", COMMAND, "--course", course),
        *("grade", str(submissions), "--out", str(out), "--jobs", str(jobs)),
        *("--json", *options),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None  # noqa: S101 - a pipe was asked for
        yield process.pid, process.stdout
    if process.returncode:
        sys.exit(f"grader grade ended with {process.returncode}")

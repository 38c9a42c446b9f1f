"""What a student's code logged for TensorBoard: tags, steps and values.

A teacher imports this module as `tensorboard`. The files are the student's claim: compare
them with the history of the same training, or with values that the grading process owns.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import numpy as np

from grader.checks.event_files import Entry, entries
from grader.domain.student import CallFailed, StudentCode
from grader.domain.verdict import Outcome, Verdict

__all__ = ["Curve", "Run", "equal_to_history", "events", "find_curve"]

MOST_FILES = 1_000
# honest logs of a lab are below 100 kB; a hostile 8 MB takes seconds to read
MOST_BYTES = 8 * 2**20
# event files hold float32: 24 bits of mantissa
RELATIVE = 1e-6
TRAINING, VALIDATION = "train", "validation"


@dataclass(frozen=True)
class Curve:
    """One tag's numbers in the order of the steps."""

    steps: tuple[int, ...]
    values: tuple[float, ...]


@dataclass(frozen=True)
class Run:
    """One directory of event files, a line in TensorBoard's list of runs.

    Attributes:
        curves: Numbers by tag.
        others: Tags of what is no number: histograms, images, texts, the graph.
    """

    curves: Mapping[str, Curve] = field(default_factory=dict)
    others: frozenset[str] = frozenset()


Runs = Mapping[str, Run]


def events(student: StudentCode, pattern: str = "**") -> dict[str, Run]:
    """Return what the student's code has logged, by directory: "logs/train".

    Where several files of a directory have values for one step, the last file counts,
    as when a training is started again.

    Args:
        student: Whose files.
        pattern: Which of them, as for `student.files`.

    Raises:
        CallFailed: If a file is no event file, or there are too many.
    """
    files = {
        PurePosixPath(name): content.tobytes()
        for name, content in student.files(pattern, at_most=MOST_FILES).items()
        if "tfevents" in PurePosixPath(name).name
    }
    if sum(map(len, files.values())) > MOST_BYTES:
        raise CallFailed(
            Outcome.RAISED, f"the event files are larger than {MOST_BYTES >> 20} MB"
        )
    found: dict[str, list[list[Entry]]] = {}
    for path, content in files.items():
        found.setdefault(str(path.parent), []).append(_read(path, content))
    return {directory: _run(files) for directory, files in sorted(found.items())}


def find_curve(runs: Runs, values: Sequence[float]) -> tuple[str, str] | None:
    """Return the run and tag whose numbers are these values, whatever their names."""
    for directory, run in runs.items():
        for tag, curve in run.curves.items():
            if _equal(curve.values, values):
                return directory, tag
    return None


def equal_to_history(
    runs: Runs, history: Mapping[str, Sequence[float]], *, prefix: str = "epoch_"
) -> Verdict:
    """Return whether the logged curves are those of a training's history.

    Each of the history's names needs a curve as Keras's callback writes it: "val_loss"
    as "epoch_loss" in a run called "validation", "loss" as "epoch_loss" in "train".
    Steps count on by one from 0 or 1; values agree to float32 (1e-6 relative).

    Args:
        runs: What `events` found.
        history: Values per epoch by name, as a Keras `History` has them.
        prefix: What stands before a name in its tag.
    """
    if not history:
        return Verdict.failed("The training has no history to compare the logs with.")
    for name, values in history.items():
        problem = _problem(runs, name, values, prefix)
        if problem:
            return Verdict.failed(problem)
    return Verdict.passed()


def _read(path: PurePosixPath, content: bytes) -> list[Entry]:
    try:
        return list(entries(content))
    except ValueError as error:
        raise CallFailed(
            Outcome.RAISED, f"the event file {path} can't be read: {error}"
        ) from error


def _run(files: list[list[Entry]]) -> Run:
    numbers: dict[str, dict[int, list[float]]] = {}
    others = set()
    for file in files:
        of_file: dict[str, dict[int, list[float]]] = {}
        for entry in file:
            if entry.value is None:
                others.add(entry.tag)
            else:
                steps = of_file.setdefault(entry.tag, {})
                steps.setdefault(entry.step, []).append(entry.value)
        for tag, steps in of_file.items():
            numbers.setdefault(tag, {}).update(steps)
    curves = {tag: _curve(steps) for tag, steps in sorted(numbers.items())}
    return Run(curves=curves, others=frozenset(others))


def _curve(steps: Mapping[int, Sequence[float]]) -> Curve:
    pairs = [(step, value) for step in sorted(steps) for value in steps[step]]
    return Curve(
        steps=tuple(step for step, _ in pairs),
        values=tuple(value for _, value in pairs),
    )


def _problem(runs: Runs, name: str, values: Sequence[float], prefix: str) -> str:
    """Return why no run has a name's curve, "" if one has."""
    validation = name.startswith("val_")
    where = VALIDATION if validation else TRAINING
    tag = prefix + name.removeprefix("val_")
    candidates = [
        run.curves[tag]
        for directory, run in runs.items()
        if PurePosixPath(directory).name == where and tag in run.curves
    ]
    if not candidates:
        return f"There is no curve {tag} in a run called {where}."
    told = [_difference(curve, values) for curve in candidates]
    return "" if "" in told else f"The curve {tag} in the run {where} {told[-1]}."


def _difference(curve: Curve, values: Sequence[float]) -> str:
    first = curve.steps[0] if curve.steps else 0
    if len(curve.values) != len(values):
        return f"has {len(curve.values)} points for {len(values)} epochs"
    if first not in (0, 1) or any(
        b - a != 1 for a, b in itertools.pairwise(curve.steps)
    ):
        return "does not count its steps on by one from the first epoch"
    return "" if _equal(curve.values, values) else "has other values than the history"


def _equal(found: Sequence[float], expected: Sequence[float]) -> bool:
    if len(found) != len(expected):
        return False
    a, b = np.asarray(found, float), np.asarray(expected, float)
    return bool(np.all(np.abs(a - b) <= RELATIVE * np.abs(b)))

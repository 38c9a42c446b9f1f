"""Measure how often right solutions miss a lab's gates, and keep what was measured."""

import contextlib
import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.domain.calibration import (
    LARGEST_FALSE_FAIL,
    Calibration,
    Condition,
    runs_needed,
)
from grader.domain.gate import Gate
from grader.domain.submission import Submission
from grader.errors import LabError
from grader.executors.bench import Setup, at_hand
from grader.executors.inline import run_inline
from grader.executors.measuring import Measuring
from grader.executors.pool import run_pool
from grader.executors.work import Ended
from grader.grading.lending import reference_submission
from grader.grading.measure import Measured
from grader.intake import Found, read
from grader.labs.calibration import FILE, read_calibrations, with_calibrations
from grader.labs.course import Course
from grader.labs.loading import LoadedLab, load_lab
from grader.sandbox.sandbox import Isolation
from grader.store.folder import ResultsFolder

SOLUTION = "solution"
# fewer may prove the bound, but their smallest value is no good idea of the tail
FEWEST_RUNS = 100


@dataclass(frozen=True)
class CalibrateOptions:
    """What to run, and how.

    Attributes:
        isolation: How the solutions are confined.
        jobs: How many runs side by side.
        gates: Names of gates; all if empty.
        runs: Runs of each gate; None for as many as its attempts need, at least 100.
        styles: Files of right solutions beside the reference, each another style.
        add: Keep the runs of earlier calibrations and add to them.
    """

    isolation: Isolation
    jobs: int
    gates: Sequence[str] = ()
    runs: int | None = None
    styles: Sequence[Path] = ()
    add: bool = False


@dataclass(frozen=True)
class Progress:
    """What a progress display shows: runs finished, of all gates."""

    gate: str
    done: int
    total: int


@dataclass(frozen=True)
class CalibratedGate:
    """What came out for one gate.

    Attributes:
        gate: The gate.
        source: Which data there were.
        calibration: All its runs, earlier ones too where they were kept.
        problems: Of runs that gave no value: style, seed and why.
    """

    gate: Gate
    source: str
    calibration: Calibration
    problems: tuple[str, ...]

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Return the thresholds that were in force."""
        return self.gate.conditions(self.source)

    @property
    def bound(self) -> float:
        """Return the bound on failing a right solution."""
        return self.calibration.false_fail_bound(
            self.conditions, attempts=self.gate.attempts
        )

    @property
    def is_fair(self) -> bool:
        """Return whether the bound is small enough."""
        return self.bound <= LARGEST_FALSE_FAIL


@dataclass
class _Series:
    """The runs of one gate, until they are all there."""

    gate: Gate
    source: str
    earlier: Calibration | None
    work: list[Measuring]
    results: dict[int, Measured]

    @property
    def is_finished(self) -> bool:
        return len(self.results) == len(self.work)

    def outcome(self) -> CalibratedGate:
        """Return the calibration with the earlier runs in front."""
        runs = [self.results[place] for place in range(len(self.work))]
        cpu_s = sum(run.cpu_s for run in runs)
        rows: list[dict[str, float] | None] = [run.values for run in runs]
        styles: dict[str, int] = {}
        if self.earlier is not None:
            rows = [*[None] * self.earlier.failed, *self.earlier.rows(), *rows]
            styles = dict(self.earlier.styles)
            cpu_s += self.earlier.cpu_s * self.earlier.runs
        for piece in self.work:
            styles[piece.style] = styles.get(piece.style, 0) + 1
        calibration = Calibration.of(
            rows,
            function=self.gate.fingerprint,
            styles=styles,
            cpu_s=cpu_s / len(rows),
        )
        problems = tuple(
            f"{piece.style}, seed {piece.seed}: {run.problem}"
            for piece, run in zip(self.work, runs, strict=True)
            if run.values is None
        )
        return CalibratedGate(self.gate, self.source, calibration, problems)


def calibrate(
    course: Course,
    name: str,
    *,
    options: CalibrateOptions,
    progress: Callable[[Progress], None] = lambda _progress: None,
    finished: Callable[[CalibratedGate], None] = lambda _gate: None,
) -> None:
    """Run a lab's gates on right solutions and write `calibration.json`.

    The file is written anew whenever all runs of a gate are there: what is finished
    stays when somebody presses Ctrl-C.

    Args:
        course: Where the lab is.
        name: Which lab.
        options: What to run.
        progress: Called after each run.
        finished: Called with each gate that was written.

    Raises:
        LabError: If the lab has no such gate, or is broken.
        SubmissionError: If a style can't be read.
        InfrastructureError: If no worker can be had.
    """
    loaded = load_lab(course, name)
    gates = _chosen(loaded, options.gates)
    styles = _styles(loaded, options.styles)
    series = [_series(loaded, gate, styles, options) for gate in gates]
    work = [piece for one in series for piece in one.work]
    owners = [(one, place) for one in series for place in range(len(one.work))]
    setup = Setup(course=course.root, isolation=options.isolation)
    run = (
        run_inline(work, setup)
        if options.jobs == 1
        else run_pool(work, setup, processes=min(options.jobs, len(work)))
    )
    with contextlib.closing(run):
        endings = (event for event in run if isinstance(event, Ended))
        for done, ended in enumerate(endings, start=1):
            one, place = owners[ended.index]
            one.results[place] = ended.result
            progress(Progress(one.gate.name, done, len(work)))
            if one.is_finished:
                outcome = one.outcome()
                _write(course, loaded, outcome)
                finished(outcome)


def _chosen(loaded: LoadedLab, names: Sequence[str]) -> tuple[Gate, ...]:
    lab = loaded.lab.name
    if loaded.solution is None:
        raise LabError(f"{lab} has no reference/ here, nothing to calibrate")
    if not loaded.gates:
        raise LabError(f"{lab} has no gates: declare one in its checks.py with @gate")
    known = {gate.name: gate for gate in loaded.gates}
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"it has {', '.join(known)}"
            raise LabError(f"{lab} has no gate {name!r}; {hint}")
    return tuple(gate for name, gate in known.items() if not names or name in names)


def _styles(loaded: LoadedLab, paths: Sequence[Path]) -> dict[str, Submission]:
    """Return what runs, by name: the reference and each other style."""
    styles = {SOLUTION: reference_submission(loaded)}
    for path in paths:
        if path.name in styles:
            raise LabError(f"two styles are called {path.name}: rename one")
        found = Found(student=path.stem, lab=loaded.lab.name, path=path)
        styles[path.name] = read(found)
    return styles


def _series(
    loaded: LoadedLab,
    gate: Gate,
    styles: dict[str, Submission],
    options: CalibrateOptions,
) -> _Series:
    source = gate.current_source()
    gate.conditions(source)  # refuses data without a threshold before anything runs
    earlier = gate.calibrations.get(source) if options.add else None
    if earlier is not None and earlier.function != gate.fingerprint:
        raise LabError(
            f"gate {gate.name} changed since it was calibrated: run without --add"
        )
    first = earlier.runs if earlier is not None else 0
    runs = options.runs or max(FEWEST_RUNS, runs_needed(gate.attempts))
    names = list(styles)
    work = [
        Measuring(
            lab=loaded.lab.name,
            gate=gate.name,
            style=(style := names[seed % len(names)]),
            read=at_hand(styles[style]),
            seed=seed,
        )
        for seed in range(first, first + runs)
    ]
    return _Series(gate, source, earlier, work, {})


def _write(course: Course, loaded: LoadedLab, outcome: CalibratedGate) -> None:
    """Put one gate's runs into the file; drop those of gates that are gone."""
    directory = course.reference(loaded.lab.name)
    path = directory / FILE
    stored = read_calibrations(path)
    kept = {
        gate.name: {
            source: runs
            for source, runs in stored.get(gate.name, {}).items()
            if source in gate.sources
        }
        for gate in loaded.gates
    }
    kept[outcome.gate.name][outcome.source] = outcome.calibration
    text = with_calibrations(path, {name: runs for name, runs in kept.items() if runs})
    mode = path.stat().st_mode if path.exists() else 0o644
    ResultsFolder(directory).write(FILE, text).chmod(mode)

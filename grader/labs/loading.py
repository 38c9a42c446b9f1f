"""A lab's Python files as modules: checks, solution, mistakes.

Each lab's directory becomes a package of its own name space, so that `checks.py` can say
`from . import logic_gates as solution` and two courses never share a module.
"""

import hashlib
import importlib
import os
import sys
import types
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from grader.domain.check import Check
from grader.domain.gate import Gate
from grader.domain.lab import Lab
from grader.domain.mistake import Mistake
from grader.errors import LabError
from grader.labs.calibration import FILE as CALIBRATION
from grader.labs.calibration import read_calibrations
from grader.labs.course import Course
from grader.labs.fingerprint import fingerprint


@dataclass(frozen=True)
class LoadedLab:
    """A lab with its code.

    Attributes:
        lab: The contract.
        version: The lab's version and a hash of everything that decides marks.
        public: Checks that students have, worth nothing, to try things out.
        hidden: Checks that carry the points; empty in a student's copy.
        mistakes: Known mistakes; empty in a student's copy.
        solution: Text of the reference solution; None in a student's copy.
        gates: What trained solutions have to reach; empty in a student's copy.
    """

    lab: Lab
    version: str
    public: tuple[Check, ...]
    hidden: tuple[Check, ...]
    mistakes: tuple[Mistake, ...]
    solution: str | None
    gates: tuple[Gate, ...] = ()


def load_lab(course: Course, name: str, *, reference: bool | None = None) -> LoadedLab:
    """Return a lab with its checks.

    Args:
        course: Where it is.
        name: Which.
        reference: Whether to load the teacher's part; None for "if it is there".

    Raises:
        LabError: If a file is missing, can't be imported or breaks the contract.
    """
    lab = course.lab(name)
    directory = course.reference(name)
    if reference is None:
        reference = directory.is_dir()
    public = _checks(_module(course.assignment(name), "checks"))
    if not reference:
        return LoadedLab(lab, _version(lab, course), public, (), (), None)
    loaded = LoadedLab(
        lab=lab,
        version=_version(lab, course),
        public=public,
        hidden=_checks(_module(directory, "checks")),
        mistakes=_mistakes(_module(directory, "mistakes")),
        solution=_text(directory / f"{name}.py"),
        gates=_gates(directory),
    )
    _validate(loaded)
    return loaded


def forget(course: Course, name: str) -> None:
    """Let the next `load_lab` read a lab's public files again: they may have changed."""
    package = _package(course.assignment(name))
    for module in [one for one in sys.modules if one.startswith(f"{package}.")]:
        del sys.modules[module]
    importlib.invalidate_caches()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise LabError(f"{path} can't be read: {error.strerror}") from error


def _package(directory: Path) -> str:
    digest = hashlib.sha256(os.fsencode(directory.resolve())).hexdigest()[:12]
    name = f"_lab_{directory.name}_{digest}"
    if name not in sys.modules:
        package = types.ModuleType(name)
        package.__path__ = [str(directory)]
        sys.modules[name] = package
    return name


def _module(directory: Path, name: str) -> types.ModuleType:
    if not (directory / f"{name}.py").is_file():
        raise LabError(f"{directory / name}.py is missing")
    try:
        return importlib.import_module(f"{_package(directory)}.{name}")
    except Exception as error:  # a lab's code may raise anything
        kind = type(error).__name__
        raise LabError(f"{directory / name}.py: {kind}: {error}") from error


def _checks(module: types.ModuleType) -> tuple[Check, ...]:
    found = [value for value in vars(module).values() if isinstance(value, Check)]
    if not found:
        raise LabError(f"{module.__file__} declares no check")
    return tuple(found)


def _mistakes(module: types.ModuleType) -> tuple[Mistake, ...]:
    values = vars(module).values()
    return tuple(value for value in values if isinstance(value, Mistake))


def _gates(directory: Path) -> tuple[Gate, ...]:
    """Return the gates of all modules that `checks.py` imported, calibrations attached."""
    package = f"{_package(directory)}."
    modules = [m for name, m in list(sys.modules.items()) if name.startswith(package)]
    values = [value for module in modules for value in vars(module).values()]
    # a gate that several modules import is one gate
    found = {id(value): value for value in values if isinstance(value, Gate)}
    calibrations = read_calibrations(directory / CALIBRATION)
    for gate in found.values():
        # now, from the text that was loaded: the file may be edited during a calibration
        _ = gate.fingerprint
        gate.calibrations.clear()
        gate.calibrations.update(calibrations.get(gate.name, {}))
    return tuple(sorted(found.values(), key=lambda gate: gate.name))


def _version(lab: Lab, course: Course) -> str:
    return f"{lab.version}+{fingerprint(course, lab.name)[:8]}"


def _validate(loaded: LoadedLab) -> None:
    """Check what the types can't say."""
    name = loaded.lab.name
    for task in loaded.lab.tasks:
        points = sum(check.points for check in loaded.hidden if check.task == task.id)
        if abs(points - task.points) > 1e-9:
            raise LabError(
                f"{name}: the checks of {task.id} are worth {points:g} points, "
                f"lab.toml says {task.points:g}"
            )
    _unique(name, [check.id for check in (*loaded.public, *loaded.hidden)])
    _unique(name, [mistake.name for mistake in loaded.mistakes])
    _unique(name, [gate.name for gate in loaded.gates])
    _validate_references(loaded)
    _validate_mistakes(loaded)


def _unique(lab: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise LabError(f"{lab}: two checks, mistakes or gates are called {name}")
        seen.add(name)


def _validate_references(loaded: LoadedLab) -> None:
    lab = loaded.lab
    tasks = {task.id for task in lab.tasks}
    for checks in (loaded.public, loaded.hidden):
        known = {check.id for check in checks}
        for check in checks:
            if check.task not in tasks:
                raise LabError(
                    f"{lab.name}: {check.id} is for {check.task}, no such task"
                )
            for prerequisite in check.after:
                if prerequisite not in known:
                    raise LabError(
                        f"{lab.name}: {check.id} comes after {prerequisite}, "
                        "which is no check beside it"
                    )
            for function in check.uses:
                if lab.task_of(function) is None:
                    raise LabError(
                        f"{lab.name}: {check.id} uses {function}, which no task asks for"
                    )


def _validate_mistakes(loaded: LoadedLab) -> None:
    lab = loaded.lab
    hidden = {check.id for check in loaded.hidden}
    for mistake in loaded.mistakes:
        for check_id in mistake.fails:
            if check_id not in hidden:
                raise LabError(
                    f"{lab.name}: mistake {mistake.name} names {check_id}, no hidden check"
                )
